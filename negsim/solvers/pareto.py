"""Pareto efficiency: which points nobody can improve on without somebody losing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import BoolArray, FloatArray
from negsim.errors import GameError
from negsim.games.normal_form import CATASTROPHE_RATIO, tie_width, typical_difference


def pareto_efficient(points: ArrayLike) -> BoolArray:
    """Return which points are Pareto efficient: no other is as good for all and better for one.

    Points that tie for everybody are all kept. Two payoffs of one player tie if they differ by no
    more than ``TIE_TOLERANCE`` of their size or of ``differences_in_play``.

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
    scale = differences_in_play(values)
    return np.array([not _is_dominated(point, values, scale) for point in values])


def differences_in_play(points: FloatArray) -> FloatArray:
    """Return each column's range, not widened by catastrophes (see ``typical_difference``).

    >>> differences_in_play(np.array([[0.0, 1.0], [1.0, 3.0], [2.0, -1e12]]))
    array([   2., 2000.])
    """
    spread = points.max(axis=0) - points.min(axis=0)
    typical = np.array([typical_difference(column) for column in points.T])
    scale: FloatArray = np.minimum(spread, CATASTROPHE_RATIO * typical)
    return scale


def _is_dominated(point: FloatArray, points: FloatArray, scale: FloatArray) -> bool:
    advantage, ties = points - point, tie_width(points, point, scale)
    dominating = (advantage >= -ties).all(axis=1) & (advantage > ties).any(axis=1)
    return bool(dominating.any())
