"""``negsim play``: named strategies against each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from negsim.cli.common import compiled_scenario, deliver, scenario_options
from negsim.errors import UsageError, unknown


@click.command("play")
@scenario_options
@click.option(
    "--strategy",
    "choices",
    multiple=True,
    metavar="PARTY=STRATEGY[:PARAMETER=VALUE,...]",
    help="Who plays what, for example russia=yes_but:patience=3; others play the solved talks.",
)
@click.option("--runs", type=click.IntRange(1), default=1000, show_default=True)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    choices: tuple[str, ...],
    runs: int,
) -> None:
    """Play strategies against each other and show payoffs, ends and one run in full."""
    from negsim.report.rules import play_report
    from negsim.report.terminal import show_play

    compiled = compiled_scenario(file, settings)
    names = [party.name for party in compiled.scenario.parties]
    rules = dict.fromkeys(names, "equilibrium")
    for choice in choices:
        name, sign, rule = choice.partition("=")
        if not sign or not rule:
            raise UsageError(
                f'--strategy {choice}: expected PARTY=STRATEGY, as in "{names[0]}=sincere"'
            )
        if name not in names:
            raise unknown("party", name, names)
        rules[name] = rule
    answer: dict[str, Any] = play_report(compiled, list(rules.values()), runs, seed)
    if not deliver(answer, as_json, out, "play"):
        show_play(compiled.scenario.title, answer)
