"""Lines over one number: what a few policies or measures come to, each named in the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negsim.arrays import FloatArray
from negsim.drawing.plots.key import KeyEntry, draw_key, key_height
from negsim.drawing.plots.page import MARGIN, WIDTH, backed, new_page, plain, table
from negsim.drawing.style import SERIES, SMALL, SOFT, styled
from negsim.errors import UsageError

HIGH = 3.4
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@styled
def lines(
    series: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    points: Mapping[str, Sequence[str]] | None = None,
) -> Figure:
    """Draw lines with markers.

    Parameters
    ----------
    series
        For each name its x and y, shape (N,).
    title, xlabel, ylabel
        The finding as a sentence; what is across and up, with units.
    points
        For some names a text for each of their points, empty for those not to be named.

    Raises
    ------
    UsageError
        If there is nothing to draw, or lengths do not agree.

    Examples
    --------
    >>> figure = lines({"a": ([1, 2], [3, 4])}, title="", xlabel="x", ylabel="y")
    >>> figure.axes[1].get_xlabel()
    'x'
    """
    if not series or len(series) > len(SERIES):
        raise UsageError(f'figure "{title}": expected 1 to {len(SERIES)} lines, got {len(series)}')
    entries = [
        KeyEntry(plain(name), SERIES[place], marker=MARKERS[place])
        for place, name in enumerate(series)
    ]
    key = key_height(entries, WIDTH - 2 * MARGIN) + 0.3
    page, top = new_page(title, key + HIGH + 0.5)
    draw_key(page, entries, MARGIN, top, WIDTH - 2 * MARGIN)
    page.write(MARGIN, top + key - 0.12, plain(ylabel), color=SOFT)
    axes = page.axes(0.62, top + key, WIDTH - 0.62 - 0.25, HIGH)
    for place, (name, (x, y)) in enumerate(series.items()):
        across = np.asarray(x, dtype=float)
        up = table(name, y, (len(across),))
        axes.plot(across, up, marker=MARKERS[place], ms=5, color=SERIES[place])
        write_points(axes, across, up, (points or {}).get(name, ()))
    axes.set_xlabel(plain(xlabel))
    axes.grid(axis="y")
    axes.margins(0.06, 0.08)
    return page.figure


def write_points(axes: Axes, across: FloatArray, up: FloatArray, texts: Sequence[str]) -> None:
    """Write a text beside each point that has one."""
    for x, y, text in zip(across, up, texts, strict=False):
        if text:
            axes.annotate(
                plain(text),
                (x, y),
                xytext=(6, 7),
                textcoords="offset points",
                fontsize=SMALL,
                **backed(),
            )
