"""Matrix games and endless zero-sum games."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from negsim.dynamics.build import talks
from negsim.errors import SolverError, UsageError
from negsim.scenario.load import loads
from negsim.theory.registry import solve
from negsim.theory.stochastic.arrays_game import from_arrays
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.shapley import matrix_game, shapley


def value_by_programme(matrix: np.ndarray) -> float:
    rows, columns = matrix.shape
    programme = linprog(
        np.append(np.zeros(rows), -1.0),
        A_ub=np.hstack([-matrix.T, np.ones((columns, 1))]),
        b_ub=np.zeros(columns),
        A_eq=[np.append(np.ones(rows), 0.0)],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
    )
    return -float(programme.fun)


@pytest.mark.parametrize("seed", range(60))
def test_matrix_games_are_those_of_the_linear_programme(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 7, size=2)
    matrix = rng.integers(-3, 4, size=shape).astype(float)
    if seed % 2:
        matrix = rng.normal(size=shape) * 10.0 ** rng.integers(-6, 7) + rng.normal()
    left, right = np.empty(len(matrix)), np.empty(matrix.shape[1])
    value = matrix_game(matrix, left, right)
    scale = np.abs(matrix).max()
    assert value == pytest.approx(value_by_programme(matrix), abs=1e-8 * scale)
    assert (left @ matrix).min() == pytest.approx(value, abs=1e-13 * scale)
    assert (matrix @ right).max() == pytest.approx(value, abs=1e-13 * scale)
    for play in (left, right):
        assert play.min() >= 0
        assert play.sum() == pytest.approx(1, abs=1e-14)


def random_zero_sum(seed: int, states: int, moves: int, discount: float) -> StochasticGame:
    rng = np.random.default_rng(seed)
    payoffs = rng.normal(size=(states, moves, moves))
    chances = rng.dirichlet(np.full(states, 0.3), (states, moves, moves))
    return from_arrays([payoffs, -payoffs], chances, discount)


@pytest.mark.parametrize("discount", [0.0, 0.5, 0.99, 0.9999])
def test_the_error_bound_holds_and_play_is_optimal(discount: float) -> None:
    solution = shapley(random_zero_sum(3, 6, 3, discount))
    (one,) = solution.equilibria
    assert solution.complete
    assert one.largest_regret <= 1e-9
    assert solution.error_bound is not None
    assert solution.error_bound <= 1e-9 * np.abs(one.values).max()
    assert one.values[0] == pytest.approx(-one.values[1], abs=1e-12 * np.abs(one.values).max())


def test_values_are_the_limit_of_plain_iteration() -> None:
    game = random_zero_sum(5, 4, 3, 0.6)
    values = np.zeros(4)
    for _ in range(80):
        later = (game.chances[0] * values[game.successors]).sum(axis=2)
        rounds = game.payoffs[0, 0] + 0.6 * later
        values = np.array([value_by_programme(row.reshape(3, 3)) for row in rounds])
    assert shapley(game).equilibria[0].values[0] == pytest.approx(values, abs=1e-8)


def test_players_may_move_one_after_the_other() -> None:
    text = """
format = 1
title = "One hides, the other seeks, and sees"
parties.seeker.discount = 0.5
parties.hider.discount = 0.5
options.left.parties = ["hider"]
options.look_left.parties = ["seeker"]
talks.ending.chance = 0.2
ORDER
payoffs.seeker.finds = { when = "left == look_left", value = 1 }
payoffs.seeker.loses = { when = "left != look_left", value = -1 }
payoffs.hider.finds = { when = "left == look_left", value = -1 }
payoffs.hider.loses = { when = "left != look_left", value = 1 }
"""
    ordered = talks(loads(text.replace("ORDER", 'talks.order = [["hider"], ["seeker"]]')))
    assert shapley(ordered).equilibria[0].values[0, 0] == pytest.approx(1 / (1 - 0.4))
    at_once = talks(loads(text.replace("ORDER", "")))
    (one,) = shapley(at_once).equilibria
    assert one.values[0, 0] == pytest.approx(0, abs=1e-15)
    assert one.mixed[0, 0] == pytest.approx([0.5] * 4, abs=1e-14)


def test_other_games_are_refused() -> None:
    pays = np.ones((2, 1, 2, 2))
    chances = np.ones((1, 2, 2, 1))
    with pytest.raises(SolverError, match="payoffs sum to nought and here a sum is 2"):
        shapley(from_arrays(pays, chances, 0.5))
    pays[1] = -1
    with pytest.raises(SolverError, match=r"one discount, got \[0.5, 0.6\]"):
        shapley(from_arrays(pays, chances, [0.5, 0.6]))
    with pytest.raises(UsageError, match="tolerance: expected at least 0, got -1"):
        shapley(from_arrays(pays, chances, 0.5), tolerance=-1)
    with pytest.raises(SolverError, match='"shapley" takes 2 players and this game has 1'):
        solve(from_arrays([[[1.0]]], [[[1.0]]], 0.5), "shapley")
