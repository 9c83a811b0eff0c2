"""What must not matter does not: every shipped scenario, rewritten in ways that change nothing.

A rewriting takes the data of a file and returns data that say the same, or None where it does not
apply. The talks are solved before and after; labels, values, ledgers, what is on the table, how the
talks end and what is counted must be the same, party by party.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.ledger import ledger
from negsim.analysis.delay.stalling import LABELS, Stalling, stalling
from negsim.analysis.measures.registry import evaluate
from negsim.questions.delay.round_length import round_length
from negsim.scenario.load import load, loads
from negsim.scenario.model import Scenario
from negsim.scenario.read.extend import dropped, merged
from negsim.scenario.words import label_of

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
QUICK = (
    "chicken",
    "deadline",
    "drift",
    "korea_1952",
    "march_2025",
    "salami",
    "stall_or_press",
    "three_party_talks",
)
TOLD = ("label", "title", "summary", "why", "says", "cite", "url", "role", "kind")
"""Keys whose text holds no names of the file."""

CONSTANT = "Whatever happens"
"""Label of payoffs whose ledger is nought in sum."""

Data = dict[str, Any]


@dataclass(frozen=True)
class Rewritten:
    """Data that say the same: the new names of parties, their units and what all is worth more."""

    data: Data
    parties: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, float] = field(default_factory=dict)
    constants: Mapping[str, float] = field(default_factory=dict)


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
    named = [*data["options"].items()]
    named += [each for terms in data.get("payoffs", {}).values() for each in terms.items()]
    for name, told in named:
        told.setdefault("label", label_of(name))
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
    if isinstance(found.get("talks", {}).get("order"), list):
        found["parties"] = dict(reversed(found["parties"].items()))
        found["talks"]["order"] = [
            group[::-1] if isinstance(group, list) else group for group in found["talks"]["order"]
        ]
    for key in ("options", "state", "parameters", "changes", "channels", "sources", "costs"):
        if key in found:
            found[key] = dict(reversed(found[key].items()))
    for party, terms in found.get("payoffs", {}).items():
        found["payoffs"][party] = dict(reversed(terms.items()))
    return Rewritten(found)


def in_other_units(data: Data) -> Rewritten:
    """Double the payoffs of all; quadruple those of one who is no mediator, if one chooses."""
    mediators = [name for name, party in data["parties"].items() if is_mediator(party)]
    units = dict.fromkeys(data["parties"], 2.0)
    if mediators:
        units |= {name: 4.0 for name in data["parties"] if name not in mediators}
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


def with_constants(data: Data) -> Rewritten:
    """Pay the first party five more whatever happens, a later one ten, and so on.

    What is worth a constant in every round is its interest by round and the constant at the end.
    """
    found, scenario = deepcopy(data), read(data)
    numbers = {name: float(each.value) for name, each in scenario.numbers.items()}
    constants = {name: 5.0 * place for place, name in enumerate(data["parties"], 1)}
    for party, constant in constants.items():
        discount = numbers[f"parties.{party}.discount"]
        own = found.setdefault("payoffs", {}).setdefault(party, {})
        own["interest"] = {"label": CONSTANT, "value": (1 - discount) * constant}
        for late, paid in ((False, discount * constant), (True, constant)):
            ends = [end.name for end in scenario.ends if end.next_round == late]
            if ends:
                own["late" if late else "prompt"] = {"label": CONSTANT, "at": ends, "value": paid}
    return Rewritten(found, constants=constants)


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


def with_irrelevant_agreement(data: Data) -> Rewritten | None:
    """Add an option of two parties on which nothing depends."""
    if len(data["parties"]) < 2:
        return None
    found = deepcopy(data)
    found["options"] = {**found["options"], "toast": {"parties": [*found["parties"]][:2]}}
    return Rewritten(found)


def with_dominated_move(data: Data) -> Rewritten:
    return with_option(data, {"value": -1000, "range": [-2000, -500], "why": "Never worth it"})


def with_duplicate_option(data: Data) -> Rewritten | None:
    """Let a party have two names for what it can do alone."""
    text = json.dumps(data, default=str)
    alone = [
        name
        for name, option in data["options"].items()
        if set(option) <= {"parties", "label", "presses"} and len(option["parties"]) == 1
        if f".{name} ==" not in text
    ]
    if not alone:
        return None
    name = alone[0]
    word = re.compile(rf"(?<![\w.\"']){name}(?!\w)")

    def over(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: over(v, "when" if key == "rules" else k) for k, v in value.items()}
        formula = isinstance(value, str) and key in ("when", "per", "chance")
        return word.sub(f"({name} or {name}_twin)", value) if formula else value

    found = over(data)
    found["options"][f"{name}_twin"] = found["options"][name]
    return Rewritten(found)


def split_terms(data: Data) -> Rewritten:
    """Say each payoff as two of half its value."""
    found = deepcopy(data)
    for party, terms in data.get("payoffs", {}).items():
        own = found["payoffs"][party]
        for name in terms:
            own[name].setdefault("label", label_of(name))
            scale(own[name], 0.5, ("value", "range"))
            own[f"{name}_too"[:40]] = deepcopy(own[name])
    for place in tables_that_set(found):
        for name in [each for each in place if each.startswith("payoffs.")]:
            place[name] = place[f"{name}_too"] = place[name] / 2
    found.pop("levers", None)
    found.pop("correlations", None)
    return Rewritten(found)


def with_bystander(data: Data) -> Rewritten:
    """Add a party without options, to which what others do makes a great difference."""
    found = deepcopy(data)
    found["parties"] = {**found["parties"], "observer": {"discount": 0.5}}
    found.setdefault("payoffs", {})["observer"] = {
        f"sees_{place}": {"when": option, "value": (-1) ** place * 100 * (place + 1)}
        for place, option in enumerate(data["options"])
    }
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
        with_constants,
        with_irrelevant_option,
        with_irrelevant_agreement,
        with_dominated_move,
        with_duplicate_option,
        split_terms,
        with_bystander,
    )
}


# ------------------------------------------------ what must not change


def told(analysis: Stalling, party: str, more: float = 0.0) -> dict[str, Any]:
    """Return what is told of a party, which is paid ``more`` whatever happens."""
    number = [each.name for each in analysis.compiled.scenario.parties].index(party)
    measures = (*PAYOFFS, "stalling_share", "stalling_share_of_path")
    found = evaluate(analysis, [f"{measure}.{party}" for measure in measures])
    told = {name.partition(".")[0]: float(values[0]) for name, values in found.items()}
    return {
        **told,
        **ledger_of(analysis, number),
        "value": told["value"] - more,
        "label": LABELS[int(analysis.start_labels[0, number])],
        "package": parts_of(analysis.on_the_table(number) or "none"),
    }


def ledger_of(analysis: Stalling, number: int) -> dict[str, float]:
    """Return a party's ledger of delay by the labels of its payoffs, halves added up."""
    amounts: dict[str, float] = {}
    told = ledger(analysis, number)
    for entry in told.entries if told else ():
        if entry.label != CONSTANT:
            name = f"{LEDGER}{entry.label} ({entry.part})"
            amounts[name] = amounts.get(name, 0.0) + entry.amount
    return amounts


def parts_of(outcome: str) -> str:
    """Return an outcome in words without order, and without agreements that are none."""
    parts = sorted(part for part in outcome.split(" + ") if part != "Toast")
    return " + ".join(parts) or "Nothing in effect"


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
    """Return what differs, payoffs of the other told in a unit; what is not told is nought."""
    found = []
    for name in {**one, **other}:
        left, right = one.get(name, 0.0), other.get(name, 0.0)
        if name in PAYOFFS or name.startswith(LEDGER):
            right /= unit
        numbers = isinstance(left, float) and isinstance(right, float)
        close = numbers and np.isclose(left, right, rtol=1e-9, atol=1e-9, equal_nan=True)
        if not close and left != right:
            found.append(f"{name}: {left!r} and {right!r}")
    return found


PAYOFFS = ("value", "delay", "cover", "worth_of_waiting")
LEDGER = "ledger of "


def differences(path: Path, rewriting: str) -> list[str] | None:
    """Return what a rewriting changes of a scenario, None where it does not apply."""
    data = data_of(path)
    rewritten = REWRITINGS[rewriting](deepcopy(data))
    if rewritten is None:
        return None
    before, after = stalled(path), stalling(read(rewritten.data))
    found = same(told_of_all(before), told_of_all(after))
    for party in data["parties"]:
        other = told(after, rewritten.parties.get(party, party), rewritten.constants.get(party, 0))
        unit = rewritten.units.get(party, 1.0)
        found += [f"{party}: {each}" for each in same(told(before, party), other, unit)]
    return found


@cache
def stalled(path: Path) -> Stalling:
    return stalling(read(data_of(path)))


def shipped(quick: bool, clocked: bool = False) -> list[Path]:
    """Return the shipped scenarios that are quick, or the others; of those with a clock alone."""
    files = [path for path in sorted(SCENARIOS.rglob("*.toml")) if (path.stem in QUICK) == quick]
    return [path for path in files if load(path).talks.clock] if clocked else files


def named(path: Path) -> str:
    return path.stem


def test_data_say_what_the_file_says() -> None:
    for path in shipped(quick=True):
        left, right = stalling(load(path)), stalled(path)
        assert left.compiled.scenario.numbers.keys() == right.compiled.scenario.numbers.keys()
        assert not same(told_of_all(left), told_of_all(right))


@pytest.mark.parametrize("rewriting", REWRITINGS)
@pytest.mark.parametrize("path", shipped(quick=True), ids=named)
def test_what_changes_nothing_changes_nothing(path: Path, rewriting: str) -> None:
    assert differences(path, rewriting) in (None, [])


def test_every_rewriting_applies_to_several() -> None:
    for rewriting in REWRITINGS.values():
        assert sum(rewriting(data_of(path)) is not None for path in shipped(quick=True)) > 2


@pytest.mark.slow
@pytest.mark.parametrize("rewriting", REWRITINGS)
@pytest.mark.parametrize("path", shipped(quick=False), ids=named)
def test_nor_in_any_other_shipped_scenario(path: Path, rewriting: str) -> None:
    assert differences(path, rewriting) in (None, [])


# ------------------------------------------------ the length of a round

NARROW = {
    "iran_2014": {"powers": 1},
    "korea_1952": {"north": 1},
    "march_2025_fearful": {"russia": 2, "ukraine": 3, "usa": 2},
    "march_2025_types": {"russia": 2, "ukraine": 3, "usa": 2},
    "march_2025_wording": {"russia": 1},
}
"""Whose reading hangs on the length of a round, with how many labels; the headline says so."""


def unsettled(path: Path) -> dict[str, int]:
    """Return the parties whose label, value of delay or ledger do not settle, as ``NARROW``."""
    analysis = stalled(path)
    found = {
        party.name: round_length(analysis, number)
        for number, party in enumerate(analysis.compiled.scenario.parties)
    }
    return {name: len(set(cut.labels)) for name, cut in found.items() if cut and not cut.settles}


@pytest.mark.parametrize("path", shipped(quick=True, clocked=True), ids=named)
def test_shorter_rounds_change_no_reading_that_is_not_said_to_be_narrow(path: Path) -> None:
    assert unsettled(path) == NARROW.get(path.stem, {})


@pytest.mark.slow
@pytest.mark.parametrize("path", shipped(quick=False, clocked=True), ids=named)
def test_nor_in_any_other_scenario_with_a_clock(path: Path) -> None:
    assert unsettled(path) == NARROW.get(path.stem, {})
