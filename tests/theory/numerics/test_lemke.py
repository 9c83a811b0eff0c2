"""Lemke's algorithm: solutions are checked by their definition, rays and ties by known problems."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import SolverError
from negsim.theory.numerics import lemke as module
from negsim.theory.numerics.lemke import lemke

steady = settings(deadline=None, derandomize=True, max_examples=80)

WHOLE = st.integers(-4, 4)


def solves(matrix: list[list[Fraction]], right: list[Fraction], found: list[Fraction]) -> bool:
    """Tell whether z >= 0, w = right + matrix z >= 0 and z w = 0, in fractions."""
    slack = [
        bound + sum((entry * z for entry, z in zip(row, found, strict=True)), Fraction(0))
        for row, bound in zip(matrix, right, strict=True)
    ]
    feasible = min(found) >= 0 and min(slack) >= 0
    return feasible and all(z * w == 0 for z, w in zip(found, slack, strict=True))


@steady
@given(st.integers(1, 6).flatmap(lambda n: st.lists(WHOLE, min_size=n * n + n, max_size=n * n + n)))
def test_positive_semidefinite_problems_are_solved_or_have_no_solution(numbers: list[int]) -> None:
    count = int((np.sqrt(1 + 4 * len(numbers)) - 1) / 2)
    root = np.array(numbers[: count * count]).reshape(count, count)
    matrix = [[Fraction(int(entry), 3) for entry in row] for row in root @ root.T + np.eye(count)]
    right = [Fraction(number, 2) for number in numbers[count * count :]]
    found = lemke(matrix, right)
    assert found is not None, "positive definite: there is exactly one solution"
    assert solves(matrix, right, found)


@steady
@given(st.lists(st.lists(WHOLE, min_size=3, max_size=3), min_size=3, max_size=3))
def test_games_with_ties_end(rows: list[list[int]]) -> None:
    """A symmetric game as a problem: costs 6 - payoff are positive, so that no ray is met."""
    matrix = [[Fraction(6 - entry) for entry in row] for row in rows]
    right = [Fraction(-1)] * 3
    found = lemke(matrix, right)
    assert found is not None
    assert solves(matrix, right, found)


def test_nothing_to_do_is_zero() -> None:
    assert lemke([[1, 2], [3, 4]], [0, 5]) == [0, 0]


def test_a_ray_is_no_solution() -> None:
    assert lemke([[-1]], [-1]) is None
    assert lemke([[0, -1], [0, 0]], [-1, -1]) is None


def test_pivots_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PIVOTS", 1)
    with pytest.raises(SolverError, match="did not end within 1 pivots"):
        lemke([[2, 1], [1, 2]], [-5, -6])
