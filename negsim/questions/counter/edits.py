"""Edits of a scenario's rules: what every countermeasure is made of.

A *refusal* of a party is a round that brings no agreement and in which the party did not itself
consent to an option that would bring one. A measure *bites* in a round if, with commitment, the
party refuses in it; without commitment, if it refused in the round before and the mediator chooses
to act, by an option of its own added for that. All added names begin with ``counter_``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from types import MappingProxyType

from negsim.errors import UsageError
from negsim.expressions import Apply, Expression, Literal, Name, Node, Stance, literal
from negsim.scenario.domain import ANY, Domain, start_domain
from negsim.scenario.model import (
    NO_AGREEMENT,
    Change,
    End,
    Number,
    Option,
    Scenario,
    Term,
    Variable,
)

ACT = "counter_act"
"""The mediator's option to act, in a scenario in which a measure is not committed to."""

REFUSED = "counter_refused"
"""The state variable that tells whether the party refused in the round before."""

TRUE = Literal(1.0)


def expression(tree: Node) -> Expression:
    """Return an expression that was not read from a text."""
    return Expression("", tree)


def both(*trees: Node) -> Node:
    """Return the tree that holds where all trees hold."""
    return reduce(lambda left, right: Apply("and", (left, right)), trees)


def either(trees: Iterable[Node]) -> Node:
    """Return the tree that holds where some tree holds; false of none."""
    found = list(trees)
    return reduce(lambda left, right: Apply("or", (left, right)), found) if found else Literal(0.0)


def negation(tree: Node) -> Node:
    """Return the tree that holds where a tree does not."""
    return Apply("not", (tree,))


def times(*trees: Node) -> Node:
    """Return the product of trees."""
    return reduce(lambda left, right: Apply("*", (left, right)), trees)


def complement(tree: Node) -> Node:
    """Return one minus a tree."""
    return Apply("-", (Literal(1.0), tree))


def agreement(scenario: Scenario) -> Node:
    """Return the tree that holds in a round that brings an agreement.

    Raises
    ------
    UsageError
        If no end is an agreement.
    """
    ends = [end.when.tree for end in scenario.ends if end.kind == "agreement"]
    if not ends:
        raise UsageError('countermeasures need an end of kind "agreement", and there is none')
    return either(ends)


def final_options(scenario: Scenario, party: str) -> tuple[Option, ...]:
    """Return the options of a party that ends of kind agreement ask for."""
    named = {name for end in scenario.ends if end.kind == "agreement" for name in end.when.names()}
    return tuple(each for each in scenario.options if each.name in named and party in each.parties)


def limited_options(scenario: Scenario, party: str) -> tuple[str, ...]:
    """Return the joint options of a party that bring no agreement.

    Raises
    ------
    UsageError
        If there is none.
    """
    final = {option.name for option in final_options(scenario, party)}
    found = [
        option.name
        for option in scenario.options
        if option.joint and party in option.parties and option.name not in final
    ]
    if not found:
        raise UsageError(f'no limited truce: every joint option of "{party}" brings an agreement')
    return tuple(found)


def refusal(scenario: Scenario, party: str) -> Node:
    """Return the tree that holds in a round in which a party refuses."""
    consents = [
        Stance(party, option.name, (option.levels or ("yes",))[-1])
        for option in final_options(scenario, party)
    ]
    return both(negation(agreement(scenario)), negation(either(consents)))


def mediator_of(scenario: Scenario) -> str | None:
    """Return the first mediator, who carries out measures, if there is one."""
    return next((party.name for party in scenario.parties if party.role == "mediator"), None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario on its way to a variant: whose delay is met, and whether by commitment."""

    scenario: Scenario
    party: str
    committed: bool

    @property
    def bites(self) -> Node:
        """Return the tree that holds in a round in which the measure bites."""
        if self.committed:
            return refusal(self.scenario, self.party)
        return both(Name(ACT), Apply("==", (Name(REFUSED), TRUE)))

    @property
    def acts(self) -> Node:
        """Return the tree that holds where the mediator acts; always, with commitment."""
        return TRUE if self.committed else Name(ACT)

    def with_act(self) -> Draft:
        """Return the plan with the mediator's option to act, unless there is commitment.

        Raises
        ------
        UsageError
            If there is no mediator.
        """
        if self.committed:
            return self
        mediator = mediator_of(self.scenario)
        if mediator is None:
            raise UsageError("without commitment somebody must choose to act; there is no mediator")
        option = Option(ACT, "The measure is applied", (mediator,), presses=self.party)
        scenario = replace(self.scenario, options=(*self.scenario.options, option))
        return replace(self, scenario=scenario)

    def with_memory(self) -> Draft:
        """Return the plan with the state's memory of a refusal, unless there is commitment."""
        if self.committed:
            return self
        refuses = refusal(self.scenario, self.party)
        return (
            self.variable(REFUSED, 2)
            .change("counter_seen", refuses, REFUSED, 1)
            .change("counter_forgotten", negation(refuses), REFUSED, -1)
        )

    def number(self, name: str, value: float, domain: Domain = ANY) -> Draft:
        """Return the plan with a named number; what one may be that is there stays."""
        known = self.scenario.numbers
        domain = known[name].domain if name in known else domain
        numbers = {**known, name: Number(name, Decimal(repr(value)), domain=domain)}
        return replace(self, scenario=replace(self.scenario, numbers=MappingProxyType(numbers)))

    def variable(self, name: str, levels: int) -> Draft:
        """Return the plan with one more state variable, which starts at 0."""
        state = (*self.scenario.state, Variable(name, name.replace("_", " "), levels))
        plan = replace(self, scenario=replace(self.scenario, state=state))
        return plan.number(f"state.{name}.start", 0.0, start_domain(levels))

    def change(
        self, name: str, when: Node, variable: str, step: int, chance: Expression | None = None
    ) -> Draft:
        """Return the plan with one more change of the state, certain unless a chance is given."""
        entry = Change(
            name,
            name.replace("_", " "),
            expression(when),
            MappingProxyType({variable: step}),
            chance or literal(1.0),
        )
        return replace(
            self, scenario=replace(self.scenario, changes=(*self.scenario.changes, entry))
        )

    def payoff(
        self,
        party: str | None,
        name: str,
        value: float,
        when: Node,
        per: Node = TRUE,
        at: tuple[str, ...] = (),
    ) -> Draft:
        """Return the plan with one more payoff of a party; as it is if there is no such party."""
        if party is None:
            return self
        dotted = f"payoffs.{party}.{name}"
        label = name.replace("_", " ")
        term = Term(dotted, name, label, party, expression(when), expression(per), at)
        plan = self.number(dotted, value)
        payoffs = (*plan.scenario.payoffs, term)
        return replace(plan, scenario=replace(plan.scenario, payoffs=payoffs))

    def breakdown(self, name: str, label: str, when: Node) -> Draft:
        """Return the plan with one more end, worth to everybody what no agreement is worth.

        It is tested before all others: an agreement in the same round comes too late for it.
        """

        def extended(terms: tuple[Term, ...]) -> tuple[Term, ...]:
            return tuple(
                replace(term, at=(*term.at, name)) if NO_AGREEMENT in term.at else term
                for term in terms
            )

        seen = self.scenario
        found = replace(
            seen,
            ends=(End(name, label, "breakdown", expression(when)), *seen.ends),
            payoffs=extended(seen.payoffs),
            costs=extended(seen.costs),
        )
        return replace(self, scenario=found)

    def changes_times(self, names: Iterable[str], factor: Node) -> Draft:
        """Return the plan in which the chances of some changes are multiplied by a factor."""
        chosen = frozenset(names)
        changes = tuple(
            replace(each, chance=expression(times(each.chance.tree, factor)))
            if each.name in chosen
            else each
            for each in self.scenario.changes
        )
        return replace(self, scenario=replace(self.scenario, changes=changes))

    def reading_as(self, trees: Mapping[str, Node]) -> Draft:
        """Return the plan whose payoffs, costs and changes read some names as trees."""

        def read(terms: tuple[Term, ...]) -> tuple[Term, ...]:
            return tuple(
                replace(term, when=term.when.replaced(trees), per=term.per.replaced(trees))
                for term in terms
            )

        seen = self.scenario
        changes = tuple(
            replace(each, when=each.when.replaced(trees), chance=each.chance.replaced(trees))
            for each in seen.changes
        )
        found = replace(seen, payoffs=read(seen.payoffs), costs=read(seen.costs), changes=changes)
        return replace(self, scenario=found)


def favourable_changes(scenario: Scenario, party: str) -> tuple[str, ...]:
    """Return the changes of the state after which an agreement is worth more to a party.

    Each is tried alone at the start of the talks, with the options in effect that ends of kind
    agreement ask for and no others.

    Raises
    ------
    UsageError
        If there is none.
    """
    start = {each.name: scenario.value(f"state.{each.name}.start") for each in scenario.state}
    levels = {each.name: each.levels for each in scenario.state}
    before = settlement(scenario, party, start)
    found = []
    for change in scenario.changes:
        moved = {
            name: min(max(start[name] + step, 0), levels[name] - 1)
            for name, step in change.add.items()
        }
        if settlement(scenario, party, {**start, **moved}) > before:
            found.append(change.name)
    if not found:
        raise UsageError(f'no change of the state makes an agreement worth more to "{party}"')
    return tuple(found)


def settlement(scenario: Scenario, party: str, state: Mapping[str, float]) -> float:
    """Return what an agreement pays a party at its ends in a state."""
    agreed = {end.name for end in scenario.ends if end.kind == "agreement"}
    asked = {name for end in scenario.ends if end.kind == "agreement" for name in end.when.names()}
    environment: dict[str, float] = {
        option.name: float(option.top if option.name in asked else 0) for option in scenario.options
    }
    for name, number in scenario.numbers.items():
        environment[name.removeprefix("parameters.")] = float(number.value)
    environment |= state
    total = 0.0
    for term in scenario.payoffs:
        if term.party == party and agreed & set(term.at):
            stances = term.when.stances() | term.per.stances()
            said = {stance.key: 0.0 for stance in stances}
            here = {**environment, **said}
            worth = float(term.when.evaluate(here) != 0) * float(term.per.evaluate(here))
            total += scenario.value(term.number) * worth
    return total
