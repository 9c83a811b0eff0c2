"""Many games at once: the same answers as one by one, and faults of the input in one line."""

from __future__ import annotations

import json

import numpy as np
import pytest

from negsim.errors import GameError, SolverError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.two_party.batch import solve_batch
from negsim.theory.oneshot.two_party.every import solve_nash

CHICKEN = np.array([[0.0, 7], [2, 6]])


@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (1, 3), (5, 5)])
def test_a_batch_is_its_games_one_by_one(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(shape)
    row, column = rng.integers(-4, 5, (2, 30, *shape)).astype(float)
    found = solve_batch(row, column)
    assert len(found) == 30
    for game in range(30):
        alone = solve_nash(NormalFormGame.from_bimatrix(row[game], column[game]))
        mine = sorted(tuple(np.concatenate(pair)) for pair in found.profiles(game))
        theirs = sorted(tuple(np.concatenate(one.profile)) for one in alone.equilibria)
        np.testing.assert_allclose(mine, theirs, atol=1e-12)
        assert found.degenerate[game] == alone.degenerate
        assert found.complete[game] == alone.complete
    assert found.counts.sum() == len(found.row_mixed)


def test_doubtful_games_in_the_middle_are_solved_in_rationals() -> None:
    """Two games with a payoff so bad that differences of the others drown in it."""
    uneven = np.array([[-2, 2, -2], [-1, 2, -3], [2, 1, -1.0]])
    other = np.array([[-1e12, -2, -3], [2, 2, -1], [2, -2, 3]])
    zeros = np.zeros((3, 3))
    row = np.stack([np.eye(3), uneven, zeros, uneven, np.eye(3)])
    column = np.stack([np.eye(3), other, zeros, other, np.eye(3)])
    found = solve_batch(row, column)
    assert found.rational.tolist() == [False, True, False, True, False]
    assert found.counts.tolist()[::2] == [7, 9, 7]
    assert found.complete.all()
    assert found.degenerate.tolist() == [False, True, True, True, False]
    expected = np.array([1.5e-12, 5 / 8, 3 / 8, 1 / 7, 5 / 7, 1 / 7])
    for game in (1, 3):
        near = [np.abs(np.concatenate(pair) - expected).max() for pair in found.profiles(game)]
        assert min(near) < 1e-11, "to the digits of 1.5e-12"
    np.testing.assert_array_equal(found.profiles(0), found.profiles(4))


def test_games_too_large_for_rationals_are_not_called_complete() -> None:
    rng = np.random.default_rng(1)
    payoffs = rng.normal(size=(2, 1, 11, 11))
    payoffs[:, 0, 3, 3] = -1e12
    found = solve_batch(*payoffs)
    assert not found.complete.any()
    assert not found.rational.any()


def test_lists_of_numbers_do() -> None:
    found = solve_batch([CHICKEN.tolist()], [CHICKEN.T.tolist()])
    assert found.counts.tolist() == [3]
    data = found.to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["games"][0]["equilibria"][0] == {"row": [1.0, 0.0], "column": [0.0, 1.0]}


def test_input_is_left_alone_and_output_cannot_be_written() -> None:
    row = CHICKEN[None].copy()
    found = solve_batch(row, row.transpose(0, 2, 1))
    np.testing.assert_array_equal(row[0], CHICKEN)
    assert row.flags.writeable
    for array in (found.row_mixed, found.column_mixed, found.first, found.complete):
        assert not array.flags.writeable


def test_an_empty_batch() -> None:
    found = solve_batch(np.empty((0, 2, 3)), np.empty((0, 2, 3)))
    assert len(found) == 0
    assert found.to_dict() == {"games": []}


@pytest.mark.parametrize(
    ("row", "column", "match"),
    [
        ([[1, 2]], [[1, 2]], r"expected shape \(batch, m, n\), got \(1, 2\)"),
        (np.ones((2, 0, 3)), np.ones((2, 0, 3)), r"got \(2, 0, 3\)"),
        (np.ones((1, 2, 2)), np.ones((2, 2, 2)), r"one shape, got \(1, 2, 2\) and \(2, 2, 2\)"),
        ([[["x"]]], [[[1]]], "expected arrays of numbers"),
        ([[[1], [1, 2]]], [[[1]]], "expected arrays of numbers"),
        ([[[1, np.nan]]], [[[1, 1]]], "game 0 at row 0, column 1 pays nan"),
        ([[[1, 1]]], [[[-np.inf, 1]]], "game 0 at row 0, column 0 pays -inf"),
    ],
)
def test_faults_of_the_input(row: object, column: object, match: str) -> None:
    with pytest.raises(GameError, match=match):
        solve_batch(row, column)


def test_games_too_large_are_refused_at_once() -> None:
    with pytest.raises(SolverError, match=r"each game would enumerate .* 20 x 20 actions"):
        solve_batch(np.ones((1, 20, 20)), np.ones((1, 20, 20)))


def test_there_is_no_such_game() -> None:
    with pytest.raises(GameError, match="expected 0 to 0, got 1"):
        solve_batch([CHICKEN], [CHICKEN.T]).profiles(1)
