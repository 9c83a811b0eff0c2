"""Any data in any place of a file, and any row of words as an expression: read or refused."""

from __future__ import annotations

import datetime
import json
import tomllib
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import ExpressionError, ScenarioError
from negsim.expressions import parse
from negsim.scenario.load import loads
from negsim.scenario.moves import moves

examples = settings(deadline=None, derandomize=True, max_examples=150)

FULL = """\
format = 1
title = "All of it"
summary = "Text"
as_of = 2025-03-19
[sources.press]
cite = "The press"
date = 2025-03-01
url = "https://example.org"
confidence = "elicited"
coder = "A"
[parties.ann]
label = "Ann"
discount = { value = 0.90, range = [0.8, 0.95], why = "haste", source = "press" }
reservation = "status_quo"
[parties.bob]
role = "guarantor"
discount = 0.9
reservation = { state = { heat = 1 } }
[parties.eve]
role = "mediator"
reservation = { value = 1, range = [0, 2], why = "x" }
[options.truce]
parties = ["ann", "bob"]
levels = ["short", "long"]
conditions.ann.when = "halt and heat > 1"
[options.halt]
parties = ["bob"]
presses = "ann"
[options.pact]
parties = ["ann", "bob"]
stays = true
leave = "all"
expires = 4
undo_after = 2
[rules]
one = "not (truce and pact)"
[talks]
round = "day"
rounds = { value = 3, range = [2, 5] }
ending = { chance = 0.1 }
order = [["eve"], "ann", ["bob"]]
[state.heat]
levels = 3
start = { value = 1, range = [0, 2] }
[parameters.speed]
value = 0.5
range = [0, 1]
[changes.cools]
when = "truce >= long or ann.truce == \\"if\\""
add = { heat = -1 }
chance = "speed * heat / 2"
[changes.warms]
add = { heat = 1 }
chance = { value = 0.25, why = "x" }
[ends.signed]
kind = "agreement"
when = "truce == long"
arrives = "next_round"
[ends.left]
kind = "exit"
by = "bob"
when = "halt and heat == 2"
[payoffs.ann.peace]
at = ["signed", "no_agreement"]
value = 3
per = "1 + heat"
[payoffs.bob.pact]
when = "pact and pact_in_force > 1"
value = 1
range = [0, 2]
[costs.harm]
when = "not truce"
value = 1
[costs.ann.loss]
value = 1
[types.bob.hawk]
prior = { value = 0.5, range = [0, 1] }
set = { "payoffs.bob.pact" = -1 }
[signals.siren]
about = "halt"
detection = 0.9
false_alarm = 0.2
[strategies.ann.wait]
rules = [{ when = "siren and round > 1", play = { truce = "short" } }, { play = { pact = "yes" } }]
[preferences.bob]
ranking = ["pact", ["truce", "halt"]]
[preferences.ann]
statements = ["truce == long", "not halt"]
[mirror]
parties = ["ann", "bob"]
reflect = ["heat"]
[channels.drift]
off = { "parameters.speed" = 0 }
[channels.cover.ann]
off = { "payoffs.bob.pact" = 0 }
[levers.speed]
sets = "parameters.speed"
range = [0, 1]
[claims.worth]
says = "x"
measure = "value.ann"
equals = 1
state = { heat = 2 }
[claims.first]
says = "y"
expect = { round = 1, outcome = "not truce" }
order = "simultaneous"
holds = "some"
"""
DATA = tomllib.loads(FULL, parse_float=Decimal)

WORDS = [
    *("ann", "bob", "eve", "truce", "halt", "pact", "heat", "speed", "short", "long", "siren"),
    *("press", "signed", "no_agreement", "if", "yes", "no", "any", "all", "status_quo", "x"),
    *("parameters.speed", "payoffs.bob.pact", "state.heat.start", "talks.rounds", "value.ann"),
    *("parties.ann.reservation", "types.bob.hawk.prior", "pact_in_force", "simultaneous"),
    *("round > 1", "truce >= long", 'ann.truce == "if"', "1 / 0", "heat / (heat - 1)", "1e5"),
    *("negsim:march_2025.toml", "../x", "payoffs.*.*", "*", "", " ", "\u0430nn", "\u202e", "a\nb"),
]
HUGE = [0, 1, -1, 2, 3, 199, 200, 201, 10**4, 10**15, 10**16, -(10**40), 10**400, 10**4_200]
NUMBERS = [
    *map(Decimal, ("0.5", "-0.0", "1e15", "1e-40", "1e-41", "0.1", "1.0", "1e400", "-1e99999")),
    *map(Decimal, ("NaN", "Infinity", "-Infinity")),
]
KEYS = [
    *(key for table in DATA.values() if isinstance(table, dict) for key in table),
    *("value", "range", "why", "source", "when", "per", "at", "chance", "state", "add", "set"),
    *("levels", "stays", "leave", "expires", "parties", "conditions", "off", "rules", "play"),
    *("<table>", "<number>", "a.b", "", "\u0430", "format", "extends", "drop", "talks", "types"),
]
scalars = (
    st.sampled_from([*WORDS, *HUGE, *NUMBERS, True, False])
    | st.text(max_size=8)
    | st.integers(-5, 5)
    | st.dates()
    | st.datetimes()
    | st.times()
)
keys = st.sampled_from(KEYS) | st.text(max_size=6)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)


def written(value: Any) -> str:
    """Return a value as TOML, tables inline."""
    match value:
        case dict():
            inside = ", ".join(f"{quoted(key)} = {written(each)}" for key, each in value.items())
            found = f"{{{inside}}}"
        case list():
            found = f"[{', '.join(map(written, value))}]"
        case bool():
            found = str(value).lower()
        case int():
            found = hex(value) if value > 10**30 else str(value)
        case Decimal():
            found = decimal(value)
        case datetime.date() | datetime.time():
            found = value.isoformat()
        case _:
            found = quoted(value)
    return found


def decimal(value: Decimal) -> str:
    if not value.is_finite():
        return str(value).lower().replace("infinity", "inf")
    sign, digits, exponent = value.as_tuple()
    return f"{'-' * sign}{''.join(map(str, digits))}.0e{exponent}"


def quoted(text: str) -> str:
    escaped = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "".join(c if not "\ud800" <= c <= "\udfff" else "?" for c in escaped)


def tables(data: Any, found: list[Any]) -> list[Any]:
    """Return every table and list with something in it."""
    if isinstance(data, dict | list) and data:
        found.append(data)
        for each in data.values() if isinstance(data, dict) else data:
            tables(each, found)
    return found


def copied(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: copied(each) for key, each in data.items()}
    return [copied(each) for each in data] if isinstance(data, list) else data


def check(text: str) -> None:
    """Load a text; check what it became, or how it is refused."""
    try:
        scenario = loads(text, "s.toml")
    except ScenarioError as error:
        check_faults(error)
        return
    assert all(moves(scenario).values())
    assert all(number.value.is_finite() for number in scenario.numbers.values())
    assert all(line.startswith("s.toml:") for line in scenario.warnings)


def check_faults(error: ScenarioError) -> None:
    lines = str(error).split("\n")
    assert len(lines) == len(error.faults) > 0
    assert all(line.startswith("s.toml:") and line.isprintable() for line in lines)


def test_the_full_scenario_is_one_and_its_data_can_be_written() -> None:
    text = "\n".join(f"{key} = {written(value)}" for key, value in DATA.items())
    assert tomllib.loads(text, parse_float=Decimal) == DATA
    assert loads(text).title == loads(FULL).title


@examples
@given(data=st.data())
def test_any_data_in_any_place(data: st.DataObject) -> None:
    found = copied(DATA)
    for _ in range(data.draw(st.integers(1, 3))):
        table = data.draw(st.sampled_from(tables(found, [])))
        if isinstance(table, list):
            table[data.draw(st.integers(0, len(table) - 1))] = data.draw(values)
            continue
        key = data.draw(st.sampled_from(sorted(table)))
        match data.draw(st.sampled_from(["replace", "add", "drop", "rename"])):
            case "replace":
                table[key] = data.draw(values)
            case "add":
                table[data.draw(keys)] = data.draw(values)
            case "drop":
                del table[key]
            case "rename":
                table[data.draw(keys)] = table.pop(key)
    check("\n".join(f"{quoted(key)} = {written(value)}" for key, value in found.items()))


@examples
@given(st.dictionaries(st.sampled_from(sorted(DATA)), values, max_size=8))
def test_any_data_in_any_section(found: dict[str, Any]) -> None:
    check("\n".join(f"{quoted(key)} = {written(value)}" for key, value in found.items()))


@examples
@given(data=st.data())
def test_any_section_in_the_place_of_another(data: st.DataObject) -> None:
    found = copied(DATA)
    here, there = data.draw(st.tuples(*[st.sampled_from(sorted(DATA))] * 2))
    found[here] = DATA[there]
    check("\n".join(f"{quoted(key)} = {written(value)}" for key, value in found.items()))


# ---------------------------------------------------------------- expressions

TOKENS = [
    *("a", "b", "c.d", "ann", ".", "(", ")", ",", "min", "max", "min(", "and", "or", "not"),
    *("implies", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "0", "1", "2.5", ".5"),
    *("1.", "1e3", '"if"', "'yes'", '"', "true", "false", "\u0430", "\u00a0", "\x00", "**", "()"),
]


@examples
@given(st.lists(st.sampled_from(TOKENS), max_size=30), st.sampled_from(["", " ", "\n"]))
def test_any_row_of_words_as_an_expression(tokens: list[str], between: str) -> None:
    try:
        found = parse(between.join(tokens))
    except ExpressionError as error:
        found = None
        message = str(error)
    if found is None:
        assert message.isprintable()
        return
    environment = dict.fromkeys(found.names(), np.array([0.0, 1.0, -2.0]))
    environment |= dict.fromkeys((stance.key for stance in found.stances()), np.array(1.0))
    assert found.evaluate(environment).shape in ((), (3,))
    assert parse(str(found)).tree == found.tree
