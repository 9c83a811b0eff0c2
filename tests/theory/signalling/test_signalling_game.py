"""Signalling games: checked input, Bayes' rule, regret, and the limited-truce game's payoffs."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.errors import GameError, ProfileError
from negsim.theory.signalling.game import SignallingGame

SENDER = np.arange(12.0).reshape(2, 3, 2)
RECEIVER = SENDER[::-1] * 2


def game() -> SignallingGame:
    return SignallingGame(np.array([0.25, 0.75]), SENDER, RECEIVER)


def test_names_and_arrays_are_the_games_own() -> None:
    payoffs = SENDER.copy()
    made = SignallingGame(np.array([0.25, 0.75]), payoffs, RECEIVER)
    payoffs[0, 0, 0] = 99.0
    assert made.sender[0, 0, 0] == 0.0
    assert not made.sender.flags.writeable
    assert made.shape == (2, 3, 2)
    assert made.types == ("type 1", "type 2")
    assert made.messages == ("message 1", "message 2", "message 3")
    assert made.replies == ("reply 1", "reply 2")
    assert made.players == ("sender", "receiver")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prior": [0.5, 0.6]}, "prior: expected chances that sum to 1"),
        ({"prior": [0.0, 1.0]}, "prior: expected positive chances"),
        ({"prior": [1.0]}, "prior: expected 2 chances"),
        ({"prior": "x"}, "prior: expected a vector"),
        ({"sender": SENDER[0]}, "sender: expected the shape"),
        ({"sender": [[[1], [2, 3]]]}, "sender: expected an array of numbers"),
        ({"sender": SENDER * np.nan}, "sender: expected finite"),
        ({"receiver": RECEIVER[:1]}, "receiver: expected the shape"),
        ({"messages": ("a", "b")}, "messages: expected 3 names"),
        ({"replies": ("a", "a")}, "replies: expected different names"),
    ],
)
def test_faults_are_named(changes: dict, message: str) -> None:
    whole = {"prior": [0.25, 0.75], "sender": SENDER, "receiver": RECEIVER}
    with pytest.raises(GameError, match=message):
        SignallingGame(**(whole | changes))


def test_bayes_rule_and_what_it_leaves_open() -> None:
    strategy = [[0.5, 0.5, 0], [1, 0, 0]]
    posterior = game().posterior(strategy)
    np.testing.assert_allclose(posterior[:2], [[1 / 7, 6 / 7], [1, 0]])
    assert np.isnan(posterior[2]).all()
    beliefs = np.nan_to_num(posterior, nan=0.5)
    assert game().bayes_gap(strategy, beliefs) == 0
    beliefs[1] = [0.9, 0.1]
    assert game().bayes_gap(strategy, beliefs) == pytest.approx(0.1)
    beliefs[1], beliefs[2] = [1, 0], [0, 1]
    assert game().bayes_gap(strategy, beliefs) == 0


def test_regret_is_the_gain_of_the_best_deviation() -> None:
    strategy, replies = [[1, 0, 0], [0, 0.5, 0.5]], [[1, 0], [0.5, 0.5], [0, 1]]
    beliefs = [[1, 0], [0.5, 0.5], [0, 1]]
    np.testing.assert_allclose(
        game().message_values(replies), [[0, 2.5, 5], [6, 8.5, 11]], atol=1e-15
    )
    np.testing.assert_allclose(game().sender_regret(strategy, replies), [5, 1.25])
    np.testing.assert_allclose(
        game().reply_values(beliefs), [[12, 14], [10, 12], [8, 10]], atol=1e-15
    )
    np.testing.assert_allclose(game().receiver_regret(replies, beliefs), [2, 1, 0])
    by_type, expected = game().payoffs(strategy, replies)
    np.testing.assert_allclose(by_type, [0, 9.75])
    assert expected == pytest.approx(0.25 * 12 + 0.75 * (0.5 * 5 + 0.5 * 10))


def test_limits_follow_the_payoffs_in_play() -> None:
    made = SignallingGame([0.5, 0.5], np.stack([SENDER[0], SENDER[0] * 1e6]), RECEIVER)
    own, other = made.regret_limits()
    assert own[1] == pytest.approx(1e6 * own[0])
    assert 1e-9 <= other <= 3e-8


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("sender_regret", ([[1, 0], [1, 0]], [[1, 0]] * 3)),
        ("sender_regret", ([[1, 0, 0], [0.5, 0, 0]], [[1, 0]] * 3)),
        ("receiver_regret", ([[2, -1]] * 3, [[1, 0]] * 3)),
        ("posterior", ("x",)),
    ],
)
def test_profiles_that_do_not_fit_are_refused(method: str, arguments: tuple) -> None:
    with pytest.raises(ProfileError, match=r"expected|found"):
        getattr(game(), method)(*arguments)
