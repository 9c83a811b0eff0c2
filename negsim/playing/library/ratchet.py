"""A mediator that lets a limited truce lapse unless it is widened in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.playing.automaton import Automaton, Memory
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within
from negsim.scenario.model import Role


@strategy
@dataclass(frozen=True, slots=True)
class RatchetPress(Automaton):
    """Wait while what is agreed keeps widening; otherwise let it lapse for a round and press.

    What is agreed is measured by the number of joint options (or levels of them) in effect. If it
    has not grown by a step within some rounds the mediator refuses every joint option in which it
    has a say and presses whoever held out, all it watches if nobody did; then it starts anew.

    >>> str(RatchetPress())
    'ratchet:widening=1,term=3'
    """

    name: ClassVar[str] = "ratchet"
    summary: ClassVar[str] = "lets what is agreed lapse, and presses, unless it widens in time"
    remembers: ClassVar[str] = "who held out last, what was agreed, and the rounds since it grew"
    source: ClassVar[str] = (
        "defined for this package; step-by-step widening as in Osgood (1962), An Alternative to "
        "War or Surrender; THEORY 2.6"
    )
    also: ClassVar[tuple[str, ...]] = ("renewal clause", "sunset clause")
    roles: ClassVar[tuple[Role, ...]] = ("mediator", "guarantor")

    widening: int = field(
        default=1, metadata=within(1, 100, "by which it must grow", "joint options")
    )
    term: int = field(default=3, metadata=within(1, 1000, "within which it must grow", "rounds"))

    def first(self, table: Reading, player: int, /) -> Memory:
        """Return nobody of so many watched, nothing agreed, no round waited."""
        return (len(table.conduct.press_moves[player]), 0, 0, 0)

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return who held out, and as higher digit how many joint options were in effect."""
        agreed = table.game.in_effect.sum(axis=0)[table.game.event_of]
        return np.asarray(
            agreed * len(table.conduct.press_moves[player]) + table.conduct.holdouts(player)
        )

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return who held out, what was agreed when it last grew, and the rounds since then."""
        sets, _, base, waited = (int(part) for part in memory)
        agreed, held_out = divmod(symbol, sets)
        if waited >= self.term:
            return (sets, held_out, 0, 0)
        if agreed >= base + self.widening:
            return (sets, held_out, agreed, 0)
        return (sets, held_out, base, waited + 1)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return waiting, or the lapse once the term is over."""
        wait, lapse = table.conduct.press_moves[player][0], table.conduct.lapse_moves[player]
        rows = [
            lapse[int(held_out) or len(lapse) - 1] if waited >= self.term else wait
            for _, held_out, _, waited in memories
        ]
        return np.stack(rows)[:, None]
