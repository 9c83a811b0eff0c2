"""``negsim levers``: at which values a conclusion tips, and what would bring an outcome about."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from negsim.cli import workload
from negsim.cli.common import (
    announce,
    claim_out,
    compiled_scenario,
    deliver,
    party_option,
    progress_bar,
    scenario_options,
    time_limited,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from negsim.sampling.axes import Axis
    from negsim.scenario.model import Scenario


@click.command("levers")
@scenario_options
@time_limited
@party_option("Whose label")
@click.option(
    "--number",
    "numbers",
    multiple=True,
    metavar="NAME[=LO:HI]",
    help="Move this number as well, or `all` that have a range.",
)
@click.option(
    "--pair",
    "pairs",
    multiple=True,
    metavar="A,B",
    help="Follow the border in two levers or numbers.",
)
@click.option(
    "--cost",
    "costs",
    multiple=True,
    metavar="LEVER=COST",
    help="Cost of moving a lever over its whole range; 1 if not given.",
)
@click.option(
    "--make",
    metavar="OUTCOME",
    help="Find the least change that makes this outcome come out, such as `truce and not cutoff`.",
)
@click.option(
    "--as",
    "kind",
    default="nash",
    show_default=True,
    metavar="KIND",
    help="nash, sequential or settlement (one-shot game), or talks (round 1 of the solved talks).",
)
@click.option(
    "--scan",
    type=click.IntRange(3, 10_001),
    default=17,
    show_default=True,
    help="Points at which each range is scanned.",
)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    party: str | None,
    numbers: tuple[str, ...],
    pairs: tuple[str, ...],
    costs: tuple[str, ...],
    make: str | None,
    kind: str,
    scan: int,
) -> None:
    """Show at which values of the levers of FILE a conclusion tips, and the cheapest way there.

    Every lever, and every --number, is moved alone: where does the party's label at the start, or
    a claim, change? With --make: the least change of the --number given (default: all) that makes
    an outcome come out.
    """
    if make is not None:
        show_least_change(file, settings, as_json, seed, out, make, kind, numbers, costs, scan)
        return
    from negsim.analysis.delay.channels import prepared
    from negsim.analysis.delay.default_party import default_party
    from negsim.analysis.delay.stalling import analyse
    from negsim.questions.change.ask import Moves, ask_levers
    from negsim.questions.change.say import show_levers
    from negsim.questions.change.tables import levers_tables
    from negsim.sampling.axes import lever_axes

    compiled = prepared(compiled_scenario(file, settings))
    scenario = compiled.scenario
    who = scenario.party(party).name if party else None
    axes = chosen_axes(scenario, numbers)
    both = [parse_pair(scenario, text) for text in pairs]
    levers = {axis.lever: axis.name for axis in lever_axes(scenario)}
    prices = dict(parse_cost(text, levers) for text in costs)
    claim = claim_out(out, "levers", scenario)
    announce(compiled, workload.levers(scenario, len(axes), scan))
    focus = who or default_party(analyse(compiled))
    threads = os.cpu_count() or 1
    with progress_bar("scans") as progress:
        moves = Moves(axes, both, prices, scan)
        answer = ask_levers(scenario, focus, moves, seed, threads, stages(), progress)

    def draw() -> dict[str, Figure]:
        from negsim.questions.change.draw import levers_figures

        return levers_figures(answer)

    if not deliver(answer, as_json, claim, draw, levers_tables(answer)):
        show_levers(scenario.title, answer)


def chosen_axes(scenario: Scenario, texts: tuple[str, ...]) -> tuple[Axis, ...]:
    """Return the levers and the numbers asked for; ``all`` stands for every number with a range.

    Raises
    ------
    UnknownNameError, UsageError
        If a name or range is wrong, or there is nothing to move.
    """
    from negsim.errors import UsageError
    from negsim.sampling.axes import axis_of, lever_axes, ranged_axes

    found = {axis.name: axis for axis in lever_axes(scenario)}
    for text in texts:
        more = ranged_axes(scenario) if text == "all" else (axis_of(scenario, text),)
        found.update({axis.name: axis for axis in more if text != "all" or axis.name not in found})
    if not found:
        raise UsageError("the scenario declares no levers; expected --number NAME or --number all")
    return tuple(found.values())


def parse_pair(scenario: Scenario, text: str) -> tuple[Axis, Axis]:
    """Return the two numbers of ``A,B``.

    Raises
    ------
    UnknownNameError, UsageError
        If there are not two, or a name or range is wrong.
    """
    from negsim.errors import UsageError
    from negsim.questions.change.levers import check_pair
    from negsim.sampling.axes import axis_of

    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(parts):
        raise UsageError(f'--pair {text}: expected two levers or numbers as A,B, got "{text}"')
    across, up = (axis_of(scenario, part) for part in parts)
    check_pair(across, up)
    return across, up


def parse_cost(text: str, known: Mapping[str, str]) -> tuple[str, float]:
    """Return the dotted name and cost of ``NAME=COST``; ``known`` has names and what they set.

    Raises
    ------
    UnknownNameError, UsageError
        If there is no such name or the cost is not a number above 0.
    """
    from negsim.errors import UsageError, unknown

    name, _, value = (part.strip() for part in text.partition("="))
    if name not in known and name not in known.values():
        raise unknown("lever or number", name, [*known])
    try:
        cost = float(value)
    except ValueError:
        cost = float("nan")
    if not 0 < cost < float("inf"):
        raise UsageError(f'--cost {text}: expected NAME=COST with a cost above 0, got "{value}"')
    return known.get(name, name), cost


def show_least_change(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    outcome: str,
    kind: str,
    numbers: tuple[str, ...],
    costs: tuple[str, ...],
    scan: int,
) -> None:
    """Find and show the least change that makes an outcome come out."""
    from negsim.errors import unknown
    from negsim.questions.change.ask import ask_least_change
    from negsim.questions.change.linear_game import payoff_names
    from negsim.questions.change.say import KIND_WORDS, show_inverse
    from negsim.sampling.axes import Axis, axis_of, ranged_axes

    scenario = compiled_scenario(file, settings).scenario
    if kind not in KIND_WORDS:
        raise unknown("kind of outcome", kind, KIND_WORDS)
    if kind == "talks":
        known = [axis.name for axis in ranged_axes(scenario)]
        axes = tuple(axis_of(scenario, text) for text in numbers) or None
    else:
        known = list(payoff_names(scenario))
        for text in numbers:
            scenario.number(text)
        axes = tuple(Axis(text, text, 0.0, 1.0) for text in numbers) or None
    prices = dict(parse_cost(text, {name: name for name in known}) for text in costs)
    claim = claim_out(out, "levers", scenario)
    threads = os.cpu_count() or 1
    answer = ask_least_change(scenario, outcome, kind, axes, prices, scan, seed, threads)
    if not deliver(answer, as_json, claim):
        show_inverse(scenario.title, answer)


def stages() -> Callable[[str], None]:
    """Return what tells, on a terminal, what is being worked on."""

    def say(what: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"{what} ...\n")

    return say
