"""Numbers are taken as they are written, wherever a game is built: text, fractions and decimals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negsim.errors import GameError
from negsim.theory.bargaining.problem import BargainingProblem
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.numerics.exact import as_written
from negsim.theory.registry import solve
from negsim.theory.repeated.game import Monitoring, RepeatedGame
from negsim.theory.signalling.game import SignallingGame
from negsim.theory.signalling.perfect_bayesian import exact_game, perfect_bayesian
from negsim.theory.trees.game import Chance, ExtensiveGame, Lottery

THIRD = Fraction(1, 3)
SENDER = [[[0, -1], [-2, 2]], [[0, -2], [-1, 0]]]
RECEIVER = [[[-2, -1], [0, 2]], [[1, 1], [-1, -2]]]
TWO = [[[1], [0]], [[0], [1]]]


@given(st.fractions(max_denominator=1000, min_value=-1000, max_value=1000))
def test_a_simple_fraction_survives_a_float(number: Fraction) -> None:
    assert as_written(float(number)) == number


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=9)
)
def test_a_decimal_survives_a_float(number: Decimal) -> None:
    assert as_written(float(number)) == Fraction(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_read_rounds_to_the_float(number: float) -> None:
    assert float(as_written(number)) == number


@pytest.mark.parametrize("third", ["1/3", THIRD, 1 / 3])
def test_a_prior_of_a_third_is_a_third(third: object) -> None:
    """At a prior of exactly 1/3 the receiver is indifferent, and pooling is an equilibrium."""
    prior = [third, "2/3"] if isinstance(third, str) else [third, 1 - third]
    game = SignallingGame(prior, SENDER, RECEIVER)
    assert exact_game(game).prior == THIRD
    rounded, exact = (perfect_bayesian(game, exact=each) for each in (False, True))
    assert [each.kind for each in exact.components] == [each.kind for each in rounded.components]
    assert any("pooling" in each.kind for each in exact.components)


def test_payoffs_of_signalling_games_are_taken_as_written() -> None:
    long = "0.1234567890123456789"
    game = SignallingGame(["1/4", "3/4"], [[[long]], [["1/3"]]], np.zeros((2, 1, 1)))
    own = exact_game(game).sender
    assert (own[0][0][0], own[1][0][0]) == (Fraction(long), THIRD)


def test_tables_are_solved_as_written() -> None:
    """The two differ by less than a float can tell."""
    above = "0.333333333333333333334"
    game = NormalFormGame.from_bimatrix([["1/3"], [above]], [[Decimal("0.1")], [0]])
    assert game.payoffs[0, 0, 0] == game.payoffs[0, 1, 0]
    (only,) = solve(game, "nash", exact=True).exact
    assert only.row == (0, 1)
    assert only.payoffs == (Fraction(above), 0)
    assert len(solve(game, "nash").equilibria) == 1
    three = NormalFormGame(np.array([[["1/3"], [above]]] * 2, dtype=object))
    assert three.restrict(1, 0).written is not None


def test_chances_of_trees_are_taken_as_written() -> None:
    ends = {"a": (1 / 3, (1,)), "b": (1 / 6, (2,)), "c": (0.5, (3,))}
    tree = ExtensiveGame.from_tree(["one"], Lottery(ends))
    (node,) = (node for node in tree.nodes if isinstance(node, Chance))
    assert node.chances == (THIRD, Fraction(1, 6), Fraction(1, 2))


def test_text_is_a_number_everywhere() -> None:
    stage = NormalFormGame.from_bimatrix([["3", "0"], ["5", "1"]], [[3, 5], [0, 1]])
    game = RepeatedGame(stage, "1/3", Monitoring("1/50", "0.9"))
    assert game.discount.tolist() == [1 / 3, 1 / 3]
    assert (game.monitoring.false_alarm, game.monitoring.detection) == (0.02, 0.9)
    problem = BargainingProblem([["1/3", 1]], ["0", "1/4"])
    assert problem.payoffs.tolist() == [[1 / 3, 1.0]]
    assert problem.disagreement.tolist() == [0.0, 0.25]


@pytest.mark.parametrize("wrong", ["x", "1/0", "", None])
def test_what_is_no_number_is_told(wrong: object) -> None:
    with pytest.raises(GameError, match="payoffs: expected an array of numbers"):
        NormalFormGame.from_bimatrix([[wrong, 0]], [[1, 2]])
    with pytest.raises(GameError, match="prior: expected a vector of chances"):
        SignallingGame([wrong, "1/2"], TWO, TWO)
