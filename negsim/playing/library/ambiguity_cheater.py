"""A party that reads an unclear text its own way where that is unlikely enough to be punished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import TIE_TOLERANCE, BoolArray, FloatArray
from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables, memoryless, strategy, within
from negsim.playing.worth import best_of, uniform
from negsim.scenario.model import Role


@strategy
@dataclass(frozen=True, slots=True)
class AmbiguityCheater(Strategy):
    """Break the peace where the gain now outweighs what peace is worth over punishment later.

    The gain g is what the best unkind move adds, in a round in which the opponents are as kind as
    they can be; V, what such a round of peace is worth more than one in which all are as unkind as
    they can be. It strikes where g > (detection - false_alarm) * V * (d + d^2 + ... over the rounds
    left): only the part of an alarm that a strike causes counts, for false ones ring anyhow.

    >>> str(AmbiguityCheater())
    'ambiguity_cheater:detection=0.4,false_alarm=0.1'
    """

    name: ClassVar[str] = "ambiguity_cheater"
    summary: ClassVar[str] = "is unkind where a strike is worth more than the alarm it may raise"
    source: ClassVar[str] = (
        "after Green & Porter (1984), Econometrica 52(1), and Pehar (2001), Use of ambiguities in "
        "peace agreements; THEORY C1 and C2"
    )
    also: ClassVar[tuple[str, ...]] = ("constructive ambiguity abused", "grey-zone play")
    roles: ClassVar[tuple[Role, ...]] = ("party",)

    detection: float = field(
        default=0.4, metadata=within(0, 1, "that a strike raises the alarm", "chance")
    )
    false_alarm: float = field(
        default=0.1, metadata=within(0, 1, "that an alarm is raised without a strike", "chance")
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: strike or comply in each round and state."""
        strikes = self._strikes(table, player)[..., None, None]
        return memoryless(
            np.where(strikes, best_strike(table, player), table.conduct.kindest[player])
        )

    def _strikes(self, table: Reading, player: int) -> BoolArray:
        peace = value_while(table, player, table.conduct.kindest)
        war = value_while(table, player, table.conduct.harshest)
        strike = value_against(table, player, best_strike(table, player), table.conduct.kindest)
        caused = (self.detection - self.false_alarm) * (peace - war)
        ahead = rounds_ahead(table, player)[:, None]
        return np.asarray(
            strike - peace > ahead * caused + TIE_TOLERANCE * table.worth.size[player]
        )


def rounds_ahead(table: Reading, player: int) -> FloatArray:
    """Return the discounted number of rounds after each round, (T,).

    Equal to d / (1 - d) at the start of talks without a last round.
    """
    game, point = table.game, table.point
    weight = float(game.discount[point, player] * (1.0 - game.ending[point]))
    sums = np.cumsum(weight ** np.arange(1, table.board.rounds + 1))
    return np.append(0.0, sums[:-1])[::-1]


def best_strike(table: Reading, player: int) -> FloatArray:
    """Return the unkind move of the largest side value, (S, V, M); the least kind if none is."""
    unkind = np.zeros((table.board.num_states, table.board.moves[player]), dtype=bool)
    for other in table.conduct.opponents[player]:
        unkind |= ~table.conduct.kind(player, other)
    unkind = np.where(
        unkind.any(axis=1, keepdims=True), unkind, table.conduct.harshest[player][:, 0] > 0
    )
    shape = (len(unkind), table.board.nodes[player], table.board.moves[player])
    wide = np.broadcast_to(unkind[:, None], shape)
    return uniform(best_of(wide, table.worth.side_value[player], table.worth.size[player]))


def value_while(table: Reading, player: int, acts: tuple[FloatArray, ...]) -> FloatArray:
    """Return a player's mean payoff of a round in which it and its opponents play so, (S,)."""
    return value_against(table, player, acts[player], acts)


def value_against(
    table: Reading, player: int, own: FloatArray, acts: tuple[FloatArray, ...]
) -> FloatArray:
    """Return a player's mean payoff of a round of its move against its opponents', (S,).

    Everybody else makes each move with the same chance.
    """
    sizes = table.board
    shape = (sizes.num_states, sizes.nodes[player], sizes.moves[player])
    weight = table.worth.at_profiles(np.broadcast_to(own, shape), player)
    for other in table.conduct.opponents[player]:
        weight = weight * acts[other][:, 0][:, sizes.move_of[other]]
    return np.asarray((weight * table.worth.payoff[player]).sum(axis=1) / weight.sum(axis=1))
