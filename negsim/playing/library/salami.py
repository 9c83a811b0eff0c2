"""Salami tactics: take small slices as long as nobody stirs, and pause when somebody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import TIE_TOLERANCE, FloatArray, IntArray
from negsim.playing.automaton import Automaton, Memory, chosen
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within
from negsim.playing.worth import best_of, uniform
from negsim.scenario.model import Role


@strategy
@dataclass(frozen=True, slots=True)
class Salami(Automaton):
    """Take the best slice that is small enough; after a provocation pause and be kind.

    A slice is a move that is less kind to an opponent than the kindest, by no more than a share of
    the range; the best one has the largest side value. Where no slice is small enough it is kind.

    >>> str(Salami())
    'salami:slice=0.6,pause=2'
    """

    name: ClassVar[str] = "salami"
    summary: ClassVar[str] = "takes small slices while nobody stirs, and pauses when somebody does"
    remembers: ClassVar[str] = "the rounds of pause left"
    source: ClassVar[str] = (
        "Schelling (1966), Arms and Influence, chapter 2; Powell (1999), In the Shadow of Power; "
        "THEORY O1"
    )
    also: ClassVar[tuple[str, ...]] = ("faits accomplis", "erosion by degrees", "slicing")
    roles: ClassVar[tuple[Role, ...]] = ("party",)

    slice: float = field(
        default=0.6,
        metadata=within(0, 1, "largest step down in kindness", "share of the range of kindness"),
    )
    pause: int = field(
        default=2, metadata=within(0, 10_000, "of kindness after a provocation", "rounds")
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that there is no need to pause."""
        return (0,)

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return 1 for rounds that provoke and 0 for all others."""
        return table.conduct.provoked(player).astype(np.int64)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return the rounds of pause that are left."""
        return (self.pause,) if symbol else (max(memory[0] - 1, 0),)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return a slice, or the kindest move during a pause."""
        slices = self._slices(table, player)
        kinds = np.stack([slices, np.broadcast_to(table.conduct.kindest[player], slices.shape)])
        return chosen(kinds, [int(memory[0] > 0) for memory in memories])

    def _slices(self, table: Reading, player: int) -> FloatArray:
        opponents = table.conduct.opponents[player]
        given = [table.conduct.kindness[player][other] for other in opponents]
        least = np.min(given, axis=0) if given else np.ones((table.board.num_states, 1))
        shape = (len(least), table.board.nodes[player], table.board.moves[player])
        most = least.max(axis=1, keepdims=True)
        small = np.broadcast_to((least >= most - self.slice - TIE_TOLERANCE)[:, None], shape)
        return uniform(best_of(small, table.worth.side_value[player], table.worth.size[player]))
