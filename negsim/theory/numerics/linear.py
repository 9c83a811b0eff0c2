"""Linear programmes, solved by HiGHS after scaling and made exact to rounding at the vertex found.

HiGHS judges feasibility by absolute tolerances and drops small coefficients: rows and columns are
scaled to entries near 1 first, and the vertex that comes back is solved again from the constraints
that bind there. What stays uneven (one payoff of -1e12 among ordinary ones) floats cannot decide:
it is solved in rationals.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from negsim.arrays import BoolArray, FloatArray, frozen
from negsim.errors import SolverError
from negsim.theory.numerics.exact_linear import maximise_exactly

System: TypeAlias = tuple[FloatArray, FloatArray]
"""A matrix, (rows, variables), and what each row is compared with, (rows,)."""

MOST_ENTRIES = 5_000_000
"""A programme with a larger matrix is refused."""

SCALINGS = 4
FEASIBLE = 1e-10
"""Tolerance of HiGHS, its smallest, for scaled rows and reduced costs."""
BINDING = 1e-8
"""A scaled row or variable within this of its bound binds."""
UNEVEN = 1e6
"""A programme whose scaled numbers differ by a larger factor is solved in rationals."""
MOST_EXACT_ENTRIES = 20_000
"""A programme with a larger tableau is not solved in rationals."""


def maximise(
    objective: FloatArray, at_least: System, equal: System, num_free: int = 0
) -> FloatArray | None:
    """Maximise ``objective @ x`` subject to rows that are at least, and rows that equal, a bound.

    Parameters
    ----------
    objective
        Shape (variables,).
    at_least, equal
        Matrix and right sides; either may have no rows.
    num_free
        How many variables, the last ones, may be negative; all others are at least 0.

    Returns
    -------
    ndarray, shape (variables,), or None
        A vertex that is best, exact to rounding where that is possible; None if no point is
        feasible. Callers check what they claim about it.

    Raises
    ------
    SolverError
        If the matrix has more than ``MOST_ENTRIES`` entries, nothing bounds the objective, HiGHS
        gives up, or the numbers are too uneven for floats and too many for rationals.

    References
    ----------
    Huangfu and Hall (2018), "Parallelizing the dual revised simplex method", Mathematical
    Programming Computation 10, for the solver.

    Examples
    --------
    >>> square = (-np.eye(2), -np.ones(2))
    >>> maximise(np.array([1.0, 2.0]), square, (np.ones((1, 2)), np.ones(1)))
    array([0., 1.])
    """
    matrix = np.vstack([at_least[0], equal[0]])
    limits = np.concatenate([at_least[1], equal[1]])
    check_size(*matrix.shape)
    rows, columns = _scales(matrix)
    scaled = matrix * rows[:, None] * columns
    if _uneven(np.vstack([scaled, _even_row(objective * columns)])):
        return _solved_exactly(objective, matrix, limits, len(at_least[1]), num_free)
    found = _solved(objective * columns, scaled, limits * rows, len(at_least[1]), num_free)
    if found is None:
        return None
    binds = np.arange(len(matrix)) >= len(at_least[1])
    return frozen(columns * _sharpened(found, scaled, limits * rows, binds, num_free))


def as_chances(vector: FloatArray) -> FloatArray:
    """Return a vector without negative entries divided by its sum; no chance is too small to stay.

    >>> as_chances(np.array([1.0, 3.0]))
    array([0.25, 0.75])
    """
    return frozen(vector / vector.sum())


def check_size(num_rows: int, num_variables: int) -> None:
    """Refuse a programme whose matrix would have more than ``MOST_ENTRIES`` entries.

    Raises
    ------
    SolverError
        If it would.
    """
    if num_rows * num_variables > MOST_ENTRIES:
        raise SolverError(
            f"the linear programme has {num_rows} x {num_variables} entries, expected at most "
            f"{MOST_ENTRIES}; leave out moves that are dominated or have the same outcomes"
        )


def probabilities(count: int, num_free: int = 0) -> System:
    """Return the row that says that the first ``count`` variables sum to 1.

    >>> probabilities(2, num_free=1)
    (array([[1., 1., 0.]]), array([1.]))
    """
    row = np.zeros((1, count + num_free))
    row[0, :count] = 1.0
    return row, np.ones(1)


def _scales(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return factors, powers of two, for rows and columns that bring entries near 1."""
    size = np.abs(matrix)
    rows, columns = np.ones(matrix.shape[0]), np.ones(matrix.shape[1])
    for _ in range(SCALINGS):
        rows /= _middle(size * rows[:, None] * columns, axis=1)
        columns /= _middle(size * rows[:, None] * columns, axis=0)
    return np.exp2(np.round(np.log2(rows))), np.exp2(np.round(np.log2(columns)))


def _middle(size: FloatArray, axis: int) -> FloatArray:
    """Return the geometric mean of the largest and the smallest entry that is not 0; 1 if none."""
    if not size.size:
        return np.ones(size.shape[1 - axis])
    largest = size.max(axis=axis)
    smallest = np.where(size > 0, size, np.inf).min(axis=axis)
    middle: FloatArray = np.sqrt(np.where(largest > 0, largest, 1.0)) * np.sqrt(
        np.where(largest > 0, smallest, 1.0)
    )
    return middle


def _even_row(row: FloatArray) -> FloatArray:
    """Return a row multiplied so that its entries lie around 1."""
    even: FloatArray = row / _middle(np.abs(row)[None, :], axis=1)
    return even


def _uneven(matrix: FloatArray) -> bool:
    size = np.abs(matrix[matrix != 0])
    return bool(size.size) and bool(size.max() > UNEVEN * size.min())


def _solved_exactly(
    objective: FloatArray, matrix: FloatArray, limits: FloatArray, num_at_least: int, num_free: int
) -> FloatArray | None:
    num_rows, num_variables = matrix.shape
    entries = num_rows * (num_variables + num_free + num_at_least + num_rows)
    if entries > MOST_EXACT_ENTRIES:
        raise SolverError(
            "the payoffs are too uneven for a linear programme in floats, and its tableau of "
            f"{entries} entries is too large for rationals, expected at most {MOST_EXACT_ENTRIES}"
        )
    found = maximise_exactly(objective, matrix, limits, num_at_least, num_free)
    return None if found is None else frozen(np.array([float(value) for value in found]))


def _solved(
    objective: FloatArray, matrix: FloatArray, limits: FloatArray, num_at_least: int, num_free: int
) -> FloatArray | None:
    from scipy.optimize import linprog

    size = float(np.abs(objective).max()) or 1.0
    bounds = [(0.0, np.inf)] * (len(objective) - num_free) + [(-np.inf, np.inf)] * num_free
    answer = linprog(
        -objective / size,
        A_ub=-matrix[:num_at_least],
        b_ub=-limits[:num_at_least],
        A_eq=matrix[num_at_least:],
        b_eq=limits[num_at_least:],
        bounds=bounds,
        method="highs",
        options={"primal_feasibility_tolerance": FEASIBLE, "dual_feasibility_tolerance": FEASIBLE},
    )
    if answer.status == 2:
        return None
    if answer.status != 0:
        raise SolverError(f"the linear programme was not solved: {str(answer.message).strip()}")
    return np.asarray(answer.x, dtype=np.float64)


def _sharpened(
    found: FloatArray, matrix: FloatArray, limits: FloatArray, binds: BoolArray, num_free: int
) -> FloatArray:
    """Return the point that meets what binds at a vertex to rounding, if it is no worse."""
    bounded = np.arange(len(found)) < len(found) - num_free
    point = np.where(bounded & (found <= BINDING), 0.0, found)
    rest = limits - matrix @ point
    tight = binds | (np.abs(rest) <= BINDING)
    kept = ~bounded | (point > 0)
    step = np.linalg.lstsq(matrix[np.ix_(tight, kept)], rest[tight], rcond=None)[0]
    point[kept] += step
    better = bool((point[bounded] >= 0).all())
    short = _shortfall(point, matrix, limits, binds) <= _shortfall(found, matrix, limits, binds)
    return point if better and short else np.where(bounded, np.maximum(found, 0.0), found)


def _shortfall(
    point: FloatArray, matrix: FloatArray, limits: FloatArray, binds: BoolArray
) -> float:
    """Return by how much the worst row is missed."""
    rest = limits - matrix @ point
    return float(np.where(binds, np.abs(rest), rest).max(initial=0.0))
