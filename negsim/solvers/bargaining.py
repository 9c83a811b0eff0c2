"""Bargaining solutions: which packages a rule of fair division picks, as a set where they tie."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.arrays import TIE_TOLERANCE, FloatArray, IntArray, frozen
from negsim.games.bargaining import BargainingProblem
from negsim.games.normal_form import tie_width
from negsim.registry import Registry
from negsim.solvers.pareto import differences_in_play


@dataclass(frozen=True, slots=True, eq=False)
class BargainingSolution:
    """The packages that a rule picks.

    ``indexes``: the packages picked, in their order, all of them where they tie. ``value``: what
    the rule maximises, in its own units (for "nash" the product of the gains); NaN if no package
    is picked, infinite if it is too large for a float (both null in JSON). ``message``: the status
    in words.
    """

    problem: BargainingProblem
    method: str
    indexes: IntArray
    value: float
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the solution in the words of the problem, ready for JSON.

        Examples
        --------
        >>> bargain(BargainingProblem([[3, 1], [2, 2]], [0, 0]), "nash").to_dict()["packages"]
        {'package 2': {'player 1': 2.0, 'player 2': 2.0}}
        """
        problem = self.problem
        return {
            "method": self.method,
            "packages": {
                problem.labels[index]: dict(
                    zip(problem.players, problem.payoffs[index].tolist(), strict=True)
                )
                for index in self.indexes.tolist()
            },
            "disagreement": dict(zip(problem.players, problem.disagreement.tolist(), strict=True)),
            "value": self.value if math.isfinite(self.value) else None,
            "message": self.message,
        }

    def to_json(self) -> str:
        """Return ``to_dict()`` as JSON text."""
        return json.dumps(self.to_dict())


BargainingRule = Callable[[BargainingProblem], BargainingSolution]

bargaining_solutions = Registry[BargainingRule]("bargaining solution")


def bargain(problem: BargainingProblem, method: str) -> BargainingSolution:
    """Solve a bargaining problem by a registered rule.

    Raises
    ------
    UnknownNameError
        If there is no such rule.

    Examples
    --------
    >>> bargain(BargainingProblem([[3, 1], [2, 2], [0, 9]], [0, 0]), "nash").indexes
    array([1])
    """
    return bargaining_solutions[method](problem)


def nash_bargaining(problem: BargainingProblem) -> BargainingSolution:
    """Find the packages that maximise the product of the gains over disagreement.

    Only packages that are at least as good as disagreement for everybody count. A payoff that ties
    with disagreement (see ``tie_width``) is a gain of zero; products within
    ``TIE_TOLERANCE`` of the largest, relative to it, tie. If no package is better for everybody the
    product is zero for all that count, and all of them are returned.

    Returns
    -------
    BargainingSolution
        Complete over the given packages; ``value`` is the product, in payoff units to the power of
        the number of players. Unchanged if a player's payoffs, disagreement included, are
        multiplied by a positive number or moved.

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
    """
    gains = problem.gains
    scale = differences_in_play(np.vstack([problem.payoffs, problem.disagreement]))
    widths = tie_width(problem.payoffs, problem.disagreement, scale)
    rational = np.flatnonzero((gains >= -widths).all(axis=1))
    if not rational.size:
        message = "no package is at least as good as disagreement for everybody"
        return BargainingSolution(problem, "nash", frozen(rational), float("nan"), message)
    shares = _shares(np.where(gains > widths, gains, 0.0)[rational])
    products = shares.prod(axis=1)
    best = rational[products >= products.max() * (1.0 - TIE_TOLERANCE)]
    value = math.prod(gains[best[0]].tolist()) if products.max() > 0 else 0.0
    return BargainingSolution(
        problem, "nash", frozen(best), value, _message(best.size, products.max() > 0)
    )


bargaining_solutions.add("nash", nash_bargaining)


def _shares(gains: FloatArray) -> FloatArray:
    """Return gains relative to each player's largest, so that their product cannot overflow."""
    largest = gains.max(axis=0)
    return gains / np.where(largest > 0, largest, 1.0)


def _message(count: int, improving: bool) -> str:
    if not improving:
        return "no package is better than disagreement for everybody: the product is zero for all"
    return "one package" if count == 1 else f"{count} packages tie"
