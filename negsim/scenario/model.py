"""A scenario as frozen values: who talks about what, what each outcome is worth, how the talks run.

Every addressable number has a dotted name (``payoffs.russia.truce_relief``); ``Scenario.numbers``
holds them all, and a *point* is one value for each of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from types import MappingProxyType
from typing import Literal, TypeAlias

from negsim.errors import UsageError, unknown
from negsim.expressions import Expression
from negsim.folders import CHANGED
from negsim.scenario.domain import ANY, Domain

Role: TypeAlias = Literal["party", "mediator", "guarantor"]
EndKind: TypeAlias = Literal["agreement", "breakdown", "exit"]
Confidence: TypeAlias = Literal["measured", "elicited", "assumed"]
NO_AGREEMENT = "no_agreement"
ENDLESS = 0
"""The number of rounds of talks that have no last round."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number or fact comes from."""

    name: str
    cite: str
    date: datetime.date | None = None
    url: str = ""
    confidence: str = ""
    coder: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """One addressable judgement: a value, the range it could lie in, a reason and a source.

    ``domain`` is what it may be at all.
    """

    name: str
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    why: str = ""
    source: str = ""
    domain: Domain = ANY


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a party has if talks stop without it, where no exit is open to it.

    With ``status_quo`` the flow of a round in which nothing is in effect, kept up for the rounds
    that remain, in the state ``state`` (a variable that is not named: the current one); otherwise
    the number ``parties.NAME.reservation``.
    """

    status_quo: bool
    state: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody whose moves and payoffs count."""

    name: str
    label: str
    role: Role = "party"
    manner: str = ""
    reservation: Reservation | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """How an option stays in effect: who may end it, when it lapses, how much notice it takes.

    ``leave`` lists who may end it, all of them together if ``together``; nobody if it is empty.
    It lapses after ``expires`` rounds (0: never). Ended, it lasts ``notice`` rounds more.
    """

    leave: tuple[str, ...]
    together: bool = False
    expires: int = 0
    notice: int = 0

    @property
    def longest(self) -> int:
        """Return the highest value of the rounds left: what a fresh consent brings."""
        return self.expires - 1 if self.expires else max(self.notice, 1)


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be in effect or not; joint if more than one party must consent.

    With ``levels`` it can be in effect at several, named from the lowest to the highest.
    """

    name: str
    label: str
    parties: tuple[str, ...]
    conditions: Mapping[str, Expression] = field(default_factory=lambda: MappingProxyType({}))
    presses: str = ""
    levels: tuple[str, ...] = ()
    stay: Stay | None = None

    @property
    def joint(self) -> bool:
        """Tell whether more than one party must consent."""
        return len(self.parties) > 1

    def stances(self, party: str) -> tuple[str, ...]:
        """Return what the party may say about the option."""
        consents = self.levels or ("yes",)
        return ("no", *consents, "if") if party in self.conditions else ("no", *consents)

    @property
    def top(self) -> int:
        """Return the number of the highest level, 1 for an option that is in effect or not."""
        return len(self.levels) or 1

    def consent(self, stance: str) -> int:
        """Return the level to which a stance consents, an ``if`` counted as the highest."""
        return self.top if stance == "if" else ("no", *(self.levels or ("yes",))).index(stance)


@dataclass(frozen=True, slots=True)
class Rule:
    """A constraint on the options in effect together."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Talks:
    """The clock: what a round is, and who moves when (one group: all at once).

    With ``clock`` rounds are time, and may be cut shorter; otherwise they are the protocol.
    """

    round_name: str
    order: tuple[tuple[str, ...], ...]
    clock: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """A public integer state variable with values 0 .. levels - 1.

    ``stays`` names the option whose remaining rounds it counts; the compiler moves it.
    """

    name: str
    label: str
    levels: int
    stays: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to the state by chance: guard and chance read the old state and the outcome."""

    name: str
    label: str
    when: Expression
    add: Mapping[str, int]
    chance: Expression


@dataclass(frozen=True, slots=True)
class End:
    """A way in which the talks end, tested on the new state and the round's outcome."""

    name: str
    label: str
    kind: EndKind
    when: Expression
    by: tuple[str, ...] = ()
    next_round: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One payoff or cost term: ``value * when * per``, each round or at the ends named in ``at``.

    ``party`` is empty for a cost that is shared; ``number`` is the dotted name of the value.
    """

    number: str
    name: str
    label: str
    party: str
    when: Expression
    per: Expression
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in which delay may pay, switched off in the frozen game.

    ``party`` names whose channel it is: only that party's frozen game is without it.
    """

    name: str
    label: str
    off: Mapping[str, Decimal]
    party: str = ""


@dataclass(frozen=True, slots=True)
class PrivateType:
    """A private type of a party: the numbers that differ; its prior is a number."""

    name: str
    label: str
    party: str
    set: Mapping[str, Decimal]

    @property
    def prior(self) -> str:
        """Return the dotted name of the prior."""
        return f"types.{self.party}.{self.name}.prior"


@dataclass(frozen=True, slots=True)
class Signal:
    """A public alarm about an option of one party; how often it rings are numbers."""

    name: str
    label: str
    about: str


@dataclass(frozen=True, slots=True)
class Preference:
    """An ordinal preference over outcomes, for stability analysis only.

    Either ``ranking``, groups of outcomes from best to worst, those that tie together; or
    ``statements``, the most important first.
    """

    party: str
    ranking: tuple[tuple[Expression, ...], ...] = ()
    statements: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class StrategyRule:
    """What a strategy says where its condition holds; options not named keep their stance: no."""

    when: Expression
    play: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleList:
    """A strategy written in the file: the first rule that holds is followed."""

    name: str
    label: str
    party: str
    rules: tuple[StrategyRule, ...]


@dataclass(frozen=True, slots=True)
class Mirror:
    """The two parties that exchange roles in the mirror test, and the state that is reflected."""

    parties: tuple[str, str]
    reflect: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lever:
    """An instrument somebody could choose: the number it sets and how far."""

    name: str
    label: str
    sets: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Correlation:
    """Two numbers that are uncertain together, and the rank correlation of samples of them."""

    name: str
    between: tuple[str, str]
    rank: Decimal
    why: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """Something on record: what was true of the options and stances of a round."""

    name: str
    says: str
    round: int
    outcome: Expression
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What every claim has: a name, its words, and which talks it is about.

    They are the file's, but for the order of moves, private types, start of the state, numbers and
    selection that are given. With ``holds`` it is about all or some of the selections.
    """

    name: str
    says: str
    order: tuple[tuple[str, ...], ...] | None = None
    types: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    state: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    set: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    selection: str | None = None
    holds: Literal["all", "some"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureClaim(Statement):
    """A claim that a measure, named with its subject, has a value."""

    measure: str
    equals: Decimal
    tolerance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeClaim(Statement):
    """A claim that something is true of a round with at least a chance."""

    round: int
    outcome: Expression
    probability: Decimal = Decimal(1)


Claim: TypeAlias = MeasureClaim | OutcomeClaim
"""A statement about the model that ``negsim check`` tests."""


@dataclass(frozen=True)
class Scenario:
    """A negotiation, complete: change it with :meth:`set` or :meth:`with_order`.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> scenario.set({"talks.rounds": 6}).rounds
    6
    >>> scenario.number("payoffs.upstream.power").low
    Decimal('1')
    """

    title: str
    path: str
    digest: str
    summary: str
    as_of: datetime.date | None
    sources: tuple[Source, ...]
    parties: tuple[Party, ...]
    options: tuple[Option, ...]
    rules: tuple[Rule, ...]
    talks: Talks
    state: tuple[Variable, ...]
    changes: tuple[Change, ...]
    ends: tuple[End, ...]
    payoffs: tuple[Term, ...]
    costs: tuple[Term, ...]
    channels: tuple[Channel, ...]
    levers: tuple[Lever, ...]
    claims: tuple[Claim, ...]
    numbers: Mapping[str, Number]
    types: tuple[PrivateType, ...] = ()
    signals: tuple[Signal, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    record: tuple[Observation, ...] = ()
    preferences: tuple[Preference, ...] = ()
    strategies: tuple[RuleList, ...] = ()
    mirror: Mirror | None = None
    warnings: tuple[str, ...] = ()
    altered: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """The numbers that a user changed, see :meth:`alter`."""
    lines: Mapping[str, tuple[str, int]] = field(default_factory=lambda: MappingProxyType({}))

    def number(self, name: str) -> Number:
        """Return the named number.

        Raises
        ------
        UnknownNameError
            If there is none of that name; the message suggests the nearest.
        """
        if name not in self.numbers:
            raise unknown("number", name, self.numbers)
        return self.numbers[name]

    def value(self, name: str) -> float:
        """Return the named number's value."""
        return float(self.number(name).value)

    def set(self, values: Mapping[str, float | Decimal | str]) -> Scenario:
        """Return the scenario with some named numbers changed.

        Raises
        ------
        UnknownNameError
            If a name is not that of a number.
        UsageError
            If a value is not a number, or not one that the named number may be.
        """
        numbers = dict(self.numbers)
        for name, value in values.items():
            try:
                decimal = Decimal(str(value))
            except InvalidOperation:
                decimal = Decimal("NaN")
            number = self.number(name)
            if not number.domain.admits(decimal):
                raise UsageError(f"{name} = {decimal}, expected {number.domain.words}")
            numbers[name] = replace(number, value=decimal)
        return replace(self, numbers=MappingProxyType(numbers))

    def alter(self, values: Mapping[str, float | Decimal | str]) -> Scenario:
        r"""Return the scenario with some numbers changed by its user, who is told so everywhere.

        Title and digest say what differs from the file; errors as :meth:`set`.

        >>> from negsim.scenario.load import loads
        >>> text = "format = 1\ntitle = 'A well'\nparties.a = {}\noptions.dig.parties = ['a']\n"
        >>> found = loads(text + "payoffs.a.water = { when = 'dig', value = 2 }")
        >>> found.alter({"payoffs.a.water": 3}).title
        'A well, with payoffs.a.water = 3'
        """
        changed = self.set(values)
        own = {
            name: changed.number(name).value
            for name in values
            if changed.number(name).value != self.number(name).value
        }
        if not own:
            return self
        words = ", ".join(f"{name} = {value}" for name, value in own.items())
        digest = sha256(f"{self.digest} {words}".encode()).hexdigest()[: len(self.digest)]
        altered = MappingProxyType({**self.altered, **own})
        return replace(
            changed, title=f"{self.title}{CHANGED}{words}", digest=digest, altered=altered
        )

    def with_order(self, order: tuple[tuple[str, ...], ...]) -> Scenario:
        """Return the scenario with another order of moves.

        Raises
        ------
        UsageError
            If the groups do not name every party once.
        """
        named = sorted(name for group in order for name in group)
        if named != sorted(party.name for party in self.parties) or not all(order):
            everybody = ", ".join(party.name for party in self.parties)
            given = " > ".join(" + ".join(group) for group in order) or "nobody"
            raise UsageError(f"order: expected every party once ({everybody}), got {given}")
        return replace(self, talks=replace(self.talks, order=order))

    @property
    def simultaneous(self) -> tuple[tuple[str, ...], ...]:
        """Return the order in which all parties move at once."""
        return (tuple(party.name for party in self.parties),)

    @property
    def rounds(self) -> int:
        """Return the number of rounds after which the talks end without agreement, or ENDLESS."""
        return int(self.value("talks.rounds")) if "talks.rounds" in self.numbers else ENDLESS

    def as_types(self, chosen: Mapping[str, str]) -> Scenario:
        """Return the scenario in which some parties are of a named private type.

        Raises
        ------
        UnknownNameError
            If a party has no type of that name; ``base``, the numbers as they are, always exists.
        """
        return self.set(self._type_values(chosen))

    def settings(self, claim: Claim) -> dict[str, Decimal]:
        """Return the numbers that a claim is about where they differ: types, set and state.

        Raises
        ------
        UnknownNameError
            As :meth:`as_types`.
        """
        starts = {f"state.{name}.start": Decimal(value) for name, value in claim.state.items()}
        return {**self._type_values(claim.types), **claim.set, **starts}

    def _type_values(self, chosen: Mapping[str, str]) -> dict[str, Decimal]:
        values: dict[str, Decimal] = {}
        for party, name in chosen.items():
            own = {each.name: each for each in self.types if each.party == self.party(party).name}
            if name != "base":
                if name not in own:
                    raise unknown("type", name, ["base", *own])
                values.update(own[name].set)
        return values

    def option(self, name: str) -> Option:
        """Return the option of that name.

        Raises
        ------
        UnknownNameError
            If there is none; the message suggests the nearest.
        """
        for option in self.options:
            if option.name == name:
                return option
        raise unknown("option", name, [option.name for option in self.options])

    def party(self, name: str) -> Party:
        """Return the party of that name.

        Raises
        ------
        UnknownNameError
            If there is none; the message suggests the nearest.
        """
        for party in self.parties:
            if party.name == name:
                return party
        raise unknown("party", name, [party.name for party in self.parties])
