"""Sobol' indices against analytic values, the tornado by hand, the box that was put there."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.arrays import FloatArray
from negsim.errors import UsageError
from negsim.questions.conclusions import label_conclusion
from negsim.questions.trust.discovery import Box, failure_box, pruned
from negsim.questions.trust.sensitivity import sobol, stretched, tornado
from negsim.sampling.axes import Axis, ranged_axes
from negsim.scenario.load import loads

CUBE = [Axis(f"x{k}", "", -np.pi, np.pi) for k in range(3)]

WELL = """
format = 1
title = "A well"
parties.ann = {}
options.dig.parties = ["ann"]
ends.dug = { kind = "agreement", when = "dig" }
parameters.cost = { value = 1, range = [0, 4] }
payoffs.ann.water = { when = "dig", value = 2, range = [1, 4] }
payoffs.ann.effort = { when = "dig", value = -1, per = "cost" }
"""


def ishigami(points: FloatArray) -> FloatArray:
    """Ishigami and Homma (1990), with a = 7 and b = 0.1."""
    x, y, z = points.T
    return np.asarray(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))


def test_indices_match_the_analytic_values_of_the_ishigami_function() -> None:
    a, b = 7.0, 0.1
    variance = a**2 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18 + 0.5
    first = np.array([0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0.0]) / variance
    both = b**2 * np.pi**8 * (1 / 18 - 1 / 50) / variance
    total = first + np.array([both, 0, both])
    found = sobol(ishigami, CUBE, 4096, seed=1)
    assert found.first == pytest.approx(first, abs=0.01)
    assert found.total == pytest.approx(total, abs=0.01)
    assert found.variance == pytest.approx(variance, rel=0.02)
    assert (found.first_interval[:, 0] <= first).all()
    assert (first <= found.first_interval[:, 1]).all()
    assert (found.total_interval[:, 0] <= total).all()
    assert (total <= found.total_interval[:, 1]).all()


def test_of_what_never_varies_nothing_has_a_share() -> None:
    found = sobol(lambda points: np.ones(len(points)), CUBE, 8, seed=1)
    assert found.variance == 0
    assert not found.total.any()


def test_one_number_alone_has_all_the_variance() -> None:
    found = sobol(lambda points: points[:, 0], CUBE[:1], 256, seed=2)
    assert found.first == pytest.approx([1], abs=0.02)
    assert found.names == ("x0",)


def test_the_same_seed_gives_the_same_indices() -> None:
    first, again = (sobol(ishigami, CUBE, 64, seed=5) for _ in range(2))
    assert (first.total == again.total).all()
    assert (first.total_interval == again.total_interval).all()


def test_whole_numbers_are_drawn_alike_both_ends_included() -> None:
    unit = (np.arange(4000) + 0.5)[:, None] / 4000
    values = stretched([Axis("talks.rounds", "", 2, 5, whole=True)], unit)
    assert np.unique(values, return_counts=True)[1].tolist() == [1000] * 4


def test_bad_requests_for_indices() -> None:
    with pytest.raises(UsageError, match="power of two"):
        sobol(ishigami, CUBE, 100, seed=1)
    with pytest.raises(UsageError, match="finite"):
        sobol(lambda points: np.full(len(points), np.inf), CUBE, 8, seed=1)
    with pytest.raises(UsageError, match="no number to vary"):
        sobol(ishigami, [], 8, seed=1)


def test_the_tornado_has_the_values_at_the_ends() -> None:
    scenario = loads(WELL)
    found = tornado(
        scenario, ranged_axes(scenario), [label_conclusion(scenario, "ann")], "value.ann"
    )
    assert found.base == 1
    assert [(each.axis.name, each.at_low, each.at_high) for each in found.swings] == [
        ("payoffs.ann.water", 0, 3),
        ("parameters.cost", 2, 0),
    ]


def noisy(seed: int) -> tuple[FloatArray, np.ndarray]:
    rng = np.random.default_rng(seed)
    points = rng.random((1000, 10))
    fails = (points[:, 2] > 0.6) & (points[:, 5] < 0.4)
    return points, fails ^ (rng.random(1000) < 0.02)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_box_that_was_put_there_is_found_again(seed: int) -> None:
    points, fails = noisy(seed)
    box = failure_box(points, fails, [f"x{k}" for k in range(10)])
    assert box is not None
    bounds = {bound.name: (bound.low, bound.high) for bound in box.bounds}
    assert bounds.keys() == {"x2", "x5"}, "what chance would give is dropped"
    assert bounds["x2"] == pytest.approx((0.6, 1), abs=0.03)
    assert bounds["x5"] == pytest.approx((0, 0.4), abs=0.03)
    inside = (points[:, 2] >= bounds["x2"][0]) & (points[:, 5] <= bounds["x5"][1])
    assert box.density == pytest.approx(fails[inside].mean(), abs=0.02)
    assert box.coverage == pytest.approx(fails[inside].sum() / fails.sum(), abs=0.05)
    assert box.overall == fails.mean()


def test_a_bound_that_chance_gives_is_dropped_and_one_that_tells_is_kept() -> None:
    rng = np.random.default_rng(7)
    points = rng.random((300, 2))
    fails = (points[:, 0] > 0.6) ^ (rng.random(300) < 0.1)
    box = pruned(points, fails, Box(np.array([0.6, 0.0]), np.array([1.0, 0.9])))
    assert box.low[0] == 0.6
    assert box.high[1] == points[:, 1].max()


def test_pure_noise_has_no_box_that_chance_would_not_give() -> None:
    rng = np.random.default_rng(4)
    box = failure_box(rng.random((400, 3)), rng.random(400) < 0.5, list("abc"))
    assert box is None or box.density < 0.75


def test_a_failure_of_most_points_has_a_box_too() -> None:
    values = np.repeat([0.0, 1.0, 2.0], 100)[:, None]
    fails = np.concatenate([np.arange(100) < 60, np.arange(100) < 60, np.arange(100) < 95])
    box = failure_box(values, fails, ["level"])
    assert box is not None
    assert [(bound.low, bound.high) for bound in box.bounds] == [(2, 2)]
    assert box.density == 0.95


def test_nothing_to_find_and_bad_shapes() -> None:
    points = np.random.default_rng(1).random((50, 2))
    assert failure_box(points, np.zeros(50, dtype=bool), ["a", "b"]) is None
    assert failure_box(points, np.ones(50, dtype=bool), ["a", "b"]) is None
    with pytest.raises(UsageError, match="points of shape"):
        failure_box(points, np.zeros(49, dtype=bool), ["a", "b"])
    with pytest.raises(UsageError, match="slice"):
        failure_box(points, np.arange(50) < 9, ["a", "b"], slice_share=2)
