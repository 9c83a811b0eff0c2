"""Ends that no play reaches are faults with their line; terms that never apply are warnings."""

from __future__ import annotations

import pytest

from negsim.errors import ScenarioError
from negsim.games.build import compile_scenario
from negsim.games.check import check_ends, idle_terms
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
    text += '[payoffs.ann.sometimes]\nwhen = "deal and clock == 5"\nvalue = 1\n'
    text += '[payoffs.bob.always]\nat = "odd"\nvalue = 1\n'
    found = [str(fault) for fault in idle_terms(compile_scenario(loads(text, path="talks.toml")))]
    assert [line.split(": never applies")[0] for line in found] == [
        "talks.toml:20: payoffs.ann.never",
        "talks.toml:23: costs.impossible",
    ]


def test_a_term_that_depends_on_a_parameter_applies_at_its_value() -> None:
    text = TEXT + "[parameters.wanted]\nvalue = 0\n"
    text += '[payoffs.ann.wish]\nwhen = "wanted == 1"\nvalue = 1\n'
    scenario = loads(text)
    assert len(idle_terms(compile_scenario(scenario))) == 1
    assert not idle_terms(compile_scenario(scenario.set({"parameters.wanted": 1})))
