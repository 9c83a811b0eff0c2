"""What a channel may switch off: what waiting brings, set to 0 or to an argued value in range."""

from __future__ import annotations

import pytest

from negsim.errors import ScenarioError
from negsim.scenario.load import loads

TALKS = """
format = 1
title = "Talks with much that could be switched off"
parties.ann = { discount = 0.9, reservation = { value = 1 } }
parties.bob = { discount = 0.9 }
options.deal.parties = ["ann", "bob"]
talks.rounds = 3
ends.signed = { kind = "agreement", when = "deal" }
parameters.speed = { value = 2, range = [1, 3] }
[payoffs.ann.deal]
at = "signed"
value = 1
per = "speed"
[payoffs.ann.standing]
value = 0.5
range = [0, 1]
[payoffs.ann.war]
value = -0.5
[payoffs.bob.deal]
at = "signed"
value = 1
[channels.tested]
"""


def with_channel(off: str, why: str = "") -> str:
    return f"{TALKS}why = '{why}'\noff = {{ {off} }}\n"


@pytest.mark.parametrize(
    ("off", "why", "fault"),
    [
        ('"payoffs.ann.deal" = 0', "", "is paid at an end"),
        ('"payoffs.ann.deal" = 500', "", "is paid at an end"),
        ('"parties.ann.discount" = 0', "", "not how patient a party is"),
        ('"parties.ann.reservation" = 0', "", "what it falls back on"),
        ('"talks.rounds" = 1', "", "keeps the horizon"),
        ('"payoffs.ann.standing" = 2', "a reason", "outside the range [0, 1]"),
        ('"payoffs.ann.standing" = 0.2', "", "why = ... in the channel"),
        ('"payoffs.ann.war" = 3', "a reason", "has no range; expected 0"),
    ],
)
def test_what_is_no_channel_is_refused(off: str, why: str, fault: str) -> None:
    with pytest.raises(ScenarioError) as found:
        loads(with_channel(off, why))
    assert fault in str(found.value)


@pytest.mark.parametrize(
    ("off", "why"),
    [
        ('"payoffs.ann.standing" = 0', ""),
        ('"payoffs.ann.standing" = 0.2', "some standing stays"),
        ('"parameters.speed" = 0', ""),
        ('"parameters.speed" = 1', "it slows"),
    ],
)
def test_what_switches_something_off_is_taken(off: str, why: str) -> None:
    scenario = loads(with_channel(off, why))
    assert not [each for each in scenario.warnings if "channels" in each]


def test_a_cost_of_waiting_is_warned_about() -> None:
    (warning,) = (
        each for each in loads(with_channel('"payoffs.ann.war" = 0')).warnings if "channels" in each
    )
    assert "cost of waiting" in warning
