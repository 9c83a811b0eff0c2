"""The net under the moves: what eight scenarios say, number by number, before and after.

Every answer as ``--json`` and ``results.json`` give it, flat, a name and a value a line, lies
beside this file. ``python tests/golden/test_golden.py`` writes them anew, which only a change of
meaning may ask for; ``RENAMED`` carries new names of numbers. The net goes when the moves are done.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import negsim
from negsim.cli.group import cli

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
HERE = Path(__file__).parent

FILES = (
    "march_2025",
    "march_2025_aid_only",
    "march_2025_fearful",
    "cases/greece_2015",
    "cases/iran_2014",
    "textbook/drift",
    "textbook/three_party_talks",
    "textbook/truce_as_signal",
)
APPLIES = {
    "signal": ("march_2025_fearful", "textbook/truce_as_signal"),
    "levers": tuple(file for file in FILES if not file.startswith("textbook/")),
}
"""Commands that not every scenario is asked with: it needs private types, or levers."""

QUICK = ("textbook/drift", "textbook/truce_as_signal")
COMMANDS = {
    "run": (),
    "solve": ("--json",),
    "stall": ("--json",),
    "levers": ("--scan", "5", "--json"),
    "robust": ("--samples", "32", "--indices", "2", "--json"),
    "counter": ("--json",),
    "play": ("--runs", "50", "--json"),
    "signal": ("--json",),
}
PAIRS = (
    ("march_2025", "march_2025_fearful"),
    ("march_2025", "march_2025_aid_only"),
    ("cases/greece_2015", "cases/iran_2014"),
    ("textbook/drift", "textbook/three_party_talks"),
)
UNTOLD = ("versions", "seal", "command", "digest", "scenario", "format", "file", "path")
"""Parts that say who made an answer, and from what."""

RENAMED: dict[str, str] = {}
"""New names of numbers, by their old ones."""

Cell = str | float | None


def asked() -> dict[str, tuple[str, ...]]:
    """Return the command line of each answer, by the name of its file."""
    found = {
        f"{file.replace('/', '_')}_{command}": (command, f"{file}.toml", *words)
        for file in FILES
        for command, words in COMMANDS.items()
        if file in APPLIES.get(command, FILES)
    }
    pairs = {
        f"compare_{number}": ("compare", f"{one}.toml", f"{other}.toml", "--json")
        for number, (one, other) in enumerate(PAIRS, start=1)
    }
    return found | pairs


def answer_of(words: tuple[str, ...]) -> Any:
    """Return what a command answers, as data."""
    command, *rest = [str(SCENARIOS / word) if word.endswith(".toml") else word for word in words]
    with tempfile.TemporaryDirectory() as folder:
        out = ["--out", folder] if command == "run" else []
        told = CliRunner().invoke(cli, [command, *rest, *out], catch_exceptions=False)
        assert told.exit_code == 0, told.output
        results = Path(folder) / "results.json"
        return json.loads(results.read_text("utf-8") if command == "run" else told.stdout)


def flat(data: Any, name: str = "") -> Iterator[tuple[str, Cell]]:
    """Yield every number and text of an answer with its dotted name."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in UNTOLD:
                yield from flat(value, f"{name}.{key}" if name else key)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from flat(value, f"{name}.{place}")
    else:
        yield name, float(data) if isinstance(data, bool | int | float) else data


def kept(file: str) -> dict[str, Cell]:
    """Return the golden numbers of an answer, by their names of today."""
    with gzip.open(HERE / f"{file}.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {RENAMED.get(name, name): value for name, value in rows}


def same(one: Cell, other: Cell) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-8, abs_tol=1e-8)
    return one == other


def check(file: str) -> None:
    golden, now = kept(file), dict(flat(answer_of(asked()[file])))
    assert golden.keys() - now.keys() == set()
    differ = [
        f"{name}: {value!r}, now {now[name]!r}"
        for name, value in golden.items()
        if not same(value, now[name])
    ]
    assert differ == []


def is_quick(file: str) -> bool:
    return file.startswith(tuple(name.replace("/", "_") for name in QUICK))


@pytest.mark.parametrize("file", [file for file in asked() if is_quick(file)])
def test_quick_answers_are_as_they_were(file: str) -> None:
    check(file)


@pytest.mark.slow
@pytest.mark.parametrize("file", [file for file in asked() if not is_quick(file)])
def test_answers_are_as_they_were(file: str) -> None:
    check(file)


def write() -> None:
    """Write the golden files anew."""
    for file, words in asked().items():
        rows = "".join(f"{json.dumps(row)}\n" for row in flat(answer_of(words)))
        packed = gzip.compress(rows.encode("utf-8"), mtime=0)
        (HERE / f"{file}.gz").write_bytes(packed)
        sys.stderr.write(f"{file}: {rows.count(chr(10))}\n")


if __name__ == "__main__":
    write()
