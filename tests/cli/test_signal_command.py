"""``negsim signal`` as a newcomer uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SIGNAL = SCENARIOS / "textbook" / "truce_as_signal.toml"
WATCHED = SCENARIOS / "textbook" / "ceasefire_monitoring.toml"
TYPES = SCENARIOS / "march_2025_types.toml"


def test_the_outcomes_of_the_signalling_game_are_told_with_their_marks(
    command: Callable[..., Any],
) -> None:
    answer = command("signal", SIGNAL)
    assert answer.code == 0
    assert "pooling: intuitive criterion passes, D1 fails" in answer.out
    assert "semi-separating: intuitive criterion passes, D1 passes" in answer.out
    assert "by incomplete information; were it known to be sincere: Limited truce: no" in answer.out
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
    assert written == ["negsim.json", "offers.png", "offers.svg", "signal.json"]


def test_the_worked_case_has_a_game_in_which_the_types_pool(command: Callable[..., Any]) -> None:
    game = command("signal", TYPES, "--json").data["game"]
    assert game["players"] == ["Russia", "Ukraine"]
    both = "Energy-only truce: yes, Full 30-day ceasefire: no or if"
    assert [each["kinds"] for each in game["components"]] == [["pooling"]]
    strategy = game["components"][0]["outcomes"][0]["strategy"]
    assert [own[both] for own in strategy.values()] == pytest.approx([1.0, 1.0])


def test_the_base_case_lies_in_the_region_that_was_found(
    command: Callable[..., Any], tmp_path: Path
) -> None:
    form = command("signal", SIGNAL, "--json", "--out", tmp_path / "out").data["form"]
    assert (form["sincere"], form["accept"]) == ("sincere", "Limited truce: yes")
    numbers = [form[name] for name in ("prior", "cost_sincere", "cost_staller", "threshold")]
    assert numbers == pytest.approx([0.25, 0.2, 0.5, 0.5])
    assert "semi-separating" in (tmp_path / "out" / "regions.svg").read_text(encoding="utf-8")


def test_a_watched_truce_is_told_without_types(command: Callable[..., Any], tmp_path: Path) -> None:
    """THEORY C1: g / [(1 - alpha) g + (beta - alpha) c] with g = 1, c = 2."""
    answer = command("signal", WATCHED, "--out", tmp_path / "out")
    assert answer.code == 0
    assert "at least 0.488" in answer.out
    data = command("signal", WATCHED, "--json").data["truce"]
    assert data["discount"] == pytest.approx(1 / (0.95 + 0.55 * 2))
    assert data["curves"][1][60] == pytest.approx(data["discount"])
    assert data["curves"][1][0] is None
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["monitoring.png", "monitoring.svg", "negsim.json", "signal.json"]


def test_a_transcript_is_drawn(command: Callable[..., Any], tmp_path: Path) -> None:
    record = SCENARIOS / "transcripts" / "march_2025.csv"
    answer = command("transcript", TYPES, record, "--out", tmp_path / "out")
    assert answer.code == 0
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["belief.png", "belief.svg", "negsim.json", "transcript.json"]


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
