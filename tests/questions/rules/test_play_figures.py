"""Figures of play: what they say, on made-up data and at the edges."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from negsim.drawing.plots.bands import bands
from negsim.drawing.plots.cross_table import cross_table
from negsim.drawing.plots.files import save
from negsim.drawing.plots.lines import lines
from negsim.drawing.plots.timeline import MOST_ROWS, timeline
from negsim.errors import UsageError


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts if text.get_text()]


def inside(figure: Figure) -> None:
    """Assert that no text of the page leaves it."""
    figure.draw_without_rendering()
    width, height = figure.get_size_inches() * figure.dpi
    for axes in figure.axes:
        for text in axes.texts:
            box = text.get_window_extent()
            if text.get_text():
                assert -1 <= box.x0 <= box.x1 <= width + 1, text
                assert -1 <= box.y0 <= box.y1 <= height + 1, text


LONG = "A very long name of a thing that somebody said at length in the seventh week of talks"
FIGURES: dict[str, Callable[[], Figure]] = {
    "bands": lambda: bands(
        range(1, 31),
        np.linspace(1, 0, 30),
        {"Patience": np.tile([1, 2, 3, 4, 5], (30, 1)), LONG: np.full((30, 5), 2.0)},
        title="Runs end",
    ),
    "one round": lambda: bands([1], [1.0], {"Patience": [[3, 4, 5, 5, 5]]}, title="One round"),
    "no state": lambda: bands([1, 2], [1.0, 0.2], {}, title="No state"),
    "timeline": lambda: timeline(
        [1, 2, 3],
        {"Row": ["yes", "yes", LONG], LONG: ["no", "no", "no"]},
        ["Truce", "Truce", "Nothing"],
        title=LONG * 2,
        ending=LONG * 2,
    ),
    "long timeline": lambda: timeline(
        range(1, 61), {"Row": [str(k) for k in range(60)]}, ["Truce"] * 60, title="Long"
    ),
    "cross table": lambda: cross_table(
        np.where(np.eye(9), np.nan, 30.0 + np.arange(9)),
        [f"{LONG} {k}" for k in range(9)],
        [f"{LONG} {k}" for k in range(9)],
        title="Rows against columns",
        row_title="Row",
        column_title="Column",
        unit="payoff",
    ),
    "wide cross table": lambda: cross_table(
        np.zeros((2, 40)),
        ["a", "b"],
        [f"rule {k}" for k in range(40)],
        title="Wide",
        row_title="Row",
        column_title="Column",
        unit="payoff",
    ),
    "lines": lambda: lines(
        {"deadline": ([1, 2, 3], [3, 2, 1]), "hazard": ([1, 2], [1, 1])},
        title="Lines",
        xlabel="weeks",
        ylabel="payoff",
        points={"deadline": ["first", "", "last"]},
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_leaves_the_page_and_bytes_repeat(name: str, tmp_path: Path) -> None:
    figure = FIGURES[name]()
    inside(figure)
    first = [path.read_bytes() for path in save(figure, tmp_path, "one")]
    again = [path.read_bytes() for path in save(FIGURES[name](), tmp_path, "two")]
    assert first == again


def test_a_timeline_tells_stretches_once() -> None:
    found = texts(FIGURES["timeline"]())
    assert "1 to 2" in found
    assert "3" in found
    assert found.count("yes") == 1
    cut = texts(FIGURES["long timeline"]())
    assert f"{60 - MOST_ROWS} more changes" in cut


def test_a_cross_table_marks_what_was_not_played() -> None:
    found = texts(FIGURES["cross table"]())
    assert found.count("-") == 9
    assert "not played" in found
    assert found.count("38") == 8
    wide = texts(FIGURES["wide cross table"]())
    assert "0" not in wide


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: bands([1], [1.0], {"x": [[1, 2]]}, title=""), "expected an array of shape"),
        (lambda: timeline([], {}, [], title=""), "expected some rounds"),
        (lambda: timeline([1], {"a": []}, ["x"], title=""), "expected 1 rounds"),
        (lambda: lines({}, title="", xlabel="", ylabel=""), "expected 1 to 7 lines"),
        (
            lambda: cross_table(
                [[np.nan]], ["a"], ["b"], title="", row_title="", column_title="", unit=""
            ),
            "no pairing was played",
        ),
    ],
)
def test_data_that_do_not_fit_are_refused(draw: Callable[[], Figure], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        draw()
