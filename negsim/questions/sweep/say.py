"""What a sweep found, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from negsim.drawing.terminal import console
from negsim.drawing.words import amount, percent
from negsim.questions.sweep.answer import (
    LabelsOnRecord,
    LabelSpread,
    NumberSpread,
    PhaseDiagram,
    Sweep,
)


def show_sweep(answer: Sweep, folder: Path, drawn: str = "sweep") -> None:
    """Print the findings of a sweep on a screen; ``drawn`` is the name of its figure."""
    out = Console(highlight=False)
    out.print(f"[bold]{escape(answer.title)}[/bold]: {escape(answer.design)}")
    for party, rule in answer.strategies.items():
        out.print(f"{escape(party)} plays {escape(rule)}")
    out.print(spread_table(answer))
    if answer.points < answer.planned:
        what = "Refined along borders" if answer.complete else "Not finished"
        out.print(f"{what}: {answer.points:,} of {answer.planned:,} points solved.")
    if answer.failed:
        out.print(f"{answer.failed:,} points could not be solved, among them:")
        for reason, count in answer.errors.items():
            out.print(f"  {count:,}: {escape(reason)}")
    out.print("Shares and means are over the points of this design; they are no probabilities.")
    out.print(f"Results: {escape(str(folder))}/results.sqlite, {drawn}.svg", soft_wrap=True)


def spread_table(answer: Sweep) -> Table:
    """Return the table of the measures, one row each."""
    table = Table(box=None)
    table.add_column("measure", overflow="fold")
    for head in ("unit", "lowest", "mean", "highest"):
        table.add_column(head, no_wrap=True)
    table.add_column("goes most with", overflow="fold")
    for name, found in answer.measures.items():
        words = label_words(found) if isinstance(found, LabelSpread) else number_words(found)
        table.add_row(escape(name), found.unit, *words)
    return table


def number_words(found: NumberSpread) -> list[str]:
    """Return the lowest, mean and highest value and what moves it."""
    mover = found.moved_by
    words = f"{mover.name} ({mover.correlation:+.2f})" if mover else "-"
    ends = (found.low, found.mean, found.high)
    return [*("-" if value is None else amount(value) for value in ends), words]


def label_words(found: LabelSpread) -> list[str]:
    """Return the shares of labels, with nothing under lowest, mean and highest."""
    return ["", "", "", shares_words(found.shares) + record_words(found.given_record)]


def shares_words(shares: Mapping[str, float]) -> str:
    """Return shares of labels in words."""
    return ", ".join(f"{word.replace('_', ' ')} {percent(n)}" for word, n in shares.items())


def record_words(found: LabelsOnRecord | None) -> str:
    """Return in words what the shares are given the record; nothing without one."""
    if found is None:
        return ""
    worth = f"worth {found.effective:.0f} points, {found.how}"
    if found.shares is None:
        return f"; given the record too few points to tell ({worth})"
    return f"; given the record ({worth}): {shares_words(found.shares)}"


def show_phase(title: str, party: str, phase: PhaseDiagram, folder: str) -> None:
    """Print the shares of a phase diagram and where it is."""
    out = console()
    size = " x ".join(str(len(axis)) for axis in phase.axes)
    out.print(f"[bold]{escape(title)}[/bold]: {size} points of {escape(', '.join(phase.names))}")
    if phase.solved < phase.labels.size:
        out.print(f"  {phase.solved:,} of them solved, the others as the corners around them.")
    for label, share in phase.shares.items():
        out.print(f"  {label.replace('_', ' '):15} {percent(share)} of the grid, at the start")
    if phase.hangs_on_selection > 0:
        hangs = percent(phase.hangs_on_selection)
        out.print(f"  Which equilibrium is chosen decides the label in {hangs} of what was solved,")
    out.print(f"  for {escape(party)}. The share depends on the grid; it is not a probability.")
    out.print(f"Results: {escape(folder)}/results.sqlite, phase.csv, phase.svg", soft_wrap=True)
