"""Question 2 for one party as plain data: why, where, how long, what it does to the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from negsim.analysis.delay.causes import causes
from negsim.analysis.delay.channels import origin
from negsim.analysis.delay.expected_delay import Delay, end_round, expected_delay
from negsim.analysis.delay.frozen import channels_of
from negsim.analysis.delay.offers import Offers, offers
from negsim.analysis.delay.path import Path
from negsim.analysis.delay.regions import over_numbers, region
from negsim.analysis.delay.stalling import LABELS, STALLING, Stalling, attribute_rounds
from negsim.arrays import FloatArray
from negsim.dynamics.build import Compiled
from negsim.questions.delay.discipline import Check, Discipline, discipline

LIKELY = 1e-9
"""Outcomes of a lower chance are not listed."""


def details(analysis: Stalling, player: int) -> dict[str, Any]:
    """Return the cause, the offers, the region and the delay of one party, at the first point."""
    scenario = analysis.compiled.scenario
    party = scenario.parties[player].name
    found = causes(analysis, player)
    return {
        "channels_from": channels_from(analysis, player),
        "channel_names": [each.name for each in channels_of(scenario, party)],
        "cause": found
        and {
            "text": found.text,
            "named": list(found.named),
            "tested": [
                {"name": c.name, "holds": c.holds, "why": c.why, "margin": c.margin}
                for c in found.tested
            ],
        },
        "offers": offers_answer(analysis.compiled, offers(analysis, player)),
        "region": region_answer(analysis, player),
        "delayed": delay_lengths(analysis, expected_delay(analysis, player)),
    }


def channels_from(analysis: Stalling, player: int) -> str:
    """Return where a party's channels come from: declared, derived or none."""
    scenario = analysis.compiled.scenario
    own = channels_of(scenario, scenario.parties[player].name)
    return origin(scenario) if own else "none"


def offers_answer(compiled: Compiled, found: Offers) -> dict[str, Any]:
    """Return a party's non-serious offers."""
    return {
        "share": found.share,
        "share_of_path": found.share_of_path,
        "kinds": [{"option": each.option, "stance": each.stance} for each in found.offers],
        "at_start": [
            {
                "option": each.option,
                "label": compiled.scenario.option(each.option).label,
                "stance": each.stance,
                "chance": chance,
                "gain": gain,
            }
            for each, chance, gain in found.at_start
        ],
    }


def region_answer(analysis: Stalling, player: int) -> dict[str, Any]:
    """Return the region of the label stalling, or of what the start is called if that is delay."""
    label = int(analysis.start_labels[0, player])
    label = label if LABELS[label] in ("waiting", "delay_untested") else STALLING
    found = region(analysis, player, label)
    return {
        "label": LABELS[label],
        "share": found.share,
        "share_of_path": float(analysis.share_of_path(label)[0, player]),
        "cells": found.cells,
        "boundary": int(found.boundary.sum()),
        "share_of_boundary": found.share_of_boundary,
        "by_variable": {name: list(span) for name, span in found.by_variable.items()},
        "by_round": found.by_round and list(found.by_round),
    }


def delay_lengths(analysis: Stalling, found: Delay) -> dict[str, Any]:
    """Return the rounds of delay and what the sincere counterpart would have done."""
    scenario = analysis.compiled.scenario
    costs = {
        cost.label: {"solved": solved, "sincere": sincere}
        for cost, (solved, sincere) in zip(scenario.costs, found.costs.tolist(), strict=True)
    }
    return {
        "expected": found.expected,
        "quantiles": [found.quantile(share) for share in (0.1, 0.5, 0.9)],
        "chances": found.distribution.tolist(),
        "never": found.never,
        "unending": float(max(0.0, 1.0 - analysis.path.ends[0].sum())),
        "end": end_round(analysis.path),
        "sincere_end": found.sincere_end,
        "sincere_first": first_outcomes(analysis.compiled, found.sincere),
        "sincere_ends": {
            end.label: float(chance)
            for end, chance in zip(scenario.ends, found.sincere.ends[0].sum(axis=0), strict=True)
        },
        "sincere_values": by_party(analysis.compiled, found.values),
        "damage": by_party(analysis.compiled, found.damage),
        "costs": costs,
    }


def by_party(
    compiled: Compiled, values: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> dict[str, float]:
    """Return one number a party, by name."""
    return dict(zip((p.name for p in compiled.scenario.parties), values.tolist(), strict=True))


def first_outcomes(compiled: Compiled, along: Path) -> dict[str, float]:
    """Return the chance of each outcome of round 1 along a path, the likeliest first."""
    chances: dict[str, float] = {}
    for event in np.flatnonzero(along.events[0, 0] > LIKELY).tolist():
        text = compiled.outcome_text(event)
        chances[text] = chances.get(text, 0.0) + float(along.events[0, 0, event])
    return dict(sorted(chances.items(), key=lambda item: (-item[1], item[0])))


def discipline_answer(analysis: Stalling, player: int) -> dict[str, Any]:
    """Return the rival types, the mirror and the relabelling of one party."""
    found: Discipline = discipline(analysis, player)
    return {
        "party": found.party,
        "declared": found.declared,
        "rivals": [
            {
                "name": each.name,
                "made": each.made,
                "label": each.label,
                "package": each.package,
                "move": each.move,
                "chance": each.chance,
                "same": each.same,
                "same_outcome": each.same_outcome,
            }
            for each in found.rivals
        ],
        "mirror": check_answer(found.mirror),
        "relabelling": check_answer(found.relabelling),
        "clock": check_answer(found.clock),
    }


def check_answer(check: Check) -> dict[str, Any]:
    """Return a test as plain data."""
    return {"holds": check.holds, "text": check.text}


def grid_answer(analysis: Stalling, player: int, axes: Mapping[str, FloatArray]) -> dict[str, Any]:
    """Return the labels of one party over a grid of named numbers, and where they change."""
    found = over_numbers(analysis, player, axes)
    scenario = analysis.compiled.scenario
    return {
        "party": scenario.parties[player].name,
        "names": list(found.names),
        "axes": [axis.tolist() for axis in found.axes],
        "base": [scenario.value(name) for name in found.names],
        "labels": found.labels.tolist(),
        "changes": found.changes.tolist(),
        "boundary": int(found.changes.sum()),
        "shares": {
            name: share for code, name in enumerate(LABELS) if (share := found.share(code)) > 0
        },
    }


def rounds_answer(analysis: Stalling, player: int) -> dict[str, Any]:
    """Return the value of delay at the start state in every round, and its round premium's parts.

    None where there is nothing to sign, or where there are no channels.
    """
    found = attribute_rounds(analysis, player)
    return {
        "rounds": list(range(1, len(found.delay) + 1)),
        "delay": found.delay.tolist(),
        "frozen": found.frozen.tolist(),
        "channels": {name: row.tolist() for name, row in found.parts.items()},
    }
