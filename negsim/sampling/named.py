"""What can be varied by name: the numbers of a scenario, and parameters of strategies that play.

A parameter is named ``strategies.PARTY.PARAMETER``, for example ``strategies.russia.exponent``
where Russia plays ``boulware``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import TypeAlias

from negsim.dynamics.build import Compiled
from negsim.errors import UsageError, unknown
from negsim.playing.lineup import choose
from negsim.playing.rule_list import WrittenStrategy
from negsim.playing.strategy import Strategy
from negsim.scenario.domain import Domain
from negsim.scenario.model import Scenario

SECTION = "strategies."

RulesByParty: TypeAlias = Mapping[str, Strategy]
"""The strategy of each party that is named; nobody else plays by a rule."""


@dataclass(frozen=True, slots=True)
class Named:
    """A number that can be varied: its value, its stated range if it has one, what it may be."""

    name: str
    value: float
    low: float | None
    high: float | None
    domain: Domain

    @property
    def whole(self) -> bool:
        """Tell whether it takes whole values only."""
        return self.domain.whole


def named(scenario: Scenario, name: str, rules: RulesByParty | None = None) -> Named:
    """Return the number of a dotted name.

    Raises
    ------
    UnknownNameError
        If there is none of that name; the message suggests the nearest.
    """
    own = parameters(rules or {})
    if name in own:
        return own[name]
    if name not in scenario.numbers:
        raise unknown("number", name, [*scenario.numbers, *own])
    number = scenario.numbers[name]
    low = None if number.low is None else float(number.low)
    high = None if number.high is None else float(number.high)
    return Named(name, float(number.value), low, high, number.domain)


def parameters(rules: RulesByParty) -> dict[str, Named]:
    """Return the parameters of the strategies by their dotted names."""
    found = {}
    for party, rule in rules.items():
        for parameter in () if isinstance(rule, WrittenStrategy) else fields(rule):
            name = f"{SECTION}{party}.{parameter.name}"
            low, high = parameter.metadata["low"], parameter.metadata["high"]
            whole = isinstance(parameter.default, int)
            words = f"{'a whole number' if whole else 'a number'} from {low:g} to {high:g}"
            domain = Domain(words, Decimal(str(low)), Decimal(str(high)), whole)
            value = float(getattr(rule, parameter.name))
            found[name] = Named(name, value, None, None, domain)
    return found


def with_parameters(rules: RulesByParty, values: Mapping[str, float]) -> dict[str, Strategy]:
    """Return the strategies with some parameters changed, by their dotted names.

    Raises
    ------
    UsageError
        If a value is outside the parameter's bounds.
    """
    found = dict(rules)
    known = parameters(rules)
    for name, value in values.items():
        _, party, word = name.split(".")
        exact = int(value) if known[name].whole and value == int(value) else value
        found[party] = replace(found[party], **{word: exact})
    return found


def parse_rules(texts: tuple[str, ...] | list[str], compiled: Compiled) -> dict[str, Strategy]:
    """Return the strategies that texts such as ``russia=boulware:exponent=0.3`` name.

    A strategy is a rule list of the scenario, a class in a Python file, or one of the library.

    Raises
    ------
    UnknownNameError
        If a party, strategy or parameter is not known.
    UsageError
        If a text is not of that form, names a party twice, a parameter is out of bounds, or the
        strategy does not suit the party.
    """
    scenario = compiled.scenario
    found: dict[str, Strategy] = {}
    for text in texts:
        name, sign, rule = (part.strip() for part in text.partition("="))
        if not sign or not rule:
            example = scenario.parties[0].name
            raise UsageError(
                f'--strategy {text}: expected PARTY=STRATEGY, as in "{example}=sincere"'
            )
        scenario.party(name)
        if name in found:
            raise UsageError(f"--strategy {text}: {name} has a strategy already, expected one")
        found[name] = choose(compiled, name, rule)
    return found
