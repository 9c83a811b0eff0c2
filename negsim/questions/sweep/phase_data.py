"""A phase diagram as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from negsim.analysis.delay.stalling import LABELS
from negsim.answers import plain
from negsim.arrays import FloatArray
from negsim.questions.sweep.phase import Phase
from negsim.sampling.manifest import facts_of
from negsim.scenario.model import Scenario


def phase_data(scenario: Scenario, found: Phase) -> dict[str, Any]:
    """Return a phase diagram as numbers and text; the first number varies slowest."""
    return phase_data_of(facts_of(scenario, found.names), found)


def phase_data_of(facts: Mapping[str, Any], found: Phase) -> dict[str, Any]:
    """Return a phase diagram as numbers and text, from the facts in a sweep's manifest."""
    codes, counts = np.unique(found.labels, return_counts=True)
    data: dict[str, Any] = plain(
        {
            "party": found.party,
            "names": list(found.names),
            "titles": [facts["titles"][name] for name in found.names],
            "axes": [axis.tolist() for axis in found.axes],
            "labels": found.labels.tolist(),
            "delay": found.delay.tolist(),
            "agreement": found.agreement.tolist(),
            "end_round": found.end_round.tolist(),
            "solved": found.solved,
            "hangs_on_selection": share_marked(found.marks),
            "shares": {
                label_text(code): count / found.labels.size
                for code, count in zip(codes.tolist(), counts.tolist(), strict=True)
            },
            "base": [facts["base"][name] for name in found.names],
            "ranges": [facts["ranges"][name] for name in found.names],
        }
    )
    return data


def share_marked(marks: FloatArray) -> float:
    """Return the share of the solved points that are marked, NaN if none is solved.

    >>> share_marked(np.array([1.0, 0.0, np.nan, 0.0, 0.0]))
    0.25
    """
    known = marks[np.isfinite(marks)]
    return float(known.mean()) if known.size else float("nan")


def label_text(code: int) -> str:
    """Return the label of a code, or that the point was not solved.

    >>> label_text(1), label_text(-1)
    ('stalling', 'not solved')
    """
    return LABELS[code] if code >= 0 else "not solved"


def phase_table(data: dict[str, Any]) -> list[list[Any]]:
    """Return one row a point: the numbers varied, the label and the measures."""
    points = np.array(np.meshgrid(*data["axes"], indexing="ij")).reshape(len(data["names"]), -1).T
    keys = ("labels", "delay", "agreement", "end_round")
    columns = [np.array(data[key], dtype=object).ravel() for key in keys]
    rows = [
        [*map(float, point), label_text(code), *rest]
        for point, code, *rest in zip(points, *columns, strict=True)
    ]
    return [[*data["names"], "label", "value_of_delay", "agreement_chance", "end_round"], *rows]
