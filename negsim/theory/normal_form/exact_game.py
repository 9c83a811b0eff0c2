"""A game in normal form in fractions, as a file has it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negsim.errors import GameError
from negsim.theory.normal_form.game import NormalFormGame


@dataclass(frozen=True, slots=True)
class ExactGame:
    """A game in normal form with its payoffs as fractions, as a file has them.

    ``payoffs[player]`` lists the player's payoffs with the last player's action varying fastest, as
    in ``NormalFormGame.payoffs[player].ravel()``.
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    payoffs: tuple[tuple[Fraction, ...], ...]
    title: str = ""
    comment: str = ""

    @property
    def game(self) -> NormalFormGame:
        """Return the game with its payoffs rounded to floats.

        >>> ExactGame(("a",), (("x",),), ((Fraction(1, 2),),)).game.payoffs
        array([[0.5]])
        """
        shape = tuple(len(own) for own in self.actions)
        payoffs = np.array([[float(payoff) for payoff in own] for own in self.payoffs])
        return NormalFormGame(payoffs.reshape(len(shape), *shape), self.players, self.actions)

    def matrix(self, player: int) -> list[list[Fraction]]:
        """Return a player's payoffs, indexed [row, column], in a game of two players.

        With both matrices ``negsim.theory.oneshot.two_party.every.solve_exact`` solves the game in
        fractions.

        Raises
        ------
        GameError
            If there are not two players.

        Examples
        --------
        >>> half = Fraction(1, 2)
        >>> ExactGame(("a", "b"), (("x",), ("y", "z")), ((half, half),) * 2).matrix(0)
        [[Fraction(1, 2), Fraction(1, 2)]]
        """
        if len(self.players) != 2:
            raise GameError(f"expected a game of 2 players, got {len(self.players)}")
        width = len(self.actions[1])
        own = list(self.payoffs[player])
        return [own[start : start + width] for start in range(0, len(own), width)]
