"""Punishment: be kind until a round provokes, then unkind for a while or for good."""

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

FOR_GOOD = -1


@dataclass(frozen=True, slots=True)
class Punisher(Automaton):
    """Remember how many rounds of punishment are left; act on what is seen in the round as well."""

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that nothing is left to punish."""
        return (0,)

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return 1 for rounds that provoke and 0 for all others."""
        return table.conduct.provoked(player).astype(np.int64)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the least kind move while punishing or provoked, otherwise the kindest."""
        kindest, harshest = table.conduct.kindest[player], table.conduct.harshest[player]
        calm = np.where(table.conduct.provoked_now[player][..., None], harshest, kindest)
        kinds = np.stack([calm, np.broadcast_to(harshest, calm.shape)])
        return kinds[[int(memory[0] != 0) for memory in memories]][:, None]


@strategy
@dataclass(frozen=True, slots=True)
class Grim(Punisher):
    """Be kind until some opponent was unkind or an alarm rang; then never again.

    >>> str(Grim())
    'grim'
    """

    name: ClassVar[str] = "grim"
    summary: ClassVar[str] = "kind until it is provoked once, then unkind for good"
    remembers: ClassVar[str] = "whether it has ever been provoked"
    source: ClassVar[str] = (
        "Friedman (1971), A non-cooperative equilibrium for supergames, Review of Economic "
        "Studies 38(1)"
    )
    also: ClassVar[tuple[str, ...]] = (
        "trigger strategy",
        "Friedman's entry of 1980",
        "Grudger",
        "if one violates, the other is free",
    )
    roles: ClassVar[tuple[Role, ...]] = ("party", "guarantor")

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return whether it has been provoked."""
        return (FOR_GOOD,) if symbol else memory


@strategy
@dataclass(frozen=True, slots=True)
class Punish(Punisher):
    """Punish each provocation with some rounds of the least kind move, then be kind again.

    What happens while it punishes is not held against anybody.

    >>> str(Punish())
    'punish:rounds=3'
    """

    name: ClassVar[str] = "punish"
    summary: ClassVar[str] = "answers a provocation with some unkind rounds, then is kind again"
    remembers: ClassVar[str] = "the rounds of punishment left"
    source: ClassVar[str] = (
        "Green & Porter (1984), Noncooperative collusion under imperfect price information, "
        "Econometrica 52(1)"
    )
    also: ClassVar[tuple[str, ...]] = ("limited punishment", "trigger price strategy")
    roles: ClassVar[tuple[Role, ...]] = ("party", "guarantor")

    rounds: int = field(
        default=3, metadata=within(1, 10_000, "of punishment for each provocation", "rounds")
    )

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return the rounds of punishment that are left."""
        if memory[0]:
            return (memory[0] - 1,)
        return (self.rounds if symbol else 0,)
