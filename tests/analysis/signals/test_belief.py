"""Bayes' rule, sequential tests and information, against exact rationals and other methods."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.analysis.signals.belief import (
    concession_frequency,
    entropy,
    information_gained,
    likelihood_ratio,
    patience_threshold,
    rank_offers,
    ruin_chance,
    ruin_length,
    sincerity_test,
    tolerated_stalls,
    update_beliefs,
    wald_bounds,
)
from negsim.errors import UsageError

steady = settings(deadline=None, derandomize=True, max_examples=60)
CHANCES = st.integers(1, 15).map(lambda n: n / 16)


# ---------------------------------------------------------------- Bayes' rule


def bayes(prior: list[float], rows: list[list[float]]) -> list[list[Fraction]]:
    """Return beliefs in rationals."""
    beliefs = [[Fraction(chance) for chance in prior]]
    for row in rows:
        joint = [b * Fraction(likely) for b, likely in zip(beliefs[-1], row, strict=True)]
        beliefs.append([each / sum(joint) for each in joint])
    return beliefs


@steady
@given(st.lists(st.lists(CHANCES, min_size=3, max_size=3), max_size=12))
def test_beliefs_follow_bayes_rule_exactly(rows: list[list[float]]) -> None:
    found = update_beliefs([0.25, 0.25, 0.5], np.array(rows).reshape(-1, 3))
    expected = bayes([0.25, 0.25, 0.5], rows)
    np.testing.assert_allclose(found.beliefs, np.array(expected, dtype=float), rtol=1e-12)
    odds = [[math.log(each / row[0]) for each in row] for row in expected]
    np.testing.assert_allclose(found.log_odds, odds, rtol=1e-12, atol=1e-12)


def test_long_records_do_not_run_out_of_digits() -> None:
    found = update_beliefs([0.5, 0.5], np.tile([0.9, 0.1], (5000, 1)))
    assert found.log_odds[-1, 1] == pytest.approx(-5000 * math.log(9), rel=1e-12)
    assert found.beliefs[-1].tolist() == [1.0, 0.0]
    back = update_beliefs([0.5, 0.5], np.tile([[0.9, 0.1], [0.1, 0.9]], (3000, 1)))
    assert back.beliefs[-1, 0] == pytest.approx(0.5, abs=1e-9)


def test_order_does_not_matter() -> None:
    rows = np.random.default_rng(3).uniform(size=(20, 4))
    prior = np.full(4, 0.25)
    forward, backward = update_beliefs(prior, rows), update_beliefs(prior, rows[::-1])
    np.testing.assert_allclose(forward.beliefs[-1], backward.beliefs[-1], rtol=1e-12)


def test_the_impossible_needs_a_rule() -> None:
    rows = [[0.5, 0.0], [0.0, 0.5], [0.5, 0.25]]
    with pytest.raises(UsageError, match="observation 2 has likelihood zero for every type"):
        update_beliefs([0.5, 0.5], rows)
    kept = update_beliefs([0.5, 0.5], rows, impossible="keep")
    assert kept.kept == (1,)
    assert kept.beliefs[:, 0].tolist() == [0.5, 1, 1, 1]
    assert kept.log_odds[1:, 1].tolist() == [-math.inf] * 3
    shaken = update_beliefs([0.5, 0.5], rows, tremble=0.01, num_moves=2)
    assert shaken.kept == ()
    trembling = [[0.99 * each + 0.005 for each in row] for row in rows]
    expected = np.array(bayes([0.5, 0.5], trembling), dtype=float)
    np.testing.assert_allclose(shaken.beliefs, expected, rtol=1e-12)


def test_a_first_type_ruled_out_leaves_the_rest_their_odds() -> None:
    found = update_beliefs([0.5, 0.25, 0.25], [[0.0, 0.5, 0.25]])
    assert found.beliefs[-1].tolist() == pytest.approx([0, 2 / 3, 1 / 3])
    assert found.log_odds[-1, 1] == math.inf


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5, 0.4], [[1, 1]]), "prior: expected chances that sum to 1"),
        (([0.5, 0.5], [[1, 2]]), "likelihoods: expected chances from 0 to 1"),
        (([0.5, 0.5], [[1, 1, 1]]), "likelihoods: expected the shape"),
        (([0.5, 0.5], [[1], [1, 1]]), "likelihoods: expected numbers"),
        (([0.5, 0.5], [[1, 1]], 0.1), "num_moves: expected how many"),
        (([0.5, 0.5], [[1, 1]], 1.1, 2), "tremble: expected a chance"),
        (([0.5, 0.5], [[1, 1]], 0.0, 2, "guess"), 'impossible: expected "refuse" or "keep"'),
    ],
)
def test_beliefs_that_make_no_sense_are_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        update_beliefs(*arguments)


# ---------------------------------------------------------------- sequential tests


def ruin(up: Fraction, above: int, below: int) -> tuple[Fraction, Fraction]:
    """Return chance and expected length from the recurrences, in rationals.

    Both are linear in their value one step from the lower end, which the upper end then fixes.
    """
    chance, length = [(Fraction(0), Fraction(0)), (Fraction(1), Fraction(0))], []
    length = [(Fraction(0), Fraction(0)), (Fraction(1), Fraction(0))]
    for table, cost in ((chance, 0), (length, 1)):
        for _ in range(above + below - 1):
            (slope, start), (slope_now, now) = table[-2:]
            table.append(
                (
                    (slope_now - (1 - up) * slope) / up,
                    (now - cost - (1 - up) * start) / up,
                )
            )
    first = (1 - chance[-1][1]) / chance[-1][0]
    step = -length[-1][1] / length[-1][0]
    return chance[below][0] * first + chance[below][1], length[below][0] * step + length[below][1]


@pytest.mark.parametrize("up", ["1/2", "3/4", "1/10", "500000001/1000000000", "0.4999", "0.49"])
@pytest.mark.parametrize(("above", "below"), [(1, 1), (2, 5), (7, 3), (20, 20)])
def test_ruin_is_exact_near_even_odds_too(up: str, above: int, below: int) -> None:
    chance, length = ruin(Fraction(up), above, below)
    assert ruin_chance(float(Fraction(up)), above, below) == pytest.approx(float(chance), rel=1e-11)
    assert ruin_length(float(Fraction(up)), above, below) == pytest.approx(float(length), rel=1e-11)


def test_ruin_at_its_ends_and_far_away() -> None:
    np.testing.assert_array_equal(ruin_chance([0.0, 1.0], 2, 3), [0, 1])
    np.testing.assert_array_equal(ruin_length([0.0, 1.0], 2, 3), [3, 2])
    assert ruin_chance(0.9, 5000, 5000) == 1
    assert ruin_chance(0.1, 200, 200) == pytest.approx(9.0**-200, rel=1e-9)
    assert ruin_length(0.9, 5000, 5000) == pytest.approx(5000 / 0.8)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.5, 1, 1), "up: expected chances"),
        ((0.5, 0, 1), "upper: expected whole numbers"),
        ((0.5, 1, 1.5), "lower: expected whole numbers"),
    ],
)
def test_walks_that_make_no_sense_are_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ruin_chance(*arguments)


@pytest.mark.parametrize(("accuracy", "alpha", "beta"), [(0.6, 0.05, 0.1), (0.8, 0.01, 0.2)])
def test_walds_test_keeps_its_promises(accuracy: float, alpha: float, beta: float) -> None:
    bounds, test = wald_bounds(alpha, beta), sincerity_test(accuracy, alpha, beta)
    assert bounds.upper == pytest.approx(math.log((1 - beta) / alpha))
    assert bounds.lower == pytest.approx(math.log((1 - alpha) / beta))
    assert test.false_alarm <= alpha / (1 - beta)
    assert test.miss <= beta / (1 - alpha)
    assert test.false_alarm + test.miss <= alpha + beta
    step = math.log(accuracy / (1 - accuracy))
    assert (test.steps_up - 1) * step < bounds.upper <= test.steps_up * step
    assert (test.steps_down - 1) * step < bounds.lower <= test.steps_down * step


def test_the_exact_test_agrees_with_the_chain_run_forward() -> None:
    test = sincerity_test(0.7, 0.05, 0.1)
    for up, alarm, rounds in (
        (0.3, test.false_alarm, test.rounds_sincere),
        (0.7, 1 - test.miss, test.rounds_staller),
    ):
        here = np.zeros(test.steps_up + test.steps_down + 1)
        here[test.steps_down], alarmed, length = 1.0, 0.0, 0.0
        for number in range(1, 2000):
            moved = np.zeros_like(here)
            moved[1:] += up * here[:-1]
            moved[:-1] += (1 - up) * here[1:]
            alarmed += moved[-1]
            length += number * (moved[0] + moved[-1])
            moved[[0, -1]] = 0.0
            here = moved
        assert alarm == pytest.approx(alarmed, abs=1e-12)
        assert rounds == pytest.approx(length, abs=1e-9)


def test_walds_approximation_is_exact_without_overshoot() -> None:
    error = 1 / (1 + 3.0**4)
    test = sincerity_test(0.75, error, error)
    assert (test.steps_up, test.steps_down) == (4, 4)
    assert test.false_alarm == pytest.approx(error, rel=1e-12)
    assert test.rounds_staller == pytest.approx(test.wald_rounds_staller, rel=1e-12)
    assert test.rounds_sincere == pytest.approx(test.wald_rounds_sincere, rel=1e-12)
    skewed = sincerity_test(0.75, 0.01, 0.2)
    assert skewed.wald_rounds_staller < skewed.rounds_staller
    assert skewed.wald_rounds_sincere < skewed.rounds_sincere


@pytest.mark.parametrize("arguments", [(0.5, 0.1, 0.1), (0.8, 0.0, 0.1), (0.8, 0.6, 0.5)])
def test_tests_that_make_no_sense_are_refused(arguments: tuple[float, float, float]) -> None:
    with pytest.raises(UsageError, match="expected"):
        sincerity_test(*arguments)


# ---------------------------------------------------------------- looking engaged


@steady
@given(st.floats(0.05, 0.95), st.floats(1.05, 20))
def test_the_least_concession_frequency_keeps_the_odds(stall: float, concession: float) -> None:
    share = float(concession_frequency(stall, concession))
    drift = share * math.log(concession) + (1 - share) * math.log(stall)
    assert drift == pytest.approx(0, abs=1e-12)
    bought = math.log(concession) / -math.log(stall)
    assert (1 - share) / share == pytest.approx(bought)


def test_tolerated_stalls_count_as_an_observer_counts() -> None:
    for prior in ("1/2", "4/5", "9/10", "19/20", "1/10"):
        for ratio in ("1/2", "1/4", "9/10"):
            odds, count = Fraction(prior) / (1 - Fraction(prior)), 0
            while odds * Fraction(ratio) >= 1:
                odds, count = odds * Fraction(ratio), count + 1
            found = tolerated_stalls(float(Fraction(prior)), 0.5, float(Fraction(ratio)))
            assert found == count
    assert tolerated_stalls(0.5, 0.0, 0.5) == math.inf


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (concession_frequency, (1.0, 2.0)),
        (concession_frequency, (0.5, 1.0)),
        (tolerated_stalls, (1.0, 0.5, 0.5)),
        (tolerated_stalls, (0.5, 0.5, 1.5)),
        (patience_threshold, (0.0, 2, 0.9, 0.1, 1.0)),
        (patience_threshold, (0.1, 2, 1.1, 0.1, 1.0)),
    ],
)
def test_ratios_out_of_range_are_refused(function: object, arguments: tuple) -> None:
    with pytest.raises(UsageError, match="expected"):
        function(*arguments)


@pytest.mark.parametrize("discount", [1.0, 0.9, 0.0])
def test_at_the_patience_threshold_both_ways_cost_the_same(discount: float) -> None:
    cost, rounds, hazard, harm = 0.1, 4, 0.15, 0.8
    belief = float(patience_threshold(cost, rounds, discount, hazard, harm))
    waiting = sum(cost * discount**n for n in range(rounds))
    ended = 1 - (1 - hazard) ** rounds
    assert belief * ended * harm == pytest.approx((1 - belief) * waiting, rel=1e-12)


# ---------------------------------------------------------------- information

YES, NO = [1.0, 0.0], [0.0, 1.0]
OFFERS = ("unconditional", "symmetric freeze", "one-sided")
REPLIES = [[YES, NO, NO, NO], [YES, YES, NO, NO], [YES, YES, YES, NO]]
"""THEORY B2: sincere, fearful, slow staller, staller."""


def test_the_symmetric_freeze_tells_most() -> None:
    ranked = rank_offers(np.full(4, 0.25), REPLIES, OFFERS)
    assert [each.offer for each in ranked] == ["symmetric freeze", "unconditional", "one-sided"]
    assert ranked[0].information == pytest.approx(1, abs=1e-12)
    assert ranked[1].information == pytest.approx(2 - 0.75 * math.log2(3), abs=1e-12)
    fearful_or_staller = [0.0, 0.5, 0.0, 0.5]
    gains = information_gained(fearful_or_staller, REPLIES)
    np.testing.assert_allclose(gains, [0, 1, 1], atol=1e-12)
    assert likelihood_ratio(REPLIES[0][1][1], REPLIES[0][3][1]) == 1
    assert likelihood_ratio(REPLIES[1][1][0], REPLIES[1][3][0]) == math.inf


@steady
@given(st.integers(0, 10**6))
def test_information_is_the_expected_fall_in_entropy(seed: int) -> None:
    random = np.random.default_rng(seed)
    prior, replies = random.dirichlet(np.ones(3)), random.dirichlet(np.ones(4), size=(5, 3))
    gains = information_gained(prior, replies)
    for table, gain in zip(replies, gains, strict=True):
        left = 0.0
        for reply in range(4):
            joint = prior * table[:, reply]
            left += joint.sum() * float(entropy(joint / joint.sum()))
        assert gain == pytest.approx(float(entropy(prior)) - left, abs=1e-12)
        assert -1e-15 <= gain <= float(entropy(prior)) + 1e-12


@pytest.mark.parametrize(
    ("prior", "replies", "message"),
    [
        ([0.5, 0.5], [[1, 0]], "replies: expected the shape"),
        ([0.5, 0.5], [[1, 0], [0.5, 0.4]], "replies: expected chances that sum to 1"),
        ([1.5, -0.5], [[1, 0], [0, 1]], "prior: expected chances from 0 to 1"),
    ],
)
def test_tables_that_make_no_sense_are_refused(prior: list, replies: list, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        information_gained(prior, replies)


def test_every_offer_needs_a_name() -> None:
    with pytest.raises(UsageError, match="offers: expected names"):
        rank_offers(np.full(4, 0.25), REPLIES, OFFERS[:2])
