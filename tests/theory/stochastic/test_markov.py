"""Stationary Markov perfect equilibria, and what their record says."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from negsim.dynamics.build import talks
from negsim.errors import ProfileError, SolverError, UsageError
from negsim.scenario.load import loads
from negsim.theory.registry import solve, solvers
from negsim.theory.stochastic.arrays_game import from_arrays
from negsim.theory.stochastic.backward_induction import backward_induction
from negsim.theory.stochastic.decision import best_response
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.markov import markov_perfect
from negsim.theory.stochastic.stationary import MarkovEquilibrium, evaluate


def random_game(seed: int, states: int, moves: tuple[int, ...], discount: float) -> StochasticGame:
    rng = np.random.default_rng(seed)
    payoffs = rng.normal(size=(len(moves), states, *moves))
    chances = rng.dirichlet(np.full(states, 0.5), (states, *moves))
    return from_arrays(payoffs, chances, discount)


def pure_equilibria(game: StochasticGame) -> list[np.ndarray]:
    """Return the values of every pure stationary equilibrium, each move checked by iteration."""
    states, shape = game.num_states, game.num_moves
    cells = list(itertools.product(*map(range, shape)))
    found = []
    for joint in itertools.product(range(len(cells)), repeat=states):
        mixed = np.zeros((states, 1, sum(shape)))
        for state, cell in enumerate(joint):
            for player, move in enumerate(cells[cell]):
                mixed[state, 0, sum(shape[:player]) + move] = 1.0
        values = evaluate(game, mixed).values
        replies = [best_response(game, i, mixed).values[0] for i in range(len(shape))]
        if (np.array(replies) - values).max() < 1e-9:
            found.append(values)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_every_pure_equilibrium_of_small_games_is_found(seed: int) -> None:
    game = random_game(seed, 2, (2, 2), 0.7)
    solution = markov_perfect(game, starts=8)
    assert len(solution) > 0
    for values in pure_equilibria(game):
        assert min(np.abs(one.values - values).max() for one in solution) < 1e-9


@pytest.mark.parametrize(
    ("seed", "states", "moves"), [(1, 5, (2, 3)), (2, 4, (2, 2, 2)), (3, 6, (3, 3)), (4, 1, (4, 4))]
)
def test_nobody_gains_by_any_other_policy(seed: int, states: int, moves: tuple[int, ...]) -> None:
    game = random_game(seed, states, moves, 0.9)
    solution = markov_perfect(game, starts=3)
    assert len(solution) > 0
    assert not solution.complete
    for one in solution:
        assert one.largest_regret <= 1e-9
        for player in range(len(moves)):
            reply = best_response(game, player, one.mixed)
            assert reply.values[0] == pytest.approx(one.values[player], abs=1e-8)
    for one, other in itertools.combinations(solution, 2):
        assert np.abs(one.events - other.events).max() > 1e-6


def test_the_same_seed_gives_the_same_answer() -> None:
    game = random_game(7, 3, (2, 2), 0.8)
    first, second = (markov_perfect(game, seed=3).to_dict() for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    assert first["message"].endswith("of the stake")


OFFERS = """
format = 1
title = "Offer, then reply, for ever"
parties.proposer.discount = 0.9
parties.responder.discount = 0.8
options.deal.parties = ["proposer", "responder"]
options.walk.parties = ["responder"]
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


def test_talks_in_order_are_the_limit_of_long_talks() -> None:
    endless = talks(loads(OFFERS))
    solution = solve(endless, "markov_perfect")
    one = solution.equilibria[0]
    assert one.is_pure
    finite = replace(
        endless, rounds=np.array([400]), last_payoffs=np.zeros_like(endless.last_payoffs)
    )
    plan = backward_induction(finite)
    assert one.values == pytest.approx(plan.values[0, -1], abs=1e-9)
    assert one.choice.tolist() == plan.choice[0, -1].tolist()


def test_the_second_may_answer_the_first_in_a_game_from_arrays() -> None:
    game = replace(random_game(11, 4, (2, 2), 0.9), order=((0,), (1,)))
    solution = markov_perfect(game, starts=2)
    assert len(solution) > 0
    for one in solution:
        assert one.mixed.shape == (4, 3, 2)
        assert one.largest_regret <= 1e-9
        for player in range(2):
            reply = best_response(game, player, one.mixed)
            assert reply.values[0] == pytest.approx(one.values[player], abs=1e-9)


# ---------------------------------------------------------------- the record


def chase() -> MarkovEquilibrium:
    """Return matching pennies for ever, won by whoever is asked: half and half."""
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    game = from_arrays(
        [[pennies], [-pennies]],
        np.full((1, 2, 2, 1), 1.0),
        0.5,
        ["even", "odd"],
        [["heads", "tails"]] * 2,
    )
    return markov_perfect(game, starts=1).equilibria[0]


def test_a_mixed_equilibrium_is_told_in_words() -> None:
    one = chase()
    assert not one.is_pure
    assert one.choice.tolist() == [[-1]]
    assert one.events == pytest.approx(np.full((1, 4), 0.25), abs=1e-15)
    told = one.to_dict()
    assert told["value_at_start"] == pytest.approx({"even": 0, "odd": 0}, abs=1e-15)
    assert told["states"][0]["play"]["odd"] == pytest.approx({"heads": 0.5, "tails": 0.5})


def test_gain_is_in_payoff_units_and_regret_a_share() -> None:
    game = chase().game
    off = evaluate(game, [[[1, 0, 0.25, 0.75]]])
    assert off.values[:, 0] == pytest.approx([-1.0, 1.0])
    assert off.gain[:, 0] == pytest.approx([1.0, 0.5])
    assert off.regret[0] == pytest.approx(0.5)


def test_a_catastrophe_that_nobody_risks_does_not_excuse_a_gain() -> None:
    rows = np.array([[0.0, -1e15], [1.0, -1e15]])
    columns = np.array([[0.0, -1.0], [0.0, -1.0]])
    game = from_arrays([[rows], [columns]], np.ones((1, 2, 2, 1)), 0.5)
    assert evaluate(game, [[[1, 0, 1, 0]]]).regret[0] == pytest.approx(1.0)
    assert evaluate(game, [[[0, 1, 1, 0]]]).regret[0] == 0.0


def test_play_that_does_not_fit_is_refused() -> None:
    game = chase().game
    with pytest.raises(ProfileError, match=r"expected the shape \(1, 1, 4\), got \(1, 4\)"):
        evaluate(game, [[1, 0, 1, 0]])
    with pytest.raises(ProfileError, match="sum to 1"):
        evaluate(game, [[[1, 1, 1, 0]]])


@pytest.mark.parametrize("method", ["markov_perfect", "markov_logit", "shapley"])
def test_talks_with_a_last_round_are_refused(method: str) -> None:
    game = replace(chase().game, rounds=np.array([3]))
    with pytest.raises(SolverError, match=f'"{method}" takes endless talks and these have 3'):
        solve(game, method)
    with pytest.raises(UsageError, match="point: expected 0 to 0, got 4"):
        solve(chase().game, method, point=4)
    entry = solvers[method]
    assert entry.takes is StochasticGame
    for section in ("Returns", "References", "Examples", "Raises"):
        assert section in (entry.solve.__doc__ or "")


def test_bad_options_are_refused() -> None:
    with pytest.raises(UsageError, match="starts: expected at least 1, got 0"):
        markov_perfect(chase().game, starts=0)
