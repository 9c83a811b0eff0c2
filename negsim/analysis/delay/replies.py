"""What each of a player's own moves is worth and leads to, everybody else following the plan."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import FloatArray, IntArray, frozen
from negsim.dynamics.chain import event_values, reply_chances
from negsim.theory.stochastic.plan import Plan


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
    rounds = 1 if game.endless else int(game.rounds[point])
    shape = (plan.values.shape[1], game.num_states, game.num_moves[player])
    found = Replies(np.zeros(shape), np.zeros(shape), np.zeros((*shape, len(rows))))
    for index in range(rounds):
        chance, events = reply_chances(plan, player, index, point)
        worth = event_values(plan, player, index, point)
        found.chance[index] = chance
        found.worth[index] = (events @ worth[:, :, None])[..., 0]
        found.effect[index] = events @ (rows.T != 0)
    for array in found:
        frozen(array)
    return found
