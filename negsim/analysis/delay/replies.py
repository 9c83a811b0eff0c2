"""What each of a player's own moves is worth and leads to, everybody else following the plan."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import FloatArray, IntArray, frozen, kernel
from negsim.theory.stochastic.backward_induction import continuation, onward, value_events
from negsim.theory.stochastic.plan import Ground, Layout, Plan, follow, ground


class Replies(NamedTuple):
    """A player's own moves in every round and state of one point; axes T, S, M as in ``Plan``.

    Attributes
    ----------
    worth
        (T, S, M) value of the move, the others following the plan from then on.
    chance
        (T, S, M) chance with which the plan plays the move; the places of a player that moves after
        others are weighted by how they come about.
    effect
        (T, S, M, K) chance that each of K rows of events (for example options in effect) is true
        after the move.
    """

    worth: FloatArray
    chance: FloatArray
    effect: FloatArray


def replies(plan: Plan, player: int, rows: IntArray, point: int = 0) -> Replies:
    """Return what a player's own moves are worth and lead to at one point of a plan.

    ``rows`` (K, O) tells of each event whether each of K things is true of it. Cost: as one
    solution of the talks, times the player's moves.
    """
    game = plan.game
    _, rounds, _, states = plan.values.shape
    moves = game.num_moves[player]
    found = Replies(
        np.zeros((rounds, states, moves)),
        np.zeros((rounds, states, moves)),
        np.zeros((rounds, states, moves, len(rows))),
    )
    weigh_replies(
        ground(game),
        plan.layout,
        plan.values,
        plan.choice,
        plan.mixed,
        np.ascontiguousarray(rows.astype(np.int64)),
        own_moves(plan, player),
        player,
        point,
        found.worth,
        found.chance,
        found.effect,
    )
    for array in found:
        frozen(array)
    return found


def own_moves(plan: Plan, player: int) -> IntArray:
    """Return a player's move in each profile, profiles numbered in the order of moving, (A,)."""
    axes = [each for group in plan.game.order for each in group]
    shape = [plan.game.num_moves[each] for each in axes]
    places = np.unravel_index(np.arange(int(np.prod(shape))), shape)
    return np.ascontiguousarray(places[axes.index(player)].astype(np.int64))


@kernel
def weigh_replies(
    game: Ground,
    order: Layout,
    values: FloatArray,
    choice: IntArray,
    mixed: FloatArray,
    rows: IntArray,
    own: IntArray,
    player: int,
    point: int,
    worth: FloatArray,
    chance: FloatArray,
    effect: FloatArray,
) -> None:
    """Fill the arrays of :class:`Replies`, round after round."""
    players, states, events = game.payoffs.shape[1:]
    endless = game.rounds[point] == 0
    ahead = np.zeros((players, states, game.chances.shape[2]))
    now = np.empty((players, events))
    profiles = np.empty(order.event_of.shape[1], dtype=np.int64)
    weights = np.empty(order.event_of.shape[1])
    going = onward(game.successors, game.chances[point])
    for index in range(1 if endless else game.rounds[point]):
        is_last = index == 0 and not endless
        if not is_last:
            continuation(
                values[point, 0 if endless else index - 1], going, game.discount[point], ahead
            )
        for state in range(states):
            value_events(game, point, is_last, ahead, state, now)
            acts, mixes = choice[point, index, state], mixed[point, index, state]
            count = follow(acts, mixes, order, -1, 0, profiles, weights)
            for place in range(count):
                chance[index, state, own[profiles[place]]] += weights[place]
            for move in range(worth.shape[2]):
                count = follow(acts, mixes, order, player, move, profiles, weights)
                for place in range(count):
                    event = order.event_of[state, profiles[place]]
                    worth[index, state, move] += weights[place] * now[player, event]
                    for row in range(len(rows)):
                        if rows[row, event] != 0:
                            effect[index, state, move, row] += weights[place]
