"""Every edit of a scenario shows as a difference, and only then."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from negsim.errors import ScenarioError
from negsim.questions.compare import Found, compare, consequence, described, differences
from negsim.scenario.load import load, loads

FULL = """\
format = 1
title = "All of it"
summary = "Text"
as_of = 2025-03-19
[sources.press]
cite = "The press"
coder = "A"
[parties.ann]
discount = { value = 0.90, range = [0.8, 0.95], why = "haste", source = "press" }
reservation = "status_quo"
[parties.bob]
role = "guarantor"
[options.truce]
parties = ["ann", "bob"]
levels = ["short", "long"]
conditions.ann.when = "halt"
[options.halt]
parties = ["bob"]
presses = "ann"
[options.pact]
parties = ["ann", "bob"]
stays = true
leave = "all"
expires = 4
[rules]
one = "not (truce and pact)"
[talks]
round = "day"
rounds = 3
order = ["ann", "bob"]
[state.heat]
levels = 3
start = 1
[parameters.speed]
value = 0.5
[changes.cools]
when = "truce"
add = { heat = -1 }
chance = "speed"
[changes.warms]
add = { heat = 1 }
chance = 0.25
[ends.signed]
kind = "agreement"
when = "truce == long"
arrives = "next_round"
[ends.left]
kind = "exit"
by = "bob"
when = "halt and heat == 2"
[payoffs.ann.peace]
at = "signed"
value = 3
per = "1 + heat"
[payoffs.bob.pact]
when = "pact"
value = 1
[costs.harm]
when = "not truce"
value = 1
[types.bob.hawk]
prior = 0.5
set = { "payoffs.bob.pact" = -1 }
[signals.siren]
about = "halt"
detection = 0.9
false_alarm = 0.2
[strategies.ann.wait]
rules = [{ when = "heat > 1", play = { truce = "short" } }, { play = { pact = "yes" } }]
[preferences.bob]
ranking = ["pact", ["truce", "halt"]]
[mirror]
parties = ["ann", "bob"]
reflect = ["heat"]
[channels.drift]
off = { "parameters.speed" = 0 }
[levers.speed]
sets = "parameters.speed"
range = [0, 1]
"""
EDITS = (
    ("2025-03-19", "2025-03-20", "as_of"),
    ('coder = "A"', 'coder = "B"', "sources.press"),
    ("value = 0.90", "value = 0.91", "parties.ann.discount"),
    ("[0.8, 0.95]", "[0.8, 0.94]", "parties.ann.discount.range"),
    ('why = "haste"', 'why = "hurry"', "parties.ann.discount.why"),
    ('why = "haste", source = "press"', 'why = "haste"', "parties.ann.discount.source"),
    ('reservation = "status_quo"', "", "parties.ann.reservation"),
    ('role = "guarantor"', 'role = "mediator"', "parties.bob.role"),
    ('"short", "long"', '"brief", "short", "long"', "options.truce.levels"),
    ('when = "halt"', 'when = "heat > 1"', "options.truce.conditions.ann"),
    ('presses = "ann"', 'presses = "bob"', "options.halt.presses"),
    ('leave = "all"', 'leave = "any"', "options.pact.stays"),
    ("truce and pact", "truce and halt", "rules.one"),
    ('round = "day"', 'round = "hour"', "talks.round"),
    ("rounds = 3", "rounds = 4", "talks.rounds"),
    ('["ann", "bob"]\n[state', '["bob"]\n[state', "talks.order"),
    ("levels = 3", "levels = 4", "state.heat.levels"),
    ("start = 1", "start = 0", "state.heat.start"),
    ("value = 0.5\n", "value = 0.6\n", "parameters.speed"),
    ("heat = -1", "heat = -2", "changes.cools.add"),
    ('chance = "speed"', 'chance = "speed / 2"', "changes.cools.chance"),
    ("chance = 0.25", "chance = 0.26", "changes.warms.chance"),
    ('kind = "agreement"', 'kind = "breakdown"', "ends.signed.kind"),
    ('arrives = "next_round"\n', "", "ends.signed.arrives"),
    ("truce == long", "truce >= short", "ends.signed.when"),
    ("1 + heat", "2 + heat", "payoffs.ann.peace.per"),
    ('at = "signed"', 'at = ["signed", "left"]', "payoffs.ann.peace.at"),
    ('when = "not truce"', 'when = "not pact"', "costs.harm.when"),
    ("prior = 0.5", "prior = 0.4", "types.bob.hawk.prior"),
    ('"payoffs.bob.pact" = -1', '"payoffs.bob.pact" = -2', "types.bob.hawk.set"),
    ("detection = 0.9", "detection = 0.8", "signals.siren.detection"),
    ('"heat > 1"', '"heat > 0"', "strategies.ann.wait"),
    ('["truce", "halt"]', '"truce", "halt"', "preferences.bob"),
    ('reflect = ["heat"]', "reflect = ['pact_in_force']", None),
    ('"parameters.speed" = 0 }', '"payoffs.bob.pact" = 0 }', "channels.drift.off"),
    ("range = [0, 1]", "range = [0, 0.9]", "levers.speed.sets"),
)


@pytest.mark.parametrize(("old", "new", "name"), EDITS, ids=[new for _, new, _ in EDITS])
def test_every_edit_is_one_difference(old: str, new: str, name: str | None) -> None:
    assert FULL.count(old) >= 1
    edited = FULL.replace(old, new, 1)
    if name is None:
        with pytest.raises(ScenarioError):
            loads(edited)
        return
    found = differences(loads(FULL), loads(edited))
    assert [each.name for each in found] == [name]
    assert found[0].left != found[0].right


def test_a_way_of_writing_is_no_difference() -> None:
    edited = FULL.replace("0.90", "0.9").replace("\n[", "\n\n# a note\n[")
    assert differences(loads(FULL), loads(edited)) == ()


def test_what_only_one_has_is_one_difference() -> None:
    more = FULL + '[payoffs.bob.extra]\nwhen = "halt"\nvalue = 2\nwhy = "x"\n'
    (found,) = differences(loads(FULL), loads(more))
    assert (found.name, found.left) == ("payoffs.bob.extra", None)
    assert found.right == "label = Extra; when = halt; value = 2; why = x"
    (other,) = differences(loads(more), loads(FULL))
    assert (other.left, other.right) == (found.right, None)


def test_claims_are_not_compared() -> None:
    text = '[claims.x]\nsays = "x"\nmeasure = "value.ann"\nequals = 1\n'
    assert differences(loads(FULL), loads(FULL + text)) == ()


def test_everything_that_is_said_is_described() -> None:
    said = described(loads(FULL))
    tables = {".".join(name.split(".")[:2]) for name in said}
    for name in ("ends.left", "costs.harm", "options.pact", "mirror.reflect", "signals.siren"):
        assert name in tables
    assert all(said.values())


@pytest.mark.parametrize(
    ("left", "right", "changes"),
    [
        (1.0, 1.0 + 1e-12, False),
        (1.0, 1.001, True),
        (1e9, 1e9 + 1e-3, False),
        (math.nan, math.nan, False),
        (math.inf, math.inf, False),
        (math.inf, 1.0, True),
        ("settle", "stalling", True),
        (("a", "b"), ("a", "b"), False),
        (None, 1.0, True),
    ],
)
def test_what_counts_as_a_change(left: Found, right: Found, changes: bool) -> None:
    assert consequence("x", left, right).changes is changes


def test_the_worked_case_without_a_moving_front() -> None:
    path = Path(__file__).parents[2] / "scenarios" / "textbook" / "drift.toml"
    scenario = load(path)
    still = scenario.set({"parameters.drift": 0})
    found = compare(scenario, still)
    assert [each.name for each in found.differences] == ["parameters.drift"]
    sides = {each.about: (each.left, each.right) for each in found.conclusions}
    assert sides["label of staller at the start"] == ("stalling", "settle")
    assert sides["outcome of round 1"] == (("Nothing in effect",), ("Settle",))
    assert sides["expected last round"][1] == 1
    assert sides["chance of the end settled"][1] == 1
    assert sides["value of delay, frozen of staller"][0] == pytest.approx(-0.01096)


def test_parties_of_one_scenario_only() -> None:
    one = loads('format=1\ntitle="x"\nparties.ann={}\noptions.o.parties="ann"')
    other = loads('format=1\ntitle="x"\nparties.eve={}\noptions.o.parties="eve"')
    sides = {each.about: each for each in compare(one, other).conclusions}
    assert sides["expected payoff of ann"].right is None
    assert sides["expected payoff of eve"].left is None
    assert sides["expected payoff of eve"].changes
