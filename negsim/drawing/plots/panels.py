"""Panels of measured values against numbers: a row a measure, a column a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from negsim.arrays import FloatArray
from negsim.drawing.plots.page import (
    MARGIN,
    WIDTH,
    balanced,
    new_page,
    plain,
    table,
    text_height,
)
from negsim.drawing.style import INK, LOSS, MEASURE, SMALL, SOFT, styled
from negsim.errors import UsageError

NAMES = 1.25
"""Width of the column of the measures' names."""
TICKS = 0.55
"""Room for the numbers along a row, and between columns."""
BETWEEN = 0.22
HIGH = 1.15
MOST_DOTS = 1500
BINS = 12
FEWEST_IN_BIN = 16


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure: its name, its values (points,), its unit, and words for whole values if any."""

    name: str
    values: FloatArray
    unit: str
    words: Mapping[int, str]


@styled
def measure_panels(
    numbers: Mapping[str, npt.ArrayLike],
    rows: Sequence[MeasureRow],
    *,
    title: str,
    base: Sequence[float | None] = (),
) -> Figure:
    """Draw every measure against every number, a dot a point; a line joins the dots of one number.

    With several numbers a line through each cloud gives the mean in slices of equally many points:
    what moves it is the number, since the others vary alike in every slice.

    Parameters
    ----------
    numbers
        for each number its values, shape (points,).
    rows
        the measures, drawn from top to bottom; values that are not finite are left out.
    base
        each number's value in the base case, marked where it is known.

    Raises
    ------
    UsageError
        If there is no number or measure, or values are not of one length.

    Examples
    --------
    >>> row = MeasureRow("delay", np.array([1.0, 2.0]), "payoff", {})
    >>> figure = measure_panels({"front speed": [0, 1]}, [row], title="Delay grows")
    >>> figure.axes[1].lines[0].get_ydata()
    array([1., 2.])
    """
    if not numbers or not rows:
        raise UsageError(f'figure "{title}": nothing to draw')
    size = len(np.asarray(next(iter(numbers.values()))))
    columns = [table(name, values, (size,)) for name, values in numbers.items()]
    wide = (WIDTH - MARGIN - NAMES - TICKS - MARGIN - BETWEEN * (len(columns) - 1)) / len(columns)
    names = [balanced(name, wide + 0.1, SMALL) for name in numbers]
    under = 0.3 + max(text_height(name, SMALL) for name in names)
    page, top = new_page(title, len(rows) * (HIGH + BETWEEN) - BETWEEN + under)
    for k, row in enumerate(rows):
        heading = balanced(f"{plain(row.name)} ({row.unit})", NAMES, SMALL)
        above = top + k * (HIGH + BETWEEN)
        page.write(MARGIN, above + HIGH / 2, heading)
        for place, column in enumerate(columns):
            left = MARGIN + NAMES + TICKS + place * (wide + BETWEEN)
            axes = page.axes(left, above, wide, HIGH)
            values = table(row.name, row.values, (size,))
            draw_cloud(axes, column, values, joined=len(columns) == 1, mean=not row.words)
            dress(axes, row, values, first=place == 0, last=k == len(rows) - 1)
            axes.xaxis.set_major_locator(MaxNLocator(2 if len(columns) > 1 else 6))
            mark(axes, base[place] if base else None)
    foot = top + len(rows) * (HIGH + BETWEEN) - BETWEEN + 0.28
    for place, name in enumerate(names):
        middle = MARGIN + NAMES + TICKS + place * (wide + BETWEEN) + wide / 2
        page.write(middle, foot, name, ha="center", va="top")
    notes = ["dashed: base case"] if any(value is not None for value in base) else []
    notes += ["line: mean in slices"] if len(columns) > 1 else []
    page.write(MARGIN, foot, "\n".join(notes), SMALL - 1, va="top", color=SOFT)
    return page.figure


def draw_cloud(
    axes: Axes, across: FloatArray, values: FloatArray, joined: bool, mean: bool
) -> None:
    """Draw the dots, thinned if there are many, and the line that joins them or their means."""
    known = np.isfinite(values)
    x, y = across[known], values[known]
    order = np.argsort(x, kind="stable")
    if joined:
        axes.plot(x[order], y[order], color=MEASURE, marker="o", ms=2.5, linewidth=1.2 * mean)
    else:
        thin = slice(None, None, max(1, len(x) // MOST_DOTS))
        axes.plot(x[thin], y[thin], ".", color=MEASURE, alpha=0.35, ms=3, mew=0)
        if mean:
            axes.plot(*slice_means(x[order], y[order]), color=LOSS, linewidth=1.6)
    axes.margins(0.04)


def slice_means(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the means of x and y in slices of equally many points, x increasing.

    A number that has few values, as those that are whole, has a slice for each of them.

    >>> slice_means(np.arange(32.0), np.ones(32))
    (array([ 7.5, 23.5]), array([1., 1.]))
    >>> slice_means(np.array([0.0, 0.0, 1.0, 1.0]), np.array([1.0, 3.0, 5.0, 5.0]))
    (array([0., 1.]), array([2., 5.]))
    """
    steps, places = np.unique(x, return_inverse=True)
    if 1 < len(steps) <= min(BINS, len(x) // 2):
        return steps, np.bincount(places, y) / np.bincount(places)
    parts = min(BINS, len(x) // FEWEST_IN_BIN)
    if parts < 2:
        return np.empty(0), np.empty(0)
    cut = list(zip(np.array_split(x, parts), np.array_split(y, parts), strict=True))
    return np.array([part.mean() for part, _ in cut]), np.array([part.mean() for _, part in cut])


def dress(axes: Axes, row: MeasureRow, values: FloatArray, first: bool, last: bool) -> None:
    """Set limits and ticks; numbers stand at the first column and the last row only."""
    known = values[np.isfinite(values)]
    if known.size and known.min() == known.max():
        axes.set_ylim(known[0] - 0.5, known[0] + 0.5)
    if row.words:
        codes = sorted(row.words)
        axes.set_ylim(codes[0] - 0.5, codes[-1] + 0.5)
        axes.set_yticks(codes, labels=[row.words[code] for code in codes], fontsize=SMALL - 1)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    axes.grid(axis="y")
    axes.tick_params(labelleft=first, labelbottom=last)
    axes.spines["left"].set_color(SOFT)


def mark(axes: Axes, base: float | None) -> None:
    """Mark the base case by a dashed line, where it is in sight."""
    low, high = axes.get_xlim()
    if base is not None and low <= base <= high:
        axes.axvline(base, color=INK, linewidth=0.9, linestyle=(0, (3, 2)))
