"""Ends that no play reaches are faults with their line; other idle parts are warnings."""

from __future__ import annotations

import pytest

from negsim.dynamics.build import compile_scenario
from negsim.dynamics.check import check_ends, idle_parts
from negsim.errors import ScenarioError
from negsim.scenario.load import loads

TEXT = """\
format = 1
title = "Ends near and far"
parties.ann = {}
parties.bob = {}
options.deal.parties = ["ann", "bob"]
options.leave.parties = ["ann"]
rules.stays = "not (deal and leave)"
talks.rounds = 9
state.clock = { levels = 6, start = 1 }
[changes.tick]
when = "not deal"
add = { clock = 2 }
chance = 0
[ends.signed]
kind = "agreement"
when = "deal"
[ends.odd]
kind = "breakdown"
when = "clock == 5"
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        check_ends(compile_scenario(loads(text, path="talks.toml")))
    return str(caught.value).splitlines()


def test_ends_that_some_play_reaches_are_no_fault_whatever_the_chances() -> None:
    check_ends(compile_scenario(loads(TEXT)))


def test_an_end_at_a_state_that_no_play_reaches_is_a_fault_at_its_line() -> None:
    found = faults(TEXT + '[ends.even]\nkind = "breakdown"\nwhen = "clock == 2"\n')
    assert len(found) == 1
    assert found[0].startswith("talks.toml:20: ends.even: can never be reached from the start")


def test_every_such_end_has_its_fault() -> None:
    text = TEXT + '[ends.even]\nkind = "breakdown"\nwhen = "clock == 2"\n'
    text += '[ends.both]\nkind = "agreement"\nwhen = "deal and leave"\n'
    assert [line.split(": can")[0] for line in faults(text)] == [
        "talks.toml:20: ends.even",
        "talks.toml:23: ends.both",
    ]


def test_an_end_behind_another_end_is_out_of_reach() -> None:
    text = TEXT.replace("clock == 5", "clock == 3")
    text += '[ends.later]\nkind = "breakdown"\nwhen = "clock == 5"\n'
    assert faults(text)[0].startswith("talks.toml:20: ends.later")


def test_an_end_that_an_earlier_one_covers_is_out_of_reach() -> None:
    text = TEXT + '[ends.again]\nkind = "breakdown"\nwhen = "deal"\n'
    assert faults(text)[0].startswith("talks.toml:20: ends.again")


def test_no_agreement_is_never_at_fault() -> None:
    text = TEXT[: TEXT.index("[ends.odd]")]
    text += '[ends.stop]\nkind = "breakdown"\nwhen = "not deal"\n[ends.no_agreement]\n'
    check_ends(compile_scenario(loads(text)))


def test_terms_that_never_apply_are_warned_of_at_their_line() -> None:
    text = TEXT + '[payoffs.ann.never]\nwhen = "deal and leave"\nvalue = 1\n'
    text += '[costs.impossible]\nwhen = "clock > 7"\nvalue = 1\n'
    text += '[payoffs.ann.sometimes]\nwhen = "deal and clock == 3"\nvalue = 1\n'
    text += '[payoffs.bob.always]\nat = "odd"\nvalue = 1\n'
    found = [str(fault) for fault in idle_parts(compile_scenario(loads(text, path="talks.toml")))]
    assert [line.split(": never applies")[0] for line in found] == [
        "talks.toml:20: payoffs.ann.never",
        "talks.toml:23: costs.impossible",
    ]


def test_a_term_that_depends_on_a_parameter_applies_at_its_value() -> None:
    text = TEXT + "[parameters.wanted]\nvalue = 0\n"
    text += '[payoffs.ann.wish]\nwhen = "wanted == 1"\nvalue = 1\n'
    scenario = loads(text)
    assert len(idle_parts(compile_scenario(scenario))) == 1
    assert not idle_parts(compile_scenario(scenario.set({"parameters.wanted": 1})))


# ---------------------------------------------------------------- reached by play, not only written


def warned(text: str) -> list[str]:
    return [str(each) for each in idle_parts(compile_scenario(loads(text, path="talks.toml")))]


def test_a_term_is_idle_where_only_states_out_of_reach_would_bring_it() -> None:
    text = TEXT + '[payoffs.ann.even]\nwhen = "clock == 4"\nvalue = 1\n'
    assert warned(text) == [
        "talks.toml:20: payoffs.ann.even: never applies, in no state and outcome that can be "
        "reached; is `when` right?"
    ]
    assert not warned(text.replace("clock == 4", "clock == 3"))


def test_play_also_begins_in_the_range_of_the_start_and_where_a_claim_says() -> None:
    text = TEXT + '[payoffs.ann.even]\nwhen = "clock == 4"\nvalue = 1\n'
    ranged = text.replace("start = 1", "start = { value = 1, range = [1, 2] }")
    assert not warned(ranged)
    claimed = '[claims.x]\nsays = "x"\nstate = { clock = 0 }\n'
    claimed += 'expect = { round = 1, outcome = "deal" }\n'
    assert not warned(text + claimed)


def test_a_term_at_an_end_is_idle_unless_it_holds_where_the_talks_end() -> None:
    text = TEXT + '[payoffs.ann.early]\nat = "odd"\nwhen = "clock == 3"\nvalue = 1\n'
    assert warned(text)[0].startswith("talks.toml:20: payoffs.ann.early: never applies")
    assert not warned(text.replace("clock == 3", "clock == 5"))
    late = '[payoffs.ann.late]\nat = "no_agreement"\nwhen = "clock == 5"\nvalue = 1\n'
    assert warned(TEXT + late)[0].startswith("talks.toml:20: payoffs.ann.late: never applies")
    assert not warned(TEXT + late.replace("clock == 5", "clock == 3"))


def test_a_change_that_no_play_brings_about_is_warned_of() -> None:
    text = TEXT + '[changes.jump]\nwhen = "clock == 0"\nadd = { clock = 2 }\n'
    assert warned(text) == [
        "talks.toml:20: changes.jump: can never happen, in no state and outcome that can be "
        "reached; is `when` right?"
    ]
    assert not warned(text.replace("clock == 0", "clock == 1"))


def test_an_option_that_rules_keep_out_is_warned_of() -> None:
    text = TEXT.replace("talks.rounds", 'rules.never = "not leave"\ntalks.rounds')
    assert warned(text) == [
        "talks.toml:6: options.leave: can never be in effect; do the rules allow it?"
    ]
    levels = TEXT.replace(
        "options.leave.parties",
        'options.leave.levels = ["low", "mid", "high"]\noptions.leave.parties',
    ).replace("talks.rounds", 'rules.few = "leave < mid"\ntalks.rounds')
    assert warned(levels) == [
        "talks.toml:6: options.leave: can never be in effect at mid, high; do the rules allow it?"
    ]


def test_a_condition_that_never_holds_is_warned_of() -> None:
    text = TEXT.replace(
        "talks.rounds", 'options.deal.conditions.bob.when = "clock == 2"\ntalks.rounds'
    )
    assert warned(text) == [
        'talks.toml:8: options.deal.conditions.bob: never holds: this party\'s "if" never counts '
        "as consent"
    ]
    assert not warned(text.replace("clock == 2", "leave"))
