"""Gambit finds the same equilibria, where pygambit is installed."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.registry import solve
from tests.oracles.gambit import gambit_equilibria

pytest.importorskip("pygambit")


@pytest.mark.parametrize(("shape", "method"), [((3, 3), "nash"), ((2, 2, 2), "regular")])
def test_gambit_lists_the_same_equilibria(shape: tuple[int, ...], method: str) -> None:
    for seed in range(3):
        payoffs = np.random.default_rng(seed).integers(-50, 50, (len(shape), *shape))
        game = NormalFormGame(payoffs.astype(float))
        ours = [np.concatenate(one.profile) for one in solve(game, method).equilibria]
        theirs = [np.concatenate(one) for one in gambit_equilibria(game)]
        assert len(ours) == len(theirs)
        assert all(min(np.abs(mine - other).max() for other in theirs) < 1e-7 for mine in ours)
