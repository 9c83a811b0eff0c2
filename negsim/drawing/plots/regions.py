"""Where the name of a region fits inside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.ndimage import distance_transform_edt

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.drawing.plots.page import balanced, text_height, text_width
from negsim.drawing.style import TEXT

PIXEL = 0.03
"""Size in inches of the squares on which room is looked for."""
CLEAR = 0.08
"""Room in inches left around a name."""

Box = tuple[float, float, float, float]
"""Left, right, top, bottom, in inches from the upper left corner of the axes."""


def raster(
    codes: IntArray, x_edges: FloatArray, y_edges: FloatArray, width: float, height: float
) -> IntArray:
    """Return the codes, shape (y, x), on square pixels of axes with y upward; first row on top."""
    across = x_edges[0] + (np.arange(int(width / PIXEL)) + 0.5) * PIXEL / width * np.ptp(x_edges)
    down = y_edges[-1] - (np.arange(int(height / PIXEL)) + 0.5) * PIXEL / height * np.ptp(y_edges)
    columns = np.clip(np.searchsorted(x_edges, across) - 1, 0, codes.shape[1] - 1)
    rows = np.clip(np.searchsorted(y_edges, down) - 1, 0, codes.shape[0] - 1)
    return codes[np.ix_(rows, columns)]


def block(free: BoolArray, boxes: Iterable[Box]) -> BoolArray:
    """Return the pixels that are free and outside all boxes."""
    rest = free.copy()
    for left, right, top, bottom in boxes:
        rows = slice(max(0, int(top / PIXEL)), max(0, int(np.ceil(bottom / PIXEL))))
        columns = slice(max(0, int(left / PIXEL)), max(0, int(np.ceil(right / PIXEL))))
        rest[rows, columns] = False
    return rest


def place_name(free: BoolArray, name: str, widths: Sequence[float]) -> tuple[str, float, float]:
    """Return the name, wrapped if need be, and the centre where it fits best, in inches.

    Tried on as few lines as fit, from the widest of ``widths``; among the places where a wrapping
    fits, the one furthest from the border of the region. An empty name where none fits.
    """
    depth = np.asarray(distance_transform_edt(np.pad(free, 1)))[1:-1, 1:-1] * PIXEL
    for width in widths:
        text = balanced(name, width, TEXT)
        wide = text_width(text, TEXT) + 2 * CLEAR
        high = text_height(text, TEXT) + 2 * CLEAR
        centres = room(free, int(np.ceil(wide / PIXEL)), int(np.ceil(high / PIXEL)))
        if centres.any():
            row, column = np.unravel_index(int(np.where(centres, depth, -1).argmax()), free.shape)
            return text, (column + 0.5) * PIXEL, (row + 0.5) * PIXEL
    return "", 0.0, 0.0


def room(free: BoolArray, wide: int, high: int) -> BoolArray:
    """Return the pixels on which a box of free pixels can be centred.

    >>> room(np.array([[False, True, True, True]]), 3, 1)
    array([[False, False,  True, False]])
    """
    centres = np.zeros(free.shape, dtype=bool)
    rows, columns = free.shape
    if wide > columns or high > rows:
        return centres
    taken = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    taken[1:, 1:] = np.cumsum(np.cumsum(~free, axis=0), axis=1)
    above, below = taken[:-high], taken[high:]
    empty = below[:, wide:] - below[:, :-wide] == above[:, wide:] - above[:, :-wide]
    top, left = high // 2, wide // 2
    centres[top : top + empty.shape[0], left : left + empty.shape[1]] = empty
    return centres
