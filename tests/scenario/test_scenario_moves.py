"""Moves are the combinations of stances that satisfy the rules."""

from itertools import product
from types import MappingProxyType

import pytest

from negsim.scenario.load import loads
from negsim.scenario.model import Scenario
from negsim.scenario.moves import Move, moves

SAYS = ("no", "yes", "if")


@pytest.fixture
def scenario(base: str) -> Scenario:
    return loads(base)


def labels(scenario: Scenario, party: str) -> list[str]:
    return [move.label for move in moves(scenario)[party]]


def test_moves_are_listed_in_order_within_the_rules(scenario: Scenario) -> None:
    assert list(moves(scenario)) == ["north", "south", "broker"]
    assert labels(scenario, "north") == ["no", "yes", "if"]
    assert labels(scenario, "broker") == ["no", "yes"]
    assert labels(scenario, "south") == ["no / no", "no / yes", "yes / no"]


def test_a_rule_binds_only_those_who_control_all_its_options(scenario: Scenario) -> None:
    """North has a say on the truce alone, so the rule about truce and leaving is not its own."""
    assert len(labels(scenario, "north")) == 3


def test_if_counts_as_yes_in_rules(base: str) -> None:
    text = base.replace(
        'conditions.north.when = "embargo and gain > 1"',
        'conditions.north.when = "embargo"\nconditions.south.when = "embargo"',
    )
    assert labels(loads(text), "south") == ["no / no", "no / yes", "yes / no", "if / no"]


def test_a_party_without_options_has_one_move(base: str) -> None:
    text = base.replace("[parties.broker]", "[parties.witness]\n[parties.broker]")
    (move,) = moves(loads(text))["witness"]
    assert dict(move.stances) == {}
    assert move.label == move.text(loads(text)) == "no options"


def test_moves_agree_with_a_count_by_hand() -> None:
    """Three options, one with a condition: a implies b, and b or c."""
    text = (
        'format = 1\ntitle = "t"\n[parties.p]\n[options]\na.parties = "p"\nb.parties = "p"\n'
        'c = { parties = "p", conditions.p.when = "a" }\n'
        '[rules]\none = "a implies b"\ntwo = "b or c"\n'
    )
    expected = [
        f"{a} / {b} / {c}"
        for a, b, c in product(SAYS[:2], SAYS[:2], SAYS)
        if (a == "no" or b != "no") and (b != "no" or c != "no")
    ]
    assert labels(loads(text), "p") == expected
    assert len(expected) == 8


def test_a_move_in_words(scenario: Scenario) -> None:
    move = moves(scenario)["south"][1]
    assert move.text(scenario) == "Truce: no, Leave: yes"
    assert dict(move.stances) == {"truce": "no", "leave": "yes"}


def test_moves_are_values(scenario: Scenario) -> None:
    first, second = moves(scenario)["south"], moves(scenario)["south"]
    assert first == second
    assert len({*first, *second}) == 3
    assert Move({"truce": "no"}) != Move({"leave": "no"})
    assert isinstance(first[0].stances, MappingProxyType)
