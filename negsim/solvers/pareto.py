"""Pareto efficiency: which points nobody can improve on without somebody losing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import TIE_TOLERANCE, BoolArray, FloatArray
from negsim.errors import GameError
from negsim.games.normal_form import CATASTROPHE_RATIO, typical_difference


def pareto_efficient(points: ArrayLike) -> BoolArray:
    """Return which points are Pareto efficient: no other is as good for all and better for one.

    Points that tie for everybody are all kept. Two payoffs of one player tie if they differ by less
    than ``TIE_TOLERANCE`` of that player's range (a catastrophic payoff does not widen the range).

    Parameters
    ----------
    points
        Shape (num_points, num_players), in payoff units, more is better.

    Returns
    -------
    ndarray of bool, shape (num_points,)
        Complete. Cost: num_points squared times num_players.

    Raises
    ------
    GameError
        If the array has not two axes or holds NaN or infinity.

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
    ties = tie_widths(values)
    return np.array([not _is_dominated(point, values, ties) for point in values])


def tie_widths(points: FloatArray) -> FloatArray:
    """Return, per column, the difference below which two numbers of the column tie.

    >>> tie_widths(np.array([[0.0], [1.0]]))
    array([1.e-10])
    """
    spread = points.max(axis=0) - points.min(axis=0)
    typical = np.array([typical_difference(column) for column in points.T])
    return TIE_TOLERANCE * np.minimum(spread, CATASTROPHE_RATIO * typical)


def _is_dominated(point: FloatArray, points: FloatArray, ties: FloatArray) -> bool:
    advantage = points - point
    dominating = (advantage >= -ties).all(axis=1) & (advantage > ties).any(axis=1)
    return bool(dominating.any())
