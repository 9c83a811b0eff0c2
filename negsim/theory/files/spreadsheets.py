"""The cells of a table as people have it: separated by commas, semicolons or tabs, with blanks.

Rules rather than guesses: cells are separated by the first of the three that gives the head that is
looked for, a first line ``sep=;`` says it outright, and where it is not the comma that separates,
numbers may have a decimal comma.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from negsim.cells import plain
from negsim.errors import GameError

SEPARATORS = (",", ";", "\t")

_STATED = re.compile(r'"?sep=([^"\w\s]|\t)"?\s*', re.IGNORECASE)
"""A first line by which spreadsheets are told what separates cells."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of cells without blanks at their ends, each with its line; none and no column is empty.

    ``separator`` is what stands between cells in the text.
    """

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    separator: str


def read_cells(text: str, path: str, is_head: Callable[[Sequence[str]], bool]) -> Cells:
    r"""Return the cells of a text.

    Parameters
    ----------
    path
        For messages.
    is_head
        Whether a first row is what is looked for; where no separator gives such a row, the one
        that is most often in the first line is taken.

    Raises
    ------
    GameError
        If the quotes of a cell do not fit.

    Examples
    --------
    >>> read_cells("A; B\n1,5;x\n;\n", "<text>", lambda head: "B" in head).rows
    (('A', 'B'), ('1,5', 'x'))
    """
    first, _, rest = text.partition("\n")
    if stated := _STATED.fullmatch(first):
        cells = _cells(rest, stated[1], path)
        return replace(cells, lines=tuple(line + 1 for line in cells.lines))
    for separator in SEPARATORS:
        head = _head(text, separator)
        if is_head(head):
            return _cells(text, separator, path)
    return _cells(text, max(SEPARATORS, key=text.lstrip().partition("\n")[0].count), path)


def _head(text: str, separator: str) -> list[str]:
    """Return the first row that is not empty, as far as it can be read."""
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
        return next((stripped for row in rows if any(stripped := _stripped(row))), [])
    except csv.Error:
        return []


def _cells(text: str, separator: str, path: str) -> Cells:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    lines: list[int] = []
    rows: list[list[str]] = []
    try:
        for row in reader:
            if any(stripped := _stripped(row)):
                lines.append(reader.line_num)
                rows.append([plain(cell) for cell in stripped])
    except csv.Error as error:
        told = "a tab" if separator == "\t" else f'"{separator}"'
        raise GameError(
            f"{path}:{reader.line_num}: {error}, expected cells separated by {told}"
        ) from None
    return Cells(_without_empty_columns(rows), tuple(lines), separator)


def _without_empty_columns(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    used = sorted({place for row in rows for place, cell in enumerate(row) if cell})
    return tuple(tuple(row[place] for place in used if place < len(row)) for row in rows)


def _stripped(row: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in row]
