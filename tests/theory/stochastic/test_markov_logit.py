"""Markov logit equilibrium: a fixed point, on the branch from uniform play."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.dynamics.build import talks
from negsim.errors import SolverError, UsageError
from negsim.scenario.load import loads
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.logit import solve_logit
from negsim.theory.stochastic import markov_logit as module
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.markov_logit import markov_logit
from tests.oracles.arrays_game import from_arrays


def random_game(seed: int, states: int, moves: tuple[int, ...], discount: float) -> StochasticGame:
    rng = np.random.default_rng(seed)
    payoffs = rng.random((len(moves), states, *moves))
    chances = rng.random((states, *moves, states))
    chances /= chances.sum(axis=-1, keepdims=True)
    return from_arrays(payoffs, chances, discount)


def response(game: StochasticGame, mixed: np.ndarray, precision: float) -> np.ndarray:
    """Return the logit response to play in a game of two players, by plain matrix algebra."""
    rows = game.num_moves[0]
    left, right = mixed[:, 0, :rows], mixed[:, 0, rows:]
    states = game.num_states
    joint = np.einsum("sa,sb->sab", left, right).reshape(states, -1)
    chances = np.zeros((states, joint.shape[1], states))
    np.put_along_axis(chances, game.successors, game.chances[0], axis=2)
    onward = np.einsum("sp,spt->st", joint, chances)
    found = np.empty_like(mixed)
    for player, discount in enumerate(game.discount[0]):
        paid = game.payoffs[0, player]
        values = np.linalg.solve(np.eye(states) - discount * onward, (joint * paid).sum(axis=1))
        worth = (paid + discount * chances @ values).reshape(states, rows, -1)
        spread = paid.max() - paid.min()
        own = (worth * right[:, None]).sum(2) if player == 0 else (worth * left[:, :, None]).sum(1)
        odds = np.exp(precision / spread * (own - own.max(axis=1, keepdims=True)))
        part = slice(0, rows) if player == 0 else slice(rows, None)
        found[:, 0, part] = odds / odds.sum(axis=1, keepdims=True)
    return found


@pytest.mark.parametrize("precision", [0.0, 1.0, 10.0, 300.0])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_its_own_response(seed: int, precision: float) -> None:
    game = random_game(seed, 4, (2, 3), 0.9)
    (mixed,) = markov_logit(game, precision).mixed[0]
    assert response(game, mixed, precision) == pytest.approx(mixed, abs=1e-8)


@pytest.mark.parametrize("precision", [3.0, 20.0])
@pytest.mark.parametrize("seed", range(4))
def test_without_a_future_it_is_the_logit_response_of_the_round(
    seed: int, precision: float
) -> None:
    payoffs = np.random.default_rng(seed).normal(size=(3, 2, 3, 2))
    game = from_arrays(payoffs[:, None], np.ones((1, 2, 3, 2, 1)), 0.0)
    expected = solve_logit(NormalFormGame(payoffs), precision).equilibria[0].profile
    found = markov_logit(game, precision).mixed[0, 0, 0, 0]
    assert found == pytest.approx(np.concatenate(expected), abs=1e-7)


def test_regret_falls_as_precision_grows() -> None:
    game = random_game(5, 5, (3, 3), 0.8)
    regrets = [markov_logit(game, p).regret.max() for p in (3, 30, 300)]
    assert regrets[0] > 3 * regrets[1] > 9 * regrets[2]


def test_groups_that_move_in_order_answer_what_they_see() -> None:
    text = """
format = 1
title = "Ask, then give"
parties.asker.discount = 0.5
parties.giver.discount = 0.5
options.ask.parties = ["asker"]
options.give.parties = ["giver"]
talks.order = [["asker"], ["giver"]]
payoffs.asker.gift = { when = "give", value = 1 }
payoffs.giver.thanks = { when = "give == ask", value = 1 }
"""
    game = talks(loads(text))
    mixed = markov_logit(game, 4.0).mixed[0, 0]
    follow = 1 / (1 + np.exp(-4.0))
    ask = 1 / (1 + np.exp(-4.0 * (2 * follow - 1)))
    by_move = dict(zip(game.moves[0], mixed[0, 0], strict=True))
    assert by_move["yes"] == pytest.approx(ask, abs=1e-9)
    places = [list(game.moves[1]).index(word) for word in game.moves[0]]
    assert [mixed[0, 1 + k, place] for k, place in enumerate(places)] == pytest.approx(
        [follow, follow], abs=1e-9
    )


def test_bad_precisions_and_large_games_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    game = random_game(1, 3, (2, 2), 0.5)
    with pytest.raises(UsageError, match="precision: expected a finite number of at least 0"):
        markov_logit(game, -1.0)
    monkeypatch.setattr(module, "LARGEST_SYSTEM", 5)
    with pytest.raises(SolverError, match="2 players x 3 states = 6 values, expected at most 5"):
        markov_logit(game)
