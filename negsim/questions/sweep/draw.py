"""The phase diagram of a sweep: labels over one or two numbers, with its table, in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from negsim.analysis.delay.stalling import LABELS
from negsim.arrays import BoolArray
from negsim.drawing import plots
from negsim.drawing.save import write_study
from negsim.drawing.words import floats, percent
from negsim.folders import Claim, Holder, claimed
from negsim.questions.sweep.phase_data import phase_table


def phase_figure(phase: dict[str, Any], party: str) -> Figure:
    """Draw the phase diagram over one or two numbers."""
    title = f"{party} at the start: {shares_text(phase['shares'])} of this grid"
    ranges = [None if None in pair else (pair[0], pair[1]) for pair in phase["ranges"]]
    words = [label.replace("_", " ") for label in LABELS]
    if len(phase["names"]) == 1:
        kept = was_solved(phase)
        return plots.phase_line(
            floats(phase["axes"][0])[kept],
            {"value of delay": floats(phase["delay"])[kept]},
            np.array(phase["labels"])[kept],
            words,
            xlabel=axis_label(phase, 0),
            ylabel="value of delay (a gap: nothing is acceptable)",
            title=title,
            base=phase["base"][0],
            x_range=ranges[0],
            keys=LABELS,
        )
    return plots.phase_diagram(
        floats(phase["axes"][0]),
        floats(phase["axes"][1]),
        np.array(phase["labels"]).T,
        words,
        xlabel=axis_label(phase, 0),
        ylabel=axis_label(phase, 1),
        title=title,
        base=(phase["base"][0], phase["base"][1]),
        x_range=ranges[0],
        y_range=ranges[1],
        keys=LABELS,
    )


def shares_text(shares: dict[str, float]) -> str:
    """Return the shares of labels in words, the largest first.

    >>> shares_text({"settle": 0.25, "fighting_on": 0.75})
    'fighting on in 75 %, settle in 25 %'
    """
    ordered = sorted(shares.items(), key=lambda each: -each[1])
    return ", ".join(f"{label.replace('_', ' ')} in {percent(share)}" for label, share in ordered)


def was_solved(phase: dict[str, Any]) -> BoolArray:
    """Return which points were solved, or could not be; the others have their corners' label."""
    filled = np.isnan(floats(phase["agreement"])) & (np.array(phase["labels"]) >= 0)
    return np.asarray(~filled)


def axis_label(phase: dict[str, Any], place: int) -> str:
    """Return what an axis shows: the lever's label and the number it sets."""
    title, name = phase["titles"][place], phase["names"][place]
    return f"{title} ({name})" if title != name else name


def put_phase(data: dict[str, Any], party: str, folder: Path) -> None:
    """Write a phase diagram to a folder of its own, or nothing.

    Raises
    ------
    UsageError
        If the folder cannot be written to, or holds something else.
    """
    with claimed(folder, Holder("phase")) as claim:
        write_phase(data, party, claim)


def write_phase(data: dict[str, Any], party: str, claim: Claim) -> None:
    """Write phase.svg, phase.png, phase.csv and phase.json to a folder, or nothing."""
    drawings, rows = {"phase": phase_figure(data, party)}, {"phase": phase_table(data)}
    write_study("phase", data, drawings, rows, claim)
