"""The store of a tournament: one SQLite file, a pairing a transaction."""

from __future__ import annotations

import json
import platform
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from negsim.errors import UsageError
from negsim.sampling.manifest import PACKAGES
from negsim.sampling.store import Store
from negsim.seals import row_seals

FILE = "tournament.sqlite"
FORMAT = "negsim tournament 2"
HEAD = 6
"""Cells of a job before its seal."""

FREE = ("python", "columns")
"""What may differ between two tournaments that are the same."""


@dataclass(frozen=True)
class TournamentStore:
    """An open store; rows are numbered by the jobs of the tournament."""

    store: Store

    @staticmethod
    @contextmanager
    def opened(out: Path | None) -> Iterator[TournamentStore]:
        """Open the store in a folder, made if it is not there, or in memory.

        Raises
        ------
        UsageError
            If the folder cannot be made or the file cannot be opened.
        """
        if out is not None:
            try:
                out.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                reason = f"{out}: {error.strerror}; expected a folder to write to"
                raise UsageError(reason) from None
        with Store(None if out is None else out / FILE) as store:
            yield TournamentStore(store)

    def begin(self, manifest: Mapping[str, Any], columns: Sequence[str]) -> None:
        """Start a tournament in an empty store, or go on with the same one.

        Raises
        ------
        UsageError
            If the file holds another tournament (the message says what differs) or something else.
        """
        versions = {name: version(name) for name in PACKAGES}
        full = {
            "format": FORMAT,
            **manifest,
            "versions": versions,
            "python": platform.python_version(),
            "columns": list(columns),
        }
        with self.store.transaction():
            if self.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
                self.create(full, columns)
        there = self.manifest()
        changed = [key for key in full if key not in FREE and there.get(key) != full[key]]
        if changed:
            told = "; ".join(f"{key} {_short(there.get(key))} there" for key in changed[:3])
            raise UsageError(
                f"{self.store.file}: holds another tournament: {told}; expected the same one, to "
                "go on with it, or another folder"
            )

    def create(self, manifest: Mapping[str, Any], columns: Sequence[str]) -> None:
        """Make the tables and write the manifest."""
        reals = ", ".join(f"{_quoted(name)} REAL" for name in columns)
        self.execute("CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        self.execute(
            "CREATE TABLE jobs (job INTEGER PRIMARY KEY, setting INTEGER, first INTEGER, "
            f"second INTEGER, answers INTEGER, error TEXT, seal INTEGER, {reals})"
        )
        self.store.describe(manifest)

    def write(self, place: int, job: Sequence[int], row: Mapping[str, float] | str) -> None:
        """Write one job, or why it cannot be done."""
        names = self.names()
        error = row if isinstance(row, str) else None
        numbers = {} if isinstance(row, str) else row
        values = np.array([[numbers.get(name, np.nan) for name in names]], dtype=float)
        head = (place, *map(int, job), error)
        (seal,) = row_seals([head], values)
        marks = ", ".join("?" * (7 + len(names)))
        with self.store.transaction():
            text = f"INSERT OR REPLACE INTO jobs VALUES ({marks})"
            self.execute(text, (*head, seal, *values[0].tolist()))

    def done(self) -> set[int]:
        """Return the jobs that are done; errors as :meth:`rows`."""
        return set(self.rows())

    def rows(self) -> dict[int, tuple[str | None, dict[str, float]]]:
        """Return the error and the measures of each job that is done.

        Raises
        ------
        UsageError
            If the file does not hold a tournament, or was changed.
        """
        names = self.names()
        columns = ", ".join(_quoted(name) for name in names)
        with self.store.explained():
            query = f"SELECT job, setting, first, second, answers, error, seal, {columns} FROM jobs"
            found = self.execute(f"{query} ORDER BY job").fetchall()
        heads, table = self.store.unsealed(found, HEAD) if found else ([], np.empty((0, 0)))
        return {
            head[0]: (head[-1], dict(zip(names, row, strict=True)))
            for head, row in zip(heads, table.tolist(), strict=True)
        }

    def names(self) -> list[str]:
        """Return the names of the measures."""
        return list(self.manifest()["columns"])

    def manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises
        ------
        UsageError
            If the file does not hold a tournament, or was changed.
        """
        return self.store.sealed_manifest(FORMAT)

    def execute(self, text: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self.store.connection.execute(text, values)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
