"""`new` writes a scenario that works; `compare` tells what differs and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from negsim.scenario.starter import starter_text

BARE = """
format = 1
title = "One party [here]"
parties.ann.label = "Ann"
options.dig.parties = ["ann"]
payoffs.ann.water = { when = "dig", value = 2, why = "thirst" }
claims.digs = { says = "Ann digs", expect = { round = 1, outcome = "dig" } }
"""
VARIANT = """
extends = "bare.toml"
title = "One party [there]"
parties.ann.label = "Ann"
payoffs.ann.water.value = -1
payoffs.ann.gold = { when = "dig", value = 0.5, why = "luck" }
"""


@pytest.fixture
def files(here: Path) -> Path:
    (here / "bare.toml").write_text(BARE, encoding="utf-8")
    (here / "variant.toml").write_text(VARIANT, encoding="utf-8")
    return here


# ---------------------------------------------------------------- new


@pytest.mark.parametrize("name", ["mine.toml", "mine", "my talks.toml"])
def test_new_writes_a_scenario_that_passes_the_strict_check(
    name: str, here: Path, command: Callable
) -> None:
    told = command("new", name)
    (file,) = here.iterdir()
    assert file.name == (name if name.endswith(".toml") else f"{name}.toml")
    assert (told.code, told.err) == (0, "")
    assert file.name in told.out
    answer = command("check", "--strict", file)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"{file}: valid, 2 of 2 claims hold\n"


def test_new_says_what_to_do_next(here: Path, command: Callable) -> None:
    told = command("new", "mine", "--json").data
    assert told == {
        "format": 2,
        "file": "mine.toml",
        "next": ["negsim check mine.toml", "negsim run mine.toml"],
    }


def test_the_starter_uses_and_explains_every_section_that_a_beginner_needs() -> None:
    text = starter_text()
    assert max(map(len, text.splitlines())) <= 110
    sections = ("sources", "parties", "options", "rules", "talks", "state", "parameters")
    sections += ("changes", "ends", "payoffs", "costs", "channels", "levers", "claims")
    lines = text.splitlines()
    for section in sections:
        place = next(k for k, line in enumerate(lines) if line.startswith(f"[{section}"))
        assert any(line.startswith("#") for line in lines[max(0, place - 6) : place]), section


def test_new_never_writes_over_a_file(here: Path, command: Callable) -> None:
    (here / "mine.toml").write_text("kept", encoding="utf-8")
    answer = command("new", "mine")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "mine.toml: is there already; expected the name of a new file\n"
    assert (here / "mine.toml").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("name", ["none/mine.toml", "mine.toml/mine.toml", "x" * 300])
def test_new_tells_why_a_file_cannot_be_written(name: str, here: Path, command: Callable) -> None:
    (here / "mine.toml").write_text("kept", encoding="utf-8")
    answer = command("new", name)
    assert (answer.code, answer.out) == (2, "")
    assert "cannot be written (" in answer.err
    assert answer.err.count("\n") == 1


# ---------------------------------------------------------------- compare


def test_compare_tells_what_differs(files: Path, command: Callable) -> None:
    data = command("compare", "bare.toml", "variant.toml", "--json").data
    assert data["differences"] == [
        {"name": "payoffs.ann.water", "left": "2", "right": "-1"},
        {
            "name": "payoffs.ann.gold",
            "left": None,
            "right": "label = Gold; when = dig; value = 0.5; why = luck",
        },
    ]


def test_compare_tells_which_conclusions_change(files: Path, command: Callable) -> None:
    data = command("compare", "bare.toml", "variant.toml", "--json").data
    changed = {
        each["about"]: (each["left"], each["right"])
        for each in data["conclusions"]
        if each["changes"]
    }
    assert changed == {
        "expected payoff of ann": (2, 0),
        "outcome of round 1": (["Dig"], ["Nothing in effect"]),
        "outcomes of pure equilibria of the one-shot game": (["Dig"], ["Nothing in effect"]),
    }
    assert {"label of ann at the start", "chance of agreement", "expected last round"} <= {
        each["about"] for each in data["conclusions"]
    }


def test_compare_in_words(files: Path, command: Callable) -> None:
    answer = command("compare", "bare.toml", "variant.toml")
    lines = answer.out.splitlines()
    assert lines[:2] == [
        "A  One party [here] (bare.toml)",
        "B  One party [there] (variant.toml)",
    ]
    assert "payoffs.ann.water  2  -1" in answer.out
    (row,) = [line for line in lines if line.startswith("outcome of round 1")]
    assert row.split() == ["outcome", "of", "round", "1", "Dig", "Nothing", "in", "effect"]


def test_a_file_and_itself(files: Path, command: Callable) -> None:
    answer = command("compare", "bare.toml", "bare.toml")
    assert "No difference.\nNo conclusion changes.\n" in answer.out


def test_a_file_and_itself_changed(files: Path, command: Callable) -> None:
    words = ["compare", "bare.toml", "bare.toml", "--set", "payoffs.ann.water=3", "--json"]
    data = command(*words, "--out", "there").data
    assert data["differences"] == [{"name": "payoffs.ann.water", "left": "2", "right": "3"}]
    assert [each["about"] for each in data["conclusions"] if each["changes"]] == [
        "expected payoff of ann"
    ]
    assert (files / "there" / "compare.json").exists()


def test_compare_refuses_what_is_no_scenario(files: Path, command: Callable) -> None:
    assert command("compare", "bare.toml", "none.toml").code == 2
    answer = command("compare", "bare.toml", "bare.toml", "--set", "payoffs.ann.watr=3")
    assert (answer.code, answer.out) == (2, "")
    assert 'did you mean "payoffs.ann.water"?' in answer.err
