"""The store of a sweep: one SQLite file, a chunk a transaction, so that a killed sweep resumes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray, frozen
from negsim.errors import UsageError
from negsim.sweep.design import Design
from negsim.sweep.manifest import FORMAT, differences
from negsim.sweep.worker import Evaluated

FILE = "results.sqlite"
OUR_FAULTS = (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError)
MAX_COLUMNS = 1_990
"""Most numbers and measures together: SQLite allows 2,000 columns."""


@dataclass(frozen=True)
class Results:
    """The results of a sweep, sorted by point: P points that are done.

    Attributes
    ----------
    names
        the dotted names of the numbers that varied.
    points
        (P,) the place of each row in the design.
    values
        (P, number of names) the numbers at each point.
    measures
        for each measure its values, shape (P,); NaN where a point could not be solved.
    errors
        for each row why the point could not be solved, None where it was.
    manifest
        what the sweep was: scenario, design, measures, versions, command line.
    """

    names: tuple[str, ...]
    points: IntArray
    values: FloatArray
    measures: Mapping[str, FloatArray]
    errors: tuple[str | None, ...]
    manifest: Mapping[str, Any]

    @property
    def design(self) -> Design:
        """Return the design of which the rows are points."""
        return Design.from_dict(self.manifest["design"])

    @property
    def complete(self) -> bool:
        """Tell whether every point of the design is done."""
        return len(self.points) == len(self.manifest["design"]["values"])

    @property
    def num_failed(self) -> int:
        """Return how many points could not be solved."""
        return sum(error is not None for error in self.errors)

    def to_dict(self) -> dict[str, Any]:
        """Return the table and the manifest as plain values."""
        return {
            "names": list(self.names),
            "points": self.points.tolist(),
            "values": self.values.tolist(),
            "measures": {name: column.tolist() for name, column in self.measures.items()},
            "errors": list(self.errors),
            "manifest": dict(self.manifest),
        }


def open_results(path: str | Path) -> Results:
    """Return the results in a file, or in ``results.sqlite`` in a folder, as far as they got.

    Raises
    ------
    UsageError
        If there is no such file or it does not hold the results of a sweep.
    """
    file = Path(path)
    file = file / FILE if file.is_dir() else file
    if not file.is_file():
        raise UsageError(f"{file}: no such file, expected the results of a sweep")
    with Store(file) as store:
        return store.results()


class Store:
    """An open store, in a file or (``file`` None) in memory; close it, or use it in ``with``."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        address = ":memory:" if file is None else file.resolve().as_uri() + "?mode=rwc"
        with self.explained():
            self.connection = sqlite3.connect(address, uri=True, isolation_level=None)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def begin(self, manifest: Mapping[str, Any]) -> None:
        """Start a sweep in an empty store, or go on with the same sweep.

        Raises
        ------
        UsageError
            If the file holds another sweep (the message says what differs) or something else.
        """
        columns = _columns(manifest)
        if len(columns) > MAX_COLUMNS:
            raise UsageError(
                f"{len(columns):,} numbers and measures together, expected at most {MAX_COLUMNS:,}"
            )
        with self.transaction():
            tables = self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables == (0,):
                self.create(manifest, columns)
                return
        found = differences(self.manifest(), manifest)
        if found:
            raise UsageError(
                f"{self.file}: holds another sweep: {'; '.join(found)}; "
                "expected the same sweep, to go on with it, or another folder"
            )

    def create(self, manifest: Mapping[str, Any], columns: Sequence[str]) -> None:
        """Make the tables and write the manifest."""
        reals = ", ".join(f"{_quoted(name)} REAL" for name in columns)
        self.connection.execute("CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        self.connection.execute(
            f"CREATE TABLE rows (point INTEGER PRIMARY KEY, error TEXT, {reals})"
        )
        items = [(key, json.dumps(value)) for key, value in manifest.items()]
        self.connection.executemany("INSERT INTO manifest VALUES (?, ?)", items)

    def write(self, first: int, values: FloatArray, found: Evaluated) -> None:
        """Write the consecutive points from ``first`` on, all of them or none."""
        measures, errors = found
        table = np.column_stack([values, *measures.values()]).tolist()
        rows = [
            (first + place, error, *numbers)
            for place, (error, numbers) in enumerate(zip(errors, table, strict=True))
        ]
        marks = ", ".join("?" * len(rows[0]))
        with self.transaction():
            self.connection.executemany(f"INSERT OR REPLACE INTO rows VALUES ({marks})", rows)

    def done(self, size: int) -> BoolArray:
        """Tell which of a design's points are done, shape (size,)."""
        with self.explained():
            found = self.connection.execute("SELECT point FROM rows").fetchall()
        done = np.zeros(size, dtype=bool)
        done[[point for (point,) in found]] = True
        return done

    def manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises
        ------
        UsageError
            If the file does not hold the results of a sweep.
        """
        with self.explained():
            items = self.connection.execute("SELECT key, value FROM manifest").fetchall()
            found = {key: json.loads(value) for key, value in items}
        if found.get("format") != FORMAT:
            raise self.foreign(f"format {found.get('format')}")
        return found

    def results(self) -> Results:
        """Return the rows that are done, sorted by point; errors as :meth:`manifest`."""
        manifest = self.manifest()
        names, measures = manifest["design"]["names"], manifest["measures"]
        columns = ", ".join(_quoted(name) for name in _columns(manifest))
        with self.explained():
            query = f"SELECT point, error, {columns} FROM rows ORDER BY point"
            rows = self.connection.execute(query).fetchall()
        table = np.array([row[2:] for row in rows], dtype=float)
        table = table.reshape(len(rows), len(names) + len(measures))
        found = {name: frozen(table[:, len(names) + k].copy()) for k, name in enumerate(measures)}
        return Results(
            names=tuple(names),
            points=frozen(np.array([row[0] for row in rows], dtype=np.int64)),
            values=frozen(table[:, : len(names)].copy()),
            measures=MappingProxyType(found),
            errors=tuple(row[1] for row in rows),
            manifest=MappingProxyType(manifest),
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all that is done within, or nothing if it fails or is interrupted."""
        with self.explained():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what the database or the disk objects to into one clear line."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "no such" in str(error):
                raise self.foreign(str(error)) from None
            raise UsageError(f"{self.file}: {error}; expected a file to read and write") from None
        except (sqlite3.DatabaseError, json.JSONDecodeError) as error:
            if isinstance(error, OUR_FAULTS):
                raise
            raise self.foreign(str(error)) from None

    def foreign(self, reason: str) -> UsageError:
        """Return the error for a file that holds something else."""
        return UsageError(f"{self.file}: not the results of a negsim sweep ({reason})")


def _columns(manifest: Mapping[str, Any]) -> list[str]:
    return [*manifest["design"]["names"], *manifest["measures"]]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
