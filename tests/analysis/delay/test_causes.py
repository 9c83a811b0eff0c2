"""Every delay names its cause, and the cause is what the scenario was built to have."""

from __future__ import annotations

from pathlib import Path

import pytest

import negsim
from negsim.analysis.delay.causes import (
    COARSE,
    COMMITMENT,
    INCOME,
    INFORMATION,
    SUBSIDY,
    causes,
)
from negsim.analysis.delay.channels import with_channels
from negsim.analysis.delay.stalling import LABELS, stalling
from negsim.scenario.load import load, loads

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"

TALKS = """
format = 1
title = "Why not sign now?"
parties.ann.discount = 0.95
parties.bob.discount = 0.95
parties.eve = { role = "mediator" }
options.deal.parties = ["ann", "bob"]
options.other_deal.parties = ["ann", "bob"]
options.gift.parties = ["eve"]
rules.one = "deal + other_deal <= 1"
talks.rounds = 5
talks.order = ["eve", "ann", "bob"]
state.share = { levels = 6, start = 1 }
changes.moves = { when = "not deal and not other_deal", add = { share = 1 }, chance = 0 }
ends.signed = { kind = "agreement", when = "deal or other_deal" }
payoffs.bob.deal = { at = "signed", when = "deal", value = 1 }
payoffs.bob.talking = { when = "not deal and not other_deal", value = -0.1 }
payoffs.eve.generous = { when = "gift", value = 0.01 }
payoffs.ann.deal = { at = "signed", when = "deal", value = 1 }
payoffs.ann.moving = { at = "signed", value = 0.2, per = "share" }
payoffs.ann.talking = { when = "not deal and not other_deal", value = 0 }
payoffs.ann.paid = { when = "gift and not deal and not other_deal", value = 0 }
payoffs.ann.other_deal = { at = "signed", when = "other_deal", value = -5 }
payoffs.bob.other_deal = { at = "signed", when = "other_deal", value = -5 }
"""


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"payoffs.ann.talking": 0.2}, (INCOME,)),
        ({"payoffs.ann.paid": 0.2}, (SUBSIDY,)),
        ({"changes.moves.chance": 1}, (COMMITMENT,)),
        ({"changes.moves.chance": 0.18, "payoffs.ann.talking": 0.04}, (INCOME, COMMITMENT)),
        ({"changes.moves.chance": 1, "payoffs.ann.talking": 0.2}, (INCOME, COMMITMENT)),
    ],
)
def test_the_cause_is_what_the_party_would_sign_without(
    numbers: dict[str, float], expected: tuple[str, ...]
) -> None:
    analysis = stalling(with_channels(loads(TALKS).set(numbers)))
    assert LABELS[analysis.start_labels[0, 0]] == "stalling"
    found = causes(analysis, 0)
    assert found is not None
    assert found.named == expected
    assert found.tested[0].name in (SUBSIDY, INCOME)
    assert [each.name for each in found.tested[1:]] == [COMMITMENT, COARSE, INFORMATION]
    assert all(each.margin >= 0 for each in found.tested if each.holds)
    assert found.text == " and ".join(expected)


def test_two_causes_of_which_each_is_enough_are_named_together() -> None:
    numbers = {"changes.moves.chance": 1, "payoffs.ann.talking": 0.2}
    found = causes(stalling(with_channels(loads(TALKS).set(numbers))), 0)
    assert found is not None
    assert "and without the other cause" in found.tested[0].why
    alone = causes(stalling(with_channels(loads(TALKS).set({"payoffs.ann.talking": 0.2}))), 0)
    assert alone is not None
    assert "other cause" not in alone.tested[0].why


def test_without_delay_there_is_no_cause() -> None:
    assert causes(stalling(loads(TALKS)), 0) is None


COARSE_PACKAGES = """
format = 1
title = "Two packages, each all for one side"
parties.ann.discount = 0.9
parties.bob.discount = 0.9
options.left.parties = ["ann", "bob"]
options.right.parties = ["ann", "bob"]
rules.one = "left + right <= 1"
talks.rounds = 2
talks.order = ["ann", "bob"]
ends.signed = { kind = "agreement", when = "left or right" }
payoffs.ann.left = { when = "left", value = 1 }
payoffs.bob.right = { when = "right", value = 1 }
payoffs.ann.talking = { when = "not left and not right", value = 0.01 }
payoffs.bob.talking = { when = "not left and not right", value = 0.02 }
payoffs.ann.failed = { at = "no_agreement", value = -1 }
payoffs.bob.failed = { at = "no_agreement", value = -1 }
"""


def test_a_lottery_over_packages_shows_that_they_are_too_coarse() -> None:
    """Bob refuses all for Ann while a round is left: 0 < 0.02; Ann waits for it: 0.91 > 0.

    A lottery with a chance of 0.95 of it is worth 0.95 > 0.91 to her and 0.05 > 0.02 to him.
    """
    analysis = stalling(with_channels(loads(COARSE_PACKAGES)))
    start = analysis.at_start
    assert start.settle[0, 0, 0, 0] == 0
    assert start.talk[0, 0, 0, 0] == pytest.approx(0.91)
    found = causes(analysis, 0)
    assert found is not None
    assert found.named == (COARSE,)


def test_where_no_lottery_beats_delay_packages_are_not_too_coarse() -> None:
    found = causes(stalling(loads(COARSE_PACKAGES).set({"payoffs.bob.talking": 0.2})), 0)
    assert found is not None
    assert COARSE not in found.named


def test_delay_in_talks_with_known_types_is_not_for_want_of_information() -> None:
    scenario = load(SCENARIOS / "march_2025_fearful.toml")
    other = {"payoffs.russia.rearmament_fear": -2, "payoffs.russia.talks_standing": 0.3}
    found = causes(stalling(scenario.set(other)), 0)
    assert found is not None
    assert found.tested[-1].name == INFORMATION
    assert not found.tested[-1].holds
    assert found.tested[-1].why == "delay pays with every type known"


def test_the_worked_case_and_its_mirror_have_the_same_causes() -> None:
    named = []
    for name, player in (("march_2025", 0), ("march_2025_mirror", 1)):
        found = causes(stalling(load(SCENARIOS / f"{name}.toml")), player)
        assert found is not None
        named.append(found.named)
    assert named[0] == named[1] == (INCOME, COMMITMENT, COARSE)


def test_drift_is_a_commitment_problem_alone() -> None:
    scenario = load(SCENARIOS / "textbook" / "drift.toml")
    found = causes(stalling(scenario), 0)
    assert found is not None
    assert found.named == (COMMITMENT,)


def test_every_delay_of_the_scenarios_shipped_names_a_cause() -> None:
    for file in sorted((SCENARIOS / "textbook").glob("*.toml")):
        analysis = stalling(with_channels(load(file)))
        for player in range(len(analysis.plan.game.players)):
            found = causes(analysis, player)
            delays = analysis.start_labels[0, player] in (1, 2, 5)
            assert (found is not None) == bool(delays)
            assert found is None or found.named
