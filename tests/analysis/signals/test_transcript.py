"""Transcripts: faults with their lines, Bayes by hand, what the record does not distinguish."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from negsim.analysis.signals.signal_game import message_chances, signal_game
from negsim.analysis.signals.transcript import SOPHISTICATED, TREMBLE, follow_transcript
from negsim.analysis.signals.truce_form import truce_form
from negsim.errors import GameError, ScenarioError, UsageError
from negsim.scenario.load import load
from negsim.scenario.transcript import parse_transcript, read_transcript
from negsim.theory.signalling.game import SignallingGame
from tests.oracles.limited_truce import limited_truce_signal

ROOT = Path(__file__).resolve().parents[3] / "scenarios"
FEARFUL = load(ROOT / "march_2025_fearful.toml")
SIGNAL = load(ROOT / "textbook" / "truce_as_signal.toml")
HEAD = "round,party,option,stance\n"


def follow(text: str, **options: object):
    return follow_transcript(SIGNAL, parse_transcript(HEAD + text, "t.csv", SIGNAL), **options)


FAULTS = {
    "round,party,option\n": ["t.csv:1: stance: missing"],
    HEAD: ["t.csv:1: no row"],
    HEAD + "0,party,truce,yes\n": ['t.csv:2: round: got "0"; expected a whole number from 1 to 2'],
    HEAD + "3,party,truce,yes\n": ['t.csv:2: round: got "3"'],
    HEAD + "1,partei,truce,yes\n": ['t.csv:2: party: unknown party "partei"; did you mean "party"'],
    HEAD + "1,party,truse,yes\n": ['t.csv:2: option: unknown option "truse"; did you mean "truce"'],
    HEAD + "1,party,press,yes\n": ["t.csv:2: option: party has no say on it; expected mediator"],
    HEAD + "1,party,truce,maybe\n": ['t.csv:2: stance: got "maybe"; expected no, yes'],
    HEAD + "1,party,truce,yes\n1,party,truce,no\n": ['t.csv:3: stance: said "yes" in the same'],
    "round,party,option,stance,stagee\n1,party,truce,yes,0\n": ["t.csv:1: stagee: unknown column"],
    "round,party,option,stance,stage\n1,party,truce,yes,7\n": ['t.csv:2: stage: got "7"'],
    HEAD + "x,party,truce,yes\n1,party,truce,oui\n": ["t.csv:2: round:", "t.csv:3: stance:"],
}


@pytest.mark.parametrize("text", FAULTS)
def test_faults_are_told_together_with_their_lines(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_transcript(text, "t.csv", SIGNAL)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(FAULTS[text])
    for line, expected in zip(lines, FAULTS[text], strict=True):
        assert line.startswith(expected)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_transcript(tmp_path / "none.csv", SIGNAL)


def test_naive_belief_is_bayes_with_the_logit_chances_of_each_type() -> None:
    """Known types accept with odds exp(-precision x cost): 0.2 for the sincere, 0.5 otherwise."""
    found = follow("1,party,truce,yes\n", precision=2.0)
    chances = [1 / (1 + np.exp(2.0 * cost)) for cost in (0.2, 0.5)]
    assert found.readings[0].chances == pytest.approx(chances, abs=1e-12)
    seen = [(1 - TREMBLE) * chance + TREMBLE / 2 for chance in chances]
    odds = 0.25 * seen[0] / (0.75 * seen[1])
    assert found.types == ("sincere", "base")
    assert found.beliefs[-1, 0] == pytest.approx(odds / (1 + odds), abs=1e-12)
    assert found.evidence[-1] == pytest.approx(np.log(seen[1] / seen[0]), abs=1e-12)
    assert found.readings[0].tells


def test_sophisticated_belief_knows_that_types_are_watched() -> None:
    """After an acceptance belief is q* = 1/2, up to the tremble (THEORY B1)."""
    found = follow("1,party,truce,yes\n", mode=SOPHISTICATED)
    assert found.readings[0].chances == pytest.approx([1.0, 1 / 3], abs=1e-9)
    assert found.beliefs[-1, 0] == pytest.approx(0.5, abs=0.01)
    assert message_chances(SIGNAL, "party").sum(axis=1) == pytest.approx([1.0, 1.0])


def test_messages_that_offer_the_same_are_one_and_share_its_chance() -> None:
    """A conditional yes puts into effect what a no does and is worth nearly the same."""
    game = signal_game(FEARFUL, "russia")
    assert len(game.messages) == 3
    assert "Energy-only truce: yes, Full 30-day ceasefire: no or if" in game.messages
    assert message_chances(FEARFUL, "russia") == pytest.approx(np.array([[0, 0.5, 0, 0.5]] * 2))


def test_a_signalling_game_of_another_form_is_no_limited_truce() -> None:
    assert truce_form(signal_game(FEARFUL, "russia")) is None
    game = limited_truce_signal(0.25, costs=(0.2, 0.5))
    swapped = SignallingGame(game.prior[::-1], game.sender[::-1, ::-1], game.receiver[::-1, ::-1])
    form = truce_form(swapped)
    assert form is not None
    assert (form.sincere, form.accept, form.prior) == ("type 2", "message 2", 0.25)
    assert (form.cost_sincere, form.cost_staller) == pytest.approx((0.2, 0.5))
    pressed = limited_truce_signal(0.25, costs=(0.2, 0.5), refusal_pressed=True)
    assert truce_form(pressed) is None


def test_what_is_not_observed_changes_nothing() -> None:
    found = follow("1,mediator,press,no\n")
    assert found.beliefs[-1] == pytest.approx(found.beliefs[0])
    assert not found.readings[0].tells


def test_the_public_record_of_march_2025_does_not_tell_the_readings_apart() -> None:
    rounds = read_transcript(ROOT / "transcripts" / "march_2025.csv", FEARFUL)
    found = follow_transcript(FEARFUL, rounds)
    assert len(rounds) == 2
    assert all(date <= "2025-03-19" for observed in rounds for date in observed.dates)
    assert [reading.tells for reading in found.readings] == [False, False]
    assert found.beliefs[-1] == pytest.approx([0.5, 0.5], abs=0.02)


def test_what_cannot_be_followed_is_said() -> None:
    march = load(ROOT / "march_2025.toml")
    rounds = read_transcript(ROOT / "transcripts" / "march_2025.csv", march)
    with pytest.raises(GameError, match="no party has types"):
        follow_transcript(march, rounds)
    with pytest.raises(GameError, match='"mediator" has no types'):
        follow("1,party,truce,yes\n", party="mediator")
    with pytest.raises(UsageError, match="expected naive or sophisticated"):
        follow("1,party,truce,yes\n", mode="clever")
    with pytest.raises(GameError, match="nobody speaks after"):
        signal_game(SIGNAL.with_order((("mediator",), ("party",))), "party")
    with pytest.raises(GameError, match="expected two"):
        signal_game(SIGNAL.set({"types.party.sincere.prior": 1}), "party")


def test_the_signalling_game_of_the_file_is_that_of_the_theory() -> None:
    """THEORY B1 with G = F = 1/2, costs 0.2 and 0.5, v = w = 1."""
    game = signal_game(SIGNAL, "party")
    assert game.shape == (2, 2, 2)
    accept = game.messages.index("Limited truce: yes")
    go_on = game.replies.index("Press: no")
    assert game.sender[:, accept, go_on] == pytest.approx([0.3, 0.0])
    assert game.sender[:, 1 - accept, 1 - go_on] == pytest.approx([-0.5, -0.5])
    assert game.receiver[:, accept, go_on] == pytest.approx([1.0, -1.0])
    assert game.receiver[:, :, 1 - go_on] == pytest.approx(np.zeros((2, 2)))
