"""A party that fears what the other side will do behind an agreement: the rival of the staller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import BoolArray
from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables, memoryless, strategy, within
from negsim.scenario.model import Role


@strategy
@dataclass(frozen=True, slots=True)
class Fearful(Strategy):
    """Take guarded packages as a sincere party does, others only if they outweigh the fear.

    A package is guarded if the player's conditional consent completes it: its conditions are met.
    An unguarded package loses a share of the possible gain for each round that is left, in which
    the other side could rearm, and what remains must be worth as much as talking on.

    >>> str(Fearful())
    'fearful:fear=0.05'
    """

    name: ClassVar[str] = "fearful"
    summary: ClassVar[str] = "agrees if its conditions are met, or if the deal outweighs its fears"
    source: ClassVar[str] = (
        "defined for this package after the commitment problem of Fearon (1995), Rationalist "
        "explanations for war, International Organization 49(3); THEORY B2"
    )
    also: ClassVar[tuple[str, ...]] = ("security seeker", "commitment-problem type")
    roles: ClassVar[tuple[Role, ...]] = ("party",)

    fear: float = field(
        default=0.05,
        metadata=within(
            0, 1, "lost for each round left after an unguarded package", "share of the gain a round"
        ),
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: one move for each round, state and node."""
        return memoryless(table.worth.most_open(player, self._allowed(table, player)))

    def _allowed(self, table: Reading, player: int) -> BoolArray:
        rounds = table.board.rounds
        left = np.arange(rounds - 1, -1, -1)[:, None, None]
        fear = self.fear * table.worth.gain[player][:, None] * left
        away = table.worth.level(player, 0.0)
        waiting = np.maximum(table.foresight.value_of_talking(player), away)
        bold = table.worth.admissible(player, waiting + fear)
        guarded = table.worth.conditional[player, : table.board.moves[player]]
        return np.where(guarded, table.worth.admissible(player, away), bold)
