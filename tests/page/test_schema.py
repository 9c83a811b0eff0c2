"""What commands print as JSON, and results.json, are as ``negsim schema --results`` says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from negsim.page.schema import ANSWERS, results_schema

COMMANDS = {
    "stall": ("stall", "--over", "parameters.speed"),
    "robust": ("robust", "--samples", "64", "--indices", "0"),
    "counter": ("counter", "--measure", "hazard"),
    "play": ("play", "--runs", "20", "--labels"),
    "tournament": ("tournament", "--runs", "5"),
    "levers": ("levers", "--scan", "5"),
    "least_change": ("levers", "--make", "truce and not cutoff"),
    "phase": ("sweep", "--vary", "parameters.speed=0:0.9:3"),
    "sweep": ("sweep", "--design", "lhs:12"),
    "compare": ("compare", "drift"),
}


@pytest.fixture(scope="module")
def fits() -> Callable[[str, Any], bool]:
    """Return a function that tells whether data are the answer of a command."""
    schema = results_schema()
    Draft202012Validator.check_schema(schema)
    own = {
        name: Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
        for name in ANSWERS
    }
    return lambda name, data: bool(own[name].is_valid(data))


def without(data: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != key}


@pytest.mark.parametrize("name", ["truce", "bare", "drift", "prisoners_dilemma"])
def test_results_are_as_the_schema_says(name: str, report_of: Callable, fits: Callable) -> None:
    data = json.loads((report_of(name)[0] / "results.json").read_text(encoding="utf-8"))
    assert fits("run", data)
    assert not fits("run", without(data, "format"))
    assert not fits("run", {**data, "about": without(data["about"], "title")})


@pytest.mark.parametrize("name", [name for name in COMMANDS if name in ANSWERS])
def test_what_commands_print_is_as_the_schema_says(
    name: str,
    command: Callable,
    scenario_files: dict[str, Path],
    fits: Callable,
    tmp_path: Path,
) -> None:
    first, *words = COMMANDS[name]
    rest = [scenario_files.get(word, word) for word in words]
    data = command(first, scenario_files["truce"], *rest, "--json", "--out", tmp_path).data
    assert fits(name, data)
    key = next(key for key in data if key not in ("format", "seed"))
    assert not fits(name, without(data, key))


def test_the_schema_can_be_printed(command: Callable) -> None:
    assert command("schema", "--results").data["title"] == "negsim results, format 2"
