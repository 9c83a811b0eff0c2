"""From a scenario file to a scenario: every fault of the file is reported, all of them together."""

from __future__ import annotations

import hashlib
import re
import stat
import tomllib
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic_core import PydanticCustomError

from negsim.errors import Fault, ScenarioError, named_character
from negsim.scenario.check.chances import check_chances
from negsim.scenario.check.size import check_size
from negsim.scenario.check.warnings import note_warnings
from negsim.scenario.model import Scenario
from negsim.scenario.read import behaviour, questions, resolve
from negsim.scenario.read.extend import MAX_CHAIN, Home, dropped, merged, unmatched
from negsim.scenario.read.formulas import Formulas
from negsim.scenario.read.limits import excess
from negsim.scenario.read.lines import Chain, Lines, Place, index
from negsim.scenario.read.names import check_names, read_names
from negsim.scenario.read.notes import Notes
from negsim.scenario.read.numbers import Numbers
from negsim.scenario.read.reading import FileReading
from negsim.scenario.read.structure import MAX_DIGITS, patterns
from negsim.scenario.read.validate import validate
from negsim.scenario.words import got, printable, shown

MAX_BYTES = 2**20
MAX_KEY_PARTS = 100
TOO_LARGE = "larger than 1 MiB"

GAME_FILES = (".nfg", ".efg", ".csv", ".tsv")
"""Endings of files that hold a game rather than a scenario."""

_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![\w.-])(?:{_PART}[ \t]*+\.[ \t]*+){{{MAX_KEY_PARTS}}}")
_LONG_NUMBER = re.compile(
    r'''(?:"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|\'{3}(?:[^']|'(?!''))*+'{3,5}'''
    r"""|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|\#[^\n]*+)|(?P<number>[0-9_]{4000,}|(?<=[0-9_])[eE][+-]?[0-9_]{16,})""",
    re.DOTALL,
)
"""Texts and comments, to go past them, and numbers that may be too long to read."""

_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(path: str | Path) -> Scenario:
    """Return the scenario in a file.

    Raises
    ------
    ScenarioError
        With every fault of the file: a file that cannot be read, is larger than 1 MiB, is not
        UTF-8 or TOML (one fault each); unknown or missing keys, wrong kinds of values, unknown
        names, expressions outside the language, numbers out of bounds, too many profiles.

    Examples
    --------
    >>> import tempfile
    >>> from negsim.scenario.starter import starter_text
    >>> file = Path(tempfile.mkdtemp()) / "river.toml"
    >>> _ = file.write_text(starter_text(), encoding="utf-8")
    >>> load(file).title
    'Water from one river'
    """
    shown = printable(str(path))
    if Path(path).suffix.lower() in GAME_FILES:
        told = "is a game, which `negsim solve` reads; expected a scenario file (.toml)"
        raise _single(shown, 0, told)
    data = _bytes(Path(path), shown)
    return _read(_text(data, shown), data, str(path), Home.of(Path(path)))


def loads(text: str, path: str = "<text>") -> Scenario:
    """Return the scenario in a text; ``path`` is what faults name as the file.

    Raises
    ------
    ScenarioError
        As :func:`load`.

    >>> scenario = loads('''
    ... format = 1
    ... title = "Two villages and a well"
    ... parties.east = {}
    ... parties.west = {}
    ... options.share_well.parties = ["east", "west"]
    ... payoffs.east.water = { when = "share_well", value = 2, why = "A dry summer" }
    ... ''')
    >>> scenario.value("payoffs.east.water")
    2.0
    >>> loads("format = 1")
    Traceback (most recent call last):
    ...
    negsim.errors.ScenarioError: <text>:1: options: missing; expected at least one table ...
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        message = f"not text: character {error.start + 1:,} is half a character"
        raise _single(printable(path), line, message) from None
    return _read(text, data, path, Home())


def _single(path: str, line: int, message: str) -> ScenarioError:
    return ScenarioError([Fault(path, line, "", message)])


def _bytes(path: Path, shown: str) -> bytes:
    """Return a file's bytes, its size checked before it is read."""
    expected = "; expected a scenario file"
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _single(shown, 0, f"is a folder{expected}")
        if not stat.S_ISREG(status.st_mode):
            raise _single(shown, 0, f"is not a regular file{expected}")
        if status.st_size > MAX_BYTES:
            raise _single(shown, 0, f"{TOO_LARGE}{expected}")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _single(shown, 0, f"no such file{expected}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise _single(shown, 0, f"cannot be read: {reason}{expected}") from None
    return data


def _text(data: bytes, shown: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8 text (byte {error.start + 1:,}); expected a scenario file"
        raise _single(shown, line, message) from None


def _read(text: str, data: bytes, path: str, home: Home) -> Scenario:
    content, files, digest = _chain(text, data, path, home)
    notes = Notes(files)
    _refuse_excess(content, files)
    names = read_names(content)
    check_names(content, notes)
    validated = validate(content, notes)
    if validated.file is None:
        raise notes.error()
    formulas = Formulas(names, validated.file.options, notes)
    for place, table in validated.aside:
        formulas.read_aside(place, table)
    reading = FileReading(validated.file, names, formulas, Numbers(names.sources, notes), notes)
    return _scenario(reading, path, digest)


def _chain(text: str, data: bytes, path: str, home: Home) -> tuple[dict[str, Any], Chain, str]:
    """Return the merged data of a file and of those that it extends, with lines and digest."""
    digest = hashlib.sha256()
    contents: list[dict[str, Any]] = []
    files: list[tuple[str, Lines]] = []
    seen: set[Path] = set() if home.folder is None else {Path(path).resolve()}
    while True:
        if len(data) > MAX_BYTES:
            raise _single(printable(path), 0, f"{TOO_LARGE}; expected a scenario file")
        digest.update(data)
        contents.append(_parsed(text, printable(path)))
        files.append((path, index(text)))
        _refuse_excess(contents[-1], Chain((files[-1],)))
        if "extends" not in contents[-1]:
            if "drop" in contents[-1]:
                _refuse(("drop",), ["needs extends: a file to drop from"], Chain((files[-1],)))
            return (
                _merge(contents, Chain(tuple(files))),
                Chain(tuple(files)),
                digest.hexdigest()[:16],
            )
        below = _below(contents[-1]["extends"], files[-1], home, seen)
        path, home = str(below), Home.of(below, home.root)
        data = _bytes(below, printable(path))
        text = _text(data, printable(path))


def _refuse_excess(content: dict[str, Any], files: Chain) -> None:
    """Refuse data that holds more than any negotiation needs."""
    found = excess(content)
    if found is not None:
        _refuse(found[0], [found[1]], files)


def _below(written: object, file: tuple[str, Lines], home: Home, seen: set[Path]) -> Path:
    """Return the path of the file that another extends, not seen before."""
    path, lines = file
    found = home.find(written)
    line = lines.find(("extends",))
    if isinstance(found, str):
        raise ScenarioError([Fault(printable(path), line, "extends", found)])
    if not _is_file(found):
        message = f"no such file; expected a scenario file, got {got(written)}"
        raise ScenarioError([Fault(printable(path), line, "extends", message)])
    if found in seen or len(seen) >= MAX_CHAIN:
        message = "extends itself, by way of other files; expected files that end in one of its own"
        if found not in seen:
            message = f"a chain of more than {MAX_CHAIN} files; expected fewer"
        raise ScenarioError([Fault(printable(path), line, "extends", message)])
    seen.add(found)
    return found


def _is_file(path: Path) -> bool:
    """Tell whether a path is that of a file; one that is too long is not."""
    try:
        return path.is_file()
    except OSError:
        return False


def _merge(contents: list[dict[str, Any]], files: Chain) -> dict[str, Any]:
    """Return the data of a chain of files, the last of which stands on its own."""
    found = contents[-1]
    for level in range(len(contents) - 2, -1, -1):
        found, messages = _dropped(found, contents[level].get("drop", []))
        _refuse(("drop",), messages, Chain((files.files[level],)))
        found = merged(found, contents[level])
    return found


def _dropped(data: dict[str, Any], drop: object) -> tuple[dict[str, Any], list[str]]:
    """Return the data without what a variant drops, and what is wrong with that."""
    try:
        found, idle = dropped(data, list(patterns(drop)))
    except PydanticCustomError as error:
        return data, [error.message()]
    return found, [unmatched(pattern) for pattern in idle]


def _refuse(place: Place, messages: list[str], files: Chain) -> None:
    """Raise an error with all messages about one place, if there are any."""
    path, line = files.find(place)
    name = ".".join(shown(part) for part in place)
    faults = [Fault(printable(path), line, name, message) for message in messages]
    if faults:
        raise ScenarioError(faults)


def _parsed(text: str, path: str) -> dict[str, Any]:
    if not text.strip():
        raise _single(path, 1, "is empty; expected a scenario file")
    if long := _LONG_KEY.search(text):
        line = text.count("\n", 0, long.start()) + 1
        raise _single(path, line, f"not valid here: a key of more than {MAX_KEY_PARTS} parts")
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _toml_fault(str(error), text, path) from None
    except (ValueError, InvalidOperation):
        raise _long_number(text, path) from None
    except RecursionError:
        raise _single(path, 1, "not valid here: nested too deeply") from None


def _toml_fault(message: str, text: str, path: str) -> ScenarioError:
    found = _TOML_PLACE.search(message)
    line = int(found[1]) if found and found[1] else text.rstrip("\n").count("\n") + 1
    where = f" (column {found[2]})" if found and found[2] else " (at the end)"
    words = message[: found.start()] if found else message
    if words.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate")):
        words = "a key or table that is there already"
    words = printable(words[:1].lower() + words[1:]) + _stranger(text, found)
    return _single(path, line, f"not valid TOML: {words}{where}")


def _long_number(text: str, path: str) -> ScenarioError:
    """Return the error for a number of more digits than can be read."""
    found = next((match for match in _LONG_NUMBER.finditer(text) if match["number"]), None)
    line = text.count("\n", 0, found.start()) + 1 if found else 1
    told = f"not valid here: a number of too many digits; expected at most {MAX_DIGITS}"
    return _single(path, line, told)


def _stranger(text: str, found: re.Match[str] | None) -> str:
    """Return the words for a character that is not plain ASCII at the place of a fault."""
    if not found or not found[1]:
        return ""
    at = text.split("\n")[int(found[1]) - 1][int(found[2]) - 1 :][:1]
    return f"; here stands {named_character(at)}" if at and not " " <= at <= "~" else ""


def _scenario(reading: FileReading, path: str, digest: str) -> Scenario:
    """Return the scenario; sections are read in the order in which numbers are to be listed."""
    file = reading.file
    scenario = Scenario(
        title=file.title,
        path=path,
        digest=digest,
        summary=file.summary,
        as_of=file.as_of,
        sources=resolve.sources(reading),
        parties=resolve.parties(reading),
        options=resolve.options(reading),
        rules=resolve.rules(reading),
        talks=resolve.talks(reading),
        state=resolve.state(reading),
        changes=resolve.changes(reading),
        ends=resolve.ends(reading),
        payoffs=resolve.payoffs(reading),
        costs=resolve.costs(reading),
        types=behaviour.types(reading),
        signals=behaviour.signals(reading),
        preferences=behaviour.preferences(reading),
        strategies=behaviour.strategies(reading),
        mirror=behaviour.mirror(reading),
        channels=questions.channels(reading),
        levers=questions.levers(reading),
        correlations=questions.correlations(reading),
        record=questions.record(reading),
        claims=questions.claims(reading),
        numbers=MappingProxyType(reading.numbers.found),
        lines=reading.notes.files.dotted(),
    )
    check_size(scenario, reading.notes)
    check_chances(scenario, reading.notes)
    if reading.notes.faulty:
        raise reading.notes.error()
    note_warnings(scenario, file, reading.notes)
    return replace(scenario, warnings=reading.notes.warnings)
