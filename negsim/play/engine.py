"""Playing tables against one another: by drawing many runs, or exactly.

A run draws, in each round, every player's move (the groups of the order one after another) and
then what follows: an end or the next state. The uniform numbers behind the draws, one for each run,
round and player and one more for the round, come in blocks of 256 runs, each from its own child of
the seed. So they do not depend on the strategies (common random numbers) or on how many runs are
asked for: the first 100 of 1000 runs are the 100 runs of the same seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from numbers import Integral

import numpy as np

from negsim.arrays import FloatArray, IntArray, frozen, kernel
from negsim.errors import UsageError
from negsim.games.stochastic import StochasticGame
from negsim.play.deck import (
    Arena,
    Deck,
    act_place,
    arena,
    deck,
    move_chance,
    next_joint,
    next_memory,
)
from negsim.play.observation import Board, board
from negsim.play.reading import Reading
from negsim.play.response import LARGEST_TABLE
from negsim.play.runs import Runs
from negsim.play.strategy import Strategy, Tables

BLOCK = 256
"""Runs whose uniform numbers come from one child of the seed."""

BLOCKS_AT_ONCE = 16
"""Blocks whose uniform numbers are held in memory together."""

LARGEST_RUNS = 2 << 30
"""Most bytes that the record of the runs may take."""


def tabulate(table: Reading, strategies: Sequence[Strategy]) -> tuple[Tables, ...]:
    """Return the tables of one strategy per player; one that answers the others comes last.

    Raises
    ------
    UsageError
        If there is not one strategy per player, or more than one answers the others.
    """
    _check_number(table.board, len(strategies), "strategies")
    last = [player for player, rule in enumerate(strategies) if rule.answers_others]
    if len(last) > 1:
        names = " and ".join(f'"{table.board.names[player]}"' for player in last)
        raise UsageError(
            f"{names} would each answer the other's strategy; expected at most one player with "
            f'"{strategies[last[0]].name}"'
        )
    found: dict[int, Tables] = {}
    for player in [p for p in range(len(strategies)) if p not in last] + last:
        found[player] = strategies[player].tabulate(table, player, found)
        found[player].check(table.board, player)
    return tuple(found[player] for player in range(len(strategies)))


def play(
    game: StochasticGame | Reading,
    tables: Sequence[Tables],
    *,
    runs: int,
    seed: int | np.random.Generator,
    point: int = 0,
) -> Runs:
    """Play runs of one point of a game.

    Parameters
    ----------
    game
        A game, or the reading of one (then its own point is played).
    tables
        One per player, in player order.
    seed
        A whole number from 0, or a generator, of which children are spawned.

    Raises
    ------
    UsageError
        If the runs are fewer than 1 or more than fit into 2 GiB, the seed is negative, there is no
        such point, or the tables do not fit the game.
    ProfileError
        If a mixed action is not a probability vector.

    Notes
    -----
    Cost: runs x rounds x (moves + ends + successors) operations.
    """
    game, point = _which(game, point)
    sizes = board(game, point)
    _check_tables(sizes, tables)
    _check_runs(sizes, runs)
    ground, cards = arena(game, sizes, point), deck(len(tables), dict(enumerate(tables)))
    record = _record(game, sizes, runs)
    for first, uniforms in _uniforms(sizes, runs, seed):
        part = slice(first, first + len(uniforms))
        play_runs(
            ground,
            cards,
            uniforms,
            record.payoffs[part],
            record.end[part],
            record.end_round[part],
            record.states[part],
            record.profiles[part],
            record.events[part],
        )
    for array in (record.payoffs, record.end, record.end_round, record.states):
        frozen(array)
    frozen(record.profiles)
    frozen(record.events)
    return record


def expected(
    game: StochasticGame | Reading, tables: Sequence[Tables], *, point: int = 0
) -> FloatArray:
    """Return the exact expected discounted payoffs, shape (n,).

    The distribution over states and joint memories is carried forward round by round; no number is
    drawn.

    Raises
    ------
    UsageError
        If there is no such point, the tables do not fit the game, or there are too many joint
        memories.
    ProfileError
        If a mixed action is not a probability vector.

    Notes
    -----
    Cost: rounds x (states and joint memories reached) x profiles x (players + successors).
    """
    game, point = _which(game, point)
    sizes = board(game, point)
    _check_tables(sizes, tables)
    memories = int(np.prod([table.memories for table in tables], dtype=object))
    if sizes.num_states * memories > LARGEST_TABLE:
        raise UsageError(
            f"{sizes.num_states} states x {memories} joint memories are too many to follow, "
            f"expected at most {LARGEST_TABLE}"
        )
    cards = deck(len(tables), dict(enumerate(tables)))
    return frozen(propagate(arena(game, sizes, point), cards, memories))


def _which(game: StochasticGame | Reading, point: int) -> tuple[StochasticGame, int]:
    return (game.game, game.point) if isinstance(game, Reading) else (game, point)


def _check_number(sizes: Board, number: int, what: str) -> None:
    if number != len(sizes.names):
        raise UsageError(f"got {number} {what}, expected one per player ({', '.join(sizes.names)})")


def _check_tables(sizes: Board, tables: Sequence[Tables]) -> None:
    _check_number(sizes, len(tables), "tables")
    for player, table in enumerate(tables):
        table.check(sizes, player)


def _check_runs(sizes: Board, runs: int) -> None:
    if runs < 1:
        raise UsageError(f"runs is {runs}, expected at least 1")
    size = runs * 8 * (3 * sizes.rounds + 3 + len(sizes.names))
    if size > LARGEST_RUNS:
        raise UsageError(
            f"{runs} runs of {sizes.rounds} rounds need {size / 1e9:.1f} GB, expected at most "
            f"{LARGEST_RUNS / 1e9:.1f} GB; ask for fewer runs"
        )


def _record(game: StochasticGame, sizes: Board, runs: int) -> Runs:
    """Return an empty record, to be filled."""
    rounds = sizes.rounds
    return Runs(
        game=game,
        payoffs=np.zeros((runs, len(sizes.names))),
        end=np.zeros(runs, dtype=np.int64),
        end_round=np.zeros(runs, dtype=np.int64),
        states=np.full((runs, rounds + 1), -1, dtype=np.int64),
        profiles=np.full((runs, rounds), -1, dtype=np.int64),
        events=np.full((runs, rounds), -1, dtype=np.int64),
    )


def _uniforms(
    sizes: Board, runs: int, seed: int | np.random.Generator
) -> Iterator[tuple[int, FloatArray]]:
    """Yield the first run of a batch and its uniform numbers (batch, rounds, n + 1)."""
    if isinstance(seed, Integral) and int(seed) < 0:
        raise UsageError(f"seed is {seed}, expected a whole number from 0")
    shape = (sizes.rounds, len(sizes.names) + 1)
    children = np.random.default_rng(seed).spawn(-(-runs // BLOCK))
    for first in range(0, len(children), BLOCKS_AT_ONCE):
        batch = [
            child.random((min(BLOCK, runs - number * BLOCK), *shape))
            for number, child in enumerate(children[first : first + BLOCKS_AT_ONCE], first)
        ]
        yield first * BLOCK, np.concatenate(batch)


@kernel
def play_runs(
    arena: Arena,
    deck: Deck,
    uniforms: FloatArray,
    payoffs: FloatArray,
    end: IntArray,
    end_round: IntArray,
    states: IntArray,
    profiles: IntArray,
    events: IntArray,
) -> None:
    """Fill the record of one run per row of ``uniforms`` (runs, T, n + 1)."""
    players = len(arena.moves)
    for run in range(len(uniforms)):
        memory = deck.start.copy()
        state = arena.start
        weight = np.ones(players)
        states[run, 0] = state
        for index in range(arena.rounds):
            last = index == arena.rounds - 1
            draws = uniforms[run, index]
            profile = draw_profile(arena, deck, memory, index, state, draws)
            event = arena.event_of[state, profile]
            profiles[run, index], events[run, index] = profile, event
            count_round(arena, last, state, event, weight, payoffs[run])
            ended, new = draw_next(arena, last, state, event, draws[players])
            if new >= 0:
                states[run, index + 1] = new
            if ended >= 0:
                end[run], end_round[run] = ended, index
                break
            for player in range(players):
                memory[player] = next_memory(deck, player, memory[player], index, state, profile)
            state = new


@kernel
def draw_profile(
    arena: Arena, deck: Deck, memory: IntArray, index: int, state: int, draws: FloatArray
) -> int:
    """Draw every player's move in the order of moving; return the profile."""
    profile, joint, node, group = 0, 0, 0, 0
    for player in arena.order:
        if arena.group_of[player] != group:
            group, node = arena.group_of[player], joint
        place = act_place(deck, player, memory[player], index, state, node)
        move = draw(deck.act[place : place + arena.moves[player]], draws[player])
        joint = joint * arena.moves[player] + move
        profile += arena.stride[player] * move
    return profile


@kernel
def draw(chances: FloatArray, uniform: float) -> int:
    """Return the place that a uniform number draws; rounding never draws a chance of 0."""
    drawn = -1
    for place in range(len(chances)):
        if chances[place] > 0.0:
            drawn = place
            if uniform < chances[place]:
                break
            uniform -= chances[place]
    return drawn


@kernel
def count_round(
    arena: Arena, last: bool, state: int, event: int, weight: FloatArray, payoffs: FloatArray
) -> None:
    """Add a round's payoffs at their weights, and discount the weights."""
    for player in range(len(weight)):
        if last:
            payoffs[player] += weight[player] * arena.last_payoffs[player, state, event]
        else:
            payoffs[player] += weight[player] * arena.payoffs[player, state, event]
        weight[player] *= arena.discount[player]


@kernel
def draw_next(arena: Arena, last: bool, state: int, event: int, uniform: float) -> tuple[int, int]:
    """Draw what follows a round: the end (-1: none) and the next state (-1: none).

    If nothing else ends the talks in their last round, ``no_agreement`` does, in the next state.
    """
    ended = -1
    for end in range(len(arena.end_chances)):
        chance = arena.end_chances[end, state, event]
        if chance > 0.0:
            ended = end
            if uniform < chance:
                return end, -1
            uniform -= chance
    transition = arena.transition_of[event]
    place = draw(arena.chances[state, transition], uniform)
    if place < 0:
        return ended, -1
    return arena.no_agreement if last else -1, arena.successors[state, transition, place]


@kernel
def propagate(arena: Arena, deck: Deck, memories: int) -> FloatArray:
    """Return the expected payoffs (n,) by carrying forward the chances of states and memories."""
    states = len(arena.event_of)
    payoffs = np.zeros(len(arena.moves))
    weight = np.ones(len(arena.moves))
    now = np.zeros((states, memories))
    now[arena.start, (deck.start * deck.stride).sum()] = 1.0
    for index in range(arena.rounds):
        later = np.zeros((states, memories))
        for state in range(states):
            for joint in range(memories):
                if now[state, joint] > 0.0:
                    spread(
                        arena, deck, index, state, joint, now[state, joint], weight, payoffs, later
                    )
        for player in range(len(weight)):
            weight[player] *= arena.discount[player]
        now = later
    return payoffs


@kernel
def spread(
    arena: Arena,
    deck: Deck,
    index: int,
    state: int,
    joint: int,
    mass: float,
    weight: FloatArray,
    payoffs: FloatArray,
    later: FloatArray,
) -> None:
    """Share out the mass of one state and joint memory over the profiles and what follows."""
    last = index == arena.rounds - 1
    for profile in range(arena.event_of.shape[1]):
        chance = mass
        for player in range(len(weight)):
            chance *= move_chance(arena, deck, player, joint, index, state, profile)
        if chance == 0.0:
            continue
        event = arena.event_of[state, profile]
        for player in range(len(weight)):
            paid = arena.payoffs[player, state, event]
            if last:
                paid = arena.last_payoffs[player, state, event]
            payoffs[player] += chance * weight[player] * paid
        following = next_joint(deck, joint, index, state, profile)
        transition = arena.transition_of[event]
        for place in range(arena.chances.shape[2]):
            new = arena.successors[state, transition, place]
            later[new, following] += chance * arena.chances[state, transition, place]
