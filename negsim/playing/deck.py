"""One point of a game and everybody's tables, laid out as the arrays that kernels take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, FloatArray, IntArray, frozen, inner_kernel
from negsim.errors import GameError, UsageError
from negsim.playing.observation import Board, alarm_chances
from negsim.playing.strategy import Tables
from negsim.scenario.model import NO_AGREEMENT
from negsim.theory.stochastic.game import StochasticGame

Scalar = TypeVar("Scalar", bound=np.generic)


class Arena(NamedTuple):
    """One point of a game: n players, S states, A profiles, O events, C transitions, K successors.

    ``payoffs`` and ``last_payoffs`` (n, S, O); ``successors`` and ``chances`` (S, C, K);
    ``end_chances`` (E, S, O); ``event_of`` (S, A); ``transition_of`` (O,); ``moves``, ``order``,
    ``group_of`` and ``stride`` (n,), the last the step between profiles that differ in one move of
    a player; ``luck_of`` (n,) the place of each mover's random number, bystanders' last;
    ``move_of`` and ``node_of`` (n, A); ``alarms`` (Z, O) the chance of each joint alarm;
    ``costs`` and ``last_costs`` (X, S, O).
    """

    payoffs: FloatArray
    last_payoffs: FloatArray
    successors: IntArray
    chances: FloatArray
    end_chances: FloatArray
    event_of: IntArray
    transition_of: IntArray
    discount: FloatArray
    moves: IntArray
    order: IntArray
    group_of: IntArray
    stride: IntArray
    luck_of: IntArray
    move_of: IntArray
    node_of: IntArray
    alarms: FloatArray
    costs: FloatArray
    last_costs: FloatArray
    rounds: int
    start: int
    no_agreement: int


def arena(game: StochasticGame, board: Board, point: int) -> Arena:
    """Return one point of a game as arrays.

    Raises
    ------
    GameError
        If the game has no end ``no_agreement``, or what can follow a profile does not sum to 1.
    UsageError
        If the talks are endless: they are played with a last round, see ``negsim.playing.horizon``.
    """
    if board.rounds < 1:
        raise UsageError("the talks have no last round; give a horizon to play them")
    if NO_AGREEMENT not in game.ends:
        raise GameError(f'the game has no end "{NO_AGREEMENT}" (ends: {", ".join(game.ends)})')
    found = _arena(game, board, point)
    _check_chances(found)
    return found


def _check_chances(arena: Arena) -> None:
    going_on = arena.chances.sum(axis=2)[:, arena.transition_of]
    total = np.take_along_axis(arena.end_chances.sum(axis=0) + going_on, arena.event_of, axis=1)
    wrong = ~(np.abs(total - 1.0) <= CHANCE_TOLERANCE)
    if wrong.any():
        state, profile = (int(k) for k in np.argwhere(wrong)[0])
        raise GameError(
            f"state {state}, profile {profile}: the chances of the ends and the next states sum "
            f"to {total[state, profile]:g}, expected 1"
        )


def _arena(game: StochasticGame, board: Board, point: int) -> Arena:
    return Arena(
        payoffs=_floats(game.payoffs[point]),
        last_payoffs=_floats(game.last_payoffs[point]),
        successors=_whole(game.successors),
        chances=_floats(game.chances[point]),
        end_chances=_floats(game.end_chances[point]),
        event_of=_whole(game.event_of),
        transition_of=_whole(game.transition_of),
        discount=_floats(game.discount[point]),
        moves=_whole(np.array(board.moves)),
        order=board.order,
        group_of=board.group_of,
        stride=_strides(np.array(board.moves)),
        luck_of=_whole(np.argsort(np.argsort(np.array(board.moves) == 1, kind="stable"))),
        move_of=board.move_of,
        node_of=board.node_of,
        alarms=alarm_chances(game, point),
        costs=_floats(game.costs[point]),
        last_costs=_floats(game.last_costs[point]),
        rounds=board.rounds,
        start=int(game.start[point]),
        no_agreement=game.ends.index(NO_AGREEMENT),
    )


class Deck(NamedTuple):
    """The tables of all players, end to end; a player left out has one memory and no moves.

    ``act_at`` (n, 5) holds where a player's mixed actions begin and the steps of memory, round,
    state and node, 0 along an axis of size 1; ``next_at`` (n, 6) the same, profile and alarm last.
    ``memories``, ``start`` and ``stride`` (n,): a *joint memory* is one memory of each player,
    numbered in C order.
    """

    act: FloatArray
    act_at: IntArray
    next: IntArray
    next_at: IntArray
    memories: IntArray
    start: IntArray
    stride: IntArray


def deck(num_players: int, tables: Mapping[int, Tables]) -> Deck:
    """Return the players' tables as arrays."""
    act_at = np.zeros((num_players, 5), dtype=np.int64)
    next_at = np.zeros((num_players, 6), dtype=np.int64)
    memories = np.ones(num_players, dtype=np.int64)
    start = np.zeros(num_players, dtype=np.int64)
    acts, nexts, act_size, next_size = [np.zeros(0)], [np.zeros(0, dtype=np.int64)], 0, 0
    for player, table in tables.items():
        act_at[player] = [act_size, *_steps(table.act.shape)[:-1]]
        next_at[player] = [next_size, *_steps(table.next.shape)]
        memories[player], start[player] = table.memories, table.start
        acts.append(table.act.ravel())
        nexts.append(table.next.ravel())
        act_size, next_size = act_size + table.act.size, next_size + table.next.size
    return Deck(
        frozen(np.concatenate(acts)),
        frozen(act_at),
        frozen(np.concatenate(nexts)),
        frozen(next_at),
        frozen(memories),
        frozen(start),
        _strides(memories),
    )


@inner_kernel
def act_place(deck: Deck, player: int, memory: int, index: int, state: int, node: int) -> int:
    """Return where in ``deck.act`` the player's mixed action begins; ``index`` is the round."""
    at = deck.act_at[player]
    return int(at[0] + at[1] * memory + at[2] * index + at[3] * state + at[4] * node)


@inner_kernel
def next_memory(
    deck: Deck, player: int, memory: int, index: int, state: int, profile: int, alarm: int
) -> int:
    """Return the player's memory after round ``index``, its profile and its joint alarm."""
    at = deck.next_at[player]
    place = at[0] + at[1] * memory + at[2] * index + at[3] * state + at[4] * profile
    return int(deck.next[place + at[5] * alarm])


@inner_kernel
def memory_of(deck: Deck, player: int, joint: int) -> int:
    """Return the player's part of a joint memory."""
    return int((joint // deck.stride[player]) % deck.memories[player])


@inner_kernel
def next_joint(deck: Deck, joint: int, index: int, state: int, profile: int, alarm: int) -> int:
    """Return the joint memory after round ``index``; players left out of the deck have none."""
    following = 0
    for player in range(len(deck.memories)):
        if deck.memories[player] > 1:
            memory = memory_of(deck, player, joint)
            after = next_memory(deck, player, memory, index, state, profile, alarm)
            following += deck.stride[player] * after
    return following


@inner_kernel
def move_chance(
    arena: Arena, deck: Deck, player: int, joint: int, index: int, state: int, profile: int
) -> float:
    """Return the chance that a player makes its move of the profile once it is at its node."""
    node = arena.node_of[player, profile]
    place = act_place(deck, player, memory_of(deck, player, joint), index, state, node)
    return float(deck.act[place + arena.move_of[player, profile]])


def _floats(array: FloatArray) -> FloatArray:
    return frozen(np.asarray(array, dtype=np.float64).view())


def _whole(array: IntArray) -> IntArray:
    return frozen(np.asarray(array, dtype=np.int64).view())


def _strides(sizes: IntArray) -> IntArray:
    """Return the steps of C order over axes of these sizes."""
    return frozen(np.append(np.cumprod(sizes[:0:-1])[::-1], 1).astype(np.int64))


def _steps(shape: tuple[int, ...]) -> list[int]:
    """Return the steps of C order, 0 along an axis of size 1."""
    strides = _strides(np.array(shape, dtype=np.int64))
    return [int(step) if size > 1 else 0 for step, size in zip(strides, shape, strict=True)]
