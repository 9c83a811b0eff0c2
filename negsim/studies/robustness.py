"""Robustness: in which share of the stated ranges each conclusion holds, and what drives it.

The share is of a Latin hypercube over all ranges, each number uniform and independent of the
others. It is a share of assumptions, not a probability about the world. :mod:`negsim.studies.trust`
asks further.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from negsim.analysis.stalling import LABELS
from negsim.arrays import FloatArray
from negsim.scenario.model import Scenario
from negsim.sweep.design import Design
from negsim.sweep.store import Results

SAMPLES = 256


@dataclass(frozen=True, slots=True)
class Share:
    """The share of the sampled points in which a statement holds, with a 95 % interval."""

    name: str
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Driver:
    """How strongly a number moves the value of delay: Spearman's rank correlation."""

    name: str
    correlation: float


def robustness_measures(scenario: Scenario) -> list[str]:
    """Return the measures that the shares and drivers of a scenario need."""
    parties = [party.name for party in scenario.parties]
    found = [f"{name}.{party}" for party in parties for name in ("label", "delay")]
    expected = [claim.name for claim in scenario.claims if claim.expect_outcome is not None]
    return [*found, "agreement_chance", *[f"expected.{name}" for name in expected]]


def label_shares(results: Results, party: str) -> tuple[Share, ...]:
    """Return the share of each label of a party at the start of the talks."""
    codes = results.measures[f"label.{party}"]
    solved = codes[~np.isnan(codes)]
    return tuple(
        share_of(name, int((solved == code).sum()), len(solved)) for code, name in enumerate(LABELS)
    )


def claim_shares(results: Results, scenario: Scenario) -> tuple[Share, ...]:
    """Return the share of points in which each claim's expected outcome has the claimed chance.

    Claims that set numbers of their own, or ask for another order or selection, are left out.
    """
    found = []
    for claim in scenario.claims:
        varied = scenario.settings(claim) or claim.order is not None or claim.selection
        if claim.expect_outcome is not None and not varied:
            chance = results.measures[f"expected.{claim.name}"]
            solved = chance[~np.isnan(results.measures["agreement_chance"])]
            hits = int((np.nan_to_num(solved) >= float(claim.probability) - 1e-9).sum())
            found.append(share_of(claim.name, hits, len(solved)))
    return tuple(found)


def share_of(name: str, hits: int, count: int) -> Share:
    """Return a share with its 95 % interval (Wilson 1927, J. Am. Stat. Assoc. 22, p. 209).

    >>> found = share_of("x", 50, 100)
    >>> found.share, round(found.low, 6), round(found.high, 6)
    (0.5, 0.403832, 0.596168)
    """
    if count == 0:
        return Share(name, math.nan, 0.0, 1.0)
    return Share(name, hits / count, *wilson(hits / count, count))


def wilson(share: float, count: int) -> tuple[float, float]:
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
    target = ranks(delay[finite])
    found = [
        Driver(name, correlation(ranks(design.values[finite, column]), target))
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
