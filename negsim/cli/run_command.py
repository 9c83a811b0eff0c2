"""``negsim run``: the five questions answered, and a report."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from negsim.cli import workload
from negsim.cli.common import (
    DEFAULT_SEED,
    announce,
    claim_folder,
    compiled_scenario,
    echo_json,
    holder_of,
    party_option,
    say_incomplete,
    scenario_options,
    time_limited,
)


@click.command("run")
@scenario_options
@time_limited
@party_option("Whose delay questions 2 to 5 look at")
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    party: str | None,
) -> None:
    """Answer the five questions for scenario FILE and write report.html, figures and tables.

    Without --out the folder is out/NAME of the scenario file.
    """
    from rich.console import Console

    from negsim.drawing.terminal import show_findings
    from negsim.page.document import MAIN_PARTS, RUN, put_report
    from negsim.page.gather import gather
    from negsim.page.kernels import warm_up
    from negsim.page.results import sealed
    from negsim.page.sentences import summary

    compiled = compiled_scenario(file, settings)
    if party is not None:
        compiled.scenario.party(party)
    folder = out or Path("out") / file.stem
    claim = claim_folder(folder, holder_of(RUN, compiled.scenario), MAIN_PARTS)
    announce(compiled, workload.run(compiled.scenario))
    told = Console(stderr=True, highlight=False)
    begun = time.perf_counter()

    def tell(what: str) -> None:
        if sys.stderr.isatty():
            told.print(f"[dim]{time.perf_counter() - begun:5.1f} s  {what}[/dim]")

    tell("compiling kernels if this is the first run (about half a minute, once)")
    warm_up()
    line = command_line(file, settings, seed, party)
    findings = gather(compiled, seed, line, tell, party)
    tell("writing the report")
    put_report(findings, claim)
    if as_json:
        echo_json(sealed(findings))
    else:
        say_incomplete()
        show_findings(findings.about.title, summary(findings), str(folder))


def command_line(file: Path, settings: tuple[str, ...], seed: int, party: str | None = None) -> str:
    """Return the command that gives the same report again."""
    parts = ["negsim run", file.as_posix(), *(f"--set {text}" for text in settings)]
    if party is not None:
        parts.append(f"--party {party}")
    if seed != DEFAULT_SEED:
        parts.append(f"--seed {seed}")
    return " ".join(parts)
