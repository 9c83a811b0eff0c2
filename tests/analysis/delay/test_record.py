"""The chance of what is on record, against the predicted path and hand counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.record import (
    decisions,
    event_chances,
    fitting,
    observation_chances,
    record_by_slips,
    record_chance,
)
from negsim.analysis.delay.stalling import stalling
from negsim.errors import ScenarioError
from negsim.scenario.load import load, loads

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"

ANSWERS = """
format = 1
title = "Two answers that come to the same"
parties.host = {}
parties.guest = {}
options.visit.parties = ["host", "guest"]
options.gift.parties = ["guest"]
talks = { rounds = 3, order = [["host"], ["guest"]] }
payoffs.host.trouble = { when = "visit", value = -1 }
payoffs.guest.cost = { when = "gift", value = -1 }
"""


SEEN = """
record.first = { round = 1, outcome = 'host.visit == "no" and gift' }
record.second = { round = 2, outcome = 'host.visit == "no" and gift' }
"""


def chances(record: str) -> list[float]:
    """Return the chance of each observation, then of all of them."""
    found = stalling(loads(ANSWERS + record))
    each = observation_chances(found.compiled, found.plan)[0]
    return [*each.tolist(), *record_chance(found.compiled, found.plan).tolist()]


def test_stances_that_lead_to_the_same_event_fit() -> None:
    """The host refuses, so that the guest's yes and no come to the same; its gift does not."""
    assert chances("""
        record.polite = { round = 1, outcome = 'guest.visit == "yes"' }
        record.rude = { round = 2, outcome = 'guest.visit == "no"' }
        record.refused = { round = 1, outcome = 'host.visit == "no" and not visit' }
    """) == [1, 1, 1, 1]
    assert chances("record.gift = { round = 1, outcome = 'gift' }") == [0, 0]


def test_without_a_record_everything_agrees_with_it() -> None:
    assert chances("") == [1]


def test_a_record_of_a_round_that_talks_do_not_reach_has_no_chance() -> None:
    text = (SCENARIOS / "textbook" / "three_party_talks.toml").read_text()
    for number, chance in ((4, 1), (5, 1)):
        scenario = loads(text + f"\n[record.x]\nround = {number}\noutcome = '1 == 1'\n")
        found = stalling(scenario)
        assert record_chance(found.compiled, found.plan).tolist() == [chance]
    ended = stalling(loads(text + "\n[record.x]\nround = 5\noutcome = 'not full_truce'\n"))
    assert record_chance(ended.compiled, ended.plan).tolist() == [0]


@pytest.mark.parametrize("name", ["march_2025", "textbook/leverage_ladder", "textbook/deadline"])
def test_event_chances_are_those_of_the_predicted_path(name: str) -> None:
    found = stalling(load(SCENARIOS / f"{name}.toml"))
    game = found.plan.game
    index = 0 if game.endless else int(game.first_index[0])
    (first,) = event_chances(found.plan, 0, index, int(game.start[0]))
    assert first == pytest.approx(found.path.events[0, 0], abs=1e-15)


def test_a_record_of_two_rounds_is_followed_through_the_states(tmp_path: Path) -> None:
    """In THEORY J2 the staller stalls with chance .68 at first; then from where that led."""
    seen = "\n".join(
        f"[record.r{number}]\nround = {number}\noutcome = 'not settle and not press'"
        for number in (1, 2)
    )
    file = SCENARIOS / "textbook" / "leverage_ladder.toml"
    (tmp_path / "seen.toml").write_text(f'extends = "negsim:textbook/{file.name}"\n{seen}\n')
    found = stalling(load(tmp_path / "seen.toml"))
    both = record_chance(found.compiled, found.plan)[0]
    fits = fitting(found.compiled, found.compiled.scenario.record[0])
    game, plan = found.plan.game, found.plan
    start = int(game.start[0])
    first = event_chances(plan, 0, 0, start)[0] * fits[start]
    by_hand = 0.0
    for event in np.flatnonzero(first):
        slot = game.transition_of[event]
        where = zip(game.successors[start, slot], game.chances[0, start, slot], strict=True)
        for state, chance in where:
            second = event_chances(plan, 0, 0, int(state))[0] * fits[state]
            by_hand += first[event] * chance * second.sum()
    assert 0 < both < first.sum()
    assert both == pytest.approx(by_hand, abs=1e-14)


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_slips_are_those_of_moves_mixed_with_any_move_alike(rate: float) -> None:
    """Written out for two rounds, in each of which the host refuses and the guest gives nothing.

    A gift without a visit: the host refuses and the guest slips to a gift, one of two; or the host
    slips to yes and the guest to no with a gift, one of four. The host's yes leads to the same.
    """
    found = stalling(loads(ANSWERS + SEEN))
    record = found.compiled.scenario.record
    slips = record_by_slips(found.compiled, found.plan, record)[0]
    assert len(slips) == decisions(found.compiled.scenario, record) + 1 == 5
    weights = [rate**slip * (1 - rate) ** (4 - slip) for slip in range(5)]
    a_round = (1 - rate / 2) * rate / 2 + rate / 2 * rate / 4
    assert slips @ weights == pytest.approx(a_round**2, abs=1e-15)


def test_slips_lead_to_every_event() -> None:
    found = stalling(load(SCENARIOS / "march_2025.toml"))
    game = found.plan.game
    events = event_chances(found.plan, 0, int(game.first_index[0]), int(game.start[0]), 9)
    groups = len(game.order)
    assert len(events) == groups + 1
    for rate in (0.0, 0.4, 1.0):
        weights = [
            rate**slip * (1 - rate) ** (len(events) - 1 - slip) for slip in range(len(events))
        ]
        assert np.sum(weights @ events) == pytest.approx(1)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (
            "record.x = { round = 4, outcome = 'gift' }",
            "record.x.round: expected a round from 1 to 3",
        ),
        ("record.x = { round = 1, outcome = 'gfit' }", 'unknown name "gfit"; did you mean "gift"'),
        ("record.x = { round = 1, outcome = 'gift', source = 'y' }", 'unknown source "y"'),
        ("record.x = { outcome = 'gift' }", "record.x.round"),
        ("record.x = { round = 1, outcome = 'host.gift == \"yes\"' }", "host has no say on gift"),
    ],
)
def test_faults_of_a_record(record: str, message: str) -> None:
    with pytest.raises(ScenarioError) as error:
        loads(ANSWERS + record)
    assert message in str(error.value)
