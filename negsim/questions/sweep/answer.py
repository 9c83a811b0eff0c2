"""What a sweep answers: each measure's spread and mover, or labels over a grid of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negsim.answers import Answer, Floats, Ints, Real


@dataclass(frozen=True)
class PhaseDiagram(Answer):
    """A phase diagram; arrays have the shape of the grid, the first number varying slowest.

    ``labels`` are places in the list of labels, -1 where a point was not solved. ``ranges`` are the
    stated ranges of the numbers, None where there is none.
    """

    party: str
    names: tuple[str, ...]
    titles: tuple[str, ...]
    axes: tuple[Floats, ...]
    labels: Ints
    delay: Floats
    agreement: Floats
    end_round: Floats
    solved: int
    hangs_on_selection: Real
    shares: Mapping[str, float]
    base: tuple[Real, ...]
    ranges: tuple[tuple[float | None, float | None], ...]
    seed: int | None = None


@dataclass(frozen=True)
class Mover:
    """The number that a measure goes with most, by Spearman's rank correlation."""

    name: str
    correlation: float


@dataclass(frozen=True)
class NumberSpread:
    """A measure over the points where it is defined; None where there are none, or too few."""

    unit: str
    undefined: int
    low: float | None
    mean: float | None
    high: float | None
    moved_by: Mover | None


@dataclass(frozen=True)
class LabelsOnRecord:
    """The shares of labels given the record, None with too few points to tell.

    ``effective`` is how many points that count alike know as much, ``how`` how they were drawn.
    """

    effective: Real
    how: str
    shares: Mapping[str, float] | None


@dataclass(frozen=True)
class LabelSpread:
    """The shares of the points in which each label is found; ``given_record`` where there is one.

    ``undefined`` is the number of points without a label.
    """

    unit: str
    undefined: int
    shares: Mapping[str, float]
    given_record: LabelsOnRecord | None


@dataclass(frozen=True)
class Sweep(Answer):
    """What a sweep found in each measure; ``errors`` are the commonest, with how often."""

    title: str
    names: tuple[str, ...]
    design: str
    seed: int | None
    strategies: Mapping[str, str]
    points: int
    complete: bool
    planned: int
    failed: int
    errors: Mapping[str, int]
    measures: Mapping[str, NumberSpread | LabelSpread]
