"""The JSON Schema accepts what the loader accepts and refuses faults of structure."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from negsim.scenario.schema import schema

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


def as_json(text: str) -> Any:
    """Return a file's data as JSON has it: dates become text."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize("path", sorted(SCENARIOS.rglob("*.toml")), ids=lambda path: path.name)
def test_scenarios_of_the_package_are_accepted(path: Path, validator: Draft202012Validator) -> None:
    validator.validate(as_json(path.read_text(encoding="utf-8")))


def test_the_small_scenario_is_accepted(base: str, validator: Draft202012Validator) -> None:
    validator.validate(as_json(base))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format = 1", "format = 2"),
        ('title = "A truce"', ""),
        ('title = "A truce"', "title = 3"),
        ('cite = "The press"', 'site = "The press"'),
        ("value = 1.5", 'value = "high"'),
        ("value = 1.5", "value = 1e16"),
        ("value = 1.5", ""),
        ("levels = 4", "levels = 1"),
        ("range = [0.1, 0.3]", "range = [0.1]"),
        ("range = [0.8, 1] }", "rang = [0.8, 1] }"),
        ("add = { gain = 1 }", "add = { gain = 0 }"),
        ("add = { gain = 1 }", "add = { }"),
        ('kind = "exit"', 'kind = "walkout"'),
        ('role = "mediator"', 'role = "mediater"'),
        ('[["broker"], ["north"]]', '"sequential"'),
        ('parties = ["south"]', "parties = []"),
        ("[options.leave]", "[options.Leave]"),
        ("chance = 0.25", "chance = true"),
        ("[parties.south]", "[type.south]"),
    ],
)
def test_faults_of_structure_are_refused(
    old: str, new: str, base: str, validator: Draft202012Validator
) -> None:
    assert old in base
    assert not validator.is_valid(as_json(base.replace(old, new, 1)))


def test_every_key_is_described_or_typed(validator: Draft202012Validator) -> None:
    tables = validator.schema["$defs"]
    assert {"PartyTable", "TermTable", "NumberTable"} <= tables.keys()
    for table in tables.values():
        assert table["additionalProperties"] is False
        assert table["description"]
        assert not any("default" in key for key in table["properties"].values())
