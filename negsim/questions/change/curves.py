"""Tipping curves: the border of a conclusion's region in two numbers, followed and not gridded.

The square of the two ranges is searched along lines for places where the conclusion changes. From
each such place the border is followed both ways: on a small circle around the last point the next
one lies where the conclusion changes again, and it is narrowed down along the circle. Where the
border turns sharply the circle is made smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from negsim.answers import Floats
from negsim.arrays import BoolArray, FloatArray, frozen
from negsim.sampling.tipping import TOLERANCE, Line, Tell, scan_lines

RADIUS = 1 / 24
"""First distance between neighbouring points of a curve, as a share of both ranges."""

SMALLEST = 1 / 4
"""How much smaller the circle is made, at most, where a border turns sharply."""

NARROW, WIDE = np.radians(25.0), np.radians(155.0)
"""Half angles, seen ahead, within which the next point is looked for: first, and then."""

MOST_POINTS = 400
"""Most points of one curve, each way."""

LATELY = 4
"""A border that comes near to points before these last ones goes round in circles: it ends."""

Inside: TypeAlias = Callable[[FloatArray], BoolArray]
"""From points of the unit square, shape (B, 2), to whether the conclusion is as at the base."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A border between what holds at the base case and something else.

    ``points`` has shape (points, 2), in the numbers' own units, in order along the curve. A
    ``closed`` curve comes back to its first point; one that is ``complete`` is closed or ends at
    the sides of the square at both ends.
    """

    points: Floats
    closed: bool
    complete: bool


@dataclass(frozen=True, slots=True, eq=False)
class Square:
    """The ranges of two numbers, seen as a unit square; ``low`` and ``high`` have shape (2,)."""

    low: FloatArray
    high: FloatArray

    def out(self, unit: FloatArray) -> FloatArray:
        """Return points of the unit square in the numbers' own units."""
        return self.low + unit * (self.high - self.low)

    def within(self, point: FloatArray) -> BoolArray:
        """Return where points lie in the unit square, each (B, 2)."""
        return np.asarray(((point >= 0) & (point <= 1)).all(axis=-1))


def trace(
    tell: Tell,
    low: Sequence[float],
    high: Sequence[float],
    base: Sequence[float],
    scan: int = 17,
    radius: float = RADIUS,
) -> tuple[Curve, ...]:
    """Return the borders of the region in which a conclusion is what it is at the base case.

    Parameters
    ----------
    tell
        from points of the two numbers, shape (B, 2), to the code of one conclusion, (B, 1).
    low, high
        the ends of the two ranges.
    base
        the base case; where it lies inside, the lines through it are searched too.
    scan
        points at which each line is searched.
    radius
        distance between points of a curve, as a share of both ranges.

    Returns
    -------
    tuple of Curve
        Each point lies within 1e-6 of the range of the true border. A border is found if it
        meets a side of the square or a line through the base case at neighbouring points of the
        scan that disagree; one that meets neither is missed, and so are parts closer together
        than ``radius``.

    Examples
    --------
    >>> def tell(points):
    ...     return (points[:, :1] + points[:, 1:] > 1.5).astype(int)
    >>> curve = trace(tell, (0, 0), (1, 1), (0.2, 0.2))[0]
    >>> bool(np.allclose(curve.points.sum(axis=1), 1.5, atol=2e-6)), curve.complete
    (True, True)
    """
    square = Square(np.asarray(low, dtype=float), np.asarray(high, dtype=float))
    own = tell(np.asarray([base], dtype=float))[0, 0]

    def inside(unit: FloatArray) -> BoolArray:
        return np.asarray(tell(square.out(unit))[:, 0] == own)

    at = (np.asarray(base, dtype=float) - square.low) / (square.high - square.low)
    seeds = seeds_of(inside, at, scan)
    curves: list[Curve] = []
    known: list[FloatArray] = []
    for seed in seeds:
        if any(near(seed, line, 0.75 * radius) for line in known):
            continue
        line, closed, complete = follow(inside, square, seed, radius)
        known.append(line)
        curves.append(Curve(frozen(square.out(line)), closed, complete))
    return tuple(curves)


def seeds_of(inside: Inside, base: FloatArray, scan: int) -> list[FloatArray]:
    """Return points of the border on the sides of the unit square and on lines through the base."""
    ends = [((0, 0), (1, 0)), ((1, 0), (1, 1)), ((1, 1), (0, 1)), ((0, 1), (0, 0))]
    if ((base > 0) & (base < 1)).all():
        x, y = base
        ends += [((0, y), (1, y)), ((x, 0), (x, 1))]
    lines = [Line(np.array(a, float), np.array(b, float), scan=scan) for a, b in ends]
    found = scan_lines(lambda points: inside(points).astype(np.int64)[:, None], lines)
    return [each.line.at(np.array([flip.place]))[0] for each in found for flip in each.flips]


def near(point: FloatArray, line: FloatArray, reach: float) -> bool:
    """Tell whether a point lies within reach of a line of points."""
    return bool((np.hypot(*(line - point).T) < reach).any())


def follow(
    inside: Inside, square: Square, seed: FloatArray, radius: float
) -> tuple[FloatArray, bool, bool]:
    """Follow a border from a point both ways; return its points, and if it is closed or whole."""
    ways = headings(inside, square, seed, radius)
    if not ways:
        return seed[None], False, False
    on_side = bool(((seed == 0) | (seed == 1)).any())
    ahead, closed, ended = march(inside, square, seed, ways[0], radius)
    if closed or on_side or len(ways) < 2:
        return np.array([seed, *ahead]), closed, closed or (on_side and ended)
    back, _, ended_back = march(inside, square, seed, ways[1], radius)
    return np.array([*reversed(back), seed, *ahead]), False, ended and ended_back


def headings(inside: Inside, square: Square, seed: FloatArray, radius: float) -> list[FloatArray]:
    """Return the directions in which the border leaves a point: one, or two opposite ones."""
    angles = np.linspace(0, 2 * np.pi, 33)
    ring = around(seed, radius, angles)
    usable = square.within(ring)
    same = np.zeros(len(angles), dtype=bool)
    same[usable] = inside(ring[usable])
    turns = np.flatnonzero(usable[1:] & usable[:-1] & (same[1:] != same[:-1]))
    middles = (angles[turns] + angles[turns + 1]) / 2
    ways = [np.array([np.cos(angle), np.sin(angle)]) for angle in middles]
    if len(ways) > 2:
        apart = [float(ways[0] @ way) for way in ways[1:]]
        ways = [ways[0], ways[1 + int(np.argmin(apart))]]
    return ways


def around(point: FloatArray, radius: float, angles: FloatArray) -> FloatArray:
    """Return points on a circle, shape (angles, 2)."""
    return point + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def march(
    inside: Inside, square: Square, seed: FloatArray, heading: FloatArray, radius: float
) -> tuple[list[FloatArray], bool, bool]:
    """Follow a border one way; return its points, if it closed, and if it reached a side."""
    points: list[FloatArray] = []
    on_side = bool(((seed == 0) | (seed == 1)).any())
    last, angle, size = seed, float(np.arctan2(heading[1], heading[0])), radius
    while len(points) < MOST_POINTS:
        found = next_angle(inside, square, last, angle, size)
        if found is None:
            end = leave(inside, last, size)
            if end is not None:
                return [*points, end], False, True
            size /= 2
            if size < SMALLEST * radius:
                return points, False, False
            continue
        last = around(last, size, np.array([found]))[0]
        angle, size = found, radius
        points.append(last)
        if not on_side and len(points) > 3 and np.hypot(*(last - seed)) < 0.75 * radius:
            return [*points, seed], True, True
        if near(last, np.array(points[: -LATELY - 1]).reshape(-1, 2), radius / 2):
            return points, False, False
    return points, False, False


def next_angle(
    inside: Inside, square: Square, point: FloatArray, angle: float, size: float
) -> float | None:
    """Return the angle at which a border crosses the circle ahead, None where it is not seen."""
    for half, count in ((NARROW, 2), (WIDE, 13)):
        angles = angle + np.linspace(-half, half, count)
        ring = around(point, size, angles)
        usable = square.within(ring)
        if not usable.all() and half == NARROW:
            continue
        same = np.zeros(len(angles), dtype=bool)
        same[usable] = inside(ring[usable])
        turns = np.flatnonzero(usable[1:] & usable[:-1] & (same[1:] != same[:-1]))
        if len(turns):
            best = turns[np.argmin(np.abs((angles[turns] + angles[turns + 1]) / 2 - angle))]
            return halved(inside, point, size, angles[best], angles[best + 1], bool(same[best]))
    return None


def halved(
    inside: Inside, point: FloatArray, size: float, low: float, high: float, at_low: bool
) -> float:
    """Return the angle between two at which the border crosses a circle."""
    while (high - low) * size > TOLERANCE:
        middle = (low + high) / 2
        if bool(inside(around(point, size, np.array([middle])))[0]) == at_low:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def leave(inside: Inside, point: FloatArray, size: float) -> FloatArray | None:
    """Return where a border meets a side of the square near a point, None if it does not."""
    for axis in (0, 1):
        for side in (0.0, 1.0):
            if abs(point[axis] - side) > size:
                continue
            ends = np.array([point, point])
            ends[:, axis] = side
            reach = np.sqrt(max(size**2 - (point[axis] - side) ** 2, 0.0)) + 1e-12
            ends[:, 1 - axis] = np.clip(point[1 - axis] + np.array([-reach, reach]), 0.0, 1.0)
            line = Line(ends[0], ends[1], scan=5)
            found = scan_lines(lambda unit: inside(unit).astype(np.int64)[:, None], [line])[0]
            if found.flips:
                end: FloatArray = line.at(np.array([found.flips[0].place]))[0]
                return end
    return None
