"""The last round alone: what it pays at the start state, for many points, without the other states.

The one-shot game of a scenario is its last round at the start state. It needs that state and those
that follow it, not the whole grid, so that a sweep over one-shot games fills in a fraction of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from negsim.arrays import FloatArray, IntArray, frozen
from negsim.dynamics.build import Compiled
from negsim.dynamics.events import Events
from negsim.dynamics.transitions import Successors
from negsim.theory.normal_form.game import levelled

TOGETHER = 64
"""Points filled in together; more of them leave the processor's caches."""


@dataclass(frozen=True, eq=False)
class LastRound(Compiled):
    """A scenario's structure at one state of the whole and those that follow it, itself first."""

    whole: Compiled
    state: int

    @cached_property
    def places(self) -> IntArray:
        """Return the states of the whole that are kept, ``state`` first."""
        following = np.unique(self.whole.successors.states[self.state])
        return np.concatenate([[self.state], following[following != self.state]])

    @cached_property
    def grid(self) -> IntArray:
        """Return the states that are kept, shape (S, number of variables)."""
        return self.whole.grid[self.places]

    @cached_property
    def events(self) -> Events:
        """Return what each profile amounts to in the states that are kept."""
        whole = self.whole.events
        return replace(whole, of=whole.of[self.places], possible=whole.possible[self.places])

    @cached_property
    def successors(self) -> Successors:
        """Return where the first state leads; the others are not left."""
        own = self.whole.successors
        number = np.zeros(len(self.whole.grid), dtype=np.int64)
        number[self.places] = np.arange(len(self.places))
        slot = np.full((len(self.places), *own.slot.shape[1:]), -1, dtype=np.int64)
        slot[0] = own.slot[self.state]
        states = np.zeros((len(self.places), *own.states.shape[1:]), dtype=np.int64)
        states[0] = number[own.states[self.state]]
        return Successors(states, slot)


@lru_cache(maxsize=64)
def last_round(compiled: Compiled, state: int) -> LastRound:
    """Return the structure of the last round at a state; the latest asked for are kept."""
    return LastRound(compiled.scenario, compiled, state)


def last_rounds(compiled: Compiled, points: FloatArray) -> FloatArray:
    """Return the one-shot game of every point, shape (B, n, moves of player 0, ...).

    The same payoffs, up to rounding, as :func:`negsim.dynamics.build.one_shot_at` finds one by one;
    here too payoffs that differ by rounding are made equal.

    Raises
    ------
    GameError
        If a chance leaves [0, 1] or a payoff is not finite at a point.
    """
    starts = compiled.starts(points)
    shape = (len(compiled.moves), *(len(own) for own in compiled.moves.values()))
    found = np.zeros((len(points), *shape))
    for state in np.unique(starts).tolist():
        here = np.flatnonzero(starts == state)
        last = last_round(compiled, state)
        for rows in np.array_split(here, math.ceil(len(here) / TOGETHER)):
            payoffs = last.last_payoffs(points[rows])[:, :, 0]
            found[rows] = payoffs[:, :, last.events.of[0]].reshape(-1, *shape)
    return frozen(levelled(found))
