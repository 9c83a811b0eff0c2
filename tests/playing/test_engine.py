"""Playing: exact payoffs against an enumeration, draws against exact payoffs, seeds, records."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.arrays import FloatArray
from negsim.errors import GameError, UsageError
from negsim.playing import engine
from negsim.playing.engine import expected, play, tabulate
from negsim.playing.observation import Board, board
from negsim.playing.reading import read
from negsim.playing.registry import parse
from negsim.playing.strategy import Tables, memoryless
from negsim.theory.stochastic.game import StochasticGame

ORDERS = [None, [[0], [1]], [[1], [0]]]
CHECKED = settings(deadline=None, derandomize=True, max_examples=25)


def random_tables(seed: int, sizes: Board, player: int) -> Tables:
    """Return tables with one to three memories and axes that are whole or of size 1."""
    rng = np.random.default_rng(seed)
    memories = int(rng.integers(1, 4))
    rounds, states, nodes, profiles = (
        int(rng.choice([1, size]))
        for size in (sizes.rounds, sizes.num_states, sizes.nodes[player], sizes.num_profiles)
    )
    act = rng.dirichlet(np.full(sizes.moves[player], 0.5), size=(memories, rounds, states, nodes))
    after = rng.integers(memories, size=(memories, rounds, states, profiles))
    return Tables(int(rng.integers(memories)), act, after)


def entry(table: Any, *places: int) -> Any:
    """Return a table's entry, reading an axis of size 1 as holding for everything."""
    for place in places:
        table = table[place] if len(table) > 1 else table[0]
    return table


def enumerated(game: StochasticGame, tables: Sequence[Tables]) -> FloatArray:
    """Return the expected payoffs by a recursion over histories, written without the engine."""
    moves, rounds = game.num_moves, int(game.rounds[0])

    def chance(memory: tuple[int, ...], index: int, state: int, profile: tuple[int, ...]) -> float:
        found, seen = 1.0, 0
        for group in game.order:
            for player in group:
                mixed = entry(tables[player].act, memory[player], index, state, seen)
                found *= mixed[profile[player]]
            for player in group:
                seen = seen * moves[player] + profile[player]
        return found

    def value(index: int, state: int, memory: tuple[int, ...]) -> FloatArray:
        total = np.zeros(len(moves))
        for number, profile in enumerate(itertools.product(*[range(m) for m in moves])):
            weight = chance(memory, index, state, profile)
            event = game.event_of[state, number]
            if index == rounds - 1:
                total += weight * game.last_payoffs[0, :, state, event]
                continue
            total += weight * game.payoffs[0, :, state, event]
            new = tuple(
                int(entry(table.next, before, index, state, number, 0))
                for table, before in zip(tables, memory, strict=True)
            )
            transition = game.transition_of[event]
            for place, going in enumerate(game.chances[0, state, transition]):
                following = int(game.successors[state, transition, place])
                total += weight * going * game.discount[0] * value(index + 1, following, new)
        return total

    return value(0, int(game.start[0]), tuple(table.start for table in tables))


@CHECKED
@given(seed=st.integers(0, 10_000), order=st.sampled_from(ORDERS))
def test_expected_payoffs_are_those_of_an_enumeration(
    games: ModuleType, seed: int, order: Any
) -> None:
    game = games.random_talks(seed, rounds=3, order=order)
    tables = [random_tables(seed + player, board(game), player) for player in range(2)]
    assert expected(game, tables) == pytest.approx(enumerated(game, tables), abs=1e-12)


@pytest.mark.parametrize("order", [None, [[2], [0, 1]], [[2], [1], [0]]], ids=str)
def test_expected_payoffs_of_three_players(games: ModuleType, order: Any) -> None:
    game = games.random_talks(5, (2, 2, 3), rounds=2, order=order)
    tables = [random_tables(player, board(game), player) for player in range(3)]
    assert expected(game, tables) == pytest.approx(enumerated(game, tables), abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("order", [None, [[2], [0], [1]]], ids=str)
def test_sampled_means_agree_with_the_exact_ones(games: ModuleType, seed: int, order: Any) -> None:
    game = games.random_talks(seed, (2, 3, 2), states=3, rounds=6, order=order)
    tables = [random_tables(seed + player, board(game), player) for player in range(3)]
    means = play(game, tables, runs=20_000, seed=seed).means()
    assert (np.abs(means.payoffs - expected(game, tables)) <= 4 * means.errors).all()
    assert (means.errors < 0.03).all()


def test_shares_of_the_ends_agree_with_their_chances(games: ModuleType) -> None:
    # Refusing everything for three rounds, the mediator leaves with chance 0.1 in each.
    game = games.truce_talks(rounds=3)
    tables = [memoryless(np.eye(m)[:1][None, None]) for m in game.num_moves]
    shares = play(game, tables, runs=20_000, seed=3).end_shares()
    assert shares["signed"] == 0
    left = 1 - 0.9**3
    error = np.sqrt(left * (1 - left) / 20_000)
    assert abs(shares["mediator_leaves"] - left) <= 4 * error
    assert sum(shares.values()) == pytest.approx(1)


def test_states_move_with_their_chances(games: ModuleType) -> None:
    game = games.truce_talks(rounds=2, leave=0)
    tables = [memoryless(np.eye(m)[:1][None, None]) for m in game.num_moves]
    second = play(game, tables, runs=20_000, seed=3).states[:, 1]
    assert set(second) == {0, 1}
    assert abs((second == 1).mean() - 0.3) <= 4 * np.sqrt(0.3 * 0.7 / 20_000)


def test_a_run_told_round_by_round(games: ModuleType) -> None:
    game = games.truce_talks(leave=0, drift=0)
    peace_in_third = memoryless(np.eye(4)[[1, 1, 2, 2, 2]][:, None, None])
    always = [memoryless(np.eye(3)[2][None, None, None]), memoryless([[[[1.0, 0.0]]]])]
    runs = play(game, [peace_in_third, *always], runs=2, seed=0)
    assert [turn.moves for turn in runs.trajectory(0)] == [
        ("truce", "peace", "idle"),
        ("truce", "peace", "idle"),
        ("peace", "peace", "idle"),
    ]
    assert [turn.round for turn in runs.trajectory(1)] == [0, 1, 2]
    assert runs.end_shares() == {"signed": 1.0, "mediator_leaves": 0.0, "no_agreement": 0.0}
    assert runs.end_round.tolist() == [2, 2]
    assert runs.states.tolist() == [[0, 0, 0, -1, -1, -1]] * 2
    assert runs.profiles.tolist() == [[10, 10, 16, -1, -1]] * 2
    assert runs.events.tolist() == runs.profiles.tolist()
    worth = -0.25 - 0.9 * 0.25 + 0.81 * 4
    assert runs.payoffs[:, 0] == pytest.approx([worth, worth])
    assert expected(game, [peace_in_third, *always])[0] == pytest.approx(worth)


def test_the_last_round_pays_as_such_and_leaves_a_state(games: ModuleType) -> None:
    game = games.truce_talks(leave=0, drift=1, rounds=2)
    refusing = [memoryless(np.eye(m)[:1][None, None]) for m in game.num_moves]
    runs = play(game, refusing, runs=1, seed=0)
    assert runs.states.tolist() == [[0, 1, 2]]
    assert runs.end_shares()["no_agreement"] == 1
    assert runs.payoffs[0, 0] == pytest.approx(-1 + 0.9 * (-1 + 1))


def test_a_summary_has_a_value_for_everything(games: ModuleType) -> None:
    game = games.prisoners_dilemma(4)
    tables = tabulate(read(game), [parse("tit_for_tat")] * 2)
    assert play(game, tables, runs=1, seed=0).to_dict() == {
        "runs": 1,
        "players": ["p0", "p1"],
        "mean_payoffs": [12.0, 12.0],
        "standard_errors": [None, None],
        "end_shares": {"no_agreement": 1.0},
        "mean_rounds": 4.0,
    }
    assert play(game, tables, runs=2, seed=0).to_dict()["standard_errors"] == [0.0, 0.0]


def test_runs_are_a_table_in_notebooks(games: ModuleType) -> None:
    game = games.prisoners_dilemma(4)
    runs = play(game, tabulate(read(game), [parse("tit_for_tat")] * 2), runs=2, seed=0)
    assert json.loads(runs.to_json()) == runs.to_dict()
    assert "<tr><th>p1</th><td>12</td></tr>" in runs._repr_html_()


def fields(runs: Any) -> list[Any]:
    names = ["payoffs", "costs", "end", "end_round", "empty", "states", "profiles", "events"]
    names.append("alarms")
    return [getattr(runs, name) for name in names]


@pytest.mark.parametrize("number", [1, 100, 256, 257, 1000])
def test_the_first_runs_do_not_depend_on_how_many_there_are(games: ModuleType, number: int) -> None:
    game = games.random_talks(2, (2, 3), states=3, rounds=5)
    tables = [random_tables(player, board(game), player) for player in range(2)]
    few = play(game, tables, runs=number, seed=11)
    many = play(game, tables, runs=5000, seed=11)
    for some, all_of_them in zip(fields(few), fields(many), strict=True):
        assert (some == all_of_them[:number]).all()


@pytest.mark.parametrize("threads", [1, 3])
def test_runs_do_not_depend_on_the_batches_or_threads(
    games: ModuleType, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    game = games.random_talks(2, (2, 3), rounds=5)
    tables = [random_tables(player, board(game), player) for player in range(2)]
    whole = play(game, tables, runs=1000, seed=5)
    monkeypatch.setattr(engine, "BATCH", 64)
    parts = play(game, tables, runs=1000, seed=5, threads=threads)
    assert all((a == b).all() for a, b in zip(fields(whole), fields(parts), strict=True))


def test_seeds_matter_and_may_be_generators(games: ModuleType) -> None:
    game = games.random_talks(2, (2, 3), rounds=5)
    tables = [random_tables(player, board(game), player) for player in range(2)]
    zero = play(game, tables, runs=300, seed=0)
    again = play(game, tables, runs=300, seed=np.random.default_rng(0))
    other = play(game, tables, runs=300, seed=1)
    assert all((a == b).all() for a, b in zip(fields(zero), fields(again), strict=True))
    assert (zero.profiles != other.profiles).any()
    assert len(np.unique(zero.payoffs[:, 0])) > 100


def test_draws_are_common_to_all_strategies(games: ModuleType) -> None:
    game = games.random_talks(2, (2, 3), rounds=5)
    game = replace(game, end_chances=game.end_chances * 0, chances=game.chances * 0 + 1 / 3)
    coin = memoryless([[[[1 / 3, 1 / 3, 1 / 3]]]])
    one = play(game, [memoryless([[[[1.0, 0.0]]]]), coin], runs=300, seed=0)
    two = play(game, [memoryless([[[[0.0, 1.0]]]]), coin], runs=300, seed=0)
    assert (one.profiles != two.profiles).all()
    assert (one.profiles % 3 == two.profiles % 3).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"runs": 0, "seed": 0}, "runs is 0, expected at least 1"),
        (
            {"runs": 10**9, "seed": 0},
            "1000000000 runs of 4 rounds need 184.0 GB, expected at most 2.1 GB; ask for fewer",
        ),
        ({"runs": 1, "seed": -1}, "seed is -1, expected a whole number from 0"),
        ({"runs": 1, "seed": 0, "point": 2}, "point is 2, expected 0 to 0"),
    ],
)
def test_requests_that_cannot_be_met(
    games: ModuleType, options: dict[str, Any], message: str
) -> None:
    game = games.prisoners_dilemma(4)
    tables = tabulate(read(game), [parse("tit_for_tat")] * 2)
    with pytest.raises(UsageError, match="^" + re.escape(message)):
        play(game, tables, **options)


def test_wrong_tables_and_runs_are_refused(games: ModuleType) -> None:
    game = games.prisoners_dilemma(4)
    tables = tabulate(read(game), [parse("tit_for_tat")] * 2)
    with pytest.raises(UsageError, match="got 1 tables, expected one per player"):
        play(game, tables[:1], runs=1, seed=0)
    with pytest.raises(UsageError, match='tables of "p1": act has 3 moves, expected 2'):
        expected(game, [tables[0], memoryless([[[[0, 0, 1]]]])])
    with pytest.raises(UsageError, match="run is 3, expected 0 to 2"):
        play(game, tables, runs=3, seed=0).trajectory(3)


def test_too_many_memories_to_follow_exactly(games: ModuleType) -> None:
    game = games.prisoners_dilemma(4)
    memories = 1 << 14
    stay = np.zeros((memories, 1, 1, 1), dtype=np.int64)
    many = Tables(0, np.full((memories, 1, 1, 1, 2), 0.5), stay)
    with pytest.raises(UsageError, match="1 states x 268435456 joint memories are too many"):
        expected(game, [many, many])


def test_games_that_leak_chance_are_refused(games: ModuleType) -> None:
    game = games.prisoners_dilemma(4)
    tables = tabulate(read(game), [parse("random")] * 2)
    message = "state 0, profile 0: the chances of the ends and the next states sum to 0.9"
    with pytest.raises(GameError, match=message):
        play(replace(game, chances=game.chances * 0.9), tables, runs=1, seed=0)
    with pytest.raises(GameError, match=r'the game has no end "no_agreement" \(ends: other\)'):
        expected(replace(game, ends=("other",)), tables)


def test_records_are_read_only(games: ModuleType) -> None:
    game = games.prisoners_dilemma(4)
    runs = play(game, tabulate(read(game), [parse("random")] * 2), runs=3, seed=0)
    assert not any(array.flags.writeable for array in fields(runs))


def test_the_point_of_a_reading_is_played(games: ModuleType) -> None:
    game = games.prisoners_dilemma(4)
    names = ["payoffs", "chances", "end_chances", "agreement", "discount", "start"]
    names += ["costs", "last_costs"]
    arrays = {name: np.concatenate([getattr(game, name)] * 2) for name in names}
    both = replace(
        game,
        last_payoffs=np.concatenate([game.last_payoffs, game.last_payoffs + 7]),
        rounds=np.array([4, 2]),
        **arrays,
    )
    tables = tabulate(read(both, 1), [parse("tit_for_tat")] * 2)
    assert expected(read(both, 1), tables).tolist() == [13, 13]
    assert expected(both, tables, point=1).tolist() == [13, 13]
    assert play(both, tables, runs=1, seed=0, point=1).payoffs.tolist() == [[13, 13]]


def test_ten_thousand_runs_of_the_worked_case_take_no_time(games: ModuleType) -> None:
    game = games.random_talks(1, (4, 6, 4), states=126, rounds=26, order=[[2], [0], [1]])
    tables = tabulate(read(game), [parse("tit_for_tat")] * 3)
    play(game, tables, runs=1, seed=0)
    began = time.perf_counter()
    play(game, tables, runs=10_000, seed=0)
    assert time.perf_counter() - began < 2
