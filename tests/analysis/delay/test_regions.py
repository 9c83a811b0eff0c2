"""The stalling region: its share, its boundary, and what it spans."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.regions import label_changes, over_numbers, region
from negsim.analysis.delay.stalling import STALLING, stalling
from negsim.scenario.load import load

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"


def test_below_the_threshold_of_drift_is_one_block_with_one_edge() -> None:
    """A1: stalling while x < x*, that is at shares 0 to 21, in every week but the last ones."""
    analysis = stalling(load(SCENARIOS / "textbook" / "drift.toml"))
    found = region(analysis, 0, STALLING)
    assert found.share == pytest.approx(analysis.share(STALLING)[0, 0])
    assert found.by_variable["share"] == (0, 21)
    assert found.by_round is not None
    assert found.by_round[0] == 1
    compiled = analysis.compiled
    top = compiled.state_index({"share": 21, "pressed": 0})
    below = compiled.state_index({"share": 20, "pressed": 0})
    assert found.boundary[40 - 22, top]
    assert found.inside[40 - 21, below]
    assert not found.boundary[40 - 21, below]
    assert found.cells == 40


def test_boundary_cells_are_inside_and_have_a_live_neighbour_outside() -> None:
    analysis = stalling(load(SCENARIOS / "march_2025.toml").set({"talks.rounds": 6}))
    found = region(analysis, 0, STALLING)
    live = analysis.live[0]
    levels = [variable.levels for variable in analysis.compiled.scenario.state]
    inside = found.inside.reshape(6, *levels)
    counted = np.broadcast_to(live.any(axis=0), live.shape).reshape(inside.shape)
    has = (analysis.everywhere.labels[0, :, 0] == STALLING).reshape(inside.shape)
    edge = np.zeros(inside.shape, dtype=bool)
    for cell in np.argwhere(inside):
        for axis in range(inside.ndim):
            for step in (-1, 1):
                other = cell.copy()
                other[axis] += step
                if 0 <= other[axis] < inside.shape[axis] and counted[tuple(other)]:
                    edge[tuple(cell)] |= not has[tuple(other)]
    assert np.array_equal(found.boundary.reshape(inside.shape), edge)
    assert 0 < found.share_of_boundary < 1
    assert found.cells == live.sum()


def test_an_empty_region_spans_nothing() -> None:
    analysis = stalling(load(SCENARIOS / "textbook" / "bargaining_range.toml"))
    found = region(analysis, 0, STALLING)
    assert (found.share, found.share_of_boundary) == (0, 0)
    assert found.by_variable == {}
    assert found.by_round is None


def test_labels_over_a_number_change_at_the_closed_form() -> None:
    """A1: stalling pays at x0 = 0.4 while d > h F + [k + (1 - delta) x] / delta."""
    analysis = stalling(load(SCENARIOS / "textbook" / "drift.toml"))
    critical = 0.02 * 0.1 + (0.001 + 0.02 * 0.4) / 0.98
    drifts = np.linspace(0, 0.04, 41)
    found = over_numbers(analysis, 0, {"parameters.drift": drifts})
    assert np.array_equal(found.labels == STALLING, drifts > critical)
    assert found.changes.sum() == 2
    edge = drifts[found.changes]
    assert edge[0] < critical < edge[1]
    assert found.share(STALLING) == pytest.approx((drifts > critical).mean())


def test_over_two_numbers_the_first_varies_slowest() -> None:
    analysis = stalling(load(SCENARIOS / "textbook" / "drift.toml"))
    axes = {"parameters.drift": [0.0, 0.02], "parameters.first_share": [0.1, 0.4, 0.8, 0.9]}
    found = over_numbers(analysis, 0, axes)
    assert found.labels.shape == (2, 4)
    assert (found.labels[1] == STALLING).tolist() == [True, True, True, False]
    assert not (found.labels[0] == STALLING).any()
    assert found.changes.tolist() == [[True, True, True, False], [True, True, True, True]]


def test_changes_of_a_grid_of_two_numbers() -> None:
    labels = np.array([[0, 0, 0], [0, 2, 2]])
    assert label_changes(labels).tolist() == [[False, True, True], [True, True, True]]
    counted = np.array([[True, False, True], [True, True, True]])
    assert label_changes(labels, counted)[0].tolist() == [False, False, True]
    assert not label_changes(np.zeros(4, dtype=int)).any()
