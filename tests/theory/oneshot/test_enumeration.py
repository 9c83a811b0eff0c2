"""The enumeration in floats against exact arithmetic: nothing missed, nothing false, nothing twice.

The two share no code: the one pivots and eliminates in floats, the other in whole numbers.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from negsim.arrays import FloatArray
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.nashpy_backend import solve_with_nashpy
from negsim.theory.oneshot.two_party import enumeration
from negsim.theory.oneshot.two_party.batch import BatchSolution, solve_batch
from negsim.theory.oneshot.two_party.enumeration import (
    DOUBTFUL,
    GENERIC,
    enumerate_equilibria,
    vertices_bound,
)
from negsim.theory.oneshot.two_party.rational import exact_equilibria

Pair = tuple[FloatArray, FloatArray]

KINDS = [
    "generic",
    "integers",
    "signs",
    "zero-sum",
    "copies",
    "consent",
    "offset integers",
    "offset generic",
    "scaled integers",
    "scaled generic",
    "scaled offset integers",
    "catastrophe in integers",
    "catastrophe in generic",
    "uneven",
]
EASY = ["generic", "integers", "signs", "zero-sum", "copies", "consent", "scaled generic"]
"""Kinds that need no rational arithmetic."""

SHAPES = [(2, 2), (2, 3), (3, 2), (3, 3), (1, 4), (5, 1), (4, 4), (3, 5), (5, 5), (6, 4), (6, 6)]


def draw(kind: str, shape: tuple[int, int], count: int, rng: np.random.Generator) -> Pair:
    """Return the payoffs to solve, (count, 2, m, n): twice, for answers are those of what is given.

    Where integers are moved and scaled, rounding parts payoffs that were equal: they tie no more.
    """
    meant = rng.integers(-3, 4, (count, 2, *shape)).astype(float)
    if "generic" in kind:
        meant = rng.normal(size=meant.shape)
    if kind == "signs":
        meant = np.sign(meant)
    if kind == "zero-sum":
        meant[:, 1] = -meant[:, 0]
    if kind == "copies":
        meant[:, :, -1] = meant[:, :, 0]
        meant[:, :, :, -1] = meant[:, :, :, 0]
    if kind == "consent":
        meant[:, 0, shape[0] // 2 :] = meant[:, 0, -1:, -1:]
        meant[:, 1, shape[0] // 2 :] = meant[:, 1, -1:, -1:]
    if kind == "uneven":
        meant *= 2.0 ** rng.integers(-20, 21, (count, 2, 1, 1))
        meant[:, 0] *= 2.0 ** rng.integers(-12, 13, (count, 1, shape[1]))
        meant[:, 1] *= 2.0 ** rng.integers(-12, 13, (count, shape[0], 1))
    if "catastrophe" in kind:
        cells = meant.reshape(count, -1)
        cells[np.arange(count), rng.integers(0, cells.shape[1], count)] = -1e12
    given = meant
    if "offset" in kind:
        given = given + rng.choice([-1e6, 1e3, 1e6], (count, 2, 1, 1))
    if "scaled" in kind:
        given = given * rng.choice([1e-9, 0.7, 1e9], (count, 2, 1, 1))
    return given, given


def stacked(pairs: list[Pair]) -> FloatArray:
    return np.array([np.concatenate(pair) for pair in pairs])


def faults(kind: str, found: BatchSolution, meant: FloatArray) -> list[str]:
    """Return what is missed, false or twice, or wrongly called degenerate."""
    wrong = []
    tolerance = 1e-5 if "offset" in kind else 1e-7
    for game, (row, column) in enumerate(meant):
        exact = exact_equilibria(row.tolist(), column.tolist())
        theirs = stacked([one.profile for one in exact])
        mine = stacked(found.profiles(game))
        apart = np.abs(theirs[:, None] - mine[None]).max(axis=2)
        if (apart.min(axis=1) > tolerance).any():
            wrong.append(f"{kind} {game}: missed")
        if (apart.min(axis=0) > tolerance).any():
            wrong.append(f"{kind} {game}: false")
        if len(mine) != len(theirs):
            wrong.append(f"{kind} {game}: {len(mine)} for {len(theirs)}")
        if found.degenerate[game] != any(one.ties for one in exact):
            wrong.append(f"{kind} {game}: degenerate")
    return wrong


@pytest.mark.parametrize("kind", KINDS)
def test_against_exact_arithmetic(kind: str) -> None:
    rng = np.random.default_rng([7, KINDS.index(kind)])
    for shape in SHAPES:
        given, meant = draw(kind, shape, 2 if shape == (6, 6) else 4, rng)
        found = solve_batch(given[:, 0], given[:, 1])
        assert found.complete.all()
        assert kind not in EASY or not found.rational.any()
        assert faults(kind, found, meant) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_20_000_games_against_exact_arithmetic(kind: str) -> None:
    rng = np.random.default_rng([11, KINDS.index(kind)])
    for shape in SHAPES:
        given, meant = draw(kind, shape, math.ceil(20_000 / len(KINDS) / len(SHAPES)), rng)
        found = solve_batch(given[:, 0], given[:, 1])
        assert found.complete.all()
        assert faults(kind, found, meant) == []


@pytest.mark.parametrize("kind", ["generic", "integers", "zero-sum"])
@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (3, 5)])
def test_nashpy_finds_no_others(kind: str, shape: tuple[int, int]) -> None:
    """nashpy, scaled and filtered, is sound here: in generic games it finds the same."""
    rng = np.random.default_rng([3, *shape])
    given, _ = draw(kind, shape, 6, rng)
    found = solve_batch(given[:, 0], given[:, 1])
    for game, payoffs in enumerate(given):
        theirs = solve_with_nashpy(NormalFormGame(payoffs))
        mine = stacked(found.profiles(game))
        for equilibrium in theirs.equilibria:
            apart = np.abs(np.concatenate(equilibrium.profile) - mine).max(axis=1)
            assert found.degenerate[game] or apart.min() < 1e-9
        if kind == "generic":
            assert len(theirs.equilibria) == len(mine)


@pytest.mark.parametrize("shape", [(2, 2), (4, 4), (6, 5)])
def test_supports_and_vertices_agree(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(shape)
    given, _ = draw("generic", shape, 200, rng)
    one, other = (
        enumerate_equilibria(given[:, 0], given[:, 1], supports=supports)
        for supports in (True, False)
    )
    assert (one.status == GENERIC).all()
    assert (other.status == GENERIC).all()
    np.testing.assert_array_equal(one.first, other.first)
    for begin, end in pairwise(one.first):
        left, right = (
            np.concatenate([found.row_mixed[begin:end], found.column_mixed[begin:end]], axis=1)
            for found in (one, other)
        )
        apart = np.abs(left[:, None] - right[None]).max(axis=2)
        assert (apart.min(axis=1) < 1e-9).all()


@pytest.mark.parametrize("size", [8, 10])
def test_larger_games_have_an_odd_number_each_certified(size: int) -> None:
    rng = np.random.default_rng(size)
    given = rng.normal(size=(3, 2, size, size))
    found = enumerate_equilibria(given[:, 0], given[:, 1])
    assert (found.status == GENERIC).all()
    assert (np.diff(found.first) % 2 == 1).all()
    for game, payoffs in enumerate(given):
        span = slice(found.first[game], found.first[game + 1])
        for x, y in zip(found.row_mixed[span], found.column_mixed[span], strict=True):
            assert (NormalFormGame(payoffs).regret((x, y)) < 1e-12).all()


def test_nothing_is_lost_when_room_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room for equilibria grows for a game that has more, and is used again for the next."""
    rng = np.random.default_rng(5)
    row = np.concatenate([np.eye(5)[None], rng.normal(size=(40, 5, 5)), np.eye(5)[None]])
    expected = enumerate_equilibria(row, row)
    assert np.diff(expected.first)[[0, -1]].tolist() == [31, 31]
    monkeypatch.setattr(enumeration, "_room", lambda games, rows, columns: 4)
    cramped = enumerate_equilibria(row, row)
    for name in ("row_mixed", "column_mixed", "first", "status"):
        np.testing.assert_array_equal(getattr(cramped, name), getattr(expected, name))


def test_payoffs_that_floats_cannot_resolve_are_doubtful() -> None:
    row = np.array([[[0, 1e-10, -1e12], [1, 0, -1], [2, 1, -3.0]]])
    assert enumerate_equilibria(row, row, supports=False).status.tolist() == [DOUBTFUL]


def test_the_bound_is_reached_by_cyclic_polytopes() -> None:
    assert [vertices_bound(n, n) for n in (1, 2, 3, 6)] == [2, 4, 8, 112]
    assert vertices_bound(2, 60) == vertices_bound(60, 2)


def test_no_games_have_no_equilibria() -> None:
    found = enumerate_equilibria(np.empty((0, 3, 2)), np.empty((0, 3, 2)))
    assert found.row_mixed.shape == (0, 3)
    assert found.first.tolist() == [0]
