"""Question 4 as a run asks it: labels, claims and ends over the stated ranges."""

from __future__ import annotations

from dataclasses import asdict

from negsim.analysis.delay.record import observation_chances
from negsim.analysis.delay.stalling import Stalling
from negsim.arrays import FloatArray
from negsim.questions.trust.answer import EndShare, GivenRecord, Observed, Sampled
from negsim.questions.trust.robustness import (
    Sample,
    claim_shares,
    drivers,
    likeliest_ends,
    sample_ranges,
    sampled_words,
)
from negsim.sampling.given_record import FEWEST_EFFECTIVE


def ask_sample(analysis: Stalling, focus: str, seed: int, threads: int) -> Sampled | None:
    """Return question 4's answer over the stated ranges; None if no number has a range."""
    scenario = analysis.compiled.scenario
    if all(number.low is None for number in scenario.numbers.values()):
        return None
    sample = sample_ranges(scenario, seed, threads)
    at_base = observation_chances(analysis.compiled, analysis.plan)
    ends = zip(scenario.ends, likeliest_ends(sample), strict=True)
    return Sampled(
        points=len(sample.results.points),
        failed=sample.results.num_failed,
        measure=sampled_words(scenario, sample.design),
        labels={p.name: tuple(sample.shares(f"label.{p.name}")) for p in scenario.parties},
        hangs_on_selection=tuple(sample.hanging),
        record=given_the_record(sample, at_base[0]),
        claims=tuple(claim_shares(sample)),
        ends=tuple(EndShare(**asdict(share), label=end.label) for end, share in ends),
        drivers=tuple(drivers(sample.results, sample.design, focus)[:10]),
    )


def given_the_record(sample: Sample, at_base: FloatArray) -> GivenRecord | None:
    """Return what the sample says given the record, None if nothing is on record.

    ``at_base`` has the chance of each observation at the scenario's own numbers.
    """
    given = sample.given
    if given is None:
        return None
    labels = {
        party.name: tuple(shares)
        for party in sample.scenario.parties
        if (shares := sample.given_shares(f"label.{party.name}")) is not None
    }
    seen = zip(sample.scenario.record, at_base.tolist(), strict=True)
    return GivenRecord(
        observed=tuple(Observed(each.round, each.says, each.source, own) for each, own in seen),
        chance=given.chance,
        how=given.how,
        effective=given.effective,
        fewest=FEWEST_EFFECTIVE,
        labels=labels or None,
    )
