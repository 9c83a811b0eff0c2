"""Tipping curves: the border of a conclusion in two numbers, as it was followed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from negsim.drawing.plots.landmarks import Landmarks, Range
from negsim.drawing.plots.phase import LEFT, SPAN, TALL, axes_page, name_axes
from negsim.drawing.style import MEASURE, styled
from negsim.errors import UsageError


@styled
def tipping_curve(
    curves: Sequence[npt.ArrayLike],
    *,
    x_limits: Range,
    y_limits: Range,
    xlabel: str,
    ylabel: str,
    title: str,
    base: Range | None = None,
    x_range: Range | None = None,
    y_range: Range | None = None,
    joined: bool = True,
) -> Figure:
    """Draw the borders of a conclusion in two numbers, with the base case and its uncertainty.

    Parameters
    ----------
    curves
        Each of shape (points, 2), in order along the border.
    x_limits, y_limits
        The ends of the axes.
    xlabel, ylabel, title
        What the axes are, with units; the finding as a sentence.
    base, x_range, y_range
        As in :func:`phase_diagram`.
    joined
        Whether neighbouring points are joined; not for numbers that take whole values.

    Raises
    ------
    UsageError
        If a curve has another shape or limits are empty.

    Examples
    --------
    >>> figure = tipping_curve(
    ...     [[[0, 1], [1, 0]]], x_limits=(0, 1), y_limits=(0, 1), xlabel="x", ylabel="y", title=""
    ... )
    >>> figure.axes[1].lines[0].get_xdata()
    array([0., 1.])
    """
    if not (x_limits[0] < x_limits[1] and y_limits[0] < y_limits[1]):
        raise UsageError("limits of a curve's axes: expected LO below HI")
    lines = [np.asarray(curve, dtype=float) for curve in curves]
    for line in lines:
        if line.ndim != 2 or line.shape[1] != 2:
            raise UsageError(f"a curve of shape {line.shape}, expected (points, 2)")
    edges = np.array(x_limits, dtype=float), np.array(y_limits, dtype=float)
    marks = Landmarks(*edges, SPAN, TALL, base, x_range, y_range)
    page, top = axes_page(title, ylabel, marks.entries(), TALL)
    axes = page.axes(LEFT, top, SPAN, TALL)
    axes.set_xlim(*x_limits)
    axes.set_ylim(*y_limits)
    axes.grid()
    for line in lines:
        alone = not joined or len(line) == 1
        axes.plot(line[:, 0], line[:, 1], "o" if alone else "-", color=MEASURE, ms=4, clip_on=False)
    marks.draw(axes)
    name_axes(axes, xlabel, ylabel, TALL)
    return page.figure
