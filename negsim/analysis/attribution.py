"""What a stalling premium is made of: each channel's Shapley value.

The worth of a set of channels is the value of delay with these on and the others off, solved anew
(Shapley 1953, "A value for n-person games"). All points are solved together, set after set, so
that no more than one set is held in memory.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.analysis.frozen import channels_of, switch_off
from negsim.analysis.prospects import Prospects, of_start_state, prospects
from negsim.arrays import FloatArray
from negsim.errors import UsageError
from negsim.games.build import Compiled
from negsim.scenario.model import Channel
from negsim.solvers.plan import Plan
from negsim.solvers.talks import solve_talks

MOST_CHANNELS = 10


@dataclass(frozen=True)
class RoundParts:
    """The value of delay at the start state, round after round, and its parts; arrays (T,).

    Rounds count forward. ``delay`` is ``frozen`` plus the sum of ``parts``; NaN where nothing is
    acceptable with some of the channels on.
    """

    delay: FloatArray
    frozen: FloatArray
    parts: Mapping[str, FloatArray]


def start_parts(
    compiled: Compiled, points: FloatArray, selection: str, delay: FloatArray, still: FloatArray
) -> dict[tuple[str, str], FloatArray]:
    """Split the premium at the start: an array (B,) for each party and channel of its own.

    NaN where with some set of channels nothing is acceptable. Cost: 2 ** channels - 2 solutions
    a point, for parties with the same channels together.

    Parameters
    ----------
    delay, still
        (B, n) the value of delay at the start with all channels on, and with all off.

    Raises
    ------
    UsageError
        If a party has more than 10 channels.
    """
    scenario = compiled.scenario
    found: dict[tuple[str, str], FloatArray] = {}
    solved: dict[tuple[str, ...], dict[frozenset[str], FloatArray]] = {}
    for player, party in enumerate(scenario.parties):
        channels = channels_of(scenario, party.name)
        names = tuple(channel.name for channel in channels)
        key = tuple(f"{channel.party}.{channel.name}" for channel in channels)
        if key not in solved:
            plans = (
                (on, some_on(compiled, points, selection, channels, on))
                for on in subsets(names)[1:-1]
            )
            solved[key] = {on: finite_delay(prospects(plan, True)) for on, plan in plans}
        worth = {on: each[:, 0, player, 0] for on, each in solved[key].items()}
        worth |= {frozenset(): finite(still[:, player]), frozenset(names): finite(delay[:, player])}
        for name in names:
            found[party.name, name] = np.asarray(shapley_value(name, names, worth))
    return found


def round_parts(compiled: Compiled, point: FloatArray, selection: str, player: int) -> RoundParts:
    """Split the premium over the channels in every round, in the start state of one point (1, N).

    Of endless talks there is one round, the same for ever. Cost: 2 ** channels solutions.

    Raises
    ------
    UsageError
        If the party has more than 10 channels.
    """
    channels = channels_of(compiled.scenario, compiled.scenario.parties[player].name)
    names = tuple(channel.name for channel in channels)
    worth = {}
    for on in subsets(names):
        delay = finite_delay(of_start_state(some_on(compiled, point, selection, channels, on)))
        worth[on] = delay[0, ::-1, player, 0]
    parts = {name: np.asarray(shapley_value(name, names, worth)) for name in names}
    return RoundParts(worth[frozenset(names)], worth[frozenset()], parts)


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


def finite_delay(found: Prospects) -> FloatArray:
    """Return the value of delay, NaN where it is not finite."""
    with np.errstate(invalid="ignore"):
        return finite(found.talk - found.settle)


def finite(delay: FloatArray) -> FloatArray:
    """Return numbers with NaN in the place of those that are not finite."""
    return np.where(np.isfinite(delay), delay, np.nan)


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
