"""The one-shot game: which outcomes are stable, efficient, a bargain, and who blocks them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.stalling import stalling
from negsim.analysis.outcomes.outcomes import OneShot, Outcome, one_shot_answer, security_levels
from negsim.dynamics.build import compile_scenario
from negsim.scenario.load import load, loads
from negsim.theory.normal_form.game import NormalFormGame

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
BARGAIN = """
format = 1
title = "Three packages and a broker"
parties.ann = {}
parties.bob = {}
parties.cat = { role = "mediator" }
options.north.parties = ["ann", "bob"]
options.south.parties = ["ann", "bob"]
options.press.parties = ["cat"]
rules.one = "not (north and south)"
talks.rounds = 5
state.gauge = { levels = 3, start = 1 }
ends.signed = { kind = "agreement", when = "north or south" }
payoffs.ann.flow = { value = 1, when = "not press" }
payoffs.ann.north = { at = "signed", when = "north", value = 4 }
payoffs.ann.south = { at = "signed", when = "south", value = 2 }
payoffs.bob.north = { at = "signed", when = "north", value = -1 }
payoffs.bob.south = { at = "signed", when = "south", value = 2, per = "gauge" }
payoffs.cat.press = { when = "press", value = -1 }
payoffs.cat.deal = { at = "signed", value = 3 }
"""


def answer(text: str) -> OneShot:
    compiled = compile_scenario(loads(text))
    return one_shot_answer(compiled, compiled.talks())


def named(found: OneShot) -> dict[str, Outcome]:
    return {row.text: row for row in found.outcomes}


def test_outcomes_are_those_of_the_last_round_at_the_start() -> None:
    rows = named(answer(BARGAIN))
    assert {text: row.payoffs.tolist() for text, row in rows.items()} == {
        "Nothing in effect": [1, 0, 0],
        "North": [5, -1, 3],
        "South": [3, 2, 3],
        "Press": [0, 0, -1],
        "North + Press": [4, -1, 2],
        "South + Press": [2, 2, 2],
    }
    assert [row.payoffs[0] for row in answer(BARGAIN).outcomes] == [5, 4, 3, 2, 1, 0]


def test_who_prefers_the_status_quo_blocks_what_it_must_consent_to() -> None:
    found = answer(BARGAIN)
    assert found.status_quo.tolist() == [1, 0, 0]
    assert found.status_quo_rule == "nothing in effect"
    rows = named(found)
    assert rows["North"].blockers == ("Bob",)
    assert rows["South"].blockers == ()
    assert rows["Press"].blockers == ("Cat",)
    assert rows["North + Press"].blockers == ("Bob",)


def test_which_outcomes_are_stable_efficient_and_a_bargain() -> None:
    rows = named(answer(BARGAIN))
    assert {text for text, row in rows.items() if row.efficient} == {"North", "South"}
    assert {text for text, row in rows.items() if row.bargaining} == {"South"}
    assert {text for text, row in rows.items() if row.equilibrium} == {"South", "Nothing in effect"}


def test_the_mediator_keeps_to_its_move_in_the_best_equilibrium() -> None:
    found = answer(BARGAIN)
    assert found.fixed == ("Cat: Press: no",)
    assert found.two_party is not None
    assert found.two_party.game.players == ("Ann", "Bob")
    assert found.two_party.game.payoffs.shape == (2, 3, 3)


def test_without_a_quiet_outcome_the_status_quo_is_what_each_can_make_sure_of() -> None:
    text = BARGAIN + 'rules.cat_must = "press"'
    found = answer(text)
    assert found.status_quo_rule == "security levels in pure moves"
    assert found.status_quo.tolist() == [0, 0, -1]


def test_security_levels_are_pure_maximin() -> None:
    pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert security_levels(pennies).tolist() == [-1, -1]
    game = NormalFormGame(np.arange(24.0).reshape(2, 3, 4))
    assert security_levels(game).tolist() == [8, 15]


@pytest.mark.parametrize(
    ("name", "stable"),
    [
        ("prisoners_dilemma", {"Nothing in effect"}),
        ("chicken", {"Row yields", "Column yields"}),
    ],
)
def test_textbook_equilibria(name: str, stable: set[str]) -> None:
    compiled = compile_scenario(load(SCENARIOS / "textbook" / f"{name}.toml"))
    found = one_shot_answer(compiled, compiled.talks())
    assert {row.text for row in found.outcomes if row.equilibrium} == stable
    assert len(found.pure.equilibria) == len(stable)
    if name == "chicken":
        assert found.two_party is not None
        mixed = [each.profile for each in found.two_party.equilibria if each.profile[0].max() < 1]
        assert np.allclose(mixed, [[[0.5, 0.5], [0.5, 0.5]]])


def test_each_outcome_of_the_worked_case_is_judged_by_its_payoffs() -> None:
    compiled = compile_scenario(load(SCENARIOS / "march_2025.toml"))
    found = one_shot_answer(compiled, compiled.talks())
    payoffs = np.array([row.payoffs for row in found.outcomes])
    for row in found.outcomes:
        better = (payoffs >= row.payoffs).all(axis=1) & (payoffs > row.payoffs).any(axis=1)
        assert row.efficient == (not better.any())
    assert found.game.payoffs.shape == (3, 4, 6, 4)
    assert sum(row.bargaining for row in found.outcomes) >= 1
    best = max(
        (row for row in found.outcomes if (row.payoffs >= found.status_quo).all()),
        key=lambda row: float(np.prod(row.payoffs - found.status_quo)),
    )
    assert best.bargaining


RESERVED = """
format = 1
title = "A reservation above the status quo"
parties.a.reservation = 0
parties.b.reservation = { value = 3 }
options.small.parties = ["a", "b"]
options.large.parties = ["a", "b"]
rules.one = "not (small and large)"
talks.rounds = 1
ends.signed = { kind = "agreement", when = "small or large" }
payoffs.a.small = { at = "signed", when = "small", value = 5 }
payoffs.a.large = { at = "signed", when = "large", value = 1 }
payoffs.b.small = { at = "signed", when = "small", value = 2 }
payoffs.b.large = { at = "signed", when = "large", value = 4 }
"""


def reserved_rows(text: str) -> dict[str, tuple[bool, tuple[str, ...]]]:
    compiled = compile_scenario(loads(text))
    answer = one_shot_answer(compiled, compiled.talks())
    shots = stalling(compiled.scenario).one_shots
    assert shots.status_quo[0].tolist() == answer.status_quo.tolist()
    return {row.text: (row.bargaining, row.blockers) for row in answer.outcomes}


def test_a_reservation_is_what_blocks_and_what_is_bargained_from() -> None:
    found = reserved_rows(RESERVED)
    assert found["Large"] == (True, ())
    assert found["Small"] == (False, ("B",))


def test_a_party_with_an_exit_does_not_fall_back_on_its_reservation() -> None:
    leaves = """
options.leave.parties = ["b"]
rules.go = "leave implies not (small or large)"
ends.left = { kind = "exit", by = "b", when = "leave" }
"""
    assert reserved_rows(RESERVED + leaves)["Small"] == (True, ())


def test_a_reservation_may_be_a_plain_number() -> None:
    plain = loads(RESERVED.replace("{ value = 3 }", "3"))
    assert plain.value("parties.b.reservation") == 3
    assert reserved_rows(RESERVED.replace("{ value = 3 }", "3")) == reserved_rows(RESERVED)
    assert plain.set({"parties.b.reservation": 1}).value("parties.b.reservation") == 1
