"""Measures of play: what named strategies bring, exactly, and what each leaves to be gained."""

from __future__ import annotations

import numpy as np

from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.measures.measure import measure
from negsim.arrays import FloatArray
from negsim.playing.engine import tabulate
from negsim.playing.reading import reading
from negsim.playing.response import best_response


@measure("payoff", needs="play")
def play_payoff(analysis: Stalling, player: int) -> FloatArray:
    """Expected discounted payoff of the strategies that play."""
    return np.array([found.payoffs[player] for found in analysis.played])


@measure("chance", of="", needs="play")
def play_settled(analysis: Stalling, _player: int) -> FloatArray:
    """Chance that the strategies that play end in an agreement."""
    kinds = np.array([end.kind == "agreement" for end in analysis.compiled.scenario.ends])
    return np.array([found.ends[kinds].sum() for found in analysis.played])


@measure("chance", of="end", needs="play")
def play_end(analysis: Stalling, end: int) -> FloatArray:
    """Chance that the strategies that play end in this way."""
    return np.array([found.ends[end] for found in analysis.played])


@measure("rounds", of="", needs="play")
def play_rounds(analysis: Stalling, _player: int) -> FloatArray:
    """Expected number of rounds that the strategies play, that in which talks end included."""
    return np.array([found.rounds for found in analysis.played])


@measure("rounds", of="option", needs="play")
def play_time(analysis: Stalling, option: int) -> FloatArray:
    """Expected number of rounds in which an option is in effect while the strategies play."""
    on = analysis.compiled.events.table[option] > 0
    return np.array([found.time[on].sum() for found in analysis.played])


@measure("payoff", needs="play")
def play_regret(analysis: Stalling, player: int) -> FloatArray:
    """How much a party could gain by the best reply to the others' strategies; 0: none."""
    found = []
    for point, rules in enumerate(analysis.rules):
        table = reading(analysis.compiled, analysis.game, point)
        others = dict(enumerate(tabulate(table, rules)))
        del others[player]
        best = best_response(table.game, player, others, point=table.point)
        found.append(best.value - analysis.played[point].payoffs[player])
    return np.maximum(found, 0.0)
