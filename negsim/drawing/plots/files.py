"""Figures as files and as text: the same figure gives the same bytes."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.figure import Figure

from negsim.drawing.plots.page import plain
from negsim.drawing.style import styled


@styled
def save(figure: Figure, folder: Path, name: str) -> tuple[Path, Path]:
    """Write a figure to NAME.svg and NAME.png in a folder, made if need be, and return both paths.

    The bytes depend on the figure and the versions of the packages only, not on the time, the
    machine's folders or the user's settings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vector, picture = folder / f"{name}.svg", folder / f"{name}.png"
    vector.write_text(document(figure), encoding="utf-8", newline="\n")
    figure.savefig(picture, format="png", metadata={"Software": None})
    return vector, picture


@styled
def svg_text(figure: Figure) -> str:
    """Return a figure as one SVG element, ready to stand inside a page; its text stays text.

    >>> from negsim.drawing.plots import waterfall
    >>> svg_text(waterfall(["drift"], [1.0], 1.0, title="Drift is all", unit="weeks"))[:16]
    '<svg role="img" '
    """
    return element(document(figure))


def element(text: str) -> str:
    """Return the SVG element of an SVG document, named as a picture for readers of the page."""
    return text[text.index("<svg") :].replace("<svg ", '<svg role="img" ', 1)


def document(figure: Figure) -> str:
    """Return a figure as an SVG document, named by its title."""
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Title": plain(figure.get_suptitle()), **metadata})
    return text.getvalue()
