"""What a player sees: the public numbering of rounds, states, nodes and profiles.

Rounds run from 0. A *profile* is one move per player, numbered in C order over the players. A
*node* of a player is what the groups before it did this round: the number of their joint move, in
C order over those players in the order of moving; a player of the first group has one node.

An *alarm* is the public part of what is not seen: after each round every declared signal rings or
stays silent, by itself, with its chance of detection if the option that it is about was in effect
in the round and its chance of a false alarm otherwise. A *joint alarm* says which signals rang,
numbered in C order over the signals (silent 0, rung 1; the first signal counts most): 0 is silence.
Everybody hears it rightly, and before the next round.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negsim.arrays import FloatArray, IntArray, frozen
from negsim.errors import UsageError
from negsim.theory.stochastic.game import StochasticGame

MOST_SIGNALS = 6
"""Most signals of a game that is played; the joint alarms are two to that power."""


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """The sizes and numberings of one point of a game; n players, A profiles.

    Attributes
    ----------
    moves, nodes
        number of moves and of nodes of each player.
    order
        (n,) the players in the order of moving; ``group_of`` (n,) the group of each player.
    alarms
        number of joint alarms, 1 without signals.
    move_of, node_of
        (n, A) the move each player makes in a profile and the node at which it makes it.
    """

    names: tuple[str, ...]
    rounds: int
    num_states: int
    num_profiles: int
    moves: tuple[int, ...]
    nodes: tuple[int, ...]
    order: IntArray
    group_of: IntArray
    move_of: IntArray
    node_of: IntArray
    alarms: int = 1


def board(game: StochasticGame, point: int = 0) -> Board:
    """Return the sizes and numberings of one point of a game.

    Raises
    ------
    UsageError
        If the game has no such point.
    """
    if not 0 <= point < game.num_points:
        raise UsageError(f"point is {point}, expected 0 to {game.num_points - 1}")
    num_moves = game.num_moves
    move_of = np.indices(num_moves).reshape(len(num_moves), -1).astype(np.int64)
    group_of = np.empty(len(num_moves), dtype=np.int64)
    node_of = np.zeros_like(move_of)
    nodes = np.ones(len(num_moves), dtype=np.int64)
    joint, width = np.zeros(move_of.shape[1], dtype=np.int64), 1
    for place, group in enumerate(game.order):
        members = list(group)
        group_of[members], node_of[members], nodes[members] = place, joint, width
        for player in group:
            joint = joint * num_moves[player] + move_of[player]
            width *= num_moves[player]
    return Board(
        names=game.players,
        rounds=int(game.rounds[point]),
        num_states=game.num_states,
        num_profiles=move_of.shape[1],
        moves=num_moves,
        nodes=tuple(int(number) for number in nodes),
        order=frozen(np.array([player for group in game.order for player in group])),
        group_of=frozen(group_of),
        move_of=frozen(move_of),
        node_of=frozen(node_of),
        alarms=len(alarm_chances(game, point)),
    )


def alarm_chances(game: StochasticGame, point: int = 0) -> FloatArray:
    """Return the chance of each joint alarm in a round, given its event, shape (alarms, O).

    Raises
    ------
    UsageError
        If there are more than ``MOST_SIGNALS`` signals.
    """
    signals = game.signals.shape[1]
    if signals > MOST_SIGNALS:
        raise UsageError(
            f"{signals} signals make {2**signals} joint alarms, expected at most {MOST_SIGNALS} "
            "signals; leave some out"
        )
    chances = np.ones((1, game.payoffs.shape[-1]))
    for place in range(signals):
        rings = game.signals[point, place]
        chances = np.stack([chances * (1.0 - rings), chances * rings], axis=1)
        chances = chances.reshape(-1, chances.shape[-1])
    return frozen(chances)
