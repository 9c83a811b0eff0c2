"""Bargaining solutions over packages and lotteries: axioms, exact polygons, ties, the edges."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.errors import UnknownNameError
from negsim.theory.bargaining.problem import BargainingProblem
from negsim.theory.bargaining.solutions import (
    bargain,
    bargaining_solutions,
    egalitarian,
    kalai_smorodinsky,
    nash_bargaining,
    utilitarian,
)
from negsim.theory.oneshot.pareto import pareto_efficient

PACKAGES = arrays(
    float,
    st.tuples(st.integers(1, 8), st.integers(1, 3)),
    elements=st.integers(-3, 9).map(float),
)


def test_divide_ten() -> None:
    shares = np.arange(11.0)
    problem = BargainingProblem(np.stack([shares, 10 - shares], axis=1), [0, 0])
    assert nash_bargaining(problem).indexes.tolist() == [5]
    assert nash_bargaining(problem).value == 25.0
    uneven = BargainingProblem(problem.payoffs, [4, 0])
    assert nash_bargaining(uneven).indexes.tolist() == [7]


def test_ties_are_a_set() -> None:
    solution = nash_bargaining(BargainingProblem([[4, 1], [2, 2], [1, 4], [1, 1]], [0, 0]))
    assert solution.indexes.tolist() == [0, 1, 2]
    assert solution.message == "3 packages tie"


def test_nothing_acceptable() -> None:
    solution = nash_bargaining(BargainingProblem([[5, -1], [-1, 5]], [0, 0]))
    assert solution.indexes.size == 0
    assert np.isnan(solution.value)
    assert solution.message == "no package is at least as good as disagreement for everybody"
    assert json.loads(solution.to_json())["value"] is None


def test_no_packages_at_all() -> None:
    assert nash_bargaining(BargainingProblem(np.zeros((0, 2)), [0, 0])).indexes.size == 0


def test_nobody_can_gain() -> None:
    solution = nash_bargaining(BargainingProblem([[5, 0], [0, 0], [1, -1]], [0, 0]))
    assert solution.indexes.tolist() == [0, 1]
    assert solution.value == 0.0
    assert "zero for all" in solution.message


def test_rounding_below_disagreement_is_still_acceptable() -> None:
    problem = BargainingProblem([[0.3, 5.0], [0.2, 9.0]], [0.1 + 0.2, 0.0])
    assert nash_bargaining(problem).indexes.tolist() == [0]


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_products_too_large_or_small_for_a_float_are_compared_all_the_same(unit: float) -> None:
    payoffs = np.array([[1.0, 1.0], [3.0, 2.0], [2.0, 2.0]]) * unit
    solution = nash_bargaining(BargainingProblem(payoffs, np.zeros(2)))
    assert solution.indexes.tolist() == [1]
    assert json.loads(solution.to_json())["value"] == (0.0 if unit < 1 else None)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(PACKAGES, st.floats(1e-9, 1e9), st.sampled_from([0.0, 1e6]))
def test_axioms(payoffs: np.ndarray, scale: float, offset: float) -> None:
    """Efficiency (where somebody's product is positive), invariance, contraction, anonymity."""
    disagreement = np.zeros(payoffs.shape[1])
    solution = nash_bargaining(BargainingProblem(payoffs, disagreement))
    chosen = solution.indexes.tolist()
    if solution.value > 0:
        assert pareto_efficient(payoffs)[chosen].all()
    moved = BargainingProblem((payoffs + offset) * scale, (disagreement + offset) * scale)
    assert nash_bargaining(moved).indexes.tolist() == chosen
    turned = BargainingProblem(payoffs[:, ::-1], disagreement)
    assert nash_bargaining(turned).indexes.tolist() == chosen
    if chosen:
        kept = sorted({*chosen[:1], 0})
        fewer = nash_bargaining(BargainingProblem(payoffs[kept], disagreement)).indexes
        assert kept.index(chosen[0]) in fewer


RULES = ["egalitarian", "kalai_smorodinsky", "nash", "utilitarian"]


def test_the_registry() -> None:
    assert list(bargaining_solutions) == RULES
    problem = BargainingProblem([[3, 1], [2, 2]], [0, 0], ("theirs", "even"), ("S", "D"))
    assert bargain(problem, "nash").to_dict() == {
        "method": "nash",
        "packages": {"even": {"S": 2.0, "D": 2.0}},
        "disagreement": {"S": 0.0, "D": 0.0},
        "value": 4.0,
        "message": "one package",
    }
    with pytest.raises(UnknownNameError, match='unknown bargaining solution "nsh"'):
        bargain(problem, "nsh")


# ---------------------------------------------------------------- all rules


def bill_and_jack(lotteries: bool) -> BargainingProblem:
    """Return the barter of Nash (1950): every subset of nine goods may change hands."""
    bill_gives = {"book": (2, 4), "whip": (2, 2), "ball": (2, 1), "bat": (2, 2), "box": (4, 1)}
    jack_gives = {"pen": (10, 1), "toy": (4, 1), "knife": (6, 2), "hat": (2, 2)}
    goods = [(-bill, jack) for bill, jack in bill_gives.values()]
    goods += [(bill, -jack) for bill, jack in jack_gives.values()]
    names = [*bill_gives, *jack_gives]
    chosen = list(itertools.product([0, 1], repeat=len(goods)))
    labels = tuple(", ".join(itertools.compress(names, row)) or "nothing" for row in chosen)
    payoffs = np.array(chosen) @ np.array(goods)
    return BargainingProblem(payoffs, [0, 0], labels, ("Bill", "Jack"), lotteries=lotteries)


def test_bill_and_jack() -> None:
    """Nash (1950), the example: Bill gives book, whip, ball and bat; Jack pen, toy and knife."""
    problem = bill_and_jack(lotteries=False)
    found = nash_bargaining(problem)
    assert [problem.labels[index] for index in found.indexes] == [
        "book, whip, ball, bat, pen, toy, knife"
    ]
    assert found.payoffs.tolist() == [[12.0, 5.0]]
    mixed = nash_bargaining(bill_and_jack(lotteries=True))
    np.testing.assert_allclose(mixed.payoffs, [[12.0, 5.0]], atol=1e-9)
    assert mixed.value == pytest.approx(60.0, rel=1e-12)


@pytest.mark.parametrize("rule", ["egalitarian", "kalai_smorodinsky", "nash"])
def test_the_bargaining_range_is_split_evenly(rule: str) -> None:
    """War costs each side (Fearon 1995): everything from p - c to p + k is acceptable."""
    shares = np.arange(101.0) / 100
    p, own, other = 0.6, 0.2, 0.1
    problem = BargainingProblem(np.stack([shares, 1 - shares], axis=1), [p - own, 1 - p - other])
    assert shares[problem.acceptable].tolist() == [share / 100 for share in range(40, 71)]
    assert problem.blockers[39] == ("player 1",)
    assert problem.blockers[71] == ("player 2",)
    assert shares[bargain(problem, rule).indexes].tolist() == [0.55]
    smooth = BargainingProblem([[0, 1], [1, 0]], problem.disagreement, lotteries=True)
    np.testing.assert_allclose(bargain(smooth, rule).payoffs, [[0.55, 0.45]], atol=1e-12)


def test_ties_are_sets_under_every_rule() -> None:
    problem = BargainingProblem([[4, 2], [2, 4], [2, 2], [0, 6]], [0, 0])
    assert egalitarian(problem).indexes.tolist() == [0, 1]
    assert kalai_smorodinsky(BargainingProblem([[3, 2], [2, 3]], [0, 0])).indexes.tolist() == [0, 1]
    assert utilitarian(problem).indexes.tolist() == [0, 1, 3]
    mixed = utilitarian(replace(problem, lotteries=True))
    np.testing.assert_allclose([mixed.low, mixed.high], [[0, 2], [4, 6]], atol=1e-9)
    even = egalitarian(replace(problem, lotteries=True))
    np.testing.assert_allclose(even.payoffs, [[3, 3]], atol=1e-12)
    np.testing.assert_allclose([even.low, even.high], [[3, 3], [3, 3]], atol=1e-9)


def test_with_three_players_the_smallest_share_leaves_a_choice() -> None:
    """The third player's limit of 1 binds; what is left can go to either of the others."""
    corners = [[3, 1, 1], [1, 3, 1], [1, 1, 1]]
    found = egalitarian(BargainingProblem(corners, [0, 0, 0], lotteries=True))
    assert found.value == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(found.low, [1, 1, 1], atol=1e-9)
    np.testing.assert_allclose(found.high, [3, 3, 1], atol=1e-9)
    assert found.payoffs.sum() == pytest.approx(5.0, abs=1e-9)
    packages = egalitarian(BargainingProblem(corners, [0, 0, 0]))
    assert packages.indexes.tolist() == [0, 1]


@pytest.mark.parametrize("lotteries", [False, True])
@pytest.mark.parametrize("rule", RULES)
def test_nothing_acceptable_under_any_rule(rule: str, lotteries: bool) -> None:
    found = bargain(BargainingProblem([[5, -1], [4, -2]], [0, 0], lotteries=lotteries), rule)
    kind = "lottery" if lotteries else "package"
    assert found.message == f"no {kind} is at least as good as disagreement for everybody"
    assert found.indexes.size == 0
    assert np.isnan(found.low).all()
    assert json.loads(found.to_json())["value"] is None
    empty = bargain(BargainingProblem(np.zeros((0, 2)), [0, 0], lotteries=lotteries), rule)
    assert empty.indexes.size == 0


@pytest.mark.parametrize("lotteries", [False, True])
@pytest.mark.parametrize("rule", ["egalitarian", "nash", "utilitarian"])
def test_nobody_can_gain_under_any_rule(rule: str, lotteries: bool) -> None:
    found = bargain(BargainingProblem([[0, 0], [2, -1]], [0, 0], lotteries=lotteries), rule)
    np.testing.assert_allclose(found.payoffs, [[0, 0]], atol=1e-12)
    assert found.value == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("lotteries", [False, True])
@pytest.mark.parametrize(
    ("payoffs", "names"),
    [
        ([[3, 0], [5, 0], [2, 0]], "player 2"),
        ([[3, 0], [4, -1], [0, -2]], "player 2"),
        ([[0, 3, 1], [-1, 9, 1], [0, 1, 2]], "player 1"),
        ([[0, 0], [2, -1]], "player 1, player 2"),
    ],
)
def test_a_share_of_nothing_is_no_solution(
    payoffs: list[list[float]], names: str, lotteries: bool
) -> None:
    """Where a player can gain nothing its share of what it could gain is not defined."""
    problem = BargainingProblem(payoffs, [0] * len(payoffs[0]), lotteries=lotteries)
    found = kalai_smorodinsky(problem)
    assert found.indexes.size == 0
    assert np.isnan(found.value)
    assert found.message.startswith(f"{names} can gain nothing over disagreement")
    assert "no solution" in found.message


@pytest.mark.parametrize("rule", RULES)
def test_a_lottery_makes_acceptable_what_no_package_is(rule: str) -> None:
    problem = BargainingProblem([[5, -1], [-1, 5]], [0, 0], lotteries=True)
    found = bargain(problem, rule)
    np.testing.assert_allclose(found.payoffs.sum(), 4.0, atol=1e-12)
    assert json.loads(found.to_json()) == found.to_dict()
    assert set(found.to_dict()["chances"]) <= {"package 1", "package 2"}


@pytest.mark.parametrize("players", [2, 3, 4])
def test_no_package_promises_a_larger_product(players: int) -> None:
    """At the largest product no package adds to the sum of shares: the condition of first order."""
    rng = np.random.default_rng(players)
    for _ in range(5):
        payoffs = rng.normal(size=(40, players)) + 0.5
        found = nash_bargaining(BargainingProblem(payoffs, np.zeros(players), lotteries=True))
        assert found.indexes.size <= players
        assert (payoffs / found.payoffs[0]).sum(axis=1).max() <= players * (1 + 1e-12)


# ---------------------------------------------------------------- polygons, in exact rationals

Point = tuple[Fraction, Fraction]


def rational_part(points: list[Point]) -> list[tuple[Point, Point]]:
    """Return the parts of the segments between points on which nobody loses."""
    parts = []
    for one, other in itertools.combinations_with_replacement(points, 2):
        cuts = {Fraction(0), Fraction(1)}
        for axis in (0, 1):
            if one[axis] != other[axis]:
                cuts.add(one[axis] / (one[axis] - other[axis]))
        along = [cut for cut in cuts if 0 <= cut <= 1]
        ends = [(one[0] + t * (other[0] - one[0]), one[1] + t * (other[1] - one[1])) for t in along]
        ends = [end for end in ends if min(end) >= 0]
        if ends:
            parts.append((min(ends), max(ends)))
    return parts


def on_segment(one: Point, other: Point, t: Fraction) -> Point:
    return one[0] + t * (other[0] - one[0]), one[1] + t * (other[1] - one[1])


def exact_nash(parts: list[tuple[Point, Point]]) -> Fraction:
    """Return the largest product: where the slope of a product of two lines is zero, or an end."""
    best = Fraction(0)
    for one, other in parts:
        tries = [Fraction(0), Fraction(1)]
        run, rise = other[0] - one[0], other[1] - one[1]
        if run * rise != 0:
            tries.append(-(one[0] * rise + one[1] * run) / (2 * run * rise))
        for t in tries:
            if 0 <= t <= 1:
                x, y = on_segment(one, other, t)
                best = max(best, x * y)
    return best


def exact_smallest(parts: list[tuple[Point, Point]], units: Point) -> Fraction:
    """Return the largest smallest share: where shares are even, or an end."""
    best = Fraction(0)
    for one, other in parts:
        tries = [Fraction(0), Fraction(1)]
        gap = [one[0] / units[0] - one[1] / units[1], other[0] / units[0] - other[1] / units[1]]
        if gap[0] != gap[1]:
            tries.append(gap[0] / (gap[0] - gap[1]))
        for t in tries:
            if 0 <= t <= 1:
                x, y = on_segment(one, other, t)
                best = max(best, min(x / units[0], y / units[1]))
    return best


POLYGONS = st.lists(st.tuples(st.integers(-3, 9), st.integers(-3, 9)), min_size=1, max_size=7)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(POLYGONS, st.sampled_from([1e-9, 1.0, 1e9]), st.sampled_from([0.0, 1e6]))
def test_lotteries_against_exact_polygons(
    corners: list[tuple[int, int]], scale: float, offset: float
) -> None:
    payoffs = (np.array(corners, dtype=float) + offset) * np.array([scale, 1.0])
    problem = BargainingProblem(payoffs, [offset * scale, offset], lotteries=True)
    parts = rational_part([(Fraction(x), Fraction(y)) for x, y in corners])
    if not parts:
        assert all(bargain(problem, rule).indexes.size == 0 for rule in RULES)
        return
    ideal = tuple(max(end[axis] for part in parts for end in part) for axis in (0, 1))
    nash = bargain(problem, "nash")
    tolerance = 1e-9 if offset == 0 else 1e-7
    assert nash.value / scale == pytest.approx(float(exact_nash(parts)), rel=tolerance, abs=1e-9)
    if min(ideal) > 0:
        expected = float(exact_smallest(parts, ideal))
        assert bargain(problem, "kalai_smorodinsky").value == pytest.approx(expected, rel=tolerance)
    if scale == 1.0:
        even = float(exact_smallest(parts, (Fraction(1), Fraction(1))))
        assert bargain(problem, "egalitarian").value == pytest.approx(even, abs=1e-8)
        total = max(sum(end) for part in parts for end in part)
        assert bargain(problem, "utilitarian").value == pytest.approx(float(total), abs=1e-8)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(POLYGONS, st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_monotony_and_independence(corners: list[tuple[int, int]], extra: tuple[int, int]) -> None:
    """Kalai and Smorodinsky (1975): more, with the same ideals, harms nobody. Nash (1950): less,
    with the solution still in it, changes nothing.
    """
    gains = np.maximum([*corners, (0, 0)], 0).astype(float)
    small = BargainingProblem(gains, [0, 0], lotteries=True)
    before = kalai_smorodinsky(small)
    more = np.vstack([gains, np.minimum(extra, gains.max(axis=0))])
    after = kalai_smorodinsky(replace(small, payoffs=more, labels=(), consent=None))
    assert (after.payoffs >= before.payoffs - 1e-9).all()
    wide = BargainingProblem(more, [0, 0], lotteries=True)
    nash = nash_bargaining(wide)
    if nash.value > 0:
        kept = np.vstack([nash.payoffs, gains[:1], [[0, 0]]])
        again = nash_bargaining(BargainingProblem(kept, [0, 0], lotteries=True))
        np.testing.assert_allclose(again.payoffs, nash.payoffs, atol=1e-6)
        assert again.value == pytest.approx(nash.value, rel=1e-9)


@settings(deadline=None, derandomize=True, max_examples=30)
@given(
    PACKAGES,
    st.sampled_from(RULES),
    st.booleans(),
    st.sampled_from([1e-9, 1e9]),
    st.sampled_from([0.0, 1e3]),
)
def test_axioms_of_all_rules(
    payoffs: np.ndarray, rule: str, lotteries: bool, scale: float, offset: float
) -> None:
    """Individual rationality, efficiency, anonymity, invariance (to one unit for all)."""
    nobody = np.zeros(payoffs.shape[1])
    problem = BargainingProblem(payoffs, nobody, lotteries=lotteries)
    found = bargain(problem, rule)
    if not found.indexes.size:
        return
    assert (found.payoffs >= -1e-9).all()
    if found.value > 1e-9:
        everything = np.vstack([found.payoffs, payoffs])
        efficient = pareto_efficient(np.round(everything, 9), lotteries)
        assert efficient[: len(found.payoffs)].all()
    turned = bargain(BargainingProblem(payoffs[:, ::-1], nobody, lotteries=lotteries), rule)
    np.testing.assert_allclose(
        [turned.low[::-1], turned.high[::-1]], [found.low, found.high], atol=1e-7
    )
    moved = BargainingProblem(
        (payoffs + offset) * scale, (nobody + offset) * scale, lotteries=lotteries
    )
    same = bargain(moved, rule)
    np.testing.assert_allclose(same.low / scale - offset, found.low, atol=1e-6)
    np.testing.assert_allclose(same.high / scale - offset, found.high, atol=1e-6)
