"""The figures of a sweep: a phase diagram with its table, or measures against numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from negsim.analysis.delay.stalling import LABELS
from negsim.answers import plain
from negsim.arrays import BoolArray
from negsim.drawing import plots
from negsim.drawing.plots.panels import MeasureRow, measure_panels
from negsim.drawing.save import write_study
from negsim.drawing.words import amount, percent
from negsim.folders import FolderClaim, Holder, claimed
from negsim.questions.sweep.answer import PhaseDiagram, Sweep
from negsim.questions.sweep.ask import Anew, ask_sweep, label_text, strongest, swept_phase, unit_of
from negsim.sampling.manifest import described
from negsim.sampling.results import Results, is_label

MOST_ROWS = 5
MOST_COLUMNS = 3


def phase_figure(phase: PhaseDiagram, party: str) -> Figure:
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


def was_solved(phase: PhaseDiagram) -> BoolArray:
    """Return which points were solved, or could not be; the others have their corners' label."""
    filled = np.isnan(phase.agreement) & (phase.labels >= 0)
    return np.asarray(~filled)


def axis_label(phase: PhaseDiagram, place: int) -> str:
    """Return what an axis shows: the lever's label and the number it sets."""
    title, name = phase.titles[place], phase.names[place]
    return f"{title} ({name})" if title != name else name


def put_phase(phase: PhaseDiagram, party: str, folder: Path) -> None:
    """Write a phase diagram to a folder of its own, or nothing.

    Raises
    ------
    UsageError
        If the folder cannot be written to, or holds something else.
    """
    with claimed(folder, Holder("phase")) as claim:
        write_phase(phase, party, claim)


def write_phase(phase: PhaseDiagram, party: str, claim: FolderClaim) -> None:
    """Write phase.svg, phase.png, phase.csv and phase.json to a folder, or nothing."""
    drawings, rows = {"phase": phase_figure(phase, party)}, {"phase": phase_table(phase)}
    write_study("phase", phase, drawings, rows, claim)


def phase_table(phase: PhaseDiagram) -> list[list[Any]]:
    """Return one row a point: the numbers varied, the label and the measures."""
    points = np.array(np.meshgrid(*phase.axes, indexing="ij")).reshape(len(phase.names), -1).T
    measured = (phase.labels, phase.delay, phase.agreement, phase.end_round)
    columns = [plain(column.ravel()) for column in measured]
    rows = [
        [*map(float, point), label_text(code), *rest]
        for point, code, *rest in zip(points, *columns, strict=True)
    ]
    return [[*phase.names, "label", "value_of_delay", "agreement_chance", "end_round"], *rows]


# ---------------------------------------------------------------- measures against numbers


def sweep_figure(results: Results) -> Figure:
    """Draw the measures against the numbers that they go with most."""
    names = shown_names(results)
    rows = [row_of(results, name) for name in list(results.measures)[:MOST_ROWS]]
    facts = described(results.manifest).facts
    columns = {facts.titles[name]: results.values[:, results.names.index(name)] for name in names}
    base = [facts.base[name] for name in names]
    return measure_panels(columns, rows, title=headline(results), base=base)


def shown_names(results: Results) -> list[str]:
    """Return the numbers to be drawn: those that the measures go with most, then the others."""
    movers = [
        mover.name
        for name in list(results.measures)[:MOST_ROWS]
        if (mover := strongest(results, results.measures[name])) is not None
    ]
    often = [name for name, _ in Counter(movers).most_common()]
    return list(dict.fromkeys([*often, *results.names]))[:MOST_COLUMNS]


def row_of(results: Results, name: str) -> MeasureRow:
    """Return a measure as a row of the figure."""
    column = results.measures[name]
    words = {}
    if is_label(name):
        codes = np.unique(column[np.isfinite(column)]).astype(int).tolist()
        words = {code: LABELS[code].replace("_", " ") for code in codes}
    return MeasureRow(measure_words(results, name), column, unit_of(name), words)


def measure_words(results: Results, name: str) -> str:
    """Return a measure's name in words, its party by the party's label."""
    kind, _, subject = name.partition(".")
    labels = described(results.manifest).facts.parties
    whose = labels.get(subject, subject.replace(".", " ").replace("_", " "))
    return kind.replace("_", " ") + (f", {whose}" if whose else "")


def headline(results: Results) -> str:
    """Return the finding that the figure's title says: the strongest mover of the first measure."""
    for name, column in results.measures.items():
        mover = None if is_label(name) else strongest(results, column)
        if mover is None:
            continue
        words = measure_words(results, name)
        words = words[0].upper() + words[1:]
        if len(results.names) == 1:
            ends = column[np.argmin(results.values[:, 0])], column[np.argmax(results.values[:, 0])]
            return f"{words}: from {amount(float(ends[0]))} to {amount(float(ends[1]))}"
        title = described(results.manifest).facts.titles[mover.name]
        return f"{words}: goes most with {title} (rank correlation {mover.correlation:+.2f})"
    return "No measure differs between the points"


def write_sweep(
    results: Results, claim: FolderClaim, anew: Anew | None = None
) -> PhaseDiagram | Sweep:
    """Draw what the results hold into a folder and return it.

    A grid over one or two numbers with the measures of a phase diagram gives ``phase.*``, anything
    else ``sweep.*``.

    Raises
    ------
    UsageError
        If the folder cannot be written to.
    """
    found = swept_phase(results)
    if found is not None:
        write_phase(found, described(results.manifest).facts.parties[found.party], claim)
        return found
    answer = ask_sweep(results, anew)
    write_study("sweep", answer, {"sweep": sweep_figure(results)}, {}, claim)
    return answer
