"""Every name that a file declares, sound or not; whether names are spelt well and differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from negsim.expressions import WORDS
from negsim.scenario.model import NO_AGREEMENT
from negsim.scenario.read.lines import Place
from negsim.scenario.read.notes import Notes
from negsim.scenario.read.structure import is_group
from negsim.scenario.words import name_fault, shown

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
    "signals",
    "channels",
    "levers",
    "correlations",
    "record",
    "claims",
)
NESTED = ("types", "strategies")
"""The sections with a table for each party that holds named tables."""

SHARED = {"options": "an option", "state": "a state variable", "parameters": "a parameter"}
"""The sections that share one namespace in expressions."""

IN_FORCE = "_in_force"
"""What the name of the state variable adds to that of the option whose rounds it counts."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names declared in a file, by kind, in its order; ``numbers`` are dotted.

    ``variables`` include those that count how long options stay in effect; ``levels`` gives the
    number of each named level. ``endless`` tells that the talks are given no last round.
    """

    parties: Collection[str]
    options: Collection[str]
    variables: Collection[str]
    parameters: Collection[str]
    sources: Collection[str]
    ends: Collection[str]
    levels: Mapping[str, int]
    signals: Collection[str]
    numbers: Collection[str]
    endless: bool


def read_names(data: Mapping[str, Any]) -> Names:
    """Return the names that a file's data declares."""
    return Names(
        parties=dict.fromkeys(_entries(data, "parties")),
        options=dict.fromkeys(_entries(data, "options")),
        variables=dict.fromkeys((*_entries(data, "state"), *_staying(data))),
        parameters=dict.fromkeys(_entries(data, "parameters")),
        sources=dict.fromkeys(_entries(data, "sources")),
        ends=dict.fromkeys((*_entries(data, "ends"), NO_AGREEMENT)),
        levels={level: number for _, level, number in reversed(_levels(data))},
        signals=dict.fromkeys(_entries(data, "signals")),
        numbers=dict.fromkeys(".".join(place) for place in _numbers(data)),
        endless=isinstance(data.get("talks"), Mapping)
        and not {"rounds", "ending"} & _entries(data, "talks").keys(),
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
    for variable in _staying(data):
        if variable in taken:
            option = variable.removesuffix(IN_FORCE)
            message = f"the rounds that {option} stays in effect have this name; expected another, "
            message += f"or options.{option}.start for how many are left at the start"
            notes.fault((_section(data, variable), variable), message)
    _check_levels(data, taken, notes)


def _section(data: Mapping[str, Any], name: str) -> str:
    return next(section for section in SHARED if name in _entries(data, section))


def _check_levels(data: Mapping[str, Any], taken: Mapping[str, str], notes: Notes) -> None:
    """Note levels that are misspelt, named like something else, or of two numbers."""
    first: dict[str, tuple[str, int]] = {}
    for option, level, number in _levels(data):
        place = ("options", option, "levels")
        if fault := name_fault(level):
            notes.fault(place, f"{shown(level)}: {fault}")
        elif level in WORDS or level in ("no", "yes", "if"):
            notes.fault(place, f'"{level}" is a word of the language; expected another name')
        elif level in taken:
            notes.fault(place, f'{taken[level]} is named "{level}" already; expected another name')
        else:
            other, at = first.setdefault(level, (option, number))
            if other != option and at != number:
                message = f'"{level}" is level {at} of {other} and {number} here; '
                notes.fault(place, message + "expected the same place or another name")


def _levels(data: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Return every option's levels with their numbers, from 1."""
    found = []
    for name, option in _entries(data, "options").items():
        levels = option.get("levels") if isinstance(option, Mapping) else None
        for number, level in enumerate(levels if isinstance(levels, list) else ()):
            if isinstance(level, str):
                found.append((name, level, number + 1))
    return found


def _staying(data: Mapping[str, Any]) -> list[str]:
    """Return the names of the state variables of options that stay in effect."""
    options = _entries(data, "options").items()
    return [
        name + IN_FORCE
        for name, option in options
        if isinstance(option, Mapping) and option.get("stays") is True
    ]


def _entries(data: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """Return the entries of a section; none if it is not a table."""
    found: Any = data
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _named(data: Mapping[str, Any]) -> list[Place]:
    places: list[Place] = [
        (section, name) for section in SECTIONS for name in _entries(data, section)
    ]
    places += [
        (section, party, name)
        for section in NESTED
        for party in _entries(data, section)
        for name in _entries(data, section, party)
    ]
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
    places: list[Place] = []
    if "talks" not in data or "rounds" in _entries(data, "talks"):
        places.append(("talks", "rounds"))
    if "chance" in _entries(data, "talks", "ending"):
        places.append(("talks", "ending", "chance"))
    for party in _entries(data, "parties"):
        places.append(("parties", party, "discount"))
        reservation = _entries(data, "parties", party).get("reservation")
        plain = isinstance(reservation, (int, float)) and not isinstance(reservation, bool)
        if plain or "value" in _entries(data, "parties", party, "reservation"):
            places.append(("parties", party, "reservation"))
    places += [("state", name, "start") for name in (*_entries(data, "state"), *_staying(data))]
    places += [("parameters", name) for name in _entries(data, "parameters")]
    for name in _entries(data, "changes"):
        chance = _entries(data, "changes", name).get("chance")
        if chance is not None and not isinstance(chance, str):
            places.append(("changes", name, "chance"))
    for party in _entries(data, "types"):
        places += [("types", party, name, "prior") for name in _entries(data, "types", party)]
    for name in _entries(data, "signals"):
        places += [("signals", name, "detection"), ("signals", name, "false_alarm")]
    costs = _entries(data, "costs").items()
    places += [("costs", name) for name, cost in costs if not is_group(cost)]
    return places + _terms(data)
