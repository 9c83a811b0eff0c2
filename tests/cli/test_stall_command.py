"""``negsim stall`` and the choice of a party in ``negsim run``, as a newcomer uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest


def test_the_screen_is_about_the_party_with_the_largest_worth_of_delay(
    truce: Path, command: Callable
) -> None:
    answer = command("stall", truce)
    assert answer.code == 0
    assert "Republic of the Northern Highlands, week 1 of 6, line 1, patience 2" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 79
    assert len(answer.out.splitlines()) <= 40


def test_party_round_and_state_are_chosen(truce: Path, command: Callable) -> None:
    words = ["--party", "south", "--round", "3", "--state", "line=2, patience=1"]
    answer = command("stall", truce, *words)
    assert "Southern Provinces & Isles, week 3 of 6, line 2, patience 1" in answer.out
    data = command("stall", truce, *words, "--json").data
    assert [party["name"] for party in data["parties"]] == ["south"]
    assert data["about"]["round_number"] == 3
    assert data["discipline"]["party"] == "south"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--party", "sout"], 'unknown party "sout"; did you mean "south"?'),
        (["--state", "lin=1"], 'unknown state variable "lin"; did you mean "line"?'),
        (["--state", "line=7"], "--state line=7: expected 0 to 3"),
        (["--state", "line"], 'expected NAME=LEVEL,NAME=LEVEL, got "line"'),
        (["--round", "7"], "--round 7: expected 1 to 6"),
        (["--over", "parameters.sped"], 'unknown number "parameters.sped"; did you mean'),
        (["--over", "costs.harm"], "--over costs.harm: it has no range"),
        (["--over", "a", "--over", "b", "--over", "c"], "--over: 3 numbers, expected one or two"),
    ],
)
def test_what_is_misspelt_is_one_line(
    here: Path, truce: Path, command: Callable, words: list[str], said: str
) -> None:
    answer = command("stall", truce, *words, "--out", "there")
    assert answer.code == 2
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1
    assert not (here / "there").exists()


def test_out_gets_the_answer_and_its_figures(here: Path, truce: Path, command: Callable) -> None:
    answer = command("stall", truce, "--out", "there", "--json")
    names = sorted(each.name for each in (here / "there").iterdir())
    figures = ["delay", "labels_north", "labels_south", "ledger_north", "path"]
    expected = [f"{name}.{kind}" for name in figures for kind in ("png", "svg")]
    assert names == sorted([*expected, "negsim.json", "stall.json"])
    written = json.loads((here / "there" / "stall.json").read_text(encoding="utf-8"))
    assert written == answer.data


def test_run_looks_at_the_party_that_is_named(here: Path, truce: Path, command: Callable) -> None:
    words = ["run", truce, "--party", "south", "--set", "talks.rounds=4"]
    data = command(*words, "--out", "there", "--json").data
    assert data["about"]["focus"] == "south"
    assert data["discipline"]["party"] == "south"
    assert data["about"]["command"].endswith("--party south")
    page = (here / "there" / "report.html").read_text(encoding="utf-8")
    assert "Discipline: Southern Provinces &amp; Isles" in page
    wrong = command("run", truce, "--party", "sout", "--out", "other")
    assert wrong.code == 2
    assert 'did you mean "south"?' in wrong.err
    assert not (here / "other").exists()
