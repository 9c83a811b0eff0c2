"""``negsim stall``: is delay the best reply, what is it worth, what is it made of?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from negsim.cli.common import compiled_scenario, deliver, scenario_options


@click.command("stall")
@scenario_options
@click.option("--party", help="Show one party only.")
@click.option(
    "--selection",
    default="mediator_best",
    show_default=True,
    help="Which equilibrium of several: mediator_best or mediator_worst.",
)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    party: str | None,
    selection: str,
) -> None:
    """Solve the talks and show, per party, whether delay is the best reply and why."""
    from negsim.analysis.stalling import analyse
    from negsim.report.delay import delay_answer
    from negsim.report.terminal import show_delay

    compiled = compiled_scenario(file, settings)
    if party is not None:
        compiled.scenario.party(party)
    answer: dict[str, Any] = delay_answer(analyse(compiled, selection=selection))
    if party is not None:
        answer["parties"] = [each for each in answer["parties"] if each["name"] == party]
    data = {"scenario": compiled.scenario.digest, "seed": seed, **answer}
    if not deliver(data, as_json, out, "stall"):
        show_delay(compiled.scenario.title, answer)
