"""Pareto efficiency: which points nobody can improve on without somebody losing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import TIE_TOLERANCE, BoolArray, FloatArray
from negsim.errors import GameError
from negsim.theory.normal_form.game import differences_in_play, tie_width
from negsim.theory.oneshot.dominance import leading_mixture


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
