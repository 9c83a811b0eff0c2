"""``negsim levers`` and ``negsim robust``: what they say, what they write, how they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import negsim

DRIFT = Path(negsim.__file__).parents[1] / "scenarios" / "textbook" / "drift.toml"
DILEMMA = DRIFT.with_name("prisoners_dilemma.toml")
CRITICAL = 0.02 * 0.1 + (0.001 + 0.02 * 0.4) / 0.98
QUICK = ("--samples", "32", "--indices", "8")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_levers_says_where_the_label_tips_and_writes_it(here: Path, command: Callable) -> None:
    pair = ("--pair", "parameters.drift,payoffs.staller.waiting=-0.02:0")
    answer = command("levers", DRIFT, "--number", "all", *pair, "--out", "there")
    assert answer.code == 0
    assert "0.0111836" in answer.out
    assert "settle > stalling" in answer.out
    assert "1 border" in answer.out
    assert names_in(here / "there") == [
        "curve.png",
        "curve.svg",
        "curves.csv",
        "levers.json",
        "negsim.json",
        "tipping_points.csv",
    ]
    data = json.loads((here / "there" / "levers.json").read_text(encoding="utf-8"))
    (number,) = data["numbers"]
    assert number["tippings"][0]["value"] == pytest.approx(CRITICAL, abs=1e-6)
    rows = (here / "there" / "curves.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + len(data["curves"][0]["curves"][0]["points"])


def test_levers_looks_for_the_cheapest_way(truce: Path, here: Path, command: Callable) -> None:
    data = command("levers", truce, "--cost", "speed=0.5", "--json").data
    found = data["cheapest"]
    assert {each["lever"] for each in found["alone"]} == {"speed", "war", "south_peace"}
    assert found["best"]["cost"] <= min(
        each["found"]["cost"] for each in found["alone"] if each["found"]
    )
    text = command("levers", truce, "--cost", "speed=0.5").out
    assert "An upper bound" in text
    assert "Each lever alone" in text


@pytest.mark.parametrize("kind", ["nash", "sequential"])
def test_make_finds_the_least_change_and_solves_it_again(
    kind: str, here: Path, command: Callable
) -> None:
    answer = command("levers", DILEMMA, "--make", "row_observes and column_observes", "--as", kind)
    assert answer.code == 0
    words = {"nash": "the game shows it", "sequential": "nothing needs to change"}
    assert words[kind] in " ".join(answer.out.split())


def test_make_in_the_solved_talks(here: Path, command: Callable) -> None:
    words = ("levers", DRIFT, "--make", "settle", "--as", "talks", "--out", "there")
    data = command(*words, "--json").data
    assert data["changes"][0]["after"] == pytest.approx(CRITICAL, abs=2e-6)
    assert names_in(here / "there") == ["levers.json", "negsim.json"]
    assert "an upper bound" in command(*words).out


def test_robust_says_how_far_and_writes_it(here: Path, command: Callable) -> None:
    answer = command("robust", DRIFT, *QUICK, "--out", "there")
    assert (answer.code, answer.err) == (0, "")
    for words in ("scrambled Sobol", "not a probability", "half its stated range", "mirror"):
        assert words in " ".join(answer.out.split())
    assert names_in(here / "there") == [
        "box.png",
        "box.svg",
        "conclusions.csv",
        "distances.csv",
        "indices.csv",
        "indices.png",
        "indices.svg",
        "negsim.json",
        "robust.json",
        "shares.png",
        "shares.svg",
        "tornado.csv",
        "tornado.png",
        "tornado.svg",
    ]


def test_the_same_seed_gives_the_same_bytes(here: Path, command: Callable) -> None:
    for folder in ("one", "two"):
        command("robust", DRIFT, *QUICK, "--seed", "5", "--out", folder)
    for path in (here / "one").iterdir():
        assert path.read_bytes() == (here / "two" / path.name).read_bytes(), path.name


REFUSED = {
    "levers --number parameters.drfit": 'did you mean "parameters.drift"',
    "levers --number parameters.drift=0.1:0": "range 0.1 to 0 is reversed",
    "levers": "declares no levers; expected --number",
    "levers --number all --pair parameters.drift": "expected two levers or numbers as A,B",
    "levers --number all --pair parameters.drift,parameters.drift": "two different numbers for a",
    "levers --number all --cost speed=1": 'unknown lever or number "speed"',
    "levers --number all --party stalle": 'did you mean "staller"',
    "levers --make setle": 'did you mean "settle"',
    "levers --make settle --as nsh": 'did you mean "nash"',
    "levers --make settle --number payoffs.staller.share2": 'did you mean "payoffs.staller.share"',
    "levers --make settle --cost payoffs.staller.share=0": "expected NAME=COST with a cost above 0",
    "levers --number all --scan 2": "--scan",
    "robust --indices 6": "expected 0 or a power of two",
    "robust --samples 2": "--samples",
    "robust --party stalle": 'did you mean "staller"',
}


@pytest.mark.parametrize("words", REFUSED)
def test_bad_input_is_one_line_and_nothing_is_written(
    words: str, here: Path, command: Callable
) -> None:
    name, *rest = words.split()
    answer = command(name, DRIFT, *rest, "--out", "there")
    assert answer.code == 2
    assert answer.out == ""
    assert REFUSED[words] in answer.err
    assert answer.err.count("\n") == 1
    assert names_in(here) == []


def test_robust_wants_a_range(here: Path, command: Callable) -> None:
    answer = command("robust", DILEMMA)
    assert (answer.code, answer.out) == (2, "")
    assert "no number to vary" in answer.err


# ------------------------------------------------ scenarios in which nothing is an agreement

WELL = """
format = 1
title = "Two wells"
parties.ann = {}
options.dig.parties = ["ann"]
talks.rounds = 1
[payoffs.ann.water]
when = "dig"
value = 1
range = [-1, 3]
[levers.rain]
label = "Rain"
sets = "payoffs.ann.water"
range = [-1, 3]
[claims.digs]
says = "Ann digs"
expect = { round = 1, outcome = "dig" }
"""


def test_a_label_that_depends_on_the_length_of_a_round_holds_narrowly(
    here: Path, command: Callable
) -> None:
    """Just above the critical drift delay is worth next to nothing, and more by shorter rounds."""
    text = 'extends = "negsim:textbook/drift.toml"\ntitle = "By the clock"\ntalks.clock = {}\n'
    drift = ("--set", "parameters.drift=0.0113", *QUICK)
    for clock in ("true", "false"):
        (here / f"{clock}.toml").write_text(text.format(clock), encoding="utf-8")
        answer = command("robust", here / f"{clock}.toml", *drift)
        assert ("stalling, narrowly" in answer.out) == (clock == "true")


@pytest.fixture
def well(here: Path) -> Path:
    path = here / "well.toml"
    path.write_text(WELL, encoding="utf-8")
    return path


def test_without_an_agreement_the_claims_are_asked(well: Path, command: Callable) -> None:
    """Ann digs where the water is worth more than nothing: three quarters of the range."""
    answer = command("robust", well, "--samples", "200", "--indices", "8", "--out", "there")
    assert (answer.code, answer.err) == (0, "")
    words = " ".join(answer.out.split())
    for part in ("the claims are looked at instead of labels", "tips the first claim", "95 %"):
        assert part in words
    for part in ("impasse", "value of delay", "mirror"):
        assert part not in words
    data = json.loads((well.parent / "there" / "robust.json").read_text(encoding="utf-8"))
    (headline,) = data["headlines"]
    assert headline["low"] < headline["share"] == pytest.approx(0.75, abs=0.01)
    assert data["distances"][0]["value"] == pytest.approx(0, abs=1e-5)
    assert data["discipline"] is None
    assert {"tornado.svg", "indices.svg", "box.svg"} <= set(names_in(well.parent / "there"))


def test_levers_follow_the_claims_without_an_agreement(well: Path, command: Callable) -> None:
    data = command("levers", well, "--json").data
    (tipping,) = data["numbers"][0]["tippings"]
    assert (tipping["conclusion"], tipping["value"]) == ("digs", pytest.approx(0, abs=2e-6))
    assert data["cheapest"] is None
    assert "the claims are followed instead of labels" in " ".join(
        command("levers", well).out.split()
    )


@pytest.mark.parametrize("words", ["robust", "levers"])
def test_without_agreement_and_claim_there_is_nothing_to_ask(
    words: str, well: Path, command: Callable
) -> None:
    well.write_text(WELL.partition("[claims")[0], encoding="utf-8")
    answer = command(words, well, "--out", "there")
    assert (answer.code, answer.out) == (2, "")
    assert "no end of this scenario is an agreement" in answer.err
    assert answer.err.count("\n") == 1
    assert not (well.parent / "there").exists()


# ------------------------------------------------ folders, before anything is solved


@pytest.fixture
def nothing_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("solved before the folder was looked at")

    monkeypatch.setattr("negsim.analysis.delay.stalling.analyse", fail)


@pytest.mark.usefixtures("nothing_solved")
@pytest.mark.parametrize("name", ["robust", "levers"])
@pytest.mark.parametrize(
    ("there", "text", "words"),
    [
        ("there", "", "there: is a file, expected a folder"),
        ("there/results.sqlite", "", "there: holds the results of negsim sweep; expected another"),
        ("there/{}.json", '{"scenario": "other"}', ".json: was not written by negsim; expected it"),
        ("there/negsim.json", "[]", "is not negsim's list of the files that it wrote; expected"),
    ],
)
def test_a_folder_of_something_else_is_refused_at_once(
    name: str, there: str, text: str, words: str, here: Path, command: Callable
) -> None:
    path = here / there.format(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    answer = command(
        name, DRIFT, *(("--number", "all") if name == "levers" else ()), "--out", "there"
    )
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err
    assert answer.err.count("\n") == 1
    assert path.read_text(encoding="utf-8") == text


def test_a_full_disk_leaves_nothing(
    here: Path, command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("negsim.drawing.save.write_json", fail)
    answer = command("robust", DRIFT, *QUICK, "--out", "there")
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "there: cannot be written (No space left on device)" in answer.err
    assert names_in(here) == []
