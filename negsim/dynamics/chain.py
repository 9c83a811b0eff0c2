"""A solved plan as a Markov chain over round and state: what comes about, by array algebra."""

from __future__ import annotations

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, FloatArray, IntArray, kernel
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Layout, Plan, follow


def event_chances(plan: Plan, point: int = 0) -> FloatArray:
    """Return the chance of each event under a point's plan, with index + 1 rounds to go, (T, S, O).

    Of endless talks T is 1.
    """
    game = plan.game
    rounds = int(game.first_index[point]) + 1
    chances = np.zeros((rounds, game.num_states, game.payoffs.shape[3]))
    fill_event_chances(plan.choice[point], plan.mixed[point], plan.layout, chances)
    return chances


@kernel
def fill_event_chances(
    choice: IntArray, mixed: FloatArray, order: Layout, chances: FloatArray
) -> None:
    """Fill the chance of each event, (T, S, O)."""
    profiles = np.empty(order.event_of.shape[1], dtype=np.int64)
    weights = np.empty(order.event_of.shape[1])
    for index in range(chances.shape[0]):
        for state in range(chances.shape[1]):
            acts, mixes = choice[index, state], mixed[index, state]
            count = follow(acts, mixes, order, -1, 0, profiles, weights)
            for place in range(count):
                chances[index, state, order.event_of[state, profiles[place]]] += weights[place]


def talking_events(
    plan: Plan, player: int, move: int, index: int, state: int, point: int = 0
) -> FloatArray:
    """Return the chance of each event after a player's move, given no conclusion, shape (O,).

    All others follow the plan, with ``index`` + 1 rounds to go.
    """
    game, order = plan.game, plan.layout
    room = order.event_of.shape[1]
    profiles, weights = np.empty(room, dtype=np.int64), np.empty(room)
    choice, mixed = plan.choice[point, index, state], plan.mixed[point, index, state]
    count = follow(choice, mixed, order, player, move, profiles, weights)
    found = np.zeros(game.payoffs.shape[3])
    np.add.at(found, order.event_of[state, profiles[:count]], weights[:count])
    found[game.agreement[point, state] > 1.0 - CHANCE_TOLERANCE] = 0.0
    return np.asarray(found / found.sum())


def onward(game: StochasticGame, events: FloatArray, point: int = 0) -> FloatArray:
    """Return the chance that the talks go on in each state, (S,), given those of events, (S, O)."""
    kinds = np.zeros((game.chances.shape[2], game.num_states))
    np.add.at(kinds, game.transition_of, events.T)
    chances = kinds.T[:, :, None] * game.chances[point]
    going = np.bincount(game.successors.ravel(), chances.ravel(), minlength=game.num_states)
    return np.asarray(going, dtype=float)


def expected_next(game: StochasticGame, values: FloatArray, point: int = 0) -> FloatArray:
    """Return what the next state is expected to be worth after each event, (S, O), not discounted.

    ``values`` (S,) are what the states are worth; an end is worth nought.
    """
    ahead = (game.chances[point] * values[game.successors]).sum(axis=2)
    return np.asarray(ahead[:, game.transition_of])


def state_chances(game: StochasticGame, events: FloatArray, point: int = 0) -> FloatArray:
    """Return the chance to go on from each state to each, (S, S), given those of events, (S, O)."""
    rows = np.eye(game.num_states)[:, :, None] * events
    return np.stack([onward(game, row, point) for row in rows])
