"""Best responses: against every pure rule of a tiny game, and against the whole library."""

from __future__ import annotations

import itertools
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import UsageError
from negsim.playing.engine import expected, tabulate
from negsim.playing.observation import board
from negsim.playing.reading import read
from negsim.playing.registry import parse, strategies
from negsim.playing.response import best_response
from negsim.playing.strategy import Tables, memoryless

CHECKED = settings(deadline=None, derandomize=True, max_examples=25)
ORDERS = [None, [[0], [1]], [[1], [0]]]
OTHERS = sorted(set(strategies) - {"optimal_staller"})


@CHECKED
@given(seed=st.integers(0, 10_000), order=st.sampled_from(ORDERS))
def test_no_pure_markov_rule_does_better(games: ModuleType, seed: int, order: Any) -> None:
    game = games.random_talks(seed, (2, 2), states=2, rounds=2, order=order)
    sizes = board(game)
    rng = np.random.default_rng(seed)
    other = Tables(
        0,
        rng.dirichlet([1, 1], size=(1, 2, 2, sizes.nodes[1])),
        np.zeros((1, 1, 1, 1), dtype=np.int64),
    )
    shape = (2, 2, sizes.nodes[0])
    values = []
    for choice in itertools.product(range(2), repeat=int(np.prod(shape))):
        act = np.eye(2)[list(choice)].reshape(1, *shape, 2)
        values.append(expected(game, [Tables(0, act, other.next), other])[0])
    found = best_response(game, 0, {1: other})
    assert found.value == pytest.approx(max(values), abs=1e-12)
    assert expected(game, [found.tables, other])[0] == pytest.approx(found.value, abs=1e-12)


@CHECKED
@given(seed=st.integers(0, 10_000))
def test_no_pure_rule_on_the_others_memory_does_better(games: ModuleType, seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = games.random_talks(seed, (2, 2), states=1, rounds=3)
    other = Tables(
        int(rng.integers(2)),
        rng.dirichlet([1, 1], size=(2, 1, 1, 1)),
        rng.integers(2, size=(2, 1, 1, 4)),
    )
    values = []
    for choice in itertools.product(range(2), repeat=6):
        act = np.eye(2)[list(choice)].reshape(2, 3, 1, 1, 2)
        values.append(expected(game, [Tables(other.start, act, other.next), other])[0])
    found = best_response(game, 0, {1: other})
    assert found.value == pytest.approx(max(values), abs=1e-12)
    assert expected(game, [found.tables, other])[0] == pytest.approx(found.value, abs=1e-12)


@CHECKED
@given(seed=st.integers(0, 10_000), order=st.sampled_from([None, [[2], [0, 1]], [[1], [0], [2]]]))
def test_the_tables_earn_the_value_against_two_with_memories(
    games: ModuleType, seed: int, order: Any
) -> None:
    rng = np.random.default_rng(seed)
    game = games.random_talks(seed, (2, 2, 3), states=2, rounds=3, order=order)
    player = seed % 3
    others = {}
    for other, moves in enumerate(game.num_moves):
        memories = other + 2
        act = rng.dirichlet(np.ones(moves), size=(memories, 1, 2, 1))
        after = rng.integers(memories, size=(memories, 3, 1, 12))
        others[other] = Tables(int(rng.integers(memories)), act, after)
    del others[player]
    found = best_response(game, player, others)
    lineup = [found.tables if k == player else others[k] for k in range(3)]
    assert expected(game, lineup)[player] == pytest.approx(found.value, abs=1e-12)


def test_the_best_response_to_tit_for_tat_cooperates_until_the_last_round(
    games: ModuleType,
) -> None:
    game = games.prisoners_dilemma(6)
    other = parse("tit_for_tat").tabulate(read(game), 1, {})
    found = best_response(game, 0, {1: other})
    assert found.value == 5 * 3 + 5
    assert found.tables.act[0, :, 0, 0, 0].tolist() == [1, 1, 1, 1, 1, 0]


@pytest.mark.parametrize("order", [None, [[2], [0], [1]]], ids=str)
@pytest.mark.parametrize("player", range(3))
@pytest.mark.parametrize(
    "others", [("tit_for_tat", "yes_but"), ("random", "tit_for_tat"), ("boulware", "sincere")]
)
def test_the_optimal_strategy_beats_the_library(
    games: ModuleType, order: Any, player: int, others: tuple[str, str]
) -> None:
    table = read(games.truce_talks(order=order, rounds=4), 0, games.CONDITIONAL)

    def payoff(name: str) -> float:
        lineup = [parse(other) for other in others]
        lineup.insert(player, parse(name))
        return float(expected(table, tabulate(table, lineup))[player])

    best = payoff("optimal_staller")
    payoffs = {name: payoff(name) for name in OTHERS}
    assert all(best >= value - 1e-12 for value in payoffs.values()), payoffs
    assert min(payoffs.values()) < best - 1e-3


def test_ties_get_equal_chances(games: ModuleType) -> None:
    game = games.hand_made([[[1, 1, 0]]], [["a", "b", "c"]], rounds=2)
    found = best_response(game, 0, {})
    assert found.value == 2
    assert found.tables.act[0, :, 0, 0].tolist() == [[0.5, 0.5, 0]] * 2


def test_missing_tables_are_named(games: ModuleType) -> None:
    game = games.random_talks(0, (2, 2, 2))
    coin = memoryless([[[[0.5, 0.5]]]])
    with pytest.raises(UsageError, match=r"needs the tables of players \[0, 2\], got \[0\]"):
        best_response(game, 1, {0: coin})


def test_too_many_memories_are_refused(games: ModuleType) -> None:
    game = games.random_talks(0, (2, 2, 2))
    memories = 1 << 13
    stay = np.zeros((memories, 1, 1, 1), dtype=np.int64)
    many = Tables(0, np.full((memories, 1, 1, 1, 2), 0.5), stay)
    message = (
        'the best response of "p0" needs a table of 67108864 x 3 x 2 x 1 x 2 = 805306368 numbers, '
        "expected at most 134217728; give the others strategies with fewer memories"
    )
    with pytest.raises(UsageError, match=message):
        best_response(game, 0, {1: many, 2: many})
