"""The predicted path: what is in effect, how the talks end, where the state goes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negsim.arrays import FloatArray
from negsim.drawing.plots.page import balanced, plain, table
from negsim.drawing.plots.rounds import (
    NAMES,
    VALUES,
    Beside,
    Block,
    RoundsPanel,
    beside,
    borders,
    chance_axis,
    draw_stack,
    level_axis,
    panel,
    round_numbers,
    shade_unknown,
)
from negsim.drawing.style import MEASURE, SERIES, SMALL, styled
from negsim.drawing.words import percent


@styled
def equilibrium_path(
    rounds: npt.ArrayLike,
    options: Mapping[str, npt.ArrayLike],
    ended: Mapping[str, npt.ArrayLike],
    state: Mapping[str, npt.ArrayLike],
    *,
    title: str,
    xlabel: str = "round",
) -> Figure:
    """Draw the predicted path over the rounds.

    Parameters
    ----------
    rounds
        The numbers of the T rounds, counting up.
    options
        For each option, shape (T,), the chance that it is in effect in a round, given that talks
        go on; NaN leaves a gap.
    ended
        For each end, shape (T,), the chance that talks have ended so by the end of a round.
    state
        For each state variable, shape (T, 3): 10 % quantile, mean, 90 % quantile; NaN leaves a gap.
    title, xlabel
        The finding as a sentence; what a round is.

    Raises
    ------
    UsageError
        If there are no rounds, nothing to draw, or an array has another shape.

    Examples
    --------
    >>> figure = equilibrium_path([1, 2], {"Truce": [1, 0.5]}, {}, {}, title="", xlabel="week")
    >>> figure.axes[-1].get_xlabel()
    'week'
    """
    numbers = round_numbers(rounds)
    count = (len(numbers),)
    chances = {name: table(name, value, count) for name, value in options.items()}
    ends = {plain(name): table(name, value, count) for name, value in ended.items()}
    bands = {name: table(name, value, (*count, 3)) for name, value in state.items()}
    unknown = any(np.isnan(values).any() for values in [*chances.values(), *bands.values()])
    over = " (grey: they are over)" if unknown else ""
    return draw_stack(
        [
            Block(
                f"Chance that the option is in effect, while talks go on{over}",
                [
                    panel(beside(name), 0.3, partial(draw_chances, numbers, chance))
                    for name, chance in chances.items()
                ],
            ),
            Block(
                "Chance that talks are over, and how (white: they go on)", ends_panel(numbers, ends)
            ),
            Block(
                "State while talks go on: mean, and band from the 10 % to the 90 % quantile",
                [
                    panel(beside(name), 0.62, partial(draw_band, numbers, band))
                    for name, band in bands.items()
                ],
            ),
        ],
        numbers,
        title=title,
        xlabel=xlabel,
    )


def draw_chances(rounds: FloatArray, chances: FloatArray, axes: Axes) -> None:
    """Draw one chance as a filled step a round; rounds without one stay empty."""
    chance_axis(axes)
    shade_unknown(axes, rounds, chances)
    axes.stairs(np.nan_to_num(chances), borders(rounds), fill=True, color=MEASURE, linewidth=0)


def draw_band(rounds: FloatArray, band: FloatArray, axes: Axes) -> None:
    """Draw a mean as a line with its band; a bar where there is one round only."""
    low, mean, high = band.T
    level_axis(axes, band)
    shade_unknown(axes, rounds, mean)
    if len(rounds) == 1:
        axes.vlines(rounds, low, high, color=MEASURE, alpha=0.3, linewidth=7)
    axes.fill_between(rounds, low, high, color=MEASURE, alpha=0.22, linewidth=0)
    marker = "o" if len(rounds) <= 60 else ""
    axes.plot(rounds, mean, marker=marker, ms=3, color=MEASURE, linewidth=1.6)


def ends_panel(rounds: FloatArray, ends: Mapping[str, FloatArray]) -> list[RoundsPanel]:
    """Return the panel of the ends, named with their last values; none without ends."""
    if not ends:
        return []
    shares = np.nan_to_num(np.stack(list(ends.values())))
    middles = np.cumsum(shares, axis=0)[:, -1] - shares[:, -1] / 2
    names = [
        Beside(balanced(name, NAMES - VALUES, SMALL), middle, colour, percent(round(last, 12)))
        for name, middle, colour, last in zip(
            ends, middles.tolist(), itertools.cycle(SERIES), shares[:, -1].tolist(), strict=False
        )
    ]
    return [panel(names, 1.0, partial(draw_ends, rounds, shares))]


def draw_ends(rounds: FloatArray, shares: FloatArray, axes: Axes) -> None:
    """Draw shares, shape (ends, T), on top of one another."""
    chance_axis(axes)
    above = np.cumsum(shares, axis=0)
    for share, top, colour in zip(shares, above, itertools.cycle(SERIES), strict=False):
        axes.stairs(top, borders(rounds), baseline=top - share, fill=True, color=colour, lw=0)
