"""Critical discounts of a truce: closed forms, the automaton itself, edges and refusals."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from negsim.errors import UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import describe
from negsim.theory.numerics.polynomial import not_negative
from negsim.theory.registry import solve
from negsim.theory.repeated.critical_discount import (
    critical_discount,
    critical_discounts,
    patience_for,
)
from negsim.theory.repeated.game import Monitoring, RepeatedGame

DILEMMA = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=["cd", "cd"])
TRUCE = (0, 0)


def dilemma(temptation: float, reward: float, punishment: float, sucker: float) -> NormalFormGame:
    row = np.array([[reward, sucker], [temptation, punishment]])
    return NormalFormGame.from_bimatrix(row, row.T)


# ---- The rule of play itself: a second way to evaluate it --------------------------------------

Play = Callable[[int], tuple[int, ...]]
Odds = Callable[[int, tuple[int, ...]], np.ndarray]


@dataclass(frozen=True)
class Automaton:
    """States, what all play in each, and the chances of the next state after any actions."""

    states: int
    play: Play
    odds: Odds

    def values(self, stage: NormalFormGame, player: int, discount: float) -> np.ndarray:
        """Return normalised values of all states from a linear system."""
        told = [self.play(state) for state in range(self.states)]
        chances = np.array([self.odds(state, actions) for state, actions in enumerate(told)])
        flow = np.array([stage.payoffs[(player, *actions)] for actions in told])
        return np.linalg.solve(np.eye(self.states) - discount * chances, (1 - discount) * flow)

    def gain(self, stage: NormalFormGame, discount: float, states: Sequence[int]) -> float:
        """Return the largest gain of anybody's single deviation in these states."""
        largest = -math.inf
        for player in range(stage.num_players):
            values = self.values(stage, player, discount)
            for state in states:
                for action in range(stage.num_actions[player]):
                    actions = list(self.play(state))
                    actions[player] = action
                    now = (1 - discount) * stage.payoffs[(player, *actions)]
                    ahead = discount * self.odds(state, tuple(actions)) @ values
                    largest = max(largest, now + ahead - values[state])
        return largest


def phases(
    truce: Sequence[int],
    fallback: Sequence[int],
    rounds: float,
    chances: tuple[float, float],
) -> Automaton:
    """Return grim (infinite rounds) or punishment for some rounds: state 0 is the truce."""
    count = 2 if math.isinf(rounds) else int(rounds) + 1

    def odds(state: int, actions: tuple[int, ...]) -> np.ndarray:
        row = np.zeros(count)
        if state == 0:
            alarm = chances[0] if tuple(actions) == tuple(truce) else chances[1]
            row[0], row[1] = 1 - alarm, alarm
        else:
            row[1 if math.isinf(rounds) else (state + 1) % count] = 1.0
        return row

    return Automaton(count, lambda state: tuple(truce if state == 0 else fallback), odds)


def echo(monitoring: Monitoring) -> Automaton:
    """Return tit for tat between actions 0 and 1: the state is the pair last seen."""
    pairs = list(product((0, 1), repeat=2))

    def odds(_: int, actions: tuple[int, ...]) -> np.ndarray:
        seen = [monitoring.detection if action else monitoring.false_alarm for action in actions]
        return np.array(
            [
                np.prod([q if bad else 1 - q for q, bad in zip(seen, pair, strict=True)])
                for pair in pairs
            ]
        )

    return Automaton(4, lambda state: pairs[state][::-1], odds)


def best_plan_gain(
    stage: NormalFormGame, monitoring: Monitoring, discount: float, player: int
) -> float:
    """Return what the best plan against tit for tat gains over it, by iterating on values."""
    seen = [monitoring.detection if a else monitoring.false_alarm for a in (0, 1)]
    seen += [monitoring.detection] * (stage.num_actions[player] - 2)
    worth = np.zeros(2)
    for _ in range(int(math.log(1e-13) / math.log(discount)) + 2):
        worth = np.array(
            [
                max(
                    (1 - discount) * stage.payoffs[(player, *((a, b) if player == 0 else (b, a)))]
                    + discount * ((1 - seen[a]) * worth[0] + seen[a] * worth[1])
                    for a in range(stage.num_actions[player])
                )
                for b in (0, 1)
            ]
        )
    return float(worth[0] - echo(monitoring).values(stage, player, discount)[0])


# ---- THEORY I, C1, C2, P2 ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        ("grim", 0.5),
        (2, (math.sqrt(5) - 1) / 2),
        (3, 0.5436890126920764),
        (60, 0.5),
    ],
)
def test_punishments_of_the_dilemma(rounds: str | int, expected: float) -> None:
    """Payoffs 5, 3, 1, 0; three rounds: the real root of x^3 + x^2 + x = 1."""
    found = critical_discount(RepeatedGame(DILEMMA, 0.9), TRUCE, rounds)
    assert found.critical == pytest.approx(expected, abs=1e-15)
    assert found.status == "from"
    assert found.holds


def test_one_round_is_not_enough_if_temptation_is_twice_the_loss() -> None:
    found = critical_discount(RepeatedGame(dilemma(6, 3, 1, 0), 0.9), TRUCE, 1)
    assert found.status == "never"
    assert math.isnan(found.critical)
    assert found.message.startswith("at no discount (1 round, subgame-perfect")
    enough = critical_discount(RepeatedGame(dilemma(4, 3, 1, 0), 0.9), TRUCE, 1)
    assert enough.critical == 0.5


@pytest.mark.parametrize(
    "payoffs", [(5, 3, 1, 0), (4, 3, 1, 0), (10, 9, 3, 1), (3.5, 3, 2.9, -7), (1, 0.75, 0.5, 0)]
)
def test_grim_and_tit_for_tat_have_their_closed_forms(payoffs: tuple[float, ...]) -> None:
    temptation, reward, punishment, sucker = payoffs
    game = RepeatedGame(dilemma(*payoffs), 0.5)
    grim = (temptation - reward) / (temptation - punishment)
    assert critical_discount(game, TRUCE).critical == pytest.approx(grim, abs=1e-14)
    nash = critical_discount(game, TRUCE, "tit_for_tat", concept="nash")
    back = max(grim, (temptation - reward) / (reward - sucker))
    assert nash.critical == pytest.approx(back, abs=1e-14)
    assert nash.discounts[0][1] == 1.0


def test_tit_for_tat_is_nash_at_no_discount_if_alternating_pays() -> None:
    game = RepeatedGame(dilemma(7, 3, 1, 0), 0.99)
    assert critical_discount(game, TRUCE, "tit_for_tat", concept="nash").status == "never"


def test_tit_for_tat_is_subgame_perfect_at_one_discount_at_most() -> None:
    """Giving 0.3 at a cost of 0.1: all four conditions meet at cost over benefit."""
    gift = dilemma(0.3, 0.2, 0.0, -0.1)
    found = critical_discount(RepeatedGame(gift, 1 / 3), TRUCE, "tit_for_tat")
    assert found.discounts == ((1 / 3, 1 / 3),)
    assert found.status == "between"
    assert found.holds
    assert "at a discount of 0.333333 only (tit for tat, subgame-perfect" in found.message
    other = critical_discount(RepeatedGame(DILEMMA, 0.9), TRUCE, "tit_for_tat")
    assert other.status == "never"


@pytest.mark.parametrize("rounds", [1, 2, 5, math.inf])
@pytest.mark.parametrize(("alarm", "detection"), [(0, 1), (0.05, 0.9), (0.1, 0.45), (0.3, 0.5)])
def test_monitored_truce_has_its_closed_form(rounds: float, alarm: float, detection: float) -> None:
    gain, worth = 2.0, 2.0
    found = float(critical_discounts(gain, worth, alarm, detection, rounds))
    deterrence = (detection - alarm) * worth - alarm * gain
    if deterrence <= 0 or gain / deterrence > rounds:
        assert math.isnan(found)
    elif gain / deterrence == rounds:
        assert found == 1.0, "only in the limit"
    elif math.isinf(rounds):
        bound = gain / ((1 - alarm) * gain + (detection - alarm) * worth)
        assert found == pytest.approx(bound, abs=1e-15)
    else:
        reached = sum(found**power for power in range(1, int(rounds) + 1))
        assert reached == pytest.approx(gain / deterrence, rel=1e-14)


def test_value_and_expected_life_of_a_grim_truce_with_alarms_by_side() -> None:
    """THEORY P2."""
    monitoring = Monitoring(0.01, by_side=True)
    found = critical_discount(RepeatedGame(DILEMMA, 0.95, monitoring), TRUCE)
    assert found.values == pytest.approx([2.4512734924896598] * 2, abs=1e-15)
    assert found.expected_rounds == pytest.approx(50.25125628140704, rel=1e-15)


@pytest.mark.parametrize("rounds", [1, 3, "grim"])
def test_values_are_those_of_the_rule(rounds: int | str) -> None:
    monitoring = Monitoring(0.1, 0.6)
    discounts = [0.93, 0.97]
    found = critical_discount(RepeatedGame(DILEMMA, discounts, monitoring), TRUCE, rounds)
    rule = phases(TRUCE, (1, 1), math.inf if rounds == "grim" else float(rounds), (0.1, 0.6))
    for player, discount in enumerate(discounts):
        value = rule.values(DILEMMA, player, discount)[0]
        assert found.values[player] == pytest.approx(value, abs=1e-13)
    assert found.holds == (rounds != 1)
    bound = 2 - 0.1 * 2 / 0.5
    if found.holds:
        assert (found.values - 1 <= bound).all(), "THEORY C1: at most c - alpha g / (beta - alpha)"


def test_perfect_monitoring_lasts_for_ever() -> None:
    found = critical_discount(RepeatedGame(DILEMMA, 0.95), TRUCE)
    assert found.expected_rounds == math.inf
    assert found.values.tolist() == [3.0, 3.0]


def test_an_alarm_that_tells_too_little_ends_any_truce() -> None:
    """THEORY C1: at any patience, once beta / alpha <= 1 + g / c."""
    gain = worth = 2.0
    alarm = 0.2
    at_bound = alarm * (1 + gain / worth)
    assert np.isnan(critical_discounts(gain, worth, alarm, at_bound))
    assert critical_discounts(gain, worth, alarm, at_bound + 1e-6) < 1


def test_a_truce_that_only_perfect_patience_keeps_is_told_as_such() -> None:
    """One round of punishment takes 2 delta, the gain of 2 in the limit and never below."""
    found = critical_discount(RepeatedGame(DILEMMA, 0.9), TRUCE, 1)
    assert found.status == "only in the limit"
    assert found.critical == 1.0
    assert not found.holds
    assert not critical_discount(RepeatedGame(DILEMMA, 1 - 1e-12), TRUCE, 1).holds
    assert found.message.startswith("only in the limit of a discount of 1 (1 round, ")
    worse = NormalFormGame.from_bimatrix([[3, 0], [5.1, 1]], [[3, 5.1], [0, 1]])
    never = critical_discount(RepeatedGame(worse, 0.9), TRUCE, 1)
    assert (never.status, never.discounts) == ("never", ())
    alike = NormalFormGame.from_bimatrix([[0.3, 0], [0.5, 0.1]], [[0.3, 0.5], [0, 0.1]])
    assert critical_discount(RepeatedGame(alike, 0.9), TRUCE, 1).status == "only in the limit"


# ---- Against the rule itself -------------------------------------------------------------------


def random_games(players: int, count: int) -> list[tuple[NormalFormGame, tuple[int, ...]]]:
    """Return games whose last profile is an equilibrium, with a truce that everybody prefers."""
    rng = np.random.default_rng(players)
    found = []
    for _ in range(count):
        shape = rng.integers(2, 4, players)
        payoffs = rng.normal(size=(players, *shape))
        last = tuple(int(size) - 1 for size in shape)
        for player in range(players):
            line = tuple(slice(None) if i == player else last[i] for i in range(players))
            payoffs[(player, *line)] -= 3.0
            payoffs[(player, *last)] += 3.5
            payoffs[(player, *last)] = payoffs[player][line].max()
        truce = (0,) * players
        payoffs[(slice(None), *truce)] = payoffs[(slice(None), *last)] + rng.uniform(-0.2, 3)
        found.append((NormalFormGame(payoffs), truce))
    return found


@pytest.mark.parametrize("players", [2, 3, 4])
@pytest.mark.parametrize("rounds", [1, 2, 4, math.inf])
@pytest.mark.parametrize("chances", [(0.0, 1.0), (0.03, 0.8), (0.3, 0.5)])
def test_no_deviation_pays_exactly_where_it_says(
    players: int, rounds: float, chances: tuple[float, float]
) -> None:
    kept = broken = 0
    for stage, truce in random_games(players, 12):
        last = tuple(count - 1 for count in stage.num_actions)
        game = RepeatedGame(stage, 0.5, Monitoring(*chances))
        punishment = "grim" if math.isinf(rounds) else int(rounds)
        found = critical_discount(game, truce, punishment, fallback=last)
        rule = phases(truce, last, rounds, chances)
        for discount in np.linspace(0.02, 0.98, 13):
            gain = rule.gain(stage, discount, range(rule.states))
            inside = any(low <= discount <= high for low, high in found.discounts)
            assert inside == (gain <= 1e-12), (found.discounts, discount, gain)
            kept, broken = kept + inside, broken + (not inside)
    assert kept
    assert broken


@pytest.mark.parametrize(
    "seen", [Monitoring(), Monitoring(0.0, 0.7, True), Monitoring(0.1, 0.8, True)]
)
def test_tit_for_tat_is_what_its_rule_says(seen: Monitoring) -> None:
    rng = np.random.default_rng(4)
    kept = {"subgame_perfect": 0, "nash": 0}
    for _ in range(6):
        payoffs = rng.integers(-4, 5, (2, 2, 3)) / 2
        payoffs[:, 0, 0] += 2
        stage = NormalFormGame(payoffs)
        game = RepeatedGame(stage, 0.5, seen)
        found = {
            concept: critical_discount(game, TRUCE, "tit_for_tat", (1, 1), concept)
            for concept in kept
        }
        for discount in np.linspace(0.05, 0.9, 9) + 0.00123:
            gains = {
                "subgame_perfect": echo(seen).gain(stage, discount, range(4)),
                "nash": max(best_plan_gain(stage, seen, discount, player) for player in range(2)),
            }
            for concept, gain in gains.items():
                inside = any(low <= discount <= high for low, high in found[concept].discounts)
                assert inside == (gain <= 1e-11), (concept, payoffs.tolist(), discount, gain)
                kept[concept] += inside
        for player in range(2):
            value = echo(seen).values(stage, player, 0.5)[0]
            assert found["nash"].values[player] == pytest.approx(value, abs=1e-12)
    assert kept["nash"] or seen.false_alarm > 0, "answering noise pays at single discounts at most"


def test_a_truce_that_is_worse_than_fallback_holds_only_for_the_impatient() -> None:
    """Everybody's best reply today, but being seen to violate leads to something better."""
    stage = NormalFormGame.from_bimatrix([[2, 0], [1, 5]], [[2, 1], [0, 5]])
    found = critical_discount(RepeatedGame(stage, 0.9), TRUCE)
    assert found.status == "between"
    assert found.discounts == ((0.0, 0.25),)
    assert not found.holds
    assert found.message.startswith("at discounts from 0 to 0.25 (grim")


def test_a_stage_equilibrium_needs_no_patience() -> None:
    hunt = NormalFormGame.from_bimatrix([[4, 0], [2, 2]], [[4, 2], [0, 2]])
    found = critical_discount(RepeatedGame(hunt, 0.0), TRUCE)
    assert found.status == "always"
    assert found.critical == 0.0
    assert found.holds
    assert found.message.startswith("at every discount (grim")


def test_a_player_without_a_choice_never_violates() -> None:
    stage = NormalFormGame(np.array([[[3.0], [5], [1]], [[0.0], [9], [-1]]])[:, [0, 2]])
    found = critical_discount(RepeatedGame(stage, 0.5), (1, 0), fallback=(0, 0))
    assert found.by_player[1] == ((0.0, 1.0),)


def test_a_gain_of_rounding_is_no_gain() -> None:
    row = np.array([[0.3, 0.0], [0.1 + 0.2, 0.2]])
    stage = NormalFormGame.from_bimatrix(row, row.T)
    assert critical_discount(RepeatedGame(stage, 0.5), TRUCE, fallback=(1, 1)).critical == 0.0


def test_a_fallback_may_be_mixed() -> None:
    """Pennies after an alarm, worth 0: gain 3 from a violation, worth 2, so 3 / 5."""
    pennies = np.array([[1.0, -1], [-1, 1]])
    row = np.block([[np.array([[2.0]]), np.full((1, 2), -9)], [np.array([[5.0], [4]]), pennies]])
    column = np.block([[np.array([[2.0]]), np.array([[5.0, 4]])], [np.full((2, 1), -9), -pennies]])
    game = RepeatedGame(NormalFormGame.from_bimatrix(row, column), 0.9)
    found = critical_discount(game, TRUCE, fallback=[[0, 0.5, 0.5]] * 2)
    assert found.critical == pytest.approx(0.6, abs=1e-15)
    assert found.values.tolist() == [2.0, 2.0]
    with pytest.raises(UsageError, match="expected an equilibrium of the stage game"):
        critical_discount(game, TRUCE, fallback=[[0, 0.4, 0.6], [0, 0.5, 0.5]])
    with pytest.raises(UsageError, match="fallback: expected one action of player 1, by index"):
        critical_discount(game, TRUCE, "tit_for_tat", fallback=[[0, 0.5, 0.5]] * 2)


def test_each_player_is_judged_at_its_own_discount() -> None:
    both = [critical_discount(RepeatedGame(DILEMMA, rates), TRUCE) for rates in ([0.6, 0.4], 0.6)]
    assert [found.holds for found in both] == [False, True]
    at_the_edge = critical_discount(RepeatedGame(DILEMMA, 0.5), TRUCE)
    assert at_the_edge.holds


def test_names_and_indexes_say_the_same() -> None:
    game = RepeatedGame(DILEMMA, 0.9)
    named = critical_discount(game, "cc", fallback=("d", "d"))
    assert named.truce == ("c", "c")
    assert named.to_json() == critical_discount(game, (0, 0)).to_json()
    assert solve(game, "critical_discount", truce="cc").to_dict() == named.to_dict()


def test_the_result_is_json() -> None:
    game = RepeatedGame(DILEMMA, 0.9)
    for options in ({}, {"punishment": 1}, {"punishment": "tit_for_tat"}):
        found = critical_discount(game, TRUCE, **options)
        assert json.loads(found.to_json()) == found.to_dict()
        assert "NaN" not in found.to_json()
        assert "Infinity" not in found.to_json()


MIXED_ONLY = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
HUNT = NormalFormGame.from_bimatrix([[4, 0], [2, 2]], [[4, 2], [0, 2]])
THREE = NormalFormGame(np.zeros((3, 2, 2, 2)))


@pytest.mark.parametrize(
    ("stage", "options", "message"),
    [
        (DILEMMA, {"truce": (0,)}, "truce: expected 2 actions, got 1"),
        (DILEMMA, {"truce": (0, 2)}, "truce: player 2 has actions 0 to 1, got 2"),
        (DILEMMA, {"truce": "cx"}, 'truce: player 2 has no action "x"'),
        (DILEMMA, {"fallback": (0, 1)}, "expected an equilibrium of the stage game, got one with"),
        (MIXED_ONLY, {}, "the stage game has 0 pure equilibria besides the truce"),
        (HUNT, {"truce": (0, 1)}, "the stage game has 2 pure equilibria besides the truce"),
        (DILEMMA, {"punishment": "grimm"}, "punishment: expected grim, tit_for_tat or a number"),
        (DILEMMA, {"punishment": 0}, "punishment: expected grim, tit_for_tat or a number"),
        (DILEMMA, {"punishment": 1.5}, "punishment: expected grim, tit_for_tat or a number"),
        (DILEMMA, {"concept": "perfect"}, "concept: expected subgame_perfect or nash"),
        (
            THREE,
            {"truce": (0, 0, 0), "fallback": (1, 1, 1), "punishment": "tit_for_tat"},
            "tit_for_tat takes 2 players and this game has 3",
        ),
        (
            DILEMMA,
            {"punishment": "tit_for_tat", "fallback": (0, 1)},
            "a fallback that differs from the truce for both",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused(
    stage: NormalFormGame, options: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        critical_discount(RepeatedGame(stage, 0.5), **({"truce": TRUCE} | options))


def test_tit_for_tat_must_see_who() -> None:
    with pytest.raises(UsageError, match="needs alarms by side"):
        critical_discount(RepeatedGame(DILEMMA, 0.5, Monitoring(0.1)), TRUCE, "tit_for_tat")


# ---- Grids -------------------------------------------------------------------------------------


def test_worse_monitoring_asks_for_more_patience() -> None:
    grid = critical_discounts(2.0, 2.0, np.linspace(0, 0.3, 30), np.linspace(0.3, 1, 30)[:, None])
    grid = np.where(np.isnan(grid), np.inf, grid)
    assert (grid[:, 1:] >= grid[:, :-1]).all()
    assert (grid[1:] <= grid[:-1]).all()


def test_patience_inverts_the_weight_of_a_punishment() -> None:
    weights = np.array([1e-9, 0.3, 0.999, 1.7, 40.0, 1e6])[:, None]
    rounds = np.array([1, 2, 7, 50, 1e9, np.inf])
    found = patience_for(weights, rounds)
    for (row, column), discount in np.ndenumerate(found):
        weight, count = float(weights[row, 0]), rounds[column]
        if weight >= count:
            assert np.isnan(discount)
        elif np.isinf(count):
            assert discount / (1 - discount) == pytest.approx(weight, rel=1e-9)
        elif count <= 50:
            reached = sum(discount**power for power in range(1, int(count) + 1))
            assert reached == pytest.approx(weight, rel=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"false_alarm": -0.1}, "false_alarm: expected chances from 0 to 1"),
        ({"detection": [0.5, 1.5]}, "detection: expected chances from 0 to 1"),
        ({"rounds": 0}, "rounds: expected at least 1"),
    ],
)
def test_bad_grids_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        critical_discounts(2, 2, **options)


def test_polynomials_that_touch_zero_are_seen() -> None:
    def exactly(*coefficients: str) -> tuple[Fraction, ...]:
        return tuple(Fraction(text) for text in coefficients)

    square = exactly("4/25", "-4/5", "1")
    assert not_negative([tuple(-c for c in square)]) == ((0.4, 0.4),)
    assert not_negative([square]) == ((0.0, 1.0),)
    touches = not_negative([exactly("-1/4", "0", "1", "0", "-1")])
    assert touches == ((pytest.approx(0.5**0.5), pytest.approx(0.5**0.5)),)
    assert not_negative([()]) == ((0.0, 1.0),)
    assert not_negative([exactly("-1")]) == ()
    cubic = exactly("-3/32", "11/16", "-3/2", "1")
    assert not_negative([cubic]) == ((0.25, 0.5), (0.75, 1.0))
    assert not_negative([exactly("-1", "1")]) == ()


# ---- Enforcement by several guarantors, and slices ---------------------------------------------


def guarantors(count: int, cost: float, benefit: float) -> NormalFormGame:
    """Return the game in which one enforcer is enough and each that enforces pays the cost."""
    payoffs = np.zeros((count, *[2] * count))
    for cell in np.ndindex(*[2] * count):
        for player in range(count):
            enforced = benefit if any(cell) else 0.0
            payoffs[(player, *cell)] = enforced - cost * cell[player]
    return NormalFormGame(payoffs)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_more_guarantors_enforce_less(count: int) -> None:
    """THEORY W2: nobody enforces with chance (c / b)^(n / (n - 1)), in the only symmetric one."""
    cost, benefit = 1.0, 4.0
    game = guarantors(count, cost, benefit)
    idle = (cost / benefit) ** (1 / (count - 1))
    found = describe(game, [[idle, 1 - idle]] * count)
    assert found.regret == pytest.approx([0] * count, abs=1e-14)
    assert idle**count == pytest.approx((cost / benefit) ** (count / (count - 1)), rel=1e-14)
    chances = [(cost / benefit) ** (n / (n - 1)) for n in (count, count + 1)]
    assert chances[1] > chances[0]
    if count == 2:
        profiles = [equilibrium.profile for equilibrium in solve(game, "nash").equilibria]
        assert any(np.allclose(profile, [[idle, 1 - idle]] * 2) for profile in profiles)


def test_a_repeated_enforcement_truce_among_guarantors() -> None:
    """All enforce in turn for the fallback that one of them does it alone: who gains nothing."""
    game = RepeatedGame(guarantors(3, 1.0, 4.0), 0.9)
    found = critical_discount(game, (1, 1, 1), fallback=(1, 0, 0))
    assert found.by_player[0] == ()
    assert found.status == "never"


@pytest.mark.parametrize("stop", [0.0, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("win", [0.2, 0.6, 0.9])
@pytest.mark.parametrize("cost", [0.1, 1.0])
def test_whether_to_yield_the_first_slice(stop: float, win: float, cost: float) -> None:
    """THEORY O1: the taker stops after one slice with chance p, or goes on; plans as one game."""
    slices, size = 4, 0.5
    whole, rest = slices * size, (slices - 1) * size
    plans = [
        win * whole - cost,
        stop * rest + (1 - stop) * (win * rest - cost),
        stop * rest,
    ]
    best = solve(NormalFormGame(np.array([plans])), "pure").equilibria
    yields = any(equilibrium.profile[0][0] == 0 for equilibrium in best)
    closed = stop * rest + (1 - stop) * max(win * rest - cost, 0)
    assert yields == (closed >= win * whole - cost - 1e-12)
