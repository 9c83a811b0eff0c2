"""Lemke's algorithm for linear complementarity problems, in whole numbers, ties broken for certain.

Find z >= 0 with w = right + matrix @ z >= 0 and z @ w = 0. An extra variable is added to every row
and driven out by pivots, each of which brings in the partner of what the last one took out. Every
number is a whole number over one common divisor, so that nothing is rounded, and ties are broken by
a perturbation in thought (lexicographically), so that no basis comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from negsim.errors import SolverError

Integers = npt.NDArray[np.object_]

MOST_PIVOTS = 20_000


def lemke(
    matrix: Sequence[Sequence[Fraction | int]], right: Sequence[Fraction | int]
) -> list[Fraction] | None:
    """Return a solution z of the linear complementarity problem, or None if the path is a ray.

    A ray cannot happen where z @ matrix @ z >= 0 for all z >= 0, and z @ right >= 0 for all z >= 0
    with matrix @ z >= 0 and z @ matrix @ z = 0.

    Parameters
    ----------
    matrix, right
        Shapes (n, n) and (n,), of fractions or whole numbers.

    Raises
    ------
    SolverError
        If there are more than ``MOST_PIVOTS`` pivots.

    References
    ----------
    Lemke (1965), "Bimatrix equilibrium points and mathematical programming", Management Science 11.
    Cottle, Pang and Stone (1992), "The Linear Complementarity Problem", sections 4.4 and 4.9
    (lexicographic pivoting). Edmonds (1967) for pivots in whole numbers.

    Examples
    --------
    >>> lemke([[2, 1], [1, 2]], [-5, -6])
    [Fraction(4, 3), Fraction(7, 3)]
    """
    count = len(right)
    if all(entry >= 0 for entry in right):
        return [Fraction(0)] * count
    tableau = _Tableau(matrix, right)
    leaving = tableau.pivot(tableau.first_row(), count)
    for _ in range(MOST_PIVOTS):
        column = tableau.others.index(_partner(leaving, count))
        row = tableau.leaving_row(column)
        if row < 0:
            return None
        leaving = tableau.pivot(row, column)
        if leaving == 2 * count:
            return tableau.values()
    raise SolverError(f"Lemke's algorithm did not end within {MOST_PIVOTS} pivots")


class _Tableau:
    """Whole numbers over ``divisor``: a row for each basic label, a column for each other, right.

    Labels: slack w_i is i, variable z_i is n + i, the extra variable is 2 n.
    """

    def __init__(
        self, matrix: Sequence[Sequence[Fraction | int]], right: Sequence[Fraction | int]
    ) -> None:
        count = len(right)
        self.divisor = 1
        self.basic = list(range(count))
        self.others = list(range(count, 2 * count + 1))
        self.numbers: Integers = np.zeros((count, count + 2), dtype=object)
        for row, (line, bound) in enumerate(zip(matrix, right, strict=True)):
            scale = lcm(*(Fraction(entry).denominator for entry in (*line, bound)))
            self.numbers[row, :count] = [-int(entry * scale) for entry in line]
            self.numbers[row, count] = -1
            self.numbers[row, count + 1] = int(bound * scale)

    def first_row(self) -> int:
        """Return the row where the extra variable enters: lowest right side, the last of ties."""
        right = self.numbers[:, -1]
        return min(range(len(right)), key=lambda row: (right[row], -row))

    def leaving_row(self, column: int) -> int:
        """Return the row that first reaches zero when a column enters; -1 if none does."""
        best = -1
        for row in range(len(self.basic)):
            entry = self.numbers[row, column]
            if entry > 0 and (best < 0 or self._sooner(row, best, column)):
                best = row
        return best

    def pivot(self, row: int, column: int) -> int:
        """Exchange a basic label and another; return the one that left."""
        pivot = self.numbers[row, column]
        above, factors = self.numbers[row].copy(), self.numbers[:, column].copy()
        # By Cramer's rule every entry is a minor of the first tableau, over one common divisor, the
        # determinant of the basis: the division leaves no rest, and numbers stay short (Edmonds).
        numbers = (self.numbers * pivot - np.outer(factors, above)) // self.divisor
        numbers[:, column] = -factors
        above[column] = self.divisor
        numbers[row] = above
        sign = 1 if pivot > 0 else -1
        self.numbers, self.divisor = numbers * sign, pivot * sign
        left = self.basic[row]
        self.basic[row], self.others[column] = self.others[column], left
        return left

    def values(self) -> list[Fraction]:
        """Return the variables z."""
        count = len(self.basic)
        right = dict(zip(self.basic, self.numbers[:, -1], strict=True))
        return [Fraction(right.get(count + place, 0), self.divisor) for place in range(count)]

    def _sooner(self, one: int, two: int, column: int) -> bool:
        """Tell whether row ``one`` reaches zero before row ``two``, right sides perturbed in ties.

        The perturbations are powers of a small number, that of the first slack the largest.
        """
        left, right = self.numbers[one], self.numbers[two]
        gap = left[-1] * right[column] - right[-1] * left[column]
        labels = iter(range(len(self.basic)))
        while gap == 0:
            label = next(labels)
            if label in self.others:
                place = self.others.index(label)
                gap = left[place] * right[column] - right[place] * left[column]
            elif label == self.basic[one]:
                gap = 1
            elif label == self.basic[two]:
                gap = -1
        return bool(gap < 0)


def _partner(label: int, count: int) -> int:
    """Return the label of a slack's variable, or of a variable's slack."""
    return label + count if label < count else label - count
