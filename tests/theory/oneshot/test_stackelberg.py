"""Commitment: published values, strong and weak, bounds by equilibria, several followers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.errors import UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.stackelberg import solve_stackelberg
from negsim.theory.registry import solve

steady = settings(deadline=None, derandomize=True, max_examples=30)
CONITZER_SANDHOLM = NormalFormGame.from_bimatrix([[2, 4], [1, 3]], [[1, 0], [0, 1]])


def test_conitzer_and_sandholm() -> None:
    """Conitzer and Sandholm (2006), the opening example: 2 in equilibrium, 3 pure, 3.5 mixed."""
    mixed = solve_stackelberg(CONITZER_SANDHOLM).commitments[0]
    assert mixed.best_nash == 2.0
    assert mixed.strong.value == pytest.approx(3.5, abs=1e-12)
    assert mixed.weak.value == pytest.approx(3.5, abs=1e-12)
    assert mixed.strong.attained
    assert not mixed.weak.attained
    np.testing.assert_allclose(mixed.strong.profile[0], [0.5, 0.5], atol=1e-12)
    assert mixed.gains == pytest.approx({"optimistic": 1.5, "pessimistic": 1.5, "assured": 1.5})
    pure = solve_stackelberg(CONITZER_SANDHOLM, commit_to="pure").commitments[0]
    assert (pure.strong.value, pure.weak.value) == (3.0, 3.0)


def test_a_reply_that_is_best_at_one_point_only() -> None:
    """Only hope makes the follower give it: von Stengel and Zamir (2010)."""
    game = NormalFormGame.from_bimatrix([[0, 0, 10], [0, 0, 10]], [[1, 0, 0.5], [0, 1, 0.5]])
    found = solve_stackelberg(game).commitments[0]
    assert (found.strong.value, found.weak.value) == (10.0, 0.0)
    np.testing.assert_allclose(found.strong.profile[0], [0.5, 0.5], atol=1e-9)


def test_replies_that_are_the_same_to_the_follower() -> None:
    """Of two replies that always tie the weak leader fears the worse, and hedges."""
    game = NormalFormGame.from_bimatrix([[4, 0], [0, 2]], np.zeros((2, 2)))
    found = solve_stackelberg(game).commitments[0]
    assert found.strong.value == pytest.approx(4.0, abs=1e-12)
    assert found.weak.value == pytest.approx(4 / 3, abs=1e-12)
    assert found.weak.attained
    np.testing.assert_allclose(found.weak.profile[0], [1 / 3, 2 / 3], atol=1e-12)


def test_duopoly() -> None:
    """von Stackelberg (1934): demand 12 - q, no costs. 18 for the leader, 16 for each otherwise."""
    first, second = np.arange(0, 11, 2)[:, None], np.arange(9)[None, :]
    price = 12 - first - second
    game = NormalFormGame.from_bimatrix(price * first, price * second)
    found = solve_stackelberg(game, commit_to="pure").commitments[0]
    assert (found.strong.value, found.weak.value) == (18.0, 18.0)
    assert found.strong.payoffs.tolist() == [18.0, 9.0]
    assert found.best_nash == 16.0


def test_committing_is_worth_nothing_in_a_zero_sum_game() -> None:
    game = NormalFormGame.from_bimatrix([[2, -1], [-1, 1]], [[-2, 1], [1, -1]])
    for found in solve_stackelberg(game).commitments:
        for led in (found.strong, found.weak):
            assert led.value == pytest.approx(found.best_nash, abs=1e-12)


def best_on_a_grid(game: NormalFormGame, worst: bool) -> float:
    """Return what the leader gets from the best of many mixed actions, by best replies."""
    own, other = game.payoffs
    tries = [(x, y) for x in range(61) for y in range(61 - x)] if len(own) == 3 else None
    chances = (
        np.array([(x, y, 60 - x - y) for x, y in tries]) / 60
        if tries
        else np.array([(x, 60 - x) for x in range(61)]) / 60
    )
    replies, pays = chances @ other, chances @ own
    best = replies >= replies.max(axis=1, keepdims=True) - 1e-12
    pays = np.where(best, pays, np.inf if worst else -np.inf)
    return float((pays.min(axis=1) if worst else pays.max(axis=1)).max())


@steady
@given(
    st.tuples(st.integers(2, 3), st.integers(1, 3)).flatmap(
        lambda shape: arrays(float, (2, *shape), elements=st.integers(-3, 3).map(float))
    )
)
def test_bounds(payoffs: np.ndarray) -> None:
    """von Stengel and Zamir (2010), main result: no worse than Nash and correlated."""
    game = NormalFormGame(payoffs)
    found = solve_stackelberg(game)
    correlated = solve(game, "correlated")
    assert found.nash_complete
    for leader, name in zip(found.commitments, game.players, strict=True):
        assert leader.strong.value >= correlated[name].best.value - 1e-9
        assert leader.weak.value >= leader.worst_nash - 1e-9
        assert leader.weak.value >= solve(game, "security").levels[game.players.index(name)] - 1e-9
    first = found.commitments[0]
    assert best_on_a_grid(game, worst=False) <= first.strong.value + 1e-9
    assert best_on_a_grid(game, worst=True) <= first.weak.value + 1e-9
    assert best_on_a_grid(game, worst=True) >= first.weak.value - 0.7


def test_the_grid_is_near_without_ties() -> None:
    rng = np.random.default_rng(5)
    for _ in range(10):
        game = NormalFormGame(rng.normal(size=(2, 3, 3)))
        first = solve_stackelberg(game).commitments[0]
        assert first.weak.value == pytest.approx(first.strong.value, abs=1e-9)
        assert best_on_a_grid(game, worst=False) == pytest.approx(first.strong.value, abs=0.1)


def test_several_followers() -> None:
    """Each leader's actions in turn, and every equilibrium that they leave."""
    rng = np.random.default_rng(6)
    game = NormalFormGame(rng.integers(-3, 4, size=(3, 3, 2, 2)).astype(float))
    found = solve_stackelberg(game)
    assert found.kind == "pure"
    assert found.complete
    for leader, commitment in enumerate(found.commitments):
        values = []
        for action in range(game.num_actions[leader]):
            pays = []
            for one in solve(game.restrict(leader, action), "nash").equilibria:
                own = np.eye(game.num_actions[leader])[action]
                profile = [*one.profile[:leader], own, *one.profile[leader:]]
                pays.append(game.payoff(profile)[leader])
            values.append((max(pays), min(pays)))
        assert commitment.strong.value == pytest.approx(max(high for high, _ in values))
        assert commitment.weak.value == pytest.approx(max(low for _, low in values))


def test_replies_that_are_not_known_are_told() -> None:
    """Three followers two of whom play matching pennies have no pure equilibrium."""
    pennies = np.array([[1, -1], [-1, 1]])
    payoffs = np.zeros((4, 2, 1, 2, 2))
    payoffs[2], payoffs[3] = pennies, -pennies
    found = solve_stackelberg(NormalFormGame(payoffs))
    assert not found.complete
    assert found.commitments[0].strong is None
    assert found.commitments[0].gains["optimistic"] is None
    assert "not all replies are known" in found.message
    assert found.to_dict()["leaders"]["player 1"]["weak"] is None


def test_one_catastrophe_hides_nothing() -> None:
    game = NormalFormGame.from_bimatrix([[2, 4], [1, 3]], [[1, 0], [0, 1]])
    payoffs = game.payoffs.copy()
    payoffs[1, 0, 1] = -1e12
    found = solve_stackelberg(NormalFormGame(payoffs)).commitments[0]
    assert found.strong.value == pytest.approx(3.0, abs=1e-9)


def test_what_to_commit_to() -> None:
    with pytest.raises(UsageError, match='commit_to: expected "mixed" or "pure", got "both"'):
        solve_stackelberg(CONITZER_SANDHOLM, commit_to="both")
    with pytest.raises(UsageError, match='"mixed" takes 2 players and this game has 3'):
        solve_stackelberg(NormalFormGame(np.zeros((3, 1, 1, 1))), commit_to="mixed")
