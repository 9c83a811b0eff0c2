"""A scenario that extends another: the files of a chain, merged into one table of data.

A variant holds only its differences. Tables are merged key by key, other values replaced; what
matches a pattern in ``drop`` is taken out of the file extended first. Claims are statements about
one file and are not handed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from negsim.scenario.read.lines import Place
from negsim.scenario.words import got

LIBRARY = "negsim:"
"""What a path begins with that is looked up among the scenarios shipped with the package."""

MAX_CHAIN = 8
OWN = ("claims", "extends", "drop")
"""Keys of a file that a variant of it does not take over."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a file's paths are looked up: in its own folder, and never outside of a root.

    The root is the folder of the file that is loaded; for a file of the library, the library. A
    text has neither.
    """

    folder: Path | None = None
    root: Path | None = None

    @classmethod
    def of(cls, file: Path, root: Path | None = None) -> Home:
        """Return the home of a file that is loaded, or extended by one that has a root."""
        shipped = library()
        if shipped is not None and _lies_in(file, shipped):
            return cls(file.parent, shipped)
        return cls(file.parent, root or file.parent)

    def find(self, written: object) -> Path | str:
        """Return the path of a file that is extended, or what is wrong with it in words."""
        if not isinstance(written, str) or not written.strip() or "\0" in written:
            return f"expected the path of a scenario file, got {got(written)}"
        from_library = written.startswith(LIBRARY)
        folder, root = (library(), library()) if from_library else (self.folder, self.root)
        if folder is None or root is None:
            return f'expected "{LIBRARY}NAME.toml": a text has no folder to look in'
        path = Path(written.removeprefix(LIBRARY))
        try:
            found = (folder / path).resolve()
            leaves = path.is_absolute() or not _lies_in(found, root)
        except (OSError, ValueError, RuntimeError):
            return f"expected the path of a scenario file, got {got(written)}"
        if leaves:
            whose = "negsim's scenarios" if root == library() else "the file that is loaded"
            return f"leaves the folder of {whose}; expected a path inside it, got {got(written)}"
        return found


def _lies_in(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


def library() -> Path | None:
    """Return the folder of the scenarios that are shipped with the package, if it is there."""
    package = Path(__file__).parents[2]
    for folder in (package / "shipped", package.parent / "scenarios"):
        if folder.is_dir():
            return folder
    return None


def merged(base: Mapping[str, Any], variant: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a variant on top of that of the file it extends.

    >>> merged({"a": {"x": 1, "y": 2}, "claims": {"c": {}}}, {"a": {"y": 3}, "extends": "b.toml"})
    {'a': {'x': 1, 'y': 3}}
    """
    kept = {key: value for key, value in base.items() if key not in OWN}
    return _over(kept, {key: value for key, value in variant.items() if key not in OWN[1:]})


def _over(base: Mapping[str, Any], variant: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(base)
    for key, value in variant.items():
        below = found.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        found[key] = _over(below, value) if both and below is not None else value
    return found


def dropped(data: Mapping[str, Any], patterns: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the data without what some patterns match, and the patterns that match nothing.

    A pattern is a dotted name in which ``*`` stands for any characters of one part.

    >>> dropped({"ends": {"signed": {}, "left": {}}}, ["ends.si*", "ends.x"])
    ({'ends': {'left': {}}}, ['ends.x'])
    """
    idle = []
    for pattern in patterns:
        hits = [place for place in _places(data) if _matches(place, pattern)]
        if not hits:
            idle.append(pattern)
        for place in hits:
            data = _without(data, place)
    return dict(data), idle


def unmatched(pattern: str) -> str:
    """Return the message for a pattern that matches nothing."""
    return f"{got(pattern)} matches nothing in the file extended; expected a dotted name in it"


def _places(data: Mapping[str, Any], before: Place = ()) -> Iterator[Place]:
    for key, value in data.items():
        place = (*before, key)
        yield place
        if isinstance(value, Mapping) and len(place) < 6:
            yield from _places(value, place)


def _matches(place: Place, pattern: str) -> bool:
    parts = pattern.split(".")
    return len(parts) == len(place) and all(map(fnmatchcase, place, parts))


def _without(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    found = dict(data)
    if place[0] not in found:
        return found
    if len(place) == 1:
        del found[place[0]]
    elif isinstance(found[place[0]], Mapping):
        found[place[0]] = _without(found[place[0]], place[1:])
    return found
