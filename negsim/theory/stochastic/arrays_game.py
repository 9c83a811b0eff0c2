"""An endless stochastic game from plain arrays: everybody moves at once, in every state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import CHANCE_TOLERANCE, FloatArray, IntArray, frozen
from negsim.errors import GameError
from negsim.theory.stochastic.game import StochasticGame, turns

LARGEST_SUM = 1e-9
"""Rows of chances may exceed one by no more than this (rounding of decimals)."""


def from_arrays(
    payoffs: ArrayLike,
    transitions: ArrayLike,
    discount: ArrayLike,
    players: Sequence[str] | None = None,
    moves: Sequence[Sequence[str]] | None = None,
    start: int = 0,
) -> StochasticGame:
    """Return the endless game with these payoffs and chances of moving, a batch of one.

    Parameters
    ----------
    payoffs
        Shape (n, S, m_1, ..., m_n): what a round pays each player in each state, for every profile;
        what an end pays is part of the round that it follows.
    transitions
        Shape (S, m_1, ..., m_n, S): chances of the next state. What a row lacks to one is the
        chance that the game ends after this round.
    discount
        Weight of the next round, one for all players or one each; times the largest chance of
        going on, below 1.
    players, moves
        Names; ``player 1`` and ``1``, ``2``, ... by default.
    start
        The state in which the game starts.

    Raises
    ------
    GameError
        If shapes do not fit, a number is not finite, a chance is below 0 or a row above 1, the
        discount does not make sums of payoffs finite, or the start is not a state.

    Examples
    --------
    One player, one state: stay for 1 a round, or leave for 5.

    >>> game = from_arrays([[[1.0, 5.0]]], [[[1.0], [0.0]]], 0.9)
    >>> game.endless, game.num_states, game.num_moves
    (True, 1, (2,))
    """
    paid = _numbers(payoffs, "payoffs")
    if paid.ndim < 3 or paid.ndim != len(paid) + 2 or 0 in paid.shape:
        raise GameError(
            f"payoffs: expected the shape (players, states, moves of each player), got {paid.shape}"
        )
    count, states = paid.shape[:2]
    chances = _checked_chances(transitions, (*paid.shape[1:], states))
    where, weights = _possible(chances.reshape(states, -1, states))
    weight = _checked_discount(discount, count, weights)
    if not 0 <= start < states:
        raise GameError(f"start: expected a state from 0 to {states - 1}, got {start}")
    names = tuple(players or [f"player {number}" for number in range(1, count + 1)])
    words = moves or [[str(k) for k in range(1, size + 1)] for size in paid.shape[2:]]
    labels = tuple(tuple(own) for own in words)
    if len(names) != count or tuple(map(len, labels)) != paid.shape[2:]:
        raise GameError(
            f"players, moves: expected names for {count} players with {paid.shape[2:]} moves, got "
            f"{len(names)} with {tuple(map(len, labels))}"
        )
    return _game(names, labels, paid.reshape(count, states, -1), where, weights, weight, start)


def _numbers(array: ArrayLike, name: str) -> FloatArray:
    try:
        found = np.array(array, dtype=np.float64)
    except (TypeError, ValueError):
        raise GameError(f"{name}: expected an array of numbers") from None
    if not np.isfinite(found).all():
        raise GameError(f"{name}: expected finite numbers")
    return found


def _checked_chances(transitions: ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    chances = _numbers(transitions, "transitions")
    if chances.shape != shape:
        raise GameError(f"transitions: expected the shape {shape}, got {chances.shape}")
    sums = chances.sum(axis=-1)
    if chances.min() < 0 or sums.max() > 1 + LARGEST_SUM:
        raise GameError(
            "transitions: expected chances of at least 0 with rows of at most 1, got a chance of "
            f"{chances.min():g} and a row of {sums.max():g}"
        )
    whole = np.abs(sums - 1) <= LARGEST_SUM
    return np.where(whole[..., None], chances / np.where(whole, sums, 1.0)[..., None], chances)


def _checked_discount(discount: ArrayLike, count: int, chances: FloatArray) -> FloatArray:
    given = _numbers(discount, "discount")
    if given.shape not in {(), (count,)}:
        raise GameError(f"discount: expected one number or {count}, got the shape {given.shape}")
    goes_on = float(chances.sum(axis=-1).max())
    if given.min() < 0 or given.max() * goes_on > 1 - CHANCE_TOLERANCE:
        raise GameError(
            "discount: expected at least 0 and, times the chance of going on "
            f"({goes_on:g}), below 1, got {given.tolist()}"
        )
    return np.broadcast_to(given, (count,))


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
