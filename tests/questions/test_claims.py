"""Claims hold when the model says so, and fail when they are made wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import negsim
from negsim.errors import ScenarioError
from negsim.questions.claims import check_claims
from negsim.scenario.load import load, loads
from negsim.scenario.model import MeasureClaim

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
TEXTBOOK = SCENARIOS / "textbook"
DRIFT = (SCENARIOS / "textbook" / "drift.toml").read_text(encoding="utf-8")
ENTRY = """
format = 1
title = "An empty threat"
parties.entrant = {}
parties.incumbent = {}
options.enter.parties = ["entrant"]
options.fight.parties = ["incumbent"]
talks = { rounds = 1, order = ["entrant", "incumbent"] }
payoffs.entrant.market = { when = "enter and not fight", value = 1 }
payoffs.entrant.war = { when = "enter and fight", value = -1 }
payoffs.incumbent.alone = { when = "not enter", value = 3 }
payoffs.incumbent.market = { when = "enter and not fight", value = 1 }
[claims.it]
says = "it"
"""
SIDES = """
format = 1
title = "Which side of the road"
parties.ann = {}
parties.bob = {}
parties.cat = { role = "mediator" }
options.ann_left.parties = ["ann"]
options.bob_left.parties = ["bob"]
options.speaks.parties = ["cat"]
payoffs.ann.meets = { when = "ann_left == bob_left", value = 1 }
payoffs.bob.meets = { when = "ann_left == bob_left", value = 1 }
payoffs.cat.likes = { when = "ann_left", value = 1 }
[claims.it]
says = "it"
"""


def verdict(text: str, claim: str) -> tuple[bool, str]:
    """Return whether the one claim of a text holds, and what was found."""
    found = check_claims(loads(text + claim))
    assert len(found) == 1
    return found[0].holds, found[0].found


def drift(claim: str) -> tuple[bool, str]:
    text = DRIFT[: DRIFT.index("[claims.")]
    return verdict(text, '[claims.it]\nsays = "it"\n' + claim)


@pytest.mark.parametrize("file", sorted(SCENARIOS.rglob("*.toml")), ids=lambda file: file.stem)
def test_the_claims_of_the_scenarios_shipped_hold(file: Path) -> None:
    found = check_claims(load(file))
    assert found
    assert [each.name for each in found if not each.holds] == []


@pytest.mark.parametrize("file", sorted(TEXTBOOK.glob("*.toml")), ids=lambda file: file.stem)
def test_textbook_claims_are_tested_to_nine_places(file: Path) -> None:
    claims = [each for each in load(file).claims if isinstance(each, MeasureClaim)]
    assert max((float(each.tolerance) for each in claims), default=0.0) <= 1e-9


# ---------------------------------------------------------------- expect


def test_an_expected_outcome_holds_or_not() -> None:
    assert verdict(ENTRY, "expect = { round = 1, outcome = 'enter and not fight' }")[0]
    assert verdict(ENTRY, "expect = { round = 1, outcome = 'fight' }") == (
        False,
        "chance 0 in round 1",
    )


def test_an_outcome_is_expected_with_a_probability() -> None:
    bob = 'payoffs.bob.meets = { when = "ann_left == bob_left"'
    assert bob in SIDES
    pennies = SIDES.replace(bob, bob.replace("==", "!="))
    claim = "expect = { round = 1, outcome = 'ann_left' }\nprobability = "
    assert verdict(pennies, claim + "0.45")[0]
    assert not verdict(pennies, claim + "0.55")[0]


def test_a_round_that_is_not_reached_fails() -> None:
    holds, found = drift("expect = { round = 30, outcome = 'true' }")
    assert not holds
    assert found == "chance nan in round 30"


def test_the_chance_is_given_that_the_round_is_played() -> None:
    assert drift("expect = { round = 20, outcome = 'not settle' }") == (
        True,
        "chance 1 in round 20",
    )


# ---------------------------------------------------------------- measures


def test_a_measure_holds_within_its_tolerance() -> None:
    value = "measure = 'value.staller'\nequals = 0.4755\ntolerance = "
    assert drift(value + "1e-4")[0]
    holds, found = drift(value + "1e-6")
    assert not holds
    assert found.startswith("value.staller = 0.475577")
    assert found.endswith("claimed 0.4755")


def test_the_party_of_a_measure_may_stand_apart() -> None:
    assert drift("measure = 'value'\nparty = 'staller'\nequals = 0.475577\ntolerance = 1e-6")[0]
    assert not drift("measure = 'delay'\nparty = 'staller'\nequals = 0.475577\ntolerance = 1e-6")[0]


def test_a_measure_that_is_no_number_never_holds() -> None:
    text = DRIFT[: DRIFT.index("[channels.")]
    claim = "[claims.it]\nsays = 'it'\nmeasure = 'premium.staller'\nequals = 0\ntolerance = 1000"
    assert not verdict(text, claim)[0]


def test_an_unknown_measure_or_party_is_an_error_that_suggests() -> None:
    with pytest.raises(ScenarioError, match=r'claims.it.measure: .*did you mean "delay"'):
        drift("measure = 'delai.staller'\nequals = 0")
    with pytest.raises(ScenarioError, match=r'claims.it.measure: .*did you mean "staller"'):
        drift("measure = 'delay.staler'\nequals = 0")
    with pytest.raises(ScenarioError, match=r"claims.it.measure: .*needs a party"):
        drift("measure = 'delay'\nequals = 0")


def test_all_claims_that_cannot_be_tested_are_told_with_their_lines() -> None:
    claims = """[claims.it]
says = "it"
measure = "delai.staller"
equals = 0
[claims.that]
says = "that"
selection = "mediator_wrst"
measure = "delay.staler"
equals = 0
"""
    text = DRIFT[: DRIFT.index("[claims.")]
    with pytest.raises(ScenarioError) as caught:
        check_claims(loads(text + claims))
    first = text.count("\n")
    told = [(fault.line - first, fault.name) for fault in caught.value.faults]
    names = ("it.measure", "that.measure", "that.selection")
    assert told == list(zip((3, 8, 7), (f"claims.{name}" for name in names), strict=True))


# ---------------------------------------------------------------- state, order, selection


def test_a_claim_may_be_about_another_state() -> None:
    claim = "expect = { round = 1, outcome = 'settle' }\nstate = { share = %d }"
    assert not drift(claim % 21)[0]
    assert drift(claim % 22)[0]
    measured = "measure = 'delay.staller'\nequals = 0.00024\nstate = { share = %d }"
    assert drift(measured % 21)[0]
    assert not drift(measured % 20)[0]


def test_a_claim_may_be_about_another_order() -> None:
    claim = "expect = { round = 1, outcome = 'enter' }\n"
    assert verdict(ENTRY, claim)[0]
    assert not verdict(ENTRY, claim + "order = ['incumbent', 'entrant']")[0]
    value = "measure = 'value.incumbent'\nequals = 3\n"
    assert not verdict(ENTRY, value)[0]
    assert verdict(ENTRY, value + "order = ['incumbent', 'entrant']")[0]
    assert verdict(ENTRY, claim + "order = 'simultaneous'")[0]


def test_a_claim_may_be_about_another_selection() -> None:
    claim = "expect = { round = 1, outcome = 'ann_left and bob_left' }\n"
    assert verdict(SIDES, claim)[0]
    assert verdict(SIDES, claim + "selection = 'mediator_best'")[0]
    assert not verdict(SIDES, claim + "selection = 'mediator_worst'")[0]
    with pytest.raises(ScenarioError, match=r'it.selection: .*did you mean "mediator_worst"'):
        verdict(SIDES, claim + "selection = 'mediator_wrst'")


def test_claims_do_not_touch_one_another() -> None:
    text = DRIFT + '[claims.last]\nsays = "last"\nexpect = { round = 1, outcome = "not settle" }\n'
    found = {each.name: each.holds for each in check_claims(loads(text))}
    assert len(found) == 6
    assert all(found.values())


# ---------------------------------------------------------------- conditions of a claim


def test_a_claim_may_set_numbers_of_its_own() -> None:
    claim = "measure = 'in_effect.enter'\nequals = 0\n"
    assert not verdict(ENTRY, claim)[0]
    assert verdict(ENTRY, claim + "set = { 'payoffs.entrant.market' = -2 }")[0]


def test_a_claim_may_hold_under_all_or_some_selections() -> None:
    left = "expect = { round = 1, outcome = 'ann_left' }\nholds = "
    holds, found = verdict(SIDES, left + "'some'")
    assert holds
    assert found == ("mediator_best: chance 1 in round 1; mediator_worst: chance 0 in round 1")
    assert not verdict(SIDES, left + "'all'")[0]
    same = "measure = 'value.ann'\nequals = 1\nholds = 'all'"
    assert verdict(SIDES, same)[0]


def test_a_claim_may_be_about_what_is_said_and_how_it_ends() -> None:
    assert verdict(ENTRY, "measure = 'said.entrant.enter.yes'\nequals = 1")[0]
    assert verdict(ENTRY, "measure = 'said.incumbent.fight.yes'\nequals = 0")[0]
    assert verdict(ENTRY, "measure = 'end_chance.no_agreement'\nequals = 1")[0]
    bob = 'payoffs.bob.meets = { when = "ann_left == bob_left"'
    pennies = SIDES.replace(bob, bob.replace("==", "!="))
    assert verdict(pennies, "measure = 'said.bob.bob_left.no'\nequals = 0.5")[0]


# ---------------------------------------------------------------- types, starts, dates, orders

TYPED = """
format = 1
title = "A truce that stays"
as_of = 2025-03-19
sources.press = { cite = "The press", date = 2025-03-18 }
parties.north = {}
parties.south = {}
options.pact = { parties = ["north", "south"], stays = true, expires = 4, irreversible = true }
talks.rounds = { value = 1, why = "one" }
payoffs.north.calm = { when = "pact_in_force > 0", value = 1, source = "press" }
payoffs.south.calm = { when = "pact", value = -1, why = "worse" }
types.north.hawk = { prior = { value = 0.5, why = "half" }, set = { "payoffs.north.calm" = -3 } }
"""


def test_a_claim_may_be_about_private_types() -> None:
    text = TYPED.replace("expires = 4,", "expires = 4, start = { value = 2, why = 'running' },")
    claim = (
        "[claims.it]\nsays = 'it'\nmeasure = 'value.north'\nequals = %d\ntypes = { north = '%s' }"
    )
    assert verdict(text, claim % (-3, "hawk"))[0]
    assert not verdict(text, claim % (1, "hawk"))[0]
    assert verdict(text, claim % (1, "base"))[0]
    with pytest.raises(ScenarioError, match='unknown type "hwak"; did you mean "hawk"'):
        verdict(text, claim % (1, "hwak"))
    with pytest.raises(ScenarioError, match='unknown party "nrth"; did you mean "north"'):
        verdict(text, claim.replace("{ north", "{ nrth") % (1, "hawk"))
