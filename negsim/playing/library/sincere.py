"""Parties that take what is worth more to them than walking away, at once or after a while."""

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
class Sincere(Strategy):
    """Play the aspiration move at the value of walking away, less a tolerance.

    >>> str(Sincere())
    'sincere:tolerance=0.0'
    """

    name: ClassVar[str] = "sincere"
    summary: ClassVar[str] = "accepts what it expects to be worth at least as much as walking away"
    source: ClassVar[str] = "defined for this package; the threshold is the reservation value"
    also: ClassVar[tuple[str, ...]] = ("good faith", "reservation-value rule")
    roles: ClassVar[tuple[Role, ...]] = ("party", "guarantor")

    tolerance: float = field(
        default=0.0,
        metadata=within(0, 1, "given up below walking away", "share of the possible gain"),
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: the same move in every round of a state and node."""
        level = table.worth.level(player, -self.tolerance)
        return memoryless(table.worth.aspiration(player, level)[None])


@strategy
@dataclass(frozen=True, slots=True)
class SincereSlow(Strategy):
    """Agree to limited options only until a package can be ratified, then be sincere.

    Until then it plays the aspiration move at an infinite level. A mediator who presses whoever
    does not sign at once cannot tell it from a party that gains by delay.

    >>> str(SincereSlow())
    'sincere_slow:ratification=4'
    """

    name: ClassVar[str] = "sincere_slow"
    summary: ClassVar[str] = "as sincere, but can agree to a package only after some rounds"
    source: ClassVar[str] = (
        "defined for this package after ratification in Putnam (1988), Diplomacy and domestic "
        "politics: the logic of two-level games, International Organization 42(3)"
    )
    also: ClassVar[tuple[str, ...]] = ("two-level player", "slow ratifier")
    roles: ClassVar[tuple[Role, ...]] = ("party", "guarantor")

    ratification: int = field(
        default=4, metadata=within(0, 100_000, "before it can agree to a package", "rounds")
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: no package in the first rounds, the sincere move after them."""
        early = np.arange(table.board.rounds)[:, None, None, None] < self.ratification
        away = table.worth.level(player, 0.0)
        waiting = table.worth.aspiration(player, np.full_like(away, np.inf))
        return memoryless(np.where(early, waiting, table.worth.aspiration(player, away)))
