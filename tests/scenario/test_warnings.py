"""What loads but is hardly meant is warned of, at its line; what is meant is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from negsim.scenario.load import load, loads

SOUND = """\
format = 1
title = "Nothing to warn of"
sources.talk.cite = "A talk with both sides"
parties.ann = {}
parties.bob = { discount = { value = 0.9, why = "in a hurry" } }
parties.eve.role = "mediator"
options.deal.parties = ["ann", "bob"]
options.leave.parties = ["ann"]
options.shout.parties = ["bob"]
rules.no_shouting_deal = "not (deal and shout)"
talks.rounds = { value = 5, source = "talk" }
state.heat = { levels = 4, start = { value = 1, range = [0, 2], why = "warm" } }
parameters.speed = { value = 0.5, why = "half" }
[changes.heats]
when = "shout"
add = { heat = 1 }
chance = "speed"
[ends.signed]
kind = "agreement"
when = "deal"
[ends.gone]
kind = "exit"
by = ["ann"]
when = "leave"
[payoffs.ann.peace]
at = "signed"
value = 2
why = "x"
[payoffs.ann.heat]
value = -1
per = "heat"
why = "x"
[payoffs.bob.peace]
at = "signed"
value = 1
why = "x"
"""


UNEXPLAINED = "has neither a reason (why) nor a source"
NUMBERS = (
    ('{ value = 0.9, why = "in a hurry" }', "0.9", "5: parties.bob.discount"),
    ('start = { value = 1, range = [0, 2], why = "warm" }', "start = 1", "12: state.heat.start"),
    ('{ value = 0.5, why = "half" }', "0.5", "13: parameters.speed"),
    ('chance = "speed"', "chance = { value = 1, range = [0, 1] }", "17: changes.heats.chance"),
    ('value = 2\nwhy = "x"', "value = 2", "25: payoffs.ann.peace"),
)
MORE_NUMBERS = (
    ("[costs.harm]\nvalue = 1", "costs.harm"),
    ("[parties.eve.reservation]\nvalue = 1", "parties.eve.reservation"),
    ('[types.ann.hawk]\nprior = 0.5\nset = { "payoffs.ann.peace" = 1 }', "types.ann.hawk.prior"),
)


def warnings(text: str) -> list[str]:
    return [line.removeprefix("s.toml:") for line in loads(text, "s.toml").warnings]


def edited(old: str, new: str) -> str:
    assert SOUND.count(old) == 1, old
    return SOUND.replace(old, new)


def added(*lines: str) -> str:
    return SOUND + "\n".join(lines) + "\n"


def test_there_is_nothing_to_warn_of_in_the_sound_scenario() -> None:
    assert warnings(SOUND) == []


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(("old", "new", "name"), NUMBERS, ids=[name for *_, name in NUMBERS])
def test_a_number_without_reason_and_source(old: str, new: str, name: str) -> None:
    assert f"{name}: {UNEXPLAINED}" in warnings(edited(old, new))


@pytest.mark.parametrize(("text", "name"), MORE_NUMBERS, ids=[name for _, name in MORE_NUMBERS])
def test_a_number_of_another_section_without_reason_and_source(text: str, name: str) -> None:
    (found,) = warnings(added(text))
    assert found.endswith(f": {name}: {UNEXPLAINED}")


def test_signals_have_two_numbers() -> None:
    text = '[signals.noise]\nabout = "shout"\ndetection = 0.9\nfalse_alarm = 0.1'
    assert [line.split(": ")[1] for line in warnings(added(text))] == [
        "signals.noise.detection",
        "signals.noise.false_alarm",
    ]


def test_what_the_format_supplies_needs_no_reason() -> None:
    text = edited('talks.rounds = { value = 5, source = "talk" }\n', "")
    text = text.replace("options.deal.parties", "options.deal.stays = true\noptions.deal.parties")
    text = text.replace('sources.talk.cite = "A talk with both sides"\n', "")
    scenario = loads(text)
    assert {"talks.rounds", "state.deal_in_force.start", "parties.ann.discount"} <= set(
        scenario.numbers
    )
    assert scenario.warnings == ()


def test_a_range_without_its_value() -> None:
    assert warnings(edited("range = [0, 2]", "range = [2, 3]")) == [
        "12: state.heat.start.range: [2, 3] does not contain the value 1"
    ]


# ---------------------------------------------------------------- what nothing mentions


def test_an_option_that_matters_to_nobody() -> None:
    text = edited("options.leave", 'options.idle.parties = ["bob"]\noptions.leave')
    expected = "no payoff, end, change, condition or preference mentions it; expected one that does"
    assert warnings(text) == [f"8: options.idle: {expected}"]


@pytest.mark.parametrize(
    "use",
    [
        '[payoffs.bob.idle]\nwhen = "idle"\nvalue = 1\nwhy = "x"',
        '[payoffs.bob.said]\nwhen = \'bob.idle == "yes"\'\nvalue = 1\nwhy = "x"',
        '[options.deal.conditions.ann]\nwhen = "idle"',
        '[changes.cools]\nwhen = "idle"\nadd = { heat = -1 }',
        '[ends.bored]\nkind = "breakdown"\nwhen = "idle"',
        '[preferences.eve]\nstatements = ["not idle"]',
    ],
    ids=["payoff", "stance", "condition", "change", "end", "preference"],
)
def test_an_option_that_something_mentions(use: str) -> None:
    text = edited("options.leave", 'options.idle.parties = ["bob"]\noptions.leave')
    assert warnings(f"{text}{use}\n") == []


def test_an_option_that_only_a_rule_or_a_cost_mentions_matters_to_nobody() -> None:
    text = edited("options.leave", 'options.idle.parties = ["bob"]\noptions.leave')
    text += '[rules]\nx = "not (idle and shout)"\n' if "rules.no" not in text else ""
    text += '[costs.idling]\nwhen = "idle"\nvalue = 1\nwhy = "x"\n'
    assert [line.split(": ")[1] for line in warnings(text)] == ["options.idle"]


def test_an_option_whose_rounds_in_force_matter() -> None:
    stays = 'options.calm = { parties = ["bob"], stays = true, expires = 3 }\noptions.leave'
    text = edited("options.leave", stays)
    assert [line.split(": ")[1] for line in warnings(text)] == ["options.calm"]
    assert warnings(f'{text}[payoffs.bob.x]\nper = "calm_in_force"\nvalue = 1\nwhy = "x"\n') == []


def test_parameters_variables_and_sources_that_nothing_refers_to() -> None:
    text = edited(
        "parameters.speed", 'parameters.idle = { value = 1, why = "x" }\nparameters.speed'
    )
    text = text.replace("sources.talk", 'sources.rumour.cite = "Rumour"\nsources.talk')
    text = text.replace('per = "heat"\n', "")
    unread = "no expression mentions it; expected one that does"
    assert warnings(text) == [
        "3: sources.rumour: no number cites it; expected one that does",
        f"13: state.heat: {unread}",
        f"14: parameters.idle: {unread}",
    ]


def test_what_a_cost_or_a_strategy_reads_is_read() -> None:
    text = edited(
        "parameters.speed", 'parameters.much = { value = 1, why = "x" }\nparameters.speed'
    )
    text = text.replace('per = "heat"\n', "")
    text += '[strategies.bob.x]\nrules = [{ when = "heat > much", play = { } }, { play = { } }]\n'
    assert warnings(text) == []
    costly = '[costs.x]\nper = "heat * much"\nvalue = 1\nwhy = "x"\n'
    assert warnings(text.split("[strategies")[0] + costly) == []


def test_a_signal_that_tells_nothing() -> None:
    rate = '{ value = 0.3, why = "x" }'
    text = f'[signals.noise]\nabout = "shout"\ndetection = {rate}\nfalse_alarm = {rate}'
    assert warnings(added(text)) == [
        "37: signals.noise: rings as often, 0.3, whether shout is in effect or not; expected a "
        "detection above false_alarm"
    ]


# ---------------------------------------------------------------- what cannot move


def test_a_state_variable_that_cannot_change() -> None:
    line = 'state.still = { levels = 3, start = { value = 1, why = "x" } }\nstate.heat'
    text = edited("state.heat", line) + '[costs.x]\nper = "still"\nvalue = 1\nwhy = "x"\n'
    assert warnings(text) == [
        "12: state.still: cannot change: no change adds to it; expected one that does, or a "
        "parameter in its place"
    ]
    assert warnings(text.replace("value = 1, why", "value = 1, range = [0, 2], why", 1)) == []
    claim = '[claims.x]\nsays = "x"\nmeasure = "value.ann"\nequals = 1\nstate = { still = 2 }\n'
    assert warnings(text + claim) == []


@pytest.mark.parametrize(
    ("start", "step", "words"),
    [
        (3, 1, "it starts at its highest value and changes only raise it"),
        (0, -1, "it starts at 0 and changes only lower it"),
        (0, 1, ""),
        (3, -2, ""),
    ],
)
def test_a_state_variable_at_its_edge(start: int, step: int, words: str) -> None:
    text = edited("{ value = 1, range = [0, 2]", f"{{ value = {start}")
    found = warnings(text.replace("heat = 1 }", f"heat = {step} }}"))
    assert found == ([f"12: state.heat: cannot change: {words}"] if words else [])


def test_the_rule_that_leaves_a_party_one_move() -> None:
    text = edited(
        "talks.rounds", 'rules.never = "not leave"\nrules.not_deal = "not deal"\ntalks.rounds'
    )
    assert warnings(text) == [
        "12: rules.not_deal: leaves ann one move; expected rules that leave a choice"
    ]
    text = edited("talks.rounds", 'rules.never = "not leave"\ntalks.rounds')
    assert warnings(text) == []


# ---------------------------------------------------------------- what payoffs say


def test_a_payoff_that_leaves_the_others_no_say() -> None:
    text = edited('at = "signed"\nvalue = 2', 'at = "signed"\nvalue = 3000')
    assert warnings(text) == [
        "25: payoffs.ann.peace: pays up to 3000, and no other payoff of ann more than 3 "
        "(payoffs.ann.heat); expected payoffs within three orders of magnitude"
    ]
    assert warnings(text.replace("3000", "2999")) == []


def test_how_large_a_payoff_gets_counts_what_multiplies_it() -> None:
    text = edited('value = -1\nper = "heat"', 'value = -1\nper = "heat * 10 / (1 + deal)"')
    assert warnings(text.replace("value = 2", "value = 29_000")) == []
    assert len(warnings(text.replace("value = 2", "value = 30_000"))) == 1
    guarded = edited('per = "heat"', 'when = "heat < 2"\nper = "heat"')
    assert len(warnings(guarded.replace("value = 2", "value = 1000"))) == 1


def test_payoffs_of_nought_do_not_count() -> None:
    text = added('[payoffs.eve.a]\nvalue = 1e6\nwhy = "x"', '[payoffs.eve.b]\nvalue = 0\nwhy = "x"')
    assert warnings(text) == []


def test_a_joint_option_that_none_of_its_parties_wants() -> None:
    text = edited("value = 2", "value = -2").replace("value = 1\n", "value = -1\n")
    text = text.replace('value = -1\nper = "heat"', 'value = 1\nper = "heat"')
    message = "none of ann, bob has a payoff that rises with it; expected one of them to want it"
    assert warnings(text) == [f"7: options.deal: {message}"]
    flow = '[payoffs.bob.flow]\nwhen = "deal"\nvalue = 0.1\nwhy = "x"\n'
    assert warnings(text + flow) == []
    assert warnings(text + flow.replace("bob", "eve")) == [f"7: options.deal: {message}"]
    assert warnings(text + flow.replace("0.1", "-0.1").replace('"deal"', '"not deal"')) == []


def test_a_joint_option_that_spares_a_party_something_is_wanted() -> None:
    text = edited("value = 2", "value = -2").replace("value = 1\n", "value = -1\n")
    assert warnings(text) == []


@pytest.mark.parametrize(("more", "judged"), [("", True), (" + heat", False)])
def test_a_term_over_very_many_points_is_not_judged(more: str, judged: bool) -> None:
    names = [f"v{number}" for number in range(5)]
    text = "".join(
        f'[state.{name}]\nlevels = 6\nstart = {{ value = 1, range = [0, 2], why = "x" }}\n'
        for name in names
    )
    text += f'[payoffs.ann.huge]\nvalue = 1e9\nper = "{" + ".join(names)}{more}"\nwhy = "x"\n'
    found = [line for line in warnings(SOUND + text) if "orders of magnitude" in line]
    assert bool(found) == judged


def test_warnings_of_a_variant_name_the_file_where_they_arise(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(SOUND.replace("value = 2", "value = 3000"))
    (tmp_path / "variant.toml").write_text(
        'extends = "base.toml"\ntitle = "More"\n[payoffs.bob]\nmore = { value = 1 }\n'
    )
    found = load(tmp_path / "variant.toml").warnings
    assert [line.removeprefix(f"{tmp_path}/").split(": ")[:2] for line in found] == [
        ["base.toml:25", "payoffs.ann.peace"],
        ["variant.toml:4", "payoffs.bob.more"],
    ]


def test_a_source_that_is_later_than_the_scenario() -> None:
    dated = f"as_of = 2025-03-19\n{SOUND}[sources.late]\ncite = 'L'\ndate = 2025-03-%d\n"
    late = dated + "[parameters.p]\nvalue = 1\nsource = 'late'\n"
    message = "sources.late.date: 2025-03-20 is later than as_of, 2025-03-19"
    assert any(message in line for line in warnings(late % 20))
    assert not any("later than" in line for line in warnings(late % 19))
