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
    from negsim.playing.strategy import Strategy
    from negsim.theory.registry import Solver

ROLES = ("party", "mediator", "guarantor")


@click.command("list")
@click.argument("kind", metavar="{strategies|solvers|measures|numbers}")
@click.argument("name", required=False, metavar="[STRATEGY|SOLVER|FILE]")
@click.option("--role", help="Only strategies that suit a party, mediator or guarantor.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(kind: str, name: str | None, role: str | None, as_json: bool) -> None:
    """List strategies, solvers, measures, one STRATEGY or SOLVER in full, or a FILE's numbers."""
    check_words(kind, name, role)
    if kind == "strategies" and name is not None:
        show_strategy(name, as_json)
        return
    if kind == "solvers" and name is not None:
        show_solver(name, as_json)
        return
    rows = listed(kind, name, role)
    if as_json:
        echo_json(rows)
        return
    from rich.console import Console
    from rich.table import Column, Table

    shown = [word for word in rows[0] if word not in IN_FULL]
    heads = [Column(head, no_wrap=place == 0) for place, head in enumerate(shown)]
    table = Table(*heads, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(row[word] for word in shown))
    console = Console(highlight=False)
    console.print(table)
    for line in SOLVER_NOTES if kind == "solvers" else ():
        console.print(line)


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
    if kind not in ("numbers", "solvers", "strategies") and name is not None:
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

    from negsim.playing.registry import strategies

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
    from negsim.playing.registry import strategies

    return [
        {"name": name, "suits": ", ".join(entry.roles), "what it does": entry.summary}
        for name, entry in strategies.items()
        if role is None or role in entry.roles
    ]


def solver_rows() -> list[dict[str, str]]:
    """Return the solvers by the class of games that they take, and what they promise."""
    from negsim.theory.registry import solvers

    rows = [solver_row(solvers[name]) for name in solvers]
    order = list(GAMES)
    return sorted(rows, key=lambda row: order.index(row["game"]))


def solver_row(entry: Solver) -> dict[str, str]:
    """Return what a solver takes and promises, in words."""
    from negsim.theory.oneshot.several.select import can_be_exact

    game = next(word for word, (kind, _) in GAMES.items() if kind == entry.takes.__name__)
    on_request = "--exact" if can_be_exact(entry.name) else "no"
    return {
        "name": entry.name,
        "game": game,
        "players": entry.players.replace(" or more players", "+").removesuffix(" players"),
        "finds": entry.finds,
        "exact": "yes" if entry.exact else on_request,
        "what it does": entry.summary,
        "cost": entry.cost,
        "source": entry.source,
    }


def show_solver(name: str, as_json: bool) -> None:
    """Print everything about one solver."""
    from rich.console import Console
    from rich.table import Table

    from negsim.theory.registry import solvers

    entry = solvers[name]
    told = {**solver_row(entry), "options": ", ".join(entry.options) or "none"}
    if as_json:
        echo_json(told)
        return
    console = Console(highlight=False)
    console.print(f"[bold]{told.pop('name')}[/bold]: {told.pop('what it does')}\n")
    told["game"] = f"{told['game']}: {GAMES[told['game']][1]}"
    told["finds"] = f"{told['finds']} ({FINDS[entry.finds]})"
    grid = Table.grid(padding=(0, 2))
    for word, value in told.items():
        grid.add_row(word, value)
    console.print(grid)


def measure_rows() -> list[dict[str, str]]:
    """Return the measures, their units and what they need."""
    from negsim.analysis.measures.measure import FORMS
    from negsim.analysis.measures.registry import measures

    return [
        {
            "name": f"{name}.{FORMS.get(entry.of, entry.of.upper())}" if entry.of else name,
            "unit": entry.unit,
            "what it is": entry.summary,
        }
        for name, entry in measures.items()
    ]


GAMES = {
    "table": ("NormalFormGame", "normal form: a .nfg or .csv file, or a scenario's last round"),
    "tree": ("ExtensiveGame", "extensive form: an .efg file, or a scenario's last round in order"),
    "talks": ("StochasticGame", "a scenario's talks over all rounds, a stochastic game"),
    "repeated": ("RepeatedGame", "a scenario's last round, played for ever at its discounts"),
    "signals": ("SignallingGame", "a sender's private type and a reply; `negsim signal FILE`"),
    "trust": ("TrustGame", "trust in one who may be stalling; only in Python: `negsim.solve`"),
}
"""The classes of games that solvers take: a word for each, its name in code, and what it is."""

FINDS = {
    "all": "every one, or it says that it may not be complete",
    "some": "there may be others",
    "one": "a single answer",
}

IN_FULL = ("cost", "source")
"""What only the description of one entry, and JSON, has room for."""

SOLVER_NOTES = (
    "",
    *(f"{word}: {text}." for word, (_, text) in GAMES.items()),
    "finds all: " + FINDS["all"] + ". exact: in fractions, always or with --exact.",
    "`negsim list solvers NAME` tells the cost and the source of one.",
)

ENTRIES = {"strategies": strategy_rows, "solvers": solver_rows, "measures": measure_rows}
