"""How far a conclusion can be trusted, question 4 in full: everything that could overturn it.

Over a sample of all stated ranges: the share in which each conclusion is as at the base case, and
the box of numbers in which the headline fails. One number at a time: the tornado, and how far the
base case is from each tipping point in units of that number's own uncertainty, half its range. By
variance: Sobol' indices of the numbers that stand out. By source: what is left of the headline if
all that one source says is only known to lie in its range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.deadline import can_begin
from negsim.errors import UsageError
from negsim.questions.change.levers import (
    Moved,
    NumberScan,
    Progress,
    Tipping,
    critical_values,
    moved,
)
from negsim.questions.conclusions import (
    Asker,
    Conclusion,
    has_agreement,
    label_conclusion,
    main_conclusions,
)
from negsim.questions.trust.discovery import FailureBox, failure_box
from negsim.questions.trust.robustness import (
    Share,
    correlation,
    ranks,
    sampled_words,
    share_of,
    weighted_share,
)
from negsim.questions.trust.sensitivity import Indices, Tornado, sobol, stretched, tornado
from negsim.sampling.axes import Axis, ranged_axes
from negsim.sampling.design import replicated
from negsim.sampling.given_record import Given, given_record, set_of
from negsim.scenario.model import Scenario

SAMPLES = 256
SIZE = 64
"""Base size of the design for Sobol' indices, a power of two."""

MOST_DRIVERS = 8
"""Most numbers for which Sobol' indices are worked out."""

PER_SOURCE = 64
"""Points at which the numbers of one source are drawn anew."""

SCAN = 9
"""Points at which each range is scanned for tipping points."""

TOGETHER = 256
"""Points between two reports of progress."""

Say = Callable[[str], None]

OnRecord: TypeAlias = tuple[Given, IntArray]
"""A sample given the record, and the codes of all conclusions at its points."""


@dataclass(frozen=True, eq=False)
class Headline:
    """A conclusion, what it is at the base case, and in which share of the sample it is that.

    ``given`` is the share given the record; None without one or with too few points on it.
    """

    conclusion: Conclusion
    base: int
    share: Share
    given: Share | None


@dataclass(frozen=True, eq=False)
class Distance:
    """How far the base case is from where a number, moved alone, tips the headline.

    ``tipping`` is None where it does not within the stated range; ``half_ranges`` is then inf.
    """

    axis: Axis
    base: float
    tipping: Tipping | None

    @property
    def half_ranges(self) -> float:
        """Return the distance in units of the number's own uncertainty, half its range."""
        if self.tipping is None:
            return float("inf")
        return 2 * abs(self.tipping.value - self.base) / (self.axis.high - self.axis.low)


@dataclass(frozen=True, slots=True)
class SourceTest:
    """What is left of the headline if a source's numbers are only known to lie in their ranges.

    ``share`` is that of points in which it is as at the base case, the numbers of the source drawn
    anew, uniform and independent, all others at the base. ``flips`` are those of its numbers of
    which one end alone overturns it. ``fixed`` counts its numbers without a range.
    """

    source: str
    cite: str
    numbers: tuple[str, ...]
    fixed: int
    share: Share | None
    flips: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Trust:
    """Everything asked of a scenario's headline: the label of ``party`` at the start.

    Where no end is an agreement no label says anything: the headline is then the first claim.
    """

    party: str
    measure: str
    design: str
    given: Given | None
    """The sample given the record; None without one."""
    names: tuple[str, ...]
    failed: int
    headlines: tuple[Headline, ...]
    hanging: tuple[Share, ...]
    """In which share of the sample each party's label is another under another selection."""
    correlations: tuple[tuple[str, float], ...]
    tornado: Tornado
    indices: Indices | None
    box: FailureBox | None
    sources: tuple[SourceTest, ...]
    distances: tuple[Distance, ...]


def robustness(
    scenario: Scenario,
    party: str,
    samples: int = SAMPLES,
    size: int = SIZE,
    seed: int = 0,
    threads: int = 1,
    say: Say = lambda _: None,
    progress: Progress = lambda _done, _total: None,
) -> Trust:
    """Ask everything that could overturn the label of a party at the start, and every claim.

    Where no end is an agreement the first claim takes the place of the label.

    Parameters
    ----------
    samples
        fewest points of the replicated Sobol' sets over all stated ranges.
    size
        base size of the design for Sobol' indices, a power of two; 0 leaves them out. They are
        of whether the headline is as at the base case, over the numbers that stand out in the
        sample, all others at the base: at most eight.

    Raises
    ------
    UnknownNameError
        If there is no such party.
    UsageError
        If no number has a range, a size is out of bounds, or no end is an agreement and nothing
        is claimed that could be followed.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> found = robustness(scenario, "upstream", samples=20, size=0)
    >>> found.design
    'replicated_sobol of 17 numbers, 20 points, seed 0'
    """
    axes = ranged_axes(scenario)
    if not axes:
        raise UsageError("no number to vary, expected one with range = [low, high] or more")
    if samples < 20:
        raise UsageError(f"{samples} samples, expected 20 or more")
    conclusions = all_conclusions(scenario, party)
    first = conclusions[0]
    measure = f"delay.{party}" if first.least is None else first.measure
    record = ["record_chance"] if scenario.record else []
    labelled = [each.measure.partition(".")[2] for each in conclusions if each.least is None]
    marks = [f"selection_marks.{name}" for name in labelled]
    found = moved(scenario, axes, conclusions, [measure, *record, *marks], threads)
    base = found.ask(found.base[None])[0]
    design = replicated(scenario, samples, seed, [axis.name for axis in axes])
    say(f"sampling all ranges at {design.size} points")
    codes, measured = in_parts(found.ask, design.values, progress)
    values, weights = measured[measure], measured.get("record_chance")
    held = codes == base
    given = None
    if weights is not None:
        say("sampling given the record")
        given = given_record(scenario, design, weights, set_of(design), seed, threads)
    say("moving each number alone")
    swings = tornado(scenario, axes, conclusions[:1], measure, threads)
    tips = critical_values(scenario, party, axes, SCAN, threads, claims=False, progress=progress)
    ranked = correlations(design.values, design.names, values, held[:, 0])
    say("looking at each source")
    sources = source_tests(scenario, found, base[0], swings, seed)
    say("working out Sobol' indices")
    chosen = [axis for name, _ in ranked[:MOST_DRIVERS] for axis in axes if axis.name == name]
    worked_out = bool(size) and can_begin("Sobol' indices")
    indices = headline_indices(found, chosen, int(base[0]), size, seed) if worked_out else None
    solved = codes[:, 0] >= 0
    return Trust(
        party,
        sampled_words(scenario, design),
        str(design),
        given,
        design.names,
        int((~solved).sum()),
        headlines(conclusions, base, codes, set_of(design), asked_of(found.ask, given)),
        tuple(marked(measured, name, solved, set_of(design)) for name in labelled),
        tuple(ranked),
        swings,
        indices,
        failure_box(design.values[solved], ~held[solved, 0], design.names),
        sources,
        tuple(sorted(map(distance, tips), key=lambda each: each.half_ranges)),
    )


def marked(
    measured: Mapping[str, FloatArray], party: str, solved: BoolArray, sets: IntArray
) -> Share:
    """Return the share of the solved points in which a party's label hangs on the selection."""
    marks = measured[f"selection_marks.{party}"]
    return weighted_share(party, marks == 1, solved.astype(float), sets)


def all_conclusions(scenario: Scenario, party: str) -> tuple[Conclusion, ...]:
    """Return the label of a party, then those of the others with a say, then the claims.

    The claims alone where no end is an agreement; errors as :func:`main_conclusions`.
    """
    first, *claims = main_conclusions(scenario, party)
    if not has_agreement(scenario):
        return (first, *claims)
    others = [
        label_conclusion(scenario, each.name)
        for each in scenario.parties
        if each.name != party and each.role != "mediator"
    ]
    return (first, *others, *claims)


def asked_of(ask: Asker, given: Given | None) -> OnRecord | None:
    """Return the sample given the record with the codes there, None without enough points."""
    if given is None or not given.enough:
        return None
    given = given.only(given.weights > 0)
    return given, ask(given.values)


def in_parts(
    ask: Asker, points: FloatArray, progress: Progress
) -> tuple[IntArray, dict[str, FloatArray]]:
    """Return codes and measures at many points, with progress on the way."""
    parts = []
    for first in range(0, len(points), TOGETHER):
        progress(first, len(points))
        parts.append(ask.ask(points[first : first + TOGETHER]))
    progress(len(points), len(points))
    names = parts[0][1]
    measured = {name: np.concatenate([each[name] for _, each in parts]) for name in names}
    return np.concatenate([codes for codes, _ in parts]), measured


def headlines(
    conclusions: Sequence[Conclusion],
    base: IntArray,
    codes: IntArray,
    sets: IntArray,
    on_record: OnRecord | None,
) -> tuple[Headline, ...]:
    """Return in which share of the solved points each conclusion is as at the base case."""
    found = []
    for place, each in enumerate(conclusions):
        holds, solved = codes[:, place] == base[place], (codes[:, place] >= 0).astype(float)
        share = weighted_share(each.name, holds, solved, sets)
        given = None
        if on_record is not None:
            sample, own = on_record[0], on_record[1][:, place]
            weights = sample.weights * (own >= 0)
            given = weighted_share(each.name, own == base[place], weights, sample.sets, sample)
        found.append(Headline(each, int(base[place]), share, given))
    return tuple(found)


def correlations(
    points: FloatArray, names: Sequence[str], delay: FloatArray, held: BoolArray
) -> list[tuple[str, float]]:
    """Return the numbers by how strongly they go with the value of delay, the strongest first.

    Spearman's rank correlation over the points that have one (where the headline is a claim, with
    the chance of what it expects); over all points with whether the headline holds, where fewer
    than half of them have one.
    """
    finite = np.isfinite(delay)
    use = finite if finite.mean() >= 0.5 else np.ones(len(delay), dtype=bool)
    target = ranks(delay[use] if finite.mean() >= 0.5 else held.astype(float))
    found = [
        (name, correlation(ranks(points[use, column]), target)) for column, name in enumerate(names)
    ]
    return sorted(found, key=lambda each: -abs(each[1]))


def headline_indices(
    found: Moved, axes: Sequence[Axis], base: int, size: int, seed: int
) -> Indices:
    """Return Sobol' indices of whether the headline is as at the base case."""
    columns = [found.names.index(axis.name) for axis in axes]
    label = found.ask.parts()[0][1]

    def result(values: FloatArray) -> FloatArray:
        points = np.tile(found.base, (len(values), 1))
        points[:, columns] = values
        return np.asarray(label(points)[:, 0] == base, dtype=float)

    return sobol(result, axes, size, seed)


def source_tests(
    scenario: Scenario, found: Moved, base: int, swings: Tornado, seed: int
) -> tuple[SourceTest, ...]:
    """Return what is left of the headline without each source; numbers without one come last."""
    by_source: dict[str, list[str]] = {}
    for number in scenario.numbers.values():
        by_source.setdefault(number.source, []).append(number.name)
    cites = {each.name: each.cite for each in scenario.sources}
    flipping = {
        each.axis.name
        for each in swings.swings
        if any(codes[0] not in (base, -1) for codes in (each.low_codes, each.high_codes))
    }
    ordered = sorted(by_source, key=lambda name: (not name, name))
    streams = np.random.default_rng(seed).spawn(len(ordered))
    tests = []
    for stream, source in zip(streams, ordered, strict=True):
        own = [axis for axis in found.axes if axis.name in by_source[source]]
        names = tuple(axis.name for axis in own)
        fixed = len(by_source[source]) - len(own)
        flips = tuple(name for name in names if name in flipping)
        share = redrawn(found, own, base, stream, source) if own else None
        tests.append(SourceTest(source, cites.get(source, ""), names, fixed, share, flips))
    return tuple(tests)


def redrawn(
    found: Moved, axes: Sequence[Axis], base: int, stream: np.random.Generator, name: str
) -> Share:
    """Return the share of points with the base case's label if some numbers are drawn anew."""
    label = found.ask.parts()[0][1]
    points = np.tile(found.base, (PER_SOURCE, 1))
    columns = [found.names.index(axis.name) for axis in axes]
    points[:, columns] = stretched(axes, stream.random((PER_SOURCE, len(axes))))
    codes = label(points)[:, 0]
    solved = codes >= 0
    return share_of(name, int((codes[solved] == base).sum()), int(solved.sum()))


def distance(scan: NumberScan) -> Distance:
    """Return how far the base case is from where a number tips the headline."""
    return Distance(scan.axis, scan.base, scan.nearest(scan.conclusions[0]))
