"""The store of a sweep: one SQLite file, a chunk a transaction, so that a killed sweep resumes."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray, frozen
from negsim.errors import UsageError
from negsim.sampling.manifest import FORMAT, differences, fault_of
from negsim.sampling.points import Design
from negsim.sampling.results import FINISHED, Results
from negsim.sampling.worker import Evaluated
from negsim.seals import row_seals, seal_of

FILE = "results.sqlite"
SEAL = "seal"
OUR_FAULTS = (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError)
MAX_COLUMNS = 1_990
"""Most measures: SQLite allows 2,000 columns."""

PART = 1 << 17
"""Numbers of a design in one row of its table: 1 MiB."""

FETCHED = 10_000
"""Rows read at a time."""


def open_results(path: str | Path) -> Results:
    """Return the results in a file, or in ``results.sqlite`` in a folder, as far as they got.

    Raises
    ------
    UsageError
        If there is no such file or it does not hold the results of a sweep.

    Examples
    --------
    >>> import tempfile
    >>> from negsim.sampling.grids import grid
    >>> from negsim.sampling.run import sweep
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> design, folder = grid({"payoffs.upstream.power": (1, 3, 3)}), tempfile.mkdtemp()
    >>> _ = sweep(loads(starter_text()), design, ["value.upstream"], folder)
    >>> open_results(folder).measures["value.upstream"].shape
    (3,)
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

    def begin(self, manifest: Mapping[str, Any], planned: FloatArray) -> None:
        """Start a sweep of the planned values in an empty store, or go on with the same sweep.

        Raises
        ------
        UsageError
            If the file holds another sweep (the message says what differs) or something else.
        """
        columns = manifest["measures"]
        if len(columns) > MAX_COLUMNS:
            raise UsageError(f"{len(columns):,} measures, expected at most {MAX_COLUMNS:,}")
        with self.transaction():
            tables = self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables == (0,):
                self.create(manifest, columns)
                self.plan(planned)
                return
        there = self.manifest()
        self.planned(there)
        found = differences(there, manifest)
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
            f"CREATE TABLE rows (point INTEGER PRIMARY KEY, error TEXT, seal INTEGER, {reals})"
        )
        self.describe(manifest)

    def describe(self, manifest: Mapping[str, Any]) -> None:
        """Write a manifest and its seal."""
        items = [(key, json.dumps(value)) for key, value in manifest.items()]
        items.append((SEAL, json.dumps(seal_of(manifest))))
        self.connection.executemany("INSERT INTO manifest VALUES (?, ?)", items)

    def plan(self, planned: FloatArray) -> None:
        """Write the values of the design, in parts."""
        self.connection.execute("CREATE TABLE design (part INTEGER PRIMARY KEY, numbers BLOB)")
        flat = np.asarray(planned, dtype="<f8").reshape(-1)
        for part in range(math.ceil(len(flat) / PART)):
            numbers = flat[part * PART : (part + 1) * PART].tobytes()
            self.connection.execute("INSERT INTO design VALUES (?, ?)", (part, numbers))

    def planned(self, manifest: Mapping[str, Any]) -> FloatArray:
        """Return the values of the design, shape (points, names); errors as :meth:`manifest`."""
        design = manifest["design"]
        shape = (design["points"], len(design["names"]))
        with self.explained():
            parts = self.connection.execute("SELECT numbers FROM design ORDER BY part")
            kept = [part for (part,) in parts]
        data = b"".join(part for part in kept if isinstance(part, bytes))
        if len(data) != 8 * math.prod(shape):
            raise self.damaged("its design is not whole")
        values = np.frombuffer(data, dtype="<f8").astype(float).reshape(shape)
        try:
            same = Design.from_dict({**design, "values": values}).digest
        except UsageError as error:
            raise self.damaged(str(error)) from None
        if same != manifest["design_digest"]:
            raise self.damaged("its design is not that of its digest")
        return frozen(values)

    def write(self, points: Iterable[int], found: Evaluated) -> None:
        """Write what was found at some points of the design, all of them or none."""
        measures, errors = found
        table = np.column_stack(list(measures.values()))
        heads = list(zip(map(int, points), errors, strict=True))
        seals = row_seals(heads, table)
        rows = [
            (*head, seal, *numbers)
            for head, seal, numbers in zip(heads, seals, table.tolist(), strict=True)
        ]
        marks = ", ".join("?" * len(rows[0]))
        with self.transaction():
            self.connection.executemany(f"INSERT OR REPLACE INTO rows VALUES ({marks})", rows)

    def finish(self) -> None:
        """Note that a sweep which does not solve every point of its design has all it needs."""
        with self.transaction():
            (count,) = self.connection.execute("SELECT count(*) FROM rows").fetchone()
            self.connection.execute(
                "INSERT OR REPLACE INTO manifest VALUES (?, ?)", (FINISHED, json.dumps(count))
            )

    def done(self, size: int) -> BoolArray:
        """Tell which of a design's points are done, shape (size,); errors as :meth:`manifest`."""
        done = np.zeros(size, dtype=bool)
        done[self.results().points] = True
        return done

    def manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises
        ------
        UsageError
            If the file does not hold the results of a sweep, or was changed.
        """
        found = self.sealed_manifest(FORMAT)
        if fault := fault_of(found):
            raise self.damaged(fault)
        return found

    def sealed_manifest(self, form: str) -> dict[str, Any]:
        """Return a manifest of a format, whose seal holds; errors as :meth:`manifest`."""
        with self.explained():
            items = self.connection.execute("SELECT key, value FROM manifest").fetchall()
            try:
                found = {key: json.loads(value) for key, value in items}
            except (ValueError, TypeError, RecursionError):
                raise self.damaged("its manifest is no JSON") from None
        if found.get("format") != form:
            raise self.foreign(f"format {found.get('format')}, expected {form}")
        sealed = {key: value for key, value in found.items() if key not in {SEAL, FINISHED}}
        if found.pop(SEAL, None) != seal_of(sealed):
            raise self.damaged("its manifest is not that of its seal")
        return found

    def results(self) -> Results:
        """Return the rows that are done, sorted by point; errors as :meth:`manifest`."""
        manifest = self.manifest()
        names, measures = manifest["design"]["names"], manifest["measures"]
        planned = self.planned(manifest)
        points, errors, table = self.rows(measures)
        if len(points) and not 0 <= points[0] <= points[-1] < len(planned):
            raise self.damaged("it has points that its design has not")
        if manifest.get(FINISHED, len(points)) != len(points):
            raise self.damaged("points are missing")
        found = {name: frozen(table[:, k].copy()) for k, name in enumerate(measures)}
        return Results(
            names=tuple(names),
            points=frozen(points),
            values=planned if len(points) == len(planned) else frozen(planned[points]),
            measures=MappingProxyType(found),
            errors=tuple(errors),
            manifest=MappingProxyType(manifest),
            planned=planned,
        )

    def rows(self, columns: Sequence[str]) -> tuple[IntArray, list[str | None], FloatArray]:
        """Return the rows that are done: points, errors and the table, read a part at a time."""
        with self.explained():
            (count,) = self.connection.execute("SELECT count(*) FROM rows").fetchone()
            quoted = ", ".join(_quoted(name) for name in columns)
            query = f"SELECT point, error, seal, {quoted} FROM rows ORDER BY point"
            cursor = self.connection.execute(query)
            points, table = np.empty(count, dtype=np.int64), np.empty((count, len(columns)))
            errors: list[str | None] = []
            while part := cursor.fetchmany(FETCHED):
                place = slice(len(errors), len(errors) + len(part))
                heads, table[place] = self.unsealed(part, 2)
                points[place] = [point for point, _ in heads]
                errors += [error for _, error in heads]
        return points, errors, table

    def unsealed(self, rows: Sequence[Any], size: int) -> tuple[list[Any], FloatArray]:
        """Return the first ``size`` cells of rows, and the numbers after their seals.

        Raises
        ------
        UsageError
            If a row is not what was sealed.
        """
        heads = [row[:size] for row in rows]
        try:
            table = np.array([row[size + 1 :] for row in rows], dtype=float)
            same = row_seals(heads, table) == [row[size] for row in rows]
        except (ValueError, TypeError, OverflowError):
            same = False
        if not same:
            raise self.damaged("a row is not what was written")
        return heads, table

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
        except (sqlite3.DatabaseError, json.JSONDecodeError, UnicodeDecodeError) as error:
            # SQLite's own words for a fault quote the file, whose bytes need not be text.
            if isinstance(error, OUR_FAULTS):
                raise
            raise self.foreign(str(error)) from None

    def damaged(self, reason: str) -> UsageError:
        """Return the error for a file that is not as it was written."""
        return UsageError(
            f"{self.file}: damaged, or changed since negsim wrote it ({reason}); expected another "
            "folder, to begin anew"
        )

    def foreign(self, reason: str) -> UsageError:
        """Return the error for a file that holds something else."""
        return UsageError(f"{self.file}: not the results of a negsim sweep ({reason})")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
