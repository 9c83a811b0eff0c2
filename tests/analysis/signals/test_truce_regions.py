"""Regions of the limited-truce game: the conditions of THEORY B1, whole grids at once."""

from __future__ import annotations

import numpy as np

from negsim.analysis.signals.truce_regions import (
    NONE,
    OUTCOMES,
    PERVERSE,
    POOLING,
    SEMI_SEPARATING,
    SEPARATING,
    truce_outcomes,
    truce_regions,
)

OWN, LINE = 0.3, 0.45
COSTS, PRIORS = np.linspace(-1.47, 1.53, 61), np.linspace(0.02, 0.98, 50)


def test_the_grid_shows_the_conditions_of_theory() -> None:
    prior, cost = PRIORS[:, None], COSTS[None, :]
    exists, region = (f(prior, OWN, cost, LINE) for f in (truce_outcomes, truce_regions))
    assert region.shape == (50, 61)
    assert exists.shape == (len(OUTCOMES), 50, 61)
    separating = np.broadcast_to((OWN < 1) & (cost > 1), region.shape)
    pooling = (prior > LINE) & (cost < 1)
    semi = (prior < LINE) & (cost > OWN) & (cost > 0) & (cost < 1)
    np.testing.assert_array_equal(exists[0], separating)
    np.testing.assert_array_equal(exists[2], pooling)
    np.testing.assert_array_equal(exists[6], semi)
    perverse = ((prior < LINE) & (cost < 0)) | (cost < -1)
    np.testing.assert_array_equal(region == SEPARATING, separating)
    np.testing.assert_array_equal(region == PERVERSE, perverse)
    np.testing.assert_array_equal(region == POOLING, pooling & ~perverse)
    np.testing.assert_array_equal(region == SEMI_SEPARATING, semi)
    rest = ~(separating | perverse | pooling | semi)
    np.testing.assert_array_equal(region == NONE, rest)
