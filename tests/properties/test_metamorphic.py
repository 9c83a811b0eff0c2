"""What must not matter does not: every shipped scenario, rewritten in ways that change nothing.

A rewriting takes the data of a file and returns data that say the same, or None where it does not
apply. The talks are solved before and after; labels, values, what is on the table, how the talks
end and what is counted must be the same, party by party.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import negsim
from negsim.analysis.measures import evaluate
from negsim.analysis.stalling import LABELS, Stalling, stalling
from negsim.scenario.extend import dropped, merged
from negsim.scenario.load import load, loads
from negsim.scenario.model import Scenario
from negsim.scenario.words import label_of

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
QUICK = ("drift", "deadline", "three_party_talks", "salami", "chicken", "stall_or_press")
TOLD = (
    "label",
    "title",
    "summary",
    "why",
    "says",
    "cite",
    "source",
    "url",
    "date",
    "as_of",
    "role",
    "kind",
)
"""Keys whose text holds no names of the file."""

Data = dict[str, Any]


@dataclass(frozen=True)
class Rewritten:
    """Data that say the same, by the name of which party each is told, in which unit."""

    data: Data
    parties: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, float] = field(default_factory=dict)


# ------------------------------------------------ files as data, and data as files


def data_of(path: Path) -> Data:
    """Return the data of a file on top of those that it extends, without claims."""
    own = tomllib.loads(path.read_text(encoding="utf-8"))
    if "extends" in own:
        base = next(
            place
            for place in (path.parent / own["extends"], SCENARIOS / own["extends"])
            if place.is_file()
        )
        kept, _ = dropped(data_of(base), own.pop("drop", []))
        own = merged(kept, own)
        own.pop("extends", None)
    return {key: value for key, value in own.items() if key != "claims"}


def toml(value: Any) -> str:
    """Return a value as TOML, tables on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def read(data: Data) -> Scenario:
    return loads("\n".join(f"{key} = {toml(value)}" for key, value in data.items()))


# ------------------------------------------------ rewritings


def renamed(data: Data) -> Rewritten:
    """Give parties, options and state variables names of the reverse order."""
    data = deepcopy(data)
    for name, option in data["options"].items():
        option.setdefault("label", label_of(name))
    names = [*data["parties"], *data["options"], *data.get("state", {})]
    new = {name: f"{chr(122 - place % 26)}{place}_{name}"[:40] for place, name in enumerate(names)}
    any_name = "|".join(sorted(new, key=len, reverse=True))
    word = re.compile(rf"(?<![\w\"'])({any_name})(?!(?!_in_force\b)\w)")

    def over(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {word.sub(lambda m: new[m[1]], k): over(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [over(each, key) for each in value]
        plain = isinstance(value, str) and key not in TOLD
        return word.sub(lambda m: new[m[1]], value) if plain else value

    return Rewritten(over(data), {name: new[name] for name in data["parties"]})


def reordered(data: Data) -> Rewritten:
    """Reverse the tables in which nothing is said to depend on the order."""
    found = deepcopy(data)
    for key in ("options", "state", "parameters", "changes", "channels", "sources", "costs"):
        if key in found:
            found[key] = dict(reversed(found[key].items()))
    for party, terms in found.get("payoffs", {}).items():
        found["payoffs"][party] = dict(reversed(terms.items()))
    return Rewritten(found)


def in_other_units(data: Data) -> Rewritten | None:
    """Double the payoffs of all; quadruple those of one who is no mediator, if one chooses."""
    mediators = [name for name, party in data["parties"].items() if is_mediator(party)]
    units = dict.fromkeys(data["parties"], 2.0)
    if mediators:
        units |= {name: 4.0 for name in data["parties"] if name not in mediators}
    if any("reservation" in party for party in data["parties"].values()):
        return None
    found = deepcopy(data)
    numbers = {
        f"payoffs.{party}.{name}": units[party]
        for party, terms in found.get("payoffs", {}).items()
        for name in terms
    }
    for party, terms in found.get("payoffs", {}).items():
        for term in terms.values():
            scale(term, units[party], ("value", "range"))
    for place in tables_that_set(found):
        for name in place:
            place[name] = place[name] * numbers.get(name, 1)
    for lever in found.get("levers", {}).values():
        scale(lever, numbers.get(lever["sets"], 1), ("range",))
    return Rewritten(found, units=units)


def is_mediator(party: Any) -> bool:
    return isinstance(party, dict) and party.get("role") == "mediator"


def scale(table: Data, unit: float, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in table:
            value = table[key]
            table[key] = [each * unit for each in value] if key == "range" else value * unit


def tables_that_set(data: Data) -> Iterator[Data]:
    """Yield the tables that set named numbers: of channels and of private types."""
    yield from (channel["off"] for channel in data.get("channels", {}).values())
    for types in data.get("types", {}).values():
        yield from (each["set"] for each in types.values())


def with_option(data: Data, payoff: Data | None) -> Rewritten:
    """Add an option of the first party alone, which pays it something or does nothing at all."""
    found = deepcopy(data)
    first = next(iter(found["parties"]))
    found["options"] = {**found["options"], "idle": {"parties": [first]}}
    if payoff is not None:
        own = found.setdefault("payoffs", {}).setdefault(first, {})
        own["idle"] = {"when": "idle", **payoff}
    return Rewritten(found)


def with_irrelevant_option(data: Data) -> Rewritten:
    return with_option(data, None)


def with_dominated_move(data: Data) -> Rewritten:
    return with_option(data, {"value": -1000, "range": [-2000, -500], "why": "Never worth it"})


def with_duplicate_option(data: Data) -> Rewritten | None:
    """Let a party have two names for what it can do alone."""
    alone = [
        name
        for name, option in data["options"].items()
        if set(option) <= {"parties", "label"} and len(option["parties"]) == 1
    ]
    text = json.dumps(data, default=str)
    alone = [name for name in alone if f".{name} ==" not in text and f"{name}.stays" not in text]
    if not alone or data.get("rules") or data.get("record"):
        return None
    (name, *_) = alone
    word = re.compile(rf"(?<![\w.\"']){name}(?!\w)")

    def over(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: over(v, k) for k, v in value.items()}
        formula = isinstance(value, str) and key in ("when", "per", "chance")
        return word.sub(f"({name} or {name}_twin)", value) if formula else value

    found = over(data)
    found["options"] = {**data["options"], f"{name}_twin": data["options"][name]}
    return Rewritten(found)


def split_terms(data: Data) -> Rewritten:
    """Say each payoff as two of half its value."""
    found = deepcopy(data)
    for party, terms in data.get("payoffs", {}).items():
        own = found["payoffs"][party]
        for name in terms:
            scale(own[name], 0.5, ("value", "range"))
            own[f"{name}_too"[:40]] = deepcopy(own[name])
    for place in tables_that_set(found):
        for name in [each for each in place if each.startswith("payoffs.")]:
            place[name] = place[f"{name}_too"] = place[name] / 2
    found.pop("levers", None)
    found.pop("correlations", None)
    return Rewritten(found)


def with_bystander(data: Data) -> Rewritten:
    """Add a party without options, which is paid by round and by state."""
    found = deepcopy(data)
    discount = {"discount": 0.5}
    found["parties"] = {**found["parties"], "observer": discount}
    found.setdefault("payoffs", {})["observer"] = {"watching": {"value": 3}}
    order = found.get("talks", {}).get("order")
    if isinstance(order, list):
        found["talks"]["order"] = [["observer"], *order]
    return Rewritten(found)


REWRITINGS: dict[str, Callable[[Data], Rewritten | None]] = {
    each.__name__: each
    for each in (
        renamed,
        reordered,
        in_other_units,
        with_irrelevant_option,
        with_dominated_move,
        with_duplicate_option,
        split_terms,
        with_bystander,
    )
}


# ------------------------------------------------ what must not change


def told(analysis: Stalling, party: str, number: int) -> dict[str, Any]:
    """Return what is told of a party, payoffs in its own unit."""
    names = [f"{name}.{party}" for name in ("value", "delay", "cover", "worth_of_waiting")]
    names += [f"{name}.{party}" for name in ("stalling_share", "stalling_share_of_path")]
    measured = evaluate(analysis, names)
    return {
        "label": LABELS[int(analysis.start_labels[0, number])],
        "package": parts_of(analysis.on_the_table(number) or ""),
        **{name.partition(".")[0]: float(values[0]) for name, values in measured.items()},
    }


def parts_of(outcome: str) -> str:
    """Return an outcome in words that do not depend on the order of the options."""
    return " + ".join(sorted(outcome.split(" + ")))


def told_of_all(analysis: Stalling) -> dict[str, Any]:
    ends = [f"end_chance.{end.name}" for end in analysis.compiled.scenario.ends]
    found = {name: float(values[0]) for name, values in evaluate(analysis, ends).items()}
    first = analysis.path.events[0, 0]
    chances: dict[str, float] = {}
    for event in np.flatnonzero(first > 1e-12).tolist():
        text = parts_of(analysis.compiled.outcome_text(event))
        chances[text] = chances.get(text, 0.0) + float(first[event])
    return {**found, **chances}


def same(one: Mapping[str, Any], other: Mapping[str, Any], unit: float = 1.0) -> list[str]:
    """Return what differs, payoffs of the other told in a unit."""
    found = []
    for name in {**one, **other}:
        left, right = one.get(name), other.get(name)
        if isinstance(left, float) and isinstance(right, float):
            scaled = right / (unit if name in PAYOFFS else 1.0)
            if not (left == scaled or np.isclose(left, scaled, rtol=1e-9, atol=1e-9, equal_nan=True)):
                found.append(f"{name}: {left!r} and {scaled!r}")
        elif left != right:
            found.append(f"{name}: {left!r} and {right!r}")
    return found


PAYOFFS = ("value", "delay", "cover", "worth_of_waiting")


def differences(path: Path, rewriting: str) -> list[str] | None:
    """Return what a rewriting changes of a scenario, None where it does not apply."""
    data = data_of(path)
    rewritten = REWRITINGS[rewriting](deepcopy(data))
    if rewritten is None:
        return None
    before, after = stalling(read(data)), stalling(read(rewritten.data))
    found = same(told_of_all(before), told_of_all(after))
    names = [party.name for party in after.compiled.scenario.parties]
    for number, party in enumerate(data["parties"]):
        new = rewritten.parties.get(party, party)
        unit = rewritten.units.get(party, 1.0)
        other = told(after, new, names.index(new))
        found += [f"{party}: {each}" for each in same(told(before, party, number), other, unit)]
    return found


def shipped(quick: bool) -> list[Path]:
    """Return the scenarios whose talks can be solved, the quick ones or the others."""
    files = sorted(SCENARIOS.rglob("*.toml"))
    return [path for path in files if (path.stem in QUICK) == quick]


def test_data_say_what_the_file_says() -> None:
    for path in shipped(quick=True):
        left, right = load(path), read(data_of(path))
        assert left.numbers.keys() == right.numbers.keys()
        assert not same(told_of_all(stalling(left)), told_of_all(stalling(right)))


@pytest.mark.parametrize("rewriting", REWRITINGS)
@pytest.mark.parametrize("path", shipped(quick=True), ids=lambda path: path.stem)
def test_what_changes_nothing_changes_nothing(path: Path, rewriting: str) -> None:
    assert differences(path, rewriting) in (None, [])


def test_every_rewriting_applies_somewhere() -> None:
    for rewriting in REWRITINGS.values():
        assert any(rewriting(data_of(path)) for path in shipped(quick=True)), rewriting


@pytest.mark.slow
@pytest.mark.parametrize("rewriting", REWRITINGS)
@pytest.mark.parametrize("path", shipped(quick=False), ids=lambda path: path.stem)
def test_nor_in_any_other_shipped_scenario(path: Path, rewriting: str) -> None:
    assert differences(path, rewriting) in (None, [])
