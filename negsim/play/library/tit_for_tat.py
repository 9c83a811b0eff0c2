"""Reciprocity: be kind first, then answer kindness with kindness and unkindness in kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from negsim.play.reading import Reading, best_of
from negsim.play.strategy import Strategy, Tables, strategy, uniform

KIND, UNKIND = 0, 1


@strategy
@dataclass(frozen=True, slots=True)
class TitForTat(Strategy):
    """Play the kindest move if every opponent's last move was kind, otherwise the least kind.

    Kindness toward several opponents is the sum over them.

    >>> str(TitForTat())
    'tit_for_tat'
    """

    name: ClassVar[str] = "tit_for_tat"
    summary: ClassVar[str] = "kind first, then kind exactly if every opponent's last move was"
    source: ClassVar[str] = (
        "Axelrod & Hamilton (1981), The evolution of cooperation, Science 211; "
        "kind as in Rabin (1993), American Economic Review 83(5)"
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: one memory for a last round that was kind, one for the rest."""
        opponents, board = table.opponents[player], table.board
        given = np.zeros((board.num_states, board.moves[player]))
        unkind = np.zeros((board.num_states, board.num_profiles), dtype=bool)
        for other in opponents:
            given = given + table.kindness[player][other]
            unkind |= ~table.kind(other, player)[:, board.move_of[other]]
        anything = np.ones(given.shape, dtype=bool)
        scale = np.full(board.num_states, float(len(opponents)))
        kindest = uniform(best_of(anything, given, scale))
        harshest = uniform(best_of(anything, -given, scale))
        act = np.stack([kindest, harshest])[:, None, :, None, :]
        following = np.where(unkind, UNKIND, KIND)[None, None]
        return Tables(KIND, act, np.repeat(following, 2, axis=0))
