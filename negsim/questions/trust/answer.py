"""What question 4 returns: how sure the answers are, what could overturn them, and how far off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negsim.answers import Answer, Floats, Real
from negsim.questions.delay.discipline import Discipline
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


@dataclass(frozen=True)
class HangingShare(Share):
    """The share of the points in which a party's label hangs on the rule of selection."""

    label: str


@dataclass(frozen=True)
class OnRecord:
    """What is on record in a round."""

    round: int
    says: str


@dataclass(frozen=True)
class RecordSample:
    """What is on record, and how much the sample given it is worth, in points."""

    observed: tuple[OnRecord, ...]
    chance: Real
    how: str
    effective: Real
    fewest: float


@dataclass(frozen=True)
class ToldHeadline(Share):
    """A conclusion, what it is at the base case, and the share in which it is that."""

    says: str
    is_: str
    narrowly: bool
    given_record: Share | None


@dataclass(frozen=True)
class ToldSwing:
    """The measure at either end of a number's range; whether the headline is another there."""

    name: str
    low: float
    high: float
    at_low: Real
    at_high: Real
    flips_low: bool
    flips_high: bool

    @property
    def moves(self) -> bool:
        """Tell whether the number moves the measure, or else the headline."""
        return self.at_low != self.at_high or self.flips_low or self.flips_high


@dataclass(frozen=True)
class ToldTornado:
    """The swings, the widest first."""

    measure: str
    base: Real
    swings: tuple[ToldSwing, ...]


@dataclass(frozen=True)
class IndexRow:
    """Sobol' indices of a number, alone and in all, with intervals by bootstrap."""

    name: str
    first: Real
    first_interval: Floats
    total: Real
    total_interval: Floats


@dataclass(frozen=True)
class ToldIndices:
    """Sobol' indices of whether the headline is as at the base case."""

    points: int
    variance: Real
    rows: tuple[IndexRow, ...]


@dataclass(frozen=True)
class ToldBound:
    """One side of the box: the bounds of a number beside its range and base."""

    name: str
    low: float
    high: float
    range: tuple[float, float]
    base: float
    quasi_p: Real


@dataclass(frozen=True)
class ToldBox:
    """The box in which the headline mostly fails; see :class:`FailureBox`."""

    coverage: float
    density: float
    mass: float
    overall: float
    bounds: tuple[ToldBound, ...]


@dataclass(frozen=True)
class WithoutSource:
    """What is left of the headline without a source; no share where it states no ranges."""

    source: str
    cite: str
    numbers: tuple[str, ...]
    fixed: int
    flips: tuple[str, ...]
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ToldDistance:
    """How far the base case is from where a number tips the headline; None if it does not."""

    name: str
    base: float
    low: float
    high: float
    half_ranges: Real
    value: float | None
    below: str | None
    above: str | None


@dataclass(frozen=True)
class Robust(Answer):
    """The answer of ``negsim robust``, with the rival types and the mirror beside it."""

    scenario: str
    seed: int
    party: str
    party_label: str
    subject: str
    measured: str
    unit: str
    measure: str
    interval: str
    design: str
    failed: int
    hangs_on_selection: tuple[HangingShare, ...]
    record: RecordSample | None
    headlines: tuple[ToldHeadline, ...]
    drivers: tuple[Driver, ...]
    tornado: ToldTornado
    indices: ToldIndices | None
    box: ToldBox | None
    sources: tuple[WithoutSource, ...]
    per_source: int
    scan: int
    distances: tuple[ToldDistance, ...]
    discipline: Discipline | None
