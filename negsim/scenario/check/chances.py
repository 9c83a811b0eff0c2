"""Chances that are expressions stay within [0, 1] wherever state, outcome and ranges take them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray
from negsim.expressions import Expression, Stance
from negsim.scenario.model import Change, Scenario
from negsim.scenario.read.notes import Notes

MAX_POINTS = 200_000
"""Most points at which one chance is evaluated, apart from the base points."""


@dataclass(frozen=True, slots=True)
class Span:
    """One thing that a chance depends on, its values, and the value it has at first.

    The key is a name, or ``party.option`` for what a party says: a place in its stances.
    """

    key: str
    values: tuple[float, ...]
    base: float

    def fixed(self) -> Span:
        """Return the axis with no other value than its first."""
        return replace(self, values=(self.base,))


def check_chances(scenario: Scenario, notes: Notes) -> None:
    """Note a fault for every chance that leaves [0, 1] where its change can happen.

    Chances that are plain numbers are checked as numbers, not here. A chance is evaluated at
    all values of the state, options and stances that it or its guard mentions, with the
    parameters at their values and at the corners of their ranges; where that makes more than
    200,000 points, parameters (and if need be all else) move one at a time. Points at which the
    guard does not hold, a rule is broken, or stances and effect disagree are left out.
    """
    around = _Surroundings(scenario)
    for change in scenario.changes:
        names = change.chance.names() | change.when.names()
        asked = {stance.option for stance in change.chance.stances() | change.when.stances()}
        if all(around.knows(name) for name in names) and asked <= around.options.keys():
            _check(change, around, notes)


class _Surroundings:
    """What chances depend on, by name."""

    def __init__(self, scenario: Scenario) -> None:
        self.state = {variable.name: variable for variable in scenario.state}
        self.options = {option.name: option for option in scenario.options}
        self.rules = scenario.rules
        self.numbers = scenario.numbers

    def knows(self, name: str) -> bool:
        """Tell whether a name of an expression is that of a sound table."""
        return name in self.state or name in self.options or f"parameters.{name}" in self.numbers


def _check(change: Change, around: _Surroundings, notes: Notes) -> None:
    stances = change.chance.stances() | change.when.stances()
    names = change.chance.names() | change.when.names()
    outcome = _outcome_axes(names, stances, around)
    for axes in _grids(outcome, _parameter_axes(names, around)):
        points = _product(axes)
        environment = points | _answers(points, stances, around)
        happens = _possible(points, environment, around) & _holds(change.when, environment)
        size = math.prod(len(axis.values) for axis in axes)
        chance = np.broadcast_to(change.chance.evaluate(environment), size)
        excess = np.where(happens, _excess(chance), 0.0)
        worst = int(np.argmax(excess))
        if excess[worst] > CHANCE_TOLERANCE:
            point = {key: float(np.broadcast_to(part, size)[worst]) for key, part in points.items()}
            message = _words(change.chance, float(chance[worst]), point, around)
            notes.fault(("changes", change.name, "chance"), message)
            return


def _outcome_axes(
    names: frozenset[str], stances: frozenset[Stance], around: _Surroundings
) -> list[Span]:
    axes = []
    for name, variable in around.state.items():
        if name in names:
            start = around.numbers[f"state.{name}.start"].value
            axes.append(Span(name, tuple(map(float, range(variable.levels))), float(start)))
    for name, option in around.options.items():
        if name in names:
            axes.append(Span(name, tuple(map(float, range(option.top + 1))), 0.0))
    for party, asked in sorted({(stance.party, stance.option) for stance in stances}):
        count = len(around.options[asked].stances(party))
        axes.append(Span(f"{party}.{asked}", tuple(map(float, range(count))), 0.0))
    return axes


def _parameter_axes(names: frozenset[str], around: _Surroundings) -> list[Span]:
    axes = []
    for dotted, number in around.numbers.items():
        name = dotted.removeprefix("parameters.")
        if dotted != name and name in names:
            value = float(number.value)
            ends = {value if end is None else float(end) for end in (number.low, number.high)}
            axes.append(Span(name, tuple(sorted(ends)), value))
    return axes


def _grids(outcome: list[Span], parameters: list[Span]) -> Iterator[list[Span]]:
    """Return the grids to evaluate, together at most about 200,000 points."""
    still = [axis.fixed() for axis in parameters]
    size, corners = (math.prod(len(axis.values) for axis in part) for part in (outcome, parameters))
    if size * (2 * len(parameters) + 1) > MAX_POINTS:
        yield from _one_at_a_time([], outcome + parameters)
    elif size * corners > MAX_POINTS:
        yield from _one_at_a_time(outcome, parameters)
    else:
        yield outcome + still
        yield outcome + parameters


def _one_at_a_time(always: list[Span], axes: list[Span]) -> Iterator[list[Span]]:
    still = [axis.fixed() for axis in axes]
    yield always + still
    for place, axis in enumerate(axes):
        yield [*always, *still[:place], axis, *still[place + 1 :]]


def _product(axes: list[Span]) -> dict[str, FloatArray]:
    """Return every combination of the axes' values: a flat array for each key."""
    moving = [axis for axis in axes if len(axis.values) > 1]
    grid = np.meshgrid(*(np.array(axis.values) for axis in moving), indexing="ij")
    points = {axis.key: np.array(axis.values[0]) for axis in axes}
    points |= {axis.key: part.ravel() for axis, part in zip(moving, grid, strict=True)}
    return points


def _answers(
    points: Mapping[str, FloatArray], stances: frozenset[Stance], around: _Surroundings
) -> dict[str, FloatArray]:
    """Return the truth of each question about a stance."""
    found = {}
    for stance in stances:
        number = around.options[stance.option].stances(stance.party).index(stance.stance)
        found[stance.key] = 1.0 * (points[f"{stance.party}.{stance.option}"] == number)
    return found


def _possible(
    points: Mapping[str, FloatArray], environment: Mapping[str, FloatArray], around: _Surroundings
) -> BoolArray:
    """Tell where rules hold and no option is in effect beyond, or short of, all consents."""
    possible = np.array(True)
    for rule in around.rules:
        if rule.expression.names() <= points.keys():
            possible = possible & _holds(rule.expression, environment)
    for name, option in around.options.items():
        said = [points[f"{p}.{name}"] for p in option.parties if f"{p}.{name}" in points]
        if name in points and said and option.stay is None:
            most = np.minimum.reduce([np.minimum(words, option.top) for words in said])
            sure = np.logical_and.reduce([words <= option.top for words in said])
            sure = sure & (len(said) == len(option.parties))
            possible = possible & (points[name] <= most) & ~(sure & (points[name] < most))
    return possible


def _holds(expression: Expression, environment: Mapping[str, FloatArray]) -> BoolArray:
    return np.asarray(expression.evaluate(environment) != 0)


def _excess(chance: FloatArray) -> FloatArray:
    """Return how far outside [0, 1] chances are; infinitely far where they are no numbers."""
    outside = np.maximum(chance - 1, -chance)
    return np.where(np.isfinite(chance), np.maximum(outside, 0.0), np.inf)


def _words(
    expression: Expression, chance: float, point: Mapping[str, float], around: _Surroundings
) -> str:
    """Return the message about a chance and the point at which it is taken."""
    asked = {f"{stance.party}.{stance.option}" for stance in expression.stances()}
    mentioned = asked | expression.names()
    parts = [_part(key, value, around) for key, value in point.items() if key in mentioned]
    reach = f"reaches {chance:g}" if math.isfinite(chance) else "is not a finite number"
    where = f" at {', '.join(parts)}" if parts else ""
    return f"chance {reach}{where}; expected within [0, 1]"


def _part(key: str, value: float, around: _Surroundings) -> str:
    if "." in key:
        party, _, option = key.partition(".")
        return f'{key} == "{around.options[option].stances(party)[int(value)]}"'
    if key in around.options and around.options[key].levels:
        return f"{key} == {('0', *around.options[key].levels)[int(value)]}"
    if key in around.options:
        return f"{key} {'in effect' if value else 'not in effect'}"
    return f"{key} = {value:g}"
