"""A page measured in inches: where text goes is worked out before anything is drawn.

Text is measured with the font that is drawn, so columns are as wide as their longest line and
labels that would touch are moved apart. Nothing is left to automatic layout.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from scipy.optimize import isotonic_regression

from negsim.arrays import FloatArray
from negsim.drawing.style import HEADLINE, INK, PAPER, SMALL
from negsim.errors import UsageError

WIDTH = 7.2
MARGIN = 0.12
LEADING = 1.28
"""Distance of lines, in font sizes."""


@dataclass(frozen=True, slots=True)
class Page:
    """A figure placed in inches from its top left corner.

    ``sheet`` covers the whole figure with those coordinates, for text and lines outside the axes.
    """

    figure: Figure
    sheet: Axes

    @property
    def height(self) -> float:
        """Return the height in inches."""
        return float(self.figure.get_size_inches()[1])

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return new axes with their upper left corner at (left, top)."""
        whole = self.height
        box = (left / WIDTH, 1 - (top + height) / whole, width / WIDTH, height / whole)
        return self.figure.add_axes(box)

    def write(self, x: float, y: float, text: str, size: float = SMALL, **look: Any) -> Text:
        """Write text with its left middle at (x, y), unless told otherwise."""
        look = {"ha": "left", "va": "center", "linespacing": LEADING / 1.2, **look}
        return self.sheet.text(x, y, text, fontsize=size, **look)


def new_page(title: str, body: float) -> tuple[Page, float]:
    """Return a page with its title written, and where the body of the given height begins."""
    headline = wrap(title, WIDTH - 2 * MARGIN, HEADLINE, "bold")
    top = MARGIN + text_height(headline, HEADLINE) + 0.14 if headline else MARGIN
    height = top + body + MARGIN
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    figure.suptitle(
        headline,
        x=MARGIN / WIDTH,
        y=1 - MARGIN / height,
        ha="left",
        va="top",
        fontsize=HEADLINE,
        fontweight="bold",
        color=INK,
        linespacing=LEADING / 1.2,
    )
    sheet = figure.add_axes((0, 0, 1, 1), zorder=5, label="sheet")
    sheet.set_axis_off()
    sheet.set_xlim(0, WIDTH)
    sheet.set_ylim(height, 0)
    return Page(figure, sheet), top


def plain(text: str) -> str:
    r"""Return text on one line, without characters that cannot be shown.

    >>> plain("Aid\n cutoff\x07")
    'Aid cutoff'
    """
    spaced = " ".join(str(text).split())
    return "".join(letter for letter in spaced if letter.isprintable())


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width in inches of the longest line of a text."""
    font = FontProperties(size=size, weight=weight)
    lines = text.split("\n")
    return max(text_to_path.get_text_width_height_descent(s, font, False)[0] for s in lines) / 72


def text_height(text: str, size: float) -> float:
    """Return the height in inches of a text of one or more lines."""
    return (text.count("\n") * LEADING + 1.15) * size / 72


def wrap(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Break a text into lines no wider than ``width`` inches, only after a "+" where that does."""

    def fits(line: str) -> bool:
        return text_width(line, size, weight) <= width

    pieces = pieces_of(text)
    if not all(fits(piece) for piece in pieces):
        pieces = [
            part for word in plain(text).split() for part in broken(word, width, size, weight)
        ]
    lines: list[str] = []
    for piece in pieces:
        if lines and fits(f"{lines[-1]} {piece}"):
            lines[-1] = f"{lines[-1]} {piece}"
        else:
            lines.append(piece)
    return "\n".join(lines)


def pieces_of(text: str) -> list[str]:
    """Return the parts of a text that end in a "+".

    >>> pieces_of("Energy truce + Aid cutoff")
    ['Energy truce +', 'Aid cutoff']
    """
    return plain(text).replace(" + ", " +\0").split("\0")


def balanced(text: str, width: float, size: float) -> str:
    """Break a text as :func:`wrap` does, into as many lines, but of lengths as equal as can be."""
    best = wrap(text, width, size)
    longest = text_width("\n".join(pieces_of(text)), size)
    least = longest if longest <= width else 0.0
    count = best.count("\n")
    for part in range(1, 12 * (count > 0)):
        narrower = wrap(text, max(least, width * (1 - part / 12)), size)
        if narrower.count("\n") > count:
            break
        best = narrower
    return best


def broken(word: str, width: float, size: float, weight: str) -> Iterable[str]:
    """Break a word into parts no wider than ``width`` inches, of one letter at least."""
    if text_width(word, size, weight) <= width:
        yield word
        return
    start = 0
    for stop in range(1, len(word) + 1):
        if stop == len(word) or text_width(word[start : stop + 1], size, weight) > width:
            yield word[start:stop]
            start = stop


def shortened(text: str, width: float, size: float) -> str:
    """Return a text on one line no wider than ``width`` inches, its end replaced by "…"."""
    text = plain(text)
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1].rstrip()
    return f"{text}…"


def spread(
    wishes: Sequence[float] | FloatArray,
    heights: Sequence[float] | FloatArray,
    low: float,
    high: float,
) -> FloatArray:
    """Return centres near the wished ones at which labels of the given heights do not overlap.

    The centres keep the order of the wishes, differ from them by least squares, and stay within
    [low, high]; labels too high together for that run over ``low``.

    >>> spread([1.0, 1.0, 3.0], [0.5, 0.5, 0.5], 0.0, 4.0)
    array([0.75, 1.25, 3.  ])
    """
    wished, sizes = np.asarray(wishes, dtype=float), np.asarray(heights, dtype=float)
    if not len(wished):
        return wished
    order = np.argsort(wished, kind="stable")
    steps = (sizes[order][1:] + sizes[order][:-1]) / 2
    stacked = np.concatenate([[0.0], np.cumsum(steps)])
    free = isotonic_regression(wished[order] - stacked).x
    lowest = low + sizes[order[0]] / 2
    highest = high - sizes[order[-1]] / 2 - stacked[-1]
    centres = np.empty(len(wished))
    centres[order] = np.minimum(np.maximum(free, lowest), highest) + stacked
    return centres


def table(
    name: str, values: npt.ArrayLike, shape: tuple[int, ...], dtype: type = float
) -> npt.NDArray[Any]:
    """Return values as an array of a shape.

    Raises
    ------
    UsageError
        If they have another shape.
    """
    array: npt.NDArray[Any] = np.asarray(values, dtype=dtype)
    if array.shape != shape:
        raise UsageError(f"{name}: expected an array of shape {shape}, got {array.shape}")
    return array


def runs(values: Sequence[Any] | npt.NDArray[Any]) -> list[tuple[int, int, Any]]:
    """Return (start, stop, value) of each stretch of equal neighbours.

    >>> runs(["no", "no", "yes"])
    [(0, 2, 'no'), (2, 3, 'yes')]
    """
    found: list[tuple[int, int, Any]] = []
    start = 0
    for value, stretch in itertools.groupby(values):
        stop = start + sum(1 for _ in stretch)
        found.append((start, stop, value))
        start = stop
    return found


def boxes_path(
    codes: npt.NDArray[Any], code: Any, x_edges: FloatArray, y_edges: FloatArray
) -> Path:
    """Return the cells of an array (rows along y) that equal a code, as one path of boxes.

    >>> boxes_path(np.array([["no", "no"]]), "no", np.arange(3.0), np.arange(2.0)).get_extents()
    Bbox([[0.0, 0.0], [2.0, 1.0]])
    """
    boxes = [
        [(x_edges[x], y_edges[y]) for x, y in corners]
        for row, line in enumerate(codes)
        for start, stop, found in runs(line.tolist())
        if found == code
        for corners in [[(start, row), (stop, row), (stop, row + 1), (start, row + 1)]]
    ]
    return Path.make_compound_path_from_polys(np.array(boxes, dtype=float).reshape(-1, 4, 2))


def edges(centres: FloatArray) -> FloatArray:
    """Return the borders of the cells around increasing centres, half a step beyond the ends.

    >>> edges(np.array([0.0, 1.0, 3.0]))
    array([-0.5,  0.5,  2. ,  4. ])
    """
    if len(centres) == 1:
        return np.array([centres[0] - 0.5, centres[0] + 0.5])
    middles = (centres[1:] + centres[:-1]) / 2
    first = centres[0] - (middles[0] - centres[0])
    last = centres[-1] + (centres[-1] - middles[-1])
    return np.concatenate([[first], middles, [last]])


def limits(values: FloatArray) -> tuple[float, float]:
    """Return the limits of an axis that shows the values and zero with some room.

    >>> limits(np.array([0.0, 10.0]))
    (-0.6, 10.6)
    >>> limits(np.array([np.nan]))
    (-1.0, 1.0)
    """
    known = np.append(values[np.isfinite(values)], 0.0)
    low, high = float(known.min()), float(known.max())
    if low == high:
        return -1.0, 1.0
    room = 0.06 * (high - low)
    return low - room, high + room


def round_ticks(rounds: Sequence[int] | FloatArray) -> list[int]:
    """Return whole rounds to be marked, the first among them, at most about fifteen.

    >>> round_ticks(range(1, 27))
    [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25]
    >>> round_ticks(range(1, 53))
    [1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50]
    """
    first, last = int(rounds[0]), int(rounds[-1])
    ladder = [step * 10**power for power in range(9) for step in (1, 2, 5)]
    step = next(step for step in ladder if last - first <= 14 * step)
    if step <= 2:
        return list(range(first, last + 1, step))
    nearest = first + step // 2
    return [first, *(tick for tick in range(0, last + 1, step) if tick > nearest)]


def backed(**look: Any) -> dict[str, Any]:
    """Return the look of text that must be read on top of something: a pale plate behind it."""
    plate = {"facecolor": PAPER, "alpha": 0.82, "edgecolor": "none", "boxstyle": "round,pad=0.18"}
    return {"bbox": plate, **look}
