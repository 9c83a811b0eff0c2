"""Bars with their numbers beside them: a premium by channel, shares with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from negsim.arrays import TIE_TOLERANCE, FloatArray
from negsim.drawing.plots.page import (
    LEADING,
    MARGIN,
    WIDTH,
    Page,
    balanced,
    limits,
    new_page,
    plain,
    table,
    text_height,
    text_width,
)
from negsim.drawing.style import (
    GAIN,
    INK,
    LABELS,
    LOSS,
    MEASURE,
    SOFT,
    TEXT,
    TINT,
    styled,
)
from negsim.errors import UsageError

NAME_WIDTH = 2.6
NUMBERS = 1.35
"""Width in inches of the column of numbers at the right."""


@styled
def waterfall(
    names: Sequence[str],
    parts: npt.ArrayLike,
    total: float,
    *,
    title: str,
    unit: str,
) -> Figure:
    """Draw a total as a waterfall of what each part adds.

    Parameters
    ----------
    names
        What each of the k parts is, from top to bottom.
    parts
        Shape (k,), what each adds. What they leave of the total is shown as "other".
    total
        The total, in the last row.
    title, unit
        The finding as a sentence; what the axis measures.

    Raises
    ------
    UsageError
        If the lengths do not agree or a number is not finite.

    Examples
    --------
    >>> figure = waterfall(["drift"], [1.5], 1.5, title="", unit="weeks")
    >>> [text.get_text() for text in figure.axes[1].texts]
    ['+1.5', '1.5']
    """
    steps = table("parts", parts, (len(names),))
    if not np.isfinite([*steps, total]).all():
        raise UsageError("parts, total: expected finite numbers")
    told = [*map(plain, names)]
    rest = total - steps.sum()
    if abs(rest) > TIE_TOLERANCE + 1e-6 * np.abs([*steps, total]).max():
        told, steps = [*told, "other"], np.append(steps, rest)
    page, axes, rows, _ = bar_page([*told, "Total"], title, 0.75, 0.5)
    stops = np.cumsum(steps)
    starts = stops - steps
    colours = [GAIN if step >= 0 else LOSS for step in steps]
    axes.barh(rows[:-1], steps, left=starts, height=0.2, color=colours)
    axes.barh(rows[-1:], [total], height=0.2, color=INK)
    for row, stop, below in zip(rows[:-1], stops, rows[1:], strict=True):
        axes.plot([stop, stop], [row + 0.1, below - 0.1], color=SOFT, linewidth=0.8, zorder=0.5)
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_xlim(*limits(np.array([*starts, *stops, total])))
    axes.set_xlabel(plain(unit))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    for row, start, stop, step in zip(rows[:-1], starts, stops, steps, strict=True):
        write_beside(axes, max(start, stop), row, signed(step))
    write_beside(axes, max(0.0, total), rows[-1], short(total)).set_fontweight("bold")
    return page.figure


@styled
def share_bars(
    names: Sequence[str],
    shares: npt.ArrayLike,
    intervals: npt.ArrayLike,
    *,
    title: str,
    keys: Sequence[str] = (),
) -> Figure:
    """Draw shares from 0 to 100 % with their intervals.

    Parameters
    ----------
    names
        What each of the k shares is of, from top to bottom.
    shares
        Shape (k,), from 0 to 1; NaN is written as "not defined".
    intervals
        Shape (k, 2), the ends of each interval; NaN draws none.
    title
        The finding as a sentence.
    keys
        One label of the analysis per share, to give bars the colours of labels.

    Raises
    ------
    UsageError
        If the lengths do not agree.

    Examples
    --------
    >>> figure = share_bars(["delay pays"], [0.5], [[0.4, 0.62]], title="")
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['50 %', '40 to 62 %']
    """
    values = table("shares", shares, (len(names),))
    ends = table("intervals", intervals, (len(names), 2))
    page, axes, rows, centre = bar_page([*map(plain, names)], title, NUMBERS, 0.28)
    colours = [LABELS[key].colour for key in keys] if keys else MEASURE
    axes.barh(rows, np.full(len(rows), 100.0), height=0.2, color=TINT, zorder=0.5)
    axes.barh(rows, 100 * np.nan_to_num(values), height=0.2, color=colours)
    for row, (low, high) in zip(rows, 100 * ends, strict=True):
        axes.plot([low, high], [row, row], color=INK, linewidth=1.2, clip_on=False)
        axes.plot([low, high], [row, row], "|", color=INK, ms=6, mew=1.2, clip_on=False)
    axes.set_xlim(0, 100)
    axes.set_xticks([0, 25, 50, 75, 100], labels=["0", "25", "50", "75", "100 %"])
    for y, share, (low, high) in zip(centre, values, ends, strict=True):
        write_share(page, y, share, low, high)
    return page.figure


def bar_page(
    names: Sequence[str], title: str, numbers: float, foot: float, least: float = 0.32
) -> tuple[Page, Axes, FloatArray, FloatArray]:
    """Return a page of named rows: page, axes, rows on the axes, rows on the page, in inches.

    ``numbers`` is the width of the column at the right, ``foot`` the height below the axes and
    ``least`` that of a row.
    """
    if not names:
        raise UsageError(f'figure "{title}": nothing to draw')
    wrapped = [balanced(name, NAME_WIDTH, TEXT) for name in names]
    heights = np.array([max(least, text_height(name, TEXT) + 0.1) for name in wrapped])
    left = MARGIN + text_width("\n".join(wrapped), TEXT) + 0.12
    page, top = new_page(title, heights.sum() + foot)
    axes = page.axes(left, top, WIDTH - left - numbers - 2 * MARGIN, heights.sum())
    rows = np.cumsum(heights) - heights / 2
    axes.set_ylim(heights.sum(), 0)
    axes.set_yticks(rows, wrapped, fontsize=TEXT, linespacing=LEADING / 1.2)
    axes.spines["left"].set_visible(False)
    return page, axes, rows, top + rows


def write_beside(axes: Axes, x: float, row: float, text: str) -> Text:
    """Write a text to the right of the end of a bar."""
    return axes.annotate(
        text, (x, row), xytext=(5, 0), textcoords="offset points", va="center", fontsize=TEXT
    )


def write_share(page: Page, y: float, share: float, low: float, high: float) -> None:
    """Write a share and its interval in the column at the right."""
    x = WIDTH - MARGIN - NUMBERS
    if np.isnan(share):
        page.write(x + 0.52, y, "not defined", color=SOFT)
        return
    page.write(x + 0.44, y, f"{percent(share)} %", TEXT, ha="right", fontweight="bold")
    if np.isfinite([low, high]).all():
        page.write(x + 0.52, y, f"{percent(low)} to {percent(high)} %", color=SOFT)


def percent(share: float) -> str:
    """Return a share in percent; never 0 or 100 for one that is not.

    >>> percent(0.634), percent(0.0), percent(0.001), percent(0.9999)
    ('63', '0', '<1', '>99')
    """
    if 0 < share < 0.005:
        return "<1"
    return ">99" if 0.995 <= share < 1 else f"{100 * share:.0f}"


def short(value: float) -> str:
    """Return a number with three significant figures.

    >>> short(1.23456), short(-0.5), short(0.0), short(12345.6)
    ('1.23', '\N{MINUS SIGN}0.5', '0', '12,346')
    """
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "\N{MINUS SIGN}")


def signed(value: float) -> str:
    """Return a number with three significant figures and its sign.

    >>> signed(1.5), signed(0.0)
    ('+1.5', '0')
    """
    return f"+{short(value)}" if value > 0 else short(value)
