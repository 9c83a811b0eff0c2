"""Regions of the limited-truce game: the conditions of THEORY B1, whole grids at once."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.analysis.signals.truce_regions import (
    NONE,
    OUTCOMES,
    PERVERSE,
    POOLING,
    SEMI_SEPARATING,
    SEPARATING,
    truce_regions,
)
from negsim.errors import UsageError

OWN, LINE = 0.3, 0.45
COSTS, PRIORS = np.linspace(-1.47, 1.53, 61), np.linspace(0.02, 0.98, 50)


@pytest.mark.parametrize("pressed", [False, True])
def test_the_grid_shows_the_conditions_of_theory(pressed: bool) -> None:
    prior, cost = PRIORS[:, None], COSTS[None, :]
    found = truce_regions(prior, OWN, cost, threshold=LINE, refusal_pressed=pressed)
    assert found.region.shape == (50, 61)
    assert found.exists.shape == (50, 61, len(OUTCOMES))
    separating = np.broadcast_to((OWN < 1) & (cost > 1), found.region.shape)
    pooling = (prior > LINE) & (cost < 1)
    semi = (prior < LINE) & (cost > OWN) & (cost > 0) & (cost < 1)
    np.testing.assert_array_equal(found.where(OUTCOMES[0]), separating)
    np.testing.assert_array_equal(found.where(OUTCOMES[2]), pooling)
    np.testing.assert_array_equal(found.where(OUTCOMES[6]), semi)
    if pressed:
        perverse = np.broadcast_to(cost < 0, found.region.shape)
    else:
        perverse = ((prior < LINE) & (cost < 0)) | (cost < -1)
    np.testing.assert_array_equal(found.region == SEPARATING, separating)
    np.testing.assert_array_equal(found.region == PERVERSE, perverse)
    np.testing.assert_array_equal(found.region == POOLING, pooling & ~perverse)
    np.testing.assert_array_equal(found.region == SEMI_SEPARATING, semi)
    rest = ~(separating | perverse | pooling | semi)
    np.testing.assert_array_equal(found.region == NONE, rest)


def test_stallers_accept_with_the_stated_chance() -> None:
    found = truce_regions([0.2, 0.6], OWN, 0.5, threshold=0.4)
    assert found.staller_accepts[0] == pytest.approx(0.2 * 0.6 / (0.8 * 0.4), abs=1e-12)
    assert np.isnan(found.staller_accepts[1])


def test_costs_count_relative_to_stakes() -> None:
    plain = truce_regions(PRIORS, 0.5, 0.75)
    scaled = truce_regions(PRIORS, 1.0, 3.0, 2.0, 4.0)
    np.testing.assert_array_equal(plain.exists, scaled.exists)
    assert not np.array_equal(plain.exists, truce_regions(PRIORS, 1.0, 3.0, 2.0, 2.0).exists)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 0.1, 0.2), "prior: expected chances strictly"),
        ((0.5, 0.1, 0.2, 1.0, 0.0), "expected positive numbers"),
        ((0.5, np.nan, 0.2), "cost_sincere: expected finite"),
        ((0.5, 0.1, "x"), "cost_staller: expected numbers"),
        ((0.5, 0.1, 0.2, 1.0, 1.0, 1.0), "threshold: expected chances"),
    ],
)
def test_numbers_out_of_range_are_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        truce_regions(*arguments)


def test_unknown_outcomes_are_refused() -> None:
    with pytest.raises(UsageError, match='got "nonsense"'):
        truce_regions(0.5, 0.1, 0.2).where("nonsense")
