"""The findings on a terminal: a screenful, in words first."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from negsim.drawing.words import CAVEAT


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
