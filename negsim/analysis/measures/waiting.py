"""Measures of waiting: how many rounds delay is expected to last, and what it lets others think."""

from __future__ import annotations

import numpy as np

from negsim.analysis.delay.expected_delay import ready_rounds, rounds_of_delay
from negsim.analysis.delay.prospects import prospects
from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.measures.measure import measure, subjects
from negsim.analysis.signals.expected_belief import expected_belief
from negsim.arrays import FloatArray


@measure("rounds")
def expected_delay(analysis: Stalling, player: int) -> FloatArray:
    """Expected rounds from the first in which a package beats leaving to the end of the talks."""
    found = prospects(analysis.plan)
    lasting = []
    for point in range(len(analysis.points)):
        spread, _ = rounds_of_delay(analysis, ready_rounds(found, player, point), point)
        lasting.append(spread @ np.arange(len(spread)))
    return np.array(lasting)


@measure("chance", of="type and round")
def belief(analysis: Stalling, place: int) -> FloatArray:
    """Expected naive belief in a type of a party after so many rounds, if the party is of it."""
    asked = subjects(analysis.compiled.scenario, "type and round")[place]
    party, kind, rounds = asked.split(".")
    return expected_belief(analysis, party, kind, int(rounds))
