"""A scenario as frozen values: who talks about what, what each outcome is worth, how the talks run.

Every addressable number has a dotted name (``payoffs.russia.truce_relief``); ``Scenario.numbers``
holds them all, and a *point* is one value for each of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Literal, TypeAlias

from negsim.errors import unknown
from negsim.expressions import Expression

Role: TypeAlias = Literal["party", "mediator", "guarantor"]
EndKind: TypeAlias = Literal["agreement", "breakdown", "exit"]
NO_AGREEMENT = "no_agreement"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number or fact comes from."""

    name: str
    cite: str
    date: datetime.date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """One addressable judgement: a value, the range it could lie in, a reason and a source."""

    name: str
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    why: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody whose moves and payoffs count."""

    name: str
    label: str
    role: Role = "party"


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be in effect or not; joint if more than one party must consent."""

    name: str
    label: str
    parties: tuple[str, ...]
    conditions: Mapping[str, Expression] = field(default_factory=lambda: MappingProxyType({}))
    presses: str = ""

    @property
    def joint(self) -> bool:
        """Tell whether more than one party must consent."""
        return len(self.parties) > 1

    def stances(self, party: str) -> tuple[str, ...]:
        """Return what the party may say about the option."""
        return ("no", "yes", "if") if party in self.conditions else ("no", "yes")


@dataclass(frozen=True, slots=True)
class Rule:
    """A constraint on the options in effect together."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Talks:
    """The clock: what a round is, and who moves when (one group: all at once)."""

    round_name: str
    order: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """A public integer state variable with values 0 .. levels - 1."""

    name: str
    label: str
    levels: int


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
    """A way in which delay may pay, switched off in the frozen game."""

    name: str
    label: str
    off: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Lever:
    """An instrument somebody could choose: the number it sets and how far."""

    name: str
    label: str
    sets: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about the model that ``negsim check`` tests."""

    name: str
    says: str
    measure: str = ""
    equals: Decimal | None = None
    tolerance: Decimal = Decimal("1e-9")
    expect_round: int = 0
    expect_outcome: Expression | None = None
    probability: Decimal = Decimal(1)
    order: tuple[tuple[str, ...], ...] | None = None
    selection: str = ""
    party: str = ""
    state: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Scenario:
    """A negotiation, complete: change it with :meth:`set` or :meth:`with_order`."""

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
    warnings: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

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
        from negsim.scenario.domain import check_value

        numbers = dict(self.numbers)
        for name, value in values.items():
            try:
                decimal = Decimal(str(value))
            except InvalidOperation:
                decimal = Decimal("NaN")
            check_value(self, name, decimal)
            numbers[name] = replace(self.number(name), value=decimal)
        return replace(self, numbers=MappingProxyType(numbers))

    def with_order(self, order: tuple[tuple[str, ...], ...]) -> Scenario:
        """Return the scenario with another order of moves."""
        return replace(self, talks=replace(self.talks, order=order))

    @property
    def simultaneous(self) -> tuple[tuple[str, ...], ...]:
        """Return the order in which all parties move at once."""
        return (tuple(party.name for party in self.parties),)

    @property
    def rounds(self) -> int:
        """Return the number of rounds after which the talks end without agreement."""
        return int(self.number("talks.rounds").value)

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
