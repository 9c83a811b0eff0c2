"""The mirror case: two parties exchange roles, and the state is reflected with them.

Everything that names the one party names the other, and a reflected variable counts from its other
end. It is the same game told from the other side, so every label must exchange.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from negsim.errors import UsageError
from negsim.expressions import Apply, Expression, Literal, Name, Node, Stance
from negsim.scenario.model import (
    Change,
    Claim,
    End,
    MeasureClaim,
    Number,
    Option,
    Party,
    Scenario,
    Term,
)

Value = TypeVar("Value")


def mirrored(scenario: Scenario) -> Scenario:
    """Return the scenario with the two parties of its mirror declaration exchanged.

    Raises
    ------
    UsageError
        If the scenario declares no mirror.
    """
    if scenario.mirror is None:
        raise UsageError("the scenario declares no mirror; expected a table [mirror]")
    return _Glass(scenario).scenario()


class _Glass:
    """What is seen in the mirror, kind by kind."""

    def __init__(self, scenario: Scenario) -> None:
        assert scenario.mirror is not None
        left, right = scenario.mirror.parties
        self.seen = scenario
        self.parties = {left: right, right: left}
        self.levels = {
            variable.name: variable.levels
            for variable in scenario.state
            if variable.name in scenario.mirror.reflect
        }

    def scenario(self) -> Scenario:
        """Return the scenario seen in the mirror."""
        seen = self.seen
        numbers = {self.dotted(name): self.number(number) for name, number in seen.numbers.items()}
        rules = [replace(rule, expression=self.expression(rule.expression)) for rule in seen.rules]
        order = tuple(tuple(map(self.party, group)) for group in seen.talks.order)
        return replace(
            seen,
            parties=self.people(),
            options=tuple(map(self.option, seen.options)),
            rules=tuple(rules),
            talks=replace(seen.talks, order=order),
            changes=tuple(map(self.change, seen.changes)),
            ends=tuple(map(self.end, seen.ends)),
            payoffs=tuple(map(self.term, seen.payoffs)),
            costs=tuple(map(self.term, seen.costs)),
            channels=tuple(
                replace(each, party=self.party(each.party), off=self.named(each.off))
                for each in seen.channels
            ),
            types=tuple(
                replace(each, party=self.party(each.party), set=self.named(each.set))
                for each in seen.types
            ),
            levers=tuple(replace(each, sets=self.dotted(each.sets)) for each in seen.levers),
            correlations=tuple(
                replace(each, between=(self.dotted(each.between[0]), self.dotted(each.between[1])))
                for each in seen.correlations
            ),
            record=tuple(
                replace(each, outcome=self.expression(each.outcome)) for each in seen.record
            ),
            claims=tuple(map(self.claim, seen.claims)),
            numbers=MappingProxyType(numbers),
        )

    def people(self) -> tuple[Party, ...]:
        """Return the parties in their old places, each with the role of the other."""
        by_name = {party.name: party for party in self.seen.parties}
        found = []
        for own in self.seen.parties:
            other = by_name[self.party(own.name)]
            reservation = other.reservation
            if reservation is not None:
                reservation = replace(reservation, state=self.state(reservation.state))
            found.append(
                replace(own, role=other.role, manner=other.manner, reservation=reservation)
            )
        return tuple(found)

    def change(self, change: Change) -> Change:
        """Return a change that moves reflected variables the other way."""
        add = {name: -step if name in self.levels else step for name, step in change.add.items()}
        return replace(
            change,
            when=self.expression(change.when),
            chance=self.expression(change.chance),
            add=MappingProxyType(add),
        )

    def end(self, end: End) -> End:
        """Return an end caused by the other party."""
        return replace(end, when=self.expression(end.when), by=tuple(map(self.party, end.by)))

    def party(self, name: str) -> str:
        """Return the party in whose place a party stands."""
        return self.parties.get(name, name)

    def dotted(self, name: str) -> str:
        """Return the dotted name of a number with the parties exchanged."""
        section, _, rest = name.partition(".")
        if section not in ("parties", "payoffs", "costs", "types"):
            return name
        party, dot, last = rest.partition(".")
        return f"{section}.{self.party(party)}{dot}{last}"

    def named(self, values: Mapping[str, Value]) -> Mapping[str, Value]:
        """Return values by dotted name with the parties exchanged."""
        return MappingProxyType({self.dotted(name): value for name, value in values.items()})

    def state(self, values: Mapping[str, int]) -> Mapping[str, int]:
        """Return values of the state, reflected."""
        return MappingProxyType(
            {
                name: self.levels[name] - 1 - value if name in self.levels else value
                for name, value in values.items()
            }
        )

    def number(self, number: Number) -> Number:
        """Return a number; the start of a reflected variable counts from the other end."""
        name = number.name.removeprefix("state.").removesuffix(".start")
        found = replace(number, name=self.dotted(number.name))
        if number.name.startswith("state.") and name in self.levels:
            top = Decimal(self.levels[name] - 1)
            low = None if number.high is None else top - number.high
            high = None if number.low is None else top - number.low
            found = replace(found, value=top - number.value, low=low, high=high)
        return found

    def option(self, option: Option) -> Option:
        """Return an option of the other party."""
        stay = option.stay
        return replace(
            option,
            parties=tuple(map(self.party, option.parties)),
            presses=self.party(option.presses),
            conditions=MappingProxyType(
                {
                    self.party(party): self.expression(when)
                    for party, when in option.conditions.items()
                }
            ),
            stay=stay and replace(stay, leave=tuple(map(self.party, stay.leave))),
        )

    def term(self, term: Term) -> Term:
        """Return a payoff or cost of the other party."""
        return replace(
            term,
            number=self.dotted(term.number),
            party=self.party(term.party),
            when=self.expression(term.when),
            per=self.expression(term.per),
        )

    def claim(self, claim: Claim) -> Claim:
        """Return a claim about the other party."""
        if isinstance(claim, MeasureClaim):
            name, *subject = claim.measure.split(".")
            measure = ".".join([name, *map(self.party, subject[:1]), *subject[1:]])
            claim = replace(claim, measure=measure)
        order = claim.order
        return replace(
            claim,
            types=MappingProxyType(
                {self.party(party): name for party, name in claim.types.items()}
            ),
            set=self.named(claim.set),
            state=self.state(claim.state),
            order=order and tuple(tuple(map(self.party, group)) for group in order),
        )

    def expression(self, expression: Expression) -> Expression:
        """Return an expression with parties exchanged and the state reflected."""
        return Expression(expression.text, self.tree(expression.tree))

    def tree(self, tree: Node) -> Node:
        """Return a tree with parties exchanged and the state reflected."""
        if isinstance(tree, Stance):
            return replace(tree, party=self.party(tree.party))
        if isinstance(tree, Name):
            if tree.name in self.levels:
                return Apply("-", (Literal(float(self.levels[tree.name] - 1)), tree))
            return Name(self.dotted(tree.name))
        if isinstance(tree, Apply):
            return Apply(tree.operation, tuple(self.tree(part) for part in tree.arguments))
        return tree
