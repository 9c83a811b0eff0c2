"""Designs that are laid out by hand: the full grid, and one number at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from negsim.arrays import FloatArray
from negsim.errors import UsageError
from negsim.sampling.margins import Margin, check_range
from negsim.sampling.points import Design, check_size

Spacing: TypeAlias = tuple[float, float, int]
"""Lowest value, highest value, number of values."""


def grid(axes: Mapping[str, Spacing], whole: Sequence[str] = ()) -> Design:
    """Return the grid over any number of named numbers, the first varying slowest.

    Values are evenly spaced in exact decimals and then rounded once, so that 0 to 1 in 11 points
    holds the very number 0.3.

    Parameters
    ----------
    axes
        for each dotted name its lowest value, its highest value and the number of values.
    whole
        the names that take whole values only.

    Raises
    ------
    UsageError
        If there is no name, a range is empty or reversed, a bound is not finite, fewer than 2
        values or more than 1,000,000 points are asked for, or a number that takes whole values
        would not get whole values.

    Examples
    --------
    >>> design = grid({"talks.rounds": (1, 3, 3), "parameters.step": (0, 1, 2)})
    >>> design.shape
    (3, 2)
    >>> design.values[:, 1].reshape(design.shape)[0]
    array([0., 1.])
    """
    if not axes:
        raise UsageError("a grid of 0 numbers, expected 1 or more")
    for name, (low, high, count) in axes.items():
        check_axis(name, low, high, count)
    shape = tuple(int(count) for _, _, count in axes.values())
    check_size(shape)
    columns = [spaced(name, *axis, name in whole) for name, axis in axes.items()]
    mesh = np.meshgrid(*columns, indexing="ij")
    values = np.stack([column.reshape(-1) for column in mesh], axis=1)
    return Design("grid", tuple(axes), values, shape=shape)


def one_at_a_time(margins: Sequence[Margin], count: int = 11) -> Design:
    """Return the base case, then each number in turn over its range with the others at their base.

    Parameters
    ----------
    count
        values of each number, both ends included; of a number that takes whole values at most as
        many as there are.

    Raises
    ------
    UsageError
        If there is no number, or fewer than 2 values or too many points are asked for.

    Examples
    --------
    >>> one_at_a_time([Margin("a", 0, 1, 0.5), Margin("b", 2, 4, 3)], 2).values.tolist()
    [[0.5, 3.0], [0.0, 3.0], [1.0, 3.0], [0.5, 2.0], [0.5, 4.0]]
    """
    if not margins:
        raise UsageError("no number to vary, expected one or more")
    columns = []
    for margin in margins:
        fits = min(count, int(margin.high - margin.low) + 1) if margin.whole else count
        check_axis(margin.name, margin.low, margin.high, fits)
        check_size([1 + len(margins) * fits])
        columns.append(_values(margin, fits))
    size = 1 + sum(len(column) for column in columns)
    check_size([size])
    values = np.tile(np.array([margin.base for margin in margins]), (size, 1))
    row = 1
    for place, column in enumerate(columns):
        values[row : row + len(column), place] = column
        row += len(column)
    recipe = {"margins": [margin.to_dict() for margin in margins], "count": count}
    return Design("one_at_a_time", tuple(m.name for m in margins), values, recipe=recipe)


def _values(margin: Margin, count: int) -> FloatArray:
    if margin.whole:
        return np.rint(np.linspace(margin.low, margin.high, count))
    return spaced(margin.name, margin.low, margin.high, count, False)


def check_axis(name: str, low: float, high: float, count: int) -> None:
    """Raise :class:`UsageError` unless a range is finite, not empty, and gets 2 values or more."""
    check_range(name, low, high)
    if not isinstance(count, int | np.integer) or count < 2:
        raise UsageError(f"{name}: {count} values, expected a whole number, 2 or more")


def spaced(name: str, low: float, high: float, count: int, whole: bool) -> FloatArray:
    """Return evenly spaced values, each the float nearest to its exact decimal value.

    Raises
    ------
    UsageError
        If the number takes whole values and some value is not whole.
    """
    first, last = Fraction(repr(float(low))), Fraction(repr(float(high)))
    unit = math.lcm(first.denominator, last.denominator) * (count - 1)
    start, step = int(first * unit), int((last - first) * unit) // (count - 1)
    values = np.array([(start + k * step) / unit for k in range(count)])
    if whole and not (np.floor(values) == values).all():
        broken = values[np.floor(values) != values][0]
        ends_whole = first.denominator == last.denominator == 1
        hint = f"a count such as {last - first + 1}" if ends_whole else "whole bounds"
        raise UsageError(
            f"{name} takes whole numbers only, and {low:g} to {high:g} in {count:,} values gives "
            f"{broken:g}; expected {hint}"
        )
    return values
