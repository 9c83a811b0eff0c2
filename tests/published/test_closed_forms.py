"""Games whose solution is known from elsewhere: a formula, a small program of its own, a table.

A1 and A3 are optimal stopping (Chow, Robbins and Siegmund 1971, section 3.5); J3 a stall-or-press
game with a deadline; R1 a stalling decision process; X1 three-party talks; N1 a hazard against a
deadline. Their formulas are written out here from the theory, and checked against its published
numbers before they are used.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.stalling import LABELS, analyse, attribute
from negsim.dynamics.build import compile_scenario, talks
from negsim.dynamics.path import path
from negsim.scenario.load import load, loads
from negsim.theory.stochastic.backward_induction import backward_induction
from negsim.theory.stochastic.limit import limit_of_rounds
from negsim.theory.stochastic.stage import MIXED, SETTLED

TEXTBOOK = Path(negsim.__file__).parents[1] / "scenarios" / "textbook"

# ---------------------------------------------------------------- A1: drift


def drift_numbers(**changed: str) -> dict[str, Fraction]:
    """Return the numbers of the drift scenario: delta, x0, d, k, h, F."""
    base = {"delta": "0.98", "x0": "0.4", "d": "0.02", "k": "0.001", "h": "0.02", "F": "0.1"}
    return {name: Fraction(value) for name, value in (base | changed).items()}


DRIFTS = [
    drift_numbers(),
    drift_numbers(d="0.03", x0="0.6"),
    drift_numbers(delta="0.9", x0="0.1", k="-0.011", h="0"),
    drift_numbers(delta="0.95", x0="0.2"),
    drift_numbers(k="-0.002", d="0.016"),
    drift_numbers(h="0.1", F="0.05", x0="0.3"),
    drift_numbers(d="0.012", x0="0.35"),
    drift_numbers(d="0.005"),
    drift_numbers(h="0", F="1", d="0.02", x0="0.6"),
]


def set_drift(numbers: Mapping[str, Fraction]) -> dict[str, str]:
    dotted = {
        "parties.staller.discount": numbers["delta"],
        "parameters.first_share": numbers["x0"],
        "parameters.drift": numbers["d"],
        "payoffs.staller.waiting": -numbers["k"],
        "changes.patience_ends.chance": numbers["h"],
        "payoffs.staller.penalty": -numbers["F"],
    }
    return {name: str(float(value)) for name, value in dotted.items()}


def threshold(n: Mapping[str, Fraction]) -> Fraction:
    """Return x* = [delta (d - h F) - k] / (1 - delta)."""
    return (n["delta"] * (n["d"] - n["h"] * n["F"]) - n["k"]) / (1 - n["delta"])


def weeks(n: Mapping[str, Fraction]) -> int:
    """Return how long it is best to wait."""
    return max(0, math.ceil((threshold(n) - n["x0"]) / n["d"]))


def value_of_waiting(n: Mapping[str, Fraction]) -> Fraction:
    """Return the value of waiting that long and then settling."""
    stays = n["delta"] * (1 - n["h"])
    total = stays ** weeks(n) * (n["x0"] + n["d"] * weeks(n))
    for week in range(weeks(n)):
        next_share = n["x0"] + n["d"] * (week + 1)
        ended = n["delta"] * n["h"] * (next_share - n["F"])
        total += stays**week * (ended - n["k"])
    return total


@pytest.mark.parametrize("numbers", DRIFTS, ids=lambda n: " ".join(str(v) for v in n.values()))
def test_a1_drift(numbers: dict[str, Fraction]) -> None:
    scenario = load(TEXTBOOK / "drift.toml").set(set_drift(numbers))
    last = weeks(numbers)
    assert last <= 29, "the ladder of shares has 31 steps"
    analysis = analyse(compile_scenario(scenario))
    assert analysis.value[0, 0] == pytest.approx(float(value_of_waiting(numbers)), rel=1e-12)
    delta, d, k, h, penalty = (numbers[name] for name in ("delta", "d", "k", "h", "F"))
    for step in {max(last - 1, 0), last}:
        share = numbers["x0"] + d * step
        there = analyse(compile_scenario(scenario.set({"state.share.start": step}))).start
        gain = delta * (share + d - h * penalty) - k - share
        assert (gain > 0) == (share < threshold(numbers))
        if step >= last - 1:
            assert there.delay.item() == pytest.approx(float(gain), abs=1e-12)
        frozen = delta * (numbers["x0"] - h * penalty) - k - numbers["x0"]
        if frozen <= 0:
            assert there.frozen_delay.item() == pytest.approx(float(frozen), abs=1e-12)


@pytest.mark.parametrize("numbers", DRIFTS, ids=lambda n: " ".join(str(v) for v in n.values()))
def test_a1_labels_are_stalling_exactly_below_the_threshold(numbers: dict[str, Fraction]) -> None:
    scenario = load(TEXTBOOK / "drift.toml").set(set_drift(numbers))
    compiled = compile_scenario(scenario)
    labels = analyse(compiled).everywhere.labels[0, :, 0]
    frozen = numbers["delta"] * (numbers["x0"] - numbers["h"] * numbers["F"]) - numbers["k"]
    delayed = "waiting" if frozen > numbers["x0"] else "stalling"
    for step, to_go in itertools.product(range(30), range(1, 41)):
        found = LABELS[labels[to_go - 1, compiled.state_index({"share": step, "pressed": 0})]]
        below = numbers["x0"] + numbers["d"] * step < threshold(numbers)
        assert found == (delayed if below and to_go > 1 else "settle"), (step, to_go)


def test_a1_premium_is_all_drift() -> None:
    analysis = analyse(compile_scenario(load(TEXTBOOK / "drift.toml")))
    found = attribute(analysis, 0)
    assert found is not None
    premium = analysis.start.delay - analysis.start.frozen_delay
    assert found.round_parts == pytest.approx({"drift": premium.item()})
    assert found.premium == pytest.approx(analysis.start.delay.item())
    assert found.all_together


# ---------------------------------------------------------------- A3: a random walk of leverage


def random_walk(
    x0: float, s: float, u: float, v: float, k: float, delta: float, h: float, penalty: float
) -> tuple[float, int, float]:
    """Return the root z > 1, the steps up at which to settle, and the value at x0."""
    rho = delta * (1 - h)
    middle = rho * (1 - u - v) - 1
    z = (-middle + math.sqrt(middle**2 - 4 * rho * u * rho * v)) / (2 * rho * u)
    m_step = s * (u - v)
    a = delta * h / (1 - rho)
    c = (-k + delta * h * (m_step - penalty) + rho * a * m_step) / (1 - rho)

    def value(steps: int) -> float:
        share = x0 + s * steps
        return a * x0 + c + (share - (a * share + c)) * z**-steps

    best = max(range(40), key=value)
    return z, best, value(best)


WALK = """
format = 1
title = "A share that moves up and down"
parties.staller.discount = 0.98
parties.other = {}
options.settle.parties = ["staller"]
talks.rounds = 800
state.share = { levels = 200, start = 160 }
state.pressed = { levels = 2, start = 0 }
changes.up = { when = "not settle", add = { share = 1 }, chance = 0.4 }
changes.down = { when = "not settle", add = { share = -1 }, chance = 0.2 }
changes.patience = { when = "not settle", add = { pressed = 1 }, chance = 0.02 }
ends.settled = { kind = "agreement", when = "settle" }
ends.forced = { kind = "breakdown", when = "pressed == 1", arrives = "next_round" }
payoffs.staller.wait = { when = "not settle", value = -0.001 }
payoffs.staller.share = { at = ["settled", "forced"], value = 1, per = "0.04 * share - 6.05" }
payoffs.staller.penalty = { at = "forced", value = -0.1 }
"""


def test_a3_random_walk() -> None:
    published = random_walk(0.35, 0.04, 0.6, 0.1, 0.001, 0.98, 0.02, 0.1)
    assert published == pytest.approx((1.0812446945258207, 13, 0.44414934480345863), rel=1e-12)
    up, down = 0.4 * 0.8, 0.2 * 0.6
    _, steps, value = random_walk(0.35, 0.04, up, down, 0.001, 0.98, 0.02, 0.1)
    scenario = loads(WALK)
    compiled = compile_scenario(scenario)
    analysis = analyse(compiled)
    assert analysis.value[0, 0] == pytest.approx(value, abs=1e-12)
    settles = analysis.everywhere.prospects.concludes[0, -1]
    at = [compiled.state_index({"share": 160 + step}) for step in range(steps + 2)]
    assert settles[at].tolist() == [0.0] * steps + [1.0, 1.0]


# ---------------------------------------------------------------- J3: a deadline

DEADLINE = """
format = 1
title = "Stall or settle, wait or press"
parties.staller.discount = 0.95
parties.mediator = { role = "mediator", discount = 0.9 }
options.settle.parties = ["staller"]
options.press.parties = ["mediator"]
talks.rounds = 6
ends.settled = { kind = "agreement", when = "settle" }
ends.pressed = { kind = "breakdown", when = "press" }
ends.no_agreement.arrives = "next_round"
payoffs.staller.share = { at = ["settled", "pressed"], value = 0.5 }
payoffs.staller.sanction = { at = "pressed", value = -0.3 }
payoffs.staller.stalls = { when = "not settle and not press", value = 0.06 }
payoffs.staller.fails = { at = "no_agreement", value = 0.1 }
payoffs.mediator.deal = { at = ["settled", "pressed"], value = 1 }
payoffs.mediator.pressing = { when = "press", value = -0.4 }
payoffs.mediator.waits = { when = "not settle and not press", value = -0.1 }
"""


def test_j3_the_last_rounds_before_a_deadline_are_pure_and_exact() -> None:
    game = talks(loads(DEADLINE))
    plan = backward_induction(game)
    expected = [(0.5, 1.0), (0.535, 0.8), (0.56825, 0.62)]
    assert plan.values[0, :3, :, 0] == pytest.approx(np.array(expected), rel=1e-12)
    words = [
        [game.moves[i][k] for i, k in enumerate(divmod(c, 2))] for c in plan.choice[0, :3, 0, 0]
    ]
    assert words == [["yes", "no"], ["no", "no"], ["no", "no"]]
    assert plan.status[0, :, 0].tolist() == [SETTLED] * 3 + [MIXED] * 3


def test_j3_further_away_both_mix_as_the_closed_form_says() -> None:
    plan = backward_induction(talks(loads(DEADLINE)))
    stall = [0.7380073800738007, 0.7142857142857143, 0.7142857142857143]
    press = [0.24969518867039736, 0.1044776119402985, 0.1044776119402985]
    mixed = plan.mixed[0, 3:, 0, 0]
    assert mixed[:, 0] == pytest.approx(np.array(stall), rel=1e-12)
    assert mixed[:, 3] == pytest.approx(np.array(press), rel=1e-12)
    assert plan.values[0, 3:, :, 0] == pytest.approx(np.tile([0.5, 0.6], (3, 1)), rel=1e-12)
    assert plan.regret.max() < 1e-12
    found = path(plan)
    ends = found.ends[0].sum(axis=0)
    assert ends == pytest.approx([0.8022380318297762, 0.19776196817022382, 0.0], abs=1e-12)


def test_j1_without_a_deadline_is_the_same_mixture_in_every_round() -> None:
    """Theory J1: press with G/(F+G), stall with kap/(w+(1-dM)y+dM kap)."""
    endless = DEADLINE.replace("talks.rounds = 6", 'talks.round = "week"')
    plan = limit_of_rounds(talks(loads(endless)))
    gain = 0.06 - 0.05 * 0.5
    assert plan.mixed[0, 0, 0, 0, 3] == pytest.approx(gain / (0.3 + gain), rel=1e-9)
    stall = 0.4 / (0.1 + 0.1 * 1.0 + 0.9 * 0.4)
    assert plan.mixed[0, 0, 0, 0, 0] == pytest.approx(stall, rel=1e-9)
    assert plan.values[0, 0, :, 0] == pytest.approx([0.5, 0.6], rel=1e-9)


# ---------------------------------------------------------------- R1: belief, a limited truce

CHANNELS = ("drift", "cover", "truce_benefit")
Step = dict[int, float]
Worth = dict[tuple[int, int], float]


def exclusive(up: float, down: float) -> Step:
    """Return the chances of a step if at most one of two changes happens."""
    return {1: up, -1: down, 0: 1 - up - down}


def independent(up: float, down: float) -> Step:
    """Return the chances of a step if the two changes happen on their own."""
    return {1: up * (1 - down), -1: down * (1 - up), 0: up * down + (1 - up) * (1 - down)}


def decision_process(
    steps: Callable[[float, float], Step], on: tuple[str, ...] = CHANNELS
) -> tuple[Worth, Worth, Worth]:
    """Return what settling, leaving and talking are worth in each state, by value iteration."""
    drift, cover, benefit = (float(name in on) for name in CHANNELS)
    states = [(lever, belief) for lever in range(5) for belief in (1, 2, 3)]
    share = {lever: 0.3 + 0.08 * lever for lever in range(5)}
    settle = {state: share[state[0]] for state in states}
    leave = {state: share[state[0]] - 0.15 for state in states}
    flows = {"stall": -0.012 + 0.006 * cover}
    flows["limited"] = flows["stall"] + 0.008 * benefit - 0.005
    moves = {"stall": steps(0.5 * drift, 0.15 * drift), "limited": steps(0.3 * drift, 0.15 * drift)}
    value = dict(settle)
    talk: Worth = {}
    for _ in range(900):
        for lever, belief in states:
            worth = {}
            for name, change in moves.items():
                worth[name] = flows[name]
                for step, chance in change.items():
                    new = min(max(lever + step, 0), 4)
                    ended = share[new] - 0.25
                    if name == "stall":
                        falls = value[new, belief - 1] if belief > 1 else ended
                        worth[name] += 0.96 * chance * (0.5 * falls + 0.5 * value[new, belief])
                    else:
                        rises = value[new, min(belief + 1, 3)]
                        worth[name] += 0.96 * chance * (0.6 * rises + 0.4 * value[new, belief])
            talk[lever, belief] = max(worth.values())
        value = {state: max(settle[state], leave[state], talk[state]) for state in states}
    return settle, leave, talk


def labels_of(steps: Callable[[float, float], Step]) -> dict[tuple[int, int], str]:
    settle, leave, talk = decision_process(steps)
    _, _, frozen = decision_process(steps, ())
    found = {}
    for state in settle:
        if talk[state] <= settle[state] and settle[state] >= leave[state]:
            found[state] = "settle"
        elif leave[state] > max(talk[state], settle[state]):
            found[state] = "fighting_on"
        else:
            found[state] = "stalling" if frozen[state] <= settle[state] else "waiting"
    return found


def split_of(steps: Callable[[float, float], Step], state: tuple[int, int]) -> dict[str, float]:
    """Return the premium split over the channels: the mean over the orders of switching them on."""
    worth = {}
    for size in range(4):
        for on in itertools.combinations(CHANNELS, size):
            settle, _, talk = decision_process(steps, on)
            worth[frozenset(on)] = talk[state] - settle[state]
    orders = list(itertools.permutations(CHANNELS))
    found = dict.fromkeys(CHANNELS, 0.0)
    for order in orders:
        for place, name in enumerate(order):
            before = frozenset(order[:place])
            found[name] += (worth[before | {name}] - worth[before]) / len(orders)
    return found


BELIEF = """
format = 1
title = "A staller and a mediator who believes less and less"
parties.staller.discount = 0.96
parties.mediator = { role = "mediator" }
options.settle.parties = ["staller"]
options.walk_out.parties = ["staller"]
options.limited.parties = ["staller"]
rules.one = "settle + walk_out + limited <= 1"
talks.rounds = 800
state.lever = { levels = 5, start = 1 }
state.belief = { levels = 4, start = 2 }
parameters.up = 0.5
parameters.down = 0.15
parameters.up_limited = 0.3
parameters.down_limited = 0.15
changes.up = { add = { lever = 1 }, chance = "up + (up_limited - up) * limited" }
changes.down = { add = { lever = -1 }, chance = "down + (down_limited - down) * limited" }
changes.doubt = { when = "not limited", add = { belief = -1 }, chance = 0.5 }
changes.trust = { when = "limited", add = { belief = 1 }, chance = 0.6 }
ends.settled = { kind = "agreement", when = "settle" }
ends.walked_out = { kind = "exit", by = ["staller"], when = "walk_out" }
ends.lost = { kind = "breakdown", when = "belief == 0", arrives = "next_round" }
payoffs.staller.share = { at = "lost", value = 1, per = "0.3 + 0.08 * lever" }
payoffs.staller.signed = { when = "settle or walk_out", value = 1, per = "0.3 + 0.08 * lever" }
payoffs.staller.leaving = { at = "walked_out", value = -0.15 }
payoffs.staller.penalty = { at = "lost", value = -0.25 }
payoffs.staller.talking = { when = "not settle and not walk_out", value = -0.012 }
payoffs.staller.cover = { when = "not settle and not walk_out", value = 0.006 }
payoffs.staller.benefit = { when = "limited", value = 0.008 }
payoffs.staller.renewal = { when = "limited", value = -0.005 }
[channels.drift.off]
"parameters.up" = 0
"parameters.down" = 0
"parameters.up_limited" = 0
"parameters.down_limited" = 0
[channels.cover.off]
"payoffs.staller.cover" = 0
[channels.truce_benefit.off]
"payoffs.staller.benefit" = 0
"""


def test_r1_the_program_here_gives_the_published_numbers() -> None:
    settle, _, talk = decision_process(exclusive)
    assert talk[1, 2] - settle[1, 2] == pytest.approx(0.018343316224945, abs=1e-12)
    labels = labels_of(exclusive)
    assert sum(label == "stalling" for label in labels.values()) == 9
    assert split_of(exclusive, (1, 2)) == pytest.approx(
        {
            "drift": 0.03220196184319529,
            "cover": 0.009962880932536892,
            "truce_benefit": 0.0033784734492128114,
        },
        abs=1e-12,
    )


def test_r1_with_independent_steps_is_solved_and_labelled_alike() -> None:
    compiled = compile_scenario(loads(BELIEF))
    analysis = analyse(compiled)
    settle, leave, talk = decision_process(independent)
    labels = labels_of(independent)
    assert {"stalling", "settle"} <= set(labels.values())
    found = analysis.everywhere
    for (lever, belief), label in labels.items():
        state = compiled.state_index({"lever": lever, "belief": belief})
        where = (0, -1, 0, state)
        assert found.prospects.talk[where] == pytest.approx(talk[lever, belief], abs=1e-10)
        assert found.prospects.settle[where] == pytest.approx(settle[lever, belief], abs=1e-12)
        assert found.prospects.leave[where] == pytest.approx(leave[lever, belief], abs=1e-12)
        assert LABELS[found.labels[where]] == label
    split = attribute(analysis, 0)
    assert split is not None
    expected = split_of(independent, (1, 2))
    assert split.round_parts == pytest.approx(expected, abs=1e-10)
    assert split.round_premium == pytest.approx(sum(expected.values()), abs=1e-10)
    assert split.round_premium == pytest.approx(analysis.start.round_premium.item(0), abs=1e-12)


# ---------------------------------------------------------------- X1: three-party talks

X1 = {
    "parameters.first_share": 0.4,
    "parameters.step": 0.05,
    "payoffs.staller.talk_cost": -0.01,
    "payoffs.defender.talk_cost": -0.06,
    "payoffs.staller.truce_benefit": 0.006,
    "payoffs.defender.truce_benefit": 0.03,
    "payoffs.mediator.truce_benefit": 0.05,
    "payoffs.mediator.talk_cost": -0.08,
    "payoffs.mediator.deal": 1.0,
    "payoffs.mediator.pressed": 0.35,
    "payoffs.staller.sanction": -0.13,
    "payoffs.defender.aid": 0.05,
    "payoffs.staller.leaving": -0.2,
    "payoffs.defender.abandoned": -0.15,
    "payoffs.mediator.walked_out": -0.5,
    "payoffs.staller.breakdown": -0.3,
    "payoffs.defender.breakdown": -0.25,
    "payoffs.mediator.breakdown": -0.6,
}
Triple = tuple[float, float, float]
"""Payoffs of staller, defender and mediator."""


def three_parties(p: Mapping[str, float], last: int = 5) -> tuple[Triple, list[str]]:
    """Solve X1 by its own rules of play and return the values at the start and the path."""

    def after(t: int, truce: int) -> Triple:
        flows = [
            p[f"payoffs.{who}.talk_cost"] + truce * p[f"payoffs.{who}.truce_benefit"]
            for who in ("staller", "defender", "mediator")
        ]
        s, d, m = (flow + 0.97 * v for flow, v in zip(flows, solve(t + 1, truce)[0], strict=True))
        return s, d, m

    def share(t: int) -> float:
        return p["parameters.first_share"] + p["parameters.step"] * t

    def proposed(what: str, t: int, truce: int) -> tuple[Triple, str]:
        """Return what a proposal leads to: the defender replies only if the staller accepts."""
        refused = after(t, truce)
        if what == "full":
            accepted = (share(t), 1 - share(t), p["payoffs.mediator.deal"])
        else:
            accepted = after(t, 1)
        takes = accepted[1] >= refused[1] - 1e-13
        yes = (accepted, "accept:accept") if takes else (refused, "accept:reject")
        left = (
            share(t) + p["payoffs.staller.leaving"],
            1 - share(t) + p["payoffs.defender.abandoned"],
            p["payoffs.mediator.walked_out"],
        )
        replies = [yes, (refused, "stall"), (left, "exit")]
        best = max(reply[0][0] for reply in replies)
        values, reply = next(r for r in replies if r[0][0] >= best - 1e-13)
        return values, f"{what}:{reply}"

    def solve(t: int, truce: int) -> tuple[Triple, str]:
        if t == last:
            return (
                share(t) + p["payoffs.staller.breakdown"],
                1 - share(t) + p["payoffs.defender.breakdown"],
                p["payoffs.mediator.breakdown"],
            ), "end"
        pressed = (
            share(t) + p["payoffs.staller.sanction"],
            1 - share(t) + p["payoffs.defender.aid"],
            p["payoffs.mediator.pressed"],
        )
        options = [proposed("full", t, truce), proposed("limited", t, truce), (pressed, "press")]
        best = max(values[2] for values, _ in options)
        return next(option for option in options if option[0][2] >= best - 1e-13)

    path, truce = [], 0
    for t in range(last):
        _, word = solve(t, truce)
        path.append(word)
        if word in ("full:accept:accept", "press") or word.endswith("exit"):
            break
        truce = max(truce, int(word == "limited:accept:accept"))
    return solve(0, 0)[0], path


def test_x1_the_program_here_gives_the_published_numbers() -> None:
    values, path = three_parties(X1)
    assert values == pytest.approx((0.515881394, 0.239409934, 0.77058562), abs=1e-12)
    assert path == ["limited:accept:accept", *["full:stall"] * 3, "full:accept:accept"]


@pytest.mark.parametrize(
    ("changed", "first", "last"),
    [
        ({}, "limited_truce", ("signed", 5)),
        ({"payoffs.mediator.pressed": 0.95, "payoffs.staller.sanction": -0.4}, "full_truce", None),
        ({"parameters.step": 0.005}, "full_truce", ("signed", 1)),
        ({"payoffs.staller.truce_benefit": -0.006}, "", ("signed", 5)),
        ({"payoffs.staller.leaving": 0.3}, "press", ("pressed", 1)),
        ({"payoffs.staller.leaving": 0.6, "payoffs.mediator.pressed": -1}, None, ("walked_out", 5)),
        ({"payoffs.staller.breakdown": 0.1, "parameters.step": 0.03}, None, None),
        ({"payoffs.defender.talk_cost": 0.2, "payoffs.defender.truce_benefit": -0.01}, None, None),
    ],
)
def test_x1_three_party_talks(
    changed: dict[str, float], first: str | None, last: tuple[str, int] | None
) -> None:
    numbers = X1 | changed
    scenario = load(TEXTBOOK / "three_party_talks.toml").set(numbers)
    analysis = analyse(compile_scenario(scenario))
    (staller, defender, mediator), path = three_parties(numbers)
    found = dict(zip(analysis.plan.game.players, analysis.value[0], strict=True))
    expected = {"staller": staller, "defender": defender, "mediator": mediator}
    assert found == pytest.approx(expected, abs=1e-12)
    assert last in (None, how_it_ends(path))
    time, end = np.argwhere(analysis.path.ends[0])[0]
    assert (analysis.plan.game.ends[end], time + 1) == how_it_ends(path)
    event = int(np.argmax(analysis.path.events[0, 0]))
    on = analysis.compiled.events.table[: len(scenario.options), event]
    names = [option.name for option in itertools.compress(scenario.options, on)]
    assert first in (None, " ".join(names))


def how_it_ends(path: list[str]) -> tuple[str, int]:
    """Return the scenario's name of the end of a path, and its round."""
    ends = {"press": "pressed", "full:accept:accept": "signed"}
    name = "walked_out" if path[-1].endswith("exit") else ends.get(path[-1], "no_agreement")
    return name, len(path)


def test_x1_the_path_signs_at_the_deadline() -> None:
    scenario = load(TEXTBOOK / "three_party_talks.toml")
    analysis = analyse(compile_scenario(scenario))
    signed = analysis.plan.game.ends.index("signed")
    assert analysis.path.ends[0, :, signed].tolist() == [0, 0, 0, 0, 1]
    labels = analysis.everywhere.labels[0, :, list(analysis.plan.game.players).index("staller")]
    walked = [int(np.argmax(analysis.path.reached[0, t])) for t in range(5)]
    met = [LABELS[labels[4 - t, state]] for t, state in enumerate(walked)]
    assert met == ["stalling"] * 4 + ["settle"]


# ---------------------------------------------------------------- N1: hazard or deadline


@pytest.mark.parametrize(
    ("needed", "hazard", "wait", "loss", "patience"),
    [(4, 0.1, 0.5, 10, 1), (1, 0.3, 2, 1, 1), (7, 0.06, 0.25, 40, 1), (4, 0.1, 0.5, 10, 0.95)],
)
def test_n1_the_belief_at_which_deadline_and_hazard_cost_the_same(
    needed: int, hazard: float, wait: float, loss: float, patience: float
) -> None:
    """THEORY N1, at dM = 1; below it a loss is discounted to the round in which it comes."""
    numbers = {
        "parameters.rounds_needed": needed,
        "payoffs.mediator.lost": -loss,
        "payoffs.mediator.waiting": -wait,
        "parties.mediator.discount": patience,
    }
    deadline = {**numbers, "talks.rounds": needed + 1}
    threat = {**numbers, "parameters.hazard": hazard, "talks.rounds": 26}
    waited = -mediator_value(deadline, "base")
    broken = -mediator_value({**threat, "payoffs.mediator.waiting": 0}, "slow")
    total = wait * sum(patience**t for t in range(needed))
    lost = loss * sum(hazard * (1 - hazard) ** (t - 1) * patience**t for t in range(1, needed + 1))
    assert waited == pytest.approx(total, abs=1e-9)
    assert broken == pytest.approx(lost, abs=1e-9)
    if patience == 1:
        assert broken == pytest.approx((1 - (1 - hazard) ** needed) * loss, abs=1e-9)
    assert mediator_value(threat, "base") == pytest.approx(0, abs=1e-9)
    assert mediator_value({**deadline, "payoffs.mediator.waiting": 0}, "slow") == 0
    belief = waited / (waited + broken)
    assert (1 - belief) * waited == pytest.approx(belief * broken)


def mediator_value(numbers: dict[str, float], kind: str) -> float:
    scenario = load(TEXTBOOK / "hazard_or_deadline.toml").set(numbers)
    own = scenario.as_types({"party": kind})
    return float(analyse(compile_scenario(own)).value[0, 1])
