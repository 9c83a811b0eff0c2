"""Countermeasures: closed forms of THEORY A4, no effect at strength 0, what applies to what."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from negsim.analysis.delay.stalling import SETTLE, STALLING, analyse
from negsim.analysis.measures.registry import evaluate
from negsim.dynamics.build import compile_scenario
from negsim.errors import UnknownNameError, UsageError
from negsim.questions.counter.countermeasures import (
    ClearerText,
    Countermeasure,
    Deadline,
    Escalating,
    Hazard,
    Verification,
    countermeasures,
    parse,
)
from negsim.questions.counter.edits import favourable_changes, limited_options
from negsim.questions.counter.effects import (
    boundary,
    effect,
    enough,
    enough_to_hold,
    first_true,
    hold,
    policies,
    strengths_of,
)
from negsim.scenario.load import load, loads
from negsim.scenario.model import Scenario

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
MARCH = load(SCENARIOS / "march_2025.toml")

DRIFT = """
format = 1
title = "A share that grows"
[parties.s]
discount = {discount}
[parties.d]
discount = {discount}
[parties.m]
role = "mediator"
[options.settle]
parties = ["s", "d"]
[options.truce]
parties = ["s", "d"]
[talks]
rounds = {rounds}
[state.x]
levels = 121
start = 0
[parameters.speed]
value = {speed}
[changes.x_rises]
when = "not settle"
add = {{ x = 1 }}
chance = "speed"
[ends.settled]
kind = "agreement"
when = "settle"
[payoffs.s.waiting]
when = "not settle"
value = -{k}
[payoffs.s.share]
at = ["settled", "no_agreement"]
value = 1
per = "{x0} + {d} * x"
[payoffs.s.calm]
when = "truce and not settle"
value = {e}
[payoffs.s.blame]
when = "not truce and not settle"
value = -{blame}
[payoffs.d.war]
when = "not truce and not settle"
value = -1
[payoffs.d.peace]
at = "settled"
value = 100
[payoffs.m.peace]
at = "settled"
value = 1
[payoffs.s.broken]
at = "no_agreement"
value = -{penalty}
[channels.drift]
off = {{ "parameters.speed" = 0 }}
"""
BASE = {
    "discount": 0.98,
    "rounds": 60,
    "speed": 1,
    "k": 0.001,
    "x0": 0.4,
    "d": 0.02,
    "e": 0.0,
    "penalty": 0.0,
    "blame": 0.0,
}


def drift(**numbers: float) -> Scenario:
    return loads(DRIFT.format(**{**BASE, **numbers}))


def measured(scenario: Scenario, name: str) -> float:
    return float(evaluate(analyse(compile_scenario(scenario)), [name])[name][0])


def test_aid_trigger_ends_the_delay_at_its_closed_form() -> None:
    """THEORY A4: a* = [d - (k + (1 - delta) x0) / delta] / phi, with phi = d."""
    found = enough(drift(speed=0.7), "s", parse("aid_trigger"), True)
    pace = 0.7 * 0.02
    exact = (pace - (0.001 + 0.02 * 0.4) / 0.98) / pace
    assert exact < found <= exact + 8.0**-3


def test_hazard_ends_the_delay_at_its_closed_form() -> None:
    """One more round: -k + h (x + d - F) + (1 - h) delta (x + d) - x, no gain from h* on."""
    found = enough(drift(penalty=0.3), "s", parse("hazard"), True)
    after = 0.42
    exact = (0.98 * after - 0.4 - 0.001) / (0.98 * after - after + 0.3)
    assert exact < found <= exact + 8.0**-3


def test_escalating_costs_end_the_delay_at_their_closed_form() -> None:
    """THEORY A4: t* = [delta d - k - (1 - delta) x0] / [gamma + (1 - delta) d]."""
    gamma = 0.002
    scenario = Escalating(gamma, 20).applied(drift(), "s")
    exact = (0.98 * 0.02 - 0.001 - 0.02 * 0.4) / (gamma + 0.02 * 0.02)
    assert measured(scenario, "end_round") == 1 + math.ceil(exact)


def test_a_deadline_moves_the_delay_to_its_eve() -> None:
    """THEORY A4: settled at the last moment if missing the deadline costs enough."""
    for rounds in (1, 4, 9):
        scenario = Deadline(rounds).applied(drift(penalty=0.5), "s")
        assert measured(scenario, "end_round") == rounds
    later = Deadline(100).applied(drift(penalty=0.5), "s")
    assert later.rounds == 60


def test_a_ratchet_ends_the_delay_at_its_closed_form() -> None:
    """Without discounting one more round is worth d (1 - r)^t - k: t* = ln(k / d) / ln(1 - r)."""
    calm = drift(discount=1, k=0.004, e=0.001, blame=1)
    plain = measured(calm, "end_round")
    scenario = parse("ratchet:step=0.2,steps=30").applied(calm, "s")
    exact = math.log(0.003 / 0.02) / math.log(0.8)
    widened = analyse(compile_scenario(scenario))
    ends = widened.path.ends[0].sum(axis=1)
    assert plain == 60
    assert np.flatnonzero(ends > 0)[0] == math.ceil(exact)


def test_a_truce_that_lapses_at_once_is_worth_nothing_to_those_who_wait() -> None:
    lapsed = parse("conditional_truce:rounds=0").applied(drift(e=0.01), "s")
    assert measured(lapsed, "delay.s") == pytest.approx(measured(drift(), "delay.s"), abs=1e-12)
    held = parse("conditional_truce:rounds=3").applied(drift(e=0.01), "s")
    assert measured(drift(), "delay.s") < measured(held, "delay.s")
    assert measured(held, "delay.s") < measured(drift(e=0.01), "delay.s")


def test_clearer_text_takes_the_disputes_away() -> None:
    """THEORY C2: alpha = 1 - (1 - alpha0)(1 - nu eta), the same for beta."""
    noisy = tuple(1 - (1 - base) * (1 - 0.3) for base in (0.6, 0.05))
    assert ClearerText(0.3, 1.0).better(*noisy) == pytest.approx((0.6, 0.05))
    assert ClearerText(0.3, 0.0).better(*noisy) == pytest.approx(noisy)
    assert Verification(1.0).better(0.6, 0.05) == (1.0, 0.0)
    with pytest.raises(UsageError, match="expected at most the chance of"):
        ClearerText(0.3, 1.0).better(0.6, 0.05)


FEAR = """
format = 1
title = "Afraid of rearmament"
parties.s = {}
parties.d = {}
[options.full]
parties = ["s", "d"]
[talks]
rounds = 5
[ends.signed]
kind = "agreement"
when = "full"
[payoffs.s.peace]
at = "signed"
value = 1
[payoffs.s.fear]
at = "signed"
value = -2
[payoffs.d.peace]
at = "signed"
value = 1
"""


def test_a_symmetric_freeze_is_accepted_by_the_fearful() -> None:
    """THEORY B2: the fearful refuse the unconditional truce alone."""
    fearful = loads(FEAR)
    assert measured(fearful, "agreement_chance") == 0
    frozen = parse("symmetric_freeze").applied(fearful, "s")
    assert measured(frozen, "agreement_chance") == 1
    assert measured(frozen, "value.s") == pytest.approx(1)
    dear = parse("symmetric_freeze:price=1.5").applied(fearful, "s")
    assert measured(dear, "agreement_chance") == 0


IDLE = {
    "aid_trigger:share=0",
    "escalating:step=0",
    "hazard:chance=0",
    "ratchet:step=0",
    "deadline:rounds=400",
}


@pytest.mark.parametrize("text", sorted(IDLE))
def test_strength_nought_changes_nothing(text: str) -> None:
    scenario = parse(text).applied(MARCH, "russia")
    plain, found = (analyse(compile_scenario(each)) for each in (MARCH, scenario))
    assert np.allclose(found.value, plain.value, rtol=1e-9)
    assert measured(scenario, "delay.russia") == pytest.approx(measured(MARCH, "delay.russia"))


def test_without_commitment_a_dear_threat_is_not_carried_out() -> None:
    free = effect(MARCH, "russia", None)
    bound = effect(MARCH, "russia", parse("hazard:chance=0.2"))
    empty = effect(MARCH, "russia", parse("hazard:chance=0.2,cost=1000"), committed=False)
    assert (free.label, bound.label, empty.label) == (STALLING, SETTLE, STALLING)
    assert empty.values == pytest.approx(free.values)
    assert free.boundary < 1 < bound.boundary


def test_each_measure_needs_something_to_act_on() -> None:
    alone = loads(FEAR)
    with pytest.raises(UsageError, match="no limited truce"):
        parse("ratchet").applied(alone, "s")
    with pytest.raises(UsageError, match="no change of the state makes"):
        parse("aid_trigger").applied(alone, "s")
    with pytest.raises(UsageError, match="no mediator"):
        parse("hazard").applied(alone, "s", committed=False)
    with pytest.raises(UsageError, match=r"no \[signals.NAME\]"):
        parse("verification").applied(alone, "s")
    with pytest.raises(UsageError, match="has no mediator"):
        policies(alone, "s", [Hazard()])
    with pytest.raises(UnknownNameError, match='did you mean "hazard"'):
        parse("hazzard")
    with pytest.raises(UnknownNameError, match='did you mean "chance"'):
        parse("hazard:chanse=0.1")
    with pytest.raises(UsageError, match="expected a number from 0 to 1"):
        parse("hazard:chance=2")


# ---------------------------------------------------------------- monitors of a truce


TRUCE = load(SCENARIOS / "textbook" / "ceasefire_monitoring.toml")


def least_discount(detection: float, false_alarm: float) -> float:
    """THEORY C1, ended for good, of its base case: g = 1, c = 2."""
    return 1 / ((1 - false_alarm) + (detection - false_alarm) * 2)


def test_verification_moves_the_critical_discount_as_in_closed_form() -> None:
    plain, better = hold(TRUCE, "watched", None), hold(TRUCE, "watched", Verification(share=0.5))
    assert plain.watched == better.watched == (True, False)
    assert plain.critical[0] == pytest.approx(least_discount(0.6, 0.05), rel=1e-12)
    assert better.critical[0] == pytest.approx(least_discount(0.8, 0.025), rel=1e-12)
    assert (plain.false_alarm, better.false_alarm) == pytest.approx((0.05, 0.025))
    assert plain.values[0] == pytest.approx(1 + 0.1 * 2 / (0.1 + 0.05 * 0.9), rel=1e-12)
    assert better.values[0] == pytest.approx(1 + 0.1 * 2 / (0.1 + 0.025 * 0.9), rel=1e-12)


def test_clearer_text_ends_false_alarms_and_misses_more() -> None:
    found = hold(TRUCE, "watched", ClearerText(disputed=0.05, cleared=1.0))
    assert found.critical[0] == pytest.approx(least_discount(1 - 0.4 / 0.95, 0.0), rel=1e-12)
    assert found.values == pytest.approx((3.0, 3.0))


def test_enough_verification_is_where_the_truce_begins_to_hold() -> None:
    """At discount 0.45: 1 / 0.45 = (1 - a) + 2 (b - a), b = 0.6 + 0.4 s, a = 0.05 (1 - s)."""
    short = TRUCE.set({"parties.watched.discount": 0.45})
    exact = (1 / 0.45 - 1 - 2 * 0.6 + 3 * 0.05) / (2 * 0.4 + 3 * 0.05)
    assert not hold(short, "watched", None).holds
    found = enough_to_hold(short, "watched", Verification())
    assert exact <= found <= exact + 8.0**-3
    hasty = TRUCE.set({"parties.watched.discount": 0.2})
    assert enough_to_hold(hasty, "watched", Verification()) == math.inf
    assert hold(TRUCE, "watched", None).holds


def test_without_monitors_that_see_anything_no_discount_is_enough() -> None:
    blind = TRUCE.set({"signals.monitor.detection": 0.05})
    plain, better = hold(blind, "watched", None), hold(blind, "watched", Verification(share=0.5))
    assert math.isnan(plain.critical[0])
    assert not plain.holds
    assert better.holds


def test_what_favours_a_party_is_read_from_ends_and_payoffs() -> None:
    assert favourable_changes(MARCH, "russia") == ("front_advances",)
    assert favourable_changes(MARCH, "ukraine") == ("front_recedes",)
    assert limited_options(MARCH, "russia") == ("energy_truce",)


def test_the_boundary_is_where_delay_begins_to_pay() -> None:
    """Delay pays from speed (k + (1 - delta) x0) / (delta d) on: the drift's share of 1."""
    exact = (0.001 + 0.02 * 0.4) / (0.98 * 0.02)
    found = boundary(compile_scenario(drift()), "s")
    assert exact < found <= exact + 8.0**-3
    assert math.isnan(boundary(compile_scenario(loads(FEAR)), "s"))


def test_first_true_finds_the_crossing_or_none() -> None:
    assert first_true(lambda values: [value >= 0.7 for value in values], 1.0, 0.0) == 1.0
    assert first_true(lambda values: [False for _ in values], 0.0, 1.0) == math.inf
    found = first_true(lambda values: [value <= 0.7 for value in values], 1.0, 0.0)
    assert 0.7 - 8.0**-3 <= found <= 0.7


def test_the_best_commitment_is_at_least_as_good_as_none() -> None:
    found = policies(MARCH, "russia", [parse("hazard"), parse("verification")], strengths=2)
    assert found[0].measure is None
    assert len(found) == 3
    assert max(each.best for each in found) > found[0].best
    assert all(each.worst <= each.best + 1e-9 for each in found)
    assert strengths_of(Deadline(), 5) == [21, 16, 11, 6, 1]


@pytest.mark.parametrize("name", sorted(countermeasures))
def test_every_measure_tells_about_itself(name: str) -> None:
    measure: Countermeasure = countermeasures[name]()
    assert parse(str(measure)) == measure
    assert measure.main in type(measure).__dataclass_fields__
    strong = measure.at(int(measure.strongest) if name in WHOLE else measure.strongest)
    assert getattr(strong, measure.main) == measure.strongest
    assert measure.summary
    assert measure.source


WHOLE = ("deadline", "conditional_truce")
