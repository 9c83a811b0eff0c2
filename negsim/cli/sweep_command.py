"""``negsim sweep``: the talks solved over a grid of one or two named numbers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from negsim.cli.common import (
    compiled_scenario,
    echo_json,
    output_folder,
    progress_bar,
    scenario_options,
)


@click.command("sweep")
@scenario_options
@click.option(
    "--vary",
    "varied",
    multiple=True,
    required=True,
    metavar="NAME=LO:HI:N",
    help="A named number and its grid; once or twice.",
)
@click.option(
    "--party", help="Whose label and value of delay; default: the first that is no mediator."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=os.cpu_count() or 1,
    show_default="all processors",
    help="Processes.",
)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    varied: tuple[str, ...],
    party: str | None,
    workers: int,
) -> None:
    """Solve the talks over a grid and draw where delay pays and where it stops."""
    from negsim.report.document import write_phase
    from negsim.report.phase import phase_data
    from negsim.report.terminal import show_phase
    from negsim.studies.phase import phase, phase_measures
    from negsim.sweep.design import parse_grid
    from negsim.sweep.run import sweep

    scenario = compiled_scenario(file, settings).scenario
    design = parse_grid(varied, scenario)
    names = [each.name for each in scenario.parties if each.role != "mediator"]
    who = scenario.party(party or (names or [scenario.parties[0].name])[0])
    folder = output_folder(out or Path("out") / f"{file.stem}_sweep")
    words = [f"negsim sweep {file.as_posix()}", *(f"--set {text}" for text in settings)]
    words += [*(f"--vary {text}" for text in varied), f"--party {who.name}"]
    with progress_bar("sweep") as progress:
        results = sweep(
            scenario,
            design,
            phase_measures(who.name),
            out=folder,
            workers=workers,
            progress=progress,
            command=" ".join(words),
            text=file.read_text(encoding="utf-8"),
        )
    data: dict[str, Any] = phase_data(scenario, phase(results, design, who.name))
    data["seed"] = seed
    write_phase(data, who.label, folder)
    if as_json:
        echo_json(data)
    else:
        show_phase(scenario.title, who.label, data, str(folder))
