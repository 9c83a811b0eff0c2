"""How tempting it is to hold out for one more round, and how likely a press must be to outweigh it.

For a party j that somebody watches, in a state: x is what settling now is worth to it, W what a
round of holding out is worth if it is not pressed and P if it is, each with x in the next round if
the talks go on. Pressed with the chance (W - x) / (W - P) it is indifferent. In the stall-or-press
game this is G / (F + G) with the gain G = b - (1 - d) x of a stall and the sanction F.
"""

from __future__ import annotations

import numpy as np

from negsim.arrays import TIE_TOLERANCE, BoolArray, FloatArray
from negsim.playing.conduct import FULL
from negsim.playing.reading import Reading


def commitment(table: Reading, player: int) -> FloatArray:
    """Return the least chance of a press that deters each set of the watched, (sets, S).

    0 where holding out does not pay anyhow, 1 where it pays even if pressed. The chance of a set
    is the largest of its members; that of nobody is 0.

    References
    ----------
    THEORY J1 and 2.7; Avenhaus, von Stengel & Zamir (2002), "Inspection games", Handbook of Game
    Theory 3, section 5, for the leader's commitment.
    """
    single = [
        deterrent(table, player, place, other)
        for place, other in enumerate(table.conduct.watched[player])
    ]
    sets = np.zeros((1 << len(single), table.board.num_states))
    for number in range(len(sets)):
        members = [row for bit, row in enumerate(single) if number >> bit & 1]
        sets[number] = np.max(members, axis=0) if members else 0.0
    return sets


def deterrent(table: Reading, player: int, place: int, other: int) -> FloatArray:
    """Return the chance of a press by a player that makes one of its watched indifferent, (S,)."""
    board = table.board
    full = (table.conduct.answers[other] == FULL)[:, board.move_of[other]]
    stalls = table.conduct.stalls[other][:, board.move_of[other]]
    pressed = table.conduct.presses(player)[..., place][:, board.move_of[player]]
    settled = full & table.worth.package[other]
    if not table.worth.package[other].any():
        settled = ~stalls
    settle = mean_over(table.worth.payoff[other], settled)
    now = table.worth.payoff[other] + goes_on(table, other) * settle[:, None]
    free, punished = mean_over(now, stalls & ~pressed), mean_over(now, stalls & pressed)
    slack = TIE_TOLERANCE * table.worth.size[other]
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = (free - settle) / (free - punished)
    chance = np.where(punished < settle - slack, chance, 1.0)
    return np.where(free > settle + slack, np.clip(chance, 0.0, 1.0), 0.0)


def goes_on(table: Reading, other: int) -> FloatArray:
    """Return the discounted chance that talks go on, if there is a package to wait for, (S, A)."""
    game, point = table.game, table.point
    if not table.worth.package[other].any():
        return np.zeros((1, 1))
    going = game.chances[point].sum(axis=-1)
    states = np.arange(table.board.num_states)[:, None]
    chance = going[states, game.transition_of[game.event_of]]
    return np.asarray(game.discount[point, other] * chance)


def mean_over(values: FloatArray, chosen: BoolArray) -> FloatArray:
    """Return the mean of values (S, A) over chosen profiles, (S,); NaN where none is.

    >>> mean_over(np.array([[1.0, 3.0, 8.0]]), np.array([[True, True, False]]))
    array([2.])
    """
    count = chosen.sum(axis=1)
    total = np.where(chosen, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
