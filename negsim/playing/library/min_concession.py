"""A party that concedes just enough to look engaged to an observer with a known rule of thumb."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.playing.automaton import Automaton, Memory, chosen
from negsim.playing.conduct import LIMITED
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within
from negsim.scenario.model import Role

STALL, CONCESSION = 0, 1


def log_odds(
    stalls: float, concessions: float, *, prior: float, stall_ratio: float, concession_ratio: float
) -> float:
    """Return the log odds of sincerity after so many stalls and concessions.

    >>> log_odds(1, 1, prior=0.5, stall_ratio=0.5, concession_ratio=2.0)
    0.0
    """
    logs = stalls * math.log(stall_ratio) + concessions * math.log(concession_ratio)
    return math.log(prior / (1 - prior)) + logs


@strategy
@dataclass(frozen=True, slots=True)
class MinConcession(Automaton):
    """Stall whenever the belief in its sincerity stays above a threshold, else concede cheaply.

    The belief is that of a naive observer who multiplies the odds of sincerity by a fixed number
    after each stall and each concession of the player. A stall is its cheapest refusal; a
    concession the cheapest move of a fuller answer.

    >>> str(MinConcession())
    'min_concession:trust=0.5,prior=0.7,stall_ratio=0.8,concession_ratio=2.0'
    """

    name: ClassVar[str] = "min_concession"
    summary: ClassVar[str] = "concedes only when another stall would cost it the observer's trust"
    remembers: ClassVar[str] = "how often it stalled and conceded"
    source: ClassVar[str] = (
        "defined for this package after Wallihan (1998), Negotiating to avoid agreement, "
        "Negotiation Journal 14; THEORY L4, the greedy rule"
    )
    also: ClassVar[tuple[str, ...]] = ("looking engaged", "belief management")
    roles: ClassVar[tuple[Role, ...]] = ("party",)

    trust: float = field(
        default=0.5, metadata=within(0, 1, "least belief that it must keep", "chance")
    )
    prior: float = field(
        default=0.7, metadata=within(0.001, 0.999, "belief in its sincerity at first", "chance")
    )
    stall_ratio: float = field(
        default=0.8,
        metadata=within(0.001, 1, "what a stall multiplies the odds of sincerity by", "ratio"),
    )
    concession_ratio: float = field(
        default=2.0,
        metadata=within(1, 1000, "what a concession multiplies the odds by", "ratio"),
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that it has neither stalled nor conceded."""
        return (0, 0)

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return whether the player conceded."""
        conceded = table.conduct.answers[player] >= LIMITED
        return np.where(conceded, CONCESSION, STALL)[:, table.board.move_of[player]]

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return the counts of stalls and concessions."""
        stalls, concessions = memory
        return (stalls + 1, concessions) if symbol == STALL else (stalls, concessions + 1)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return a stall where it keeps the trust, a concession elsewhere."""
        answers = table.conduct.answers[player]
        kinds = [table.conduct.answering(player, answers < LIMITED)]
        kinds.append(table.conduct.answering(player, answers >= LIMITED))
        return chosen(np.stack(kinds), [self.choice(memory) for memory in memories])

    def choice(self, memory: Memory) -> int:
        """Return whether to stall or to concede next.

        >>> [MinConcession().choice((stalls, 0)) for stalls in (0, 3)]
        [0, 1]
        """
        stalls, concessions = memory
        after = log_odds(
            stalls + 1,
            concessions,
            prior=self.prior,
            stall_ratio=self.stall_ratio,
            concession_ratio=self.concession_ratio,
        )
        return STALL if after >= threshold(self.trust) else CONCESSION


def threshold(belief: float) -> float:
    """Return the log odds of a belief, a little lower, so that rounding breaks no tie.

    >>> threshold(0.0), round(threshold(0.5), 6)
    (-inf, -0.0)
    """
    if belief <= 0:
        return -math.inf
    return math.inf if belief >= 1 else math.log(belief / (1 - belief)) - 1e-9
