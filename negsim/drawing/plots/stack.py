"""The value of delay over the rounds, with what its channels add stacked on what is left of it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from negsim.arrays import BoolArray, FloatArray
from negsim.drawing.plots.key import KeyEntry
from negsim.drawing.plots.page import backed, limits, plain, table
from negsim.drawing.plots.rounds import (
    Block,
    RoundsPanel,
    borders,
    draw_stack,
    round_numbers,
    shade_unknown,
)
from negsim.drawing.style import INK, SERIES, SMALL, SOFT, TEXT, TINY, styled

HEIGHT = 3.0
OUTLYING = 3.0
"""Bars this many times as high as any other are cut off and their value is written."""
FROZEN = "#b8c0ca"
"""Fill of the value of delay that is left with every channel off."""


@styled
def delay_stack(
    rounds: npt.ArrayLike,
    delay: npt.ArrayLike,
    frozen: npt.ArrayLike,
    channels: Mapping[str, npt.ArrayLike],
    *,
    title: str,
    unit: str,
    xlabel: str = "round",
) -> Figure:
    """Draw the value of delay over the rounds, split into channels.

    In every round the bars start from what delay is worth with every channel off; what channels
    add is stacked upward from nought, what they take away downward, and the line is the sum.

    Parameters
    ----------
    rounds
        The numbers of the T rounds, counting up.
    delay, frozen
        Shape (T,), the value of delay with the channels on and off; NaN leaves a gap.
    channels
        For each channel, shape (T,), what it adds.
    title, unit, xlabel
        The finding as a sentence; what the axis measures; what a round is.

    Raises
    ------
    UsageError
        If there are no rounds or an array has another shape.

    Examples
    --------
    >>> figure = delay_stack(
    ...     [1, 2], [0.5, 0.2], [-0.5, -0.3], {"Drift": [1.0, 0.5]}, title="", unit="payoff"
    ... )
    >>> figure.axes[1].get_ylabel()
    'payoff'
    """
    numbers = round_numbers(rounds)
    count = (len(numbers),)
    total, rest = table("delay", delay, count), table("frozen", frozen, count)
    parts = {plain(name): table(name, value, count) for name, value in channels.items()}
    bars = {"left with the channels off": rest, **parts} if parts else {}
    colours = [FROZEN, *itertools.islice(itertools.cycle(SERIES), len(parts))]
    entries = [
        *(KeyEntry(name, colour) for name, colour in zip(bars, colours, strict=False)),
        KeyEntry("value of delay", INK, marker="o"),
    ]
    draw = partial(draw_bars, numbers, total, list(bars.values()), colours, plain(unit))
    block = Block(
        "Above nought talking on is worth more than signing now", [RoundsPanel([], HEIGHT, draw)]
    )
    return draw_stack([block], numbers, title=title, xlabel=xlabel, entries=entries)


def draw_bars(
    rounds: FloatArray,
    total: FloatArray,
    bars: list[FloatArray],
    colours: list[str],
    unit: str,
    axes: Axes,
) -> None:
    """Draw stacked bars, gains upward and losses downward, with the sum as a line."""
    high, low = np.zeros(len(rounds)), np.zeros(len(rounds))
    for bar, colour in zip(bars, colours, strict=False):
        part = np.nan_to_num(bar)
        base = np.where(part >= 0, high, low)
        axes.stairs(base + part, borders(rounds), baseline=base, fill=True, color=colour, lw=0)
        high, low = high + np.maximum(part, 0), low + np.minimum(part, 0)
    shade_unknown(axes, rounds, total)
    axes.axhline(0, color=SOFT, linewidth=0.9)
    marker = "o" if len(rounds) <= 60 else ""
    axes.plot(rounds, total, marker=marker, ms=3.5, color=INK, linewidth=1.6)
    known = np.where(np.isfinite(total), total, 0.0)
    tops, feet = np.maximum(high, known), np.minimum(low, known)
    shown = ~outlying(tops - feet)
    axes.set_ylim(*limits(np.array([*tops[shown], *feet[shown], 0.0])))
    for place in np.flatnonzero(~shown):
        write_outlier(axes, float(rounds[place]), float(known[place]))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.tick_params(axis="y", labelsize=SMALL)
    axes.set_ylabel(unit, fontsize=TEXT)


def outlying(heights: FloatArray) -> BoolArray:
    """Tell which one bar, if any, is so high that the others could not be read beside it.

    >>> outlying(np.array([1.0, 2.0, 20.0])).tolist(), outlying(np.array([1.0, 20.0])).tolist()
    ([False, False, True], [False, False])
    """
    found = np.zeros(len(heights), dtype=bool)
    top = int(np.argmax(heights))
    rest = np.delete(heights, top)
    if len(rest) > 1 and rest.max() > 0 and heights[top] > OUTLYING * rest.max():
        found[top] = True
    return found


def write_outlier(axes: Axes, place: float, value: float) -> None:
    """Write the value of a bar that is cut off at the edge of the axes, inside them."""
    low, high = axes.get_ylim()
    edge = low if value < 0 else high
    words = f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
    at = edge + 0.04 * (high - low) * (1 if value < 0 else -1)
    axes.text(place + 0.4, at, words, fontsize=TINY, ha="right", va="center", **backed())
