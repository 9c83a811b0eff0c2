"""Phase diagrams: which region each value of one or two parameters falls in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from scipy.ndimage import label

from negsim.arrays import FloatArray, IntArray
from negsim.drawing.plots.key import KeyEntry, draw_key, key_height
from negsim.drawing.plots.landmarks import Landmarks, Range
from negsim.drawing.plots.page import (
    LEADING,
    MARGIN,
    WIDTH,
    Page,
    boxes_path,
    edges,
    new_page,
    plain,
    runs,
    table,
    text_height,
    wrap,
)
from negsim.drawing.plots.regions import Box, block, place_name, raster
from negsim.drawing.style import INK, LABELS, TEXT, LabelStyle, region_style, styled
from negsim.errors import UsageError

LEFT = 0.62
SPAN = WIDTH - LEFT - 0.2
TALL = 3.9
AXIS = 0.5
OVER = 0.06
"""Room in inches between the axes and what stands over them."""
NAME_WIDTHS = (2.4, 1.6, 1.1, 0.75)
"""Widths in inches at which the name of a region is tried."""
UNSOLVED = LabelStyle("not solved", "", LABELS["-"].colour, "")


@dataclass(frozen=True, slots=True)
class AreaName:
    """A name in a region, its middle in inches from the upper left corner of the axes."""

    text: str
    x: float
    y: float
    ink: str


@styled
def phase_diagram(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    regions: npt.ArrayLike,
    region_names: Sequence[str],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    base: Range | None = None,
    x_range: Range | None = None,
    y_range: Range | None = None,
    keys: Sequence[str] = (),
) -> Figure:
    """Draw which region each pair of two parameters' values falls in.

    A point stands for the cell around it. Names are written inside the regions; those of regions
    too small for their name are in the key.

    Parameters
    ----------
    x, y
        Increasing values of the two parameters.
    regions
        Shape (len(y), len(x)), the place of each point's region in ``region_names``; a negative
        number where the point was not solved.
    region_names
        The names of the regions; a label of the analysis is drawn in its colour, in words.
    xlabel, ylabel, title
        What the axes are, with units; the finding as a sentence.
    base
        The values of the base case, marked and named; a note in the key if outside the axes.
    x_range, y_range
        The stated ranges: a frame where both are given, else a bar through the base case.
    keys
        One label of the analysis per region, to give regions with names of their own its colours.

    Raises
    ------
    UsageError
        If the values do not increase, the regions have another shape or there are unnamed ones.

    Examples
    --------
    >>> figure = phase_diagram(
    ...     [0, 1], [0, 1], [[0, 0], [0, 0]], ["stalling"], xlabel="speed", ylabel="fear", title=""
    ... )
    >>> [text.get_text() for text in figure.axes[1].texts]
    ['stalling']
    """
    across, up = increasing("x", x), increasing("y", y)
    codes = table("regions", regions, (len(up), len(across)), int)
    styles = region_styles(codes, region_names, keys)
    x_edges, y_edges = edges(across), edges(up)
    marks = Landmarks(x_edges, y_edges, SPAN, TALL, base, x_range, y_range)
    pixels = raster(codes, x_edges, y_edges, SPAN, TALL)
    names, unnamed = name_regions(pixels, styles, marks.boxes())
    entries = [KeyEntry(style.words, style.colour) for style in unnamed] + marks.entries()
    page, top = axes_page(title, ylabel, entries, TALL)
    axes = page.axes(LEFT, top, SPAN, TALL)
    axes.set_xlim(x_edges[0], x_edges[-1])
    axes.set_ylim(y_edges[0], y_edges[-1])
    draw_regions(axes, codes, styles, x_edges, y_edges)
    draw_names(axes, names)
    marks.draw(axes)
    name_axes(axes, xlabel, ylabel, TALL)
    return page.figure


def increasing(name: str, values: npt.ArrayLike) -> FloatArray:
    """Return increasing values as an array.

    Raises
    ------
    UsageError
        If there are none or they do not increase.
    """
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or not len(array) or not (np.diff(array) > 0).all():
        raise UsageError(f"{name}: expected increasing values, one at least")
    return array


def region_styles(
    codes: IntArray, names: Sequence[str], keys: Sequence[str]
) -> dict[int, LabelStyle]:
    """Return the style of each region that occurs, by its code; -1 is not solved.

    Raises
    ------
    UsageError
        If a region has no name, or the keys are not one per name.
    """
    found = sorted(set(np.maximum(codes, -1).ravel().tolist()))
    if found[-1] >= len(names):
        raise UsageError(f"regions: region {found[-1]} has no name among {len(names)}")
    if keys and len(keys) != len(names):
        raise UsageError(f"keys: expected {len(names)}, one per region, got {len(keys)}")
    styles = {}
    for code in sorted(found, key=lambda code: (code < 0, code)):
        own = region_style(plain(names[code]), code) if code >= 0 else UNSOLVED
        if keys and code >= 0:
            known = region_style(keys[code], code)
            own = LabelStyle(plain(names[code]), known.letter, known.colour, known.hatch, known.ink)
        styles[code] = own
    return styles


def name_regions(
    pixels: IntArray, styles: dict[int, LabelStyle], boxes: Sequence[Box]
) -> tuple[list[AreaName], list[LabelStyle]]:
    """Return the names placed in the connected parts of regions, and the regions left unnamed."""
    names, unnamed = [], []
    for code, style in styles.items():
        parts, count = label(np.maximum(pixels, -1) == code)
        placed = [
            place_name(block(parts == part, boxes), style.words, NAME_WIDTHS)
            for part in range(1, count + 1)
        ]
        found = [AreaName(text, x, y, style.ink) for text, x, y in placed if text]
        names += found
        unnamed += [] if found else [style]
    return names, unnamed


def axes_page(
    title: str, ylabel: str, entries: Sequence[KeyEntry], height: float
) -> tuple[Page, float]:
    """Return a page with its key drawn, and the top of axes of a height; the y label goes over."""
    key = key_height(entries, WIDTH - 2 * MARGIN) + 0.08 if entries else 0.0
    over = text_height(wrap(ylabel, WIDTH - 2 * MARGIN, TEXT), TEXT) + OVER + 0.04
    page, top = new_page(title, key + over + height + AXIS)
    draw_key(page, entries, MARGIN, top, WIDTH - 2 * MARGIN)
    return page, top + key + over


def name_axes(
    axes: Axes, xlabel: str, ylabel: str, height: float, over: float = OVER, span: float = SPAN
) -> None:
    """Name both axes: x under the middle, y over the upper left corner, where it reads easily."""
    axes.set_xlabel(wrap(xlabel, span, TEXT))
    axes.set_ylabel(wrap(ylabel, WIDTH - 2 * MARGIN, TEXT), rotation=0, ha="left", va="bottom")
    axes.yaxis.set_label_coords(-(LEFT - MARGIN) / span, 1 + over / height)
    axes.spines[:].set_visible(False)
    axes.tick_params(axis="y", length=3)


def draw_regions(
    axes: Axes,
    codes: IntArray,
    styles: dict[int, LabelStyle],
    x_edges: FloatArray,
    y_edges: FloatArray,
) -> None:
    """Fill the regions, one box a stretch of equal cells in a row, and draw their borders."""
    for code, style in styles.items():
        path = boxes_path(np.maximum(codes, -1), code, x_edges, y_edges)
        axes.add_patch(PathPatch(path, facecolor=style.colour, edgecolor=style.colour, lw=0.4))
    axes.add_collection(
        LineCollection(
            borders(codes, x_edges, y_edges), color=INK, linewidth=0.8, capstyle="projecting"
        )
    )


def borders(
    codes: IntArray, x_edges: FloatArray, y_edges: FloatArray
) -> list[list[tuple[float, float]]]:
    """Return the straight pieces of the borders between different regions, as long as they go.

    >>> borders(np.array([[0, 1], [0, 1]]), np.arange(3.0), np.arange(3.0))
    [[(1.0, 0.0), (1.0, 2.0)]]
    """
    upright = [
        [(float(x_edges[column + 1]), float(y_edges[end])) for end in (start, stop)]
        for column, line in enumerate((codes[:, 1:] != codes[:, :-1]).T)
        for start, stop, differs in runs(line.tolist())
        if differs
    ]
    level = [
        [(float(x_edges[end]), float(y_edges[row + 1])) for end in (start, stop)]
        for row, line in enumerate(codes[1:] != codes[:-1])
        for start, stop, differs in runs(line.tolist())
        if differs
    ]
    return upright + level


def draw_names(axes: Axes, names: Sequence[AreaName]) -> None:
    """Write the names of regions."""
    for name in names:
        axes.text(
            name.x / SPAN,
            1 - name.y / TALL,
            name.text,
            transform=axes.transAxes,
            fontsize=TEXT,
            color=name.ink,
            ha="center",
            va="center",
            linespacing=LEADING / 1.2,
        )
