"""The frozen game: the same talks with the channels switched off, solved again.

A channel may be one party's own; then only that party's frozen game is without it. Parties with
the same channels share a frozen game.

The test S4 asks whether a player would, with the channels off, sign what it could sign now: the
package that was best for it in the talks themselves, valued in the frozen game, against talking on
and leaving there. It does not ask about the best package of the frozen game, which may be another:
where the channels of somebody else are off as well, that one may sign something it refuses now,
and a player that declines its own red line would seem to gain from delay as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from negsim.analysis.delay.doubt import doubts
from negsim.analysis.delay.prospects import Prospects, concluded, prospects
from negsim.arrays import FloatArray, IntArray, frozen
from negsim.dynamics.build import Compiled
from negsim.scenario.model import Channel, Scenario
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.solve import solve_talks

PER_PLAYER = ("settle", "talk", "leave", "package", "gain")


Plans: TypeAlias = tuple[tuple[Plan | None, tuple[int, ...]], ...]
"""Frozen games as solved, each with the players whose it is; None for those without channels."""


class Frozen(NamedTuple):
    """Each player's prospects in its own frozen game; axes B, T, n, S.

    ``same`` is what the package that it could best sign in the talks themselves is worth to it
    there, concluded now: ``-inf`` without one, NaN for a player without channels. ``doubt`` is how
    far talking on may be off.
    """

    prospects: Prospects
    same: FloatArray
    doubt: FloatArray


def channels_of(scenario: Scenario, party: str) -> tuple[Channel, ...]:
    """Return the channels that are switched off in a party's frozen game."""
    return tuple(each for each in scenario.channels if each.party in ("", party))


def with_own_channels(
    scenario: Scenario,
) -> list[tuple[tuple[Channel, ...], tuple[int, ...]]]:
    """Return each set of channels that is some player's own, with the players whose it is."""
    groups: dict[tuple[str, ...], list[int]] = {}
    own = [channels_of(scenario, party.name) for party in scenario.parties]
    for player, channels in enumerate(own):
        key = tuple(f"{channel.party}.{channel.name}" for channel in channels)
        groups.setdefault(key, []).append(player)
    return [(own[players[0]], tuple(players)) for players in groups.values()]


def switch_off(compiled: Compiled, points: FloatArray, channels: Sequence[Channel]) -> FloatArray:
    """Return the points with the channels' numbers set to what they become when off."""
    off = points.copy()
    for channel in channels:
        for name, value in channel.off.items():
            off[:, compiled.names.index(name)] = float(value)
    return off


def solve_frozen(compiled: Compiled, points: FloatArray, selection: str) -> Plans:
    """Return the solved frozen games, each with the players whose it is; None without channels."""
    found = []
    for channels, players in with_own_channels(compiled.scenario):
        plan = None
        if channels:
            off = switch_off(compiled, points, channels)
            plan = solve_talks(compiled.talks(off), selection)
        found.append((plan, players))
    return tuple(found)


def frozen_prospects(
    plans: Plans,
    package: IntArray,
    start_only: bool = False,
) -> Frozen | None:
    """Return each player's prospects in its own frozen game, NaN for one without channels.

    ``package`` (B, T, n, S) is the event that was best for each in the talks themselves. The
    chance of concluding is that of the first frozen game. None if nobody has channels.
    """
    solved = [
        (
            prospects(plan, start_only),
            concluded(plan, package, start_only),
            doubts(plan, start_only),
            players,
        )
        for plan, players in plans
        if plan is not None
    ]
    if not solved:
        return None
    first, same, doubt, players = solved[0]
    if len(plans) == 1:
        return Frozen(first, same, doubt)
    arrays = {name: np.array(getattr(first, name)) for name in PER_PLAYER}
    for name, array in arrays.items():
        array[...] = -1 if name == "package" else np.nan
        for found, _, _, players in solved:
            array[:, :, list(players)] = getattr(found, name)[:, :, list(players)]
        frozen(array)
    kept, doubtful = np.full(package.shape, np.nan), np.zeros(package.shape)
    for _, same, doubt, players in solved:
        kept[:, :, list(players)] = same[:, :, list(players)]
        doubtful[:, :, list(players)] = doubt[:, :, list(players)]
    return Frozen(first._replace(**arrays), frozen(kept), frozen(doubtful))
