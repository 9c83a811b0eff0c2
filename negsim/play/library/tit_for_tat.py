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

    The last move of an opponent who has moved before the player this round is this round's; that
    of the rest is the one of the round before, and none at first, when they count as kind.
    Kindness toward several opponents is the sum over them.

    >>> str(TitForTat())
    'tit_for_tat'
    """

    name: ClassVar[str] = "tit_for_tat"
    summary: ClassVar[str] = "kind unless the last move it saw of some opponent was unkind"
    source: ClassVar[str] = (
        "Axelrod & Hamilton (1981), The evolution of cooperation, Science 211; "
        "kind as in Rabin (1993), American Economic Review 83(5)"
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: one memory for a last round that was kind, one for the rest."""
        opponents, board = table.opponents[player], table.board
        given = np.zeros((board.num_states, 1, board.moves[player]))
        seen = np.zeros((board.num_states, board.num_profiles), dtype=bool)
        unseen = np.zeros_like(seen)
        for other in opponents:
            given = given + table.kindness[player][other][:, None]
            unkind = ~table.kind(other, player)[:, board.move_of[other]]
            judged = seen if board.group_of[other] < board.group_of[player] else unseen
            judged |= unkind
        anything = np.ones(given.shape, dtype=bool)
        scale = np.full(board.num_states, float(len(opponents)))
        kindest = uniform(best_of(anything, given, scale))
        harshest = uniform(best_of(anything, -given, scale))
        provoked = np.zeros((board.num_states, board.nodes[player], 1), dtype=bool)
        provoked[:, board.node_of[player], 0] = seen
        act = np.stack([np.where(provoked, harshest, kindest), 0 * provoked + harshest])
        following = np.where(unseen, UNKIND, KIND)[None, None]
        return Tables(KIND, act[:, None], np.repeat(following, 2, axis=0))
