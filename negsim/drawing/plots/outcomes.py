"""Payoffs of outcomes by party: one row an outcome, one marker a party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from negsim.arrays import FloatArray
from negsim.drawing.plots.key import KeyEntry, draw_key, key_height
from negsim.drawing.plots.page import (
    LEADING,
    MARGIN,
    WIDTH,
    balanced,
    limits,
    new_page,
    plain,
    runs,
    table,
    text_height,
    text_width,
    wrap,
)
from negsim.drawing.style import INK, PAPER, SMALL, SOFT, TEXT, TINT, party_style, styled
from negsim.errors import UsageError

NAME_WIDTH = 2.3
MARK_WIDTH = 1.15
COLUMN_GAP = 0.16
LANE = 0.085
"""Distance in inches of the markers of two parties in one row, so that equals stay visible."""


@styled
def outcome_payoffs(
    outcomes: Sequence[str],
    parties: Sequence[str],
    payoffs: npt.ArrayLike,
    *,
    title: str,
    unit: str,
    marks: Sequence[str] = (),
    own_axes: bool = False,
) -> Figure:
    """Draw what each outcome is worth to each party.

    Parameters
    ----------
    outcomes
        The m outcomes, from top to bottom; long names are wrapped.
    parties
        The n parties.
    payoffs
        Shape (m, n); a value that is not finite leaves a gap, and a note says so.
    title, unit
        The finding as a sentence; what the axis measures.
    marks
        One short text per outcome, shown at the right; rows with one are shaded.
    own_axes
        Whether each party has axes of its own, for payoffs whose units differ widely; on common
        axes a party's markers keep to a lane of the row, so that equal payoffs stay visible.

    Raises
    ------
    UsageError
        If there are no outcomes or parties, or the arguments differ in length.

    Examples
    --------
    >>> figure = outcome_payoffs(["Truce"], ["Russia", "Ukraine"], [[1, 2]], title="", unit="weeks")
    >>> figure.axes[1].lines[0].get_xdata()
    array([1.])
    """
    if not outcomes or not parties:
        raise UsageError("outcomes, parties: expected at least one of each")
    values = table("payoffs", payoffs, (len(outcomes), len(parties)))
    tags = list(marks) or [""] * len(outcomes)
    if len(tags) != len(outcomes):
        raise UsageError(f"marks: expected {len(outcomes)}, one per outcome, got {len(tags)}")
    names = [balanced(text, NAME_WIDTH, SMALL) for text in outcomes]
    tags = [wrap(text, MARK_WIDTH, SMALL) for text in tags]
    lanes = 1 if own_axes else len(parties)
    heights = np.array([row_height(*row, lanes) for row in zip(names, tags, strict=True)])
    known = np.isfinite(values)
    sheet = Sheet(names, tags, heights, unit, "" if known.all() else "Gaps: not a finite number.")
    return draw_outcomes(sheet, parties, np.where(known, values, np.nan), title, own_axes)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows to be drawn: wrapped names and marks, heights in inches, and what stands below."""

    names: Sequence[str]
    tags: Sequence[str]
    heights: FloatArray
    unit: str
    note: str

    @property
    def rows(self) -> FloatArray:
        """Return the middle of each row, in inches from the top."""
        return np.cumsum(self.heights) - self.heights / 2


def row_height(name: str, tag: str, lanes: int) -> float:
    """Return the height of a row in inches."""
    lines = max(text_height(name, SMALL), text_height(tag, SMALL)) + 0.07
    return max(lines, 0.24, lanes * LANE + 0.05)


def draw_outcomes(
    sheet: Sheet, parties: Sequence[str], values: FloatArray, title: str, own_axes: bool
) -> Figure:
    """Lay the page out and draw its parts."""
    left = MARGIN + text_width("\n".join(sheet.names), SMALL) + 0.12
    right = text_width("\n".join(sheet.tags), SMALL) + 0.14 if any(sheet.tags) else 0.0
    span = WIDTH - left - right - 2 * MARGIN
    tall = float(sheet.heights.sum())
    entries = party_entries(parties)
    key = key_height(entries, WIDTH - 2 * MARGIN) + 0.08
    page, top = new_page(title, key + tall + 0.46 + 0.2 * bool(sheet.note))
    draw_key(page, entries, MARGIN, top, WIDTH - 2 * MARGIN)
    top += key
    groups = [[place] for place in range(len(parties))] if own_axes else [range(len(parties))]
    step = (span + COLUMN_GAP) / len(groups)
    for place, group in enumerate(groups):
        axes = page.axes(left + place * step, top, step - COLUMN_GAP, tall)
        draw_rows(axes, sheet, named=place == 0)
        draw_markers(axes, sheet.rows, values, group)
    page.write(left + span / 2, top + tall + 0.35, plain(sheet.unit), TEXT, ha="center")
    for row, tag in zip(sheet.rows, sheet.tags, strict=True):
        page.write(left + span + 0.14, top + row, tag, color=SOFT)
    page.write(MARGIN, page.height - 0.18, sheet.note, color=SOFT)
    return page.figure


def party_entries(parties: Sequence[str]) -> list[KeyEntry]:
    """Return the key of the parties."""
    styles = [party_style(place) for place in range(len(parties))]
    return [
        KeyEntry(plain(party), colour, marker=marker)
        for party, (colour, marker) in zip(parties, styles, strict=True)
    ]


def draw_rows(axes: Axes, sheet: Sheet, named: bool) -> None:
    """Draw the rows: names, guides, shading of those with a mark; the y axis is in inches."""
    borders = np.append(0.0, np.cumsum(sheet.heights))
    axes.set_ylim(borders[-1], 0)
    axes.set_yticks(sheet.rows, list(sheet.names) if named else [""] * len(sheet.names))
    axes.tick_params(axis="y", labelsize=SMALL)
    for text in axes.get_yticklabels():
        text.set_linespacing(LEADING / 1.2)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    for start, stop, marked in runs([bool(tag) for tag in sheet.tags]):
        if marked:
            axes.axhspan(borders[start], borders[stop], color=TINT, zorder=0, linewidth=0)


def draw_markers(axes: Axes, rows: FloatArray, values: FloatArray, group: Sequence[int]) -> None:
    """Draw one marker per outcome and party of a group, each party in its own lane of the row."""
    for lane, place in enumerate(group):
        colour, marker = party_style(place)
        heights = rows + (lane - (len(group) - 1) / 2) * LANE
        axes.plot(values[:, place], heights, marker, color=colour, ms=5.5, mec=PAPER, mew=0.6)
    axes.set_xlim(*limits(values[:, list(group)]))
    wide = axes.get_position().width * WIDTH
    most = min(6, max(1, int(wide / 0.55)))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]))
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)
