"""A mediator that never presses anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables, memoryless, strategy
from negsim.scenario.model import Role


@strategy
@dataclass(frozen=True, slots=True)
class Patient(Strategy):
    """Wait: press nobody and, where it has a say, be open to whatever beats walking away.

    >>> str(Patient())
    'patient'
    """

    name: ClassVar[str] = "patient"
    summary: ClassVar[str] = "never presses anybody"
    source: ClassVar[str] = (
        "the facilitator of Beardsley, Quinn, Biswas & Wilkenfeld (2006), Mediation style and "
        "crisis outcomes, Journal of Conflict Resolution 50(1)"
    )
    also: ClassVar[tuple[str, ...]] = ("facilitation", "good offices", "always wait")
    roles: ClassVar[tuple[Role, ...]] = ("mediator", "guarantor")

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: the same move in every round of a state and node."""
        return memoryless(table.conduct.press_moves[player][0][None])
