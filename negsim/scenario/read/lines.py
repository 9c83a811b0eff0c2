"""On which line of a scenario file each table and key stands."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

Place: TypeAlias = tuple[str, ...]

MAX_DEPTH = 6
"""Keys are indexed to this depth; the format nests no deeper."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*+")
_SPACE = re.compile(r"[ \t]*+")
_KEY = re.compile(r"""(?P<bare>[A-Za-z0-9_-]++)|(?P<quoted>"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')""")
_PART_OF_VALUE = re.compile(
    r'''(?P<text>"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|\'{3}(?:[^']|'(?!''))*+'{3,5}'''
    r"""|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
    r"""|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comment>\#[^\n]*)|(?P<end>\n)|(?P<other>[^"'\[\]{}#\n]++)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a file's tables and keys, by place: the path of keys from the top."""

    places: Mapping[Place, int]

    def known(self, place: Place) -> int:
        """Return how many parts of the place, from the first, the file has."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.places:
                return length
        return 0

    def find(self, place: Place) -> int:
        """Return the line of the place, or of the nearest table around it, or 1."""
        return self.places.get(place[: self.known(place)], 1)


@dataclass(frozen=True, slots=True)
class Chain:
    """The files of a scenario, each with its lines: the one that is loaded, then those below."""

    files: tuple[tuple[str, Lines], ...]

    def find(self, place: Place) -> tuple[str, int]:
        """Return the file that says most of a place, the uppermost such, and the line there."""
        path, lines = max(self.files, key=lambda file: file[1].known(place))
        return path, lines.find(place)

    def dotted(self) -> Mapping[str, tuple[str, int]]:
        """Return file and line by dotted name, such as ``rules.full_includes_energy``."""
        found = {}
        for path, lines in reversed(self.files):
            found.update({".".join(place): (path, line) for place, line in lines.places.items()})
        return MappingProxyType(found)


def index(text: str) -> Lines:
    r"""Return the index of a text that is TOML; an inline table counts at the line of its start.

    >>> index("[a]\nb = 1\n[a.'c d']\n").find(("a", "c d", "e"))
    3
    """
    return Lines(MappingProxyType(_Scanner(text).scan()))


class _Scanner:
    """A walk over the statements of a text: headers and keys are noted, values skipped."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.ends = [match.start() for match in re.finditer("\n", text)]
        self.places: dict[Place, int] = {}

    def scan(self) -> dict[Place, int]:
        table: Place = ()
        while self.skip(_BLANK) < len(self.text):
            line = bisect_right(self.ends, self.position - 1) + 1
            header = self.text[self.position] == "["
            self.position += 2 if self.text.startswith("[[", self.position) else int(header)
            place = self.key()
            if not place:
                break
            table = place if header else table
            self.note(place if header else table + place, line)
            self.value()
        return self.places

    def note(self, place: Place, line: int) -> None:
        for length in range(1, min(len(place), MAX_DEPTH) + 1):
            self.places.setdefault(place[:length], line)

    def skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.position

    def key(self) -> Place:
        """Read a dotted key; an empty place if there is none."""
        parts = []
        self.skip(_SPACE)
        while match := _KEY.match(self.text, self.position):
            parts.append(match["bare"] or _unquoted(match["quoted"]))
            self.position = match.end()
            self.skip(_SPACE)
            if not self.text.startswith(".", self.position):
                break
            self.position += 1
            self.skip(_SPACE)
        return tuple(parts)

    def value(self) -> None:
        """Skip to the end of the statement: a line's end outside texts and brackets."""
        depth = 0
        while match := _PART_OF_VALUE.match(self.text, self.position):
            self.position = match.end()
            depth += {"open": 1, "close": -1}.get(match.lastgroup or "", 0)
            if match.lastgroup == "end" and depth <= 0:
                return


def _unquoted(key: str) -> str:
    return str(tomllib.loads(f"key = {key}")["key"])
