"""Players with a single action change no game: methods for two take the game of those who choose.

What is found there is carried back, so that the payoffs of those who only look on are told as well.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from negsim.arrays import frozen
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Equilibrium, Solution, describe

ONLY = frozen(np.ones(1))
"""The mixed action of a player with a single action."""


def left_out(game: NormalFormGame, most: int | None) -> tuple[int, ...]:
    """Return the bystanders without whom a game has no more than ``most`` players, last ones first.

    >>> game = NormalFormGame(np.zeros((4, 2, 1, 2, 1)))
    >>> left_out(game, None), left_out(game, 3), left_out(game, 2), left_out(game, 1)
    ((), (3,), (3, 1), (3, 1))
    """
    surplus = 0 if most is None else game.num_players - most
    idle = [player for player, count in enumerate(game.num_actions) if count == 1]
    return tuple(reversed(idle))[: max(surplus, 0)]


def without(game: NormalFormGame, bystanders: tuple[int, ...]) -> NormalFormGame:
    """Return the game of the others."""
    for player in sorted(bystanders, reverse=True):
        game = game.restrict(player, 0)
    return game


def carried_back(game: NormalFormGame, bystanders: tuple[int, ...], solution: Solution) -> Solution:
    """Return a solution of the game without the bystanders as one of the game."""
    found = tuple(_with_them(game, bystanders, one) for one in solution.equilibria)
    return replace(solution, game=game, equilibria=found)


def among_movers(solution: Solution) -> Solution:
    """Return a solution as one of the game without bystanders, as long as two players are left."""
    game = solution.game
    idle = left_out(game, 2)
    if not idle:
        return solution
    smaller = without(game, idle)
    own = [k for k in range(game.num_players) if k not in idle]
    found = (
        describe(smaller, [one.profile[k] for k in own], one.marks) for one in solution.equilibria
    )
    return replace(solution, game=smaller, equilibria=tuple(found))


def _with_them(game: NormalFormGame, bystanders: tuple[int, ...], one: Equilibrium) -> Equilibrium:
    own = iter(one.profile)
    profile = [ONLY if k in bystanders else next(own) for k in range(game.num_players)]
    return describe(game, profile, one.marks)
