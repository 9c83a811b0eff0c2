"""Phase diagrams: where in the space of two named numbers each label is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from negsim.arrays import FloatArray, IntArray
from negsim.scenario.model import Scenario
from negsim.sweep.design import Design
from negsim.sweep.run import sweep
from negsim.sweep.store import Results

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Phase:
    """Labels of one party at the start of the talks over a grid of one or two named numbers.

    ``labels`` and ``delay`` have the shape of the grid, the first number varying slowest; a point
    that could not be solved has label -1.
    """

    names: tuple[str, ...]
    axes: tuple[FloatArray, ...]
    party: str
    labels: IntArray
    delay: FloatArray
    agreement: FloatArray


def phase_measures(party: str) -> list[str]:
    """Return the measures that a phase diagram needs."""
    return [f"label.{party}", f"delay.{party}", "agreement_chance", "end_round"]


def phase(
    scenario: Scenario,
    party: str,
    design: Design,
    out: Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    command: str = "",
) -> Phase:
    """Return the phase diagram of a party over a grid design."""
    results = sweep(
        scenario,
        design,
        phase_measures(party),
        out=out,
        workers=workers,
        progress=progress,
        command=command,
    )
    return phase_from(results, design, party)
