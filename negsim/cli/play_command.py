"""``negsim play``: named strategies against each other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from negsim.cli import workload
from negsim.cli.common import (
    announce,
    claim_out,
    compiled_scenario,
    deliver,
    progress_bar,
    scenario_options,
    time_limited,
)
from negsim.errors import UsageError, unknown

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@click.command("play")
@scenario_options
@time_limited
@click.option(
    "--strategy",
    "choices",
    multiple=True,
    metavar="PARTY=STRATEGY[:PARAMETER=VALUE,...]",
    help="Who plays what, for example russia=yes_but:patience=3, a rule list of FILE, or "
    "mine.py:ClassName, which runs that file's code; others play the solved talks.",
)
@click.option(
    "--runs", type=click.IntRange(1), default=1000, show_default=True, help="Runs to draw."
)
@click.option("--noise", type=float, default=0.0, help="Chance that a move flips to another.")
@click.option("--misperception", type=float, default=0.0, help="Chance that a round is misread.")
@click.option(
    "--horizon",
    "length",
    default="file",
    show_default=True,
    metavar="ROUNDS|random:CHANCE",
    help="Rounds to play, or a chance a round that talks end.",
)
@click.option(
    "--tell",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="RUN",
    help="Number of the run to tell in full.",
)
@click.option("--labels", is_flag=True, help="Count the solved talks' labels of the rounds played.")
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
    choices: tuple[str, ...],
    runs: int,
    noise: float,
    misperception: float,
    length: str,
    tell: int,
    labels: bool,
    workers: int,
) -> None:
    """Play strategies against each other and show payoffs, ends and one run in full.

    With --out the folder gets play.json, runs.csv (every run in a row), transcript.csv (the run
    that is told, as `negsim transcript` reads it) and figures of the runs.
    """
    from negsim.playing.horizon import parse_horizon
    from negsim.playing.noise import Noise
    from negsim.questions.rules.ask import ask_play, perform
    from negsim.questions.rules.say import show_play
    from negsim.questions.rules.tables import play_tables

    horizon, shaken = parse_horizon(length), Noise(noise, misperception)
    if tell > runs:
        raise UsageError(f"--tell {tell}: there are {runs} runs")
    compiled = compiled_scenario(file, settings)
    rules = chosen_rules([party.name for party in compiled.scenario.parties], choices)
    claim = claim_out(out, "play", compiled.scenario)
    announce(compiled, workload.played(compiled.scenario))
    with progress_bar("runs", "fewer --runs") as progress:
        performance = perform(
            compiled,
            list(rules.values()),
            runs,
            seed,
            horizon=horizon,
            noise=shaken,
            threads=workers,
            progress=progress,
            at_least=tell,
        )
    answer = ask_play(performance, labels=labels, told=tell - 1)

    def draw() -> dict[str, Figure]:
        from negsim.questions.rules.draw import play_figures

        return play_figures(answer)

    tables = None if claim is None else play_tables(performance, tell - 1)
    if not deliver(answer, as_json, claim, draw, tables):
        show_play(answer)


def chosen_rules(names: list[str], choices: tuple[str, ...]) -> dict[str, str]:
    """Return the strategy of every party; those not named play the solved talks.

    Raises
    ------
    UsageError, UnknownNameError
        If a choice is not of the form PARTY=STRATEGY, names no party, or one twice.
    """
    rules: dict[str, str] = {}
    for choice in choices:
        name, sign, rule = choice.partition("=")
        if not sign or not rule:
            raise UsageError(
                f'--strategy {choice}: expected PARTY=STRATEGY, as in "{names[0]}=sincere"'
            )
        if name not in names:
            raise unknown("party", name, names)
        if name in rules:
            raise UsageError(f"--strategy {choice}: {name} already plays {rules[name]}")
        rules[name] = rule
    return {name: rules.get(name, "equilibrium") for name in names}
