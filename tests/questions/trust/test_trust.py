"""Everything asked of a headline, against what the closed form of the drift says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.errors import NegsimError
from negsim.questions.trust.trust import Trust, robustness
from negsim.scenario.load import load, loads

DRIFT = Path(negsim.__file__).parents[1] / "scenarios" / "textbook" / "drift.toml"
CRITICAL = 0.02 * 0.1 + (0.001 + 0.02 * 0.4) / 0.98


@pytest.fixture(scope="module")
def found() -> Trust:
    return robustness(load(DRIFT), "staller", samples=200, size=16, seed=3)


def test_the_share_is_the_part_of_the_range_above_the_critical_drift(found: Trust) -> None:
    exact = 1 - CRITICAL / 0.04
    first = found.headlines[0]
    assert first.conclusion.word(first.base) == "stalling"
    assert first.share.share == pytest.approx(exact, abs=1 / 50)
    assert first.share.low < exact < first.share.high
    assert found.failed == 0


def test_the_distance_is_in_half_ranges(found: Trust) -> None:
    (only,) = found.distances
    assert only.half_ranges == pytest.approx((0.02 - CRITICAL) / 0.02, abs=1e-4)
    assert only.tipping is not None
    assert only.tipping.value == pytest.approx(CRITICAL, abs=1e-6)


def test_the_box_is_where_the_drift_is_slow(found: Trust) -> None:
    assert found.box is not None
    (bound,) = found.box.bounds
    assert bound.name == "parameters.drift"
    assert bound.high == pytest.approx(CRITICAL, abs=0.0004)
    assert found.box.density > 0.95


def test_one_number_has_all_the_variance_and_the_source_is_its_only_one(found: Trust) -> None:
    assert found.indices is not None
    assert found.indices.total[0] == pytest.approx(1, abs=0.3)
    (source,) = found.sources
    assert source.source == "theory"
    assert source.flips == ("parameters.drift",)
    assert source.share is not None
    assert source.share.low < 1 - CRITICAL / 0.04 < source.share.high
    assert source.fixed == len(load(DRIFT).numbers) - 1
    assert found.correlations[0][1] == pytest.approx(1.0)
    swing = found.tornado.swings[0]
    assert np.sign([swing.at_low, swing.at_high]).tolist() == [-1, 1]


def test_the_same_seed_gives_the_same_answer(found: Trust) -> None:
    again = robustness(load(DRIFT), "staller", samples=200, size=16, seed=3, threads=2)
    assert [each.share for each in again.headlines] == [each.share for each in found.headlines]
    assert again.box == found.box
    assert again.sources == found.sources


SOURCES = """
format = 1
title = "A well, two sources"
parties.ann = {}
options.dig.parties = ["ann"]
ends.dug = { kind = "agreement", when = "dig" }
sources.survey = { cite = "The survey" }
sources.rumour = { cite = "A rumour" }
payoffs.ann.water = { when = "dig", value = 2, range = [1, 4], source = "survey" }
payoffs.ann.snakes = { when = "dig", value = -1, range = [-6, 0], source = "rumour" }
payoffs.ann.none = { at = "no_agreement", value = 0.5 }
"""


def test_without_a_source_only_its_own_numbers_move() -> None:
    """Water 1 to 4 keeps the sum at 0 or more; the rumour of -6 to 0 brings it below 0.5."""
    sources = {each.source: each for each in robustness(loads(SOURCES), "ann", 64, 0).sources}
    assert list(sources) == ["rumour", "survey", ""]
    assert sources["survey"].numbers == ("payoffs.ann.water",)
    assert sources["rumour"].cite == "A rumour"
    assert sources[""].share is None
    assert sources[""].fixed > 0
    assert sources["rumour"].share is not None
    assert sources["rumour"].share.share < 1
    assert sources["rumour"].flips == ("payoffs.ann.snakes",)


def test_bad_requests() -> None:
    with pytest.raises(NegsimError, match="unknown party"):
        robustness(load(DRIFT), "stalle")
    with pytest.raises(NegsimError, match="expected 20 or more"):
        robustness(load(DRIFT), "staller", samples=3)
    bare = SOURCES.replace(", range = [1, 4]", "").replace(", range = [-6, 0]", "")
    with pytest.raises(NegsimError, match="no number to vary"):
        robustness(loads(bare), "ann")
