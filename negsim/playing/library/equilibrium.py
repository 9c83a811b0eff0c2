"""A party that plays the solved talks: the plan of backward induction, round by round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables, memoryless, strategy


@strategy
@dataclass(frozen=True, slots=True)
class EquilibriumPlay(Strategy):
    """Play the party's part of the solved talks, on and off the predicted path.

    >>> str(EquilibriumPlay())
    'equilibrium'
    """

    name: ClassVar[str] = "equilibrium"
    summary: ClassVar[str] = "plays its part of the solved talks"
    source: ClassVar[str] = "backward induction; Kuhn (1953), theorem 3"
    also: ClassVar[tuple[str, ...]] = ("subgame-perfect play", "rollback")

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: a mixed action for every round, state and node."""
        return memoryless(table.foresight.solved_actions[player])
