"""The cheapest combination of levers that brings a wished conclusion about: an upper bound.

Moving a number over the whole of its range has a cost; part of the way, that part of it. From the
base case rays are followed, each a way of splitting the cost between one, two or three numbers, to
the first point at which the wish holds. The best ray is then turned a little as long as that is
cheaper. No ray between those looked at was looked at: what is found is a bound, not a proof.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negsim.arrays import BoolArray, FloatArray
from negsim.errors import UsageError
from negsim.sampling.axes import Axis
from negsim.sampling.tipping import SCAN, Line, scan_lines

SHARES = 4
"""The cost of a pair or triple is split between its numbers in this many equal parts."""

MOST_TOGETHER = 6
"""Most numbers among which pairs and triples are looked for: those that reach furthest alone."""

FINEST = 1 / 64
"""Smallest part of the cost by which the best ray is turned."""

Wished = Callable[[FloatArray], BoolArray]
"""From points, shape (B, names), to whether the wish holds."""


@dataclass(frozen=True)
class Step:
    """A number moved from its base to a value, and what that costs."""

    name: str
    label: str
    base: float
    value: float
    cost: float


@dataclass(frozen=True)
class Combination:
    """Numbers moved together so that the wish just holds, and what they cost in all."""

    cost: float
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Alone:
    """What it takes to move one lever alone, None if that does not do within its range."""

    lever: str
    found: Combination | None


@dataclass(frozen=True)
class Cheapest:
    """What was found: each number alone, the best of each size, and how many rays were followed.

    ``best`` is None if the wish holds along no ray; ``holds`` tells that it holds at the base.
    """

    holds: bool
    rays: int
    best: Combination | None
    alone: tuple[Alone, ...]
    together: tuple[Combination, ...]


def cheapest(
    wished: Wished,
    axes: Sequence[Axis],
    base: Sequence[float],
    costs: Mapping[str, float] | None = None,
    most: int = 3,
    scan: int = SCAN,
) -> Cheapest:
    """Return the cheapest combination of moved numbers found that makes a wish hold.

    Parameters
    ----------
    wished
        from points of the numbers of ``axes``, in their order, to whether the wish holds.
    costs
        for each number's dotted name, the cost of moving it over the whole of its range: above 0,
        1 by default.
    most
        most numbers moved together, 1 to 3. Numbers that take whole values move alone only.

    Returns
    -------
    Cheapest
        An upper bound of the least cost. Each point found is the first on its ray at which the
        wish holds, located to 1e-6, up to what a scan of ``scan`` points can miss.

    Raises
    ------
    UsageError
        If a cost is not above 0 or ``most`` is out of bounds.

    Examples
    --------
    >>> axes = [Axis("a", "a", 0, 1), Axis("b", "b", 0, 1)]
    >>> found = cheapest(lambda points: (points > 0.2).all(axis=1), axes, [0, 0])
    >>> [round(step.value, 3) for step in found.best.steps], round(found.best.cost, 3)
    ([0.2, 0.2], 0.4)
    """
    if most not in (1, 2, 3):
        raise UsageError(f"{most} numbers moved together, expected 1, 2 or 3")
    prices = np.array([(costs or {}).get(axis.name, 1.0) for axis in axes])
    for axis, price in zip(axes, prices, strict=True):
        if not (np.isfinite(price) and price > 0):
            raise UsageError(f"cost of {axis.name} = {price:g}, expected a number above 0")
    search = _Search(wished, tuple(axes), np.asarray(base, dtype=float), prices, scan)
    if bool(wished(search.base[None])[0]):
        return Cheapest(True, 0, Combination(0.0, ()), (), ())
    return search.run(most)


@dataclass
class _Search:
    """One search; it remembers how many rays it has followed."""

    wished: Wished
    axes: tuple[Axis, ...]
    base: FloatArray
    prices: FloatArray
    scan: int
    rays: int = 0

    def run(self, most: int) -> Cheapest:
        count = len(self.axes)
        unit = np.eye(count)
        ways = [sign * unit[k] for k in range(count) for sign in (1.0, -1.0)]
        found = self.reach(ways, np.inf)
        pairs = [found[2 * k : 2 * k + 2] for k in range(count)]
        alone = [min(pair, key=cost_of) for pair in pairs]
        best = min(alone, key=cost_of, default=None)
        together = []
        for size in range(2, most + 1):
            limit = cost_of(best)
            tried = self.reach(self.mixed(size, alone, found), limit)
            closest = self.turned(min(tried, key=cost_of, default=None))
            if closest is not None:
                together.append(self.combination(closest))
            best = min((best, closest), key=cost_of)
        return Cheapest(
            holds=False,
            rays=self.rays,
            best=None if best is None else self.combination(best),
            alone=tuple(
                Alone(axis.lever, None if way is None else self.combination(way))
                for axis, way in zip(self.axes, alone, strict=True)
            ),
            together=tuple(together),
        )

    def mixed(
        self,
        size: int,
        alone: Sequence[FloatArray | None],
        found: Sequence[FloatArray | None],
    ) -> list[FloatArray]:
        """Return the directions that split the cost between some numbers, in equal parts.

        A number that makes the wish hold alone is moved that way; one that does not, both ways.
        """
        free = [k for k, axis in enumerate(self.axes) if not axis.steps]
        free = sorted(free, key=lambda k: cost_of(alone[k]))[:MOST_TOGETHER]
        ways = []
        for chosen in itertools.combinations(sorted(free), size):
            signs = [
                [sign for place, sign in enumerate((1.0, -1.0)) if found[2 * k + place] is not None]
                or [1.0, -1.0]
                for k in chosen
            ]
            for shares in splits(size):
                for sign in itertools.product(*signs):
                    way = np.zeros(len(self.axes))
                    way[list(chosen)] = np.array(shares) * np.array(sign)
                    ways.append(way)
        return ways

    def reach(self, ways: Sequence[FloatArray], limit: float) -> list[FloatArray | None]:
        """Return for each direction the signed costs at which the wish first holds, if it does.

        Rays end at the first number's end of range, and where they cost more than ``limit``.
        """
        lengths = [min(self.room(way), limit) for way in ways]
        open_ways = [k for k, length in enumerate(lengths) if length > 1e-9]
        self.rays += len(open_ways)
        lines = [
            Line(
                self.base,
                self.point(lengths[k] * ways[k]),
                self.steps(ways[k], lengths[k]),
                self.scan,
            )
            for k in open_ways
        ]
        scans = scan_lines(lambda points: self.wished(points).astype(np.int64)[:, None], lines)
        result: list[FloatArray | None] = [None] * len(ways)
        for k, scan in zip(open_ways, scans, strict=True):
            if scan.flips:
                flip = scan.flips[0]
                half = scan.line.width / 2
                result[k] = min(flip.place + half, 1.0) * lengths[k] * ways[k]
        return result

    def steps(self, way: FloatArray, length: float) -> int:
        """Return the whole steps along a direction of one whole number, 0 for others."""
        moved = np.flatnonzero(way)
        if len(moved) != 1 or not self.axes[moved[0]].steps:
            return 0
        ends = self.point(length * way)[moved[0]] - self.base[moved[0]]
        return round(abs(float(ends)))

    def room(self, way: FloatArray) -> float:
        """Return the cost at which the first number reaches the end of its range."""
        room = np.inf
        for k in np.flatnonzero(way):
            axis = self.axes[k]
            end = axis.high if way[k] > 0 else axis.low
            part = max(0.0, np.sign(way[k]) * (end - self.base[k]) / (axis.high - axis.low))
            room = min(room, part * self.prices[k] / abs(way[k]))
        return float(room)

    def point(self, spent: FloatArray) -> FloatArray:
        """Return the point that signed costs lead to, within the ranges."""
        low = np.array([axis.low for axis in self.axes])
        high = np.array([axis.high for axis in self.axes])
        moved = self.base + spent / self.prices * (high - low)
        inside = np.clip(moved, np.minimum(low, self.base), np.maximum(high, self.base))
        return np.asarray(inside, dtype=float)

    def turned(self, spent: FloatArray | None) -> FloatArray | None:
        """Return a cheaper point near the best ray: its shares moved bit by bit while it helps."""
        if spent is None:
            return None
        part = 1 / (2 * SHARES)
        while part >= FINEST:
            way = spent / cost_of(spent)
            near = self.reach(shifted(way, part), cost_of(spent))
            better = min(near, key=cost_of, default=None)
            if cost_of(better) < cost_of(spent) * (1 - 1e-6):
                assert better is not None
                spent = better
            else:
                part /= 2
        return spent

    def combination(self, spent: FloatArray) -> Combination:
        """Return signed costs as numbers moved."""
        point = self.point(spent)
        axes = [(k, self.axes[k]) for k in np.flatnonzero(spent).tolist()]
        steps = (
            Step(axis.name, axis.label, float(self.base[k]), float(point[k]), float(abs(spent[k])))
            for k, axis in axes
        )
        return Combination(cost_of(spent), tuple(steps))


def cost_of(spent: FloatArray | None) -> float:
    """Return what signed costs are in all, inf for none."""
    return float("inf") if spent is None else float(np.abs(spent).sum())


def splits(size: int) -> list[tuple[float, ...]]:
    """Return ways of splitting 1 between some numbers: alike, and in quarters, none left out.

    >>> splits(2)
    [(0.5, 0.5), (0.25, 0.75), (0.75, 0.25)]
    """
    parts = range(1, SHARES)
    alike = (1 / size,) * size
    quarters = [
        tuple(part / SHARES for part in each)
        for each in itertools.product(parts, repeat=size)
        if sum(each) == SHARES
    ]
    return list(dict.fromkeys([alike, *quarters]))


def shifted(way: FloatArray, part: float) -> list[FloatArray]:
    """Return directions in which a part of the cost goes from one number of a ray to another."""
    found = []
    for giver, taker in itertools.permutations(np.flatnonzero(way).tolist(), 2):
        if abs(way[giver]) > part:
            new = way.copy()
            new[giver] -= np.sign(way[giver]) * part
            new[taker] += np.sign(way[taker]) * part
            found.append(new)
    return found
