"""Noise, alarms and horizons: what is exact agrees with what is drawn, and with hand counts."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.arrays import frozen
from negsim.errors import UsageError
from negsim.playing.chance import key_of, uniforms
from negsim.playing.engine import LongPlayError, exact, expected, play
from negsim.playing.horizon import Horizon, course, parse_horizon, with_ending
from negsim.playing.noise import Noise, trembling
from negsim.playing.observation import MOST_SIGNALS, alarm_chances, board
from negsim.playing.response import best_response
from negsim.playing.runs import means
from negsim.playing.strategy import Tables, memoryless
from negsim.theory.stochastic.game import StochasticGame

CHECKED = settings(deadline=None, derandomize=True, max_examples=15)
RUNS = 20_000


def alarmed(game: StochasticGame, chances: Any) -> StochasticGame:
    """Return a game with signals whose chances by event are (signals, O)."""
    return replace(game, signals=frozen(np.asarray(chances, dtype=float)[None]))


def listening(seed: int, game: StochasticGame, player: int) -> Tables:
    """Return random tables of three memories that look at everything, alarms included."""
    rng, sizes = np.random.default_rng(seed), board(game)
    act = rng.dirichlet(np.ones(sizes.moves[player]), size=(3, 1, sizes.num_states, 1))
    after = rng.integers(3, size=(3, 1, 1, sizes.num_profiles, sizes.alarms))
    return Tables(0, act, after)


def agree(game: StochasticGame, tables: list[Tables], noise: Noise) -> None:
    """Assert that runs and expectations tell the same, up to 4.5 standard errors."""
    found = exact(game, tables, noise=noise)
    runs = play(game, tables, runs=RUNS, seed=7, noise=noise)
    mean, error = runs.means()
    assert (np.abs(mean - found.payoffs) <= 4.5 * np.maximum(error, 1e-12)).all()
    rounds = means(runs.end_round[:, None] + 1.0)
    assert abs(rounds.payoffs[0] - found.rounds) <= 4.5 * max(float(rounds.errors[0]), 1e-12)
    shares = np.array(list(runs.end_shares().values()))
    width = 4.5 * np.sqrt(found.ends * (1 - found.ends) / RUNS) + 1e-9
    assert (np.abs(shares - found.ends) <= width).all()
    assert runs.time() == pytest.approx(found.time, abs=0.06)
    assert found.ends.sum() == pytest.approx(1)
    assert found.time.sum() == pytest.approx(found.rounds)


@CHECKED
@given(
    seed=st.integers(0, 1000),
    error=st.sampled_from([0.0, 0.1, 1.0]),
    misperception=st.sampled_from([0.0, 0.2, 1.0]),
    signals=st.integers(0, 2),
)
def test_drawn_and_exact_play_agree_under_noise(
    games: ModuleType, seed: int, error: float, misperception: float, signals: int
) -> None:
    game = games.random_talks(seed, (2, 3), states=2, rounds=6)
    rng = np.random.default_rng(seed)
    game = alarmed(game, rng.random((signals, 6)))
    tables = [listening(seed + player, game, player) for player in range(2)]
    agree(game, tables, Noise(error, misperception))


def test_three_players_misread_each_by_itself(games: ModuleType) -> None:
    game = games.random_talks(4, (2, 2, 2), rounds=5)
    tables = [listening(player, game, player) for player in range(3)]
    agree(game, tables, Noise(0.05, 0.3))


def test_a_trembling_hand_flips_to_each_other_move_alike() -> None:
    certain = memoryless([[[[1.0, 0.0, 0.0]]]])
    assert trembling(certain, 0.2).act.ravel() == pytest.approx([0.8, 0.1, 0.1])
    mixed = memoryless([[[[0.5, 0.5]]]])
    assert trembling(mixed, 0.2).act.ravel() == pytest.approx([0.5, 0.5])
    alone = memoryless([[[[1.0]]]])
    assert trembling(alone, 0.5) is alone


def reader(mine: int) -> Tables:
    """Return a player of the dilemma that copies what it thinks the other did last."""
    act = np.eye(2)[:, None, None, None]
    after = np.array([0, 1, 0, 1] if mine == 0 else [0, 0, 1, 1])
    return Tables(0, act, np.tile(after, (2, 1))[:, None, None, :])


def test_a_misperception_is_of_the_others_move_and_only_remembered(games: ModuleType) -> None:
    game = games.prisoners_dilemma(2)
    always = memoryless([[[[1.0, 0.0]]]])
    runs = play(game, [reader(0), always], runs=5, seed=0, noise=Noise(misperception=1.0))
    assert runs.profiles.tolist() == [[0, 2]] * 5
    assert expected(game, [reader(0), always], noise=Noise(misperception=0.25))[0] == pytest.approx(
        3 + 0.75 * 3 + 0.25 * 5
    )


def test_tit_for_tat_with_misperception_by_hand(games: ModuleType) -> None:
    # After one round of CC each plays D with chance m, by itself.
    game, m = games.prisoners_dilemma(2), 0.3
    found = exact(game, [reader(0), reader(1)], noise=Noise(misperception=m))
    second = (1 - m) ** 2 * 3 + (1 - m) * m * (0 + 5) + m * m * 1
    assert found.payoffs == pytest.approx([3 + second] * 2)
    assert found.time == pytest.approx([1 + (1 - m) ** 2, m * (1 - m), m * (1 - m), m * m])


@pytest.mark.parametrize(("misperception", "steps"), [(0.0, 4 + 4), (0.3, 4 * 4 + 4 * 4 * 4)])
def test_steps_of_exact_play_by_hand(games: ModuleType, misperception: float, steps: int) -> None:
    """Four profiles; misread, each of four joint memories may follow, and all are reached."""
    game, noise = games.prisoners_dilemma(2), Noise(misperception=misperception)
    tables = [reader(0), reader(1)]
    whole = exact(game, tables, noise=noise)
    assert exact(game, tables, noise=noise, most_steps=steps).payoffs == pytest.approx(
        whole.payoffs, abs=0
    )
    with pytest.raises(LongPlayError, match=f"more than {steps - 1} steps"):
        exact(game, tables, noise=noise, most_steps=steps - 1)


def test_alarms_are_numbered_with_the_first_signal_first(games: ModuleType) -> None:
    game = alarmed(games.prisoners_dilemma(3), [[0.1, 0, 0, 1], [0.5, 0, 1, 0]])
    chances = alarm_chances(game)
    assert chances.shape == (4, 4)
    assert chances[:, 0] == pytest.approx([0.45, 0.45, 0.05, 0.05])
    assert chances[:, 2].tolist() == [0, 1, 0, 0]
    assert chances[:, 3].tolist() == [0, 0, 1, 0]
    assert board(game).alarms == 4
    assert alarm_chances(games.prisoners_dilemma(3)).tolist() == [[1, 1, 1, 1]]


def test_an_alarm_is_heard_in_the_next_round(games: ModuleType) -> None:
    game = alarmed(games.prisoners_dilemma(3), [[0, 0, 1, 0]])
    grim = Tables(0, np.eye(2)[:, None, None, None], np.array([[[[[0, 1]]]], [[[[1, 1]]]]]))
    once = memoryless(np.eye(2)[[1, 0, 0]][:, None, None])
    runs = play(game, [once, grim], runs=1, seed=0)
    assert runs.profiles.tolist() == [[2, 1, 1]]
    assert runs.alarms.tolist() == [[1, 0, 0]]
    assert [turn.alarm for turn in runs.trajectory(0)] == [1, 0, 0]


def test_a_best_response_hears_alarms(games: ModuleType) -> None:
    """Against alarm-grim with a sure alarm for defection: defect in the last round only."""
    game = alarmed(games.prisoners_dilemma(3), [[0, 0, 1, 1]])
    grim = Tables(0, np.eye(2)[:, None, None, None], np.array([[[[[0, 1]]]], [[[[1, 1]]]]]))
    found = best_response(game, 0, {1: grim})
    assert found.value == pytest.approx(3 + 3 + 5)
    assert expected(game, [found.tables, grim])[0] == pytest.approx(found.value)
    deaf = alarmed(games.prisoners_dilemma(3), [[0, 0, 0.1, 0.1]])
    answer = best_response(deaf, 0, {1: grim})
    assert answer.value == pytest.approx(expected(deaf, [answer.tables, grim])[0])
    assert answer.value == pytest.approx(5 + (0.9 * 5 + 0.1) + (0.81 * 5 + 0.19))


@pytest.mark.parametrize("error", [0.0, 0.1, 0.4])
def test_a_best_response_counts_its_own_trembles(games: ModuleType, error: float) -> None:
    game = games.random_talks(3, (2, 3), states=2, rounds=4)
    other = trembling(listening(1, game, 1), error)
    found = best_response(game, 0, {1: other}, error=error)
    shaken = [trembling(found.tables, error), other]
    assert expected(game, shaken)[0] == pytest.approx(found.value, abs=1e-12)


def test_too_many_signals_are_refused(games: ModuleType) -> None:
    game = alarmed(games.prisoners_dilemma(2), np.zeros((MOST_SIGNALS + 1, 4)))
    with pytest.raises(UsageError, match="7 signals make 128 joint alarms, expected at most 6"):
        board(game)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((1.5, 0), "noise is 1.5, expected a chance from 0 to 1"),
        ((0, -0.1), "misperception is -0.1, expected a chance from 0 to 1"),
        ((float("nan"), 0), "noise is nan, expected a chance from 0 to 1"),
    ],
)
def test_noise_is_a_chance(values: tuple[float, float], message: str) -> None:
    with pytest.raises(UsageError, match="^" + re.escape(message)):
        Noise(*values)


def test_the_same_luck_meets_every_level_of_noise(games: ModuleType) -> None:
    game = games.prisoners_dilemma(8)
    tables = [reader(0), reader(1)]
    few = play(game, tables, runs=4000, seed=1, noise=Noise(error=0.05)).profiles
    many = play(game, tables, runs=4000, seed=1, noise=Noise(error=0.1)).profiles
    assert (few[:, 0] > 0).mean() < (many[:, 0] > 0).mean()
    assert (many[few[:, 0] > 0, 0] > 0).all()


def test_runs_can_be_asked_for_by_number(games: ModuleType) -> None:
    game = games.random_talks(2, (2, 3), rounds=5)
    tables = [listening(player, game, player) for player in range(2)]
    whole = play(game, tables, runs=50, seed=3, noise=Noise(0.1, 0.1))
    some = play(game, tables, runs=3, seed=3, noise=Noise(0.1, 0.1), numbers=[7, 49, 0])
    assert np.array_equal(some.profiles, whole.profiles[[7, 49, 0]])
    with pytest.raises(UsageError, match="expected 2 numbers of runs from 0"):
        play(game, tables, runs=2, seed=3, numbers=[-1, 0])


def test_runs_without_a_transcript_come_to_the_same(games: ModuleType) -> None:
    game = games.random_talks(2, (2, 3), rounds=5)
    tables = [listening(player, game, player) for player in range(2)]
    told = play(game, tables, runs=50, seed=3)
    untold = play(game, tables, runs=50, seed=3, transcript=False)
    assert np.array_equal(told.payoffs, untold.payoffs)
    assert np.array_equal(told.end_round, untold.end_round)
    assert untold.states.shape == (50, 0)
    with pytest.raises(UsageError, match="played without a transcript"):
        untold.trajectory(0)


def test_random_numbers_are_even() -> None:
    luck = uniforms(key_of(0), np.arange(100_000), 5)
    assert 0 <= luck.min() < luck.max() < 1
    assert luck.mean() == pytest.approx(0.5, abs=4 * 0.2887 / np.sqrt(len(luck)))
    counts = np.bincount((luck * 16).astype(int), minlength=16)
    assert ((counts - 6250) ** 2 / 6250).sum() < 40
    assert abs(np.corrcoef(luck[:-1], luck[1:])[0, 1]) < 0.015
    assert len(np.unique(uniforms(key_of(1), np.arange(1000), 0))) == 1000


@pytest.mark.parametrize(
    "text", ["", "x", "0", "-3", "1.5", "random", "random:0", "random:1", "5:1"]
)
def test_horizons_of_another_form_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        parse_horizon(text)


def test_horizons_are_read_and_written() -> None:
    for text in ("file", "26", "random:0.05"):
        assert str(parse_horizon(text)) == text
    with pytest.raises(UsageError, match="horizon is 1000000000000 rounds, expected 1 to 1000000"):
        parse_horizon("1000000000000")
    with pytest.raises(UsageError, match="got both"):
        Horizon(3, 0.1)


def test_a_fixed_horizon_has_so_many_rounds(games: ModuleType) -> None:
    game = games.truce_talks(rounds=9, leave=0)
    refuse = [memoryless(np.eye(m)[:1][None, None]) for m in game.num_moves]
    found = course(game, Horizon(rounds=3))
    assert play(found.played, refuse, runs=2, seed=0).end_round.tolist() == [2, 2]
    assert found.left == 0


def test_a_random_end_is_that_of_an_enumeration(games: ModuleType) -> None:
    """An ending chance is the mixture of fixed horizons that a geometric number draws."""
    game, chance = games.truce_talks(rounds=5, discount=1.0), 0.4
    tables = [memoryless(np.full((1, 1, 1, moves), 1 / moves)) for moves in game.num_moves]
    found = course(game, Horizon(chance=chance))
    mixed = sum(
        chance * (1 - chance) ** (rounds - 1) * expected(game.with_rounds(rounds), tables)
        for rounds in range(1, 60)
    )
    assert expected(found.played, tables) == pytest.approx(mixed, abs=1e-5)
    assert found.left < 1e-5
    agree(found.played, tables, Noise())


def test_an_ending_chance_is_replaced_and_not_added(games: ModuleType) -> None:
    game = games.random_talks(1, (2, 2), rounds=4)
    twice = with_ending(with_ending(game, 0.3), 0.1)
    once = with_ending(game, 0.1)
    for name in ("payoffs", "chances", "end_chances", "costs"):
        assert getattr(twice, name) == pytest.approx(getattr(once, name), abs=1e-12), name
    assert with_ending(once, 0.0).payoffs == pytest.approx(game.payoffs, abs=1e-12)


def test_endless_talks_need_a_horizon(games: ModuleType) -> None:
    game = replace(games.prisoners_dilemma(3, discount=0.9), rounds=np.array([0]))
    tables = [memoryless([[[[0.0, 1.0]]]])] * 2
    with pytest.raises(UsageError, match="the talks have no last round; give a horizon"):
        play(game, tables, runs=1, seed=0)
    found = course(game, Horizon())
    assert expected(found.played, tables) == pytest.approx([10, 10], abs=1e-4)
