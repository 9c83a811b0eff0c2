"""All pure equilibria of a game of any number of players, by looking at every profile."""

from __future__ import annotations

import numpy as np

from negsim.arrays import REGRET_TOLERANCE, TIE_TOLERANCE, BoolArray
from negsim.games.normal_form import NormalFormGame
from negsim.solvers.registry import solver
from negsim.solvers.result import Equilibrium, Solution, any_ties, certify


@solver(
    "pure",
    finds="all",
    exact=True,
    cost="one comparison for each player and profile",
    source="Nash (1951)",
    summary="every equilibrium in which all players play one action for certain",
)
def solve_pure(game: NormalFormGame) -> Solution:
    """Find every pure Nash equilibrium; complete, also in degenerate games.

    Payoffs are compared as given; differences within the game's ``regret_limit`` are ties.

    Returns
    -------
    Solution
        Its equilibria in the order of the profiles; none if the game has none.

    References
    ----------
    Nash (1951), "Non-cooperative games", Annals of Mathematics 54(2).

    Examples
    --------
    >>> hunt = NormalFormGame.from_bimatrix([[2, 0], [1, 1]], [[2, 1], [0, 1]])
    >>> [equilibrium.payoffs.tolist() for equilibrium in solve_pure(hunt).equilibria]
    [[2.0, 2.0], [1.0, 1.0]]
    """
    equilibria = pure_equilibria(game)
    count = len(equilibria)
    message = f"{count} pure {'equilibrium' if count == 1 else 'equilibria'}, all there are"
    return Solution(game, "pure", equilibria, True, any_ties(equilibria, game), message)


def pure_equilibria(game: NormalFormGame) -> tuple[Equilibrium, ...]:
    """Return every pure equilibrium, certified, in the order of the profiles.

    >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> pure_equilibria(pennies)
    ()
    """
    plausible = np.logical_and.reduce([_plausible(game, i) for i in range(game.num_players)])
    candidates = (game.pure_profile(profile.tolist()) for profile in np.argwhere(plausible))
    certified = (certify(game, candidate) for candidate in candidates)
    return tuple(equilibrium for equilibrium in certified if equilibrium is not None)


def _plausible(game: NormalFormGame, player: int) -> BoolArray:
    """Return, for each profile, whether the player's regret can be within ``regret_limit``."""
    payoffs = game.payoffs[player]
    best = payoffs.max(axis=player, keepdims=True)
    reach = best - payoffs.min(axis=player, keepdims=True)
    ties = TIE_TOLERANCE * np.maximum(np.abs(best), np.abs(payoffs))
    plausible: BoolArray = best - payoffs <= np.maximum(REGRET_TOLERANCE * reach, ties)
    return plausible
