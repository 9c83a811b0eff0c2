"""What must hold in every endless game."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.theory.stochastic.arrays_game import from_arrays
from negsim.theory.stochastic.decision import best_response
from negsim.theory.stochastic.markov import markov_perfect
from negsim.theory.stochastic.markov_logit import markov_logit
from negsim.theory.stochastic.shapley import shapley
from negsim.theory.stochastic.stationary import evaluate

FEW = settings(deadline=None, derandomize=True, max_examples=12)
Arrays = tuple[np.ndarray, np.ndarray]


def arrays(seed: int, zero_sum: bool = False) -> Arrays:
    """Return payoffs and chances of a small game of two players who both have a choice."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 4)), int(rng.integers(2, 4)), int(rng.integers(2, 4)))
    payoffs = rng.integers(-4, 5, size=(2, *shape)) + rng.random((2, *shape))
    if zero_sum:
        payoffs[1] = -payoffs[0]
    chances = rng.dirichlet(np.full(shape[0], 0.4), shape) * rng.choice([1.0, 0.7])
    return payoffs, chances


@FEW
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.5, 0.95]))
def test_markov_perfect_and_shapley_agree_on_zero_sum_games(seed: int, discount: float) -> None:
    payoffs, chances = arrays(seed, zero_sum=True)
    game = from_arrays(payoffs, chances, discount)
    value = shapley(game).equilibria[0].values
    solution = markov_perfect(game, starts=2)
    assert len(solution) > 0
    for one in solution:
        assert one.values == pytest.approx(value, abs=1e-8)


@FEW
@given(st.integers(0, 10**6))
def test_names_of_players_moves_and_states_do_not_matter(seed: int) -> None:
    payoffs, chances = arrays(seed)
    game = from_arrays(payoffs, chances, [0.6, 0.8])
    turned_payoffs = payoffs[::-1, ::-1].transpose(0, 1, 3, 2)[..., ::-1, :]
    turned_chances = chances[::-1, :, :, ::-1].transpose(0, 2, 1, 3)[:, ::-1]
    turned = from_arrays(turned_payoffs, turned_chances, [0.8, 0.6])
    one = markov_logit(game, 20.0).equilibria[0]
    other = markov_logit(turned, 20.0).equilibria[0]
    assert other.values[::-1, ::-1] == pytest.approx(one.values, abs=1e-6)
    rows = payoffs.shape[2]
    again = np.concatenate([one.mixed[..., :rows], one.mixed[..., rows:][..., ::-1]], axis=-1)
    swapped = np.concatenate([again[::-1, :, rows:], again[::-1, :, :rows]], axis=-1)
    assert other.mixed == pytest.approx(swapped, abs=1e-6)
    for equilibrium in markov_perfect(game, starts=2):
        mixed = equilibrium.mixed
        again = np.concatenate([mixed[..., :rows], mixed[..., rows:][..., ::-1]], axis=-1)
        swapped = np.concatenate([again[::-1, :, rows:], again[::-1, :, :rows]], axis=-1)
        assert evaluate(turned, swapped).largest_regret <= 1e-9


@FEW
@given(st.integers(0, 10**6), st.sampled_from([1e-6, 3.0, 1e6]), st.floats(-5, 5))
def test_units_of_payoffs_do_not_matter(seed: int, scale: float, shift: float) -> None:
    payoffs, chances = arrays(seed)
    chances = chances / chances.sum(axis=-1, keepdims=True)
    game = from_arrays(payoffs, chances, 0.7)
    other = from_arrays(scale * (payoffs + shift), chances, 0.7)
    for one in markov_perfect(game, starts=2):
        assert evaluate(other, one.mixed).largest_regret <= 1e-9
        again = evaluate(other, one.mixed).values / scale - shift / 0.3
        assert again == pytest.approx(one.values, abs=1e-8)
    left, right = markov_logit(game, 15.0), markov_logit(other, 15.0)
    assert left.equilibria[0].mixed == pytest.approx(right.equilibria[0].mixed, abs=1e-6)


@FEW
@given(st.integers(0, 10**6))
def test_no_one_shot_gain_means_no_gain_at_all(seed: int) -> None:
    payoffs, chances = arrays(seed)
    game = from_arrays(payoffs, chances, 0.9)
    rng = np.random.default_rng(seed)
    rows, columns = payoffs.shape[2:]
    parts = [rng.dirichlet(np.ones(size), game.num_states) for size in (rows, columns)]
    mixed = np.concatenate(parts, axis=1)[:, None]
    given_play = evaluate(game, mixed)
    for player in range(2):
        gain = best_response(game, player, mixed).values[0] - given_play.values[player]
        assert (gain >= -1e-9).all()
        once = given_play.gain[player].max()
        assert gain.max() >= once - 1e-9
        assert gain.max() <= once / (1 - 0.9) + 1e-9
