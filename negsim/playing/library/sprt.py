"""A mediator that tests sincerity by counting: a sequential probability ratio test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray
from negsim.playing.automaton import Memory
from negsim.playing.library.bayes_trigger import Believer
from negsim.playing.library.pressing import NOBODY, blended
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within


@strategy
@dataclass(frozen=True, slots=True)
class Sprt(Believer):
    """Count refusals less other rounds; press for good at one bound, trust for good at the other.

    With signals that are right equally often for either type, the count is the log likelihood
    ratio in units of one signal, and the bounds are those of the sequential test.

    >>> str(Sprt())
    'sprt:press_at=3,trust_at=3'
    """

    name: ClassVar[str] = "sprt"
    summary: ClassVar[str] = "counts refusals against other rounds until it presses or trusts"
    remembers: ClassVar[str] = "who held out last, and refusals less other rounds"
    source: ClassVar[str] = (
        "Wald (1945), Sequential tests of statistical hypotheses, Annals of Mathematical "
        "Statistics 16(2); THEORY L2"
    )
    also: ClassVar[tuple[str, ...]] = ("sequential probability ratio test", "gambler's ruin test")

    press_at: int = field(
        default=3, metadata=within(1, 1000, "net refusals at which it presses", "rounds")
    )
    trust_at: int = field(
        default=3, metadata=within(1, 1000, "net other rounds at which it trusts", "rounds")
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that nobody has held out and the count is nought."""
        return (NOBODY, 0)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return who held out, and the count, which stays at a bound once it is there."""
        count = memory[1]
        if -self.trust_at < count < self.press_at:
            count += 1 if symbol % 2 else -1
        return (symbol // 2, count)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the press on who held out at the upper bound."""
        chances = np.array([float(memory[1] == self.press_at) for memory in memories])
        return blended(table, player, [int(m[0]) for m in memories], chances[:, None, None])
