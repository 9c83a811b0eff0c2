"""A party that wants nearly all there is to gain and never gives way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables, memoryless, strategy, within
from negsim.scenario.model import Role


@strategy
@dataclass(frozen=True, slots=True)
class Hardliner(Strategy):
    """Play the aspiration move at a fixed share of the possible gain.

    >>> str(Hardliner(demand=1))
    'hardliner:demand=1.0'
    """

    name: ClassVar[str] = "hardliner"
    summary: ClassVar[str] = "demands a fixed share of what there is to gain, to the end"
    source: ClassVar[str] = (
        "the obstinate type of Abreu & Gul (2000), Bargaining and reputation, Econometrica 68(1)"
    )
    also: ClassVar[tuple[str, ...]] = ("obstinate type", "stubborn type")
    roles: ClassVar[tuple[Role, ...]] = ("party", "guarantor")

    demand: float = field(
        default=0.9, metadata=within(0, 1, "that it insists on", "share of the possible gain")
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: the same move in every round of a state and node."""
        level = table.worth.level(player, self.demand)
        return memoryless(table.worth.aspiration(player, level)[None])
