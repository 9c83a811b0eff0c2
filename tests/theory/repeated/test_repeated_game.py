"""Repeated games: what is accepted, what is refused, and what monitoring and ambiguity mean."""

from __future__ import annotations

import dataclasses
from itertools import product

import numpy as np
import pytest

from negsim.errors import GameError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.repeated.game import Monitoring, RepeatedGame

DILEMMA = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])


def test_one_discount_is_everybodys() -> None:
    game = RepeatedGame(DILEMMA, 0.9)
    assert game.discount.tolist() == [0.9, 0.9]
    assert game.common_discount == 0.9
    assert game.monitoring.perfect
    assert not game.discount.flags.writeable


def test_discounts_may_differ_and_are_copied() -> None:
    given = np.array([0.5, 0.9])
    game = RepeatedGame(DILEMMA, given)
    given[0] = 0.1
    assert game.discount.tolist() == [0.5, 0.9]
    with pytest.raises(GameError, match=r"same for all players, got \[0.5, 0.9\]"):
        _ = game.common_discount


def test_a_game_is_changed_by_replacing() -> None:
    game = dataclasses.replace(RepeatedGame(DILEMMA, 0.9), monitoring=Monitoring(0.1, 0.8))
    assert game.monitoring.false_alarm == 0.1
    assert game.common_discount == 0.9


@pytest.mark.parametrize(
    ("discount", "message"),
    [
        (1.0, "at least 0 and below 1, got 1.0"),
        (-0.1, "at least 0 and below 1, got -0.1"),
        (float("nan"), "at least 0 and below 1, got nan"),
        ([0.5, 0.5, 0.5], r"expected one number or 2, got the shape \(3,\)"),
        ("high", "expected a number, or one for each player"),
    ],
)
def test_other_discounts_are_refused(discount: object, message: str) -> None:
    with pytest.raises(GameError, match=message):
        RepeatedGame(DILEMMA, discount)


@pytest.mark.parametrize("name", ["false_alarm", "detection"])
def test_chances_outside_are_refused(name: str) -> None:
    for chance in (-0.01, 1.01, float("nan")):
        with pytest.raises(GameError, match=f"{name}: expected a chance from 0 to 1"):
            Monitoring(**{name: chance})


def counted_alarm(per_side: list[float]) -> float:
    """Return the chance of any alarm by listing who may raise one."""
    total = 0.0
    for raised in product((False, True), repeat=len(per_side)):
        chances = [own if alarm else 1 - own for own, alarm in zip(per_side, raised, strict=True)]
        total += any(raised) * float(np.prod(chances))
    return total


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_alarms_by_side_are_independent(count: int) -> None:
    alarm, detection = Monitoring(0.07, 0.6, by_side=True).alarm_chances(count)
    assert alarm == pytest.approx(counted_alarm([0.07] * count), rel=1e-12)
    assert detection == pytest.approx(counted_alarm([0.6] + [0.07] * (count - 1)), rel=1e-12)


def test_a_public_alarm_is_one_alarm_however_many_sides() -> None:
    assert Monitoring(0.07, 0.6).alarm_chances(5) == (0.07, 0.6)


def test_minmax_and_deviations_of_three_players() -> None:
    payoffs = np.random.default_rng(5).normal(size=(3, 2, 3, 2))
    game = RepeatedGame(NormalFormGame(payoffs), 0.5)
    for player in range(3):
        replies = payoffs[player].max(axis=player)
        assert game.minmax[player] == replies.min()
        for cell in np.ndindex(2, 3, 2):
            others = tuple(slice(None) if i == player else cell[i] for i in range(3))
            assert game.deviation_payoffs[(player, *cell)] == payoffs[player][others].max()
