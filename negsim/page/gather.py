"""The five questions asked: all that the report, the tables and JSON show."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
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
from negsim.page.answer import (
    About,
    NamedNumber,
    OffChannel,
    OutcomeRow,
    Outcomes,
    PartyWords,
    Run,
    Sizes,
    SourceWords,
    ToldSolution,
    Variant,
)
from negsim.questions.change.levers import scan_levers
from negsim.questions.claims import check_claims, claim_faults
from negsim.questions.delay.ask import ask_delay
from negsim.questions.delay.discipline import discipline
from negsim.questions.delay.rounds import outcome_chances
from negsim.questions.rules.ask import ask_rules
from negsim.questions.sweep.ask import ask_lever_phase
from negsim.questions.trust.answer import EndShare, GivenRecord, Observed, Sampled
from negsim.questions.trust.robustness import (
    SAMPLES,
    Sample,
    claim_shares,
    drivers,
    likeliest_ends,
    sample_ranges,
    sampled_words,
)
from negsim.sampling.given_record import FEWEST_EFFECTIVE
from negsim.scenario.model import Number, Scenario
from negsim.scenario.moves import movers
from negsim.theory.normal_form.result import Solution
from negsim.theory.stochastic.stage import LOGIT

THREADS = os.cpu_count() or 1

Tell = Callable[[str], None]


def gather(
    compiled: Compiled, seed: int, command: str, tell: Tell, party: str | None = None
) -> Run:
    """Answer the five questions for a scenario; ``tell`` is told what is being worked on.

    Question 4's sample is solved beside the other questions, in a thread of its own.
    What is infinite or undefined is NaN, as it is read back from the file. Deterministic for a
    seed.
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
        first = first_answers(compiled, analysis, focus, tell)
        tell(f"question 4: how sure is that ({SAMPLES} points of the stated ranges)")
        claims = check_claims(compiled.scenario)
        tell("question 5: how do rules of thumb fare")
        play = part("named rules played", partial(ask_rules, compiled, analysis, focus, seed))
        found = Run(
            about=about(compiled, seed, command, focus),
            **first,
            labels=LABELS,
            claims=claims,
            play=play,
            robustness=sampled.result(),
            incomplete=left_out(),
        )
    return Run.from_dict(found.to_dict())


def first_answers(compiled: Compiled, analysis: Stalling, focus: str, tell: Tell) -> dict[str, Any]:
    """Return the answers to questions 1 to 3."""
    tell("question 1: what can come out of this")
    outcomes = outcomes_answer(compiled, analysis)
    tell("question 2: is anyone playing for time")
    player = [each.name for each in compiled.scenario.parties].index(focus)
    found = {
        "outcomes": outcomes,
        "delay": ask_delay(analysis),
        "discipline": discipline(analysis, player),
        "variants": variants(compiled.scenario),
    }
    tell("question 3: what would change it")
    levers = part("levers", partial(scan_levers, compiled.scenario, focus, THREADS))
    phase = part("map of two levers", partial(ask_lever_phase, compiled.scenario, focus, THREADS))
    return {**found, "levers": levers, "phase": phase}


def prepared(compiled: Compiled) -> Compiled:
    """Return the structure of a scenario with channels, derived if it declares none."""
    scenario = with_channels(compiled.scenario)
    return compiled if scenario is compiled.scenario else compile_scenario(scenario)


def about(compiled: Compiled, seed: int, command: str, focus: str) -> About:
    """Return what the report is of: scenario, versions, seed, sizes."""
    scenario = compiled.scenario
    packages = ("negsim", "numpy", "scipy", "numba", "nashpy")
    return About(
        title=scenario.title,
        file=Path(scenario.path).name,
        summary=scenario.summary,
        as_of=scenario.as_of.isoformat() if scenario.as_of else None,
        digest=scenario.digest,
        altered={name: float(value) for name, value in scenario.altered.items()},
        command=command,
        seed=seed,
        versions={"python": platform.python_version(), **{p: version(p) for p in packages}},
        focus=focus,
        has_agreement=any(end.kind == "agreement" for end in scenario.ends),
        round=scenario.talks.round_name,
        rounds=scenario.rounds or None,
        sizes=Sizes(compiled.events.of.shape[1], len(compiled.grid), len(scenario.numbers)),
        parties=tuple(PartyWords(p.name, p.label, p.role) for p in scenario.parties),
        option_words=option_words(scenario),
        start=compiled.state_text(compiled.state_index({})),
        states=tuple(compiled.state_text(state) for state in range(len(compiled.grid))),
        start_state=compiled.state_index({}),
        sources=tuple(
            SourceWords(s.name, s.cite, s.date.isoformat() if s.date else None)
            for s in scenario.sources
        ),
        numbers=tuple(named_number(number) for number in scenario.numbers.values()),
        channels_from=origin(scenario),
        channels=tuple(
            OffChannel(c.name, c.label, c.party, {name: float(v) for name, v in c.off.items()})
            for c in scenario.channels
        ),
        warnings=scenario.warnings,
    )


def option_words(scenario: Scenario) -> tuple[str, ...]:
    """Return for each party that has options their labels, in the order of its moves."""
    return tuple(
        f"{party.label}: {' / '.join(labels)}"
        for party in scenario.parties
        if (labels := [o.label for o in scenario.options if party.name in o.parties])
    )


def named_number(number: Number) -> NamedNumber:
    """Return a named number with its range, reason and source."""
    low, high = (None if end is None else float(end) for end in (number.low, number.high))
    return NamedNumber(number.name, float(number.value), low, high, number.why, number.source)


def outcomes_answer(compiled: Compiled, analysis: Stalling) -> Outcomes:
    """Return question 1's answer."""
    answer: OneShot = one_shot_answer(compiled, analysis.plan.game)
    return Outcomes(
        outcomes=tuple(
            OutcomeRow(
                row.text, row.payoffs, row.equilibrium, row.efficient, row.bargaining, row.blockers
            )
            for row in answer.outcomes
        ),
        status_quo=answer.status_quo,
        status_quo_rule=answer.status_quo_rule,
        pure=told(answer.pure),
        two_party=None if answer.two_party is None else told(answer.two_party),
        left_out=answer.left_out,
        fixed=answer.fixed,
        logit=told(answer.logit),
    )


def told(solution: Solution) -> ToldSolution:
    """Return a solution in the words of the game."""
    return ToldSolution.from_dict(solution.to_dict())


def variants(scenario: Scenario) -> tuple[Variant, ...]:
    """Return the labels at the start under the other ways of modelling a round."""
    cases = [
        ("the declared order", scenario, "mediator_best"),
        ("all move at once, the equilibrium best for the mediator", None, "mediator_best"),
        ("all move at once, the equilibrium worst for the mediator", None, "mediator_worst"),
    ]
    if not any(scenario.party(name).role == "mediator" for name in movers(scenario)):
        cases = [(text.replace("mediator", "sum of payoffs"), s, rule) for text, s, rule in cases]
    return tuple(
        variant(text, given or scenario.with_order(scenario.simultaneous), selection)
        for text, given, selection in in_time(cases, "orders of moves")
    )


def variant(text: str, scenario: Scenario, selection: str) -> Variant:
    """Return the labels at the start of a scenario, or why it is not solved."""
    analysis = analyse(compile_scenario(scenario), selection=selection)
    try:
        labels = analysis.start.labels[0, 0, :, 0]
    except SolverError as error:
        return Variant(text, failure=str(error))
    return Variant(
        text=text,
        labels=tuple(LABELS[code] for code in labels),
        first=outcome_chances(analysis, 0),
        count=int(analysis.plan.count.max()),
        share_logit=float((analysis.plan.status == LOGIT).mean()),
        largest_regret=float(analysis.plan.regret.max()),
    )


def robustness_answer(analysis: Stalling, focus: str, seed: int) -> Sampled | None:
    """Return question 4's answer over the stated ranges; None if no number has a range."""
    scenario = analysis.compiled.scenario
    if all(number.low is None for number in scenario.numbers.values()):
        return None
    sample = sample_ranges(scenario, seed, THREADS)
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
