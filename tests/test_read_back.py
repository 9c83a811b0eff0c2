"""What negsim reads back is as it wrote it, or refused in one line: every edit of every file."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from negsim.dynamics.build import compile_scenario
from negsim.errors import UsageError
from negsim.page.results import read_results, sealed
from negsim.questions.tournament.tournament import enter, tournament
from negsim.sampling.design import grid
from negsim.sampling.results import Results
from negsim.sampling.run import sweep
from negsim.sampling.store import FILE, open_results
from negsim.scenario.load import loads

VALUES: tuple[Any, ...] = (None, "x", -1, 0.5, [], {}, True, 10**400)


def one_line(error: BaseException) -> bool:
    text = str(error)
    return isinstance(error, UsageError) and "\n" not in text and "None" not in text


# ------------------------------------------------ results.json


def edits(data: Any) -> Iterator[Any]:
    """Yield the data with each of its parts replaced by each of the values, or taken out."""
    if isinstance(data, dict | list):
        for key in data if isinstance(data, dict) else range(len(data)):
            rest = data.copy()
            del rest[key]
            yield rest
            for changed in edits(data[key]):
                other = data.copy()
                other[key] = changed
                yield other
    yield from (value for value in VALUES if type(value) is not type(data) or value != data)


def refused_edits(made: Path, folder: Path, chosen: Callable[[int], bool]) -> int:
    data = json.loads((made / "results.json").read_text(encoding="utf-8"))
    path, count = folder / "results.json", 0
    for number, edited in enumerate(edits(data)):
        if chosen(number):
            path.write_text(json.dumps(edited), encoding="utf-8")
            with pytest.raises(UsageError) as caught:
                read_results(path)
            assert one_line(caught.value)
            count += 1
    return count


def test_edited_results_of_a_run_are_refused(report_of: Callable, tmp_path: Path) -> None:
    lot = random.Random(1)
    assert refused_edits(report_of("bare")[0], tmp_path, lambda _: lot.random() < 0.02) > 30


@pytest.mark.slow
def test_every_edit_of_the_results_of_a_run_is_refused(report_of: Callable, tmp_path: Path) -> None:
    assert refused_edits(report_of("bare")[0], tmp_path, lambda _: True) > 1000


TEXTS: dict[str, Callable[[str], str]] = {
    "half": lambda text: text[: len(text) // 2],
    "empty": lambda _: "",
    "deep": lambda _: "[" * 100_000,
    "not finite": lambda text: text.replace('"seed": 7', '"seed": NaN'),
    "another number": lambda text: text.replace('"seed": 7', '"seed": 8'),
    "another form": lambda text: text.replace('"format": 2', '"format": 1'),
    "no seal": lambda text: text.replace('"seal"', '"sael"'),
    "an older file": lambda text: json.dumps({"about": json.loads(text)["about"]}),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_report_refuses_results_that_were_changed(
    kind: str, report_of: Callable, tmp_path: Path, command: Callable
) -> None:
    shutil.copytree(report_of("bare")[0], tmp_path / "r")
    path = tmp_path / "r" / "results.json"
    path.write_text(TEXTS[kind](path.read_text(encoding="utf-8")), encoding="utf-8")
    before = {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    answer = command("report", tmp_path / "r")
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert "results.json: " in answer.err
    assert {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()} == before


def test_results_that_were_only_laid_out_anew_are_read(report_of: Callable, tmp_path: Path) -> None:
    data = json.loads((report_of("bare")[0] / "results.json").read_text(encoding="utf-8"))
    (tmp_path / "results.json").write_text(json.dumps(data, sort_keys=True), encoding="utf-8")
    assert sealed(read_results(tmp_path / "results.json")) == data


# ------------------------------------------------ results.sqlite and tournament.sqlite

WELL = """
format = 1
title = "A well"
parties.east = { discount = 0.9 }
parties.west = { discount = 0.9 }
options.dig.parties = ["east", "west"]
talks = { rounds = 2, order = [["east"], ["west"]] }
parameters.luck = { value = 0.5, range = [0, 1] }
state.wet = { levels = 2, start = 0 }
changes.rain = { add = { wet = 1 }, chance = "luck" }
ends.dug = { kind = "agreement", when = "dig" }
payoffs.east.water = { at = "dug", value = 2, range = [-1, 3] }
payoffs.west.water = { at = "dug", value = 1 }
"""
DESIGN = grid({"parameters.luck": (0, 1.5, 4), "payoffs.east.water": (-1, 3, 3)})
MEASURES = ["value.east", "delay.west"]


def swept(folder: Path) -> Results:
    return sweep(loads(WELL), DESIGN, MEASURES, folder, command="negsim sweep", text=WELL)


def played(folder: Path) -> Any:
    scenario = loads(WELL)
    rules = [("sincere", "random"), ("sincere", "random")]
    entry = enter(scenario, ("east", "west"), rules, {}, runs=3, seed=1)
    return tournament(compile_scenario(scenario), entry, out=folder, workers=1).columns


def same_sweep(one: Results, other: Results) -> bool:
    """Tell whether what is read is right, and what is missing is told."""
    whole = len(other.points) == len(one.points) or not other.complete
    rows = np.isin(one.points, other.points)
    return (
        whole
        and all(
            np.array_equal(one.measures[name][rows], other.measures[name], equal_nan=True)
            for name in MEASURES
        )
        and (other.names, other.values.tolist()) == (one.names, one.values[rows].tolist())
    )


def same_table(one: Any, other: Any) -> bool:
    return all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)


STORES: dict[str, tuple[Callable, tuple[Callable, ...], Callable]] = {
    FILE: (swept, (open_results, swept), same_sweep),
    "tournament.sqlite": (played, (played,), same_table),
}


def changes(path: Path) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield statements that each change one cell, row or table of a database."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
        for table in [name for name in tables if not name.startswith("sqlite_")]:
            yield f"DROP TABLE {table}", ()
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            rows = [row for (row,) in connection.execute(f"SELECT rowid FROM {table}")]
            yield f'ALTER TABLE {table} RENAME COLUMN "{columns[-1]}" TO other', ()
            for row in rows:
                if table not in {"rows", "jobs"}:
                    yield f"DELETE FROM {table} WHERE rowid = ?", (row,)
                for column in columns:
                    for value in (None, "x", b"x", 7, 0.5, -1, "[1]", "{}", "null", "NaN"):
                        text = f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?'
                        yield text, (value, row)
            yield f"INSERT INTO {table} DEFAULT VALUES", ()


def changed(path: Path, statement: str, values: tuple[Any, ...]) -> bool:
    """Carry out a statement; return whether the database allows it and it changes anything."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        before = list(connection.iterdump())
        try:
            connection.execute(statement, values)
        except sqlite3.Error:
            return False
        return before != list(connection.iterdump())


def check_store(name: str, good: Any, folder: Path) -> int:
    """Return how many of the ways to read a store refuse it; check that the others are right."""
    _, reads, same = STORES[name]
    refused = 0
    for read in reads:
        before = (folder / name).read_bytes()
        found = answer_of(read, folder)
        if isinstance(found, UsageError):
            assert one_line(found)
            assert (folder / name).read_bytes() == before
            refused += 1
        else:
            assert same(good, found)
    return refused


def answer_of(read: Callable, folder: Path) -> Any:
    try:
        return read(folder)
    except UsageError as error:
        return error


def check_changes(name: str, tmp_path: Path, chosen: Callable[[], bool]) -> int:
    make, reads, _ = STORES[name]
    good, count = make(tmp_path / "good"), 0
    (tmp_path / "bad").mkdir()
    for statement, values in changes(tmp_path / "good" / name):
        if chosen():
            shutil.copy(tmp_path / "good" / name, tmp_path / "bad" / name)
            if changed(tmp_path / "bad" / name, statement, values):
                refused = check_store(name, good, tmp_path / "bad") == len(reads)
                assert refused or values[:1] == ("NaN",), (statement, values)  # it was undefined
                count += 1
    return count


@pytest.mark.parametrize("name", STORES)
def test_edited_stores_are_refused_and_left_alone(name: str, tmp_path: Path) -> None:
    lot = random.Random(2)
    assert check_changes(name, tmp_path, lambda: lot.random() < 0.03) > 15


@pytest.mark.slow
@pytest.mark.parametrize("name", STORES)
def test_every_edit_of_a_store_is_refused(name: str, tmp_path: Path) -> None:
    assert check_changes(name, tmp_path, lambda: True) > 300


def check_bytes(name: str, tmp_path: Path, times: int) -> int:
    """Change single bytes, or cut the file off; return how often that is refused."""
    make, reads, _ = STORES[name]
    good, lot = make(tmp_path / "good"), random.Random(3)
    whole, refused = (tmp_path / "good" / name).read_bytes(), 0
    (tmp_path / "bad").mkdir()
    for number in range(times):
        data, place = bytearray(whole), lot.randrange(len(whole))
        data[place] ^= 1 << lot.randrange(8)
        (tmp_path / "bad" / name).write_bytes(data if number % 4 else whole[: max(place, 1)])
        refused += check_store(name, good, tmp_path / "bad") == len(reads)
    return refused


@pytest.mark.parametrize("name", STORES)
def test_damaged_stores_are_refused_or_read_right(name: str, tmp_path: Path) -> None:
    assert check_bytes(name, tmp_path, 16) > 4


@pytest.mark.slow
@pytest.mark.parametrize("name", STORES)
def test_many_damaged_stores_are_refused_or_read_right(name: str, tmp_path: Path) -> None:
    assert check_bytes(name, tmp_path, 2000) > 400


@pytest.mark.parametrize("words", [b"CREATE TABLE", b"sqlite_autoindex"])
@pytest.mark.parametrize("name", STORES)
def test_a_store_whose_words_are_no_text_is_refused(
    name: str, words: bytes, tmp_path: Path
) -> None:
    """SQLite then quotes bytes that are not UTF-8 in its own words for the fault."""
    good = STORES[name][0](tmp_path)
    data = (tmp_path / name).read_bytes()
    assert words in data
    (tmp_path / name).write_bytes(data.replace(words, words[:3] + b"\xff" + words[4:]))
    assert check_store(name, good, tmp_path) == len(STORES[name][1])


def test_the_digest_of_a_design_is_compared(tmp_path: Path) -> None:
    swept(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as connection:
        ((data,),) = connection.execute("SELECT numbers FROM design")
        other = np.frombuffer(data, dtype="<f8") * 0.5
        connection.execute("UPDATE design SET numbers = ?", (other.tobytes(),))
    with pytest.raises(UsageError, match=r"\(its design is not that of its digest\); expected ano"):
        open_results(tmp_path)
