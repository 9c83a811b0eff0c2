"""Seals: a digest kept beside what was written tells whether it was changed since."""

from __future__ import annotations

import hashlib
import json
from typing import Any


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
