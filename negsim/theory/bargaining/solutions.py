"""Bargaining solutions: which packages a rule of fair division picks, as a set where they tie.

Every rule counts only what is at least as good as disagreement for everybody. If the problem allows
lotteries the rule picks a point of the packages' convex hull: linear programmes, and for the
product of gains Newton's method among few packages, with a bound on what is missed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.arrays import (
    REGRET_TOLERANCE,
    TIE_TOLERANCE,
    FloatArray,
    IntArray,
    frozen,
    power_of_two,
)
from negsim.errors import SolverError
from negsim.registry import Registry
from negsim.theory.bargaining.problem import BargainingProblem
from negsim.theory.numerics.linear import System, as_chances, maximise, probabilities
from negsim.theory.oneshot.pareto import pareto_efficient
from negsim.theory.written import Written

NONE_ACCEPTABLE = "no package is at least as good as disagreement for everybody"
NO_SHARE = "can gain nothing over disagreement: a share of nothing is not defined, no solution"
NONE_IMPROVING = "no package is better than disagreement for everybody: the product is zero for all"

SHARPEST = 1e-13
"""The product of gains is pursued to within this of the largest, as a share for each player."""
MAX_PACKAGES_TRIED = 500
MAX_NEWTON_STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class BargainingSolution(Written):
    """The packages that a rule picks.

    ``indexes``: the packages picked, in their order, all of them where they tie; with lotteries
    those of one lottery that the rule picks, and ``chances`` theirs (None without lotteries).
    ``low`` and ``high`` (n,): the smallest and largest payoff of each player over all that the
    rule picks, NaN if that is nothing. ``value``: what the rule maximises, in its own units (for
    "nash" the product of the gains); NaN if no package is picked, infinite if it is too large for a
    float (both null in JSON). ``message``: the status in words.
    """

    problem: BargainingProblem
    method: str
    indexes: IntArray
    value: float
    message: str
    low: FloatArray
    high: FloatArray
    chances: FloatArray | None = None

    @property
    def payoffs(self) -> FloatArray:
        """Return what is picked, a row each: the packages' payoffs, or those of the lottery."""
        picked: FloatArray = self.problem.payoffs[self.indexes]
        return picked if self.chances is None else (self.chances @ picked)[None, :]

    def to_dict(self) -> dict[str, Any]:
        """Return the solution in the words of the problem, ready for JSON.

        Examples
        --------
        >>> bargain(BargainingProblem([[3, 1], [2, 2]], [0, 0]), "nash").to_dict()["packages"]
        {'package 2': {'player 1': 2.0, 'player 2': 2.0}}
        """
        problem = self.problem
        labels = [problem.labels[index] for index in self.indexes.tolist()]
        found = {
            "method": self.method,
            "packages": {
                label: dict(zip(problem.players, problem.payoffs[index].tolist(), strict=True))
                for label, index in zip(labels, self.indexes.tolist(), strict=True)
            },
            "disagreement": dict(zip(problem.players, problem.disagreement.tolist(), strict=True)),
            "value": self.value if math.isfinite(self.value) else None,
            "message": self.message,
        }
        if self.chances is None:
            return found
        return {
            **found,
            "chances": dict(zip(labels, self.chances.tolist(), strict=True)),
            "payoffs": [
                dict(zip(problem.players, row, strict=True)) for row in self.payoffs.tolist()
            ],
            "low": _without_nan(problem, self.low),
            "high": _without_nan(problem, self.high),
        }


def _without_nan(problem: BargainingProblem, payoffs: FloatArray) -> dict[str, float | None]:
    shown = [None if math.isnan(payoff) else payoff for payoff in payoffs.tolist()]
    return dict(zip(problem.players, shown, strict=True))


BargainingRule = Callable[[BargainingProblem], BargainingSolution]

bargaining_solutions = Registry[BargainingRule]("bargaining solution")


def bargain(problem: BargainingProblem, method: str) -> BargainingSolution:
    """Solve a bargaining problem by a registered rule.

    Raises
    ------
    UnknownNameError
        If there is no such rule.
    SolverError
        If the problem allows lotteries and a linear programme is too large.

    Examples
    --------
    >>> bargain(BargainingProblem([[3, 1], [2, 2], [0, 9]], [0, 0]), "nash").indexes
    array([1])
    """
    return bargaining_solutions[method](problem)


def nash_bargaining(problem: BargainingProblem) -> BargainingSolution:
    """Find what maximises the product of the gains over disagreement.

    Only packages that are at least as good as disagreement for everybody count. A payoff that ties
    with disagreement (see ``tie_width``) is a gain of zero; products within
    ``TIE_TOLERANCE`` of the largest, relative to it, tie. If no package is better for everybody the
    product is zero for all that count, and all of them are returned.

    Returns
    -------
    BargainingSolution
        Complete over the given packages; ``value`` is the product, in payoff units to the power of
        the number of players. Unchanged if a player's payoffs, disagreement included, are
        multiplied by a positive number or moved. With lotteries the payoffs are unique if anybody
        can gain together, and the product is within ``REGRET_TOLERANCE`` of the largest.

    Raises
    ------
    SolverError
        If the problem allows lotteries and a linear programme is too large, or the product stays
        short of its bound.

    References
    ----------
    Nash (1950), "The bargaining problem", Econometrica 18(2). For finite sets of packages: Mariotti
    (1998), "Nash bargaining theory when the number of alternatives can be finite", Social Choice
    and Welfare 15.

    Examples
    --------
    >>> solution = nash_bargaining(BargainingProblem([[4, 1], [1, 4], [5, 0]], [0, 0]))
    >>> solution.indexes, solution.value
    (array([0, 1]), 4.0)
    >>> corners = BargainingProblem([[4, 1], [1, 4], [5, 0]], [0, 0], lotteries=True)
    >>> nash_bargaining(corners).payoffs.round(9)
    array([[2.5, 2.5]])
    """
    if problem.lotteries:
        return _over_lotteries(problem, "nash", _nash_lottery)
    rational = np.flatnonzero(problem.acceptable)
    if not rational.size:
        return _nothing(problem, "nash")
    gains = _clear_gains(problem)
    shares = _shares(np.maximum(gains, 0.0)[rational])
    products = shares.prod(axis=1)
    best = rational[products >= products.max() * (1.0 - TIE_TOLERANCE)]
    value = math.prod(problem.gains[best[0]].tolist()) if products.max() > 0 else 0.0
    message = _message(best.size) if products.max() > 0 else NONE_IMPROVING
    return _picked(problem, "nash", best, value, message)


def kalai_smorodinsky(problem: BargainingProblem) -> BargainingSolution:
    """Find what gives everybody the same share of the most that each could gain, or more.

    The most that a player could gain is its ideal, over what is at least as good as disagreement
    for everybody. The smallest share of the ideals is made as large as possible; what is picked is
    Pareto efficient. Where a player can gain nothing its share is not defined: nothing is picked,
    and the message names the player.

    Returns
    -------
    BargainingSolution
        Complete over the given packages; ``value`` is the smallest share, from 0 to 1. Unchanged if
        a player's payoffs, disagreement included, are multiplied by a positive number or moved.

    Raises
    ------
    SolverError
        If the problem allows lotteries and a linear programme is too large.

    References
    ----------
    Kalai and Smorodinsky (1975), "Other solutions to Nash's bargaining problem", Econometrica 43.
    For packages without lotteries: Conley and Wilkie (1991), "The bargaining problem without
    convexity: extending the egalitarian and Kalai-Smorodinsky solutions", Economics Letters 36.

    Examples
    --------
    >>> corners = BargainingProblem([[4, 0], [0, 2]], [0, 0], lotteries=True)
    >>> kalai_smorodinsky(corners).payoffs
    array([[2., 1.]])
    """
    return _by_smallest(problem, "kalai_smorodinsky")


def egalitarian(problem: BargainingProblem) -> BargainingSolution:
    """Find what makes the smallest gain over disagreement as large as possible.

    What is picked is Pareto efficient. Depends on the units of the players' payoffs, which are
    taken to be comparable.

    Returns
    -------
    BargainingSolution
        Complete over the given packages; ``value`` is the smallest gain, in payoff units.

    Raises
    ------
    SolverError
        If the problem allows lotteries and a linear programme is too large.

    References
    ----------
    Kalai (1977), "Proportional solutions to bargaining situations: interpersonal utility
    comparisons", Econometrica 45.

    Examples
    --------
    >>> egalitarian(BargainingProblem([[4, 1], [2, 2], [9, 1]], [0, 0])).indexes
    array([1])
    """
    return _by_smallest(problem, "egalitarian")


def utilitarian(problem: BargainingProblem) -> BargainingSolution:
    """Find what makes the sum of the gains over disagreement as large as possible.

    Depends on the units of the players' payoffs, which are taken to be comparable.

    Returns
    -------
    BargainingSolution
        Complete over the given packages; ``value`` is the sum of gains, in payoff units.

    Raises
    ------
    SolverError
        If the problem allows lotteries and a linear programme is too large.

    References
    ----------
    Harsanyi (1955), "Cardinal welfare, individualistic ethics, and interpersonal comparisons of
    utility", Journal of Political Economy 63.

    Examples
    --------
    >>> utilitarian(BargainingProblem([[4, 1], [2, 3], [9, -1]], [0, 0])).indexes
    array([0, 1])
    """
    if problem.lotteries:
        return _over_lotteries(problem, "utilitarian", _utilitarian_lottery)
    gains = _clear_gains(problem)
    return _best_packages(problem, "utilitarian", gains.sum(axis=1), problem.widths.sum(axis=1))


def _by_smallest(problem: BargainingProblem, method: str) -> BargainingSolution:
    """Maximise the smallest gain, in payoff units or as a share of the ideal."""
    if problem.lotteries:
        return _over_lotteries(problem, method, _smallest_lottery)
    gains, rational = _clear_gains(problem), problem.acceptable
    if not rational.any():
        return _nothing(problem, method)
    units = _units(method, gains[rational].max(axis=0))
    if not (units > 0).all():
        return _nothing(problem, method, _without_share(problem, units))
    shares = (gains / units).min(axis=1)
    widths = (problem.widths / units).max(axis=1)
    return _best_packages(problem, method, shares, widths, _worth(method, units))


def _units(method: str, ideal: FloatArray) -> FloatArray:
    """Return in what each player's gain is measured; 0 for a player who can have no share."""
    if method == "egalitarian":
        return np.full(len(ideal), power_of_two(float(np.abs(ideal).max())))
    return np.maximum(ideal, 0.0)


def _worth(method: str, units: FloatArray) -> float:
    """Return what a share of 1 is worth as the value of a rule: an ideal is no unit of payoffs."""
    return float(units[0]) if method == "egalitarian" else 1.0


def _without_share(problem: BargainingProblem, units: FloatArray) -> str:
    """Return in words who can gain nothing."""
    names = [name for name, unit in zip(problem.players, units, strict=True) if unit == 0]
    return f"{', '.join(names)} {NO_SHARE}"


def _clear_gains(problem: BargainingProblem) -> FloatArray:
    """Return the gains over disagreement, 0 where payoffs tie with it."""
    gains = problem.gains
    return np.where(np.abs(gains) > problem.widths, gains, 0.0)


def _best_packages(
    problem: BargainingProblem,
    method: str,
    scores: FloatArray,
    widths: FloatArray,
    worth: float = 1.0,
) -> BargainingSolution:
    """Pick the acceptable packages of the largest score that no other of them dominates."""
    rational = np.flatnonzero(problem.acceptable)
    if not rational.size:
        return _nothing(problem, method)
    top = rational[int(np.argmax(scores[rational]))]
    best = rational[scores[rational] >= scores[top] - widths[rational] - widths[top]]
    best = best[pareto_efficient(problem.payoffs[best])]
    return _picked(problem, method, best, worth * float(scores[top]), _message(best.size))


def _picked(
    problem: BargainingProblem, method: str, indexes: IntArray, value: float, message: str
) -> BargainingSolution:
    payoffs = problem.payoffs[indexes]
    low, high = payoffs.min(axis=0), payoffs.max(axis=0)
    return BargainingSolution(
        problem, method, frozen(indexes), value, message, frozen(low), frozen(high)
    )


def _nothing(
    problem: BargainingProblem, method: str, message: str = NONE_ACCEPTABLE
) -> BargainingSolution:
    nobody = frozen(np.full(problem.num_players, np.nan))
    none = frozen(np.zeros(0, dtype=np.int64))
    message = message.replace("package", "lottery") if problem.lotteries else message
    return BargainingSolution(problem, method, none, float("nan"), message, nobody, nobody)


def _shares(gains: FloatArray) -> FloatArray:
    """Return gains relative to each player's largest, so that their product cannot overflow."""
    largest = gains.max(axis=0)
    return gains / np.where(largest > 0, largest, 1.0)


def _message(count: int) -> str:
    return "one package" if count == 1 else f"{count} packages tie"


# ---------------------------------------------------------------- lotteries


@dataclass(frozen=True, slots=True, eq=False)
class _Lottery:
    """A lottery that a rule picks; rows that say which others it picks too; what it reached.

    ``others`` is None if all lotteries that the rule picks have the same payoffs.
    """

    chances: FloatArray
    others: System | None
    value: float
    message: str


Rule = Callable[[str, FloatArray, FloatArray], _Lottery]


def _over_lotteries(problem: BargainingProblem, method: str, rule: Rule) -> BargainingSolution:
    """Apply a rule to the lotteries over packages that are acceptable to everybody."""
    gains = _clear_gains(problem)
    ideal = _ideal(gains)
    if ideal is None:
        return _nothing(problem, method)
    if method == "kalai_smorodinsky" and not ideal.all():
        return _nothing(problem, method, _without_share(problem, ideal))
    lottery = rule(method, gains, ideal)
    low, high = _span(gains, lottery.others, lottery.chances)
    kept = np.flatnonzero(lottery.chances > 0)
    return BargainingSolution(
        problem,
        method,
        frozen(kept),
        lottery.value,
        lottery.message,
        frozen(problem.disagreement + low),
        frozen(problem.disagreement + high),
        frozen(lottery.chances[kept]),
    )


def _rational(gains: FloatArray) -> System:
    return gains.T, np.zeros(gains.shape[1])


def _ideal(gains: FloatArray) -> FloatArray | None:
    """Return the most that each player can gain; None if no lottery is acceptable to all."""
    ideal = np.zeros(gains.shape[1])
    if not len(gains):
        return None
    for player in range(gains.shape[1]):
        found = maximise(gains[:, player], _rational(gains), probabilities(len(gains)))
        if found is None:
            return None
        ideal[player] = as_chances(found) @ gains[:, player]
    small = REGRET_TOLERANCE * np.abs(gains).max(axis=0)
    return np.where(ideal > small, ideal, 0.0)


def _span(
    gains: FloatArray, others: System | None, chances: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and largest gain of each player over what a rule picks."""
    point = chances @ gains
    low, high = point.copy(), point.copy()
    if others is None:
        return low, high
    rows = np.vstack([gains.T, others[0]])
    limits = np.concatenate([np.zeros(gains.shape[1]), others[1]])
    for player in range(gains.shape[1]):
        for sign, bound in ((-1.0, low), (1.0, high)):
            found = maximise(sign * gains[:, player], (rows, limits), probabilities(len(gains)))
            reached = point if found is None else as_chances(found) @ gains
            slack = REGRET_TOLERANCE * np.abs(gains[:, player]).max()
            if abs(reached[player] - point[player]) > slack:
                bound[player] = reached[player]
    return low, high


def _best_lottery(objective: FloatArray, gains: FloatArray, others: System) -> FloatArray:
    """Return the lottery that maximises an objective among those acceptable and some others."""
    rows = np.vstack([gains.T, others[0]])
    limits = np.concatenate([np.zeros(gains.shape[1]), others[1]])
    found = maximise(objective, (rows, limits), probabilities(len(gains)))
    if found is None:
        raise SolverError("bargaining: rounding leaves no lottery that the rule picks")
    return as_chances(found)


def _lottery_message(chances: FloatArray) -> str:
    count = int((chances > 0).sum())
    return "one package for certain" if count == 1 else f"a lottery over {count} packages"


def _no_rows(gains: FloatArray) -> System:
    return np.zeros((0, len(gains))), np.zeros(0)


def _slack(gains: FloatArray) -> float:
    """Return how far below the best a score may lie through rounding, in units of the gains."""
    return TIE_TOLERANCE * float(np.abs(gains).max())


def _utilitarian_lottery(_method: str, gains: FloatArray, _ideal: FloatArray) -> _Lottery:
    total = gains.sum(axis=1)
    chances = _best_lottery(total, gains, _no_rows(gains))
    value = float(chances @ total)
    others = (total[None, :], np.array([value - _slack(gains)]))
    return _Lottery(chances, others, value, _lottery_message(chances))


def _smallest_lottery(method: str, gains: FloatArray, ideal: FloatArray) -> _Lottery:
    """Maximise the smallest share, then the sum of shares among what has it: that is efficient."""
    units = _units(method, ideal)
    shares = gains / units
    system = np.hstack([shares.T, -np.ones((shares.shape[1], 1))])
    rational = np.hstack([gains.T, np.zeros((gains.shape[1], 1))])
    rows = np.vstack([rational, system])
    objective = np.append(np.zeros(len(gains)), 1.0)
    found = maximise(
        objective, (rows, np.zeros(len(rows))), probabilities(len(gains), 1), num_free=1
    )
    if found is None:
        raise SolverError("bargaining: rounding leaves no lottery that the rule picks")
    value = float((as_chances(found[:-1]) @ shares).min())
    others = (shares.T, np.full(shares.shape[1], value - _slack(shares)))
    chances = _best_lottery(shares.sum(axis=1), gains, others)
    total = shares.sum(axis=1)
    efficient = np.array([float(chances @ total) - _slack(shares) * shares.shape[1]])
    exact = (np.vstack([others[0], total]), np.concatenate([others[1], efficient]))
    return _Lottery(chances, exact, value * _worth(method, units), _lottery_message(chances))


def _nash_lottery(_method: str, gains: FloatArray, ideal: FloatArray) -> _Lottery:
    if not (ideal > 0).all():
        chances = _best_lottery(gains.sum(axis=1), gains, _no_rows(gains))
        message = NONE_IMPROVING.replace("package", "lottery")
        return _Lottery(chances, _no_rows(gains), 0.0, message)
    shares = gains / ideal
    starts = [_best_lottery(gains[:, i], gains, _no_rows(gains)) for i in range(gains.shape[1])]
    chances = _largest_product(shares, np.mean(starts, axis=0))
    value = math.prod((chances @ gains).tolist())
    return _Lottery(chances, None, value, _lottery_message(chances))


def _largest_product(shares: FloatArray, chances: FloatArray) -> FloatArray:
    """Return the lottery with the largest product of expected shares, from one where it is not 0.

    Package after package joins by a line search, then Newton's method finds the best chances of
    those that take part. The bound: at a point with shares s the logarithm of the product is within
    (max over packages of sum of share / s, minus the number of players) of its largest value.
    """
    players = shares.shape[1]
    for _ in range(MAX_PACKAGES_TRIED):
        rates = (shares / (chances @ shares)).sum(axis=1)
        missed = float(rates.max() - players)
        if missed <= SHARPEST * players:
            return chances
        joining = int(np.argmax(rates))
        point = chances @ shares
        weight = _line_search(point, shares[joining] - point)
        if weight <= 0.0:
            break
        chances = (1.0 - weight) * chances
        chances[joining] += weight
        kept = np.flatnonzero(chances > 0)
        chances[kept] = _newton(shares[kept], chances[kept])
    if missed <= REGRET_TOLERANCE * players:
        return chances
    raise SolverError(
        f"bargaining: the product of gains is only within {missed:.1g} of the largest"
    )


def _line_search(point: FloatArray, direction: FloatArray) -> float:
    """Return the step, from 0 to 1, that maximises the sum of logarithms along a direction."""
    low, high = 0.0, 1.0
    end = point + direction
    if (end > 0).all() and (direction / end).sum() >= 0:
        return 1.0
    for _ in range(MAX_NEWTON_STEPS):
        middle = 0.5 * (low + high)
        there = point + middle * direction
        rising = bool((there > 0).all()) and float((direction / there).sum()) > 0
        low, high = (middle, high) if rising else (low, middle)
    return low


def _newton(shares: FloatArray, chances: FloatArray) -> FloatArray:
    """Return the chances of few packages that maximise the product of expected shares.

    All chances begin above 0; a package whose chance falls to 0 leaves for good.
    """
    for _ in range(MAX_NEWTON_STEPS):
        kept = np.flatnonzero(chances > 0)
        scaled = shares[kept] / (chances @ shares)
        step = np.zeros(len(chances))
        step[kept] = _newton_step(scaled, scaled.sum(axis=1))
        falls = step < 0
        room = float((chances[falls] / -step[falls]).min(initial=np.inf))
        length = min(1.0, room)
        while length > np.finfo(float).eps and _gain(shares, chances, step * length) < 0:
            length /= 2.0
        if length <= np.finfo(float).eps:
            break
        moved = np.maximum(chances + length * step, 0.0)
        if length == room:
            moved[falls & (moved <= 4 * np.finfo(float).eps)] = 0.0
        settled = np.abs(moved - chances).max() <= 4 * np.finfo(float).eps
        chances = moved / moved.sum()
        if settled:
            break
    return chances


def _newton_step(scaled: FloatArray, slope: FloatArray) -> FloatArray:
    """Return the step that maximises the second-order model of the sum of logarithms, sum 0."""
    count = len(slope)
    system = np.ones((count + 1, count + 1))
    system[:count, :count] = scaled @ scaled.T
    system[count, count] = 0.0
    step: FloatArray = np.linalg.lstsq(system, np.append(slope, 0.0), rcond=None)[0][:count]
    return step


def _gain(shares: FloatArray, chances: FloatArray, step: FloatArray) -> float:
    """Return how much a step adds to the sum of logarithms of shares; -inf if a share is lost."""
    ratio = (step @ shares) / (chances @ shares)
    if not (ratio > -1.0).all():
        return -math.inf
    return float(np.log1p(ratio).sum())


bargaining_solutions.add("nash", nash_bargaining)
bargaining_solutions.add("kalai_smorodinsky", kalai_smorodinsky)
bargaining_solutions.add("egalitarian", egalitarian)
bargaining_solutions.add("utilitarian", utilitarian)
