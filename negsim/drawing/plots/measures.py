"""Countermeasures side by side: what is left of a party's delay, and who gains or loses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from negsim.drawing.plots.bars import bar_page, short
from negsim.drawing.plots.page import limits, plain, table
from negsim.drawing.style import INK, MEASURE, PAPER, SOFT, TEXT, styled

KEY = "filled: committed to; open: the mediator may decide each time; dashed: no measure"


@styled
def measure_dots(
    names: Sequence[str],
    committed: npt.ArrayLike,
    uncommitted: npt.ArrayLike,
    plain_delay: float,
    *,
    title: str,
    unit: str,
) -> Figure:
    """Draw the value of delay under each measure: filled if committed to, open if not.

    Parameters
    ----------
    names
        The k measures, from top to bottom.
    committed, uncommitted
        Shape (k,), the value of delay; NaN draws no dot.
    plain_delay
        The value of delay without a measure, a dashed line.
    title, unit
        The finding as a sentence; what the axis measures.

    Raises
    ------
    UsageError
        If the lengths do not agree or there is nothing to draw.

    Examples
    --------
    >>> figure = measure_dots(["hazard"], [-0.5], [1.0], 1.2, title="", unit="weeks")
    >>> [text.get_text() for text in figure.axes[-1].texts]
    ['\N{MINUS SIGN}0.5']
    """
    bound = table("committed", committed, (len(names),))
    free = table("uncommitted", uncommitted, (len(names),))
    page, axes, rows, _ = bar_page([plain(name) for name in names], title, 0.4, 0.75)
    values = np.array([*bound, *free, plain_delay, 0.0])
    low, high = limits(values)
    axes.set_xlim(low - 0.07 * (high - low), high + 0.07 * (high - low))
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.axvline(plain_delay, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
    for row, left, right in zip(rows, bound, free, strict=True):
        axes.plot([left, right], [row, row], color=SOFT, linewidth=0.8, zorder=0.5)
    axes.plot(free, rows, "o", ms=7, color=PAPER, mec=MEASURE, mew=1.4)
    axes.plot(bound, rows, "o", ms=7, color=MEASURE)
    for row, left, right in zip(rows, bound, free, strict=True):
        if np.isfinite(left):
            write_outside(axes, left, row, before=bool(left <= right))
    axes.set_xlabel(f"{plain(unit)}\n{KEY}", linespacing=1.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    return page.figure


def write_outside(axes: Axes, x: float, row: float, *, before: bool) -> None:
    """Write a number beside its dot, before or after it."""
    axes.annotate(
        short(x),
        (x, row),
        xytext=(-8 if before else 8, 0),
        textcoords="offset points",
        ha="right" if before else "left",
        va="center",
        fontsize=TEXT,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.0},
    )
