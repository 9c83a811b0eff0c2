"""Entries of Axelrod's first tournament (1980) that are finite automata or tables of chances.

They play games in which the player and its one opponent have two moves each. The kinder move is
cooperation, C, the other defection, D; what happened before is read off the rounds before this one.
Tit for tat (Rapoport) is ``tit_for_tat``, Friedman's entry ``grim``, the random one ``random``. The
entries of Tideman & Chieruzzi, Stein & Rapoport, Graaskamp, Downing and the one without a name keep
scores, counts or tests of a whole history and are no finite automata.

All are described in Axelrod (1980), "Effective choice in the Prisoner's Dilemma", Journal of
Conflict Resolution 24(1), appendix; what that leaves open is said with the rule.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim import parameters
from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.playing.automaton import Automaton, Memory
from negsim.playing.reading import Reading
from negsim.playing.registry import strategies
from negsim.playing.strategy import Strategy, within

OWN, THEIRS = 1, 2
"""The symbol of a round counts the player's own defection as 1 and the opponent's as 2."""


@dataclass(frozen=True, slots=True)
class Entry(Automaton):
    """A rule for two moves: the chance of cooperation with a memory."""

    @abstractmethod
    def cooperation(self, memory: Memory, /) -> float:
        """Return the chance of cooperating with a memory."""

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return who defected: 1 for the player, 2 for its opponent, 3 for both."""
        other = next(k for k, moves in enumerate(table.board.moves) if moves > 1 and k != player)
        own = defects(table, player, other)[:, table.board.move_of[player]]
        theirs = defects(table, other, player)[:, table.board.move_of[other]]
        return np.asarray(OWN * own + THEIRS * theirs)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return cooperation with the chance of each memory."""
        chances = np.array([self.cooperation(memory) for memory in memories])
        return self.mixed(table, player, chances[:, None, None, None, None])

    def mixed(self, table: Reading, player: int, chance: FloatArray) -> FloatArray:
        """Return mixed actions from chances of cooperation (memories, T or 1, 1, 1, 1)."""
        return np.asarray(
            chance * table.conduct.kindest[player] + (1 - chance) * table.conduct.harshest[player]
        )


def defects(table: Reading, player: int, other: int) -> BoolArray:
    """Return whether each move is the less kind of two to the other, (S, 2)."""
    return table.conduct.kindness[player][other] < 0.5


@dataclass(frozen=True, slots=True)
class Davis(Entry):
    """Cooperate for some moves; then cooperate unless the other has ever defected."""

    name: ClassVar[str] = "davis"

    patience: int = field(
        default=10, metadata=within(0, 1000, "in which it cooperates anyhow", "moves")
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return no move made, no defection."""
        return (0, 0)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return the moves made, up to its patience, and whether the other ever defected."""
        return (min(memory[0] + 1, self.patience), max(memory[1], symbol // THEIRS))

    def cooperation(self, memory: Memory, /) -> float:
        """Return 1 in the first moves and while the other has not defected."""
        return float(memory[0] < self.patience or memory[1] == 0)


@dataclass(frozen=True, slots=True)
class Feld(Entry):
    """Tit for tat that answers cooperation with cooperation ever less surely.

    The chance falls evenly from 1 at the first move (the source gives the end, not the path).
    """

    name: ClassVar[str] = "feld"

    final: float = field(default=0.5, metadata=within(0, 1, "of cooperation in the end", "chance"))
    decay: int = field(default=200, metadata=within(1, 100_000, "until it is reached", "moves"))

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that the other has not defected."""
        return (0,)

    def step(self, _memory: Memory, symbol: int, /) -> Memory:
        """Return whether the other defected."""
        return (symbol // THEIRS,)

    def cooperation(self, memory: Memory, /) -> float:
        """Return the chance at the first move."""
        return 1.0 - memory[0]

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return cooperation with the chance of each memory and round."""
        passed = np.minimum(np.arange(table.board.rounds) / self.decay, 1.0)
        falling = 1.0 - (1.0 - self.final) * passed
        chances = np.array([self.cooperation(memory) for memory in memories])
        return self.mixed(table, player, (chances[:, None] * falling)[..., None, None, None])


@dataclass(frozen=True, slots=True)
class Joss(Entry):
    """Tit for tat that now and then answers cooperation with defection."""

    name: ClassVar[str] = "joss"

    cooperating: float = field(
        default=0.9, metadata=within(0, 1, "of answering cooperation in kind", "chance")
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that there was no move before."""
        return (-1,)

    def step(self, _memory: Memory, symbol: int, /) -> Memory:
        """Return whether the other defected."""
        return (symbol // THEIRS,)

    def cooperation(self, memory: Memory, /) -> float:
        """Return 1 at first, 0 after a defection, the chance after a cooperation."""
        return {-1: 1.0, 0: self.cooperating, 1: 0.0}[int(memory[0])]


@dataclass(frozen=True, slots=True)
class Grofman(Entry):
    """Cooperate, but only with chance 2/7 after a round in which the two did not do the same."""

    name: ClassVar[str] = "grofman"

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that nothing different was done."""
        return (0,)

    def step(self, _memory: Memory, symbol: int, /) -> Memory:
        """Return whether just one of the two defected."""
        return (int(symbol in (OWN, THEIRS)),)

    def cooperation(self, memory: Memory, /) -> float:
        """Return 2/7 after different moves, otherwise 1."""
        return 2 / 7 if memory[0] else 1.0


@dataclass(frozen=True, slots=True)
class Shubik(Entry):
    """Retaliate for each departure from cooperation, each time for one move longer.

    A departure is a defection of the other while the rule cooperates; what the other does during
    a retaliation does not count.
    """

    name: ClassVar[str] = "shubik"

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return no retaliation so far, none owed."""
        return (0, 0)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return the length of the last retaliation and the moves of it that are owed."""
        length, owed = memory
        if owed:
            return (length, owed - 1)
        return (length + 1, length + 1) if symbol == THEIRS else memory

    def cooperation(self, memory: Memory, /) -> float:
        """Return 1 unless retaliation is owed."""
        return float(memory[1] == 0)


@dataclass(frozen=True, slots=True)
class Tullock(Entry):
    """Cooperate for some moves, then a tenth less often than the other did in the ten before."""

    name: ClassVar[str] = "tullock"

    patience: int = field(
        default=11, metadata=within(10, 1000, "in which it cooperates anyhow", "moves")
    )
    less: float = field(
        default=0.1, metadata=within(0, 1, "taken off the other's share of cooperation", "share")
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return no move made."""
        return (0,)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return the moves made, up to its patience, and the other's last ten."""
        return (min(memory[0] + 1, self.patience), *(*memory[1:], symbol // THEIRS)[-WINDOW:])

    def cooperation(self, memory: Memory, /) -> float:
        """Return 1 in the first moves, then what the share of the last ten leaves."""
        if memory[0] < self.patience:
            return 1.0
        return max(1.0 - sum(memory[1:]) / WINDOW - self.less, 0.0)


WINDOW = 10
"""Moves over which Tullock's rule looks back."""


@dataclass(frozen=True, slots=True)
class Nydegger(Entry):
    """Tit for tat for three moves, then a table of what happened in the last three.

    On the third move it also defects if it alone cooperated on the first and alone defected on the
    second. Later it adds 2 for each defection of the other and 1 for its own, with the weight 16
    for the last move, 4 for the one before and 1 for the third last, and defects at the sums in
    ``DEFECTING``.
    """

    name: ClassVar[str] = "nydegger"

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return no move made."""
        return ()

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return what happened in the last three rounds, the latest last."""
        return (*memory, symbol)[-3:]

    def cooperation(self, memory: Memory, /) -> float:
        """Return 0 where the table says so."""
        if len(memory) == 3:
            oldest, middle, last = memory
            return float(16 * last + 4 * middle + oldest not in DEFECTING)
        if memory == (THEIRS, OWN):
            return 0.0
        return float(not memory or memory[-1] < THEIRS)


DEFECTING = frozenset([1, 6, 7, 17, 22, 23, 26, 29, 30, 31, 33, 38, 39, 45, 49, 54, 55, 58, 61])
"""The sums at which Nydegger's rule defects."""

ENTRIES: dict[str, type[Strategy]] = {
    kind.name: kind for kind in (Davis, Feld, Joss, Grofman, Shubik, Tullock, Nydegger)
}


def parse(text: str) -> Strategy:
    """Return the strategy that a text names: one of the library, or an entry of 1980."""
    return parameters.read(text, "strategy", {**strategies, **ENTRIES})
