"""Every crossing that a scan shows is located, and borders are followed where they truly run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.arrays import FloatArray, IntArray
from negsim.questions.change.curves import trace
from negsim.sampling.tipping import TOLERANCE, Line, scan_lines

AT = st.floats(0.001, 0.999)


def line(low: float, high: float, scan: int = 17, steps: int = 0) -> Line:
    return Line(np.array([low]), np.array([high]), steps, scan)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(AT, min_size=0, max_size=6), st.floats(-5, 5), st.floats(0.1, 50))
def test_every_jump_of_a_staircase_is_found(jumps: list[float], low: float, width: float) -> None:
    """A staircase never comes back, so no jump can hide behind another."""
    edges = np.unique(np.round(low + width * np.array(sorted(jumps)), 5))

    def tell(points: FloatArray) -> IntArray:
        return np.searchsorted(edges, points[:, 0], side="right")[:, None].astype(np.int64)

    found = scan_lines(tell, [line(low, low + width)])[0].flips
    inside = edges[(edges > low) & (edges <= low + width)]
    assert len(found) == len(inside)
    for flip, edge in zip(found, inside, strict=True):
        assert abs(low + flip.place * width - edge) <= TOLERANCE
        assert flip.after[0] > flip.before[0]


def test_what_comes_back_between_two_points_is_missed_and_a_finer_scan_sees_it() -> None:
    def tell(points: FloatArray) -> IntArray:
        return ((points > 0.51) & (points < 0.53)).astype(np.int64)

    assert scan_lines(tell, [line(0, 1)])[0].flips == ()
    places = [flip.place for flip in scan_lines(tell, [line(0, 1, 101)])[0].flips]
    assert places == pytest.approx([0.51, 0.53], abs=TOLERANCE)


def test_two_changes_in_one_gap_are_both_located_where_three_codes_tell_them_apart() -> None:
    def tell(points: FloatArray) -> IntArray:
        return np.digitize(points, [0.51, 0.55]).astype(np.int64)

    found = scan_lines(tell, [line(0, 1)])[0].flips
    assert [flip.place for flip in found] == pytest.approx([0.51, 0.55], abs=TOLERANCE)


def test_conclusions_are_told_apart_and_lines_do_not_mix() -> None:
    def tell(points: FloatArray) -> IntArray:
        return np.stack([points[:, 0] > 0.2, points[:, 0] > 0.9], axis=1).astype(np.int64)

    first, second = scan_lines(tell, [line(0, 1), line(0.5, 0.6)])
    assert [(tuple(f.before), tuple(f.after)) for f in first.flips] == [
        ((0, 0), (1, 0)),
        ((1, 0), (1, 1)),
    ]
    assert second.flips == ()


def test_a_whole_number_changes_half_way_between_two_values() -> None:
    asked: list[float] = []

    def tell(points: FloatArray) -> IntArray:
        asked.extend(points[:, 0])
        return (points > 36).astype(np.int64)

    found = scan_lines(tell, [line(0, 100, 5, steps=100)])[0]
    assert [flip.place * 100 for flip in found.flips] == pytest.approx([36.5])
    assert all(value.is_integer() for value in asked)


def circle(points: FloatArray) -> IntArray:
    inside = np.hypot(points[:, 0] - 0.5, points[:, 1] - 0.4) < 0.3
    return inside.astype(np.int64)[:, None]


def test_a_closed_border_is_followed_all_the_way_round() -> None:
    (curve,) = trace(circle, (0, 0), (1, 1), (0.5, 0.4))
    assert curve.closed
    assert curve.complete
    assert np.hypot(*(curve.points - [0.5, 0.4]).T) == pytest.approx(0.3, abs=2e-6)
    angles = np.unwrap(np.arctan2(*(curve.points - [0.5, 0.4]).T))
    assert abs(angles[-1] - angles[0]) == pytest.approx(2 * np.pi, abs=1e-3)


def test_a_border_that_meets_no_searched_line_is_missed() -> None:
    assert trace(circle, (0, 0), (1, 1), (0.05, 0.95)) == ()


def test_a_corner_is_gone_round() -> None:
    def tell(points: FloatArray) -> IntArray:
        return ((points[:, 0] < 0.5) & (points[:, 1] < 0.61)).astype(np.int64)[:, None]

    (curve,) = trace(tell, (0, 0), (1, 1), (0.2, 0.2))
    assert curve.complete
    off = np.minimum(np.abs(curve.points[:, 0] - 0.5), np.abs(curve.points[:, 1] - 0.61))
    assert (off < 2e-6).all()
    ends = curve.points[[0, -1]]
    assert np.sort(ends.ravel()) == pytest.approx([0, 0, 0.5, 0.61], abs=2e-6)


def test_two_borders_and_units_of_very_different_size() -> None:
    def tell(points: FloatArray) -> IntArray:
        product = points[:, 0] * points[:, 1]
        return ((product > 20) & (product < 400)).astype(np.int64)[:, None]

    curves = trace(tell, (0, 0), (10, 100), (5, 20))
    products = [curve.points.prod(axis=1) for curve in curves]
    assert sorted(round(float(np.median(each))) for each in products) == [20, 400]
    for each, curve in zip(products, curves, strict=True):
        assert curve.complete
        assert each == pytest.approx(np.median(each), abs=2e-3)
