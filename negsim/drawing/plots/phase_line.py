"""Measured values over one parameter, in front of the regions it passes through."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from negsim.arrays import FloatArray, IntArray
from negsim.drawing.plots.key import FRAME, KeyEntry
from negsim.drawing.plots.landmarks import BASE, Range, draw_bar
from negsim.drawing.plots.page import (
    WIDTH,
    Page,
    backed,
    edges,
    limits,
    plain,
    runs,
    spread,
    table,
    text_height,
    text_width,
    wrap,
)
from negsim.drawing.plots.phase import (
    LEFT,
    OVER,
    axes_page,
    increasing,
    name_axes,
    region_styles,
)
from negsim.drawing.style import INK, MEASURE, PAPER, SERIES, SMALL, LabelStyle, styled

TALL = 2.6
STRIP = 0.26
PALE = 0.3
"""How much of a region's colour is left behind the lines."""
SERIES_NAMES = 1.4


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of one region between two values; without text where its name does not fit."""

    left: float
    right: float
    style: LabelStyle
    text: str


@styled
def phase_line(
    x: npt.ArrayLike,
    values: Mapping[str, npt.ArrayLike],
    regions: npt.ArrayLike,
    region_names: Sequence[str],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    base: float | None = None,
    x_range: Range | None = None,
    keys: Sequence[str] = (),
) -> Figure:
    """Draw measured values over one parameter, in front of bands of the regions.

    Parameters
    ----------
    x
        Increasing values of the parameter.
    values
        For each measure, shape (len(x),); a gap where it is not finite.
    regions
        Shape (len(x),), the place of each point's region in ``region_names``; a negative number
        where the point was not solved.
    region_names, xlabel, ylabel, title, keys
        As in :func:`phase_diagram`. A single measure called like ``ylabel`` is not named again.
    base
        The value of the base case, marked and named; a note in the key if outside the axes.
    x_range
        The stated range, drawn as a bar on the lower axis.

    Raises
    ------
    UsageError
        If the values do not increase, an array has another shape or a region has no name.

    Examples
    --------
    >>> figure = phase_line(
    ...     [0, 1], {"delay": [1, 2]}, [0, 0], ["stalling"], xlabel="x", ylabel="delay", title=""
    ... )
    >>> figure.axes[2].lines[0].get_ydata()
    array([1., 2.])
    """
    across = increasing("x", x)
    codes = table("regions", regions, (len(across),), int)
    lines = {plain(name): table(name, value, (len(across),)) for name, value in values.items()}
    styles = region_styles(codes, region_names, keys)
    named = list(lines) != [plain(ylabel)]
    span = WIDTH - LEFT - (SERIES_NAMES if named and lines else 0.2)
    bands = region_bands(codes, styles, edges(across), span)
    low, high = bands[0].left, bands[-1].right
    outside = base is not None and not low <= base <= high
    page, top = axes_page(title, ylabel, line_entries(bands, base, outside, x_range), STRIP + TALL)
    strip = page.axes(LEFT, top, span, STRIP)
    axes = page.axes(LEFT, top + STRIP, span, TALL)
    strip.set_xlim(low, high)
    axes.set_xlim(low, high)
    draw_bands(strip, axes, bands)
    draw_series(axes, across, lines)
    if named:
        name_series(page, axes, lines, top + STRIP)
    draw_marks(axes, None if outside else base, x_range, span)
    name_axes(axes, xlabel, ylabel, TALL, STRIP + OVER, span)
    return page.figure


def region_bands(
    codes: IntArray, styles: Mapping[int, LabelStyle], borders: FloatArray, span: float
) -> list[Band]:
    """Return the bands of equal neighbours, named where the name fits on one line."""
    scale = span / float(np.ptp(borders))
    found = []
    for start, stop, code in runs(np.maximum(codes, -1).tolist()):
        left, right = float(borders[start]), float(borders[stop])
        fits = text_width(styles[code].words, SMALL) + 0.12 < (right - left) * scale
        found.append(Band(left, right, styles[code], styles[code].words if fits else ""))
    return found


def line_entries(
    bands: Sequence[Band], base: float | None, outside: bool, x_range: Range | None
) -> list[KeyEntry]:
    """Return the key: regions that are named nowhere, and what the strip cannot say."""
    said = {band.text for band in bands}
    styles = dict.fromkeys(band.style for band in bands if band.style.words not in said)
    entries = [KeyEntry(style.words, style.colour) for style in styles]
    if outside:
        entries.append(KeyEntry(f"{BASE}, at {base:g}: outside the axes", INK, marker="o"))
    if x_range:
        entries.append(KeyEntry("stated range", INK, marker="_", filled=False))
    return entries


def draw_bands(strip: Axes, axes: Axes, bands: Sequence[Band]) -> None:
    """Draw the bands: in full colour with their names above, pale behind the lines."""
    strip.set_ylim(0, 1)
    strip.set_axis_off()
    for band in bands:
        colour = band.style.colour
        strip.axvspan(band.left, band.right, color=colour, linewidth=0)
        axes.axvspan(band.left, band.right, color=paler(colour), linewidth=0, zorder=0)
        centre = (band.left + band.right) / 2
        text = strip.text(centre, 0.46, band.text, fontsize=SMALL, color=band.style.ink)
        text.set(ha="center", va="center")
    for band in bands[1:]:
        for place in (strip, axes):
            place.axvline(band.left, color=INK, linewidth=0.8)


def paler(colour: str) -> str:
    """Return a colour mixed with white.

    >>> paler("#000000")
    '#b2b2b2'
    """
    red, green, blue = (PALE * part + (1 - PALE) for part in to_rgb(colour))
    return to_hex((red, green, blue))


def draw_series(axes: Axes, x: FloatArray, lines: Mapping[str, FloatArray]) -> None:
    """Draw the measures, with a marker a point where there are few, and the axis of zero."""
    known = np.array([value for line in lines.values() for value in line if np.isfinite(value)])
    marker = "o" if len(x) <= 30 else ""
    for line, colour in zip(lines.values(), line_colours(), strict=False):
        shown = np.where(np.isfinite(line), line, np.nan)
        axes.plot(x, shown, color=colour, marker=marker, ms=4, mec=PAPER, mew=0.5)
    low, high = line_limits(known)
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.grid(axis="y", color=PAPER)
    if low < 0 < high:
        axes.axhline(0, color=INK, linewidth=0.9, zorder=1)


def line_colours() -> Iterator[str]:
    """Return the colours of lines, the darker ones first, for ever."""
    return itertools.cycle((MEASURE, *SERIES[1:2], *SERIES[-1:], *SERIES[4:5], INK))


def line_limits(known: FloatArray) -> tuple[float, float]:
    """Return limits with room around the values, and with zero unless it is far off.

    >>> line_limits(np.array([1.0, 2.0]))
    (-0.12, 2.12)
    >>> line_limits(np.array([101.0, 102.0]))
    (100.94, 102.06)
    """
    if not known.size:
        return -1.0, 1.0
    low, high = float(known.min()), float(known.max())
    reach = high - low
    if low == high or low - reach <= 0 <= high + reach:
        return limits(known)
    return low - 0.06 * reach, high + 0.06 * reach


def name_series(page: Page, axes: Axes, lines: Mapping[str, FloatArray], top: float) -> None:
    """Write the names of the measures at the right, moved apart, each tied to its last value."""
    low, high = axes.get_ylim()
    names = [wrap(name, SERIES_NAMES - 0.32, SMALL) for name in lines]
    lasts = [line[np.isfinite(line)][-1:] for line in lines.values()]
    ends = [float(last[0]) if last.size else (low + high) / 2 for last in lasts]
    wishes = [top + TALL * (high - end) / (high - low) for end in ends]
    heights = [text_height(name, SMALL) + 0.05 for name in names]
    edge = WIDTH - SERIES_NAMES
    for name, wish, y, colour in zip(
        names, wishes, spread(wishes, heights, top, top + TALL), line_colours(), strict=False
    ):
        page.sheet.plot([edge + 0.02, edge + 0.16], [wish, y], color=colour, linewidth=0.8)
        page.write(edge + 0.2, y, name, color=colour)


def draw_marks(axes: Axes, base: float | None, x_range: Range | None, span: float) -> None:
    """Mark the base case by a line with its name, the stated range by a bar on the axis."""
    low, high = axes.get_xlim()
    if x_range:
        draw_bar(axes, np.clip(x_range, low, high), np.repeat(axes.get_ylim()[0], 2), "|")
    if base is None:
        return
    axes.axvline(base, color=INK, linewidth=1.2, linestyle=FRAME)
    room = (high - base) / (high - low) * span
    side = 1 if room > text_width(BASE, SMALL) + 0.12 else -1
    axes.annotate(
        BASE,
        (base, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(side * 5, -10),
        textcoords="offset points",
        ha="left" if side > 0 else "right",
        va="center",
        fontsize=SMALL,
        **backed(),
    )
