"""An endless stochastic game from plain arrays: everybody moves at once, in every state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import FloatArray, IntArray, frozen
from negsim.theory.stochastic.game import StochasticGame, turns

LARGEST_SUM = 1e-9
"""Rows of chances this near to one are made to sum to it (rounding of decimals)."""


def from_arrays(
    payoffs: ArrayLike,
    transitions: ArrayLike,
    discount: ArrayLike,
    players: Sequence[str] | None = None,
    moves: Sequence[Sequence[str]] | None = None,
    start: int = 0,
) -> StochasticGame:
    """Return the endless game with these payoffs and chances of moving, a batch of one.

    ``payoffs`` (n, S, m_1, ..., m_n) is what a round pays each player in each state, for every
    profile. ``transitions`` (S, m_1, ..., m_n, S) are chances of the next state; what a row lacks
    to one is the chance that the game ends after this round. One discount for all, or one each.
    """
    paid = np.array(payoffs, dtype=np.float64)
    count, states = paid.shape[:2]
    chances = np.array(transitions, dtype=np.float64).reshape(states, -1, states)
    sums = chances.sum(axis=2, keepdims=True)
    whole = np.abs(sums - 1) <= LARGEST_SUM
    where, weights = _possible(np.where(whole, chances / np.where(whole, sums, 1.0), chances))
    weight = np.broadcast_to(np.array(discount, dtype=np.float64), (count,))
    names = tuple(players or [f"player {number}" for number in range(1, count + 1)])
    words = moves or [[str(k) for k in range(1, size + 1)] for size in paid.shape[2:]]
    labels = tuple(tuple(own) for own in words)
    return _game(names, labels, paid.reshape(count, states, -1), where, weights, weight, start)


def _possible(chances: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the next states of positive chance first, (S, C, K), and their chances."""
    width = max(1, int((chances > 0).sum(axis=2).max()))
    order = np.argsort(chances <= 0, axis=2, kind="stable")[:, :, :width]
    return order.astype(np.int64), np.take_along_axis(chances, order, axis=2)


def _game(
    players: tuple[str, ...],
    moves: tuple[tuple[str, ...], ...],
    payoffs: FloatArray,
    where: IntArray,
    chances: FloatArray,
    discount: FloatArray,
    start: int,
) -> StochasticGame:
    count, states, profiles = payoffs.shape
    paid = frozen(payoffs[None])
    numbers = np.arange(profiles, dtype=np.int64)
    ending = np.maximum(1.0 - chances.sum(axis=2), 0.0)
    return StochasticGame(
        players=players,
        moves=moves,
        order=turns([range(count)], [len(own) for own in moves]),
        event_of=frozen(np.tile(numbers, (states, 1))),
        transition_of=frozen(numbers),
        payoffs=paid,
        last_payoffs=paid,
        successors=frozen(where),
        chances=frozen(chances[None]),
        ends=("over",),
        end_chances=frozen(ending[None, None]),
        agreement=frozen(np.zeros((1, states, profiles))),
        exit_by=frozen(np.zeros((1, count, states, profiles), dtype=bool)),
        in_effect=frozen(np.zeros((0, profiles), dtype=bool)),
        coalitions=frozen(np.zeros((0, count), dtype=bool)),
        solo_level=frozen(np.zeros((0, profiles), dtype=np.int64)),
        solo_owner=frozen(np.zeros(0, dtype=np.int64)),
        passing=frozen(np.zeros((count, max(map(len, moves))), dtype=bool)),
        mediators=frozen(np.zeros(count, dtype=bool)),
        discount=frozen(np.array(discount)[None]),
        rounds=frozen(np.zeros(1, dtype=np.int64)),
        start=frozen(np.array([start], dtype=np.int64)),
        costs=frozen(np.zeros((1, 0, states, profiles))),
        last_costs=frozen(np.zeros((1, 0, states, profiles))),
        reservation=frozen(np.full((1, count, states, 2), np.nan)),
        ending=frozen(np.zeros(1)),
    )
