"""The table of a sweep in other programs: data frames, CSV and Parquet."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from negsim.analysis.delay.stalling import LABELS
from negsim.errors import UnknownNameError, UsageError
from negsim.sampling import export as module
from negsim.sampling.design import grid
from negsim.sampling.export import export
from negsim.sampling.results import Results, columns_of, frame_of
from negsim.sampling.run import sweep
from negsim.scenario.model import Scenario

MEASURES = ["label.north", "delay.south"]


@pytest.fixture
def results(scenario: Scenario) -> Results:
    """Return a small table; the last point cannot be solved."""
    return sweep(scenario, grid({"parameters.drift": (0, 1.2, 4)}), MEASURES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    (tmp_path / "made").mkdir()
    return tmp_path / "made"


def installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def test_columns_are_points_numbers_measures_and_errors(results: Results) -> None:
    found = columns_of(results)
    assert list(found) == ["point", "parameters.drift", *MEASURES, "error"]
    assert found["point"].tolist() == [0, 1, 2, 3]
    codes = results.measures["label.north"][:3].astype(int)
    assert found["label.north"] == [*(LABELS[code] for code in codes), None]
    assert found["error"][:3] == [None] * 3
    assert "changes.advance.chance" in found["error"][3]


def test_csv_reads_back_to_the_last_bit(results: Results, folder: Path) -> None:
    export(results, folder / "table.csv")
    rows = list(csv.DictReader((folder / "table.csv").read_text(encoding="utf-8").splitlines()))
    assert [float(row["delay.south"]) for row in rows[:3]] == results.measures["delay.south"][
        :3
    ].tolist()
    assert rows[3]["delay.south"] == ""
    assert rows[3]["error"] == results.errors[3]
    assert [path.name for path in folder.iterdir()] == ["table.csv"]


def test_a_file_is_written_wholly_or_not_at_all(
    results: Results, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "table.csv").write_text("before", encoding="utf-8")

    def fail(_results: Results, path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(module.formats._entries, "csv", fail)
    with pytest.raises(UsageError, match=r"table\.csv: cannot be written \(No space left on dev"):
        export(results, folder / "table.csv")
    assert [path.name for path in folder.iterdir()] == ["table.csv"]
    assert (folder / "table.csv").read_text(encoding="utf-8") == "before"


def test_where_nothing_can_be_removed_either_there_is_one_clear_line(
    results: Results, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk that was mounted to be read only."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setitem(module.formats._entries, "csv", fail)
    monkeypatch.setattr(Path, "unlink", fail)
    with pytest.raises(UsageError, match=r"table\.csv: cannot be written \(Read-only file system"):
        export(results, folder / "table.csv")


def test_an_unknown_format_or_folder_is_refused(results: Results, folder: Path) -> None:
    with pytest.raises(UnknownNameError, match=r'unknown format "xls"'):
        export(results, folder / "table", "xls")
    with pytest.raises(UsageError, match=r"table\.csv: cannot be written \(No such file or dir"):
        export(results, folder / "none" / "table.csv")


def test_parquet_holds_the_same_table(results: Results, folder: Path) -> None:
    path = folder / "table.parquet"
    if not installed("pyarrow"):
        with pytest.raises(UsageError, match=r"^Parquet needs pyarrow, which is not installed"):
            export(results, path, "parquet")
        assert list(folder.iterdir()) == []
        return
    import importlib

    export(results, path, "parquet")
    parquet: Any = importlib.import_module("pyarrow.parquet")
    read = parquet.read_table(path).to_pydict()
    assert list(read) == list(columns_of(results))
    np.testing.assert_array_equal(read["delay.south"], results.measures["delay.south"])
    assert read["error"] == list(results.errors)


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_a_data_frame_has_a_row_a_point(kind: str, results: Results) -> None:
    if not installed(kind):
        with pytest.raises(UsageError, match=rf"^a data frame needs {kind}, which is not install"):
            frame_of(results, kind)
        return
    frame = results.to_frame(kind)
    assert list(frame.columns) == list(columns_of(results))
    assert len(frame) == 4
    np.testing.assert_array_equal(np.asarray(frame["delay.south"]), results.measures["delay.south"])


def test_a_data_frame_of_something_else_is_refused(results: Results) -> None:
    with pytest.raises(UsageError, match=r'^data frame "excel", expected one of: pandas, polars$'):
        results.to_frame("excel")
