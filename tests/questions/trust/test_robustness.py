"""Shares of the stated ranges against hand counts, and what drives the value of delay."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest, spearmanr

from negsim.analysis.delay.stalling import LABELS
from negsim.questions.change.levers import critical_values, levers
from negsim.questions.trust.robustness import (
    Sample,
    claim_shares,
    drivers,
    likeliest_ends,
    robustness_measures,
    sample_ranges,
    share_of,
    weighted_share,
    wilson,
)
from negsim.sampling.axes import lever_axes
from negsim.sampling.design import Design, grid, replicated
from negsim.sampling.run import sweep
from negsim.scenario.load import loads

WELL = """
format = 1
title = "A well"
parties.ann = {}
parties.bob = {}
options.dig.parties = ["ann"]
parameters.cost = { value = 1, range = [0, 4] }
payoffs.ann.water = { when = "dig", value = 2, range = [0, 4] }
payoffs.ann.effort = { when = "dig", value = -1, per = "cost" }
claims.digs = { says = "Ann digs", expect = { round = 1, outcome = "dig" } }
claims.rests = { says = "Ann rests", expect = { round = 1, outcome = "not dig" } }
claims.worth = { says = "It is worth 1", measure = "value.ann", equals = 1 }
[claims.at_worst]
says = "Of several equilibria the worst for the mediator as well"
selection = "mediator_worst"
expect = { round = 1, outcome = "dig" }
[claims.cheap]
says = "If digging costs nothing she digs"
set = { "parameters.cost" = 0 }
expect = { round = 1, outcome = "dig" }
[claims.in_order]
says = "In turns as well"
order = ["ann", "bob"]
expect = { round = 1, outcome = "dig" }
"""

DUG = """
[record.dug]
round = 1
outcome = "dig"
"""


@pytest.mark.parametrize("count", [1, 3, 10, 256])
def test_wilsons_interval(count: int) -> None:
    for hits in {0, 1, count // 3, count - 1, count}:
        found = share_of("x", hits, count)
        exact = binomtest(hits, count).proportion_ci(0.95, method="wilson")
        assert found.share == hits / count
        assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-12)
        assert 0 <= found.low <= found.share + 1e-12
        assert found.share - 1e-12 <= found.high <= 1


def test_of_no_points_nothing_is_known() -> None:
    found = share_of("x", 0, 0)
    assert math.isnan(found.share)
    assert (found.low, found.high) == (0, 1)


def results_of(**measures: list[float]) -> Any:
    columns = {name.replace("__", "."): np.array(values) for name, values in measures.items()}
    size = len(next(iter(columns.values())))
    return SimpleNamespace(measures=columns, points=np.arange(size))


def sample_of(points: int, **measures: list[float]) -> Sample:
    """Return a sample of some sets of that many points, and what was measured there."""
    results = results_of(**measures)
    size = len(next(iter(results.measures.values())))
    results.errors = [None] * size
    design = Design("x", ("a",), np.zeros((size, 1)), recipe={"points": points})
    return Sample(loads(WELL), design, results)


def test_label_shares_are_counts_over_the_solved_points() -> None:
    sample = sample_of(3, label__ann=[0.0, 1.0, 1.0, np.nan, 3.0, 1.0])
    sample.results.errors[3] = "not solved"
    found = {share.name: share.share for share in sample.shares("label.ann")}
    assert found == {**dict.fromkeys(LABELS, 0.0), "settle": 0.2, "stalling": 0.6, "impasse": 0.2}


def test_labels_that_hang_on_the_selection_are_counted_over_the_solved_points() -> None:
    marks = {"selection_marks__ann": [1.0, 0, 0, np.nan], "selection_marks__bob": [0.0] * 4}
    sample = sample_of(2, **marks)
    sample.results.errors[3] = "not solved"
    assert [(each.name, each.share) for each in sample.hanging] == [("ann", 1 / 3), ("bob", 0)]


def test_a_share_by_weight_and_its_interval_by_hand() -> None:
    """Two sets of weights 1 + 1 and 1 + 0: in the first a half holds, in the second all.

    The linearized ratio deviates by 1 - 2/3 x 2 = -1/3 and 1 - 2/3 = 1/3; with two sets Student's
    factor is 12.706 and the spread sqrt(2 x 2/9) / 3.
    """
    holds, weights = np.array([True, False, True, False]), np.array([1.0, 1, 1, 0])
    found = weighted_share("x", holds, weights, np.array([0, 0, 1, 1]))
    assert found.share == 2 / 3
    assert (found.low, found.high) == (0, 1), "12.706 x 0.222 reaches beyond both ends"
    many = weighted_share("x", np.tile(holds, 50), np.tile(weights, 50), np.arange(200) // 20)
    assert many.low == many.share == many.high or many.low < 2 / 3 < many.high


def test_where_all_sets_agree_the_interval_is_wilsons() -> None:
    found = weighted_share("x", np.ones(8, dtype=bool), np.full(8, 0.5), np.arange(8) // 4)
    assert (found.share, (found.low, found.high)) == (1, wilson(1.0, 8))


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Of the unit square 0.491 lies below a slanted line; an interval may miss it now and then."""
    scenario = loads(WELL)
    names = ["payoffs.ann.water", "parameters.cost"]
    missed = []
    for seed in range(200):
        design = replicated(scenario, 256, seed, names)
        holds = 0.618 * design.values[:, 0] + design.values[:, 1] < 4 * 0.8
        found = weighted_share("x", holds, np.ones(256), np.arange(256) // 32)
        assert found.high - found.low < 0.12, "as wide as Wilson's"
        missed.append(not found.low <= 0.491 <= found.high)
    assert 0 < sum(missed) <= 20


def test_claim_shares_against_a_hand_count() -> None:
    scenario = loads(WELL)
    names = ("payoffs.ann.water", "parameters.cost")
    points = np.array([[3.0, 1.0], [1.0, 3.0], [4.0, 0.5], [2.0, 3.9]])
    design = Design("grid", names, points, shape=(4, 1), recipe={"points": 2})
    results = sweep(scenario, design, robustness_measures(scenario))
    found = {share.name: share.share for share in claim_shares(Sample(scenario, design, results))}
    assert found == {"digs": 0.5, "rests": 0.5}, "claims of other numbers, orders, selections"


def test_the_share_of_a_half_plane_is_a_half() -> None:
    sample = sample_ranges(loads(WELL), seed=1)
    digs, rests = claim_shares(sample)
    names = sample.design.names
    water = sample.design.values[:, names.index("payoffs.ann.water")]
    cost = sample.design.values[:, names.index("parameters.cost")]
    assert digs.share == (water > cost).mean()
    assert digs.share + rests.share == 1
    assert digs.share == pytest.approx(0.5, abs=0.05)
    assert digs.low < digs.share < digs.high


def test_shares_given_the_record_count_what_reproduces_it() -> None:
    """Ann was seen to dig: given that, digging is worth more than it costs at every point."""
    sample = sample_ranges(loads(WELL + DUG), seed=1)
    given = sample.given
    assert given is not None
    assert given.values is not None
    worth = given.values[:, 1] - given.values[:, 0]
    assert given.names == ("parameters.cost", "payoffs.ann.water")
    assert (given.weights == (worth > 0)).all()
    assert weighted_share("x", worth > 0, given.weights, given.sets).share == 1


def test_drivers_are_rank_correlations_the_strongest_first() -> None:
    rng = np.random.default_rng(5)
    values = rng.random((40, 3))
    values[:, 2] = 1.0
    delay = values[:, 0] ** 3 - 3 * values[:, 1] + 0.1
    delay[:2] = np.inf, np.nan
    design = Design("latin_hypercube", ("a", "b", "c"), values, 5)
    found = drivers(results_of(delay__ann=delay.tolist()), design, "ann")
    assert [driver.name for driver in found] == ["b", "a", "c"]
    for driver, column in zip(found[:2], (1, 0), strict=True):
        exact = spearmanr(values[2:, column], delay[2:]).statistic
        assert driver.correlation == pytest.approx(exact)
    assert found[2].correlation == 0


def test_of_fewer_than_three_points_nothing_drives() -> None:
    design = grid({"a": (0, 1, 4)})
    results = results_of(delay__ann=[np.inf, 1.0, np.nan, 2.0])
    assert drivers(results, design, "ann") == ()


def test_the_record_is_followed_along_levers_as_a_conclusion_of_its_own() -> None:
    """Ann digs as long as that costs less than the 2 it brings."""
    lever = '[levers.cost]\nsets = "parameters.cost"\nrange = [0, 4]\n'
    ends = '[ends.dug]\nkind = "agreement"\nwhen = "dig"\n'
    scenario = loads(WELL + ends + lever + DUG)
    (scan,) = levers(scenario, "ann")
    assert scan.record is not None
    assert (scan.record == (scan.values <= 2)).all(), "who is indifferent concludes"
    (number,) = critical_values(scenario, "ann", lever_axes(scenario))
    tips = {each.conclusion.name: each.value for each in number.tippings}
    assert tips["record"] == pytest.approx(2, abs=1e-6)


def test_the_likeliest_end_of_each_point_is_counted() -> None:
    """Two sets of two points: signed, left, neither in sight, and a tie, which the first takes."""
    chances = {"signed": [0.9, 0.2, 0.1, 0.5], "left": [0.1, 0.6, 0.1, 0.5]}
    sample: Any = SimpleNamespace(
        scenario=SimpleNamespace(ends=[SimpleNamespace(name=name) for name in chances]),
        results=SimpleNamespace(
            measures={f"end_chance.{name}": np.array(each) for name, each in chances.items()}
        ),
        everywhere=np.ones(4),
        sets=np.array([0, 0, 1, 1]),
    )
    assert [(each.name, each.share) for each in likeliest_ends(sample)] == [
        ("signed", 0.5),
        ("left", 0.25),
    ]
