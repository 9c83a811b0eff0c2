"""``negsim list``: what can be named on the command line."""

from __future__ import annotations

import inspect
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negsim.cli.common import echo_json
from negsim.errors import UsageError, unknown

if TYPE_CHECKING:
    from negsim.play.strategy import Strategy

ROLES = ("party", "mediator", "guarantor")


@click.command("list")
@click.argument("kind", metavar="{strategies|solvers|measures|numbers}")
@click.argument("name", required=False, metavar="[STRATEGY|FILE]")
@click.option("--role", help="Only strategies that suit a party, mediator or guarantor.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(kind: str, name: str | None, role: str | None, as_json: bool) -> None:
    """List strategies, solvers or measures, one STRATEGY in full, or the numbers of a FILE."""
    check_words(kind, name, role)
    if kind == "strategies" and name is not None:
        show_strategy(name, as_json)
        return
    rows = listed(kind, name, role)
    if as_json:
        echo_json(rows)
        return
    from rich.console import Console
    from rich.table import Column, Table

    heads = [Column(head, no_wrap=place == 0) for place, head in enumerate(rows[0])]
    table = Table(*heads, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)


def check_words(kind: str, name: str | None, role: str | None) -> None:
    """Check what was asked for.

    Raises
    ------
    UsageError, UnknownNameError
        If there is no such kind of list or role, or the kind does not go with the rest.
    """
    if kind not in (*ENTRIES, "numbers"):
        raise unknown("kind of list", kind, [*ENTRIES, "numbers"])
    if kind == "numbers" and name is None:
        raise UsageError(
            "negsim list numbers: expected a scenario file, as in "
            "`negsim list numbers scenarios/march_2025.toml`"
        )
    if kind not in ("numbers", "strategies") and name is not None:
        raise UsageError(f"negsim list {kind}: takes no file, got {name}")
    if role is not None and kind != "strategies":
        raise UsageError(f"negsim list {kind}: only strategies have roles, got --role {role}")
    if role is not None and role not in ROLES:
        raise unknown("role", role, ROLES)


def listed(kind: str, name: str | None, role: str | None) -> list[dict[str, str]]:
    """Return the rows of a list."""
    if kind == "numbers" and name is not None:
        return numbers(Path(name))
    if kind == "strategies":
        return strategy_rows(role)
    return ENTRIES[kind]()


def show_strategy(name: str, as_json: bool) -> None:
    """Print everything about one strategy."""
    from rich.console import Console
    from rich.table import Table

    from negsim.play.registry import strategies

    told = strategy_in_full(strategies[name])
    if as_json:
        echo_json(told)
        return
    console = Console(highlight=False)
    console.print(f"[bold]{told['name']}[/bold]: {told['what it does']}\n")
    console.print(f"{told['in full']}\n", markup=False)
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(overflow="fold")
    for word in ("suits", "also known as", "remembers", "source"):
        value = told[word]
        grid.add_row(word, ", ".join(value) if isinstance(value, list) else value)
    for parameter in told["parameters"]:
        grid.add_row(
            f"{parameter['name']}={parameter['default']}",
            f"{parameter['unit']}: {parameter['says']} "
            f"({parameter['low']:g} to {parameter['high']:g})",
        )
    grid.add_row("as in", f"--strategy PARTY={told['as in']}")
    console.print(grid)


def strategy_in_full(kind: type[Strategy]) -> dict[str, Any]:
    """Return a strategy's words and parameters as plain data."""
    return {
        "name": kind.name,
        "what it does": kind.summary,
        "in full": paragraphs((inspect.getdoc(kind) or "").partition(">>>")[0]),
        "suits": list(kind.roles),
        "also known as": list(kind.also),
        "remembers": kind.remembers,
        "source": kind.source,
        "parameters": [
            {
                "name": field.name,
                "default": field.default,
                **{word: field.metadata[word] for word in ("low", "high", "unit", "says")},
            }
            for field in fields(kind)
        ],
        "as in": str(kind()),
    }


def paragraphs(text: str) -> str:
    r"""Return a text whose lines are joined within each paragraph, for a terminal to break.

    >>> paragraphs("One\ntwo.\n\nThree.")
    'One two.\n\nThree.'
    """
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n")).strip()


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


def strategy_rows(role: str | None = None) -> list[dict[str, str]]:
    """Return the strategies that suit a role, or all."""
    from negsim.play.registry import strategies

    return [
        {"name": name, "suits": ", ".join(entry.roles), "what it does": entry.summary}
        for name, entry in strategies.items()
        if role is None or role in entry.roles
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
    from negsim.analysis.measure import FORMS
    from negsim.analysis.measures import measures

    return [
        {
            "name": f"{name}.{FORMS.get(entry.of, entry.of.upper())}" if entry.of else name,
            "unit": entry.unit,
            "what it is": entry.summary,
        }
        for name, entry in measures.items()
    ]


ENTRIES = {"strategies": strategy_rows, "solvers": solver_rows, "measures": measure_rows}
