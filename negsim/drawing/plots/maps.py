"""The map of labels: one row a state, one column a round, one colour and letter a label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from negsim.drawing.plots.key import KeyEntry, draw_key, key_height, label_entry
from negsim.drawing.plots.page import (
    MARGIN,
    WIDTH,
    Page,
    balanced,
    boxes_path,
    new_page,
    plain,
    round_ticks,
    shortened,
    spread,
    text_height,
    text_width,
)
from negsim.drawing.style import INK, LABELS, PAPER, SMALL, SOFT, TINY, styled
from negsim.errors import UsageError, unknown

TALLEST = 6.4
"""Height in inches that the rows share, where there are many."""
ROW = 0.19
NAME_ROOM = 0.125
"""Height of a row's name in inches."""
LETTER_ROOM = 0.105
ROW_NAMES = 2.3
GROUP_NAMES = 1.3

Groups = Sequence[tuple[str, int]]
Keys = npt.NDArray[Any]


@styled
def label_map(
    labels: npt.ArrayLike,
    row_names: Sequence[str],
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    groups: Groups = (),
    base: tuple[int, int] | None = None,
    marked: npt.ArrayLike | None = None,
) -> Figure:
    """Draw which label holds in each row and round.

    Cells have their label's letter where there is room, and its hatch where there is not. Where
    rows are too many to be named one by one, every k-th is; with groups, the groups alone.

    Parameters
    ----------
    labels
        Shape (rows, T), keys of ``negsim.drawing.style.LABELS``; "-" is not reached.
    row_names
        One name a row, from top to bottom.
    title, xlabel, ylabel
        The finding as a sentence; what a column and a row are.
    groups
        (name, number of rows) of neighbouring rows, bracketed at the left; together all rows.
    base
        (row, counted from 0; round, counted from 1), marked with a ring.
    marked
        Shape (rows, T): the cells whose label hangs on the selection, with a corner cut off.

    Raises
    ------
    UsageError
        If the lengths do not agree, or the base is not on the map.
    UnknownNameError
        If a label is not known.

    Examples
    --------
    >>> figure = label_map(
    ...     [["settle", "stalling"]], ["patience 5"], title="", xlabel="week", ylabel="state"
    ... )
    >>> [text.get_text() for text in figure.axes[1].texts]
    ['A', 'S']
    """
    cells = checked(labels, row_names, groups, base)
    row = min(ROW, TALLEST / len(cells))
    named = [] if groups and row < NAME_ROOM else list(row_names)
    names = [shortened(name, ROW_NAMES, SMALL) for name in named]
    brackets = [balanced(name, GROUP_NAMES, SMALL) for name, _ in groups]
    wide = text_width("\n".join(names), SMALL) + 0.1 if names else 0.0
    left = MARGIN + wide + (text_width("\n".join(brackets), SMALL) + 0.22 if groups else 0.0)
    left = max(left, MARGIN + 0.1)
    lettered = min(row, (WIDTH - left - MARGIN) / cells.shape[1]) >= LETTER_ROOM
    corners = np.zeros(cells.shape, dtype=bool) if marked is None else np.array(marked, dtype=bool)
    entries = map_entries(cells, lettered, base)
    if corners.any():
        entries.append(KeyEntry("another label under another selection", INK, marker="^"))
    head = key_height(entries, WIDTH - 2 * MARGIN) + 0.06
    over = 0.2 if plain(ylabel) and left > MARGIN + 0.1 else 0.0
    page, top = new_page(title, head + over + row * len(cells) + 0.45)
    draw_key(page, entries, MARGIN, top, WIDTH - 2 * MARGIN)
    page.write(
        left - 0.08, top + head + 0.09, plain(ylabel) if over else "", ha="right", color=SOFT
    )
    top += head + over
    axes = page.axes(left, top, WIDTH - left - MARGIN, row * len(cells))
    draw_cells(axes, cells, lettered)
    draw_corners(axes, corners)
    draw_axes(axes, cells, names, row, plain(xlabel))
    draw_groups(page, brackets, [size * row for _, size in groups], left - wide - 0.06, top)
    draw_ring(axes, base)
    return page.figure


def checked(
    labels: npt.ArrayLike, row_names: Sequence[str], groups: Groups, base: tuple[int, int] | None
) -> Keys:
    """Return the labels as an array, checked against everything that goes with them."""
    cells = np.array(labels, dtype=object)
    if cells.ndim != 2 or not cells.size:
        raise UsageError(f"labels: expected shape (rows, rounds), got {cells.shape}")
    for name in set(cells.flat) - set(LABELS):
        raise unknown("label", name, LABELS)
    if len(row_names) != len(cells):
        raise UsageError(f"row_names: expected {len(cells)}, one a row, got {len(row_names)}")
    if groups and sum(size for _, size in groups) != len(cells):
        raise UsageError(f"groups: expected {len(cells)} rows together, got {list(groups)}")
    if base and not (0 <= base[0] < len(cells) and 1 <= base[1] <= cells.shape[1]):
        raise UsageError(f"base: {base} is not a (row from 0, round from 1) of {cells.shape}")
    return cells


def map_entries(cells: Keys, lettered: bool, base: tuple[int, int] | None) -> list[KeyEntry]:
    """Return the key: the labels that occur, and the ring."""
    found = set(cells.flat)
    entries = [label_entry(style, not lettered) for key, style in LABELS.items() if key in found]
    ring = KeyEntry("start", INK, marker="o", filled=False)
    return [*entries, ring] if base else entries


def draw_cells(axes: Axes, cells: Keys, lettered: bool) -> None:
    """Draw the cells: one box a stretch of equal labels, one letter a cell."""
    rows, columns = cells.shape
    across, down = np.arange(columns + 1) + 0.5, np.arange(rows + 1.0)
    for key in [key for key in LABELS if (cells == key).any()]:
        style = LABELS[key]
        hatch = "" if lettered else style.hatch
        box = PathPatch(boxes_path(cells, key, across, down), facecolor=style.colour, linewidth=0)
        box.set(hatch=hatch, edgecolor=style.ink)
        axes.add_patch(box)
    if lettered:
        draw_letters(axes, cells)


def draw_letters(axes: Axes, cells: Keys) -> None:
    """Draw the letter of each cell and fine lines between cells."""
    for (row, column), key in np.ndenumerate(cells):
        style = LABELS[key]
        if style.letter:
            axes.text(
                column + 1,
                row + 0.52,
                style.letter,
                fontsize=TINY,
                color=style.ink,
                alpha=0.85,
                ha="center",
                va="center_baseline",
            )
    axes.hlines(np.arange(1, len(cells)), 0.5, cells.shape[1] + 0.5, color=PAPER, linewidth=0.7)
    axes.vlines(np.arange(1, cells.shape[1]) + 0.5, 0, len(cells), color=PAPER, linewidth=0.7)


def draw_corners(axes: Axes, corners: npt.NDArray[np.bool_]) -> None:
    """Fill the lower right corner of each cell whose label hangs on the selection."""
    for row, column in np.argwhere(corners).tolist():
        right, low = column + 1.5, row + 1.0
        axes.fill([right, right, right - 0.3], [low, low - 0.3, low], color=INK, linewidth=0)


def draw_axes(axes: Axes, cells: Keys, names: Sequence[str], row: float, xlabel: str) -> None:
    """Set limits and ticks: rounds below, every k-th row named so that names do not touch."""
    axes.set_xlim(0.5, cells.shape[1] + 0.5)
    axes.set_ylim(len(cells), 0)
    axes.set_xticks(round_ticks([1, cells.shape[1]]))
    step = int(np.ceil(NAME_ROOM / row))
    axes.set_yticks(np.arange(0, len(names), step) + 0.5, labels=names[::step], fontsize=SMALL)
    axes.tick_params(axis="y", length=2 if step > 1 else 0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel(xlabel)


def draw_groups(
    page: Page, names: Sequence[str], sizes: Sequence[float], right: float, top: float
) -> None:
    """Draw a bracket for each group, ``sizes`` inches high, with its name at the left."""
    stops = top + np.cumsum(sizes)
    starts = stops - np.asarray(sizes, dtype=float)
    heights = [text_height(name, SMALL) + 0.03 for name in names]
    centres = spread((starts + stops) / 2, heights, top, stops[-1] if names else top)
    for name, start, stop, centre in zip(names, starts, stops, centres, strict=True):
        inner = [start + 0.015, stop - 0.015]
        page.sheet.plot(
            [right, right - 0.05, right - 0.05, right], np.repeat(inner, 2), color=SOFT, lw=0.8
        )
        page.sheet.plot([right - 0.05, right - 0.1], [np.mean(inner), centre], color=SOFT, lw=0.8)
        page.write(right - 0.12, centre, name, ha="right")


def draw_ring(axes: Axes, base: tuple[int, int] | None) -> None:
    """Mark the base with a ring that is seen on any colour."""
    if base:
        row, time = base
        for colour, width in ((PAPER, 3.6), (INK, 1.6)):
            axes.plot(
                [time], [row + 0.5], "o", ms=10, mfc="none", mec=colour, mew=width, clip_on=False
            )
