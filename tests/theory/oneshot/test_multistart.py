"""Newton's method from many starts: nothing false, nothing that the proofs miss."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.several.regular import solve_regular
from tests.oracles.multistart import multistart, nearest


def test_it_finds_nothing_that_regular_misses() -> None:
    counts = [0, 0]
    for seed in range(8):
        shape = [(2, 2, 2), (2, 3, 2)][seed % 2]
        game = NormalFormGame(np.random.default_rng(seed).normal(size=(3, *shape)))
        found, proved = multistart(game, starts=20), solve_regular(game)
        assert proved.complete
        for one in found.equilibria:
            mine = np.concatenate(one.profile)
            others = [np.concatenate(other.profile) for other in proved.equilibria]
            assert min(np.abs(mine - other).max() for other in others) < 1e-8
        counts[0] += len(found.equilibria)
        counts[1] += len(proved.equilibria)
    assert counts[0] >= 0.9 * counts[1], "it finds most"


def test_it_repeats_itself_and_never_claims_all() -> None:
    game = NormalFormGame(np.random.default_rng(3).normal(size=(3, 2, 2, 2)))
    solution = multistart(game, starts=5, seed=1)
    assert solution.to_json() == multistart(game, starts=5, seed=1).to_json()
    assert not solution.complete
    assert "not known to be all" in solution.message


def test_a_continuum_is_left_out() -> None:
    """In a game with a curve of mixed equilibria only the pure ones are listed."""
    cells = "0 0 2  3 0 0  0 3 0  0 0 0  1 1 0  0 0 0  0 0 0  0 0 3"
    numbers = np.array(cells.split(), dtype=float).reshape(2, 2, 2, 3)
    solution = multistart(NormalFormGame(numbers.transpose(3, 2, 1, 0)), starts=10)
    assert {one.marks[0] for one in solution.equilibria} == {"pure"}
    assert "left out" in solution.message


def test_the_nearest_probability_vector() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        point = rng.normal(size=4) * 10.0 ** rng.integers(-2, 17)
        mixed = nearest(point)
        assert mixed.sum() == pytest.approx(1.0)
        others = rng.dirichlet(np.ones(4), size=50)
        assert (
            np.linalg.norm(others - point, axis=1) >= np.linalg.norm(mixed - point) - 1e-9
        ).all()
