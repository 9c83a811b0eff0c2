"""Text of a user is never a formula of a spreadsheet, and comes back as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from negsim.cells import csv_text, guarded, plain
from negsim.sampling.design import grid
from negsim.sampling.export import export
from negsim.sampling.run import sweep
from negsim.scenario.load import load, loads
from negsim.scenario.transcript import parse_transcript
from negsim.theory.files.interop import from_csv, read_csv, to_csv
from negsim.theory.normal_form.game import NormalFormGame

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-x", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert plain(guarded(text)) == text


@pytest.mark.parametrize(
    "cell", [-1, -0.5, 1e-9, None, True, "-1", "+2.5e-3", "-1/3", "-.5", "it's"]
)
def test_numbers_and_other_text_stay_as_they_are(cell: Any) -> None:
    assert guarded(cell) is cell
    assert plain(str(cell)) == str(cell)


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2), min_size=1)
)
@example([[*FORMULAS, "-1", "", ","]])
def test_every_text_comes_back(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(rows), newline="")))
    assert [[plain(cell) for cell in row] for row in read] == rows
    assert all(cell == guarded(plain(cell)) for row in read for cell in row)


def test_a_game_comes_back(tmp_path: Path) -> None:
    game = NormalFormGame.from_bimatrix(
        [[-1, 2]], [[-0.5, 4]], ["=A", "'@B"], [["-stay"], ["+go", "'=wait"]]
    )
    text = to_csv(game)
    assert "\n'-stay,'+go,-1.0,-0.5\n" in text
    again = from_csv(text)
    assert (again.players, again.actions) == (game.players, game.actions)
    assert again.payoffs.tolist() == game.payoffs.tolist()
    (tmp_path / "game.csv").write_text(text, encoding="utf-8")
    assert read_csv(tmp_path / "game.csv").actions == game.actions


SCENARIO = """
format = 1
title = "A well"
parties.ann = {}
parties.bob = {}
options.dig.parties = ["ann", "bob"]
talks.rounds = 2
payoffs.ann.water = { when = "dig", value = -2, range = [-3, 3] }
"""


def test_sources_of_a_transcript_lose_their_apostrophe() -> None:
    rows = [["round", "party", "option", "stance", "source"], [1, "ann", "dig", "no", "@press"]]
    (observed,) = parse_transcript(csv_text(rows), "x.csv", loads(SCENARIO))
    assert observed.sources == ("@press",)


def test_errors_of_a_sweep_are_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = sweep(loads(SCENARIO), grid({"payoffs.ann.water": (-3, 3, 2)}), ["value.ann"])
    object.__setattr__(results, "errors", ("=1+1", None))
    export(results, tmp_path / "t.csv")
    first, second = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert first.endswith(",'=1+1")
    assert first.startswith("0,-3.0,")
    assert second.endswith(",")


def test_a_played_run_is_followed_again(here: Path, truce: Path, command: Callable) -> None:
    assert command("play", truce, "--runs", "2", "--out", "made").code == 0
    text = (here / "made" / "transcript.csv").read_text(encoding="utf-8")
    assert parse_transcript(text, "transcript.csv", load(truce))


def test_an_export_replaces_only_what_was_exported(
    here: Path, scenario_files: dict[str, Path], command: Callable
) -> None:
    sweep(loads(SCENARIO), grid({"payoffs.ann.water": (-3, 3, 3)}), ["value.ann"], "made")
    for name, words in (("made/sweep.csv", []), ("mine.csv", ["--out", "mine.csv"])):
        Path(name).write_text("mine", encoding="utf-8")
        answer = command("export", "made", *words)
        assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
        assert f"{name}: is there and is not as negsim wrote it" in answer.err
        assert Path(name).read_text(encoding="utf-8") == "mine"
        Path(name).unlink()
        assert command("export", "made", *words).code == 0
        assert command("export", "made", *words).code == 0
        Path(name).write_text("edited", encoding="utf-8")
        assert command("export", "made", *words).code == 2
        Path(name).unlink()
    assert sorted(path.name for path in Path("made").iterdir()) == [
        ".negsim-exports.json",
        "results.sqlite",
    ]
