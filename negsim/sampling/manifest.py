"""The manifest of a sweep: enough to repeat it, and to tell whether two sweeps are the same."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from negsim.playing.user_code import ENDING, file_of
from negsim.sampling.named import RulesByParty, named
from negsim.sampling.points import Design
from negsim.scenario.model import Scenario


class Checked(BaseModel):
    """What was read back, each value of the kind that it was written as."""

    model_config = ConfigDict(strict=True)


class DesignHead(Checked):
    """A design without its values, as :meth:`negsim.sampling.points.Design.head` gives it."""

    kind: str
    names: list[str]
    seed: int | None
    shape: list[int]
    recipe: dict[str, Any]
    points: int


class Facts(Checked):
    """What figures of a sweep say of the scenario."""

    titles: dict[str, str]
    base: dict[str, float | None]
    ranges: dict[str, list[float | None]]
    parties: dict[str, str]


class Described(Checked):
    """A manifest that was read back; what is not named here is not used."""

    format: str
    title: str
    file: str
    scenario: str
    text: str
    numbers: dict[str, str]
    order: list[list[str]]
    design: DesignHead
    design_words: str
    design_digest: str
    measures: list[str]
    strategies: dict[str, str]
    strategy_files: dict[str, str]
    seed: int | None
    versions: dict[str, str]
    command: str
    facts: Facts
    stride: int = 0
    finished: int | None = None


FORMAT = "negsim sweep 3"
PACKAGES = ("negsim", "numpy", "scipy", "numba")
MAX_LISTED = 3
DIGEST = 12
"""Characters of a digest that are kept."""


def describe(
    scenario: Scenario,
    design: Design,
    measures: Sequence[str],
    command: str = "",
    text: str = "",
    rules: RulesByParty | None = None,
) -> dict[str, Any]:
    """Return the manifest of a sweep, as plain values; the design without its values.

    ``text`` is the scenario file's text, to be kept with the results; it may be empty.
    """
    return {
        "format": FORMAT,
        "title": scenario.title,
        "file": Path(scenario.path).name,
        "scenario": scenario.digest,
        "text": text,
        "numbers": {name: str(number.value) for name, number in scenario.numbers.items()},
        "order": [list(group) for group in scenario.talks.order],
        "design": design.head(),
        "design_words": str(design),
        "design_digest": design.digest,
        "measures": list(measures),
        "strategies": {party: str(rule) for party, rule in (rules or {}).items()},
        "strategy_files": files_of(rules or {}),
        "seed": design.seed,
        "versions": installed() | {"python": platform.python_version()},
        "command": command,
        "facts": facts_of(scenario, design.names, rules).model_dump(),
    }


def described(found: Mapping[str, Any]) -> Described:
    """Return a manifest with its parts by name."""
    return Described.model_validate(dict(found))


def fault_of(found: Mapping[str, Any]) -> str:
    """Return what is wrong with the kinds of values in a manifest; empty if nothing is."""
    try:
        described(found)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}"
    return ""


def files_of(rules: RulesByParty) -> dict[str, str]:
    """Return the digest of each Python file in which a strategy is written."""
    texts = [str(rule) for rule in rules.values()]
    files = {file_of(text) for text in texts if ENDING in text}
    return {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest()[:DIGEST] for file in sorted(files)
    }


def facts_of(scenario: Scenario, names: Sequence[str], rules: RulesByParty | None = None) -> Facts:
    """Return what figures of a sweep say of the scenario: titles, base values, stated ranges."""
    labels = {lever.sets: lever.label for lever in scenario.levers}
    found = [named(scenario, name, rules) for name in names]
    return Facts(
        titles={name: labels.get(name, name) for name in names},
        base={each.name: each.value for each in found},
        ranges={each.name: [each.low, each.high] for each in found},
        parties={party.name: party.label for party in scenario.parties},
    )


def installed() -> dict[str, str]:
    """Return the versions on which a table may depend."""
    return {name: version(name) for name in PACKAGES}


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Return in words how two manifests are of different sweeps; nothing if they are of the same.

    The title, text, command line and version of Python may differ.
    """
    found: list[str] = []
    if there["scenario"] != here["scenario"]:
        found.append(f"scenario {there['scenario'][:12]} there, {here['scenario'][:12]} here")
    found += _changed(there["numbers"], here["numbers"])
    if there["order"] != here["order"]:
        found.append(f"order {_order(there)} there, {_order(here)} here")
    if there["design_digest"] != here["design_digest"]:
        old, new = (each["design_words"] for each in (there, here))
        found.append(f"{old} there, {new} here" if old != new else f"other values of the {new}")
    if there["measures"] != here["measures"]:
        old, new = (", ".join(each["measures"]) for each in (there, here))
        found.append(f"measures {old} there, {new} here")
    found += _changed(there["strategies"], here["strategies"])
    found += _changed(there.get("strategy_files", {}), here["strategy_files"])
    if there.get("stride", 0) != here.get("stride", 0):
        old, new = (refined_words(each.get("stride", 0)) for each in (there, here))
        found.append(f"{old} there, {new} here")
    versions = [{name: each["versions"][name] for name in PACKAGES} for each in (there, here)]
    return found + _changed(*versions)


def refined_words(stride: int) -> str:
    """Return which points of a grid a sweep solves."""
    return "points along borders" if stride else "every point of the grid"


def _changed(there: Mapping[str, str], here: Mapping[str, str]) -> list[str]:
    """Return the names whose values differ, the first few of them with both values."""
    both = dict.fromkeys([*there, *here])
    changed = [name for name in both if there.get(name) != here.get(name)]
    more = len(changed) - MAX_LISTED
    found = [
        f"{name} {there.get(name, 'missing')} there, {here.get(name, 'missing')} here"
        for name in changed[:MAX_LISTED]
    ]
    return [*found, f"{more} more"] if more > 0 else found


def _order(manifest: Mapping[str, Any]) -> str:
    return ", then ".join(" and ".join(group) for group in manifest["order"])
