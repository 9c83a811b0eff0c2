"""The one-shot game's equilibrium in which most parties mix, for claims and sweeps.

A game such as Chicken has pure equilibria and a mixed one between them. *Mixed play* is the
equilibrium in which more parties mix than in any other; where there is no such one, nothing is
said (NaN). Parties with a single move are left out before the game is solved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negsim.arrays import FloatArray
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.registry import solve

PURE = 1 - 1e-9
"""Chance from which on a move is played for certain."""


@dataclass(frozen=True, slots=True)
class MixedPlay:
    """Mixed play of one game: each party's mixed action and expected payoff."""

    profile: tuple[FloatArray, ...]
    payoffs: FloatArray


def mixed_play(payoffs: FloatArray) -> MixedPlay | None:
    """Return the mixed play of a game, (n, moves of party 0, ...), None if there is none.

    Complete for two who choose; for more, as far as
    :func:`negsim.theory.oneshot.several.regular.regular` proves that there is no other regular
    equilibrium.

    Raises
    ------
    SolverError
        If the game is too large for the method.

    >>> chicken = np.array([[[0.0, -1.0], [1.0, -5.0]], [[0.0, 1.0], [-1.0, -5.0]]])
    >>> mixed_play(chicken).profile[0]
    array([0.8, 0.2])
    """
    sizes = payoffs.shape[1:]
    movers = [player for player, size in enumerate(sizes) if size > 1]
    if len(movers) < 2:
        return None
    table = payoffs[movers].reshape(len(movers), *[sizes[player] for player in movers])
    method = "nash" if len(movers) == 2 else "regular"
    found = [each.profile for each in solve(NormalFormGame(table), method).equilibria]
    mixing = [sum(float(own.max()) < PURE for own in profile) for profile in found]
    most = max(mixing, default=0)
    if most == 0 or mixing.count(most) > 1:
        return None
    own = iter(found[mixing.index(most)])
    profile = tuple(np.ones(1) if size == 1 else next(own) for size in sizes)
    return MixedPlay(profile, expected_payoffs(payoffs, profile))


def expected_payoffs(payoffs: FloatArray, profile: tuple[FloatArray, ...]) -> FloatArray:
    """Return everybody's expected payoff, shape (n,)."""
    found = payoffs
    for mixed in reversed(profile):
        found = found @ mixed
    return np.asarray(found)
