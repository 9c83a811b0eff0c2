"""The predicted path: exact chances of states, outcomes, ends and costs, round by round."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.dynamics.build import compile_scenario, talks
from negsim.dynamics.path import Path as TalksPath
from negsim.dynamics.path import path
from negsim.scenario.load import load, loads
from negsim.theory.stochastic.backward_induction import backward_induction
from negsim.theory.stochastic.plan import Plan

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"


def plan_of(text: str) -> Plan:
    return backward_induction(talks(loads(text)))


def adds_up(found: TalksPath) -> bool:
    """Tell whether in each round the talks are played, or have ended, for certain."""
    ended = found.ends.sum(axis=2).cumsum(axis=1)
    before = np.concatenate([np.zeros((len(ended), 1)), ended[:, :-1]], axis=1)
    played = found.reached.sum(axis=2)
    return np.allclose(played + before, 1) and np.allclose(found.events.sum(axis=2), played)


@pytest.mark.parametrize("name", ["textbook/drift", "textbook/three_party_talks", "march_2025"])
def test_chances_add_up_in_every_round_and_the_talks_end(name: str) -> None:
    found = path(backward_induction(talks(load(SCENARIOS / f"{name}.toml"))))
    assert adds_up(found)
    assert found.ends.sum() == pytest.approx(1)


def test_the_drift_path_is_a_closed_form() -> None:
    plan = backward_induction(talks(load(SCENARIOS / "textbook" / "drift.toml")))
    found = path(plan)
    settled, forced = (plan.game.ends.index(name) for name in ("settled", "forced"))
    expected = 0.02 * 0.98 ** np.arange(22)
    assert found.ends[0, :22, forced] == pytest.approx(expected)
    assert found.ends[0, 22, settled] == pytest.approx(0.98**22)
    assert found.ends[0, 23:].sum() == 0
    assert found.reached[0, 1].max() == pytest.approx(0.98)


def test_a_mixed_round_spreads_over_the_product_of_the_mixed_actions() -> None:
    text = """
        format = 1
        title = "Matching pennies twice"
        parties.ann = {}
        parties.bob = {}
        options.heads.parties = ["ann"]
        options.tails.parties = ["bob"]
        talks.rounds = 2
        payoffs.ann.match = { when = "heads == tails", value = 4 }
        payoffs.bob.differ = { when = "heads != tails", value = 1 }
        payoffs.bob.bonus = { when = "tails", value = 0.5 }
    """
    plan = plan_of(text)
    found = path(plan)
    ann, bob = plan.mixed[0, 1, 0, 0, :2], plan.mixed[0, 1, 0, 0, 2:]
    expected = dict.fromkeys(plan.game.event_of[0].tolist(), 0.0)
    for profile, event in enumerate(plan.game.event_of[0].tolist()):
        expected[event] += ann[profile // 2] * bob[profile % 2]
    assert found.events[0, 0, list(expected)] == pytest.approx(list(expected.values()))
    assert adds_up(found)


COSTS = """
format = 1
title = "What it costs others"
parties.ann.discount = 0.5
parties.bob = {}
options.wait.parties = ["bob"]
options.never.parties = ["ann"]
rules.bob_waits = "wait"
talks.rounds = 3
state.luck = { levels = 2, start = 0 }
changes.ends = { add = { luck = 1 }, chance = 0.25 }
ends.over = { kind = "breakdown", when = "luck == 1" }
costs.harm = { value = 8, when = "wait" }
costs.ann.loss = { value = -1, per = "2 * luck" }
"""


def test_costs_are_expected_undiscounted_round_by_round() -> None:
    found = path(plan_of(COSTS))
    assert found.costs[0, :, 0].tolist() == [8, 6, 4.5]
    assert found.costs[0, :, 1].tolist() == [0, 0, 0]


def test_a_cost_at_an_end_is_counted_when_the_talks_end_so() -> None:
    found = path(plan_of(COSTS + "costs.aftermath = { at = 'over', value = 16, per = 'luck' }"))
    assert found.costs[0, :, 2].tolist() == [4, 3, 2.25]


def test_points_of_a_batch_have_their_own_length_and_start() -> None:
    compiled = compile_scenario(load(SCENARIOS / "textbook" / "drift.toml"))
    columns = {"talks.rounds": [40.0, 3.0], "state.share.start": [0.0, 4.0]}
    found = path(backward_induction(compiled.talks(compiled.points(columns))))
    assert adds_up(path(backward_induction(talks(compiled.scenario.set({"talks.rounds": 3})))))
    assert found.ends[1, :3].sum() == pytest.approx(1)
    assert found.ends[1, 3:].sum() == found.reached[1, 3:].sum() == 0
    assert found.reached[1, 0, compiled.state_index({"share": 4})] == 1
