"""The exact best response to fixed strategies: a decision process over states and memories.

What the others will do depends on the state, the round and their memories, and their memories
follow from what was publicly done. So a player who knows their tables faces a Markov decision
process, solved exactly from the last round to the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from negsim.arrays import (
    TIE_TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    inlined_kernel,
    inner_kernel,
    kernel,
)
from negsim.errors import UsageError
from negsim.playing.deck import Arena, Deck, arena, deck, move_chance, next_joint
from negsim.playing.observation import Board, board
from negsim.playing.strategy import Tables
from negsim.theory.stochastic.game import StochasticGame

LARGEST_TABLE = 1 << 27
"""Most numbers in one array of tables or values (1 GiB)."""


@dataclass(frozen=True, slots=True, eq=False)
class BestResponse:
    """A best response: its tables, and its exact expected discounted payoff from the start."""

    tables: Tables
    value: float


def best_response(
    game: StochasticGame,
    player: int,
    others: Mapping[int, Tables],
    point: int = 0,
    error: float = 0.0,
) -> BestResponse:
    """Return a player's best response to the tables of all the others.

    Its memory is the joint memory of the others, in C order over the players. Moves within
    ``TIE_TOLERANCE`` of the best, relative to the larger number, get equal chances. With chance
    ``error`` the player's own move flips to another: its value counts that, its tables hold what
    it means to do (the others' tables are taken as they are).

    Raises
    ------
    UsageError
        If the tables of some other player are missing or do not fit, or there are too many
        memories.
    ProfileError
        If a mixed action is not a probability vector.

    Notes
    -----
    Exact for finite horizons (Puterman 1994, section 4.5). Cost: joint memories, rounds and states
    that the others' play can lead to x profiles x (players + alarms x successors) operations.
    """
    sizes = board(game, point)
    wanted = set(range(len(sizes.moves))) - {player}
    if set(others) != wanted:
        raise UsageError(
            f"a best response needs the tables of players {sorted(wanted)}, got {sorted(others)}"
        )
    for other, tables in others.items():
        tables.check(sizes, other)
    cards, ground = deck(len(sizes.moves), others), arena(game, sizes, point)
    memories = int(np.prod([tables.memories for tables in others.values()], dtype=object))
    act_shape = (memories, sizes.rounds, sizes.num_states, sizes.nodes[player], sizes.moves[player])
    next_shape = (memories, *_inner_axes(others))
    _check_size(sizes, player, act_shape)
    _check_size(sizes, player, next_shape)
    act = np.zeros(act_shape)
    values = respond(ground, cards, player, act, error)
    start = int(cards.start @ cards.stride)
    following = _joint_next(cards, others, next_shape)
    return BestResponse(Tables(start, act, following), float(values[ground.start, start]))


def _inner_axes(others: Mapping[int, Tables]) -> tuple[int, ...]:
    """Return the sizes of rounds, states and profiles on which the others' memories depend."""
    return np.broadcast_shapes((1, 1, 1, 1), *[tables.next.shape[1:] for tables in others.values()])


def _check_size(board: Board, player: int, shape: tuple[int, ...]) -> None:
    size = int(np.prod(shape, dtype=object))
    if size > LARGEST_TABLE:
        raise UsageError(
            f'the best response of "{board.names[player]}" needs a table of '
            f"{' x '.join(str(axis) for axis in shape)} = {size} numbers, expected at most "
            f"{LARGEST_TABLE}; give the others strategies with fewer memories"
        )


def _joint_next(cards: Deck, others: Mapping[int, Tables], shape: tuple[int, ...]) -> IntArray:
    """Return the others' joint memory after each round, state and profile, of the given shape."""
    joint = np.arange(shape[0])
    following = np.zeros(shape, dtype=np.int64)
    for player, tables in others.items():
        memory = joint // cards.stride[player] % cards.memories[player]
        following += cards.stride[player] * tables.next[memory]
    return following


@kernel
def respond(arena: Arena, deck: Deck, player: int, act: FloatArray, error: float) -> FloatArray:
    """Fill the best response (memories, rounds, S, nodes, moves); return its values (S, memories).

    The player's own part of ``deck`` is empty. Where the others' play cannot lead, whatever the
    player does, nothing is worked out: equal chances, and no value.
    """
    memories, rounds, states, nodes, moves = act.shape
    reached = np.zeros((rounds, states, memories), dtype=np.bool_)
    mark_reached(arena, deck, player, reached)
    later = np.zeros((states, memories))
    now = np.zeros((states, memories))
    for index in range(rounds - 1, -1, -1):
        for state in range(states):
            for joint in range(memories):
                now[state, joint] = 0.0
                if not reached[index, state, joint]:
                    act[joint, index, state] = 1.0 / moves
                    continue
                worth = np.zeros((nodes, moves))
                reach = np.zeros(nodes)
                weigh(arena, deck, player, joint, index, state, later, worth, reach)
                tremble(worth, error)
                for node in range(nodes):
                    best = choose(worth[node], act[joint, index, state, node])
                    now[state, joint] += reach[node] * best
        later, now = now, later
    return later


@inlined_kernel
def mark_reached(arena: Arena, deck: Deck, player: int, reached: BoolArray) -> None:
    """Mark where play can lead (rounds, S, memories), whatever the player does."""
    rounds, states, memories = reached.shape
    reached[0, arena.start, (deck.start * deck.stride).sum()] = True
    for index in range(rounds - 1):
        for state in range(states):
            for joint in range(memories):
                if reached[index, state, joint]:
                    mark_next(arena, deck, player, joint, index, state, reached[index + 1])


@inlined_kernel
def mark_next(
    arena: Arena,
    deck: Deck,
    player: int,
    joint: int,
    index: int,
    state: int,
    reached: BoolArray,
) -> None:
    """Mark where one round can lead (S, memories)."""
    for profile in range(arena.event_of.shape[1]):
        possible = True
        for other in range(len(arena.moves)):
            if other != player:
                chance = move_chance(arena, deck, other, joint, index, state, profile)
                possible = possible and chance > 0.0
        if not possible:
            continue
        event = arena.event_of[state, profile]
        transition = arena.transition_of[event]
        for alarm in range(len(arena.alarms)):
            if arena.alarms[alarm, event] > 0.0:
                following = next_joint(deck, joint, index, state, profile, alarm)
                for place in range(arena.chances.shape[2]):
                    if arena.chances[state, transition, place] > 0.0:
                        reached[arena.successors[state, transition, place], following] = True


@inlined_kernel
def tremble(worth: FloatArray, error: float) -> None:
    """Blend what each move is worth (nodes, moves) with the others to which it may flip."""
    nodes, moves = worth.shape
    if error == 0.0 or moves == 1:
        return
    for node in range(nodes):
        total = worth[node].sum()
        for move in range(moves):
            others = (total - worth[node, move]) / (moves - 1)
            worth[node, move] = (1.0 - error) * worth[node, move] + error * others


@inner_kernel
def weigh(
    arena: Arena,
    deck: Deck,
    player: int,
    joint: int,
    index: int,
    state: int,
    later: FloatArray,
    worth: FloatArray,
    reach: FloatArray,
) -> None:
    """Fill what each move is worth at each node, (nodes, moves), and the chances of the nodes.

    Players of earlier groups decide the node; the others' moves are averaged over.
    """
    for profile in range(arena.event_of.shape[1]):
        before, beside = 1.0, 1.0
        for other in range(len(arena.moves)):
            if other == player:
                continue
            chance = move_chance(arena, deck, other, joint, index, state, profile)
            if arena.group_of[other] < arena.group_of[player]:
                before *= chance
            else:
                beside *= chance
        node, move = arena.node_of[player, profile], arena.move_of[player, profile]
        reach[node] = before
        if beside > 0.0:
            value = profile_value(arena, deck, player, joint, index, state, profile, later)
            worth[node, move] += beside * value


@inlined_kernel
def profile_value(
    arena: Arena,
    deck: Deck,
    player: int,
    joint: int,
    index: int,
    state: int,
    profile: int,
    later: FloatArray,
) -> float:
    """Return a profile's payoff in a round plus the discounted value of what follows."""
    event = arena.event_of[state, profile]
    if index == arena.rounds - 1:
        return float(arena.last_payoffs[player, state, event])
    value = float(arena.payoffs[player, state, event])
    transition = arena.transition_of[event]
    for alarm in range(len(arena.alarms)):
        heard = arena.discount[player] * arena.alarms[alarm, event]
        if heard > 0.0:
            following = next_joint(deck, joint, index, state, profile, alarm)
            for place in range(arena.chances.shape[2]):
                new = arena.successors[state, transition, place]
                value += heard * arena.chances[state, transition, place] * later[new, following]
    return value


@inlined_kernel
def choose(worth: FloatArray, act: FloatArray) -> float:
    """Fill equal chances on the best moves, up to ties; return the best worth."""
    best = float(worth.max())
    ties = 0
    for move in range(len(worth)):
        slack = TIE_TOLERANCE * max(abs(best), abs(worth[move]))
        if best - worth[move] <= slack:
            act[move] = 1.0
            ties += 1
    for move in range(len(worth)):
        act[move] /= ties
    return best
