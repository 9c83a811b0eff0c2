"""Every pure equilibrium, any number of players."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from negsim.errors import GameError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.pure import pure_batch, solve_pure


def brute_force(game: NormalFormGame) -> list[tuple[int, ...]]:
    """Return the pure equilibria by trying every deviation from every profile."""
    found = []
    for profile in product(*map(range, game.num_actions)):
        gains = [
            game.payoffs[player, *profile[:player], other, *profile[player + 1 :]]
            - game.payoffs[player, *profile]
            for player in range(game.num_players)
            for other in range(game.num_actions[player])
        ]
        if max(gains) <= 0:
            found.append(profile)
    return found


def found_by_solver(game: NormalFormGame) -> list[tuple[int, ...]]:
    return [
        tuple(int(np.argmax(mixed)) for mixed in equilibrium.profile)
        for equilibrium in solve_pure(game).equilibria
    ]


@pytest.mark.parametrize("shape", [(3,), (2, 2), (3, 4), (2, 3, 2), (2, 2, 2, 2)])
def test_against_brute_force(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(len(shape))
    for _ in range(20):
        game = NormalFormGame(rng.integers(0, 4, (len(shape), *shape)))
        assert found_by_solver(game) == brute_force(game)


def test_none() -> None:
    pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    solution = solve_pure(pennies)
    assert solution.equilibria == ()
    assert solution.complete
    assert solution.message == "0 pure equilibria, all there are"


def test_a_constant_game_has_every_profile() -> None:
    solution = solve_pure(NormalFormGame(np.full((2, 3, 2), 0.1)))
    assert len(solution.equilibria) == 6
    assert solution.complete
    assert solution.degenerate
    assert {equilibrium.marks for equilibrium in solution.equilibria} == {("pure",)}


def test_marks_tell_consent_from_refusal() -> None:
    joint = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    marks = [equilibrium.marks for equilibrium in solve_pure(joint).equilibria]
    assert marks == [("pure", "strict"), ("pure", "weakly dominated moves")]


def test_one_catastrophe_hides_nothing_and_excuses_nothing() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        payoffs = rng.integers(0, 5, (3, 2, 3, 2)).astype(float)
        payoffs[rng.integers(3), rng.integers(2), rng.integers(3), rng.integers(2)] = -1e12
        game = NormalFormGame(payoffs)
        assert found_by_solver(game) == brute_force(game)


@pytest.mark.parametrize("difference", [0.0, 2.0**-52, 1e-13, 1e-10, 1e-8])
@pytest.mark.parametrize("scale", [2.0**-30, 1.0, 2.0**30])
def test_two_payoffs_tie_if_and_only_if_they_are_equal(difference: float, scale: float) -> None:
    payoffs = np.array([[1.0 + difference, 0.0], [1.0, 0.0], [0.0, 0.5]])
    game = NormalFormGame.from_bimatrix(payoffs * scale, [[1, 0], [1, 0], [1, 0]])
    assert found_by_solver(game) == ([(0, 0)] if difference else [(0, 0), (1, 0)])
    assert solve_pure(game).degenerate is (difference == 0.0)


def test_no_offset_hides_a_difference() -> None:
    row = np.array([[3, 2], [0, 3], [5, 6]]) + 1e13
    column = np.array([[3, 2], [3, 2], [6, 1]]) + 1e13
    game = NormalFormGame.from_bimatrix(row, column)
    assert found_by_solver(game) == brute_force(game)


@pytest.mark.parametrize("shape", [(3,), (2, 2), (2, 3, 2), (2, 2, 2, 2)])
def test_a_batch_finds_what_single_games_have(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(sum(shape))
    payoffs = rng.integers(0, 3, (40, len(shape), *shape)).astype(float)
    payoffs[::5] += rng.choice([0.0, 1e-13], payoffs[::5].shape)
    payoffs[1::5] *= 1e-9
    payoffs[2::5, 0, ..., 0] = -1e12
    found = pure_batch(payoffs)
    assert found.shape == (40, *shape)
    for game, marks in zip(payoffs, found, strict=True):
        expected = found_by_solver(NormalFormGame(game))
        assert [tuple(cell) for cell in np.argwhere(marks).tolist()] == expected


def test_a_batch_may_be_read_only_or_empty() -> None:
    payoffs = np.zeros((2, 2, 2, 2))
    payoffs.flags.writeable = False
    assert pure_batch(payoffs).all()
    assert pure_batch(np.zeros((0, 2, 2, 2))).shape == (0, 2, 2)


@pytest.mark.parametrize(
    ("payoffs", "words"),
    [
        (np.zeros((2, 3, 2, 2)), r"expected shape \(batch, n, .*got \(2, 3, 2, 2\)"),
        (np.zeros((2, 2, 0, 2)), r"got \(2, 2, 0, 2\)"),
        ([[[[1, 2], [3, np.nan]], [[1, 2], [3, 4]]]], r"player 1 of game 0 at profile \(1, 1\)"),
        ([[["a"]]], "expected an array of numbers"),
    ],
)
def test_bad_batches(payoffs: object, words: str) -> None:
    with pytest.raises(GameError, match=words):
        pure_batch(payoffs)
