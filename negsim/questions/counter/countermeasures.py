"""Countermeasures: ways to make delay pay less, each a transformation of the scenario.

What a measure costs the mediator who carries it out is its parameter ``cost``, paid in every round
in which it bites; what it costs everybody else is left to the solved talks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import ClassVar, TypeVar

from negsim.errors import UsageError
from negsim.expressions import Apply, Literal, Name, Node, named
from negsim.parameters import Bounded, read, within
from negsim.questions.counter.edits import (
    TRUE,
    Draft,
    agreement,
    both,
    complement,
    either,
    expression,
    favourable_changes,
    final_options,
    limited_options,
    mediator_of,
    negation,
    times,
)
from negsim.registry import Registry
from negsim.scenario.domain import ROUNDS
from negsim.scenario.model import Option, Rule, Scenario

Kind = TypeVar("Kind", bound="type[Countermeasure]")

THEORY = "threshold of optimal stopping under drift, monotone case (Chow, Robbins, Siegmund 1971)"


@dataclass(frozen=True, slots=True)
class Countermeasure(Bounded, ABC):
    """A way to make delay pay less; ``main`` names the parameter that makes it stronger.

    ``commits`` tells whether it makes a difference that somebody is bound to it; ``watches``
    whether it changes what monitors see of a truce, and nothing in the talks; ``weakest`` and
    ``strongest`` are the values of the main parameter between which it is looked for.
    """

    summary: ClassVar[str]
    source: ClassVar[str]
    main: ClassVar[str]
    weakest: ClassVar[float]
    strongest: ClassVar[float]
    commits: ClassVar[bool] = True
    watches: ClassVar[bool] = False

    @abstractmethod
    def edit(self, plan: Draft, /) -> Draft:
        """Return the plan with the measure in it.

        Raises
        ------
        UsageError
            If the scenario has nothing to which the measure could apply.
        """

    def applied(self, scenario: Scenario, party: str, committed: bool = True) -> Scenario:
        """Return the scenario with the measure against the delay of a party.

        Raises
        ------
        UnknownNameError
            If there is no such party.
        UsageError
            If the measure does not apply.
        """
        scenario.party(party)
        if not self.watches:
            agreement(scenario)
        bound = committed or not self.commits
        plan = self.edit(Draft(scenario, party, bound))
        return replace(plan.scenario, claims=(), mirror=None)

    def at(self, strength: float) -> Countermeasure:
        """Return the measure with another value of its main parameter."""
        return replace(self, **{self.main: strength})


countermeasures = Registry[type[Countermeasure]]("countermeasure")


def countermeasure(kind: Kind) -> Kind:
    """Register a countermeasure's class under its name."""
    countermeasures.add(kind.name, kind)
    return kind


def parse(text: str) -> Countermeasure:
    """Return the countermeasure that a text such as ``hazard:chance=0.1`` names.

    Raises
    ------
    UnknownNameError, UsageError
        As :func:`negsim.parameters.read`.

    >>> parse("deadline:rounds=8")
    Deadline(rounds=8)
    """
    return read(text, "countermeasure", countermeasures)


COST = within(0, 1e9, "what a round in which it bites costs the mediator, in its payoff")


@countermeasure
@dataclass(frozen=True, slots=True)
class Deadline(Countermeasure):
    """The talks end after some rounds; without commitment the mediator may, after a refusal."""

    name: ClassVar[str] = "deadline"
    summary: ClassVar[str] = "the talks end after some rounds"
    source: ClassVar[str] = "Damiano, Li, Suen (2012), Optimal deadlines for agreements"
    main: ClassVar[str] = "rounds"
    weakest: ClassVar[float] = 26
    strongest: ClassVar[float] = 1

    rounds: int = field(default=8, metadata=within(1, 400, "rounds until the talks end"))

    def edit(self, plan: Draft, /) -> Draft:
        """Return the plan with a last round, or with the mediator's option to end the talks."""
        if plan.committed:
            rounds = plan.scenario.rounds
            return plan.number(
                "talks.rounds", float(min(self.rounds, rounds or self.rounds)), ROUNDS
            )
        plan = plan.with_act().with_memory()
        over = "counter_over"
        plan = plan.variable(over, 2).change("counter_end", plan.bites, over, 1)
        ended = Apply("==", (Name(over), TRUE))
        return plan.breakdown("counter_ended", "The mediator ends the talks", ended)


@countermeasure
@dataclass(frozen=True, slots=True)
class Hazard(Countermeasure):
    """After a refusal the talks break off with a chance, and the party that refused pays."""

    name: ClassVar[str] = "hazard"
    summary: ClassVar[str] = "a refusal breaks the talks off with a chance, at a penalty"
    source: ClassVar[str] = THEORY
    main: ClassVar[str] = "chance"
    weakest: ClassVar[float] = 0.0
    strongest: ClassVar[float] = 1.0

    chance: float = field(default=0.1, metadata=within(0, 1, "that a refusal ends the talks"))
    penalty: float = field(
        default=0.0, metadata=within(0, 1e9, "paid by the party then, in its payoff")
    )
    cost: float = field(default=0.0, metadata=COST)

    def edit(self, plan: Draft, /) -> Draft:
        """Return the plan with the end that a refusal may bring."""
        plan = plan.with_act().with_memory()
        broken, end = "counter_broken", "counter_broken_off"
        mediator = mediator_of(plan.scenario)
        plan = (
            plan.variable(broken, 2)
            .number("parameters.counter_chance", self.chance)
            .change("counter_break", plan.bites, broken, 1, named("counter_chance"))
            .breakdown(end, "Talks broken off", Apply("==", (Name(broken), TRUE)))
        )
        plan = plan.payoff(plan.party, "counter_penalty", -self.penalty, TRUE, at=(end,))
        return plan.payoff(mediator, "counter_cost", -self.cost, plan.bites)


@countermeasure
@dataclass(frozen=True, slots=True)
class Escalating(Countermeasure):
    """Each refusal costs more than the one before, by one step, up to a number of steps."""

    name: ClassVar[str] = "escalating"
    summary: ClassVar[str] = "each refusal costs the party one step more than the one before"
    source: ClassVar[str] = THEORY
    main: ClassVar[str] = "step"
    weakest: ClassVar[float] = 0.0
    strongest: ClassVar[float] = 10.0

    step: float = field(default=0.2, metadata=within(0, 1e9, "rise of the cost, in its payoff"))
    steps: int = field(default=4, metadata=within(1, 60, "number of rises"))
    cost: float = field(default=0.0, metadata=COST)

    def edit(self, plan: Draft, /) -> Draft:
        """Return the plan with a count of refusals and what they cost."""
        plan = plan.with_act().with_memory()
        count = "counter_refusals"
        plan = plan.variable(count, self.steps + 1).change("counter_rise", plan.bites, count, 1)
        plan = plan.payoff(plan.party, "counter_step", -self.step, plan.bites, Name(count))
        return plan.payoff(mediator_of(plan.scenario), "counter_cost", -self.cost, plan.bites)


@countermeasure
@dataclass(frozen=True, slots=True)
class AidTrigger(Countermeasure):
    """Help to the other side that slows, after a refusal, what moves the state the party's way."""

    name: ClassVar[str] = "aid_trigger"
    summary: ClassVar[str] = "a refusal brings the other side help: what favours the party slows"
    source: ClassVar[str] = THEORY
    main: ClassVar[str] = "share"
    weakest: ClassVar[float] = 0.0
    strongest: ClassVar[float] = 1.0

    share: float = field(default=0.5, metadata=within(0, 1, "of the chances that is taken away"))
    cost: float = field(default=0.0, metadata=COST)

    def edit(self, plan: Draft, /) -> Draft:
        """Return the plan in which favourable changes are less likely after a refusal."""
        favourable = favourable_changes(plan.scenario, plan.party)
        plan = plan.with_act().with_memory().number("parameters.counter_share", self.share)
        factor = complement(times(Name("counter_share"), plan.bites))
        mediator = mediator_of(plan.scenario)
        return plan.changes_times(favourable, factor).payoff(
            mediator, "counter_cost", -self.cost, plan.bites
        )


@countermeasure
@dataclass(frozen=True, slots=True)
class Ratchet(Countermeasure):
    """A limited truce covers more each round that it lasts, so that what favours delay slows."""

    name: ClassVar[str] = "ratchet"
    summary: ClassVar[str] = "the limited truce widens each round and slows what favours the party"
    source: ClassVar[str] = THEORY
    main: ClassVar[str] = "step"
    weakest: ClassVar[float] = 0.0
    strongest: ClassVar[float] = 1.0

    step: float = field(default=0.2, metadata=within(0, 1, "share of what is left, each round"))
    steps: int = field(default=4, metadata=within(1, 60, "number of times that it widens"))

    def edit(self, plan: Draft, /) -> Draft:
        """Return the plan in which the truce widens; without commitment, when the mediator asks."""
        limited = either(map(Name, limited_options(plan.scenario, plan.party)))
        favourable = favourable_changes(plan.scenario, plan.party)
        plan = plan.with_act().number("parameters.counter_widening", self.step)
        width = "counter_width"
        widens = both(limited, negation(agreement(plan.scenario)), plan.acts)
        plan = plan.variable(width, self.steps + 1).change("counter_widens", widens, width, 1)
        left = [
            complement(
                times(Name("counter_widening"), Apply(">=", (Name(width), Literal(float(k)))))
            )
            for k in range(1, self.steps + 1)
        ]
        covered = complement(times(limited, complement(times(*left))))
        return plan.changes_times(favourable, covered)


@countermeasure
@dataclass(frozen=True, slots=True)
class ConditionalTruce(Countermeasure):
    """The limited truce counts for a number of rounds only, unless an agreement follows."""

    name: ClassVar[str] = "conditional_truce"
    summary: ClassVar[str] = "the limited truce lapses after some rounds without an agreement"
    source: ClassVar[str] = THEORY
    main: ClassVar[str] = "rounds"
    weakest: ClassVar[float] = 12
    strongest: ClassVar[float] = 0

    rounds: int = field(default=4, metadata=within(0, 60, "rounds of truce before it lapses"))

    def edit(self, plan: Draft, /) -> Draft:
        """Return the plan in which payoffs and changes no longer see a truce that has lapsed."""
        limited = limited_options(plan.scenario, plan.party)
        plan = plan.with_act()
        age = "counter_truce_age"
        held = both(either(map(Name, limited)), negation(agreement(plan.scenario)))
        over: Node = Apply(">=", (Name(age), Literal(float(self.rounds))))
        over = both(over, plan.acts)
        alive = negation(both(over, negation(agreement(plan.scenario))))
        plan = plan.reading_as({name: both(Name(name), alive) for name in limited})
        return plan.variable(age, self.rounds + 1).change("counter_ages", held, age, 1)


@dataclass(frozen=True, slots=True)
class Monitors(Countermeasure):
    """A change of how well violations are seen; it needs signals in the scenario."""

    commits: ClassVar[bool] = False
    watches: ClassVar[bool] = True

    def edit(self, plan: Draft, /) -> Draft:
        """Return the plan with other chances of alarm."""
        if not plan.scenario.signals:
            raise UsageError(
                "no [signals.NAME] about an option that breaks the truce: nothing says how well "
                "violations are seen"
            )
        for signal in plan.scenario.signals:
            names = [f"signals.{signal.name}.{word}" for word in ("detection", "false_alarm")]
            chances = self.better(*(plan.scenario.value(name) for name in names))
            for name, chance in zip(names, chances, strict=True):
                plan = plan.number(name, chance)
        return plan

    @abstractmethod
    def better(self, detection: float, false_alarm: float, /) -> tuple[float, float]:
        """Return the chances of detection and of false alarm that the measure brings."""


@countermeasure
@dataclass(frozen=True, slots=True)
class Verification(Monitors):
    """Better monitors: fewer violations unseen, fewer false alarms."""

    name: ClassVar[str] = "verification"
    summary: ClassVar[str] = "fewer violations unseen and fewer false alarms"
    source: ClassVar[str] = "Abreu, Milgrom, Pearce (1991), Information and timing"
    main: ClassVar[str] = "share"
    weakest: ClassVar[float] = 0.0
    strongest: ClassVar[float] = 1.0

    share: float = field(default=0.5, metadata=within(0, 1, "of both errors that is taken away"))

    def better(self, detection: float, false_alarm: float, /) -> tuple[float, float]:
        """Return the chances with a share of both errors taken away."""
        return 1 - (1 - detection) * (1 - self.share), false_alarm * (1 - self.share)


@countermeasure
@dataclass(frozen=True, slots=True)
class ClearerText(Monitors):
    """A clearer text: alarms that only the wording caused fall silent.

    With a share ``disputed`` of rounds in which the text gives rise to an alarm whatever was done,
    alarms ring with chance 1 - (1 - chance)(1 - disputed) (THEORY C2); the measure takes a share
    ``cleared`` of ``disputed`` away.
    """

    name: ClassVar[str] = "clearer_text"
    summary: ClassVar[str] = "alarms that only ambiguous wording caused fall silent"
    source: ClassVar[str] = "Pehar (2001), Use of ambiguities in peace agreements"
    main: ClassVar[str] = "cleared"
    weakest: ClassVar[float] = 0.0
    strongest: ClassVar[float] = 1.0

    disputed: float = field(
        default=0.05, metadata=within(0, 0.99, "chance a round that the text alone brings alarm")
    )
    cleared: float = field(default=1.0, metadata=within(0, 1, "share of it that is taken away"))

    def better(self, detection: float, false_alarm: float, /) -> tuple[float, float]:
        """Return the chances with a share of the disputes about the text taken away.

        Raises
        ------
        UsageError
            If the text alone would bring more alarms than there are.
        """
        if self.disputed > min(detection, false_alarm):
            raise UsageError(
                f"{self.name}: disputed is {self.disputed:g}, expected at most the chance of "
                f"alarm without a violation, {min(detection, false_alarm):g}"
            )
        silent = (1 - self.disputed * (1 - self.cleared)) / (1 - self.disputed)
        return 1 - (1 - detection) * silent, 1 - (1 - false_alarm) * silent


@countermeasure
@dataclass(frozen=True, slots=True)
class SymmetricFreeze(Countermeasure):
    """A second text on the table: the full deal with a verified freeze of both sides' arming.

    It is an agreement like the first, at a price to each who signs it, and brings its parties
    none of what they would lose by the first.
    """

    name: ClassVar[str] = "symmetric_freeze"
    summary: ClassVar[str] = "a second text: the full deal with a verified freeze on both sides"
    source: ClassVar[str] = "after the separation of staller and fearful by offers, THEORY B2"
    main: ClassVar[str] = "price"
    weakest: ClassVar[float] = 20.0
    strongest: ClassVar[float] = 0.0
    commits: ClassVar[bool] = False

    price: float = field(
        default=0.0, metadata=within(0, 1e9, "of the freeze to each who signs, in its payoff")
    )

    def edit(self, plan: Draft, /) -> Draft:
        """Return the plan with the second text as a joint option beside the first."""
        first = first_text(plan.scenario, plan.party)
        reads: dict[str, Node] = {first.name: either([Name(first.name), Name(FREEZE)])}
        plan = plan.reading_as(reads)
        scenario = without_losses(plan.scenario, first.parties)
        plan = replace(plan, scenario=with_second_text(scenario, first, reads))
        agreed = tuple(end.name for end in scenario.ends if end.kind == "agreement")
        for party in first.parties:
            plan = plan.payoff(party, "counter_price", -self.price, Name(FREEZE), at=agreed)
        return plan


FREEZE = "counter_freeze"


def first_text(scenario: Scenario, party: str) -> Option:
    """Return the first joint option of a party that brings an agreement.

    Raises
    ------
    UsageError
        If there is none, or it has levels or stays in effect.
    """
    for option in final_options(scenario, party):
        if option.joint and not option.levels and option.stay is None:
            return option
    raise UsageError(f'no joint option of "{party}" without levels that brings an agreement')


def without_losses(scenario: Scenario, parties: Iterable[str]) -> Scenario:
    """Return the scenario in which an agreement by the second text has no negative payoffs."""
    agreed = {end.name for end in scenario.ends if end.kind == "agreement"}
    whose = frozenset(parties)
    payoffs = tuple(
        replace(term, when=expression(both(term.when.tree, negation(Name(FREEZE)))))
        if term.party in whose
        and agreed & set(term.at)
        and scenario.value(term.number) < 0
        and not set(term.at) - agreed
        else term
        for term in scenario.payoffs
    )
    return replace(scenario, payoffs=payoffs)


def with_second_text(scenario: Scenario, first: Option, reads: Mapping[str, Node]) -> Scenario:
    """Return the scenario with a second text that brings the same ends under the same rules."""
    option = replace(
        first, name=FREEZE, label="Freeze on both sides", conditions=MappingProxyType({})
    )
    ends = tuple(replace(end, when=end.when.replaced(reads)) for end in scenario.ends)
    rules = tuple(
        replace(rule, expression=rule.expression.replaced(reads)) for rule in scenario.rules
    )
    apart = Rule("counter_one_text", expression(negation(both(Name(first.name), Name(FREEZE)))))
    return replace(scenario, options=(*scenario.options, option), ends=ends, rules=(*rules, apart))
