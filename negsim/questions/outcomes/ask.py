"""A scenario solved by named methods: each takes the game it is made for, answers come as data.

Methods for tables take the one-shot game (the last round at the start of the talks), those for
trees the same round in its order of moves, those for stochastic games the talks as they are, those
for repeated games the one-shot game for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from negsim.analysis.delay.packages import Disagreement, bargaining_problem
from negsim.analysis.delay.sayings import as_one, first_alike, first_told
from negsim.analysis.outcomes.outcomes import mediator_moves, without_mediators
from negsim.analysis.signals.punishments import punishments
from negsim.dynamics.build import Compiled, one_shot_at
from negsim.dynamics.path import first_moves
from negsim.errors import GameError, SolverError
from negsim.scenario.model import Scenario
from negsim.theory.bargaining.solutions import bargain
from negsim.theory.files.solve_file import exact_table
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Solution
from negsim.theory.oneshot.reduction import by_outcome
from negsim.theory.oneshot.several.select import (
    agreements,
    answers,
    check_answered,
    left_out,
    solve_by,
    told_answer,
)
from negsim.theory.registry import solvers
from negsim.theory.repeated.game import RepeatedGame
from negsim.theory.repeated.reputation import TrustGame
from negsim.theory.repeated.truce import KEPT_TRUCE, NOT_CHOSEN, Chosen, kept_truce
from negsim.theory.signalling.game import SignallingGame
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Plan
from negsim.theory.trees.game import ExtensiveGame
from negsim.theory.trees.round_tree import round_tree

LAST_ROUND, TREE = "the last round", "the last round in its order of moves"
TALKS, FOR_EVER = "the talks", "the last round for ever"
"""What was solved, in words."""

ELSEWHERE = {
    SignallingGame: "a round of a scenario is no signalling game; the one that its private types "
    "make is solved by `negsim signal FILE`",
    TrustGame: "a round of a scenario is no trust game; make one in Python and solve it by "
    "negsim.solve, as in the example of negsim.theory.repeated.reputation.reputation",
}
"""Where games are answered that no round of a scenario is."""

RULES = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")


def solve_scenario(
    compiled: Compiled,
    methods: Sequence[str],
    exact: bool = False,
    chosen: Chosen = NOT_CHOSEN,
) -> dict[str, Any]:
    """Solve a scenario by named methods.

    Parameters
    ----------
    methods
        Names in ``solvers``, at least one.
    exact
        Whether to solve in fractions, of payoffs as the decimals that they are up to rounding.
    chosen
        The truce that ``critical_discount`` is asked of; by default the one that signals watch.

    Returns
    -------
    dict
        ``title``, ``players``, ``solutions``, ``agreements`` as by
        ``negsim.theory.files.solve_file``; ``legend``: of which options the moves of each party are
        made, in their order. Of solutions of the last round ``by_outcome`` says which equilibria
        lead to the same outcome.

    Raises
    ------
    SolverError
        If no method takes a game that the scenario makes; a method that does not is left out.
    UsageError, UnknownNameError
        As ``several.solve_by``.
    """
    talks = compiled.talks()
    solutions = answers(methods, "", lambda name: _solution(compiled, talks, name, exact, chosen))
    check_answered(solutions)
    return {
        "title": compiled.scenario.title,
        "players": [party.label for party in compiled.scenario.parties],
        "legend": move_legend(compiled.scenario),
        "solutions": solutions,
        "agreements": agreements(solutions),
    }


def move_legend(scenario: Scenario) -> dict[str, str]:
    """Return for each party the options of which its moves are made, in their order."""
    told = {}
    for party in scenario.parties:
        own = [option.label for option in scenario.options if party.name in option.parties]
        told[party.label] = " / ".join(own) or "no options"
    return told


def outcome_groups(
    compiled: Compiled, talks: StochasticGame, solution: Solution, fixed: dict[int, int]
) -> list[dict[str, Any]]:
    """Return which equilibria of a one-shot game lead to the same outcome, and to which.

    Parameters
    ----------
    solution
        Of the one-shot game in which the players in ``fixed`` keep to the moves given there.

    Returns
    -------
    list of dict
        ``outcomes``: chance by outcome, in the scenario's words; ``equilibria``: places in the
        solution's list.
    """
    start = int(talks.start[0])
    cells = tuple(fixed.get(player, slice(None)) for player in range(len(talks.players)))
    events = talks.event_of[start].reshape(talks.num_moves)[cells]
    return [
        {
            "outcomes": _told_outcomes(compiled, group.outcomes),
            "equilibria": list(group.members),
        }
        for group in by_outcome(solution, events)
    ]


def pure_answer(compiled: Compiled, talks: StochasticGame, exact: bool) -> dict[str, Any]:
    """Return the pure equilibria of the one-shot game, by outcome as well."""
    return _solution(compiled, talks, "pure", exact)


def two_party_answer(compiled: Compiled, talks: StochasticGame, exact: bool) -> dict[str, Any]:
    """Return all equilibria of the one-shot game between two parties, by outcome as well.

    Mediators keep to the moves of ``mediator_moves``. Where the moves of the parties are too many,
    it is said that the method is left out.
    """
    try:
        return _two_party(compiled, talks, exact)
    except SolverError as error:
        return left_out("nash", "", error)


def _two_party(compiled: Compiled, talks: StochasticGame, exact: bool) -> dict[str, Any]:
    game = one_shot_at(compiled, talks)
    pure = solve_by(game, "pure")
    reduced, _ = without_mediators(compiled, talks, game, pure)
    solution = solve_by(exact_table(reduced) if exact else reduced, "nash", exact)
    groups = outcome_groups(compiled, talks, solution, mediator_moves(talks, pure))
    return {**told_answer(solution), "method": "nash", "by_outcome": groups}


def bargaining_answer(compiled: Compiled, plan: Plan) -> list[dict[str, Any]]:
    """Return what each bargaining rule picks at the start of the talks, from each starting point.

    Returns
    -------
    list of dict
        As ``BargainingSolution.to_dict``, with ``no_deal`` ("reservation" or "solved") and
        ``lotteries``; a rule that cannot be applied has a message and no packages.
    """
    points: tuple[Disagreement, ...] = ("reservation", "solved")
    return [
        _picked(compiled, plan, rule, no_deal, lotteries)
        | {"no_deal": no_deal, "lotteries": lotteries}
        for no_deal in points
        for lotteries in (False, True)
        for rule in RULES
    ]


def _picked(
    compiled: Compiled, plan: Plan, rule: str, no_deal: Disagreement, lotteries: bool
) -> dict[str, Any]:
    """Return what a rule picks, or why it picks nothing."""
    try:
        problem = bargaining_problem(compiled, plan.game, no_deal, plan, lotteries)
        if not problem.labels:
            return {"method": rule, "packages": {}, "message": "no outcome concludes the talks"}
        return bargain(problem, rule).to_dict()
    except (GameError, SolverError) as error:
        return {"method": rule, "packages": {}, "message": str(error)}


def kept_truce_answer(compiled: Compiled) -> dict[str, Any]:
    """Return at which discounts the truce of a scenario is kept, ready for JSON.

    Raises
    ------
    SolverError
        If the one-shot game has not one truce and one fallback.
    """
    try:
        told = punishments(compiled)
    except GameError as error:
        raise SolverError(
            f"no truce to keep: {error} (--truce PARTY=MOVE and --instead PARTY=MOVE choose them)"
        ) from error
    message = "discounts at which no single violation of the truce pays"
    about = {"method": KEPT_TRUCE, "game": FOR_EVER, "players": list(told["truce"])}
    return {**about, "message": message, "complete": True, **told}


def _solution(
    compiled: Compiled,
    talks: StochasticGame,
    method: str,
    exact: bool,
    chosen: Chosen = NOT_CHOSEN,
) -> dict[str, Any]:
    if method == KEPT_TRUCE and chosen:
        return {**kept_truce(one_shot_at(compiled, talks), chosen), "game": FOR_EVER}
    if method == KEPT_TRUCE and not exact:
        return kept_truce_answer(compiled)
    game, solved = _game_for(compiled, talks, solvers[method].takes)
    taken = exact_table(game) if exact and isinstance(game, NormalFormGame) else game
    solution = solve_by(taken, method, exact)
    told = {**told_answer(solution), "method": method, "game": solved}
    if isinstance(solution, Solution):
        told["by_outcome"] = outcome_groups(compiled, talks, solution, {})
    if isinstance(solution, Plan):
        labels = [party.label for party in compiled.scenario.parties]
        told |= {"players": labels, "first_round": _first_round(compiled, solution)}
    return told


def _game_for(compiled: Compiled, talks: StochasticGame, takes: type) -> tuple[object, str]:
    """Return the game of a scenario that a method for such games takes, and what it is."""
    game = one_shot_at(compiled, talks)
    if takes is StochasticGame:
        return talks, TALKS
    if takes is ExtensiveGame:
        return round_tree(game, talks.order, compiled.scenario.title), TREE
    if takes is RepeatedGame:
        if (talks.discount[0] >= 1).any():
            parties = compiled.scenario.parties
            patient = next(
                name for name, d in zip(parties, talks.discount[0], strict=True) if d >= 1
            )
            raise SolverError(
                "a round for ever needs a discount below 1 of each party, got "
                f"{', '.join(f'{value:g}' for value in talks.discount[0])}: try "
                f"--set parties.{patient.name}.discount=0.9"
            )
        return RepeatedGame(game, talks.discount[0]), FOR_EVER
    if takes in ELSEWHERE:
        raise SolverError(ELSEWHERE[takes])
    return game, LAST_ROUND


def _told_outcomes(compiled: Compiled, outcomes: dict[int, float]) -> dict[str, float]:
    told: dict[str, float] = {}
    for event, chance in outcomes.items():
        text = compiled.event_text(event)
        told[text] = told.get(text, 0.0) + chance
    return told


def _first_round(compiled: Compiled, plan: Plan) -> dict[str, dict[str, float]]:
    """Return the chance of each move that a player may make in round 1, moves alike as one."""
    found: dict[str, dict[str, float]] = {}
    for player, party in enumerate(compiled.scenario.parties):
        told = first_told(compiled, plan, player)[0]
        chances = as_one(first_moves(plan, player)[0], first_alike(plan, player)[0])
        found[party.label] = {
            " or ".join(plan.game.moves[player][k] for k in np.flatnonzero(told[place])): float(
                chances[place]
            )
            for place in np.flatnonzero(chances)
        }
    return found
