"""A label is never noise: what lies within the regret of the solution is not decided."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.analysis.delay.doubt import doubts
from negsim.analysis.delay.stalling import LABELS, UNDECIDED, Stalling, stalling
from negsim.scenario.load import loads

CIRCLE = """
format = 1
title = "Three who go round in a circle, and a deal of two of them"
parties.ann.discount = 0.9
parties.bob.discount = 0.9
parties.cid.discount = 0.9
options.left_ann.parties = ["ann"]
options.left_bob.parties = ["bob"]
options.left_cid.parties = ["cid"]
options.deal.parties = ["ann", "bob"]
talks = {{ rounds = {rounds}, order = "simultaneous" }}
ends.signed = {{ kind = "agreement", when = "deal" }}
payoffs.ann.meets = {{ when = "left_ann == left_bob", value = 3, per = "1 + left_ann" }}
payoffs.bob.meets = {{ when = "left_bob == left_cid", value = 2, per = "1 + 2 * left_bob" }}
payoffs.cid.flees = {{ when = "left_cid != left_ann", value = 1, per = "1 + left_cid" }}
payoffs.ann.signed = {{ at = "signed", value = {signed} }}
payoffs.bob.signed = {{ at = "signed", value = -50 }}
"""


def circle(signed: float, rounds: int = 2) -> Stalling:
    return stalling(loads(CIRCLE.format(signed=signed, rounds=rounds)))


def test_what_the_solution_cannot_tell_apart_is_not_decided() -> None:
    analysis = circle(0)
    doubt = analysis.start_doubt[0, 0, 0, 0]
    assert doubt > 0
    found = analysis.at_start
    assert doubt >= found.gain[0, 0, 0, 0]
    assert np.array_equal(analysis.everywhere.labels[0, -1, :, 0], analysis.start_labels[0])


def test_a_plan_without_regret_leaves_no_doubt() -> None:
    text = CIRCLE.format(signed=0, rounds=2).replace(
        '"simultaneous"', '[["ann"], ["bob"], ["cid"]]'
    )
    analysis = stalling(loads(text))
    assert not doubts(analysis.plan).any()
    assert UNDECIDED not in analysis.everywhere.labels


@pytest.mark.parametrize(("off", "expected"), [(0.0, True), (3.0, False), (-3.0, False)])
def test_a_value_of_delay_within_the_doubt_is_not_decided(off: float, expected: bool) -> None:
    base = circle(0)
    assert base.start.doubt is not None
    labels = base.start
    near = labels.prospects.talk + off * labels.doubt
    same = labels.prospects._replace(settle=near, leave=near - 1, package=near.astype(int) * 0)
    found = type(labels)(same, None, labels.doubt).labels[0, 0, 0, 0]
    assert (LABELS[found] == "not_decided") == expected
