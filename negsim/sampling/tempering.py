"""Points that reproduce a rare record, by sequential Monte Carlo.

Points are first drawn over the ranges as the numbers are sampled there: uniform, independent but
for declared correlations. Then the record is asked for more and more strictly. Every decision is at
first a slip, any move alike, so that the record says little; the chance of a slip falls to nought
in steps that keep a fifth of the points' worth. At each step points are drawn anew by how much
better they agree than before, and moved about. A move goes some way toward a fresh point of the
ranges, or takes some numbers from one, and is made with the chance by which the record gets
likelier: that keeps both how the numbers are sampled and what is on record.

All this is done in replicates of their own, which count alike; those that find nothing are left
out. Shares are consistent as the points of a replicate grow in number, and their standard errors
come from the spread over replicates.

References
----------
Del Moral, Doucet and Jasra (2006), "Sequential Monte Carlo samplers", Journal of the Royal
Statistical Society B 68(3), with steps by effective sample size; Carpenter, Clifford and Fearnhead
(1999), "Improved particle filter for nonlinear problems", IEE Proceedings F 146(1), for systematic
resampling; Cotter, Roberts, Stuart and White (2013), "MCMC methods for functions", Statistical
Science 28(3), for the moves some way toward a fresh point (preconditioned Crank-Nicolson).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.sampling.margins import Margin, as_correlated

SETS = 8
"""Replicates."""

FEWEST_SETS = 4
"""Replicates that must reproduce the record for anything to be told."""

SIZE = 32
"""Points of a replicate."""

FIRST = 8
"""Points drawn at first for each that is kept."""

MOVES, LAST = 6, 18
"""Moves of each point at each step, and at the last, where the record is asked for as it is."""

KEPT = 0.2
"""Share of the points that a step leaves effective."""

DROP = 10.0
"""Most by which the chance of a slip falls in one step, so that points can find where to go."""

LEAST = 1e-6
"""Chance of a slip that is followed by none."""

SHORTEST = 0.1
"""Shortest way toward a fresh point, where 1 is all of it."""

Slips: TypeAlias = Callable[[FloatArray], FloatArray]
"""From points (P, numbers) to the chance of the record by number of slips, (P, slips + 1)."""

Spread: TypeAlias = Callable[[FloatArray], FloatArray]
"""From standard normal numbers (P, numbers) to points of the ranges."""


@dataclass(frozen=True, eq=False)
class Tempered:
    """Points that reproduce a record, and the replicate of each; all count alike.

    ``chance`` is that of the record over the ranges, its expectation exact.
    """

    values: FloatArray
    sets: IntArray
    chance: float


def temper(
    margins: Sequence[Margin],
    root: FloatArray | None,
    slips: Slips,
    seed: int,
    sets: int = SETS,
    size: int = SIZE,
) -> Tempered:
    """Return points over the ranges given a record.

    Parameters
    ----------
    margins, root
        the numbers, and the root of their correlations as in ``correlation_root``.
    slips
        the chance of the record at points.
    """

    def spread(normal: FloatArray) -> FloatArray:
        unit = as_correlated(normal, root)
        return np.stack([each.quantile(unit[:, k]) for k, each in enumerate(margins)], axis=1)

    streams = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(sets)]
    found = [TemperedWalk(spread, slips, rng).replicate(size, len(margins)) for rng in streams]
    kept = [values for values, chance in found if chance > 0]
    return Tempered(
        np.concatenate([np.empty((0, len(margins))), *kept]),
        np.repeat(np.arange(len(kept)), size),
        float(np.mean([chance for _, chance in found])),
    )


@dataclass(frozen=True, eq=False)
class TemperedWalk:
    """How points are spread over the ranges, and what the record's chance is there."""

    spread: Spread
    slips: Slips
    rng: np.random.Generator

    def replicate(self, size: int, numbers: int) -> tuple[FloatArray, float]:
        """Return points given the record, and how likely it is over the ranges; 0: found none."""
        normal = self.rng.standard_normal((FIRST * size, numbers))
        found = self.slips(self.spread(normal))
        before, rate, chance = np.ones(len(normal)), 1.0, 1.0
        while True:
            rate = next_rate(found, before, rate)
            weights = likelier(found, before, rate)
            chance *= float(weights.mean())
            if chance == 0:
                return normal[:0], 0.0
            chosen = systematic(weights, size, float(self.rng.random()))
            normal, found = normal[chosen], found[chosen]
            for number in range(MOVES if rate else LAST):
                normal, found = self.moved(normal, found, rate, number % 2 == 0)
            if not rate:
                return self.spread(normal), chance
            before = chance_of(found, rate)

    def moved(
        self, normal: FloatArray, found: FloatArray, rate: float, all_of_them: bool
    ) -> tuple[FloatArray, FloatArray]:
        """Return the points after a move of each, and what is found there.

        All numbers go some way toward a fresh point, or some of them all the way, each as likely as
        the others. How far and how many is drawn as well, small and large alike.
        """
        size, numbers = normal.shape
        if all_of_them:
            way = np.exp(self.rng.uniform(math.log(SHORTEST), 0, (size, 1)))
        else:
            often = np.exp(self.rng.uniform(-math.log(numbers), 0, (size, 1)))
            way = (self.rng.random(normal.shape) < often).astype(float)
        toward = way * self.rng.standard_normal(normal.shape)
        fresh = np.sqrt(1 - way * way) * normal + toward
        there = self.slips(self.spread(fresh))
        made = self.rng.random(size) < likelier(there, chance_of(found, rate), rate)
        normal = np.where(made[:, None], fresh, normal)
        return normal, np.where(made[:, None], there, found)


def chance_of(found: FloatArray, rate: float) -> FloatArray:
    """Return the chance of the record if each decision slips with chance ``rate``, (P,).

    >>> chance_of(np.array([[0.0, 0.5], [1.0, 0.5]]), 0.5)
    array([0.25, 0.75])
    """
    slips = np.arange(found.shape[1])
    return np.asarray(found @ (rate**slips * (1 - rate) ** slips[::-1]))


def likelier(found: FloatArray, before: FloatArray, rate: float) -> FloatArray:
    """Return how many times as likely the record is as before, 0 where it was not possible."""
    now = chance_of(found, rate)
    return np.divide(now, before, out=np.zeros(len(now)), where=before > 0)


def next_rate(found: FloatArray, before: FloatArray, rate: float) -> float:
    """Return the least chance of a slip that leaves enough of the points effective."""

    def keeps(lower: float) -> bool:
        return effective(likelier(found, before, lower)) >= KEPT * len(found)

    if keeps(0.0):
        return 0.0
    low, high = rate / DROP, rate
    if keeps(low):
        return low if low >= LEAST else 0.0
    for _ in range(30):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if keeps(middle) else (middle, high)
    return high if high >= LEAST else 0.0


def systematic(weights: FloatArray, size: int, start: float) -> IntArray:
    """Return some places, each about as often as its weight says.

    >>> systematic(np.array([0.0, 3.0, 1.0, 0.0]), 4, 0.5).tolist()
    [1, 1, 1, 2]
    """
    steps = (start + np.arange(size)) / size
    shares = np.cumsum(weights) / weights.sum()
    last = np.flatnonzero(weights)[-1]
    return np.asarray(np.minimum(np.searchsorted(shares, steps, side="right"), last))


def effective(weights: FloatArray) -> float:
    """Return how many points of equal weight know as much (Kish 1965, "Survey Sampling", 8.2).

    >>> effective(np.array([1.0, 1.0, 0.0])), effective(np.array([0.5, 0.5]))
    (2.0, 2.0)
    """
    total = float(weights.sum())
    return total * total / float((weights**2).sum()) if total else 0.0


def deviation(values: FloatArray, weights: FloatArray, sets: IntArray, num_sets: int) -> FloatArray:
    """Return the standard errors of weighted means of some columns, from their spread over sets.

    That of the linearized ratio of two means over the sets (Cochran 1977, "Sampling Techniques",
    6.4). ``values`` is (P, columns).
    """
    total = weights.sum()
    mean = weights @ values / total
    apart = np.zeros((num_sets, values.shape[1]))
    np.add.at(apart, sets, weights[:, None] * (values - mean))
    scale = num_sets / max(num_sets - 1, 1)
    return np.asarray(np.sqrt(scale * (apart**2).sum(axis=0)) / total)


def independent(found: Tempered) -> float:
    """Return how many independent points know as much of the ranges as tempered ones do.

    By how far the means of the numbers differ from replicate to replicate, all numbers together;
    never more than the different points there are. Nought if few replicates reproduce the record.
    """
    num_sets = int(found.sets.max(initial=-1)) + 1
    if num_sets < FEWEST_SETS:
        return 0.0
    weights = np.ones(len(found.values))
    _, times = np.unique(found.values, axis=0, return_counts=True)
    variance = found.values.var(axis=0)
    errors = deviation(found.values, weights, found.sets, num_sets)
    vary = variance > 0
    worth = 1 / (errors[vary] ** 2 / variance[vary]).mean() if vary.any() else 1.0
    return float(min(effective(times.astype(float)), worth))
