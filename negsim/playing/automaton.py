"""Strategies as automata: what a round tells is a symbol, and symbols lead from memory to memory.

Such a rule says what it remembers at first, which symbol it reads off a round, how a symbol changes
what it remembers, and what it does with a memory. The memories that the talks are long enough to
lead to are then found and numbered, so that nobody has to number them by hand.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.errors import UsageError
from negsim.playing.reading import Reading
from negsim.playing.response import LARGEST_TABLE
from negsim.playing.strategy import Strategy, Tables

Memory: TypeAlias = tuple[int | float, ...]
Step: TypeAlias = Callable[[Memory, int], Memory]

MOST_MEMORIES = 1 << 17
"""Most memories of an automaton."""


@dataclass(frozen=True, slots=True)
class Automaton(Strategy):
    """A rule with a memory that symbols change.

    >>> from negsim.playing.registry import parse
    >>> parse("punish").step((2,), 0)
    (1,)
    """

    @abstractmethod
    def first(self, table: Reading, player: int, /) -> Memory:
        """Return what is remembered before round 0."""

    @abstractmethod
    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return the symbol of each round, (S or 1, A) or (S or 1, A, alarms), counted from 0."""

    @abstractmethod
    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return what is remembered after a round with the symbol."""

    @abstractmethod
    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the mixed actions with each memory, (memories, T or 1, S or 1, V or 1, M)."""

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables, a memory for each that can be reached.

        Raises
        ------
        UsageError
            If the rule has too many memories.
        """
        symbols = narrow(self.symbols(table, player))
        kinds, place = np.unique(symbols, return_inverse=True)
        memories, following = unfold(
            self.first(table, player), kinds.tolist(), self.step, table.board.rounds, self
        )
        _check_size(self, len(memories), self.actions(table, player, memories[:1]).shape[1:])
        act = self.actions(table, player, memories)
        return Tables(0, act, following[:, place.reshape(symbols.shape)][:, None])


def _check_size(rule: object, memories: int, shape: tuple[int, ...]) -> None:
    size = memories * math.prod(shape)
    if size > LARGEST_TABLE:
        raise UsageError(
            f"{rule}: a table of {memories} memories x {' x '.join(map(str, shape))} = {size} "
            f"numbers, expected at most {LARGEST_TABLE}; give the talks fewer rounds or the rule "
            "less to count"
        )


def unfold(
    first: Memory, symbols: Sequence[int], step: Step, rounds: int, rule: object
) -> tuple[list[Memory], IntArray]:
    """Return the memories met in some rounds, the first one first, and what follows each.

    What follows has shape (memories, symbols). Memories that cannot be met before the last round
    lead to themselves, for nobody acts on what follows them.

    Raises
    ------
    UsageError
        If there are more than ``MOST_MEMORIES``.

    >>> unfold((0,), [0, 1], lambda memory, symbol: (memory[0] + symbol,), 3, "counting")[1]
    array([[0, 1],
           [1, 2],
           [2, 2]])
    """
    number, found, ahead = {first: 0}, [first], [first]
    rows: list[list[int]] = []
    for left in range(rounds - 1, -1, -1):
        new: list[Memory] = []
        for memory in ahead:
            row = []
            for symbol in symbols:
                after = step(memory, symbol) if left else memory
                if after not in number:
                    number[after] = len(found)
                    found.append(after)
                    new.append(after)
                row.append(number[after])
            rows.append(row)
        if len(found) > MOST_MEMORIES:
            raise UsageError(
                f"{rule}: {rounds} rounds of talks take more than {len(found)} memories, expected "
                f"at most {MOST_MEMORIES}; give the talks fewer rounds or the rule less to count"
            )
        ahead = new
    return found, np.array(rows, dtype=np.int64)


def narrow(symbols: IntArray) -> IntArray:
    """Return symbols (S, A) or (S, A, alarms) with axes of size 1 where nothing depends on them.

    >>> narrow(np.array([[0, 1], [0, 1]])).shape
    (1, 2)
    """
    for axis in (0, *range(2, symbols.ndim)):
        head = np.take(symbols, [0], axis=axis)
        if symbols.shape[axis] > 1 and (symbols == head).all():
            symbols = head
    return symbols


def chosen(actions: FloatArray, places: Sequence[int]) -> FloatArray:
    """Return, for each memory, one of some mixed actions (kinds, S, V, M), with an axis for rounds.

    >>> chosen(np.eye(2)[:, None, None], [1, 0, 1]).shape
    (3, 1, 1, 1, 2)
    """
    return np.asarray(actions[list(places)][:, None])
