"""Extreme equilibria of a two-player game in exact arithmetic, with nothing rounded anywhere.

Payoffs are made whole numbers by a common denominator; the vertices of both best-response polytopes
are walked over by integer pivoting (every number of a dictionary is a whole number over one common
divisor), ties broken lexicographically; vertices are paired by their labels. Floats are taken to be
exactly the binary fractions that they are.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from negsim.arrays import FloatArray, frozen
from negsim.errors import GameError
from negsim.theory.normal_form.game import Profile

Number: TypeAlias = int | float | Fraction | Decimal | str
Mixed: TypeAlias = tuple[Fraction, ...]
Matrix: TypeAlias = tuple[Mixed, ...]


@dataclass(frozen=True, slots=True)
class ExactEquilibrium:
    """An extreme equilibrium: both mixed actions, both payoffs, and whether somebody has ties.

    Ties: a mixed action with more pure best responses than actions in its support.
    """

    row: Mixed
    column: Mixed
    payoffs: tuple[Fraction, Fraction]
    ties: bool

    @property
    def profile(self) -> Profile:
        """Return the two mixed actions as floats, each chance rounded to the nearest.

        >>> game = [["1/3", 0]], [["0.1", "0.2"]]
        >>> exact_equilibria(*game)[0].profile
        (array([1.]), array([0., 1.]))
        """
        return _floats(self.row), _floats(self.column)

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as text such as "1/3".

        >>> exact_equilibria([[1, 0]], [[0, "1/3"]])[0].to_dict()["payoffs"]
        ['0', '1/3']
        """
        return {
            "row": [str(chance) for chance in self.row],
            "column": [str(chance) for chance in self.column],
            "payoffs": [str(payoff) for payoff in self.payoffs],
            "ties": self.ties,
        }


def exact_equilibria(
    row: Sequence[Sequence[Number]], column: Sequence[Sequence[Number]]
) -> tuple[ExactEquilibrium, ...]:
    """Return every extreme equilibrium of a two-player game, first actions first.

    Complete and free of rounding, degenerate games included. Cost: the number of vertices of the
    two polytopes (see ``negsim.theory.oneshot.two_party.enumeration.vertices_bound``) times m n
    exact operations: milliseconds at 4 x 4, a few seconds at 12 x 12.

    Parameters
    ----------
    row, column
        Payoffs of the two players, both indexed [row, column]: whole numbers, ``Fraction``,
        ``Decimal``, text such as "0.1" or "1/3", or floats (the binary fractions that they are).

    Raises
    ------
    GameError
        If the two are not matrices of finite numbers of one shape.

    References
    ----------
    Avis, Rosenberg, Savani and von Stengel (2010), "Enumeration of Nash equilibria for two-player
    games", Economic Theory 42, sections 2 to 5: labels, extreme equilibria, integer pivoting.

    Examples
    --------
    >>> for found in exact_equilibria([[3, 0], [2, 1]], [["0.1", 0], [0, "1/3"]]):
    ...     print(*found.row, "|", *found.column)
    1 0 | 1 0
    10/13 3/13 | 1/2 1/2
    0 1 | 0 1
    """
    mine, theirs = exact_matrix(row), exact_matrix(column)
    if len(mine) != len(theirs) or len(mine[0]) != len(theirs[0]):
        raise GameError("payoffs: expected two matrices of one shape")
    rows, columns = len(mine), len(mine[0])
    own = _vertices(_turned(theirs), 0, rows)
    other = _vertices(mine, rows, 0)
    pairs = _pairs(own, other, rows, columns)
    found = [_equilibrium(mine, theirs, x, y, ties) for x, y, ties in pairs]
    return tuple(sorted(found, key=lambda one: (one.row, one.column), reverse=True))


def exact_regrets(
    row: Sequence[Sequence[Number]], column: Sequence[Sequence[Number]], found: ExactEquilibrium
) -> tuple[Fraction, Fraction]:
    """Return how much each player could gain by deviating alone, exactly.

    >>> game = [["1/3", 0]], [["0.1", "0.2"]]
    >>> exact_regrets(*game, exact_equilibria(*game)[0])
    (Fraction(0, 1), Fraction(0, 1))
    """
    mine, theirs = exact_matrix(row), _turned(exact_matrix(column))
    return _regret(mine, found.row, found.column), _regret(theirs, found.column, found.row)


def _regret(payoffs: Matrix, own: Mixed, other: Mixed) -> Fraction:
    worth = [
        sum((p * chance for p, chance in zip(line, other, strict=True) if chance), Fraction(0))
        for line in payoffs
    ]
    return max(worth) - sum((x * w for x, w in zip(own, worth, strict=True)), Fraction(0))


def exact_matrix(values: Sequence[Sequence[Number]]) -> Matrix:
    """Return a matrix of fractions.

    Raises
    ------
    GameError
        If it is no matrix of finite numbers, or is empty.

    Examples
    --------
    >>> exact_matrix([["0.1", 0.5]])
    ((Fraction(1, 10), Fraction(1, 2)),)
    """
    try:
        matrix = tuple(tuple(_fraction(value) for value in line) for line in values)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise GameError("payoffs: expected a matrix of finite numbers") from None
    if not matrix or not matrix[0] or any(len(line) != len(matrix[0]) for line in matrix):
        raise GameError("payoffs: expected rows of equal length, at least 1")
    return matrix


def _fraction(value: Number) -> Fraction:
    return Fraction(value.item() if isinstance(value, np.generic) else value)


def _turned(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix, strict=True))


def _floats(mixed: Mixed) -> FloatArray:
    return frozen(np.array([float(chance) for chance in mixed]))


@dataclass(slots=True)
class _Dictionary:
    """Whole numbers over ``divisor``: a row for each basic label, right side last."""

    rows: list[list[int]]
    divisor: int
    basic: list[int]
    other: list[int]


def _vertices(payoffs: Matrix, own: int, slack: int) -> dict[int, Mixed]:
    """Return the vertices but the origin of {x >= 0, payoffs @ x <= 1}, scaled to sum 1, by labels.

    ``payoffs`` is (opponent's actions, own actions), of the opponent, and is made positive first.
    Labels are bit sets: own actions from bit ``own`` on, the opponent's from bit ``slack`` on.
    """
    found: dict[int, Mixed] = {}
    first = _first(payoffs, own, slack)
    seen, waiting = {_bits(first.other)}, deque([first])
    while waiting:
        dictionary = waiting.popleft()
        base = _bits(dictionary.other)
        labels = base | _bits(_zeros(dictionary))
        if labels not in found:
            found[labels] = _point(dictionary, own)
        for entering, label in enumerate(dictionary.other):
            leaving = _leaving(dictionary, entering, slack)
            neighbour = base ^ (1 << label | 1 << dictionary.basic[leaving])
            if neighbour not in seen:
                seen.add(neighbour)
                waiting.append(_exchanged(dictionary, leaving, entering))
    del found[_bits(first.other)]
    return found


def _bits(labels: Iterable[int]) -> int:
    return sum(1 << label for label in labels)


def _first(payoffs: Matrix, own: int, slack: int) -> _Dictionary:
    """Return the dictionary of the origin, payoffs made positive whole numbers."""
    common = math.lcm(*(value.denominator for line in payoffs for value in line))
    whole = [[int(value * common) for value in line] for line in payoffs]
    lowest = min(min(line) for line in whole)
    rows = [[value - lowest + 1 for value in line] + [1] for line in whole]
    own_labels = list(range(own, own + len(payoffs[0])))
    return _Dictionary(rows, 1, list(range(slack, slack + len(payoffs))), own_labels)


def _zeros(dictionary: _Dictionary) -> Iterator[int]:
    """Yield the basic labels at zero."""
    for label, line in zip(dictionary.basic, dictionary.rows, strict=True):
        if line[-1] == 0:
            yield label


def _point(dictionary: _Dictionary, own: int) -> Mixed:
    """Return the vertex scaled to sum 1 (the origin as zeros)."""
    right = {label: line[-1] for label, line in zip(dictionary.basic, dictionary.rows, strict=True)}
    values = [right.get(label, 0) for label in range(own, own + len(dictionary.other))]
    total = sum(values)
    return tuple(Fraction(value, total or 1) for value in values)


def _leaving(dictionary: _Dictionary, entering: int, slack: int) -> int:
    """Return the row that reaches zero first when a column enters, ties broken by perturbation."""
    best = -1
    for row, line in enumerate(dictionary.rows):
        if line[entering] > 0 and (best < 0 or _sooner(dictionary, row, best, entering, slack)):
            best = row
    return best


def _sooner(dictionary: _Dictionary, one: int, two: int, entering: int, slack: int) -> bool:
    """Tell whether row ``one`` reaches zero before row ``two``.

    In a tie right sides are perturbed by powers of a small number, the first slack's the largest.
    """
    left, right = dictionary.rows[one], dictionary.rows[two]
    gap = left[-1] * right[entering] - right[-1] * left[entering]
    labels = iter(range(slack, slack + len(dictionary.rows)))
    while gap == 0:
        label = next(labels)
        if label in dictionary.other:
            place = dictionary.other.index(label)
            gap = left[place] * right[entering] - right[place] * left[entering]
        elif label == dictionary.basic[one]:
            gap = 1
        elif label == dictionary.basic[two]:
            gap = -1
    return gap < 0


def _exchanged(dictionary: _Dictionary, leaving: int, entering: int) -> _Dictionary:
    """Return the dictionary with a row and a column exchanged; all divisions are without rest."""
    divisor, pivot_line = dictionary.divisor, dictionary.rows[leaving]
    pivot = pivot_line[entering]
    rows = []
    for line in dictionary.rows:
        factor = line[entering]
        if line is pivot_line:
            fresh = pivot_line.copy()
            fresh[entering] = divisor
        else:
            fresh = [
                (value * pivot - factor * above) // divisor
                for value, above in zip(line, pivot_line, strict=True)
            ]
            fresh[entering] = -factor
        rows.append(fresh)
    basic, other = dictionary.basic.copy(), dictionary.other.copy()
    basic[leaving], other[entering] = other[entering], basic[leaving]
    return _Dictionary(rows, pivot, basic, other)


def _pairs(
    own: dict[int, Mixed], other: dict[int, Mixed], rows: int, columns: int
) -> Iterator[tuple[Mixed, Mixed, bool]]:
    """Yield the pairs of vertices that together have every label, and whether some has more."""
    everything = (1 << (rows + columns)) - 1
    tied = [labels for labels in other if labels.bit_count() > columns]
    for labels, point in own.items():
        missing = everything ^ labels
        partners: Iterable[int] = other if labels.bit_count() > rows else (missing, *tied)
        for partner in partners:
            if missing & ~partner == 0 and partner in other:
                yield point, other[partner], labels & partner != 0


def _equilibrium(row: Matrix, column: Matrix, x: Mixed, y: Mixed, ties: bool) -> ExactEquilibrium:
    played = next(action for action, chance in enumerate(x) if chance)
    answer = next(action for action, chance in enumerate(y) if chance)
    mine = sum((row[played][j] * y[j] for j in range(len(y))), Fraction(0))
    theirs = sum((column[i][answer] * x[i] for i in range(len(x))), Fraction(0))
    return ExactEquilibrium(x, y, (mine, theirs), ties)
