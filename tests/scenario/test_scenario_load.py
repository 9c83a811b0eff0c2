"""What a sound file becomes, and which files are refused before their text is read."""

import os
import time
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import pytest

from negsim.errors import ScenarioError, UnknownNameError, UsageError
from negsim.scenario.load import MAX_BYTES, load, loads
from negsim.scenario.model import MeasureClaim, OutcomeClaim, Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
WORKED = SCENARIOS / "march_2025.toml"
DILEMMA = """\
format = 1
title = "Prisoner's dilemma"
[parties.row]
[parties.column]
[options.row_talks]
parties = "row"
[options.column_talks]
parties = "column"
[payoffs.row.years]
at = "no_agreement"
value = -1
per = "1 + column_talks"
why = "A number"
"""


@pytest.fixture(scope="module")
def worked() -> Scenario:
    return load(WORKED)


def refusal(path: str | Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert len(caught.value.faults) == 1
    return str(caught.value)


# ---------------------------------------------------------------- the worked case


def test_the_worked_case_is_read_whole(worked: Scenario) -> None:
    assert worked.title == "Energy-only truce or full 30-day ceasefire, March 2025"
    assert worked.as_of == date(2025, 3, 19)
    assert worked.warnings == ()
    assert [party.label for party in worked.parties] == ["Russia", "Ukraine", "United States"]
    assert [party.role for party in worked.parties] == ["party", "party", "mediator"]
    assert [option.joint for option in worked.options] == [True, True, False, False, False]
    assert worked.talks.round_name == "week"
    assert worked.rounds == 26
    assert worked.talks.order == (("usa",), ("russia",), ("ukraine",))
    assert [variable.levels for variable in worked.state] == [7, 6, 3]
    assert [end.name for end in worked.ends] == ["signed", "mediator_leaves", "no_agreement"]
    assert len(worked.payoffs) == 29
    assert len(worked.numbers) == 45


def test_numbers_are_exact_and_keep_range_reason_and_source(worked: Scenario) -> None:
    speed = worked.number("parameters.front_speed")
    assert speed.value == Decimal("0.10")
    assert (speed.low, speed.high) == (Decimal("0.02"), Decimal("0.2"))
    assert speed.source == "front"
    assert speed.why.startswith("Chance a week")
    assert worked.number("state.leverage.start").value == 3
    assert worked.number("parties.usa.discount").high == Decimal("0.99")


def test_conditions_rules_and_terms_are_expressions(worked: Scenario) -> None:
    full = worked.options[1]
    assert full.conditions["russia"].text == "aid_cutoff and mobilization_pause"
    assert full.stances("russia") == ("no", "yes", "if")
    assert full.stances("ukraine") == ("no", "yes")
    assert worked.rules[0].expression.names() == {"full_ceasefire", "energy_truce"}
    position = next(t for t in worked.payoffs if t.number == "payoffs.russia.position")
    assert position.at == ("signed", "mediator_leaves", "no_agreement")
    assert position.per.text == "leverage"
    assert position.when.evaluate({}) == 1
    assert worked.costs[0].party == ""


def test_lines_are_kept_for_later_checks(worked: Scenario) -> None:
    text = WORKED.read_text(encoding="utf-8").split("\n")
    _, line = worked.lines["payoffs.russia.truce_relief.value"]
    assert text[line - 1].startswith("value")
    _, line = worked.lines["rules.full_includes_energy"]
    assert text[line - 1].startswith("full_includes_energy")


def test_loading_the_worked_case_is_quick() -> None:
    load(WORKED)
    began = time.perf_counter()
    load(WORKED)
    assert time.perf_counter() - began < 0.1


@pytest.mark.parametrize("path", sorted(SCENARIOS.rglob("*.toml")), ids=lambda path: path.name)
def test_every_scenario_of_the_package_loads(path: Path) -> None:
    assert load(path).path == str(path)


# ---------------------------------------------------------------- what is not said


def test_defaults() -> None:
    dilemma = loads(DILEMMA)
    assert dilemma.parties[0].label == "Row"
    assert dilemma.options[0].label == "Row talks"
    assert dilemma.value("parties.row.discount") == 1
    assert dilemma.talks.round_name == "round"
    assert dilemma.talks.order == (("row", "column"),)
    assert dilemma.rounds == 1
    assert [(end.name, end.kind, end.when.text) for end in dilemma.ends] == [
        ("no_agreement", "breakdown", "1")
    ]
    assert dilemma.path == "<text>"
    assert (dilemma.summary, dilemma.as_of, dilemma.state) == ("", None, ())


def test_no_agreement_may_be_labelled_and_may_pay_later() -> None:
    text = DILEMMA + '[ends.no_agreement]\nlabel = "Silence"\narrives = "next_round"\n'
    (end,) = loads(text).ends
    assert (end.label, end.next_round, end.kind) == ("Silence", True, "breakdown")


def test_a_numeric_chance_is_a_named_number(base: str) -> None:
    scenario = loads(base)
    moves, tires = scenario.changes
    assert moves.chance.text == "speed * gain"
    assert tires.chance.names() == {"changes.tires.chance"}
    assert tires.when.evaluate({}) == 1
    assert scenario.value("changes.tires.chance") == 0.25
    assert "changes.moves.chance" not in scenario.numbers


def test_a_change_without_a_chance_is_certain(base: str) -> None:
    scenario = loads(base.replace("chance = 0.25\n", ""))
    assert scenario.changes[1].chance.evaluate({}) == 1
    assert "changes.tires.chance" not in scenario.numbers


@pytest.mark.parametrize(
    ("order", "groups"),
    [
        ('"simultaneous"', (("north", "south", "broker"),)),
        ('["south", "north"]', (("south",), ("north",), ("broker",))),
        ('[["broker", "south"]]', (("broker", "south"), ("north",))),
        ('["broker", ["south", "north"]]', (("broker",), ("south", "north"))),
    ],
)
def test_orders_of_moves(order: str, groups: tuple[tuple[str, ...], ...], base: str) -> None:
    text = base.replace('[["broker"], ["north"]]', order)
    text += f"order = {order}\n"
    scenario = loads(text)
    assert scenario.talks.order == groups
    assert scenario.claims[0].order == groups


def test_costs_are_shared_or_of_a_party(base: str) -> None:
    harm, flight = loads(base).costs
    assert (harm.number, harm.party) == ("costs.harm", "")
    assert (flight.number, flight.party) == ("costs.south.flight", "south")


def test_claims_measure_or_expect(base: str) -> None:
    text = base + (
        '[claims.value]\nsays = "v"\nmeasure = "value"\nequals = 1.5\nparty = "north"\n'
        "state = { gain = 2 }\ntolerance = 0.01\n"
    )
    expected, measured = loads(text).claims
    assert isinstance(expected, OutcomeClaim)
    assert (expected.round, expected.outcome.text, expected.order) == (1, "not truce", None)
    assert isinstance(measured, MeasureClaim)
    assert (measured.measure, measured.equals) == ("value.north", Decimal("1.5"))
    assert measured.state["gain"] == 2


def test_a_scenario_is_frozen(base: str) -> None:
    scenario = loads(base)
    for attribute in ("title", "numbers"):
        with pytest.raises(FrozenInstanceError):
            setattr(scenario, attribute, "another")
    assert isinstance(scenario.numbers, MappingProxyType)
    changed = scenario.set({"payoffs.south.calm": 0.1})
    assert changed.number("payoffs.south.calm").value == Decimal("0.1")
    assert scenario.value("payoffs.south.calm") == 1.5
    with pytest.raises(UnknownNameError, match=r'did you mean "payoffs\.south\.calm"\?'):
        scenario.value("payoffs.south.clam")


# ---------------------------------------------------------------- chances that only look too high


@pytest.mark.parametrize(
    "chance",
    [
        "0.5 * gain",
        "0.6 * truce + 0.6 * leave",
        "0.6 * embargo + 0.6 * (broker.embargo == 'no')",
        "0.6 * (not embargo) + 0.6 * (broker.embargo == 'yes')",
        "0.6 * (north.truce == 'yes') + 0.6 * (north.truce == 'if')",
        "speed / 0.3",
    ],
)
def test_chances_are_judged_only_where_they_can_arise(chance: str, base: str) -> None:
    text = base.replace('chance = "speed * gain"', f'chance = "{chance}"')
    text = text.replace('when = "not truce"\nadd', 'when = "gain < 3"\nadd')
    assert loads(text).changes[0].chance.text == chance


def test_chances_over_very_many_points_are_checked_one_at_a_time(base: str) -> None:
    names = [f"p{number}" for number in range(30)]
    parameters = "".join(f"[parameters.{name}]\nvalue = 0\nrange = [0, 1.5]\n" for name in names)
    text = base.replace('chance = "speed * gain"', f'chance = "{" + ".join(names)}"')
    with pytest.raises(ScenarioError, match=r"chance reaches 1\.5 at p0 = 1\.5, p1 = 0, p2 = 0"):
        loads(text + parameters)
    assert loads(text + parameters.replace("1.5", "0.9"))


# ---------------------------------------------------------------- warnings


def test_warnings_do_not_stop_a_scenario_and_come_in_its_order(base: str) -> None:
    text = base.replace('why = "Calm"\n', "range = [2, 3]\n")
    found = loads(text, "s.toml").warnings
    assert "s.toml:51: payoffs.south.calm: has neither a reason (why) nor a source" in found
    assert "s.toml:54: payoffs.south.calm.range: [2, 3] does not contain the value 1.5" in found
    lines = [int(line.split(":")[1]) for line in found]
    assert lines == sorted(lines)


# ---------------------------------------------------------------- files


def test_the_digest_is_of_the_bytes(tmp_path: Path, base: str) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(base.encode())
    digest = sha256(path.read_bytes()).hexdigest()[:16]
    assert load(path).digest == digest == loads(base).digest
    path.write_bytes(base.encode() + b"\n")
    assert load(path).digest != digest


def test_files_from_other_systems_load(tmp_path: Path, base: str) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(b"\xef\xbb\xbf" + base.replace("\n", "\r\n").encode())
    scenario = load(str(path))
    assert scenario.lines["claims.no_truce"] == (str(path), 64)


def test_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert refusal(path) == f"{path}: no such file; expected a scenario file"


def test_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path}: is a folder; expected a scenario file"


def test_a_device_is_not_read() -> None:
    expected = f"{os.devnull}: is not a regular file; expected a scenario file"
    assert refusal(os.devnull) == expected


def test_a_path_that_is_none() -> None:
    assert refusal("a\0b") == "a<U+0000>b: cannot be read: not a path; expected a scenario file"
    assert "cannot be read: File name too long" in refusal("x" * 5000)


@pytest.mark.parametrize("content", ["", " \n\t\n"])
def test_an_empty_file(content: str, tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(content)
    assert refusal(path) == f"{path}:1: is empty; expected a scenario file"


def test_a_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    assert refusal(path) == f"{path}:1: not UTF-8 text (byte 1); expected a scenario file"
    path.write_bytes(b"format = 1\ntitle = '\xff'\n")
    assert refusal(path) == f"{path}:2: not UTF-8 text (byte 21); expected a scenario file"
    path.write_bytes(b"format = 1\n\0\0")
    fault = "not valid TOML: invalid statement; here stands U+0000 (column 1)"
    assert refusal(path) == f"{path}:2: {fault}"


def test_a_file_that_is_too_large(tmp_path: Path, base: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(base + "#" * MAX_BYTES)
    assert refusal(path) == f"{path}: larger than 1 MiB; expected a scenario file"
    with pytest.raises(ScenarioError, match="<text>: larger than 1 MiB"):
        loads(base + "#" * MAX_BYTES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = " + "[" * 20_000, "<text>:1: not valid here: nested too deeply"),
        ("\n" + "a." * 20_000 + "a = 1", "<text>:2: not valid here: a key of more than 100 parts"),
        ("a = 1\nb = '\ud800'", "<text>:2: not text: character 12 is half a character"),
    ],
)
def test_texts_that_would_trip_the_parser(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    assert str(caught.value) == message


def test_an_option_that_stays_may_be_in_effect_at_the_start() -> None:
    text = """
format = 1
title = "A truce that runs"
parties = { north = {}, south = {} }
options.pact = { parties = ["north", "south"], stays = true, expires = 4 }
payoffs.north.calm = { when = "pact", value = 1 }
"""
    assert loads(text).value("state.pact_in_force.start") == 0
    running = loads(text.replace("expires = 4", "expires = 4, start = 2"))
    assert running.value("state.pact_in_force.start") == 2
    with pytest.raises(ScenarioError, match="whole number from 0 to 3, got 4"):
        loads(text.replace("expires = 4", "expires = 4, start = 4"))
    with pytest.raises(ScenarioError, match="start: needs stays = true"):
        loads(text.replace("stays = true, expires = 4", "start = 1"))


@pytest.mark.parametrize("order", [(), (("north",),), (("north", "south"), ("north",)), ((),)])
def test_an_order_that_does_not_name_every_party_once(order: tuple[tuple[str, ...], ...]) -> None:
    text = """
format = 1
title = "Two"
parties = { north = {}, south = {} }
options.pact.parties = ["north", "south"]
"""
    with pytest.raises(UsageError, match="order: expected every party once"):
        loads(text).with_order(order)


def test_what_a_user_changed_is_told_in_title_and_digest() -> None:
    scenario = load(SCENARIOS / "textbook" / "drift.toml")
    found = scenario.alter({"parameters.drift": "0.01"})
    assert found.title == f"{scenario.title}, with parameters.drift = 0.01"
    assert found.digest != scenario.digest
    assert len(found.digest) == len(scenario.digest)
    assert dict(found.altered) == {"parameters.drift": Decimal("0.01")}
    assert scenario.alter({"parameters.drift": scenario.value("parameters.drift")}) is scenario
