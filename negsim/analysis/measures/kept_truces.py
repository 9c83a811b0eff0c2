"""Measures of a truce kept by the threat of ending it: how patient the parties must be."""

from __future__ import annotations

import math

import numpy as np

from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.measures.measure import measure
from negsim.analysis.signals.kept_truce import KeptTruce, kept_truce
from negsim.arrays import FloatArray


@measure("discount", needs="last_rounds")
def grim_discount(analysis: Stalling, player: int) -> FloatArray:
    """Smallest discount that keeps a truce which an alarm ends for good; NaN if none does."""
    return np.array([each.discount()[player] for each in truces(analysis)])


@measure("discount", needs="last_rounds")
def two_round_discount(analysis: Stalling, player: int) -> FloatArray:
    """Smallest discount that keeps a truce which an alarm ends for two rounds; NaN if none does."""
    return np.array([each.discount(2)[player] for each in truces(analysis)])


@measure("payoff a round", needs="last_rounds")
def grim_value(analysis: Stalling, player: int) -> FloatArray:
    """Value a round of a truce which an alarm ends for good, at the party's own discount."""
    pairs = zip(truces(analysis), own_discounts(analysis, player), strict=True)
    return np.array([each.value(np.array(discount))[player] for each, discount in pairs])


@measure("0 or 1", needs="last_rounds")
def grim_holds(analysis: Stalling, player: int) -> FloatArray:
    """Whether a party is patient enough for a truce which an alarm ends for good."""
    needed = np.array([each.discount()[player] for each in truces(analysis)])
    return (own_discounts(analysis, player) >= needed).astype(float)


@measure("rounds", of="", needs="last_rounds")
def truce_life(analysis: Stalling, _player: int) -> FloatArray:
    """Expected rounds of a truce that all keep, up to the first false alarm; inf without any."""
    alarms = [each.false_alarm for each in truces(analysis)]
    return np.array([1 / alarm if alarm > 0 else math.inf for alarm in alarms])


def truces(analysis: Stalling) -> list[KeptTruce]:
    """Return the truce of every point."""
    pairs = zip(analysis.points, analysis.last_rounds, strict=True)
    return [kept_truce(analysis.compiled, point, payoffs) for point, payoffs in pairs]


def own_discounts(analysis: Stalling, player: int) -> FloatArray:
    """Return a party's discount at every point."""
    compiled = analysis.compiled
    name = f"parties.{compiled.scenario.parties[player].name}.discount"
    if name not in compiled.names:
        return np.ones(len(analysis.points))
    return compiled.column(analysis.points, name)
