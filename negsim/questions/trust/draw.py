"""The figures of levers and robustness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from negsim.drawing.plots.bars import share_bars
from negsim.drawing.plots.curve import tipping_curve
from negsim.drawing.plots.trust import box_bars, index_bars, tornado_bars
from negsim.drawing.words import capital, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 12


def levers_figures(data: dict[str, Any]) -> dict[str, Figure]:
    """Return a figure for each pair of numbers in which a border was followed."""
    label = data["base"][0]["is"]
    found = {}
    for place, pair in enumerate(data["curves"], start=1):
        many = len(data["curves"]) > 1
        found[f"curve_{place}" if many else "curve"] = curve_figure(
            pair, f'Where {data["subject"]} stops being "{label}"'
        )
    return found


def curve_figure(pair: dict[str, Any], title: str) -> Figure:
    """Draw the borders in two numbers."""
    titles = [
        name if name == label else f"{label} ({name})"
        for name, label in zip(pair["names"], pair["labels"], strict=True)
    ]
    ranges = [None if None in each else (each[0], each[1]) for each in pair["ranges"]]
    return tipping_curve(
        [np.array(each["points"]) for each in pair["curves"]],
        x_limits=(pair["low"][0], pair["high"][0]),
        y_limits=(pair["low"][1], pair["high"][1]),
        xlabel=titles[0],
        ylabel=titles[1],
        title=title,
        base=(pair["base"][0], pair["base"][1]),
        x_range=ranges[0],
        y_range=ranges[1],
        joined=not any(pair["whole"]),
    )


def robust_figures(data: dict[str, Any]) -> dict[str, Figure]:
    """Return the figures of the answers that there are."""
    found = {"shares": headline_figure(data)}
    swings = [each for each in data["tornado"]["swings"] if shown(each)][:MOST_ROWS]
    if swings and data["tornado"]["base"] is not None:
        found["tornado"] = tornado_figure(data, swings)
    if data["indices"] is not None and data["indices"]["variance"] > 0:
        found["indices"] = indices_figure(data)
    if data["box"] is not None:
        found["box"] = box_figure(data)
    return found


def shown(swing: dict[str, Any]) -> bool:
    """Tell whether a number moves the value of delay, or else the headline."""
    moves = swing["at_low"] != swing["at_high"]
    return bool(moves or swing["flips_low"] or swing["flips_high"])


def headline_figure(data: dict[str, Any]) -> Figure:
    """Draw the share in which each conclusion is as at the base case."""
    found = data["headlines"]
    first = found[0]
    share = percent(first["share"])
    return share_bars(
        [f"{each['says']}: {each['is']}" for each in found],
        floats([each["share"] for each in found]),
        floats([[each["low"], each["high"]] for each in found]),
        title=f"{first['says']}: {first['is']}, in {share} of the stated ranges",
    )


def tornado_figure(data: dict[str, Any], swings: list[dict[str, Any]]) -> Figure:
    """Draw the swings of the value of delay, or of what the first claim expects."""
    return tornado_bars(
        [each["name"] for each in swings],
        floats([[each["at_low"], each["at_high"]] for each in swings]),
        data["tornado"]["base"],
        ends=[(f"{each['low']:g}", f"{each['high']:g}") for each in swings],
        flips=np.array([[each["flips_low"], each["flips_high"]] for each in swings]),
        title=f"{swings[0]['name']} moves {data['measured']} most",
        unit=f"{data['measured']} ({data['unit']})",
    )


def indices_figure(data: dict[str, Any]) -> Figure:
    """Draw Sobol' indices, the largest first."""
    found = sorted(data["indices"]["rows"], key=lambda each: -each["total"])
    first = found[0]
    part = percent(min(first["total"], 1.0))
    return index_bars(
        [each["name"] for each in found],
        floats([each["first"] for each in found]),
        floats([each["total"] for each in found]),
        floats([each["total_interval"] for each in found]),
        title=f"{first['name']} has a part in {part} of the variance of whether "
        f"{data['subject']} is as at the base case",
    )


def box_figure(data: dict[str, Any]) -> Figure:
    """Draw the box in which the headline fails."""
    box = data["box"]
    bounds = box["bounds"]
    return box_bars(
        [each["name"] for each in bounds],
        floats([[each["low"], each["high"]] for each in bounds]),
        floats([each["range"] for each in bounds]),
        floats([each["base"] for each in bounds]),
        title=f"{capital(data['subject'])} is not as at the base case in "
        f"{percent(box['density'])} of this box, and {percent(box['coverage'])} of all such points "
        "lie in it",
    )


def floats(values: Any) -> Any:
    """Return nested lists as an array, None as NaN."""
    return np.array(values, dtype=float)
