"""Levers: the values of one number at which a party's label at the start of the talks changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.scenario.model import Lever, Scenario
from negsim.sweep.worker import evaluate_points

SCAN = 25
"""Points at which a lever's range is scanned before crossings are narrowed down."""

TOLERANCE = 1e-3
"""Width to which a crossing is narrowed down, as a share of the lever's range."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A value at which the label changes, between the labels below and above it (places)."""

    value: float
    below: int
    above: int


@dataclass(frozen=True)
class LeverScan:
    """A lever's range with the label and value of delay along it, and every crossing seen.

    Crossings closer together than the scan's spacing can be missed.
    """

    lever: Lever
    values: FloatArray
    labels: IntArray
    delay: FloatArray
    crossings: tuple[Crossing, ...]


def scan_levers(scenario: Scenario, party: str) -> tuple[LeverScan, ...]:
    """Scan every lever of a scenario for the labels of one party; cost: SCAN points a lever."""
    return tuple(scan_lever(scenario, lever, party) for lever in scenario.levers)


def scan_lever(scenario: Scenario, lever: Lever, party: str) -> LeverScan:
    """Scan one lever and narrow down each change of label by bisection."""
    values = np.linspace(float(lever.low), float(lever.high), SCAN)
    labels, delay = labels_at(scenario, lever.sets, values, party)
    places = np.flatnonzero(np.diff(labels))
    low, high = values[places], values[places + 1]
    while len(places) and (high - low).max() > TOLERANCE * (values[-1] - values[0]):
        middle = (low + high) / 2
        found, _ = labels_at(scenario, lever.sets, middle, party)
        same = found == labels[places]
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    crossings = tuple(
        Crossing(float((a + b) / 2), int(labels[k]), int(labels[k + 1]))
        for a, b, k in zip(low, high, places, strict=True)
    )
    return LeverScan(lever, values, labels, delay, crossings)


def labels_at(
    scenario: Scenario, name: str, values: FloatArray, party: str
) -> tuple[IntArray, FloatArray]:
    """Return the party's label (-1: not solved) and value of delay at values of one number."""
    measures = [f"label.{party}", f"delay.{party}"]
    columns, _ = evaluate_points(scenario, (name,), values[:, None], measures)
    labels = np.nan_to_num(columns[measures[0]], nan=-1.0).astype(np.int64)
    return labels, columns[measures[1]]
