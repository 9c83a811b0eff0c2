"""A cross table of payoffs as a heat map: every strategy of one role against every other's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from negsim.arrays import FloatArray
from negsim.drawing.plots.key import KeyEntry, draw_key, key_height
from negsim.drawing.plots.page import (
    MARGIN,
    WIDTH,
    new_page,
    plain,
    shortened,
    table,
    text_width,
)
from negsim.drawing.style import INK, LINE, PAPER, SMALL, SOFT, TINY, styled
from negsim.errors import UsageError

LOW, MIDDLE, HIGH = "#f6e3b4", "#7fb3d5", "#123a66"
NAMES = 1.7
TALL = 1.9
ROW = 0.24
ROOM = 0.3
"""Least width in inches of a cell that holds its number."""


@styled
def cross_table(
    values: npt.ArrayLike,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str,
    row_title: str,
    column_title: str,
    unit: str,
) -> Figure:
    """Draw a heat map with the number in each cell where it fits.

    Parameters
    ----------
    values
        (rows, columns) payoffs, NaN where a pairing was not played.
    rows, columns
        The names of the strategies.
    title, row_title, column_title, unit
        The finding as a sentence; whose strategies rows and columns are; what is shown.

    Raises
    ------
    UsageError
        If the shapes do not agree or nothing was played.

    Examples
    --------
    >>> figure = cross_table(
    ...     [[3, 0], [5, 1]], ["C", "D"], ["C", "D"],
    ...     title="", row_title="Row", column_title="Column", unit="payoff",
    ... )
    >>> [text.get_text() for text in figure.axes[1].texts]
    ['3', '0', '5', '1']
    """
    cells = table("values", values, (len(rows), len(columns)))
    known = cells[np.isfinite(cells)]
    if not known.size:
        raise UsageError(f'figure "{title}": no pairing was played')
    names = [shortened(name, NAMES, SMALL) for name in rows]
    heads = [shortened(name, TALL, SMALL) for name in columns]
    left = MARGIN + max(text_width(name, SMALL) for name in names) + 0.12
    width = WIDTH - left - MARGIN
    longest = max(text_width(head, SMALL) for head in heads)
    upright = longest + 0.1 <= width / len(columns)
    tall = 0.24 if upright else longest + 0.12
    entries = entries_of(known, plain(unit), missing=len(known) < cells.size)
    key = key_height(entries, WIDTH - 2 * MARGIN) + 0.1
    page, top = new_page(title, key + 0.2 + tall + ROW * len(rows))
    draw_key(page, entries, MARGIN, top, WIDTH - 2 * MARGIN)
    top += key
    page.write(left, top + 0.06, f"{plain(column_title)} plays", color=SOFT)
    page.write(MARGIN, top + 0.2 + tall - 0.1, f"{plain(row_title)} plays", color=SOFT)
    axes = page.axes(left, top + 0.2 + tall, width, ROW * len(rows))
    draw_cells(axes, cells, width / len(columns))
    axes.set_yticks(np.arange(len(rows)), labels=names, fontsize=SMALL)
    axes.xaxis.tick_top()
    axes.set_xticks(
        np.arange(len(columns)), labels=heads, fontsize=SMALL, rotation=0 if upright else 90
    )
    axes.tick_params(length=0)
    return page.figure


def ramp() -> LinearSegmentedColormap:
    """Return the colours from the least payoff to the largest, light to dark."""
    return LinearSegmentedColormap.from_list("payoff", [LOW, MIDDLE, HIGH])


def entries_of(known: FloatArray, unit: str, *, missing: bool) -> list[KeyEntry]:
    """Return the key: the least, middle and largest payoff, and what was not played."""
    low, high, places = float(known.min()), float(known.max()), decimals(known)
    steps = [(low, LOW), ((low + high) / 2, MIDDLE), (high, HIGH)]
    entries = [KeyEntry(f"{unit} {number(value, places)}", colour) for value, colour in steps]
    if high == low:
        entries = entries[:1]
    return [*entries, KeyEntry("not played", PAPER, framed=True)] if missing else entries


def decimals(values: FloatArray) -> int:
    """Return how many decimals tell some numbers apart, 0 if all are whole.

    >>> decimals(np.array([34.5, 20.25])), decimals(np.array([3.0, 5.0]))
    (1, 0)
    """
    if (values == np.round(values)).all():
        return 0
    span = float(np.ptp(values))
    return 0 if span >= 200 else 1 if span >= 10 else 2


def number(value: float, places: int) -> str:
    """Return a number with some decimals.

    >>> number(34.5, 1), number(-0.001, 1)
    ('34.5', '0.0')
    """
    text = f"{value:.{places}f}"
    return text.lstrip("-") if not float(text) else text.replace("-", "\N{MINUS SIGN}")


def draw_cells(axes: Axes, cells: FloatArray, wide: float) -> None:
    """Draw the cells and, where they are wide enough, their numbers."""
    low, high = float(np.nanmin(cells)), float(np.nanmax(cells))
    span, places = high - low, decimals(cells[np.isfinite(cells)])
    axes.set_facecolor(PAPER)
    axes.imshow(
        np.ma.masked_invalid(cells),
        cmap=ramp(),
        vmin=low,
        vmax=high if span else low + 1,
        aspect="auto",
        interpolation="nearest",
    )
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(1, cells.shape[1]) - 0.5, minor=True)
    axes.set_yticks(np.arange(1, cells.shape[0]) - 0.5, minor=True)
    axes.grid(which="minor", color=PAPER, linewidth=0.8)
    axes.tick_params(which="minor", length=0)
    for (row, column), value in np.ndenumerate(cells):
        if not np.isfinite(value):
            axes.text(column, row, "-", fontsize=TINY, ha="center", va="center", color=SOFT)
        elif wide >= ROOM:
            dark = span > 0 and (value - low) / span > 0.6
            axes.text(
                column,
                row,
                number(float(value), places),
                fontsize=TINY,
                ha="center",
                va="center",
                color=PAPER if dark else INK,
            )
    axes.axhline(-0.5, color=LINE, linewidth=0.5)
