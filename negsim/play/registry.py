"""The strategies by name, and the short text in which a user asks for one."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import Field, fields
from typing import Any

from negsim.errors import UnknownNameError, UsageError, unknown
from negsim.play import library
from negsim.play.strategy import Strategy, strategies

__all__ = ["parse", "strategies"]

for found in pkgutil.iter_modules(library.__path__, f"{library.__name__}."):
    importlib.import_module(found.name)


def parse(text: str) -> Strategy:
    """Return the strategy that a text such as ``yes_but:patience=3`` names.

    Raises
    ------
    UnknownNameError
        If there is no such strategy or it has no such parameter; the message suggests the nearest.
    UsageError
        If a value is missing, given twice, not a number or outside its bounds.

    Examples
    --------
    >>> parse("yes_but:patience=5")
    YesBut(patience=5)
    >>> str(parse("boulware"))
    'boulware:exponent=0.2,floor=0.05,rounds=0'
    """
    name, _, rest = text.partition(":")
    kind = strategies[name.strip()]
    known = {field.name: field for field in fields(kind)}
    values: dict[str, Any] = {}
    for part in rest.split(",") if rest.strip() else []:
        word, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise UsageError(f'strategy "{text}": expected name or name:parameter=value,...')
        if word not in known:
            raise _unknown_parameter(kind.name, word, list(known))
        if word in values:
            raise UsageError(f'strategy "{text}": {word} is given twice')
        values[word] = _number(value, known[word])
    return kind(**values)


def _unknown_parameter(name: str, word: str, known: list[str]) -> UnknownNameError:
    if not known:
        return UnknownNameError(f'strategy "{name}" has no parameters, got "{word}"')
    return unknown(f"parameter of {name}", word, known)


def _number(value: str, field: Field[Any]) -> int | float | str:
    """Return the value as the field's kind of number; else as it is, for the strategy to refuse."""
    try:
        return int(value) if isinstance(field.default, int) else float(value)
    except ValueError:
        return value
