"""A party without a plan: the yardstick for the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables, memoryless, strategy
from negsim.playing.worth import uniform


@strategy
@dataclass(frozen=True, slots=True)
class Random(Strategy):
    """Play every move with the same chance.

    >>> str(Random())
    'random'
    """

    name: ClassVar[str] = "random"
    summary: ClassVar[str] = "plays every move with the same chance"
    source: ClassVar[str] = "a yardstick; the random entry of Axelrod (1980)"
    also: ClassVar[tuple[str, ...]] = ("coin toss",)

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: one mixed action for everything."""
        return memoryless(uniform(np.ones((1, 1, 1, table.board.moves[player]), dtype=bool)))
