"""What a countermeasure does: to the delay that it is meant against, and to everybody else.

The *boundary* of delay is told by the strength of the party's channels, from 0 (switched off, the
frozen game) to 1 (as they are): the smallest strength at which delay is worth more than settling.
A measure works if it raises the boundary, or leaves none.

A measure that changes what monitors see leaves the talks as they are, for alarms pay nothing there.
It works on the truce that the threat of ending it keeps: it moves the *critical discount*, from
which on a watched party keeps that truce, and what the truce is worth a round.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from negsim.analysis.delay.frozen import channels_of, switch_off
from negsim.analysis.delay.stalling import Stalling, analyse
from negsim.analysis.measures.registry import evaluate
from negsim.analysis.signals.kept_truce import base_truce, own_discounts, watched_parties
from negsim.arrays import TIE_TOLERANCE, FloatArray
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import UsageError
from negsim.questions.counter.countermeasures import Countermeasure
from negsim.questions.counter.edits import mediator_of
from negsim.scenario.model import Scenario

PIECES = 8
"""Pieces into which an interval is cut at each step of the search for a boundary."""

STEPS = 3
"""Steps of that search: it ends within PIECES ** -STEPS of the interval."""


@dataclass(frozen=True)
class Effect:
    """What follows at the start of the talks, with a measure or without one.

    Attributes
    ----------
    measure
        None for the scenario as it is.
    label, label_worst
        the party's label, as a place in ``LABELS``, where the mediator's best and worst of several
        equilibria is played.
    delay, agreement, end_round
        the party's value of delay, the chance of an agreement and the expected last round.
    values, costs
        everybody's expected payoff and each cost over the talks, in the order of the scenario.
    boundary
        the strength of the channels from which on delay is the best reply; inf if none up to 1 is
        enough, NaN without channels.
    """

    measure: Countermeasure | None
    committed: bool
    label: int
    label_worst: int
    delay: float
    agreement: float
    end_round: float
    values: tuple[float, ...]
    costs: tuple[float, ...]
    boundary: float


def effect(
    scenario: Scenario, party: str, measure: Countermeasure | None, committed: bool = True
) -> Effect:
    """Return what a measure does, or what there is without one.

    Raises
    ------
    UnknownNameError
        If there is no such party.
    UsageError
        If the measure does not apply to the scenario.
    """
    variant = scenario if measure is None else measure.applied(scenario, party, committed)
    compiled = compile_scenario(variant)
    best, worst = (analyse(compiled, selection=f"mediator_{word}") for word in ("best", "worst"))
    found = evaluate(best, [f"label.{party}", f"delay.{party}", "agreement_chance", "end_round"])
    label, delay, agreement, end_round = (float(column[0]) for column in found.values())
    return Effect(
        measure=measure,
        committed=committed,
        label=int(label),
        label_worst=int(evaluate(worst, [f"label.{party}"])[f"label.{party}"][0]),
        delay=delay,
        agreement=agreement,
        end_round=end_round,
        values=tuple(best.value[0].tolist()),
        costs=tuple(best.path.costs[0].sum(axis=0).tolist()),
        boundary=boundary(compiled, party),
    )


def boundary(compiled: Compiled, party: str) -> float:
    """Return the smallest strength of a party's channels at which delay pays, inf if none does.

    Strengths are searched on a grid that is refined around the first crossing: crossings that are
    closer together than the first grid's spacing can be missed. NaN without channels.
    """
    channels = channels_of(compiled.scenario, party)
    if not channels:
        return math.nan
    on = compiled.points()
    off = switch_off(compiled, on, channels)

    def pays(strengths: FloatArray) -> list[bool]:
        points = off + strengths[:, None] * (on - off)
        return [worth > 0 for worth in delays(analyse(compiled, points), party)]

    return first_true(pays, 0.0, 1.0)


def delays(analysis: Stalling, party: str) -> list[float]:
    """Return a party's value of delay at each point, 0 where it is within rounding of that."""
    found = evaluate(analysis, [f"delay.{party}"])[f"delay.{party}"]
    player = [each.name for each in analysis.compiled.scenario.parties].index(party)
    scale = np.abs(analysis.value[:, player])
    return [float(worth) for worth in np.where(np.abs(found) <= TIE_TOLERANCE * scale, 0.0, found)]


def first_true(holds: Callable[[FloatArray], Sequence[bool]], low: float, high: float) -> float:
    """Return where something first holds on the way from ``low`` to ``high``, inf if it does not.

    >>> first_true(lambda values: [value >= 0.3 for value in values], 0.0, 1.0)
    0.30078125
    """
    for _ in range(STEPS):
        values = np.linspace(low, high, PIECES + 1)
        found = list(holds(values))
        if True not in found:
            return math.inf
        place = found.index(True)
        if place == 0:
            return float(low)
        low, high = float(values[place - 1]), float(values[place])
    return high


def enough(scenario: Scenario, party: str, measure: Countermeasure, committed: bool) -> float:
    """Return the weakest strength of a measure at which delay is no longer the best reply.

    The main parameter is moved from its weakest to its strongest value; inf if not even that is
    enough. Other crossings further on are not looked for.

    Raises
    ------
    UsageError
        As :func:`effect`.
    """
    whole = is_whole(measure)

    def stops(strengths: FloatArray) -> list[bool]:
        return [
            delay_with(scenario, party, measure.at(int(value) if whole else value), committed) <= 0
            for value in strengths.tolist()
        ]

    if not whole:
        return first_true(stops, measure.weakest, measure.strongest)
    step = 1 if measure.strongest > measure.weakest else -1
    for value in range(int(measure.weakest), int(measure.strongest) + step, step):
        if stops(np.array([value]))[0]:
            return float(value)
    return math.inf


@dataclass(frozen=True)
class Hold:
    """What holds the truce that signals watch, with a measure or without one.

    An alarm ends it for good. All in the order of the scenario's parties.

    Attributes
    ----------
    watched
        whether some signal is about the party.
    critical
        the smallest discount at which the party keeps the truce, NaN if none does.
    own
        its discount in the file.
    values
        what the truce is worth to it a round while all keep it, in its payoff.
    false_alarm
        the chance a round of any alarm while all comply.
    """

    watched: tuple[bool, ...]
    critical: tuple[float, ...]
    own: tuple[float, ...]
    values: tuple[float, ...]
    false_alarm: float

    @property
    def holds(self) -> bool:
        """Whether every watched party is patient enough."""
        pairs = zip(self.watched, self.critical, self.own, strict=True)
        return all(own >= least for seen, least, own in pairs if seen)


def hold(scenario: Scenario, party: str, measure: Countermeasure | None) -> Hold:
    """Return what holds the truce of a scenario, with a measure or without one.

    Raises
    ------
    UsageError
        If the measure does not apply to the scenario.
    GameError
        If its one-shot game has not one truce and one fallback.
    """
    variant = scenario if measure is None else measure.applied(scenario, party)
    truce = base_truce(compile_scenario(variant))
    own = own_discounts(variant)
    watched = watched_parties(variant)
    return Hold(
        watched=tuple(each.name in watched for each in variant.parties),
        critical=tuple(truce.discount().tolist()),
        own=tuple(own.tolist()),
        values=tuple(truce.value(own).tolist()),
        false_alarm=truce.false_alarm,
    )


def enough_to_hold(scenario: Scenario, party: str, measure: Countermeasure) -> float:
    """Return the weakest strength of a measure at which every watched party keeps the truce.

    As :func:`enough`; inf if not even the strongest is enough.

    Raises
    ------
    UsageError, GameError
        As :func:`hold`.
    """

    def holds(strengths: FloatArray) -> list[bool]:
        return [hold(scenario, party, measure.at(value)).holds for value in strengths.tolist()]

    return first_true(holds, measure.weakest, measure.strongest)


def is_whole(measure: Countermeasure) -> bool:
    """Tell whether a measure's main parameter takes whole values."""
    return any(
        field.name == measure.main and isinstance(field.default, int) for field in fields(measure)
    )


def delay_with(scenario: Scenario, party: str, measure: Countermeasure, committed: bool) -> float:
    """Return a party's value of delay at the start of the talks with a measure."""
    compiled = compile_scenario(measure.applied(scenario, party, committed))
    return delays(analyse(compiled), party)[0]


@dataclass(frozen=True)
class Policy:
    """A measure to which the mediator could commit, and what it is worth to the mediator.

    ``best`` and ``worst`` are where the mediator's best and worst of several equilibria follows.
    """

    measure: Countermeasure | None
    best: float
    worst: float


def policies(
    scenario: Scenario, party: str, measures: Sequence[Countermeasure], strengths: int = 5
) -> tuple[Policy, ...]:
    """Return what each measure, at several strengths, is worth to a mediator bound to it.

    The first is no measure at all. Measures that do not apply are left out. The best commitment
    (Stackelberg) within the family is the one of the largest value: optimistic by ``best``,
    pessimistic by ``worst``.

    Raises
    ------
    UsageError
        If there is no mediator.
    """
    mediator = mediator_of(scenario)
    if mediator is None:
        raise UsageError("commitment is a mediator's, and the scenario has no mediator")
    place = [each.name for each in scenario.parties].index(mediator)
    found = [policy(scenario, None, place)]
    for measure in measures:
        if measure.commits:
            for strength in strengths_of(measure, strengths):
                strong = measure.at(strength)
                try:
                    found.append(policy(strong.applied(scenario, party), strong, place))
                except UsageError:
                    break
    return tuple(found)


def strengths_of(measure: Countermeasure, count: int) -> list[float]:
    """Return strengths of a measure, evenly spread from above the weakest to the strongest."""
    values = np.linspace(measure.weakest, measure.strongest, count + 1)[1:]
    if not is_whole(measure):
        return [float(value) for value in values]
    return list(dict.fromkeys(int(value) for value in np.rint(values)))


def policy(variant: Scenario, measure: Countermeasure | None, mediator: int) -> Policy:
    """Return what a scenario with a measure is worth to the mediator."""
    compiled = compile_scenario(variant)
    best, worst = (
        float(analyse(compiled, selection=f"mediator_{word}").value[0, mediator])
        for word in ("best", "worst")
    )
    return Policy(measure, best, worst)
