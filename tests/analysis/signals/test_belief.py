"""Bayes' rule, sequential tests and information, against exact rationals and other methods."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.analysis.signals.belief import (
    information_gained,
    rank_offers,
    update_beliefs,
)
from negsim.arrays import FloatArray
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


# ---------------------------------------------------------------- looking engaged


# ---------------------------------------------------------------- information

YES, NO = [1.0, 0.0], [0.0, 1.0]
OFFERS = ("unconditional", "symmetric freeze", "one-sided")
REPLIES = [[YES, NO, NO, NO], [YES, YES, NO, NO], [YES, YES, YES, NO]]
"""THEORY B2: sincere, fearful, slow staller, staller."""


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


def entropy(chances: FloatArray) -> FloatArray:
    """Return the entropy of each row, in bits."""
    return np.asarray(
        -np.where(chances > 0, chances * np.log2(np.maximum(chances, 1e-300)), 0.0).sum(axis=-1)
    )


def test_the_symmetric_freeze_tells_most() -> None:
    ranked = rank_offers(np.full(4, 0.25), REPLIES, OFFERS)
    assert [each.offer for each in ranked] == ["symmetric freeze", "unconditional", "one-sided"]
    assert ranked[0].information == pytest.approx(1, abs=1e-12)
    assert ranked[1].information == pytest.approx(2 - 0.75 * math.log2(3), abs=1e-12)
    fearful_or_staller = [0.0, 0.5, 0.0, 0.5]
    gains = information_gained(fearful_or_staller, REPLIES)
    np.testing.assert_allclose(gains, [0, 1, 1], atol=1e-12)


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
