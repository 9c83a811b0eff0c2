"""The exact best response to what all the others do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from negsim.playing.reading import Reading
from negsim.playing.response import best_response
from negsim.playing.strategy import Strategy, Tables, strategy


@strategy
@dataclass(frozen=True, slots=True)
class OptimalStaller(Strategy):
    """Know the others' strategies and play a best response to them; ties get equal chances.

    >>> str(OptimalStaller())
    'optimal_staller'
    """

    name: ClassVar[str] = "optimal_staller"
    summary: ClassVar[str] = "plays the exact best response to the others' strategies"
    remembers: ClassVar[str] = "the others' memories"
    source: ClassVar[str] = (
        "a Markov decision process over state and the others' memories, by backward induction; "
        "Puterman (1994), Markov Decision Processes, section 4.5"
    )
    also: ClassVar[tuple[str, ...]] = ("best response", "best reply")
    answers_others: ClassVar[bool] = True

    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        """Return the best response's tables; see ``best_response`` for errors and cost."""
        return best_response(table.game, player, others, table.point).tables
