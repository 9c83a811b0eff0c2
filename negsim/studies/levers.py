"""Levers: the values of one number at which a party's label at the start of the talks changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from negsim.analysis.frozen import channels_of
from negsim.analysis.stalling import UNTESTED, WAITING
from negsim.arrays import FloatArray, IntArray
from negsim.scenario.domain import is_whole
from negsim.scenario.model import Lever, Scenario
from negsim.sweep.worker import evaluate_points

SCAN = 17
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

    Crossings closer together than the scan's spacing can be missed. ``frozen`` holds the labels
    with every declared channel off: what else there is to make a party refuse.
    """

    lever: Lever
    values: FloatArray
    labels: IntArray
    delay: FloatArray
    frozen: IntArray
    crossings: tuple[Crossing, ...]


def scan_levers(scenario: Scenario, party: str, threads: int = 1) -> tuple[LeverScan, ...]:
    """Scan every lever for the labels of one party and narrow down each change by bisection.

    Cost: SCAN points a lever, and some six a crossing.
    """
    levers = scenario.levers
    if not levers:
        return ()
    grids = [scanned(lever) for lever in levers]
    which = np.repeat(np.arange(len(levers)), SCAN)
    codes, delays = labels_at(scenario, which, np.concatenate(grids), party, threads)
    off, _ = labels_at(frozen(scenario, party), which, np.concatenate(grids), party, threads)
    if channels_of(scenario, party):
        off = np.where(off == UNTESTED, WAITING, off)
    shape = (len(levers), SCAN)
    labels, delay, rest = codes.reshape(shape), delays.reshape(shape), off.reshape(shape)
    crossings = narrow(scenario, party, grids, labels, threads)
    return tuple(
        LeverScan(lever, grids[k], labels[k], delay[k], rest[k], crossings[k])
        for k, lever in enumerate(levers)
    )


def scanned(lever: Lever) -> FloatArray:
    """Return the values at which a lever is scanned; whole ones for a number that is whole."""
    values = np.linspace(float(lever.low), float(lever.high), SCAN)
    return np.rint(values) if is_whole(lever.sets) else values


def frozen(scenario: Scenario, party: str) -> Scenario:
    """Return the scenario with every channel of a party switched off for good."""
    channels = channels_of(scenario, party)
    off = {name: value for channel in channels for name, value in channel.off.items()}
    return replace(scenario.set(off), channels=())


def narrow(
    scenario: Scenario,
    party: str,
    grids: list[FloatArray],
    labels: IntArray,
    threads: int,
) -> list[tuple[Crossing, ...]]:
    """Bisect every change of label along every lever at the same time.

    The crossing of a whole number lies half way between the two values beside it.
    """
    which, places = np.nonzero(np.diff(labels, axis=1))
    values = np.array(grids)
    low, high = values[which, places], values[which, places + 1]
    before, after = labels[which, places], labels[which, places + 1]
    whole = np.array([is_whole(lever.sets) for lever in scenario.levers])[which]
    width = np.where(whole, 1.0, TOLERANCE * (values[which, -1] - values[which, 0]))
    while len(which) and ((high - low) > width).any():
        middle = np.where(whole, np.floor((low + high) / 2), (low + high) / 2)
        found, _ = labels_at(scenario, which, middle, party, threads)
        same = found == before
        after = np.where(same, after, found)
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    rows: list[list[Crossing]] = [[] for _ in grids]
    for lever, value, below, above in zip(which, (low + high) / 2, before, after, strict=True):
        rows[lever].append(Crossing(float(value), int(below), int(above)))
    return [tuple(row) for row in rows]


def labels_at(
    scenario: Scenario, which: IntArray, values: FloatArray, party: str, threads: int
) -> tuple[IntArray, FloatArray]:
    """Return the party's label (-1: not solved) and value of delay, one lever moved at a time.

    ``which`` is the place of the lever that takes the value at each point.
    """
    names = tuple(dict.fromkeys(lever.sets for lever in scenario.levers))
    column = np.array([names.index(lever.sets) for lever in scenario.levers])
    points = np.tile([scenario.value(name) for name in names], (len(values), 1))
    points[np.arange(len(values)), column[which]] = values
    measures = [f"label.{party}", f"delay.{party}"]
    columns, _ = evaluate_points(scenario, names, points, measures, threads)
    labels = np.nan_to_num(columns[measures[0]], nan=-1.0).astype(np.int64)
    return labels, columns[measures[1]]
