"""A measure: a named number of every point, with its unit and what it is asked of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from negsim.analysis.stalling import Stalling
from negsim.arrays import FloatArray
from negsim.registry import Registry
from negsim.scenario.model import Scenario

Subject: TypeAlias = Literal["", "party", "claim", "option", "end", "stance", "type and round"]
Needs: TypeAlias = Literal["last_rounds", "talks", "play"]
"""What a measure is read off: the one-shot games, the solved talks, or strategies that play."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A named number of every point; ``compute`` takes the analysis and its subject's place.

    The place is that in :func:`subjects`, -1 for a measure that stands alone.
    """

    name: str
    unit: str
    summary: str
    of: Subject
    compute: Callable[[Stalling, int], FloatArray]
    needs: Needs = "talks"


FORMS = {"stance": "PARTY.OPTION.STANCE", "type and round": "PARTY.TYPE.ROUND"}
"""How subjects are written that are more than one name."""

MOST_ROUNDS = 100
"""Most rounds after which belief in a type can be asked for."""

measures = Registry[Measure]("measure")
"""The measures by name; import it from ``negsim.analysis.measures``, which fills it."""

Function = Callable[[Stalling, int], FloatArray]


def measure(
    unit: str, of: Subject = "party", needs: Needs = "talks"
) -> Callable[[Function], Function]:
    """Register a function as a measure under its own name."""

    def add(function: Function) -> Function:
        name = function.__name__
        summary = (function.__doc__ or "").split("\n")[0]
        measures.add(name, Measure(name, unit, summary, of, function, needs))
        return function

    return add


def subjects(scenario: Scenario, kind: Subject) -> list[str]:
    """Return the names of the subjects of a kind, each at its place; "" is none to be named."""
    if kind == "claim":
        return [each.name if each.expect_outcome else "" for each in scenario.claims]
    if kind == "stance":
        return [
            f"{party}.{option.name}.{stance}"
            for option in scenario.options
            for party in option.parties
            for stance in option.stances(party)
        ]
    if kind == "type and round":
        rounds = min(scenario.rounds or MOST_ROUNDS, MOST_ROUNDS)
        return [
            f"{party}.{name}.{number}"
            for party, name in types_with_base(scenario)
            for number in range(1, rounds + 1)
        ]
    if kind == "party":
        return [party.name for party in scenario.parties]
    if kind == "option":
        return [option.name for option in scenario.options]
    return [end.name for end in scenario.ends]


def types_with_base(scenario: Scenario) -> list[tuple[str, str]]:
    """Return every private type with its party, and ``base`` for each party that has some."""
    own = [(each.party, each.name) for each in scenario.types]
    return own + [(party, "base") for party in dict.fromkeys(party for party, _ in own)]
