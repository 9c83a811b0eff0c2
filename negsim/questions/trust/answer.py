"""What question 4 of ``negsim run`` returns: how sure the answers are over the stated ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negsim.answers import Answer, Real
from negsim.questions.trust.robustness import Driver, Share


@dataclass(frozen=True)
class EndShare(Share):
    """The share of the points in which an end is the likeliest."""

    label: str


@dataclass(frozen=True)
class Observed:
    """What is on record in a round, and its chance at the base numbers."""

    round: int
    says: str
    source: str
    at_base: float


@dataclass(frozen=True)
class GivenRecord:
    """What the sample says given the record; ``labels`` is None where too few points have it."""

    observed: tuple[Observed, ...]
    chance: Real
    how: str
    effective: Real
    fewest: float
    labels: Mapping[str, tuple[Share, ...]] | None


@dataclass(frozen=True)
class Sampled(Answer):
    """Question 4's answer: labels, claims and ends over the stated ranges."""

    points: int
    failed: int
    measure: str
    labels: Mapping[str, tuple[Share, ...]]
    hangs_on_selection: tuple[Share, ...]
    record: GivenRecord | None
    claims: tuple[Share, ...]
    ends: tuple[EndShare, ...]
    drivers: tuple[Driver, ...]
