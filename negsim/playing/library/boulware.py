"""Concession by the clock: the aspiration falls from the best package to walking away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from negsim.arrays import FloatArray
from negsim.playing.reading import Reading
from negsim.playing.strategy import Strategy, Tables, memoryless, strategy, within
from negsim.scenario.model import Role


def aspiration(
    time: npt.ArrayLike,
    *,
    exponent: float,
    floor: float,
    deadline: float,
    best: npt.ArrayLike,
    worst: npt.ArrayLike,
) -> FloatArray:
    """Return the payoff aspired to: ``best`` less a growing share of ``best - worst``.

    The share conceded is ``floor + (1 - floor) * (min(time, deadline) / deadline)**(1/exponent)``:
    late if the exponent is below 1 (Boulware), early if above (Conceder), all of it from the
    deadline on.

    Parameters
    ----------
    time
        Rounds since the start; arrays broadcast with ``best`` and ``worst``, payoff units.

    References
    ----------
    Faratin, Sierra & Jennings (1998), "Negotiation decision functions for autonomous agents",
    Robotics and Autonomous Systems 24(3-4), the polynomial time-dependent tactic.

    Examples
    --------
    >>> aspiration([0, 5, 10], exponent=1, floor=0, deadline=10, best=1, worst=0)
    array([1. , 0.5, 0. ])
    """
    time = np.asarray(time, dtype=float)
    part = np.minimum(time / deadline, 1.0) if deadline > 0 else np.ones_like(time)
    conceded = floor + (1.0 - floor) * part ** (1.0 / exponent)
    best = np.asarray(best, dtype=float)
    return np.asarray(best - conceded * (best - np.asarray(worst, dtype=float)))


@strategy
@dataclass(frozen=True, slots=True)
class Boulware(Strategy):
    """Play the aspiration move at a level that falls with time.

    >>> str(Boulware(exponent=2))
    'boulware:exponent=2.0,floor=0.05,rounds=0'
    """

    name: ClassVar[str] = "boulware"
    summary: ClassVar[str] = "concedes by the clock: late if exponent < 1, early if exponent > 1"
    source: ClassVar[str] = (
        "Faratin, Sierra & Jennings (1998), Robotics and Autonomous Systems 24(3-4)"
    )
    also: ClassVar[tuple[str, ...]] = ("time-dependent tactic", "Boulwarism", "tough bargainer")
    roles: ClassVar[tuple[Role, ...]] = ("party", "guarantor")

    exponent: float = field(
        default=0.2, metadata=within(0.01, 100, "below 1 late, above 1 early", "power")
    )
    floor: float = field(
        default=0.05, metadata=within(0, 1, "conceded from the start", "share of the gain")
    )
    rounds: int = field(
        default=0,
        metadata=within(0, 100_000, "until all is conceded; 0: until the last", "rounds"),
    )

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: one move for each round, state and node."""
        return by_the_clock(table, player, self.exponent, self.floor, self.rounds)


@strategy
@dataclass(frozen=True, slots=True)
class Conceder(Boulware):
    """Play the aspiration move at a level that falls early and then ever more slowly.

    >>> str(Conceder())
    'conceder:exponent=5.0,floor=0.05,rounds=0'
    """

    name: ClassVar[str] = "conceder"
    summary: ClassVar[str] = "concedes by the clock, most of it early"
    also: ClassVar[tuple[str, ...]] = ("time-dependent tactic", "soft bargainer")

    exponent: float = field(
        default=5.0, metadata=within(1, 100, "1 concedes evenly, above it early", "power")
    )


def by_the_clock(table: Reading, player: int, exponent: float, floor: float, until: int) -> Tables:
    """Return the tables of the aspiration moves at the levels of :func:`aspiration`."""
    rounds = table.board.rounds
    level = aspiration(
        np.arange(rounds)[:, None, None],
        exponent=exponent,
        floor=floor,
        deadline=until or rounds - 1,
        best=table.worth.level(player, 1.0),
        worst=table.worth.level(player, 0.0),
    )
    return memoryless(table.worth.aspiration(player, level))
