"""Tipping points: every place along straight lines of numbers where a conclusion changes.

A line is scanned at evenly spaced points; wherever two neighbours disagree, the stretch between
them is halved again and again, both halves kept where both hide a change. What changes and changes
back between two neighbouring points of the scan can be missed: the scan's spacing says how narrow
that must be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray

SCAN = 17
"""Points at which a line is scanned if nobody asks for more."""

TOLERANCE = 1e-6
"""Width to which a change is narrowed down: in the number's unit and as a share of its range."""

Tell: TypeAlias = Callable[[FloatArray], IntArray]
"""From points, shape (B, names), to the code of each conclusion, shape (B, conclusions)."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A straight line of points from ``start`` to ``stop``, both of shape (names,).

    ``steps`` is 0 where every point on it can be asked for, and otherwise the number of equal
    steps of a number that takes whole values. ``places`` are where it is scanned, from 0 to 1.
    """

    start: FloatArray
    stop: FloatArray
    steps: int = 0
    scan: int = SCAN

    @property
    def places(self) -> FloatArray:
        """Return where the line is scanned, from 0 at its start to 1 at its stop."""
        if not self.steps:
            return np.linspace(0.0, 1.0, self.scan)
        count = min(self.scan, self.steps + 1)
        return np.unique(np.rint(np.linspace(0.0, self.steps, count))) / self.steps

    @property
    def width(self) -> float:
        """Return how far apart, as a share of the line, the two sides of a change may end."""
        if self.steps:
            return 1.0 / self.steps
        length = float(np.abs(self.stop - self.start).max(initial=0.0))
        return TOLERANCE * min(1.0, 1.0 / length) if length > 0 else 1.0

    def at(self, places: FloatArray) -> FloatArray:
        """Return the points at some places, shape (places, names); the ends are exact.

        >>> Line(np.array([0.0, 1.0]), np.array([4.0, 1.0])).at(np.array([0.25]))
        array([[1., 1.]])
        """
        points = self.start + places[:, None] * (self.stop - self.start)
        points = np.where(places[:, None] == 1.0, self.stop, points)
        if self.steps:
            moved = self.stop != self.start
            points[:, moved] = np.rint(points[:, moved])
        return points


@dataclass(frozen=True, slots=True, eq=False)
class Flip:
    """A place on a line, from 0 to 1, with the codes just before and just after it."""

    place: float
    before: IntArray
    after: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What was seen along a line: the scanned points with their codes, and every change."""

    line: Line
    points: FloatArray
    codes: IntArray
    flips: tuple[Flip, ...]


def scan_points(lines: Sequence[Line]) -> FloatArray:
    """Return the points at which lines are scanned, one line after the other."""
    return np.concatenate([line.at(line.places) for line in lines])


def scan_lines(
    tell: Tell, lines: Sequence[Line], codes: IntArray | None = None
) -> tuple[Scan, ...]:
    """Scan lines and narrow down every change of a code that the scan shows, all at the same time.

    ``codes`` are those at :func:`scan_points` if they are known already. The change of a number
    that takes whole values lies half way between the two values beside it.

    Cost: ``scan`` points a line, and for every change log2 of the spacing over the tolerance.
    Complete but for what changes and changes back between two neighbouring points that were asked.

    Examples
    --------
    >>> def tell(points):
    ...     return (points > 0.3).astype(int)
    >>> found = scan_lines(tell, [Line(np.array([0.0]), np.array([1.0]))])
    >>> [round(flip.place, 6) for flip in found[0].flips]
    [0.3]
    """
    if not lines:
        return ()
    points = [line.at(line.places) for line in lines]
    codes = tell(np.concatenate(points)) if codes is None else codes
    ends = np.cumsum([len(part) for part in points])[:-1]
    parts = np.split(codes, ends)
    flips = narrow(tell, lines, gaps(lines, parts))
    return tuple(Scan(line, points[k], parts[k], flips[k]) for k, line in enumerate(lines))


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """Stretches of lines whose two ends disagree: the line of each, its ends and their codes."""

    which: IntArray
    low: FloatArray
    high: FloatArray
    before: IntArray
    after: IntArray

    def chosen(self, keep: BoolArray) -> Gaps:
        """Return some of the stretches."""
        ends = self.before[keep], self.after[keep]
        return Gaps(self.which[keep], self.low[keep], self.high[keep], *ends)

    def joined(self, other: Gaps) -> Gaps:
        """Return these stretches followed by others."""
        return Gaps(
            np.concatenate([self.which, other.which]),
            np.concatenate([self.low, other.low]),
            np.concatenate([self.high, other.high]),
            np.concatenate([self.before, other.before]),
            np.concatenate([self.after, other.after]),
        )


def gaps(lines: Sequence[Line], codes: Sequence[IntArray]) -> Gaps:
    """Return every pair of neighbours of a scan that disagree."""
    found = []
    for number, (line, own) in enumerate(zip(lines, codes, strict=True)):
        at = np.flatnonzero((own[1:] != own[:-1]).any(axis=1))
        places = line.places
        which = np.full(len(at), number)
        found.append(Gaps(which, places[at], places[at + 1], own[at], own[at + 1]))
    whole = found[0]
    for part in found[1:]:
        whole = whole.joined(part)
    return whole


def narrow(tell: Tell, lines: Sequence[Line], found: Gaps) -> list[tuple[Flip, ...]]:
    """Halve stretches until each is as narrow as its line wants; return each line's changes."""
    widths = np.array([line.width for line in lines])
    steps = np.array([line.steps for line in lines])
    while True:
        middle = halfway(found, steps[found.which])
        between = (found.low < middle) & (middle < found.high)
        wide = (found.high - found.low > widths[found.which] * (1 + 1e-9)) & between
        if not wide.any():
            return flips_of(found, len(lines))
        cut = found.chosen(wide)
        at = middle[wide]
        codes = tell(points_at(lines, cut.which, at))
        left = Gaps(cut.which, cut.low, at, cut.before, codes)
        right = Gaps(cut.which, at, cut.high, codes, cut.after)
        halves = left.joined(right)
        differ = (halves.before != halves.after).any(axis=1)
        found = found.chosen(~wide).joined(halves.chosen(differ))


def halfway(found: Gaps, steps: IntArray) -> FloatArray:
    """Return the middle of each stretch, on a whole step where there are steps."""
    middle = (found.low + found.high) / 2
    safe = np.maximum(steps, 1)
    return np.where(steps > 0, np.floor(middle * safe + 1e-9) / safe, middle)


def points_at(lines: Sequence[Line], which: IntArray, places: FloatArray) -> FloatArray:
    """Return one point a place, each on its own line."""
    points = [lines[number].at(places[[row]]) for row, number in enumerate(which.tolist())]
    return np.concatenate(points)


def flips_of(found: Gaps, count: int) -> list[tuple[Flip, ...]]:
    """Return each line's changes in the order in which they lie on it."""
    rows: list[list[Flip]] = [[] for _ in range(count)]
    for k in np.lexsort((found.low, found.which)).tolist():
        place = float(found.low[k] + found.high[k]) / 2
        rows[int(found.which[k])].append(Flip(place, found.before[k], found.after[k]))
    return [tuple(row) for row in rows]
