"""What ``negsim transcript`` returns: an observed record, and the belief about a type along it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negsim.answers import Answer, Floats, Real


@dataclass(frozen=True)
class TypeWords:
    """A private type in words."""

    name: str
    label: str


@dataclass(frozen=True)
class FollowedRound:
    """One observed round: what was said, by party and option; labels and fit by party.

    ``chances`` are those with which each type would have said so; ``tells`` whether they differ.
    """

    round: int
    dates: tuple[str, ...]
    sources: tuple[str, ...]
    state: Mapping[str, int]
    said: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, str]
    fits: Mapping[str, Real]
    chances: tuple[Real, ...]
    tells: bool


@dataclass(frozen=True)
class FollowedRecord(Answer):
    """A transcript followed; ``beliefs`` (rounds + 1, types) begins with the priors.

    ``evidence`` is the sequential test's, which ends at ``bounds``.
    """

    scenario: str
    seed: int
    title: str
    party: str
    label: str
    mode: str
    precision: float
    types: tuple[TypeWords, ...]
    beliefs: Floats
    evidence: Floats
    bounds: tuple[float, float]
    rounds_needed: tuple[Real, ...]
    rounds: tuple[FollowedRound, ...]
