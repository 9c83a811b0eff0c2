"""The answer of ``negsim robust`` as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from negsim.answers import plain
from negsim.questions.trust.answer import Robust


def robust_tables(answer: Robust) -> dict[str, list[list[Any]]]:
    """Return the tables of the answer by name, each with its heads as the first row."""
    swings, far = answer.tornado.swings, ("name", "base", "low", "high", "value", "half_ranges")
    tables = {
        "conclusions": rows(answer.headlines, "name", "is", "share", "low", "high"),
        "distances": rows(answer.distances, *far),
        "tornado": rows(swings, "name", "low", "high", "at_low", "at_high"),
    }
    if answer.indices is not None:
        tables["indices"] = rows(answer.indices.rows, "name", "first", "total")
    return tables


def rows(found: Sequence[Any], *names: str) -> list[list[Any]]:
    """Return rows of some fields under their names in JSON."""
    told = [plain(each) for each in found]
    return [list(names), *([each[name] for name in names] for each in told)]
