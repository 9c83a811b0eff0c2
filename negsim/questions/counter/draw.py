"""The figure of countermeasures: what is left of a party's delay under each."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.figure import Figure

from negsim.drawing.plots.measures import measure_dots
from negsim.questions.counter.ask import short


def counter_figure(answer: dict[str, Any], label: str) -> Figure | None:
    """Return the figure of what is left of the delay, None if no measure applies."""
    rows = [
        each
        for each in answer["measures"]
        if each["committed"] is not None and math.isfinite(each["committed"]["delay"])
    ]
    if not rows:
        return None
    bound = [each["committed"]["delay"] for each in rows]
    free = [
        math.nan if each["uncommitted"] is None else each["uncommitted"]["delay"] for each in rows
    ]
    working = sum(delay <= 0 for delay in bound)
    promised = sum(delay <= 0 for delay in free)
    title = (
        f"{working} of {len(rows)} measures end the worth of delay for {label} if committed to, "
        f"{promised} if the mediator may decide each time"
    )
    return measure_dots(
        [short(each) for each in rows],
        bound,
        free,
        answer["plain"]["delay"],
        title=title,
        unit=f"value of delay at the start, in {label}'s payoff",
    )


def counter_figures(answer: dict[str, Any], label: str) -> dict[str, Figure]:
    """Return the figure under its name, if there is one to draw."""
    figure = counter_figure(answer, label)
    return {} if figure is None else {"counter": figure}
