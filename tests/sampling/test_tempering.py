"""Sequential Monte Carlo against closed forms: which points remain, and how surely."""

from __future__ import annotations

import math

import numpy as np
import pytest

from negsim.arrays import FloatArray
from negsim.sampling.margins import Margin, correlation_root
from negsim.sampling.tempering import (
    Slips,
    Tempered,
    chance_of,
    deviation,
    effective,
    independent,
    likelier,
    next_rate,
    systematic,
    temper,
)

MARGINS = tuple(Margin(f"parameters.n{number}", 0.0, 1.0, 0.5) for number in range(5))
T7 = 2.365


def below(*limits: float, moves: int = 3) -> Slips:
    """Return the record's chance by slips if each number must lie below its limit.

    As many decisions as limits; one whose number is too large brings the record only by a slip, to
    one of so many moves.
    """

    def slips(values: FloatArray) -> FloatArray:
        count = len(limits)
        wrong = (values[:, :count] >= np.array(limits)).sum(axis=1)
        row = [
            [
                math.comb(count - missed, number - missed) / moves**number
                if number >= missed
                else 0.0
                for number in range(count + 1)
            ]
            for missed in range(count + 1)
        ]
        return np.array(row)[wrong]

    return slips


def test_a_record_in_a_thousandth_of_the_ranges_is_found_and_filled_evenly() -> None:
    found = temper(MARGINS, None, below(0.1, 0.1, 0.1), seed=1)
    values, alike = found.values, np.ones(len(found.values))
    assert len(values) == 256
    assert (values[:, :3] < 0.1).all()
    assert independent(found) > 50
    assert found.chance == pytest.approx(0.001, rel=0.5)
    expected = np.array([0.05, 0.05, 0.05, 0.5, 0.5])
    errors = deviation(values, alike, found.sets, 8)
    assert (np.abs(values.mean(axis=0) - expected) < T7 * errors).sum() >= 4
    assert np.abs(values.mean(axis=0) - expected).max() < 4 * errors.max()
    assert values[:, 0].std() == pytest.approx(0.1 / math.sqrt(12), rel=0.2)


def test_intervals_from_replicates_hold_the_truth_about_as_often_as_they_say() -> None:
    held = []
    for seed in range(20):
        found = temper(MARGINS, None, below(0.2, 0.2), seed)
        half = (found.values[:, :1] < 0.1).astype(float)
        error = deviation(half, np.ones(len(half)), found.sets, 8)[0]
        held.append(abs(half.mean() - 0.5) < T7 * error)
    assert sum(held) >= 16


def test_the_same_seed_gives_the_same_points_and_no_other() -> None:
    first, again, other = (temper(MARGINS, None, below(0.1), seed) for seed in (3, 3, 4))
    assert first.values.tolist() == again.values.tolist()
    assert first.values.tolist() != other.values.tolist()


def test_correlations_are_kept_where_the_record_asks_nothing_of_the_numbers() -> None:
    pair = (MARGINS[3].name, MARGINS[4].name)
    root = correlation_root(MARGINS, {pair: 0.8})
    found = temper(MARGINS, root, below(0.3), seed=1, sets=16)
    ranks = np.argsort(np.argsort(found.values, axis=0), axis=0)
    assert np.corrcoef(ranks[:, 3], ranks[:, 4])[0, 1] == pytest.approx(0.8, abs=0.08)
    assert np.corrcoef(ranks[:, 2], ranks[:, 4])[0, 1] == pytest.approx(0.0, abs=0.2)


def test_a_likelihood_between_nought_and_one_weighs_the_points() -> None:
    """Where the chance of the record is the first number itself its mean is two thirds."""
    found = temper(MARGINS, None, lambda values: values[:, :1] * 1.0, seed=2, sets=16)
    errors = deviation(found.values, np.ones(len(found.values)), found.sets, 16)
    assert abs(found.values[:, 0].mean() - 2 / 3) < 3 * errors[0]
    assert found.chance == pytest.approx(0.5, abs=0.03)


def test_what_no_move_can_bring_leaves_nothing() -> None:
    found = temper(MARGINS, None, lambda values: np.zeros((len(values), 4)), seed=1)
    assert (len(found.values), found.chance) == (0, 0.0)
    assert independent(found) == 0


def test_few_replicates_or_one_point_over_and_over_are_worth_little() -> None:
    values = np.random.default_rng(1).random((96, 2))
    assert independent(Tempered(values, np.repeat(np.arange(3), 32), 0.1)) == 0
    sets = np.repeat(np.arange(4), 24)
    assert 20 < independent(Tempered(values, sets, 0.1)) <= 96
    same = np.repeat(values[:8], 12, axis=0)
    assert independent(Tempered(same, sets, 0.1)) <= 8
    apart = values + np.repeat(np.arange(4), 24)[:, None]
    assert independent(Tempered(apart, sets, 0.1)) < 5


def test_steps_keep_a_fifth_of_the_points_and_end_where_the_record_is_as_it_is() -> None:
    found = below(0.1, 0.1)(np.random.default_rng(1).random((4000, 2)))
    before, rates = np.ones(len(found)), [1.0]
    while rates[-1]:
        rates.append(next_rate(found, before, rates[-1]))
        weights = likelier(found, before, rates[-1])
        assert effective(weights) >= 0.2 * len(found)
        found = found[systematic(weights, len(found), 0.5)]
        before = chance_of(found, rates[-1])
    assert 2 < len(rates) < 6
    assert (np.diff(rates) < 0).all()
    assert (before == found[:, 0]).all()


def test_places_are_drawn_as_often_as_their_weights_say() -> None:
    weights = np.array([0.1, 0.0, 0.7, 0.2])
    counts = np.bincount(systematic(weights, 100, 0.3), minlength=4)
    assert counts.tolist() == [10, 0, 70, 20]


def test_of_weights_the_effective_points_are_counted() -> None:
    assert effective(np.zeros(3)) == 0
    assert effective(np.array([2.0, 2, 2])) == pytest.approx(3)
    assert effective(np.array([1.0, 1e-9])) == pytest.approx(1)
