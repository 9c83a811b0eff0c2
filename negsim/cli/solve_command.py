"""``negsim solve``: the equilibria of a scenario's last round, or of a game file, by any method."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negsim.cli.common import (
    claim_folder,
    claim_out,
    compiled_scenario,
    deliver,
    scenario_options,
)
from negsim.errors import UsageError
from negsim.folders import Claim, Holder, digest_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STUDY = "solve"
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
        claim = _claim_for_game(out, file)
        answer = solve_file(file, methods, exact)
    elif methods:
        compiled = compiled_scenario(file, settings)
        claim = claim_out(out, STUDY, compiled.scenario)
        answer = solve_scenario(compiled, methods, exact)
    else:
        _show_last_round(file, settings, as_json, seed, out, everything, exact)
        return
    answer["seed"] = seed
    if not deliver(answer, as_json, claim, lambda: _branches(answer)):
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
    claim = claim_out(out, STUDY, compiled.scenario)
    analysis = analyse(compiled)
    answer = outcomes_answer(compiled, analysis)
    answer["pure"] = pure_answer(compiled, analysis.plan.game, exact)
    if answer["two_party"] is not None or answer["left_out"]:
        answer["two_party"] = two_party_answer(compiled, analysis.plan.game, exact)
    answer["bargaining"] = bargaining_answer(compiled, analysis.plan)
    if not deliver({**answer, "seed": seed}, as_json, claim):
        show_one_shot(compiled.scenario, answer, everything)


def _claim_for_game(out: Path | None, file: Path) -> Claim | None:
    """Return the folder of --out for a game file, if it is asked; the file may not be there."""
    if out is None:
        return None
    digest = digest_of(file) if file.is_file() and os.access(file, os.R_OK) else ""
    return claim_folder(out, Holder(STUDY, file.name, digest=digest), [f"{BRANCH}.svg"])


def _branches(answer: dict[str, Any]) -> dict[str, Figure]:
    """Draw the branch of quantal responses if it was asked for."""
    from negsim.report.solve_figure import branch_figure

    drawn = [each for each in answer["solutions"] if each["method"] == BRANCH]
    legend = answer["legend"]
    return {each["method"]: branch_figure(each, legend) for each in drawn if "precision" in each}
