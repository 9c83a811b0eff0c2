"""An observed record followed: each round's labels, and the belief about a party's type."""

from __future__ import annotations

from negsim.analysis.signals.transcript import Followed, TranscriptReading
from negsim.questions.signals.answer import FollowedRecord, FollowedRound, TypeWords
from negsim.scenario.model import Scenario


def told_transcript(scenario: Scenario, found: Followed, seed: int) -> FollowedRecord:
    """Return a followed transcript in the scenario's words."""
    labels = {each.name: each.label for each in scenario.types if each.party == found.party}
    return FollowedRecord(
        scenario=scenario.digest,
        seed=seed,
        title=scenario.title,
        party=found.party,
        label=scenario.party(found.party).label,
        mode=found.mode,
        precision=found.precision,
        types=tuple(TypeWords(name, labels.get(name, "Base")) for name in found.types),
        beliefs=found.beliefs,
        evidence=found.evidence,
        bounds=(-found.lower, found.upper),
        rounds_needed=tuple(found.rounds_needed),
        rounds=tuple(followed_round(scenario, each) for each in found.readings),
    )


def followed_round(scenario: Scenario, reading: TranscriptReading) -> FollowedRound:
    """Return one observed round in the scenario's words."""
    observed = reading.observed
    names = [party.name for party in scenario.parties]
    options = {option.name: option.label for option in scenario.options}
    said = {
        party: {
            options[option]: word for (who, option), word in observed.said.items() if who == party
        }
        for party in names
    }
    return FollowedRound(
        round=observed.number,
        dates=tuple(observed.dates),
        sources=tuple(observed.sources),
        state=dict(observed.state),
        said=said,
        labels=dict(zip(names, reading.labels, strict=True)),
        fits=dict(zip(names, reading.fits, strict=True)),
        chances=tuple(reading.chances),
        tells=reading.tells,
    )
