"""Many runs at once: who still talks, and how the state spreads, round by round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negsim.arrays import FloatArray
from negsim.drawing.plots.key import KeyEntry
from negsim.drawing.plots.page import plain, table
from negsim.drawing.plots.rounds import (
    Block,
    beside,
    chance_axis,
    draw_stack,
    level_axis,
    panel,
    round_numbers,
)
from negsim.drawing.style import MEASURE, styled

WIDE, NARROW = "#d5dfeb", "#a9c0d9"


@styled
def bands(
    rounds: Sequence[int] | npt.ArrayLike,
    going_on: npt.ArrayLike,
    state: Mapping[str, npt.ArrayLike],
    *,
    title: str,
    xlabel: str = "round",
) -> Figure:
    """Draw the share of runs still talking, and bands of the state among them.

    Parameters
    ----------
    rounds
        The numbers of the T rounds.
    going_on
        (T,) the share of runs in which each round is played.
    state
        For each state variable the quantiles (T, 5) at 5, 25, 50, 75 and 95 per cent.
    title, xlabel
        The finding as a sentence; what a round is.

    Raises
    ------
    UsageError
        If there are no rounds, or an argument has another shape.

    Examples
    --------
    >>> figure = bands([1, 2], [1.0, 0.5], {"Patience": [[3, 4, 5, 5, 5]] * 2}, title="All settle")
    >>> len(figure.axes)
    3
    """
    numbers = round_numbers(rounds)
    share = table("going_on", going_on, (len(numbers),))
    spread = {name: table(name, rows, (len(numbers), 5)) for name, rows in state.items()}
    blocks = [
        Block(
            "Share of the runs",
            [panel(beside("still talking"), 0.6, partial(draw_share, numbers, share))],
        ),
        Block(
            f"State at the start of each {plain(xlabel)}, in the runs still talking",
            [
                panel(beside(name), 0.75, partial(draw_band, numbers, rows))
                for name, rows in spread.items()
            ],
        ),
    ]
    entries = [
        KeyEntry("median", MEASURE, marker="_"),
        KeyEntry("half of the runs", NARROW),
        KeyEntry("nine in ten", WIDE),
    ]
    return draw_stack(
        blocks, numbers, title=title, xlabel=xlabel, entries=entries if spread else ()
    )


def draw_share(rounds: FloatArray, share: FloatArray, axes: Axes) -> None:
    """Draw a share as bars from nought."""
    axes.bar(rounds, share, width=0.86, color=NARROW, linewidth=0)
    chance_axis(axes)


def draw_band(rounds: FloatArray, rows: FloatArray, axes: Axes) -> None:
    """Draw the bands of a variable with its median."""
    level_axis(axes, rows)
    axes.fill_between(rounds, rows[:, 0], rows[:, 4], color=WIDE, linewidth=0)
    axes.fill_between(rounds, rows[:, 1], rows[:, 3], color=NARROW, linewidth=0)
    marker = "o" if len(rounds) <= 60 else ""
    axes.plot(rounds, rows[:, 2], color=MEASURE, linewidth=1.6, marker=marker, ms=3)
    if len(rounds) == 1:
        low, high = np.array([0.5, 1.5]) + rounds[0] - 1
        axes.fill_between([low, high], rows[0, 0], rows[0, 4], color=WIDE, linewidth=0)
