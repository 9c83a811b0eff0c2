"""Exact enumeration: exact where floats are not, complete, and the same as all bases one by one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from negsim.errors import GameError
from negsim.theory.oneshot.two_party.rational import (
    ExactEquilibrium,
    exact_equilibria,
    exact_matrix,
)

Mixed = tuple[Fraction, ...]


def solved(lines: list[list[Fraction]]) -> list[Fraction] | None:
    """Return the solution of a square system, right sides last; None if it is singular."""
    lines = [line.copy() for line in lines]
    for k in range(len(lines)):
        pivot = next((r for r in range(k, len(lines)) if lines[r][k]), None)
        if pivot is None:
            return None
        lines[k], lines[pivot] = lines[pivot], lines[k]
        lines[k] = [value / lines[k][k] for value in lines[k]]
        for r in range(len(lines)):
            if r != k:
                lines[r] = [a - lines[r][k] * b for a, b in zip(lines[r], lines[k], strict=True)]
    return [line[-1] for line in lines]


def extreme_points(payoffs: list[list[Fraction]]) -> Iterator[tuple[Mixed, set[int], set[int]]]:
    """Yield the extreme points of {mixed action, payoff of a best reply}, by every basis.

    ``payoffs`` is (opponent's actions, own actions); with a point come the own actions not played
    and the opponent's best responses.
    """
    others, actions = len(payoffs), len(payoffs[0])
    unit = [[Fraction(i == j) for j in range(actions)] for i in range(actions)]
    facets = [[*line, Fraction(0), Fraction(0)] for line in unit]
    facets += [[*line, Fraction(-1), Fraction(0)] for line in payoffs]
    whole = [Fraction(1)] * actions + [Fraction(0), Fraction(1)]
    seen = set()
    for chosen in combinations(range(actions + others), actions):
        point = solved([whole, *(facets[facet] for facet in chosen)])
        if point is None or tuple(point) in seen:
            continue
        mixed, best = tuple(point[:-1]), point[-1]
        worth = [sum(a * x for a, x in zip(line, mixed, strict=True)) for line in payoffs]
        if min(mixed) >= 0 and max(worth) <= best:
            seen.add(tuple(point))
            unplayed = {i for i in range(actions) if not mixed[i]}
            yield mixed, unplayed, {j for j in range(others) if worth[j] == best}


def by_all_bases(row: np.ndarray, column: np.ndarray) -> set[tuple[Mixed, Mixed]]:
    """Return the extreme equilibria by definition, slowly, sharing no code with the package."""
    mine = [[Fraction(value) for value in line] for line in row.tolist()]
    theirs = [[Fraction(value) for value in line] for line in column.T.tolist()]
    rows, columns = row.shape
    own, other = list(extreme_points(theirs)), list(extreme_points(mine))
    return {
        (x, y)
        for x, idle, replies in own
        for y, unplayed, best in other
        if len(idle | best) == rows and len(replies | unplayed) == columns
    }


def pairs(found: tuple[ExactEquilibrium, ...]) -> set[tuple[Mixed, Mixed]]:
    assert len({(one.row, one.column) for one in found}) == len(found), "nothing twice"
    return {(one.row, one.column) for one in found}


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (3, 1), (2, 2), (2, 3), (4, 2), (3, 3)])
@pytest.mark.parametrize("span", [1, 2, 9])
def test_against_all_bases(shape: tuple[int, int], span: int) -> None:
    rng = np.random.default_rng([*shape, span])
    for _ in range(6):
        row, column = rng.integers(-span, span + 1, (2, *shape)).astype(float)
        assert pairs(exact_equilibria(row.tolist(), column.tolist())) == by_all_bases(row, column)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(3, 4), (4, 4), (5, 3), (2, 6)])
def test_more_against_all_bases(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(shape)
    for span in (1, 2, 9) * 10:
        row, column = rng.integers(-span, span + 1, (2, *shape)).astype(float)
        assert pairs(exact_equilibria(row.tolist(), column.tolist())) == by_all_bases(row, column)


def test_a_chance_far_below_rounding_is_exact() -> None:
    crash = -(10**20)
    found = exact_equilibria([[0, -1], [1, crash]], [[0, 1], [-1, crash]])
    assert len(found) == 3
    mixed = next(one for one in found if min(one.row) > 0)
    assert mixed.row[1] == Fraction(1, 10**20)
    assert mixed.profile[0][1] == 1e-20


def test_a_degenerate_game_yields_its_extreme_equilibria() -> None:
    """von Stengel (2007), example 3.3 with a tie in row 1: a segment and an isolated point."""
    found = exact_equilibria([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]])
    third = Fraction(1, 3)
    assert [(one.row, one.column, one.ties) for one in found] == [
        ((1, 0, 0), (1, 0), True),
        ((1, 0, 0), (2 * third, third), True),
        ((0, third, 2 * third), (third, 2 * third), False),
    ]
    assert found[2].payoffs == (4, Fraction(8, 3))
    assert found[2].to_dict()["column"] == ["1/3", "2/3"]


def test_negative_and_equal_payoffs_are_fine() -> None:
    found = exact_equilibria(np.full((2, 2), -3).tolist(), np.full((2, 2), -3).tolist())
    assert len(found) == 4
    assert all(one.ties for one in found)


def test_decimals_fractions_and_text_are_exact() -> None:
    tenth = [Decimal("0.1"), Fraction(1, 10), "0.1", "1/10"]
    assert {exact_matrix([[value]]) for value in tenth} == {((Fraction(1, 10),),)}
    assert exact_matrix([[0.1]]) != exact_matrix([["0.1"]])
    assert exact_matrix(np.eye(1)) == ((1,),)
    found = exact_equilibria([["0.3", 0]], [[Decimal("0.1") + Decimal("0.2"), "0.3"]])
    assert len(found) == 2, "they tie as decimals"


@pytest.mark.parametrize(
    "row", [[], [[]], [[1], [1, 2]], [["x"]], [[float("nan")]], [[float("inf")]], [["1/0"]], 3]
)
def test_what_is_no_matrix_is_refused(row: list[list[float]]) -> None:
    with pytest.raises(GameError, match=r"^payoffs: expected"):
        exact_equilibria(row, [[1]])


def test_two_shapes_are_refused() -> None:
    with pytest.raises(GameError, match="one shape"):
        exact_equilibria([[1, 2]], [[1], [2]])
