"""``negsim sweep``, ``export`` and ``report`` of a sweep's folder, as a newcomer types them."""

from __future__ import annotations

import csv
import json
import os
import shlex
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from negsim.sampling.store import open_results

TWO = ["--vary", "parameters.speed=0:0.9:3", "--vary", "talks.rounds=2:3"]
NO_CLUSTER = "no Dask scheduler" if find_spec("distributed") else "needs dask.distributed"
LIGHT = ["--measure", "end_round", "--workers", "1"]


def files_in(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def refused(command: Callable, words: str | list[str], file: Path) -> str:
    """Return the one line with which a sweep is refused; nothing is written."""
    before = sorted(Path.cwd().rglob("*"))
    parts = shlex.split(words) if isinstance(words, str) else words
    answer = command("sweep", file, *parts)
    assert (answer.code, answer.out) == (2, ""), answer.err
    assert answer.err.count("\n") == 1
    assert sorted(Path.cwd().rglob("*")) == before
    return str(answer.err)


def test_any_number_of_numbers_is_drawn_as_panels(
    truce: Path, here: Path, command: Callable
) -> None:
    words = [*TWO, "--vary", "payoffs.north.land=1:3:2", *LIGHT, "--out", "made"]
    answer = command("sweep", truce, *words)
    assert (answer.code, answer.err) == (0, "")
    assert "grid of 3 numbers, 12 points" in answer.out
    assert files_in("made") == [
        "negsim.json",
        "results.sqlite",
        "sweep.json",
        "sweep.png",
        "sweep.svg",
    ]
    written = json.loads(Path("made/sweep.json").read_text(encoding="utf-8"))
    assert list(written["measures"]) == ["end_round"]
    assert written["measures"]["end_round"]["moved_by"]["name"] in open_results("made").names


@pytest.mark.parametrize("design", ["lhs:8", "sobol:8", "mc:8", "saltelli:2", "oat:2"])
def test_designs_are_drawn_over_the_stated_ranges(
    design: str, truce: Path, here: Path, command: Callable
) -> None:
    answer = command("sweep", truce, "--design", design, *LIGHT, "--json", "--out", "made")
    assert (answer.code, answer.err) == (0, "")
    assert answer.data["points"] == open_results("made").design.size
    assert answer.data["failed"] == 0
    drawn = answer.data["seed"]
    assert drawn == 20250319


def test_distributions_and_correlations(truce: Path, here: Path, command: Callable) -> None:
    words = ["--design", "mc:64", "--distribution", "parameters.speed=triangular", "--correlate"]
    words += ["parameters.speed,payoffs.north.land=0.8", *LIGHT, "--out", "made", "--seed", "3"]
    assert command("sweep", truce, *words).code == 0
    found = open_results("made")
    places = [found.names.index(name) for name in ("parameters.speed", "payoffs.north.land")]
    assert np.corrcoef(found.values[:, places].T)[0, 1] > 0.6
    again = shlex.split(found.manifest["command"])
    assert again[:2] == ["negsim", "sweep"]
    assert command(*again[1:], "--out", "made").code == 0


def test_statements_hold_at_every_point(truce: Path, here: Path, command: Callable) -> None:
    said = "payoffs.north.land > 0.4 * payoffs.south.peace"
    words = ["--design", "ordinal:20", "--statement", said, *LIGHT, "--out", "made"]
    assert command("sweep", truce, *words).code == 0
    found = open_results("made")
    land, peace = (
        found.values[:, found.names.index(name)]
        for name in ("payoffs.north.land", "payoffs.south.peace")
    )
    assert (land > 0.4 * peace).all()


def test_a_saved_design_is_solved_again(truce: Path, here: Path, command: Callable) -> None:
    command("sweep", truce, "--design", "lhs:6", *LIGHT, "--out", "one")
    open_results("one").design.save("design.json")
    answer = command("sweep", truce, "--design", "design.json", *LIGHT, "--out", "two")
    assert answer.code == 0
    one, two = open_results("one"), open_results("two")
    assert one.values.tobytes() == two.values.tobytes()
    assert one.measures["end_round"].tobytes() == two.measures["end_round"].tobytes()


def test_parameters_of_strategies_are_varied(truce: Path, here: Path, command: Callable) -> None:
    words = ["--strategy", "north=boulware", "--vary", "strategies.north.exponent=0.1:1:4"]
    answer = command("sweep", truce, *words, "--out", "made", "--workers", "1")
    assert (answer.code, answer.err) == (0, "")
    assert "north plays boulware:exponent=0.2" in answer.out
    found = open_results("made")
    assert found.names == ("strategies.north.exponent",)
    assert found.values[:, 0].tolist() == [0.1, 0.4, 0.7, 1.0]
    assert list(found.measures) == [
        "play_payoff.north",
        "play_payoff.south",
        "play_settled",
        "play_rounds",
    ]
    other = command("sweep", truce, "--strategy", "north=sincere", *TWO, "--out", "made")
    assert other.code == 2
    assert "holds another sweep" in other.err


def test_a_sweep_is_reported_again(truce: Path, here: Path, command: Callable) -> None:
    command("sweep", truce, *TWO, "--out", "phase", "--workers", "1")
    command("sweep", truce, *TWO, *LIGHT, "--out", "plain")
    for folder, drawn in (("phase", "phase"), ("plain", "sweep")):
        before = {name: (Path(folder) / name).read_bytes() for name in files_in(folder)}
        assert f"{drawn}.svg" in before
        (Path(folder) / f"{drawn}.svg").unlink()
        answer = command("report", folder)
        assert (answer.code, answer.err) == (0, "")
        assert {name: (Path(folder) / name).read_bytes() for name in files_in(folder)} == before
        assert f"{drawn}.svg" in answer.out
    assert command("report", "plain", "--json").data["points"] == 6


def test_the_manifest_holds_the_text_of_every_file(
    truce: Path, here: Path, command: Callable
) -> None:
    base = truce.read_text(encoding="utf-8")
    Path("base.toml").write_text(base, encoding="utf-8")
    Path("variant.toml").write_text(
        'extends = "base.toml"\n[parameters.speed]\nvalue = 0.125\n', encoding="utf-8"
    )
    answer = command("sweep", "variant.toml", *TWO, *LIGHT, "--out", "made")
    assert (answer.code, answer.err) == (0, "")
    text = open_results("made").manifest["text"]
    assert text.startswith("extends = ")
    assert "value = 0.125" in text
    assert base in text


def test_the_table_is_exported(truce: Path, here: Path, command: Callable) -> None:
    words = ["--vary", "parameters.speed=0:0.9:3", "--measure", "label.north", *LIGHT]
    command("sweep", truce, *words, "--out", "made")
    answer = command("export", "made")
    assert (answer.code, answer.out) == (0, "3 points: made/sweep.csv\n")
    rows = list(csv.DictReader(Path("made/sweep.csv").read_text(encoding="utf-8").splitlines()))
    found = open_results("made")
    assert [float(row["parameters.speed"]) for row in rows] == found.values[:, 0].tolist()
    assert [float(row["end_round"]) for row in rows] == found.measures["end_round"].tolist()
    assert {row["label.north"] for row in rows} <= {"settle", "stalling", "waiting"}
    assert command("export", "made", "--out", "mine.csv", "--json").data == {
        "file": "mine.csv",
        "format": "csv",
        "points": 3,
    }
    assert Path("mine.csv").read_bytes() == Path("made/sweep.csv").read_bytes()
    for words, message in (
        (["nowhere"], "no such file, expected the results of a sweep"),
        (["made", "--out", "made/results.sqlite"], "holds the sweep itself, expected another"),
        (["made", "--out", "no/folder.csv"], "cannot be written"),
        (["made", "--format", "xlsx"], "Invalid value for '--format'"),
    ):
        refusal = command("export", *words)
        assert (refusal.code, refusal.out) == (2, "")
        assert message in refusal.err


def test_borders_are_refined(truce: Path, here: Path, command: Callable) -> None:
    words = ["--vary", "parameters.speed=0:0.9:65", "--vary", "payoffs.north.land=0:3:65"]
    answer = command("sweep", truce, *words, "--refine", "--out", "made")
    assert (answer.code, answer.err) == (0, "")
    found = open_results("made")
    assert found.complete
    assert f"{len(found.points):,} of them solved" in answer.out
    assert len(found.points) < 65 * 65 / 2
    drawn = Path("made/phase.json").read_bytes()
    again = command("report", "made")
    assert "Refined along borders" in again.out
    assert Path("made/phase.json").read_bytes() == drawn
    assert command("export", "made").out.startswith(f"{len(found.points):,} points: ")
    one = command("sweep", truce, "--vary", "parameters.speed=0:0.9", "--refine", "--out", "one")
    assert "25 points of parameters.speed" in one.out


def test_without_an_agreement_what_is_in_effect_is_drawn(here: Path, command: Callable) -> None:
    Path("well.toml").write_text(WELL, encoding="utf-8")
    answer = command("sweep", "well.toml", "--vary", "payoffs.ann.water=-1:1:4", "--out", "made")
    assert (answer.code, answer.err) == (0, "")
    assert open_results("made").measures["in_effect.dig"].tolist() == [0, 0, 1, 1]
    assert "impasse" not in answer.out
    line = ["--vary", "payoffs.ann.water=-1:1", "--refine"]
    assert "no end of this scenario is an agreement" in refused(command, line, Path("well.toml"))


WELL = """
format = 1
title = "A well"
parties.ann = {}
options.dig.parties = ["ann"]
talks.rounds = 1
payoffs.ann.water = { when = "dig", value = 1, range = [-1, 1] }
"""

BAD = [
    ("--vary parameters.sped=0:1", 'unknown number "parameters.sped"; did you mean'),
    ("--vary parameters.speed=1:0", "parameters.speed: range 1 to 0 is reversed"),
    ("--vary parameters.speed=1:1", "parameters.speed: range 1 to 1 is empty"),
    ("--vary parameters.speed=0:1:0", "parameters.speed: 0 points"),
    ("--vary parameters.speed=0:1:1000000000000000", "1,000,000,000,000,000 points, expected at"),
    (
        "--vary parameters.speed=0:0.9:100000 --vary payoffs.north.land=0:1:100000",
        "100,000 x 100,000 = 10,000,000,000 points, expected at most 1,000,000",
    ),
    ("--design lhs:0", "0 points, expected 1 or more"),
    ("--design sobol:1000", "expected a power of two such as 512 or 1,024"),
    ("--design halton:8", 'unknown design "halton"'),
    ("--design missing.json", "missing.json: cannot be read (No such file or directory)"),
    ("--design lhs:8 --measure delai.north", 'unknown measure "delai"; did you mean "delay"?'),
    ("--design lhs:8 --distribution parameters.speed=triangle", 'did you mean "triangular"?'),
    ("--design lhs:8 --strategy east=sincere", 'unknown party "east"'),
    ("--design lhs:8 --strategy north=sincer", 'unknown strategy "sincer"; did you mean "sincere"'),
    ("--design lhs:8 --strategy north", "--strategy north: expected PARTY=STRATEGY"),
    (
        "--strategy north=boulware --vary strategies.north.exponant=0.1:1",
        'did you mean "strategies.north.exponent"?',
    ),
    (
        "--strategy north=boulware --vary strategies.north.exponent=0:1",
        "strategies.north.exponent cannot be 0, expected a number from 0.01 to 100",
    ),
    ("--design lhs:8 --measure play_rounds", 'measure "play_rounds" needs a strategy'),
    (
        "--design ordinal:8 --statement 'payoffs.north.land > 3'",
        'a statement that cannot hold: "payoffs.north.land > 3", within the ranges of',
    ),
    ("--design lhs:8 --cluster 127.0.0.1:1", NO_CLUSTER),
    ("--design lhs:8 --refine", "--design: not used with --refine"),
    ("--vary parameters.speed=0:0.9 --refine --measure end_round", "--measure: not used with"),
    (
        "--refine --vary parameters.speed=0:0.9 --vary payoffs.north.land=0:1 "
        "--vary payoffs.south.land=0:1",
        "--refine: 3 numbers varied, expected one or two",
    ),
    ("--design lhs:8 --out here/file/below", "is a file, expected a folder"),
]


@pytest.mark.parametrize(("words", "message"), BAD, ids=[words for words, _ in BAD])
def test_bad_input_is_one_clear_line(
    words: str, message: str, truce: Path, here: Path, command: Callable
) -> None:
    Path("here").mkdir()
    Path("here/file").touch()
    assert message in refused(command, words, truce)


def test_a_read_only_folder_is_refused(
    truce: Path, here: Path, command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("locked").mkdir()
    monkeypatch.setattr(os, "access", lambda _path, mode, **_: not mode & os.W_OK)
    message = refused(command, ["--design", "lhs:8", "--out", "locked/below"], truce)
    assert "locked: may not be written to, expected a folder that may" in message


def test_another_file_in_place_of_the_results_is_left_alone(
    truce: Path, here: Path, command: Callable
) -> None:
    Path("made").mkdir()
    Path("made/results.sqlite").write_text("my notes", encoding="utf-8")
    words = ["--design", "lhs:8", "--out", "made"]
    assert "not the results of a negsim sweep" in refused(command, words, truce)
    assert Path("made/results.sqlite").read_text(encoding="utf-8") == "my notes"
