"""Playing tables against one another: by drawing many runs, or exactly.

A run draws, in each round, every player's move (the groups of the order one after another), then
what follows, an end or the next state, then which alarms ring, and who misreads what was done. The
numbers behind the draws depend on the seed, the run, the round and the purpose alone (module
``chance``): they are common to all strategies and to all levels of noise, and a run is the same
whatever the batch, the number of runs or of threads.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from negsim.arrays import IntArray, frozen
from negsim.deadline import IN_PART, stop_part_if_over
from negsim.errors import UsageError
from negsim.playing.chance import LONGEST_RUN, MOST_RUNS, key_of
from negsim.playing.deck import Arena, Deck, arena, deck
from negsim.playing.drawing import RunRecord, play_runs
from negsim.playing.noise import NO_NOISE, Noise, trembling
from negsim.playing.observation import Board, board
from negsim.playing.offers import OfferTables, no_offers
from negsim.playing.propagation import Totals, propagate
from negsim.playing.reading import Reading
from negsim.playing.response import LARGEST_TABLE
from negsim.playing.runs import Expectation, Runs
from negsim.playing.strategy import Strategy, Tables
from negsim.theory.stochastic.game import StochasticGame

BATCH = 2048
"""Runs that one thread plays before it takes others."""

LARGEST_RUNS = 2 << 30
"""Most bytes that the record of the runs may take."""


class LongPlayError(UsageError):
    """Exact play takes more steps than were granted."""


AXES = ("rounds", "states", "nodes", "moves")


def tabulate(
    table: Reading | Sequence[Reading],
    strategies: Sequence[Strategy],
    known: Mapping[int, Tables] | None = None,
) -> tuple[Tables, ...]:
    """Return the tables of one strategy per player; one that answers the others comes last.

    Parameters
    ----------
    table
        How everybody reads the game, or how each player does.
    known
        Tables that are there already, by player.

    Raises
    ------
    UsageError
        If there is not one strategy per player, more than one answers the others, or tables are
        too large to write out.
    """
    tables = [table] * len(strategies) if isinstance(table, Reading) else list(table)
    sizes = tables[0].board
    _check_number(sizes, len(strategies), "strategies")
    last = [player for player, rule in enumerate(strategies) if rule.answers_others]
    if len(last) > 1:
        names = " and ".join(f'"{sizes.names[player]}"' for player in last)
        raise UsageError(
            f"{names} would each answer the other's strategy; expected at most one player with "
            f'"{strategies[last[0]].name}"'
        )
    found = dict(known or {})
    order = [player for player in range(len(strategies)) if player not in last] + last
    missing = [player for player in order if player not in found]
    check_sizes(sizes, missing)
    for player in missing:
        found[player] = strategies[player].tabulate(tables[player], player, found)
        found[player].check(sizes, player)
    return tuple(found[player] for player in range(len(strategies)))


def check_sizes(sizes: Board, players: Iterable[int]) -> None:
    """Check that tables of one memory can be written out for some players.

    Raises
    ------
    UsageError
        If a table is too large; the message says how large.
    """
    for player in players:
        axes = (sizes.rounds, sizes.num_states, sizes.nodes[player], sizes.moves[player])
        size = int(np.prod(axes, dtype=object))
        if size > LARGEST_TABLE:
            raise UsageError(
                f'the tables of "{sizes.names[player]}" would hold '
                f"{' x '.join(f'{axis} {word}' for axis, word in zip(axes, AXES, strict=True))} = "
                f"{size} numbers a memory, expected at most {LARGEST_TABLE}; ask for fewer rounds"
            )


def said_to_nobody(_done: int, _total: int) -> None:
    """Take note of progress that nobody asked about."""


def play(
    game: StochasticGame | Reading,
    tables: Sequence[Tables],
    *,
    runs: int,
    seed: int | np.random.Generator,
    point: int = 0,
    noise: Noise = NO_NOISE,
    offers: OfferTables | None = None,
    numbers: npt.ArrayLike | None = None,
    threads: int = 1,
    transcript: bool = True,
    progress: Callable[[int, int], None] = said_to_nobody,
) -> Runs:
    """Play runs of one point of a game.

    Parameters
    ----------
    game
        A game, or the reading of one (then its own point is played).
    tables
        One per player, in player order.
    seed
        A whole number from 0, or a generator, of which one number is drawn.
    noise
        Execution errors and misperceptions.
    offers
        What counts as a non-serious offer; none is counted if left out.
    numbers
        (runs,) the numbers of the runs, from 0; their first ones if left out.
    threads
        Batches of runs played at the same time; the results do not depend on it.
    transcript
        Whether states, profiles, events and alarms are kept; without, those arrays are empty.
    progress
        Called after each batch with the number of runs played and of all runs.

    Raises
    ------
    UsageError
        If the runs are fewer than 1 or more than fit into 2 GiB, the seed is negative, there is no
        such point, the talks are endless, or the tables do not fit the game.
    ProfileError
        If a mixed action is not a probability vector.

    Notes
    -----
    Cost: runs x rounds x (moves + ends + successors) operations.
    """
    game, point = _which(game, point)
    sizes = board(game, point)
    _check_tables(sizes, tables)
    check_room(game, runs, point=point, transcript=transcript)
    key, which = key_of(seed), _numbered(runs, numbers)
    ground, cards, meant = lay_out(game, sizes, tables, point, noise)
    counted = no_offers(sizes) if offers is None else offers
    record = _record(game, sizes, runs, transcript)

    def play_part(part: slice) -> int:
        own = RunRecord._make([array[part] for array in record])
        play_runs(ground, cards, counted, meant, noise.misperception, key, which[part], own)
        return min(int(part.stop), runs)

    parts = [slice(first, first + BATCH) for first in range(0, runs, BATCH)]
    if threads == 1 or len(parts) == 1:
        for done in map(play_part, parts):
            progress(done, runs)
    else:
        with ThreadPoolExecutor(threads) as pool:
            for done in pool.map(play_part, parts):
                progress(done, runs)
    return Runs(game, **{name: frozen(array) for name, array in record._asdict().items()})


def expected(
    game: StochasticGame | Reading,
    tables: Sequence[Tables],
    *,
    point: int = 0,
    noise: Noise = NO_NOISE,
) -> npt.NDArray[np.float64]:
    """Return the exact expected discounted payoffs, shape (n,); see :func:`exact`."""
    return exact(game, tables, point=point, noise=noise).payoffs


def exact(
    game: StochasticGame | Reading,
    tables: Sequence[Tables],
    *,
    point: int = 0,
    noise: Noise = NO_NOISE,
    offers: OfferTables | None = None,
    most_steps: float = math.inf,
) -> Expectation:
    """Return what can be expected of play, exactly: no number is drawn.

    The distribution over states and joint memories is carried forward round by round, with the
    same noise and alarms as in :func:`play`.

    Raises
    ------
    UsageError
        If there is no such point, the talks are endless, the tables do not fit the game, or there
        are too many joint memories.
    LongPlayError
        If it takes more than ``most_steps``, of which there are 10 to 100 million in a second.
    ProfileError
        If a mixed action is not a probability vector.

    Notes
    -----
    Cost: rounds x (states and joint memories reached) x profiles x (players + alarms x successors);
    with misperception also times the joint memories.
    """
    game, point = _which(game, point)
    sizes = board(game, point)
    _check_tables(sizes, tables)
    memories = cells(game, tables) // sizes.num_states
    if cells(game, tables) > LARGEST_TABLE:
        raise UsageError(
            f"{sizes.num_states} states x {memories} joint memories are too many to follow, "
            f"expected at most {LARGEST_TABLE}"
        )
    ground, cards, meant = lay_out(game, sizes, tables, point, noise)
    counted = no_offers(sizes) if offers is None else offers
    totals = Totals(
        np.zeros(len(sizes.names)),
        np.zeros(len(ground.costs)),
        np.zeros(len(game.ends)),
        np.zeros(sizes.rounds),
        np.zeros(len(game.transition_of)),
        np.zeros(len(sizes.names)),
    )
    chances = np.zeros((sizes.num_states, memories))
    rounds = _follow(ground, cards, counted, meant, noise.misperception, chances, totals)
    each = int(np.prod(game.num_moves)) * (memories if noise.misperception else 1)
    steps = 0
    for reached in rounds:
        stop_part_if_over(IN_PART.get())
        steps += reached * each
        if steps > most_steps:
            raise LongPlayError(f"exact play takes more than {most_steps} steps")
    return Expectation(game, **{name: frozen(array) for name, array in totals._asdict().items()})


def _follow(
    ground: Arena,
    cards: Deck,
    counted: OfferTables,
    meant: npt.NDArray[np.float64],
    misperception: float,
    now: npt.NDArray[np.float64],
    totals: Totals,
) -> Iterator[int]:
    """Add up round by round; yield before each how many states and joint memories are reached."""
    weight = np.ones(len(ground.moves))
    now[ground.start, (cards.start * cards.stride).sum()] = 1.0
    for index in range(ground.rounds):
        yield int(np.count_nonzero(now))
        now = propagate(ground, cards, counted, meant, misperception, index, weight, now, totals)
        weight *= ground.discount


def lay_out(
    game: StochasticGame, sizes: Board, tables: Sequence[Tables], point: int, noise: Noise
) -> tuple[Arena, Deck, npt.NDArray[np.float64]]:
    """Return the game and the trembling tables as arrays, and the actions that were meant."""
    meant = deck(len(tables), dict(enumerate(tables)))
    shaken = [trembling(table, noise.error) for table in tables]
    return arena(game, sizes, point), deck(len(tables), dict(enumerate(shaken))), meant.act


def cells(game: StochasticGame, tables: Sequence[Tables]) -> int:
    """Return how many states and joint memories exact play has to follow."""
    memories = np.prod([table.memories for table in tables], dtype=object)
    return game.num_states * int(memories)


def _which(game: StochasticGame | Reading, point: int) -> tuple[StochasticGame, int]:
    return (game.game, game.point) if isinstance(game, Reading) else (game, point)


def _check_number(sizes: Board, number: int, what: str) -> None:
    if number != len(sizes.names):
        raise UsageError(f"got {number} {what}, expected one per player ({', '.join(sizes.names)})")


def _check_tables(sizes: Board, tables: Sequence[Tables]) -> None:
    _check_number(sizes, len(tables), "tables")
    for player, table in enumerate(tables):
        table.check(sizes, player)


def _numbered(runs: int, numbers: npt.ArrayLike | None) -> IntArray:
    """Return the numbers of the runs, checked."""
    which = np.arange(runs) if numbers is None else np.asarray(numbers, dtype=np.int64)
    if which.shape != (runs,) or which.min() < 0 or which.max() >= MOST_RUNS:
        raise UsageError(f"expected {runs} numbers of runs from 0 to {MOST_RUNS - 1}")
    return which


def check_room(game: StochasticGame, runs: int, *, point: int = 0, transcript: bool = True) -> None:
    """Check that some runs can be drawn and held.

    Raises
    ------
    UsageError
        If the runs are fewer than 1 or more than fit into 2 GiB, or the rounds are too many.
    """
    if runs < 1:
        raise UsageError(f"runs is {runs}, expected at least 1")
    players, rounds = len(game.players), int(game.rounds[point])
    if rounds * (2 * players + 2) > LONGEST_RUN:
        most = LONGEST_RUN // (2 * players + 2)
        raise UsageError(f"{rounds} rounds are too many to draw, expected at most {most}")
    width = 4 * rounds + 1 if transcript else 0
    size = runs * 8 * (width + 2 + 2 * players + game.costs.shape[1])
    if size > LARGEST_RUNS:
        raise UsageError(
            f"{runs} runs of {rounds} rounds need {size / 1e9:.1f} GB, expected at most "
            f"{LARGEST_RUNS / 1e9:.1f} GB; ask for fewer runs"
        )


def _record(game: StochasticGame, sizes: Board, runs: int, transcript: bool) -> RunRecord:
    """Return an empty record, to be filled."""
    rounds, players = sizes.rounds, len(sizes.names)
    width = rounds if transcript else 0
    return RunRecord(
        payoffs=np.zeros((runs, players)),
        costs=np.zeros((runs, game.costs.shape[1])),
        end=np.zeros(runs, dtype=np.int64),
        end_round=np.zeros(runs, dtype=np.int64),
        empty=np.zeros((runs, players), dtype=np.int64),
        states=np.full((runs, width + transcript), -1, dtype=np.int64),
        profiles=np.full((runs, width), -1, dtype=np.int64),
        events=np.full((runs, width), -1, dtype=np.int64),
        alarms=np.full((runs, width), -1, dtype=np.int64),
    )
