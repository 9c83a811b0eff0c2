"""Scenario discovery: the box of numbers in which a conclusion fails, found by patient peeling.

Starting from all sampled points, a thin slice at one end of one number is peeled off again and
again, the slice whose loss raises the share of failures most; then slices are pasted back while
that helps. Of the boxes on the way the one is shown that balances how many of all failures it holds
(coverage) and how far the share of its points that fail (density) is above that of all points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from negsim.arrays import BoolArray, FloatArray
from negsim.errors import UsageError

SLICE = 0.05
"""Share of a box's points that is peeled off or pasted back at a time."""

LEAST_POINTS = 10
"""A box of fewer points is not looked at."""

LIKELY = 0.05
"""A bound that chance gives more often than this is dropped."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One number's interval in a box, and how often chance alone would do as well (quasi-p)."""

    name: str
    low: float
    high: float
    quasi_p: float


@dataclass(frozen=True, slots=True)
class FailureBox:
    """A box of numbers in which something mostly fails.

    ``coverage`` is the share of all failures that it holds, ``density`` the share of its points
    that fail, ``mass`` the share of all points in it, ``overall`` the share of all that fail.
    """

    bounds: tuple[Bound, ...]
    coverage: float
    density: float
    mass: float
    overall: float


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """A box by its ends in every number, shape (names,) each."""

    low: FloatArray
    high: FloatArray

    def holds(self, points: FloatArray) -> BoolArray:
        """Return which points lie in it."""
        return np.asarray(((points >= self.low) & (points <= self.high)).all(axis=1))

    def moved(self, column: int, low: float, high: float) -> Box:
        """Return the box with other ends in one number."""
        lows, highs = self.low.copy(), self.high.copy()
        lows[column], highs[column] = low, high
        return Box(lows, highs)


def failure_box(
    points: npt.ArrayLike, fails: npt.ArrayLike, names: Sequence[str], slice_share: float = SLICE
) -> FailureBox | None:
    """Return the box in which something mostly fails, None if it fails nowhere or everywhere.

    Parameters
    ----------
    points
        shape (B, names): the sampled points.
    fails
        shape (B,): where it fails.
    slice_share
        share of a box's points peeled off at a time: patience.

    Raises
    ------
    UsageError
        If the shapes do not fit or the share is not between 0 and 1.

    References
    ----------
    Friedman and Fisher (1999), "Bump hunting in high-dimensional data", Statistics and Computing
    9(2); Bryant and Lempert (2010), "Thinking inside the box", Technological Forecasting and
    Social Change 77(1), for coverage, density and quasi-p-values.

    Examples
    --------
    >>> grid = np.stack(np.meshgrid(np.arange(20), np.arange(20)), axis=-1).reshape(-1, 2)
    >>> box = failure_box(grid, (grid[:, 0] >= 12) & (grid[:, 1] < 8), ["a", "b"])
    >>> [(bound.name, bound.low, bound.high) for bound in box.bounds], box.coverage, box.density
    ([('a', 12.0, 19.0), ('b', 0.0, 7.0)], 1.0, 1.0)
    """
    values, failing = np.asarray(points, dtype=float), np.asarray(fails, dtype=bool)
    if values.ndim != 2 or values.shape != (len(failing), len(names)):
        raise UsageError(f"points of shape {values.shape}, expected ({len(failing)}, {len(names)})")
    if not 0 < slice_share < 1:
        raise UsageError(f"a slice of {slice_share:g} of the points, expected between 0 and 1")
    if not failing.any() or failing.all() or len(values) < LEAST_POINTS:
        return None
    boxes = peeled(values, failing, slice_share)
    boxes.append(pasted(values, failing, best_of(boxes, values, failing), slice_share))
    box = pruned(values, failing, best_of(boxes, values, failing))
    return described(box, values, failing, names)


def peeled(values: FloatArray, failing: BoolArray, share: float) -> list[Box]:
    """Return the boxes on the way from all points to the fewest, each a slice smaller."""
    boxes = [Box(values.min(axis=0), values.max(axis=0))]
    while True:
        inside = boxes[-1].holds(values)
        smaller = slices(boxes[-1], values[inside], share)
        kept = [each for each in smaller if each.holds(values).sum() >= LEAST_POINTS]
        if not kept or failing[inside].all():
            return boxes
        boxes.append(max(kept, key=lambda each: gain(each, values, failing)))


def gain(box: Box, values: FloatArray, failing: BoolArray) -> tuple[float, int]:
    """Return the share of failures in a box, and its size to decide between boxes alike."""
    inside = box.holds(values)
    return float(failing[inside].mean()), int(inside.sum())


def slices(box: Box, inside: FloatArray, share: float) -> list[Box]:
    """Return a box with a slice off at either end of each number that varies in it."""
    found = []
    for column in range(inside.shape[1]):
        own = np.unique(inside[:, column])
        if len(own) > 1:
            low, high = np.quantile(inside[:, column], [share, 1 - share])
            above = own[own > low][0] if own[0] == low else own[own >= low][0]
            below = own[own < high][-1] if own[-1] == high else own[own <= high][-1]
            found.append(box.moved(column, float(above), float(box.high[column])))
            found.append(box.moved(column, float(box.low[column]), float(below)))
    return found


def pasted(values: FloatArray, failing: BoolArray, box: Box, share: float) -> Box:
    """Return a box with slices pasted back as long as the balance of its measures gets better."""
    while True:
        count = max(1, int(share * box.holds(values).sum()))
        wider = extended(values, box, count)
        best = max(wider, key=lambda each: balance(each, values, failing), default=box)
        if balance(best, values, failing) <= balance(box, values, failing):
            return box
        box = best


def extended(values: FloatArray, box: Box, count: int) -> list[Box]:
    """Return a box with some more points at either end of each number."""
    found = []
    for column in range(values.shape[1]):
        own = values[:, column]
        free = box.moved(column, -np.inf, np.inf).holds(values)
        below = np.sort(own[free & (own < box.low[column])])[::-1][:count]
        above = np.sort(own[free & (own > box.high[column])])[:count]
        if len(below):
            found.append(box.moved(column, float(below[-1]), float(box.high[column])))
        if len(above):
            found.append(box.moved(column, float(box.low[column]), float(above[-1])))
    return found


def balance(box: Box, values: FloatArray, failing: BoolArray) -> float:
    """Return a box's coverage times how far its density is above that of all points."""
    inside = box.holds(values)
    overall = float(failing.mean())
    coverage = failing[inside].sum() / failing.sum()
    return float(coverage * (failing[inside].mean() - overall) / (1 - overall))


def best_of(boxes: Sequence[Box], values: FloatArray, failing: BoolArray) -> Box:
    """Return the box with the best balance of coverage and density."""
    return max(boxes, key=lambda each: balance(each, values, failing))


def pruned(values: FloatArray, failing: BoolArray, box: Box) -> Box:
    """Return a box without the bounds that chance would give, the most likely one at a time."""
    whole = Box(values.min(axis=0), values.max(axis=0))
    while True:
        chances = {column: quasi_p(values, failing, box, column) for column in bounded(box, whole)}
        worst = max(chances, key=lambda column: chances[column], default=-1)
        if worst < 0 or chances[worst] <= LIKELY:
            return box
        box = box.moved(worst, float(whole.low[worst]), float(whole.high[worst]))


def bounded(box: Box, whole: Box) -> list[int]:
    """Return the numbers that a box bounds."""
    return np.flatnonzero((box.low > whole.low) | (box.high < whole.high)).tolist()


def quasi_p(values: FloatArray, failing: BoolArray, box: Box, column: int) -> float:
    """Return how often points drawn from the box without one bound would fail as often.

    One-sided binomial test (Bryant and Lempert 2010, appendix A).
    """
    from scipy.stats import binom

    inside = box.holds(values)
    without = box.moved(column, -np.inf, np.inf).holds(values)
    chance = float(failing[without].mean())
    return float(binom.sf(int(failing[inside].sum()) - 1, int(inside.sum()), chance))


def described(
    box: Box, values: FloatArray, failing: BoolArray, names: Sequence[str]
) -> FailureBox | None:
    """Return a box with its measures; None if no bound is left."""
    whole = Box(values.min(axis=0), values.max(axis=0))
    inside = box.holds(values)
    bounds = tuple(
        Bound(
            names[column],
            float(box.low[column]),
            float(box.high[column]),
            quasi_p(values, failing, box, column),
        )
        for column in bounded(box, whole)
    )
    if not bounds:
        return None
    return FailureBox(
        tuple(sorted(bounds, key=lambda each: each.quasi_p)),
        float(failing[inside].sum() / failing.sum()),
        float(failing[inside].mean()),
        float(inside.mean()),
        float(failing.mean()),
    )
