"""One round of an endless game as kernels walk it: its worth, its chances, its slopes.

A round is a tree: a *node* is what a group of movers has seen, its children the group's joint
moves, the leaves the profiles. A state's mixed actions are one vector of *slots*, a slot for each
move of each player at each node.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import (
    TIE_TOLERANCE,
    FloatArray,
    IntArray,
    inlined_kernel,
    inner_kernel,
    kernel,
)
from negsim.errors import SolverError
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import layout

LARGEST_SLOPES = 50_000_000
"""Most numbers in the derivatives of all rounds together."""


class Tree(NamedTuple):
    """A round's order of moves.

    Groups come in the order of moving: ``players`` and ``shape`` (G, widest) their members (-1:
    none) and numbers of moves; ``sizes`` (G,) members; ``joint`` (G,) joint moves; ``width`` (G,)
    slots of a node. ``offset`` (G + 1,) first node of each group, then first leaf; ``first``
    (G + 1,) first slot of each group, then the number of slots. ``event_of`` (S, leaves).
    """

    players: IntArray
    shape: IntArray
    sizes: IntArray
    joint: IntArray
    width: IntArray
    offset: IntArray
    first: IntArray
    event_of: IntArray


class Field(NamedTuple):
    """One point's payoffs and moves of the state.

    ``payoffs`` (n, S, O); ``transition_of`` (O,); ``discount`` (n,). ``near`` (S, R) lists the
    states that can follow each state, padded with 0 beyond ``reach`` (S,) of them; ``ahead``
    (S, C, R) holds the chances of moving there.
    """

    payoffs: FloatArray
    transition_of: IntArray
    discount: FloatArray
    near: IntArray
    reach: IntArray
    ahead: FloatArray


def tree(game: StochasticGame) -> Tree:
    """Return the round of a game as kernels walk it."""
    order = layout(game)
    nodes = np.concatenate([[1], np.cumprod(order.joint)[:-1]])
    width = np.where(order.players >= 0, order.shape, 0).sum(axis=1)
    offset = np.concatenate([[0], np.cumsum(nodes)]).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(nodes * width)]).astype(np.int64)
    return Tree(
        order.players, order.shape, order.sizes, order.joint, width, offset, first, order.event_of
    )


def field(game: StochasticGame, point: int = 0) -> Field:
    """Return one point's payoffs and moves of the state."""
    where, chances = game.successors, game.chances[point]
    states = game.num_states
    rows = np.broadcast_to(np.arange(states)[:, None, None], where.shape)
    possible = chances > 0
    follows = np.zeros((states, states), dtype=bool)
    follows[rows[possible], where[possible]] = True
    reach = follows.sum(axis=1)
    near = np.zeros((states, max(1, int(reach.max()))), dtype=np.int64)
    number = np.cumsum(follows, axis=1) - 1
    from_states, to_states = np.nonzero(follows)
    near[from_states, number[from_states, to_states]] = to_states
    ahead = np.zeros((*where.shape[:2], near.shape[1]))
    columns = np.broadcast_to(np.arange(where.shape[1])[None, :, None], where.shape)
    place = number[rows, where]
    np.add.at(ahead, (rows[possible], columns[possible], place[possible]), chances[possible])
    return Field(
        np.array(game.payoffs[point]),
        np.array(game.transition_of),
        np.array(game.discount[point]),
        near,
        reach.astype(np.int64),
        ahead,
    )


# ---------------------------------------------------------------- kernels: one round


@inner_kernel
def begin_node(tree: Tree, group: int, prefix: int, at: IntArray) -> int:
    """Point ``at`` to each member's first slot at a node; return the node's first slot."""
    begin = tree.first[group] + prefix * tree.width[group]
    slot = begin
    for member in range(tree.sizes[group]):
        at[member] = slot
        slot += tree.shape[group, member]
    return int(begin)


@inner_kernel
def next_joint(tree: Tree, group: int, begin: int, at: IntArray) -> None:
    """Move ``at`` to the slots of the next joint move, the last member's running fastest."""
    end = begin + tree.width[group]
    for member in range(tree.sizes[group] - 1, -1, -1):
        own = tree.shape[group, member]
        at[member] += 1
        if at[member] < end:
            return
        at[member] -= own
        end -= own


@inner_kernel
def chance_beside(mixed: FloatArray, at: IntArray, size: int, one: int, other: int) -> float:
    """Return the chance of a joint move, one or two members' parts left out (-1: none)."""
    chance = 1.0
    for member in range(size):
        if member not in (one, other):
            chance *= mixed[at[member]]
    return chance


@inner_kernel
def fill_leaves(
    tree: Tree, field: Field, state: int, values: FloatArray, worth: FloatArray
) -> None:
    """Fill the worth (n, nodes + leaves) of a state's leaves: payoff plus discounted value."""
    players, transitions, reach = len(values), field.ahead.shape[1], field.reach[state]
    later = np.empty((reach, players))
    for place in range(reach):
        for player in range(players):
            value = values[player, field.near[state, place]]
            later[place, player] = field.discount[player] * value
    onward = np.zeros((transitions, players))
    for transition in range(transitions):
        for place in range(reach):
            chance = field.ahead[state, transition, place]
            if chance > 0.0:
                for player in range(players):
                    onward[transition, player] += chance * later[place, player]
    leaf = tree.offset[len(tree.sizes)]
    for profile in range(tree.event_of.shape[1]):
        event = tree.event_of[state, profile]
        transition = field.transition_of[event]
        for player in range(players):
            paid = field.payoffs[player, state, event]
            worth[player, leaf + profile] = paid + onward[transition, player]


@inlined_kernel
def weigh_node(
    tree: Tree,
    mixed: FloatArray,
    group: int,
    prefix: int,
    worth: FloatArray,
    moves: FloatArray,
    at: IntArray,
) -> None:
    """Fill the worth of a node and of its movers' moves, from the worth of its children."""
    begin = begin_node(tree, group, prefix, at)
    node, size = tree.offset[group] + prefix, tree.sizes[group]
    for player in range(len(worth)):
        worth[player, node] = 0.0
    for slot in range(begin, begin + tree.width[group]):
        moves[slot] = 0.0
    child = tree.offset[group + 1] + prefix * tree.joint[group]
    for _ in range(tree.joint[group]):
        for member in range(size):
            beside = chance_beside(mixed, at, size, member, -1)
            moves[at[member]] += beside * worth[tree.players[group, member], child]
        chance = chance_beside(mixed, at, size, -1, -1)
        if chance > 0.0:
            for player in range(len(worth)):
                worth[player, node] += chance * worth[player, child]
        child += 1
        next_joint(tree, group, begin, at)


@inner_kernel
def weigh_round(tree: Tree, mixed: FloatArray, worth: FloatArray, moves: FloatArray) -> None:
    """Fill the worth of all nodes and of all moves (slots) of a state, from that of its leaves."""
    at = np.empty(tree.players.shape[1], dtype=np.int64)
    for group in range(len(tree.sizes) - 1, -1, -1):
        for prefix in range(tree.offset[group + 1] - tree.offset[group]):
            weigh_node(tree, mixed, group, prefix, worth, moves, at)


@kernel
def follow_round(tree: Tree, mixed: FloatArray, chance: FloatArray) -> None:
    """Fill the chance (nodes + leaves,) that a state's round comes to each node and leaf."""
    at = np.empty(tree.players.shape[1], dtype=np.int64)
    chance[0] = 1.0
    for group in range(len(tree.sizes)):
        for prefix in range(tree.offset[group + 1] - tree.offset[group]):
            begin = begin_node(tree, group, prefix, at)
            child = tree.offset[group + 1] + prefix * tree.joint[group]
            for _ in range(tree.joint[group]):
                joint = chance_beside(mixed, at, tree.sizes[group], -1, -1)
                chance[child] = chance[tree.offset[group] + prefix] * joint
                child += 1
                next_joint(tree, group, begin, at)


@kernel
def follow_states(
    tree: Tree, field: Field, mixed: FloatArray, paid: FloatArray, onward: FloatArray
) -> None:
    """Fill what a round pays (n, S) and the chances (S, R) of the states near each state."""
    leaf = tree.offset[len(tree.sizes)]
    leaves = tree.event_of.shape[1]
    chance = np.empty(leaf + leaves)
    paid[:] = 0.0
    onward[:] = 0.0
    for state in range(len(mixed)):
        follow_round(tree, mixed[state], chance)
        for profile in range(leaves):
            weight = chance[leaf + profile]
            if weight > 0.0:
                event = tree.event_of[state, profile]
                transition = field.transition_of[event]
                for player in range(len(paid)):
                    paid[player, state] += weight * field.payoffs[player, state, event]
                for place in range(field.reach[state]):
                    onward[state, place] += weight * field.ahead[state, transition, place]


@inlined_kernel
def node_gain(
    tree: Tree,
    mixed: FloatArray,
    group: int,
    prefix: int,
    member: int,
    worth: FloatArray,
    moves: FloatArray,
    at: IntArray,
) -> tuple[float, float, float]:
    """Return a mover's gain from its best move at a node, what is in play, and its size.

    In play is the range of the payoffs of joint moves in which the others' parts have a chance.
    """
    begin = begin_node(tree, group, prefix, at)
    own = at[member]
    best, expected = moves[own], 0.0
    for slot in range(own, own + tree.shape[group, member]):
        best = max(best, moves[slot])
        expected += mixed[slot] * moves[slot]
    player = tree.players[group, member]
    low, high = np.inf, -np.inf
    child = tree.offset[group + 1] + prefix * tree.joint[group]
    for _ in range(tree.joint[group]):
        if chance_beside(mixed, at, tree.sizes[group], member, -1) > 0.0:
            low = min(low, worth[player, child])
            high = max(high, worth[player, child])
        child += 1
        next_joint(tree, group, begin, at)
    return best - expected, high - low, max(abs(low), abs(high))


@kernel
def one_shot_gain(
    tree: Tree,
    field: Field,
    mixed: FloatArray,
    values: FloatArray,
    share: FloatArray,
) -> None:
    """Fill the largest gain (S,) of deviating once, at any node, as a share of the stake.

    ``mixed`` (S, slots); ``values`` (n, S). The share is the gain by the range of payoffs in play
    at its node, nought if the gain is within ``TIE_TOLERANCE`` of the size of these payoffs.
    """
    worth = np.empty((len(values), tree.offset[len(tree.sizes)] + tree.event_of.shape[1]))
    moves = np.empty(mixed.shape[1])
    at = np.empty(tree.players.shape[1], dtype=np.int64)
    for state in range(len(mixed)):
        fill_leaves(tree, field, state, values, worth)
        weigh_round(tree, mixed[state], worth, moves)
        share[state] = 0.0
        for group in range(len(tree.sizes)):
            for prefix in range(tree.offset[group + 1] - tree.offset[group]):
                for member in range(tree.sizes[group]):
                    gain, stake, size = node_gain(
                        tree, mixed[state], group, prefix, member, worth, moves, at
                    )
                    if gain > TIE_TOLERANCE * size:
                        share[state] = max(share[state], gain / stake)


def value_of(tree: Tree, field: Field, mixed: FloatArray) -> FloatArray:
    """Return the values (n, S) of stationary play (S, slots): one sparse linear system a discount.

    The solution is refined once, so that it is exact up to rounding: a discount of 0.999 makes the
    system a thousand times as sensitive, and the residual takes that back.
    """
    from scipy.sparse import csr_array, eye_array
    from scipy.sparse.linalg import splu

    players, states = field.payoffs.shape[:2]
    paid, onward = np.zeros((players, states)), np.zeros(field.near.shape)
    follow_states(tree, field, mixed, paid, onward)
    rows = np.repeat(np.arange(states), field.near.shape[1])
    moves = csr_array((onward.ravel(), (rows, field.near.ravel())), shape=(states, states))
    values = np.empty((players, states))
    for weight in np.unique(field.discount):
        alike = field.discount == weight
        system = (eye_array(states) - weight * moves).tocsc()
        solver = splu(system)
        found = solver.solve(np.ascontiguousarray(paid[alike].T))
        found += solver.solve(paid[alike].T - system @ found)
        values[alike] = found.T
    return values


# ---------------------------------------------------------------- layouts of mixed actions


def slot_places(tree: Tree) -> tuple[IntArray, IntArray]:
    """Return the node and the place at the node of every slot, shapes (slots,)."""
    nodes, places = [], []
    for group, width in enumerate(tree.width):
        members = np.arange(tree.offset[group], tree.offset[group + 1])
        nodes.append(np.repeat(members, width))
        places.append(np.tile(np.arange(width), len(members)))
    return np.concatenate(nodes), np.concatenate(places)


def slot_agents(tree: Tree) -> tuple[IntArray, IntArray]:
    """Return the agent (player at a node) and the player of every slot, shapes (slots,)."""
    agents, players = [], []
    count = 0
    for group, size in enumerate(tree.sizes):
        for _ in range(tree.offset[group], tree.offset[group + 1]):
            for member in range(size):
                moves = tree.shape[group, member]
                agents.append(np.full(moves, count))
                players.append(np.full(moves, tree.players[group, member]))
                count += 1
    return np.concatenate(agents), np.concatenate(players)


def by_node(tree: Tree, mixed: FloatArray) -> FloatArray:
    """Return mixed actions (..., slots) as (..., nodes, width), noughts beyond a node's slots."""
    nodes, places = slot_places(tree)
    width = int(tree.width.max())
    found = np.zeros((*mixed.shape[:-1], int(tree.offset[-1]), width))
    found[..., nodes, places] = mixed
    return found


# ---------------------------------------------------------------- slopes of a round


class Slopes(NamedTuple):
    """The worth of moves and states, and how it depends on chances and on values.

    ``moves`` (S, L) worth of each slot to its player; ``by_chance`` (S, L, L) its slope in the
    chance of each slot; ``by_value`` (S, L, R) chances of the states near, times the discount:
    its slope in its player's value there. ``worth`` (n, S) of each state, ``worth_by_chance``
    (S, n, L) and ``onward`` (S, R) likewise, the latter before discounting.
    """

    moves: FloatArray
    by_chance: FloatArray
    by_value: FloatArray
    worth: FloatArray
    worth_by_chance: FloatArray
    onward: FloatArray


def empty_slopes(tree: Tree, field: Field, method: str) -> Slopes:
    """Return room for the slopes of every round.

    Raises
    ------
    SolverError
        If they would hold more than ``LARGEST_SLOPES`` numbers.
    """
    players, states = field.payoffs.shape[:2]
    slots, near = int(tree.first[-1]), field.near.shape[1]
    size = states * slots * (slots + (players + 1) * near)
    if size > LARGEST_SLOPES:
        raise SolverError(
            f'solver "{method}" needs {size} slopes for {states} states with {slots} moves at all '
            f"nodes and {near} states near, expected at most {LARGEST_SLOPES}; fewer states, "
            "moves or groups in the order of moves would do"
        )
    return Slopes(
        np.zeros((states, slots)),
        np.zeros((states, slots, slots)),
        np.zeros((states, slots, near)),
        np.zeros((players, states)),
        np.zeros((states, players, slots)),
        np.zeros((states, near)),
    )


@kernel
def differentiate(
    tree: Tree, field: Field, mixed: FloatArray, values: FloatArray, slopes: Slopes
) -> None:
    """Fill the slopes of every round at play (S, slots) and values (n, S)."""
    leaf = tree.offset[len(tree.sizes)]
    total = leaf + tree.event_of.shape[1]
    players, near = len(values), field.near.shape[1]
    worth = np.empty((players, total))
    onward = np.empty((total, near))
    through = np.empty((leaf, players, mixed.shape[1]))
    for state in range(len(mixed)):
        fill_leaves(tree, field, state, values, worth)
        fill_onward(tree, field, state, onward)
        clear(slopes, state)
        through[:] = 0.0
        for group in range(len(tree.sizes) - 1, -1, -1):
            for prefix in range(tree.offset[group + 1] - tree.offset[group]):
                slope_node(
                    tree, field, mixed[state], group, prefix, worth, onward, through, slopes, state
                )
        for player in range(players):
            slopes.worth[player, state] = worth[player, 0]
            for slot in range(mixed.shape[1]):
                slopes.worth_by_chance[state, player, slot] = through[0, player, slot]
        for place in range(near):
            slopes.onward[state, place] = onward[0, place]


@inlined_kernel
def fill_onward(tree: Tree, field: Field, state: int, onward: FloatArray) -> None:
    """Fill the chances (nodes + leaves, R) of the states near after each leaf; noughts at nodes."""
    leaf = tree.offset[len(tree.sizes)]
    onward[:] = 0.0
    for profile in range(tree.event_of.shape[1]):
        transition = field.transition_of[tree.event_of[state, profile]]
        for place in range(field.reach[state]):
            onward[leaf + profile, place] = field.ahead[state, transition, place]


@inner_kernel
def clear(slopes: Slopes, state: int) -> None:
    """Set one state's slopes to nought."""
    for slot in range(slopes.moves.shape[1]):
        slopes.moves[state, slot] = 0.0
        for other in range(slopes.moves.shape[1]):
            slopes.by_chance[state, slot, other] = 0.0
        for place in range(slopes.onward.shape[1]):
            slopes.by_value[state, slot, place] = 0.0


@inlined_kernel
def slope_node(
    tree: Tree,
    field: Field,
    mixed: FloatArray,
    group: int,
    prefix: int,
    worth: FloatArray,
    onward: FloatArray,
    through: FloatArray,
    slopes: Slopes,
    state: int,
) -> None:
    """Add what a node's children bring to the slopes of its moves and of its worth."""
    at = np.empty(tree.players.shape[1], dtype=np.int64)
    begin = begin_node(tree, group, prefix, at)
    node, size = tree.offset[group] + prefix, tree.sizes[group]
    below = tree.first[group + 1]
    for player in range(len(worth)):
        worth[player, node] = 0.0
    child = tree.offset[group + 1] + prefix * tree.joint[group]
    for _ in range(tree.joint[group]):
        for member in range(size):
            slot, player = at[member], tree.players[group, member]
            beside = chance_beside(mixed, at, size, member, -1)
            for other in range(len(worth)):
                through[node, other, slot] += beside * worth[other, child]
            for second in range(member):
                chance = chance_beside(mixed, at, size, member, second)
                slopes.by_chance[state, slot, at[second]] += chance * worth[player, child]
                other = tree.players[group, second]
                slopes.by_chance[state, at[second], slot] += chance * worth[other, child]
            if beside > 0.0:
                slopes.moves[state, slot] += beside * worth[player, child]
                weight = beside * field.discount[player]
                add_row(weight, onward[child], slopes.by_value[state, slot], 0)
                if group < len(tree.sizes) - 1:
                    add_row(beside, through[child, player], slopes.by_chance[state, slot], below)
        chance = chance_beside(mixed, at, size, -1, -1)
        if chance > 0.0:
            add_row(chance, onward[child], onward[node], 0)
            for player in range(len(worth)):
                worth[player, node] += chance * worth[player, child]
                if group < len(tree.sizes) - 1:
                    add_row(chance, through[child, player], through[node, player], below)
        child += 1
        next_joint(tree, group, begin, at)


@inner_kernel
def add_row(weight: float, row: FloatArray, to: FloatArray, begin: int) -> None:
    """Add a multiple of a row to another, from a place on."""
    for place in range(begin, len(to)):
        to[place] += weight * row[place]
