"""Channels that a scenario does not declare are derived from it, or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import negsim
from negsim.analysis.delay.channels import derived, numbers_that_stop, origin, with_channels
from negsim.analysis.delay.stalling import LABELS, stalling
from negsim.dynamics.build import compile_scenario
from negsim.scenario.load import load, loads
from negsim.scenario.model import Scenario

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
DECLARING = [
    file
    for file in sorted(SCENARIOS.rglob("*.toml"))
    if load(file).channels and any(end.kind == "agreement" for end in load(file).ends)
]

BASE = """
format = 1
title = "A share that moves, a truce that pays"
parties.ann.discount = 0.95
parties.bob.discount = 0.95
options.deal.parties = ["ann", "bob"]
options.truce.parties = ["ann", "bob"]
rules.one = "deal + truce <= 1"
talks.rounds = 4
talks.order = ["ann", "bob"]
state.share = {{ levels = 5, start = 1 }}
state.weather = {{ levels = 2, start = 0 }}
parameters.speed = 0.5
parameters.calm = 0.2
changes.moves = {{ when = "not deal", add = {{ share = 1 }}, chance = {chance} }}
changes.rains = {{ add = {{ weather = 1 }}, chance = "calm" }}
ends.signed = {{ kind = "agreement", when = "deal" }}
payoffs.ann.share = {{ at = "signed", value = 1, per = "share / 4" }}
payoffs.bob.share = {{ at = "signed", value = 1, per = "1 - share / 4" }}
payoffs.ann.standing = {{ when = "not deal", value = 0.02 }}
payoffs.ann.relief = {{ when = "truce", value = 0.03 }}
payoffs.ann.cost = {{ when = "not deal", value = -0.01 }}
payoffs.bob.cost = {{ when = "not deal", value = -0.05 }}
payoffs.bob.always = {{ value = 0.01 }}
{more}
"""


def scenario(chance: str = '"speed"', more: str = "") -> Scenario:
    return loads(BASE.format(chance=chance, more=more))


def found(given: Scenario) -> dict[tuple[str, str], set[str]]:
    return {(each.name, each.party): set(each.off) for each in derived(compile_scenario(given))}


def test_drift_cover_and_truce_benefit_are_found() -> None:
    assert found(scenario()) == {
        ("drift", ""): {"parameters.speed"},
        ("cover", "ann"): {"payoffs.ann.standing"},
        ("truce_benefit", "ann"): {"payoffs.ann.relief"},
    }


@pytest.mark.parametrize(
    ("chance", "numbers"),
    [
        ("0.5", {"changes.moves.chance"}),
        ('"speed * (1 - calm / 2)"', {"parameters.speed"}),
        ('"speed + wind"', {"parameters.speed", "parameters.wind"}),
        ('"max(speed - 0.6, 0) + 0.1 * speed"', {"parameters.speed"}),
    ],
)
def test_a_chance_is_stopped_by_its_number_or_by_parameters(chance: str, numbers: set[str]) -> None:
    given = scenario(chance, "parameters.wind = 0.1")
    assert found(given)[("drift", "")] == numbers


@pytest.mark.parametrize(
    ("chance", "more"),
    [
        ('"0.5 + 0.1 * speed"', ""),
        ('"speed"', "payoffs.bob.haste = { value = 0.01, per = 'speed' }"),
        ('"speed"', "changes.other = { add = { weather = -1 }, chance = 'speed' }"),
    ],
)
def test_nothing_is_derived_where_a_change_cannot_be_stopped_alone(chance: str, more: str) -> None:
    given = scenario(chance, more)
    compiled = compile_scenario(given)
    assert numbers_that_stop(compiled, given.changes[0]) == ()
    assert derived(compiled) == ()
    assert origin(with_channels(given)) == "none"
    assert LABELS[stalling(with_channels(given)).start_labels[0, 0]] == "delay_untested"


def test_a_change_that_never_happens_is_no_drift() -> None:
    assert ("drift", "") not in found(scenario("0"))
    assert ("drift", "") not in found(scenario().set({"parameters.speed": 0}))


def test_without_an_agreement_there_is_nothing_to_delay() -> None:
    text = BASE.format(chance='"speed"', more="").replace(
        'kind = "agreement"', 'kind = "breakdown"'
    )
    assert derived(compile_scenario(loads(text))) == ()


def test_declared_channels_are_kept_as_they_are() -> None:
    more = 'channels.only = { off = { "payoffs.ann.standing" = 0 } }'
    given = scenario(more=more)
    assert with_channels(given) is given
    assert origin(given) == "declared"
    assert origin(with_channels(scenario())) == "derived"
    assert origin(scenario()) == "none"


def test_derived_channels_turn_an_untested_label_into_a_tested_one() -> None:
    given = scenario()
    assert LABELS[stalling(given).start_labels[0, 0]] == "delay_untested"
    assert LABELS[stalling(with_channels(given)).start_labels[0, 0]] == "stalling"


@pytest.mark.parametrize("file", DECLARING, ids=lambda file: file.stem)
def test_what_is_derived_gives_the_labels_of_what_is_declared(file: Path) -> None:
    """Not a law, but so in every scenario shipped: the derivation finds what authors mean."""
    given = load(file)
    stripped = with_channels(replace(given, channels=()))
    if origin(stripped) == "none":
        assert file.stem == "iran_2014"
        return
    expected, labels = (stalling(each).start_labels for each in (given, stripped))
    assert labels.tolist() == expected.tolist()
