"""The look of every figure: one palette, one font stack, the same settings whoever draws."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, ParamSpec, TypeVar

import matplotlib.style

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

INK: Final = "#1d2430"
SOFT: Final = "#5b6675"
LINE: Final = "#d9dee5"
TINT: Final = "#f3f5f8"
PAPER: Final = "#ffffff"

MEASURE: Final = "#2c5c8f"
"""The one colour of everything that is named beside it and so needs no colour of its own."""

GAIN: Final = "#0072b2"
LOSS: Final = "#d55e00"

PARTIES: Final = (
    ("#0072b2", "o"),
    ("#d55e00", "s"),
    ("#009e73", "^"),
    ("#cc79a7", "D"),
    ("#e69f00", "v"),
    ("#56b4e9", "P"),
)
"""Colour and marker of each party, in the order of the file (Okabe and Ito's colours)."""

SERIES: Final = ("#44aa99", "#882255", "#ddcc77", "#332288", "#cc6677", "#88ccee", "#117733")
"""Colours of lines and areas (Tol's muted scheme)."""

CELLS: Final = (
    "#a9c9ea",
    "#f7cfa8",
    "#c7e3c0",
    "#f3e3a1",
    "#ddc8e6",
    "#bfe3e3",
    "#f4bcc0",
    "#d9d4c7",
)
"""Pale fills behind dark text."""

HEADLINE: Final = 10.5
TEXT: Final = 9.0
SMALL: Final = 8.0
TINY: Final = 7.0
"""Font sizes, in points."""

SETTINGS: Final[Mapping[str, object]] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": TEXT,
    "text.color": INK,
    "text.parse_math": False,
    "text.hinting": "none",
    "axes.unicode_minus": True,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.useoffset": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "xtick.major.width": 0.8,
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "hatch.linewidth": 0.5,
    "lines.linewidth": 1.8,
    "svg.fonttype": "none",
    "svg.hashsalt": "negsim",
    "savefig.dpi": 200,
}


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """How a label of the analysis is shown: its colour, letter and hatch are its own everywhere.

    ``ink`` is the colour of text on the fill.
    """

    words: str
    letter: str
    colour: str
    hatch: str
    ink: str = INK


LABELS: Final[Mapping[str, LabelStyle]] = {
    "settle": LabelStyle("agree now (settle)", "A", "#6fa8dc", ""),
    "stalling": LabelStyle("stalling", "S", "#e66c37", "////"),
    "waiting": LabelStyle("waiting", "W", "#f5dc7a", "||||"),
    "impasse": LabelStyle("impasse", "I", "#66707c", "----", PAPER),
    "fighting_on": LabelStyle("fighting on", "F", "#5e1941", "xxxx", PAPER),
    "delay_untested": LabelStyle("delay pays, why not tested", "D", "#f3b79b", "\\\\\\\\"),
    "not_decided": LabelStyle("not decided", "N", "#c0a0a0", "...."),
    "-": LabelStyle("not reached", "", "#eceef1", ""),
}
"""Every label of the analysis, and "-" for states that are not reached.

The colours are told apart by readers with any of the three kinds of colour blindness.
"""


def party_style(place: int) -> tuple[str, str]:
    """Return colour and marker of the party at a place; beyond six, other pairs of the same.

    >>> party_style(0), party_style(6)
    (('#0072b2', 'o'), ('#0072b2', 's'))
    """
    colour, _ = PARTIES[place % len(PARTIES)]
    _, marker = PARTIES[(place + place // len(PARTIES)) % len(PARTIES)]
    return colour, marker


def region_style(name: str, place: int) -> LabelStyle:
    """Return the style of a region: that of the label of this name, or a pale colour of its own.

    >>> region_style("stalling", 0).letter, region_style("Deal in week 1", 0).words
    ('S', 'Deal in week 1')
    """
    own = LabelStyle(name, "", CELLS[place % len(CELLS)], "")
    return LABELS.get(name, own)


@contextmanager
def look() -> Iterator[None]:
    """Set the look while a figure is made, measured or written, whatever the user's settings.

    A glyph that the measuring font lacks is not worth a warning: browsers have other fonts.
    """
    with matplotlib.style.context(["default", dict(SETTINGS)]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def styled(draw: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Return a drawing function that works within :func:`look`."""

    @functools.wraps(draw)
    def drawn(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with look():
            return draw(*args, **kwargs)

    return drawn
