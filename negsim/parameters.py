"""Named values with bounded parameters, and the short text in which a user asks for one.

``hazard:chance=0.1`` names an entry of a registry and sets one of its parameters. An entry is a
frozen dataclass; each field has a default and ``metadata=within(low, high, says)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from numbers import Integral, Real
from typing import Any, ClassVar, TypeVar

from negsim.errors import UnknownNameError, UsageError, unknown

Kind = TypeVar("Kind", bound="Bounded")


def within(low: float, high: float, says: str, unit: str = "") -> dict[str, Any]:
    """Return what a parameter's field tells about itself: bounds (inclusive), meaning, unit."""
    return {"low": low, "high": high, "says": says, "unit": unit}


@dataclass(frozen=True, slots=True)
class Bounded:
    """A named value whose parameters have bounds; a parameter is whole if its default is.

    Raises
    ------
    UsageError
        If a parameter is outside its bounds.
    """

    name: ClassVar[str]

    def __post_init__(self) -> None:
        for parameter in fields(self):
            value = getattr(self, parameter.name)
            low, high = parameter.metadata["low"], parameter.metadata["high"]
            whole = isinstance(parameter.default, int)
            known = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
            if not (known and low <= value <= high):
                kind = "a whole number" if whole else "a number"
                shown = f'"{value}"' if isinstance(value, str) else value
                raise UsageError(
                    f"{self.name}: {parameter.name} is {shown}, expected {kind} "
                    f"from {low:g} to {high:g}"
                )
            object.__setattr__(self, parameter.name, int(value) if whole else float(value))

    def __str__(self) -> str:
        words = [f"{field.name}={getattr(self, field.name)!r}" for field in fields(self)]
        return f"{self.name}:{','.join(words)}" if words else self.name

    @classmethod
    def signature(cls) -> str:
        """Return the parameters with their defaults and bounds, in one line."""
        return ", ".join(
            f"{field.name}={field.default!r} ({field.metadata['low']:g} to "
            f"{field.metadata['high']:g})"
            for field in fields(cls)
        )


def read(text: str, kind: str, known: Mapping[str, type[Kind]]) -> Kind:
    """Return the value that a text such as ``hazard:chance=0.1`` names.

    ``kind`` is the word for such values in messages; ``known`` holds their classes by name.

    Raises
    ------
    UnknownNameError
        If there is no such entry or it has no such parameter; the message suggests the nearest.
    UsageError
        If a value is missing, given twice, not a number or outside its bounds.
    """
    name, _, rest = text.partition(":")
    entry = known[name.strip()]
    parameters = {field.name: field for field in fields(entry)}
    values: dict[str, Any] = {}
    for part in rest.split(",") if rest.strip() else []:
        word, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise UsageError(f'{kind} "{text}": expected name or name:parameter=value,...')
        if word not in parameters:
            raise _unknown_parameter(kind, entry.name, word, list(parameters))
        if word in values:
            raise UsageError(f'{kind} "{text}": {word} is given twice')
        values[word] = _number(value, parameters[word])
    return entry(**values)


def _unknown_parameter(kind: str, name: str, word: str, known: list[str]) -> UnknownNameError:
    if not known:
        return UnknownNameError(f'{kind} "{name}" has no parameters, got "{word}"')
    return unknown(f"parameter of {name}", word, known)


def _number(value: str, field: Field[Any]) -> int | float | str:
    """Return the value as the field's kind of number; else as it is, for the entry to refuse."""
    try:
        return int(value) if isinstance(field.default, int) else float(value)
    except ValueError:
        return value
