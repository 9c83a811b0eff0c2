"""``negsim transcript``: an observed record beside the solved talks."""

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
    scenario_options,
    time_limited,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@click.command("transcript")
@scenario_options
@time_limited
@click.argument("transcript", type=click.Path(path_type=Path))
@click.option("--party", default="", help="Whose types; default: the first party that has types.")
@click.option(
    "--mode",
    default="naive",
    show_default=True,
    help="How belief is formed: naive or sophisticated.",
)
@click.option(
    "--precision",
    type=click.FloatRange(0),
    default=3.0,
    show_default=True,
    help="How much likelier a type makes its better moves, per unit of payoff.",
)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    transcript: Path,
    party: str,
    mode: str,
    precision: float,
) -> None:
    """Label each observed round of TRANSCRIPT (CSV) and follow the belief about a party's type.

    With --out the answer is written there, with a figure of the belief.
    """
    from negsim.analysis.signals.transcript import follow_transcript
    from negsim.questions.signals.ask_transcript import told_transcript
    from negsim.questions.signals.say_transcript import show_transcript
    from negsim.scenario.transcript import read_transcript

    compiled = compiled_scenario(file, settings)
    scenario = compiled.scenario
    announce(compiled, workload.by_type(scenario))
    claim = claim_out(out, "transcript", scenario)
    rounds = read_transcript(transcript, scenario)
    found = follow_transcript(scenario, rounds, party, mode, precision)
    answer = told_transcript(scenario, found, seed)

    def draw() -> dict[str, Figure]:
        from negsim.questions.signals.draw import belief_figure

        if not answer.types:
            return {}
        return {"belief": belief_figure(answer, scenario.talks.round_name)}

    if not deliver(answer, as_json, claim, draw):
        show_transcript(scenario, answer)
