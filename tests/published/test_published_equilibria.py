"""Equilibria of games from the literature, as data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from negsim.games.normal_form import NormalFormGame
from negsim.solvers.registry import solve

THIRD = 1 / 3


@dataclass(frozen=True)
class Case:
    """A game, the method, every equilibrium that the source states, and where it states it."""

    name: str
    game: NormalFormGame
    method: str
    expected: tuple[tuple[tuple[float, ...], ...], ...]
    source: str
    complete: bool = True
    regret_tol: float = 1e-9


def selten_horse() -> NormalFormGame:
    """Return the normal form: player 1 down or across, player 2 down or across, player 3 left or
    right without knowing who went down.
    """
    payoffs = np.empty((3, 2, 2, 2))
    payoffs[:, 0, :, 0] = np.array([[3, 2, 2]]).T
    payoffs[:, 0, :, 1] = 0
    payoffs[:, 1, 0, 0] = 4, 4, 0
    payoffs[:, 1, 0, 1] = 0, 0, 1
    payoffs[:, 1, 1, :] = 1
    return NormalFormGame(payoffs)


def symmetric(payoffs: list[list[float]]) -> NormalFormGame:
    return NormalFormGame.from_bimatrix(payoffs, np.transpose(payoffs))


CASES = [
    Case(
        "prisoner's dilemma",
        symmetric([[-1, -10], [0, -9]]),
        "nash",
        (((0, 1), (0, 1)),),
        "Luce and Raiffa (1957), Games and Decisions, section 5.4",
    ),
    Case(
        "battle of the sexes",
        NormalFormGame.from_bimatrix([[2, -1], [-1, 1]], [[1, -1], [-1, 2]]),
        "nash",
        (((1, 0), (1, 0)), ((0, 1), (0, 1)), ((3 / 5, 2 / 5), (2 / 5, 3 / 5))),
        "Luce and Raiffa (1957), Games and Decisions, section 5.3",
    ),
    Case(
        "hawk and dove, V = 2, C = 4",
        symmetric([[-1, 2], [0, 1]]),
        "nash",
        (((1, 0), (0, 1)), ((0, 1), (1, 0)), ((0.5, 0.5), (0.5, 0.5))),
        "Maynard Smith (1982), Evolution and the Theory of Games, chapter 2: V/C hawks",
    ),
    Case(
        "chicken",
        symmetric([[6, 2], [7, 0]]),
        "nash",
        (((1, 0), (0, 1)), ((0, 1), (1, 0)), ((2 / 3, THIRD), (2 / 3, THIRD))),
        "Aumann (1974), Subjectivity and correlation in randomized strategies",
    ),
    Case(
        "stag hunt",
        symmetric([[9, 0], [8, 7]]),
        "nash",
        (((1, 0), (1, 0)), ((0, 1), (0, 1)), ((7 / 8, 1 / 8), (7 / 8, 1 / 8))),
        "Aumann (1990), Nash equilibria are not self-enforcing",
    ),
    Case(
        "matching pennies",
        NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]),
        "nash",
        (((0.5, 0.5), (0.5, 0.5)),),
        "von Neumann (1928), Zur Theorie der Gesellschaftsspiele",
    ),
    Case(
        "rock, paper, scissors",
        NormalFormGame.from_bimatrix(
            [[0, -1, 1], [1, 0, -1], [-1, 1, 0]], [[0, 1, -1], [-1, 0, 1], [1, -1, 0]]
        ),
        "nash",
        (((THIRD, THIRD, THIRD), (THIRD, THIRD, THIRD)),),
        "von Neumann (1928), Zur Theorie der Gesellschaftsspiele",
    ),
    Case(
        "Shapley's game without convergent fictitious play",
        NormalFormGame.from_bimatrix(np.eye(3), np.roll(np.eye(3), 1, axis=1)),
        "nash",
        (((THIRD, THIRD, THIRD), (THIRD, THIRD, THIRD)),),
        "Shapley (1964), Some topics in two-person games",
    ),
    Case(
        "three by two",
        NormalFormGame.from_bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]]),
        "nash",
        (
            ((1, 0, 0), (1, 0)),
            ((4 / 5, 1 / 5, 0), (2 / 3, THIRD)),
            ((0, THIRD, 2 / 3), (THIRD, 2 / 3)),
        ),
        "von Stengel (2007), Equilibrium computation for two-player games, example 3.3",
    ),
    Case(
        "three by two, degenerate: a segment and a point",
        NormalFormGame.from_bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]),
        "nash",
        (
            ((1, 0, 0), (1, 0)),
            ((1, 0, 0), (2 / 3, THIRD)),
            ((0, THIRD, 2 / 3), (THIRD, 2 / 3)),
        ),
        "von Stengel (2007), Equilibrium computation for two-player games, section 3.6",
        complete=False,
    ),
    Case(
        "Selten's horse",
        selten_horse(),
        "pure",
        (((1, 0), (0, 1), (1, 0)), ((0, 1), (0, 1), (0, 1))),
        "Selten (1975), Reexamination of the perfectness concept, figure 1",
    ),
    Case(
        "matching pennies, pure",
        NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]),
        "pure",
        (),
        "von Neumann (1928), Zur Theorie der Gesellschaftsspiele",
    ),
    Case(
        "rock, paper, scissors, logit",
        NormalFormGame.from_bimatrix(
            [[0, -1, 1], [1, 0, -1], [-1, 1, 0]], [[0, 1, -1], [-1, 0, 1], [1, -1, 0]]
        ),
        "logit",
        (((THIRD, THIRD, THIRD), (THIRD, THIRD, THIRD)),),
        "McKelvey and Palfrey (1995), Quantal response equilibria for normal form games",
        complete=False,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.method}: {case.name}")
def test_published(case: Case) -> None:
    solution = solve(case.game, case.method)
    found = [np.concatenate(equilibrium.profile) for equilibrium in solution.equilibria]
    assert len(found) == len(case.expected)
    for expected in case.expected:
        stated = np.concatenate(expected)
        assert min(np.abs(stated - profile).max() for profile in found) < 1e-12, stated
    for equilibrium in solution.equilibria:
        assert equilibrium.regret.max() <= case.regret_tol
    assert solution.complete is case.complete


def test_selten_s_imperfect_equilibrium_is_not_weakly_dominated() -> None:
    """Imperfect is more than weakly dominated: down pays player 2 more than across against left."""
    marks = [equilibrium.marks for equilibrium in solve(selten_horse(), "pure").equilibria]
    assert marks == [("pure",), ("pure",)]


def test_value_of_a_zero_sum_game() -> None:
    """von Neumann and Morgenstern (1944), section 18: a mixed 2 x 2 game."""
    row = np.array([[3.0, -1.0], [-2.0, 1.0]])
    (equilibrium,) = solve(NormalFormGame.from_bimatrix(row, -row), "nash").equilibria
    assert equilibrium.payoffs[0] == pytest.approx(1 / 7, abs=1e-15)
    assert equilibrium.payoffs[1] == pytest.approx(-1 / 7, abs=1e-15)
