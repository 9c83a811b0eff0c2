"""``negsim compare``: what differs between two scenarios, and which conclusions change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from negsim.cli.common import announce, claim_folder, compiled_scenario, deliver, time_limited

if TYPE_CHECKING:
    from rich.table import Table

    from negsim.questions.compare import Found, ScenarioComparison


@click.command("compare")
@time_limited
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change a named number of SECOND; compares a file with itself changed.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write compare.json to.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    first: Path, second: Path, settings: tuple[str, ...], out: Path | None, as_json: bool
) -> None:
    """Show what differs between two scenarios, and which conclusions change with it."""
    from negsim.cli import workload
    from negsim.folders import Holder
    from negsim.questions.compare import compare

    both = compiled_scenario(first, ()), compiled_scenario(second, settings)
    left, right = (each.scenario for each in both)
    claim = None
    if out is not None:
        names, titles = f"{first.name} and {second.name}", f"{left.title} and {right.title}"
        digests = f"{left.digest} {right.digest}"
        claim = claim_folder(out, Holder("compare", names, titles, digests))
    for each in both:
        announce(each, workload.analysed(each.scenario))
    answer = compare(left, right, settings=settings)
    if not deliver(answer, as_json, claim):
        show(answer)


def show(answer: ScenarioComparison) -> None:
    """Print the differences and the conclusions that change."""
    from rich.console import Console
    from rich.markup import escape

    from negsim.drawing.words import CAVEAT, NOT_IN_TIME

    out = Console(highlight=False)
    for letter, side in (("A", answer.left), ("B", answer.right)):
        out.print(f"[bold]{letter}[/bold]  {escape(side.title)} ({escape(side.file)})")
    differs = [(each.name, each.left, each.right) for each in answer.differences]
    changed = [(each.about, each.left, each.right) for each in answer.conclusions if each.changes]
    out.print(table("Differs", differs) if differs else "No difference.")
    none = "No conclusion changes." if answer.conclusions else NOT_IN_TIME
    out.print(table("Changes", changed) if changed else none)
    if count := len(answer.conclusions):
        out.print(f"{count - len(changed)} of {count} conclusions are the same.")
    out.print(f"[dim]{CAVEAT}[/dim]")


def table(heading: str, rows: Sequence[tuple[str, Found, Found]]) -> Table:
    """Return what differs as a table, one row each."""
    from rich.markup import escape
    from rich.table import Table

    found = Table(heading, "A", "B", box=None, header_style="bold", pad_edge=False)
    for name, *sides in rows:
        found.add_row(escape(name), *(escape(words(side)) for side in sides))
    return found


def words(found: Found) -> str:
    """Return one side of a row in words."""
    from negsim.drawing.words import amount

    if found is None:
        return "-"
    if isinstance(found, float):
        return amount(found)
    return found if isinstance(found, str) else "; ".join(found)
