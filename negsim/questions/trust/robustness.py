"""Robustness: in which share of the stated ranges each conclusion holds, and what drives it.

Shares are told twice. Over all points of replicated Sobol' sets over the ranges, each number
uniform and independent but for declared correlations; and given what is on record, see
:mod:`negsim.sampling.given_record`. Both are shares of assumptions, not
probabilities about the world. :mod:`negsim.questions.trust.trust` asks further.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from negsim.analysis.delay.stalling import LABELS
from negsim.answers import Real
from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.sampling.design import Design, replicated
from negsim.sampling.given_record import Given, given_record, set_of
from negsim.sampling.results import Results
from negsim.sampling.run import sweep
from negsim.sampling.tempering import deviation, effective
from negsim.sampling.worker import evaluate_points
from negsim.scenario.model import OutcomeClaim, Scenario

SAMPLES = 256
"""Points of a sample of the ranges."""

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """The share of the sampled points in which a statement holds, with a 95 % interval."""

    name: str
    share: Real
    low: Real
    high: Real


@dataclass(frozen=True, slots=True)
class Driver:
    """How strongly a number moves the value of delay: Spearman's rank correlation."""

    name: str
    correlation: Real


@dataclass(frozen=True, eq=False)
class Sample:
    """Points over the stated ranges and what is found there; ``results`` has a row a point.

    ``given`` is a sample given the record, None without one; ``labels`` what is found there, None
    where it has too few effective points.
    """

    scenario: Scenario
    design: Design
    results: Results
    given: Given | None = None
    labels: Mapping[str, FloatArray] | None = None

    @property
    def solved(self) -> BoolArray:
        """Return which points could be solved, shape (B,)."""
        return np.array([error is None for error in self.results.errors], dtype=bool)

    @property
    def sets(self) -> IntArray:
        """Return the replicated set of each point that is done, shape (B,)."""
        return set_of(self.design)[self.results.points]

    @property
    def everywhere(self) -> FloatArray:
        """Return the weight of each point where all count alike: 1, and 0 if it is not solved."""
        return self.solved.astype(float)

    def shares(self, measure: str) -> tuple[Share, ...]:
        """Return the share of each label in a measure of labels, all points alike."""
        codes = self.results.measures[measure]
        return label_shares(codes, self.everywhere, self.sets)

    def given_shares(self, measure: str) -> tuple[Share, ...] | None:
        """Return the share of each label given the record, None without enough points."""
        if self.given is None or self.labels is None:
            return None
        codes = self.labels[measure]
        weights = self.given.weights * np.isfinite(codes)
        return label_shares(codes, weights, self.given.sets, self.given)

    @property
    def hanging(self) -> tuple[Share, ...]:
        """Return the share of points in which each party's label hangs on the selection."""
        marks = self.results.measures
        return tuple(
            weighted_share(name, marks[f"selection_marks.{name}"] == 1, self.everywhere, self.sets)
            for name in (party.name for party in self.scenario.parties)
        )


def label_shares(
    codes: FloatArray, weights: FloatArray, sets: IntArray, given: Given | None = None
) -> tuple[Share, ...]:
    """Return the share of each label among weighted points; see :func:`weighted_share`."""
    return tuple(
        weighted_share(name, codes == code, weights, sets, given)
        for code, name in enumerate(LABELS)
    )


def sampled_words(scenario: Scenario, design: Design) -> str:
    """Return in words how a design of :func:`replicated` samples the ranges."""
    sets, points = design.recipe["sets"], design.recipe["points"]
    names = set(design.names)
    pairs = sum(set(each.between) <= names for each in scenario.correlations)
    joint = f", {pairs} pair{'s' if pairs > 1 else ''} of them correlated" if pairs else ""
    return (
        f"{sets} scrambled Sobol' sets of {points} points, each number uniform over its range, "
        f"independent{joint}"
    )


def sample_ranges(scenario: Scenario, seed: int, threads: int = 1) -> Sample:
    """Solve a sample of the stated ranges, and one given the record if there is one.

    ``threads`` are those of the latter; the results do not depend on them.
    """
    design = replicated(scenario, SAMPLES, seed)
    results = sweep(scenario, design, robustness_measures(scenario))
    if not scenario.record:
        return Sample(scenario, design, results)
    done = replace(design, values=results.values)
    chances, sets = results.measures["record_chance"], set_of(design)[results.points]
    given = given_record(scenario, done, chances, sets, seed, threads)
    if not given.enough:
        return Sample(scenario, design, results, given)
    if given.values is done.values:
        return Sample(scenario, design, results, given, results.measures)
    columns, _ = evaluate_points(
        scenario, given.names, given.values, label_measures(scenario), threads
    )
    return Sample(scenario, design, results, given, columns)


def label_measures(scenario: Scenario) -> list[str]:
    """Return the measures of the label of each party."""
    return [f"label.{party.name}" for party in scenario.parties]


def robustness_measures(scenario: Scenario) -> list[str]:
    """Return the measures that the shares and drivers of a scenario need."""
    parties = [party.name for party in scenario.parties]
    kinds = ("label", "delay", "selection_marks")
    found = [f"{kind}.{party}" for party in parties for kind in kinds]
    expected = [claim.name for claim in scenario.claims if isinstance(claim, OutcomeClaim)]
    record = ["record_chance"] if scenario.record else []
    ends = [f"end_chance.{end.name}" for end in scenario.ends]
    return [*found, *ends, *record, *[f"expected.{name}" for name in expected]]


def likeliest_ends(sample: Sample) -> tuple[Share, ...]:
    """Return the share of points in which each end is the likeliest; ties go to the first end.

    Where it is likeliest that the talks do not end in sight, no end is counted.
    """
    ends = [end.name for end in sample.scenario.ends]
    chances = np.column_stack([sample.results.measures[f"end_chance.{name}"] for name in ends])
    chances = np.nan_to_num(chances)
    chosen = np.where(chances.max(axis=1) >= 1 - chances.sum(axis=1), chances.argmax(axis=1), -1)
    return tuple(
        weighted_share(name, chosen == place, sample.everywhere, sample.sets)
        for place, name in enumerate(ends)
    )


def claim_shares(sample: Sample) -> tuple[Share, ...]:
    """Return the share of points in which each claim's expected outcome has the claimed chance.

    Claims that set numbers of their own, or ask for another order or selection, are left out.
    """
    scenario, measures = sample.scenario, sample.results.measures
    found = []
    for claim in scenario.claims:
        varied = scenario.settings(claim) or claim.order is not None or claim.selection
        if isinstance(claim, OutcomeClaim) and not varied:
            chance = np.nan_to_num(measures[f"expected.{claim.name}"])
            holds = chance >= float(claim.probability) - 1e-9
            found.append(weighted_share(claim.name, holds, sample.everywhere, sample.sets))
    return tuple(found)


def weighted_share(
    name: str,
    holds: BoolArray,
    weights: FloatArray,
    sets: IntArray,
    given: Given | None = None,
) -> Share:
    """Return a share of weighted points, with a 95 % interval from its spread over the sets.

    The share is a ratio of two means over the sets, and its interval Student's of the linearized
    ratio (Cochran 1977, "Sampling Techniques", 6.4). Where all sets agree that spread is nought;
    the interval is then Wilson's, for as many points as the weights are worth. A sample ``given``
    the record knows how many sets it has, some without a point, and what its points are worth.
    """
    total = float(weights.sum())
    if total == 0:
        return Share(name, math.nan, 0.0, 1.0)
    share = float(weights @ holds) / total
    count = int(sets.max()) + 1 if given is None else given.num_sets
    spread = float(deviation(holds[:, None].astype(float), weights, sets, count)[0])
    if spread == 0 or count < 2:
        worth = effective(weights) if given is None else given.effective
        return Share(name, share, *wilson(share, worth))
    reach = student(count - 1) * spread
    return Share(name, share, max(0.0, share - reach), min(1.0, share + reach))


def student(freedom: int) -> float:
    """Return Student's factor of a 95 % interval.

    >>> round(student(7), 3)
    2.365
    """
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))


def share_of(name: str, hits: int, count: int) -> Share:
    """Return a share of independent draws with its 95 % interval (Wilson 1927, JASA 22, p. 209).

    >>> found = share_of("x", 50, 100)
    >>> found.share, round(found.low, 6), round(found.high, 6)
    (0.5, 0.403832, 0.596168)
    """
    if count == 0:
        return Share(name, math.nan, 0.0, 1.0)
    return Share(name, hits / count, *wilson(hits / count, count))


def wilson(share: float, count: float) -> tuple[float, float]:
    """Return the ends of Wilson's 95 % interval of a share; it is never without width.

    >>> [round(end, 6) for end in wilson(1.0, 100)]
    [0.963007, 1.0]
    """
    z = 1.959963984540054
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def drivers(results: Results, design: Design, party: str) -> tuple[Driver, ...]:
    """Return the numbers that move a party's value of delay, the strongest first.

    Only points in which something is acceptable have a value of delay; fewer than three: none.
    """
    delay = results.measures[f"delay.{party}"]
    finite = np.isfinite(delay)
    if finite.sum() < 3:
        return ()
    target, values = ranks(delay[finite]), design.values[results.points]
    found = [
        Driver(name, correlation(ranks(values[finite, column]), target))
        for column, name in enumerate(design.names)
    ]
    return tuple(sorted(found, key=lambda driver: -abs(driver.correlation)))


def ranks(values: FloatArray) -> FloatArray:
    """Return average ranks, ties sharing theirs."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(values), dtype=float)


def correlation(left: FloatArray, right: FloatArray) -> float:
    """Return Pearson's correlation, 0 if either is constant."""
    if left.std() == 0 or right.std() == 0:
        return 0.0
    return float(np.corrcoef(left, right)[0, 1])
