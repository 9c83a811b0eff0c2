"""``negsim counter``: what would stop delay from paying, with and without commitment."""

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
    progress_bar,
    scenario_options,
    time_limited,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@click.command("counter")
@scenario_options
@time_limited
@party_option("Whose delay is met")
@click.option(
    "--measure",
    "texts",
    multiple=True,
    metavar="NAME[:PARAMETER=VALUE,...]",
    help="A countermeasure, for example hazard:chance=0.1; default: all of them.",
)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    party: str | None,
    texts: tuple[str, ...],
) -> None:
    """Try countermeasures against delay: how far each moves its boundary, and who pays."""
    from negsim.analysis.delay.default_party import default_party
    from negsim.analysis.delay.stalling import analyse
    from negsim.questions.counter.ask import ask_counter
    from negsim.questions.counter.countermeasures import countermeasures, parse
    from negsim.questions.counter.say import show_counter

    measures = [parse(text) for text in texts or tuple(countermeasures)]
    compiled = compiled_scenario(file, settings)
    scenario = compiled.scenario
    claim = claim_out(out, "counter", scenario)
    announce(compiled, workload.FOR_A_MEASURE * (len(measures) + 1))
    who = scenario.party(party or default_party(analyse(compiled)))
    with progress_bar("measures") as progress:
        answer = ask_counter(scenario, who.name, measures, seed, progress)

    def draw() -> dict[str, Figure]:
        from negsim.questions.counter.draw import counter_figures

        return counter_figures(answer, who.label)

    if not deliver(answer, as_json, claim, draw):
        show_counter(answer, who.label)
