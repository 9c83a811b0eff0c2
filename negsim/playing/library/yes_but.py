"""A party that says "yes, but": it agrees in principle and attaches a condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray
from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables, memoryless, strategy, within
from negsim.scenario.model import Role


@strategy
@dataclass(frozen=True, slots=True)
class YesBut(Strategy):
    """Play the most open conditional move for some rounds, then be sincere.

    A party without conditional moves accepts limited options and no package in those rounds: the
    aspiration move at an infinite level.

    >>> str(YesBut())
    'yes_but:patience=3'
    """

    name: ClassVar[str] = "yes_but"
    summary: ClassVar[str] = "agrees with a condition attached for some rounds, then is sincere"
    source: ClassVar[str] = (
        "defined for this package after the insincere negotiation of Wallihan (1998), "
        "Negotiating to avoid agreement, Negotiation Journal 14"
    )
    also: ClassVar[tuple[str, ...]] = ("moving the goalposts", "conditional acceptance")
    roles: ClassVar[tuple[Role, ...]] = ("party", "guarantor")

    patience: int = field(default=3, metadata=within(0, 100_000, "before it is sincere", "rounds"))

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: conditional moves in the first rounds, sincere ones after them."""
        early = np.arange(table.board.rounds)[:, None, None, None] < self.patience
        sincere = table.worth.aspiration(player, table.worth.level(player, 0.0))
        return memoryless(np.where(early, self._conditional(table, player), sincere))

    def _conditional(self, table: Reading, player: int) -> FloatArray:
        board = table.board
        size = (board.num_states, board.nodes[player], board.moves[player])
        conditional = table.worth.conditional[player, : size[-1]]
        if not conditional.any():
            return table.worth.aspiration(player, np.full(size[:-1], np.inf))
        return table.worth.most_open(player, np.broadcast_to(conditional, size))
