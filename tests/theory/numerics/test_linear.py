"""Linear programmes: against exact arithmetic, uneven numbers, faults."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import SolverError
from negsim.theory.numerics import linear
from negsim.theory.numerics.exact_linear import maximise_exactly
from negsim.theory.numerics.linear import maximise, probabilities


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_floats_and_rationals_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    above, equal, count = rng.integers(0, 5), rng.integers(0, 3), int(rng.integers(1, 6))
    num_free = int(rng.integers(0, min(count, 2) + 1))
    box = np.vstack([np.eye(count), -np.eye(count)])
    matrix = np.vstack([box, rng.integers(-3, 4, size=(above + equal, count))]).astype(float)
    limits = np.concatenate([np.full(2 * count, -5.0), rng.integers(-3, 4, size=above + equal)])
    objective = rng.integers(-3, 4, size=count).astype(float)
    cut = 2 * count + above
    systems = (matrix[:cut], limits[:cut]), (matrix[cut:], limits[cut:])
    found = maximise(objective, *systems, num_free)
    exact = maximise_exactly(objective, matrix, limits, cut, num_free)
    assert (found is None) == (exact is None)
    if found is not None and exact is not None:
        rational = [Fraction(value) for value in objective.tolist()]
        best = sum(gain * value for gain, value in zip(rational, exact, strict=True))
        assert objective @ found == pytest.approx(float(best), abs=1e-12)
        assert (matrix[:cut] @ found >= limits[:cut] - 1e-12).all()
        np.testing.assert_allclose(matrix[cut:] @ found, limits[cut:], atol=1e-12)
        kept = [
            sum(Fraction(a) * x for a, x in zip(row, exact, strict=True)) - Fraction(limit)
            for row, limit in zip(matrix.tolist(), limits.tolist(), strict=True)
        ]
        assert min(kept) >= 0
        assert not any(kept[cut:])


def test_a_degenerate_programme_on_which_textbook_pivots_cycle() -> None:
    """Chvatal (1983), Linear Programming, chapter 3."""
    objective = np.array([10.0, -57.0, -9.0, -24.0])
    matrix = -np.array([[0.5, -5.5, -2.5, 9], [0.5, -1.5, -0.5, 1], [1, 0, 0, 0]])
    limits = np.array([0.0, 0.0, -1.0])
    found = maximise_exactly(objective, matrix, limits, num_at_least=3, num_free=0)
    assert found == [1, 0, 1, 0]


def test_uneven_numbers_are_solved_in_rationals() -> None:
    """A chance of a thousandth of a billionth is right, and floats would lose it."""
    rows = (np.array([[-1.0, 1e12]]), np.zeros(1))
    found = maximise(np.array([1.0, 0.0]), rows, probabilities(2))
    assert found is not None
    assert found[1] == pytest.approx(1e-12, rel=1e-9)


def test_too_large_and_too_uneven_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (np.array([[-1.0, 1e12]]), np.zeros(1))
    monkeypatch.setattr(linear, "MOST_EXACT_ENTRIES", 1)
    with pytest.raises(SolverError, match="too uneven for a linear programme in floats"):
        maximise(np.array([1.0, 0.0]), rows, probabilities(2))
    monkeypatch.setattr(linear, "MOST_ENTRIES", 3)
    with pytest.raises(SolverError, match="2 x 2 entries, expected at most 3"):
        maximise(np.array([1.0, 0.0]), rows, probabilities(2))


@pytest.mark.parametrize("size", [1.0, 1e12])
def test_what_nothing_bounds_is_told(size: float) -> None:
    rows = (np.array([[1.0, size]]), np.zeros(1))
    nothing = (np.zeros((0, 2)), np.zeros(0))
    with pytest.raises(SolverError, match="linear programme"):
        maximise(np.array([1.0, 1.0]), rows, nothing)
