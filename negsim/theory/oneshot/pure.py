"""All pure equilibria of games of any number of players, by looking at every profile.

Payoffs are compared as they are given: two tie if and only if they are equal. The kernel takes a
batch of games.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import BoolArray, FloatArray, IntArray, kernel
from negsim.errors import GameError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Equilibrium, Solution, any_ties, describe
from negsim.theory.registry import solver


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

    Payoffs are compared as given: two tie if and only if they are equal.

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
    """Return every pure equilibrium in the order of the profiles.

    >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> pure_equilibria(pennies)
    ()
    """
    cells = _marked(np.array(game.order[None]))[0]
    return tuple(
        describe(game, game.pure_profile(profile.tolist())) for profile in np.argwhere(cells)
    )


def pure_batch(payoffs: ArrayLike) -> BoolArray:
    """Tell for every game of a batch which profiles of pure actions are equilibria.

    Cost: about a microsecond for each game of 4 x 4 x 4 actions. Memory: one byte for each profile.

    Parameters
    ----------
    payoffs
        Shape (batch, n, actions of player 0, ..., actions of player n - 1).

    Returns
    -------
    ndarray of bool, shape (batch, actions of player 0, ..., actions of player n - 1)
        The same profiles that ``pure_equilibria`` finds game by game.

    Raises
    ------
    GameError
        If this is not an array of finite numbers of such a shape.

    Examples
    --------
    >>> dilemma = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]
    >>> pure_batch([dilemma]).astype(int)
    array([[[0, 0],
            [0, 1]]])
    """
    return _marked(_checked_batch(payoffs))


@kernel
def pure_kernel(payoffs: FloatArray, shape: IntArray, found: BoolArray) -> None:
    """Tell at which profiles nobody can gain.

    Parameters
    ----------
    payoffs
        Shape (batch, n, cells), profiles in C order.
    shape
        Shape (n,): how many actions each player has.
    found
        Shape (batch, cells): receives the answers.
    """
    cells = payoffs.shape[2]
    for game in range(len(payoffs)):
        for cell in range(cells):
            found[game, cell] = True
        stride = cells
        for player in range(len(shape)):
            own = payoffs[game, player]
            block = stride
            stride //= shape[player]
            for start in range(0, cells, block):
                for base in range(start, start + stride):
                    best = own[base]
                    for cell in range(base, base + block, stride):
                        best = max(best, own[cell])
                    for cell in range(base, base + block, stride):
                        if own[cell] < best:
                            found[game, cell] = False


def _marked(payoffs: FloatArray) -> BoolArray:
    """Return which profiles of each game are equilibria, shape (batch, *actions)."""
    batch, players, *shape = payoffs.shape
    cells = int(np.prod(shape))
    found = np.empty((batch, cells), np.bool_)
    flat = payoffs.reshape(batch, players, cells)
    pure_kernel(flat, np.array(shape, dtype=np.int64), found)
    return found.reshape(batch, *shape)


def _checked_batch(payoffs: ArrayLike) -> FloatArray:
    try:
        checked = np.ascontiguousarray(payoffs, dtype=np.float64)
    except (TypeError, ValueError):
        raise GameError("payoffs: expected an array of numbers") from None
    if checked.ndim < 3 or checked.shape[1] != checked.ndim - 2 or 0 in checked.shape[2:]:
        raise GameError(
            "payoffs: expected shape (batch, n, actions of player 0, ..., actions of player "
            f"n - 1), got {checked.shape}"
        )
    bad = np.argwhere(~(np.abs(checked) < np.finfo(float).max / 4))
    if len(bad):
        game, player, *profile = (int(index) for index in bad[0])
        raise GameError(
            f"payoffs: player {player + 1} of game {game} at profile {tuple(profile)} gets "
            f"{checked[game, player, *profile]}, expected a finite number"
        )
    return checked if checked.flags.writeable else checked.copy()
