"""Types solved one by one, and the offers whose replies tell them apart (THEORY B2)."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import negsim
from negsim.analysis.signals.diagnostic import (
    ONE_SIDED,
    SYMMETRIC,
    UNCONDITIONAL,
    diagnostic_offers,
)
from negsim.analysis.signals.type_profiles import type_chances, type_profiles
from negsim.errors import GameError, UnknownNameError
from negsim.scenario.load import load
from negsim.scenario.model import Scenario

FREEZE = """
format = 1
title = "Offers that tell types apart"
summary = "A truce: unconditional, with a freeze by both sides, or by the other side alone."
[parties.sender]
label = "Sender"
reservation = { value = 0 }
[parties.other]
label = "Other"
[options.truce]
label = "Truce"
parties = ["sender", "other"]
[options.own_freeze]
label = "Own freeze"
parties = ["sender"]
[options.their_freeze]
label = "Their freeze"
parties = ["other"]
[talks]
round = "round"
rounds = 2
order = [["sender"], ["other"]]
[ends.signed]
kind = "agreement"
when = "truce"
[payoffs.sender.peace]
at = "signed"
value = 3
[payoffs.sender.rearming]
at = "signed"
when = "not their_freeze"
value = 0
[payoffs.sender.own_price]
at = "signed"
when = "own_freeze"
value = -1
[payoffs.sender.waiting]
at = "no_agreement"
value = 0
[payoffs.other.peace]
at = "signed"
value = 1
[payoffs.other.frozen]
when = "their_freeze"
value = -5
[types.sender.sincere]
prior = { value = 0.4 }
set = { "payoffs.sender.own_price" = 0 }
[types.sender.fearful]
prior = { value = 0.3 }
set = { "payoffs.sender.rearming" = -10 }
[types.sender.staller]
prior = { value = 0.3 }
set = { "payoffs.sender.waiting" = 2.5, "payoffs.sender.rearming" = -3 }
"""


@pytest.fixture(name="freeze")
def _freeze(tmp_path: Path) -> Scenario:
    file = tmp_path / "freeze.toml"
    file.write_text(FREEZE, encoding="utf-8")
    return load(file)


def test_every_type_is_solved_with_its_prior(freeze: Scenario) -> None:
    profiles = type_profiles(freeze)
    assert [profile.types["sender"] for profile in profiles] == ["sincere", "fearful", "staller"]
    assert [profile.chance for profile in profiles] == pytest.approx([0.4, 0.3, 0.3])
    assert [profile.parties[0].value for profile in profiles] == pytest.approx([3.0, 0.0, 2.5])
    assert sum(profiles[0].parties[0].policy.values()) == pytest.approx(1)


def test_what_is_left_of_the_priors_is_the_type_base(freeze: Scenario) -> None:
    less = freeze.set({"types.sender.sincere.prior": 0.1})
    assert type_chances(less, "sender")["base"] == pytest.approx(0.3)
    assert type_chances(freeze, "other") == {"base": 1.0}


def test_the_symmetric_freeze_splits_what_the_unconditional_truce_does_not(
    freeze: Scenario,
) -> None:
    offers = diagnostic_offers(freeze, "sender")
    accepted = {
        offer.kind + str(len(offer.offer.split("+"))): [
            k for k, yes in offer.accepts.items() if yes
        ]
        for offer in offers
    }
    assert accepted[UNCONDITIONAL + "1"] == ["sincere"]
    assert accepted[SYMMETRIC + "3"] == ["sincere", "fearful"]
    one_sided = next(o for o in offers if o.kind == ONE_SIDED and "Their" in o.offer)
    assert all(one_sided.accepts.values())
    assert one_sided.information == 0


def test_offers_are_ranked_by_the_entropy_of_the_reply(freeze: Scenario) -> None:
    offers = diagnostic_offers(freeze, "sender")
    found = [offer.information for offer in offers]
    assert found == sorted(found, reverse=True)
    for offer in offers:
        prior = {"sincere": 0.4, "fearful": 0.3, "staller": 0.3}
        yes = sum(prior[kind] for kind, accepts in offer.accepts.items() if accepts)
        bits = -sum(p * math.log2(p) for p in (yes, 1 - yes) if 0 < p < 1)
        assert offer.information == pytest.approx(bits, abs=1e-9)


def test_a_margin_is_what_accepting_adds(freeze: Scenario) -> None:
    plain = next(o for o in diagnostic_offers(freeze, "sender") if o.kind == UNCONDITIONAL)
    assert plain.margin["fearful"] == pytest.approx(3 - 10 - 0, abs=1e-9)
    assert plain.margin["staller"] == pytest.approx(3 - 3 - 2.5, abs=1e-9)


def test_parties_without_types_are_refused(freeze: Scenario) -> None:
    with pytest.raises(GameError, match='"other" has 1 types with a chance, expected two or more'):
        diagnostic_offers(freeze, "other")
    with pytest.raises(UnknownNameError, match='did you mean "sender"'):
        diagnostic_offers(freeze, "sendr")


def test_b2_which_offers_are_accepted_by_whom() -> None:
    """THEORY B2; one that gains by waiting refuses all, and both others as its table says."""
    scenario = load(Path(negsim.__file__).parents[1] / "scenarios/textbook/offers_that_tell.toml")
    offers = diagnostic_offers(scenario, "sender")
    accepted = {offer.offer: {k for k, yes in offer.accepts.items() if yes} for offer in offers}
    assert accepted["Truce"] == {"sincere"}
    assert accepted["Truce + Sender freezes + Other side freezes"] == {"sincere", "fearful"}
    assert accepted["Truce + Other side freezes"] == {"sincere", "fearful", "in_no_hurry"}
    assert offers[0].kind == SYMMETRIC
    assert offers[0].information == pytest.approx(1, abs=1e-9)
