"""Measures: one number a point, each a function of a solved analysis, with its unit.

A measure is named alone (``agreement_chance``), with a party (``delay.russia``) or with a claim
that expects an outcome (``expected.truce_first``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from negsim.analysis.stalling import LABELS, STALLING, Stalling, difference
from negsim.arrays import FloatArray
from negsim.errors import UnknownNameError, UsageError, unknown
from negsim.expressions import Expression
from negsim.registry import Registry
from negsim.scenario.model import Scenario

Subject: TypeAlias = Literal["", "party", "claim"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A named number of every point; ``compute`` takes the analysis and its subject's place.

    The subject is a party, a claim, or nothing (place -1).
    """

    name: str
    unit: str
    summary: str
    of: Subject
    compute: Callable[[Stalling, int], FloatArray]


measures = Registry[Measure]("measure")

Function = Callable[[Stalling, int], FloatArray]


def measure(unit: str, of: Subject = "party") -> Callable[[Function], Function]:
    """Register a function as a measure under its own name."""

    def add(function: Function) -> Function:
        name = function.__name__
        summary = (function.__doc__ or "").split("\n")[0]
        measures.add(name, Measure(name, unit, summary, of, function))
        return function

    return add


def parse_measure(text: str, scenario: Scenario) -> tuple[Measure, int]:
    """Return the measure and the place of the party or claim that a text names (-1: none).

    Raises
    ------
    UnknownNameError
        If the measure, the party or the claim is not known.
    UsageError
        If a party or claim is missing or not wanted.
    """
    name, _, subject = text.partition(".")
    found = measures[name]
    if not found.of:
        if subject:
            raise UsageError(f'measure "{name}" stands alone, got "{text}"')
        return found, -1
    parties = [each.name for each in scenario.parties]
    claims = [each.name for each in scenario.claims if each.expect_outcome is not None]
    names = parties if found.of == "party" else claims
    if not subject:
        example = f', as in "{name}.{names[0]}"' if names else ""
        raise UsageError(f'measure "{name}" needs a {found.of}{example}')
    if subject not in names:
        raise unknown(found.of, subject, names)
    if found.of == "claim":
        return found, [each.name for each in scenario.claims].index(subject)
    return found, names.index(subject)


def evaluate(analysis: Stalling, names: Sequence[str]) -> dict[str, FloatArray]:
    """Return each named measure over the analysis' points, shape (B,).

    Raises
    ------
    UnknownNameError, UsageError
        As :func:`parse_measure`.
    """
    found = {}
    for name in names:
        entry, player = parse_measure(name, analysis.compiled.scenario)
        found[name] = np.asarray(entry.compute(analysis, player), dtype=float)
    return found


@measure("payoff")
def value(analysis: Stalling, player: int) -> FloatArray:
    """Expected discounted payoff at the start of the talks."""
    return analysis.value[:, player]


@measure("payoff")
def delay(analysis: Stalling, player: int) -> FloatArray:
    """Value of delay at the start: talking on minus settling now; inf if nothing is acceptable."""
    start = analysis.at_start
    return difference(start.talk, start.settle)[:, 0, player, 0]


@measure("payoff")
def cover(analysis: Stalling, player: int) -> FloatArray:
    """Cover value at the start: talking on minus leaving."""
    start = analysis.at_start
    return difference(start.talk, start.leave)[:, 0, player, 0]


@measure("payoff")
def frozen_delay(analysis: Stalling, player: int) -> FloatArray:
    """Value of delay at the start of the frozen game."""
    return analysis.start.frozen_delay[:, 0, player, 0]


@measure("payoff")
def premium(analysis: Stalling, player: int) -> FloatArray:
    """Stalling premium at the start: value of delay minus that of the frozen game."""
    return analysis.start.premium[:, 0, player, 0]


@measure("label")
def label(analysis: Stalling, player: int) -> FloatArray:
    """Label at the start, as its place in the list of labels."""
    return analysis.start_labels[:, player].astype(float)


@measure("share")
def stalling_share(analysis: Stalling, player: int) -> FloatArray:
    """Share of live states and rounds labelled stalling, each counted once."""
    return analysis.share(STALLING)[:, player]


@measure("chance", of="")
def agreement_chance(analysis: Stalling, _player: int) -> FloatArray:
    """Chance, in the model, that the talks end in an agreement."""
    kinds = [end.kind == "agreement" for end in analysis.compiled.scenario.ends]
    return np.asarray(analysis.path.ends[:, :, kinds].sum(axis=(1, 2)))


@measure("rounds", of="")
def end_round(analysis: Stalling, _player: int) -> FloatArray:
    """Expected round in which the talks end, in whatever way, of those that end in sight."""
    rounds = np.arange(1, analysis.path.ends.shape[1] + 1)
    ending = analysis.path.ends.sum(axis=2)
    with np.errstate(invalid="ignore"):
        return np.asarray(ending @ rounds / ending.sum(axis=1), dtype=float)


@measure("chance", of="claim")
def expected(analysis: Stalling, claim: int) -> FloatArray:
    """Chance of the outcome that a claim expects, in its round, at the scenario's own order."""
    found = analysis.compiled.scenario.claims[claim]
    assert found.expect_outcome is not None
    return outcome_chance(analysis, found.expect_outcome, found.expect_round)


def outcome_chance(analysis: Stalling, outcome: Expression, round_number: int) -> FloatArray:
    """Return the chance of an outcome in a round, given that the round is played, shape (B,).

    NaN where the talks cannot reach the round.
    """
    events = analysis.path.events
    if not 1 <= round_number <= events.shape[1]:
        return np.full(len(events), np.nan)
    chances = events[:, round_number - 1]
    truth = outcome.evaluate(analysis.compiled.events.environment()) != 0
    hits = np.broadcast_to(truth, (1, 1, chances.shape[1]))[0, 0]
    with np.errstate(invalid="ignore"):
        return np.asarray((chances * hits).sum(axis=1) / chances.sum(axis=1))


def label_name(code: float) -> str:
    """Return the label of a code that the measure ``label`` gave."""
    if not 0 <= int(code) < len(LABELS):
        raise UnknownNameError(f"label code {code:g}, expected 0 to {len(LABELS) - 1}")
    return LABELS[int(code)]
