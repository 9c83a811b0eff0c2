"""The frozen game: the same talks with the declared channels switched off, solved again.

A channel may be one party's own; then only that party's frozen game is without it. Parties with
the same channels share a frozen game.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negsim.analysis.prospects import Prospects, prospects
from negsim.arrays import FloatArray, frozen
from negsim.games.build import Compiled
from negsim.scenario.model import Channel, Scenario
from negsim.solvers.plan import Plan
from negsim.solvers.talks import solve_talks

PER_PLAYER = ("settle", "talk", "leave", "package", "gain")


def channels_of(scenario: Scenario, party: str) -> tuple[Channel, ...]:
    """Return the channels that are switched off in a party's frozen game."""
    return tuple(each for each in scenario.channels if each.party in ("", party))


def switch_off(compiled: Compiled, points: FloatArray, channels: Sequence[Channel]) -> FloatArray:
    """Return the points with the channels' numbers set to what they become when off."""
    off = points.copy()
    for channel in channels:
        for name, value in channel.off.items():
            off[:, compiled.names.index(name)] = float(value)
    return off


def solve_frozen(
    compiled: Compiled, points: FloatArray, selection: str
) -> tuple[tuple[Plan | None, tuple[int, ...]], ...]:
    """Return the solved frozen games, each with the players whose it is; None without channels."""
    scenario = compiled.scenario
    groups: dict[tuple[str, ...], list[int]] = {}
    own = [channels_of(scenario, party.name) for party in scenario.parties]
    for player, channels in enumerate(own):
        key = tuple(f"{channel.party}.{channel.name}" for channel in channels)
        groups.setdefault(key, []).append(player)
    found = []
    for key, players in groups.items():
        plan = None
        if key:
            off = switch_off(compiled, points, own[players[0]])
            plan = solve_talks(compiled.talks(off), selection)
        found.append((plan, tuple(players)))
    return tuple(found)


def frozen_prospects(
    plans: tuple[tuple[Plan | None, tuple[int, ...]], ...], start_only: bool = False
) -> Prospects | None:
    """Return each player's prospects in its own frozen game, NaN for one without channels.

    The chance of concluding is that of the first frozen game. None if nobody has channels.
    """
    solved = [(prospects(plan, start_only), players) for plan, players in plans if plan is not None]
    if not solved:
        return None
    first, players = solved[0]
    if len(plans) == 1:
        return first
    arrays = {name: np.array(getattr(first, name)) for name in PER_PLAYER}
    for name, array in arrays.items():
        array[...] = -1 if name == "package" else np.nan
        for found, players in solved:
            array[:, :, list(players)] = getattr(found, name)[:, :, list(players)]
        frozen(array)
    return first._replace(**arrays)
