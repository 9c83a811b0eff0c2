"""A phase diagram with what its figure and table say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from negsim.analysis.delay.stalling import LABELS
from negsim.answers import plain
from negsim.arrays import FloatArray
from negsim.questions.sweep.answer import ToldPhase
from negsim.questions.sweep.phase import Phase
from negsim.sampling.manifest import facts_of
from negsim.scenario.model import Scenario


def told_phase(scenario: Scenario, found: Phase) -> ToldPhase:
    """Return a phase diagram with what its figure says of the scenario."""
    return told_phase_of(facts_of(scenario, found.names), found)


def told_phase_of(facts: Mapping[str, Any], found: Phase, seed: int | None = None) -> ToldPhase:
    """Return a phase diagram from the facts in a sweep's manifest."""
    codes, counts = np.unique(found.labels, return_counts=True)
    return ToldPhase(
        party=found.party,
        names=found.names,
        titles=tuple(facts["titles"][name] for name in found.names),
        axes=found.axes,
        labels=found.labels,
        delay=found.delay,
        agreement=found.agreement,
        end_round=found.end_round,
        solved=found.solved,
        hangs_on_selection=share_marked(found.marks),
        shares={
            label_text(code): count / found.labels.size
            for code, count in zip(codes.tolist(), counts.tolist(), strict=True)
        },
        base=tuple(facts["base"][name] for name in found.names),
        ranges=tuple((low, high) for low, high in (facts["ranges"][n] for n in found.names)),
        seed=seed,
    )


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


def phase_table(phase: ToldPhase) -> list[list[Any]]:
    """Return one row a point: the numbers varied, the label and the measures."""
    points = np.array(np.meshgrid(*phase.axes, indexing="ij")).reshape(len(phase.names), -1).T
    measured = (phase.labels, phase.delay, phase.agreement, phase.end_round)
    columns = [plain(column.ravel()) for column in measured]
    rows = [
        [*map(float, point), label_text(code), *rest]
        for point, code, *rest in zip(points, *columns, strict=True)
    ]
    return [[*phase.names, "label", "value_of_delay", "agreement_chance", "end_round"], *rows]
