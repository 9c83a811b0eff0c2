"""The figure of countermeasures: what is left of a party's delay under each."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from negsim.drawing.plots.measures import measure_dots
from negsim.questions.counter.answer import Counter


def counter_figure(answer: Counter, label: str) -> Figure | None:
    """Return the figure of what is left of the delay, None if no measure applies."""
    rows = [
        (each, each.committed)
        for each in answer.measures
        if each.committed is not None and math.isfinite(each.committed.delay)
    ]
    if not rows:
        return None
    bound = [committed.delay for _, committed in rows]
    free = [math.nan if r.uncommitted is None else r.uncommitted.delay for r, _ in rows]
    working = sum(delay <= 0 for delay in bound)
    promised = sum(delay <= 0 for delay in free)
    title = (
        f"{working} of {len(rows)} measures end the worth of delay for {label} if committed to, "
        f"{promised} if the mediator may decide each time"
    )
    return measure_dots(
        [each.short for each, _ in rows],
        bound,
        free,
        answer.plain.delay,
        title=title,
        unit=f"value of delay at the start, in {label}'s payoff",
    )


def counter_figures(answer: Counter, label: str) -> dict[str, Figure]:
    """Return the figure under its name, if there is one to draw."""
    figure = counter_figure(answer, label)
    return {} if figure is None else {"counter": figure}
