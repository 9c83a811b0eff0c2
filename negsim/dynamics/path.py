"""The path that a plan predicts: where the talks stand in each round, and how they end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from negsim.arrays import FloatArray, IntArray, frozen, kernel
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Ground, Layout, Plan, follow, ground

SHOWN = 400
"""Rounds of endless talks that a path follows."""


@dataclass(frozen=True)
class Path:
    """Exact chances along the path from the start; rounds count forward, B points, T rounds.

    Attributes
    ----------
    reached
        (B, T, S) chance that round t + 1 is played in a state.
    events
        (B, T, O) chance that round t + 1 is played and has this event.
    ends
        (B, T, E) chance that the talks end in round t + 1 in this way.
    costs
        (B, T, number of costs) expected cost of round t + 1, undiscounted, in the cost's unit.
    paid
        (B, T, n) expected payoff of round t + 1 to each player, undiscounted, ends included.

    Of endless talks the first ``SHOWN`` rounds are followed: the chances of the ends then sum to
    one minus that of talks that still go on.
    """

    reached: FloatArray
    events: FloatArray
    ends: FloatArray
    costs: FloatArray
    paid: FloatArray

    def visits(self, game: StochasticGame) -> FloatArray:
        """Return the expected number of visits to each state by rounds to go, (B, T, S).

        Axis T is as in ``Plan.values``; of endless talks all rounds count to the one that there is.
        """
        if game.endless:
            return np.asarray(self.reached.sum(axis=1, keepdims=True))
        found = np.zeros_like(self.reached)
        for point, first in enumerate(game.first_index):
            found[point, : first + 1] = self.reached[point, first::-1]
        return found


def path(plan: Plan, instead: IntArray | None = None) -> Path:
    """Return the path from each point's start state, by propagating the exact distribution.

    ``instead`` (T, S) names, with index + 1 rounds to go, an event that comes about in place of
    what the plan plays; -1 where the plan is followed. The same at every point.
    """
    game = plan.game
    points, states = game.num_points, game.num_states
    horizon = SHOWN if game.endless else game.horizon
    reached = np.zeros((points, horizon, states))
    events = np.zeros((points, horizon, game.payoffs.shape[3]))
    ends = np.zeros((points, horizon, len(game.ends)))
    costs = np.zeros((points, horizon, game.costs.shape[1]))
    paid = np.zeros((points, horizon, len(game.players)))
    found = Track(reached, events, ends, costs, paid)
    propagate(
        ground(game),
        plan.choice,
        plan.mixed,
        plan.layout,
        game.end_chances,
        game.costs,
        game.last_costs,
        game.start,
        game.ends.index("no_agreement"),
        np.zeros((0, 0), dtype=np.int64) if instead is None else np.ascontiguousarray(instead),
        found,
    )
    return Path(*(frozen(array) for array in found))


def first_moves(plan: Plan, player: int) -> FloatArray:
    """Return the chance of each of a player's moves in round 1, shape (B, moves)."""
    game, order = plan.game, plan.layout
    axes = [each for group in game.order for each in group]
    shape = [game.num_moves[each] for each in axes]
    own = np.unravel_index(np.arange(int(np.prod(shape))), shape)[axes.index(player)]
    found = np.zeros((game.num_points, game.num_moves[player]))
    room = order.event_of.shape[1]
    profiles, weights = np.empty(room, dtype=np.int64), np.empty(room)
    for point in range(game.num_points):
        index, state = game.first_index[point], game.start[point]
        choice, mixed = plan.choice[point, index, state], plan.mixed[point, index, state]
        count = follow(choice, mixed, order, -1, 0, profiles, weights)
        np.add.at(found[point], own[profiles[:count]], weights[:count])
    return found


class Track(NamedTuple):
    """The arrays of :class:`Path` while they are filled."""

    reached: FloatArray
    events: FloatArray
    ends: FloatArray
    costs: FloatArray
    paid: FloatArray


@kernel
def propagate(
    game: Ground,
    choice: IntArray,
    mixed: FloatArray,
    order: Layout,
    end_chances: FloatArray,
    round_costs: FloatArray,
    last_costs: FloatArray,
    start: IntArray,
    no_agreement: int,
    instead: IntArray,
    found: Track,
) -> None:
    """Fill the arrays of :class:`Path`, round after round."""
    reached, events, ends, costs, paid = found
    profiles = np.empty(order.event_of.shape[1], dtype=np.int64)
    weights = np.empty(order.event_of.shape[1])
    for point in range(len(game.rounds)):
        endless = game.rounds[point] == 0
        length = reached.shape[1] if endless else game.rounds[point]
        reached[point, 0, start[point]] = 1.0
        for time in range(length):
            is_last = time == length - 1
            index = 0 if endless else length - 1 - time
            closing = is_last and not endless
            due = last_costs if closing else round_costs
            gained = game.last_payoffs if closing else game.payoffs
            for state in range(reached.shape[2]):
                here = reached[point, time, state]
                if here == 0.0:
                    continue
                acts, mixes = choice[point, index, state], mixed[point, index, state]
                count = follow(acts, mixes, order, -1, 0, profiles, weights)
                forced = instead[index, state] if len(instead) > 0 else -1
                for place in range(count):
                    event = forced if forced >= 0 else order.event_of[state, profiles[place]]
                    chance = here * weights[place]
                    events[point, time, event] += chance
                    for player in range(paid.shape[2]):
                        paid[point, time, player] += chance * gained[point, player, state, event]
                    for cost in range(costs.shape[2]):
                        costs[point, time, cost] += chance * due[point, cost, state, event]
                    for end in range(ends.shape[2]):
                        ends[point, time, end] += chance * end_chances[point, end, state, event]
                    transition = game.transition_of[event]
                    for slot in range(game.successors.shape[2]):
                        onward = chance * game.chances[point, state, transition, slot]
                        if closing:
                            ends[point, time, no_agreement] += onward
                        elif onward > 0.0 and not is_last:
                            reached[point, time + 1, game.successors[state, transition, slot]] += (
                                onward
                            )
