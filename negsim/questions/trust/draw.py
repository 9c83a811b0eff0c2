"""The figures of robustness."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from negsim.drawing.plots.bars import share_bars
from negsim.drawing.plots.trust import box_bars, index_bars, tornado_bars
from negsim.drawing.words import capital, percent
from negsim.questions.trust.answer import Robust, ToldBox, ToldIndices, ToldSwing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 12


def robust_figures(answer: Robust) -> dict[str, Figure]:
    """Return the figures of the answers that there are."""
    found = {"shares": headline_figure(answer)}
    swings = [each for each in answer.tornado.swings if each.moves][:MOST_ROWS]
    if swings and isfinite(answer.tornado.base):
        found["tornado"] = tornado_figure(answer, swings)
    if answer.indices is not None and answer.indices.variance > 0:
        found["indices"] = indices_figure(answer.indices, answer.subject)
    if answer.box is not None:
        found["box"] = box_figure(answer.box, answer.subject)
    return found


def headline_figure(answer: Robust) -> Figure:
    """Draw the share in which each conclusion is as at the base case."""
    found = answer.headlines
    first = found[0]
    share = percent(first.share)
    return share_bars(
        [f"{each.says}: {each.is_}" for each in found],
        np.array([each.share for each in found]),
        np.array([[each.low, each.high] for each in found]),
        title=f"{first.says}: {first.is_}, in {share} of the stated ranges",
    )


def tornado_figure(answer: Robust, swings: Sequence[ToldSwing]) -> Figure:
    """Draw the swings of the value of delay, or of what the first claim expects."""
    return tornado_bars(
        [each.name for each in swings],
        np.array([[each.at_low, each.at_high] for each in swings]),
        answer.tornado.base,
        ends=[(f"{each.low:g}", f"{each.high:g}") for each in swings],
        flips=np.array([[each.flips_low, each.flips_high] for each in swings]),
        title=f"{swings[0].name} moves {answer.measured} most",
        unit=f"{answer.measured} ({answer.unit})",
    )


def indices_figure(indices: ToldIndices, subject: str) -> Figure:
    """Draw Sobol' indices, the largest first."""
    found = sorted(indices.rows, key=lambda each: -each.total)
    first = found[0]
    part = percent(min(first.total, 1.0))
    return index_bars(
        [each.name for each in found],
        np.array([each.first for each in found]),
        np.array([each.total for each in found]),
        np.array([each.total_interval for each in found]),
        title=f"{first.name} has a part in {part} of the variance of whether "
        f"{subject} is as at the base case",
    )


def box_figure(box: ToldBox, subject: str) -> Figure:
    """Draw the box in which the headline fails."""
    bounds = box.bounds
    return box_bars(
        [each.name for each in bounds],
        np.array([[each.low, each.high] for each in bounds]),
        np.array([each.range for each in bounds]),
        np.array([each.base for each in bounds]),
        title=f"{capital(subject)} is not as at the base case in "
        f"{percent(box.density)} of this box, and {percent(box.coverage)} of all such points "
        "lie in it",
    )
