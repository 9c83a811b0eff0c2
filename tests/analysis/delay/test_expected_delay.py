"""Rounds of delay and the sincere counterpart, against closed forms and against each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.expected_delay import end_round, expected_delay, values_along
from negsim.analysis.delay.stalling import stalling
from negsim.dynamics.path import path
from negsim.scenario.load import load, loads

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"


def test_drift_waits_twenty_two_weeks_unless_patience_ends() -> None:
    """Ended by the hazard in week k with chance 0.02 x 0.98^(k-1), else after 22 weeks."""
    found = expected_delay(stalling(load(SCENARIOS / "textbook" / "drift.toml")), 0)
    weeks = np.arange(22)
    expected = np.zeros(40)
    expected[:22] = 0.02 * 0.98**weeks
    expected[22] = 0.98**22
    assert found.distribution == pytest.approx(expected, abs=1e-12)
    assert found.expected == pytest.approx(float(expected @ np.arange(40)))
    assert (found.quantile(0.1), found.quantile(0.9)) == (5, 22)
    assert found.sincere_end == 1
    assert found.values == pytest.approx([0.4])
    assert found.damage == pytest.approx([0.4 - 0.47557701479292225])


def test_mixed_talks_without_end_have_a_geometric_delay() -> None:
    """J1: the talks go on with the chance of a stall times that of no press."""
    stall, press = 0.7142857142857143, 0.1044776119402985
    on = stall * (1 - press)
    found = expected_delay(stalling(load(SCENARIOS / "textbook" / "stall_or_press.toml")), 0)
    assert found.distribution[:9] == pytest.approx((1 - on) * on ** np.arange(9))
    assert found.expected == pytest.approx(on / (1 - on))
    assert found.never == pytest.approx(0)


def test_three_party_talks_end_at_the_deadline_or_at_once() -> None:
    """X1: the settlement of round 1 is (0.4, 0.6, 1) for staller, defender and mediator."""
    analysis = stalling(load(SCENARIOS / "textbook" / "three_party_talks.toml"))
    names = list(analysis.plan.game.players)
    found = expected_delay(analysis, names.index("staller"))
    assert found.expected == pytest.approx(4)
    values = dict(zip(names, found.values, strict=True))
    assert values == pytest.approx({"staller": 0.4, "defender": 0.6, "mediator": 1.0})
    harm = dict(zip(names, found.damage, strict=True))
    assert harm["defender"] == pytest.approx(0.6 - 0.239409934, abs=1e-9)
    assert harm["mediator"] == pytest.approx(1 - 0.77058562, abs=1e-8)


LATER = """
format = 1
title = "A package that the other side takes only once the line has moved"
parties.ann.discount = 0.9
parties.bob.discount = 0.9
options.deal.parties = ["ann", "bob"]
talks.rounds = 6
talks.order = ["ann", "bob"]
state.line = { levels = 2, start = 0 }
state.calm = { levels = 2, start = 0 }
changes.moves = { when = "not deal", add = { line = 1 }, chance = 0.5 }
changes.stops = { when = "line == 0", add = { calm = 1 }, chance = 0.2 }
ends.signed = { kind = "agreement", when = "deal" }
ends.over = { kind = "breakdown", when = "calm == 1" }
payoffs.ann.deal = { at = "signed", value = 1 }
payoffs.ann.talking = { when = "not deal", value = 0.5 }
payoffs.ann.failed = { at = "no_agreement", value = -9 }
payoffs.bob.deal = { at = "signed", value = 1, per = "line" }
payoffs.bob.talking = { when = "not deal", value = 0.01 }
[costs.harm]
when = "not deal"
value = 2
"""


def test_delay_counts_from_the_first_round_in_which_something_is_acceptable() -> None:
    analysis = stalling(loads(LATER))
    found = expected_delay(analysis, 0)
    assert 0 < found.never < 1
    assert found.distribution.sum() == pytest.approx(1)
    waits = end_round(analysis.path) - found.sincere_end
    assert found.expected == pytest.approx(waits)
    assert found.costs[0, 0] > found.costs[0, 1] > 0


@pytest.mark.parametrize("name", ["march_2025", "textbook/drift", "textbook/three_party_talks"])
def test_payoffs_along_the_path_add_up_to_the_values(name: str) -> None:
    analysis = stalling(load(SCENARIOS / f"{name}.toml"))
    assert values_along(analysis, analysis.path) == pytest.approx(analysis.value[0], abs=1e-9)


@pytest.mark.parametrize("name", ["march_2025", "textbook/three_party_talks"])
def test_expected_delay_is_the_difference_of_the_ends(name: str) -> None:
    analysis = stalling(load(SCENARIOS / f"{name}.toml"))
    for player in range(len(analysis.plan.game.players)):
        found = expected_delay(analysis, player)
        assert found.expected == pytest.approx(
            end_round(analysis.path) - found.sincere_end, abs=1e-6
        )
        assert found.distribution.sum() == pytest.approx(1)
        assert (found.distribution >= -1e-12).all()


def test_a_path_forced_to_what_is_played_is_the_path() -> None:
    analysis = stalling(load(SCENARIOS / "textbook" / "three_party_talks.toml"))
    nothing = np.full((5, analysis.plan.game.num_states), -1)
    same = path(analysis.plan, nothing)
    for one, other in zip(same.__dict__.values(), analysis.path.__dict__.values(), strict=True):
        assert np.array_equal(one, other)


def test_human_cost_stands_apart_and_without_a_package_there_is_no_damage() -> None:
    analysis = stalling(load(SCENARIOS / "march_2025.toml"))
    found = expected_delay(analysis, 0)
    assert found.costs[0] == pytest.approx([analysis.path.costs.sum(), 0])
    assert np.isnan(expected_delay(analysis, 2).damage).all()
