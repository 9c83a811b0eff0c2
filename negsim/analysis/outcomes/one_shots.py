"""Many one-shot games at once: what is in equilibrium, efficient and the bargaining solution.

The same notions as in :mod:`negsim.analysis.outcomes.outcomes`, worked out for a batch of points
with one array operation or kernel a step. Payoffs tie within ``TIE_TOLERANCE`` of the larger of
them or of what the player's payoffs differ by in the game.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from negsim.arrays import TIE_TOLERANCE, BoolArray, FloatArray, IntArray, kernel
from negsim.dynamics.build import Compiled
from negsim.theory.normal_form.game import level
from negsim.theory.oneshot.pure import pure_batch
from negsim.theory.oneshot.two_party.batch import solve_batch

TWO = 2


@dataclass(frozen=True)
class OneShots:
    """The one-shot games of B points: ``games`` (B, n, moves of player 0, ...)."""

    compiled: Compiled
    points: FloatArray
    games: FloatArray

    @property
    def movers(self) -> BoolArray:
        """Return which players have a choice, (n,); all of them if nobody has one."""
        found = np.array(self.games.shape[2:]) > 1
        return found if found.any() else np.ones_like(found)

    @cached_property
    def event_of(self) -> IntArray:
        """Return the event of every profile at each point's start, shape (B, A)."""
        return self.compiled.events.of[self.compiled.starts(self.points)]

    @cached_property
    def reached(self) -> BoolArray:
        """Return whether some profile leads to each event, shape (B, O)."""
        return self.compiled.events.possible[self.compiled.starts(self.points)]

    @cached_property
    def outcomes(self) -> FloatArray:
        """Return what each event pays, shape (B, O, n), NaN where no profile leads to it."""
        found = np.full((*self.reached.shape, self.games.shape[1]), np.nan)
        flat = self.games.reshape(*self.games.shape[:2], -1)
        rows = np.arange(len(found))[:, None]
        found[rows, self.event_of] = np.swapaxes(flat, 1, 2)
        return found

    @cached_property
    def pure(self) -> BoolArray:
        """Return which profiles are pure equilibria, shape (B, A)."""
        return pure_batch(self.levelled).reshape(len(self.games), -1)

    @cached_property
    def levelled(self) -> FloatArray:
        """Return the games with payoffs that tie made equal, so that rounding decides nothing."""
        even = level(self.outcomes, self.widths[:, None])
        paid = even[np.arange(len(even))[:, None], self.event_of]
        return np.ascontiguousarray(np.swapaxes(paid, 1, 2)).reshape(self.games.shape)

    @cached_property
    def equilibrium(self) -> BoolArray:
        """Return which events some pure equilibrium leads to, shape (B, O)."""
        found = np.zeros(self.reached.shape, dtype=bool)
        point, profile = np.nonzero(self.pure)
        found[point, self.event_of[point, profile]] = True
        return found

    @cached_property
    def efficient(self) -> BoolArray:
        """Return which events no other is as good as for all and better than for one, (B, O)."""
        found = self.reached.copy()
        movers = self.movers
        outcomes = np.ascontiguousarray(self.outcomes[:, :, movers])
        mark_dominated(outcomes, self.reached, np.ascontiguousarray(self.widths[:, movers]), found)
        return found

    @cached_property
    def widths(self) -> FloatArray:
        """Return the differences that count as none because of rounding, shape (B, n)."""
        return TIE_TOLERANCE * self.spread

    @cached_property
    def spread(self) -> FloatArray:
        """Return by how much each player's payoffs differ at most, shape (B, n)."""
        highest = np.nanmax(self.outcomes, axis=1)
        lowest = np.nanmin(self.outcomes, axis=1)
        return np.asarray(highest - lowest)

    @cached_property
    def status_quo(self) -> FloatArray:
        """Return what everybody has without a deal, (B, n).

        Its reservation, of a party that states one and has no exit; else what it gets if nothing is
        in effect, or if something always is, what it can make sure of.
        """
        table = self.compiled.events.table[: len(self.compiled.scenario.options)]
        quiet = self.reached & (table.max(axis=0, initial=0) == 0)
        first = np.argmax(quiet, axis=1)
        found = self.outcomes[np.arange(len(first)), first]
        found = np.where(quiet.any(axis=1)[:, None], found, self.security)
        reserved = self.compiled.reservations(self.points)
        return np.where(np.isnan(reserved), found, reserved)

    @cached_property
    def security(self) -> FloatArray:
        """Return what each player can make sure of with one move, shape (B, n)."""
        levels = []
        for player in range(self.games.shape[1]):
            own = np.moveaxis(self.games[:, player], player + 1, 1)
            levels.append(own.reshape(*own.shape[:2], -1).min(axis=2).max(axis=1))
        return np.stack(levels, axis=1)

    @cached_property
    def bargained(self) -> BoolArray:
        """Return the Nash bargaining solution over the events, all that tie, shape (B, O).

        Between the players who have a choice, as is efficiency.
        """
        gains = np.where(self.reached[:, :, None], self.outcomes, -np.inf)
        gains = gains - self.status_quo[:, None]
        gains = np.where(np.abs(gains) <= self.widths[:, None], 0.0, gains)[:, :, self.movers]
        acceptable = (gains >= 0).all(axis=2) & self.reached
        shares = np.where(acceptable[:, :, None], gains, 0.0)
        largest = shares.max(axis=1, keepdims=True)
        products = (shares / np.where(largest > 0, largest, 1.0)).prod(axis=2)
        products = np.where(acceptable, products, -1.0)
        best = products.max(axis=1, keepdims=True)
        return np.asarray(acceptable & (products >= best * (1 - TIE_TOLERANCE)))

    @cached_property
    def mixed_counts(self) -> FloatArray:
        """Return how many equilibria, mixed too, are left when mediators keep to their best, (B,).

        The mediators' moves are those of the pure equilibrium best for them together, or their
        first moves if there is none. NaN if not exactly two other parties have a choice.
        """
        movers = self.movers
        roles = np.array([party.role == "mediator" for party in self.compiled.scenario.parties])
        mediators, others = np.flatnonzero(roles & movers), np.flatnonzero(~roles & movers)
        if len(others) != TWO:
            return np.full(len(self.games), np.nan)
        total = self.games[:, mediators].sum(axis=1).reshape(len(self.games), -1)
        best = np.argmax(np.where(self.pure, total, -np.inf), axis=1)
        best = np.where(self.pure.any(axis=1), best, 0)
        fixed = np.unravel_index(best, self.games.shape[2:])
        kept = np.setdiff1d(np.arange(len(movers)), others)
        order = [0, *(2 + kept), 1, *(2 + others)]
        rows = np.arange(len(self.games))
        pair = self.levelled.transpose(order)[(rows, *(fixed[k] for k in kept))]
        return solve_batch(pair[:, others[0]], pair[:, others[1]]).counts.astype(float)


@kernel
def mark_dominated(
    outcomes: FloatArray, reached: BoolArray, widths: FloatArray, efficient: BoolArray
) -> None:
    """Set to false the events that another is as good as for all and better than for one."""
    points, events, players = outcomes.shape
    for point in range(points):
        for event in range(events):
            for other in range(events):
                if not efficient[point, event]:
                    break
                if other == event or not reached[point, other]:
                    continue
                worse, better = False, False
                for player in range(players):
                    own = outcomes[point, event, player]
                    gain = outcomes[point, other, player] - own
                    tie = max(widths[point, player], TIE_TOLERANCE * abs(own))
                    worse = worse or gain < -tie
                    better = better or gain > tie
                if better and not worse:
                    efficient[point, event] = False
