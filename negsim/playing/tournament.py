"""Tables of a round robin between two roles: scores, and ranks in which ties stay ties."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from negsim.arrays import TIE_TOLERANCE, FloatArray, IntArray
from negsim.errors import UsageError


def ranks(values: npt.ArrayLike, widths: npt.ArrayLike | None = None) -> IntArray:
    """Return the rank of each value, 1 for the largest; those not told apart share a rank.

    A rank is one more than the number of values that are clearly larger: by more than rounding, and
    by more than the root of the sum of the squares of both half-widths.

    Parameters
    ----------
    values
        (N,) scores.
    widths
        (N,) half-widths of their intervals, 0 for exact scores and where left out.

    Raises
    ------
    UsageError
        If the arrays have different lengths or a value is not a number.

    Examples
    --------
    >>> ranks([3.0, 1.0, 3.0])
    array([1, 3, 1])
    >>> ranks([3.0, 2.9, 1.0], [0.1, 0.1, 0.1])
    array([1, 1, 3])
    """
    scores = np.asarray(values, dtype=float)
    halves = np.zeros_like(scores) if widths is None else np.nan_to_num(np.asarray(widths, float))
    if scores.ndim != 1 or halves.shape != scores.shape or np.isnan(scores).any():
        raise UsageError("ranks: expected as many half-widths as scores, and no score missing")
    apart = np.hypot(halves[:, None], halves[None])
    size = np.abs(scores)
    apart = np.maximum(apart, TIE_TOLERANCE * np.maximum(size[:, None], size[None]))
    return np.asarray(1 + (scores[None] - scores[:, None] > apart).sum(axis=1))


def scores(table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean of each row of a cross table over those it met, and the least of them.

    ``table`` (rows, columns) has NaN where a pairing was not played.

    >>> scores(np.array([[1.0, 3.0], [np.nan, 2.0]]))
    (array([2., 2.]), array([1., 2.]))
    """
    known = np.isfinite(table)
    count = np.maximum(known.sum(axis=1), 1)
    mean = np.where(known, table, 0.0).sum(axis=1) / count
    least = np.where(known, table, np.inf).min(axis=1)
    nobody = ~known.any(axis=1)
    return np.where(nobody, np.nan, mean), np.where(nobody, np.nan, least)
