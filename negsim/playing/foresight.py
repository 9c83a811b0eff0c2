"""What the solved talks say that talking on and leaving are worth, for rules that look ahead.

The words are defined in ``negsim.playing.reading``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray, frozen
from negsim.playing.worth import Worth
from negsim.theory.stochastic.backward_induction import backward_induction
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Plan, move_chances

SHARED = (
    "players",
    "moves",
    "order",
    "event_of",
    "transition_of",
    "successors",
    "ends",
    "in_effect",
    "coalitions",
    "solo_level",
    "solo_owner",
    "passing",
    "mediators",
)
"""The parts of a game that its points share; all others have the batch as leading axis."""


@dataclass(frozen=True, eq=False)
class Foresight:
    """What the solution of one point of a game says."""

    worth: Worth

    @cached_property
    def plan(self) -> Plan:
        """Return the solved talks, a batch of one."""
        return backward_induction(single(self.worth.game, self.worth.point))

    @cached_property
    def solved_actions(self) -> tuple[FloatArray, ...]:
        """Return every player's mixed actions in the solved talks, (T, S, V, M)."""
        players = range(len(self.worth.passing))
        return tuple(frozen(plan_actions(self.plan, player)) for player in players)

    def exits(self, player: int) -> BoolArray:
        """Return the moves that end the talks by an exit of the player, (S, V, M)."""
        leaves = self.worth.by_profile(
            self.worth.game.exit_by[self.worth.point, player].astype(float)
        )
        return np.asarray(self.worth.cube(leaves > 0, player).all(axis=3))

    def value_of_talking(self, player: int) -> FloatArray:
        """Return the best value of a move that does not conclude, (T, S, V); -inf without one."""
        open_ended = np.where(self.worth.concludes, 0.0, self._unseen_chances(player))
        worth = self._by_move(open_ended * self._worth(player), player)
        chance = self._by_move(open_ended, player)
        talks = (chance > CHANCE_TOLERANCE) & ~self.exits(player)
        found = np.where(talks, worth / np.where(talks, chance, 1.0), -np.inf)
        return np.asarray(found.max(axis=3))

    def value_of_leaving(self, player: int) -> FloatArray:
        """Return the value of leaving, (T, S, V)."""
        exits = self.exits(player)
        worth = self._by_move(self._unseen_chances(player) * self._worth(player), player)
        best = np.where(exits, worth, -np.inf).max(axis=3)
        return np.where(exits.any(axis=2), best, self._staying_away(player))

    def _staying_away(self, player: int) -> FloatArray:
        """Return what a player without an exit has: its reservation or walking away, (T, S, V)."""
        rounds = self.worth.board.rounds
        once, each = self.worth.game.reservation[self.worth.point, player].T
        weights = np.cumsum(
            self.worth.game.discount[self.worth.point, player] ** np.arange(rounds)
        )[::-1]
        kept = (once + weights[:, None] * each)[..., None]
        return np.where(np.isnan(kept), self.worth.walk_away[player], kept)

    def _worth(self, player: int) -> FloatArray:
        """Return what every profile is worth now, the talks being played as solved, (T, S, A)."""
        game, point = self.worth.game, self.worth.point
        later = self.plan.values[0, ::-1, player][1:]
        onward = (game.chances[point] * later[:, game.successors]).sum(axis=-1)
        states = np.arange(self.worth.board.num_states)[:, None]
        ahead = onward[:, states, game.transition_of[game.event_of]]
        now = self.worth.payoff[player] + game.discount[point, player] * ahead
        return np.concatenate([now, self.worth.last_payoff[player][None]])

    def _unseen_chances(self, player: int) -> FloatArray:
        """Return the solved chance of the unseen's moves in each profile, (T, S, A)."""
        sizes = self.worth.board
        found = np.ones((sizes.rounds, sizes.num_states, sizes.num_profiles))
        for other, act in enumerate(self.solved_actions):
            if other != player and sizes.group_of[other] >= sizes.group_of[player]:
                found = found * act[:, :, sizes.node_of[other], sizes.move_of[other]]
        return found

    def _by_move(self, table: FloatArray, player: int) -> FloatArray:
        """Return the sums of a table (T, S, A) over the unseen, (T, S, V, M)."""
        flat = self.worth.cube(table.reshape(-1, table.shape[-1]), player).sum(axis=3)
        return np.asarray(flat.reshape(*table.shape[:2], *flat.shape[1:]))


def single(game: StochasticGame, point: int) -> StochasticGame:
    """Return one point of a batch as a batch of one."""
    part = slice(point, point + 1)
    batched = [field.name for field in fields(game) if field.name not in SHARED]
    arrays: dict[str, Any] = {name: frozen(getattr(game, name)[part]) for name in batched}
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
