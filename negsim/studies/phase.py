"""Phase diagrams: where in the space of one or two named numbers each label is found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.sweep.design import Design
from negsim.sweep.store import Results


@dataclass(frozen=True)
class Phase:
    """What a party's start looks like over a grid of one or two named numbers.

    Arrays have the shape of the grid, the first number varying slowest; a point that could not be
    solved has label -1 and NaN elsewhere.
    """

    names: tuple[str, ...]
    axes: tuple[FloatArray, ...]
    party: str
    labels: IntArray
    delay: FloatArray
    agreement: FloatArray
    end_round: FloatArray


def phase_measures(party: str) -> list[str]:
    """Return the measures that a phase diagram needs."""
    return [f"label.{party}", f"delay.{party}", "agreement_chance", "end_round"]


def phase(results: Results, design: Design, party: str) -> Phase:
    """Return the phase diagram of a party from the results over a grid design."""
    shape = design.shape
    found = [results.measures[name].reshape(shape) for name in phase_measures(party)]
    axes = tuple(np.unique(design.values[:, column]) for column in range(len(design.names)))
    labels = np.nan_to_num(found[0], nan=-1.0).astype(np.int64)
    return Phase(design.names, axes, party, labels, found[1], found[2], found[3])
