"""Seals: a digest kept beside what was written tells whether it was changed since."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from negsim.arrays import FloatArray


def seal_of(data: Any) -> str:
    """Return the digest of plain values, 64 hexadecimal digits, whatever the order of keys.

    >>> seal_of({"a": 1, "b": [2.5]}) == seal_of({"b": [2.5], "a": 1})
    True
    >>> seal_of({2: (0, 1), 10: 3}) == seal_of({"2": [0, 1], "10": 3})
    True
    """
    plain = json.loads(json.dumps(data))  # as it will be read back: every key is a text
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def row_seals(heads: Iterable[Sequence[int | str | None]], table: FloatArray) -> list[int]:
    """Return a checksum of each row of a table: whole numbers and texts, then its numbers.

    Zeros have no sign and undefined numbers are one, as in a database.

    >>> one, other = row_seals([(0, None), (0, "None")], np.array([[0.0, np.nan], [-0.0, np.nan]]))
    >>> one == other, one == row_seals([(0, None)], np.array([[0.0, np.nan]]))[0]
    (False, True)
    """
    numbers = np.where(np.isnan(table), np.nan, table + 0.0).astype("<f8")
    rows = zip(heads, numbers, strict=True)
    return [
        zlib.crc32(row.tobytes(), zlib.crc32(repr(tuple(head)).encode("utf-8", "replace")))
        for head, row in rows
    ]
