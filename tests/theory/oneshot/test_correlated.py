"""Correlated and coarse correlated equilibria: published values, bounds, what mediators add."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.errors import UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.correlated import (
    coarse_regret,
    solve_coarse_correlated,
    solve_correlated,
    swap_regret,
)
from negsim.theory.registry import solve

steady = settings(deadline=None, derandomize=True, max_examples=25)

CHICKEN = NormalFormGame.from_bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])


def congestion() -> NormalFormGame:
    """Return four drivers, each on one of six roads, who each wait for as long as others share."""
    payoffs = np.zeros((4, 6, 6, 6, 6))
    for cell in np.ndindex(6, 6, 6, 6):
        for player in range(4):
            payoffs[(player, *cell)] = -cell.count(cell[player])
    return NormalFormGame(payoffs)


def test_aumann_chicken() -> None:
    """Aumann (1974): one third each pays 5, and the best pays 5 1/4 each."""
    thirds = np.array([[1.0, 1.0], [1.0, 0.0]]) / 3
    assert swap_regret(CHICKEN, thirds).tolist() == [0, 0]
    found = solve_correlated(CHICKEN)
    welfare = found["welfare"]
    assert welfare.best.value == pytest.approx(10.5, abs=1e-12)
    np.testing.assert_allclose(welfare.best.chances, [[1 / 2, 1 / 4], [1 / 4, 0]], atol=1e-12)
    assert welfare.best_nash == pytest.approx(28 / 3, abs=1e-9)
    assert welfare.added == pytest.approx(7 / 6, abs=1e-9)
    assert welfare.worst.value == pytest.approx(7.2, abs=1e-12)
    assert found["player 1"].best.value == pytest.approx(7.0, abs=1e-12)
    assert found["player 1"].added == pytest.approx(0.0, abs=1e-12)
    assert found.nash_complete
    assert found.message == (
        "welfare from 7.2 to 10.5; recommending adds 1.16667 to the best Nash outcome, 9.33333"
    )


def test_the_hierarchy_of_equilibria() -> None:
    """Roughgarden (2016), Twenty Lectures on Algorithmic Game Theory, lecture 13."""
    game = congestion()
    alone = np.zeros((6, 6, 6, 6))
    shared, even = alone.copy(), alone.copy()
    for cell in np.ndindex(6, 6, 6, 6):
        counts = sorted(cell.count(road) for road in set(cell))
        alone[cell] = counts == [1, 1, 1, 1]
        shared[cell] = counts == [1, 1, 2]
        even[cell] = counts == [1, 1, 2] and set(cell) in ({0, 2, 4}, {1, 3, 5})
    alone, shared, even = (chances / chances.sum() for chances in (alone, shared, even))
    np.testing.assert_allclose(swap_regret(game, alone), 0, atol=1e-12)
    np.testing.assert_allclose(swap_regret(game, shared), 0, atol=1e-12)
    assert (swap_regret(game, even) > 0.1).all()
    np.testing.assert_allclose(coarse_regret(game, even), 0, atol=1e-12)
    uniform = np.full((6, 6, 6, 6), 6.0**-4)
    np.testing.assert_allclose(swap_regret(game, uniform), 0, atol=1e-12)


@pytest.mark.parametrize("solver", [solve_correlated, solve_coarse_correlated])
@steady
@given(
    st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
        lambda shape: arrays(float, shape, elements=st.integers(-4, 4).map(float))
    )
)
def test_no_mediator_improves_on_the_value_of_a_zero_sum_game(
    solver: object, row: np.ndarray
) -> None:
    """Moulin and Vial (1978): zero-sum games are strategically zero-sum."""
    game = NormalFormGame.from_bimatrix(row, -row)
    value = solve(game, "security").value
    found = solver(game)
    for aim, expected in (("player 1", value), ("player 2", -value), ("welfare", 0.0)):
        for one in (found[aim].best, found[aim].worst):
            assert one.value == pytest.approx(expected, abs=1e-9)


games = st.lists(st.integers(1, 3), min_size=1, max_size=3).flatmap(
    lambda shape: arrays(float, (len(shape), *shape), elements=st.integers(-4, 4).map(float))
)


@steady
@given(games)
def test_nash_is_correlated_is_coarse(payoffs: np.ndarray) -> None:
    game = NormalFormGame(payoffs)
    inner, outer = solve_correlated(game), solve_coarse_correlated(game)
    for told, bound in zip(inner.extremes, outer.extremes, strict=True):
        assert bound.best.value >= told.best.value - 1e-9
        assert bound.worst.value <= told.worst.value + 1e-9
        if told.best_nash is not None and told.worst_nash is not None:
            assert told.best.value >= told.best_nash - 1e-9
            assert told.worst.value <= told.worst_nash + 1e-9
    for one in inner.extremes:
        assert (swap_regret(game, one.best.chances) <= 1e-9).all()


def test_coarse_can_be_strictly_more() -> None:
    """Binding oneself before being told allows what no private recommendation can bring about."""
    rng = np.random.default_rng(3)
    more = 0
    for _ in range(10):
        game = NormalFormGame(rng.normal(size=(2, 3, 3)))
        best = [
            solve(game, name)["welfare"].best.value for name in ("correlated", "coarse_correlated")
        ]
        more += best[1] > best[0] + 1e-6
    assert more >= 2


@pytest.mark.parametrize("cell", [(0, 0, 1), (1, 1, 1), (0, 1, 0)])
def test_one_catastrophe_hides_nothing(cell: tuple[int, int, int]) -> None:
    payoffs = CHICKEN.payoffs.copy()
    payoffs[cell] = -1e12
    game = NormalFormGame(payoffs)
    found = solve_correlated(game)
    for one in found.extremes:
        assert one.best_nash is not None
        assert one.best.value >= one.best_nash - 1e-9
        assert (swap_regret(game, one.best.chances) <= 1e-8).all()


def test_weights_of_welfare() -> None:
    found = solve_correlated(CHICKEN, weights=[1, 0])
    assert found["welfare"].best.value == pytest.approx(7.0, abs=1e-12)
    assert found.to_dict()["weights"] == {"player 1": 1.0, "player 2": 0.0}
    for weights in ([1], [1, -1], [1, np.inf], "even", [[1, 1]]):
        with pytest.raises(UsageError, match="weights: expected 2 finite numbers of at least 0"):
            solve_correlated(CHICKEN, weights=weights)


def test_without_a_known_equilibrium_nothing_is_compared() -> None:
    pennies = [[1, -1], [-1, 1]]
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[0] = np.array(pennies)[:, :, None]
    payoffs[1] = -payoffs[0]
    found = solve_correlated(NormalFormGame(payoffs))
    assert found["welfare"].added is None
    assert not found.nash_complete
    assert "no Nash equilibrium known to compare with" in found.message


def test_in_words() -> None:
    game = NormalFormGame.from_bimatrix(
        CHICKEN.payoffs[0], CHICKEN.payoffs[1], ["A", "B"], [["swerve", "drive on"]] * 2
    )
    best = solve_correlated(game).to_dict()["aims"]["A"]["best"]
    assert best["recommendations"] == [{"chance": 1.0, "actions": {"A": "drive on", "B": "swerve"}}]
