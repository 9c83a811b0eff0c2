"""The five questions answered as plain data: all that the report, the tables and JSON show."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from negsim.analysis.delay.channels import origin, with_channels
from negsim.analysis.delay.default_party import default_party
from negsim.analysis.delay.record import observation_chances
from negsim.analysis.delay.stalling import LABELS, Stalling, analyse
from negsim.analysis.outcomes.outcomes import OneShot, one_shot_answer
from negsim.arrays import FloatArray
from negsim.deadline import in_time, left_out, part
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import ScenarioError, SolverError
from negsim.questions.change.levers import scan_levers
from negsim.questions.claims import check_claims, claim_faults
from negsim.questions.delay.details import discipline_answer
from negsim.questions.delay.quick import delay_answer, outcome_chances
from negsim.questions.rules.ask import play_answer
from negsim.questions.sweep.phase import refined_phase
from negsim.questions.sweep.phase_data import phase_data
from negsim.questions.trust.robustness import (
    SAMPLES,
    Sample,
    claim_shares,
    drivers,
    likeliest_ends,
    sample_ranges,
    sampled_words,
)
from negsim.sampling.axes import lever_axes
from negsim.sampling.given_record import FEWEST_EFFECTIVE
from negsim.scenario.model import Scenario
from negsim.scenario.moves import movers
from negsim.theory.stochastic.stage import LOGIT

THREADS = os.cpu_count() or 1

Tell = Callable[[str], None]


def gather(
    compiled: Compiled, seed: int, command: str, tell: Tell, party: str | None = None
) -> dict[str, Any]:
    """Answer the five questions for a scenario; ``tell`` is told what is being worked on.

    Question 4's sample is solved beside the other questions, in a thread of its own.
    Everything in the result is numbers, text, lists and dictionaries. Deterministic for a seed.
    Channels are derived where the scenario declares none. ``party`` is the one that the later
    questions look at; by default the one with the largest relative worth of delay.

    Raises
    ------
    UnknownNameError
        If there is no party of that name.
    ScenarioError
        If a claim is of a measure that there is not.
    """
    if faults := claim_faults(compiled.scenario):
        raise ScenarioError(faults)
    compiled = prepared(compiled)
    tell("solving the talks")
    analysis = analyse(compiled)
    focus = default_party(analysis) if party is None else compiled.scenario.party(party).name
    with ThreadPoolExecutor(1) as beside:
        sampled = beside.submit(robustness_answer, analysis, focus, seed)
        found: dict[str, Any] = {"about": about(compiled, seed, command, focus)}
        found |= first_answers(compiled, analysis, focus, tell)
        tell(f"question 4: how sure is that ({SAMPLES} points of the stated ranges)")
        found["claims"] = claims_answer(compiled.scenario)
        tell("question 5: how do rules of thumb fare")
        play = partial(play_answer, compiled, analysis, focus, seed)
        found["play"] = part("named rules played", play)
        found["robustness"] = sampled.result()
    return found | ({"incomplete": list(left_out())} if left_out() else {})


def claims_answer(scenario: Scenario) -> list[dict[str, Any]]:
    """Return what each claim says, what was found, and whether it holds; None if not tested."""
    verdicts = check_claims(scenario)
    untested = [
        {"name": claim.name, "says": claim.says, "holds": None, "found": "not tested"}
        for claim in scenario.claims[len(verdicts) :]
    ]
    tested = [
        {"name": v.claim.name, "says": v.claim.says, "holds": v.holds, "found": v.found}
        for v in verdicts
    ]
    return tested + untested


def first_answers(compiled: Compiled, analysis: Stalling, focus: str, tell: Tell) -> dict[str, Any]:
    """Return the answers to questions 1 to 3."""
    tell("question 1: what can come out of this")
    found: dict[str, Any] = {"outcomes": outcomes_answer(compiled, analysis)}
    tell("question 2: is anyone playing for time")
    found["delay"] = delay_answer(analysis)
    names = [each.name for each in compiled.scenario.parties]
    found["discipline"] = discipline_answer(analysis, names.index(focus))
    found["labels"] = list(LABELS)
    found["variants"] = variants(compiled.scenario)
    tell("question 3: what would change it")
    found["levers"] = part("levers", partial(levers_answer, compiled.scenario, focus))
    found["phase"] = part("map of two levers", partial(phase_answer, compiled.scenario, focus))
    return found


def prepared(compiled: Compiled) -> Compiled:
    """Return the structure of a scenario with channels, derived if it declares none."""
    scenario = with_channels(compiled.scenario)
    return compiled if scenario is compiled.scenario else compile_scenario(scenario)


def about(compiled: Compiled, seed: int, command: str, focus: str) -> dict[str, Any]:
    """Return what the report is of: scenario, versions, seed, sizes."""
    scenario = compiled.scenario
    packages = ("negsim", "numpy", "scipy", "numba", "nashpy")
    return {
        "title": scenario.title,
        "file": Path(scenario.path).name,
        "summary": scenario.summary,
        "as_of": scenario.as_of.isoformat() if scenario.as_of else None,
        "digest": scenario.digest,
        "altered": {name: float(value) for name, value in scenario.altered.items()},
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
        "channels_from": origin(scenario),
        "channels": [
            {
                "name": c.name,
                "label": c.label,
                "party": c.party,
                "off": {name: float(v) for name, v in c.off.items()},
            }
            for c in scenario.channels
        ],
        "warnings": list(scenario.warnings),
    }


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
        "left_out": answer.left_out,
        "fixed": list(answer.fixed),
        "logit": answer.logit.to_dict(),
    }


def variants(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the labels at the start under the other ways of modelling a round."""
    cases = [
        ("the declared order", scenario, "mediator_best"),
        ("all move at once, the equilibrium best for the mediator", None, "mediator_best"),
        ("all move at once, the equilibrium worst for the mediator", None, "mediator_worst"),
    ]
    if not any(scenario.party(name).role == "mediator" for name in movers(scenario)):
        cases = [(text.replace("mediator", "sum of payoffs"), s, rule) for text, s, rule in cases]
    return [
        {"text": text, **variant(given or scenario.with_order(scenario.simultaneous), selection)}
        for text, given, selection in in_time(cases, "orders of moves")
    ]


def variant(scenario: Scenario, selection: str) -> dict[str, Any]:
    """Return the labels at the start of a scenario, or only ``failure``: why it is not solved."""
    analysis = analyse(compile_scenario(scenario), selection=selection)
    try:
        labels = analysis.start.labels[0, 0, :, 0]
    except SolverError as error:
        return {"failure": str(error)}
    return {
        "labels": [LABELS[code] for code in labels],
        "first": outcome_chances(analysis, 0),
        "count": int(analysis.plan.count.max()),
        "share_logit": float((analysis.plan.status == LOGIT).mean()),
        "largest_regret": float(analysis.plan.regret.max()),
    }


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
            "calm": [LABELS[code] if code >= 0 else None for code in scan.calm],
            "packages": [scan.package(code) for code in scan.packages],
            "calm_packages": [scan.package(code) for code in scan.calm_packages],
            "package_crossings": [
                {
                    "value": crossing.value,
                    "below": scan.package(crossing.below),
                    "above": scan.package(crossing.above),
                }
                for crossing in scan.package_crossings
            ],
            "record": None if scan.record is None else scan.record.tolist(),
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
    axes = {axis.name: axis for axis in lever_axes(scenario)[:2]}
    return phase_data(scenario, refined_phase(scenario, [*axes.values()], focus, threads=THREADS))


def robustness_answer(analysis: Stalling, focus: str, seed: int) -> dict[str, Any] | None:
    """Return question 4's answer over the stated ranges; None if no number has a range."""
    scenario = analysis.compiled.scenario
    if all(number.low is None for number in scenario.numbers.values()):
        return None
    sample = sample_ranges(scenario, seed, THREADS)
    at_base = observation_chances(analysis.compiled, analysis.plan)
    return {
        "points": len(sample.results.points),
        "failed": sample.results.num_failed,
        "measure": sampled_words(scenario, sample.design),
        "labels": {
            party.name: [share_row(share) for share in sample.shares(f"label.{party.name}")]
            for party in scenario.parties
        },
        "hangs_on_selection": [share_row(share) for share in sample.hanging],
        "record": record_answer(sample, at_base[0]),
        "claims": [share_row(share) for share in claim_shares(sample)],
        "ends": [
            {"label": end.label, **share_row(share)}
            for end, share in zip(scenario.ends, likeliest_ends(sample), strict=True)
        ],
        "drivers": [
            {"name": driver.name, "correlation": driver.correlation}
            for driver in drivers(sample.results, sample.design, focus)[:10]
        ],
    }


def record_answer(sample: Sample, at_base: FloatArray) -> dict[str, Any] | None:
    """Return what the sample says given the record, None if nothing is on record.

    ``at_base`` has the chance of each observation at the scenario's own numbers. ``labels`` is
    None where too few points reproduce the record.
    """
    given = sample.given
    if given is None:
        return None
    labels = {
        party.name: [share_row(share) for share in shares]
        for party in sample.scenario.parties
        if (shares := sample.given_shares(f"label.{party.name}")) is not None
    }
    return {
        "observed": [
            {"round": each.round, "says": each.says, "source": each.source, "at_base": float(own)}
            for each, own in zip(sample.scenario.record, at_base, strict=True)
        ],
        "chance": given.chance,
        "how": given.how,
        "effective": given.effective,
        "fewest": FEWEST_EFFECTIVE,
        "labels": labels or None,
    }


def share_row(share: Any) -> dict[str, Any]:
    """Return a share as plain data."""
    return {"name": share.name, "share": share.share, "low": share.low, "high": share.high}
