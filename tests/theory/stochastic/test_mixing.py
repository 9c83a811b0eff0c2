"""Mixed equilibria of a node of two: against closed forms and exact enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.arrays import FloatArray
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.two_party.rational import exact_equilibria
from negsim.theory.stochastic.mixing import mix_two


def mix(left: FloatArray, right: FloatArray, weights: tuple[float, float]) -> tuple[int, list]:
    rows, columns = left.shape
    mixed = np.full(rows + columns, np.nan)
    payoffs = np.stack([left.ravel(), right.ravel()]).astype(float)
    both = np.stack([np.array(weights), np.ones(2)])
    found = mix_two(payoffs, np.array([0, 1]), np.array([rows, columns]), both, mixed)
    return found, mixed.tolist()


def test_the_best_of_three_equilibria_by_the_weights() -> None:
    left, right = np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])
    assert mix(left, right, (1.0, 0.0)) == (3, [1, 0, 1, 0])
    assert mix(left, right, (0.0, 1.0)) == (3, [0, 1, 0, 1])
    found, mixed = mix(left, right, (-1.0, -1.0))
    assert found == 3
    assert mixed == pytest.approx([2 / 3, 1 / 3, 1 / 3, 2 / 3], rel=1e-12)


def test_too_many_moves_are_left_alone() -> None:
    found, mixed = mix(np.zeros((13, 2)), np.zeros((13, 2)), (1.0, 1.0))
    assert found == 0
    assert np.isnan(mixed).all()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(2, 4), st.integers(2, 4), st.sampled_from([1.0, 1e6]))
def test_what_is_found_is_what_exact_enumeration_finds(
    seed: int, rows: int, columns: int, scale: float
) -> None:
    draw = np.random.default_rng(seed)
    left, right = scale * draw.normal(size=(2, rows, columns))
    found, mixed = mix(left, right, (1.0, 1.0))
    game = NormalFormGame(np.stack([left, right]))
    exact = exact_equilibria(left.tolist(), right.tolist())
    assert found == len(exact)
    sums = [float(sum(each.payoffs)) for each in exact]
    chosen = game.payoff((mixed[:rows], mixed[rows:])).sum()
    assert chosen == pytest.approx(max(sums), rel=1e-9, abs=1e-9 * scale)
