"""A truce kept by the threat of ending it: the one-shot game of a scenario, played for ever.

The *truce* is the profile that is best for all of those in which nobody does what a signal is
about; if none is, the one that all prefer to every pure equilibrium. Its *fallback* is the only
other pure equilibrium of the one-shot game. An alarm of any signal ends the truce for a number of
rounds, or for good (grim).
Alarms ring independently: one about what a party did with its chance of detection, one about what
nobody did with its chance of a false alarm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import BoolArray, FloatArray
from negsim.dynamics.build import Compiled
from negsim.dynamics.last_round import last_rounds
from negsim.errors import GameError
from negsim.scenario.model import Scenario
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.repeated.critical_discount import critical_discounts


@dataclass(frozen=True, slots=True)
class KeptTruce:
    """What holds a truce at one point; one entry for each party.

    ``moves`` and ``instead`` are the moves of the truce and of the fallback, ``truce`` and
    ``fallback`` their payoffs of a round, ``gain`` what the best violation adds to the truce once;
    ``false_alarm`` is the chance of any alarm while all comply, ``detection`` that of
    any alarm if the party alone violates.
    """

    moves: tuple[int, ...]
    instead: tuple[int, ...]
    truce: FloatArray
    fallback: FloatArray
    gain: FloatArray
    false_alarm: float
    detection: FloatArray

    def discount(self, rounds: float = math.inf) -> FloatArray:
        """Return the smallest discount at which each party keeps the truce.

        1 if only the limit of perfect patience keeps it, NaN if not even that does. Punishment
        lasts ``rounds`` rounds; closed form or root as in
        :func:`negsim.theory.repeated.critical_discount.critical_discounts` (Green and Porter 1984).
        """
        worth = self.truce - self.fallback
        return critical_discounts(self.gain, worth, self.false_alarm, self.detection, rounds)

    def watched_discount(
        self, player: int, false_alarm: ArrayLike, detection: ArrayLike, rounds: float = math.inf
    ) -> FloatArray:
        """Return one party's smallest discount with other monitoring; the chances broadcast."""
        worth = self.truce[player] - self.fallback[player]
        return critical_discounts(self.gain[player], worth, false_alarm, detection, rounds)

    def value(self, discount: FloatArray, rounds: float = math.inf) -> FloatArray:
        """Return what the truce is worth a round, normalised, if everybody keeps it.

        V = fallback + (1 - d) c / [1 - d + alpha d (1 - d^T)] (THEORY C1).
        """
        if self.false_alarm == 0:
            return self.truce
        lapse = 1.0 if math.isinf(rounds) else 1.0 - discount**rounds
        kept = (1 - discount) / (1 - discount + self.false_alarm * discount * lapse)
        return self.fallback + kept * (self.truce - self.fallback)


def kept_truce(compiled: Compiled, point: FloatArray, payoffs: FloatArray) -> KeptTruce:
    """Return what holds the truce of a scenario at one point.

    Parameters
    ----------
    point
        (N,) one value for each named number.
    payoffs
        (n, moves of party 0, ...) the one-shot game.

    Raises
    ------
    GameError
        If there is no one truce or no one fallback.
    """
    agreed = truce_profile(compiled, payoffs)
    stage = NormalFormGame(payoffs)
    pure = [tuple(int(own.argmax()) for own in e.profile) for e in pure_equilibria(stage)]
    others = [moves for moves in pure if moves != agreed]
    if len(others) != 1:
        raise GameError(
            f"the one-shot game has {len(others)} pure equilibria beside the truce, expected one "
            "to fall back on"
        )
    truce = at(payoffs, agreed)
    best = [
        max(payoffs[i, *agreed[:i], move, *agreed[i + 1 :]] for move in range(payoffs.shape[1 + i]))
        for i in range(len(payoffs))
    ]
    silent, detection = alarms(compiled, point)
    return KeptTruce(
        moves=agreed,
        instead=others[0],
        truce=truce,
        fallback=at(payoffs, others[0]),
        gain=np.array(best) - truce,
        false_alarm=1 - silent,
        detection=detection,
    )


def base_truce(compiled: Compiled) -> KeptTruce:
    """Return what holds the truce of a scenario as its file has it.

    Raises
    ------
    GameError
        As :func:`kept_truce`.
    """
    points = compiled.points()
    return kept_truce(compiled, points[0], last_rounds(compiled, points)[0])


def own_discounts(scenario: Scenario) -> FloatArray:
    """Return each party's discount in the file, shape (n,); 1 where none is stated."""
    names = [f"parties.{party.name}.discount" for party in scenario.parties]
    return np.array([scenario.value(name) if name in scenario.numbers else 1.0 for name in names])


def at(payoffs: FloatArray, moves: tuple[int, ...]) -> FloatArray:
    """Return everybody's payoff at a pure profile, shape (n,)."""
    return np.array([own[moves] for own in payoffs])


def truce_profile(compiled: Compiled, payoffs: FloatArray) -> tuple[int, ...]:
    """Return the moves of the truce.

    Raises
    ------
    GameError
        If, of the profiles without what signals are about, no one is best for all.
    """
    watched = {signal.about for signal in compiled.scenario.signals}
    keeping = [
        [all(move.stances[name] == "no" for name in watched & set(move.stances)) for move in moves]
        for moves in compiled.moves.values()
    ]
    kept = reduce(np.multiply.outer, [np.array(own, dtype=bool) for own in keeping])
    best = kept.copy()
    for own in payoffs:
        best &= own >= own[kept].max()
    if not best.any():
        best = kept & preferred(payoffs)
    if best.sum() != 1:
        raise GameError(
            f"{int(best.sum())} profiles without what signals are about are better for all than "
            "the others, expected one: which is the truce?"
        )
    return tuple(int(k) for k in np.argwhere(best)[0])


def preferred(payoffs: FloatArray) -> BoolArray:
    """Return which profiles everybody strictly prefers to every pure equilibrium."""
    found = np.ones(payoffs.shape[1:], dtype=bool)
    for each in pure_equilibria(NormalFormGame(payoffs)):
        moves = tuple(int(own.argmax()) for own in each.profile)
        for own in payoffs:
            found &= own > own[moves]
    return found


def watched_parties(scenario: Scenario) -> tuple[str, ...]:
    """Return the parties that some signal is about, in the file's order."""
    owner = {option.name: option.parties[0] for option in scenario.options}
    watched = {owner[each.about] for each in scenario.signals}
    return tuple(party.name for party in scenario.parties if party.name in watched)


def alarms(compiled: Compiled, point: FloatArray) -> tuple[float, FloatArray]:
    """Return the chance of silence if all comply, and of any alarm if each party alone violates."""
    scenario = compiled.scenario
    owner = {option.name: option.parties[0] for option in scenario.options}

    def chance(name: str) -> float:
        return float(point[compiled.names.index(name)])

    quiet = {each.name: 1 - chance(f"signals.{each.name}.false_alarm") for each in scenario.signals}
    seen = np.ones(len(scenario.parties))
    for player, party in enumerate(scenario.parties):
        own = {each.name for each in scenario.signals if owner[each.about] == party.name}
        missed = [
            1 - chance(f"signals.{name}.detection") if name in own else silence
            for name, silence in quiet.items()
        ]
        if scenario.signals:
            seen[player] = 1 - math.prod(missed)
    return math.prod(quiet.values()), seen
