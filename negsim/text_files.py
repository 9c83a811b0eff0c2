"""Files of games as texts: of a sane size, in UTF-8 or the UTF-16 of spreadsheets."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from negsim.errors import GameError, UsageError

CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u2028-\u202e]")
"""Characters that are not to be seen, or that turn the text around them."""

MOST_BYTES = 50_000_000
"""A larger file is refused."""


def read_text(path: str | Path, kind: str) -> str:
    """Return the text of a file of a sane size.

    Parameters
    ----------
    kind
        Of file, for messages: what was expected.

    Raises
    ------
    UsageError
        If there is no such file or it cannot be read.
    GameError
        If it is larger than ``MOST_BYTES``, or no text: path, line, column.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file, expected {kind}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise UsageError(f"{path}: cannot be read ({reason}); expected {kind}") from None
    if len(data) > MOST_BYTES:
        raise GameError(f"{path}:1:1: the file is larger than {MOST_BYTES} bytes, expected less")
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return plain(data.decode("utf-16" if wide else "utf-8-sig"), path)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise GameError(
            f"{path}:{line}:{column}: byte {data[error.start]:#04x} is not UTF-8, expected text: "
            f"{kind} in UTF-8"
        ) from None


def plain(text: str, path: str | Path) -> str:
    r"""Return the text of a file, which names things that are printed, without control characters.

    A mark of the end that old systems put is taken off.

    Raises
    ------
    GameError
        If it has one: path, line, column.

    Examples
    --------
    >>> plain("A,B\x1a", "old.csv")
    'A,B'
    """
    text = text.rstrip("\x1a")
    if found := CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        raise GameError(
            f"{path}:{line}:{column}: control character U+{ord(found[0]):04X}, expected text "
            "without control characters"
        )
    return text
