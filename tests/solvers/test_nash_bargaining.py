"""The Nash bargaining solution over packages: the axioms for finite sets, and the edges."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.errors import UnknownNameError
from negsim.games.bargaining import BargainingProblem
from negsim.solvers.bargaining import bargain, bargaining_solutions, nash_bargaining
from negsim.solvers.pareto import pareto_efficient

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


def test_the_registry() -> None:
    assert list(bargaining_solutions) == ["nash"]
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
