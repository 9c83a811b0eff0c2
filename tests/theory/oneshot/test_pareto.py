"""Pareto efficiency: ties and duplicates stay, and rounding drops nothing."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.errors import GameError
from negsim.theory.oneshot.pareto import pareto_efficient


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


# ---------------------------------------------------------------- lotteries, the frontier


def upper_hull(points: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the points that no segment between two points passes above and to the right of."""
    kept = set()
    for x, y in points:
        beaten = any(p >= x and q >= y and (p, q) != (x, y) for p, q in points)
        for (a, b), (c, d) in itertools.permutations(points, 2):
            if a < x < c and b * (c - x) + d * (x - a) > y * (c - a):
                beaten = True
        if not beaten:
            kept.add((x, y))
    return kept


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=9))
def test_lotteries_leave_the_upper_hull(points: list[tuple[int, int]]) -> None:
    efficient = pareto_efficient(points, lotteries=True)
    kept = {point for point, keeps in zip(points, efficient, strict=True) if keeps}
    assert kept == upper_hull(points)


def test_lotteries_over_three_players() -> None:
    corners = [[3, 0, 0], [0, 3, 0], [0, 0, 3], [1, 1, 1], [1, 1, 0.9]]
    assert pareto_efficient(corners, lotteries=True).tolist() == [True] * 4 + [False]
    assert not pareto_efficient([*corners[:3], [0.9, 0.9, 0.9]], lotteries=True)[3]
    matched = [[3, 0, 1], [0, 3, 1], [1, 1, 1]]
    assert pareto_efficient(matched, lotteries=True).tolist() == [True, True, False]
