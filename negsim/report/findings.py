"""The five questions answered as plain data: all that the report, the tables and JSON show."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

from negsim.analysis.outcomes import OneShot, one_shot_answer
from negsim.analysis.stalling import LABELS, Stalling, analyse
from negsim.games.build import Compiled, compile_scenario
from negsim.report.delay import delay_answer, outcome_chances
from negsim.report.phase import phase_data
from negsim.report.rules import play_answer
from negsim.scenario.domain import is_whole
from negsim.scenario.model import Lever, Scenario
from negsim.solvers.stage import LOGIT
from negsim.studies.claims import check_claims
from negsim.studies.levers import scan_levers
from negsim.studies.phase import phase, phase_measures
from negsim.studies.robustness import (
    SAMPLES,
    claim_shares,
    drivers,
    label_shares,
    robustness_measures,
)
from negsim.sweep.design import grid, latin_hypercube
from negsim.sweep.run import sweep

PHASE_POINTS = 13
THREADS = os.cpu_count() or 1

Tell = Callable[[str], None]


def gather(compiled: Compiled, seed: int, command: str, tell: Tell) -> dict[str, Any]:
    """Answer the five questions for a scenario; ``tell`` is told what is being worked on.

    Everything in the result is numbers, text, lists and dictionaries. Deterministic for a seed.
    """
    tell("solving the talks")
    analysis = analyse(compiled)
    focus = focus_party(analysis)
    found: dict[str, Any] = {"about": about(compiled, seed, command, focus)}
    tell("question 1: what can come out of this")
    found["outcomes"] = outcomes_answer(compiled, analysis)
    tell("question 2: is anyone playing for time")
    found["delay"] = delay_answer(analysis)
    found["labels"] = list(LABELS)
    found["variants"] = variants(compiled.scenario)
    tell("question 3: what would change it")
    found["levers"] = levers_answer(compiled.scenario, focus)
    found["phase"] = phase_answer(compiled.scenario, focus)
    tell(f"question 4: how sure is that ({SAMPLES} points of the stated ranges)")
    found["robustness"] = robustness_answer(compiled.scenario, focus, seed)
    found["claims"] = [
        {"name": v.claim.name, "says": v.claim.says, "holds": v.holds, "found": v.found}
        for v in check_claims(compiled.scenario)
    ]
    tell("question 5: how do rules of thumb fare")
    found["play"] = play_answer(compiled, analysis, focus, seed)
    return found


def about(compiled: Compiled, seed: int, command: str, focus: str) -> dict[str, Any]:
    """Return what the report is of: scenario, versions, seed, sizes."""
    scenario = compiled.scenario
    packages = ("negsim", "numpy", "scipy", "numba", "nashpy")
    return {
        "title": scenario.title,
        "summary": scenario.summary,
        "as_of": scenario.as_of.isoformat() if scenario.as_of else None,
        "digest": scenario.digest,
        "command": command,
        "seed": seed,
        "versions": {"python": platform.python_version(), **{p: version(p) for p in packages}},
        "focus": focus,
        "has_agreement": any(end.kind == "agreement" for end in scenario.ends),
        "round": scenario.talks.round_name,
        "rounds": scenario.rounds or None,
        "sizes": {
            "profiles": int(compiled.events.of.shape[1]),
            "states": len(compiled.grid),
            "numbers": len(scenario.numbers),
        },
        "parties": [{"name": p.name, "label": p.label, "role": p.role} for p in scenario.parties],
        "option_words": [
            f"{party.label}: {' / '.join(labels)}"
            for party in scenario.parties
            if (labels := [o.label for o in scenario.options if party.name in o.parties])
        ],
        "start": compiled.state_text(compiled.state_index({})),
        "states": [compiled.state_text(state) for state in range(len(compiled.grid))],
        "start_state": compiled.state_index({}),
        "sources": [
            {"name": s.name, "cite": s.cite, "date": s.date.isoformat() if s.date else None}
            for s in scenario.sources
        ],
        "numbers": [
            {
                "name": n.name,
                "value": float(n.value),
                "low": None if n.low is None else float(n.low),
                "high": None if n.high is None else float(n.high),
                "why": n.why,
                "source": n.source,
            }
            for n in scenario.numbers.values()
        ],
        "channels": [
            {"name": c.name, "label": c.label, "off": {name: float(v) for name, v in c.off.items()}}
            for c in scenario.channels
        ],
        "warnings": list(scenario.warnings),
    }


def focus_party(analysis: Stalling) -> str:
    """Return the party that the later questions look at: that for which delay pays most widely.

    Among the parties other than mediators that have a say in a joint option (or, if none has, in
    anything), the one with the largest share of live states and rounds not labelled settle,
    impasse or fighting on; ties go to the one with the larger premium at the start, then to the
    first in the file.
    """
    game, scenario = analysis.plan.game, analysis.compiled.scenario
    joint = game.coalitions.any(axis=0) if len(game.coalitions) else ~game.mediators
    eligible = joint & ~game.mediators
    eligible = eligible if eligible.any() else np.ones(len(game.players), dtype=bool)
    shares = sum(analysis.share(LABELS.index(name))[0] for name in LABELS[1:3] + LABELS[-1:])
    premium = np.nan_to_num(analysis.start.premium[0, 0, :, 0], posinf=0.0)
    best = max(np.flatnonzero(eligible), key=lambda k: (shares[k], premium[k], -k))
    return scenario.parties[int(best)].name


def outcomes_answer(compiled: Compiled, analysis: Stalling) -> dict[str, Any]:
    """Return question 1's answer."""
    answer: OneShot = one_shot_answer(compiled, analysis.plan.game)
    return {
        "outcomes": [
            {
                "text": row.text,
                "payoffs": row.payoffs.tolist(),
                "equilibrium": row.equilibrium,
                "efficient": row.efficient,
                "bargaining": row.bargaining,
                "blockers": list(row.blockers),
            }
            for row in answer.outcomes
        ],
        "status_quo": answer.status_quo.tolist(),
        "status_quo_rule": answer.status_quo_rule,
        "pure": answer.pure.to_dict(),
        "two_party": None if answer.two_party is None else answer.two_party.to_dict(),
        "fixed": list(answer.fixed),
        "logit": answer.logit.to_dict(),
    }


def variants(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the labels at the start under the other ways of modelling a round."""
    found = []
    cases = [
        ("the declared order", scenario, "mediator_best"),
        ("all move at once, the equilibrium best for the mediator", None, "mediator_best"),
        ("all move at once, the equilibrium worst for the mediator", None, "mediator_worst"),
    ]
    if not any(party.role == "mediator" for party in scenario.parties):
        cases = [(text.replace("mediator", "sum of payoffs"), s, rule) for text, s, rule in cases]
    for text, given, selection in cases:
        chosen = given or scenario.with_order(scenario.simultaneous)
        analysis = analyse(compile_scenario(chosen), selection=selection)
        labels = analysis.start.labels[0, 0, :, 0]
        found.append(
            {
                "text": text,
                "labels": [LABELS[code] for code in labels],
                "first": outcome_chances(analysis, 0),
                "count": int(analysis.plan.count.max()),
                "share_logit": float((analysis.plan.status == LOGIT).mean()),
                "largest_regret": float(analysis.plan.regret.max()),
            }
        )
    return found


def levers_answer(scenario: Scenario, focus: str) -> list[dict[str, Any]]:
    """Return question 3's answer: where along each lever the label changes."""
    return [
        {
            "name": scan.lever.name,
            "label": scan.lever.label,
            "sets": scan.lever.sets,
            "base": scenario.value(scan.lever.sets),
            "values": scan.values.tolist(),
            "labels": [LABELS[code] if code >= 0 else None for code in scan.labels],
            "delay": scan.delay.tolist(),
            "frozen": [LABELS[code] if code >= 0 else None for code in scan.frozen],
            "is_channel": any(scan.lever.sets in channel.off for channel in scenario.channels),
            "crossings": [
                {
                    "value": crossing.value,
                    "below": LABELS[crossing.below] if crossing.below >= 0 else None,
                    "above": LABELS[crossing.above] if crossing.above >= 0 else None,
                }
                for crossing in scan.crossings
            ],
        }
        for scan in scan_levers(scenario, focus, THREADS)
    ]


def phase_answer(scenario: Scenario, focus: str) -> dict[str, Any] | None:
    """Return the phase diagram over the first two levers; None if there are fewer than two."""
    if len(scenario.levers) < 2:
        return None
    design = grid({lever.sets: phase_axis(lever) for lever in scenario.levers[:2]})
    return phase_data(
        scenario,
        phase(sweep(scenario, design, phase_measures(focus), threads=THREADS), design, focus),
    )


def phase_axis(lever: Lever) -> tuple[float, float, int]:
    """Return the ends and the number of points of an axis, all whole if the number is whole."""
    low, high = float(lever.low), float(lever.high)
    if not is_whole(lever.sets):
        return low, high, PHASE_POINTS
    steps = range(min(PHASE_POINTS - 1, round(high - low)), 0, -1)
    return low, high, 1 + next(step for step in steps if (high - low) % step == 0)


def robustness_answer(scenario: Scenario, focus: str, seed: int) -> dict[str, Any] | None:
    """Return question 4's answer over the stated ranges; None if no number has a range."""
    if all(number.low is None for number in scenario.numbers.values()):
        return None
    design = latin_hypercube(scenario, SAMPLES, seed)
    results = sweep(scenario, design, robustness_measures(scenario), threads=THREADS)
    parties = [party.name for party in scenario.parties]
    return {
        "points": SAMPLES,
        "failed": sum(error is not None for error in results.errors),
        "measure": "Latin hypercube, each number uniform over its range, independent",
        "labels": {
            party: [share_row(share) for share in label_shares(results, party)] for party in parties
        },
        "claims": [share_row(share) for share in claim_shares(results, scenario)],
        "drivers": [
            {"name": driver.name, "correlation": driver.correlation}
            for driver in drivers(results, design, focus)[:10]
        ],
    }


def share_row(share: Any) -> dict[str, Any]:
    """Return a share as plain data."""
    return {"name": share.name, "share": share.share, "low": share.low, "high": share.high}
