"""Belief along a record: one line a type over the rounds, the prior at 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from negsim.drawing.plots.key import KeyEntry, draw_key, key_height
from negsim.drawing.plots.page import MARGIN, WIDTH, new_page, plain, round_ticks, table
from negsim.drawing.style import SERIES, SOFT, styled
from negsim.errors import UsageError

HIGH = 3.0
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@styled
def belief_path(
    rounds: Sequence[int], beliefs: Mapping[str, npt.ArrayLike], *, title: str, xlabel: str
) -> Figure:
    """Draw the belief in each type after each observed round.

    Parameters
    ----------
    rounds
        The N observed rounds, increasing.
    beliefs
        For each type its chances, shape (N + 1,): the prior, then after each round.
    title, xlabel
        The finding as a sentence; what a round is.

    Raises
    ------
    UsageError
        If there are no types or too many, the rounds do not increase from 1, or lengths differ.

    Examples
    --------
    >>> figure = belief_path([1], {"sincere": [0.2, 0.5]}, title="", xlabel="week")
    >>> figure.axes[1].lines[0].get_ydata()
    array([20., 50.])
    """
    if not beliefs or len(beliefs) > len(SERIES):
        raise UsageError(f'figure "{title}": expected 1 to {len(SERIES)} types')
    across = np.array([0, *rounds])
    if not (np.diff(across) > 0).all():
        raise UsageError(f"rounds: expected increasing numbers from 1, got {list(rounds)}")
    entries = [
        KeyEntry(plain(name), SERIES[place], marker=MARKERS[place])
        for place, name in enumerate(beliefs)
    ]
    key = key_height(entries, WIDTH - 2 * MARGIN) + 0.3
    page, top = new_page(title, key + HIGH + 0.5)
    draw_key(page, entries, MARGIN, top, WIDTH - 2 * MARGIN)
    page.write(MARGIN, top + key - 0.12, "belief in the type, %", color=SOFT)
    axes = page.axes(0.62, top + key, WIDTH - 0.62 - 0.25, HIGH)
    for place, (name, chances) in enumerate(beliefs.items()):
        up = 100 * table(name, chances, (len(across),))
        axes.plot(across, up, color=SERIES[place], marker=MARKERS[place], ms=6, clip_on=False)
    axes.set_ylim(0, 100)
    ticks = round_ticks([1, int(across[-1])]) if len(across) > 1 else []
    axes.set_xticks([0, *ticks], labels=["prior", *map(str, ticks)])
    axes.set_xlabel(plain(xlabel))
    axes.grid(axis="y")
    return page.figure
