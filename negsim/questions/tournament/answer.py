"""What ``negsim tournament`` returns: standings, what exploiting pays, every pairing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negsim.answers import Answer, Real


@dataclass(frozen=True)
class LabelOf:
    """A party or a declared cost by its name, and the label it is shown under."""

    name: str
    label: str


@dataclass(frozen=True)
class PlayedUnder:
    """The length of the talks and the levels of noise of a setting."""

    horizon: str
    noise: float
    misperception: float


@dataclass(frozen=True)
class NotPlayed:
    """A pairing that cannot be played, and why."""

    rules: tuple[str, str]
    why: str


@dataclass(frozen=True)
class RuleStanding:
    """How a strategy fared against all of the other role; half widths are of 95 % intervals.

    ``harm`` is by party, None without a baseline; ``costs`` by declared cost.
    """

    rank: int
    rule: str
    payoff: float
    half_width: float
    least: float
    agreement: Real
    agreement_low: Real
    agreement_high: Real
    half_width_agreement: Real
    rounds: Real
    empty_offers: Real
    half_width_rounds: Real
    half_width_empty_offers: Real
    harm: Mapping[str, float | None]
    costs: Mapping[str, Real]


@dataclass(frozen=True)
class RuleGain:
    """What the best response to a rule gains over the baseline, which is None if there is none."""

    against: str
    best_response: Real
    baseline: str | None
    baseline_payoff: Real
    gain: Real


@dataclass(frozen=True)
class Tournament(Answer):
    """A tournament of two roles.

    ``labels``, ``rules`` and ``names`` have one entry a role; ``standings`` and ``gains`` one a
    setting, and in it one a role. A pairing has its setting, each role's rule, and every column.
    """

    title: str
    round: str
    roles: tuple[str, str]
    labels: tuple[str, str]
    parties: tuple[LabelOf, ...]
    costs: tuple[LabelOf, ...]
    rules: tuple[tuple[str, ...], tuple[str, ...]]
    names: tuple[tuple[str, ...], tuple[str, ...]]
    others: Mapping[str, str]
    settings: tuple[str, ...]
    conditions: tuple[PlayedUnder, ...]
    runs: int
    intervals: str
    seed: int
    complete: bool
    skipped: tuple[NotPlayed, ...]
    standings: tuple[tuple[tuple[RuleStanding, ...], tuple[RuleStanding, ...]], ...]
    gains: tuple[tuple[tuple[RuleGain, ...], tuple[RuleGain, ...]], ...]
    pairings: tuple[Mapping[str, str | Real], ...]

    def shown(self, role: int, rule: str) -> str:
        """Return the name under which a role's strategy is shown."""
        return self.names[role][self.rules[role].index(rule)]
