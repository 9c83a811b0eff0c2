"""Text is measured, broken and moved apart as promised."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.drawing.plots.page import (
    balanced,
    boxes_path,
    edges,
    round_ticks,
    runs,
    shortened,
    spread,
    table,
    text_width,
    wrap,
)
from negsim.drawing.plots.regions import place_name, raster, room
from negsim.drawing.style import look
from negsim.errors import UsageError

EXAMPLES = settings(max_examples=60, deadline=None, derandomize=True)

WISHES = st.lists(
    st.tuples(st.floats(0, 10), st.floats(0.1, 1.5)), min_size=1, max_size=9
)  # fmt: skip
WORDS = st.lists(st.text("abcdefgMW+", min_size=1, max_size=30), min_size=1, max_size=8)


@EXAMPLES
@given(WISHES)
def test_spread_labels_do_not_overlap_and_keep_their_order(
    labels: list[tuple[float, float]],
) -> None:
    wishes, heights = (np.array(part) for part in zip(*labels, strict=True))
    centres = spread(wishes, heights, 0.0, 20.0)
    order = np.argsort(wishes, kind="stable")
    gaps = np.diff(centres[order]) - (heights[order][1:] + heights[order][:-1]) / 2
    assert (gaps >= -1e-9).all()
    assert (centres - heights / 2 >= -1e-9).all()
    assert (centres + heights / 2 <= 20 + 1e-9).all()


@EXAMPLES
@given(WISHES)
def test_labels_that_do_not_touch_are_not_moved(labels: list[tuple[float, float]]) -> None:
    heights = np.array([height for _, height in labels])
    gaps = np.array([wish for wish, _ in labels]) + heights.max()
    wishes = np.cumsum(gaps)
    assert spread(wishes, heights, 0.0, 500.0) == pytest.approx(wishes)


def test_spread_moves_as_little_as_possible() -> None:
    assert spread([2.0, 2.0, 2.3], [1, 1, 1], 0, 9) == pytest.approx([1.1, 2.1, 3.1])
    assert spread([0.1, 8.9], [1, 1], 0, 9) == pytest.approx([0.5, 8.5])
    assert spread([], [], 0, 1).size == 0


def test_labels_too_high_together_still_do_not_overlap() -> None:
    assert np.diff(spread([1.0, 1.0, 1.0], [1, 1, 1], 0, 2)) == pytest.approx([1, 1])


@EXAMPLES
@given(WORDS, st.floats(0.4, 3.0))
def test_wrapped_lines_fit_and_lose_nothing(words: list[str], width: float) -> None:
    with look():
        for found in (wrap(" ".join(words), width, 9), balanced(" ".join(words), width, 9)):
            assert found.replace("\n", "").replace(" ", "") == "".join(words)
            assert all(text_width(line, 9) <= width for line in found.split("\n"))
        assert found.count("\n") == wrap(" ".join(words), width, 9).count("\n")


def test_outcomes_are_broken_after_a_plus_and_evenly() -> None:
    with look():
        text = "Full ceasefire + Energy truce + Aid cutoff"
        assert wrap(text, 2.2, 9) == "Full ceasefire + Energy truce +\nAid cutoff"
        assert balanced(text, 2.2, 9) == "Full ceasefire +\nEnergy truce + Aid cutoff"
        assert wrap("one two three", 0.8, 9) == "one two\nthree"


def test_shortened_text_ends_in_dots() -> None:
    with look():
        assert shortened("leverage 3,\npatience 5", 9, 8) == "leverage 3, patience 5"
        short = shortened("leverage 3, patience 5", 1.0, 8)
        assert short.startswith("leverage 3")
        assert short.endswith("…")
        assert text_width(short, 8) <= 1.0


@EXAMPLES
@given(st.lists(st.integers(0, 2), max_size=12))
def test_runs_put_together_give_the_list(values: list[int]) -> None:
    found = runs(values)
    assert [value for start, stop, value in found for _ in range(start, stop)] == values
    assert all(one[2] != other[2] for one, other in itertools.pairwise(found))


@EXAMPLES
@given(st.integers(0, 50), st.integers(0, 3000))
def test_ticks_of_rounds_are_whole_few_and_within(first: int, count: int) -> None:
    ticks = round_ticks([first, first + count])
    assert ticks[0] == first
    assert ticks == sorted(set(ticks))
    assert ticks[-1] <= first + count
    assert len(ticks) <= 16
    assert len(ticks) >= min(count, 3)


def test_edges_lie_between_the_centres() -> None:
    assert edges(np.array([5.0])).tolist() == [4.5, 5.5]
    assert edges(np.array([0.0, 1.0, 4.0])).tolist() == [-0.5, 0.5, 2.5, 5.5]


def test_boxes_cover_the_cells_of_a_code() -> None:
    codes = np.array([[0, 1, 1], [1, 0, 1]])
    path = boxes_path(codes, 1, np.array([0.0, 1, 3, 4]), np.array([0.0, 1, 5]))
    corners = [box.min(axis=0).tolist() + box.max(axis=0).tolist() for box in path.to_polygons()]
    assert corners == [[1, 0, 4, 1], [0, 1, 1, 5], [3, 1, 4, 5]]


def test_a_table_of_another_shape_is_refused() -> None:
    assert table("x", [[1, 2]], (1, 2)).tolist() == [[1.0, 2.0]]
    with pytest.raises(UsageError, match=r"x: expected an array of shape \(2,\), got \(1, 2\)"):
        table("x", [[1, 2]], (2,))


def test_raster_has_y_upward() -> None:
    pixels = raster(np.array([[0, 1], [2, 3]]), np.arange(3.0), np.arange(3.0), 0.6, 0.3)
    assert pixels.shape == (10, 20)
    assert [pixels[0, 0], pixels[0, -1], pixels[-1, 0], pixels[-1, -1]] == [2, 3, 0, 1]


@EXAMPLES
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4))
def test_room_is_where_a_box_fits(seed: int, wide: int, high: int) -> None:
    free = np.random.default_rng(seed).random((6, 7)) < 0.8
    found = room(free, wide, high)
    for row, column in np.ndindex(free.shape):
        top, left = row - high // 2, column - wide // 2
        inside = top >= 0 and left >= 0 and top + high <= 6 and left + wide <= 7
        fits = inside and bool(free[top : top + high, left : left + wide].all())
        assert found[row, column] == fits


def test_a_name_is_wrapped_to_fit_or_left_out() -> None:
    with look():
        free = np.ones((30, 32), dtype=bool)
        assert place_name(free, "Deal in week 1", [2.4, 0.6])[0] == "Deal in\nweek 1"
        text, x, y = place_name(free, "Deal", [2.4])
        assert text == "Deal"
        assert (x, y) == pytest.approx((0.48, 0.45), abs=0.06)
        assert place_name(free[:5], "Deal", [2.4, 0.8])[0] == ""
