"""The table of a sweep for other programs: a data frame, CSV or Parquet."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from negsim.cells import write_rows
from negsim.errors import UsageError, os_reason
from negsim.registry import Registry
from negsim.sampling.results import Results, columns_of

Writer = Callable[[Results, Path], None]

formats = Registry[Writer]("format")
"""What a table can be written as: functions of the results and a file."""


def write_csv(results: Results, path: Path) -> None:
    """Write the table as CSV: numbers so that they read back the same, nothing where undefined."""
    columns = columns_of(results)
    lists = [plain_list(column) for column in columns.values()]
    with path.open("w", encoding="utf-8", newline="") as file:
        write_rows([list(columns)], file)
        write_rows(zip(*lists, strict=True), file)


def plain_list(column: Any) -> list[Any]:
    """Return a column as plain values, None for what is undefined."""
    values = column if isinstance(column, list) else column.tolist()
    return [None if isinstance(x, float) and math.isnan(x) else x for x in values]


def write_parquet(results: Results, path: Path) -> None:
    """Write the table as Parquet.

    Raises
    ------
    UsageError
        If pyarrow is not installed.
    """
    try:
        arrow = importlib.import_module("pyarrow")
        parquet = importlib.import_module("pyarrow.parquet")
    except ModuleNotFoundError:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed; expected pip install 'negsim[parquet]' "
            "or --format csv"
        ) from None
    columns = columns_of(results)
    columns["error"] = arrow.array(columns["error"], type=arrow.string())
    parquet.write_table(arrow.table(columns), path)


formats.add("csv", write_csv)
formats.add("parquet", write_parquet)


def export(results: Results, path: str | Path, form: str = "csv") -> None:
    """Write the table of a sweep to a file, wholly or not at all.

    Parameters
    ----------
    form
        ``csv`` or ``parquet``.

    Raises
    ------
    UnknownNameError
        If there is no such format.
    UsageError
        If the file cannot be written, or what the format needs is not installed.
    """
    write, path = formats[form], Path(path)
    try:
        with TemporaryDirectory(
            dir=path.parent, prefix=".negsim-", ignore_cleanup_errors=True
        ) as made:
            write(results, Path(made) / path.name)
            (Path(made) / path.name).replace(path)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written ({os_reason(error)}); expected a file in a folder that is "
            "there"
        ) from None
