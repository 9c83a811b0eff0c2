"""The bargaining problem: shapes, labels, gains."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.errors import GameError
from negsim.theory.bargaining.problem import BargainingProblem


def test_gains_and_labels() -> None:
    problem = BargainingProblem([[3, 1], [2, 2]], [1, 0], labels=("a", "b"), players=("S", "D"))
    np.testing.assert_array_equal(problem.gains, [[2, 1], [1, 2]])
    assert (problem.labels, problem.players, problem.num_players) == (("a", "b"), ("S", "D"), 2)


def test_arrays_are_read_only_copies() -> None:
    payoffs, disagreement = np.zeros((2, 2)), np.zeros(2)
    problem = BargainingProblem(payoffs, disagreement)
    payoffs[0, 0] = disagreement[0] = 7.0
    assert not problem.payoffs.any()
    assert not problem.disagreement.any()
    for array in (problem.payoffs, problem.disagreement):
        assert not array.flags.writeable


def test_no_package_is_a_problem_too() -> None:
    assert BargainingProblem(np.zeros((0, 3)), [0, 0, 0]).labels == ()


@pytest.mark.parametrize(
    ("payoffs", "disagreement", "names", "message"),
    [
        ([1, 2], [0, 0], {}, r"shape \(packages, players\), got \(2,\)"),
        (np.zeros((2, 0)), [], {}, r"shape \(packages, players\), got \(2, 0\)"),
        ([[1, 2]], [0], {}, r"disagreement: expected 2 payoffs, got shape \(1,\)"),
        ([[1, np.nan]], [0, 0], {}, "payoffs: expected finite numbers"),
        ([[1, 2]], [0, np.inf], {}, "disagreement: expected finite numbers"),
        ([["a", "b"]], [0, 0], {}, "payoffs: expected an array of numbers"),
        ([[1, 2]], [0, 0], {"labels": ("a", "b")}, "labels: expected 1 names, got 2"),
        ([[1, 2]], [0, 0], {"players": ("a", "a")}, "players: expected different names"),
        ([[1, 2]], [0, 0], {"consent": [True]}, "consent: expected true or false for each of 1"),
        ([[1, 2]], [0, 0], {"consent": [[1, 0]]}, "consent: expected true or false"),
    ],
)
def test_bad_problems_are_told(
    payoffs: object, disagreement: object, names: dict[str, object], message: str
) -> None:
    with pytest.raises(GameError, match=message):
        BargainingProblem(payoffs, disagreement, **names)


def test_who_blocks_and_what_is_acceptable() -> None:
    consent = np.array([[True, True], [True, False], [False, True]])
    problem = BargainingProblem([[3, -1], [3, -1], [0.1 + 0.2, 0]], [0.3, 0], consent=consent)
    assert problem.blockers == (("player 2",), (), ())
    assert problem.acceptable.tolist() == [False, False, True]
    consent[0, 1] = False
    assert problem.blockers[0] == ("player 2",)


def test_one_catastrophe_hides_no_loss() -> None:
    problem = BargainingProblem([[1, 0], [-0.1, 5], [-1e12, 7]], [0, 0])
    assert problem.acceptable.tolist() == [True, False, False]


def test_lotteries_are_off_unless_asked_for() -> None:
    assert not BargainingProblem([[1, 2]], [0, 0]).lotteries
