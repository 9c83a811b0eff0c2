"""Rounds that are time may be cut shorter: what is worth the same stays worth the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import negsim
from negsim.analysis.delay.stalling import Stalling, stalling
from negsim.dynamics.build import Compiled
from negsim.errors import ScenarioError
from negsim.questions.delay.discipline import clock_test
from negsim.questions.delay.round_length import lasting, round_length
from negsim.scenario.load import load, loads

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
FLOWS = """
format = 1
title = "What lasts three rounds of time"
parties.ann = { discount = 0.8 }
parties.bob = { discount = 1 }
options.deal.parties = ["ann", "bob"]
talks = { rounds = 3, clock = true }
state.line = { levels = 2, start = 0 }
changes.moves = { add = { line = 1 }, chance = 0.36 }
ends.signed = { kind = "agreement", when = "deal" }
payoffs.ann.flow = { value = 1 }
payoffs.ann.never = { at = "signed", value = -99 }
payoffs.bob.flow = { value = 2 }
payoffs.bob.never = { at = "signed", value = -99 }
costs.harm = { value = 3 }
"""


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_the_parts_of_a_round_are_worth_the_round(parts: int) -> None:
    compiled = Compiled(loads(FLOWS), parts=parts)
    analysis = Stalling(compiled, compiled.points(), "mediator_best")
    assert analysis.plan.game.rounds.tolist() == [3 * parts]
    assert analysis.value[0] == pytest.approx([1 + 0.8 + 0.64, 6])
    assert analysis.path.costs[0].sum() == pytest.approx(9)
    moved = analysis.path.reached[0, :, 1] if parts == 1 else analysis.path.reached[0, ::parts, 1]
    assert moved[:3] == pytest.approx([0, 0.36, 1 - 0.64**2])


def test_the_worked_case_settles() -> None:
    found = round_length(stalling(load(SCENARIOS / "march_2025.toml")), 0)
    assert found is not None
    assert found.labels == ("stalling",) * 3
    assert found.delays == pytest.approx((1.2386, 1.2505, 1.2962), abs=1e-4)
    assert found.settles


def test_a_value_of_delay_that_grows_with_every_cut_is_narrow() -> None:
    scenario = load(SCENARIOS / "textbook" / "drift.toml")
    assert clock_test(stalling(scenario), 0).holds is None
    scenario = replace(scenario, talks=replace(scenario.talks, clock=True))
    check = clock_test(stalling(scenario), 0)
    assert check.holds is False
    assert "does not settle" in check.text


def test_what_one_more_round_costs_need_not_settle() -> None:
    found = round_length(stalling(load(SCENARIOS / "march_2025_full_only.toml")), 1)
    assert found is not None
    assert max(found.delays) < 0
    assert found.labels == ("settle",) * 3
    assert found.settles


def test_an_option_that_lapses_does_so_after_as_much_time() -> None:
    text = FLOWS.replace(
        'options.deal.parties = ["ann", "bob"]',
        'options.deal.parties = ["ann", "bob"]\n'
        'options.pause = { parties = ["ann", "bob"], stays = true, expires = 3 }',
    )
    whole = lasting(loads(text), 1)
    cut = lasting(loads(text), 4)
    assert [option.stay.expires for option in cut.options if option.stay] == [12]
    assert [v.levels for v in whole.state if v.stays] == [3]
    assert [v.levels for v in cut.state if v.stays] == [12]
    assert round_length(stalling(loads(text)), 0) is not None


def test_whether_rounds_are_time_is_true_or_false() -> None:
    with pytest.raises(ScenarioError, match="clock"):
        loads(FLOWS.replace("clock = true", 'clock = "yes"'))
