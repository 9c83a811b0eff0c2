"""``negsim solve``: the equilibria of the one-shot game and what they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from negsim.cli.common import compiled_scenario, deliver, scenario_options


@click.command("solve")
@scenario_options
@click.option(
    "--method",
    help="One solver of `negsim list solvers` for the one-shot game; default: all that apply.",
)
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    method: str | None,
) -> None:
    """Solve the one-shot game: the last round at the start of the talks, in the file's words."""
    from negsim.games.build import one_shot_at
    from negsim.report.terminal import show_one_shot, show_solution
    from negsim.solvers.registry import solve

    compiled = compiled_scenario(file, settings)
    talks = compiled.talks()
    if method is not None:
        game = talks if method == "backward_induction" else one_shot_at(compiled, talks)
        solution: dict[str, Any] = solve(game, method).to_dict()
        if not deliver({**solution, "seed": seed}, as_json, out, "solve"):
            show_solution(compiled.scenario.title, solution)
        return
    from negsim.analysis.stalling import analyse
    from negsim.report.findings import outcomes_answer

    answer = outcomes_answer(compiled, analyse(compiled))
    if not deliver({**answer, "seed": seed}, as_json, out, "solve"):
        show_one_shot(compiled.scenario, answer)
