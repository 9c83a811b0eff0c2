"""A solved plan as a Markov chain over round and state: what comes about, by array algebra."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

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


def reply_chances(
    plan: Plan, player: int, index: int, point: int = 0
) -> tuple[FloatArray, FloatArray]:
    """Return the chance of each of a player's moves, (S, M), and of each event after it, (S, M, O).

    With ``index`` + 1 rounds to go; all others follow the plan, those who move later knowing the
    move.
    """
    game = plan.game
    shape = (game.num_states, game.num_moves[player], game.payoffs.shape[3])
    chance, events = np.zeros(shape[:2]), np.zeros(shape)
    fill_reply_chances(
        plan.choice[point, index],
        plan.mixed[point, index],
        plan.layout,
        own_moves(plan, player),
        player,
        chance,
        events,
    )
    return chance, events


def own_moves(plan: Plan, player: int) -> IntArray:
    """Return a player's move in each profile, profiles numbered in the order of moving, (A,)."""
    axes = [each for group in plan.game.order for each in group]
    shape = [plan.game.num_moves[each] for each in axes]
    places = np.unravel_index(np.arange(int(np.prod(shape))), shape)
    return np.ascontiguousarray(places[axes.index(player)].astype(np.int64))


@kernel
def fill_reply_chances(
    choice: IntArray,
    mixed: FloatArray,
    order: Layout,
    own: IntArray,
    player: int,
    chance: FloatArray,
    events: FloatArray,
) -> None:
    """Fill the chance of each move and of each event after it, (S, M) and (S, M, O)."""
    profiles = np.empty(order.event_of.shape[1], dtype=np.int64)
    weights = np.empty(order.event_of.shape[1])
    for state in range(chance.shape[0]):
        acts, mixes = choice[state], mixed[state]
        for place in range(follow(acts, mixes, order, -1, 0, profiles, weights)):
            chance[state, own[profiles[place]]] += weights[place]
        for move in range(chance.shape[1]):
            count = follow(acts, mixes, order, player, move, profiles, weights)
            for place in range(count):
                events[state, move, order.event_of[state, profiles[place]]] += weights[place]


def event_values(plan: Plan, player: int, index: int, point: int = 0) -> FloatArray:
    """Return what each event is worth to a player, (S, O), the plan being followed afterwards."""
    game = plan.game
    if index == 0 and not game.endless:
        return np.asarray(game.last_payoffs[point, player])
    after = plan.values[point, 0 if game.endless else index - 1, player]
    ahead = game.discount[point, player] * expected_next(game, after, point)
    return np.asarray(game.payoffs[point, player] + ahead)


def onward(game: StochasticGame, events: FloatArray, point: int = 0) -> FloatArray:
    """Return the chance that the talks go on in each state, (S,), given those of events, (S, O)."""
    chances = each_next(game, events, point)
    going = np.bincount(game.successors.ravel(), chances.ravel(), minlength=game.num_states)
    return np.asarray(going, dtype=float)


def each_next(game: StochasticGame, events: FloatArray, point: int = 0) -> FloatArray:
    """Return the chance of each successor of each state, (S, C, K), given those of events."""
    kinds = np.eye(game.chances.shape[2])[game.transition_of]
    return np.asarray((events @ kinds)[:, :, None] * game.chances[point])


def expected_next(game: StochasticGame, values: FloatArray, point: int = 0) -> FloatArray:
    """Return what the next state is expected to be worth after each event, (S, O), not discounted.

    ``values`` (S,) are what the states are worth; an end is worth nought.
    """
    ahead = (game.chances[point] * values[game.successors]).sum(axis=2)
    return np.asarray(ahead[:, game.transition_of])


def state_chances(game: StochasticGame, events: FloatArray, point: int = 0) -> csr_array:
    """Return the chance to go on from each state to each, (S, S), given those of events, (S, O)."""
    chances = each_next(game, events, point)
    here = np.broadcast_to(np.arange(game.num_states)[:, None, None], chances.shape)
    places = (here.ravel(), game.successors.ravel())
    return csr_array((chances.ravel(), places), shape=(game.num_states, game.num_states))
