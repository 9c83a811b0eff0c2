"""A mediator that wants a deal of its own and presses whom it is cheapest to press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.playing.automaton import Automaton, Memory, chosen
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within
from negsim.scenario.model import Role


@strategy
@dataclass(frozen=True, slots=True)
class DealSeeker(Automaton):
    """After a round in which somebody held out press the party that is cheapest to press.

    Cheapest is what costs the mediator itself least, whoever held out: it can press the side that
    had agreed. It does not press if that costs more than a share of what a deal is worth to it.

    >>> str(DealSeeker())
    'deal_seeker:worth=0.1'
    """

    name: ClassVar[str] = "deal_seeker"
    summary: ClassVar[str] = "presses whom it costs it least to press, whoever held out"
    remembers: ClassVar[str] = "whether somebody held out last"
    source: ClassVar[str] = (
        "the biased mediator of Kydd (2003), Which side are you on? Bias, credibility, and "
        "mediation, American Journal of Political Science 47(4)"
    )
    also: ClassVar[tuple[str, ...]] = ("biased mediator", "mediator with a stake")
    roles: ClassVar[tuple[Role, ...]] = ("mediator", "guarantor")

    worth: float = field(
        default=0.1,
        metadata=within(0, 1, "most that a press may cost it", "share of what a deal is worth"),
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that nobody has held out."""
        return (0,)

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return whether somebody held out."""
        return (table.conduct.holdouts(player) > 0).astype(np.int64)

    def step(self, _memory: Memory, symbol: int, /) -> Memory:
        """Return whether somebody held out."""
        return (symbol,)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the cheapest press after a holdout, if it is cheap enough."""
        wait = table.conduct.press_moves[player][0]
        kinds = np.stack([wait, self._press(table, player)])
        return chosen(kinds, [int(memory[0]) for memory in memories])

    def _press(self, table: Reading, player: int) -> FloatArray:
        moves = table.conduct.press_moves[player]
        alone = moves[[1 << bit for bit in range(len(table.conduct.watched[player]))]]
        value = table.worth.side_value[player]
        cost = (moves[0] * value).sum(axis=2) - (alone * value).sum(axis=3)
        cost = np.where(self._can_press(table, player)[..., None], cost, np.inf)
        slack = table.worth.slack(player)
        least = cost.min(axis=0, initial=np.inf)
        cheapest = ((cost <= least + slack) & np.isfinite(cost))[..., None]
        mixed = np.where(cheapest, alone, 0.0).sum(axis=0) / np.maximum(cheapest.sum(axis=0), 1)
        pays = least <= self.worth * deal_worth(table, player)[:, None] + slack
        return np.asarray(np.where(pays[..., None], mixed, moves[0]))

    def _can_press(self, table: Reading, player: int) -> BoolArray:
        """Return whether each of the watched can be pressed by some move, (watched, S)."""
        return np.asarray(table.conduct.presses(player).any(axis=1).T)


def deal_worth(table: Reading, player: int) -> FloatArray:
    """Return the most by which a concluding profile exceeds walking away, at least 0, (S,)."""
    away = table.worth.walk_away[player].mean(axis=1, keepdims=True)
    more = np.where(table.worth.concludes, table.worth.payoff[player] - away, 0.0)
    return np.asarray(np.maximum(more.max(axis=1), 0.0))
