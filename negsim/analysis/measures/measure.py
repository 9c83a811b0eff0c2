"""A measure: a named number of every point, with its unit and what it is asked of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from negsim.analysis.delay.record import decisions
from negsim.analysis.delay.stalling import Stalling
from negsim.arrays import FloatArray
from negsim.registry import Registry
from negsim.scenario.model import OutcomeClaim, Scenario

Subject: TypeAlias = Literal[
    "",
    "party",
    "claim",
    "option",
    "end",
    "stance",
    "type and round",
    "party and channel",
    "number of slips",
]
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


FORMS = {
    "stance": "PARTY.OPTION.STANCE",
    "type and round": "PARTY.TYPE.ROUND",
    "party and channel": "PARTY.CHANNEL",
}
"""How subjects are written that are more than one name."""

MOST_ROUNDS = 100
"""Most rounds after which belief in a type can be asked for."""

measures = Registry[Measure]("measure")
"""The measures by name; import it from ``negsim.analysis.measures.registry``, which fills it."""

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
    return _SUBJECTS[kind](scenario)


def stances(scenario: Scenario) -> list[str]:
    """Return every stance that a party can take on an option."""
    return [
        f"{party}.{option.name}.{stance}"
        for option in scenario.options
        for party in option.parties
        for stance in option.stances(party)
    ]


def types_and_rounds(scenario: Scenario) -> list[str]:
    """Return every private type with each number of rounds."""
    rounds = min(scenario.rounds or MOST_ROUNDS, MOST_ROUNDS)
    return [
        f"{party}.{name}.{number}"
        for party, name in types_with_base(scenario)
        for number in range(1, rounds + 1)
    ]


def parties_and_channels(scenario: Scenario) -> list[str]:
    """Return every party with each of its channels."""
    return [
        f"{party.name}.{channel.name}"
        for party in scenario.parties
        for channel in scenario.channels
        if channel.party in ("", party.name)
    ]


def claims(scenario: Scenario) -> list[str]:
    """Return the claims that expect an outcome, "" in the place of each other one."""
    return [each.name if isinstance(each, OutcomeClaim) else "" for each in scenario.claims]


def types_with_base(scenario: Scenario) -> list[tuple[str, str]]:
    """Return every private type with its party, and ``base`` for each party that has some."""
    own = [(each.party, each.name) for each in scenario.types]
    return own + [(party, "base") for party in dict.fromkeys(party for party, _ in own)]


def numbers_of_slips(scenario: Scenario) -> list[str]:
    """Return how many of the decisions up to the last round on record may slip."""
    return [str(slips) for slips in range(decisions(scenario, scenario.record) + 1)]


_SUBJECTS: dict[Subject, Callable[[Scenario], list[str]]] = {
    "": lambda _scenario: [],
    "party": lambda scenario: [each.name for each in scenario.parties],
    "option": lambda scenario: [each.name for each in scenario.options],
    "end": lambda scenario: [each.name for each in scenario.ends],
    "claim": claims,
    "stance": stances,
    "type and round": types_and_rounds,
    "party and channel": parties_and_channels,
    "number of slips": numbers_of_slips,
}
