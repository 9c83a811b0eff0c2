"""What question 5 and ``negsim play`` return: how named rules fare, and one run told in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negsim.answers import Answer, Floats, Real
from negsim.questions.rules.contest import Contest


@dataclass(frozen=True)
class ToldRun:
    """One run in words: what each party said and what was in effect each round.

    ``said``, ``outcome``, ``alarms`` and ``state`` have one entry a round, ``payoffs`` one a party.
    """

    number: int
    rules: tuple[str, ...]
    rounds: tuple[int, ...]
    said: Mapping[str, tuple[str, ...]]
    outcome: tuple[str, ...]
    alarms: tuple[str, ...]
    state: Mapping[str, tuple[int, ...]]
    variables: tuple[str, ...]
    end: str
    payoffs: Floats


@dataclass(frozen=True)
class Rules(Answer):
    """Question 5's answer: each rule of each party, and one run in full."""

    runs: int
    rules: tuple[str, ...]
    opponents: tuple[str, ...]
    contests: tuple[Contest, ...]
    run: ToldRun


@dataclass(frozen=True)
class DrawnTypes:
    """A profile of private types: its prior, and the share of the runs in which it was drawn."""

    types: tuple[str, ...]
    prior: float
    share: float


@dataclass(frozen=True)
class PartyPlay:
    """What a party's strategy came to; ``expected`` is exact, None where that takes too long."""

    name: str
    label: str
    strategy: str
    expected: float | None
    mean: float
    error: Real
    stalling_index: Real
    stalling_index_error: Real


@dataclass(frozen=True)
class CostPlay:
    """A declared cost over the talks."""

    label: str
    expected: float | None
    mean: float
    error: Real


@dataclass(frozen=True)
class EndPlay:
    """How often an end closed the talks; ``chance`` is exact."""

    label: str
    share: float
    chance: float | None


@dataclass(frozen=True)
class RunBands:
    """The share of runs still going on in each round, and quantiles of each variable, (T, 5)."""

    rounds: tuple[int, ...]
    going_on: Floats
    state: Mapping[str, Floats]


@dataclass(frozen=True)
class Play(Answer):
    """What named strategies come to, with the run that is told in full."""

    title: str
    round: str
    runs: int
    seed: int
    horizon: str
    rounds: int
    left: float
    error: float
    misperception: float
    types: tuple[DrawnTypes, ...]
    parties: tuple[PartyPlay, ...]
    costs: tuple[CostPlay, ...]
    ends: tuple[EndPlay, ...]
    end_round: Real
    time: Mapping[str, float]
    labels: Mapping[str, Mapping[str, float]] | None
    bands: RunBands
    run: ToldRun
