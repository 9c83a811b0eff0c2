"""The Nash equilibria that other answers are measured by: how good and how bad they can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from negsim.errors import SolverError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Equilibrium
from negsim.theory.registry import solve


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The Nash equilibria of a game that are known.

    ``complete``: no equilibrium pays anybody, or any sum of payoffs, more than the best listed or
    less than the worst. ``message``: which they are, in words.
    """

    equilibria: tuple[Equilibrium, ...]
    complete: bool
    message: str

    def best(self, weights: ArrayLike) -> float | None:
        """Return the largest weighted sum of payoffs; None if no equilibrium is known."""
        return max(self._sums(weights), default=None)

    def worst(self, weights: ArrayLike) -> float | None:
        """Return the smallest weighted sum of payoffs; None if no equilibrium is known."""
        return min(self._sums(weights), default=None)

    def _sums(self, weights: ArrayLike) -> list[float]:
        return [float(np.dot(weights, found.payoffs)) for found in self.equilibria]


def known_equilibria(game: NormalFormGame) -> Reference:
    """Return the Nash equilibria to measure by: all extreme ones of two players, else pure ones.

    Where equilibria form a continuum the extreme ones suffice: on a set of equilibria that are
    interchangeable each payoff is linear in the other player's mixed action.

    References
    ----------
    Jansen (1981), "Maximal Nash subsets for bimatrix games", Naval Research Logistics Quarterly 28.

    Examples
    --------
    >>> chicken = NormalFormGame.from_bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    >>> round(known_equilibria(chicken).best([1, 1]), 9)
    9.333333333
    """
    if game.num_players == 2:
        try:
            found = solve(game, "nash")
        except SolverError as refusal:
            pure = solve(game, "pure")
            return Reference(pure.equilibria, False, f"pure equilibria only: {refusal}")
        return Reference(found.equilibria, found.complete, found.message)
    pure = solve(game, "pure")
    if game.num_players == 1:
        return Reference(pure.equilibria, True, pure.message)
    return Reference(pure.equilibria, False, f"{pure.message}; mixed equilibria are not looked for")
