"""``negsim signal``: what private types do, and which moves and offers tell them apart."""

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
    progress_bar,
    scenario_options,
    time_limited,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@click.command("signal")
@scenario_options
@time_limited
@click.option("--party", default="", help="Whose types; default: the first party that has types.")
@click.option("--receiver", default="", help="Who replies in the signalling game.")
@click.option(
    "--types",
    "pair",
    default="",
    metavar="NAME,NAME",
    help="The two types of the signalling game, if there are more.",
)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    party: str,
    receiver: str,
    pair: str,
) -> None:
    """Solve the talks for each type; rank offers by what replies tell; solve the signalling game.

    Where signals watch a truce, say how patient the watched party must be to keep it. With --out
    the answer is written there too, with figures: the offers, the regions of a limited truce as a
    signal, and patience against monitoring, as far as the scenario has them.
    """
    from negsim.questions.signals.say import show_signal, signal_answer

    compiled = compiled_scenario(file, settings)
    scenario = compiled.scenario
    claim = claim_out(out, "signal", scenario)
    announce(compiled, workload.by_type(scenario))
    with progress_bar("types solved") as progress:
        answer = signal_answer(scenario, party, receiver, pair, progress)
    data = {"scenario": scenario.digest, "seed": seed, **answer}

    def draw() -> dict[str, Figure]:
        from negsim.questions.signals.draw import signal_figures

        return signal_figures(answer)

    if not deliver(data, as_json, claim, draw):
        show_signal(answer)
