"""The talks solved once for each combination of private types, as if the types were known.

A *type profile* names one type for every party that has types; parties without types are as the
file has them. What a type does here it does when everybody knows it: these are the policies that
naive belief compares, no equilibrium of the game in which types are private.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.analysis.delay.sayings import first_words
from negsim.analysis.delay.stalling import LABELS, Stalling, analyse
from negsim.arrays import CHANCE_TOLERANCE
from negsim.dynamics.build import compile_scenario
from negsim.errors import GameError
from negsim.scenario.model import Scenario

BASE = "base"
"""The type that has the file's own numbers."""


@dataclass(frozen=True, slots=True)
class PartyProfile:
    """What one party does in round 1 of one type profile.

    ``label`` as in ``stalling.LABELS``; ``delay`` the value of delay, ``frozen_delay`` with the
    channels off (NaN: untested), ``value`` what the talks are worth to it, in its payoff units;
    ``policy`` the chance of each move with a chance, in words.
    """

    party: str
    label: str
    delay: float
    frozen_delay: float
    value: float
    policy: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the profile, ready for JSON."""
        return {
            "party": self.party,
            "label": self.label,
            "value_of_delay": self.delay,
            "frozen_value_of_delay": self.frozen_delay,
            "value": self.value,
            "policy": dict(self.policy),
        }


@dataclass(frozen=True)
class TypeProfile:
    """One combination of types: its ``chance``, the solved talks, and round 1 party by party."""

    types: Mapping[str, str]
    chance: float
    analysis: Stalling
    parties: tuple[PartyProfile, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the profile without the solved talks, ready for JSON."""
        return {
            "types": dict(self.types),
            "chance": self.chance,
            "parties": [each.to_dict() for each in self.parties],
        }


def type_chances(scenario: Scenario, party: str) -> dict[str, float]:
    """Return the prior of each type of a party; what is left over is the type ``base``.

    Raises
    ------
    UnknownNameError
        If there is no such party.
    """
    name = scenario.party(party).name
    own = [each for each in scenario.types if each.party == name]
    chances = {each.name: scenario.value(each.prior) for each in own}
    rest = 1.0 - sum(chances.values())
    return chances if rest <= CHANCE_TOLERANCE else {**chances, BASE: rest}


def type_profiles(scenario: Scenario) -> tuple[TypeProfile, ...]:
    """Solve the talks for every combination of types that has a chance, in the file's order.

    Cost: one solution, and one of the frozen game, for each combination.

    Raises
    ------
    GameError
        If no party has types.
    """
    named = list(dict.fromkeys(each.party for each in scenario.types))
    if not named:
        raise GameError("no party has types; expected a table such as [types.PARTY.NAME]")
    chances = [type_chances(scenario, party) for party in named]
    found = []
    for types in itertools.product(*chances):
        chance = float(np.prod([own[name] for own, name in zip(chances, types, strict=True)]))
        if chance > 0:
            found.append(type_profile(scenario, dict(zip(named, types, strict=True)), chance))
    return tuple(found)


def type_profile(scenario: Scenario, types: Mapping[str, str], chance: float = 1.0) -> TypeProfile:
    """Solve the talks for one combination of types.

    Raises
    ------
    UnknownNameError
        If a party has no type of that name.
    """
    analysis = analyse(compile_scenario(scenario.as_types(types)))
    players = range(len(scenario.parties))
    return TypeProfile(
        dict(types), chance, analysis, tuple(party_profile(analysis, each) for each in players)
    )


def party_profile(analysis: Stalling, player: int) -> PartyProfile:
    """Return what a party does in round 1 at the first point of solved talks."""
    compiled, start = analysis.compiled, analysis.start
    party = compiled.scenario.parties[player].name
    return PartyProfile(
        party,
        LABELS[int(analysis.start_labels[0, player])],
        float(start.delay[0, 0, player, 0]),
        float(start.frozen_delay[0, 0, player, 0]),
        float(analysis.value[0, player]),
        first_words(compiled, analysis.plan, player),
    )
