"""Reciprocity: be kind first, then answer kindness with kindness and unkindness in kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables, strategy, within
from negsim.scenario.model import Role

KIND, UNKIND = 0, 1


def reciprocal(table: Reading, player: int, answer: FloatArray) -> Tables:
    """Return the tables of a player that gives an answer (S, V or 1, M) to unkindness.

    The last move of an opponent who has moved before the player this round is this round's; that
    of the rest is the one of the round before, and none at first, when they count as kind.
    """
    kindest, now = table.conduct.kindest[player], table.conduct.provoked_now[player][..., None]
    act = np.stack([np.where(now, answer, kindest), np.broadcast_to(answer, (now * answer).shape)])
    unkind = table.conduct.unkind_to(player, table.conduct.opponents_after(player))
    following: IntArray = np.where(unkind, UNKIND, KIND)[None, None]
    return Tables(KIND, act[:, None], np.repeat(following, 2, axis=0))


@strategy
@dataclass(frozen=True, slots=True)
class TitForTat(Strategy):
    """Play the kindest move if every opponent's last move was kind, otherwise the least kind.

    The last move of an opponent who has moved before the player this round is this round's; that
    of the rest is the one of the round before, and none at first, when they count as kind.
    Kindness toward several opponents is the sum over them.

    >>> str(TitForTat())
    'tit_for_tat'
    """

    name: ClassVar[str] = "tit_for_tat"
    summary: ClassVar[str] = "kind unless the last move it saw of some opponent was unkind"
    remembers: ClassVar[str] = "whether an opponent was unkind in the last round"
    source: ClassVar[str] = (
        "Axelrod & Hamilton (1981), The evolution of cooperation, Science 211; "
        "kind as in Rabin (1993), American Economic Review 83(5)"
    )
    also: ClassVar[tuple[str, ...]] = ("TFT", "reciprocity", "Rapoport's entry of 1980")
    roles: ClassVar[tuple[Role, ...]] = ("party", "guarantor")

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: one memory for a last round that was kind, one for the rest."""
        return reciprocal(table, player, table.conduct.harshest[player])


@strategy
@dataclass(frozen=True, slots=True)
class GenerousTitForTat(Strategy):
    """Play as tit for tat, but let an unkind move pass with a chance.

    >>> str(GenerousTitForTat())
    'generous_tit_for_tat:generosity=0.3333333333333333'
    """

    name: ClassVar[str] = "generous_tit_for_tat"
    summary: ClassVar[str] = "tit for tat that lets an unkind move pass with a chance"
    remembers: ClassVar[str] = "whether an opponent was unkind in the last round"
    source: ClassVar[str] = (
        "Nowak & Sigmund (1992), Tit for tat in heterogeneous populations, Nature 355; the default "
        "is their 1 - (T - R) / (R - S) at payoffs 5, 3, 1, 0"
    )
    also: ClassVar[tuple[str, ...]] = ("GTFT", "forgiving tit for tat")
    roles: ClassVar[tuple[Role, ...]] = ("party", "guarantor")

    generosity: float = field(
        default=1 / 3, metadata=within(0, 1, "chance that an unkind move is forgiven", "chance")
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: those of tit for tat, with some kindness in the answer."""
        forgiving = self.generosity * table.conduct.kindest[player]
        return reciprocal(
            table, player, forgiving + (1 - self.generosity) * table.conduct.harshest[player]
        )


@strategy
@dataclass(frozen=True, slots=True)
class WinStayLoseShift(Strategy):
    """Be kind if the player and its opponents were alike in the round before, otherwise not.

    A round is won if every opponent was kind. The player then stays with what it did, kind or
    unkind, and otherwise shifts; so it is kind exactly after rounds in which it and all its
    opponents were kind or it and some opponent were not. It is kind at first.

    >>> str(WinStayLoseShift())
    'win_stay_lose_shift'
    """

    name: ClassVar[str] = "win_stay_lose_shift"
    summary: ClassVar[str] = "keeps to what it did while opponents are kind, otherwise shifts"
    remembers: ClassVar[str] = "whether it was in its kind or its unkind mood"
    source: ClassVar[str] = (
        "Nowak & Sigmund (1993), A strategy of win-stay, lose-shift that outperforms tit-for-tat, "
        "Nature 364"
    )
    also: ClassVar[tuple[str, ...]] = ("WSLS", "Pavlov", "simpleton")
    roles: ClassVar[tuple[Role, ...]] = ("party", "guarantor")

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: one memory for being kind, one for not."""
        kindest, harshest = table.conduct.kindest[player], table.conduct.harshest[player]
        own = np.zeros((table.board.num_states, table.board.num_profiles), dtype=bool)
        for other in table.conduct.opponents[player]:
            own |= ~table.conduct.kind(player, other)[:, table.board.move_of[player]]
        lost = table.conduct.unkind_to(player, table.conduct.opponents[player])
        following: IntArray = np.where(own == lost, KIND, UNKIND)[None, None]
        return Tables(KIND, np.stack([kindest, harshest])[:, None], np.repeat(following, 2, axis=0))
