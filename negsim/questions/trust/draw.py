"""The figures of robustness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from negsim.drawing.plots.bars import share_bars
from negsim.drawing.plots.trust import box_bars, index_bars, tornado_bars
from negsim.drawing.words import capital, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 12


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
