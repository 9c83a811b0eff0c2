"""How patient a party must be to keep a truce, by how well it is watched."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from negsim.drawing.plots.key import KeyEntry, draw_key, key_height
from negsim.drawing.plots.page import MARGIN, WIDTH, new_page, plain, table
from negsim.drawing.style import INK, SERIES, SOFT, styled
from negsim.errors import UsageError

HIGH = 3.4
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@styled
def discount_curves(
    detection: npt.ArrayLike,
    curves: Mapping[str, npt.ArrayLike],
    *,
    title: str,
    own: tuple[float, float] | None = None,
    patience: float | None = None,
) -> Figure:
    """Draw the smallest discount that keeps a truce over the chance of detection.

    Parameters
    ----------
    detection
        Shape (N,): chances that a violation is seen.
    curves
        For each chance of a false alarm, in words, the smallest discount, shape (N,); NaN where
        no discount keeps the truce.
    title
        The finding as a sentence.
    own
        Detection and discount of the scenario itself, marked.
    patience
        The party's own discount, a line across.

    Raises
    ------
    UsageError
        If there is nothing to draw, there are too many curves, or lengths do not agree.

    Examples
    --------
    >>> figure = discount_curves([0.5, 1], {"no false alarm": [0.67, 0.5]}, title="")
    >>> figure.axes[1].lines[0].get_xdata()
    array([ 50., 100.])
    """
    if not 0 < len(curves) <= len(SERIES):
        raise UsageError(f'figure "{title}": expected 1 to {len(SERIES)} curves')
    across = np.asarray(detection, dtype=float)
    entries = [
        KeyEntry(plain(name), SERIES[place], marker=MARKERS[place])
        for place, name in enumerate(curves)
    ]
    if own is not None:
        entries.append(KeyEntry("base case", INK, marker="o", filled=False))
    if patience is not None:
        entries.append(KeyEntry(f"the party's own discount, {patience:.3g}", SOFT, marker="_"))
    key = key_height(entries, WIDTH - 2 * MARGIN) + 0.3
    page, top = new_page(title, key + HIGH + 0.5)
    draw_key(page, entries, MARGIN, top, WIDTH - 2 * MARGIN)
    page.write(
        MARGIN,
        top + key - 0.12,
        "smallest discount that keeps the truce, an alarm ending it for good",
        color=SOFT,
    )
    axes = page.axes(0.62, top + key, WIDTH - 0.62 - 0.25, HIGH)
    every = max(1, len(across) // 8)
    for place, (name, discounts) in enumerate(curves.items()):
        up = table(name, discounts, (len(across),))
        axes.plot(
            100 * across,
            up,
            color=SERIES[place],
            marker=MARKERS[place],
            markevery=(place * every // len(curves), every),
            ms=5,
        )
    if patience is not None:
        axes.axhline(patience, color=SOFT, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
    if own is not None:
        axes.plot([100 * own[0]], [own[1]], "o", ms=10, mfc="none", mec=INK, mew=1.6, zorder=4)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 1)
    axes.set_xlabel("chance that a violation rings an alarm, % a round")
    axes.grid(axis="y")
    return page.figure
