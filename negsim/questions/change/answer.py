"""What question 3 answers: where conclusions change along numbers, and what brings them about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negsim.answers import Answer, Floats, Real
from negsim.questions.change.combinations import Alone, Combination
from negsim.questions.change.curves import Curve
from negsim.questions.change.inverse import NumberChange
from negsim.questions.change.linear_game import Binding


@dataclass(frozen=True)
class Crossing:
    """A value at which a label, or the package on the table, changes; None: there is none."""

    value: float
    below: str | None
    above: str | None


@dataclass(frozen=True)
class LeverScan:
    """A lever's range with the label, its value of delay and what is on the table along it.

    Crossings closer together than the scan's spacing can be missed. ``calm`` and ``calm_packages``
    hold labels and packages with the party's reasons to wait off
    (:func:`~negsim.questions.delay.discipline.calm_scenario`): what else there is to make it
    refuse. ``record`` is the chance of what is on record, None where nothing is. A label or package
    is None where the talks could not be solved.
    """

    name: str
    label: str
    sets: str
    base: float
    values: Floats
    labels: tuple[str | None, ...]
    delay: Floats
    calm: tuple[str | None, ...]
    packages: tuple[str | None, ...]
    calm_packages: tuple[str | None, ...]
    package_crossings: tuple[Crossing, ...]
    record: Floats | None
    is_channel: bool
    crossings: tuple[Crossing, ...]


@dataclass(frozen=True)
class BaseConclusion:
    """What a conclusion is at the base case."""

    name: str
    says: str
    is_: str


@dataclass(frozen=True)
class TippingPoint:
    """A value at which a conclusion changes, and what it is just below and above."""

    conclusion: str
    says: str
    value: float
    below: str
    above: str


@dataclass(frozen=True)
class MovedNumber:
    """A number moved alone over its range: what each conclusion is along it, and where it tips."""

    name: str
    label: str
    lever: str | None
    low: float
    high: float
    base: float
    spacing: float
    values: Floats
    conclusions: Mapping[str, tuple[str, ...]]
    tippings: tuple[TippingPoint, ...]


@dataclass(frozen=True)
class Border:
    """Where the first conclusion stops being as at the base case, in two numbers.

    ``ranges`` are the stated ranges of the numbers, ``whole`` tells which take whole values.
    """

    names: tuple[str, str]
    labels: tuple[str, str]
    low: tuple[float, float]
    high: tuple[float, float]
    base: tuple[float, float]
    ranges: tuple[tuple[float | None, float | None], ...]
    whole: tuple[bool, bool]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class CheapestWay:
    """The cheapest levers found that bring a wish about; ``holds`` if it does at the base case."""

    wish: str
    holds: bool
    rays: int
    best: Combination | None
    alone: tuple[Alone, ...]
    together: tuple[Combination, ...]


@dataclass(frozen=True)
class Levers(Answer):
    """Question 3's answer: tipping points, borders in two numbers, the cheapest combination.

    ``cheapest`` is None where no levers are declared, or there is no end to settle for.
    """

    scenario: str
    seed: int
    party: str
    party_label: str
    subject: str
    has_agreement: bool
    base: tuple[BaseConclusion, ...]
    not_followed: tuple[str, ...]
    scan: int
    tolerance: float
    missed: str
    numbers: tuple[MovedNumber, ...]
    curves: tuple[Border, ...]
    cheapest: CheapestWay | None


@dataclass(frozen=True)
class LeastChange(Answer):
    """The least change that makes an outcome come out.

    ``exact`` tells that it is the least, or that there is none; ``rays`` is how many were followed
    where it is an upper bound found so; ``verified`` is what solving the changed game says.
    """

    scenario: str
    seed: int
    outcome: str
    kind: str
    possible: bool
    exact: bool
    cost: Real
    changes: tuple[NumberChange, ...]
    rays: int | None
    profile: tuple[str, ...]
    binding: tuple[Binding, ...]
    verified: bool
