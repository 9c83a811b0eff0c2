"""Probing: break the peace a little, and keep it for a while when that is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.playing.automaton import Automaton, Memory, chosen
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within
from negsim.scenario.model import Role


@strategy
@dataclass(frozen=True, slots=True)
class ProbeWithdraw(Automaton):
    """Play the least kind move with a chance; once pressed or provoked be kind for some rounds.

    >>> str(ProbeWithdraw())
    'probe_withdraw:probing=0.3,hold=3'
    """

    name: ClassVar[str] = "probe_withdraw"
    summary: ClassVar[str] = "is unkind now and then, and kind for a while once it is answered"
    remembers: ClassVar[str] = "the rounds of holding left"
    source: ClassVar[str] = (
        "after the controlled pressure and limited probes of George & Smoke (1974), Deterrence in "
        "American Foreign Policy"
    )
    also: ClassVar[tuple[str, ...]] = ("limited probe", "testing the line")
    roles: ClassVar[tuple[Role, ...]] = ("party",)

    probing: float = field(
        default=0.3, metadata=within(0, 1, "of an unkind move while nobody answers", "chance")
    )
    hold: int = field(
        default=3, metadata=within(1, 10_000, "of kindness once it is answered", "rounds")
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that nothing has been answered."""
        return (0,)

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return 1 for rounds in which somebody presses or provokes the player."""
        answered = table.conduct.provoked(player) | table.conduct.pressed(player)[..., None]
        return answered.astype(np.int64)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return the rounds for which it will hold."""
        return (self.hold,) if symbol else (max(memory[0] - 1, 0),)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the kindest move, mixed with the least kind one while probing."""
        kindest, harshest = table.conduct.kindest[player], table.conduct.harshest[player]
        probe = (1 - self.probing) * kindest + self.probing * harshest
        return chosen(np.stack([probe, kindest]), [int(memory[0] > 0) for memory in memories])
