"""``negsim signal`` as a newcomer uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SIGNAL = SCENARIOS / "textbook" / "truce_as_signal.toml"
TYPES = SCENARIOS / "march_2025_types.toml"


def test_the_outcomes_of_the_signalling_game_are_told_with_their_marks(
    command: Callable[..., Any],
) -> None:
    answer = command("signal", SIGNAL)
    assert answer.code == 0
    assert "pooling: intuitive criterion passes, D1 fails" in answer.out
    assert "semi-separating: intuitive criterion passes, D1 passes" in answer.out
    assert "off path, after Limited truce: yes: belief in sincere 0 to 0.5" in answer.out


def test_the_data_has_the_closed_form_of_b1(command: Callable[..., Any]) -> None:
    game = command("signal", SIGNAL, "--json").data["game"]
    kept = next(each for each in game["components"] if each["d1"] == "passes")
    chance = kept["outcomes"][0]["strategy"]["base"]["Limited truce: yes"]
    prior = game["prior"]["sincere"]
    assert chance == pytest.approx(prior * (1 - 0.5) / ((1 - prior) * 0.5), abs=1e-9)


def test_three_readings_share_the_truce_and_differ_in_what_they_accept(
    command: Callable[..., Any], tmp_path: Path
) -> None:
    data = command("signal", TYPES, "--json", "--out", tmp_path / "out").data
    assert [each["label"] for each in data["types"]] == ["impasse", "stalling", "waiting"]
    plain = [offer for offer in data["offers"] if offer["kind"] == "unconditional"]
    assert all(not any(offer["accepts"].values()) for offer in plain)
    assert data["offers"][0]["accepts"] == {"fearful": True, "staller": True, "slow": False}
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["offers.png", "offers.svg", "signal.json"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--party", "party_"], 'unknown party "party_"'),
        (["--types", "sincere"], "--types sincere: expected two different types"),
        (["--types", "sincere,bas"], 'unknown type "bas"; did you mean "base"?'),
    ],
)
def test_bad_input_is_one_clear_line(
    command: Callable[..., Any], words: list[str], said: str
) -> None:
    answer = command("signal", SIGNAL, *words)
    assert answer.code == 2
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1
