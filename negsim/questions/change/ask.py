"""Question 3 in full as plain data: tipping points, tipping curves, the cheapest combination."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from negsim.analysis.delay.stalling import SETTLE
from negsim.answers import plain
from negsim.deadline import can_begin, in_time, part
from negsim.questions.change.combinations import Combination
from negsim.questions.change.curves import Curve
from negsim.questions.change.inverse import inverse
from negsim.questions.change.levers import (
    NumberScan,
    Progress,
    cheapest_label,
    cheapest_outcome,
    critical_values,
    tipping_curves,
)
from negsim.questions.conclusions import (
    Conclusion,
    asker,
    has_agreement,
    main_conclusions,
    subject_of,
)
from negsim.sampling.axes import Axis, lever_axes, ranged_axes
from negsim.sampling.tipping import SCAN, TOLERANCE
from negsim.scenario.model import Scenario

Say = Callable[[str], None]

MISSED = "what changes and changes back between two neighbouring points of a scan is not seen"


def levers_data(
    scenario: Scenario,
    party: str,
    axes: Sequence[Axis],
    pairs: Sequence[tuple[Axis, Axis]],
    costs: Mapping[str, float],
    scan: int = SCAN,
    threads: int = 1,
    say: Say = lambda _: None,
    progress: Progress = lambda _done, _total: None,
) -> dict[str, Any]:
    """Return where each number tips a conclusion, the curves, and the cheapest combination."""
    conclusions = main_conclusions(scenario, party)
    say("moving every number alone")
    scans = critical_values(scenario, party, axes, scan, threads, progress=progress)
    curves = []
    for across, up in in_time(pairs, "borders in two numbers"):
        say(f"following the border in {across.name} and {up.name}")
        found = tipping_curves(scenario, party, across, up, scan, threads)
        curves.append(curve_data(scenario, across, up, found))
    say("looking for the cheapest combination of levers")
    cheapest = None
    if can_begin("cheapest combination of levers"):
        cheapest = cheapest_data(scenario, party, costs, scan, threads)
    data: dict[str, Any] = plain(
        {
            "party": party,
            "party_label": scenario.party(party).label,
            "subject": subject_of(scenario, party).subject,
            "has_agreement": has_agreement(scenario),
            "base": base_data(conclusions, threads),
            "not_followed": [
                claim.name
                for claim in scenario.claims
                if claim.name not in {each.name for each in conclusions}
            ],
            "scan": scan,
            "tolerance": TOLERANCE,
            "missed": MISSED,
            "numbers": [number_data(each) for each in scans],
            "curves": curves,
            "cheapest": cheapest,
        }
    )
    return data


def base_data(conclusions: Sequence[Conclusion], threads: int) -> list[dict[str, str]]:
    """Return what each conclusion is at the base case."""
    codes = asker(conclusions, (), np.empty((1, 0)), threads=threads)(np.empty((1, 0)))[0]
    return [
        {"name": each.name, "says": each.says, "is": each.word(int(code))}
        for each, code in zip(conclusions, codes, strict=True)
    ]


def number_data(scan: NumberScan) -> dict[str, Any]:
    """Return a number's tipping points as plain data."""
    return {
        "name": scan.axis.name,
        "label": scan.axis.label,
        "lever": scan.axis.lever or None,
        "low": scan.axis.low,
        "high": scan.axis.high,
        "base": scan.base,
        "spacing": scan.spacing,
        "values": scan.values.tolist(),
        "conclusions": {
            each.name: [each.word(int(code)) for code in scan.codes[:, place]]
            for place, each in enumerate(scan.conclusions)
        },
        "tippings": [
            {
                "conclusion": each.conclusion.name,
                "says": each.conclusion.says,
                "value": each.value,
                "below": each.conclusion.word(each.below),
                "above": each.conclusion.word(each.above),
            }
            for each in scan.tippings
        ],
    }


def curve_data(
    scenario: Scenario, across: Axis, up: Axis, curves: Sequence[Curve]
) -> dict[str, Any]:
    """Return the borders in two numbers as plain data."""
    return {
        "names": [across.name, up.name],
        "labels": [across.label, up.label],
        "low": [across.low, up.low],
        "high": [across.high, up.high],
        "base": [scenario.value(across.name), scenario.value(up.name)],
        "ranges": [
            [None if end is None else float(end) for end in (number.low, number.high)]
            for number in (scenario.number(across.name), scenario.number(up.name))
        ],
        "whole": [bool(across.steps), bool(up.steps)],
        "curves": [
            {"points": each.points.tolist(), "closed": each.closed, "complete": each.complete}
            for each in curves
        ],
    }


def cheapest_data(
    scenario: Scenario, party: str, costs: Mapping[str, float], scan: int, threads: int
) -> dict[str, Any] | None:
    """Return the cheapest combination of levers after which the label is settle, as plain data.

    None if the scenario declares no levers, or no end that one could settle for.
    """
    axes = lever_axes(scenario)
    if not axes or not has_agreement(scenario):
        return None
    found = cheapest_label(scenario, party, SETTLE, axes, costs, scan, threads)
    return {
        "wish": f"{scenario.party(party).label} settles at the start",
        "holds": found.holds,
        "rays": found.rays,
        "best": found.best and combination_data(found.best),
        "alone": [
            {"lever": axis.lever, "found": way and combination_data(way)}
            for axis, way in found.alone
        ],
        "together": [combination_data(each) for each in found.together],
    }


def combination_data(found: Combination) -> dict[str, Any]:
    """Return a combination as plain data."""
    return {
        "cost": found.cost,
        "steps": [
            {
                "name": step.axis.name,
                "label": step.axis.label,
                "base": step.base,
                "value": step.value,
                "cost": step.cost,
            }
            for step in found.steps
        ],
    }


def inverse_data(
    scenario: Scenario,
    outcome: str,
    kind: str,
    axes: Sequence[Axis] | None,
    costs: Mapping[str, float],
    scan: int = SCAN,
    threads: int = 1,
) -> dict[str, Any]:
    """Return the least change that makes an outcome come out, as plain data.

    ``talks`` is about round 1 of the solved talks, an upper bound; the other kinds are about the
    one-shot game.
    """
    if kind == "talks":
        moving = ranged_axes(scenario) if axes is None else axes
        search = partial(cheapest_outcome, scenario, outcome, moving, costs, scan, threads)
        found = part("search for the least change", search)
        best = combination_data(found.best) if found and found.best else None
        data: dict[str, Any] = {
            "possible": best is not None,
            "exact": found is not None and found.holds,
            "cost": best["cost"] if best else None,
            "changes": [
                {
                    **{key: step[key] for key in ("name", "cost")},
                    "before": step["base"],
                    "after": step["value"],
                    "within": True,
                }
                for step in (best["steps"] if best else [])
            ],
            "rays": found.rays if found else None,
            "profile": [],
            "binding": [],
            "verified": best is not None,
        }
    else:
        names = None if axes is None else [axis.name for axis in axes]
        answer = inverse(scenario, outcome, kind, names, costs)
        data = {
            "possible": answer.possible,
            "exact": answer.exact,
            "cost": answer.cost,
            "changes": [asdict(each) for each in answer.changes],
            "rays": None,
            "profile": list(answer.profile),
            "binding": [asdict(each) for each in answer.binding],
            "verified": answer.verified,
        }
    shown: dict[str, Any] = plain({"outcome": outcome, "kind": kind, **data})
    return shown


def levers_tables(data: dict[str, Any]) -> dict[str, list[list[Any]]]:
    """Return the tables of the answer by name: tipping points, and the points of every curve."""
    curves = [
        [*pair["names"], number, *point]
        for pair in data["curves"]
        for number, curve in enumerate(pair["curves"], start=1)
        for point in curve["points"]
    ]
    tables = {"tipping_points": tipping_rows(data)}
    if curves:
        tables["curves"] = [["x_name", "y_name", "curve", "x", "y"], *curves]
    return tables


def tipping_rows(data: dict[str, Any]) -> list[list[Any]]:
    """Return one row a tipping point."""
    heads = ["number", "base", "value", "conclusion", "below", "above"]
    rows = [
        [number["name"], number["base"], *(each[key] for key in heads[2:])]
        for number in data["numbers"]
        for each in number["tippings"]
    ]
    return [heads, *rows]
