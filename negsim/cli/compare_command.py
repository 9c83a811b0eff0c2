"""``negsim compare``: what differs between two scenarios, and which conclusions change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negsim.cli.common import announce, claim_folder, compiled_scenario, deliver, time_limited

if TYPE_CHECKING:
    from negsim.questions.compare import Comparison


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
    found = compare(left, right)
    data = {
        "left": {"file": str(first), "title": left.title, "digest": left.digest},
        "right": {"file": str(second), "title": right.title, "digest": right.digest},
        "set": list(settings),
        **rows(found),
    }
    if not deliver(data, as_json, claim):
        show(data)


def rows(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data."""
    return {
        "differences": [
            {"name": each.name, "left": each.left, "right": each.right}
            for each in found.differences
        ],
        "conclusions": [
            {
                "about": each.about,
                "left": each.left,
                "right": each.right,
                "changes": each.changes,
            }
            for each in found.conclusions
        ],
    }


def show(data: dict[str, Any]) -> None:
    """Print the differences and the conclusions that change."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from negsim.drawing.words import CAVEAT, NOT_IN_TIME

    out = Console(highlight=False)
    for letter, side in (("A", data["left"]), ("B", data["right"])):
        out.print(f"[bold]{letter}[/bold]  {escape(side['title'])} ({escape(side['file'])})")
    changed = [each for each in data["conclusions"] if each["changes"]]
    parts = [("Differs", "name", data["differences"]), ("Changes", "about", changed)]
    none = "No conclusion changes." if data["conclusions"] else NOT_IN_TIME
    for heading, key, found in parts:
        if not found:
            out.print({"Differs": "No difference.", "Changes": none}[heading])
            continue
        table = Table(heading, "A", "B", box=None, header_style="bold", pad_edge=False)
        for each in found:
            table.add_row(escape(each[key]), *(escape(words(each[s])) for s in ("left", "right")))
        out.print(table)
    if count := len(data["conclusions"]):
        out.print(f"{count - len(changed)} of {count} conclusions are the same.")
    out.print(f"[dim]{CAVEAT}[/dim]")


def words(found: Any) -> str:
    """Return one side of a row in words."""
    from negsim.drawing.words import amount

    if found is None:
        return "-"
    if isinstance(found, float):
        return amount(found)
    return found if isinstance(found, str) else "; ".join(found)
