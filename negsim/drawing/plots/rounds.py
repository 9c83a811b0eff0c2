"""Panels stacked on one axis of rounds: blocks with a heading, each panel named at its right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negsim.arrays import FloatArray
from negsim.drawing.plots.key import KeyEntry, draw_key, key_height
from negsim.drawing.plots.page import (
    MARGIN,
    WIDTH,
    Page,
    balanced,
    new_page,
    plain,
    round_ticks,
    runs,
    spread,
    text_height,
)
from negsim.drawing.style import LINE, SMALL, SOFT, TINT
from negsim.errors import UsageError

LEFT = 0.62
NAMES = 1.75
"""Width in inches of the column of names at the right."""
SPAN = WIDTH - LEFT - NAMES - 0.16
BESIDE = LEFT + SPAN + 0.12
VALUES = 0.57
"""Width of the column of values before the names, where there is one."""
HEADING = 0.24
AXIS = 0.42


@dataclass(frozen=True, slots=True)
class Beside:
    """A name beside a panel, already wrapped: at which part of its height, with what before it."""

    text: str
    at: float = 0.5
    colour: str = ""
    value: str = ""

    @property
    def height(self) -> float:
        """Return the height that the name needs, in inches."""
        return text_height(self.text, SMALL) + 0.05


@dataclass(frozen=True, slots=True)
class RoundsPanel:
    """A panel to be: its names at the right, height in inches, drawing, distance to the next."""

    names: Sequence[Beside]
    height: float
    draw: Callable[[Axes], None]
    gap: float = 0.1


@dataclass(frozen=True, slots=True)
class Block:
    """Panels under one heading."""

    heading: str
    panels: Sequence[RoundsPanel]

    @property
    def height(self) -> float:
        """Return the height of the block in inches."""
        return HEADING + sum(panel.height + panel.gap for panel in self.panels)


def panel(
    names: Sequence[Beside], least: float, draw: Callable[[Axes], None], gap: float = 0.1
) -> RoundsPanel:
    """Return a panel as high as its names need, at least ``least`` inches."""
    return RoundsPanel(names, max(least, sum(name.height for name in names)), draw, gap)


def beside(name: str) -> list[Beside]:
    """Return the one name of a panel."""
    return [Beside(balanced(name, NAMES - 0.1, SMALL))]


def draw_stack(
    blocks: Sequence[Block],
    rounds: FloatArray,
    *,
    title: str,
    xlabel: str,
    entries: Sequence[KeyEntry] = (),
) -> Figure:
    """Draw blocks from top to bottom, the rounds under the last panel, a key at the foot.

    Raises
    ------
    UsageError
        If there is no panel.
    """
    shown = [block for block in blocks if block.panels]
    if not shown:
        raise UsageError(f'figure "{title}": nothing to draw')
    key = key_height(entries, WIDTH - 2 * MARGIN) + 0.06 if entries else 0.0
    page, top = new_page(title, sum(block.height for block in shown) + AXIS + key)
    for block in shown:
        last = draw_block(page, block, top, rounds)
        top += block.height
    name_rounds(last, rounds, plain(xlabel))
    draw_key(page, entries, MARGIN, top + AXIS + 0.06, WIDTH - 2 * MARGIN)
    return page.figure


def draw_block(page: Page, block: Block, top: float, rounds: FloatArray) -> Axes:
    """Draw a block and return the axes of its last panel."""
    page.write(MARGIN, top + HEADING / 2 - 0.02, block.heading, color=SOFT)
    top += HEADING
    for panel in block.panels:
        axes = place_panel(page, top, panel, rounds)
        panel.draw(axes)
        write_names(page, top, panel)
        top += panel.height + panel.gap
    return axes


def place_panel(page: Page, top: float, panel: RoundsPanel, rounds: FloatArray) -> Axes:
    """Return the axes of a panel with the limits of the rounds set."""
    axes = page.axes(LEFT, top, SPAN, panel.height)
    axes.set_label(", ".join(name.text.replace("\n", " ") for name in panel.names))
    axes.set_xlim(rounds[0] - 0.5, rounds[-1] + 0.5)
    axes.set_xticks(round_ticks(rounds), labels=[])
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    return axes


def write_names(page: Page, top: float, panel: RoundsPanel) -> None:
    """Write the names of a panel, moved apart, each tied to the place it wishes for."""
    wishes = [top + panel.height * (1 - name.at) for name in panel.names]
    heights = [name.height for name in panel.names]
    centres = spread(wishes, heights, top, top + panel.height)
    for name, wish, y in zip(panel.names, wishes, centres, strict=True):
        x = BESIDE
        if name.colour:
            page.sheet.plot([LEFT + SPAN + 0.01, x], [wish, y], color=LINE, linewidth=0.8)
            page.sheet.plot([x + 0.05], [y], "s", color=name.colour, ms=6.5)
            page.write(x + VALUES - 0.07, y, name.value, ha="right")
            x += VALUES
        page.write(x, y, name.text)


def name_rounds(axes: Axes, rounds: FloatArray, xlabel: str) -> None:
    """Write the rounds under the last panel."""
    ticks = round_ticks(rounds)
    axes.set_xticks(ticks, labels=[str(tick) for tick in ticks], fontsize=SMALL)
    axes.tick_params(axis="x", length=3)
    axes.set_xlabel(xlabel)


def round_numbers(rounds: npt.ArrayLike) -> FloatArray:
    """Return the numbers of the rounds.

    Raises
    ------
    UsageError
        If there are none, or they do not count up.
    """
    array = np.asarray(rounds, dtype=float)
    if array.ndim != 1 or not len(array) or (np.diff(array) != 1).any():
        raise UsageError("rounds: expected whole numbers that count up, one at least")
    return array


def borders(rounds: FloatArray) -> FloatArray:
    """Return where rounds begin and end on the axis.

    >>> borders(np.array([1.0, 2.0]))
    array([0.5, 1.5, 2.5])
    """
    return np.append(rounds - 0.5, rounds[-1] + 0.5)


def chance_axis(axes: Axes) -> None:
    """Make the y axis one of chances."""
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 1], labels=["0", "100 %"], fontsize=SMALL)
    low, high = axes.get_yticklabels()
    low.set_verticalalignment("bottom")
    high.set_verticalalignment("top")


def level_axis(axes: Axes, values: FloatArray) -> None:
    """Make the y axis one of the whole levels that values reach."""
    known = values[np.isfinite(values)]
    low, high = (np.floor(known.min()), np.ceil(known.max())) if known.size else (0.0, 1.0)
    room = 0.1 * (high - low) if high > low else 1.0
    middle = (low + high) / 2
    ticks = sorted({low, high, middle} if middle == round(middle) else {low, high})
    axes.set_ylim(low - room, high + room)
    axes.set_yticks(
        ticks, labels=[f"{tick:g}".replace("-", "\N{MINUS SIGN}") for tick in ticks], fontsize=SMALL
    )


def shade_unknown(axes: Axes, rounds: FloatArray, values: FloatArray) -> None:
    """Shade the rounds for which there is no value."""
    for start, stop, unknown in runs(np.isnan(values).tolist()):
        if unknown:
            left, right = rounds[start] - 0.5, rounds[stop - 1] + 0.5
            axes.axvspan(left, right, color=TINT, linewidth=0, zorder=0)
