"""Sensitivity: which numbers drive a result, one at a time (tornado) and all together (Sobol')."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from negsim.arrays import FloatArray, IntArray, frozen
from negsim.errors import UsageError
from negsim.questions.change.levers import moved
from negsim.questions.conclusions import Conclusion
from negsim.sampling.axes import Axis
from negsim.scenario.model import Scenario

Result: TypeAlias = Callable[[FloatArray], FloatArray]
"""From points, shape (B, names), to one finite number each, shape (B,)."""

RESAMPLES = 200
"""Bootstrap samples behind the interval of an index."""


@dataclass(frozen=True, slots=True, eq=False)
class Swing:
    """A number moved alone to either end of its range: the measure there, and what holds there.

    ``low_codes`` and ``high_codes`` have one code a conclusion.
    """

    axis: Axis
    at_low: float
    at_high: float
    low_codes: IntArray
    high_codes: IntArray

    @property
    def width(self) -> float:
        """Return how far the measure moves; 0 where it is not finite at both ends."""
        width = abs(self.at_high - self.at_low)
        return width if np.isfinite(width) else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Tornado:
    """Every number moved alone to the ends of its range, the widest swing first."""

    measure: str
    base: float
    base_codes: IntArray
    swings: tuple[Swing, ...]


def tornado(
    scenario: Scenario,
    axes: Sequence[Axis],
    conclusions: Sequence[Conclusion],
    measure: str,
    threads: int = 1,
) -> Tornado:
    """Move each number alone to both ends of its range and return a measure and what holds there.

    Cost: two points a number and one. What happens between the ends is not seen.

    Raises
    ------
    UnknownNameError
        If there is no such measure.
    """
    found = moved(scenario, axes, conclusions, [measure], threads)
    ends = [(line.start, line.stop) for line in found.lines(2)]
    points = np.array([found.base, *(point for pair in ends for point in pair)])
    codes, measured = found.ask.ask(points)
    values = measured[measure]
    swings = [
        Swing(
            axis,
            float(values[2 * k + 1]),
            float(values[2 * k + 2]),
            codes[2 * k + 1],
            codes[2 * k + 2],
        )
        for k, axis in enumerate(axes)
    ]
    swings.sort(key=lambda each: -each.width)
    return Tornado(measure, float(values[0]), codes[0], tuple(swings))


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """Sobol' indices: the share of a result's variance that each number has, by itself and in all.

    ``first`` and ``total`` have shape (names,); the intervals, (names, 2), are 95 % bootstrap
    intervals. ``variance`` is the result's; where it is 0 every index is 0.
    """

    names: tuple[str, ...]
    first: FloatArray
    total: FloatArray
    first_interval: FloatArray
    total_interval: FloatArray
    variance: float
    points: int


def sobol(result: Result, axes: Sequence[Axis], size: int, seed: int) -> Indices:
    """Return the Sobol' indices of a result over the ranges of some numbers, uniform, independent.

    Parameters
    ----------
    result
        from points, shape (B, numbers), to a finite number each.
    size
        a power of two: the design has size times (numbers + 2) points.

    Raises
    ------
    UsageError
        If the size is not a power of two, there is no number, or a result is not finite.

    References
    ----------
    Sobol' (2001), "Global sensitivity indices for nonlinear mathematical models", Mathematics and
    Computers in Simulation 55; Saltelli and others (2010), Computer Physics Communications 181,
    table 2, for the estimators, here those of scipy.stats.sobol_indices.
    """
    from scipy.stats import sobol_indices

    if size < 2 or size & (size - 1):
        raise UsageError(f"size {size} of the design for indices, expected a power of two")
    if not axes:
        raise UsageError("no number to vary, expected one with range = [low, high] or more")
    count = len(axes)
    parts: list[FloatArray] = []
    unit: Any = _Unit()

    def function(shares: FloatArray) -> FloatArray:
        values = np.asarray(result(stretched(axes, shares[:count].T)), dtype=float)
        if not np.isfinite(values).all():
            raise UsageError("indices need a result that is finite at every point")
        parts.append(values)
        return values[None]

    random = np.random.default_rng(seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = sobol_indices(func=function, n=size, dists=[unit] * max(2, count), rng=random)
    low_high = intervals(parts, size, count, random)
    variance = float(np.concatenate(parts[:2]).var())
    varies = variance > 0
    return Indices(
        tuple(axis.name for axis in axes),
        frozen(np.where(varies, found.first_order[:count], 0.0)),
        frozen(np.where(varies, found.total_order[:count], 0.0)),
        frozen(low_high[0]),
        frozen(low_high[1]),
        variance,
        size * (count + 2),
    )


def intervals(
    parts: Sequence[FloatArray], size: int, count: int, random: np.random.Generator
) -> FloatArray:
    """Return 95 % percentile bootstrap intervals of the indices, shape (2, numbers, 2).

    ``parts`` are the results at the two base samples and at the mixed ones, as they were asked for.
    """
    from scipy.stats import sobol_indices

    first, second = parts[0][None], parts[1][None]
    mixed = np.moveaxis(parts[2].reshape(1, size, -1), -1, 0)
    drawn = []
    with np.errstate(invalid="ignore", divide="ignore"):
        for _ in range(RESAMPLES):
            rows = random.integers(0, size, size)
            own: Any = {"f_A": first[:, rows], "f_B": second[:, rows], "f_AB": mixed[..., rows]}
            each = sobol_indices(func=own, n=size)
            drawn.append([each.first_order[:count], each.total_order[:count]])
    ends = np.quantile(np.nan_to_num(np.array(drawn)), [0.025, 0.975], axis=0)
    return np.asarray(np.moveaxis(ends, 0, -1))


class _Unit:
    """The uniform distribution over the unit interval, as far as it is asked about."""

    def ppf(self, share: FloatArray) -> FloatArray:
        """Return the quantile of each share: itself."""
        return share


def stretched(axes: Sequence[Axis], unit: FloatArray) -> FloatArray:
    """Return points of the unit cube, (B, numbers), over the ranges; whole numbers stay whole."""
    low = np.array([axis.low for axis in axes])
    high = np.array([axis.high for axis in axes])
    steps = np.array([axis.steps for axis in axes])
    whole = np.minimum(low + np.floor(unit * (high - low + 1)), high)
    return np.asarray(np.where(steps > 0, whole, low + unit * (high - low)), dtype=float)
