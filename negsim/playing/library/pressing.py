"""Mediators that press whoever held out: from a round on, by chance, or by commitment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.playing.automaton import Automaton, Memory
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within
from negsim.playing.temptation import commitment
from negsim.scenario.model import Role

NOBODY = 0


@dataclass(frozen=True, slots=True)
class Presser(Automaton):
    """Remember who of the watched held out in the round before; nobody at first."""

    roles: ClassVar[tuple[Role, ...]] = ("mediator", "guarantor")

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that nobody has held out."""
        return (NOBODY,)

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return who holds out."""
        return table.conduct.holdouts(player)

    def step(self, _memory: Memory, symbol: int, /) -> Memory:
        """Return who held out."""
        return (symbol,)


def blended(table: Reading, player: int, sets: Sequence[int], chances: FloatArray) -> FloatArray:
    """Return actions that press a set with a chance and wait otherwise, (memories, T, S, V, M).

    ``sets`` has one set of the watched for each memory; ``chances`` (memories, T or 1, S or 1).
    """
    moves = table.conduct.press_moves[player]
    chance = np.asarray(chances)[..., None, None]
    return np.asarray(chance * moves[list(sets)][:, None] + (1.0 - chance) * moves[NOBODY])


@strategy
@dataclass(frozen=True, slots=True)
class Ultimatum(Presser):
    """Wait until a round; from it on press whoever held out in the round before.

    >>> str(Ultimatum())
    'ultimatum:deadline=5'
    """

    name: ClassVar[str] = "ultimatum"
    summary: ClassVar[str] = "waits until a round, then presses whoever held out"
    remembers: ClassVar[str] = "who held out last"
    source: ClassVar[str] = (
        "after Fershtman & Seidmann (1993), Deadline effects and inefficient delay in bargaining "
        "with endogenous commitment, Journal of Economic Theory 60; THEORY N1"
    )
    also: ClassVar[tuple[str, ...]] = ("deadline", "take it or leave it")

    deadline: int = field(default=5, metadata=within(1, 100_000, "from which it presses", "round"))

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the press on who held out from the deadline on."""
        late = np.arange(1, table.board.rounds + 1) >= self.deadline
        sets = [int(memory[0]) for memory in memories]
        chances = np.broadcast_to(late.astype(float)[:, None], (len(sets), len(late), 1))
        return blended(table, player, sets, chances)


@strategy
@dataclass(frozen=True, slots=True)
class HazardPress(Presser):
    """Press whoever held out in the round before, with a fixed chance.

    >>> str(HazardPress())
    'hazard:chance=0.2'
    """

    name: ClassVar[str] = "hazard"
    summary: ClassVar[str] = (
        "presses with a fixed chance after each round in which someone held out"
    )
    remembers: ClassVar[str] = "who held out last"
    source: ClassVar[str] = "defined for this package; the end-hazard h of THEORY A1 and N1"
    also: ClassVar[tuple[str, ...]] = ("random ultimatum", "threat that leaves something to chance")

    chance: float = field(
        default=0.2, metadata=within(0, 1, "of a press after a round with a holdout", "chance")
    )

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the press on who held out, with the chance."""
        sets = [int(memory[0]) for memory in memories]
        return blended(table, player, sets, np.full((len(sets), 1, 1), self.chance))


@strategy
@dataclass(frozen=True, slots=True)
class MixedPress(Presser):
    """Press with a fixed chance in every round, whoever held out last or, if nobody, all watched.

    >>> str(MixedPress())
    'mixed_press:chance=0.1'
    """

    name: ClassVar[str] = "mixed_press"
    summary: ClassVar[str] = "presses with a fixed chance in every round, observed or not"
    remembers: ClassVar[str] = "who held out last"
    source: ClassVar[str] = (
        "the inspector of Dresher (1962), A sampling inspection problem in arms control "
        "agreements, RAND RM-2972; THEORY J1"
    )
    also: ClassVar[tuple[str, ...]] = ("inspection mixture", "stall-or-press equilibrium")

    chance: float = field(default=0.1, metadata=within(0, 1, "of a press in a round", "chance"))

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the press with the chance."""
        everybody = len(table.conduct.press_moves[player]) - 1
        sets = [int(memory[0]) or everybody for memory in memories]
        return blended(table, player, sets, np.full((len(sets), 1, 1), self.chance))


@strategy
@dataclass(frozen=True, slots=True)
class Stackelberg(Presser):
    """Press in every round with the least chance that makes holding out not worth it.

    It presses whoever held out last or, if nobody, all watched: a commitment binds before anything
    is observed. The chance makes the party that is pressed indifferent between settling and one
    more round of holding out (``negsim.playing.temptation``); a margin makes settling strictly
    better.

    >>> str(Stackelberg())
    'stackelberg:margin=0.01'
    """

    name: ClassVar[str] = "stackelberg"
    summary: ClassVar[str] = "commits to press just often enough that settling is better"
    remembers: ClassVar[str] = "who held out last"
    source: ClassVar[str] = (
        "von Stackelberg (1934), Marktform und Gleichgewicht; inspector leadership as in Maschler "
        "(1966), A price leadership method for solving the inspector's non-constant-sum game; "
        "THEORY 2.7"
    )
    also: ClassVar[tuple[str, ...]] = ("commitment", "inspector leadership")

    margin: float = field(
        default=0.01, metadata=within(0, 1, "above the chance that makes indifferent", "chance")
    )

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the press with the chance that each state asks for."""
        everybody = len(table.conduct.press_moves[player]) - 1
        sets = [int(memory[0]) or everybody for memory in memories]
        needed = commitment(table, player)[sets]
        chances = np.where(needed > 0, np.minimum(needed + self.margin, 1.0), 0.0)
        return blended(table, player, sets, chances[:, None])
