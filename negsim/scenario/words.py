"""How names are spelt, and how names and values of a file are shown in messages."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

from negsim.errors import did_you_mean, named_character

MAX_NAME = 40
MAX_SHOWN = 60
MAX_LISTED = 12
MAX_SUGGESTIONS_AMONG = 200

_FIRST = "abcdefghijklmnopqrstuvwxyz"
_LATER = _FIRST + "0123456789_"


def shown(text: str) -> str:
    """Return a text on one line, cut if long; what is not plain ASCII is shown as U+XXXX.

    >>> shown("tr\u0430in")
    'tr<U+0430>in'
    """
    cut = text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "..."
    return "".join(c if " " <= c <= "~" else f"<{_code(c)}>" for c in cut)


def printable(text: str) -> str:
    """Return a text in which what is not to be seen, such as control characters, is U+XXXX."""
    return "".join(c if c.isprintable() else f"<{_code(c)}>" for c in text)


def name_fault(name: str) -> str:
    """Return what is wrong with a name, or an empty text.

    >>> name_fault("aid_cutoff")
    ''
    >>> name_fault("Aid")
    '"A" is not allowed at the start of a name; expected a letter from a to z'
    """
    if not name:
        return "an empty name; expected a letter from a to z, then letters, digits and _"
    if len(name) > MAX_NAME:
        return f"a name of {len(name):,} characters; expected at most {MAX_NAME}"
    if name[0] not in _FIRST:
        return f"{named_character(name[0])} is not allowed at the start of a name; " + (
            "expected a letter from a to z"
        )
    for character in name:
        if character not in _LATER:
            return f"{named_character(character)} is not allowed in a name; " + (
                "expected letters from a to z, digits and _"
            )
    return ""


def label_of(name: str) -> str:
    """Return the label of something that is given none.

    >>> label_of("aid_cutoff")
    'Aid cutoff'
    """
    return name.replace("_", " ").capitalize()


def got(value: object) -> str:
    """Return a value of a file as it is shown in ``expected ..., got ...``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{shown(value)}"'
    if isinstance(value, int | Decimal):
        return _number(value)
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    for kind, words in _KINDS.items():
        if isinstance(value, kind):
            return words
    return "something else"


_KINDS = {
    dict: "a table",
    datetime.datetime: "a date with a time",
    datetime.date: "a date",
    datetime.time: "a time",
}


def _number(value: int | Decimal) -> str:
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**30 else "an enormous whole number"
    if not value.is_finite():
        return f"{float(value):g}"
    return str(value).lower() if len(value.as_tuple().digits) <= MAX_NAME else f"{value:.6g}..."


def listed(names: Iterable[str]) -> str:
    """Return names in a row, the first twelve of them if there are more."""
    every = list(names)
    rest = f" and {len(every) - MAX_LISTED:,} more" if len(every) > MAX_LISTED else ""
    return ", ".join(shown(name) for name in every[:MAX_LISTED]) + rest


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """Return the message for an unknown name, with the nearest known one or those there are.

    >>> unknown_name("party", "rusia", ["russia", "usa"])
    'unknown party "rusia"; did you mean "russia"?'
    >>> unknown_name("source", "zzz", [])
    'unknown source "zzz"; none is declared'
    """
    every = list(known)
    near = did_you_mean(name, every) if len(every) <= MAX_SUGGESTIONS_AMONG else ""
    rest = f"; expected one of: {listed(every)}" if every else "; none is declared"
    return f'unknown {kind} "{shown(name)}"' + (near or rest)


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
