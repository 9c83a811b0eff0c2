"""Populations of strategies: shares over time, and the phase plot of three of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negsim.arrays import FloatArray
from negsim.drawing.plots.page import MARGIN, WIDTH, Page, new_page, plain, shortened, spread, table
from negsim.drawing.style import INK, LINE, MEASURE, SERIES, SMALL, SOFT, TINT, styled
from negsim.drawing.words import percent
from negsim.errors import UsageError

PANEL = 1.9
NAMES = 2.1
NAMED = 7
"""Most strategies with a colour of their own; the rest are grey."""

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])


@styled
def population_shares(
    panels: Mapping[str, tuple[Sequence[str], npt.ArrayLike]], *, title: str, xlabel: str
) -> Figure:
    """Draw the shares of strategies over time, one panel a population or dynamic.

    Parameters
    ----------
    panels
        For each heading the names of N strategies and their shares (T, N).
    title, xlabel
        The finding as a sentence; what a step of time is.

    Raises
    ------
    UsageError
        If there is no panel, or names and shares do not agree.

    Examples
    --------
    >>> panels = {"Row": (["a", "b"], [[0.5, 0.5], [1, 0]])}
    >>> figure = population_shares(panels, title="", xlabel="t")
    >>> [text.get_text() for text in figure.axes[0].texts if "a" == text.get_text()[:1]]
    ['a 100 %']
    """
    if not panels:
        raise UsageError(f'figure "{title}": nothing to draw')
    page, top = new_page(title, len(panels) * (PANEL + 0.5) + 0.3)
    left = 0.62
    for place, (heading, (names, shares)) in enumerate(panels.items()):
        path = np.asarray(shares, dtype=float)
        path = table(heading, path, (len(path), len(names)))
        page.write(MARGIN, top + 0.1, plain(heading), color=SOFT)
        axes = page.axes(left, top + 0.26, WIDTH - left - NAMES - 0.16, PANEL)
        draw_shares(page, axes, list(names), path, top + 0.26)
        if place == len(panels) - 1:
            axes.set_xlabel(plain(xlabel))
        else:
            axes.tick_params(axis="x", labelbottom=False)
        top += PANEL + 0.5
    return page.figure


def draw_shares(page: Page, axes: Axes, names: list[str], path: FloatArray, top: float) -> None:
    """Draw the shares as lines, those that end largest in colour and named at the right."""
    order = np.argsort(-path[-1], kind="stable")
    for rank in range(len(order) - 1, -1, -1):
        colour = SERIES[rank] if rank < min(NAMED, len(SERIES)) else LINE
        axes.plot(path[:, order[rank]], color=colour, linewidth=1.8 if rank < NAMED else 1.0)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], labels=["0", "50 %", "100 %"], fontsize=SMALL)
    axes.set_xlim(0, len(path) - 1)
    axes.grid(axis="y")
    shown = order[: min(NAMED, len(SERIES), len(order))]
    wishes = [top + PANEL * (1 - path[-1, place]) for place in shown]
    heights = np.full(len(shown), 0.2)
    x = WIDTH - NAMES - 0.08
    for rank, (place, y) in enumerate(
        zip(shown, spread(wishes, heights, top, top + PANEL), strict=True)
    ):
        page.sheet.plot([x], [y], "s", color=SERIES[rank], ms=6)
        text = f"{plain(names[place])} {percent(float(path[-1, place]))}"
        page.write(x + 0.12, y, shortened(text, NAMES - 0.2, SMALL))


@styled
def simplex(
    paths: Sequence[npt.ArrayLike], names: Sequence[str], *, title: str, note: str = ""
) -> Figure:
    """Draw the phase plot of three strategies: paths of shares in a triangle.

    Parameters
    ----------
    paths
        Each (T, 3): shares over time; an arrow marks the way, a dot the last point.
    names
        Three names, at the corners where a strategy has the population to itself.
    title, note
        The finding as a sentence; how the paths were made.

    Raises
    ------
    UsageError
        If there are not three strategies or no path.

    Examples
    --------
    >>> figure = simplex([[[0.2, 0.3, 0.5], [0.0, 0.0, 1.0]]], ["a", "b", "c"], title="c takes all")
    >>> len(figure.axes)
    2
    """
    if len(names) != 3 or not len(paths):
        raise UsageError(f"phase plot: expected three strategies and a path, got {len(names)}")
    side = 4.4
    page, top = new_page(title, side * np.sqrt(0.75) + 0.85)
    left = (WIDTH - side) / 2
    axes = page.axes(left, top + 0.28, side, side * np.sqrt(0.75))
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, np.sqrt(0.75) + 0.02)
    axes.set_axis_off()
    axes.fill(*CORNERS.T, facecolor=TINT, edgecolor=SOFT, linewidth=1.0)
    for path in paths:
        shares = np.asarray(path, dtype=float)
        draw_path(axes, table("path", shares, (len(shares), 3)) @ CORNERS)
    bottom = top + 0.28 + side * np.sqrt(0.75)
    room = 2 * (left - MARGIN) - 0.2
    corners = [(left, bottom + 0.12), (left + side, bottom + 0.12), (WIDTH / 2, top + 0.16)]
    for name, (x, y) in zip(names, corners, strict=True):
        page.write(x, y, shortened(f"all {plain(name)}", room, SMALL), ha="center")
    page.write(WIDTH / 2, bottom + 0.38, plain(note), ha="center", color=SOFT)
    return page.figure


def draw_path(axes: Axes, points: FloatArray) -> None:
    """Draw one path with an arrow a third along it and a dot at its end."""
    axes.plot(*points.T, color=MEASURE, linewidth=1.1)
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    axes.plot(*points[-1], "o", color=INK, ms=5, zorder=3)
    if lengths[-1] < 0.03:
        return
    at = max(1, min(int(np.searchsorted(lengths, lengths[-1] / 3)), len(points) - 1))
    step = points[at] - points[at - 1]
    if np.hypot(*step) > 0:
        ahead = points[at] + step / np.hypot(*step) * 1e-3
        axes.annotate(
            "",
            ahead,
            points[at],
            arrowprops={"arrowstyle": "-|>", "color": MEASURE, "lw": 0, "mutation_scale": 9},
        )
