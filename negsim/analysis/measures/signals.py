"""Measures of the signalling game in round 1 of a scenario with two types of a party."""

from __future__ import annotations

import numpy as np

from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.measures.measure import measure
from negsim.analysis.signals.signal_game import Signalling, passing, signal_game, signal_of
from negsim.arrays import FloatArray
from negsim.theory.signalling.game import SignallingGame
from negsim.theory.signalling.perfect_bayesian import KINDS


@measure("count", needs="last_rounds")
def signal_outcomes(analysis: Stalling, player: int) -> FloatArray:
    """Number of sets of outcomes, all in one connected, that pass D1."""
    return np.array([len(passing(game)) for game in games(analysis, player)], dtype=float)


@measure("code", needs="last_rounds")
def signal_kind(analysis: Stalling, player: int) -> FloatArray:
    """Kind of what passes D1: 0 separating, 1 pooling, 2 semi-separating; NaN if not one."""
    kinds = [None if each is None else each.kind for each in signals(analysis, player)]
    return np.array([np.nan if kind is None else KINDS.index(kind) for kind in kinds])


@measure("chance", needs="last_rounds")
def imitation(analysis: Stalling, player: int) -> FloatArray:
    """Chance that the second type sends the first type's message; NaN if that is not one."""
    found = signals(analysis, player)
    return np.array([np.nan if each is None else each.imitation for each in found])


@measure("chance", needs="last_rounds")
def indulgence(analysis: Stalling, player: int) -> FloatArray:
    """Chance of the reply to it that the first type likes best; NaN if that is not one."""
    found = signals(analysis, player)
    return np.array([np.nan if each is None else each.indulgence for each in found])


def signals(analysis: Stalling, player: int) -> list[Signalling | None]:
    """Return what the signalling game comes to at every point."""
    return [signal_of(game) for game in games(analysis, player)]


def games(analysis: Stalling, player: int) -> list[SignallingGame]:
    """Return the signalling game of every point."""
    compiled = analysis.compiled
    party = compiled.scenario.parties[player].name
    rows = [dict(zip(compiled.names, row, strict=True)) for row in analysis.points.tolist()]
    return [signal_game(compiled.scenario.set(row), party) for row in rows]
