"""Files of games as texts: of a sane size, in UTF-8 or the UTF-16 of spreadsheets."""

from __future__ import annotations

import codecs
from pathlib import Path

from negsim.errors import GameError, UsageError

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
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise GameError(
            f"{path}:{line}:{column}: byte {data[error.start]:#04x} is not UTF-8, expected text: "
            f"{kind} in UTF-8"
        ) from None
