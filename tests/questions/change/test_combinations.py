"""The cheapest combination is never dearer than what is known, and what it says is true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.arrays import BoolArray, FloatArray
from negsim.errors import UsageError
from negsim.questions.change.combinations import cheapest
from negsim.sampling.axes import Axis

AXES = [Axis(name, name, 0, 1) for name in "abc"]
ORIGIN = [0.0, 0.0, 0.0]


def test_a_wish_that_needs_all_three_gets_all_three() -> None:
    found = cheapest(lambda points: np.asarray((points > 0.2).all(axis=1)), AXES, ORIGIN)
    assert found.best is not None
    assert [step.value for step in found.best.steps] == pytest.approx([0.2] * 3, abs=5e-6)
    assert found.best.cost == pytest.approx(0.6, abs=2e-5)
    assert [each.found for each in found.alone] == [None] * 3


def test_two_together_can_be_cheaper_than_one() -> None:
    """The square roots of two numbers add to 1 cheapest at a quarter each."""

    def wished(points: FloatArray) -> BoolArray:
        return np.asarray(np.sqrt(points[:, :2]).sum(axis=1) > 1)

    found = cheapest(wished, AXES, ORIGIN)
    assert found.best is not None
    assert found.best.cost == pytest.approx(0.5, abs=1e-5)
    assert len(found.best.steps) == 2


def test_the_best_ray_is_turned_until_it_is_cheapest() -> None:
    """Of 3 sqrt(x) + sqrt(y) > 1 the cheapest is x = 0.09, y = 0.01: no split in quarters."""

    def wished(points: FloatArray) -> BoolArray:
        return np.asarray(3 * np.sqrt(points[:, 0]) + np.sqrt(points[:, 1]) > 1)

    found = cheapest(wished, AXES[:2], ORIGIN[:2])
    assert found.best is not None
    assert found.best.cost == pytest.approx(0.1, abs=2e-4)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.floats(0.2, 3), min_size=3, max_size=3), st.integers(0, 99))
def test_over_a_half_space_one_number_is_best_and_it_is_found(
    slopes: list[float], seed: int
) -> None:
    """The least cost of slopes @ x > 0.15 is the least of price over slope."""
    prices = dict(zip("abc", np.random.default_rng(seed).uniform(0.5, 2, 3), strict=True))
    weights = np.array(slopes)
    found = cheapest(lambda points: points @ weights > 0.15, AXES, ORIGIN, prices)
    exact = min(0.15 / slope * prices[name] for slope, name in zip(slopes, "abc", strict=True))
    assert found.best is not None
    assert found.best.cost == pytest.approx(exact, rel=1e-4, abs=1e-5)
    point = np.zeros((1, 3))
    for step in found.best.steps:
        point[0, "abc".index(step.name)] = step.value
    assert (point @ weights > 0.15).all(), "the wish holds where it is said to"


def test_a_wish_that_holds_costs_nothing_and_one_that_cannot_has_no_answer() -> None:
    assert cheapest(lambda points: points[:, 0] < 1, AXES, ORIGIN).holds
    found = cheapest(lambda points: points[:, 0] > 2, AXES, ORIGIN)
    assert found.best is None
    assert found.rays > 10


def test_whole_numbers_move_alone_by_whole_steps() -> None:
    axes = [Axis("talks.rounds", "", 1, 9, whole=True), Axis("b", "b", 0, 1)]
    found = cheapest(lambda points: points[:, 0] >= 5, axes, [2.0, 0.0])
    assert found.best is not None
    assert [(step.name, step.value) for step in found.best.steps] == [("talks.rounds", 5.0)]


def test_bad_costs_are_told() -> None:
    with pytest.raises(UsageError, match="cost of a = 0, expected a number above 0"):
        cheapest(lambda points: points[:, 0] > 2, AXES, ORIGIN, {"a": 0.0})
    with pytest.raises(UsageError, match="expected 1, 2 or 3"):
        cheapest(lambda points: points[:, 0] > 2, AXES, ORIGIN, most=4)
