"""Question 2 for one party at the first point: values, label, causes, offers, rounds of delay."""

from __future__ import annotations

from negsim.analysis.delay.causes import causes
from negsim.analysis.delay.channels import origin
from negsim.analysis.delay.expected_delay import ExpectedDelay, end_round, expected_delay
from negsim.analysis.delay.frozen import channels_of
from negsim.analysis.delay.ledger import ledger
from negsim.analysis.delay.offers import Offers, offers
from negsim.analysis.delay.regions import region
from negsim.analysis.delay.stalling import LABELS, STALLING, Stalling, attribute
from negsim.arrays import FloatArray
from negsim.dynamics.build import Compiled
from negsim.dynamics.path import Path
from negsim.questions.delay.answer import (
    Delayed,
    OfferKind,
    PartyDelay,
    Start,
    StartOffer,
    Tests,
    ToldLedger,
    ToldOffers,
    ToldRegion,
    TwoCosts,
)
from negsim.questions.delay.rounds import by_round, likeliest_first

QUANTILES = (0.1, 0.5, 0.9)

LIKELY = 1e-9
"""Outcomes of a lower chance are not listed."""


def party_delay(analysis: Stalling, player: int, derived: str | None) -> PartyDelay:
    """Return one party's answer; ``derived`` is its label as if no channels were declared."""
    scenario = analysis.compiled.scenario
    party, game = scenario.parties[player], analysis.plan.game
    package = signed_package(analysis, player)
    start = int(game.first_index[0]), player, int(game.start[0])
    shares, of_path = (
        {name: float(each(code)[0, player]) for code, name in enumerate(LABELS)}
        for each in (analysis.share, analysis.share_of_path)
    )
    return PartyDelay(
        name=party.name,
        label=party.label,
        role=party.role,
        has_joint=bool(game.coalitions[:, player].any()),
        start=start_of(analysis, player),
        verdict=LABELS[int(analysis.start.labels[0, 0, player, 0])],
        verdict_derived=derived,
        package=package,
        on_the_table=analysis.on_the_table(player),
        tests=Tests(*analysis.start.conditions(player)),
        leaving=leaving_rule(analysis.compiled, party.name),
        premium=attribute(analysis, player),
        ledger=told_ledger(analysis, player, package),
        shares=shares,
        shares_of_path=of_path,
        map=by_round(analysis, analysis.everywhere.labels[0, :, player]),
        depends=by_round(analysis, analysis.depends[0, :, player]),
        differ=int(analysis.depends[0, :, player].sum()),
        by_selection={
            rule: LABELS[int(labels[0][start])] for rule, labels in analysis.by_selection.items()
        },
        channels_from=channels_from(analysis, player),
        channel_names=tuple(each.name for each in channels_of(scenario, party.name)),
        cause=causes(analysis, player),
        offers=told_offers(analysis.compiled, offers(analysis, player)),
        region=told_region(analysis, player),
        delayed=delayed(analysis, expected_delay(analysis, player)),
    )


def signed_package(analysis: Stalling, player: int) -> str | None:
    """Return the package that a party could best sign at the start in words, None without one."""
    package = int(analysis.start.prospects.package[0, 0, player, 0])
    return analysis.compiled.outcome_text(package) if package >= 0 else None


def start_of(analysis: Stalling, player: int) -> Start:
    """Return what a party has at the start."""
    compared, found = analysis.start, analysis.start.prospects
    arrays = (
        *(found.settle, found.talk, found.leave, compared.delay, compared.cover),
        *(compared.frozen_delay, compared.worth, compared.premium, compared.round_premium),
        analysis.value[:1, None, :, None],
    )
    return Start(*(float(array[0, 0, player, 0]) for array in arrays))


def leaving_rule(compiled: Compiled, party: str) -> str:
    """Return which value of leaving is used for a party."""
    exits = [end.label for end in compiled.scenario.ends if party in end.by]
    reservation = compiled.scenario.party(party).reservation
    if not exits and reservation is not None:
        return "reservation: " + ("the status quo" if reservation.status_quo else "a stated value")
    return f"exit: {', '.join(exits)}" if exits else "no agreement at once (it has no exit)"


def channels_from(analysis: Stalling, player: int) -> str:
    """Return where a party's channels come from: declared, derived or none."""
    scenario = analysis.compiled.scenario
    own = channels_of(scenario, scenario.parties[player].name)
    return origin(scenario) if own else "none"


def told_ledger(analysis: Stalling, player: int, package: str | None) -> ToldLedger | None:
    """Return a party's ledger, None where there is nothing that it could sign."""
    found = ledger(analysis, player)
    if found is None:
        return None
    return ToldLedger(
        package=package,
        delay=found.delay,
        entries=found.entries,
        expected_rounds=found.expected_rounds,
        quantiles=tuple(found.quantile(share) for share in QUANTILES),
        ending=found.ending,
        unending=found.unending,
    )


def told_offers(compiled: Compiled, found: Offers) -> ToldOffers:
    """Return a party's non-serious offers."""
    return ToldOffers(
        share=found.share,
        share_of_path=found.share_of_path,
        kinds=tuple(OfferKind(each.option, each.stance) for each in found.offers),
        at_start=tuple(
            StartOffer(
                each.option, compiled.scenario.option(each.option).label, each.stance, chance, gain
            )
            for each, chance, gain in found.at_start
        ),
    )


def told_region(analysis: Stalling, player: int) -> ToldRegion:
    """Return the region of the label stalling, or of what the start is called if that is delay."""
    label = int(analysis.start_labels[0, player])
    label = label if LABELS[label] in ("waiting", "delay_untested") else STALLING
    found = region(analysis, player, label)
    return ToldRegion(
        label=LABELS[label],
        share=found.share,
        share_of_path=float(analysis.share_of_path(label)[0, player]),
        cells=found.cells,
        boundary=int(found.boundary.sum()),
        share_of_boundary=found.share_of_boundary,
        by_variable=found.by_variable,
        by_round=found.by_round,
    )


def delayed(analysis: Stalling, found: ExpectedDelay) -> Delayed:
    """Return the rounds of delay and what the sincere counterpart would have done."""
    scenario = analysis.compiled.scenario
    ends = found.sincere.ends[0].sum(axis=0)
    return Delayed(
        expected=found.expected,
        quantiles=tuple(found.quantile(share) for share in QUANTILES),
        chances=found.distribution,
        never=found.never,
        unending=float(max(0.0, 1.0 - analysis.path.ends[0].sum())),
        end=end_round(analysis.path),
        sincere_end=found.sincere_end,
        sincere_first=first_outcomes(analysis.compiled, found.sincere),
        sincere_ends=dict(zip((e.label for e in scenario.ends), ends.tolist(), strict=True)),
        sincere_values=by_party(analysis.compiled, found.values),
        damage=by_party(analysis.compiled, found.damage),
        costs={
            cost.label: TwoCosts(*along)
            for cost, along in zip(scenario.costs, found.costs.tolist(), strict=True)
        },
    )


def by_party(compiled: Compiled, values: FloatArray) -> dict[str, float]:
    """Return one number a party, by name."""
    return dict(zip((p.name for p in compiled.scenario.parties), values.tolist(), strict=True))


def first_outcomes(compiled: Compiled, along: Path) -> dict[str, float]:
    """Return the chance of each outcome of round 1 along a path, the likeliest first."""
    return likeliest_first(compiled, along.events[0, 0], LIKELY)
