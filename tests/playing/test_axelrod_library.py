"""Deterministic entries of 1980, turn by turn as the Axelrod library 4.14.0 plays them.

The turns were written down from that library (``Match`` against a ``MockPlayer`` of each script);
nothing of it is needed to run this.
"""

from __future__ import annotations

from types import ModuleType

import pytest

from negsim.playing.reading import read
from tests.oracles.axelrod_1980 import parse

TURNS = [
    (
        "tit_for_tat",
        "DCCCCCCCDCDCCCCCCCCCCCCCDDCCCCCDCDCCCCCC",
        "CDCCCCCCCDCDCCCCCCCCCCCCCDDCCCCCDCDCCCCC",
    ),
    (
        "grim",
        "DCCCCCCCDCDCCCCCCCCCCCCCDDCCCCCDCDCCCCCC",
        "CDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD",
    ),
    (
        "davis",
        "DCCCCCCCDCDCCCCCCCCCCCCCDDCCCCCDCDCCCCCC",
        "CCCCCCCCCCDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD",
    ),
    (
        "shubik",
        "DCCCCCCCDCDCCCCCCCCCCCCCDDCCCCCDCDCCCCCC",
        "CDCCCCCCCDDCCCCCCCCCCCCCCDDDCCCCDDDDCCCC",
    ),
    (
        "nydegger",
        "DCCCCCCCDCDCCCCCCCCCCCCCDDCCCCCDCDCCCCCC",
        "CDDDCCDCCDCDCDDCCDCCDCCDCCCCCCCCCCCCCCCC",
    ),
    (
        "tit_for_tat",
        "CCCCDCDCDCCCCCCCCCCCCCCDCDDCCCDCDCCDCCCD",
        "CCCCCDCDCDCCCCCCCCCCCCCCDCDDCCCDCDCCDCCC",
    ),
    (
        "grim",
        "CCCCDCDCDCCCCCCCCCCCCCCDCDDCCCDCDCCDCCCD",
        "CCCCCDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD",
    ),
    (
        "davis",
        "CCCCDCDCDCCCCCCCCCCCCCCDCDDCCCDCDCCDCCCD",
        "CCCCCCCCCCDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD",
    ),
    (
        "shubik",
        "CCCCDCDCDCCCCCCCCCCCCCCDCDDCCCDCDCCDCCCD",
        "CCCCCDCDDCCCCCCCCCCCCCCCDDDCCCCDDDDCDDDD",
    ),
    (
        "nydegger",
        "CCCCDCDCDCCCCCCCCCCCCCCDCDDCCCDCDCCDCCCD",
        "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC",
    ),
    (
        "tit_for_tat",
        "CDCCCCCCDCDDCDCCDCDCCDDCCDCCCDDCDCCCCCCD",
        "CCDCCCCCCDCDDCDCCDCDCCDDCCDCCCDDCDCCCCCC",
    ),
    (
        "grim",
        "CDCCCCCCDCDDCDCCDCDCCDDCCDCCCDDCDCCCCCCD",
        "CCDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD",
    ),
    (
        "davis",
        "CDCCCCCCDCDDCDCCDCDCCDDCCDCCCDDCDCCCCCCD",
        "CCCCCCCCCCDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD",
    ),
    (
        "shubik",
        "CDCCCCCCDCDDCDCCDCDCCDDCCDCCCDDCDCCCCCCD",
        "CCDCCCCCCDDCDDDCCDDDDCDDDDDCCCDDDDDDCCCC",
    ),
    (
        "nydegger",
        "CDCCCCCCDCDDCDCCDCDCCDDCCDCCCDDCDCCCCCCD",
        "CCDCDDCCDCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC",
    ),
    (
        "tit_for_tat",
        "DCDCDDCDCCDDDCDDDDDDDCCDDDDCDCDDDDDCCCDD",
        "CDCDCDDCDCCDDDCDDDDDDDCCDDDDCDCDDDDDCCCD",
    ),
    (
        "grim",
        "DCDCDDCDCCDDDCDDDDDDDCCDDDDCDCDDDDDCCCDD",
        "CDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD",
    ),
    (
        "davis",
        "DCDCDDCDCCDDDCDDDDDDDCCDDDDCDCDDDDDCCCDD",
        "CCCCCCCCCCDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD",
    ),
    (
        "shubik",
        "DCDCDDCDCCDDDCDDDDDDDCCDDDDCDCDDDDDCCCDD",
        "CDCDDCDDDCCDDDDCDDDDDCCCDDDDDDCDDDDDDDCD",
    ),
    (
        "nydegger",
        "DCDCDDCDCCDDDCDDDDDDDCCDDDDCDCDDDDDCCCDD",
        "CDDDDDDDDDDCDCCCCCCCCCCCCCCCCCCCCCCCCCCC",
    ),
]


@pytest.mark.parametrize(("name", "script", "moves"), TURNS)
def test_the_same_turns(games: ModuleType, name: str, script: str, moves: str) -> None:
    table = read(games.prisoners_dilemma(len(script)))
    tables = parse(name).tabulate(table, 0, {})
    memory, found = tables.start, ""
    for index, other in enumerate(script):
        row = tables.act[memory, min(index, tables.act.shape[1] - 1), 0, 0]
        own = int(row.argmax())
        found += "CD"[own]
        memory = int(tables.next[memory, 0, 0, 2 * own + "CD".index(other), 0])
    assert found == moves
