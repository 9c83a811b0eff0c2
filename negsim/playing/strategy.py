"""A strategy: a rule over public history, written out as tables before anybody plays.

A strategy is a frozen value with bounded parameters. From a reading of the game it makes *tables*:
with which chances it moves and what it remembers. The tables are all that the engine ever asks, so
a strategy cannot see its opponents, only what was publicly done.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, TypeVar

import numpy as np
import numpy.typing as npt

from negsim.arrays import CHANCE_TOLERANCE, FloatArray, IntArray, frozen
from negsim.errors import ProfileError, UsageError
from negsim.parameters import Bounded, within
from negsim.playing.observation import Board
from negsim.playing.reading import Reading
from negsim.registry import Registry
from negsim.scenario.model import Role


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """A strategy written out for one player of one game: a finite automaton.

    An axis of size 1 holds for every round, state, node, profile or joint alarm.

    Attributes
    ----------
    start
        the memory before round 0.
    act
        (memories, rounds or 1, states or 1, nodes or 1, moves): the mixed action, given the
        memory, the round, the state and the node (what earlier groups did this round).
    next
        (memories, rounds or 1, states or 1, profiles or 1, alarms or 1): the memory after a
        round in which the profile was played and the joint alarm was raised. An array without
        the last axis is taken as one that does not listen to alarms.

    Raises
    ------
    UsageError
        If an array has the wrong number of axes, or a memory is not a whole number.
    """

    start: int
    act: FloatArray
    next: IntArray

    def __post_init__(self) -> None:
        act, following = np.array(self.act, dtype=np.float64), np.array(self.next)
        if following.ndim == 4:
            following = following[..., None]
        for name, array, axes in (("act", act, 5), ("next", following, 5)):
            if array.ndim != axes:
                raise UsageError(f"tables: {name} has {array.ndim} axes, expected {axes}")
        if following.dtype.kind not in "iu":
            raise UsageError(f"tables: next holds {following.dtype}, expected whole numbers")
        object.__setattr__(self, "act", frozen(act))
        object.__setattr__(self, "next", frozen(following.astype(np.int64)))

    @property
    def memories(self) -> int:
        """Return the number of memories."""
        return len(self.act)

    def check(self, board: Board, player: int) -> None:
        """Check that the tables are those of a player of the board.

        Raises
        ------
        UsageError
            If a shape does not fit or a memory is out of range.
        ProfileError
            If a mixed action is not a probability vector.
        """
        who = f'tables of "{board.names[player]}"'
        common = (board.rounds, board.num_states)
        _check_shape(f"{who}: act", self.act.shape[1:-1], (*common, board.nodes[player]))
        _check_shape(
            f"{who}: next", self.next.shape[1:], (*common, board.num_profiles, board.alarms)
        )
        if self.act.shape[-1] != board.moves[player]:
            raise UsageError(
                f"{who}: act has {self.act.shape[-1]} moves, expected {board.moves[player]}"
            )
        self._check_memories(who)
        total = self.act.sum(axis=-1)
        wrong = ~((np.abs(total - 1.0) <= CHANCE_TOLERANCE) & (self.act >= 0).all(axis=-1))
        if wrong.any():
            place = tuple(int(k) for k in np.argwhere(wrong)[0])
            raise ProfileError(
                f"{who}: the mixed action at (memory, round, state, node) {place} is "
                f"{self.act[place].tolist()}, expected chances that sum to 1"
            )

    def _check_memories(self, who: str) -> None:
        if len(self.next) != self.memories:
            raise UsageError(
                f"{who}: next has {len(self.next)} memories, expected {self.memories} as in act"
            )
        known = (self.next >= 0) & (self.next < self.memories)
        if not (known.all() and 0 <= self.start < self.memories):
            raise UsageError(f"{who}: a memory is not among 0 to {self.memories - 1}")


def _check_shape(what: str, shape: tuple[int, ...], full: tuple[int, ...]) -> None:
    if any(size not in (1, whole) for size, whole in zip(shape, full, strict=True)):
        raise UsageError(f"{what} has inner axes {shape}, expected {full} or 1 in their place")


def memoryless(mixed: npt.ArrayLike) -> Tables:
    """Return tables that remember nothing, from mixed actions.

    ``mixed`` has shape (rounds or 1, states or 1, nodes or 1, moves).

    >>> memoryless([[[[0.5, 0.5]]]]).act.shape
    (1, 1, 1, 1, 2)
    """
    return Tables(0, np.asarray(mixed, dtype=float)[None], np.zeros((1, 1, 1, 1), dtype=np.int64))


ROLES: tuple[Role, ...] = ("party", "mediator", "guarantor")
"""The roles that a party of a scenario can have."""


@dataclass(frozen=True, slots=True)
class Strategy(Bounded, ABC):
    """A rule over public history with bounded parameters.

    A parameter is a dataclass field with a default and ``metadata=within(low, high, says, unit)``;
    it is a whole number if its default is. ``str(strategy)`` is what ``registry.parse`` reads.

    Raises
    ------
    UsageError
        If a parameter is outside its bounds.
    """

    summary: ClassVar[str]
    source: ClassVar[str]
    also: ClassVar[tuple[str, ...]] = ()
    """Names under which the literature knows it."""
    roles: ClassVar[tuple[Role, ...]] = ROLES
    """The roles of the parties whom it suits."""
    remembers: ClassVar[str] = "nothing"
    """What its memories tell apart."""
    answers_others: ClassVar[bool] = False
    """Whether its tables depend on those of all the other players."""

    @abstractmethod
    def tabulate(self, table: Reading, player: int, others: Mapping[int, Tables], /) -> Tables:
        """Return the strategy's tables for a player.

        ``others`` holds the tables of all other players if ``answers_others``, and may be empty
        otherwise.
        """


Kind = TypeVar("Kind", bound=type[Strategy])

__all__ = [
    "ROLES",
    "Strategy",
    "Tables",
    "memoryless",
    "strategies",
    "strategy",
    "within",
]

strategies = Registry[type[Strategy]]("strategy")
"""The strategies' classes by name; import it from ``negsim.playing.registry``, which fills it."""


def strategy(kind: Kind) -> Kind:
    """Register a strategy's class under its name.

    Raises
    ------
    TypeError
        If a parameter lacks a default or bounds, or the class its name, summary, source or roles.
    """
    for parameter in fields(kind):
        if not ({"low", "high", "says"} <= set(parameter.metadata)):
            raise TypeError(f"{kind.__name__}.{parameter.name} has no bounds")
        if not isinstance(parameter.default, int | float):
            raise TypeError(f"{kind.__name__}.{parameter.name} has no number as default")
    for word in ("name", "summary", "source", "roles"):
        if not getattr(kind, word, ""):
            raise TypeError(f"{kind.__name__} has no {word}")
    strategies.add(kind.name, kind)
    return kind
