"""Pareto efficiency: ties and duplicates stay, and rounding drops nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.errors import GameError
from negsim.solvers.pareto import pareto_efficient


def plain(points: np.ndarray) -> list[bool]:
    """Return the definition, word for word."""
    return [
        not any((other >= point).all() and (other > point).any() for other in points)
        for point in points
    ]


@settings(deadline=None, derandomize=True, max_examples=100)
@given(
    st.integers(1, 4).flatmap(
        lambda players: arrays(
            float,
            st.tuples(st.integers(0, 12), st.just(players)),
            elements=st.integers(-4, 4).map(float),
        )
    )
)
def test_against_the_definition(points: np.ndarray) -> None:
    efficient = pareto_efficient(points)
    assert efficient.tolist() == plain(points)
    assert len(points) == 0 or efficient.any()


def test_ties_and_duplicates_are_kept() -> None:
    assert pareto_efficient([[1, 1], [1, 1], [0, 1], [2, 0]]).tolist() == [True, True, False, True]


def test_rounding_is_a_tie() -> None:
    assert pareto_efficient([[0.1 + 0.2, 1.0], [0.3, 1.0], [0.0, 0.0]]).tolist()[:2] == [True, True]
    assert pareto_efficient([[0.1 + 0.2 - 0.3, 1.0], [0.0, 1.0], [-1.0, 5.0]]).all()


def test_one_catastrophe_widens_no_tie() -> None:
    points = [[0.0, 0.0], [0.5, 0.0], [0.2, 1.0], [0.1, 1.0], [-1e15, 3.0]]
    assert pareto_efficient(points).tolist() == [False, True, True, False, True]


def test_no_points_and_one_player() -> None:
    assert pareto_efficient(np.zeros((0, 2))).shape == (0,)
    assert pareto_efficient([[1.0], [3.0], [3.0]]).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("points", "message"),
    [([1.0, 2.0], r"shape \(points, players\), got \(2,\)"), ([[np.nan]], "finite")],
)
def test_bad_points_are_told(points: object, message: str) -> None:
    with pytest.raises(GameError, match=message):
        pareto_efficient(points)
