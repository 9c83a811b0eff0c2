"""Question 4 in full: what could overturn the headline, and how far away it is."""

from __future__ import annotations

from dataclasses import asdict

from negsim.analysis.delay.stalling import analyse
from negsim.dynamics.build import compile_scenario
from negsim.questions.conclusions import has_agreement, subject_of
from negsim.questions.delay.discipline import Discipline
from negsim.questions.delay.discipline import discipline as discipline_of
from negsim.questions.trust.answer import (
    HangingShare,
    IndexRow,
    OnRecord,
    RecordSample,
    Robust,
    ToldBound,
    ToldBox,
    ToldDistance,
    ToldHeadline,
    ToldIndices,
    ToldSwing,
    ToldTornado,
    WithoutSource,
)
from negsim.questions.trust.discovery import FailureBox
from negsim.questions.trust.robustness import Driver
from negsim.questions.trust.sensitivity import Indices, Tornado
from negsim.questions.trust.trust import PER_SOURCE, SCAN, Distance, Headline, SourceTest, Trust
from negsim.sampling.given_record import FEWEST_EFFECTIVE, Given
from negsim.scenario.model import Scenario

INTERVAL = "95 %; of shares from the spread over the sets, of indices by bootstrap"


def told_trust(scenario: Scenario, found: Trust, seed: int) -> Robust:
    """Return what was found in words, with the rival types and the mirror beside it."""
    analysis = analyse(compile_scenario(scenario))
    player = [party.name for party in scenario.parties].index(found.party)
    discipline = discipline_of(analysis, player) if has_agreement(scenario) else None
    return Robust(
        scenario=scenario.digest,
        seed=seed,
        party=found.party,
        party_label=scenario.party(found.party).label,
        **asdict(subject_of(scenario, found.party)),
        measure=found.measure,
        interval=INTERVAL,
        design=found.design,
        failed=found.failed,
        hangs_on_selection=tuple(
            HangingShare(**asdict(each), label=scenario.party(each.name).label)
            for each in found.hanging
        ),
        record=record_sample(scenario, found.given),
        headlines=tuple(
            told_headline(each, is_narrow(each, found.party, discipline))
            for each in found.headlines
        ),
        drivers=tuple(Driver(name, r) for name, r in found.correlations),
        tornado=told_tornado(found.tornado),
        indices=None if found.indices is None else told_indices(found.indices),
        box=None if found.box is None else told_box(scenario, found.box),
        sources=tuple(map(without_source, found.sources)),
        per_source=PER_SOURCE,
        scan=SCAN,
        distances=tuple(map(told_distance, found.distances)),
        discipline=discipline,
    )


def record_sample(scenario: Scenario, found: Given | None) -> RecordSample | None:
    """Return what is on record, and the sample given it; None without a record."""
    if found is None:
        return None
    observed = tuple(OnRecord(each.round, each.says) for each in scenario.record)
    return RecordSample(observed, found.chance, found.how, found.effective, FEWEST_EFFECTIVE)


def is_narrow(each: Headline, party: str, discipline: Discipline | None) -> bool:
    """Tell whether a conclusion is the label of a party that depends on how long a round is."""
    own = each.conclusion.name == f"label.{party}"
    return own and discipline is not None and discipline.clock.holds is False


def told_headline(each: Headline, narrow: bool) -> ToldHeadline:
    """Return a conclusion with the share in which it is as at the base case."""
    return ToldHeadline(
        name=each.conclusion.name,
        share=each.share.share,
        low=each.share.low,
        high=each.share.high,
        says=each.conclusion.says,
        is_=each.conclusion.word(each.base),
        narrowly=narrow,
        given_record=each.given,
    )


def told_tornado(found: Tornado) -> ToldTornado:
    """Return the swings, the widest first."""
    swings = (
        ToldSwing(
            name=each.axis.name,
            low=each.axis.low,
            high=each.axis.high,
            at_low=each.at_low,
            at_high=each.at_high,
            flips_low=bool(each.low_codes[0] != found.base_codes[0]),
            flips_high=bool(each.high_codes[0] != found.base_codes[0]),
        )
        for each in found.swings
    )
    return ToldTornado(found.measure, found.base, tuple(swings))


def told_indices(found: Indices) -> ToldIndices:
    """Return Sobol' indices, one row a number."""
    rows = (
        IndexRow(
            name=name,
            first=float(found.first[k]),
            first_interval=found.first_interval[k],
            total=float(found.total[k]),
            total_interval=found.total_interval[k],
        )
        for k, name in enumerate(found.names)
    )
    return ToldIndices(found.points, found.variance, tuple(rows))


def told_box(scenario: Scenario, found: FailureBox) -> ToldBox:
    """Return the box in which the headline fails, each bound beside its number's range."""
    bounds = []
    for each in found.bounds:
        number = scenario.number(each.name)
        span = (float(number.low or 0), float(number.high or 0))
        base = scenario.value(each.name)
        bounds.append(ToldBound(each.name, each.low, each.high, span, base, each.quasi_p))
    return ToldBox(found.coverage, found.density, found.mass, found.overall, tuple(bounds))


def without_source(each: SourceTest) -> WithoutSource:
    """Return what is left of the headline without a source."""
    shares = () if each.share is None else (each.share.share, each.share.low, each.share.high)
    return WithoutSource(each.source, each.cite, each.numbers, each.fixed, each.flips, *shares)


def told_distance(each: Distance) -> ToldDistance:
    """Return how far the base case is from where a number tips the headline."""
    tipping = each.tipping
    return ToldDistance(
        name=each.axis.name,
        base=each.base,
        low=each.axis.low,
        high=each.axis.high,
        half_ranges=each.half_ranges,
        value=None if tipping is None else tipping.value,
        below=None if tipping is None else tipping.conclusion.word(tipping.below),
        above=None if tipping is None else tipping.conclusion.word(tipping.above),
    )
