"""``negsim solve``: the equilibria of a scenario's last round, or of a game file, by any method."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negsim.cli import workload
from negsim.cli.common import (
    announce,
    claim_folder,
    claim_out,
    compiled_scenario,
    deliver,
    scenario_options,
    time_limited,
)
from negsim.deadline import part
from negsim.errors import UsageError
from negsim.folders import FolderClaim, Holder, digest_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from negsim.theory.repeated.truce import Chosen

STUDY = "solve"
BRANCH = "logit_branch"

SCENARIO = (".toml", "")
"""Endings of scenario files."""


@click.command("solve")
@scenario_options
@time_limited
@click.option(
    "--method",
    "words",
    multiple=True,
    metavar="NAME[,NAME...]",
    help="Solvers of `negsim list solvers`; of several it is told what they agree on.",
)
@click.option("--all", "everything", is_flag=True, help="Print long lists in full.")
@click.option(
    "--truce",
    multiple=True,
    metavar="PLAYER=MOVE",
    help="For critical_discount: what a player does in the truce; once a player.",
)
@click.option(
    "--instead",
    multiple=True,
    metavar="PLAYER=MOVE",
    help="For critical_discount: what a player does after a breach.",
)
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
    truce: tuple[str, ...],
    instead: tuple[str, ...],
) -> None:
    r"""Solve the one-shot game: the last round at the start of the talks, in the file's words.

    FILE is a scenario (.toml), a game in Gambit's formats (.nfg, .efg) or a table of payoffs (.csv,
    .tsv); games and tables are solved as they are. Without --method all that apply are shown. The
    method logit_branch draws the branch of quantal responses into the folder --out.

    A table has a column for each player's action and one for each player's payoff, headed "payoff"
    and the player's name, and a row for each combination of actions. The order of columns and rows
    is free. Commas, semicolons or tabs separate cells; with the latter two numbers may have a
    decimal comma. Numbers are decimals or ratios:

    \b
      A,B,payoff A,payoff B
      up,left,3,0
      up,right,-1.5,1/3
    """
    from negsim.questions.outcomes.ask import solve_scenario
    from negsim.questions.outcomes.say import show_answer
    from negsim.theory.files.solve_file import is_game_file, solve_file, unread
    from negsim.theory.oneshot.several.select import method_names

    methods = method_names(words, exact)
    chosen = _chosen(truce, instead, methods)
    if is_game_file(file):
        if settings:
            raise UsageError(f"--set {settings[0]}: a game file has no named numbers to set")
        claim = _claim_for_game(out, file)
        answer = solve_file(file, methods, exact, chosen)
    elif file.suffix.lower() not in SCENARIO:
        raise unread(file)
    elif methods:
        compiled = compiled_scenario(file, settings)
        claim = claim_out(out, STUDY, compiled.scenario)
        announce(compiled, workload.asked(methods))
        answer = solve_scenario(compiled, methods, exact, chosen)
    else:
        _show_last_round(file, settings, as_json, seed, out, everything, exact)
        return
    answer["seed"] = seed
    if not deliver(answer, as_json, claim, lambda: _branches(answer)):
        show_answer(answer, everything)


def _chosen(truce: tuple[str, ...], instead: tuple[str, ...], methods: tuple[str, ...]) -> Chosen:
    """Return the truce that was chosen, and what follows a breach."""
    from negsim.theory.repeated.truce import KEPT_TRUCE, Chosen

    chosen = Chosen(_by_player("--truce", truce), _by_player("--instead", instead))
    if chosen and KEPT_TRUCE not in methods:
        raise UsageError(f"--truce, --instead: expected with --method {KEPT_TRUCE}")
    return chosen


def _by_player(option: str, texts: tuple[str, ...]) -> dict[str, str]:
    """Return the moves of texts PLAYER=MOVE."""
    found = dict[str, str]()
    for text in texts:
        player, sign, move = text.partition("=")
        if not sign or player in found:
            raise UsageError(f"{option} {text}: expected PLAYER=MOVE, once a player")
        found[player] = move
    return found


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
    from negsim.analysis.delay.stalling import analyse
    from negsim.answers import plain
    from negsim.questions.outcomes.ask import bargaining_answer, pure_answer, two_party_answer
    from negsim.questions.outcomes.quick import ask_outcomes
    from negsim.questions.outcomes.say import show_one_shot

    compiled = compiled_scenario(file, settings)
    claim = claim_out(out, STUDY, compiled.scenario)
    announce(compiled, 1)
    analysis = analyse(compiled)
    plan, game = analysis.plan, analysis.plan.game
    answer: dict[str, Any] = plain(ask_outcomes(compiled, analysis))
    answer["pure"] = pure_answer(compiled, game, exact)
    if answer["two_party"] is not None or answer["left_out"]:
        two = partial(two_party_answer, compiled, game, exact)
        answer["two_party"] = part("equilibria of two parties", two)
    rules = partial(bargaining_answer, compiled, plan)
    answer["bargaining"] = part("bargaining rules", rules)
    if not deliver({**answer, "seed": seed}, as_json, claim):
        show_one_shot(compiled.scenario, answer, everything)


def _claim_for_game(out: Path | None, file: Path) -> FolderClaim | None:
    """Return the folder of --out for a game file, if it is asked; the file may not be there."""
    if out is None:
        return None
    digest = digest_of(file) if file.is_file() and os.access(file, os.R_OK) else ""
    return claim_folder(out, Holder(STUDY, file.name, digest=digest), [f"{BRANCH}.svg"])


def _branches(answer: dict[str, Any]) -> dict[str, Figure]:
    """Draw the branch of quantal responses if it was asked for."""
    from negsim.questions.outcomes.draw import branch_figure

    drawn = [each for each in answer["solutions"] if each["method"] == BRANCH]
    legend = answer["legend"]
    return {each["method"]: branch_figure(each, legend) for each in drawn if "precision" in each}
