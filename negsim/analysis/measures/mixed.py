"""Measures of the one-shot game's mixed play: the equilibrium in which most parties mix."""

from __future__ import annotations

import numpy as np

from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.measures.measure import measure, subjects
from negsim.analysis.outcomes.mixed_play import mixed_play
from negsim.arrays import FloatArray


@measure("chance", of="stance", needs="last_rounds")
def mixed_chance(analysis: Stalling, stance: int) -> FloatArray:
    """Chance of a stance where most parties mix in the one-shot game; NaN without one."""
    scenario = analysis.compiled.scenario
    party, option, word = subjects(scenario, "stance")[stance].split(".")
    says = np.array([move.stances[option] == word for move in analysis.compiled.moves[party]])
    player = [each.name for each in scenario.parties].index(party)
    found = [mixed_play(payoffs) for payoffs in analysis.last_rounds]
    return np.array([np.nan if play is None else play.profile[player] @ says for play in found])


@measure("payoff", needs="last_rounds")
def mixed_payoff(analysis: Stalling, player: int) -> FloatArray:
    """Payoff where most parties mix in the one-shot game; NaN without such an equilibrium."""
    found = [mixed_play(payoffs) for payoffs in analysis.last_rounds]
    return np.array([np.nan if play is None else play.payoffs[player] for play in found])
