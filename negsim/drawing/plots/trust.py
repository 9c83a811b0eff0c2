"""What a conclusion hangs on: swings, shares of variance, and the box in which it fails."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from negsim.drawing.plots.bars import bar_page, percent, short
from negsim.drawing.plots.key import KeyEntry, draw_key, key_height
from negsim.drawing.plots.page import MARGIN, WIDTH, plain, table
from negsim.drawing.style import GAIN, INK, LINE, LOSS, MEASURE, SOFT, TINT, styled

NUMBERS = 1.5
"""Width in inches of the column of numbers at the right."""
HEIGHT = 0.2
FOOT = 0.5
NEAR = 0.06
"""Distance of a number from the end of its bar, in inches."""


@styled
def tornado_bars(
    names: Sequence[str],
    swings: npt.ArrayLike,
    base: float,
    *,
    ends: Sequence[tuple[str, str]],
    flips: npt.ArrayLike,
    title: str,
    unit: str,
) -> Figure:
    """Draw how far a measure moves when each number alone goes to the ends of its range.

    Parameters
    ----------
    names
        The k numbers, from top to bottom.
    swings
        Shape (k, 2): the measure at the low and the high end of each; NaN draws nothing.
    base
        The measure at the base case.
    ends
        The two ends of each range in words.
    flips
        Shape (k, 2): whether the conclusion is another there; such ends carry a marker.
    title, unit
        The finding as a sentence; what the axis measures.

    Raises
    ------
    UsageError
        If the lengths do not agree or there is nothing to draw.

    Examples
    --------
    >>> figure = tornado_bars(
    ...     ["speed"], [[-1, 2]], 0.5, ends=[("0", "1")], flips=[[True, False]], title="", unit=""
    ... )
    >>> figure.axes[0].texts[0].get_text()
    '0 to 1'
    """
    values = table("swings", swings, (len(names), 2))
    changed = table("flips", flips, (len(names), 2), bool)
    entries = [
        KeyEntry("low end of the range", LOSS),
        KeyEntry("high end", GAIN),
        KeyEntry("the conclusion is another there", INK, marker="D"),
    ]
    foot = FOOT + key_height(entries, WIDTH - 2 * MARGIN)
    page, axes, rows, centre = bar_page([*map(plain, names)], title, NUMBERS, foot)
    for column, colour in enumerate((LOSS, GAIN)):
        reach = np.nan_to_num(values[:, column] - base)
        axes.barh(rows, reach, left=base, height=HEIGHT, color=colour)
        own = changed[:, column] & np.isfinite(values[:, column])
        axes.plot(values[own, column], rows[own], "D", color=INK, ms=4.5, clip_on=False)
    axes.axvline(base, color=INK, linewidth=0.9)
    axes.set_xlim(*around(values, base))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.set_xlabel(plain(unit))
    x = WIDTH - MARGIN - NUMBERS
    for y, (low, high) in zip(centre, ends, strict=True):
        page.write(x + 0.1, y, f"{plain(low)} to {plain(high)}", color=SOFT)
    draw_key(page, entries, MARGIN, page.height - MARGIN - foot + FOOT, WIDTH - 2 * MARGIN)
    return page.figure


def around(values: npt.NDArray[np.float64], base: float) -> tuple[float, float]:
    """Return limits with room around values and the base.

    >>> around(np.array([[0.0, 1.0]]), 0.5)
    (-0.06, 1.06)
    """
    known = np.append(values[np.isfinite(values)], base)
    low, high = float(known.min()), float(known.max())
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


@styled
def index_bars(
    names: Sequence[str],
    first: npt.ArrayLike,
    total: npt.ArrayLike,
    intervals: npt.ArrayLike,
    *,
    title: str,
) -> Figure:
    """Draw the share of variance that each number has alone, and in all, with its interval.

    Parameters
    ----------
    names
        The k numbers, from top to bottom.
    first, total
        Shape (k,): first-order and total Sobol' indices.
    intervals
        Shape (k, 2): the interval of each total index; drawn as far as it lies in 0 to 1.
    title
        The finding as a sentence.

    Raises
    ------
    UsageError
        If the lengths do not agree or there is nothing to draw.

    Examples
    --------
    >>> figure = index_bars(["speed"], [0.2], [0.5], [[0.4, 0.6]], title="")
    >>> figure.axes[0].texts[0].get_text()
    '20 %, in all 50 %'
    """
    alone = table("first", first, (len(names),))
    whole = table("total", total, (len(names),))
    ends = table("intervals", intervals, (len(names), 2))
    entries = [KeyEntry("alone", MEASURE), KeyEntry("in all, with its 95 % interval", LINE)]
    foot = FOOT + key_height(entries, WIDTH - 2 * MARGIN)
    page, axes, rows, centre = bar_page([*map(plain, names)], title, NUMBERS, foot)
    axes.barh(rows, 100 * np.clip(whole, 0, 1), height=HEIGHT, color=LINE)
    axes.barh(rows, 100 * np.clip(alone, 0, 1), height=HEIGHT / 2, color=MEASURE)
    for row, (low, high) in zip(rows, np.clip(100 * ends, 0, 100), strict=True):
        axes.plot([low, high], [row, row], color=INK, linewidth=1.0)
        axes.plot([low, high], [row, row], "|", color=INK, ms=5, mew=1.0)
    axes.set_xlim(0, 100)
    axes.set_xlabel("share of the variance, %")
    for y, one, every in zip(centre, alone, whole, strict=True):
        text = f"{percent(max(one, 0.0))} %, in all {percent(max(every, 0.0))} %"
        page.write(WIDTH - MARGIN - NUMBERS + 0.1, y, text)
    draw_key(page, entries, MARGIN, page.height - MARGIN - foot + FOOT, WIDTH - 2 * MARGIN)
    return page.figure


@styled
def box_bars(
    names: Sequence[str],
    bounds: npt.ArrayLike,
    ranges: npt.ArrayLike,
    base: npt.ArrayLike,
    *,
    title: str,
) -> Figure:
    """Draw the interval of each number in a box, within the number's range.

    Parameters
    ----------
    names
        The k numbers that the box bounds, from top to bottom.
    bounds, ranges
        Shape (k, 2): the ends of each interval in the box, and of the stated range.
    base
        Shape (k,): the base case.
    title
        The finding as a sentence.

    Raises
    ------
    UsageError
        If the lengths do not agree, a range is empty or there is nothing to draw.

    Examples
    --------
    >>> figure = box_bars(["speed"], [[0.2, 0.5]], [[0, 1]], [0.1], title="")
    >>> [text.get_text() for text in figure.axes[0].texts if "to" in text.get_text()]
    ['0.2 to 0.5']
    """
    inside = table("bounds", bounds, (len(names), 2))
    whole = table("ranges", ranges, (len(names), 2))
    place = table("base", base, (len(names),))
    width = np.where(whole[:, 1] > whole[:, 0], whole[:, 1] - whole[:, 0], 1.0)
    entries = [
        KeyEntry("in the box", MEASURE),
        KeyEntry("stated range", LINE),
        KeyEntry("base case", INK, marker="o"),
    ]
    foot = FOOT + key_height(entries, WIDTH - 2 * MARGIN)
    page, axes, rows, centre = bar_page([*map(plain, names)], title, NUMBERS, foot)
    shares = 100 * (inside - whole[:, :1]) / width[:, None]
    thin = np.maximum(shares[:, 1] - shares[:, 0], 1.0)
    left = np.minimum(shares[:, 0], 100 - thin)
    axes.barh(rows, np.full(len(rows), 100.0), height=HEIGHT, color=TINT, edgecolor=LINE)
    axes.barh(rows, thin, left=left, height=HEIGHT, color=MEASURE)
    axes.plot(100 * (place - whole[:, 0]) / width, rows, "o", color=INK, ms=5, clip_on=False)
    axes.set_xlim(0, 100)
    axes.set_xticks([0, 50, 100], labels=["low end", "middle of the range", "high end"])
    for y, (low, high) in zip(centre, inside, strict=True):
        page.write(WIDTH - MARGIN - NUMBERS + 0.1, y, f"{short(low)} to {short(high)}")
    draw_key(page, entries, MARGIN, page.height - MARGIN - foot + FOOT, WIDTH - 2 * MARGIN)
    return page.figure
