"""The figures of played talks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from negsim.drawing.plots.bands import bands
from negsim.drawing.plots.timeline import timeline
from negsim.drawing.words import counted
from negsim.questions.rules.answer import Play
from negsim.questions.rules.say import run_words


def play_figures(answer: Play) -> dict[str, Figure]:
    """Return the figures of ``negsim play``: bands over the runs, and one run in words."""
    run, spread = answer.run, answer.bands
    top = max(answer.ends, key=lambda end: end.share)
    share = f"{100 * top.share:.0f} %"
    many = f"{top.label} in {share} of {answer.runs} runs"
    length = counted(len(run.rounds), answer.round)
    return {
        "runs": bands(
            spread.rounds,
            np.array(spread.going_on),
            {name: np.array(rows, dtype=float) for name, rows in spread.state.items()},
            title=f"{many}; mean {answer.round} {answer.end_round:.1f}",
            xlabel=answer.round,
        ),
        "timeline": timeline(
            run.rounds,
            {**run.said, **heard(run.alarms)},
            run.outcome,
            title=f"{run_words(run.number)}: {length}, ending with {run.end}",
            unit=answer.round,
            ending=f"It ends with: {run.end}.",
        ),
    }


def heard(alarms: Sequence[str]) -> dict[str, list[str]]:
    """Return a column of the alarms of a run, if any rang.

    >>> heard(("", "Siren")), heard(("",))
    ({'heard': ['no alarm', 'Siren']}, {})
    """
    if not any(alarms):
        return {}
    return {"heard": [alarm or "no alarm" for alarm in alarms]}
