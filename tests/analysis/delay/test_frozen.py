"""S4 asks whether what could be signed now would be signed with the channels off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.prospects import concluded, of_start_state, prospects
from negsim.analysis.delay.stalling import LABELS, STALLING, stalling
from negsim.scenario.load import load, loads

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"

RED_LINE = """
format = 1
title = "One side signs only with the other's red line, while a front moves its way"
parties.ann.discount = 0.95
parties.bob = { discount = 0.95, reservation = { value = -9 } }
options.clean.parties = ["ann", "bob"]
options.harsh.parties = ["ann", "bob"]
rules.one = "clean + harsh <= 1"
talks.rounds = 2
talks.order = ["ann", "bob"]
state.line = { levels = 3, start = 0 }
parameters.speed = 1
changes.moves = { when = "not clean and not harsh", add = { line = 1 }, chance = "speed" }
ends.signed = { kind = "agreement", when = "clean or harsh" }
payoffs.ann.clean = { at = "signed", when = "clean", value = 1 }
payoffs.ann.line = { at = "signed", value = 1, per = "line" }
payoffs.ann.harsh = { at = "signed", when = "harsh", value = 2.5 }
payoffs.ann.war = { when = "not clean and not harsh", value = -0.5 }
payoffs.bob.harsh = { at = "signed", when = "harsh", value = -5 }
payoffs.bob.failed = { at = "no_agreement", value = -3 }
payoffs.bob.war = { when = "not clean and not harsh", value = -0.5 }
channels.drift.off = { "parameters.speed" = 0 }
"""


def test_a_party_that_refuses_its_red_line_waits() -> None:
    """Bob could sign the harsh package now. With the front still Ann would sign the clean one."""
    analysis = stalling(loads(RED_LINE))
    start = analysis.start
    assert analysis.compiled.outcome_text(int(start.prospects.package[0, 0, 1, 0])) == "Harsh"
    assert start.still is not None
    frozen = start.still.prospects
    assert frozen.settle[0, 0, 1, 0] >= frozen.talk[0, 0, 1, 0], "the old test would be passed"
    assert start.still.same[0, 0, 1, 0] == -5
    assert LABELS[analysis.start_labels[0, 1]] == "waiting"
    assert start.conditions(1) == (True, True, True, False)


def test_one_that_would_sign_the_same_package_does_not() -> None:
    analysis = stalling(load(SCENARIOS / "textbook" / "drift.toml"))
    assert analysis.start.conditions(0) == (True, True, True, True)
    assert LABELS[analysis.start_labels[0, 0]] == "stalling"


def test_leaving_in_the_frozen_game_is_no_signing_either() -> None:
    """With the channel off talking on is worst and leaving best: the refusal outlives it."""
    text = """
        format = 1
        title = "Paid to sit, and better off outside"
        parties.ann.discount = 0.9
        options.deal.parties = ["ann"]
        options.leave.parties = ["ann"]
        rules.one = "deal + leave <= 1"
        talks.rounds = 3
        ends.signed = { kind = "agreement", when = "deal" }
        ends.left = { kind = "exit", by = ["ann"], when = "leave" }
        parameters.hard = 0
        payoffs.ann.deal = { at = "signed", value = 1 }
        payoffs.ann.left = { at = "left", value = 1, per = "outside" }
        parameters.outside = { value = 0.8, range = [0.5, 2] }
        payoffs.ann.paid = { when = "not deal and not leave", value = 2, range = [-1, 3] }
        channels.cover.why = "what waits is paid for, and better looked after outside"
        channels.cover.off = { "payoffs.ann.paid" = -1, "parameters.outside" = 1.5 }
    """
    analysis = stalling(loads(text))
    assert LABELS[analysis.start_labels[0, 0]] == "waiting"
    assert analysis.start.conditions(0) == (True, True, True, False)
    inside = loads(text.replace('"parameters.outside" = 1.5', '"parameters.outside" = 0.8'))
    assert LABELS[stalling(inside).start_labels[0, 0]] == "stalling"


def test_the_start_and_everywhere_agree_on_the_same_package() -> None:
    analysis = stalling(load(SCENARIOS / "march_2025_fixed_deadline.toml"))
    everywhere, start = analysis.everywhere.still, analysis.start.still
    assert everywhere is not None
    assert start is not None
    where = analysis.plan.game.start[0]
    assert everywhere.same[0, -1, :, where] == pytest.approx(start.same[0, 0, :, 0], nan_ok=True)
    assert LABELS[analysis.start_labels[0, 1]] == "waiting", "Ukraine declines a pause alone"


@pytest.mark.parametrize(
    "name", ["march_2025", "textbook/three_party_talks", "textbook/lattice_walk"]
)
def test_a_concluded_package_is_worth_what_settling_is(name: str) -> None:
    analysis = stalling(load(SCENARIOS / f"{name}.toml"))
    found = analysis.everywhere.prospects
    worth = concluded(analysis.plan, found.package)
    assert worth == pytest.approx(found.settle, nan_ok=True)
    start = analysis.at_start
    assert concluded(analysis.plan, start.package, start_only=True) == pytest.approx(start.settle)


def test_an_event_that_concludes_by_chance_only_is_followed_by_what_comes() -> None:
    text = RED_LINE.replace('when = "clean or harsh" }', 'when = "(clean or harsh) and line > 0" }')
    analysis = stalling(loads(text))
    plan = analysis.plan
    event = int(analysis.compiled.events.of[0].max())
    package = np.full((1, 2, 2, 3), event)
    worth = concluded(plan, package)
    assert worth.shape == package.shape
    first = worth[0, 1, :, 0]
    game = plan.game
    transition = game.transition_of[event]
    ahead = plan.values[0, 0][:, game.successors[0, transition]] @ game.chances[0, 0, transition]
    assert first == pytest.approx(game.payoffs[0, :, 0, event] + 0.95 * ahead)


def test_prospects_of_the_start_state_are_a_column_of_all() -> None:
    analysis = stalling(load(SCENARIOS / "textbook" / "three_party_talks.toml"))
    column, every = of_start_state(analysis.plan), prospects(analysis.plan)
    start = int(analysis.plan.game.start[0])
    assert np.array_equal(column.talk[..., 0], every.talk[..., start])
    assert np.array_equal(column.package[..., 0], every.package[..., start])
    assert STALLING in analysis.start_labels
