"""A party without a choice changes nothing: not what is played, by whom, for what, or its label."""

from __future__ import annotations

import pytest

from negsim.analysis.delay.stalling import LABELS, Stalling, stalling
from negsim.analysis.outcomes.outcomes import one_shot_answer
from negsim.dynamics.build import compile_scenario, one_shot, talks
from negsim.playing.noise import Noise
from negsim.questions.rules.contest import play
from negsim.questions.tournament.tournament import default_roles
from negsim.scenario.load import loads
from negsim.scenario.model import Scenario
from negsim.scenario.moves import movers
from negsim.theory.registry import solve
from negsim.theory.stochastic.solve import solve_talks
from tests.oracles.plain_talks import PlainTalks

WITH_DRAWS = 500

STALL_OR_PRESS = """
format = 1
title = "Stall or settle, wait or press"
parties.staller = { discount = 0.95 }
parties.mediator = { role = "mediator", discount = 0.9 }
options.settle.parties = ["staller"]
options.press = { parties = ["mediator"], presses = "staller" }
talks = { order = "simultaneous", rounds = 6 }
ends.settled = { kind = "agreement", when = "settle" }
ends.pressed = { kind = "breakdown", when = "press" }
ends.no_agreement = { arrives = "next_round" }
channels.talk.staller.off = { "payoffs.staller.stalls" = 0 }
payoffs.staller.share = { at = ["settled", "pressed"], value = 0.5 }
payoffs.staller.sanction = { at = "pressed", value = -0.3 }
payoffs.staller.stalls = { when = "not settle and not press", value = 0.06 }
payoffs.staller.fails = { at = "no_agreement", value = 0.1 }
payoffs.mediator.deal = { at = ["settled", "pressed"], value = 1 }
payoffs.mediator.pressing = { when = "press", value = -0.4 }
payoffs.mediator.waits = { when = "not settle and not press", value = -0.1 }
"""
ENDLESS = "\n".join(
    line.replace(", rounds = 6", "")
    for line in STALL_OR_PRESS.splitlines()
    if "no_agreement" not in line
)
DEALS = """
format = 1
title = "Two deals, equal to Ann, and a mediator that may speak"
parties.ann = { discount = 0.9 }
parties.bob = {}
parties.usa = { role = "mediator", discount = 0.9 }
options.left.parties = ["ann", "bob"]
options.right.parties = ["ann", "bob"]
options.speaks.parties = ["usa"]
talks = { rounds = 3, order = [["ann", "usa"], "bob"] }
rules.one = "not (left and right)"
ends.signed = { kind = "agreement", when = "left or right" }
payoffs.ann.signs = { at = "signed", value = 2 }
payoffs.bob.left = { at = "signed", when = "left", value = 2 }
payoffs.bob.right = { at = "signed", when = "right", value = 1 }
payoffs.usa.right = { at = "signed", when = "right", value = 1 }
"""
BASES = {"at once": STALL_OR_PRESS, "endless": ENDLESS, "in turn": DEALS}
PAYOFFS = {
    "no payoffs": "",
    "a constant": "payoffs.observer.always = { value = 7 }",
    "varying": """
payoffs.observer.first = { when = "FIRST", value = 90 }
payoffs.observer.other = { when = "not FIRST and OTHER", value = -400 }
""",
}
ABOUT = {
    "at once": ("settle", "press"),
    "endless": ("settle", "press"),
    "in turn": ("left", "right"),
}


def with_observer(base: str, payoffs: str, role: str) -> Scenario:
    first, other = ABOUT[base]
    paid = PAYOFFS[payoffs].replace("FIRST", first).replace("OTHER", other)
    about = f'role = "{role}", discount = 0.99'
    return loads(f"{BASES[base]}\nparties.observer = {{ {about} }}\n{paid}\n")


def told(analysis: Stalling) -> dict[str, object]:
    """Return what the analysis says of the first two parties and of the talks."""
    plan, own = analysis.plan, slice(0, 2)
    return {
        "values": plan.values[:, :, own].tolist(),
        "labels": analysis.everywhere.labels[:, :, own].tolist(),
        "delay": analysis.everywhere.delay[:, :, own].tolist(),
        "shares": [analysis.share(code)[:, own].tolist() for code in range(len(LABELS))],
        "events": analysis.path.events.tolist(),
        "ends": analysis.path.ends.tolist(),
        "status": plan.status.tolist(),
        "count": plan.count.tolist(),
        "rule": plan.rule,
    }


@pytest.mark.parametrize("role", ["party", "mediator", "guarantor"])
@pytest.mark.parametrize("payoffs", list(PAYOFFS))
@pytest.mark.parametrize("base", list(BASES))
def test_an_observer_leaves_the_solved_talks_as_they_are(
    base: str, payoffs: str, role: str
) -> None:
    alone, watched = loads(BASES[base]), with_observer(base, payoffs, role)
    for selection in ("mediator_best", "mediator_worst"):
        plain, found = stalling(alone, selection), stalling(watched, selection)
        assert told(found) == told(plain)
    assert found.plan.values.shape[2] == plain.plan.values.shape[2] + 1


def test_the_observers_own_value_is_still_told() -> None:
    base = loads(STALL_OR_PRESS.replace("rounds = 6", "rounds = 1"))
    text = "parties.observer = {}\npayoffs.observer.sees = { when = 'settle', value = 4 }"
    watched = stalling(loads(f"{STALL_OR_PRESS.replace('rounds = 6', 'rounds = 1')}\n{text}"))
    chance = stalling(base).path.ends[0, 0, base_end(base, "settled")]
    assert watched.value[0, 2] == pytest.approx(4 * chance)
    assert chance > 0


def base_end(scenario: Scenario, name: str) -> int:
    return [end.name for end in scenario.ends].index(name)


@pytest.mark.parametrize("payoffs", list(PAYOFFS))
def test_an_observer_leaves_stationary_equilibria_as_they_are(payoffs: str) -> None:
    plain = solve_talks(talks(loads(ENDLESS)))
    found = solve_talks(talks(with_observer("endless", payoffs, "party")))
    assert found.values[0, 0, :2] == pytest.approx(plain.values[0, 0], rel=1e-9)


@pytest.mark.parametrize("role", ["party", "mediator"])
def test_a_player_with_one_move_leaves_a_game_of_two_to_the_methods_for_two(role: str) -> None:
    plain = solve(one_shot(loads(STALL_OR_PRESS)), "nash")
    game = one_shot(with_observer("at once", "varying", role))
    found = solve(game, "nash")
    assert game.num_players == 3
    assert found.message == plain.message
    for one, other in zip(found.equilibria, plain.equilibria, strict=True):
        assert one.payoffs[:2].tolist() == other.payoffs.tolist()
        assert one.marks == other.marks
        assert [len(own) for own in one.profile] == [2, 2, 1]
        assert one.payoffs[2] == pytest.approx(game.payoff(one.profile)[2])


@pytest.mark.parametrize("payoffs", list(PAYOFFS))
@pytest.mark.parametrize("base", ["at once", "in turn"])
def test_an_observer_leaves_the_table_of_outcomes_as_it_is(base: str, payoffs: str) -> None:
    def rows(scenario: Scenario) -> list[object]:
        compiled = compile_scenario(scenario)
        answer = one_shot_answer(compiled, compiled.talks())
        found = answer.two_party
        return [
            found and [one.payoffs[:2].tolist() for one in found.equilibria],
            *(
                (row.text, row.equilibrium, row.efficient, row.bargaining, row.blockers)
                for row in answer.outcomes
            ),
        ]

    assert rows(with_observer(base, payoffs, "party")) == rows(loads(BASES[base]))
    plain = stalling(loads(BASES[base])).one_shots
    found = stalling(with_observer(base, payoffs, "guarantor")).one_shots
    assert found.bargained.tolist() == plain.bargained.tolist()
    assert found.efficient.tolist() == plain.efficient.tolist()
    assert str(found.mixed_counts) == str(plain.mixed_counts)


@pytest.mark.parametrize("role", ["party", "mediator"])
def test_an_observer_leaves_the_same_seeds_runs_as_they_are(role: str) -> None:
    rules = {"staller": "tit_for_tat", "mediator": "random"}
    noise = Noise(error=0.1, misperception=0.2)
    plain = play(loads(STALL_OR_PRESS), rules, WITH_DRAWS, 5, noise=noise)
    watched = with_observer("at once", "varying", role)
    found = play(watched, rules, WITH_DRAWS, 5, noise=noise)
    assert found.payoffs[:, :2].tolist() == plain.payoffs.tolist()
    assert found.end_round.tolist() == plain.end_round.tolist()


def test_an_observer_takes_no_role_in_a_tournament() -> None:
    text = 'format = 1\ntitle = "An observer first"\nparties.observer = {}\n'
    scenario = loads(text + STALL_OR_PRESS.split("\n", 3)[3])
    assert movers(scenario) == ("staller", "mediator")
    assert default_roles(scenario) == ("staller", "mediator")


@pytest.mark.parametrize("payoffs", list(PAYOFFS))
def test_plain_backward_induction_sees_no_observer_either(payoffs: str) -> None:
    scenario = with_observer("in turn", payoffs, "mediator")
    plain, watched = PlainTalks(loads(DEALS)), PlainTalks(scenario)
    labels = stalling(scenario).everywhere.labels[0, :, :2, 0]
    for to_go in (1, 2, 3):
        own, found = (each.label(to_go, (), None) for each in (plain, watched))
        assert [found[name] for name in own] == list(own.values())
        assert [own[name] for name in ("ann", "bob")] == [LABELS[k] for k in labels[to_go - 1]]
        assert watched.solve(to_go, ()).values[:3] == plain.solve(to_go, ()).values
