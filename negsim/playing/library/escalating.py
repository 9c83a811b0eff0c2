"""A mediator whose pressure grows with every round in which somebody holds out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray
from negsim.playing.automaton import Memory
from negsim.playing.library.pressing import NOBODY, Presser, blended
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within


@strategy
@dataclass(frozen=True, slots=True)
class EscalatingPress(Presser):
    """Press holdouts with a chance that grows by a step for each round of holding out.

    The expected cost of holding out so grows in proportion to the rounds, as with a sanction that
    is stepped up, until the press is certain. Only a round in which nobody holds out resets it.

    >>> str(EscalatingPress())
    'escalating:step_up=0.1'
    """

    name: ClassVar[str] = "escalating"
    summary: ClassVar[str] = "presses the more, the longer somebody has held out"
    remembers: ClassVar[str] = "who held out last, and for how many rounds somebody has"
    source: ClassVar[str] = (
        "defined for this package; graduated pressure as in George, Hall & Simons (1971), The "
        "Limits of Coercive Diplomacy; THEORY 2.6, cost gamma t"
    )
    also: ClassVar[tuple[str, ...]] = ("graduated pressure", "turning the screw")

    step_up: float = field(
        default=0.1,
        metadata=within(0.001, 1, "added for each round of holding out", "chance a round"),
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that nobody has held out, and for no round."""
        return (NOBODY, 0)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return who held out, and the rounds of holding out that count."""
        return (symbol, min(int(memory[1]) + 1, self.longest)) if symbol else (NOBODY, 0)

    @property
    def longest(self) -> int:
        """Return the number of rounds after which the press is certain."""
        return math.ceil(1.0 / self.step_up - 1e-9)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the press on who held out, with the chance reached."""
        chances = np.minimum(np.array([memory[1] for memory in memories]) * self.step_up, 1.0)
        return blended(table, player, [int(m[0]) for m in memories], chances[:, None, None])
