"""A plan: what every player does in every round, state and node, with its values and its doubts.

Rounds are counted from the end: index r - 1 holds what to do with r rounds to go. Within a round
the *nodes* are what a group of movers may have seen: the joint moves of the groups before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from negsim.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    frozen,
    inlined_kernel,
    inner_kernel,
    kernel,
)
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.stage import LOGIT, joint_chance


class Layout(NamedTuple):
    """Who moves when, as arrays that kernels take.

    ``players`` and ``shape`` (G, widest group) list each group's players (-1: none) and their
    numbers of moves (1: none); ``sizes`` (G,) the players of a group; ``joint`` (G,) its joint
    moves; ``offset`` (G,) where its nodes begin; ``event_of`` (S, A) with profiles numbered in
    the order of moving.

    Where the last to move is alone, entries ``first[s, v]`` to ``first[s, v + 1]`` of ``kept`` and
    ``leads`` are its moves at node v of state s, and the events to which they lead; of moves that
    lead to the same event only the first is kept. Elsewhere all are empty.
    """

    players: IntArray
    shape: IntArray
    sizes: IntArray
    joint: IntArray
    offset: IntArray
    event_of: IntArray
    first: IntArray
    kept: IntArray
    leads: IntArray


class Ground(NamedTuple):
    """The arrays of a game that kernels take; shapes as in ``StochasticGame``."""

    payoffs: FloatArray
    last_payoffs: FloatArray
    successors: IntArray
    chances: FloatArray
    discount: FloatArray
    rounds: IntArray
    transition_of: IntArray
    agreement: FloatArray
    in_effect: BoolArray


def ground(game: StochasticGame) -> Ground:
    """Return the game's arrays as kernels take them."""
    return Ground(*(getattr(game, name) for name in Ground._fields))


def layout(game: StochasticGame) -> Layout:
    """Return the arrays that describe the game's order of moves."""
    widest = max(len(group) for group in game.order)
    moves = game.num_moves
    players = np.full((len(game.order), widest), -1, dtype=np.int64)
    shape = np.ones((len(game.order), widest), dtype=np.int64)
    for row, group in enumerate(game.order):
        players[row, : len(group)] = group
        shape[row, : len(group)] = [moves[player] for player in group]
    sizes = np.array([len(group) for group in game.order], dtype=np.int64)
    joint = shape.prod(axis=1)
    prefixes = np.concatenate([[1], np.cumprod(joint)[:-1]])
    offset = np.concatenate([[0], np.cumsum(prefixes)[:-1]]).astype(np.int64)
    events = ordered_events(game)
    return Layout(players, shape, sizes, joint, offset, events, *last_moves(events, game))


def last_moves(events: IntArray, game: StochasticGame) -> tuple[IntArray, IntArray, IntArray]:
    """Return what a lone last mover need look at: ``first``, ``kept`` and ``leads``."""
    if len(game.order[-1]) > 1:
        none = frozen(np.zeros(0, dtype=np.int64))
        return frozen(np.zeros((0, 0), dtype=np.int64)), none, none
    width = game.num_moves[game.order[-1][0]]
    nodes = events.reshape(len(events), -1, width)
    fresh = np.ones(nodes.shape, dtype=bool)
    for move in range(1, width):
        fresh[:, :, move] = (nodes[:, :, :move] != nodes[:, :, [move]]).all(axis=2)
    ends = np.cumsum(fresh.sum(axis=2)).reshape(nodes.shape[:2])
    first = np.column_stack([np.concatenate([[0], ends[:-1, -1]]), ends])
    return frozen(first), frozen(np.nonzero(fresh)[2]), frozen(nodes[fresh])


def ordered_events(game: StochasticGame) -> IntArray:
    """Return the event of each profile with profiles numbered in the order of moving."""
    axes = [player for group in game.order for player in group]
    cube = game.event_of.reshape(game.num_states, *game.num_moves)
    turned = cube.transpose(0, *[1 + axis for axis in axes])
    return frozen(turned.reshape(game.num_states, -1))


@dataclass(frozen=True)
class Plan:
    """The solution of a batch of stochastic games.

    Attributes
    ----------
    values
        (B, T, n, S) expected discounted payoff with index + 1 rounds to go.
    choice
        (B, T, S, nodes) joint move of the group that moves at a node; -1 where it mixes.
    mixed
        (B, T, S, nodes, width) mixed actions of the group's players laid end to end where
        ``choice`` is -1; width 0 if every group is a single player.
    count
        (B, T, S) largest number of different solutions among which the selection chose.
    status
        (B, T, S) the worst of the nodes: ``SETTLED``, ``MIXED``, ``BLOCKED`` or ``LOGIT``.
    regret
        (B, T, S) largest gain of a player from deviating once, as a share of what was at stake.
    """

    game: StochasticGame
    rule: str
    values: FloatArray
    choice: IntArray
    mixed: FloatArray
    count: IntArray
    status: IntArray
    regret: FloatArray

    @cached_property
    def layout(self) -> Layout:
        """Return the arrays that describe the order of moves."""
        return layout(self.game)

    def to_dict(self) -> dict[str, Any]:
        """Return the values at the start of the talks and how sure they are, point by point."""
        rows = np.arange(self.game.num_points)
        first = self.game.first_index
        played = (np.arange(self.values.shape[1]) <= first[:, None])[:, :, None]
        cells = played.sum(axis=(1, 2)) * self.game.num_states
        return {
            "rule": self.rule,
            "players": list(self.game.players),
            "values_at_start": self.values[rows, first, :, self.game.start].tolist(),
            "largest_regret": self.regret.max(axis=(1, 2)).tolist(),
            "largest_count": self.count.max(axis=(1, 2)).tolist(),
            "share_logit": (((self.status == LOGIT) & played).sum(axis=(1, 2)) / cells).tolist(),
        }


@kernel
def follow(
    choice: IntArray,
    mixed: FloatArray,
    order: Layout,
    deviator: int,
    move: int,
    profiles: IntArray,
    weights: FloatArray,
) -> int:
    """Fill the profiles (numbered in the order of moving) that come about, and their chances.

    ``choice`` (nodes,) and ``mixed`` (nodes, width) are one state's part of a plan; ``deviator``
    plays ``move`` at the node it reaches and everyone else follows the plan (no deviator: -1).
    Returns how many profiles were filled.
    """
    count = 1
    profiles[0] = 0
    weights[0] = 1.0
    for group in range(len(order.sizes)):
        node = order.offset[group] + profiles[0]
        deviates = order.players[group, 0] == deviator
        if count == 1 and order.sizes[group] == 1 and (deviates or choice[node] >= 0):
            own = move if deviates else choice[node]
            profiles[0] = profiles[0] * order.joint[group] + own
        else:
            count = _branch(choice, mixed, order, group, deviator, move, profiles, weights, count)
    return count


@inlined_kernel
def _branch(
    choice: IntArray,
    mixed: FloatArray,
    order: Layout,
    group: int,
    deviator: int,
    move: int,
    profiles: IntArray,
    weights: FloatArray,
    count: int,
) -> int:
    """Extend every prefix reached so far by the joint moves of one group; return the new count."""
    shape = order.shape[group, : order.sizes[group]]
    joint = order.joint[group]
    deviating = -1
    for member in range(len(shape)):
        if order.players[group, member] == deviator:
            deviating = member
    before_profiles = profiles[:count].copy()
    before_weights = weights[:count].copy()
    filled = 0
    for place in range(count):
        node = order.offset[group] + before_profiles[place]
        if choice[node] >= 0:
            chosen = replace_part(choice[node], shape, deviating, move)
            profiles[filled] = before_profiles[place] * joint + chosen
            weights[filled] = before_weights[place]
            filled += 1
            continue
        for chosen in range(joint):
            if deviating >= 0 and part(chosen, shape, deviating) != move:
                continue
            chance = joint_chance(shape, mixed[node], chosen, deviating)
            if chance > 0.0:
                profiles[filled] = before_profiles[place] * joint + chosen
                weights[filled] = before_weights[place] * chance
                filled += 1
    return filled


@inner_kernel
def part(joint_move: int, shape: IntArray, member: int) -> int:
    """Return one member's part of a joint move."""
    stride = 1
    for later in range(member + 1, len(shape)):
        stride *= shape[later]
    return int((joint_move // stride) % shape[member])


@inlined_kernel
def replace_part(joint_move: int, shape: IntArray, member: int, move: int) -> int:
    """Return the joint move with one member's part replaced; no member: the same."""
    if member < 0:
        return joint_move
    stride = 1
    for later in range(member + 1, len(shape)):
        stride *= shape[later]
    return int(joint_move + (move - (joint_move // stride) % shape[member]) * stride)


def move_chances(
    choice: IntArray, mixed: FloatArray, shape: IntArray, member: int, act: FloatArray
) -> None:
    """Fill one member's mixed actions, shape (..., moves), from its group's part of a plan.

    ``choice`` (...,) and ``mixed`` (..., width) are the plan's at the group's nodes; ``shape``
    the numbers of moves of the group's players.
    """
    stride = int(shape[member + 1 :].prod())
    own = (choice // stride) % shape[member]
    pure = choice >= 0
    act[pure, own[pure]] = 1.0
    if not pure.all():
        first = int(shape[:member].sum())
        act[~pure] = mixed[~pure][:, first : first + shape[member]]
