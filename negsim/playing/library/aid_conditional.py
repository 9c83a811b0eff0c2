"""A mediator that makes its help conditional: pressure moves to whoever stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray
from negsim.playing.automaton import Memory
from negsim.playing.library.pressing import Presser, blended
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within

DIGITS = 9
"""Digits to which levels are kept, so that equal ones are equal."""


@strategy
@dataclass(frozen=True, slots=True)
class AidConditional(Presser):
    """Keep a level of pressure for each of the watched, and press the highest with its chance.

    A level rises in each round in which its party holds out and falls in each in which somebody
    else does and it does not. So aid to one side grows while the other stalls, and shrinks when it
    is itself the one that rejects what the other has accepted.

    >>> str(AidConditional())
    'aid_conditional:rise=0.25,fall=0.25'
    """

    name: ClassVar[str] = "aid_conditional"
    summary: ClassVar[str] = "shifts its pressure, step by step, to whoever stands in the way"
    remembers: ClassVar[str] = "a level of pressure for each of the watched"
    source: ClassVar[str] = (
        "defined for this package; the automatic aid trigger of THEORY 2.6, stepped back when the "
        "side that is aided rejects what the other accepted"
    )
    also: ClassVar[tuple[str, ...]] = ("automatic aid trigger", "conditional assistance")

    rise: float = field(
        default=0.25,
        metadata=within(0, 1, "of the pressure on whoever holds out", "chance a round"),
    )
    fall: float = field(
        default=0.25,
        metadata=within(0, 1, "of the pressure on the others then", "chance a round"),
    )

    def first(self, table: Reading, player: int, /) -> Memory:
        """Return a level of nought for each of the watched."""
        return (0.0,) * len(table.conduct.watched[player])

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return the new levels."""
        if not symbol:
            return memory
        moved = [
            level + self.rise if symbol >> bit & 1 else level - self.fall
            for bit, level in enumerate(memory)
        ]
        return tuple(round(min(max(level, 0.0), 1.0), DIGITS) for level in moved)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the press on those of the highest level, with its chance."""
        tops = np.array([max(memory, default=0.0) for memory in memories])
        sets = [
            sum(1 << bit for bit, level in enumerate(memory) if level == top)
            for memory, top in zip(memories, tops.tolist(), strict=True)
        ]
        return blended(table, player, sets, tops[:, None, None])
