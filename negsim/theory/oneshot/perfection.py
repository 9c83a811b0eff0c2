"""Trembling-hand perfection for two players: equilibria that survive small mistakes.

For two players an equilibrium is perfect exactly if neither mixed action is weakly dominated by
another mixed action, which a linear programme decides.
"""

from __future__ import annotations

import numpy as np

from negsim.arrays import TIE_TOLERANCE, FloatArray
from negsim.errors import SolverError
from negsim.theory.normal_form.game import NormalFormGame, ProfileLike, support
from negsim.theory.normal_form.result import Equilibrium, Solution, any_ties
from negsim.theory.oneshot.dominance import dominating_mixture, leading_mixture
from negsim.theory.oneshot.two_party.every import too_large
from negsim.theory.registry import solve, solver


@solver(
    "perfect",
    finds="some",
    min_players=2,
    max_players=2,
    cost="that of nash, and up to two linear programmes for each equilibrium",
    source="Selten (1975); van Damme (1991), theorem 3.2.2",
    summary="the extreme equilibria of a two-player game that are trembling-hand perfect",
    unfit=too_large,
)
def solve_perfect(game: NormalFormGame) -> Solution:
    """Find the trembling-hand perfect ones among the extreme equilibria of a game of two players.

    Perfect equilibria that are no extreme point of the set of equilibria are not listed; every
    perfect equilibrium lies between listed ones of one component.

    Returns
    -------
    Solution
        ``complete`` if the list of extreme equilibria is; ``dropped`` names those that are not
        perfect and the mixed action that dominates.

    Raises
    ------
    SolverError
        If the game is too large to list its equilibria.

    References
    ----------
    Selten (1975), "Reexamination of the perfectness concept for equilibrium points in extensive
    games", International Journal of Game Theory 4. van Damme (1991), "Stability and Perfection of
    Nash Equilibria", theorem 3.2.2. Borm, Jansen, Potters and Tijs (1993), "On the structure of the
    set of perfect equilibria in bimatrix games", OR Spektrum 15.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    >>> [found.payoffs.tolist() for found in solve_perfect(game).equilibria]
    [[1.0, 1.0]]
    """
    nash = solve(game, "nash")
    kept, dropped = [], []
    for found in nash.equilibria:
        reason = imperfection(game, found)
        if reason is None:
            kept.append(found)
        else:
            dropped.append(reason)
    perfect = tuple(kept)
    message = f"{len(perfect)} of {len(nash.equilibria)} extreme equilibria are perfect"
    if not nash.complete:
        message += f"; of the extreme equilibria not all are known ({nash.message})"
    return Solution(
        game, "perfect", perfect, nash.complete, any_ties(perfect, game), message, tuple(dropped)
    )


def is_perfect(game: NormalFormGame, profile: ProfileLike) -> bool:
    """Tell whether an equilibrium of a game of two players is trembling-hand perfect.

    Raises
    ------
    SolverError
        If there are not two players: for more, undominated is necessary and not sufficient.
    ProfileError
        If the profile does not fit the game.

    References
    ----------
    van Damme (1991), "Stability and Perfection of Nash Equilibria", theorem 3.2.2.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    >>> is_perfect(game, ([0, 1], [0, 1])), is_perfect(game, ([1, 0], [1, 0]))
    (False, True)
    """
    if game.num_players != 2:
        raise SolverError(
            f"is_perfect: takes 2 players and this game has {game.num_players}; what can be said "
            "of more: undominated mixed actions"
        )
    if (game.regret(profile) > game.regret_limit(profile)).any():
        return False
    return all(dominator(game, profile, player) is None for player in range(2))


def dominator(game: NormalFormGame, profile: ProfileLike, player: int) -> FloatArray | None:
    """Return a mixed action that weakly dominates the player's, or None if none does.

    A best reply to others who may play anything is not dominated; that is tried first.

    Raises
    ------
    ProfileError
        If the profile does not fit the game.
    GameError
        If there is no such player.

    References
    ----------
    van Damme (1991), "Stability and Perfection of Nash Equilibria", section 3.2.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    >>> dominator(game, ([0, 1], [0, 1]), player=0)
    array([1., 0.])
    """
    checked = game.as_profile(profile)
    best = game.best_responses(checked, player)
    anything = all(support(mixed).all() for other, mixed in enumerate(checked) if other != player)
    if anything and np.isin(np.flatnonzero(checked[player]), best).all():
        return None
    own = np.moveaxis(game.payoffs[player], player, 0).reshape(game.num_actions[player], -1)
    played = np.flatnonzero(checked[player])
    if played.size == 1:
        return dominating_mixture(own, own[played[0]], weak=True)
    beyond = own - own[played[0]]
    target, terms = checked[player] @ beyond, checked[player] @ np.abs(beyond)
    ties = TIE_TOLERANCE * np.maximum(np.abs(beyond), terms)
    ahead = np.where(np.abs(beyond - target) > ties, beyond - target, 0.0)
    return leading_mixture(ahead, weak=True, decided=False)


def imperfection(game: NormalFormGame, found: Equilibrium) -> str | None:
    """Return why an equilibrium is not perfect, in words; None if nothing speaks against it.

    >>> from negsim.theory.normal_form.result import describe
    >>> game = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    >>> imperfection(game, describe(game, ([0, 1], [0, 1])))
    'player 1 plays 2, which 1 weakly dominates'
    """
    for player, name in enumerate(game.players):
        better = dominator(game, found.profile, player)
        if better is not None:
            own = game.actions[player]
            plays, instead = in_words(own, found.profile[player]), in_words(own, better)
            return f"{name} plays {plays}, which {instead} weakly dominates"
    return None


def in_words(actions: tuple[str, ...], mixed: FloatArray) -> str:
    """Return a mixed action in words.

    >>> in_words(("stay", "go"), np.array([0.25, 0.75]))
    'stay (0.25) or go (0.75)'
    """
    played = [(actions[place], float(mixed[place])) for place in np.flatnonzero(mixed)]
    if len(played) == 1:
        return played[0][0]
    return " or ".join(f"{action} ({chance:.4g})" for action, chance in played)
