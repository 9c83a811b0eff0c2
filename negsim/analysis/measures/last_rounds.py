"""Measures of the one-shot game, the last round at the start: nothing else is solved for them."""

from __future__ import annotations

import numpy as np

from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.measures.measure import measure
from negsim.arrays import BoolArray, FloatArray


@measure("count", of="", needs="last_rounds")
def pure_equilibria(analysis: Stalling, _player: int) -> FloatArray:
    """Number of pure equilibria of the one-shot game."""
    return np.asarray(analysis.one_shots.pure.sum(axis=1), dtype=float)


@measure("count", of="", needs="last_rounds")
def equilibrium_outcomes(analysis: Stalling, _player: int) -> FloatArray:
    """Number of different outcomes of pure equilibria of the one-shot game."""
    return np.asarray(analysis.one_shots.equilibrium.sum(axis=1), dtype=float)


@measure("count", of="", needs="last_rounds")
def two_party_equilibria(analysis: Stalling, _player: int) -> FloatArray:
    """Number of equilibria, mixed too, of the one-shot game with the mediators' moves fixed."""
    return analysis.one_shots.mixed_counts


@measure("0 or 1", of="option", needs="last_rounds")
def stable(analysis: Stalling, option: int) -> FloatArray:
    """Whether a pure equilibrium of the one-shot game has an option in effect."""
    return some(analysis, analysis.one_shots.equilibrium, option)


@measure("0 or 1", of="option", needs="last_rounds")
def efficient(analysis: Stalling, option: int) -> FloatArray:
    """Whether a Pareto efficient outcome of the one-shot game has an option in effect."""
    return some(analysis, analysis.one_shots.efficient, option)


@measure("0 or 1", of="option", needs="last_rounds")
def bargained(analysis: Stalling, option: int) -> FloatArray:
    """Whether the Nash bargaining solution of the one-shot game has an option in effect."""
    return some(analysis, analysis.one_shots.bargained, option)


@measure("payoff", needs="last_rounds")
def bargained_payoff(analysis: Stalling, player: int) -> FloatArray:
    """Lowest payoff at the Nash bargaining solution of the one-shot game; NaN if there is none."""
    found = analysis.one_shots
    paid = np.where(found.bargained, found.outcomes[:, :, player], np.inf).min(axis=1)
    return np.where(np.isfinite(paid), paid, np.nan)


@measure("payoff", needs="last_rounds")
def status_quo_payoff(analysis: Stalling, player: int) -> FloatArray:
    """Payoff of the one-shot game if nothing is in effect."""
    return analysis.one_shots.status_quo[:, player]


def some(analysis: Stalling, marked: BoolArray, option: int) -> FloatArray:
    """Return one where some marked event has an option in effect, nought elsewhere, shape (B,)."""
    on = analysis.compiled.events.table[option] > 0
    return np.asarray((marked & on).any(axis=1), dtype=float)
