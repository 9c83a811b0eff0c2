"""A party that leaves the table when leaving is worth more than talking, and comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.playing.automaton import Automaton, Memory
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within
from negsim.playing.worth import best_of, uniform
from negsim.scenario.model import Role

AT_THE_TABLE = 0


@strategy
@dataclass(frozen=True, slots=True)
class ExitThreat(Automaton):
    """Be sincere, but walk out where leaving exceeds talking by a margin, for some rounds.

    It walks out by its exit if it has one; the talks then end. Otherwise it refuses everything for
    some rounds and returns. Both values are those of the solved talks.

    >>> str(ExitThreat())
    'exit_threat:margin=0.0,absence=2'
    """

    name: ClassVar[str] = "exit_threat"
    summary: ClassVar[str] = "walks out where leaving is worth more than talking, and returns"
    remembers: ClassVar[str] = "the rounds of absence left"
    source: ClassVar[str] = (
        "after Ponsati & Sakovics (1998), Rubinstein bargaining with two-sided outside options, "
        "Economic Theory 11; THEORY D2"
    )
    also: ClassVar[tuple[str, ...]] = ("walk-out", "outside-option play")
    roles: ClassVar[tuple[Role, ...]] = ("party",)

    margin: float = field(
        default=0.0,
        metadata=within(
            -1, 1, "by which leaving must exceed talking", "share of the possible gain"
        ),
    )
    absence: int = field(default=2, metadata=within(1, 10_000, "for which it stays away", "rounds"))

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that it is at the table."""
        return (AT_THE_TABLE,)

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return 1 where it refused everything although it was open to something."""
        sincere = table.worth.aspiration(player, table.worth.level(player, 0.0))
        refuses = table.worth.refuses[player]
        meant = (sincere > 0) & ~refuses
        walked = refuses & meant.any(axis=2, keepdims=True)
        return table.worth.at_profiles(walked, player).astype(np.int64)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return the rounds for which it will still stay away."""
        if memory[0]:
            return (memory[0] - 1,)
        return (self.absence - 1 if symbol else AT_THE_TABLE,)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the sincere move, or the walk-out where leaving is better or while away."""
        sincere = table.worth.aspiration(player, table.worth.level(player, 0.0))
        out = self._walk_out(table, player)
        here = np.where(self._leaves(table, player)[..., None], out, sincere)
        kinds = np.stack([here, np.broadcast_to(out, here.shape)])
        return kinds[[int(memory[0] != AT_THE_TABLE) for memory in memories]]

    def _leaves(self, table: Reading, player: int) -> BoolArray:
        margin = self.margin * table.worth.gain[player][:, None]
        more = (
            table.foresight.value_of_leaving(player)
            - table.foresight.value_of_talking(player)
            - margin
        )
        return np.asarray(more > table.worth.slack(player))

    def _walk_out(self, table: Reading, player: int) -> FloatArray:
        exits, refuses = table.foresight.exits(player), table.worth.refuses[player]
        allowed = np.where(exits.any(axis=2, keepdims=True), exits, refuses)
        return uniform(best_of(allowed, table.worth.side_value[player], table.worth.size[player]))
