"""Counting profiles: the same as the engine counts, and refused where memory is not all."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import UsageError
from negsim.playing.engine import exact, play
from negsim.playing.noise import Noise
from negsim.playing.repeated import tally
from negsim.playing.strategy import Tables, memoryless

CHECKED = settings(deadline=None, derandomize=True, max_examples=20)


def automaton(seed: int, moves: int, profiles: int, *, certain: bool) -> Tables:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 5))
    act = rng.dirichlet(np.ones(moves), size=count)
    if certain:
        act = np.eye(moves)[rng.integers(moves, size=count)]
    return Tables(
        int(rng.integers(count)),
        act[:, None, None, None],
        rng.integers(count, size=(count, 1, 1, profiles)),
    )


@CHECKED
@given(seed=st.integers(0, 10_000), sizes=st.sampled_from([(2, 2), (3, 2), (2, 3, 2)]))
def test_certain_moves_are_counted_as_played(
    games: ModuleType, seed: int, sizes: tuple[int, ...]
) -> None:
    profiles = int(np.prod(sizes))
    game = games.hand_made(
        np.zeros((len(sizes), 1, profiles)), [["m"] * n for n in sizes], rounds=40
    )
    tables = [automaton(seed + k, n, profiles, certain=True) for k, n in enumerate(sizes)]
    told = play(game, tables, runs=1, seed=0).profiles[0]
    counts = tally(game, [tables], rounds=40).counts[0]
    assert counts.tolist() == np.bincount(told, minlength=profiles).tolist()


@pytest.mark.parametrize("sizes", [(2, 2), (3, 2, 2)])
@pytest.mark.parametrize("error", [0.0, 0.1])
def test_drawn_moves_have_the_exact_shares(
    games: ModuleType, sizes: tuple[int, ...], error: float
) -> None:
    profiles = int(np.prod(sizes))
    game = games.hand_made(
        np.zeros((len(sizes), 1, profiles)), [["m"] * n for n in sizes], rounds=30
    )
    tables = [automaton(3 + k, n, profiles, certain=False) for k, n in enumerate(sizes)]
    known = exact(game, tables, noise=Noise(error)).time / 30
    shares = tally(game, [tables] * 2000, rounds=30, seed=1, noise=Noise(error)).shares()
    spread = shares.std(axis=0, ddof=1) / np.sqrt(2000)
    assert (np.abs(shares.mean(axis=0) - known) <= 4.5 * np.maximum(spread, 1e-9)).all()


def test_counts_depend_on_the_seed_and_the_place_alone(games: ModuleType) -> None:
    game = games.prisoners_dilemma(5)
    tables = [automaton(k, 2, 4, certain=False) for k in (2, 5)]
    few = tally(game, [tables] * 3, rounds=500, seed=4)
    many = tally(game, [tables] * 9, rounds=500, seed=4, threads=3)
    assert np.array_equal(few.counts, many.counts[:3])
    assert not np.array_equal(many.counts, tally(game, [tables] * 9, rounds=500, seed=5).counts)
    assert len(np.unique(many.counts, axis=0)) > 1


def test_payoffs_are_means_over_the_rounds(games: ModuleType) -> None:
    pair = [memoryless([[[[1.0, 0.0]]]]), memoryless([[[[0.0, 1.0]]]])]
    assert tally(games.prisoners_dilemma(3), [pair], rounds=7).payoffs().tolist() == [[0, 5]]


def test_what_needs_the_engine_is_refused(games: ModuleType) -> None:
    pair = [memoryless([[[[0.5, 0.5]]]])] * 2
    game = games.prisoners_dilemma(3)
    with pytest.raises(UsageError, match="a game of one state that cannot end early"):
        tally(games.random_talks(1, (2, 2), states=2), [pair], rounds=3)
    with pytest.raises(UsageError, match="a game of one state that cannot end early"):
        tally(games.random_talks(1, (2, 2), states=1), [pair], rounds=3)
    with pytest.raises(UsageError, match="all move at once"):
        tally(games.prisoners_dilemma(3, order=[[0], [1]]), [pair], rounds=3)
    with pytest.raises(UsageError, match="knows no misperception"):
        tally(game, [pair], rounds=3, noise=Noise(misperception=0.1))
    with pytest.raises(UsageError, match="rounds is 0, expected 1 to 2147483648"):
        tally(game, [pair], rounds=0)
    late = memoryless(np.full((3, 1, 1, 2), 0.5))
    with pytest.raises(UsageError, match='tables of "p1" look at the round or an alarm'):
        tally(game, [[pair[0], late]], rounds=3)
