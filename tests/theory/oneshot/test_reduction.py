"""Equal moves merged, dominated ones removed, profiles carried back, equilibria by outcome."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.errors import GameError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.pure import solve_pure
from negsim.theory.oneshot.reduction import by_outcome, reduce_game
from negsim.theory.oneshot.several.regular import solve_regular


def doubled(game: NormalFormGame, player: int) -> NormalFormGame:
    """Return the game in which a player has its last action twice."""
    last = game.num_actions[player] - 1
    extra = np.take(game.payoffs, [last], axis=player + 1)
    return NormalFormGame(np.concatenate([game.payoffs, extra], axis=player + 1))


def test_equal_moves_are_one_whoever_has_them() -> None:
    game = NormalFormGame(np.random.default_rng(2).normal(size=(3, 2, 3, 2)))
    larger = doubled(doubled(doubled(game, 0), 1), 1)
    found = reduce_game(larger)
    plain = reduce_game(game)
    np.testing.assert_array_equal(found.reduced.payoffs, plain.reduced.payoffs)
    assert found.classes[0] == tuple((1, 2) if one == (1,) else one for one in plain.classes[0])


def test_moves_that_differ_for_somebody_are_not_one() -> None:
    game = NormalFormGame.from_bimatrix([[1, 0], [1, 0]], [[0, 1], [1, 0]])
    assert reduce_game(game).classes == (((0,), (1,)), ((0,), (1,)))


def test_what_dominance_leaves_may_be_merged() -> None:
    row = [[1.0, 5.0], [1.0, 6.0]]
    column = [[1.0, 0.0], [1.0, 0.0]]
    found = reduce_game(NormalFormGame.from_bimatrix(row, column))
    assert found.classes == (((0, 1),), ((0,),))
    assert found.reduced.num_actions == (1, 1)


def test_profiles_are_carried_back() -> None:
    game = doubled(NormalFormGame.from_bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]]), 0)
    found = reduce_game(game)
    chance = found.expand([[0.25, 0.75], [0.5, 0.5]])
    np.testing.assert_allclose(chance[0], [0.25, 0.375, 0.375])
    assert found.is_merged([[0.25, 0.75], [0.5, 0.5]])
    assert not found.is_merged([[1.0, 0.0], [0.5, 0.5]])


def test_equilibria_of_the_smaller_game_are_those_of_the_game() -> None:
    rng = np.random.default_rng(7)
    for _ in range(10):
        game = NormalFormGame(rng.normal(size=(3, 2, 2, 2)))
        larger = doubled(game, int(rng.integers(3)))
        small, large = solve_regular(game), solve_regular(larger)
        assert small.complete
        assert large.complete or large.message.endswith("at will; no others")
        counted = {tuple(np.round(one.payoffs, 9)) for one in large.equilibria}
        assert counted == {tuple(np.round(one.payoffs, 9)) for one in small.equilibria}
        assert all((one.regret <= 1e-9).all() for one in large.equilibria)


def test_equilibria_by_outcome() -> None:
    """A treaty needs all three: every profile in which two refuse comes to the same."""
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[:, 1, 1, 1] = 1.0
    outcome = payoffs[0].astype(int)
    solution = solve_pure(NormalFormGame(payoffs))
    groups = by_outcome(solution, outcome)
    assert [group.outcomes for group in groups] == [{0: 1.0}, {1: 1.0}]
    assert [len(group.members) for group in groups] == [4, 1]
    assert by_outcome(solution, outcome.ravel()) != ()


def test_mixed_equilibria_lead_to_lotteries() -> None:
    solution = solve_regular(NormalFormGame.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    groups = by_outcome(solution, [[0, 1], [2, 3]])
    mixed = groups[1].outcomes
    assert mixed == pytest.approx({0: 2 / 9, 1: 4 / 9, 2: 1 / 9, 3: 2 / 9})
    assert groups[1].to_dict()["equilibria"] == [1]


@pytest.mark.parametrize("outcome", [[0, 1], [[0, 1], [2, -1]], [[0.0, 1.0], [2.0, 3.0]]])
def test_outcomes_that_do_not_fit(outcome: list[object]) -> None:
    solution = solve_pure(NormalFormGame.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    with pytest.raises(GameError, match="outcome_of: expected one whole number, at least 0, for"):
        by_outcome(solution, outcome)
