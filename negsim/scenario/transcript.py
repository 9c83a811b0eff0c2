"""A transcript: what parties publicly said, round by round, in a table (CSV) beside a scenario.

Columns: ``round, party, option, stance``; also ``date`` and ``source`` in words, and one column for
any state variable whose value was known in that round. A stance that is not listed was not
observed, which is not the same as ``no``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from negsim.cells import plain
from negsim.errors import Fault, ScenarioError, did_you_mean
from negsim.scenario.model import Scenario

NEEDED = ("round", "party", "option", "stance")
ALLOWED = (*NEEDED, "date", "source")
MAX_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class ObservedRound:
    """What was seen of one round: stances by party and option, and the state as far as known."""

    number: int
    said: Mapping[tuple[str, str], str] = field(default_factory=dict)
    state: Mapping[str, int] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def read_transcript(path: str | Path, scenario: Scenario) -> tuple[ObservedRound, ...]:
    """Return the observed rounds of a file, in their order.

    Raises
    ------
    ScenarioError
        With every fault of the file: it cannot be read, columns are missing or unknown, a name is
        not that of the scenario, a number is out of bounds, a stance contradicts an earlier one.
    """
    return parse_transcript(text_of(Path(path)), str(path), scenario)


def text_of(path: Path) -> str:
    """Return the text of a file of at most 1 MiB; errors as :func:`read_transcript`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise fault(str(path), 0, "", "larger than 1 MiB; expected a transcript")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"cannot be read: {error.strerror}; expected a transcript (CSV)"
        raise fault(str(path), 0, "", message) from None
    except UnicodeDecodeError:
        raise fault(str(path), 0, "", "not UTF-8 text; expected a transcript (CSV)") from None


def fault(path: str, line: int, name: str, message: str) -> ScenarioError:
    """Return the error of a single fault."""
    return ScenarioError([Fault(path, line, name, message)])


def parse_transcript(text: str, path: str, scenario: Scenario) -> tuple[ObservedRound, ...]:
    """Return the observed rounds of a text; errors as :func:`read_transcript`."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", skipinitialspace=True)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise fault(path, reader.line_num, "", f"not a table: {error}") from None
    faults = column_faults(path, reader.fieldnames or [], scenario)
    if faults:
        raise ScenarioError(faults)
    if not rows:
        raise fault(path, 1, "", "no row below the names of the columns; expected at least one")
    record = RoundsRead(path, scenario)
    for line, row in rows:
        record.take(line, row)
    if record.faults:
        raise ScenarioError(record.faults)
    return tuple(record.rounds[number] for number in sorted(record.rounds))


def column_faults(path: str, columns: object, scenario: Scenario) -> list[Fault]:
    """Return what is wrong with the names of the columns."""
    names = [plain(str(name).strip()) for name in columns] if isinstance(columns, list) else []
    known = [*ALLOWED, *(variable.name for variable in scenario.state)]
    found = [
        Fault(path, 1, name, "missing; expected a column of this name")
        for name in NEEDED
        if name not in names
    ]
    for name in names:
        if name not in known:
            message = f"unknown column{did_you_mean(name, known)}; expected {', '.join(known)}"
            found.append(Fault(path, 1, name, message))
        elif names.count(name) > 1:
            found.append(Fault(path, 1, name, "there twice; expected each column once"))
    return found


class RoundsRead:
    """The rounds read so far, and the faults met."""

    def __init__(self, path: str, scenario: Scenario) -> None:
        self.path = path
        self.scenario = scenario
        self.rounds: dict[int, ObservedRound] = {}
        self.faults: list[Fault] = []

    def blame(self, line: int, name: str, message: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.path, line, name, message))

    def take(self, line: int, row: Mapping[str, str | None]) -> None:
        """Take in one row."""
        cells = {
            plain(name.strip()): plain((value or "").strip()) for name, value in row.items() if name
        }
        number = self.whole(line, "round", cells["round"], 1, self.scenario.rounds or 10**6)
        named = self.named(line, cells)
        state = {
            variable.name: value
            for variable in self.scenario.state
            if cells.get(variable.name)
            and (
                value := self.whole(
                    line, variable.name, cells[variable.name], 0, variable.levels - 1
                )
            )
            is not None
        }
        if number is None or not named:
            return
        before = self.rounds.get(number, ObservedRound(number))
        key = (cells["party"], cells["option"])
        if before.said.get(key, cells["stance"]) != cells["stance"]:
            self.blame(line, "stance", f'said "{before.said[key]}" in the same round above')
        for name, value in state.items():
            if before.state.get(name, value) != value:
                self.blame(line, name, f"was {before.state[name]} in the same round above")
        self.rounds[number] = ObservedRound(
            number,
            {**before.said, key: cells["stance"]},
            {**before.state, **state},
            with_new(before.dates, cells.get("date", "")),
            with_new(before.sources, cells.get("source", "")),
        )

    def named(self, line: int, cells: Mapping[str, str]) -> bool:
        """Tell whether party, option and stance are known and belong together."""
        parties = {party.name for party in self.scenario.parties}
        options = {option.name: option for option in self.scenario.options}
        for kind, word, known in (
            ("party", cells["party"], parties),
            ("option", cells["option"], options),
        ):
            if word not in known:
                listed = ", ".join(sorted(known))
                message = f'unknown {kind} "{word}"{did_you_mean(word, known)}; expected {listed}'
                self.blame(line, kind, message)
                return False
        option = options[cells["option"]]
        if cells["party"] not in option.parties:
            message = f"{cells['party']} has no say on it; expected {', '.join(option.parties)}"
            self.blame(line, "option", message)
            return False
        stances = option.stances(cells["party"])
        if cells["stance"] not in stances:
            message = f'got "{cells["stance"]}"; expected {", ".join(stances)}'
            self.blame(line, "stance", message)
            return False
        return True

    def whole(self, line: int, name: str, text: str, low: int, high: int) -> int | None:
        """Return a whole number within bounds, or note a fault."""
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        if not low <= number <= high:
            self.blame(line, name, f'got "{text}"; expected a whole number from {low} to {high}')
            return None
        return number


def with_new(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    """Return the words with one more, unless it is empty or there already."""
    return words if not word or word in words else (*words, word)
