"""A party that takes what is worth more to it than walking away, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from negsim.play.reading import Reading
from negsim.play.strategy import Strategy, Tables, memoryless, strategy, within


@strategy
@dataclass(frozen=True, slots=True)
class Sincere(Strategy):
    """Play the aspiration move at the value of walking away, less a tolerance.

    >>> str(Sincere())
    'sincere:tolerance=0.0'
    """

    name: ClassVar[str] = "sincere"
    summary: ClassVar[str] = "accepts what it expects to be worth at least as much as walking away"
    source: ClassVar[str] = "defined for this package; the threshold is the reservation value"

    tolerance: float = field(
        default=0.0,
        metadata=within(0, 1, "share of the possible gain given up below walking away"),
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: the same move in every round of a state and node."""
        level = table.level(player, -self.tolerance)
        return memoryless(table.aspiration(player, level)[None])
