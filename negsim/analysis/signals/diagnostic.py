"""Which offer tells the types of a party apart: its replies to each package, by type.

An offer is a package that would conclude the talks at their start and needs the party's consent. A
type accepts if concluding now is worth at least what it could have by talking on or leaving, in the
talks as solved if the type were known. The reply then tells as much as the types differ in it: the
information gained, in bits (THEORY B2). Offers are called by what they ask, never by name:
*unconditional* ones put no option of a single party into effect, *symmetric* ones options of the
party and of somebody else, *one-sided* ones options of one side only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.analysis.delay.prospects import above
from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.signals.belief import rank_offers
from negsim.analysis.signals.type_profiles import TypeProfile, type_chances, type_profile
from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray
from negsim.errors import GameError
from negsim.scenario.model import Scenario

UNCONDITIONAL, SYMMETRIC, ONE_SIDED = "unconditional", "symmetric", "one-sided"


@dataclass(frozen=True, slots=True)
class DiagnosticOffer:
    """An offer, what it asks, which types accept it, what it is worth over their alternative.

    ``margin`` by type: concluding now minus the best of talking on and leaving, in the party's
    payoff units; ``information`` in bits.
    """

    offer: str
    kind: str
    accepts: dict[str, bool]
    margin: dict[str, float]
    information: float

    def to_dict(self) -> dict[str, Any]:
        """Return the offer, ready for JSON."""
        return {
            "offer": self.offer,
            "kind": self.kind,
            "accepts": dict(self.accepts),
            "margin": dict(self.margin),
            "information": self.information,
        }


def diagnostic_offers(scenario: Scenario, party: str) -> tuple[DiagnosticOffer, ...]:
    """Return the offers to a party by information gained about its type, most first.

    Other parties with types are as the file has them. Offers that everybody values alike in every
    type are one. Empty if no package that concludes needs the party. Cost: a solution a type.

    Raises
    ------
    UnknownNameError
        If there is no such party.
    GameError
        If the party has fewer than two types with a chance.
    """
    name = scenario.party(party).name
    chances = {kind: each for kind, each in type_chances(scenario, name).items() if each > 0}
    if len(chances) < 2:
        raise GameError(f'"{name}" has {len(chances)} types with a chance, expected two or more')
    cast = [type_profile(scenario, {name: kind}, chance) for kind, chance in chances.items()]
    return ranked(cast, name)


def ranked(cast: Sequence[TypeProfile], party: str) -> tuple[DiagnosticOffer, ...]:
    """Return the offers to a party ranked, its types solved already, one profile a type."""
    compiled = cast[0].analysis.compiled
    player = [each.name for each in compiled.scenario.parties].index(party)
    events = offers_to(cast[0].analysis, player)
    events = different([profile.analysis for profile in cast], events)
    if not events:
        return ()
    margins = np.array([margins_of(profile.analysis, player, events) for profile in cast]).T
    accepts = ~above(-margins, np.zeros_like(margins))
    replies = np.stack([accepts, ~accepts], axis=2).astype(float)
    prior = np.array([profile.chance for profile in cast])
    order = rank_offers(prior / prior.sum(), replies, tuple(str(k) for k in range(len(events))))
    kinds = [profile.types[party] for profile in cast]
    found = []
    for each in order:
        place = int(each.offer)
        found.append(
            DiagnosticOffer(
                compiled.outcome_text(events[place]),
                asks(cast[0].analysis, player, events[place]),
                dict(zip(kinds, accepts[place].tolist(), strict=True)),
                dict(zip(kinds, margins[place].tolist(), strict=True)),
                each.information,
            )
        )
    return tuple(found)


def offers_to(analysis: Stalling, player: int) -> list[int]:
    """Return the events at the start that conclude for certain by a consent of the player."""
    game = analysis.game
    start = int(game.start[0])
    return [
        event
        for event in np.unique(game.event_of[start]).tolist()
        if game.agreement[0, start, event] >= 1 - CHANCE_TOLERANCE
        and game.coalitions[game.in_effect[:, event]][:, player].any()
    ]


def different(analyses: Sequence[Stalling], events: Sequence[int]) -> list[int]:
    """Return the events that some player of some type values otherwise than every earlier one."""
    rows = np.concatenate([paid(each)[:, list(events)] for each in analyses])
    _, first = np.unique(rows, axis=1, return_index=True)
    return [events[place] for place in sorted(first.tolist())]


def paid(analysis: Stalling) -> FloatArray:
    """Return what each event pays in round 1, (n, O)."""
    game = analysis.game
    payoffs = game.last_payoffs if int(game.rounds[0]) == 1 else game.payoffs
    return np.asarray(payoffs[0, :, int(game.start[0])])


def margins_of(analysis: Stalling, player: int, events: Sequence[int]) -> FloatArray:
    """Return what concluding with each event is worth over talking on and leaving."""
    found = analysis.at_start
    instead = max(float(found.talk[0, 0, player, 0]), float(found.leave[0, 0, player, 0]))
    return paid(analysis)[player, list(events)] - instead


def asks(analysis: Stalling, player: int, event: int) -> str:
    """Return what an event asks: unconditional, symmetric or one-sided."""
    game = analysis.game
    owners: BoolArray = game.solo_owner == player
    moved: BoolArray = game.solo_level[:, event] > 0
    if not moved.any():
        return UNCONDITIONAL
    return SYMMETRIC if (moved & owners).any() and (moved & ~owners).any() else ONE_SIDED
