"""Ctrl-C and SIGTERM end everything with code 130; finished chunks stay and are gone on from."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from negsim.drawing.plots import files
from negsim.questions.tournament.store import TournamentStore
from negsim.sampling.store import open_results

HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
"""What a background job's children need, since they are born deaf to Ctrl-C."""

ENTRY = [sys.executable, "-c", HEARING + "from negsim.cli.main import main; main()"]
POINTS = 3000
WORDS = ["--vary", f"parameters.speed=0:0.9:{POINTS}", "--out", "swept"]


def names_in(folder: str | Path) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def rows_of(folder: Path) -> int:
    """Return how many points are kept so far."""
    file = folder / "results.sqlite"
    if not file.exists():
        return 0
    with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM rows").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def members(group: int) -> list[int]:
    """Return the processes of a process group that are not dead."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def soon_gone(leader: int) -> bool:
    """Tell whether every process of the group ends within some seconds of its leader."""
    until = time.monotonic() + 15
    while members(leader) and time.monotonic() < until:
        time.sleep(0.05)
    return members(leader) == []


@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_an_interrupted_sweep(how: str, here: Path, truce: Path, command: Callable) -> None:
    process = subprocess.Popen(
        [*ENTRY, "sweep", str(truce), *WORDS, "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            until = time.monotonic() + 60
            while not rows_of(here / "swept") and time.monotonic() < until:
                time.sleep(0.02)
            if how == "SIGINT":
                os.killpg(process.pid, signal.SIGINT)
            else:
                process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=20)
        finally:
            if process.poll() is None:
                process.kill()
    assert (process.returncode, out) == (130, "")
    assert err == (
        "interrupted; what is finished is kept in swept; the same command goes on from there\n"
    )
    assert soon_gone(process.pid)
    kept = len(open_results(here / "swept").points)
    assert 0 < kept < POINTS
    assert kept % 64 == 0
    assert names_in(here / "swept") == ["results.sqlite"]


TOURNAMENT = ["tournament", "truce.toml", "--runs", "5", "--workers", "1", "--json"]
FEW = ["--strategies", "north=sincere+random", "--strategies", "envoy=patient"]


def test_an_interrupted_tournament_goes_on(
    here: Path, truce_text: str, command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "truce.toml").write_text(truce_text, encoding="utf-8")
    words = [*TOURNAMENT, *FEW, "--out"]
    written = TournamentStore.write

    def interrupted(store: TournamentStore, place: int, *row: Any) -> None:
        written(store, place, *row)
        if place == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(TournamentStore, "write", interrupted)
        answer = command(*words, "played")
    assert (answer.code, answer.out) == (130, "")
    assert answer.err == (
        "interrupted; what is finished is kept in played; the same command goes on from there\n"
    )
    assert names_in("played") == ["tournament.sqlite"]
    with sqlite3.connect("played/tournament.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (2,)
    assert command(*words, "played").data == command(*words, "afresh").data
    assert "tournament.json" in names_in("played")


def test_a_play_interrupted_while_it_is_drawn_leaves_nothing(
    here: Path, truce_text: str, command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "truce.toml").write_text(truce_text, encoding="utf-8")
    saved = files.save

    def interrupted(*parts: Any) -> None:
        saved(*parts)
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "save", interrupted)
    answer = command("play", "truce.toml", "--runs", "5", "--out", "played")
    assert (answer.code, answer.out) == (130, "")
    assert answer.err == "interrupted; nothing is half-written\n"
    assert not (here / "played").exists()


def test_an_interrupted_run_leaves_what_was_there(
    here: Path, scenario_files: dict[str, Path], command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("run", scenario_files["bare"], "--out", "there").code == 0
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("negsim.page.document.render", interrupted)
    answer = command("run", scenario_files["bare"], "--out", "there", "--seed", "5")
    assert (answer.code, answer.out) == (130, "")
    assert answer.err == "interrupted; nothing is half-written\n"
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before
    assert names_in("there") == ["figures", "negsim.json", "report.html", "results.json", "tables"]
