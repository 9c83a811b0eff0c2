"""A sample given the record: by rejection, by sequential Monte Carlo, and both where both can."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.deadline import left_out, time_limit
from negsim.questions.trust.robustness import sample_ranges, wilson
from negsim.sampling import given_record as module
from negsim.sampling.design import grid, replicated
from negsim.sampling.given_record import Given, given_record, set_of
from negsim.sampling.run import sweep
from negsim.sampling.tempering import deviation
from negsim.scenario.load import loads
from negsim.scenario.model import Scenario

OWN = """
options.dig_{0}.parties = ["{0}"]
payoffs.{0}.water = {{ when = "dig_{0}", value = 2, range = [0, 4] }}
payoffs.{0}.effort = {{ when = "dig_{0}", value = -{1} }}
"""


def wells(*efforts: float) -> Scenario:
    """Return a scenario whose parties dig, one after the other, and were all seen to do so.

    Each digs if the water, evenly 0 to 4, is worth the effort.
    """
    names = ["ann", "bob", "cid"][: len(efforts)]
    parties = "".join(f"parties.{name} = {{}}\n" for name in names)
    order = ", ".join(f'["{name}"]' for name in names)
    seen = " and ".join(f"dig_{name}" for name in names)
    own = "".join(OWN.format(*pair) for pair in zip(names, efforts, strict=True))
    return loads(
        f'format = 1\ntitle = "Wells"\n{parties}talks = {{ rounds = 1, order = [{order}] }}\n'
        f"{own}\n[record.dug]\nround = 1\noutcome = '{seen}'\n"
    )


def given_in(scenario: Scenario, seed: int = 1, threads: int = 1) -> Given:
    design = replicated(scenario, 256, seed)
    chances = sweep(scenario, design, ["record_chance"]).measures["record_chance"]
    return given_record(scenario, design, chances, set_of(design), seed, threads)


def test_the_sample_at_hand_does_where_enough_of_it_agrees() -> None:
    found = given_in(wells(2))
    assert found.how == "by rejection, of 256 points"
    assert found.effective == pytest.approx(128, abs=2)
    assert found.chance == pytest.approx(0.5, abs=0.01)


def test_more_points_are_drawn_while_more_than_one_in_a_hundred_agrees() -> None:
    """Both dig in 0.1 of the square: 26 of 256 points agree, so that some 700 are drawn."""
    found = given_in(wells(4 - 4 * 0.1**0.5, 4 - 4 * 0.1**0.5))
    assert found.how.startswith("by rejection, of 7")
    assert found.enough
    assert (found.weights == 1).all(), "points that do not agree are left out"


def test_a_rare_record_is_found_by_sequential_monte_carlo() -> None:
    """All three dig in a thousandth of the cube, each in the upper tenth of its range, evenly."""
    sample = sample_ranges(wells(3.6, 3.6, 3.6), seed=1)
    found, shares = sample.given, sample.given_shares("label.ann")
    assert found is not None
    assert shares is not None
    assert sum(share.share for share in shares) == pytest.approx(1)
    assert {(share.low, share.high) for share in shares} <= {
        wilson(0.0, found.effective),
        wilson(1.0, found.effective),
    }
    assert found.how == "by sequential Monte Carlo, 8 of 8 replicates of 32 points"
    assert found.enough
    assert found.chance == pytest.approx(0.001, rel=0.6)
    assert (found.values > 3.6).all()
    errors = deviation(found.values, found.weights, found.sets, found.num_sets)
    assert (np.abs(found.values.mean(axis=0) - 3.8) < 4 * errors).all()


def test_both_ways_agree_where_both_can_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = wells(3, 3.2)
    rejected = given_in(scenario)
    monkeypatch.setattr(module, "RARE", 1.0)
    tempered = given_in(scenario)
    assert ("rejection" in rejected.how, "Monte Carlo" in tempered.how) == (True, True)
    assert tempered.chance == pytest.approx(rejected.chance, rel=0.4)
    parts = []
    for each in (rejected, tempered):
        error = deviation(each.values, each.weights, each.sets, each.num_sets)
        parts.append((each.weights @ each.values / each.weights.sum(), error))
    (one, spread), (other, doubt) = parts
    assert (np.abs(one - other) < 3.5 * np.hypot(spread, doubt)).all()


def test_threads_do_not_change_the_points() -> None:
    scenario = wells(3.6, 3.8)
    one, two = given_in(scenario), given_in(scenario, threads=2)
    assert one.values.tolist() == two.values.tolist()


def test_of_a_record_that_no_numbers_bring_nothing_is_told() -> None:
    sample = sample_ranges(wells(5), seed=1)
    assert sample.given is not None
    assert (sample.given.enough, sample.given.chance) == (False, 0)
    assert sample.given_shares("label.ann") is None


def test_points_that_were_laid_out_by_hand_have_no_measure_to_draw_more_from() -> None:
    scenario = wells(3.6, 3.6)
    design = grid({"payoffs.ann.water": (0, 4, 9), "payoffs.bob.water": (0, 4, 9)})
    chances = sweep(scenario, design, ["record_chance"]).measures["record_chance"]
    found = given_record(scenario, design, chances, np.zeros(81, dtype=np.int64), 1, 1)
    assert (found.how, found.enough) == ("by rejection, of 81 points", False)


def test_where_the_time_is_over_the_sample_at_hand_is_told() -> None:
    scenario = wells(3.6, 3.6, 3.6)
    design = replicated(scenario, 256, seed=1)
    chances = sweep(scenario, design, ["record_chance"]).measures["record_chance"]
    with time_limit(0):
        found = given_record(scenario, design, chances, set_of(design), 1, 1)
        assert left_out() == ("no sample given the record",)
    assert not found.enough
