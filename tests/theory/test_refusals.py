"""A refusal names solvers that take this very game: each of them is then asked to."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.errors import SolverError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.registry import refusal, solve, solvers
from tests.oracles.plain_trees import kuhns_poker

RNG = np.random.default_rng(4)
OWN = RNG.integers(-9, 10, (17, 17)).astype(float)


REFUSED = [
    ("nash", NormalFormGame.from_bimatrix(OWN, -OWN)),
    ("nash", NormalFormGame(RNG.normal(size=(3, 2, 2, 2)))),
    ("nashpy", NormalFormGame(RNG.normal(size=(2, 16, 16)))),
    ("regular", NormalFormGame(RNG.normal(size=(2, 10, 10)))),
    ("tree_nash", kuhns_poker()),
]


@pytest.mark.parametrize(("name", "game"), REFUSED, ids=[name for name, _ in REFUSED])
def test_every_solver_that_is_named_takes_the_game(name: str, game: object) -> None:
    with pytest.raises(SolverError, match="solvers that can: ") as refused:
        solve(game, name)
    able = str(refused.value).split("solvers that can: ")[1].split(", ")
    assert name not in able
    assert able != ["none"]
    for other in able:
        assert solve(game, other).method == other


def test_no_solver_is_named_that_would_refuse_too() -> None:
    large = NormalFormGame(RNG.normal(size=(2, 17, 17)))
    told = str(refusal("nash", large, "is tired"))
    unfit = {"nash", "nashpy", "regular", "zero_sum", "logit"}
    assert not unfit & set(told.split("solvers that can: ")[1].split(", "))
    assert all(not solvers[name].can_solve(large) for name in unfit - {"logit"})
