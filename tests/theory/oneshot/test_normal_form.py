"""The game in normal form: shapes, payoffs, regret and its scale, dominance, restriction."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.errors import GameError, ProfileError
from negsim.theory.normal_form.game import NormalFormGame, levelled, support, typical_difference

DILEMMA = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
THREE = NormalFormGame(np.arange(36, dtype=float).reshape(3, 2, 3, 2))


def catastrophe(amount: float) -> NormalFormGame:
    """Return a game in which player 1 gains 1000 by action 2 and loses ``amount`` by action 3."""
    return NormalFormGame.from_bimatrix(
        [[0.0, 1.0], [1000.0, 2.0], [amount, 3.0]], [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]
    )


def test_payoffs_are_a_read_only_copy() -> None:
    array = np.zeros((2, 2, 2))
    game = NormalFormGame(array)
    array[0, 0, 0] = 9.0
    assert game.payoffs[0, 0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        game.payoffs[0, 0, 0] = 1.0


def test_default_labels() -> None:
    assert THREE.players == ("player 1", "player 2", "player 3")
    assert THREE.actions == (("1", "2"), ("1", "2", "3"), ("1", "2"))
    assert (THREE.num_players, THREE.num_actions) == (3, (2, 3, 2))


def test_labels_are_kept() -> None:
    game = NormalFormGame.from_bimatrix(
        [[1, 2]], [[3, 4]], players=["A", "B"], actions=[["only"], ["left", "right"]]
    )
    assert game.players == ("A", "B")
    assert game.actions == (("only",), ("left", "right"))


@pytest.mark.parametrize(
    ("payoffs", "labels", "message"),
    [
        (np.zeros((2, 3)), {}, r"axis of actions per player.*\(2, 3\)"),
        (np.zeros((3, 2, 2)), {}, r"axis of actions per player.*\(3, 2, 2\)"),
        (np.float64(1.0), {}, "axis of actions per player"),
        (np.zeros((2, 2, 0)), {}, "player 2 has no actions"),
        ([[[1.0], [np.nan]], [[0.0], [0.0]]], {}, r"player 1 at profile \(1, 0\) gets nan"),
        ([[[1.0]], [[np.inf]]], {}, r"player 2 at profile \(0, 0\) gets inf"),
        ([[[1e308]], [[0.0]]], {}, "fit in a float"),
        ([[["a"]], [["b"]]], {}, "array of numbers"),
        (np.zeros((2, 2, 2)), {"players": ("A",)}, "players: expected 2 names, got 1"),
        (np.zeros((2, 2, 2)), {"players": ("A", "A")}, "different names, got A, A"),
        (np.zeros((2, 1, 1)), {"actions": (("x",),)}, "names for 2 players, got 1"),
        (
            np.zeros((2, 2, 1)),
            {"actions": (("x",), ("y",))},
            "player 1 has 2 actions and 1 names",
        ),
        (np.zeros((2, 2, 1)), {"actions": (("x", "x"), ("y",))}, "two actions of one name"),
    ],
)
def test_bad_games_are_told(payoffs: object, labels: dict[str, object], message: str) -> None:
    with pytest.raises(GameError, match=message):
        NormalFormGame(payoffs, **labels)


def test_bimatrix_shapes_must_agree() -> None:
    with pytest.raises(GameError, match=r"two matrices of one shape, got \(1, 2\) and \(2, 1\)"):
        NormalFormGame.from_bimatrix([[1, 2]], [[1], [2]])


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        (([1, 0],), "expected 2 mixed actions, got 1"),
        (([1, 0], [1, 0, 0]), r"player 2 has shape \(3,\), expected \(2,\)"),
        (([1, 0], [1.5, -0.5]), "player 2 has a negative chance or NaN"),
        (([np.nan, 1], [1, 0]), "player 1 has a negative chance or NaN"),
        (([0.5, 0.4], [1, 0]), "player 1 sums to 0.9, expected 1"),
        (("no", [1, 0]), "player 1 is not a vector"),
    ],
)
def test_bad_profiles_are_told(profile: tuple[object, ...], message: str) -> None:
    for method in (DILEMMA.payoff, DILEMMA.regret, DILEMMA.regret_scale):
        with pytest.raises(ProfileError, match=message):
            method(profile)


def test_bad_pure_profiles_are_told() -> None:
    with pytest.raises(ProfileError, match="expected 2 actions, got 1"):
        DILEMMA.pure_profile([0])
    with pytest.raises(ProfileError, match="player 2 has actions 0 to 1, got 2"):
        DILEMMA.pure_profile([0, 2])


@pytest.mark.parametrize("player", [-1, 2])
def test_unknown_players_are_told(player: int) -> None:
    profile = ([1, 0], [1, 0])
    calls = [
        lambda: DILEMMA.action_payoffs(profile, player),
        lambda: DILEMMA.best_responses(profile, player),
        lambda: DILEMMA.dominated(player),
        lambda: DILEMMA.restrict(player, 0),
    ]
    for call in calls:
        with pytest.raises(GameError, match=f"player: expected 0 to 1, got {player}"):
            call()


def test_expected_payoffs_against_a_sum_over_profiles() -> None:
    rng = np.random.default_rng(3)
    game = NormalFormGame(rng.normal(size=(3, 2, 3, 2)))
    profile = tuple(rng.dirichlet(np.ones(count)) for count in game.num_actions)
    chances = np.einsum("a,b,c->abc", *profile)
    expected = (game.payoffs * chances).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(game.payoff(profile), expected, rtol=1e-13)
    for player, mixed in enumerate(profile):
        worth = game.action_payoffs(profile, player)
        assert worth.shape == (game.num_actions[player],)
        assert mixed @ worth == pytest.approx(expected[player], rel=1e-12)
        gain = worth.max() - expected[player]
        assert game.regret(profile)[player] == pytest.approx(gain, rel=1e-12)


def test_regret_of_a_dilemma() -> None:
    np.testing.assert_array_equal(DILEMMA.regret(([1, 0], [1, 0])), [2.0, 2.0])
    np.testing.assert_array_equal(DILEMMA.regret(([0, 1], [0, 1])), [0.0, 0.0])
    np.testing.assert_allclose(DILEMMA.regret(([0.5, 0.5], [0, 1])), [0.5, 0.0], atol=1e-15)


def test_an_offset_costs_the_regret_no_accuracy() -> None:
    shifted = NormalFormGame(DILEMMA.payoffs + 2.0**40)
    profile = ([1 / 3, 2 / 3], [1 / 7, 6 / 7])
    np.testing.assert_allclose(shifted.regret(profile), DILEMMA.regret(profile), rtol=1e-14)


def test_regret_scale_reaches_only_the_profile_and_own_deviations() -> None:
    np.testing.assert_array_equal(DILEMMA.regret_scale(([1, 0], [1, 0])), [2.0, 2.0])
    np.testing.assert_array_equal(DILEMMA.regret_scale(([0, 1], [0, 1])), [1.0, 1.0])
    np.testing.assert_array_equal(DILEMMA.regret_scale(([0, 1], [0.5, 0.5])), [5.0, 1.0])
    elsewhere = NormalFormGame.from_bimatrix([[3, 0], [5, -1e12]], [[3, 5], [0, 1]])
    np.testing.assert_array_equal(elsewhere.regret_scale(([1, 0], [1, 0])), [2.0, 2.0])


def test_dust_does_not_reach_a_catastrophe() -> None:
    game = NormalFormGame.from_bimatrix([[3, -1e12], [5, -1e12]], [[1, 0], [1, 0]])
    np.testing.assert_array_equal(game.regret_scale(([1, 0], [1.0, 1e-13]))[0], 2.0)


@pytest.mark.parametrize("amount", [-1e12, -1e15, 3.0])
def test_a_catastrophe_within_reach_excuses_no_regret(amount: float) -> None:
    game = catastrophe(amount)
    profile = game.pure_profile([0, 0])
    assert game.regret(profile)[0] == 1000.0
    assert 1e-9 * game.regret_scale(profile)[0] < 1e-2


def test_an_ordinary_scale_is_the_plain_range() -> None:
    game = catastrophe(-1e5)
    assert game.regret_scale(game.pure_profile([0, 0]))[0] == 101_000.0


def test_best_responses_and_ties() -> None:
    game = NormalFormGame.from_bimatrix([[1, 0], [1, 0], [0, 9]], np.zeros((3, 2)))
    assert game.best_responses(([1, 0, 0], [1, 0]), 0).tolist() == [0, 1]
    assert game.best_responses(([1, 0, 0], [0, 1]), 0).tolist() == [2]
    assert game.best_responses(([1, 0, 0], [0, 1]), 1).tolist() == [0, 1]


@pytest.mark.parametrize("best", [0.1 + 0.2, 0.3 + 1e-7])
def test_against_pure_actions_payoffs_are_compared_as_they_are(best: float) -> None:
    game = NormalFormGame.from_bimatrix([[best], [0.3], [0.0]], np.zeros((3, 1)))
    assert game.best_responses(([1, 0, 0], [1]), 0).tolist() == [0]
    assert levelled(game.payoffs[None])[0, 0, 0] == (0.3 if best < 0.3 + 1e-9 else best)


def test_strict_and_weak_dominance() -> None:
    game = NormalFormGame.from_bimatrix([[1, 1], [1, 0], [0, 0]], [[0, 0], [0, 0], [0, 0]])
    assert game.dominated(0).tolist() == [False, False, True]
    assert game.dominated(0, weak=True).tolist() == [False, True, True]
    assert DILEMMA.dominated(1).tolist() == [True, False]
    assert game.dominated(1, weak=True).tolist() == [False, False]


def test_dominance_needs_every_opponents_profile() -> None:
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[2, ..., 1] = 1.0
    assert NormalFormGame(payoffs).dominated(2).tolist() == [True, False]
    payoffs[2, 1, 1, 1] = -1.0
    assert NormalFormGame(payoffs).dominated(2).tolist() == [False, False]


def test_dominance_overlooks_no_difference_and_no_catastrophe() -> None:
    rounded = NormalFormGame.from_bimatrix(
        [[0.1 + 0.2, 1.0], [0.3, 1.0], [0.0, 2.0]], np.zeros((3, 2))
    )
    assert rounded.dominated(0, weak=True).tolist() == [False, True, False]
    moved = NormalFormGame.from_bimatrix(np.array([[1, 2], [0, 1]]) + 1e13, np.zeros((2, 2)))
    assert moved.dominated(0).tolist() == [False, True]
    severe = NormalFormGame.from_bimatrix([[1.0, -1e12], [0.0, 0.0]], np.zeros((2, 2)))
    assert severe.dominated(0, weak=True).tolist() == [False, False]


def test_restrict_fixes_a_move() -> None:
    for action in (0, 1, 2):
        rest = THREE.restrict(player=1, action=action)
        assert rest.players == ("player 1", "player 3")
        np.testing.assert_array_equal(rest.payoffs, THREE.payoffs[[0, 2]][:, :, action])


def test_restrict_faults() -> None:
    with pytest.raises(GameError, match="player 2 has actions 0 to 2, got 3"):
        THREE.restrict(1, 3)
    with pytest.raises(GameError, match="at least 2 players, got 1"):
        NormalFormGame(np.zeros((1, 2))).restrict(0, 0)


def test_to_nashpy_keeps_the_payoffs() -> None:
    row, column = DILEMMA.to_nashpy().payoff_matrices
    np.testing.assert_array_equal(row, DILEMMA.payoffs[0])
    np.testing.assert_array_equal(column, DILEMMA.payoffs[1])
    with pytest.raises(GameError, match="nashpy takes 2 players and this game has 3"):
        THREE.to_nashpy()


def test_support_leaves_dust_out() -> None:
    assert support(np.array([1.0, 1e-12, 2e-12])).tolist() == [True, False, True]


def test_typical_difference_is_moved_neither_by_an_offset_nor_by_one_cell() -> None:
    payoffs = np.array([0.0, 1.0, 2.0, 3.0])
    assert typical_difference(payoffs + 2.0**40) == typical_difference(payoffs) == 1.0
    assert typical_difference(np.append(payoffs, -1e12)) <= 2.0
    assert typical_difference(np.full(3, 0.1)) == 0.0
