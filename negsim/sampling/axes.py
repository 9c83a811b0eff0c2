"""Axes: the numbers that a study moves, each over its range: levers, or any named number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from negsim.errors import UnknownNameError, UsageError, did_you_mean
from negsim.scenario.model import Number, Scenario


@dataclass(frozen=True, slots=True)
class Axis:
    """A number that is moved over a range: a lever, or any named number."""

    name: str
    label: str
    low: float
    high: float
    lever: str = ""
    whole: bool = False

    @property
    def steps(self) -> int:
        """Return the number of steps of a number that takes whole values, 0 for others."""
        return round(self.high - self.low) if self.whole else 0


def lever_axes(scenario: Scenario) -> tuple[Axis, ...]:
    """Return the levers of a scenario as numbers to move."""
    return tuple(
        Axis(
            each.sets,
            each.label,
            float(each.low),
            float(each.high),
            each.name,
            scenario.number(each.sets).domain.whole,
        )
        for each in scenario.levers
    )


def axis_of(scenario: Scenario, text: str) -> Axis:
    """Return the number to move that a text names: a lever, or a number, or NAME=LO:HI.

    Raises
    ------
    UnknownNameError
        If there is neither a lever nor a number of that name.
    UsageError
        If the number has no range and none is given, or the range given is no range of numbers
        that it can have.
    """
    name, sign, given = (part.strip() for part in text.partition("="))
    levers = {axis.lever: axis for axis in lever_axes(scenario)}
    sets = {axis.name: axis for axis in levers.values()}
    if name not in levers and name not in scenario.numbers:
        raise unknown_axis(scenario, name)
    found = levers.get(name) or sets.get(name)
    number = scenario.number(found.name if found else name)
    if sign:
        low, high = given_range(number, given)
        label = found.label if found else number.name
        return Axis(number.name, label, low, high, whole=number.domain.whole)
    if found:
        return found
    if number.low is None or number.high is None:
        raise UsageError(f"{name} has no range, expected one such as {name}=0:1")
    if number.low == number.high:
        raise UsageError(f"{name}: its range is one value, expected a range such as {name}=0:1")
    return Axis(name, name, float(number.low), float(number.high), whole=number.domain.whole)


def unknown_axis(scenario: Scenario, name: str) -> UnknownNameError:
    """Return the error for a name that is neither that of a lever nor of a number."""
    levers = [lever.name for lever in scenario.levers]
    hint = did_you_mean(name, [*levers, *scenario.numbers])
    known = ", ".join(levers) or "none declared"
    return UnknownNameError(
        f'unknown lever or number "{name}"{hint} (levers: {known}; `negsim list numbers` has all)'
    )


def given_range(number: Number, text: str) -> tuple[float, float]:
    """Return the ends of ``LO:HI``.

    Raises
    ------
    UsageError
        If it is not a range, is reversed or empty, or the number cannot have these values.
    """
    name, parts = number.name, text.split(":")
    try:
        low, high = (float(part) for part in parts)
    except ValueError:
        raise UsageError(f'{name}: expected a range LO:HI, got "{text}"') from None
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UsageError(f"{name}: expected a range of finite numbers LO:HI, got {text}")
    if low >= high:
        word = "reversed" if low > high else "empty"
        raise UsageError(f"{name}: range {low:g} to {high:g} is {word}, expected LO below HI")
    for end in (low, high):
        if not number.domain.admitted(np.array([end]))[0]:
            raise UsageError(f"{name} cannot be {end:g}, expected {number.domain.words}")
    return low, high


def ranged_axes(scenario: Scenario) -> tuple[Axis, ...]:
    """Return every number that has a range, as numbers to move over it."""
    return tuple(
        Axis(
            number.name,
            number.name,
            float(number.low),
            float(number.high),
            whole=number.domain.whole,
        )
        for number in scenario.numbers.values()
        if number.low is not None and number.high is not None and number.low < number.high
    )
