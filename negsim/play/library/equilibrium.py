"""A party that plays the solved talks: the plan of backward induction, round by round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from negsim.arrays import FloatArray, frozen
from negsim.games.stochastic import StochasticGame
from negsim.play.reading import Reading
from negsim.play.strategy import Strategy, Tables, strategy
from negsim.solvers.backward_induction import backward_induction
from negsim.solvers.plan import Plan, move_chances

BATCHED = (
    "payoffs",
    "last_payoffs",
    "chances",
    "end_chances",
    "agreement",
    "discount",
    "rounds",
    "start",
    "costs",
    "last_costs",
    "reservation",
    "ending",
)
"""The arrays of a game whose leading axis is the batch."""


@strategy
@dataclass(frozen=True, slots=True)
class Equilibrium(Strategy):
    """Play the party's part of the solved talks, on and off the predicted path.

    >>> str(Equilibrium())
    'equilibrium'
    """

    name: ClassVar[str] = "equilibrium"
    summary: ClassVar[str] = "plays its part of the solved talks"
    source: ClassVar[str] = "backward induction; Kuhn (1953), theorem 3"

    def tabulate(self, table: Reading, player: int, _others: Mapping[int, Tables], /) -> Tables:
        """Return the tables: a mixed action for every round, state and node."""
        plan = backward_induction(single(table.game, table.point))
        act = plan_actions(plan, player)
        return Tables(0, act[None], np.zeros((1, 1, 1, 1), dtype=np.int64))


def single(game: StochasticGame, point: int) -> StochasticGame:
    """Return one point of a batch as a batch of one."""
    part = slice(point, point + 1)
    arrays: dict[str, Any] = {name: frozen(getattr(game, name)[part]) for name in BATCHED}
    return replace(game, **arrays)


def plan_actions(plan: Plan, player: int) -> FloatArray:
    """Return a player's mixed actions, shape (rounds, S, nodes, moves), rounds counted forward."""
    group = next(place for place, members in enumerate(plan.game.order) if player in members)
    member = plan.game.order[group].index(player)
    order = plan.layout
    nodes = int(order.joint[:group].prod())
    horizon, states = plan.values.shape[1], plan.game.num_states
    act = np.zeros((horizon, states, nodes, plan.game.num_moves[player]))
    first = int(order.offset[group])
    move_chances(
        plan.choice[0, ::-1, :, first : first + nodes],
        plan.mixed[0, ::-1, :, first : first + nodes],
        order.shape[group, : order.sizes[group]],
        member,
        act,
    )
    return act
