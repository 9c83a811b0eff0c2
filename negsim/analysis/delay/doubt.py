"""How far a comparison may be noise: the regrets that a solved plan leaves along a delay.

A plan that was found by a logit stand-in, or only nearly, plays moves that are not quite best. What
a delay is worth is then in doubt by the player's regret now and those that are expected along it,
discounted. Regrets of rounding size are none.
"""

from __future__ import annotations

import numpy as np

from negsim.analysis.delay.prospects import Prospects, prospects
from negsim.arrays import TIE_TOLERANCE, FloatArray, frozen
from negsim.dynamics.chain import event_chances, expected_next, talking_events
from negsim.theory.stochastic.plan import Plan

EVER = 400
"""Rounds of endless talks over which regrets are added up."""


def doubts(plan: Plan, start_only: bool = False) -> FloatArray:
    """Return how far the value of delay may be off, (B, T, n, S), as in ``prospects``.

    Cost: that of the prospects everywhere, at points whose plan leaves a regret; nothing elsewhere.
    """
    game = plan.game
    points, _, players, _ = plan.values.shape
    found = np.zeros((points, 1, players, 1) if start_only else plan.values.shape)
    if not (plan.regret > TIE_TOLERANCE).any():
        return frozen(found)
    everywhere = prospects(plan)
    for point in np.flatnonzero((plan.regret > TIE_TOLERANCE).any(axis=(1, 2))).tolist():
        for player in range(players):
            each = along(plan, everywhere, point, player)
            place = (int(game.first_index[point]), int(game.start[point]))
            found[point, : len(each), player] = each[place] if start_only else each
    return frozen(found)


def along(plan: Plan, everywhere: Prospects, point: int, player: int) -> FloatArray:
    """Return a player's doubt at one point in each round and state, (T, S)."""
    game, chances = plan.game, event_chances(plan, point)
    discount = float(game.discount[point, player])
    gain = regrets(plan, everywhere, point, player)[: len(chances)]
    expected = np.zeros(game.num_states)
    if game.endless:
        for _ in range(EVER):
            ahead = expected_next(game, expected, point)
            expected = gain[0] + discount * (chances[0] * ahead).sum(axis=1)
    found = np.array(gain)
    for index in range(len(chances)):
        ahead = discount * expected_next(game, expected, point)
        if index > 0 or game.endless:
            for state in range(game.num_states):
                move = int(everywhere.move[point, index, player, state])
                if move >= 0 and ahead[state].any():
                    events = talking_events(plan, player, move, index, state, point)
                    found[index, state] += float(events @ ahead[state])
        expected = gain[index] + (chances[index] * ahead).sum(axis=1)
    return found


def regrets(plan: Plan, everywhere: Prospects, point: int, player: int) -> FloatArray:
    """Return a player's regret in each round and state, (T, S), nought where it is rounding."""
    gain = everywhere.gain[point, :, player]
    size = np.abs(plan.values[point, :, player]).max()
    return np.where(gain > TIE_TOLERANCE * size, gain, 0.0)
