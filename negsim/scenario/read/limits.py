"""How much a file may hold: what no negotiation needs is refused before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from negsim.scenario.read.lines import Place

MAX_ENTRIES = 5_000
"""Most entries of one table or list."""

MAX_VALUES = 50_000
"""Most entries of all tables and lists together."""

MAX_NESTING = 32
"""Most tables and lists inside one another; the format needs 7."""

MOST: Mapping[str, int] = {
    "parties": 100,
    "options": 200,
    "rules": 200,
    "state": 50,
    "changes": 20,
    "ends": 100,
}
"""Most entries of the sections of which everything else is combined."""


def excess(data: Mapping[str, Any]) -> tuple[Place, str] | None:
    """Return the place where a file's data holds too much, with the message; None if it does not.

    >>> excess({"parties": {f"p{number}": {} for number in range(200)}})
    (('parties',), '200 entries; expected at most 100')
    """
    total = 0
    for place, depth, size in _sizes(data):
        total += size
        most = MOST.get(place[0], MAX_ENTRIES) if depth == 1 else MAX_ENTRIES
        if depth > MAX_NESTING:
            return place, f"nested deeper than {MAX_NESTING} tables and lists; expected fewer"
        if size > most:
            return place, f"{size:,} entries; expected at most {most:,}"
        if total > MAX_VALUES:
            return place, f"brings the file to more than {MAX_VALUES:,} entries; expected fewer"
    return None


def _sizes(data: Mapping[str, Any]) -> Iterator[tuple[Place, int, int]]:
    """Return place (at most three parts), depth and size of every table and list, walked flat."""
    waiting: list[tuple[Place, int, Any]] = [((), 0, data)]
    while waiting:
        place, depth, value = waiting.pop()
        yield place, depth, len(value)
        inside = value.items() if isinstance(value, Mapping) else ((None, each) for each in value)
        for key, each in inside:
            if isinstance(each, Mapping | list):
                below = place if key is None or len(place) == 3 else (*place, key)
                waiting.append((below, depth + 1, each))
