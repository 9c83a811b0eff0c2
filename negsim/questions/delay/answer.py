"""What question 2 returns: is delay the best reply, for whom, what is it worth, made of what?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negsim.analysis.delay.attribution import Attribution
from negsim.analysis.delay.causes import Causes
from negsim.analysis.delay.ledger import LedgerEntry
from negsim.answers import Answer, Bools, Floats, Ints, Real
from negsim.questions.delay.discipline import Discipline


@dataclass(frozen=True)
class Start:
    """What a party has at the start, in its own unit."""

    settle: Real
    talk: Real
    leave: Real
    delay: Real
    cover: Real
    frozen_delay: Real
    worth: Real
    premium: Real
    round_premium: Real
    value: Real


@dataclass(frozen=True)
class Tests:
    """Whether each of the four conditions of stalling holds; None if it was not tested."""

    S1: bool | None
    S2: bool | None
    S3: bool | None
    S4: bool | None


@dataclass(frozen=True)
class ToldLedger:
    """A party's value of delay payoff by payoff, against signing ``package`` now.

    ``quantiles`` are the rounds by which 10, 50 and 90 % of the talks have ended, None out of
    sight; ``ending`` (T,) the chance that they end in each round.
    """

    package: str | None
    delay: Real
    entries: tuple[LedgerEntry, ...]
    expected_rounds: Real
    quantiles: tuple[int | None, ...]
    ending: Floats
    unending: float


@dataclass(frozen=True)
class OfferKind:
    """An offer that cannot take effect and yet pays, in some round and state."""

    option: str
    stance: str


@dataclass(frozen=True)
class StartOffer:
    """Such an offer made in round 1: its chance, and what it is worth more than no."""

    option: str
    label: str
    stance: str
    chance: float
    gain: Real


@dataclass(frozen=True)
class ToldOffers:
    """All such offers of a party: shares of all rounds and states, and of the path's rounds."""

    share: float
    share_of_path: float
    kinds: tuple[OfferKind, ...]
    at_start: tuple[StartOffer, ...]


@dataclass(frozen=True)
class ToldRegion:
    """Where a label holds over all rounds and states that can occur."""

    label: str
    share: float
    share_of_path: float
    cells: int
    boundary: int
    share_of_boundary: float
    by_variable: Mapping[str, tuple[int, int]]
    by_round: tuple[int, int] | None


@dataclass(frozen=True)
class TwoCosts:
    """A human cost along the solved path and along that of the sincere counterpart."""

    solved: Real
    sincere: Real


@dataclass(frozen=True)
class Delayed:
    """How long a party's delay lasts, and what its sincere counterpart would have brought.

    ``chances`` (T,) are those of each number of rounds of delay, from 0.
    """

    expected: Real
    quantiles: tuple[int, ...]
    chances: Floats
    never: float
    unending: float
    end: Real
    sincere_end: Real
    sincere_first: Mapping[str, float]
    sincere_ends: Mapping[str, float]
    sincere_values: Mapping[str, Real]
    damage: Mapping[str, Real]
    costs: Mapping[str, TwoCosts]


@dataclass(frozen=True)
class PartyDelay:
    """One party's answer: values, tests, label, causes, offers, region and rounds of delay.

    ``map`` (S, T) holds places in the list of labels by state and round, ``depends`` (S, T) which
    of them hang on the rule of selection.
    """

    name: str
    label: str
    role: str
    has_joint: bool
    start: Start
    verdict: str
    verdict_derived: str | None
    package: str | None
    on_the_table: str | None
    tests: Tests
    leaving: str
    premium: Attribution | None
    ledger: ToldLedger | None
    shares: Mapping[str, float]
    shares_of_path: Mapping[str, float]
    map: Ints
    depends: Bools
    differ: int
    by_selection: Mapping[str, str]
    channels_from: str
    channel_names: tuple[str, ...]
    cause: Causes | None
    offers: ToldOffers
    region: ToldRegion
    delayed: Delayed


@dataclass(frozen=True)
class Selection:
    """How many labels of all parties that can occur hang on the rule of selection."""

    rule: str
    differ: int
    labels: int
    by: Mapping[str, int]
    unsolved: tuple[str, ...]


@dataclass(frozen=True)
class PredictedPath:
    """The solved talks from the start, round by round; rounds count from 1.

    ``options`` are chances given that talks go on, ``ended`` chances so far, ``state`` (T, 3) the
    10 % quantile, mean and 90 % quantile of each variable.
    """

    rounds: tuple[int, ...]
    going: Floats
    options: Mapping[str, Floats]
    ended: Mapping[str, Floats]
    state: Mapping[str, Floats]
    costs: Mapping[str, Real]
    first: Mapping[str, float]
    ends: Mapping[str, float]
    expected_end: Real


@dataclass(frozen=True)
class Delay(Answer):
    """Question 2's answer for every party.

    ``live`` lists the states that can occur in some round, ``occurs`` (S, T) where they do.
    """

    rule: str
    order: tuple[tuple[str, ...], ...]
    largest_regret: float
    largest_count: int
    share_logit: float
    parties: tuple[PartyDelay, ...]
    live: tuple[int, ...]
    occurs: Bools
    selection: Selection
    path: PredictedPath

    def party(self, name: str) -> PartyDelay:
        """Return the answer of the party of a name."""
        return next(party for party in self.parties if party.name == name)


@dataclass(frozen=True)
class ChannelWords:
    """A channel in words; ``party`` is empty for one that is everybody's."""

    name: str
    label: str
    party: str


@dataclass(frozen=True)
class Place:
    """What ``negsim stall`` was asked: scenario, party, round and state."""

    title: str
    focus: str
    round: str
    rounds: int | None
    round_number: int
    start: str
    start_state: int
    states: tuple[str, ...]
    has_agreement: bool
    channels: tuple[ChannelWords, ...]


@dataclass(frozen=True)
class ByRound:
    """The value of delay at the start state in every round, and the parts of its premium."""

    rounds: tuple[int, ...]
    delay: Floats
    frozen: Floats
    channels: Mapping[str, Floats]


@dataclass(frozen=True)
class Over:
    """The labels of one party over a grid of one or two named numbers, and where they change."""

    party: str
    names: tuple[str, ...]
    axes: tuple[Floats, ...]
    base: tuple[float, ...]
    labels: Ints
    changes: Bools
    boundary: int
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Stall(Delay):
    """The answer of ``negsim stall``: question 2 for one party, in one round and state."""

    scenario: str
    seed: int
    about: Place
    labels: tuple[str, ...]
    discipline: Discipline
    by_round: ByRound
    over: Over | None

    @property
    def focus(self) -> PartyDelay:
        """Return the answer of the party that is asked about."""
        return self.party(self.about.focus)


@dataclass(frozen=True)
class Variant:
    """The labels at the start under another way of modelling a round.

    ``failure`` says why it is not solved; then nothing else is told.
    """

    text: str
    failure: str | None = None
    labels: tuple[str, ...] = ()
    first: Mapping[str, float] | None = None
    count: int = 0
    share_logit: float = 0.0
    largest_regret: float = 0.0
