"""What is said in round 1: moves that lead to the same are told as either, whichever was listed.

A solver plays one move of several that come to the same; which one is the place in a list. Here
moves of a party are alike if everything follows from them alike: the same events with the same
chances, move by move of the others, who keep to the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray
from negsim.dynamics.build import Compiled
from negsim.dynamics.path import first_moves
from negsim.scenario.model import Scenario
from negsim.scenario.moves import Move
from negsim.theory.stochastic.plan import Plan, follow


def first_alike(plan: Plan, player: int) -> BoolArray:
    """Return which moves of a player lead to the same in round 1, shape (B, moves, moves)."""
    game, order = plan.game, plan.layout
    moves = game.num_moves[player]
    found = np.empty((game.num_points, moves, moves), dtype=bool)
    room = order.event_of.shape[1]
    profiles, weights = np.empty(room, dtype=np.int64), np.empty(room)
    for point in range(game.num_points):
        index, state = game.first_index[point], game.start[point]
        choice, mixed = plan.choice[point, index, state], plan.mixed[point, index, state]
        results = []
        for move in range(moves):
            count = follow(choice, mixed, order, player, move, profiles, weights)
            events = order.event_of[state, profiles[:count]]
            results.append((events.tolist(), weights[:count].tolist()))
        found[point] = [[one == other for other in results] for one in results]
    return found


def first_told(compiled: Compiled, plan: Plan, player: int) -> BoolArray:
    """Return as which moves each move of a player is told in round 1, shape (B, moves, moves).

    As all that are alike, or if the party has a manner, as those of them with the most (the fewest)
    stances that are yes.
    """
    alike = first_alike(plan, player)
    manner = compiled.scenario.parties[player].manner
    if not manner:
        return alike
    moves = list(compiled.moves.values())[player]
    yeses = np.array([sum(word not in ("no", "if") for word in m.stances.values()) for m in moves])
    liked = np.where(alike, yeses if manner == "yes" else -yeses, -np.inf)
    return np.asarray(alike & (liked == liked.max(axis=2, keepdims=True)))


def chance_said(compiled: Compiled, plan: Plan, player: int, says: BoolArray) -> FloatArray:
    """Return the chance that some of a player's moves is said in round 1, or might as well be.

    ``says`` (moves,) marks the moves. Each move that is played counts if some move as which it is
    told is marked, so that words that make no difference count all.
    """
    might = (first_told(compiled, plan, player) & says).any(axis=2)
    return np.asarray((first_moves(plan, player) * might).sum(axis=1))


def as_one(chances: FloatArray, alike: BoolArray) -> FloatArray:
    """Return the chances of moves (moves,) with those of like moves put on the first of them.

    >>> as_one(np.array([0.25, 0.75]), np.ones((2, 2), dtype=bool))
    array([1., 0.])
    """
    found = np.zeros_like(chances)
    np.add.at(found, alike.argmax(axis=1), chances)
    return found


def first_words(compiled: Compiled, plan: Plan, player: int, point: int = 0) -> dict[str, float]:
    """Return what a player says in round 1 in words, with its chance, moves that are alike as one.

    >>> from negsim.dynamics.build import compile_scenario
    >>> from negsim.scenario.load import loads
    >>> from negsim.theory.stochastic.solve import solve_talks
    >>> compiled = compile_scenario(loads('''
    ... format = 1
    ... title = "A deal that Bob cannot bring about"
    ... parties.ann = {}
    ... parties.bob = {}
    ... options.deal = { parties = ["ann", "bob"], label = "Deal" }
    ... talks = { rounds = 1, order = ["ann", "bob"] }
    ... ends.signed = { kind = "agreement", when = "deal" }
    ... payoffs.ann.deal = { at = "signed", value = -1 }
    ... '''))
    >>> first_words(compiled, solve_talks(compiled.talks()), 1)
    {'Deal: either no or yes': 1.0}
    """
    alike = first_alike(plan, player)[point]
    chances = as_one(first_moves(plan, player)[point], alike)
    told = first_told(compiled, plan, player)[point]
    moves = list(compiled.moves.values())[player]
    return {
        either([moves[k] for k in np.flatnonzero(told[place])], compiled.scenario): float(
            chances[place]
        )
        for place in np.flatnonzero(chances > CHANCE_TOLERANCE)
    }


def either(moves: Sequence[Move], scenario: Scenario) -> str:
    """Return moves that are alike in words, such as ``Energy truce: yes, Ceasefire: either ...``.

    Option by option, if every combination of their stances is among them; else one by one.
    """
    labels = {option.name: option.label for option in scenario.options}
    said = {name: list(dict.fromkeys(m.stances[name] for m in moves)) for name in moves[0].stances}
    if not said or prod(len(words) for words in said.values()) != len(moves):
        return " or ".join(move.text(scenario) for move in moves)
    return ", ".join(
        f"{labels[name]}: {'either ' if len(words) > 1 else ''}{' or '.join(words)}"
        for name, words in said.items()
    )
