"""``negsim list``: what can be named on the command line."""

from __future__ import annotations

from pathlib import Path

import click

from negsim.cli.common import echo_json
from negsim.errors import UsageError, unknown


@click.command("list")
@click.argument("kind", metavar="{strategies|solvers|measures|numbers}")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(kind: str, file: Path | None, as_json: bool) -> None:
    """List strategies, solvers or measures, or the named numbers of scenario FILE."""
    if kind == "numbers" and file is None:
        raise UsageError(
            "negsim list numbers: expected a scenario file, as in "
            "`negsim list numbers scenarios/march_2025.toml`"
        )
    if kind not in (*ENTRIES, "numbers"):
        raise unknown("kind of list", kind, [*ENTRIES, "numbers"])
    if kind != "numbers" and file is not None:
        raise UsageError(f"negsim list {kind}: takes no file, got {file}")
    rows = numbers(file) if file is not None else ENTRIES[kind]()
    if as_json:
        echo_json(rows)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*rows[0], box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)


def numbers(file: Path) -> list[dict[str, str]]:
    """Return the named numbers of a scenario: what --set and --vary can name."""
    from negsim.scenario.load import load

    return [
        {
            "name": number.name,
            "value": f"{number.value:f}",
            "range": "" if number.low is None else f"{number.low:f} to {number.high:f}",
            "why": number.why,
        }
        for number in load(file).numbers.values()
    ]


def strategy_rows() -> list[dict[str, str]]:
    """Return the strategies and their parameters."""
    from negsim.play.registry import strategies

    return [
        {"name": name, "parameters": entry.signature(), "what it does": entry.summary}
        for name, entry in strategies.items()
    ]


def solver_rows() -> list[dict[str, str]]:
    """Return the solvers and what they promise."""
    from negsim.solvers.registry import solvers

    return [
        {
            "name": name,
            "finds": entry.finds,
            "takes": entry.players,
            "exact": "yes" if entry.exact else "no",
            "what it does": entry.summary,
        }
        for name, entry in solvers.items()
    ]


def measure_rows() -> list[dict[str, str]]:
    """Return the measures, their units and what they need."""
    from negsim.analysis.measures import measures

    return [
        {
            "name": f"{name}.{entry.of.upper()}" if entry.of else name,
            "unit": entry.unit,
            "what it is": entry.summary,
        }
        for name, entry in measures.items()
    ]


ENTRIES = {"strategies": strategy_rows, "solvers": solver_rows, "measures": measure_rows}
