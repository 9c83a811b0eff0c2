"""``negsim stall``: is delay the best reply, what is it worth, what is it made of?"""

from __future__ import annotations

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
    scenario_options,
    time_limited,
)
from negsim.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@click.command("stall")
@scenario_options
@time_limited
@party_option("The party to look at")
@click.option("--state", metavar="NAME=VALUE,...", help="Where to look, such as leverage=3,aid=1.")
@click.option("--round", "number", type=click.IntRange(min=1), help="The round to look at.")
@click.option(
    "--over",
    multiple=True,
    metavar="NAME",
    help="A named number over whose range labels are looked at; twice for two.",
)
@click.option(
    "--selection",
    default="mediator_best",
    show_default=True,
    help="Which equilibrium of several: mediator_best or mediator_worst; with _open "
    "behind it ties of a party that moves alone go against concluding.",
)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    party: str | None,
    state: str | None,
    number: int | None,
    over: tuple[str, ...],
    selection: str,
) -> None:
    """Solve the talks and show on one screen whether delay is the best reply for a party, and why.

    With --out the answer is written there too, with its figures.
    """
    from negsim.questions.delay.ask import ask_stall, only_party
    from negsim.questions.delay.say import show_stall

    compiled = compiled_scenario(file, settings)
    scenario = compiled.scenario
    claim = claim_out(out, "stall", scenario)
    announce(compiled, workload.stall(scenario))
    if len(over) > 2:
        raise UsageError(f"--over: {len(over)} numbers, expected one or two")
    answer = ask_stall(scenario, party, state, number, selection, over, seed)

    def draw() -> dict[str, Figure]:
        from negsim.questions.delay.draw import stall_figures

        return stall_figures(answer)

    told = answer if party is None else only_party(answer, party)
    if not deliver(told, as_json, claim, draw):
        show_stall(answer)
