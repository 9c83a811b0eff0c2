"""Repeated games without a state: automata run against one another, profiles counted.

Where nothing but memory matters (one state, no end before the last round, tables that do not look
at the round), the automata of a line-up are compiled into one joint automaton, and a round is one
look-up in it. What is kept is how often each profile was played: enough for undiscounted payoffs.
A round takes a few nanoseconds, with drawn moves about twice as many; whole talks with states,
ends, alarms and transcripts are played by ``engine.play``, and both agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from negsim.arrays import FloatArray, IntArray, frozen, kernel
from negsim.errors import UsageError
from negsim.playing.chance import LONGEST_RUN, RUN, key_of, scrambled
from negsim.playing.noise import NO_NOISE, Noise, trembling
from negsim.playing.observation import Board, board
from negsim.playing.strategy import Tables
from negsim.theory.stochastic.game import StochasticGame

MOST_JOINT = 1 << 20
"""Most joint memories of a line-up."""

BITS = 32
HALF = np.uint64(32)
LOWER = np.uint64((1 << 32) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How often each profile was played: ``counts`` (L, A) of L line-ups over some rounds."""

    counts: IntArray
    payoff: FloatArray
    rounds: int

    def shares(self) -> FloatArray:
        """Return the share of the rounds in each profile, (L, A)."""
        return np.asarray(self.counts / self.rounds)

    def payoffs(self) -> FloatArray:
        """Return each player's mean payoff a round, undiscounted, (L, n)."""
        return np.asarray(self.shares() @ self.payoff.T)


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """A line-up as one automaton with J joint memories, and whether its moves are drawn.

    ``cuts`` (J, n, M - 1) holds where the chances of the moves add up to, in units of 2 ** -32;
    ``following`` (J, A) the next joint memory.
    """

    cuts: IntArray
    following: IntArray
    start: int
    drawn: bool


def tally(
    game: StochasticGame,
    lineups: Sequence[Sequence[Tables]],
    *,
    rounds: int,
    seed: int | np.random.Generator = 0,
    noise: Noise = NO_NOISE,
    threads: int = 1,
    point: int = 0,
) -> Tally:
    """Play each line-up once for some rounds and count the profiles.

    Parameters
    ----------
    lineups
        L line-ups of one table per player.
    seed, threads
        As in ``engine.play``: a line-up's moves depend on the seed and its place alone.

    Raises
    ------
    UsageError
        If the game has several states or may end early, tables look at more than memory, there are
        no rounds or too many, a misperception is asked for, or a line-up has too many joint
        memories.
    ProfileError
        If a mixed action is not a probability vector.

    Notes
    -----
    Chances are rounded to multiples of 2 ** -32. Cost: line-ups x rounds x (players + moves).
    """
    sizes = board(game, point)
    _check_game(game, sizes, rounds, noise, point)
    joints = [joint(sizes, [trembling(t, noise.error) for t in own]) for own in lineups]
    counts = np.zeros((len(joints), sizes.num_profiles), dtype=np.int64)
    key = key_of(seed)
    moves, stride = np.array(sizes.moves), _strides(sizes)

    def play_one(place: int) -> None:
        own = joints[place]
        if own.drawn:
            count_drawn(
                own.cuts, own.following, own.start, moves, stride, key, place, rounds, counts[place]
            )
        else:
            count_certain(own.cuts, own.following, own.start, moves, stride, rounds, counts[place])

    if threads == 1:
        for place in range(len(joints)):
            play_one(place)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(play_one, range(len(joints))))
    payoff = game.payoffs[point, :, 0][:, game.event_of[0]]
    return Tally(frozen(counts), frozen(payoff), rounds)


def _check_game(game: StochasticGame, sizes: Board, rounds: int, noise: Noise, point: int) -> None:
    going_on = game.chances[point, 0].sum(axis=-1)[game.transition_of[game.event_of[0]]]
    if sizes.num_states != 1 or (going_on < 1.0).any() or max(sizes.nodes) > 1:
        raise UsageError(
            "counting profiles needs a game of one state that cannot end early, in which all move "
            "at once; play it with the engine"
        )
    if noise.misperception:
        raise UsageError("counting profiles knows no misperception; play it with the engine")
    most = LONGEST_RUN // len(sizes.names)
    if not 1 <= rounds <= most:
        raise UsageError(f"rounds is {rounds}, expected 1 to {most}")


def joint(sizes: Board, tables: Sequence[Tables]) -> Joint:
    """Return a line-up compiled into one automaton; errors as :func:`tally`."""
    for player, table in enumerate(tables):
        table.check(sizes, player)
        if table.act[0].size > sizes.moves[player] or table.next[0].size not in (
            1,
            sizes.num_profiles,
        ):
            raise UsageError(
                f'tables of "{sizes.names[player]}" look at the round or an alarm; counting '
                "profiles needs tables of memory alone"
            )
    memories = [table.memories for table in tables]
    count = int(np.prod(memories, dtype=object))
    if count > MOST_JOINT:
        raise UsageError(f"{count} joint memories, expected at most {MOST_JOINT}")
    grid = np.indices(memories).reshape(len(memories), -1)
    cuts = np.zeros((count, len(tables), max(max(sizes.moves) - 1, 1)), dtype=np.int64)
    following = np.zeros((count, sizes.num_profiles), dtype=np.int64)
    drawn = False
    for player, table in enumerate(tables):
        act = table.act.reshape(table.memories, -1)[grid[player]]
        added = np.rint(np.cumsum(act, axis=1)[:, :-1] * 2.0**BITS).astype(np.int64)
        cuts[:, player, : added.shape[1]] = added
        drawn = drawn or bool(((act > 0.0) & (act < 1.0)).any())
        later = table.next.reshape(table.memories, -1)[grid[player]]
        following = following * memories[player] + later
    start = int(np.ravel_multi_index([table.start for table in tables], memories))
    return Joint(frozen(cuts), frozen(following), start, drawn)


def _strides(sizes: Board) -> IntArray:
    return np.append(np.cumprod(np.array(sizes.moves)[:0:-1])[::-1], 1).astype(np.int64)


@kernel
def count_drawn(
    cuts: IntArray,
    following: IntArray,
    start: int,
    moves: IntArray,
    stride: IntArray,
    key: np.uint64,
    place: int,
    rounds: int,
    counts: IntArray,
) -> None:
    """Add up the profiles of one line-up whose moves are drawn; two players share 64 bits."""
    players = len(moves)
    number = np.uint64(place) * RUN
    memory = start
    for _ in range(rounds):
        profile = 0
        bits = np.uint64(0)
        for player in range(players):
            if player % 2 == 0:
                bits = scrambled(key, number)
                number += np.uint64(1)
                luck = np.int64(bits >> HALF)
            else:
                luck = np.int64(bits & LOWER)
            for cut in range(moves[player] - 1):
                profile += stride[player] * (luck >= cuts[memory, player, cut])
        counts[profile] += 1
        memory = following[memory, profile]


@kernel
def count_certain(
    cuts: IntArray,
    following: IntArray,
    start: int,
    moves: IntArray,
    stride: IntArray,
    rounds: int,
    counts: IntArray,
) -> None:
    """Add up the profiles of one line-up whose moves are certain: visits of joint memories."""
    played = np.zeros(len(cuts), dtype=np.int64)
    step = np.zeros(len(cuts), dtype=np.int64)
    for memory in range(len(cuts)):
        for player in range(len(moves)):
            for cut in range(moves[player] - 1):
                played[memory] += stride[player] * (cuts[memory, player, cut] == 0)
        step[memory] = following[memory, played[memory]]
    visits = np.zeros(len(cuts), dtype=np.int64)
    memory = start
    for _ in range(rounds):
        visits[memory] += 1
        memory = step[memory]
    for memory in range(len(cuts)):
        counts[played[memory]] += visits[memory]
