"""Long-run payoffs of automata: cases P1 and P2, and the same by linear algebra."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.arrays import FloatArray
from negsim.playing.engine import expected, tabulate
from negsim.playing.reading import read
from negsim.playing.registry import parse
from negsim.playing.strategy import Tables, memoryless
from negsim.theory.stochastic.game import StochasticGame

LONG = 2000


def with_error(tables: Tables, error: float) -> Tables:
    """Return tables of two moves that slip to the other move with a chance."""
    return replace(tables, act=(1 - error) * tables.act + error * tables.act[..., ::-1])


def memory_one(player: int, cooperate: FloatArray) -> Tables:
    """Return tables that recall the last profile, from the chances of C after CC, CD, DC, DD.

    The profile is told from the player's own side, its own move first.
    """
    own = np.asarray(cooperate, dtype=float)
    seen = own if player == 0 else own[[0, 2, 1, 3]]
    act = np.stack([seen, 1 - seen], axis=1)[:, None, None, None, :]
    return Tables(0, act, np.tile(np.arange(4), (4, 1))[:, None, None, :])


def shares_of_round(game: StochasticGame, tables: list[Tables], index: int) -> FloatArray:
    """Return the chances of the four profiles in a round, by exact propagation."""
    found = []
    for pair in ((0, 1), (2, 3)):
        marks = np.zeros((1, 2, 1, 4))
        marks[0, [0, 1], 0, list(pair)] = 1.0
        only_last = replace(
            game, payoffs=marks * 0, last_payoffs=marks, rounds=np.array([index + 1])
        )
        found += list(expected(only_last, tables))
    return np.array(found)


def test_tit_for_tat_with_errors_spends_equal_time_in_all_profiles(games: ModuleType) -> None:
    """Case P1: a quarter each and 2.25 a round; errors of 0.01 mix at rate 0.98 a round."""
    game = games.prisoners_dilemma(LONG)
    plain = tabulate(read(game), [parse("tit_for_tat")] * 2)
    tables = [with_error(table, 0.01) for table in plain]
    assert shares_of_round(game, tables, LONG - 1) == pytest.approx([0.25] * 4, abs=1e-9)
    # With moves as +1 and -1, means shrink by 0.98 a round and their product by 0.98**2:
    # a round pays 2.25 + 0.98**(t + 1) - 0.98**(2 (t + 1)) / 4.
    shrink = 0.98 ** np.arange(1, LONG + 1)
    total = (2.25 + shrink - shrink**2 / 4).sum()
    assert expected(game, tables) == pytest.approx([total] * 2, rel=1e-12)
    assert total / LONG == pytest.approx(2.25, abs=1 / 0.02 / LONG)


def test_tit_for_tat_is_the_memory_one_automaton(games: ModuleType) -> None:
    game = games.prisoners_dilemma(7)
    plain = tabulate(read(game), [parse("tit_for_tat")] * 2)
    automata = [memory_one(player, np.array([1.0, 0, 1, 0])) for player in range(2)]
    # Seen from its own side tit for tat follows the other's move: C after CC and DC.
    for index in range(7):
        ours = shares_of_round(game, [with_error(table, 0.1) for table in plain], index)
        theirs = shares_of_round(game, [with_error(table, 0.1) for table in automata], index)
        assert ours == pytest.approx(theirs, abs=1e-12)


@settings(deadline=None, derandomize=True, max_examples=30)
@given(seed=st.integers(0, 10_000))
def test_memory_one_automata_settle_at_their_stationary_shares(
    games: ModuleType, seed: int
) -> None:
    ours, theirs = np.random.default_rng(seed).uniform(0.05, 0.95, size=(2, 4))
    game = games.prisoners_dilemma(400)
    tables = [memory_one(0, ours), memory_one(1, theirs)]
    c, d = ours, theirs[[0, 2, 1, 3]]
    chain = np.stack([c * d, c * (1 - d), (1 - c) * d, (1 - c) * (1 - d)], axis=1)
    system = np.vstack([chain.T - np.eye(4), np.ones(4)])
    stationary = np.linalg.lstsq(system, np.array([0, 0, 0, 0, 1.0]), rcond=None)[0]
    assert shares_of_round(game, tables, 399) == pytest.approx(stationary, abs=1e-9)


def grim_talks(games: ModuleType, alarm: float, discount: float, rounds: int) -> StochasticGame:
    """Return the dilemma with a public state: 1 for ever from the round after the first alarm."""
    dilemma = np.array([[3.0, 0, 5, 1], [3.0, 5, 0, 1]])
    chances = np.zeros((2, 4, 2))
    chances[0], chances[1] = [1 - alarm, alarm], [0, 1]
    game: StochasticGame = games.hand_made(
        np.repeat(dilemma[:, None], 2, axis=1),
        [["C", "D"], ["C", "D"]],
        rounds=rounds,
        discount=discount,
        successors=np.tile([0, 1], (2, 4, 1)),
        chances=chances,
    )
    return game


def test_grim_trigger_with_false_alarms(games: ModuleType) -> None:
    """Case P2: T, R, P, S = 5, 3, 1, 0, discount 0.95, a false alarm of 0.01 on each side."""
    alarm = 1 - (1 - 0.01) ** 2
    assert alarm == pytest.approx(0.0199)
    grim = memoryless(np.eye(2)[None, :, None])
    game = grim_talks(games, alarm, 0.95, LONG)
    value = (1 - 0.95) * expected(game, [grim, grim])
    assert value == pytest.approx([2.4512734924896598] * 2, abs=1e-10)


def test_rounds_until_the_first_alarm(games: ModuleType) -> None:
    """Case P2: 50.25 rounds of truce, counting that of the first alarm."""
    grim = memoryless(np.eye(2)[None, :, None])
    game = grim_talks(games, 0.0199, 1.0, LONG)
    truce = np.zeros((1, 2, 2, 4))
    truce[:, :, 0] = 1.0
    counted = replace(game, payoffs=truce, last_payoffs=truce)
    assert expected(counted, [grim, grim]) == pytest.approx([50.25125628140704] * 2, abs=1e-9)
