"""What the worth of being able to wait rests on: the channels that suffice, are needed, share it.

Two numbers of a party depend on which of its channels are on, the talks solved anew each time: the
worth of being able to wait, and the value of delay. What can be signed is the same throughout: the
package that the party could best sign in the talks themselves. The first gives the *premium* (all
channels on, less all off), the sets of channels that suffice for any worth at all, and those that
it needs; Shapley values (Shapley 1953, "A value for n-person games") split it where it is more
than all or nothing. The second gives the *round premium*, which depends on the length of a round.
All points are solved together, set after set, so that no more than one set is held in memory.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from negsim.analysis.delay.frozen import Frozen, channels_of, switch_off, with_own_channels
from negsim.analysis.delay.prospects import (
    Prospects,
    concluded,
    concluded_at,
    difference,
    of_start_state,
    prospects,
    worth_of_waiting,
)
from negsim.answers import Real
from negsim.arrays import FloatArray, IntArray
from negsim.dynamics.build import Compiled
from negsim.errors import UsageError
from negsim.scenario.model import Channel
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.solve import solve_talks

MOST_CHANNELS = 10

ChannelSet = frozenset[str]


class Standing(NamedTuple):
    """What a party has with some of its channels on: talking, signing, leaving; arrays alike."""

    talk: FloatArray
    sign: FloatArray
    leave: FloatArray

    @property
    def delay(self) -> FloatArray:
        """Return the value of delay, NaN where it is not finite."""
        return finite(difference(self.talk, self.sign))

    @property
    def worth(self) -> FloatArray:
        """Return the worth of being able to wait."""
        return worth_of_waiting(self.talk, self.sign, self.leave)


Standings = Mapping[ChannelSet, Standing]
"""What a party has with each set of its channels on."""


@dataclass(frozen=True)
class RoundParts:
    """The value of delay at the start state, round after round, and its parts; arrays (T,).

    Rounds count forward. ``delay`` is ``frozen`` plus the sum of ``parts``; NaN where there is
    nothing to sign.
    """

    delay: FloatArray
    frozen: FloatArray
    parts: Mapping[str, FloatArray]


@dataclass(frozen=True)
class Attribution:
    """What a party's worth of being able to wait rests on, in its own payoff unit.

    ``suffice`` are the smallest sets of channels with which waiting is worth something (an empty
    set: it is with none), ``needed`` the smallest without which it is worth nothing, and
    ``all_together`` tells whether it is worth something with all on and with no fewer. ``parts``
    are Shapley values that sum to ``premium``, None where all channels are needed together or
    waiting is worth nothing; ``round_parts`` sum to ``round_premium``, None where that is not
    defined.
    """

    channels: tuple[str, ...]
    worth: Real
    premium: Real
    suffice: tuple[tuple[str, ...], ...]
    needed: tuple[tuple[str, ...], ...]
    all_together: bool
    parts: Mapping[str, Real] | None
    round_premium: Real
    round_parts: Mapping[str, Real] | None


def attribution(standings: Standings, channels: Sequence[str]) -> Attribution:
    """Return what a party's worth of waiting rests on, at the first point."""
    worth = {on: float(each.worth[0]) for on, each in standings.items()}
    delay = {on: float(each.delay[0]) for on, each in standings.items()}
    every, names = frozenset(channels), tuple(channels)
    positive = {on for on, value in worth.items() if value > 0}
    suffice = smallest(positive, names)
    return Attribution(
        channels=names,
        worth=worth[every],
        premium=worth[every] - worth[frozenset()],
        suffice=suffice,
        needed=smallest({every - on for on in worth if on not in positive}, names),
        all_together=suffice == (names,),
        parts=shapley_values(names, worth) if positive - {every} else None,
        round_premium=delay[every] - delay[frozenset()],
        round_parts=shapley_values(names, delay) if np.isfinite([*delay.values()]).all() else None,
    )


def smallest(sets: set[ChannelSet], order: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the sets that hold no other of them, fewest channels first, each in one order.

    >>> smallest({frozenset("ab"), frozenset("a"), frozenset("bc")}, "abc")
    (('a',), ('b', 'c'))
    """
    least = [one for one in sets if not any(other < one for other in sets)]
    named = [tuple(name for name in order if name in one) for one in least]
    return tuple(sorted(named, key=lambda one: (len(one), [order.index(name) for name in one])))


def premium_parts(standings: Standings, channels: Sequence[str]) -> dict[str, FloatArray]:
    """Return each channel's part of the premium, NaN where all are needed together, (B,)."""
    worth = {on: each.worth for on, each in standings.items()}
    some = np.any([worth[on] > 0 for on in worth if len(on) < len(channels)], axis=0)
    parts = shapley_values(channels, worth)
    return {name: np.where(some, part, np.nan) for name, part in parts.items()}


def round_premium_parts(standings: Standings, channels: Sequence[str]) -> dict[str, FloatArray]:
    """Return each channel's part of the round premium, NaN where it is not defined, (B,)."""
    return shapley_values(channels, {on: each.delay for on, each in standings.items()})


def start_standings(
    compiled: Compiled, points: FloatArray, selection: str, found: Prospects, still: Frozen | None
) -> dict[str, Standings]:
    """Return what every party with channels has at the start, with each set of them on, (B,).

    ``found`` and ``still`` are the prospects at the start with all channels on and off. Cost: 2 **
    channels - 2 solutions a point, for parties with the same channels together.

    Raises
    ------
    UsageError
        If a party has more than 10 channels.
    """
    result: dict[str, Standings] = {}
    for channels, players in with_own_channels(compiled.scenario):
        if not channels or still is None:
            continue
        names = tuple(channel.name for channel in channels)
        each: dict[ChannelSet, tuple[Prospects, FloatArray]] = {
            frozenset(): (still.prospects, still.same),
            frozenset(names): (found, found.settle),
        }
        for on in subsets(names)[1:-1]:
            plan = some_on(compiled, points, selection, channels, on)
            each[on] = (prospects(plan, True), concluded(plan, found.package, True))
        for player in players:
            result[compiled.scenario.parties[player].name] = {
                on: standing(there, same, player) for on, (there, same) in each.items()
            }
    return result


def standing(found: Prospects, same: FloatArray, player: int) -> Standing:
    """Return what one player has at the start, (B,)."""
    return Standing(*(each[:, 0, player, 0] for each in (found.talk, same, found.leave)))


def round_parts(
    compiled: Compiled, point: FloatArray, selection: str, player: int, package: IntArray
) -> RoundParts:
    """Split the round premium over the channels in every round, in one point's (1, N) start state.

    ``package`` (1, T, n, 1) is what could best be signed there with all of them on. Of endless
    talks there is one round, the same for ever. Cost: 2 ** channels solutions.

    Raises
    ------
    UsageError
        If the party has more than 10 channels.
    """
    channels = channels_of(compiled.scenario, compiled.scenario.parties[player].name)
    names = tuple(channel.name for channel in channels)
    delay = {}
    for on in subsets(names):
        plan = some_on(compiled, point, selection, channels, on)
        rounds = np.arange(package.shape[1])[None, :]
        same = concluded_at(plan, package, rounds, plan.game.start[:, None])
        gain = finite(difference(of_start_state(plan).talk, same))
        delay[on] = gain[0, ::-1, player, 0]
    return RoundParts(delay[frozenset(names)], delay[frozenset()], shapley_values(names, delay))


def subsets(names: Sequence[str]) -> list[frozenset[str]]:
    """Return every set of channels, from none to all.

    Raises
    ------
    UsageError
        If there are more than 10.
    """
    if len(names) > MOST_CHANNELS:
        raise UsageError(
            f"{len(names)} channels need 2^{len(names)} solutions; at most {MOST_CHANNELS}"
        )
    sizes = range(len(names) + 1)
    return [frozenset(some) for size in sizes for some in itertools.combinations(names, size)]


def some_on(
    compiled: Compiled,
    points: FloatArray,
    selection: str,
    channels: Sequence[Channel],
    on: frozenset[str],
) -> Plan:
    """Return the talks solved with some channels on and the others off."""
    off = [channel for channel in channels if channel.name not in on]
    return solve_talks(compiled.talks(switch_off(compiled, points, off)), selection)


def finite(delay: FloatArray) -> FloatArray:
    """Return numbers with NaN in the place of those that are not finite."""
    return np.where(np.isfinite(delay), delay, np.nan)


def shapley_values(names: Sequence[str], worth: Mapping[ChannelSet, Any]) -> dict[str, Any]:
    """Return each member's Shapley value; worths are numbers, or arrays of one shape."""
    return {name: shapley_value(name, names, worth) for name in names}


def shapley_value(name: str, names: Sequence[str], worth: Mapping[frozenset[str], Any]) -> Any:
    """Return one member's Shapley value; worths are numbers, or arrays of one shape.

    >>> worth = {frozenset(): 0.0, frozenset("a"): 1.0, frozenset("b"): 2.0, frozenset("ab"): 5.0}
    >>> shapley_value("a", ["a", "b"], worth), shapley_value("b", ["a", "b"], worth)
    (2.0, 3.0)
    """
    others = [other for other in names if other != name]
    total: Any = 0.0
    for size in range(len(others) + 1):
        weight = 1 / (len(names) * math.comb(len(others), size))
        for group in itertools.combinations(others, size):
            before = frozenset(group)
            total = total + weight * (worth[before | {name}] - worth[before])
    return total
