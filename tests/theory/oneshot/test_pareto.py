"""Pareto efficiency: ties and duplicates stay, and rounding drops nothing."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.errors import GameError
from negsim.theory.bargaining.problem import BargainingProblem
from negsim.theory.oneshot.pareto import pareto_efficient, pareto_frontier


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


def test_the_frontier_in_words() -> None:
    problem = BargainingProblem(
        [[4, 0], [1, 1], [0, 4], [3, 3], [5, -1]],
        [1, 0],
        ("a", "b", "c", "d", "e"),
        ("S", "D"),
        consent=np.array([[True, True]] * 4 + [[True, False]]),
    )
    found = pareto_frontier(problem)
    assert found.to_dict()["frontier"] == ["c", "d", "a", "e"]
    assert found.message == (
        "4 of 5 packages are efficient: no other package is as good for all and better for one; "
        "1 are blocked"
    )
    assert found.to_dict()["packages"]["c"]["blocked_by"] == ["S"]
    assert found.to_dict()["packages"]["e"] == {
        "payoffs": {"S": 5.0, "D": -1.0},
        "efficient": True,
        "blocked_by": [],
    }
    assert json.loads(found.to_json()) == found.to_dict()
    mixed = pareto_frontier(replace(problem, lotteries=True))
    assert mixed.to_dict()["frontier"] == ["c", "d", "e"]


def test_no_packages_have_an_empty_frontier() -> None:
    assert pareto_frontier(BargainingProblem(np.zeros((0, 2)), [0, 0])).indexes.size == 0
