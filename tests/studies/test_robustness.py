"""Shares of the stated ranges against hand counts, and what drives the value of delay."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest, spearmanr

from negsim.analysis.stalling import LABELS
from negsim.scenario.load import loads
from negsim.studies.robustness import (
    claim_shares,
    drivers,
    label_shares,
    robustness_measures,
    share_of,
)
from negsim.sweep.design import Design, grid, latin_hypercube
from negsim.sweep.run import sweep

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
    return SimpleNamespace(measures=columns)


def test_label_shares_are_counts_over_the_solved_points() -> None:
    results = results_of(label__ann=[0.0, 1.0, 1.0, np.nan, 3.0, 1.0])
    found = {share.name: share.share for share in label_shares(results, "ann")}
    assert found == {**dict.fromkeys(LABELS, 0.0), "settle": 0.2, "stalling": 0.6, "impasse": 0.2}


def test_claim_shares_against_a_hand_count() -> None:
    scenario = loads(WELL)
    names = ("payoffs.ann.water", "parameters.cost")
    points = np.array([[3.0, 1.0], [1.0, 3.0], [4.0, 0.5], [2.0, 3.9]])
    design = Design("grid", names, points, shape=(4, 1))
    results = sweep(scenario, design, robustness_measures(scenario))
    found = {share.name: share.share for share in claim_shares(results, scenario)}
    assert found == {"digs": 0.5, "rests": 0.5}, "claims of other numbers, orders, selections"


def test_the_share_of_a_half_plane_is_a_half() -> None:
    scenario = loads(WELL)
    design = latin_hypercube(scenario, 256, seed=1)
    results = sweep(scenario, design, robustness_measures(scenario))
    digs, rests = claim_shares(results, scenario)
    water = design.values[:, design.names.index("payoffs.ann.water")]
    cost = design.values[:, design.names.index("parameters.cost")]
    assert digs.share == (water > cost).mean()
    assert digs.share + rests.share == 1
    assert digs.low < 0.5 < digs.high


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
