"""Equilibria of games from the literature, as data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.registry import solve

THIRD = 1 / 3


@dataclass(frozen=True)
class Case:
    """A game, the method, every equilibrium that the source states, and where it states it.

    ``count`` where the source states how many there are, or more follow from it than are listed.
    ``components``: how many sets of equilibria there are, where the game is degenerate.
    """

    name: str
    game: NormalFormGame
    method: str
    expected: tuple[tuple[tuple[float, ...], ...], ...]
    source: str
    complete: bool = True
    regret_tol: float = 1e-9
    count: int = 0
    components: int = 0


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


def two_by_two_by_two() -> NormalFormGame:
    """Return the game that pays where all, or just one, take the first action, and 0 elsewhere."""
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[:, 0, 0, 0] = 9, 8, 12
    payoffs[:, 1, 1, 0] = 9, 8, 2
    payoffs[:, 1, 0, 1] = 3, 4, 6
    payoffs[:, 0, 1, 1] = 3, 4, 6
    return NormalFormGame(payoffs)


def from_pairs(rows: int, pairs: str) -> NormalFormGame:
    """Return the game of the pairs of payoffs of a .nfg file: the row changes fastest."""
    numbers = np.array([float(Fraction(number)) for number in pairs.split()])
    return NormalFormGame(numbers.reshape(-1, rows, 2).transpose(2, 1, 0))


def zero_sum(row: list[list[float]]) -> NormalFormGame:
    return NormalFormGame.from_bimatrix(row, -np.array(row))


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
        components=2,
    ),
    Case(
        "Winkels: a continuum with twelve extreme points",
        from_pairs(6, "1 1 1 0 3 -2 3 4 5/2 -1 5/2 6 3 2 3 -1 1 2 1 -1 5/2 6 5/2 -1"),
        "nash",
        (
            ((1, 0, 0, 0, 0, 0), (0, 1)),
            ((7 / 8, 0, 0, 0, 0, 1 / 8), (1 / 4, 3 / 4)),
            ((1 / 2, 1 / 2, 0, 0, 0, 0), (1 / 4, 3 / 4)),
            ((1 / 2, 1 / 2, 0, 0, 0, 0), (0, 1)),
            ((0, 7 / 8, 0, 0, 1 / 8, 0), (1 / 4, 3 / 4)),
            ((0, 0, 7 / 11, 0, 0, 4 / 11), (3 / 4, 1 / 4)),
            ((0, 0, 5 / 9, 4 / 9, 0, 0), (1, 0)),
            ((0, 0, 5 / 9, 4 / 9, 0, 0), (3 / 4, 1 / 4)),
            ((0, 0, 0, 1, 0, 0), (1, 0)),
            ((0, 0, 0, 7 / 12, 5 / 12, 0), (3 / 4, 1 / 4)),
            ((0, 0, 0, 0, 1 / 2, 1 / 2), (3 / 4, 1 / 4)),
            ((0, 0, 0, 0, 1 / 2, 1 / 2), (1 / 4, 3 / 4)),
        ),
        "Winkels (1979), as given with the number 12 in Gambit's winkels.nfg",
        components=1,
    ),
    Case(
        "Kohlberg and Mertens: a hexagon of equilibria",
        NormalFormGame.from_bimatrix(
            [[1, 0, -1], [-1, 0, -1], [1, 0, -2]], [[1, -1, 1], [0, 0, 0], [-1, -1, -2]]
        ),
        "nash",
        (
            ((1, 0, 0), (1, 0, 0)),
            ((1, 0, 0), (0, 0, 1)),
            ((0, 1, 0), (0, 1, 0)),
            ((0, 1, 0), (0, 0, 1)),
            ((0, 0, 1), (1, 0, 0)),
            ((0, 0, 1), (0, 1, 0)),
        ),
        "Kohlberg and Mertens (1986), On the strategic stability of equilibria",
        components=1,
    ),
    Case(
        "dual cyclic, 6 x 6",
        from_pairs(
            6,
            "9504 72336 -111771 -461736 397584 1227336 171204 -1718376 1303104 1303104 737154 "
            "-453420 -660 48081 31680 -300036 -113850 774576 -45936 -1039236 -453420 737154 "
            "-227040 -227040 19976 29216 -130944 -178761 451176 451176 208626 -586476 1227336 "
            "397584 774576 -113850 -20526 14124 168124 -84436 -586476 208626 -263076 -263076 "
            "-1718376 171204 -1039236 -45936 1776 1776 -8514 -8976 29216 19976 14124 -20526 72336 "
            "9504 48081 -660 -8976 -8514 52764 52764 -178761 -130944 -84436 168124 -461736 -111771 "
            "-300036 31680",
        ),
        "nash",
        (),
        "von Stengel (1999), New maximal numbers of equilibria in bimatrix games",
        count=75,
    ),
    Case(
        "dual cyclic, 6 x 6, small payoffs",
        NormalFormGame.from_bimatrix(
            [
                [-81, 36, -126, 126, -36, 90],
                [-180, 72, -333, 297, -153, 270],
                [20, -3, 42, -33, 17, -30],
                [-30, 17, -33, 42, -3, 20],
                [270, -153, 297, -333, 72, -180],
                [90, -36, 126, -126, 36, -81],
            ],
            [
                [72, 36, 17, -3, -36, -153],
                [-180, -81, -30, 20, 90, 270],
                [297, 126, 42, -33, -126, -333],
                [-333, -126, -33, 42, 126, 297],
                [270, 90, 20, -30, -81, -180],
                [-153, -36, -3, 17, 36, 72],
            ],
        ),
        "nash",
        (),
        "Savani and von Stengel (2006), Hard-to-solve bimatrix games",
        count=75,
    ),
    Case(
        "three by three, for the Lemke-Howson algorithm",
        NormalFormGame.from_bimatrix(
            [[2, 2, 0], [0, 3, 0], [3, 0, 1]], [[3, 0, 2], [0, 3, 2], [0, 0, 1]]
        ),
        "nash",
        (
            ((0, 1, 0), (0, 1, 0)),
            ((0, 0, 1), (0, 0, 1)),
            ((0, 1 / 2, 1 / 2), (0, 1 / 4, 3 / 4)),
        ),
        "Shapley (1974), A note on the Lemke-Howson algorithm, figure 2",
    ),
    Case(
        "two equilibria that the Lemke-Howson algorithm does not reach",
        NormalFormGame.from_bimatrix(
            [[0, 3, 0], [2, 2, 0], [3, 0, 1]], [[0, 2, 3], [3, 2, 0], [0, 0, 1]]
        ),
        "nash",
        (
            ((0, 0, 1), (0, 0, 1)),
            ((THIRD, 2 / 3, 0), (THIRD, 2 / 3, 0)),
            ((1 / 6, THIRD, 1 / 2), (1 / 6, THIRD, 1 / 2)),
        ),
        "Shapley (1974), A note on the Lemke-Howson algorithm, figure 3",
    ),
    Case(
        "O'Neill's card game",
        zero_sum([[1, -1, -1, -1], [-1, -1, 1, 1], [-1, 1, -1, 1], [-1, 1, 1, -1]]),
        "nash",
        (((0.4, 0.2, 0.2, 0.2), (0.4, 0.2, 0.2, 0.2)),),
        "O'Neill (1987), Nonmetric test of the minimax theory of two-person zerosum games",
    ),
    Case(
        "five by five, zero-sum",
        zero_sum(
            [
                [10, -6, -6, -6, -6],
                [-6, -6, 10, 10, 10],
                [-6, 10, -6, -6, 10],
                [-6, 10, -6, 10, -6],
                [-6, 10, 10, -6, -6],
            ]
        ),
        "nash",
        (((3 / 8, 2 / 8, 1 / 8, 1 / 8, 1 / 8), (3 / 8, 2 / 8, 1 / 8, 1 / 8, 1 / 8)),),
        "Rapoport and Boebel (1992), Mixed strategies in strictly competitive games",
    ),
    Case(
        "a saddle point",
        zero_sum([[15, 0, -2], [0, -15, -1], [1, 2, 0]]),
        "nash",
        (((0, 0, 1), (0, 0, 1)),),
        "Lieberman (1960), the first example of McKelvey and Palfrey (1995)",
    ),
    Case(
        "matching pennies with a 9",
        NormalFormGame.from_bimatrix([[9, 0], [0, 1]], [[0, 1], [1, 0]]),
        "nash",
        (((1 / 2, 1 / 2), (1 / 10, 9 / 10)),),
        "Ochs (1995), Games with unique, mixed strategy equilibria",
    ),
    Case(
        "matching pennies with a 4",
        NormalFormGame.from_bimatrix([[4, 0], [0, 1]], [[0, 1], [1, 0]]),
        "nash",
        (((1 / 2, 1 / 2), (1 / 5, 4 / 5)),),
        "Ochs (1995), Games with unique, mixed strategy equilibria",
    ),
    Case(
        "experimental game 1",
        NormalFormGame.from_bimatrix([[10, 0], [9, 10]], [[8, 18], [9, 8]]),
        "nash",
        (((1 / 11, 10 / 11), (10 / 11, 1 / 11)),),
        "Selten and Chmura (2008), Stationary concepts for experimental 2x2-games",
    ),
    Case(
        "one stage of the chain store game",
        NormalFormGame.from_bimatrix([[2, 0], [1, 1]], [[2, 0], [5, 5]]),
        "nash",
        (((1, 0), (1, 0)), ((0, 1), (1 / 2, 1 / 2)), ((0, 1), (0, 1))),
        "Selten (1978), The chain store paradox",
        components=2,
    ),
    Case(
        "an equilibrium that is not perfect",
        NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]]),
        "nash",
        (((1, 0), (1, 0)), ((0, 1), (0, 1))),
        "Myerson (1978), Refinements of the Nash equilibrium concept",
        components=2,
    ),
    Case(
        "an equilibrium that is perfect and not proper",
        symmetric([[1, 0, -9], [0, 0, -7], [-9, -7, -7]]),
        "nash",
        (((1, 0, 0), (1, 0, 0)), ((0, 1, 0), (0, 1, 0)), ((0, 0, 1), (0, 0, 1))),
        "Myerson (1978), Refinements of the Nash equilibrium concept",
        components=3,
    ),
    Case(
        "an incredible threat",
        NormalFormGame.from_bimatrix([[4, 4], [0, 6]], [[4, 4], [1, 3]]),
        "nash",
        (((1, 0), (1, 0)), ((1, 0), (THIRD, 2 / 3)), ((0, 1), (0, 1))),
        "Schotter, Weigelt and Wilson (1994), A laboratory investigation of multiperson "
        "rationality and presentation effects, problem 1",
        components=2,
    ),
    Case(
        "coordination, 4 x 4",
        symmetric(np.eye(4).tolist()),
        "nash",
        (((1 / 4,) * 4, (1 / 4,) * 4), ((1 / 3, 1 / 3, 1 / 3, 0), (1 / 3, 1 / 3, 1 / 3, 0))),
        "Quint and Shubik (1997), A theorem on the number of Nash equilibria in a bimatrix game",
        count=2**4 - 1,
    ),
    Case(
        "coordination, 5 x 5",
        symmetric(np.eye(5).tolist()),
        "nash",
        (((1 / 5,) * 5, (1 / 5,) * 5),),
        "Quint and Shubik (1997), A theorem on the number of Nash equilibria in a bimatrix game",
        count=2**5 - 1,
    ),
    Case(
        "Selten's horse",
        selten_horse(),
        "pure",
        (((1, 0), (0, 1), (1, 0)), ((0, 1), (0, 1), (0, 1))),
        "Selten (1975), Reexamination of the perfectness concept, figure 1",
    ),
    Case(
        "nine equilibria, 2 x 2 x 2",
        two_by_two_by_two(),
        "regular",
        (((1, 0), (1, 0), (1, 0)), ((0, 1), (0, 1), (1, 0)), ((1, 0), (0, 1), (0, 1))),
        "McKelvey and McLennan (1997), The maximal number of regular totally mixed Nash "
        "equilibria; as given with the number 9, of which 2 totally mixed, in Gambit's 2x2x2.nfg",
        count=9,
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


def check_profiles(case: Case, found: list[np.ndarray]) -> None:
    assert len(found) == (case.count or len(case.expected))
    for expected in case.expected:
        stated = np.concatenate(expected)
        assert min(np.abs(stated - profile).max() for profile in found) < 1e-12, stated


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.method}: {case.name}")
def test_published(case: Case) -> None:
    solution = solve(case.game, case.method)
    check_profiles(case, [np.concatenate(one.profile) for one in solution.equilibria])
    for equilibrium in solution.equilibria:
        assert equilibrium.regret.max() <= case.regret_tol
    assert solution.complete is case.complete


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.method == "nash"], ids=lambda case: case.name
)
def test_published_exactly(case: Case) -> None:
    """The same in rational arithmetic, by a method that shares no code with the one in floats."""
    solution = solve(case.game, "nash", exact=True)
    check_profiles(case, [np.concatenate(one.profile) for one in solution.equilibria])
    assert solution.dropped == ()
    assert solution.degenerate is (case.components > 0)
    assert len(solution.components) == (case.components or len(solution.equilibria))
    assert solution.components == solve(case.game, "nash").components


def test_there_are_at_least_25_published_games() -> None:
    assert len({case.game.payoffs.tobytes() for case in CASES}) >= 25
    assert all(case.source for case in CASES)


def test_the_hexagon_has_six_sides_and_no_inside() -> None:
    (hexagon,) = [case for case in CASES if "hexagon" in case.name]
    (component,) = solve(hexagon.game, "nash").components
    assert [sum(subset.dimensions) for subset in component.subsets] == [1] * 6
    corners = [index for subset in component.subsets for index in subset.equilibria]
    assert sorted(corners) == sorted([*range(6), *range(6)])


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
