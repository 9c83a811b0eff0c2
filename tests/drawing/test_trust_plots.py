"""The figures of levers and robustness: their data, labels and limits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from negsim.drawing.plots.curve import tipping_curve
from negsim.drawing.plots.files import svg_text
from negsim.drawing.plots.trust import box_bars, index_bars, tornado_bars
from negsim.errors import UsageError

NAMES = ["parameters.front_speed", "payoffs.south.what_signing_without_guarantees_costs"]


def tornado_figure(**changes: object) -> Figure:
    given: dict[str, object] = {
        "ends": [("0.02", "0.2"), ("-45", "-20")],
        "flips": [[True, False], [False, False]],
        "title": "The speed of the front moves the value of delay most",
        "unit": "value of delay",
    }
    return tornado_bars(NAMES, [[-1.0, 4.0], [np.nan, 1.0]], 1.2, **{**given, **changes})


def index_figure() -> Figure:
    return index_bars(
        NAMES, [0.4, -0.01], [0.6, 0.2], [[0.5, 1.3], [0.1, 0.3]], title="Speed has a part in 60 %"
    )


def box_figure() -> Figure:
    return box_bars(
        NAMES, [[0.02, 0.08], [-45, -30]], [[0.02, 0.2], [-45, -20]], [0.1, -30], title="B"
    )


def curve_figure(**changes: object) -> Figure:
    given: dict[str, object] = {
        "x_limits": (0, 0.2),
        "y_limits": (0, 2),
        "xlabel": "speed",
        "ylabel": "relief",
        "title": "Where delay stops paying",
        "base": (0.1, 1.0),
        "x_range": (0.02, 0.2),
        "y_range": (0.4, 1.6),
    }
    curve = np.array([[0.0, 1.8], [0.1, 0.9], [0.15, 0.0]])
    return tipping_curve([curve], **{**given, **changes})


FIGURES: dict[str, Callable[[], Figure]] = {
    "tornado": tornado_figure,
    "indices": index_figure,
    "box": box_figure,
    "curve": curve_figure,
}


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_bytes_and_no_text_leaves_the_page(name: str) -> None:
    first, again = FIGURES[name](), FIGURES[name]()
    assert svg_text(first) == svg_text(again)
    page = first.bbox.padded(2)
    renderer = first.canvas.get_renderer()
    for axes in first.axes:
        for text in axes.texts:
            if text.get_text():
                box = text.get_window_extent(renderer)
                assert page.x0 <= box.x0, text.get_text()
                assert box.x1 <= page.x1, text.get_text()


def test_the_tornado_starts_at_the_base_and_marks_what_overturns() -> None:
    axes = tornado_figure().axes[1]
    bars = [patch.get_bbox() for patch in axes.patches]
    ends = [sorted((bar.x0, bar.x1)) for bar in bars]
    assert np.array(ends) == pytest.approx(
        np.array([[-1.0, 1.2], [1.2, 1.2], [1.2, 4.0], [1.0, 1.2]])
    )
    marked = [line for line in axes.lines if line.get_marker() == "D"]
    assert [line.get_xdata().tolist() for line in marked] == [[-1.0], []]
    assert axes.get_xlim() == pytest.approx((-1.3, 4.3))


def test_indices_stay_between_nothing_and_all() -> None:
    axes = index_figure().axes[1]
    assert axes.get_xlim() == (0, 100)
    assert max(line.get_xdata().max() for line in axes.lines) == 100
    widths = [round(patch.get_width(), 6) for patch in axes.patches]
    assert widths == [60, 20, 40, 0]


def test_the_box_lies_in_the_range() -> None:
    axes = box_figure().axes[1]
    spans = [(patch.get_x(), patch.get_width()) for patch in axes.patches[2:]]
    assert spans == [(0, pytest.approx(100 / 3)), (0, pytest.approx(60))]


def test_the_curve_has_the_base_case_and_the_ellipse_of_its_uncertainty() -> None:
    axes = curve_figure().axes[1]
    assert axes.lines[0].get_xydata()[1].tolist() == [0.1, 0.9]
    (ellipse,) = [patch for patch in axes.patches if isinstance(patch, Ellipse)]
    assert ellipse.get_center() == pytest.approx((0.11, 1.0))
    assert (ellipse.width, ellipse.height) == pytest.approx((0.18, 1.2))
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 0.2), (0, 2))
    assert curve_figure(joined=False).axes[1].lines[0].get_marker() == "o"


def test_what_cannot_be_drawn_is_told() -> None:
    with pytest.raises(UsageError, match="nothing to draw"):
        box_bars([], np.empty((0, 2)), np.empty((0, 2)), [], title="")
    with pytest.raises(UsageError, match="swings"):
        tornado_bars(NAMES, [[1, 2]], 0.0, ends=[], flips=[], title="", unit="")
    with pytest.raises(UsageError, match="LO below HI"):
        curve_figure(x_limits=(1, 1))
    with pytest.raises(UsageError, match="a curve of shape"):
        tipping_curve([[1, 2]], x_limits=(0, 1), y_limits=(0, 1), xlabel="", ylabel="", title="")
