"""The payoff set of a repeated game: published sets, a second algorithm, degenerate sets, scale."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import ArrayLike

from negsim.errors import GameError, SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.registry import solve
from negsim.theory.repeated.critical_discount import critical_discount
from negsim.theory.repeated.game import Monitoring, RepeatedGame
from negsim.theory.repeated.payoff_set import PayoffSet, payoff_set, settle, settled_change

Point = tuple[float, float]

DIRECTIONS = np.array(
    [[math.cos(angle), math.sin(angle)] for angle in np.linspace(0, 2 * np.pi, 240)]
)


def found_set(row: ArrayLike, column: ArrayLike, discount: float) -> PayoffSet:
    return payoff_set(RepeatedGame(NormalFormGame.from_bimatrix(row, column), discount))


def symmetric(row: ArrayLike, discount: float) -> PayoffSet:
    return found_set(row, np.array(row).T, discount)


def apart(left: ArrayLike, right: ArrayLike) -> float:
    """Return how far the convex hulls of two sets of points are apart, over many directions."""
    one, other = np.reshape(left, (-1, 2)), np.reshape(right, (-1, 2))
    if not len(one) or not len(other):
        return 0.0 if len(one) == len(other) else math.inf
    return float(np.abs((one @ DIRECTIONS.T).max(0) - (other @ DIRECTIONS.T).max(0)).max())


# ---- Published and closed forms ----------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    row: list[list[float]]
    column: list[list[float]]
    discount: float
    vertices: list[list[float]]
    source: str


QUANTECON = "QuantEcon.py, test_repeated_game.py; GameTheory.jl, test_repeated_game.jl"
PUBLISHED = [
    Case(
        [[16, 3, 0], [21, 10, -1], [9, 5, -5]],
        [[9, 13, 3], [1, 4, 0], [0, -4, -15]],
        0.3,
        [
            [1.12568240, 2.8],
            [7.33770472, 0.0],
            [7.86308964, 0.0],
            [19.7917977, 2.8],
            [15.5630896, 9.1],
            [7.33770472, 10.9826253],
        ],
        f"Abreu and Sannikov (2014), section 4, example; vertices as in {QUANTECON}",
    ),
    Case(
        [[9, 1], [10, 3]], [[9, 10], [1, 3]], 0.9, [[3, 3], [9.75, 3], [9, 9], [3, 9.75]], QUANTECON
    ),
    Case(
        [[9, 1], [10, 3]],
        [[9, 10], [1, 3]],
        0.75,
        [[3, 3], [9.75, 3], [9, 9], [3, 9.75]],
        QUANTECON,
    ),
]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: f"{case.discount}")
def test_published_sets(case: Case) -> None:
    found = found_set(case.row, case.column, case.discount)
    assert found.complete
    assert found.vertices == pytest.approx(np.array(case.vertices), abs=5e-8)


@pytest.mark.parametrize("discount", [0.0, 0.2, 0.3999, 0.4, 0.49, 0.5, 0.6, 0.99, 1 - 1e-9])
def test_a_dilemma_is_a_point_then_a_polygon(discount: float) -> None:
    """Payoffs 4, 3, 1, 0: all that is feasible and rational for both from (T - R) / (T - P) on."""
    found = symmetric([[3, 0], [4, 1]], discount)
    whole = [[1, 1], [11 / 3, 1], [3, 3], [1, 11 / 3]]
    expected = [[1.0, 1.0]] if discount < 1 / 3 else whole
    assert apart(found.vertices, expected) < 1e-9
    assert found.threats.tolist() == [1.0, 1.0]
    assert found.minmax.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("discount", "kind", "expected"),
    [
        (0.0, "point", [[1, 1]]),
        (0.2499, "point", [[1, 1]]),
        (0.25, "polygon", [[1, 1], [4, 1], [1, 4]]),
        (0.4999, "polygon", [[1, 1], [4, 1], [1, 4]]),
        (0.5, "polygon", [[1, 1], [13 / 3, 1], [3, 3], [1, 13 / 3]]),
        (0.7, "polygon", [[1, 1], [13 / 3, 1], [3, 3], [1, 13 / 3]]),
    ],
)
def test_the_dilemma_of_the_theory(
    discount: float, kind: str, expected: Sequence[Sequence[float]]
) -> None:
    """THEORY I2, payoffs 5, 3, 1, 0: point, triangle, full polygon.

    Taking turns at complying alone needs a promise of 1 / discount, at most 4; that carries the
    triangle. The truce needs 1/2.
    """
    found = symmetric([[3, 0], [5, 1]], discount)
    assert found.kind == kind
    assert len(found.vertices) == len(expected)
    assert apart(found.vertices, expected) < 1e-11


@pytest.mark.parametrize(
    ("discount", "expected"),
    [
        (1 / 7, [[3, 3], [9, 9]]),
        (0.2, [[3, 3], [9, 9]]),
        (0.25, [[3, 3], [9.75, 3], [9, 9], [3, 9.75]]),
    ],
)
def test_a_dilemma_with_a_segment(discount: float, expected: Sequence[Sequence[float]]) -> None:
    """9, 10, 3, 1: the truce holds from 1/7 on; complying alone must be worth 2 today."""
    assert apart(symmetric([[9, 1], [10, 3]], discount).vertices, expected) < 1e-12


# ---- A second algorithm ------------------------------------------------------------------------


def turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def convex_hull(points: Sequence[Sequence[float]]) -> list[Point]:
    """Return the hull by Andrew's chains, on coordinates rounded to 13 digits."""
    ordered = sorted({(round(float(x), 13) + 0.0, round(float(y), 13) + 0.0) for x, y in points})
    if len(ordered) <= 2:
        return ordered

    def chain(line: Sequence[Point]) -> list[Point]:
        kept: list[Point] = []
        for point in line:
            while len(kept) >= 2 and turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return chain(ordered) + chain(ordered[::-1])


def clipped(polygon: Sequence[Point], axis: int, level: float) -> list[Point]:
    """Return the part of a polygon at or above a level on one axis (Sutherland and Hodgman)."""
    kept: list[Point] = []
    for index, point in enumerate(polygon):
        following = polygon[(index + 1) % len(polygon)]
        here, there = point[axis] - level, following[axis] - level
        if here >= -1e-12:
            kept.append(point)
        if here * there < 0:
            share = here / (here - there)
            cut = [point[i] + share * (following[i] - point[i]) for i in range(2)]
            kept.append((cut[0], cut[1]))
    return kept


def plain_set(row: np.ndarray, column: np.ndarray, discount: float) -> list[Point]:
    """Iterate the operator B of Abreu, Pearce and Stacchetti: every promise, not only four."""
    pays = np.stack([row, column], -1).reshape(-1, 2)
    best = np.stack(
        np.broadcast_arrays(row.max(0, keepdims=True), column.max(1, keepdims=True)), -1
    )
    temptations = (1 - discount) / discount * (best.reshape(-1, 2) - pays)
    polygon = convex_hull(pays.tolist())
    for _ in range(int(math.log(1e-14) / math.log(discount)) + 30):
        if not polygon:
            break
        threats = np.min(polygon, axis=0)
        points: list[np.ndarray] = []
        for payoff, temptation in zip(pays, temptations, strict=True):
            promises = polygon
            for axis in range(2):
                promises = clipped(promises, axis, threats[axis] + temptation[axis])
            points += [(1 - discount) * payoff + discount * np.array(one) for one in promises]
        polygon = convex_hull(points)
    return polygon


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Return a small game with ties; some zero-sum, some of common interest."""
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 4, 2))
    row, column = rng.integers(-4, 5, (2, *shape)).astype(float)
    if seed % 7 == 0:
        column = -row
    if seed % 11 == 0:
        column = row.copy()
    return row, column, float(rng.choice([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]))


def test_the_plain_operator_finds_the_same_sets() -> None:
    kinds = set()
    for seed in range(90):
        row, column, discount = drawn(seed)
        found = found_set(row, column, discount)
        assert found.complete
        assert apart(found.vertices, plain_set(row, column, discount)) < 1e-8, (
            row,
            column,
            discount,
        )
        kinds.add(found.kind)
    assert kinds == {"empty", "point", "segment", "polygon"}


def cournot() -> np.ndarray:
    """Return one firm's profits: demand 6 - Q, cost 0.6, 15 quantities from 0 to 6."""
    quantity = np.linspace(0, 6, 15)
    return quantity[:, None] * (6 - 0.6 - quantity[:, None] - quantity[None, :])


def sustained(found: PayoffSet, tolerance: float = 1e-9) -> bool:
    """Tell whether every vertex is a round's payoff and a promise in the set that deters."""
    game, vertices = found.game, found.vertices
    discount = game.common_discount
    hull = convex_hull(vertices.tolist())
    pays = game.stage.payoffs.reshape(2, -1).T
    gains = (game.deviation_payoffs - game.stage.payoffs).reshape(2, -1).T
    for vertex in vertices:
        promises = (vertex - (1 - discount) * pays) / discount
        deterring = discount * (promises - found.threats) >= (1 - discount) * gains - tolerance
        inside = [
            apart(convex_hull([*hull, tuple(promise)]), hull) < tolerance for promise in promises
        ]
        if not (deterring.all(axis=1) & inside).any():
            return False
    return True


@pytest.mark.parametrize("discount", [0.3, 0.6, 0.8, 0.95])
def test_a_duopoly_sustains_its_own_set(discount: float) -> None:
    profits = cournot()
    found = symmetric(profits, discount)
    assert found.complete
    assert found.kind == "polygon"
    assert sustained(found)
    swapped = found.vertices[:, ::-1]
    assert apart(found.vertices, swapped) < 1e-9


def test_a_duopoly_of_four_quantities_as_the_plain_operator_has_it() -> None:
    profits = cournot()[1:12:3, 1:12:3]
    for discount in (0.2, 0.5, 0.7):
        found = symmetric(profits, discount)
        assert apart(found.vertices, plain_set(profits, profits.T, discount)) < 1e-8


def test_an_unsustained_set_is_caught() -> None:
    """The check itself: a set that is too large by a little is not sustained."""
    found = symmetric([[9, 1], [10, 3]], 0.2)
    larger = PayoffSet(
        found.game,
        np.array([[3.0, 3.0], [9.1, 9.0]]),
        found.threats,
        found.minmax,
        1,
        0.0,
        True,
        "",
    )
    assert sustained(found)
    assert not sustained(larger)


# ---- Degenerate sets, edges, units -------------------------------------------------------------


def test_pennies_have_no_equilibrium_in_pure_actions() -> None:
    found = found_set([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], 0.9)
    assert found.kind == "empty"
    assert found.vertices.shape == (0, 2)
    assert np.isnan(found.threats).all()
    assert found.complete
    assert found.message.startswith("no subgame-perfect equilibrium in pure actions")
    assert found.to_dict()["threats"] == {"player 1": None, "player 2": None}


def test_a_set_can_die_after_several_steps() -> None:
    """Nothing is an equilibrium, but it takes rounds of reasoning to see it."""
    row, column = [[3.0, -1], [1, 2]], [[-2.0, 1], [2, 0]]
    found = found_set(row, column, 0.2)
    assert found.kind == "empty"
    assert plain_set(np.array(row), np.array(column), 0.2) == []


@pytest.mark.parametrize("discount", [0.0, 0.3, 0.9, 1 - 1e-12])
def test_constant_and_tiny_games(discount: float) -> None:
    assert symmetric(np.full((2, 2), 7.0), discount).vertices.tolist() == [[7.0, 7.0]]
    assert symmetric([[2.0]], discount).vertices.tolist() == [[2.0, 2.0]]
    line = found_set([[0, 2, 2]], [[1, 1, 1]], discount)
    assert line.kind == "segment"
    assert line.vertices.tolist() == [[0.0, 1.0], [2.0, 1.0]]


def test_without_a_future_only_stage_equilibria_remain() -> None:
    found = found_set([[2, 0], [0, 1]], [[1, 0], [0, 2]], 0.0)
    assert found.vertices.tolist() == [[1.0, 2.0], [2.0, 1.0]]
    assert found.kind == "segment"


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1.0, 1e9])
@pytest.mark.parametrize("offset", [0.0, -3.7, 1e3])
@pytest.mark.parametrize("discount", [0.1, 1 / 7, 0.2, 0.75])
def test_units_do_not_matter(scale: float, offset: float, discount: float) -> None:
    row = np.array([[9.0, 1], [10, 3]])
    plain = symmetric(row, discount)
    shift = np.array([offset, -2 * offset]) * max(scale, 1e-6)
    found = found_set(row * scale + shift[0], row.T * 2 * scale + shift[1], discount)
    assert found.kind == plain.kind
    back = (found.vertices - shift) / (scale * np.array([1, 2]))
    assert apart(back, plain.vertices) < 1e-6


def test_far_from_zero() -> None:
    row = np.array([[9.0, 1], [10, 3]])
    found = found_set(row + 1e9, row.T - 2e9, 0.75)
    back = found.vertices - [1e9, -2e9]
    assert apart(back, [[3, 3], [9.75, 3], [9, 9], [3, 9.75]]) < 1e-5


def test_near_its_critical_discount_a_truce_is_in_or_out() -> None:
    for critical, row in ((1 / 7, [[9, 1], [10, 3]]), (0.1, [[0.9, -8], [1, 0]])):
        assert symmetric(row, critical).kind != "point"
        assert symmetric(row, critical + 1e-9).kind != "point"
        assert symmetric(row, critical - 1e-9).kind == "point"


def test_what_a_truce_pays_is_in_the_set_where_it_holds() -> None:
    stage = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    for discount in (0.3, 0.49, 0.5, 0.8):
        game = RepeatedGame(stage, discount)
        holds = critical_discount(game, (0, 0)).holds
        hull = payoff_set(game).vertices
        assert (apart([*hull.tolist(), [3, 3]], hull) < 1e-9) == holds


def test_a_patient_set_that_does_not_settle_says_so() -> None:
    row, column = [[-3, -3], [-1, -2]], [[0, 0], [-2, 1]]
    game = RepeatedGame(NormalFormGame.from_bimatrix(row, column), 0.9)
    found = payoff_set(game, max_iterations=5)
    assert not found.complete
    assert found.iterations == 5
    assert found.message == "not settled after 5 iterations: an outer bound with 4 vertices"
    settled = payoff_set(game)
    assert settled.complete
    hull = found.vertices.tolist()
    assert apart([*hull, *settled.vertices.tolist()], hull) < 1e-12
    assert settled.residual <= settled_change(np.array([0.9]))[0]


def test_batches_are_their_games() -> None:
    cases = [drawn(seed) for seed in range(150)]
    cases = [case for case in cases if case[0].shape == (2, 2)]
    payoffs = np.stack([np.stack([row, column]) for row, column, _ in cases])
    discounts = np.array([discount for _, _, discount in cases])
    together = settle(payoffs, discounts, 1000)
    for index, (row, column, discount) in enumerate(cases):
        alone = settle(np.stack([row, column])[None], np.array([discount]), 1000)
        count = int(together.counts[index])
        assert count == alone.counts[0]
        assert (together.vertices[index, :count] == alone.vertices[0, :count]).all()
    assert len(cases) > 5


def test_a_set_is_json_and_read_only() -> None:
    stage = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]], ["N", "S"])
    found = solve(RepeatedGame(stage, 0.9), "payoff_set")
    assert json.loads(found.to_json()) == found.to_dict()
    assert found.to_dict()["threats"] == {"N": 1.0, "S": 1.0}
    assert not found.vertices.flags.writeable
    x, y = found.vertices.T
    assert (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() > 0, "counterclockwise"


def test_what_cannot_be_answered_is_refused() -> None:
    stage = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    with pytest.raises(SolverError, match="takes perfect monitoring"):
        payoff_set(RepeatedGame(stage, 0.9, Monitoring(0.1)))
    with pytest.raises(GameError, match="same for all players"):
        payoff_set(RepeatedGame(stage, [0.9, 0.8]))
    with pytest.raises(UsageError, match="max_iterations: expected at least 1, got 0"):
        payoff_set(RepeatedGame(stage, 0.9), max_iterations=0)
    with pytest.raises(SolverError, match="takes 2 players and this game has 3"):
        solve(RepeatedGame(NormalFormGame(np.zeros((3, 2, 2, 2))), 0.5), "payoff_set")
