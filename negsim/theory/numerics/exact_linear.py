"""Linear programmes in exact arithmetic, for small ones whose numbers are too uneven for floats.

The simplex method on a tableau of whole numbers over one common denominator: every division by the
last pivot is exact. Degenerate pivots follow Bland's rule, so that the method ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from negsim.arrays import FloatArray
from negsim.errors import SolverError

Integers = npt.NDArray[np.object_]


def maximise_exactly(
    objective: FloatArray, matrix: FloatArray, limits: FloatArray, num_at_least: int, num_free: int
) -> list[Fraction] | None:
    """Maximise ``objective @ x`` where the first rows are at least, the others equal, their limits.

    Parameters
    ----------
    objective
        Shape (variables,); the numbers are taken to be exactly the floats that they are.
    matrix, limits
        Shapes (rows, variables) and (rows,).
    num_at_least
        How many rows, the first ones, are inequalities.
    num_free
        How many variables, the last ones, may be negative; all others are at least 0.

    Returns
    -------
    list of Fraction, or None
        A best vertex; None if no point is feasible.

    Raises
    ------
    SolverError
        If nothing bounds the objective.

    References
    ----------
    Bland (1977), "New finite pivoting rules for the simplex method", Mathematics of Operations
    Research 2. Edmonds (1967), "Systems of distinct representatives and linear algebra", Journal of
    Research of the National Bureau of Standards 71B, for pivots in whole numbers.

    Examples
    --------
    >>> row, one = np.array([[1.0, 1.0]]), np.array([1.0])
    >>> maximise_exactly(np.array([1.0, 3.0]), row, one, num_at_least=0, num_free=0)
    [Fraction(0, 1), Fraction(1, 1)]
    """
    num_variables = matrix.shape[1]
    split = np.hstack([matrix, -matrix[:, num_variables - num_free :]])
    gain = _whole([*objective.tolist(), *(-objective[num_variables - num_free :]).tolist()])
    simplex = _Simplex(*_started(split, limits, num_at_least))
    width = split.shape[1] + num_at_least
    if not simplex.drive_out(width):
        return None
    simplex.improve(gain, width)
    values = simplex.values(width)
    point = values[:num_variables]
    for place in range(num_free):
        point[num_variables - num_free + place] -= values[num_variables + place]
    return point


def _whole(row: Sequence[float | Fraction]) -> list[int]:
    """Return a row multiplied by the least number that makes all its entries whole."""
    numbers = [Fraction(entry) for entry in row]
    factor = lcm(*(number.denominator for number in numbers))
    return [int(number * factor) for number in numbers]


def _started(
    matrix: FloatArray, limits: FloatArray, num_at_least: int
) -> tuple[Integers, list[int]]:
    """Return rows over variables, slacks, artificial variables and limits, with a first basis.

    A slack is basic where that is feasible, otherwise an artificial variable of the row's own.
    """
    num_rows, num_variables = matrix.shape
    width = num_variables + num_at_least
    tableau = np.zeros((num_rows, width + num_rows + 1), dtype=object)
    basis = []
    for row in range(num_rows):
        whole = _whole([*matrix[row].tolist(), float(limits[row])])
        flips = whole[-1] <= 0 if row < num_at_least else whole[-1] < 0
        tableau[row, [*range(num_variables), -1]] = [-entry if flips else entry for entry in whole]
        if row < num_at_least:
            tableau[row, num_variables + row] = 1 if flips else -1
        tableau[row, width + row] = 1
        basis.append(num_variables + row if row < num_at_least and flips else width + row)
    return tableau, basis


class _Simplex:
    """A tableau of whole numbers over the common denominator ``scale``, and its basis."""

    def __init__(self, tableau: Integers, basis: list[int]) -> None:
        self.scale = 1
        self.tableau = tableau
        self.basis = basis

    def drive_out(self, width: int) -> bool:
        """Make all variables from ``width`` on zero and not basic; False if that is impossible."""
        self.improve([0] * width + [-1] * (self.tableau.shape[1] - 1 - width), width)
        for row in range(len(self.basis) - 1, -1, -1):
            if self.basis[row] < width:
                continue
            if self.tableau[row, -1] != 0:
                return False
            column = next((j for j in range(width) if self.tableau[row, j] != 0), None)
            if column is None:
                self.tableau = np.delete(self.tableau, row, axis=0)
                del self.basis[row]
            else:
                self.pivot(row, column)
        return True

    def improve(self, gain: Sequence[int], width: int) -> None:
        """Pivot among the first ``width`` variables until none improves the gain any more."""
        padded = np.zeros(self.tableau.shape[1], dtype=object)
        padded[: len(gain)] = gain
        careful = False
        while True:
            rates = self._rates(padded)[:width].tolist()
            better = [column for column in range(width) if rates[column] > 0]
            if not better:
                return
            column = better[0] if careful else max(better, key=rates.__getitem__)
            row = self._leaving(column)
            careful = bool(self.tableau[row, -1] == 0)
            self.pivot(row, column)

    def pivot(self, row: int, column: int) -> None:
        """Let a variable enter the basis in a row; all entries stay whole."""
        head = self.tableau[row, column]
        if head < 0:
            self.tableau[row] = -self.tableau[row]
            head = -head
        kept = self.tableau[row].copy()
        crossed = self.tableau[:, column].copy()
        self.tableau = (self.tableau * head - crossed[:, None] * kept[None, :]) // self.scale
        self.tableau[row] = kept
        self.scale = head
        self.basis[row] = column

    def values(self, width: int) -> list[Fraction]:
        """Return the values of the first ``width`` variables."""
        found = [Fraction(0)] * width
        for row, variable in enumerate(self.basis):
            if variable < width:
                found[variable] = Fraction(int(self.tableau[row, -1]), int(self.scale))
        return found

    def _rates(self, gain: Integers) -> Any:
        """Return the gain of raising each variable, times ``scale``."""
        basic = np.array([gain[variable] for variable in self.basis], dtype=object)
        return gain * self.scale - basic @ self.tableau

    def _leaving(self, column: int) -> int:
        """Return the row whose variable first falls to zero, of several that of the least index."""
        ratios = [
            (Fraction(int(self.tableau[row, -1]), int(self.tableau[row, column])), self.basis[row])
            for row in range(len(self.basis))
            if self.tableau[row, column] > 0
        ]
        if not ratios:
            raise SolverError("the linear programme has no best point: nothing bounds it")
        return self.basis.index(min(ratios)[1])
