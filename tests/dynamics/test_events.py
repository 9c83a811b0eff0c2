"""What a profile amounts to: consents, conditions, rules; a line of the format, a test."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pytest

from negsim.dynamics.build import Compiled, compile_scenario
from negsim.dynamics.events import state_grid
from negsim.errors import GameError
from negsim.scenario.load import loads

HEAD = """
format = 1
title = "Two sides and a broker"
parties.north = {}
parties.south = {}
parties.broker = { role = "mediator" }
"""


def compiled(text: str) -> Compiled:
    return compile_scenario(loads(HEAD + text))


def said(found: Compiled) -> list[dict[str, Mapping[str, str]]]:
    """Return the stances of every profile, in the order of the profiles."""
    profiles = itertools.product(*found.moves.values())
    return [
        {party: move.stances for party, move in zip(found.moves, profile, strict=True)}
        for profile in profiles
    ]


def in_effect(found: Compiled, option: str) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return whether an option is in effect, by state and profile."""
    row = found.events.names.index(option)
    return np.asarray(found.events.table[row][found.events.of])


def test_a_joint_option_is_in_effect_while_every_named_party_consents() -> None:
    found = compiled('options.truce.parties = ["north", "south", "broker"]')
    for effect, profile in zip(in_effect(found, "truce")[0], said(found), strict=True):
        assert effect == all(stances["truce"] == "yes" for stances in profile.values())


def test_a_single_option_is_in_effect_when_its_party_says_so() -> None:
    found = compiled('options.aid.parties = ["broker"]')
    for effect, profile in zip(in_effect(found, "aid")[0], said(found), strict=True):
        assert effect == (profile["broker"]["aid"] == "yes")


def test_a_party_without_options_has_one_move() -> None:
    found = compiled('options.aid.parties = ["broker"]')
    assert [len(moves) for moves in found.moves.values()] == [1, 1, 2]


def test_an_if_consents_exactly_when_its_condition_holds_in_the_current_profile() -> None:
    found = compiled("""
        options.truce.parties = ["north", "south"]
        options.aid.parties = ["broker"]
        options.truce.conditions.north.when = "aid and gauge > 1"
        state.gauge = { levels = 3, start = 0 }
    """)
    effects = in_effect(found, "truce")
    for gauge, effect in zip(found.grid[:, 0], effects, strict=True):
        for on, profile in zip(effect, said(found), strict=True):
            met = profile["broker"]["aid"] == "yes" and gauge > 1
            north = {"no": False, "yes": True, "if": met}[profile["north"]["truce"]]
            assert on == (north and profile["south"]["truce"] == "yes")
    assert effects.any()
    assert not effects.all()


def test_two_ifs_may_wait_for_the_same_thing() -> None:
    found = compiled("""
        options.truce.parties = ["north", "south"]
        options.aid.parties = ["broker"]
        options.truce.conditions.north.when = "aid"
        options.truce.conditions.south.when = "not aid"
    """)
    for on, profile in zip(in_effect(found, "truce")[0], said(found), strict=True):
        words = (profile["north"]["truce"], profile["south"]["truce"])
        aid = profile["broker"]["aid"] == "yes"
        assert on == {
            ("yes", "yes"): True,
            ("if", "yes"): aid,
            ("yes", "if"): not aid,
        }.get(words, False)


def test_a_rule_counts_an_if_as_yes() -> None:
    found = compiled("""
        options.truce.parties = ["north", "south"]
        options.raid.parties = ["north"]
        options.aid.parties = ["broker"]
        options.truce.conditions.north.when = "aid"
        rules.no_raid_under_truce = "truce implies not raid"
    """)
    moves = [tuple(move.stances.values()) for move in found.moves["north"]]
    assert moves == [("no", "no"), ("no", "yes"), ("yes", "no"), ("if", "no")]


def test_a_rule_binds_each_party_that_controls_all_that_it_mentions() -> None:
    found = compiled("""
        options.truce.parties = ["north", "south"]
        options.peace.parties = ["north", "south"]
        options.raid.parties = ["north"]
        rules.peace_includes_truce = "peace implies truce"
        rules.no_raid = "truce implies not raid"
    """)
    moves = {name: [tuple(m.stances.values()) for m in own] for name, own in found.moves.items()}
    assert moves["south"] == [("no", "no"), ("yes", "no"), ("yes", "yes")]
    assert moves["north"] == [
        ("no", "no", "no"),
        ("no", "no", "yes"),
        ("yes", "no", "no"),
        ("yes", "yes", "no"),
    ]


def test_a_rule_that_some_outcome_still_breaks_is_an_error_that_shows_the_profile() -> None:
    found = compiled("""
        options.truce.parties = ["north", "south"]
        options.peace.parties = ["north", "south"]
        options.aid.parties = ["broker"]
        options.truce.conditions.north.when = "aid"
        rules.peace_includes_truce = "peace implies truce"
    """)
    with pytest.raises(GameError) as caught:
        found.talks()
    message = str(caught.value)
    assert "rules.peace_includes_truce" in message
    assert "north (if / yes); south (yes / yes); broker (no)" in message


def test_profiles_are_told_apart_by_the_stances_that_somebody_asks_about() -> None:
    text = """
        options.truce.parties = ["north", "south"]
        options.aid.parties = ["broker"]
        options.truce.conditions.north.when = "aid"
    """
    assert compiled(text).events.names == ("truce", "aid")
    asking = compiled(text + "payoffs.north.polite = { when = 'north.truce == \"if\"', value = 1 }")
    assert asking.events.names == ("truce", "aid", 'north.truce == "if"')
    row = asking.events.table[2][asking.events.of][0]
    assert row.tolist() == [profile["north"]["truce"] == "if" for profile in said(asking)]


def test_possible_events_are_those_of_some_profile_in_the_state() -> None:
    found = compiled("""
        options.truce.parties = ["north"]
        options.truce.conditions.north.when = "gauge == 1"
        state.gauge = { levels = 2, start = 0 }
        payoffs.north.polite = { when = 'north.truce == "if"', value = 1 }
    """)
    rows = {tuple(column): place for place, column in enumerate(found.events.table.T.tolist())}
    assert found.events.possible[:, rows[True, True]].tolist() == [False, True]
    assert found.events.possible[:, rows[False, True]].tolist() == [True, False]
    assert found.events.possible[:, rows[True, False]].all()


def test_states_are_numbered_with_the_last_variable_fastest() -> None:
    found = compiled("""
        options.aid.parties = ["broker"]
        state.slow = { levels = 2, start = 1 }
        state.fast = { levels = 3, start = 0 }
    """)
    assert state_grid(found.scenario).tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    assert found.state_index({}) == 3
    assert found.state_index({"fast": 2}) == 5


def test_without_variables_there_is_one_state() -> None:
    assert state_grid(loads(HEAD + 'options.aid.parties = ["broker"]')).shape == (1, 0)
