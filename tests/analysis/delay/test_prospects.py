"""What settling, talking on and leaving are worth, and the gain that shows a wrong plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.prospects import Prospects, concluded, prospects, taken_back
from negsim.dynamics.build import compile_scenario, talks
from negsim.scenario.load import load, loads
from negsim.theory.stochastic.backward_induction import backward_induction
from negsim.theory.stochastic.limit import limit_of_rounds
from negsim.theory.stochastic.plan import Plan

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
ORDERED = ["textbook/drift", "textbook/three_party_talks", "march_2025"]

TWO_PACKAGES = """
format = 1
title = "Two packages, one of them acceptable"
parties.ann = {}
parties.bob = {}
options.north.parties = ["ann", "bob"]
options.south.parties = ["ann", "bob"]
rules.one = "not (north and south)"
talks = { rounds = 1, order = ["ann", "bob"] }
ends.signed = { kind = "agreement", when = "north or south" }
payoffs.ann.north = { at = "signed", when = "north", value = 9 }
payoffs.ann.south = { at = "signed", when = "south", value = 6 }
payoffs.bob.north = { at = "signed", when = "north", value = 1 }
payoffs.bob.south = { at = "signed", when = "south", value = 4 }
payoffs.ann.fails = { at = "no_agreement", value = 5 }
payoffs.bob.fails = { at = "no_agreement", value = 3 }
"""


def at_start(text: str) -> Prospects:
    return prospects(backward_induction(talks(loads(text))), start_only=True)


def plan_of(name: str) -> Plan:
    return backward_induction(talks(load(SCENARIOS / f"{name}.toml")))


# ---------------------------------------------------------------- settling


def test_settling_is_the_best_package_that_all_others_required_accept() -> None:
    found = at_start(TWO_PACKAGES)
    assert found.settle[0, 0, :, 0].tolist() == [6, 4]
    assert found.talk[0, 0, :, 0].tolist() == [5, 3]
    text = TWO_PACKAGES.replace('"north", value = 1', '"north", value = 3')
    assert at_start(text).settle[0, 0, :, 0].tolist() == [9, 4]


def test_without_an_acceptable_package_settling_is_minus_infinity() -> None:
    found = at_start(
        TWO_PACKAGES.replace('"no_agreement", value = 3', '"no_agreement", value = 4.5')
    )
    assert found.settle[0, 0, :, 0].tolist() == [-np.inf, 4]
    assert found.package[0, 0, :, 0].tolist()[0] == -1


def test_a_party_need_not_accept_a_package_that_asks_nothing_of_it() -> None:
    text = TWO_PACKAGES.replace("parties.bob = {}", "parties.bob = {}\nparties.cat = {}")
    text += "payoffs.cat.south = { at = 'signed', when = 'south', value = -100 }"
    assert at_start(text).settle[0, 0, :, 0].tolist() == [6, 4, -100]


def test_who_must_say_yes_for_an_agreement_is_asked_though_it_says_so_to_another() -> None:
    """THEORY D: B accepts 5/8, so that it says yes now; to 6/8 it would not, though it could."""
    plan = limit_of_rounds(talks(load(SCENARIOS / "textbook" / "rubinstein.toml")))
    found = prospects(plan, start_only=True)
    assert found.settle[0, 0, :, 0] == pytest.approx([5 / 8, 4 / 8, 5 / 8])
    assert found.talk[0, 0, :2, 0] == pytest.approx([0.8 * 4 / 8, 0.75 * 4 / 8])


def test_what_an_option_of_one_party_is_taken_back_to() -> None:
    game = talks(load(SCENARIOS / "textbook" / "rubinstein.toml"))
    found, levels = taken_back(game), game.solo_level
    assert ((found >= 0) == (levels > 0)).all()
    for option, event in np.argwhere(found >= 0):
        without = levels[:, event].copy()
        without[option] = 0
        assert (levels[:, found[option, event]] == without).all()


def test_a_package_that_changes_what_a_third_party_does_alone_needs_it() -> None:
    text = """
        format = 1
        title = "A deal that needs aid, which the donor would not give"
        parties.ann = {}
        parties.bob = {}
        parties.cat = { role = "mediator" }
        options.deal.parties = ["ann", "bob"]
        options.aid.parties = ["cat"]
        talks.order = ["cat", "ann", "bob"]
        talks.rounds = 2
        ends.signed = { kind = "agreement", when = "deal and aid" }
        payoffs.ann.deal = { at = "signed", value = 5 }
        payoffs.bob.deal = { at = "signed", value = 5 }
        payoffs.cat.aid = { when = "aid", value = -1 }
    """
    found = at_start(text)
    assert (found.settle == -np.inf)[0, 0].tolist() == [[True], [True], [False]]
    generous = text + "payoffs.cat.deal = { at = 'signed', value = 1 }"
    assert at_start(generous).settle[0, 0, :, 0].tolist() == [5, 5, 0]


def test_a_package_concludes_for_certain() -> None:
    text = """
        format = 1
        title = "Ratification by chance"
        parties.ann = {}
        parties.bob = {}
        options.deal.parties = ["ann", "bob"]
        talks = { rounds = 1, order = ["ann", "bob"] }
        state.mood = { levels = 3, start = 0 }
        changes.lifts = { add = { mood = 1 }, chance = 0.5 }
        ends.signed = { kind = "agreement", when = "deal and mood >= 1" }
        payoffs.ann.deal = { at = "signed", value = 8 }
        payoffs.bob.deal = { at = "signed", value = 8 }
    """
    found = prospects(backward_induction(talks(loads(text))))
    assert found.settle[0, 0, 0].tolist() == [-np.inf, 8, 8]
    assert found.talk[0, 0, 0].tolist() == [4, 0, 0]
    assert found.concludes[0, 0].tolist() == [0, 1, 1]


# ---------------------------------------------------------------- leaving


def test_leaving_is_the_best_move_that_exits_now() -> None:
    text = (
        TWO_PACKAGES
        + """
        options.quit.parties = ["ann"]
        options.slam.parties = ["ann"]
        rules.alone = "quit + slam + north + south <= 1"
        ends.out = { kind = "exit", by = ["ann"], when = "quit or slam" }
        payoffs.ann.out = { at = "out", value = 2 }
        payoffs.ann.slam = { when = "slam", value = 0.5 }
    """
    )
    found = at_start(text)
    assert found.leave[0, 0, :, 0].tolist() == [2.5, 3]
    assert found.talk[0, 0, :, 0].tolist() == [5, 3]


def test_without_an_exit_leaving_is_what_no_agreement_would_pay_now() -> None:
    text = TWO_PACKAGES.replace("rounds = 1", "rounds = 4")
    text += "payoffs.ann.war = { when = 'true', value = -1 }"
    found = prospects(backward_induction(talks(loads(text))))
    assert found.leave[0, :, 0, 0].tolist() == [4, 4, 4, 4]
    assert found.leave[0, :, 1, 0].tolist() == [3, 3, 3, 3]


def test_talking_leaves_out_moves_that_conclude_and_moves_that_exit() -> None:
    text = (
        TWO_PACKAGES.replace("rounds = 1", "rounds = 2")
        + """
        options.quit.parties = ["bob"]
        rules.alone = "quit implies not north and not south"
        ends.out = { kind = "exit", by = ["bob"], when = "quit" }
        payoffs.bob.out = { at = "out", value = 50 }
    """
    )
    found = prospects(backward_induction(talks(loads(text))))
    assert found.leave[0, 1, 1, 0] == 50
    assert found.talk[0, 1, 1, 0] == 50  # he may quit next round
    assert found.talk[0, 0, 1, 0] == 3
    assert found.settle[0, :, 0, 0].tolist() == [-np.inf, -np.inf]


# ---------------------------------------------------------------- everywhere, and the gain


@pytest.mark.parametrize("name", ORDERED)
def test_start_only_is_the_start_of_everywhere(name: str) -> None:
    plan = plan_of(name)
    here, everywhere = prospects(plan, start_only=True), prospects(plan)
    first, start = plan.game.rounds[0] - 1, plan.game.start[0]
    for field in ("settle", "talk", "leave", "package", "gain"):
        row = getattr(everywhere, field)[:, [first]][..., [start]]
        assert np.array_equal(getattr(here, field), row)
    assert here.concludes[0, 0, 0] == everywhere.concludes[0, first, start]


@pytest.mark.parametrize("name", ORDERED)
def test_nobody_gains_by_one_deviation_in_any_round_and_state(name: str) -> None:
    plan = plan_of(name)
    gain = prospects(plan).gain
    assert (gain <= 1e-9 * np.maximum(1, np.abs(plan.values))).all()


def corrupted(plan: Plan, node: int) -> Plan:
    """Return a plan that does something else at a node of the start's first round."""
    game = plan.game
    where = (0, game.rounds[0] - 1, game.start[0], node)
    choice = plan.choice.copy()
    choice[where] = (choice[where] + 1) % game.num_moves[game.order[0][0]]
    return replace(plan, choice=choice)


@pytest.mark.parametrize("name", ["textbook/drift", "textbook/three_party_talks"])
def test_the_gain_shows_a_plan_with_a_wrong_choice(name: str) -> None:
    plan = plan_of(name)
    wrong = prospects(corrupted(plan, 0), start_only=True)
    mover = plan.game.order[0][0]
    assert wrong.gain[0, 0, mover, 0] > 1e-3


def test_the_gain_shows_a_plan_with_wrong_values() -> None:
    plan = plan_of("textbook/three_party_talks")
    low = replace(plan, values=plan.values - 0.01)
    assert (prospects(low).gain > 0.005).any()


def test_a_logit_plan_has_a_positive_gain_as_its_regret_says() -> None:
    text = """
        format = 1
        title = "Matching pennies"
        parties.ann = {}
        parties.bob = {}
        options.heads.parties = ["ann"]
        options.tails.parties = ["bob"]
        payoffs.ann.match = { when = "heads == tails", value = 4 }
        payoffs.bob.differ = { when = "heads != tails", value = 1 }
        payoffs.bob.bonus = { when = "tails", value = 0.5 }
    """
    plan = backward_induction(talks(loads(text)))
    ranges = np.array([4, 1.5])
    share = prospects(plan).gain[0, 0, :, 0] / ranges
    assert share.max() == pytest.approx(plan.regret[0, 0, 0], rel=1e-9)


def test_points_of_a_batch_are_weighed_each_at_its_own_start() -> None:
    compiled = compile_scenario(load(SCENARIOS / "textbook" / "drift.toml"))
    columns = {"talks.rounds": [40.0, 7.0], "state.share.start": [0.0, 5.0]}
    plan = backward_induction(compiled.talks(compiled.points(columns)))
    found = prospects(plan, start_only=True)
    for place in range(2):
        numbers = {name: values[place] for name, values in columns.items()}
        alone = prospects(
            backward_induction(talks(compiled.scenario.set(numbers))), start_only=True
        )
        for field in ("settle", "talk", "leave", "gain", "concludes"):
            assert np.array_equal(getattr(found, field)[place], getattr(alone, field)[0])


def test_nobody_accepts_what_is_worth_less_to_it_than_leaving() -> None:
    """Ukraine has no exit: what it would have if talks stopped now is a floor all the same."""
    plan = backward_induction(talks(load(SCENARIOS / "march_2025_aid_already_cut.toml")))
    found = prospects(plan)
    signed = np.repeat(found.package[:, :, :1], len(plan.game.players), axis=2)
    worth, floor = concluded(plan, signed)[:, :, 1], found.leave[:, :, 1]
    some = signed[:, :, 1] >= 0
    assert some.any()
    assert (worth[some] >= floor[some] - 1e-9).all()
    assert (np.maximum(found.talk, found.leave)[:, :, 1] > found.talk[:, :, 1]).any()
