"""Measures of the one-shot game's equilibria and guarantees, mixed play included.

Nothing but the one-shot game is solved. A party with a single move is left out first, so that two
who choose are two whoever looks on. Of two parties all equilibria are found; of more, as far as
:func:`negsim.theory.oneshot.several.regular.regular` proves that there is no other regular one.
"""

from __future__ import annotations

import numpy as np

from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.measures.measure import measure
from negsim.analysis.outcomes.mixed_play import expected_payoffs, mixed_play
from negsim.arrays import FloatArray
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.dominance import Security, solve_security
from negsim.theory.registry import solve

TWO = 2


@measure("count", of="", needs="last_rounds")
def equilibria(analysis: Stalling, _player: int) -> FloatArray:
    """Number of equilibria of the one-shot game, mixed too; of a continuum, its corners."""
    return np.array([len(profiles(game)) for game in analysis.last_rounds], dtype=float)


@measure("payoff", needs="last_rounds")
def best_equilibrium(analysis: Stalling, player: int) -> FloatArray:
    """Highest payoff in an equilibrium of the one-shot game; NaN if none was found."""
    return np.array([max(paid(game, player), default=np.nan) for game in analysis.last_rounds])


@measure("payoff", needs="last_rounds")
def worst_equilibrium(analysis: Stalling, player: int) -> FloatArray:
    """Lowest payoff in an equilibrium of the one-shot game; NaN if none was found."""
    return np.array([min(paid(game, player), default=np.nan) for game in analysis.last_rounds])


@measure("payoff", needs="last_rounds")
def security(analysis: Stalling, player: int) -> FloatArray:
    """Payoff that a party can make sure of by mixing in the one-shot game, whatever others do."""
    return np.array([guaranteed(game).levels[player] for game in analysis.last_rounds])


@measure("payoff", needs="last_rounds")
def zero_sum_value(analysis: Stalling, player: int) -> FloatArray:
    """Payoff in a one-shot game of two whose payoffs sum to a constant; NaN in other games."""
    found = [guaranteed(game) for game in analysis.last_rounds]
    return np.array([np.nan if each.value is None else each.levels[player] for each in found])


@measure("level", of="option", needs="last_rounds")
def mixed_in_effect(analysis: Stalling, option: int) -> FloatArray:
    """Expected level of an option where most parties mix in the one-shot game; NaN without one."""
    levels = analysis.compiled.events.table[option].astype(float)
    played = [mixed_play(game) for game in analysis.last_rounds]
    found = [
        np.nan
        if play is None
        else expected_payoffs(levels[event].reshape(game.shape[1:])[None], play.profile)[0]
        for play, event, game in zip(
            played, analysis.one_shots.event_of, analysis.last_rounds, strict=True
        )
    ]
    return np.array(found)


def profiles(game: FloatArray) -> list[tuple[FloatArray, ...]]:
    """Return the equilibria of a game, (n, moves of player 0, ...), one mixed action a player.

    Raises
    ------
    SolverError
        If the game is too large for the method.
    """
    sizes = game.shape[1:]
    movers = [player for player, size in enumerate(sizes) if size > 1] or [0]
    table = game[movers].reshape(len(movers), *[sizes[player] for player in movers])
    if len(movers) == 1:
        chosen = np.flatnonzero(table[0] >= table[0].max())
        found: list[tuple[FloatArray, ...]] = [(row,) for row in np.eye(sizes[movers[0]])[chosen]]
    else:
        method = "nash" if len(movers) == TWO else "regular"
        found = [each.profile for each in solve(NormalFormGame(table), method).equilibria]
    return [whole(sizes, dict(zip(movers, profile, strict=True))) for profile in found]


def whole(sizes: tuple[int, ...], mixed: dict[int, FloatArray]) -> tuple[FloatArray, ...]:
    """Return a profile of everybody: those who are not given have a single move."""
    return tuple(mixed.get(player, np.ones(size)) for player, size in enumerate(sizes))


def paid(game: FloatArray, player: int) -> list[float]:
    """Return what a player gets in each equilibrium."""
    return [float(expected_payoffs(game, profile)[player]) for profile in profiles(game)]


def guaranteed(game: FloatArray) -> Security:
    """Return what each player can make sure of against all others, who act as one."""
    return solve_security(NormalFormGame(game))
