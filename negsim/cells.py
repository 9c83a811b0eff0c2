"""CSV whose text a spreadsheet takes for text: what it would run as a formula gets an apostrophe.

A text that begins with = + - @, a tab or the end of a line is a formula to a spreadsheet. It is
written with an apostrophe before it, which :func:`plain` takes off again. Numbers stay as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any, TextIO

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(/\d+)?")


def guarded(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula.

    >>> [guarded(cell) for cell in ("=1+1", "-1/3", "- none", "'=x", "it's", -2.5, None)]
    ["'=1+1", '-1/3', "'- none", "''=x", "it's", -2.5, None]
    """
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell) or not _FORMULA.match(cell):
        return cell
    return f"'{cell}"


def plain(cell: str) -> str:
    """Return the text of a cell as it was before it was guarded.

    >>> [plain(cell) for cell in ("'=1+1", "-1/3", "''=x", "'tis", "it's")]
    ['=1+1', '-1/3', "'=x", "'tis", "it's"]
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def write_rows(rows: Iterable[Iterable[Any]], file: TextIO) -> None:
    """Write rows as CSV; numbers read back to the last bit, None is an empty cell."""
    usual = csv.writer(file, lineterminator="\n")
    # A lone carriage return ends a line for a reader, and the usual writer does not quote it.
    quoted = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        cells = [guarded(cell) for cell in row]
        broken = any(isinstance(cell, str) and "\r" in cell for cell in cells)
        (quoted if broken else usual).writerow(cells)


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    r"""Return rows as CSV text; see :func:`write_rows`.

    >>> csv_text([["a", "=b"], [1, None]])
    "a,'=b\n1,\n"
    """
    text = io.StringIO(newline="")
    write_rows(rows, text)
    return text.getvalue()
