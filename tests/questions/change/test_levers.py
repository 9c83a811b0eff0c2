"""Crossings along a lever lie where the closed form puts them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.stalling import IMPASSE, LABELS, SETTLE, STALLING, stalling
from negsim.errors import NegsimError
from negsim.questions.change.levers import (
    cheapest_label,
    cheapest_outcome,
    critical_values,
    levers,
    tipping_curves,
)
from negsim.questions.delay.discipline import calm_scenario
from negsim.sampling.axes import Axis, axis_of, ranged_axes
from negsim.sampling.tipping import SCAN, TOLERANCE
from negsim.scenario.load import loads

DRIFT = Path(negsim.__file__).parents[1] / "scenarios" / "textbook" / "drift.toml"


def drift(*levers: str) -> str:
    return DRIFT.read_text(encoding="utf-8") + "".join(
        f"[levers.lever_{place}]\n{text}\n" for place, text in enumerate(levers)
    )


def threshold(discount: float, share: float, cost: float, ending: float, penalty: float) -> float:
    """Return the drift above which one more week of waiting pays (THEORY A1)."""
    return ending * penalty + (cost + (1 - discount) * share) / discount


def test_the_critical_drift_is_the_closed_form() -> None:
    scan = levers(loads(drift('sets = "parameters.drift"\nrange = [0, 0.04]')), "staller")[0]
    width = TOLERANCE * 0.04
    exact = threshold(0.98, 0.4, 0.001, 0.02, 0.1)
    assert [(each.below, each.above) for each in scan.crossings] == [("settle", "stalling")]
    assert abs(scan.crossings[0].value - exact) <= width / 2
    assert len(scan.values) == len(scan.labels) == len(scan.delay) == SCAN
    assert (np.array(scan.labels) == np.where(scan.values > exact, "stalling", "settle")).all()
    assert (np.sign(scan.delay) == np.sign(scan.values - exact)).all()


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_it_moves_with_the_share_as_the_closed_form_does(share: float) -> None:
    scenario = loads(drift('sets = "parameters.drift"\nrange = [0, 0.04]'))
    scan = levers(scenario.set({"parameters.first_share": share}), "staller")[0]
    exact = threshold(0.98, share, 0.001, 0.02, 0.1)
    assert [crossing.value for crossing in scan.crossings] == pytest.approx([exact], abs=2e-5)


def test_several_levers_cross_each_where_its_own_closed_form_says() -> None:
    text = drift(
        'sets = "parameters.drift"\nrange = [0, 0.04]',
        'sets = "payoffs.staller.waiting"\nrange = [-0.05, 0.005]',
        'sets = "payoffs.staller.penalty"\nrange = [-1, 0]',
        'sets = "parties.staller.discount"\nrange = [0.9, 1.0]',
    )
    cost = 0.98 * (0.02 - 0.02 * 0.1) - 0.02 * 0.4
    penalty = (0.02 - (0.001 + 0.02 * 0.4) / 0.98) / 0.02
    discount = (0.4 + 0.001) / (0.4 + 0.02 - 0.02 * 0.1)
    exact = [threshold(0.98, 0.4, 0.001, 0.02, 0.1), -cost, -penalty, discount]
    widths = [0.04, 0.055, 1.0, 0.1]
    scans = levers(loads(text), "staller", threads=2)
    assert [scan.name for scan in scans] == [f"lever_{place}" for place in range(4)]
    for scan, value, width in zip(scans, exact, widths, strict=True):
        assert [crossing.value for crossing in scan.crossings] == pytest.approx(
            [value], abs=TOLERANCE * width / 2
        )


def test_the_answer_does_not_depend_on_the_threads_or_on_other_levers() -> None:
    one = 'sets = "parameters.drift"\nrange = [0, 0.04]'
    two = 'sets = "payoffs.staller.waiting"\nrange = [-0.05, 0.01]'
    alone = levers(loads(drift(one)), "staller")[0]
    beside = levers(loads(drift(one, two)), "staller", threads=3)[0]
    assert alone.crossings == beside.crossings
    assert alone.delay == pytest.approx(beside.delay, abs=1e-12)


def test_without_channels_the_rest_of_the_preference_is_waiting() -> None:
    text = drift('sets = "payoffs.staller.waiting"\nrange = [-0.05, 0.05]')
    scan = levers(loads(text), "staller")[0]
    exact = -(0.98 * (0 - 0.02 * 0.1) - 0.02 * 0.4)
    assert (np.array(scan.calm) == np.where(scan.values > exact, "waiting", "settle")).all()
    off = calm_scenario(loads(text), "staller")
    assert off.channels == ()
    assert off.value("parameters.drift") == 0


BANDS = """
format = 1
title = "Three readings of one number, the middle one narrow"
parties.ann = {}
parties.bob = {}
options.deal.parties = ["ann", "bob"]
options.leave.parties = ["ann"]
talks.rounds = 2
state.line = { levels = 3, start = 0 }
changes.moves = { add = { line = 1 } }
ends.signed = { kind = "agreement", when = "deal" }
ends.out = { kind = "exit", by = ["ann"], when = "leave" }
parameters.worth = 5
payoffs.ann.deal = { at = "signed", value = 1, per = "worth" }
payoffs.ann.out = { at = "out", value = 4 }
payoffs.ann.none = { at = "no_agreement", value = -9 }
payoffs.bob.deal = { at = "signed", value = 1 }
levers.worth = { sets = "parameters.worth", range = [0.2, 8.2] }
parameters.later = 1
channels.drift = { off = { "parameters.later" = 0 } }
[payoffs.ann.later]
at = "signed"
value = 1
per = "later * (line - 1) * max(0, 1 - 100 * max(0, worth - 4.1))"
"""


def label_at(value: float) -> int:
    found = stalling(loads(BANDS).set({"parameters.worth": value}))
    return int(found.start_labels[0, 0])


def test_what_the_bands_are() -> None:
    found = [label_at(value) for value in (3.7, 3.99, 4.01, 4.09, 4.12, 4.2)]
    assert found == [IMPASSE, IMPASSE, STALLING, STALLING, SETTLE, SETTLE]


def test_a_crossing_has_the_labels_that_are_found_beside_it() -> None:
    """Between two points of the scan there may be a third label."""
    crossings = levers(loads(BANDS), "ann")[0].crossings
    width = TOLERANCE * 8
    assert crossings
    for crossing in crossings:
        sides = (label_at(crossing.value - width), label_at(crossing.value + width))
        assert tuple(LABELS[side] for side in sides) == (crossing.below, crossing.above)


def test_no_levers_no_scans() -> None:
    assert levers(loads(BANDS.replace("levers.worth =", "# ")), "ann") == ()


def test_a_lever_of_whole_numbers_is_scanned_at_whole_numbers() -> None:
    text = drift('sets = "talks.rounds"\nrange = [1, 40]')
    scan = levers(loads(text), "staller")[0]
    assert (scan.values == np.round(scan.values)).all()
    assert None not in scan.labels
    assert [(c.below, c.above) for c in scan.crossings] == [("settle", "stalling")]


A1 = {
    "parameters.drift": (0.0, 0.04, threshold(0.98, 0.4, 0.001, 0.02, 0.1)),
    "payoffs.staller.waiting": (-0.05, 0.005, -(0.98 * (0.02 - 0.02 * 0.1) - 0.02 * 0.4)),
    "changes.patience_ends.chance": (0.0, 0.4, (0.02 - (0.001 + 0.02 * 0.4) / 0.98) / 0.1),
    "parties.staller.discount": (0.9, 1.0, (0.4 + 0.001) / (0.4 + 0.02 - 0.02 * 0.1)),
}
"""THEORY A1: the critical drift d*, cost k*, hazard h* (of (hF)*) and discount delta*."""


@pytest.mark.parametrize("name", A1)
def test_critical_values_are_those_of_the_closed_form_to_a_millionth(name: str) -> None:
    low, high, exact = A1[name]
    (scan,) = critical_values(loads(drift()), "staller", [Axis(name, name, low, high)])
    own = [each for each in scan.tippings if each.conclusion.name == "label.staller"]
    assert [each.value for each in own] == pytest.approx([exact], abs=1e-6)
    nearest = scan.nearest(scan.conclusions[0])
    assert nearest is not None
    assert nearest.value == own[0].value


def test_claims_tip_where_their_own_state_says() -> None:
    """One claim starts at 21 steps of share, the other at 22: x = 0.4 + 21 d, settling at x*."""
    scan = critical_values(
        loads(drift()), "staller", [axis_of(loads(drift()), "parameters.drift")]
    )[0]
    found = {each.conclusion.name: each for each in scan.tippings}
    for name, steps in (
        ("waits_just_below_the_threshold", 21),
        ("settles_just_above_the_threshold", 22),
    ):
        exact = (0.02 * 0.1 + (0.001 + 0.02 * 0.4) / 0.98) / (1 - 0.02 * steps / 0.98)
        assert found[name].value == pytest.approx(exact, abs=1e-6)
    assert (found["waits_just_below_the_threshold"].below, scan.conclusions[2].word(0)) == (
        0,
        "does not hold",
    )


def test_a_number_that_a_claim_sets_itself_does_not_move_it() -> None:
    scenario = loads(drift())
    (scan,) = critical_values(scenario, "staller", [axis_of(scenario, "state.share.start=0:30")])
    assert [each.conclusion.name for each in scan.tippings] == ["label.staller"]
    assert scan.tippings[0].value == 21.5


def test_the_curve_between_drift_and_cost_is_the_closed_form() -> None:
    """d* = h F + (k + (1 - delta) x) / delta, and waiting is worth -k."""
    across = Axis("parameters.drift", "", 0.0, 0.04)
    up = Axis("payoffs.staller.waiting", "", -0.02, 0.0)
    (curve,) = tipping_curves(loads(drift()), "staller", across, up)
    assert curve.complete
    assert len(curve.points) > 20
    exact = 0.02 * 0.1 + (-curve.points[:, 1] + 0.02 * 0.4) / 0.98
    assert curve.points[:, 0] == pytest.approx(exact, abs=1e-6)
    ends = sorted(curve.points[[0, -1], 1])
    assert ends == pytest.approx([-0.02, 0.0], abs=1e-6)


def test_a_curve_over_whole_numbers_has_one_point_a_value() -> None:
    across = Axis("state.share.start", "", 0, 4, whole=True)
    up = Axis("parameters.drift", "", 0.0, 0.04)
    (curve,) = tipping_curves(loads(drift()), "staller", across, up)
    assert curve.points[:, 0].tolist() == [0, 1, 2, 3, 4]
    steps = curve.points[:, 0]
    exact = (0.002 + 0.009 / 0.98) / (1 - 0.02 * steps / 0.98)
    assert curve.points[:, 1] == pytest.approx(exact, abs=1e-6)


def test_the_cheapest_way_to_settle_is_the_closed_form() -> None:
    """Moving the drift costs 0.00882 of its range 0.04; the cheaper of two levers is moved."""
    scenario = loads(
        drift(
            'sets = "parameters.drift"\nrange = [0, 0.04]',
            'sets = "payoffs.staller.waiting"\nrange = [-0.05, 0]',
        )
    )
    axes = (Axis("parameters.drift", "", 0, 0.04), Axis("payoffs.staller.waiting", "", -0.05, 0))
    found = cheapest_label(scenario, "staller", SETTLE, axes)
    exact = (0.02 - A1["parameters.drift"][2]) / 0.04
    by_cost = (-0.001 - A1["payoffs.staller.waiting"][2]) / 0.05
    assert found.best is not None
    assert found.best.cost == pytest.approx(min(exact, by_cost), abs=1e-4)
    dear = cheapest_label(scenario, "staller", SETTLE, axes, {"payoffs.staller.waiting": 9.0}).best
    assert dear is not None
    assert [step.name for step in dear.steps] == ["parameters.drift"]
    assert dear.cost == pytest.approx(exact, abs=1e-4)


def test_an_outcome_of_round_one_is_brought_about_and_holds() -> None:
    scenario = loads(drift())
    found = cheapest_outcome(scenario, "settle", ranged_axes(scenario))
    assert found.best is not None
    (step,) = found.best.steps
    assert step.value == pytest.approx(A1["parameters.drift"][2], abs=2e-6)
    moved = stalling(scenario.set({step.name: step.value}))
    assert moved.start_labels[0, 0] == SETTLE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parameters.drfit", 'did you mean "parameters.drift"'),
        ("parameters.drift=0.2:0.1", "range 0.2 to 0.1 is reversed"),
        ("parameters.drift=0.1:0.1", "range 0.1 to 0.1 is empty"),
        ("parameters.drift=0.1", "expected a range LO:HI"),
        ("parameters.drift=0:inf", "finite"),
        ("parameters.first_share", "has no range, expected one such as"),
        ("changes.patience_ends.chance=0:2", "changes.patience_ends.chance cannot be 2"),
    ],
)
def test_axes_that_cannot_be_are_told_in_one_line(text: str, words: str) -> None:
    with pytest.raises(NegsimError, match=words) as told:
        axis_of(loads(drift()), text)
    assert "\n" not in str(told.value)


def test_curves_that_cannot_be_are_told() -> None:
    scenario = loads(drift())
    axis = Axis("parameters.drift", "", 0.0, 0.04)
    with pytest.raises(NegsimError, match="two different numbers"):
        tipping_curves(scenario, "staller", axis, axis)
    whole = (
        Axis("talks.rounds", "", 1, 9, whole=True),
        Axis("state.share.start", "", 0, 4, whole=True),
    )
    with pytest.raises(NegsimError, match="both take whole values"):
        tipping_curves(scenario, "staller", *whole)
    with pytest.raises(NegsimError, match="expected 2 or more"):
        critical_values(scenario, "staller", [axis], scan=1)
