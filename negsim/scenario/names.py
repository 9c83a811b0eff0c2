"""Every name that a file declares, sound or not; whether names are spelt well and differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from negsim.expressions import WORDS
from negsim.scenario.lines import Place
from negsim.scenario.model import NO_AGREEMENT
from negsim.scenario.notes import Notes
from negsim.scenario.structure import is_group
from negsim.scenario.words import name_fault

SECTIONS = (
    "sources",
    "parties",
    "options",
    "rules",
    "state",
    "parameters",
    "changes",
    "ends",
    "costs",
    "channels",
    "levers",
    "claims",
)
SHARED = {"options": "an option", "state": "a state variable", "parameters": "a parameter"}
"""The sections that share one namespace in expressions."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names declared in a file, by kind, in its order; ``numbers`` are dotted."""

    parties: Collection[str]
    options: Collection[str]
    variables: Collection[str]
    parameters: Collection[str]
    sources: Collection[str]
    ends: Collection[str]
    numbers: Collection[str]


def read_names(data: Mapping[str, Any]) -> Names:
    """Return the names that a file's data declares."""
    return Names(
        parties=dict.fromkeys(_entries(data, "parties")),
        options=dict.fromkeys(_entries(data, "options")),
        variables=dict.fromkeys(_entries(data, "state")),
        parameters=dict.fromkeys(_entries(data, "parameters")),
        sources=dict.fromkeys(_entries(data, "sources")),
        ends=dict.fromkeys((*_entries(data, "ends"), NO_AGREEMENT)),
        numbers=dict.fromkeys(".".join(place) for place in _numbers(data)),
    )


def check_names(data: Mapping[str, Any], notes: Notes) -> None:
    """Note names that are spelt wrongly, are words of the language, or are used twice."""
    for place in _named(data):
        if fault := name_fault(place[-1]):
            notes.fault(place, fault)
        elif place[0] in (*SHARED, "parties") and place[-1] in WORDS:
            notes.fault(place, f'"{place[-1]}" is a word of the language; expected another name')
    taken: dict[str, str] = {}
    for section, words in SHARED.items():
        for name in _entries(data, section):
            if name in taken:
                message = f"{taken[name]} has this name already; expected names that differ"
                notes.fault((section, name), message)
            taken.setdefault(name, words)


def _entries(data: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """Return the entries of a section; none if it is not a table."""
    found: Any = data
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _named(data: Mapping[str, Any]) -> list[Place]:
    places = [(section, name) for section in SECTIONS for name in _entries(data, section)]
    return places + _terms(data)


def _terms(data: Mapping[str, Any]) -> list[Place]:
    """Return the places of the payoffs and of costs that belong to a party."""
    payoffs: list[Place] = [
        ("payoffs", party, name)
        for party in _entries(data, "payoffs")
        for name in _entries(data, "payoffs", party)
    ]
    return payoffs + [
        ("costs", party, name)
        for party, group in _entries(data, "costs").items()
        if is_group(group)
        for name in group
    ]


def _numbers(data: Mapping[str, Any]) -> list[Place]:
    places: list[Place] = [("talks", "rounds")]
    places += [("parties", party, "discount") for party in _entries(data, "parties")]
    places += [("state", name, "start") for name in _entries(data, "state")]
    places += [("parameters", name) for name in _entries(data, "parameters")]
    for name in _entries(data, "changes"):
        chance = _entries(data, "changes", name).get("chance")
        if chance is not None and not isinstance(chance, str):
            places.append(("changes", name, "chance"))
    costs = _entries(data, "costs").items()
    places += [("costs", name) for name, cost in costs if not is_group(cost)]
    return places + _terms(data)
