"""What ``negsim run`` returns: the five questions answered, and what they were asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negsim.answers import Answer
from negsim.questions.change.answer import LeverScan
from negsim.questions.claims import Verdict
from negsim.questions.delay.answer import Delay, PartyDelay, Variant
from negsim.questions.delay.discipline import Discipline
from negsim.questions.outcomes.answer import Outcomes
from negsim.questions.rules.answer import Rules
from negsim.questions.sweep.answer import PhaseDiagram
from negsim.questions.trust.answer import Sampled


@dataclass(frozen=True)
class PartyWords:
    """A party in words."""

    name: str
    label: str
    role: str


@dataclass(frozen=True)
class Sizes:
    """How large the game is."""

    profiles: int
    states: int
    numbers: int


@dataclass(frozen=True)
class SourceWords:
    """Where a number is from."""

    name: str
    cite: str
    date: str | None


@dataclass(frozen=True)
class NamedNumber:
    """A judgement: its value, range, reason and source."""

    name: str
    value: float
    low: float | None
    high: float | None
    why: str
    source: str


@dataclass(frozen=True)
class OffChannel:
    """A channel in words, and the numbers that switch it off."""

    name: str
    label: str
    party: str
    off: Mapping[str, float]


@dataclass(frozen=True)
class About:
    """What a report is of: scenario, versions, seed, sizes, the party that is looked at."""

    title: str
    file: str
    summary: str
    as_of: str | None
    digest: str
    altered: Mapping[str, float]
    command: str
    seed: int
    versions: Mapping[str, str]
    focus: str
    has_agreement: bool
    round: str
    rounds: int | None
    sizes: Sizes
    parties: tuple[PartyWords, ...]
    option_words: tuple[str, ...]
    start: str
    states: tuple[str, ...]
    start_state: int
    sources: tuple[SourceWords, ...]
    numbers: tuple[NamedNumber, ...]
    channels_from: str
    channels: tuple[OffChannel, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Run(Answer):
    """The five questions answered. None where a time limit left an answer out."""

    about: About
    outcomes: Outcomes
    delay: Delay
    discipline: Discipline
    labels: tuple[str, ...]
    variants: tuple[Variant, ...]
    levers: tuple[LeverScan, ...] | None
    phase: PhaseDiagram | None
    claims: tuple[Verdict, ...]
    play: Rules | None
    robustness: Sampled | None
    incomplete: tuple[str, ...] = ()

    @property
    def focus(self) -> PartyDelay:
        """Return question 2's answer for the party that the later questions look at."""
        return self.delay.party(self.about.focus)

    def party_label(self, name: str) -> str:
        """Return the label of a party."""
        return next(party.label for party in self.about.parties if party.name == name)
