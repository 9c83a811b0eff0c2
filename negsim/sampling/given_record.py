"""A sample of the ranges given the record: by rejection, or by sequential Monte Carlo.

Each point of a sample counts by the chance with which its solved talks bring what is on record.
Where that leaves too few effective points, more are drawn: from all over the ranges while more than
one point in a hundred agrees, else by :mod:`negsim.sampling.tempering`. Either way the numbers are
as they are sampled over their ranges, correlations included.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from negsim.analysis.delay.record import decisions
from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.deadline import IN_PART, part, stop_part_if_over
from negsim.sampling.margins import Margin, correlation_root
from negsim.sampling.points import Design
from negsim.sampling.samples import replicated_over
from negsim.sampling.tempering import SETS, SIZE, Slips, effective, independent, temper
from negsim.sampling.worker import evaluator
from negsim.scenario.model import Scenario

FEWEST_EFFECTIVE = 50
"""Effective points below which no share given the record is told."""

RARE = 0.01
"""Chance of the record over the ranges below which rejection is given up."""

SPARE = 1.3
"""By how much more points are drawn than seem to be needed."""

MOST_DRAWN = 8192
"""Most points that are drawn for rejection."""


@dataclass(frozen=True, eq=False)
class Given:
    """Points given the record, with the weight and the replicated set of each, out of so many.

    ``how`` says how they were drawn, ``chance`` how likely the record is over the ranges, and
    ``effective`` how many points that count alike know as much.
    """

    names: tuple[str, ...]
    values: FloatArray
    weights: FloatArray
    sets: IntArray
    num_sets: int
    how: str
    chance: float
    effective: float

    @property
    def enough(self) -> bool:
        """Tell whether there are enough effective points for shares to be told."""
        return self.effective >= FEWEST_EFFECTIVE

    def only(self, which: BoolArray) -> Given:
        """Return some of the points."""
        rows = {name: getattr(self, name)[which] for name in ("values", "weights", "sets")}
        return replace(self, **rows)

    @property
    def design(self) -> Design:
        """Return the points as a design."""
        return Design("given_record", self.names, self.values)


def given_record(
    scenario: Scenario, design: Design, weights: FloatArray, sets: IntArray, seed: int, threads: int
) -> Given:
    """Return a sample of the ranges given the record.

    Parameters
    ----------
    design, weights, sets
        a sample, the chance of the record at its points (NaN where they could not be solved), and
        the replicated set of each. If it does not do, it tells how likely the record is, and,
        where it was drawn from margins, how to draw more.
    """
    own = rejected(design, np.nan_to_num(weights), sets)
    if own.enough or not {"margins", "correlations"} <= set(design.recipe):
        return own
    draw = partial(drawn_anew, scenario, design, own, seed, threads)
    return part("sample given the record", draw) or own


def rejected(design: Design, weights: FloatArray, sets: IntArray) -> Given:
    """Return a sample in which each point counts by the chance of the record."""
    how = f"by rejection, of {design.size:,} points"
    worth, count = effective(weights), int(sets.max()) + 1
    chance = float(weights.mean())
    return Given(design.names, design.values, weights, sets, count, how, chance, worth)


def drawn_anew(scenario: Scenario, design: Design, own: Given, seed: int, threads: int) -> Given:
    """Return a larger sample given the record: by rejection, or by sequential Monte Carlo."""
    margins = tuple(Margin(**each) for each in design.recipe["margins"])
    pairs = {(one, other): value for one, other, value in design.recipe["correlations"]}
    if own.chance > RARE:
        wanted = math.ceil(SPARE * design.size * FEWEST_EFFECTIVE / own.effective)
        more = replicated_over(margins, pairs, min(wanted, MOST_DRAWN), seed)
        weights = slips_of(scenario, margins, 0, threads)(more.values)[:, 0]
        found = rejected(more, weights, set_of(more))
        if found.enough:
            return found.only(weights > 0)
    slips = slips_of(scenario, margins, decisions(scenario, scenario.record), threads)
    points = temper(margins, correlation_root(margins, pairs), slips, seed)
    count = int(points.sets.max(initial=-1)) + 1
    how = f"by sequential Monte Carlo, {count} of {SETS} replicates of {SIZE} points"
    alike, worth = np.ones(len(points.values)), independent(points)
    return Given(design.names, points.values, alike, points.sets, count, how, points.chance, worth)


def set_of(design: Design) -> IntArray:
    """Return the replicated set of each point of a design of ``replicated_over``."""
    return np.arange(design.size) // int(design.recipe["points"])


def slips_of(scenario: Scenario, margins: tuple[Margin, ...], most: int, threads: int) -> Slips:
    """Return what gives the chance of the record by number of slips at points, 0 if not solved."""
    names = [f"record_slips.{number}" for number in range(most + 1)]
    extent = np.array([[each.low for each in margins], [each.high for each in margins]])
    solve = evaluator(scenario, [each.name for each in margins], extent, names, threads)

    def slips(values: FloatArray) -> FloatArray:
        stop_part_if_over(IN_PART.get())
        columns, _ = solve(values)
        return np.nan_to_num(np.column_stack([columns[name] for name in names]))

    return slips
