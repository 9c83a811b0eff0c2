"""Offers with one bar a type: what accepting is worth to it over what it could have instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from negsim.drawing.plots.bars import NAME_WIDTH
from negsim.drawing.plots.key import KeyEntry, draw_key, key_height
from negsim.drawing.plots.page import (
    LEADING,
    MARGIN,
    WIDTH,
    balanced,
    limits,
    new_page,
    plain,
    table,
    text_height,
    text_width,
)
from negsim.drawing.style import INK, LINE, SERIES, SMALL, styled
from negsim.errors import UsageError

BAR = 0.12
"""Height of a bar in inches."""
BESIDE = 1.0
"""Width in inches of the column of notes at the right."""


@styled
def offer_bars(
    offers: Sequence[str],
    margins: Mapping[str, npt.ArrayLike],
    notes: Sequence[str],
    *,
    title: str,
    unit: str,
) -> Figure:
    """Draw for each offer one bar a type; a type accepts from 0 on.

    Parameters
    ----------
    offers
        The k offers, from top to bottom.
    margins
        For each type what accepting is worth over refusing, shape (k,).
    notes
        A short text for each offer, at the right.
    title, unit
        The finding as a sentence; what the axis measures, with its unit.

    Raises
    ------
    UsageError
        If there is nothing to draw, there are too many types, or lengths do not agree.

    Examples
    --------
    >>> figure = offer_bars(["truce"], {"a": [1], "b": [-1]}, ["1 bit"], title="", unit="units")
    >>> len(figure.axes[1].patches)
    2
    """
    if not offers or not 0 < len(margins) <= len(SERIES) or len(notes) != len(offers):
        raise UsageError(
            f'figure "{title}": expected offers, a note each, 1 to {len(SERIES)} types'
        )
    values = np.array([table(name, own, (len(offers),)) for name, own in margins.items()])
    wrapped = [balanced(plain(name), NAME_WIDTH, SMALL) for name in offers]
    least = BAR * len(margins) + 0.14
    heights = np.array([max(least, text_height(name, SMALL) + 0.14) for name in wrapped])
    entries = [KeyEntry(plain(name), SERIES[place]) for place, name in enumerate(margins)]
    key = key_height(entries, WIDTH - 2 * MARGIN) + 0.1
    left = MARGIN + text_width("\n".join(wrapped), SMALL) + 0.12
    page, top = new_page(title, key + heights.sum() + 0.5)
    draw_key(page, entries, MARGIN, top, WIDTH - 2 * MARGIN)
    axes = page.axes(left, top + key, WIDTH - left - BESIDE - 2 * MARGIN, heights.sum())
    rows = np.cumsum(heights) - heights / 2
    for place, own in enumerate(values):
        shift = (place - (len(values) - 1) / 2) * BAR
        axes.barh(rows + shift, own, height=0.8 * BAR, color=SERIES[place])
    axes.hlines(
        np.cumsum(heights)[:-1], 0, 1, transform=axes.get_yaxis_transform(), color=LINE, lw=0.8
    )
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_xlim(*limits(values))
    axes.set_ylim(heights.sum(), 0)
    axes.set_yticks(rows, wrapped, fontsize=SMALL, linespacing=LEADING / 1.2)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.set_xlabel(plain(unit))
    for row, note in zip(rows, notes, strict=True):
        page.write(WIDTH - MARGIN - BESIDE, top + key + row, plain(note))
    return page.figure
