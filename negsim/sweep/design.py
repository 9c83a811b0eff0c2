"""Designs: the points at which a sweep solves a scenario, one value for each named number a row."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from negsim.arrays import FloatArray, frozen
from negsim.errors import UsageError
from negsim.scenario.domain import admitted, domain_of, is_whole
from negsim.scenario.model import Number, Scenario
from negsim.scenario.words import shown

MAX_POINTS = 1_000_000
"""Most points of a design."""

MAX_GRID_NAMES = 2
FORM = "expected NAME=LO:HI:N, for example parameters.front_speed=0:0.2:21"

Axis: TypeAlias = tuple[float, float, int]
"""Lowest value, highest value, number of values."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Points to solve: ``values`` has shape (points, names), one row a point, read-only.

    Attributes
    ----------
    kind
        how the points were chosen: ``grid`` or ``latin_hypercube``.
    names
        the dotted names of the numbers that vary, in the order of the columns.
    seed
        the seed of a random design; None for the others.
    shape
        number of values of each name of a grid; then ``values[:, j].reshape(shape)`` lays column
        j out with the first name varying slowest. Empty for the others.

    Raises
    ------
    UsageError
        If names repeat, there is no name or no point, sizes do not fit, a value is not finite.

    Examples
    --------
    >>> design = grid({"parameters.front_speed": (0, 0.2, 3)})
    >>> design.values
    array([[0. ],
           [0.1],
           [0.2]])
    """

    kind: str
    names: tuple[str, ...]
    values: FloatArray
    seed: int | None = None
    shape: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Copy the values, make them read-only and check them."""
        values = np.array(self.values, dtype=float) + 0.0
        names = tuple(self.names)
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise UsageError(f"{twice} is varied twice, expected each number once")
        if not names or values.ndim != 2 or values.shape[1] != len(names) or not len(values):
            raise UsageError(
                f"a design of {len(names)} numbers needs values of shape "
                f"(points, {len(names)}), at least one of each; got {values.shape}"
            )
        if self.shape and math.prod(self.shape) != len(values):
            raise UsageError(f"a grid of shape {self.shape} cannot have {len(values)} points")
        if not np.isfinite(values).all():
            raise UsageError("a design needs finite values, got NaN or infinity")
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "values", frozen(values))

    @property
    def size(self) -> int:
        """Return the number of points."""
        return len(self.values)

    @property
    def digest(self) -> str:
        """Return a digest of everything in the design, 64 hexadecimal digits."""
        head = json.dumps([self.kind, self.names, self.seed, self.shape])
        data = self.values.astype("<f8").tobytes()
        return hashlib.sha256(head.encode() + b"\n" + data).hexdigest()

    def __str__(self) -> str:
        """Return the design in words, such as ``grid of a.b, 21 points``."""
        seed = "" if self.seed is None else f", seed {self.seed}"
        points = f"{self.size:,} point{'s' if self.size > 1 else ''}"
        few = len(self.names) <= MAX_GRID_NAMES
        names = " and ".join(self.names) if few else f"{len(self.names)} numbers"
        return f"{self.kind} of {names}, {points}{seed}"

    def to_dict(self) -> dict[str, Any]:
        """Return the design as plain values, from which :meth:`from_dict` makes the same again."""
        return {
            "kind": self.kind,
            "names": list(self.names),
            "values": self.values.tolist(),
            "seed": self.seed,
            "shape": list(self.shape),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Design:
        """Return the design that :meth:`to_dict` wrote.

        Raises
        ------
        UsageError
            If a key is missing or the values do not make a design.
        """
        try:
            names, shape = tuple(data["names"]), tuple(data["shape"])
            return cls(data["kind"], names, np.array(data["values"], float), data["seed"], shape)
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"not a design: {type(error).__name__} at {error}") from None


def grid(axes: Mapping[str, Axis]) -> Design:
    """Return the grid over one or two named numbers, the first varying slowest.

    Values are evenly spaced in exact decimals and then rounded once, so that 0 to 1 in 11 points
    holds the very number 0.3.

    Parameters
    ----------
    axes
        for each dotted name its lowest value, its highest value and the number of values.

    Raises
    ------
    UsageError
        If there are no or more than two names, a range is empty or reversed, a bound is not
        finite, fewer than 2 values or more than 1,000,000 points are asked for, or a number that
        takes whole values would not get whole values.

    Examples
    --------
    >>> design = grid({"talks.rounds": (1, 3, 3), "parameters.step": (0, 1, 2)})
    >>> design.shape
    (3, 2)
    >>> design.values[:, 1].reshape(design.shape)[0]
    array([0., 1.])
    """
    if not 1 <= len(axes) <= MAX_GRID_NAMES:
        raise UsageError(f"a grid of {len(axes)} numbers, expected 1 or {MAX_GRID_NAMES}")
    for name, (low, high, count) in axes.items():
        check_axis(name, low, high, count)
    shape = tuple(int(count) for _, _, count in axes.values())
    check_size(shape)
    columns = [spaced(name, *axis) for name, axis in axes.items()]
    mesh = np.meshgrid(*columns, indexing="ij")
    values = np.stack([column.reshape(-1) for column in mesh], axis=1)
    return Design("grid", tuple(axes), values, shape=shape)


def check_axis(name: str, low: float, high: float, count: int) -> None:
    """Raise :class:`UsageError` unless a range is finite, not empty, and gets 2 values or more."""
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UsageError(f"{name}: range {low:g} to {high:g}, expected finite numbers")
    if low == high:
        raise UsageError(f"{name}: range {low:g} to {high:g} is empty, expected LO below HI")
    if low > high:
        raise UsageError(f"{name}: range {low:g} to {high:g} is reversed, expected LO below HI")
    if not isinstance(count, int | np.integer) or count < 2:
        raise UsageError(f"{name}: {count} values, expected a whole number, 2 or more")


def check_size(shape: Sequence[int]) -> None:
    """Raise :class:`UsageError` if a design of this shape has too many points."""
    total = math.prod(shape)
    if total > MAX_POINTS:
        product = f"{' x '.join(f'{count:,}' for count in shape)} = " if len(shape) > 1 else ""
        raise UsageError(f"{product}{total:,} points, expected at most {MAX_POINTS:,}")


def spaced(name: str, low: float, high: float, count: int) -> FloatArray:
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
    if is_whole(name) and not (np.floor(values) == values).all():
        broken = values[np.floor(values) != values][0]
        whole = first.denominator == last.denominator == 1
        hint = f"a count such as {last - first + 1}" if whole else "whole bounds"
        raise UsageError(
            f"{name} takes whole numbers only, and {low:g} to {high:g} in {count:,} values gives "
            f"{broken:g}; expected {hint}"
        )
    return values


def parse_vary(text: str, scenario: Scenario) -> tuple[str, float, float, int]:
    """Return the name, lowest value, highest value and count of ``NAME=LO:HI:N``.

    Raises
    ------
    UnknownNameError
        If there is no number of that name; the message suggests the nearest.
    UsageError
        If the text is not of that form, a bound is not a number that the scenario could have,
        the range is empty or reversed, N is below 2 or above 1,000,000, or a number that takes
        whole values would not get whole values.
    """
    name, sign, rest = (part.strip() for part in text.partition("="))
    parts = rest.split(":")
    if not sign or len(parts) != 3:
        raise UsageError(f"--vary {shown(text)}: {FORM}")
    domain = domain_of(scenario, name)
    low, high = (_bound(name, part) for part in parts[:2])
    count = _count(name, parts[2])
    check_axis(name, low, high, count)
    check_size([count])
    spaced(name, low, high, count)
    for bound in (low, high):
        if not admitted(domain, np.array([bound]))[0]:
            raise UsageError(f"{name} cannot be {bound:g}, expected {domain.words}")
    return name, low, high, count


def _bound(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f'{name}: expected a finite number as LO and HI, got "{shown(text)}"')
    return value


def _count(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(f'{name}: expected a whole number as N, got "{shown(text)}"') from None


def parse_grid(texts: Sequence[str], scenario: Scenario) -> Design:
    """Return the grid over what one or two texts ``NAME=LO:HI:N`` vary; errors as their parts'.

    Raises
    ------
    UsageError
        As :func:`parse_vary` and :func:`grid`, and if two texts vary the same number.
    """
    axes: dict[str, Axis] = {}
    for text in texts:
        name, *axis = parse_vary(text, scenario)
        if name in axes:
            raise UsageError(f"{name} is varied twice, expected each number once")
        axes[name] = (axis[0], axis[1], int(axis[2]))
    return grid(axes)


def latin_hypercube(
    scenario: Scenario, points: int, seed: int, names: Sequence[str] | None = None
) -> Design:
    """Return a Latin hypercube over the stated ranges of the scenario's numbers.

    Every number's range is cut into as many equally likely strata as there are points, and each
    stratum is used once. Numbers that take whole values are drawn from all of them, both ends
    included, each equally likely.

    Parameters
    ----------
    points
        how many points, 1 to 1,000,000.
    seed
        the same seed gives the same design.
    names
        the numbers to vary; by default every number that has a range.

    Raises
    ------
    UnknownNameError
        If a name is not that of a number.
    UsageError
        If a named number has no range, none has one, the seed is negative, or the number of
        points is out of bounds.

    References
    ----------
    McKay, Beckman and Conover (1979), "A comparison of three methods for selecting values of
    input variables", Technometrics 21(2).
    """
    from scipy.stats.qmc import LatinHypercube

    if points < 1:
        raise UsageError(f"{points} points, expected 1 or more")
    check_size([points])
    if seed < 0:
        raise UsageError(f"seed {seed}, expected 0 or more")
    chosen = _ranged(scenario, names)
    unit = LatinHypercube(d=len(chosen), rng=np.random.default_rng(seed)).random(points)
    columns = [_stretched(number, unit[:, k]) for k, number in enumerate(chosen)]
    values = np.stack(columns, axis=1)
    return Design("latin_hypercube", tuple(number.name for number in chosen), values, seed)


def _ranged(scenario: Scenario, names: Sequence[str] | None) -> list[Number]:
    """Return the numbers to vary, all of which have a range."""
    if names is None:
        found = [number for number in scenario.numbers.values() if number.low is not None]
    else:
        found = [scenario.number(name) for name in names]
    for number in found:
        if number.low is None:
            raise UsageError(f"{number.name} has no range, expected range = [low, high]")
    if not found:
        raise UsageError("no number to vary, expected one with range = [low, high] or more")
    return found


def _stretched(number: Number, unit: FloatArray) -> FloatArray:
    """Return values in the number's range from values in the unit interval."""
    assert number.low is not None
    assert number.high is not None
    low, high = float(number.low), float(number.high)
    if is_whole(number.name):
        return np.minimum(low + np.floor(unit * (high - low + 1)), high)
    return np.clip(low + unit * (high - low), low, high)
