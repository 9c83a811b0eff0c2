"""The findings on a terminal: a screenful, in words first."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from negsim.drawing.words import CAVEAT, percent


def console() -> Console:
    """Return the console of standard output; it honours NO_COLOR and leaves long lines whole."""
    return Console(highlight=False, soft_wrap=False)


def hanging(text: str, indent: int = 2) -> Padding:
    """Return a paragraph of which every line stands ``indent`` columns in."""
    return Padding(text, (0, 0, 0, indent))


def sign(holds: bool | None) -> str:
    """Return a test as a sign: + holds, - fails, ? not tested."""
    return {True: "+", False: "-", None: "?"}[holds]


def show_findings(title: str, sentences: list[str], out_folder: str) -> None:
    """Print the findings of a run: one screenful and where the report is."""
    out = console()
    out.print(f"\n[bold]{escape(title)}[/bold]\n")
    for sentence in sentences:
        out.print(
            f"[bold]{escape(sentence.split(' ', 1)[0])}[/bold] {escape(sentence.split(' ', 1)[1])}"
        )
    out.print(f"\n[dim]{CAVEAT}[/dim]")
    out.print(f"Report: {escape(out_folder)}/report.html", soft_wrap=True)


def show_phase(title: str, party: str, data: dict[str, Any], folder: str) -> None:
    """Print the shares of a phase diagram and where it is."""
    out = console()
    size = " x ".join(str(len(axis)) for axis in data["axes"])
    out.print(f"[bold]{escape(title)}[/bold]: {size} points of {escape(', '.join(data['names']))}")
    if data["solved"] < math.prod(len(axis) for axis in data["axes"]):
        out.print(f"  {data['solved']:,} of them solved, the others as the corners around them.")
    for label, share in data["shares"].items():
        out.print(f"  {label.replace('_', ' '):15} {percent(share)} of the grid, at the start")
    if data["hangs_on_selection"]:
        share = percent(data["hangs_on_selection"])
        out.print(f"  Which equilibrium is chosen decides the label in {share} of what was solved,")
    out.print(f"  for {escape(party)}. The share depends on the grid; it is not a probability.")
    out.print(f"Results: {escape(folder)}/results.sqlite, phase.csv, phase.svg", soft_wrap=True)
