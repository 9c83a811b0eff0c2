"""A party that lets the clock run and settles, if at all, when it stops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables, memoryless, strategy, within
from negsim.scenario.model import Role


@strategy
@dataclass(frozen=True, slots=True)
class DeadlineRunner(Strategy):
    """Agree to limited options only until a deadline; then take what is worth walking away from.

    From the deadline's round on it is sincere, so it lets the talks break down if that is worth
    more to it than every package it can expect.

    >>> str(DeadlineRunner())
    'deadline_runner:deadline=0'
    """

    name: ClassVar[str] = "deadline_runner"
    summary: ClassVar[str] = "agrees to no package before the deadline, then is sincere"
    source: ClassVar[str] = (
        "after the deadline effect: Ma & Manove (1993), Bargaining with deadlines and imperfect "
        "player control, Econometrica 61(6); THEORY J3"
    )
    also: ClassVar[tuple[str, ...]] = ("eleventh-hour bargainer", "brinkman")
    roles: ClassVar[tuple[Role, ...]] = ("party",)

    deadline: int = field(
        default=0,
        metadata=within(0, 100_000, "in which it may agree; 0: the last of the talks", "round"),
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: no package before the deadline, the sincere move from it on."""
        deadline = self.deadline or table.board.rounds
        early = np.arange(1, table.board.rounds + 1)[:, None, None, None] < deadline
        away = table.worth.level(player, 0.0)
        running = table.worth.aspiration(player, np.full_like(away, np.inf))
        return memoryless(np.where(early, running, table.worth.aspiration(player, away)))
