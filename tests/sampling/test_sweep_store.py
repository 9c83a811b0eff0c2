"""What is written comes back to the last bit, and other people's files are left alone."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import UsageError
from negsim.sampling.design import Design, grid, latin_hypercube
from negsim.sampling.manifest import FORMAT, describe
from negsim.sampling.run import sweep
from negsim.sampling.store import FILE, Store, open_results
from negsim.scenario.model import Scenario

MEASURES = ["delay.north", "premium.south"]
NUMBERS = st.floats(allow_nan=True, allow_infinity=True).map(lambda number: number + 0.0)


WORDS = dict.fromkeys(("title", "file", "scenario", "text", "design_words", "command"), "")
EMPTY = {name: {} for name in ("numbers", "strategies", "strategy_files", "versions")}
FACTS = {name: {} for name in ("titles", "base", "ranges", "parties")}
PLAIN: dict[str, Any] = {
    "format": FORMAT,
    **WORDS,
    **EMPTY,
    "order": [],
    "measures": MEASURES,
    "seed": None,
    "facts": FACTS,
}
"""A manifest with as little in it as there can be, but for its design."""


def manifest(scenario: Scenario, design: Design) -> dict[str, Any]:
    return describe(scenario, design, MEASURES, "negsim sweep", "the text")


@settings(deadline=None, derandomize=True, max_examples=80)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5))
def test_every_number_comes_back(rows: list[tuple[float, float]]) -> None:
    design = Design("other", ("parameters.drift",), np.arange(len(rows))[:, None] / 3)
    digest = {"design": design.head(), "design_digest": design.digest}
    plain = PLAIN | digest
    table = np.array(rows)
    with Store(None) as store:
        store.begin(plain, design.values)
        columns = dict(zip(MEASURES, table.T, strict=True))
        store.write(range(len(rows)), (columns, [None] * len(rows)))
        found = store.results()
    np.testing.assert_array_equal(found.values, design.values)
    for name, column in columns.items():
        np.testing.assert_array_equal(found.measures[name], column)


def test_results_say_what_they_are(scenario: Scenario, tmp_path: Path) -> None:
    design = grid({"parameters.drift": (0, 1.5, 4)})
    found = sweep(scenario, design, MEASURES, tmp_path, command="negsim sweep x", text="the text")
    again = open_results(tmp_path)
    assert repr(again.to_dict()) == repr(open_results(str(tmp_path / FILE)).to_dict())
    assert again.names == ("parameters.drift",)
    assert again.points.tolist() == [0, 1, 2, 3]
    assert again.values[:, 0].tolist() == [0, 0.5, 1, 1.5]
    assert again.errors[:3] == (None,) * 3
    assert again.errors[3] == "changes.advance.chance: reaches 1.5, expected within [0, 1]"
    assert (again.num_failed, again.complete) == (1, True)
    assert again.design.digest == design.digest
    assert again.manifest["text"] == "the text"
    assert again.manifest["command"] == "negsim sweep x"
    assert again.manifest["scenario"] == scenario.digest
    assert again.manifest["numbers"]["payoffs.north.land"] == "1.1"
    assert set(again.manifest["versions"]) == {"negsim", "numpy", "scipy", "numba", "python"}
    assert json.loads(json.dumps(again.to_dict()))["names"] == ["parameters.drift"]
    np.testing.assert_array_equal(found.measures["delay.north"], again.measures["delay.north"])
    with pytest.raises(ValueError, match="read-only"):
        again.values[0, 0] = 1


def test_the_table_is_sorted_by_point_whatever_the_order_of_writing(scenario: Scenario) -> None:
    design = grid({"parameters.drift": (0, 1, 4)})
    with Store(None) as store:
        store.begin(manifest(scenario, design), design.values)
        for first in (2, 0):
            part = design.values[first : first + 2]
            store.write([first, first + 1], (dict.fromkeys(MEASURES, part[:, 0]), [None, None]))
            assert store.done(4).sum() == 4 - first
        assert store.results().points.tolist() == [0, 1, 2, 3]
        np.testing.assert_array_equal(store.results().values, design.values)


def test_a_chunk_that_cannot_be_written_leaves_nothing(scenario: Scenario) -> None:
    design = grid({"parameters.drift": (0, 1, 4)})
    with Store(None) as store:
        store.begin(manifest(scenario, design), design.values)
        columns = {name: np.zeros(2) for name in MEASURES}
        unwritable: Any = object()
        with pytest.raises(sqlite3.ProgrammingError):
            store.write([0, 1], (columns, [None, unwritable]))
        assert not store.done(4).any()
        store.write([0, 1], (columns, [None, None]))
        assert store.done(4).tolist() == [True, True, False, False]


def test_partial_results_can_be_opened(scenario: Scenario, tmp_path: Path) -> None:
    design = grid({"parameters.drift": (0, 1, 4)})
    with Store(tmp_path / FILE) as store:
        store.begin(manifest(scenario, design), design.values)
    empty = open_results(tmp_path)
    assert (len(empty.points), empty.complete) == (0, False)
    assert empty.measures["delay.north"].shape == (0,)
    assert empty.values.shape == (0, 1)


def other_database(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE letters (text TEXT)")
    connection.commit()
    connection.close()


def other_manifest(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE manifest (key TEXT, value TEXT)")
    connection.execute("INSERT INTO manifest VALUES ('format', '\"letters\"')")
    connection.commit()
    connection.close()


FOREIGN = {
    "text": lambda file: file.write_text("a letter, not a database, of some length " * 40),
    "other database": other_database,
    "other manifest": other_manifest,
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_file_is_refused_and_left_alone(
    kind: str, scenario: Scenario, tmp_path: Path
) -> None:
    file = tmp_path / FILE
    FOREIGN[kind](file)
    before = file.read_bytes()
    with pytest.raises(UsageError, match=r"results\.sqlite: not the results of a negsim sweep \("):
        open_results(file)
    with pytest.raises(UsageError, match=r"results\.sqlite: not the results of a negsim sweep \("):
        sweep(scenario, grid({"parameters.drift": (0, 1, 2)}), MEASURES, tmp_path)
    assert file.read_bytes() == before


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "nowhere.sqlite"):
        with pytest.raises(UsageError, match=r"no such file, expected the results of a sweep$"):
            open_results(path)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_refused_and_then_begun(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with pytest.raises(UsageError, match="not the results of a negsim sweep"):
        open_results(tmp_path)
    found = sweep(scenario, grid({"parameters.drift": (0, 1, 2)}), MEASURES, tmp_path)
    assert found.complete


def test_a_folder_that_cannot_be_is_refused(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    design = grid({"parameters.drift": (0, 1, 2)})
    with pytest.raises(UsageError, match=r"file: File exists; expected a folder to write to$"):
        sweep(scenario, design, MEASURES, tmp_path / "file")
    (tmp_path / "other" / FILE).mkdir(parents=True)
    with pytest.raises(UsageError, match="unable to open database file; expected a file"):
        sweep(scenario, design, MEASURES, tmp_path / "other")


def test_an_odd_folder_name_is_no_address(scenario: Scenario, tmp_path: Path) -> None:
    folder = tmp_path / "what? 50% #1 & più"
    sweep(scenario, grid({"parameters.drift": (0, 1, 2)}), MEASURES, folder)
    assert open_results(folder).complete
    assert [each.name for each in folder.iterdir()] == [FILE]


def test_another_sweep_is_refused_with_what_differs(scenario: Scenario, tmp_path: Path) -> None:
    design = latin_hypercube(scenario, 3, 1)
    sweep(scenario, design, MEASURES, tmp_path)
    before = (tmp_path / FILE).read_bytes()
    cases = [
        (
            (scenario.set({"payoffs.south.war": -0.4}), design, MEASURES),
            "payoffs.south.war -0.3 there, -0.4 here",
        ),
        (
            (scenario.with_order((("north", "south"),)), design, MEASURES),
            "order north, then south there, north and south here",
        ),
        (
            (scenario, latin_hypercube(scenario, 4, 1), MEASURES),
            "latin_hypercube of 7 numbers, 3 points, seed 1 there, "
            "latin_hypercube of 7 numbers, 4 points, seed 1 here",
        ),
        (
            (scenario, Design("latin_hypercube", design.names, design.values * 0.999, 1), MEASURES),
            "other values of the latin_hypercube of 7 numbers, 3 points, seed 1",
        ),
        (
            (scenario, design, MEASURES[:1]),
            "measures delay.north, premium.south there, delay.north here",
        ),
    ]
    for case, difference in cases:
        with pytest.raises(UsageError) as caught:
            sweep(*case, tmp_path)
        assert str(caught.value) == (
            f"{tmp_path / FILE}: holds another sweep: {difference}; "
            "expected the same sweep, to go on with it, or another folder"
        )
    assert (tmp_path / FILE).read_bytes() == before


def test_another_version_is_refused(scenario: Scenario, tmp_path: Path) -> None:
    design = grid({"parameters.drift": (0, 1, 2)})
    old = manifest(scenario, design)
    old["versions"] = old["versions"] | {"numba": "0.1", "python": "3.1"}
    with Store(tmp_path / FILE) as store:
        store.begin(old, design.values)
    with pytest.raises(UsageError, match=r"another sweep: numba 0\.1 there, [\d.]+ here; "):
        sweep(scenario, design, MEASURES, tmp_path)


def test_too_many_measures_are_refused(scenario: Scenario) -> None:
    design = grid({"parameters.drift": (0, 1, 2)})
    plain = manifest(scenario, design) | {"measures": [f"delay.p{k}" for k in range(1991)]}
    with Store(None) as store, pytest.raises(UsageError, match=r"^1,991 measures, expected at mo"):
        store.begin(plain, design.values)
