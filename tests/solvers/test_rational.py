"""Exact enumeration: exact where floats are not, and complete."""

from __future__ import annotations

import numpy as np

from negsim.solvers.rational import extreme_equilibria


def test_a_chance_far_below_rounding_is_exact() -> None:
    crash = -1e20
    found = list(
        extreme_equilibria(np.array([[0, -1], [1, crash]]), np.array([[0, 1], [-1, crash]]))
    )
    assert len(found) == 3
    mixed = next(profile for profile in found if (profile[0] > 0).all())
    assert mixed[0][1] == 1e-20


def test_a_degenerate_game_yields_its_extreme_equilibria() -> None:
    """von Stengel (2007), example 3.3 with a tie in row 1: a segment and an isolated point."""
    row = np.array([[3.0, 3], [2, 5], [0, 6]])
    column = np.array([[3.0, 3], [2, 6], [3, 1]])
    found = {(tuple(x.round(12)), tuple(y.round(12))) for x, y in extreme_equilibria(row, column)}
    third = round(1 / 3, 12), round(2 / 3, 12)
    assert found == {
        ((1.0, 0.0, 0.0), (1.0, 0.0)),
        ((1.0, 0.0, 0.0), (third[1], third[0])),
        ((0.0, *third), third),
    }


def test_negative_and_equal_payoffs_are_fine() -> None:
    assert len(list(extreme_equilibria(np.full((2, 2), -3.0), np.full((2, 2), -3.0)))) == 4
