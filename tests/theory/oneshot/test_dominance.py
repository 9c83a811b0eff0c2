"""Dominance by pure and mixed actions, its order, rationalizable actions, security levels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.dominance import (
    dominating_mixture,
    solve_iterated_dominance,
    solve_rationalizable,
    solve_security,
)
from negsim.theory.registry import solve

steady = settings(deadline=None, derandomize=True, max_examples=25)

BERNHEIM = NormalFormGame.from_bimatrix(
    [[0, 2, 7, 0], [5, 3, 5, 0], [7, 2, 0, 0], [0, 0, 0, 10]],
    [[7, 5, 0, 1], [2, 3, 2, 1], [0, 5, 7, 1], [0, -2, 0, -1]],
)
ORDER_MATTERS = NormalFormGame.from_bimatrix([[1, 0], [1, 2], [0, 2]], [[1, 0], [1, 1], [0, 1]])


def left(found: object) -> list[list[int]]:
    return [own.tolist() for own in found.remaining]


def test_bernheim() -> None:
    """Bernheim (1984), also Osborne and Rubinstein (1994), section 4.1: the fourth actions go."""
    found = solve_rationalizable(BERNHEIM)
    assert left(found) == [[0, 1, 2], [0, 1, 2]]
    assert [(one.round, one.player, one.action) for one in found.removals] == [(1, 1, 3), (2, 0, 3)]
    np.testing.assert_allclose(found.removals[0].dominant, [0.5, 0, 0.5, 0], atol=0.4)
    assert found.message == "6 of 8 actions can be rationalized"
    assert left(solve_iterated_dominance(BERNHEIM, mixed=False)) == [[0, 1, 2, 3], [0, 1, 2, 3]]


def test_weak_dominance_depends_on_the_order() -> None:
    """Osborne and Rubinstein (1994), section 4.3."""
    found = solve_iterated_dominance(ORDER_MATTERS, weak=True)
    assert found.order_matters
    assert found.message.endswith("weak dominance: another order leaves other actions")
    strict = solve_iterated_dominance(ORDER_MATTERS)
    assert not strict.order_matters
    assert left(strict) == [[0, 1, 2], [0, 1]]
    consent = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    found = solve_iterated_dominance(consent, weak=True)
    assert left(found) == [[0], [0]]
    assert found.message.endswith("another order could leave other actions, none tried did")


def test_the_dilemma_in_words() -> None:
    actions = [["keep quiet", "confess"]] * 2
    game = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]], ["A", "B"], actions)
    found = solve_iterated_dominance(game)
    assert found.reduced.actions == (("confess",), ("confess",))
    assert found.reduced.payoffs.ravel().tolist() == [1, 1]
    assert found.to_dict()["removed"][0] == {
        "round": 1,
        "player": "A",
        "action": "keep quiet",
        "by": {"confess": 1.0},
    }
    assert found.to_dict()["dominance"] == "strict, by mixed actions"
    assert found.message == "2 of 4 actions removed, 1 x 1 left"


@pytest.mark.parametrize("middle", [0.49, 0.5, 0.51, 0.5 - 1e-5])
@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (1e-9, 0.0), (1e9, 0.0), (1.0, 1e6)])
def test_a_mixture_dominates_just_below_its_value(
    middle: float, scale: float, offset: float
) -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0]]) * scale + offset
    target = np.full(2, middle) * scale + offset
    mixed = dominating_mixture(rows, target, weak=False)
    assert (mixed is not None) == (middle < 0.5)


@pytest.mark.parametrize("weak", [False, True])
def test_an_action_worse_than_the_target_hides_no_domination(weak: bool) -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [-5.0, -5.0]])
    assert dominating_mixture(rows, np.array([0.4, 0.4]), weak) is not None


def test_one_catastrophe_hides_no_domination() -> None:
    rows = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [5.0, 5.0, -1e12]])
    assert dominating_mixture(rows, np.array([0.4, 0.4, -1.0]), weak=False) is not None
    assert dominating_mixture(rows, np.array([0.6, 0.6, -1.0]), weak=False) is None
    assert dominating_mixture(rows, np.array([0.4, 0.4, -0.0]), weak=True) is not None


def test_rounding_dominates_nothing() -> None:
    sums = [0.1 + 0.2, 0.7 + 0.1]
    assert dominating_mixture(np.array([sums]), np.array([0.3, 0.8]), weak=True) is None


def test_three_players_are_said_to_correlate() -> None:
    game = NormalFormGame(np.random.default_rng(0).normal(size=(3, 2, 2, 2)))
    assert solve_rationalizable(game).message.endswith(
        "if beliefs may hold that the others act as one"
    )


small_games = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: arrays(float, (2, *shape), elements=st.integers(-4, 4).map(float))
)


@steady
@given(small_games)
def test_what_is_left_holds_every_equilibrium_and_no_dominated_action(payoffs: np.ndarray) -> None:
    game = NormalFormGame(payoffs)
    found = solve_iterated_dominance(game)
    for equilibrium in solve(game, "nash").equilibria:
        for mixed, own in zip(equilibrium.profile, found.remaining, strict=True):
            assert set(np.flatnonzero(mixed)) <= set(own.tolist())
    assert solve_iterated_dominance(found.reduced).removals == ()
    pure = solve_iterated_dominance(game, mixed=False)
    weak = solve_iterated_dominance(game, weak=True)
    for fewest, some, most in zip(weak.remaining, found.remaining, pure.remaining, strict=True):
        assert fewest.size >= 1
        assert set(some) <= set(most)


@steady
@given(small_games, st.sampled_from([1e-9, 1.0, 1e9]), st.sampled_from([0.0, 1e6]))
def test_units_do_not_matter(payoffs: np.ndarray, scale: float, offset: float) -> None:
    moved = NormalFormGame((payoffs + offset) * scale)
    for weak in (False, True):
        first = solve_iterated_dominance(NormalFormGame(payoffs), weak=weak)
        assert left(first) == left(solve_iterated_dominance(moved, weak=weak))


# ---------------------------------------------------------------- security levels


@pytest.mark.parametrize(
    ("payoffs", "value", "mixed"),
    [
        ([[1, -1], [-1, 1]], 0.0, [1 / 2, 1 / 2]),
        ([[2, -1], [-1, 1]], 1 / 5, [2 / 5, 3 / 5]),
        ([[3, 1], [0, 2]], 3 / 2, [1 / 2, 1 / 2]),
        ([[4, 2], [3, 1]], 2.0, [1, 0]),
        ([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], 0.0, [1 / 3] * 3),
        ([[0, 2, -1], [-2, 0, 3], [1, -3, 0]], 0.0, [1 / 2, 1 / 6, 1 / 3]),
    ],
)
def test_values_of_zero_sum_games(
    payoffs: list[list[float]], value: float, mixed: list[float]
) -> None:
    """Owen (1982), Game Theory, chapter II: 2 x 2 games by formula, symmetric games worth 0."""
    row = np.array(payoffs, dtype=float)
    game = NormalFormGame.from_bimatrix(row, 10 - row)
    found = solve_security(game)
    assert found.value == pytest.approx(value, abs=1e-12)
    np.testing.assert_allclose(found.levels, [value, 10 - value], atol=1e-12)
    np.testing.assert_allclose(found.profile[0], mixed, atol=1e-9)


def test_only_constant_sums_have_a_value() -> None:
    dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert solve_security(dilemma).value is None
    assert solve_security(dilemma).levels.tolist() == [1, 1]


def test_one_catastrophe_hides_no_level() -> None:
    game = NormalFormGame.from_bimatrix([[0, -1], [1, -1e12], [-3, 5]], np.zeros((3, 2)))
    assert solve_security(game).levels[0] == pytest.approx(-1 / 3, abs=1e-9)


@steady
@given(small_games)
def test_no_equilibrium_pays_less_than_security(payoffs: np.ndarray) -> None:
    game = NormalFormGame(payoffs)
    found = solve_security(game)
    for equilibrium in solve(game, "nash").equilibria:
        assert (equilibrium.payoffs >= found.levels - 1e-9).all()
    zero_sum = NormalFormGame(np.stack([payoffs[0], -payoffs[0]]))
    value = solve_security(zero_sum).value
    assert solve_security(zero_sum).levels.sum() == pytest.approx(0.0, abs=1e-9)
    for equilibrium in solve(zero_sum, "nash").equilibria:
        assert equilibrium.payoffs[0] == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("offset", [0.0, 1e6])
@pytest.mark.parametrize("more", [-(2.0**-30), 0.0, 2.0**-30])
def test_domination_by_a_mixed_action_is_decided_in_rationals(more: float, offset: float) -> None:
    """Half of each of two rows pays 3/2; more than that somewhere is dominated by no mixture."""
    rows = np.array([[3.0, 0.0], [0.0, 3.0]]) + offset
    target = np.array([1.5 - more, 1.5]) + offset
    for weak in (False, True):
        assert (dominating_mixture(rows, target, weak) is not None) is (more > 0)
