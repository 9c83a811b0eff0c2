"""The figures of question 3: the border of a conclusion in two numbers."""

from __future__ import annotations

from matplotlib.figure import Figure

from negsim.drawing.plots.curve import tipping_curve
from negsim.questions.change.answer import Border, Levers


def levers_figures(answer: Levers) -> dict[str, Figure]:
    """Return a figure for each pair of numbers in which a border was followed."""
    label = answer.base[0].is_
    found = {}
    for place, pair in enumerate(answer.curves, start=1):
        many = len(answer.curves) > 1
        found[f"curve_{place}" if many else "curve"] = curve_figure(
            pair, f'Where {answer.subject} stops being "{label}"'
        )
    return found


def curve_figure(pair: Border, title: str) -> Figure:
    """Draw the borders in two numbers."""
    titles = [
        name if name == label else f"{label} ({name})"
        for name, label in zip(pair.names, pair.labels, strict=True)
    ]
    ranges = [None if low is None or high is None else (low, high) for low, high in pair.ranges]
    return tipping_curve(
        [each.points for each in pair.curves],
        x_limits=(pair.low[0], pair.high[0]),
        y_limits=(pair.low[1], pair.high[1]),
        xlabel=titles[0],
        ylabel=titles[1],
        title=title,
        base=pair.base,
        x_range=ranges[0],
        y_range=ranges[1],
        joined=not any(pair.whole),
    )
