"""``negsim solve``: the equilibria of a scenario's last round, or of a game file, by any method."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from negsim.cli.common import compiled_scenario, deliver, scenario_options, writable
from negsim.errors import UsageError

BRANCH = "logit_branch"


@click.command("solve")
@scenario_options
@click.option(
    "--method",
    "words",
    multiple=True,
    metavar="NAME[,NAME...]",
    help="Solvers of `negsim list solvers`; of several it is told what they agree on.",
)
@click.option("--all", "everything", is_flag=True, help="Print long lists in full.")
@click.option("--exact", is_flag=True, help="Solve in fractions, without rounding.")
def command(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    words: tuple[str, ...],
    everything: bool,
    exact: bool,
) -> None:
    """Solve the one-shot game: the last round at the start of the talks, in the file's words.

    FILE may also be a game in Gambit's formats (.nfg, .efg) or a table of payoffs (.csv), which is
    solved as it is. Without --method all that apply are shown. The method logit_branch draws the
    branch of quantal responses into the folder --out.
    """
    from negsim.analysis.solving import solve_scenario
    from negsim.report.solve_text import show_answer
    from negsim.solvers.files import is_game_file, solve_file
    from negsim.solvers.several import method_names

    methods = method_names(words, exact)
    if is_game_file(file):
        if settings:
            raise UsageError(f"--set {settings[0]}: a game file has no named numbers to set")
        answer = solve_file(file, methods, exact)
    elif methods:
        answer = solve_scenario(compiled_scenario(file, settings), methods, exact)
    else:
        _show_last_round(file, settings, as_json, seed, out, everything, exact)
        return
    answer["seed"] = seed
    if out is not None:
        _draw_branch(answer, out)
    if not deliver(answer, as_json, out, "solve"):
        show_answer(answer, everything)


def _show_last_round(
    file: Path,
    settings: tuple[str, ...],
    as_json: bool,
    seed: int,
    out: Path | None,
    everything: bool,
    exact: bool,
) -> None:
    """Answer with the methods that apply to a scenario's last round, and its outcomes."""
    from negsim.analysis.solving import bargaining_answer, pure_answer, two_party_answer
    from negsim.analysis.stalling import analyse
    from negsim.report.findings import outcomes_answer
    from negsim.report.solve_text import show_one_shot

    compiled = compiled_scenario(file, settings)
    analysis = analyse(compiled)
    answer = outcomes_answer(compiled, analysis)
    answer["pure"] = pure_answer(compiled, analysis.plan.game, exact)
    if answer["two_party"] is not None or answer["left_out"]:
        answer["two_party"] = two_party_answer(compiled, analysis.plan.game, exact)
    answer["bargaining"] = bargaining_answer(compiled, analysis.plan)
    if not deliver({**answer, "seed": seed}, as_json, out, "solve"):
        show_one_shot(compiled.scenario, answer, everything)


def _draw_branch(answer: dict[str, Any], out: Path) -> None:
    """Draw the branch of quantal responses if it was asked for."""
    for solution in answer["solutions"]:
        if solution["method"] == BRANCH and "precision" in solution:
            from negsim.report.files import write_figures
            from negsim.report.solve_figure import branch_figure

            write_figures({BRANCH: branch_figure(solution, answer["legend"])}, writable(out))
