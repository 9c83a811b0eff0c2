"""How figures look: one palette, one font, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK, SOFT, LINE = "#1d2430", "#5b6675", "#d9dee5"

PARTY_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#8a6d00")
"""Okabe and Ito's colours that stay apart for colour-blind readers, one a party."""

PARTY_MARKERS = ("o", "s", "D", "^", "v", "P")

LABEL_COLOURS = {
    "settle": "#a8ddc9",
    "stalling": "#e07b39",
    "waiting": "#f2cf63",
    "impasse": "#9fb4d6",
    "fighting_on": "#5a5f6e",
    "delay_untested": "#c7a6d8",
    "not solved": "#eceff3",
}

LABEL_LETTERS = {
    "settle": "s",
    "stalling": "T",
    "waiting": "w",
    "impasse": "i",
    "fighting_on": "F",
    "delay_untested": "?",
    "not solved": "",
}

WIDTH = 7.2
STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": SOFT,
    "axes.edgecolor": LINE,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "figure.dpi": 100,
    "savefig.dpi": 160,
    "svg.fonttype": "none",
    "svg.hashsalt": "negsim",
    "hatch.linewidth": 0.5,
}

Parameters = ParamSpec("Parameters")


def styled(draw: Callable[Parameters, Figure]) -> Callable[Parameters, Figure]:
    """Draw under the project's style without touching the global one."""

    @wraps(draw)
    def drawn(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Figure:
        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return drawn


def new_figure(height: float) -> Figure:
    """Return an empty figure of the report's width; height in inches."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def title(axes: Axes, text: str, pad: float = 8) -> None:
    """Set a title that wraps at the figure's width, ``pad`` points above the axes."""
    axes.set_title(wrapped(text, 78), pad=pad)


def wrapped(text: str, width: int) -> str:
    """Return text broken into lines of at most ``width`` characters where it can be."""
    import textwrap

    return "\n".join(textwrap.wrap(text, width)) or text


def spread(
    places: Sequence[float], gap: float, low: float = -np.inf, high: float = np.inf
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return places moved apart so that neighbours keep a gap, in order, within bounds if they fit.

    >>> spread([0.0, 0.1, 5.0], 1.0)
    array([-0.45,  0.55,  5.  ])
    >>> spread([0.0, 0.1], 1.0, low=0.0)
    array([0., 1.])
    """
    order = np.argsort(places, kind="stable")
    groups: list[list[float]] = []
    for place in np.asarray(places, dtype=float)[order]:
        groups.append([place, 1.0])
        while len(groups) > 1 and overlap(groups[-2], groups[-1], gap):
            middle, count = groups.pop()
            before, number = groups.pop()
            total = number + count
            groups.append([(before * number + middle * count) / total, total])
    moved = [
        middle + gap * (k - (count - 1) / 2) for middle, count in groups for k in range(int(count))
    ]
    for k in range(len(moved)):
        moved[k] = max(moved[k], low + gap * k)
    for k in range(len(moved)):
        moved[-1 - k] = min(moved[-1 - k], high - gap * k)
    result = np.empty(len(moved))
    result[order] = moved
    return result


def overlap(left: Sequence[float], right: Sequence[float], gap: float) -> bool:
    """Tell whether two groups (middle, count) of labels would come closer than the gap."""
    return right[0] - left[0] < gap * (left[1] + right[1]) / 2 - 1e-12


def save(figure: Figure, folder: Path, name: str) -> str:
    """Write a figure as SVG and PNG and return its SVG element; same figure, same bytes."""
    with mpl.rc_context(STYLE):
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
        figure.savefig(folder / f"{name}.png", metadata={"Software": None})
    vector = text.getvalue()
    (folder / f"{name}.svg").write_text(vector, encoding="utf-8")
    return vector[vector.index("<svg") :]
