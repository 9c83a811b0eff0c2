"""Levers: the values of one number at which a conclusion changes, and what moves it at least cost.

Every lever of the scenario, and any other named number asked for, is moved alone over its range,
everything else at the base case. Every change that the scan shows is narrowed down to 1e-6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from negsim.analysis.delay.frozen import channels_of
from negsim.analysis.delay.stalling import LABELS, UNTESTED, WAITING
from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.arrays import frozen as read_only
from negsim.deadline import is_over, leave_out
from negsim.dynamics.build import compile_scenario
from negsim.errors import UsageError
from negsim.questions.change.answer import Crossing, LeverScan
from negsim.questions.change.combinations import Cheapest, cheapest
from negsim.questions.change.curves import Curve, trace
from negsim.questions.change.linear_game import outcome_expression, profiles_of
from negsim.questions.conclusions import (
    Asker,
    Conclusion,
    asker,
    claim_conclusion,
    label_conclusion,
    main_conclusions,
    only,
    start_conclusions,
)
from negsim.questions.delay.discipline import calm_scenario
from negsim.sampling.axes import Axis, lever_axes
from negsim.sampling.tipping import SCAN, Line, Scan, scan_lines, scan_points
from negsim.scenario.model import OutcomeClaim, Scenario

TOGETHER = 8
"""Numbers scanned together, between two reports of progress."""

Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Tipping:
    """A value at which one conclusion changes; the codes are those just below and above it."""

    conclusion: Conclusion
    value: float
    below: int
    above: int


@dataclass(frozen=True, eq=False)
class NumberScan:
    """A number moved alone over its range: what holds along it and every tipping point seen.

    ``values`` are the scanned values and ``codes``, shape (values, conclusions), what holds there.
    """

    axis: Axis
    base: float
    values: FloatArray
    conclusions: tuple[Conclusion, ...]
    codes: IntArray
    tippings: tuple[Tipping, ...]

    @property
    def spacing(self) -> float:
        """Return the scan's spacing: what changes and changes back within it can be missed."""
        return float(np.diff(self.values).max())

    def nearest(self, conclusion: Conclusion) -> Tipping | None:
        """Return the tipping point of a conclusion that lies nearest to the base case.

        Where a point beside it cannot be solved nothing tips: the numbers stop making sense.
        """
        own = [
            each
            for each in self.tippings
            if each.conclusion is conclusion and min(each.below, each.above) >= 0
        ]
        return min(own, key=lambda each: abs(each.value - self.base), default=None)


@dataclass(frozen=True, eq=False)
class Moved:
    """Some numbers of a scenario about to be moved, and what is asked while they are."""

    scenario: Scenario
    axes: tuple[Axis, ...]
    names: tuple[str, ...]
    base: FloatArray
    ask: Asker

    def lines(self, scan: int = SCAN) -> list[Line]:
        """Return the line of points of each number moved alone over its range."""
        found = []
        for axis in self.axes:
            ends = np.array([self.base, self.base])
            ends[:, self.names.index(axis.name)] = axis.low, axis.high
            found.append(Line(ends[0], ends[1], axis.steps, scan))
        return found


def moved(
    scenario: Scenario,
    axes: Sequence[Axis],
    conclusions: Sequence[Conclusion],
    also: Sequence[str] = (),
    threads: int = 1,
) -> Moved:
    """Return a scenario with some numbers to move, compiled once for all that is asked."""
    names = tuple(dict.fromkeys(axis.name for axis in axes))
    base = np.array([scenario.value(name) for name in names])
    extent = np.array([base, base])
    for axis in axes:
        column = names.index(axis.name)
        extent[0, column] = min(extent[0, column], axis.low)
        extent[1, column] = max(extent[1, column], axis.high)
    ask = asker(conclusions, names, extent, also, threads)
    return Moved(scenario, tuple(axes), names, read_only(base), ask)


def critical_values(
    scenario: Scenario,
    party: str,
    axes: Sequence[Axis] | None = None,
    scan: int = SCAN,
    threads: int = 1,
    claims: bool = True,
    progress: Progress = lambda _done, _total: None,
) -> tuple[NumberScan, ...]:
    """Return for each number moved alone where the label of a party, and each claim, changes.

    Where no end is an agreement the claims alone are followed.

    Parameters
    ----------
    axes
        the numbers to move, by default the levers.
    scan
        points at which each range is scanned. What changes and changes back between two
        neighbours is missed; a change found is narrowed down to 1e-6.
    claims
        whether all conclusions are followed, or the first only.
    progress
        called with how many scans are done and how many there are.

    Raises
    ------
    UnknownNameError
        If there is no such party.
    UsageError
        If fewer than 2 points are to be scanned, or no end is an agreement and nothing is claimed.
    """
    if scan < 2:
        raise UsageError(f"a scan of {scan} points, expected 2 or more")
    axes = lever_axes(scenario) if axes is None else axes
    if not axes:
        return ()
    conclusions = main_conclusions(scenario, party)
    found = moved(scenario, axes, conclusions if claims else conclusions[:1], threads=threads)
    lines, cases = found.lines(scan), [part for _, part in found.ask.parts()]
    parts: list[tuple[tuple[Conclusion, ...], list[Scan]]]
    parts = [(part.conclusions, []) for part in cases]
    for first in range(0, len(lines), TOGETHER):
        if first and is_over():
            leave_out(f"{first:,} of {len(lines):,} numbers moved alone")
            break
        for case, part in enumerate(cases):
            progress(first * len(cases) + case, len(cases) * len(lines))
            parts[case][1].extend(scan_lines(part, lines[first : first + TOGETHER]))
    progress(len(cases) * len(lines), len(cases) * len(lines))
    return tuple(
        number_scan(axis, scenario.value(axis.name), [(own, scans[k]) for own, scans in parts])
        for k, axis in enumerate(axes[: len(parts[0][1])])
    )


def number_scan(
    axis: Axis, base: float, parts: Sequence[tuple[tuple[Conclusion, ...], Scan]]
) -> NumberScan:
    """Return what the scans of each case along a number's range say, in the number's own unit."""
    tippings = [
        Tipping(conclusion, value_at(axis, flip.place), int(below), int(above))
        for conclusions, scan in parts
        for flip in scan.flips
        for conclusion, below, above in zip(conclusions, flip.before, flip.after, strict=True)
        if below != above
    ]
    tippings.sort(key=lambda each: each.value)
    places = parts[0][1].line.places
    values = np.array([value_at(axis, place) for place in places])
    codes = np.concatenate([scan.codes for _, scan in parts], axis=1)
    conclusions = tuple(each for own, _ in parts for each in own)
    return NumberScan(axis, base, read_only(values), conclusions, read_only(codes), tuple(tippings))


def value_at(axis: Axis, place: float) -> float:
    """Return the value at a place of a number's range; whole or half where it moves in steps."""
    if axis.steps:
        return axis.low + round(2 * place * axis.steps) / 2
    return axis.high if place == 1.0 else axis.low + place * (axis.high - axis.low)


def tipping_curves(
    scenario: Scenario,
    party: str,
    across: Axis,
    up: Axis,
    scan: int = SCAN,
    threads: int = 1,
) -> tuple[Curve, ...]:
    """Trace where the label of a party stops being what it is at the base case, in two numbers.

    Where no end is an agreement it is the first claim that is followed.
    Numbers that take whole values have no curve; the border is then found value by value.

    Raises
    ------
    UsageError
        If both are the same number, or both take whole values, or nothing can be followed.
    """
    check_pair(across, up)
    found = moved(scenario, (across, up), main_conclusions(scenario, party)[:1], threads=threads)
    if across.steps or up.steps:
        return whole_curve(found, across, up, scan)
    low, high = (across.low, up.low), (across.high, up.high)
    return trace(only(found.ask, 0), low, high, found.base.tolist(), scan)


def check_pair(across: Axis, up: Axis) -> None:
    """Check that there can be a curve in two numbers.

    Raises
    ------
    UsageError
        If both are the same number, or both take whole values.
    """
    if across.name == up.name:
        raise UsageError(f"{across.name} twice, expected two different numbers for a curve")
    if across.steps and up.steps:
        raise UsageError(
            f"{across.name} and {up.name} both take whole values, so there is no curve between "
            "them; expected one that does not (`negsim sweep` draws a grid)"
        )


def whole_curve(found: Moved, across: Axis, up: Axis, scan: int) -> tuple[Curve, ...]:
    """Return the border's points at each whole value of one number, found along the other."""
    whole = 0 if across.steps else 1
    axes = (across, up)
    values = np.arange(axes[whole].steps + 1) + axes[whole].low
    lines = []
    for value in values:
        ends = np.array([[axis.low for axis in axes], [axis.high for axis in axes]])
        ends[:, whole] = value
        lines.append(Line(ends[0], ends[1], 0, scan))
    own = found.ask(found.base[None])[0, 0]
    scans = scan_lines(lambda points: (found.ask(points) == own).astype(np.int64), lines)
    points = [each.line.at(np.array([flip.place]))[0] for each in scans for flip in each.flips]
    return (Curve(read_only(np.array(points)), False, True),) if points else ()


def levers(scenario: Scenario, party: str, threads: int = 1) -> tuple[LeverScan, ...]:
    """Scan every lever for the labels of one party, with the value of delay along it.

    This is what ``negsim run`` tells of question 3. Cost: SCAN points a lever twice, and some
    twenty a crossing.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> speed, certainty = levers(scenario, "upstream")
    >>> [(each.below, each.above) for each in speed.crossings]
    [('settle', 'stalling')]
    """
    axes = lever_axes(scenario)
    if not axes:
        return ()
    delay = f"delay.{party}"
    also = [delay, *(["record_chance"] if scenario.record else [])]
    asked = start_conclusions(scenario, party)
    found = moved(scenario, axes, asked, also, threads)
    lines = found.lines()
    points = scan_points(lines)
    codes, measured = found.ask.ask(points)
    scans = scan_lines(found.ask, lines, codes)
    rest = calm_codes(scenario, party, axes, points, threads)
    ends = np.cumsum([len(scan.points) for scan in scans])[:-1]
    record = measured.get("record_chance")
    seen = [None] * len(axes) if record is None else np.split(record, ends)
    parts = zip(np.split(measured[delay], ends), np.split(rest, ends), seen, strict=True)
    switched = {name for channel in scenario.channels for name in channel.off}
    return tuple(
        lever_scan(scenario.value(axis.name), axis.name in switched, axis, scan, asked, *part)
        for axis, scan, part in zip(axes, scans, parts, strict=True)
    )


def calm_codes(
    scenario: Scenario, party: str, axes: Sequence[Axis], points: FloatArray, threads: int
) -> IntArray:
    """Return label and package of a party without its reasons to wait at points, shape (B, 2).

    A number that is switched off stays off, whatever the points say of it.
    """
    calm = calm_scenario(scenario, party)
    ground = moved(calm, axes, start_conclusions(calm, party), threads=threads)
    off = [calm.value(name) != scenario.value(name) for name in ground.names]
    codes = ground.ask(np.where(off, ground.base, points))
    if channels_of(scenario, party):
        codes[:, 0] = np.where(codes[:, 0] == UNTESTED, WAITING, codes[:, 0])
    return codes


def lever_scan(
    base: float,
    is_channel: bool,
    axis: Axis,
    scan: Scan,
    asked: tuple[Conclusion, Conclusion],
    delay: FloatArray,
    rest: IntArray,
    record: FloatArray | None,
) -> LeverScan:
    """Return a lever's scan; ``rest`` has the labels and packages without reasons to wait."""
    labels, packages = LABELS, asked[1].words
    return LeverScan(
        name=axis.lever,
        label=axis.label,
        sets=axis.name,
        base=base,
        values=read_only(np.array([value_at(axis, place) for place in scan.line.places])),
        labels=in_words(labels, scan.codes[:, 0]),
        delay=delay,
        calm=in_words(labels, rest[:, 0]),
        packages=in_words(packages, scan.codes[:, 1]),
        calm_packages=in_words(packages, rest[:, 1]),
        package_crossings=crossings(axis, scan, 1, packages),
        record=record,
        is_channel=is_channel,
        crossings=crossings(axis, scan, 0, labels),
    )


def in_words(words: Sequence[str], codes: IntArray) -> tuple[str | None, ...]:
    """Return the words for codes, None where the talks could not be solved."""
    return tuple(words[code] if code >= 0 else None for code in codes.tolist())


def crossings(axis: Axis, scan: Scan, place: int, words: Sequence[str]) -> tuple[Crossing, ...]:
    """Return where one of the conclusions changes along a lever, and from what to what."""
    sides = [np.array([flip.before[place], flip.after[place]]) for flip in scan.flips]
    return tuple(
        Crossing(value_at(axis, flip.place), *in_words(words, codes))
        for flip, codes in zip(scan.flips, sides, strict=True)
        if codes[0] != codes[1]
    )


def cheapest_label(
    scenario: Scenario,
    party: str,
    wished: int,
    axes: Sequence[Axis],
    costs: Mapping[str, float] | None = None,
    scan: int = SCAN,
    threads: int = 1,
) -> Cheapest:
    """Return the cheapest combination of moved numbers found that gives a party a label.

    Parameters
    ----------
    wished
        the label, as its place in ``LABELS``.
    costs
        by dotted name, the cost of moving a number over the whole of its range; 1 by default.
    axes
        the numbers to move; of several levers that set the same number the last counts.

    Raises
    ------
    UsageError
        If a cost is not above 0.
    """
    axes = tuple({axis.name: axis for axis in axes}.values())
    found = moved(scenario, axes, [label_conclusion(scenario, party)], threads=threads)

    def holds(points: FloatArray) -> BoolArray:
        return np.asarray(found.ask(points)[:, 0] == wished)

    return cheapest(holds, axes, found.base.tolist(), costs, scan=scan)


def cheapest_outcome(
    scenario: Scenario,
    outcome: str,
    axes: Sequence[Axis],
    costs: Mapping[str, float] | None = None,
    scan: int = SCAN,
    threads: int = 1,
) -> Cheapest:
    """Return the cheapest moved numbers found after which the talks begin with an outcome.

    The dynamic game is not linear in its numbers: rays are followed, of which the cheapest are
    turned, and the result is an upper bound. The wish is that in round 1 of the solved talks the
    outcome is in force for certain.

    Raises
    ------
    UnknownNameError, UsageError
        If the outcome cannot be read or no profile leads to it, or a cost is not above 0.
    """
    profiles_of(compile_scenario(scenario), outcome)
    wish = OutcomeClaim(
        name="wished outcome",
        says=f"In round 1: {outcome}",
        round=1,
        outcome=outcome_expression(scenario, outcome),
    )
    wishing = replace(scenario, claims=(*scenario.claims, wish))
    asked = claim_conclusion(wishing, wish)
    assert asked is not None
    axes = tuple({axis.name: axis for axis in axes}.values())
    found = moved(wishing, axes, [asked], threads=threads)

    def holds(points: FloatArray) -> BoolArray:
        return np.asarray(found.ask(points)[:, 0] == 1)

    return cheapest(holds, axes, found.base.tolist(), costs, scan=scan)
