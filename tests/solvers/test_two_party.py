"""All equilibria of two-player games, against exact enumeration and in the hard cases."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.arrays import FloatArray
from negsim.errors import SolverError
from negsim.games.normal_form import NormalFormGame
from negsim.solvers import two_party
from negsim.solvers.pure import solve_pure
from negsim.solvers.rational import extreme_equilibria
from negsim.solvers.result import Solution
from negsim.solvers.two_party import solve_nash

CHICKEN = NormalFormGame.from_bimatrix([[0, -1], [1, -5]], [[0, 1], [-1, -5]])


def flat(solution: Solution) -> list[FloatArray]:
    return [np.concatenate(equilibrium.profile) for equilibrium in solution.equilibria]


def exact(game: NormalFormGame) -> list[FloatArray]:
    return [np.concatenate(profile) for profile in extreme_equilibria(*game.payoffs)]


def same(left: list[FloatArray], right: list[FloatArray], tolerance: float = 1e-7) -> bool:
    """Tell whether two lists hold the same profiles, whatever their order."""
    return all(
        any(np.abs(mine - theirs).max() <= tolerance for theirs in other)
        for one, other in ((left, right), (right, left))
        for mine in one
    )


def draw(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    payoffs = rng.integers(-3, 4, (2, *shape)).astype(float)
    if kind == "generic":
        payoffs = rng.normal(size=(2, *shape))
    if kind == "zero-sum":
        payoffs[1] = -payoffs[0]
    if kind == "ties":
        payoffs = np.sign(payoffs)
    if kind == "offset":
        payoffs += 1e6
    return payoffs


@pytest.mark.parametrize("kind", ["generic", "integers", "zero-sum", "ties", "offset"])
@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 3), (4, 4)])
def test_against_exact_enumeration(kind: str, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng([*shape, len(kind)])
    for _ in range(4 if shape == (4, 4) else 12):
        game = NormalFormGame(draw(kind, shape, rng))
        solution = solve_nash(game)
        assert same(flat(solution), exact(game))
        assert solution.complete is not solution.degenerate
        assert solution.dropped == ()


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("offset", [0.0, -1e6, 1e6])
def test_scale_and_offset(scale: float, offset: float) -> None:
    solution = solve_nash(NormalFormGame((CHICKEN.payoffs + offset) * scale))
    assert solution.complete
    assert same(flat(solution), flat(solve_nash(CHICKEN)))


@pytest.mark.parametrize("crash", [-1e3, -1e6, -1e9, -1e12, -1e13])
def test_chicken_with_a_catastrophic_crash(crash: float) -> None:
    game = NormalFormGame.from_bimatrix([[0, -1], [1, crash]], [[0, 1], [-1, crash]])
    solution = solve_nash(game)
    daring = -1 / crash
    mixed = [equilibrium for equilibrium in solution.equilibria if "pure" not in equilibrium.marks]
    assert len(solution.equilibria) == 3
    assert solution.complete
    assert mixed[0].profile[0][1] == pytest.approx(daring, rel=1e-3)
    assert (mixed[0].regret < 1e-9).all()


def test_a_catastrophe_elsewhere_excuses_no_false_equilibrium() -> None:
    rng = np.random.default_rng(8)
    for _ in range(25):
        payoffs = rng.integers(-3, 4, (2, 3, 3)).astype(float)
        payoffs[rng.integers(2), rng.integers(3), rng.integers(3)] = -1e12
        game = NormalFormGame(payoffs)
        assert same(flat(solve_nash(game)), exact(game), tolerance=1e-5)


def test_very_uneven_payoffs_are_solved_in_rationals() -> None:
    """In floats the rarely played action costs the others' chances five digits."""
    game = NormalFormGame.from_bimatrix(
        [[-2, 2, -2], [-1, 2, -3], [2, 1, -1]], [[-1e12, -2, -3], [2, 2, -1], [2, -2, 3]]
    )
    expected = np.array([1.5e-12, 5 / 8, 3 / 8, 1 / 7, 5 / 7, 1 / 7])
    assert min(np.abs(profile - expected).max() for profile in flat(solve_nash(game))) < 1e-11


def test_a_game_too_uneven_for_floats_and_too_large_for_rationals_is_not_called_complete() -> None:
    rng = np.random.default_rng(1)
    payoffs = rng.normal(size=(2, 7, 7))
    payoffs[:, 3, 3] = -1e12
    solution = solve_nash(NormalFormGame(payoffs))
    assert not solution.complete
    assert not solution.degenerate
    assert "not known to be all" in solution.message
    for equilibrium in solution.equilibria:
        assert (equilibrium.regret < 1e-6).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (5, 1)])
def test_one_row_or_column(shape: tuple[int, int]) -> None:
    payoffs = np.arange(2.0 * shape[0] * shape[1]).reshape(2, *shape)
    solution = solve_nash(NormalFormGame(payoffs))
    assert same(flat(solution), flat(solve_pure(NormalFormGame(payoffs))))
    assert len(solution.equilibria) == 1
    assert solution.complete


def test_ties_in_one_row_are_degenerate() -> None:
    solution = solve_nash(NormalFormGame.from_bimatrix([[0, 0, 0]], [[1, 1, 0]]))
    assert len(solution.equilibria) == 2
    assert solution.degenerate
    assert not solution.complete


def test_a_constant_game() -> None:
    solution = solve_nash(NormalFormGame(np.full((2, 2, 3), 7.0)))
    assert len(solution.equilibria) == 6
    assert solution.degenerate
    assert "may form a continuum" in solution.message


def test_one_constant_player() -> None:
    game = NormalFormGame.from_bimatrix([[1, 1], [1, 1]], [[1, 0], [0, 2]])
    assert same(flat(solve_nash(game)), exact(game))


def test_candidates_above_tolerance_are_dropped_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    false = (np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    monkeypatch.setattr(two_party, "_candidates", lambda game: iter([false]))
    monkeypatch.setattr(two_party, "MOST_SYSTEMS", 0)
    solution = solve_nash(CHICKEN)
    assert len(solution.equilibria) == 2
    assert not solution.complete
    assert solution.dropped[0].startswith("[0.5 0.5], [0.5 0.5]: player 1 plays no best response")


def test_an_even_number_is_not_called_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_party, "_candidates", lambda game: iter([]))
    assert len(solve_nash(CHICKEN).equilibria) == 3, "decided in rationals"
    monkeypatch.setattr(two_party, "MOST_SYSTEMS", 0)
    solution = solve_nash(CHICKEN)
    assert len(solution.equilibria) == 2
    assert not solution.complete


def test_a_game_too_large_is_refused_at_once() -> None:
    game = NormalFormGame(np.random.default_rng(0).normal(size=(2, 20, 20)))
    with pytest.raises(SolverError, match=r"20 x 20 actions.*solvers that can: logit, pure"):
        solve_nash(game)


def test_labels_survive() -> None:
    game = NormalFormGame.from_bimatrix(
        [[0, 1], [2, 0]], [[0, 2], [1, 0]], ["S", "D"], [["stay", "go"], ["wait", "press"]]
    )
    first = solve_nash(game).to_dict()["equilibria"][0]
    assert first["profile"] == {"S": {"stay": 1.0}, "D": {"press": 1.0}}
    assert first["payoffs"] == {"S": 1.0, "D": 2.0}
