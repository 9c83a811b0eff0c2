"""What holds along the range of each lever: the label in one bar, the record in a second below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from negsim.arrays import FloatArray
from negsim.drawing.plots.bars import bar_page
from negsim.drawing.plots.page import edges, plain, runs, text_width
from negsim.drawing.plots.phase import region_styles
from negsim.drawing.style import INK, MEASURE, SMALL, SOFT, TINT, LabelStyle, styled

HALF = 0.1
"""Half the height of the bar of labels, in inches."""

ROW = 0.56
"""Height of a lever's row, in inches."""

THIN = 0.05
"""Height of the bar of the record, in inches."""


@dataclass(frozen=True, eq=False)
class Strip:
    """One lever: increasing values, the label's place at each, and the chance of the record.

    ``record`` is None where nothing is on record.
    """

    name: str
    values: npt.ArrayLike
    codes: npt.ArrayLike
    base: float
    record: npt.ArrayLike | None = None


@styled
def lever_strips(
    strips: Sequence[Strip], words: Sequence[str], *, title: str, keys: Sequence[str] = ()
) -> Figure:
    """Draw the label along each lever, and below it where the record is reproduced.

    Parameters
    ----------
    strips
        The levers, from top to bottom; each is drawn over its own range.
    words, keys
        The words for each label's place, and the labels of the analysis that they are.
    title
        The finding as a sentence.

    Raises
    ------
    UsageError
        If there is no lever, or a label has no words.

    Examples
    --------
    >>> strip = Strip("speed", [0, 1], [0, 1], base=0.5, record=[1, 0])
    >>> figure = lever_strips([strip], ["settle", "stalling"], title="")
    >>> len(figure.axes[1].patches)
    4
    """
    page, axes, rows, _ = bar_page([plain(strip.name) for strip in strips], title, 0.1, 0.5, ROW)
    codes = [np.asarray(strip.codes, dtype=np.int64) for strip in strips]
    styles = region_styles(np.concatenate(codes), words, keys)
    width = axes.get_position().width * page.figure.get_figwidth()
    for row, strip, own in zip(rows, strips, codes, strict=True):
        values = np.asarray(strip.values, dtype=float)
        borders = (edges(values) - values[0]) / np.ptp(values)
        draw_labels(axes, row, np.clip(borders, 0, 1), own, styles, width)
        if strip.record is not None:
            draw_record(axes, row, np.clip(borders, 0, 1), np.asarray(strip.record, dtype=float))
        place = (strip.base - values[0]) / np.ptp(values)
        axes.plot([place], [row - HALF - 0.05], "v", color=INK, ms=5, zorder=3, clip_on=False)
        for at, value, side in ((0.0, values[0], "left"), (1.0, values[-1], "right")):
            text = f"{value:g}".replace("-", "\N{MINUS SIGN}")
            axes.text(at, row - HALF - 0.02, text, fontsize=SMALL, color=SOFT, ha=side, va="bottom")
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    legend = "triangle: the value now" + (
        "; dark line: how surely the record is reproduced"
        if any(strip.record is not None for strip in strips)
        else ""
    )
    axes.set_xlabel(legend, color=SOFT, fontsize=SMALL)
    return page.figure


def draw_labels(
    axes: Axes,
    row: float,
    borders: FloatArray,
    codes: npt.NDArray[np.int64],
    styles: dict[int, LabelStyle],
    width: float,
) -> None:
    """Draw a bar of labels, each named where its name fits."""
    for start, stop, code in runs(np.maximum(codes, -1).tolist()):
        left, right = float(borders[start]), float(borders[stop])
        style = styles[code]
        axes.barh(
            [row],
            [right - left],
            left=left,
            height=2 * HALF,
            color=style.colour,
            hatch=style.hatch,
            edgecolor="white",
            linewidth=0.6,
        )
        fits = text_width(style.words, SMALL) + 0.1 < (right - left) * width
        text = style.words if fits else style.letter
        axes.text(
            (left + right) / 2, row, text, fontsize=SMALL, color=style.ink, ha="center", va="center"
        )


def draw_record(axes: Axes, row: float, borders: FloatArray, record: FloatArray) -> None:
    """Draw a thin bar below: pale all along, dark as high as the chance of the record."""
    top = row + HALF + 0.03
    axes.barh([top + THIN / 2], [1.0], height=THIN, color=TINT, align="center")
    known = np.nan_to_num(record)
    for start, stop, chance in runs(known.round(3).tolist()):
        if chance > 0:
            left, right = float(borders[start]), float(borders[stop])
            axes.barh(
                [top + THIN / 2], [right - left], left=left, height=THIN * chance, color=MEASURE
            )
