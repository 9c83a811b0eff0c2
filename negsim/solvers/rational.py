"""Extreme equilibria of a small two-player game in exact arithmetic, where floats cannot decide.

Every vertex of a best-response polytope lies where as many of its facets meet as it has dimensions:
all such choices of facets are solved in rationals. The payoffs are taken to be exactly the floats
that they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

import numpy as np

from negsim.arrays import FloatArray, frozen
from negsim.games.normal_form import Profile

Row: TypeAlias = list[Fraction]
Vertices: TypeAlias = list[tuple[tuple[Fraction, ...], frozenset[int]]]


def extreme_equilibria(row: FloatArray, column: FloatArray) -> Iterator[Profile]:
    """Yield every extreme equilibrium: the pairs of vertices that together have every label.

    Complete; cost: the binomial coefficient (rows + columns over rows) exact linear systems.

    References
    ----------
    von Stengel (2002), "Computing equilibria for two-person games", algorithm 3.5.

    Examples
    --------
    >>> list(extreme_equilibria(np.array([[1.0, -1], [-1, 1]]), np.array([[-1.0, 1], [1, -1]])))
    [(array([0.5, 0.5]), array([0.5, 0.5]))]
    """
    rows, columns = row.shape
    everything = frozenset(range(rows + columns))
    own = _vertices(column.T, own_labels=range(rows), other_labels=range(rows, rows + columns))
    other = _vertices(row, own_labels=range(rows, rows + columns), other_labels=range(rows))
    for vertex, labels in own:
        for partner, more in other:
            if labels | more == everything:
                yield _mixed(vertex), _mixed(partner)


def _vertices(
    payoffs: FloatArray, own_labels: Sequence[int], other_labels: Sequence[int]
) -> Vertices:
    """Return the vertices but the origin of {x >= 0, payoffs @ x <= 1} with their labels.

    ``payoffs`` is (opponent's actions, own actions), of the opponent, and is made positive first.
    """
    lowest = Fraction(float(payoffs.min()))
    count = payoffs.shape[1]
    facets = [[Fraction(-int(i == j)) for j in range(count)] for i in range(count)]
    facets += [[Fraction(value) - lowest + 1 for value in line] for line in payoffs.tolist()]
    limits = [Fraction(0)] * count + [Fraction(1)] * len(payoffs)
    labels = [*own_labels, *other_labels]
    found: dict[tuple[Fraction, ...], frozenset[int]] = {}
    for chosen in combinations(range(len(facets)), count):
        point = _solve([[*facets[facet], limits[facet]] for facet in chosen])
        if point is None or not any(point):
            continue
        slack = [
            limit - sum(a * x for a, x in zip(facet, point, strict=True) if a and x)
            for facet, limit in zip(facets, limits, strict=True)
        ]
        if min(slack) >= 0:
            tight = (label for label, left in zip(labels, slack, strict=True) if left == 0)
            found[tuple(point)] = frozenset(tight)
    return list(found.items())


def _solve(system: list[Row]) -> Row | None:
    """Solve a square system, right sides in the last column; None if it is singular."""
    size = len(system)
    for pivot in range(size):
        best = next((row for row in range(pivot, size) if system[row][pivot]), None)
        if best is None:
            return None
        system[pivot], system[best] = system[best], system[pivot]
        head = system[pivot][pivot]
        system[pivot] = [value / head for value in system[pivot]]
        for row in range(size):
            factor = system[row][pivot]
            if row != pivot and factor:
                system[row] = [
                    value - factor * above
                    for value, above in zip(system[row], system[pivot], strict=True)
                ]
    return [row[size] for row in system]


def _mixed(vertex: Sequence[Fraction]) -> FloatArray:
    total = sum(vertex)
    return frozen(np.array([float(value / total) for value in vertex]))
