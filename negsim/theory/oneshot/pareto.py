"""Pareto efficiency: which points nobody can improve on without somebody losing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import TIE_TOLERANCE, BoolArray, FloatArray, IntArray, frozen
from negsim.errors import GameError
from negsim.theory.bargaining.problem import BargainingProblem, differences_in_play
from negsim.theory.oneshot.dominance import leading_mixture
from negsim.theory.oneshot.normal_form import tie_width


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """The feasible packages of a bargaining problem and which of them are Pareto efficient.

    ``efficient`` (packages,): no other package, or no lottery if the problem allows lotteries, is
    as good for all and better for one. ``indexes``: the efficient ones, the worst for the first
    player first; with two players and lotteries these are the corners of the frontier, in order
    along it (and packages on its edges). ``message``: the status in words.
    """

    problem: BargainingProblem
    efficient: BoolArray
    indexes: IntArray
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return every package with what it is worth, whether it is efficient and who blocks it.

        Examples
        --------
        >>> problem = BargainingProblem([[3, -1], [2, 2]], [0, 0])
        >>> pareto_frontier(problem).to_dict()["packages"]["package 1"]["blocked_by"]
        ['player 2']
        """
        problem = self.problem
        rows = zip(problem.payoffs.tolist(), self.efficient.tolist(), problem.blockers, strict=True)
        return {
            "packages": {
                label: {
                    "payoffs": dict(zip(problem.players, payoffs, strict=True)),
                    "efficient": efficient,
                    "blocked_by": list(blockers),
                }
                for label, (payoffs, efficient, blockers) in zip(problem.labels, rows, strict=True)
            },
            "frontier": [problem.labels[index] for index in self.indexes.tolist()],
            "disagreement": dict(zip(problem.players, problem.disagreement.tolist(), strict=True)),
            "lotteries": problem.lotteries,
            "message": self.message,
        }

    def to_json(self) -> str:
        """Return ``to_dict()`` as JSON text."""
        return json.dumps(self.to_dict())


def pareto_frontier(problem: BargainingProblem) -> Frontier:
    """Return the feasible set of a bargaining problem with its Pareto frontier.

    Returns
    -------
    Frontier
        Complete over the given packages. Packages that tie for everybody are all kept.

    Raises
    ------
    SolverError
        If lotteries are allowed and a linear programme is too large.

    References
    ----------
    Pareto (1906), "Manuale di economia politica", chapter VI.

    Examples
    --------
    >>> corners = [[4, 0], [1, 1], [0, 4]]
    >>> pareto_frontier(BargainingProblem(corners, [0, 0])).indexes
    array([2, 1, 0])
    >>> pareto_frontier(BargainingProblem(corners, [0, 0], lotteries=True)).indexes
    array([2, 0])
    """
    efficient = pareto_efficient(problem.payoffs, problem.lotteries)
    found = np.flatnonzero(efficient)
    order = np.lexsort(np.vstack([-problem.payoffs[found, 1:].T, problem.payoffs[found, 0]]))
    blocked = sum(bool(blockers) for blockers in problem.blockers)
    rivals = "package or lottery" if problem.lotteries else "package"
    message = (
        f"{found.size} of {len(efficient)} packages are efficient: no other {rivals} is as good "
        f"for all and better for one; {blocked} are blocked"
    )
    return Frontier(problem, frozen(efficient), frozen(found[order]), message)


def pareto_efficient(
    points: ArrayLike, lotteries: bool = False, rounding: float = TIE_TOLERANCE
) -> BoolArray:
    """Return which points are Pareto efficient: no other is as good for all and better for one.

    Points that tie for everybody are all kept. Two payoffs of one player tie if they differ by no
    more than ``rounding`` times their size or ``differences_in_play``.

    Parameters
    ----------
    points
        Shape (num_points, num_players), in payoff units, more is better.
    lotteries
        Whether lotteries over the points compete too, by their expected payoffs.

    Returns
    -------
    ndarray of bool, shape (num_points,)
        Complete. Cost: num_points squared times num_players; with lotteries a linear programme for
        each point that no other point dominates.

    Raises
    ------
    GameError
        If the array has not two axes or holds NaN or infinity.
    SolverError
        If a linear programme is too large.

    References
    ----------
    Pareto (1906), "Manuale di economia politica", chapter VI.

    Examples
    --------
    >>> pareto_efficient([[2, 2], [3, 1], [2, 1], [2, 2]])
    array([ True,  True, False,  True])
    """
    values = np.array(points, dtype=np.float64)
    if values.ndim != 2:
        raise GameError(f"points: expected the shape (points, players), got {values.shape}")
    if not np.isfinite(values).all():
        raise GameError("points: expected finite numbers")
    if not values.size:
        return np.ones(len(values), dtype=bool)
    scale = differences_in_play(values)
    efficient = np.array([not _is_dominated(point, values, scale, rounding) for point in values])
    if lotteries:
        corners = values[efficient]
        for place in np.flatnonzero(efficient):
            ahead = corners - values[place]
            ties = tie_width(corners, values[place], scale) * (rounding / TIE_TOLERANCE)
            ahead = np.where(np.abs(ahead) > ties, ahead, 0.0)
            efficient[place] = leading_mixture(ahead, weak=True, decided=False) is None
    return efficient


def _is_dominated(
    point: FloatArray, points: FloatArray, scale: FloatArray, rounding: float
) -> bool:
    advantage = points - point
    ties = tie_width(points, point, scale) * (rounding / TIE_TOLERANCE)
    dominating = (advantage >= -ties).all(axis=1) & (advantage > ties).any(axis=1)
    return bool(dominating.any())
