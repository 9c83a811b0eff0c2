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
from negsim.sweep.manifest import PACKAGES
from negsim.sweep.store import Store

FILE = "tournament.sqlite"
FORMAT = "negsim tournament 1"
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
            f"second INTEGER, answers INTEGER, error TEXT, {reals})"
        )
        for key, value in manifest.items():
            self.execute("INSERT INTO manifest VALUES (?, ?)", (key, json.dumps(value)))

    def write(self, place: int, job: Sequence[int], row: Mapping[str, float] | str) -> None:
        """Write one job, or why it cannot be done."""
        names = self.names()
        error = row if isinstance(row, str) else None
        values = [None] * len(names) if isinstance(row, str) else [row.get(n) for n in names]
        known = [None if value is None or np.isnan(value) else value for value in values]
        marks = ", ".join("?" * (6 + len(names)))
        with self.store.transaction():
            text = f"INSERT OR REPLACE INTO jobs VALUES ({marks})"
            self.execute(text, (place, *job, error, *known))

    def done(self) -> set[int]:
        """Return the jobs that are done."""
        with self.store.explained():
            return {place for (place,) in self.execute("SELECT job FROM jobs").fetchall()}

    def rows(self) -> dict[int, tuple[str | None, dict[str, float | None]]]:
        """Return the error and the measures of each job that is done."""
        names = self.names()
        columns = ", ".join(_quoted(name) for name in names)
        with self.store.explained():
            found = self.execute(f"SELECT job, error, {columns} FROM jobs ORDER BY job").fetchall()
        return {row[0]: (row[1], dict(zip(names, row[2:], strict=True))) for row in found}

    def names(self) -> list[str]:
        """Return the names of the measures."""
        return list(self.manifest()["columns"])

    def manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises
        ------
        UsageError
            If the file does not hold a tournament.
        """
        with self.store.explained():
            items = self.execute("SELECT key, value FROM manifest").fetchall()
            found = {key: json.loads(value) for key, value in items}
        if found.get("format") != FORMAT:
            raise UsageError(f"{self.store.file}: not a negsim tournament")
        return found

    def execute(self, text: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self.store.connection.execute(text, values)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
