"""Question 5 as plain data: how named rules fare, and one run told in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from negsim.analysis.stalling import Stalling
from negsim.games.build import Compiled
from negsim.play.runs import Runs
from negsim.studies.contest import (
    RULES,
    contest,
    mean_round,
    opponents_of,
    play_rules,
)

RUNS = 1000


def play_answer(compiled: Compiled, analysis: Stalling, focus: str, seed: int) -> dict[str, Any]:
    """Return question 5's answer: each rule of each party, and one run in full."""
    game, scenario = analysis.plan.game, compiled.scenario
    sides = [k for k in range(len(game.players)) if not game.mediators[k]]
    player = [party.name for party in scenario.parties].index(focus)
    rules = list(opponents_of(compiled))
    rules[player] = "yes_but"
    _, played = play_rules(compiled, game, rules, RUNS, seed)
    return {
        "runs": RUNS,
        "rules": list(RULES),
        "opponents": list(opponents_of(compiled)),
        "contests": [
            {
                "party": found.party,
                "fares": [
                    {
                        "rule": fare.rule,
                        "payoffs": fare.payoffs.tolist(),
                        "agreement": fare.agreement,
                        "end_round": fare.end_round,
                    }
                    for fare in found.fares
                ],
            }
            for found in (contest(compiled, game, side, RUNS, seed) for side in sides)
        ],
        "run": run_answer(compiled, played, rules),
    }


def run_answer(compiled: Compiled, played: Runs, rules: Sequence[str]) -> dict[str, Any]:
    """Return one run in words: what each party said and what was in effect each round."""
    turns = played.trajectory(0)
    parties = compiled.scenario.parties
    states = [turn.state for turn in turns]
    return {
        "rules": list(rules),
        "rounds": [turn.round + 1 for turn in turns],
        "said": {party.label: [turn.moves[k] for turn in turns] for k, party in enumerate(parties)},
        "outcome": [compiled.outcome_text(turn.event) for turn in turns],
        "state": {
            variable.label: [int(compiled.grid[state, k]) for state in states]
            for k, variable in enumerate(compiled.scenario.state)
        },
        "variables": [variable.name for variable in compiled.scenario.state],
        "end": compiled.scenario.ends[int(played.end[0])].label,
        "payoffs": played.payoffs[0].tolist(),
    }


def play_report(compiled: Compiled, rules: Sequence[str], runs: int, seed: int) -> dict[str, Any]:
    """Return what named strategies come to, one per party, and the first run.

    Raises
    ------
    UnknownNameError, UsageError
        If a strategy or parameter is not known, or the runs cannot be held.
    """
    payoffs, played = play_rules(compiled, compiled.talks(), rules, runs, seed)
    means = played.means()
    labels = {end.name: end.label for end in compiled.scenario.ends}
    return {
        "runs": runs,
        "seed": seed,
        "parties": [
            {
                "name": party.name,
                "label": party.label,
                "strategy": rules[k],
                "expected": float(payoffs[k]),
                "mean": float(means.payoffs[k]),
                "error": float(means.errors[k]),
            }
            for k, party in enumerate(compiled.scenario.parties)
        ],
        "ends": {labels[name]: share for name, share in played.end_shares().items() if share},
        "end_round": mean_round(played),
        "run": run_answer(compiled, played, rules),
    }
