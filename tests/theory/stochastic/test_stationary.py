"""Endless talks against plain algebra: best replies, linear programmes, and the fallback."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from negsim.dynamics.build import talks
from negsim.errors import SolverError
from negsim.scenario.load import load
from negsim.theory.registry import solve, solvers
from negsim.theory.stochastic import markov_logit as module
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.limit import limit_of_rounds
from negsim.theory.stochastic.markov_logit import markov_logit
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.rounds import field, one_shot_gain, tree, value_of
from negsim.theory.stochastic.solve import solve_talks
from negsim.theory.stochastic.stage import LOGIT
from tests.oracles.arrays_game import from_arrays

FEW = settings(deadline=None, derandomize=True, max_examples=12)
TEXTBOOK = Path(__file__).resolve().parents[3] / "scenarios" / "textbook"


def arrays(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return payoffs and chances of a small game of two players who both have a choice."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 4)), int(rng.integers(2, 4)), int(rng.integers(2, 4)))
    payoffs = rng.integers(-4, 5, size=(2, *shape)) + rng.random((2, *shape))
    return payoffs, rng.dirichlet(np.full(shape[0], 0.4), shape) * rng.choice([1.0, 0.7])


def dense(game: StochasticGame) -> np.ndarray:
    """Return the chances (S, A, S) of moving on."""
    found = np.zeros((game.num_states, game.event_of.shape[1], game.num_states))
    np.put_along_axis(found, game.successors, game.chances[0], axis=2)
    return found


def acts(plan: Plan) -> list[np.ndarray]:
    """Return each player's mixed actions (S, moves) where two move at once."""
    rows, columns = plan.game.num_moves
    found = plan.mixed[0, 0, :, 0]
    joint = plan.choice[0, 0, :, 0]
    pure = joint >= 0
    left, right = found[:, :rows].copy(), found[:, rows : rows + columns].copy()
    left[pure] = np.eye(rows)[joint[pure] // columns]
    right[pure] = np.eye(columns)[joint[pure] % columns]
    return [left, right]


def best_values(game: StochasticGame, player: int, other: np.ndarray) -> np.ndarray:
    """Return what the best reply for ever is worth (S,), by iterating values until they settle."""
    chances = dense(game).reshape(game.num_states, *game.num_moves, game.num_states)
    paid = game.payoffs[0, player].reshape(game.num_states, *game.num_moves)
    if player == 1:
        chances, paid = chances.swapaxes(1, 2), paid.swapaxes(1, 2)
    ours = np.einsum("sab,sb->sa", paid, other)
    onward = game.discount[0, player] * np.einsum("sabt,sb->sat", chances, other)
    values = np.zeros(game.num_states)
    for _ in range(2000):
        values = (ours + onward @ values).max(axis=1)
    return values


def largest_gain(plan: Plan) -> float:
    """Return the most that anybody gains in some state by the best other stationary play."""
    played = acts(plan)
    gains = [best_values(plan.game, i, played[1 - i]) - plan.values[0, 0, i] for i in range(2)]
    return float(np.max(gains))


@pytest.mark.parametrize("seed", range(12))
def test_nobody_gains_by_any_other_policy_in_the_limit(seed: int) -> None:
    payoffs, chances = arrays(seed)
    plan = solve_talks(from_arrays(payoffs, chances, 0.8))
    if (plan.status == LOGIT).any():
        assert "longer talks have no limit" in plan.rule
        assert largest_gain(plan) > 0
    else:
        assert largest_gain(plan) < 1e-8


@pytest.mark.parametrize("seed", range(4))
def test_alone_it_is_the_linear_programme_of_the_process(seed: int) -> None:
    rng = np.random.default_rng(seed)
    chances = rng.random((12, 4, 12)) ** 3
    chances /= chances.sum(axis=-1, keepdims=True) * rng.uniform(1, 1.1, (12, 4, 1))
    game = from_arrays(rng.normal(size=(1, 12, 4)), chances, 0.9)
    rows = np.eye(12)[:, None, :] - 0.9 * dense(game)
    programme = linprog(
        np.ones(12),
        A_ub=-rows.reshape(-1, 12),
        b_ub=-game.payoffs[0, 0].ravel(),
        bounds=(None, None),
    )
    assert limit_of_rounds(game).values[0, 0, 0] == pytest.approx(programme.x, abs=1e-7)


@FEW
@given(st.integers(0, 10**6))
def test_names_of_players_moves_and_states_do_not_matter(seed: int) -> None:
    payoffs, chances = arrays(seed)
    turned = payoffs[::-1, ::-1].transpose(0, 1, 3, 2)[..., ::-1, :]
    turned_chances = chances[::-1, :, :, ::-1].transpose(0, 2, 1, 3)[:, ::-1]
    one = markov_logit(from_arrays(payoffs, chances, [0.6, 0.8]), 20.0)
    other = markov_logit(from_arrays(turned, turned_chances, [0.8, 0.6]), 20.0)
    assert other.values[0, 0, ::-1, ::-1] == pytest.approx(one.values[0, 0], abs=1e-6)


@FEW
@given(st.integers(0, 10**6), st.sampled_from([1e-6, 3.0, 1e6]), st.floats(-5, 5))
def test_units_of_payoffs_do_not_matter(seed: int, scale: float, shift: float) -> None:
    payoffs, chances = arrays(seed)
    chances = chances / chances.sum(axis=-1, keepdims=True)
    left = markov_logit(from_arrays(payoffs, chances, 0.7), 15.0)
    right = markov_logit(from_arrays(scale * (payoffs + shift), chances, 0.7), 15.0)
    assert left.mixed == pytest.approx(right.mixed, abs=1e-6)


def regret(game: StochasticGame, mixed: list[float]) -> float:
    """Return the largest gain of deviating once from the play of the one state there is."""
    shape, ground, play = tree(game), field(game), np.array([mixed], dtype=float)
    share = np.zeros(1)
    one_shot_gain(shape, ground, play, value_of(shape, ground, play), share)
    return float(share[0])


def test_regret_is_a_share_of_what_is_at_stake() -> None:
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    game = from_arrays([[pennies], [-pennies]], np.ones((1, 2, 2, 1)), 0.5)
    assert regret(game, [1, 0, 0.25, 0.75]) == pytest.approx(0.5)
    assert regret(game, [0.5, 0.5, 0.5, 0.5]) == 0.0


def test_a_catastrophe_that_nobody_risks_does_not_excuse_a_gain() -> None:
    rows = np.array([[0.0, -1e15], [1.0, -1e15]])
    columns = np.array([[0.0, -1.0], [0.0, -1.0]])
    game = from_arrays([[rows], [columns]], np.ones((1, 2, 2, 1)), 0.5)
    assert regret(game, [1, 0, 1, 0]) == pytest.approx(1.0)
    assert regret(game, [0, 1, 1, 0]) == 0.0


@pytest.mark.parametrize("method", ["limit", "markov_logit"])
def test_talks_with_a_last_round_are_refused(method: str) -> None:
    game = from_arrays([[[1.0, 5.0]]], [[[1.0], [0.0]]], 0.9)
    with pytest.raises(SolverError, match=f'"{method}" takes endless talks and these have a last'):
        solve(replace(game, rounds=np.array([3])), method)
    assert solvers[method].takes is StochasticGame


def restless() -> StochasticGame:
    """Return talks in which what is demanded swings for ever as they get longer."""
    flows = {"payoffs.a.waiting": 0.25, "payoffs.envoy.waiting": 0.25, "payoffs.b.waiting": 0.125}
    halves = {f"parties.{name}.discount": 0.5 for name in ("a", "b", "envoy")}
    return talks(load(TEXTBOOK / "inside_options.toml").set({**flows, **halves}))


def test_where_longer_talks_have_no_limit_logit_play_is_declared() -> None:
    game = restless()
    plan, logit = solve_talks(game), markov_logit(game)
    assert plan.rule == (
        "stationary, as longer talks have no limit: "
        "Markov logit equilibrium at precision 100 per payoff range"
    )
    assert (plan.status == LOGIT).all()
    assert np.array_equal(plan.values, logit.values)
    assert np.array_equal(plan.mixed, logit.mixed)


def test_where_logit_play_is_not_found_either_both_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LARGEST_SYSTEM", 5)
    with pytest.raises(SolverError, match=r"no limit to report; solver .markov_logit. needs 3 pl"):
        solve_talks(restless())
