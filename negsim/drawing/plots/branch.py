"""The branch of logit quantal responses: how often each move is made, the more precise the replies.

One panel a player, one line a move; at the right the name of each move, and a dot where the branch
leads as the precision grows without bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from negsim.arrays import FloatArray
from negsim.drawing.plots.key import KeyEntry, draw_key, key_height
from negsim.drawing.plots.page import (
    MARGIN,
    WIDTH,
    Page,
    new_page,
    plain,
    shortened,
    spread,
    table,
    text_height,
    text_width,
    wrap,
)
from negsim.drawing.plots.phase_line import line_colours
from negsim.drawing.style import INK, PAPER, SMALL, SOFT, TEXT, styled
from negsim.errors import UsageError

LEFT = 0.62
NAMES = 2.3
"""The most room for the names of moves at the right, in inches."""
TIE = 0.4
"""Of which the lines from the ends of curves to names take so much."""
HEAD, GAP, FOOT = 0.24, 0.16, 0.52
LOW_PANEL = 1.0
MOST_NAMED = 5
"""Moves of a player that are named; of more the ones made most often."""
SELDOM = 0.01
"""A move never made more often is drawn pale and not named."""
LINEAR = 1.0
"""Precision up to which the axis is even; beyond it equal steps are equal factors."""

Moves = Mapping[str, npt.ArrayLike]


@dataclass(frozen=True, slots=True)
class PlayerPanel:
    """A player's lines: of the moves that are named, and of those that are not."""

    player: str
    named: dict[str, FloatArray]
    others: list[FloatArray]
    limit: Mapping[str, float]
    height: float


@styled
def branch(
    precision: npt.ArrayLike,
    chances: Mapping[str, Moves],
    limit: Mapping[str, Mapping[str, float]] | None = None,
    *,
    title: str,
) -> Figure:
    """Draw how often each move is made along a branch of quantal responses.

    Parameters
    ----------
    precision
        Shape (k,), of each point, in units of one over a player's payoff range; it may turn back.
    chances
        For each player, for each move, shape (k,): its chance.
    limit
        For each player the chances where the branch leads; a move that is left out has none.
    title
        The finding as a sentence.

    Raises
    ------
    UsageError
        If there are no points or no players, or an array has another shape.

    Examples
    --------
    >>> figure = branch([0, 1], {"A": {"yes": [0.5, 0.6], "no": [0.5, 0.4]}}, title="A says yes")
    >>> figure.axes[1].lines[0].get_ydata()
    array([0.5, 0.6])
    """
    points = np.asarray(precision, dtype=float)
    if points.ndim != 1 or not points.size or not chances:
        raise UsageError("branch: expected at least one point and one player")
    panels = [
        panel_of(player, moves, len(points), (limit or {}).get(player, {}))
        for player, moves in chances.items()
    ]
    entries = key_of(panels, limit is not None)
    room = WIDTH - 2 * MARGIN
    foot = FOOT + key_height(entries, room)
    body = sum(HEAD + panel.height for panel in panels) + GAP * (len(panels) - 1) + foot
    page, top = new_page(title, body)
    span = WIDTH - LEFT - TIE - max(name_width(panel) for panel in panels) - MARGIN
    for place, panel in enumerate(panels):
        page.write(MARGIN, top + HEAD / 2, shortened(panel.player, WIDTH - 2 * MARGIN, TEXT), TEXT)
        axes = page.axes(LEFT, top + HEAD, span, panel.height)
        draw_lines(axes, points, panel, limit is not None)
        name_lines(page, panel, LEFT + span, top + HEAD)
        precision_axis(axes, points, last=place == len(panels) - 1)
        top += HEAD + panel.height + GAP
    draw_key(page, entries, MARGIN, top - GAP + FOOT, room)
    return page.figure


def panel_of(player: str, moves: Moves, count: int, limit: Mapping[str, float]) -> PlayerPanel:
    """Return the lines of a player, those of the moves made most often to be named."""
    lines = {name: table(plain(name), own, (count,)) for name, own in moves.items()}
    often = sorted(lines, key=lambda name: (-lines[name][-1], -lines[name].max()))
    told = {name for name in often[:MOST_NAMED] if lines[name].max() > SELDOM}
    named = {name: line for name, line in lines.items() if name in told}
    others = [line for name, line in lines.items() if name not in told]
    room = sum(text_height(wrapped(name), SMALL) + 0.06 for name in named)
    return PlayerPanel(plain(player), named, others, limit, max(LOW_PANEL, room + 0.1))


def key_of(panels: Sequence[PlayerPanel], limited: bool) -> list[KeyEntry]:
    """Return what dots and pale lines stand for, where there are some."""
    entries = []
    if limited:
        text = "where the branch leads as the precision grows without bound"
        entries.append(KeyEntry(text, INK, marker="o"))
    if any(panel.others for panel in panels):
        entries.append(KeyEntry("moves made less often, not named", SOFT, marker="_"))
    return entries


def name_width(panel: PlayerPanel) -> float:
    """Return the width of the longest line among the names of a player's moves."""
    return max((text_width(wrapped(name), SMALL) for name in panel.named), default=0.0)


def wrapped(name: str) -> str:
    """Return the name of a move in the lines in which it is written at the right."""
    return wrap(name, NAMES - TIE, SMALL)


def draw_lines(axes: Axes, points: FloatArray, panel: PlayerPanel, limited: bool) -> None:
    """Draw the lines, and dots at the right where they lead if that is known."""
    axes.set_ylim(-0.04, 1.04)
    axes.set_yticks([0, 0.5, 1])
    axes.set_ylabel("chance")
    axes.grid(axis="y")
    for line in panel.others:
        axes.plot(points, line, color=SOFT, linewidth=0.7)
    for (name, line), colour in zip(panel.named.items(), line_colours(), strict=False):
        axes.plot(points, line, color=colour)
        if limited:
            end = panel.limit.get(name, 0.0)
            dot = axes.plot([points.max()], [end], "o", color=colour, ms=5.5, mec=PAPER, mew=1.0)
            dot[0].set(clip_on=False, zorder=6)


def name_lines(page: Page, panel: PlayerPanel, edge: float, top: float) -> None:
    """Write the names of moves at the right, moved apart, each tied to the end of its line."""
    ends = [float(line[-1]) for line in panel.named.values()]
    wishes = [top + panel.height * (1.04 - end) / 1.08 for end in ends]
    names = [wrapped(name) for name in panel.named]
    heights = [text_height(name, SMALL) + 0.06 for name in names]
    for name, wish, y, colour in zip(
        names,
        wishes,
        spread(wishes, heights, top, top + panel.height),
        line_colours(),
        strict=False,
    ):
        page.sheet.plot([edge + 0.07, edge + 0.24], [wish, y], color=colour, linewidth=0.8)
        page.write(edge + 0.28, y, name, color=colour)


def precision_axis(axes: Axes, points: FloatArray, last: bool) -> None:
    """Scale the axis of precision: even up to ``LINEAR``, then by factors; name the last one."""
    axes.set_xscale("symlog", linthresh=LINEAR, linscale=0.5)
    axes.set_xlim(0, max(float(points.max()), LINEAR))
    axes.xaxis.set_major_locator(FixedLocator(precision_ticks(float(points.max()))))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:,g}") if last else NullFormatter()
    )
    axes.xaxis.set_minor_locator(NullLocator())
    if last:
        axes.set_xlabel("precision of the replies, per range of a player's payoffs")


def precision_ticks(highest: float) -> list[float]:
    """Return 0, 1, 3, 10, 30, ... up to the highest precision.

    >>> precision_ticks(100.0)
    [0.0, 1.0, 3.0, 10.0, 30.0, 100.0]
    """
    ladder = [step * 10.0**power for power in range(9) for step in (1, 3)]
    return [0.0, *(tick for tick in ladder if tick <= highest)]
