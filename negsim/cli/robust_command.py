"""``negsim robust``: how far can the conclusions be trusted, and what would overturn them?"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

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


@click.command("robust")
@scenario_options
@time_limited
@party_option("Whose label")
@click.option(
    "--samples",
    type=click.IntRange(20, 1_000_000),
    default=256,
    show_default=True,
    help="Points of the sample over all stated ranges.",
)
@click.option(
    "--indices",
    "size",
    type=click.IntRange(0, 65_536),
    default=64,
    show_default=True,
    help="Base size of the design for Sobol' indices, a power of two; 0: none.",
)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    party: str | None,
    samples: int,
    size: int,
) -> None:
    """Show in how much of the stated ranges of FILE each conclusion holds, and what tips it."""
    from negsim.analysis.delay.channels import prepared
    from negsim.analysis.delay.default_party import default_party
    from negsim.analysis.delay.stalling import analyse
    from negsim.questions.trust.ask import told_trust
    from negsim.questions.trust.say import show_robust
    from negsim.questions.trust.tables import robust_tables
    from negsim.questions.trust.trust import robustness

    check_size(size)
    compiled = prepared(compiled_scenario(file, settings))
    scenario = compiled.scenario
    announce(compiled, samples)
    who = scenario.party(party).name if party else None
    claim = claim_out(out, "robust", scenario)
    who = who or default_party(analyse(compiled))

    def say(what: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"{what} ...\n")

    with progress_bar("sample") as progress:
        threads = os.cpu_count() or 1
        found = robustness(scenario, who, samples, size, seed, threads, say, progress)
    answer = told_trust(scenario, found, seed)

    def draw() -> dict[str, Figure]:
        from negsim.questions.trust.draw import robust_figures

        return robust_figures(answer)

    if not deliver(answer, as_json, claim, draw, robust_tables(answer)):
        show_robust(scenario.title, answer)


def check_size(size: int) -> None:
    """Check the base size of a design for indices before anything is solved.

    Raises
    ------
    UsageError
        If it is neither 0 nor a power of two.
    """
    from negsim.errors import UsageError

    if size & (size - 1) or size == 1:
        raise UsageError(f"--indices {size}: expected 0 or a power of two, 2 or more")
