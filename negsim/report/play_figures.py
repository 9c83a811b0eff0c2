"""The figures and tables of played talks, written to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from negsim.report.plots.bands import bands
from negsim.report.plots.files import save
from negsim.report.plots.timeline import timeline
from negsim.report.words import counted


def play_figures(answer: dict[str, Any]) -> dict[str, Figure]:
    """Return the figures of ``negsim play``: bands over the runs, and the first run in words."""
    run, spread = answer["run"], answer["bands"]
    top = max(answer["ends"], key=lambda end: end["share"])
    share = f"{100 * top['share']:.0f} %"
    many = f"{top['label']} in {share} of {answer['runs']} runs"
    length = counted(len(run["rounds"]), answer["round"])
    return {
        "runs": bands(
            spread["rounds"],
            np.array(spread["going_on"]),
            {name: np.array(rows, dtype=float) for name, rows in spread["state"].items()},
            title=f"{many}; mean {answer['round']} {answer['end_round']:.1f}",
            xlabel=answer["round"],
        ),
        "timeline": timeline(
            run["rounds"],
            run["said"],
            run["outcome"],
            title=f"The first run: {length}, ending with {run['end']}",
            unit=answer["round"],
            ending=f"It ends with: {run['end']}.",
        ),
    }


def write_play(answer: dict[str, Any], folder: Path) -> None:
    """Write the figures of ``negsim play`` to a folder that is there."""
    for name, figure in play_figures(answer).items():
        save(figure, folder, name)
