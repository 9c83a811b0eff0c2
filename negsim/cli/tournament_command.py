"""``negsim tournament``: every strategy of one role against every strategy of another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negsim.cli import workload
from negsim.cli.common import (
    announce,
    claim_out,
    compiled_scenario,
    deliver,
    echo_json,
    keeping,
    progress_bar,
    scenario_options,
    time_limited,
)
from negsim.deadline import left_out, statement
from negsim.errors import UsageError, unknown

if TYPE_CHECKING:
    from negsim.dynamics.build import Compiled
    from negsim.questions.tournament.tournament import Entry


@click.command("tournament")
@scenario_options
@time_limited
@click.option("--roles", help="The two parties, for example russia,usa; default: party, mediator.")
@click.option(
    "--strategies",
    "listed",
    multiple=True,
    metavar="PARTY=STRATEGY+STRATEGY+...",
    help="The strategies of a role; default: all that suit it.",
)
@click.option(
    "--strategy",
    "fixed",
    multiple=True,
    metavar="PARTY=STRATEGY[:PARAMETER=VALUE,...]",
    help="What a party of no role plays; default: sincere, mediators the solved talks.",
)
@click.option(
    "--runs", type=click.IntRange(1), default=1000, show_default=True, help="Runs of each pairing."
)
@click.option("--noise", default="0", metavar="CHANCE,...", help="Chances that a move flips.")
@click.option("--misperception", default="0", metavar="CHANCE,...", help="Chances of misreading.")
@click.option(
    "--horizon",
    "lengths",
    default="file",
    metavar="ROUNDS|random:CHANCE,...",
    help="Lengths of the talks.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=os.cpu_count() or 1,
    show_default="all processors",
    help="Threads; the results do not depend on it.",
)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    roles: str | None,
    listed: tuple[str, ...],
    fixed: tuple[str, ...],
    runs: int,
    noise: str,
    misperception: str,
    lengths: str,
    workers: int,
) -> None:
    """Play every strategy of one role against every strategy of another.

    Writes tables, figures and tournament.sqlite to --out (default: out/NAME_tournament). What is
    finished is kept when it is interrupted; the same command goes on.
    """
    from negsim.questions.tournament.ask import tournament_answer
    from negsim.questions.tournament.draw import tournament_figures, tournament_tables
    from negsim.questions.tournament.say import show_tournament
    from negsim.questions.tournament.tournament import tournament

    compiled = compiled_scenario(file, settings)
    options = {"runs": runs, "seed": seed} | conditions(noise, misperception, lengths)
    entry = entry_of(compiled, roles, listed, fixed, options)
    folder = out or Path("out") / f"{file.stem}_tournament"
    claim = claim_out(folder, "tournament", compiled.scenario)
    announce(compiled, workload.played(compiled.scenario))
    with (
        keeping(folder),
        progress_bar("jobs of the tournament", "fewer --runs or --strategies") as progress,
    ):
        found = tournament(compiled, entry, out=folder, workers=workers, progress=progress)
    if not found.complete:
        say_unfinished(folder, as_json)
        return
    answer = tournament_answer(compiled, found)
    if not answer.pairings:
        why = answer.skipped[0].why
        raise UsageError(f"none of the pairings can be played, for example: {why}")
    tables = tournament_tables(answer)
    if not deliver(answer, as_json, claim, lambda: tournament_figures(answer), tables):
        show_tournament(answer, str(folder))


def say_unfinished(folder: Path, as_json: bool) -> None:
    """Say how much of a tournament is kept after its time limit; its tables need all of it."""
    data = {"complete": False, "folder": folder.as_posix(), "incomplete": list(left_out())}
    if as_json:
        echo_json(data)
    else:
        click.echo(f"{statement()} They are kept in {folder}; the same command goes on from there.")


def conditions(noise: str, misperception: str, lengths: str) -> dict[str, Any]:
    """Return the horizons and levels of noise that the options name, all combined."""
    from negsim.playing.horizon import parse_horizon
    from negsim.playing.noise import Noise

    levels = [
        Noise(error, misread)
        for error in chances("--noise", noise)
        for misread in chances("--misperception", misperception)
    ]
    horizons = [parse_horizon(text) for text in lengths.split(",")]
    return {"horizons": tuple(dict.fromkeys(horizons)), "noises": tuple(dict.fromkeys(levels))}


def chances(option: str, text: str) -> list[float]:
    """Return the numbers of a list such as ``0,0.05``.

    Raises
    ------
    UsageError
        If one is not a number.
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise UsageError(f"{option} {text}: expected chances such as 0,0.05") from None


def entry_of(
    compiled: Compiled,
    roles: str | None,
    listed: tuple[str, ...],
    fixed: tuple[str, ...],
    options: dict[str, Any],
) -> Entry:
    """Return what is to be played.

    Raises
    ------
    UsageError, UnknownNameError
        If an option does not name what there is.
    """
    from negsim.playing.lineup import suitable
    from negsim.questions.tournament.tournament import default_roles, enter

    scenario = compiled.scenario
    names = [party.name for party in scenario.parties]
    chosen = default_roles(scenario) if roles is None else tuple(map(str.strip, roles.split(",")))
    given = {name: tuple(rules.split("+")) for name, rules in pairs("--strategies", listed, names)}
    for name in given:
        if name not in chosen:
            raise UsageError(f"--strategies {name}: not a role; roles are {', '.join(chosen)}")
    for name in chosen:
        if name not in names:
            raise unknown("party", name, names)
    rules = [given.get(name) or suitable(scenario.party(name).role) for name in chosen]
    return enter(scenario, chosen, rules, dict(pairs("--strategy", fixed, names)), **options)


def pairs(option: str, texts: tuple[str, ...], names: list[str]) -> list[tuple[str, str]]:
    """Return party and value of each ``PARTY=VALUE``.

    Raises
    ------
    UsageError, UnknownNameError
        If a text is of another form, or names no party or one twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not value:
            example = f'as in "{names[0]}=sincere"'
            raise UsageError(f"{option} {text}: expected PARTY=STRATEGY, {example}")
        if name not in names:
            raise unknown("party", name, names)
        if name in found:
            raise UsageError(f"{option} {text}: {name} is given twice")
        found[name] = value
    return list(found.items())
