"""The key: what a colour, letter or marker stands for, in rows that fit the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.patches import Rectangle

from negsim.drawing.plots.page import Page, shortened, text_width
from negsim.drawing.style import INK, PAPER, SMALL, TINY, LabelStyle

ROW = 0.21
SWATCH = 0.16
GAP = 0.22
FRAME = (0, (3, 2))
"""Dashes of a frame."""


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One entry of a key: a filled cell with a letter, a marker if one is named, or a frame."""

    text: str
    colour: str
    letter: str = ""
    hatch: str = ""
    ink: str = INK
    marker: str = ""
    filled: bool = True
    framed: bool = False


def label_entry(style: LabelStyle, hatched: bool = False) -> KeyEntry:
    """Return the entry of a label or region."""
    hatch = style.hatch if hatched else ""
    return KeyEntry(style.words, style.colour, "" if hatched else style.letter, hatch, style.ink)


def placed(entries: Sequence[KeyEntry], width: float) -> list[tuple[float, int, KeyEntry]]:
    """Return (x, row, entry) of entries set from left to right in rows of a width."""
    found: list[tuple[float, int, KeyEntry]] = []
    x, row = 0.0, 0
    for entry in entries:
        room = SWATCH + 0.07 + text_width(entry.text, SMALL)
        if x and x + room > width:
            x, row = 0.0, row + 1
        found.append((x, row, entry))
        x += room + GAP
    return found


def key_height(entries: Sequence[KeyEntry], width: float) -> float:
    """Return the height that a key needs."""
    return ROW * (1 + max((row for _, row, _ in placed(entries, width)), default=-1))


def draw_key(
    page: Page, entries: Sequence[KeyEntry], left: float, top: float, width: float
) -> None:
    """Draw a key with its upper left corner at (left, top)."""
    for x, row, entry in placed(entries, width):
        draw_entry(page, entry, left + x, top + (row + 0.5) * ROW, width)


def draw_entry(page: Page, entry: KeyEntry, x: float, y: float, width: float) -> None:
    """Draw one entry with its left middle at (x, y)."""
    middle = x + SWATCH / 2
    if entry.marker:
        face = entry.colour if entry.filled else "none"
        size = 10 if entry.marker in "_|" else 6
        page.sheet.plot(
            [middle], [y], entry.marker, ms=size, mfc=face, mec=entry.colour, mew=1.3 - entry.filled
        )
    else:
        page.sheet.add_patch(
            Rectangle(
                (x, y - 0.065),
                SWATCH,
                0.13,
                facecolor=entry.colour,
                hatch=entry.hatch,
                edgecolor=entry.ink if entry.hatch or entry.framed else PAPER,
                linewidth=1.1 * entry.framed,
                linestyle=FRAME,
            )
        )
        page.write(middle, y + 0.004, entry.letter, TINY, ha="center", color=entry.ink)
    text = shortened(entry.text, width - SWATCH - 0.07, SMALL)
    page.write(x + SWATCH + 0.07, y, text)
