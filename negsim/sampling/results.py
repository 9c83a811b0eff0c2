"""The table of a sweep: the numbers of every point, what was measured there, or why not."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from negsim.analysis.measures.registry import label_name, measures
from negsim.arrays import FloatArray, IntArray
from negsim.errors import UsageError
from negsim.sampling.points import Design

FINISHED = "finished"
"""The key of a manifest under which a sweep that may stop early notes that it has."""

FRAMES = ("pandas", "polars")
"""Packages that make data frames, the first that is installed is used."""


def columns_of(results: Results) -> dict[str, Any]:
    """Return the columns of a table: point, numbers, measures, error; labels in words.

    A label of a point that was not solved is None; other measures are NaN there.
    """
    found: dict[str, Any] = {"point": results.points}
    found |= {name: results.values[:, k] for k, name in enumerate(results.names)}
    for name, column in results.measures.items():
        found[name] = in_words(column) if is_label(name) else column
    found["error"] = list(results.errors)
    return found


def is_label(name: str) -> bool:
    """Tell whether a measure gives places in the list of labels."""
    kind = name.partition(".")[0]
    return kind in measures and measures[kind].unit == "label"


def in_words(codes: FloatArray) -> list[str | None]:
    """Return the labels of codes, None where a point was not solved.

    >>> import numpy as np
    >>> in_words(np.array([1.0, np.nan]))
    ['stalling', None]
    """
    return [None if math.isnan(code) else label_name(code) for code in codes.tolist()]


def frame_of(results: Results, kind: str | None = None) -> Any:
    """Return the table as a data frame of pandas or polars, one row a point.

    Parameters
    ----------
    kind
        ``pandas`` or ``polars``; by default the first of them that is installed.

    Raises
    ------
    UsageError
        If it is not installed, or is neither.
    """
    if kind is not None and kind not in FRAMES:
        raise UsageError(f'data frame "{kind}", expected one of: {", ".join(FRAMES)}')
    for name in FRAMES if kind is None else (kind,):
        try:
            package = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        return package.DataFrame(columns_of(results))
    raise UsageError(
        f"a data frame needs {kind or ' or '.join(FRAMES)}, which is not installed; the columns "
        "are there as arrays: names, values, measures"
    )


@dataclass(frozen=True)
class Results:
    """The results of a sweep, sorted by point: P points that are done.

    Attributes
    ----------
    names
        the dotted names of the numbers that varied.
    points
        (P,) the place of each row in the design.
    values
        (P, number of names) the numbers at each point.
    measures
        for each measure its values, shape (P,); NaN where a point could not be solved.
    errors
        for each row why the point could not be solved, None where it was.
    manifest
        what the sweep was: scenario, design, measures, versions, command line.
    planned
        (design's points, number of names) the numbers at every point of the design, done or not.
    """

    names: tuple[str, ...]
    points: IntArray
    values: FloatArray
    measures: Mapping[str, FloatArray]
    errors: tuple[str | None, ...]
    manifest: Mapping[str, Any]
    planned: FloatArray

    @property
    def design(self) -> Design:
        """Return the design of which the rows are points."""
        return Design.from_dict({**self.manifest["design"], "values": self.planned})

    @property
    def complete(self) -> bool:
        """Tell whether every point of the design is done, or all that was wanted of it."""
        return FINISHED in self.manifest or len(self.points) == len(self.planned)

    @property
    def num_failed(self) -> int:
        """Return how many points could not be solved."""
        return sum(error is not None for error in self.errors)

    def to_frame(self, kind: str | None = None) -> Any:
        """Return the table as a data frame; see :func:`negsim.sampling.results.frame_of`."""
        return frame_of(self, kind)

    def to_dict(self) -> dict[str, Any]:
        """Return the table and the manifest as plain values."""
        return {
            "names": list(self.names),
            "points": self.points.tolist(),
            "values": self.values.tolist(),
            "measures": {name: column.tolist() for name, column in self.measures.items()},
            "errors": list(self.errors),
            "manifest": dict(self.manifest),
        }
