"""The first pass over a file's data: every fault of structure, and what is left without it.

Wrong values are taken out, and tables that lack a key they need are put aside, so that the
passes that follow can still report the faults of everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from negsim.errors import did_you_mean
from negsim.scenario.read.lines import Place
from negsim.scenario.read.notes import Notes
from negsim.scenario.read.structure import FORMAT, TAGS, ScenarioFile, Table
from negsim.scenario.words import got, listed

PLACEHOLDERS: dict[str, object] = {"format": FORMAT, "title": "untitled"}
WHOLE = (
    "ends",
    "channels",
    "levers",
    "correlations",
    "record",
    "claims",
    "types",
    "strategies",
    "preferences",
    "signals",
    "mirror",
)
"""Sections whose entries are put aside whole when anything in them is wrong."""


@dataclass(frozen=True, slots=True)
class Validated:
    """A file whose structure is sound, if any is left, and the tables that were put aside."""

    file: ScenarioFile | None
    aside: tuple[tuple[Place, Any], ...]


def validate(data: dict[str, Any], notes: Notes) -> Validated:
    """Note every fault of structure and return what is sound.

    ``data`` is used up: what is wrong is removed from it. A file of another format is left
    at that one fault.
    """
    aside: list[tuple[Place, Any]] = []
    first = True
    while True:
        try:
            return Validated(ScenarioFile.model_validate(data), tuple(aside))
        except ValidationError as error:
            details = error.errors(include_url=False)
        if first and _is_other_format(details):
            details = [detail for detail in details if detail["loc"] == ("format",)]
        if first:
            for detail in details:
                notes.fault(_place(detail), _message(detail))
        first = False
        removed = [_repair(data, detail, aside) for detail in details]
        if not any(removed) or _is_other_format(details):
            return Validated(None, tuple(aside))


def _is_other_format(details: list[ErrorDetails]) -> bool:
    return any(d["loc"] == ("format",) and d["type"] == "negsim" for d in details)


def _place(detail: ErrorDetails) -> Place:
    """Return the place of a fault without the marks of unions."""
    *before, last = (str(part) for part in detail["loc"])
    kept = [part for part in before if part not in TAGS]
    if last not in TAGS or detail["type"] == "extra_forbidden":
        kept.append(last)
    return tuple(kept)


def _message(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "missing":
            return f"missing; expected {_description(_place(detail))}"
        case "extra_forbidden":
            return _unknown_key(_place(detail))
        case "too_short":
            return f"empty; expected {_description(_place(detail))}"
        case "negsim":
            return str(detail["ctx"]["message"])
        case _:
            return f"expected a table, got {got(detail['input'])}"


def _unknown_key(place: Place) -> str:
    known = [name for table in _tables_at(place[:-1]) for name in table.model_fields]
    return "unknown key" + (did_you_mean(place[-1], known) or f"; expected one of: {listed(known)}")


def _description(place: Place) -> str:
    for table in _tables_at(place[:-1]):
        if place[-1] in table.model_fields:
            return str(table.model_fields[place[-1]].description)
    return "a table"


def _tables_at(place: Place) -> list[type[Table]]:
    """Return the models that a table at the place may follow."""
    found: list[Any] = [ScenarioFile]
    for part in place:
        found = [inner for form in found for inner in _inside(form, part)]
    return [form for form in found if get_origin(form) is None]


def _inside(form: Any, part: str) -> Iterator[Any]:
    if get_origin(form) is dict:
        yield from _forms(get_args(form)[1])
    elif part in form.model_fields:
        yield from _forms(form.model_fields[part].annotation)


def _forms(annotation: Any) -> Iterator[Any]:
    """Return the models and dictionaries in an annotation."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _forms(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for part in get_args(annotation):
            yield from _forms(part)
    elif origin is dict or (isinstance(annotation, type) and issubclass(annotation, Table)):
        yield annotation


def _repair(data: dict[str, Any], detail: ErrorDetails, aside: list[tuple[Place, Any]]) -> bool:
    """Take out what is wrong; tell whether anything was."""
    place = _place(detail)
    if detail["type"] == "missing":
        if len(place) == 1:
            return _fill_in(data, place[0])
        place = place[:-1]
    if place and place[0] in WHOLE:
        place = place[:2]
    return _remove(data, place, aside)


def _fill_in(data: dict[str, Any], key: str) -> bool:
    if key in PLACEHOLDERS:
        data[key] = PLACEHOLDERS[key]
    return key in PLACEHOLDERS


def _remove(data: dict[str, Any], place: Place, aside: list[tuple[Place, Any]]) -> bool:
    table: Any = data
    for part in place[:-1]:
        table = table.get(part) if isinstance(table, Mapping) else None
    if not place or not isinstance(table, dict) or place[-1] not in table:
        return False
    value = table.pop(place[-1])
    if isinstance(value, dict):
        aside.append((place, value))
    return True
