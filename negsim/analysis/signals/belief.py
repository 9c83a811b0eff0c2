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

FEW_STEPS = 0.5
"""Below this total drift between the bounds, expected lengths are summed as a series."""

SERIES_TERMS = 14


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


def likelihood_ratio(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """Return first / second elementwise: inf if only the second is 0, NaN if both are.

    Raises
    ------
    UsageError
        If a number is not a chance.

    Examples
    --------
    >>> likelihood_ratio([0.5, 0.5, 0.0], [0.25, 0.0, 0.0])
    array([ 2., inf, nan])
    """
    over, under = np.broadcast_arrays(_chances("first", first), _chances("second", second))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: FloatArray = over / under
    return ratio


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


def ruin_chance(up: ArrayLike, upper: ArrayLike, lower: ArrayLike) -> FloatArray:
    """Return the chance that a walk of steps +1 and -1 from 0 reaches +upper before -lower.

    Parameters
    ----------
    up
        Chance of a step up, in [0, 1].
    upper, lower
        Whole numbers of at least 1; the three broadcast.

    Raises
    ------
    UsageError
        If a number is outside its range.

    References
    ----------
    THEORY L: P = (1 - r^lower) / (1 - r^(upper + lower)), r = (1 - up) / up; Feller (1968), XIV.2.

    Examples
    --------
    >>> ruin_chance([0.5, 0.75], 1, 3).round(12)
    array([0.75 , 0.975])
    """
    chance, above, below = _walk(up, upper, lower)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        rate = np.log1p(-chance) - np.log(chance)
        drift = np.where(np.isfinite(rate), np.abs(rate), 0.0)
        falling = np.exp(-above * drift) * np.expm1(-below * drift)
        rising = np.expm1(-below * drift)
        reached = np.where(rate > 0, falling, rising) / np.expm1(-(above + below) * drift)
    reached = np.where(drift == 0, below / (above + below), reached)
    result: FloatArray = np.where(chance == 0, 0.0, np.where(chance == 1, 1.0, reached))
    return result


def ruin_length(up: ArrayLike, upper: ArrayLike, lower: ArrayLike) -> FloatArray:
    """Return the expected number of steps until the walk of ``ruin_chance`` stops.

    Raises
    ------
    UsageError
        If a number is outside its range.

    References
    ----------
    THEORY L: E[N] = [(upper + lower) P - lower] / (2 up - 1), and upper * lower for up = 1/2;
    near 1/2 the same as a series, free of cancellation.

    Examples
    --------
    >>> ruin_length([0.5, 1.0, 0.75], 2, 3).round(12)
    array([6.        , 2.        , 3.66942149])
    """
    chance, above, below = _walk(up, upper, lower)
    total, bias = above + below, 2 * chance - 1
    direct = total * ruin_chance(chance, above, below) - below
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = direct / bias
    near = np.abs(2 * np.arctanh(np.clip(bias, -0.5, 0.5))) * total < FEW_STEPS
    result: FloatArray = np.where(near, _near_even(np.where(near, bias, 0.0), above, below), plain)
    return result


def _near_even(bias: FloatArray, above: FloatArray, below: FloatArray) -> FloatArray:
    """Return the expected length of a nearly even walk, from the series of (exp(x) - 1 - x)."""
    rate, total = -2 * np.arctanh(bias), above + below
    spread = total * _second_order(total * rate) - below * _second_order(below * rate)
    tanh_over = np.where(rate == 0, 0.5, np.tanh(rate / 2) / np.where(rate == 0, 1.0, rate))
    ratio = np.where(
        rate == 0, 1.0, total * rate / np.where(rate == 0, 1.0, np.expm1(total * rate))
    )
    result: FloatArray = below * spread * ratio / tanh_over
    return result


def _second_order(x: FloatArray) -> FloatArray:
    """Return (exp(x) - 1 - x) / x^2 near zero."""
    result = np.zeros_like(x)
    for power in range(SERIES_TERMS, -1, -1):
        result = result * x + 1 / math.factorial(power + 2)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class SincerityTest:
    """What a sequential test of sincerity on a yes/no signal does, exactly.

    ``steps_up``, ``steps_down``: net signals of stalling, or of sincerity, at which it stops.
    ``false_alarm``: chance that a sincere party is called stalling; ``miss``: that a staller is
    trusted; ``rounds_sincere``, ``rounds_staller``: expected rounds to the verdict;
    ``wald_rounds_sincere``, ``wald_rounds_staller``: Wald's approximations, without overshoot.
    """

    steps_up: int
    steps_down: int
    false_alarm: float
    miss: float
    rounds_sincere: float
    rounds_staller: float
    wald_rounds_sincere: float
    wald_rounds_staller: float


def sincerity_test(accuracy: float, false_alarm: float, miss: float) -> SincerityTest:
    """Return what Wald's test does on a signal that is right with one chance for both types.

    Each round shows one signal, "stalling" with chance ``accuracy`` if the party stalls and with
    1 - ``accuracy`` if it is sincere, so that the log odds walk by equal steps and everything is
    exact by gambler's ruin; the test stops at the first multiple of the step at or beyond
    ``wald_bounds``.

    Raises
    ------
    UsageError
        If the accuracy is not strictly between 1/2 and 1, or the error rates are not chances.

    References
    ----------
    THEORY L; Wald (1945), sections 3.2 and 4.1.

    Examples
    --------
    >>> test = sincerity_test(0.75, 0.1, 0.1)
    >>> test.steps_up, round(test.false_alarm, 6), round(test.rounds_staller, 6)
    (2, 0.1, 3.2)
    """
    if not 0.5 < accuracy < 1:
        raise UsageError(f"accuracy: expected a chance strictly above 1/2, below 1, got {accuracy}")
    bounds = wald_bounds(false_alarm, miss)
    step = math.log(accuracy) - math.log1p(-accuracy)
    up = math.ceil(bounds.upper / step - TIE_TOLERANCE * (1 + bounds.upper / step))
    down = math.ceil(bounds.lower / step - TIE_TOLERANCE * (1 + bounds.lower / step))
    information = (2 * accuracy - 1) * step
    staller = ((1 - miss) * bounds.upper - miss * bounds.lower) / information
    sincere = ((1 - false_alarm) * bounds.lower - false_alarm * bounds.upper) / information
    return SincerityTest(
        up,
        down,
        float(ruin_chance(1 - accuracy, up, down)),
        float(ruin_chance(1 - accuracy, down, up)),
        float(ruin_length(1 - accuracy, up, down)),
        float(ruin_length(accuracy, up, down)),
        sincere,
        staller,
    )


def concession_frequency(stall_ratio: ArrayLike, concession_ratio: ArrayLike) -> FloatArray:
    """Return the least share of rounds with a concession that keeps a naive observer's belief.

    The observer multiplies the odds of sincerity by ``stall_ratio`` after a stall and by
    ``concession_ratio`` after a concession. Stalls bought per concession: (1 - f) / f.

    Parameters
    ----------
    stall_ratio
        In (0, 1).
    concession_ratio
        Above 1; the two broadcast.

    Raises
    ------
    UsageError
        If a ratio is outside its range.

    References
    ----------
    THEORY L4: f = -ln(stall_ratio) / (ln(concession_ratio) - ln(stall_ratio)).

    Examples
    --------
    >>> concession_frequency(0.5, [2.0, 8.0])
    array([0.5 , 0.25])
    """
    stall, concession = (
        np.asarray(each, dtype=np.float64) for each in (stall_ratio, concession_ratio)
    )
    if not ((stall > 0) & (stall < 1)).all():
        raise UsageError("stall_ratio: expected likelihood ratios strictly between 0 and 1")
    if not ((concession > 1) & np.isfinite(concession)).all():
        raise UsageError("concession_ratio: expected finite likelihood ratios above 1")
    frequency: FloatArray = -np.log(stall) / (np.log(concession) - np.log(stall))
    return frequency


def tolerated_stalls(prior: ArrayLike, threshold: ArrayLike, stall_ratio: ArrayLike) -> FloatArray:
    """Return how many stalls in a row leave the belief in sincerity at or above a threshold.

    Such an observer is a deadline that the party's own moves set. Whole numbers; 0 also if the
    prior is below the threshold already, inf if the threshold is 0.

    Parameters
    ----------
    prior, threshold
        Chances of sincerity: before the first stall, strictly between 0 and 1; at which the
        observer acts, in [0, 1).
    stall_ratio
        What a stall multiplies the odds of sincerity by, in (0, 1); the three broadcast.

    Raises
    ------
    UsageError
        If a number is outside its range.

    References
    ----------
    THEORY 2.7: floor([logit(prior) - logit(threshold)] / -ln(stall_ratio)).

    Examples
    --------
    >>> tolerated_stalls([0.8, 0.3], 0.5, 0.5)
    array([2., 0.])
    """
    before, act, stall = (
        np.asarray(each, dtype=np.float64) for each in (prior, threshold, stall_ratio)
    )
    if not ((before > 0) & (before < 1) & (act >= 0) & (act < 1)).all():
        raise UsageError("prior and threshold: expected chances, the prior not 0 or 1")
    if not ((stall > 0) & (stall < 1)).all():
        raise UsageError("stall_ratio: expected likelihood ratios strictly between 0 and 1")
    with np.errstate(divide="ignore"):
        room = _log_odds(before) - _log_odds(act)
    steps = room / -np.log(stall)
    count: FloatArray = np.maximum(np.floor(steps + TIE_TOLERANCE * (1 + np.abs(steps))), 0.0)
    return count


def entropy(chances: ArrayLike) -> FloatArray:
    """Return the entropy over the last axis, in bits.

    Raises
    ------
    UsageError
        If the last axis is not a probability vector.

    Examples
    --------
    >>> entropy([[0.5, 0.5], [1.0, 0.0]])
    array([1., 0.])
    """
    return _entropy(_distribution("chances", chances))


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


def patience_threshold(
    waiting_cost: ArrayLike,
    rounds: ArrayLike,
    discount: ArrayLike,
    hazard: ArrayLike,
    mistaken_end: ArrayLike,
) -> FloatArray:
    """Return the belief in sincerity above which a deadline beats a hazard of ending talks.

    A slow but sincere party needs ``rounds`` rounds. A deadline there costs W, ``waiting_cost`` a
    round as the mediator discounts it; a hazard that deters a staller at once may end the talks
    with the sincere party before, which costs ``mistaken_end``.

    Parameters
    ----------
    waiting_cost, rounds, discount, hazard, mistaken_end
        Above 0; at least 1; in [0, 1]; in (0, 1]; above 0. They broadcast.

    Raises
    ------
    UsageError
        If a number is outside its range.

    References
    ----------
    THEORY 2.7, N1: W / (W + [1 - (1 - hazard)^rounds] mistaken_end), W = waiting_cost (1 -
    discount^rounds) / (1 - discount).

    Examples
    --------
    >>> patience_threshold(0.1, [2, 1], 1.0, 0.5, 0.6).round(12)
    array([0.30769231, 0.25      ])
    """
    cost, count, patient, chance, harm = (
        np.asarray(each, dtype=np.float64)
        for each in (waiting_cost, rounds, discount, hazard, mistaken_end)
    )
    if not ((cost > 0).all() and (harm > 0).all() and (count >= 1).all()):
        raise UsageError("patience_threshold: expected positive costs and at least 1 round")
    if not ((patient >= 0) & (patient <= 1)).all() or not ((chance > 0) & (chance <= 1)).all():
        raise UsageError("patience_threshold: expected a discount in [0, 1], a hazard in (0, 1]")
    even = patient == 1
    series = np.where(even, count, (1 - patient**count) / np.where(even, 1.0, 1 - patient))
    waiting, lost = cost * series, (1 - (1 - chance) ** count) * harm
    threshold: FloatArray = waiting / (waiting + lost)
    return threshold


def _log(chances: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        logs: FloatArray = np.log(chances)
    return logs


def _log_odds(chances: FloatArray) -> FloatArray:
    odds: FloatArray = np.log(chances) - np.log1p(-chances)
    return odds


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


def _walk(
    up: ArrayLike, upper: ArrayLike, lower: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    chance, above, below = np.broadcast_arrays(
        _chances("up", up),
        np.asarray(upper, dtype=np.float64),
        np.asarray(lower, dtype=np.float64),
    )
    for name, steps in (("upper", above), ("lower", below)):
        if not ((steps >= 1) & (steps == np.floor(steps)) & np.isfinite(steps)).all():
            raise UsageError(f"{name}: expected whole numbers of at least 1")
    return chance, above, below
