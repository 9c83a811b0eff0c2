"""Countermeasures: what each does to the delay, with commitment and without, and who pays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from negsim.analysis.delay.stalling import LABELS
from negsim.deadline import can_begin, in_time
from negsim.errors import GameError, UsageError
from negsim.questions.conclusions import has_agreement
from negsim.questions.counter.answer import (
    Counter,
    MediatorCommitment,
    ToldEffect,
    TriedMeasure,
    TruceUnderMeasure,
    WatchedParty,
)
from negsim.questions.counter.countermeasures import Countermeasure
from negsim.questions.counter.edits import mediator_of
from negsim.questions.counter.effects import (
    Effect,
    Policy,
    effect,
    enough,
    enough_to_hold,
    hold,
    policies,
)
from negsim.scenario.model import Scenario


def ask_counter(
    scenario: Scenario,
    party: str,
    measures: Sequence[Countermeasure],
    seed: int,
    progress: Callable[[int, int], None],
) -> Counter:
    """Return what each measure does, with commitment and without.

    A measure that does not apply is listed with the reason. ``progress`` is called with the number
    of measures done and of all.
    """
    plain = effect(scenario, party, None)
    rows = []
    for done, measure in enumerate(in_time(measures, "countermeasures")):
        progress(done, len(measures) + 1)
        rows.append(row(scenario, party, measure, plain))
    tried = measures[: len(rows)]
    progress(len(measures), len(measures) + 1)
    committed = mediator_of(scenario) is not None and can_begin("commitments of the mediator")
    found = policies(scenario, party, tried) if committed else ()
    progress(len(measures) + 1, len(measures) + 1)
    return Counter(
        scenario=scenario.digest,
        seed=seed,
        title=scenario.title,
        party=party,
        parties=tuple(each.label for each in scenario.parties),
        has_agreement=has_agreement(scenario),
        costs=tuple(each.label for each in scenario.costs),
        plain=told(plain, plain),
        measures=tuple(rows),
        mediator=mediator_of(scenario),
        commitments=tuple(map(commitment, found)),
    )


def row(scenario: Scenario, party: str, measure: Countermeasure, plain: Effect) -> TriedMeasure:
    """Return one measure's effects, or why it does not apply."""
    strength = getattr(measure, measure.main)
    name, main = measure.name, measure.main
    about = TriedMeasure(str(measure), name, measure.summary, main, strength, measure.strongest)
    try:
        if measure.watches:
            about = replace(about, kept=kept(scenario, party, measure))
            return replace(about, enough=enough_to_hold(scenario, party, measure))
        about = replace(about, committed=told(effect(scenario, party, measure), plain))
        about = replace(about, enough=enough(scenario, party, measure, committed=True))
        if measure.commits and mediator_of(scenario) is not None:
            free = effect(scenario, party, measure, committed=False)
            about = replace(about, uncommitted=told(free, plain))
    except (GameError, UsageError) as error:
        return replace(about, reason=str(error))
    return about


def kept(scenario: Scenario, party: str, measure: Countermeasure) -> TruceUnderMeasure:
    """Return what a measure does to the truce that signals watch."""
    found, plain = hold(scenario, party, measure), hold(scenario, party, None)
    watched = (
        WatchedParty(each.name, each.label, found.critical[k], plain.critical[k], found.own[k])
        for k, each in enumerate(scenario.parties)
        if found.watched[k]
    )
    return TruceUnderMeasure(
        watched=tuple(watched),
        holds=found.holds,
        holds_before=plain.holds,
        false_alarm=found.false_alarm,
        false_alarm_before=plain.false_alarm,
        values=tuple(found.values),
        gains=more(found.values, plain.values),
    )


def more(found: Sequence[float], plain: Sequence[float]) -> tuple[float, ...]:
    """Return how much more each of some numbers is."""
    return tuple(value - before for value, before in zip(found, plain, strict=True))


def told(found: Effect, plain: Effect) -> ToldEffect:
    """Return an effect, gains and costs against the scenario as it is."""
    return ToldEffect(
        label=LABELS[found.label],
        label_worst=LABELS[found.label_worst],
        delay=found.delay,
        agreement_chance=found.agreement,
        end_round=found.end_round,
        boundary=found.boundary,
        values=tuple(found.values),
        gains=more(found.values, plain.values),
        costs=more(found.costs, plain.costs),
    )


def commitment(found: Policy) -> MediatorCommitment:
    """Return what committing to a measure, or to none, brings the mediator."""
    strong = found.measure
    if strong is None:
        return MediatorCommitment("nothing", "nothing", None, found.best, found.worst)
    strength = getattr(strong, strong.main)
    about = str(strong), strong.name, strong.main
    return MediatorCommitment(*about, found.best, found.worst, strength)
