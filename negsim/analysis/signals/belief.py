"""What moves say about types: Bayes' rule by log odds, sequential tests, information of offers.

Beliefs are kept as logarithms of chances, exactly, never on a grid. An observation that no type
still possible could have caused needs a rule, and the caller states it: trembles, keep, or refuse.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import CHANCE_TOLERANCE, TIE_TOLERANCE, FloatArray, frozen
from negsim.errors import UsageError

Impossible: TypeAlias = Literal["refuse", "keep"]
REFUSE: Impossible = "refuse"
KEEP: Impossible = "keep"


@dataclass(frozen=True, slots=True, eq=False)
class BeliefPath:
    """Beliefs along a sequence of observations.

    ``beliefs`` (N + 1, T): chances of the types before the first and after each observation.
    ``log_odds`` (N + 1, T): logarithm of each type's chance over the first type's. ``kept``: the
    places of observations impossible under every type that was left, at which belief was kept.
    """

    beliefs: FloatArray
    log_odds: FloatArray
    kept: tuple[int, ...] = ()


def update_beliefs(
    prior: ArrayLike,
    likelihoods: ArrayLike,
    tremble: float = 0.0,
    num_moves: int | None = None,
    impossible: Impossible = REFUSE,
) -> BeliefPath:
    """Return the beliefs along a sequence of observations, by Bayes' rule in log odds.

    A type ruled out stays out, unless there are trembles. Chances below the smallest float are
    told apart in the log odds.

    Parameters
    ----------
    prior
        Shape (T,): chances of the types, summing to 1.
    likelihoods
        Shape (N, T): chance of observation n if the type is t.
    tremble
        Every type makes one of ``num_moves`` moves at random with this chance, so that a
        likelihood L becomes (1 - tremble) L + tremble / num_moves.
    num_moves
        How many moves there are to choose from; needed with a tremble.
    impossible
        If an observation has likelihood zero for every type still possible: "refuse" it with an
        error, or "keep" the belief as it was and note the place.

    Raises
    ------
    UsageError
        If the numbers are not chances of the stated shapes, or an observation is refused.

    References
    ----------
    THEORY L; Wald (1947), "Sequential Analysis".

    Examples
    --------
    >>> update_beliefs([0.5, 0.5], [[0.75, 0.25], [0.75, 0.25]]).beliefs[:, 0]
    array([0.5 , 0.75, 0.9 ])
    >>> update_beliefs([0.5, 0.5], [[0.0, 0.0]], impossible="keep").kept
    (0,)
    """
    start, table = _distribution("prior", prior), _chances("likelihoods", likelihoods)
    if table.ndim != 2 or table.shape[1:] != start.shape or start.ndim != 1:
        raise UsageError(
            f"likelihoods: expected the shape (observations, {start.size}), got {table.shape}"
        )
    if impossible not in (REFUSE, KEEP):
        raise UsageError(f'impossible: expected "refuse" or "keep", got "{impossible}"')
    logs = [_log(start)]
    kept: list[int] = []
    for place, row in enumerate(_trembling(table, tremble, num_moves)):
        weights = logs[-1] + _log(row)
        if np.isneginf(weights).all():
            if impossible == REFUSE:
                raise UsageError(
                    f"likelihoods: observation {place + 1} has likelihood zero for every type "
                    'still possible; expected a tremble above 0 or impossible="keep"'
                )
            kept.append(place)
            weights = logs[-1]
        logs.append(weights - weights.max())
    stacked = np.array(logs)
    with np.errstate(invalid="ignore"):
        odds = np.where(np.isneginf(stacked), -np.inf, stacked - stacked[:, :1])
    chances = np.exp(stacked)
    chances /= chances.sum(axis=1, keepdims=True)
    return BeliefPath(frozen(chances), frozen(odds), tuple(kept))


@dataclass(frozen=True, slots=True)
class TestBounds:
    """Where a sequential test stops: above ``upper`` or below ``-lower``, in log odds."""

    upper: float
    lower: float

    __test__ = False


def wald_bounds(false_alarm: float, miss: float) -> TestBounds:
    """Return Wald's bounds on the log likelihood ratio (staller over sincere) of a test.

    ``upper`` = ln((1 - miss) / false_alarm): call it stalling; ``lower`` = ln((1 - false_alarm) /
    miss): trust at minus this. The error rates are met as inequalities: false_alarm / (1 - miss)
    at most, and miss / (1 - false_alarm).

    Raises
    ------
    UsageError
        If a rate is not strictly between 0 and 1 or they sum to 1 or more.

    References
    ----------
    Wald (1945), "Sequential tests of statistical hypotheses", section 3.2.

    Examples
    --------
    >>> bounds = wald_bounds(0.1, 0.1)
    >>> round(bounds.upper, 6), round(bounds.lower, 6)
    (2.197225, 2.197225)
    """
    if not (0 < false_alarm < 1 and 0 < miss < 1 and false_alarm + miss < 1):
        raise UsageError(
            "false_alarm and miss: expected chances strictly between 0 and 1 that sum to less "
            f"than 1, got {false_alarm} and {miss}"
        )
    upper = math.log1p(-miss) - math.log(false_alarm)
    return TestBounds(upper, math.log1p(-false_alarm) - math.log(miss))


def information_gained(prior: ArrayLike, replies: ArrayLike) -> FloatArray:
    """Return how much the reply to an offer tells about the type: mutual information, in bits.

    It is the expected fall in entropy of the belief, at least 0 and at most the prior's entropy.

    Parameters
    ----------
    prior
        Shape (T,).
    replies
        Shape (..., T, R): chance of each reply if the type is t; leading axes are offers.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    UsageError
        If the numbers are not chances of the stated shapes.

    References
    ----------
    Lindley (1956), "On a measure of the information provided by an experiment"; THEORY B2.

    Examples
    --------
    >>> both, one = [[1, 0], [0, 1]], [[1, 0], [1, 0]]
    >>> information_gained([0.5, 0.5], [both, one])
    array([1., 0.])
    """
    start, table = _distribution("prior", prior), _distribution("replies", replies)
    if start.ndim != 1 or table.ndim < 2 or table.shape[-2] != start.size:
        raise UsageError(
            f"replies: expected the shape (..., {start.size} types, replies), got {table.shape}"
        )
    overall = (start[:, None] * table).sum(axis=-2)
    gain: FloatArray = _entropy(overall) - (start * _entropy(table)).sum(axis=-1)
    return np.maximum(gain, 0.0)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An offer and the information that its reply gives, in bits."""

    offer: str
    information: float


def rank_offers(
    prior: ArrayLike, replies: ArrayLike, offers: tuple[str, ...]
) -> tuple[Diagnostic, ...]:
    """Return the offers by information gained, most first; offers that tie keep their order.

    Raises
    ------
    UsageError
        If the numbers are not chances, or there is not one name per offer.

    References
    ----------
    THEORY B2: the symmetric freeze separates those who fear from those who stall.

    Examples
    --------
    >>> replies = [[[1, 0], [1, 0]], [[1, 0], [0, 1]]]
    >>> rank_offers([0.5, 0.5], replies, ("one-sided", "symmetric freeze"))[0]
    Diagnostic(offer='symmetric freeze', information=1.0)
    """
    gains = information_gained(prior, replies)
    if gains.shape != (len(offers),):
        raise UsageError(f"offers: expected names for shape {gains.shape}, got {len(offers)}")
    rounded = np.round(gains / TIE_TOLERANCE) if gains.size else gains
    order = sorted(range(len(offers)), key=lambda place: -rounded[place])
    return tuple(Diagnostic(offers[place], float(gains[place])) for place in order)


def _log(chances: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        logs: FloatArray = np.log(chances)
    return logs


def _entropy(chances: FloatArray) -> FloatArray:
    safe = np.where(chances > 0, chances, 1.0)
    bits: FloatArray = -(safe * np.log2(safe)).sum(axis=-1) + 0.0
    return bits


def _trembling(table: FloatArray, tremble: float, num_moves: int | None) -> FloatArray:
    if not 0 <= tremble <= 1:
        raise UsageError(f"tremble: expected a chance from 0 to 1, got {tremble}")
    if not tremble:
        return table
    if num_moves is None or num_moves < 1:
        raise UsageError("num_moves: expected how many moves there are, for a tremble above 0")
    return (1 - tremble) * table + tremble / num_moves


def _chances(field: str, values: ArrayLike) -> FloatArray:
    try:
        chances = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"{field}: expected numbers in rows of equal length") from None
    if not ((chances >= 0) & (chances <= 1)).all():
        raise UsageError(f"{field}: expected chances from 0 to 1")
    return chances


def _distribution(field: str, values: ArrayLike) -> FloatArray:
    chances = _chances(field, values)
    if chances.ndim == 0 or not (np.abs(chances.sum(axis=-1) - 1) <= CHANCE_TOLERANCE).all():
        raise UsageError(f"{field}: expected chances that sum to 1")
    return chances
