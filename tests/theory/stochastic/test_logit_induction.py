"""Logit play of talks with a last round: fixed points, limits, smoothness, a case by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

import negsim as ns
from negsim.arrays import FloatArray
from negsim.dynamics.path import path
from negsim.errors import SolverError, UsageError
from negsim.scenario.load import loads
from negsim.theory.stochastic.game import StochasticGame

LONE = """
format = 1
title = "One well"
parties.ann.discount = 0.5
options.dig.parties = ["ann"]
talks.rounds = 2
ends.dug = {{ kind = "agreement", when = "dig" }}
payoffs.ann.water = {{ at = "dug", value = {value} }}
"""

PAIR = """
format = 1
title = "A truce or not"
parties.a.discount = 0.9
parties.b.discount = 0.8
options.truce.parties = ["a", "b"]
options.watch.parties = ["a"]
[talks]
rounds = 4
order = {order}
[state.front]
levels = 3
start = 1
[changes.moves]
when = "not truce"
add = {{ front = 1 }}
chance = 0.4
[changes.back]
when = "watch"
add = {{ front = -1 }}
chance = 0.5
[ends.over]
kind = "breakdown"
when = "front == 2"
[payoffs.a]
calm = {{ when = "truce", value = 1, per = "1 + front" }}
watch = {{ when = "watch", value = {watch} }}
over = {{ at = "over", value = -2 }}
[payoffs.b]
calm = {{ when = "truce", value = 0.7 }}
seen = {{ when = "watch and not truce", value = -0.5 }}
over = {{ at = "over", value = 1.1 }}
"""


def pair(order: str = '"simultaneous"', watch: float = -0.2) -> StochasticGame:
    return ns.talks(loads(PAIR.format(order=order, watch=watch)))


def test_one_party_by_hand() -> None:
    """Last round: 2 or 0 with odds e^4; before it 2 or half the last round's value."""
    plan = ns.solve(ns.talks(loads(LONE.format(value=2))), "logit_induction", precision=2.0)
    last = 2 / (1 + math.exp(-4))
    wait = 0.5 * last
    dig = 1 / (1 + math.exp(-2 * (2 - wait)))
    assert plan.values[0, 0, 0, 0] == pytest.approx(last, abs=1e-14)
    assert plan.values[0, 1, 0, 0] == pytest.approx(2 * dig + wait * (1 - dig), abs=1e-14)
    assert plan.regret[0, 1, 0] == pytest.approx(1 - dig, abs=1e-12)


def stage(game: StochasticGame, later: FloatArray, state: int, last: bool) -> FloatArray:
    """Return what each profile is worth in a state, (n, profiles), by plain numpy."""
    if last:
        return game.last_payoffs[0][:, state, game.event_of[state]]
    onward = (game.chances[0, state] * later[:, game.successors[state]]).sum(axis=2)
    onward = game.discount[0][:, None] * onward
    worth = game.payoffs[0][:, state] + onward[:, game.transition_of]
    return worth[:, game.event_of[state]]


@pytest.mark.parametrize("precision", [0.0, 0.7, 5.0, 40.0])
def test_everybody_answers_the_others_play_at_every_node(precision: float) -> None:
    game = pair()
    plan = ns.solve(game, "logit_induction", precision=precision)
    for index in range(4):
        later = plan.values[0, index - 1] if index else np.zeros((2, 3))
        for state in range(3):
            cube = stage(game, later, state, index == 0).reshape(2, 4, 2)
            mixed = plan.mixed[0, index, state, 0]
            left, right = mixed[:4], mixed[4:6]
            for own, worth in ((left, cube[0] @ right), (right, left @ cube[1])):
                reply = np.exp(precision * (worth - worth.max()))
                assert np.allclose(own, reply / reply.sum(), atol=1e-9)
            value = np.einsum("nij,i,j->n", cube, left, right)
            assert np.allclose(plan.values[0, index, :, state], value, atol=1e-12)


@pytest.mark.parametrize("order", ['[["a"], ["b"]]', '[["b"], ["a"]]', '"simultaneous"'])
def test_great_precision_leads_to_backward_induction(order: str) -> None:
    game = pair(order)
    exact = ns.solve(game, "backward_induction")
    soft = ns.solve(game, "logit_induction", precision=2000.0)
    assert np.allclose(soft.values, exact.values, atol=1e-3)


@pytest.mark.parametrize("order", ['[["a"], ["b"]]', '"simultaneous"'])
def test_values_are_smooth_in_a_number(order: str) -> None:
    """Second differences shrink with the square of the step."""

    def start(watch: float) -> float:
        game = pair(order, watch)
        plan = ns.solve(game, "logit_induction", precision=3.0)
        return float(plan.values[0, -1, 0, game.start[0]])

    bends = [start(-0.2 + h) - 2 * start(-0.2) + start(-0.2 - h) for h in (0.2, 0.1, 0.05)]
    assert bends[0] / bends[1] == pytest.approx(4, rel=0.1)
    assert bends[1] / bends[2] == pytest.approx(4, rel=0.05)


@pytest.mark.parametrize("order", ['[["a"], ["b"]]', '[["b"], ["a"]]', '"simultaneous"'])
def test_sampled_talks_pay_what_the_plan_says(order: str) -> None:
    """The predicted path, without discounting, adds up to the values."""
    scenario = loads(PAIR.format(order=order, watch=-0.2))
    scenario = scenario.set({"parties.a.discount": 1, "parties.b.discount": 1})
    compiled = ns.compile_scenario(scenario)
    game = compiled.talks()
    plan = ns.solve(game, "logit_induction", precision=2.0)
    found = path(plan)
    assert found.ends[0].sum() == pytest.approx(1, abs=1e-12)
    calm = compiled.events.table[0] * found.events[0].sum(axis=0)
    over = found.ends[0].sum(axis=0)[list(game.ends).index("over")]
    seen = ((compiled.events.table[1] == 1) & (compiled.events.table[0] == 0)).astype(float)
    worth = 0.7 * calm.sum() - 0.5 * (seen @ found.events[0].sum(axis=0)) + 1.1 * over
    assert plan.values[0, -1, 1, game.start[0]] == pytest.approx(worth, abs=1e-12)


def test_points_do_not_depend_on_one_another() -> None:
    scenario = loads(PAIR.format(order='"simultaneous"', watch=-0.2))
    compiled = ns.compile_scenario(scenario)
    values = [-0.5, -0.2, 0.4]
    points = compiled.points({"payoffs.a.watch": values})
    together = ns.solve(compiled.talks(points), "logit_induction", precision=4.0)
    for place, value in enumerate(values):
        alone = ns.solve(pair(watch=value), "logit_induction", precision=4.0)
        assert np.allclose(together.values[place], alone.values[0], atol=1e-12)


def test_what_it_refuses() -> None:
    with pytest.raises(UsageError, match="precision is -1"):
        ns.solve(pair(), "logit_induction", precision=-1.0)
    with pytest.raises(UsageError, match="precision is inf"):
        ns.solve(pair(), "logit_induction", precision=math.inf)
    endless = LONE.replace("talks.rounds = 2", "talks.ending.chance = 0.1").format(value=2)
    with pytest.raises(SolverError, match="markov_logit"):
        ns.solve(ns.talks(loads(endless)), "logit_induction")
