"""The tracing procedure: always one equilibrium, the one that theory says where it says one."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.errors import ProfileError
from negsim.games.normal_form import NormalFormGame
from negsim.solvers.result import certify
from negsim.solvers.tracing import solve_tracing

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


def test_a_prior_that_does_not_fit() -> None:
    with pytest.raises(ProfileError, match="expected 2 mixed actions, got 1"):
        solve_tracing(HUNT, prior=[[1.0, 0.0]])
