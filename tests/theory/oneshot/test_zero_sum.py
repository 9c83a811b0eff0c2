"""One equilibrium and the value of zero-sum games, against games solved by hand."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.errors import SolverError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.zero_sum import solve_zero_sum
from negsim.theory.registry import solve, solvers

MORRA = np.array([[0, 2, -3, 0], [-2, 0, 0, 3], [3, 0, 0, -4], [0, -3, 4, 0]], dtype=float)
"""Two-finger Morra (Chvatal 1983, chapter 15): value 0; no saddle point."""


@pytest.mark.parametrize("factor", [1.0, 2.0**-40, 2.0**40])
@pytest.mark.parametrize("sum_of_both", [0.0, 3.0])
def test_values_by_hand(factor: float, sum_of_both: float) -> None:
    own = MORRA * factor
    solution = solve_zero_sum(NormalFormGame.from_bimatrix(own, sum_of_both * factor - own))
    (found,) = solution.equilibria
    assert found.payoffs == pytest.approx([0, sum_of_both * factor], abs=1e-12 * factor)
    assert found.regret.max() <= 1e-12 * factor
    assert not solution.complete
    own_mix = found.profile[0]
    assert own_mix[[0, 3]] == pytest.approx([0, 0], abs=1e-12)
    assert 4 / 7 - 1e-9 <= own_mix[1] <= 3 / 5 + 1e-9


def test_it_is_offered_for_zero_sum_games_alone() -> None:
    rng = np.random.default_rng(1)
    own, other = rng.normal(size=(2, 18, 18))
    for second, offered in ((-own, True), (other, False)):
        game = NormalFormGame.from_bimatrix(own, second)
        assert solvers["zero_sum"].can_solve(game) is offered
        with pytest.raises(SolverError) as refused:
            solve(game, "nash")
        assert ("zero_sum" in str(refused.value)) is offered
    with pytest.raises(SolverError, match=r"do not; solvers that can: .*tracing"):
        solve(game, "zero_sum")
