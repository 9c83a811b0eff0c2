"""Chances that are expressions stay within [0, 1], wherever state, outcome and ranges may take them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray
from negsim.expressions import Expression
from negsim.scenario.model import Change, Number, Option, Rule, Variable
from negsim.scenario.notes import Notes

MAX_POINTS = 200_000
"""Most combinations at which one chance is evaluated."""

Values = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What chances depend on: the state, the options and rules, the parameters."""

    state: Mapping[str, Variable]
    options: Mapping[str, Option]
    rules: Sequence[Rule]
    numbers: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class _Axis:
    """One thing that a chance depends on: its key, its values, and the value it starts from."""

    key: str
    values: Values
    base: float


def check_chances(changes: Sequence[Change], around: Surroundings, notes: Notes) -> None:
    """Note a fault for every chance that leaves [0, 1] where its change can happen.

    A chance is evaluated for all values of the state, options and stances that it or its guard
    mentions, at the base values of its parameters and at the corners of their ranges; if those
    are more than 200,000 points, at one-at-a-time deviations from the start. Points are left
    out if the guard does not hold there, if they break a rule, or if an option is in effect
    that a party refuses.
    """
    for change in changes:
        if change.chance.text != f"changes.{change.name}.chance":
            _check(change, around, notes)


def _check(change: Change, around: Surroundings, notes: Notes) -> None:
    outcome, parameters = _axes(change, around)
    for points in _grids(outcome, parameters):
        environment = _environment(points, around)
        happens = _happens(change, environment, around)
        chance = np.broadcast_to(change.chance.evaluate(environment), happens.shape)
        outside = np.where(happens, _excess(chance), 0.0)
        worst = int(np.argmax(outside))
        if outside[worst] > CHANCE_TOLERANCE:
            place = ("changes", change.name, "chance")
            where = _where(change.chance, points, worst)
            notes.fault(place, f"chance {_reach(chance[worst])}{where}; expected within [0, 1]")
            return


"""unfinished"""
