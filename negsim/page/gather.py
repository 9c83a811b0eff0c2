"""The five questions asked: all that the report, the tables and JSON show."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from negsim.analysis.delay.channels import origin, prepared
from negsim.analysis.delay.default_party import default_party
from negsim.analysis.delay.stalling import LABELS, analyse
from negsim.deadline import left_out, part
from negsim.dynamics.build import Compiled
from negsim.errors import ScenarioError
from negsim.page.answer import About, NamedNumber, OffChannel, PartyWords, Run, Sizes, SourceWords
from negsim.questions.change.levers import levers
from negsim.questions.claims import check_claims, claim_faults
from negsim.questions.delay.ask import ask_delay
from negsim.questions.delay.discipline import discipline
from negsim.questions.delay.variants import ask_variants
from negsim.questions.outcomes.quick import ask_outcomes
from negsim.questions.rules.ask import ask_rules
from negsim.questions.sweep.ask import ask_lever_phase
from negsim.questions.trust.quick import ask_sample
from negsim.questions.trust.robustness import (
    SAMPLES,
)
from negsim.scenario.model import Number, Scenario

THREADS = os.cpu_count() or 1

Tell = Callable[[str], None]
Told = TypeVar("Told")

BEGUN = (
    "what can come out of this",
    "is anyone playing for time",
    "what would change it",
    f"how sure is that ({SAMPLES} points of the stated ranges)",
    "how do rules of thumb fare",
)
"""What is being worked on, question by question."""


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
    scenario = compiled.scenario
    player = [each.name for each in scenario.parties].index(focus)
    rules = compiled, analysis, focus, seed

    def asked(question: int, ask: Callable[[], Told]) -> Told:
        tell(f"question {question}: {BEGUN[question - 1]}")
        return ask()

    with ThreadPoolExecutor(1) as beside:
        sampled = beside.submit(ask_sample, analysis, focus, seed, THREADS)
        found = Run(
            about=about(compiled, seed, command, focus),
            labels=LABELS,
            outcomes=asked(1, lambda: ask_outcomes(compiled, analysis)),
            delay=asked(2, lambda: ask_delay(analysis)),
            discipline=discipline(analysis, player),
            variants=ask_variants(scenario),
            levers=asked(3, lambda: part("levers", lambda: levers(scenario, focus, THREADS))),
            phase=part("map of two levers", lambda: ask_lever_phase(scenario, focus, THREADS)),
            claims=asked(4, lambda: check_claims(scenario)),
            play=asked(5, lambda: part("named rules played", lambda: ask_rules(*rules))),
            robustness=sampled.result(),
            incomplete=left_out(),
        )
    return Run.from_dict(found.to_dict())


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
