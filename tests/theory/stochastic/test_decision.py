"""The best reply to fixed play: policy iteration against value iteration and linear programming."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from negsim.dynamics.build import talks
from negsim.errors import ProfileError, SolverError, UsageError
from negsim.scenario.load import loads
from negsim.theory.stochastic.arrays_game import from_arrays
from negsim.theory.stochastic.backward_induction import backward_induction
from negsim.theory.stochastic.decision import best_response
from negsim.theory.stochastic.game import StochasticGame


def random_game(seed: int, states: int, moves: tuple[int, ...], discount: float) -> StochasticGame:
    rng = np.random.default_rng(seed)
    payoffs = rng.normal(size=(len(moves), states, *moves))
    chances = rng.random((states, *moves, states)) ** 3
    chances /= chances.sum(axis=-1, keepdims=True) * rng.uniform(1, 1.1, (states, *moves, 1))
    return from_arrays(payoffs, chances, discount)


def dense(game: StochasticGame) -> np.ndarray:
    """Return the chances (S, A, S) of moving on."""
    states, profiles = game.event_of.shape
    found = np.zeros((states, profiles, states))
    for state, profile, place in itertools.product(*map(range, game.successors.shape)):
        new = game.successors[state, profile, place]
        found[state, profile, new] += game.chances[0, state, profile, place]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_alone_it_is_the_linear_programme_of_the_process(seed: int) -> None:
    game = random_game(seed, 12, (4,), 0.9)
    rows = np.eye(12)[:, None, :] - 0.9 * dense(game)
    programme = linprog(
        np.ones(12),
        A_ub=-rows.reshape(-1, 12),
        b_ub=-game.payoffs[0, 0].ravel(),
        bounds=(None, None),
    )
    reply = best_response(game, 0)
    assert reply.values[0] == pytest.approx(programme.x, abs=1e-7)
    assert reply.residual < 1e-12
    assert reply.policies <= 12
    best = reply.worth[0, np.arange(12), 0, reply.policy[0, :, 0]]
    assert best == pytest.approx(reply.values[0], abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_against_mixed_play_it_is_value_iteration_of_the_averages(seed: int) -> None:
    game = random_game(seed, 5, (2, 3, 2), 0.8)
    rng = np.random.default_rng(seed)
    parts = [rng.dirichlet(np.ones(size), 5) for size in (2, 3, 2)]
    mixed = np.concatenate(parts, axis=1)[:, None, :]
    payoffs = game.payoffs[0, 1].reshape(5, 2, 3, 2)
    weights = np.einsum("sa,sc->sac", parts[0], parts[2])
    paid = np.einsum("sac,sabc->sb", weights, payoffs)
    chances = np.einsum("sac,sabct->sbt", weights, dense(game).reshape(5, 2, 3, 2, 5))
    values = np.zeros(5)
    for _ in range(300):
        values = (paid + 0.8 * chances @ values).max(axis=1)
    assert best_response(game, 1, mixed).values[0] == pytest.approx(values, abs=1e-12)


def test_a_bad_first_policy_is_left_and_ties_keep_the_first_move() -> None:
    game = from_arrays([[[0.0, 1.0, 1.0], [5.0, 5.0, 0.0]]], np.full((2, 3, 2), 0.5), 0.5)
    reply = best_response(game, 0)
    assert reply.policy.tolist() == [[[1], [0]]]
    assert reply.policies == 2


ORDERED = """
format = 1
title = "Offer, then reply"
parties.proposer.discount = 0.9
parties.responder.discount = 0.8
options.deal.parties = ["proposer", "responder"]
options.walk.parties = ["responder"]
talks.rounds = 5
talks.order = [["proposer"], ["responder"]]
state.lever = { levels = 3, start = 0 }
changes.up = { when = "not deal", add = { lever = 1 }, chance = 0.4 }
ends.signed = { kind = "agreement", when = "deal" }
ends.left = { kind = "exit", by = ["responder"], when = "walk" }
payoffs.proposer.share = { at = "signed", value = 1, per = "2 + lever" }
payoffs.responder.share = { at = "signed", value = 1, per = "3 - lever" }
payoffs.responder.relief = { when = "not deal", value = 0.4 }
payoffs.responder.outside = { at = "left", value = 1.1 }
"""


def test_with_a_last_round_the_plan_is_its_own_best_reply() -> None:
    game = talks(loads(ORDERED))
    plan = backward_induction(game)
    width = max(game.num_moves)
    mixed = np.zeros((*plan.choice.shape[1:], width))
    np.put_along_axis(mixed, plan.choice[0][..., None], 1.0, axis=-1)
    for player in range(2):
        reply = best_response(game, player, mixed)
        assert reply.values == pytest.approx(plan.values[0, :, player], abs=1e-12)
        assert reply.policies == 0
        assert reply.value_at_start == pytest.approx(
            plan.values[0, -1, player, game.start[0]], abs=1e-12
        )


def test_faults_are_told() -> None:
    game = random_game(1, 3, (2, 2), 0.9)
    with pytest.raises(ProfileError, match="expected what the other players do"):
        best_response(game, 0)
    with pytest.raises(ProfileError, match=r"mixed: expected the shape \(3, 1, 4\), got \(3, 4\)"):
        best_response(game, 0, np.zeros((3, 4)))
    with pytest.raises(ProfileError, match="sum to 1"):
        best_response(game, 0, np.full((3, 1, 4), 0.4))
    with pytest.raises(ProfileError, match="the same in every round"):
        best_response(game, 0, np.full((2, 3, 1, 4), 0.5))
    with pytest.raises(UsageError, match="player: expected 0 to 1, got 2"):
        best_response(game, 2, np.full((3, 1, 4), 0.5))
    with pytest.raises(UsageError, match="point: expected 0 to 0, got 1"):
        best_response(game, 0, np.full((3, 1, 4), 0.5), point=1)
    finite = talks(loads(ORDERED))
    mixed = np.zeros((2, 3, 1 + finite.num_moves[0], max(finite.num_moves)))
    mixed[..., 0] = 1.0
    with pytest.raises(ProfileError, match="expected 1 or 5 rounds, got 2"):
        best_response(finite, 0, mixed)


def test_values_that_need_not_be_finite_are_refused() -> None:
    game = random_game(1, 3, (2,), 0.9)
    with pytest.raises(SolverError, match="needs discounts that times the largest chance"):
        best_response(replace(game, discount=np.array([[1.2]])), 0)
