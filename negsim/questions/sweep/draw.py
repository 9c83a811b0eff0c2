"""The phase diagram of a sweep: labels over one or two numbers, with its table, in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from negsim.analysis.delay.stalling import LABELS
from negsim.arrays import BoolArray
from negsim.drawing import plots
from negsim.drawing.save import write_study
from negsim.drawing.words import percent
from negsim.folders import Claim, Holder, claimed
from negsim.questions.sweep.answer import ToldPhase
from negsim.questions.sweep.phase_data import phase_table


def phase_figure(phase: ToldPhase, party: str) -> Figure:
    """Draw the phase diagram over one or two numbers."""
    title = f"{party} at the start: {shares_text(phase.shares)} of this grid"
    ranges = [None if low is None or high is None else (low, high) for low, high in phase.ranges]
    words = [label.replace("_", " ") for label in LABELS]
    if len(phase.names) == 1:
        kept = was_solved(phase)
        return plots.phase_line(
            phase.axes[0][kept],
            {"value of delay": phase.delay[kept]},
            phase.labels[kept],
            words,
            xlabel=axis_label(phase, 0),
            ylabel="value of delay (a gap: nothing is acceptable)",
            title=title,
            base=phase.base[0],
            x_range=ranges[0],
            keys=LABELS,
        )
    return plots.phase_diagram(
        phase.axes[0],
        phase.axes[1],
        phase.labels.T,
        words,
        xlabel=axis_label(phase, 0),
        ylabel=axis_label(phase, 1),
        title=title,
        base=(phase.base[0], phase.base[1]),
        x_range=ranges[0],
        y_range=ranges[1],
        keys=LABELS,
    )


def shares_text(shares: Mapping[str, float]) -> str:
    """Return the shares of labels in words, the largest first.

    >>> shares_text({"settle": 0.25, "fighting_on": 0.75})
    'fighting on in 75 %, settle in 25 %'
    """
    ordered = sorted(shares.items(), key=lambda each: -each[1])
    return ", ".join(f"{label.replace('_', ' ')} in {percent(share)}" for label, share in ordered)


def was_solved(phase: ToldPhase) -> BoolArray:
    """Return which points were solved, or could not be; the others have their corners' label."""
    filled = np.isnan(phase.agreement) & (phase.labels >= 0)
    return np.asarray(~filled)


def axis_label(phase: ToldPhase, place: int) -> str:
    """Return what an axis shows: the lever's label and the number it sets."""
    title, name = phase.titles[place], phase.names[place]
    return f"{title} ({name})" if title != name else name


def put_phase(phase: ToldPhase, party: str, folder: Path) -> None:
    """Write a phase diagram to a folder of its own, or nothing.

    Raises
    ------
    UsageError
        If the folder cannot be written to, or holds something else.
    """
    with claimed(folder, Holder("phase")) as claim:
        write_phase(phase, party, claim)


def write_phase(phase: ToldPhase, party: str, claim: Claim) -> None:
    """Write phase.svg, phase.png, phase.csv and phase.json to a folder, or nothing."""
    drawings, rows = {"phase": phase_figure(phase, party)}, {"phase": phase_table(phase)}
    write_study("phase", phase, drawings, rows, claim)
