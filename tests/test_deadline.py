"""A time limit: what is finished is given, what is not is named, nothing incomplete looks whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from negsim.cli.common import Pace
from negsim.cli.group import COMMANDS
from negsim.deadline import (
    can_begin,
    has_limit,
    in_time,
    is_over,
    left_out,
    part,
    statement,
    time_limit,
)
from negsim.drawing.words import NOT_IN_TIME
from negsim.sampling.design import grid
from negsim.sampling.worker import evaluator
from negsim.scenario.load import load

SCENARIOS = Path(__file__).parents[1] / "scenarios"
NOW = ("--time-limit", "0.000001")


def test_the_first_unit_is_done_whole_and_the_rest_is_named() -> None:
    with time_limit(0):
        assert list(in_time([1, 2, 3], "claims")) == [1]
        assert not can_begin("indices")
        assert not can_begin("indices")
        assert statement() == (
            "Incomplete: the time limit of 0 s is over, with 1 of 3 claims, no indices."
        )


def test_with_time_left_or_without_a_limit_nothing_is_left_out() -> None:
    with time_limit(3_600):
        assert list(in_time("abc", "letters")) == ["a", "b", "c"]
        assert can_begin("more")
        assert (left_out(), statement()) == ((), "")
    with time_limit(None):
        assert not has_limit()
        assert list(in_time("abc", "letters")) == ["a", "b", "c"]
    assert not is_over()


def test_a_limit_ends_with_its_block_even_where_the_block_fails() -> None:
    with pytest.raises(ValueError, match="x"), time_limit(0):
        raise ValueError("x")
    assert not is_over()


def test_check_says_which_claims_and_files_are_left(
    here: Path, truce: Path, command: Callable
) -> None:
    for name in ("a.toml", "b.toml"):
        (here / name).write_text(truce.read_text(encoding="utf-8"), encoding="utf-8")
    told = command("check", "a.toml", "b.toml", *NOW)
    assert told.code == 0
    assert "a.toml: valid, 1 of 1 claims hold, 1 not tested" in told.out
    assert "b.toml: not checked" in told.out
    assert told.out.endswith("is over, with 1 of 2 claims, 1 of 2 files.\n")
    first, second = command("check", "a.toml", "b.toml", *NOW, "--json").data
    assert (first["untested"], first["checked"], second["checked"]) == (["delay_pays"], True, False)
    whole = command("check", "a.toml", "--time-limit", "3600")
    assert "claims hold" in whole.out
    assert ("not tested" in whole.out, "Incomplete" in whole.out) == (False, False)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("counter", "--measure", "hazard", "--measure", "deadline"), "1 of 2 countermeasures"),
        (("levers", "--scan", "3"), "no cheapest combination of levers"),
        (("robust", "--samples", "20", "--indices", "2"), "no Sobol' indices"),
    ],
    ids=["counter", "levers", "robust"],
)
def test_what_a_study_left_out_stands_in_text_and_data(
    words: tuple[str, ...], left: str, here: Path, truce: Path, command: Callable
) -> None:
    short = (words[0], truce, *words[1:], "--set", "talks.rounds=3", *NOW)
    told = command(*short, "--out", "there")
    assert told.code == 0, told.err
    assert left in told.out.splitlines()[0]
    written = json.loads((here / "there" / f"{words[0]}.json").read_text(encoding="utf-8"))
    assert left in written["incomplete"]


SHORT = {
    "run": ("no levers", "no named rules played", "64 of 256 points"),
    "stall": ("no rival readings", "no clock test", "no map"),
    "solve": ("1 of 2 methods",),
    "levers": ("no search for the least change",),
}
ASKED = {
    "stall": ("--over", "parameters.speed"),
    "solve": ("--method", "pure,logit"),
    "levers": ("--make", "truce", "--as", "talks"),
}


@pytest.mark.parametrize("name", SHORT)
def test_parts_of_an_answer_are_whole_or_left_out(
    name: str, here: Path, truce: Path, command: Callable
) -> None:
    words = (name, truce, *ASKED.get(name, ()), "--set", "talks.rounds=3", *NOW, "--out", "there")
    told = command(*words)
    assert told.code == 0, told.err
    first = told.out.splitlines()[0]
    assert first.startswith("Incomplete: the time limit of 1e-06 s is over, with ")
    written = "results.json" if name == "run" else f"{name}.json"
    incomplete = json.loads((here / "there" / written).read_text(encoding="utf-8"))["incomplete"]
    for left in SHORT[name]:
        assert left in first
        assert left in incomplete
    if name == "run":
        assert told.out.count("Not finished: the time limit was over.") == 2
        page = (here / "there" / "report.html").read_text(encoding="utf-8")
        assert "Incomplete: the time limit was over, with " in page
        assert not (here / "there" / "figures" / "levers.svg").exists()


def test_a_part_that_was_begun_is_left_out_whole(
    truce: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four batches of 64 points: the time is over when the third is to be begun."""
    scenario = load(truce).set({"talks.rounds": 2})
    design = grid({"parameters.speed": (0, 0.9, 200)})
    solve = evaluator(scenario, design.names, design.values, ["value.north"])
    answers = iter([False, False, False])
    monkeypatch.setattr("negsim.deadline.is_over", lambda: next(answers, True))
    with time_limit(3_600):
        assert part("values", lambda: solve(design.values)) is None
        assert left_out() == ("no values",)
        assert next(answers, "read") == "read"
        assert len(solve(design.values)[1]) == 200, "outside a part nothing is cut"


@pytest.mark.parametrize("name", COMMANDS)
def test_all_that_solves_or_plays_takes_a_time_limit(name: str, command: Callable) -> None:
    limited = "--time-limit SECONDS" in command(name, "--help").out
    assert limited == (name not in {"new", "schema", "export", "report", "list"})


FEARFUL = SCENARIOS / "march_2025_fearful.toml"
RECORD = SCENARIOS / "transcripts" / "march_2025.csv"
OTHERS = {
    "play": ("--strategy", "north=random", "--runs", "50", "--tell", "20"),
    "compare": ("--set", "talks.rounds=3"),
    "solve": ("--set", "talks.rounds=3"),
    "transcript": (str(RECORD),),
}
LEFT = {
    "play": ["20 of 50 runs", "no payoffs expected exactly"],
    "compare": ["no conclusions"],
    "solve": ["no equilibria of two parties", "no bargaining rules"],
    "transcript": ["no beliefs"],
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_the_other_commands_leave_out_is_named(
    name: str, here: Path, truce: Path, command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("negsim.questions.rules.staging.LOT", 16)
    files = {"compare": (truce, truce), "transcript": (FEARFUL,)}.get(name, (truce,))
    told = command(name, *files, *OTHERS[name], *NOW, "--out", "there")
    assert told.code == 0, told.err
    expected = f"time limit of 1e-06 s is over, with {', '.join(LEFT[name])}."
    assert told.out.splitlines()[0] == f"Incomplete: the {expected}"
    if name == "play":
        assert "20 runs" in told.out
        assert "Run 20" in told.out
    else:
        assert NOT_IN_TIME in " ".join(told.out.split())
    written = json.loads((here / "there" / f"{name}.json").read_text(encoding="utf-8"))
    assert written["incomplete"] == LEFT[name]
    later = command(name, *files, *OTHERS[name], "--time-limit", "3600", "--json").data
    assert "incomplete" not in later


def test_work_of_unknown_time_is_announced_by_its_pace() -> None:
    """After the first job, made ready in 100 s, one takes 3 s: 38 jobs take two minutes."""
    said = list[str]()
    times = iter([0.0, 100.0, 103.0, 106.0, 109.0])
    pace = Pace(said.append, "jobs", "fewer jobs", lambda: next(times))
    for done in range(4):
        assert not said
        pace(done, 41)
    assert said == [
        "38 of 41 jobs are left and take about 2 minutes at this pace; fewer jobs would take "
        "less, --time-limit SECONDS gives what is finished by then"
    ]
    pace(4, 41)
    assert len(said) == 1


@pytest.mark.parametrize(("total", "limit"), [(22, None), (41, 3600.0)], ids=["short", "limited"])
def test_pace_is_not_told_below_a_minute_or_with_a_limit(total: int, limit: float | None) -> None:
    said = list[str]()
    times = iter(range(0, 300, 3))
    pace = Pace(said.append, "jobs", "fewer jobs", lambda: float(next(times)))
    with time_limit(limit):
        for done in range(total + 1):
            pace(done, total)
    assert not said


def test_a_sweep_keeps_what_is_finished_and_goes_on(
    here: Path, truce: Path, command: Callable
) -> None:
    words = ("sweep", truce, "--vary", "parameters.speed=0:0.9:80", "--measure", "delay.north")
    words = (*words, "--workers", "1", "--out", "there", "--set", "talks.rounds=2")
    data = command(*words, "--json", *NOW).data
    assert data["incomplete"] == ["64 of 80 points"]
    assert not data["complete"]
    assert "with 72 of 80" not in command(*words).out
    again = command(*words, "--json").data
    assert again["complete"]
    assert "incomplete" not in again


def test_a_tournament_keeps_what_is_finished_and_goes_on(
    here: Path, truce: Path, command: Callable
) -> None:
    words = ["tournament", truce, "--roles", "north,south", "--runs", "5", "--workers", "1"]
    words += ["--strategies", "north=sincere", "--strategies", "south=sincere", "--out", "there"]
    told = command(*words, *NOW)
    assert told.code == 0, told.err
    assert told.out.startswith("Incomplete: the time limit")
    assert "1 of 3 jobs" in told.out
    assert not (here / "there" / "tournament.json").exists()
    assert command(*words, "--json").data["complete"]


def test_a_refined_sweep_takes_no_time_limit(truce: Path, command: Callable) -> None:
    told = command("sweep", truce, "--vary", "parameters.speed", "--refine", *NOW)
    assert told.code == 2
    assert told.err == "--time-limit: not used with --refine, which needs all borders\n"


def walk(levels: int, rounds: int) -> str:
    """Return the small scenario of one option, with a state that takes work."""
    head = 'format = 1\ntitle = "One party"\nparties.ann = {}\noptions.dig.parties = ["ann"]\n'
    value = 'payoffs.ann.water = { when = "dig", value = 2, range = [1, 3], why = "x" }\n'
    state = "".join(f"state.{name} = {{ levels = {levels}, start = 0 }}\n" for name in "ab")
    return f"{head}{value}talks.rounds = {rounds}\n{state}"


def test_more_than_a_day_of_work_is_refused_with_what_to_drop(
    here: Path, command: Callable
) -> None:
    """A solution of 250,000 rounds and states takes about 5 seconds, 100,000 of them six days."""
    (here / "walk.toml").write_text(walk(50, 100), encoding="utf-8")
    words = ("sweep", "walk.toml", "--vary", "payoffs.ann.water=1:3:100000", "--out", "there")
    told = command(*words)
    assert told.code == 2
    assert told.err.startswith("100,000 solutions of the talks take about 6 days and ")
    assert "; with 10 rounds it would be about 14 hours; expected at most a day, or" in told.err
    assert not (here / "there").exists()


@pytest.mark.parametrize("text", ["0", "-1", "soon"])
def test_a_time_limit_is_a_positive_number(text: str, truce: Path, command: Callable) -> None:
    told = command("check", truce, "--time-limit", text)
    assert (told.code, len(told.err.splitlines())) == (2, 1)
