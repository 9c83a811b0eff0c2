"""The tracing procedure: always one equilibrium, the one that theory says where it says one."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import brentq

from negsim.errors import ProfileError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import certify
from negsim.theory.oneshot.several.tracing import solve_tracing

HUNT = NormalFormGame.from_bimatrix([[4, 0], [3, 3]], [[4, 3], [0, 3]])


def test_in_a_stag_hunt_it_finds_the_risk_dominant_equilibrium() -> None:
    """Harsanyi and Selten (1988), "A General Theory of Equilibrium Selection", section 5.4."""
    np.testing.assert_array_equal(solve_tracing(HUNT).equilibria[0].profile[0], [0.0, 1.0])


def test_a_hopeful_prior_leads_to_the_stag() -> None:
    solution = solve_tracing(HUNT, prior=[[0.95, 0.05], [0.95, 0.05]])
    np.testing.assert_array_equal(solution.equilibria[0].profile[0], [1.0, 0.0])
    assert "the prior leads" in solution.message


def test_the_path_may_turn_back() -> None:
    """The answer is one of the equilibria also where time has to run backwards for a while."""
    turned = NormalFormGame.from_bimatrix([[5, 0], [4, 1]], [[1, 5], [0, 4]])
    for prior in ([0.99, 0.01], [0.01, 0.99]):
        (one,) = solve_tracing(turned, prior=[prior, prior]).equilibria
        assert certify(turned, one.profile) is not None


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 2, 2), (3, 3, 3), (2, 2, 2, 2), (2,) * 5])
def test_it_always_arrives(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(len(shape))
    for index in range(4):
        whole = rng.integers(-2, 3, (len(shape), *shape))
        payoffs = whole if index % 2 else rng.normal(size=(len(shape), *shape))
        (one,) = solve_tracing(NormalFormGame(payoffs)).equilibria
        assert (one.regret < 1e-8).all()


def reordered(game: NormalFormGame, order: list[np.ndarray]) -> NormalFormGame:
    return NormalFormGame(game.payoffs[np.ix_(range(game.num_players), *order)])


def traced(game: NormalFormGame, order: list[np.ndarray]) -> np.ndarray:
    """Return the chances of the answer to a game whose actions come in another order."""
    (one,) = solve_tracing(reordered(game, order)).equilibria
    return np.concatenate(
        [own[np.argsort(place)] for own, place in zip(one.profile, order, strict=True)]
    )


@pytest.mark.parametrize("rows", list(permutations(range(3))))
@pytest.mark.parametrize("columns", [(0, 1), (1, 0)])
def test_the_end_in_a_continuum_does_not_depend_on_order(
    rows: tuple[int, ...], columns: tuple[int, ...]
) -> None:
    """Rows 2 and 3 may mix at will; the path leads to where the fading rewards balance."""

    def rewards(p: float) -> float:
        return 0.05 * (1 / p - 1 / (1 - p)) - 0.375 - 0.75 * 0.05 / (1 - 2 * p)

    game = NormalFormGame.from_bimatrix([[-2, -2], [-1, -1], [-1, 2]], [[-1, 0], [0, 2], [2, 0]])
    chances = traced(game, [np.array(rows), np.array(columns)])
    p = brentq(rewards, 0.05, 0.2, xtol=1e-14)
    np.testing.assert_allclose(chances, [0, p, 1 - p, 1, 0], atol=1e-7)
    assert chances[1] == pytest.approx(0.10455, abs=5e-6)


@pytest.mark.parametrize("shape", [(3, 2), (3, 3), (2, 2, 2)])
def test_games_with_ties_lead_to_the_same_end_in_any_order(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(sum(shape))
    for _ in range(3):
        game = NormalFormGame(rng.integers(-1, 2, (len(shape), *shape)).astype(float))
        expected = traced(game, [np.arange(count) for count in shape])
        other = traced(game, [rng.permutation(count) for count in shape])
        np.testing.assert_allclose(other, expected, atol=1e-6)


def test_a_prior_that_does_not_fit() -> None:
    with pytest.raises(ProfileError, match="expected 2 mixed actions, got 1"):
        solve_tracing(HUNT, prior=[[1.0, 0.0]])
