"""Measures of the solved talks: values, delay, labels, ends and what is said in round 1."""

from __future__ import annotations

import numpy as np

from negsim.analysis.delay import record
from negsim.analysis.delay.prospects import difference
from negsim.analysis.delay.prospects import worth_of_waiting as worth
from negsim.analysis.delay.sayings import chance_said
from negsim.analysis.delay.stalling import STALLING, Stalling
from negsim.analysis.measures.measure import measure, subjects
from negsim.arrays import FloatArray
from negsim.expressions import Expression
from negsim.scenario.model import OutcomeClaim


@measure("payoff")
def value(analysis: Stalling, player: int) -> FloatArray:
    """Expected discounted payoff at the start of the talks."""
    return analysis.value[:, player]


@measure("payoff")
def delay(analysis: Stalling, player: int) -> FloatArray:
    """Value of delay at the start: talking on minus settling now; inf if nothing is acceptable."""
    start = analysis.at_start
    return difference(start.talk, start.settle)[:, 0, player, 0]


@measure("code")
def package(analysis: Stalling, player: int) -> FloatArray:
    """Package on the table for a party at the start, as its place: 0 nothing that it could sign."""
    places = {text: k for k, text in enumerate(analysis.compiled.outcome_texts(), start=1)}
    texts = [analysis.on_the_table(player, point) for point in range(len(analysis.points))]
    return np.array([0.0 if text is None else places[text] for text in texts])


@measure("payoff")
def cover(analysis: Stalling, player: int) -> FloatArray:
    """Cover value at the start: talking on minus leaving."""
    start = analysis.at_start
    return difference(start.talk, start.leave)[:, 0, player, 0]


@measure("payoff")
def frozen_delay(analysis: Stalling, player: int) -> FloatArray:
    """Value of delay at the start with the channels off, of the package that could be signed."""
    return analysis.start.frozen_delay[:, 0, player, 0]


@measure("payoff")
def worth_of_waiting(analysis: Stalling, player: int) -> FloatArray:
    """Worth of being able to wait: talking on beyond the better of signing and leaving, or 0."""
    found = analysis.at_start
    return worth(found.talk, found.settle, found.leave)[:, 0, player, 0]


@measure("payoff")
def premium(analysis: Stalling, player: int) -> FloatArray:
    """Worth of being able to wait at the start, less that with the channels off."""
    return analysis.start.premium[:, 0, player, 0]


@measure("payoff", of="party and channel")
def premium_part(analysis: Stalling, place: int) -> FloatArray:
    """Part of a channel in a party's premium (Shapley value); none if all are needed together."""
    return analysis.premium_parts[channel_at(analysis, place)]


@measure("payoff")
def round_premium(analysis: Stalling, player: int) -> FloatArray:
    """Value of delay at the start less that with the channels off; it depends on the round."""
    return analysis.start.round_premium[:, 0, player, 0]


@measure("payoff", of="party and channel")
def round_premium_part(analysis: Stalling, place: int) -> FloatArray:
    """Part of a channel in a party's round premium at the start, by Shapley value."""
    return analysis.round_premium_parts[channel_at(analysis, place)]


def channel_at(analysis: Stalling, place: int) -> tuple[str, str]:
    """Return the party and the channel that a measure is asked of."""
    party, channel = subjects(analysis.compiled.scenario, "party and channel")[place].split(".")
    return party, channel


@measure("label")
def label(analysis: Stalling, player: int) -> FloatArray:
    """Label at the start, as its place in the list of labels."""
    return analysis.start_labels[:, player].astype(float)


@measure("share")
def selection_marks(analysis: Stalling, player: int) -> FloatArray:
    """1 where the label at the start is another under another rule of selection, 0 elsewhere."""
    return analysis.start_depends[:, player].astype(float)


@measure("share")
def stalling_share(analysis: Stalling, player: int) -> FloatArray:
    """Share of the rounds and states that can occur labelled stalling, each counted once."""
    return analysis.share(STALLING)[:, player]


@measure("share")
def stalling_share_of_path(analysis: Stalling, player: int) -> FloatArray:
    """Share of the rounds that the solved talks are expected to play labelled stalling."""
    return analysis.share_of_path(STALLING)[:, player]


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


@measure("chance", of="")
def record_chance(analysis: Stalling, _player: int) -> FloatArray:
    """Chance, in the model, of all that is on record; 1 where nothing is."""
    return record.record_chance(analysis.compiled, analysis.plan)


@measure("chance", of="number of slips")
def record_slips(analysis: Stalling, slips: int) -> FloatArray:
    """Chance of the record by so many slips in place of the plan, added over where they fall."""
    return analysis.record_by_slips[:, slips]


@measure("chance", of="end")
def end_chance(analysis: Stalling, end: int) -> FloatArray:
    """Chance, in the model, that the talks end in this way."""
    return np.asarray(analysis.path.ends[:, :, end].sum(axis=1))


@measure("level", of="option")
def in_effect(analysis: Stalling, option: int) -> FloatArray:
    """Expected level of an option in round 1: the chance that it is in effect, without levels."""
    levels = analysis.compiled.events.table[option].astype(float)
    return np.asarray(analysis.path.events[:, 0] @ levels)


@measure("chance", of="stance")
def said(analysis: Stalling, stance: int) -> FloatArray:
    """Chance that a party says this about an option in round 1, or might as well.

    Moves that lead to the same count for all that they say.
    """
    scenario = analysis.compiled.scenario
    party, option, word = subjects(scenario, "stance")[stance].split(".")
    moves = analysis.compiled.moves[party]
    says = np.array([move.stances[option] == word for move in moves])
    player = [each.name for each in scenario.parties].index(party)
    return chance_said(analysis.compiled, analysis.plan, player, says)


@measure("chance", of="claim")
def expected(analysis: Stalling, claim: int) -> FloatArray:
    """Chance of the outcome that a claim expects, in its round, at the scenario's own order."""
    found = analysis.compiled.scenario.claims[claim]
    assert isinstance(found, OutcomeClaim)
    return outcome_chance(analysis, found.outcome, found.round)


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
