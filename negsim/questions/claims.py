"""Claims: statements about the model, written in the scenario and tested by solving it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from negsim.analysis.delay.stalling import Stalling, analyse
from negsim.analysis.measures.registry import evaluate, parse_measure
from negsim.analysis.measures.talks import outcome_chance
from negsim.answers import Answer
from negsim.deadline import in_time
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.dynamics.check import end_faults, fault, idle_parts
from negsim.errors import (
    Fault,
    NegsimError,
    ScenarioError,
    UnknownNameError,
    UsageError,
    unknown,
)
from negsim.playing.rule_list import rule_faults
from negsim.scenario.load import load
from negsim.scenario.model import Claim, MeasureClaim, OutcomeClaim, Scenario
from negsim.theory.stochastic.backward_induction import SELECTIONS, selections

USUAL = "mediator_best"
"""The selection of claims that name none."""

KEPT = 4
"""Solutions that are kept at hand for the claims that follow."""

Key: TypeAlias = tuple[tuple[tuple[str, ...], ...] | None, tuple[tuple[str, Decimal], ...]]
"""What the talks of a claim depend on: the order of moves if it is another, and numbers set."""


@dataclass(frozen=True)
class Verdict:
    """What a claim says, whether it holds, None if it was not tested, and what was found."""

    name: str
    says: str
    holds: bool | None
    found: str


@dataclass(frozen=True)
class FileReport(Answer):
    """What ``negsim check`` finds in a file; ``untested`` are claims for which time ran out."""

    file: str
    checked: bool
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    claims: tuple[Verdict, ...] = ()
    untested: tuple[str, ...] = ()


def check_file(file: Path, begin: Callable[[Compiled], None]) -> FileReport:
    """Return the faults, warnings and claims of a file.

    ``begin`` is called with the structure before its claims are tested.
    """
    report = FileReport(str(file), checked=True)
    try:
        compiled = sound(file)
        begin(compiled)
        scenario = compiled.scenario
        warnings = (*scenario.warnings, *map(str, idle_parts(compiled)))
        report = replace(report, warnings=warnings)
        found = check_claims(scenario)
    except NegsimError as error:
        return replace(report, faults=tuple(str(error).splitlines()))
    return replace(
        report,
        claims=tuple(each for each in found if each.holds is not None),
        untested=tuple(each.name for each in found if each.holds is None),
    )


def sound(file: Path) -> Compiled:
    """Return the structure of a file's scenario.

    Raises
    ------
    ScenarioError
        With all that is wrong in it.
    """
    scenario = load(file)
    compiled = compile_scenario(scenario)
    if faults := (*end_faults(compiled), *claim_faults(scenario), *rule_faults(compiled)):
        raise ScenarioError(sorted(faults))
    return compiled


def check_claims(scenario: Scenario) -> tuple[Verdict, ...]:
    """Test every claim of a scenario at its own numbers; those left when time is over are not.

    Raises
    ------
    ScenarioError
        With a fault for each claim of a measure or selection that there is not.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> [(claim.name, claim.holds) for claim in check_claims(scenario)]
    [('water_first', True), ('not_without_the_dam', True)]
    """
    if faults := claim_faults(scenario):
        raise ScenarioError(faults)
    solved = solver(scenario)
    tested = [check_claim(scenario, each, solved) for each in in_time(scenario.claims, "claims")]
    rest = scenario.claims[len(tested) :]
    return (*tested, *(Verdict(each.name, each.says, None, "not tested") for each in rest))


def key_of(scenario: Scenario, claim: Claim) -> Key:
    """Return the order of moves and the numbers that a claim sets: claims alike in both share it.

    Errors as :meth:`Scenario.settings`.
    """
    return claim.order, tuple(sorted(scenario.settings(claim).items()))


def solver(scenario: Scenario) -> Callable[[Key, str], Stalling]:
    """Return what solves the talks of a claim under a selection, the last few kept at hand."""

    @lru_cache(KEPT)
    def compiled(key: Key) -> Compiled:
        order, settings = key
        moved = scenario if order is None else scenario.with_order(order)
        return compile_scenario(moved.set(dict(settings)))

    @lru_cache(KEPT)
    def solved(key: Key, selection: str) -> Stalling:
        return analyse(compiled(key), selection=selection)

    return solved


def claim_faults(scenario: Scenario) -> tuple[Fault, ...]:
    """Return a fault for each measure, subject of one or selection of a claim that is not known."""
    found = []
    for claim in scenario.claims:
        try:
            if isinstance(claim, MeasureClaim):
                parse_measure(claim.measure, scenario)
        except (UnknownNameError, UsageError) as error:
            found.append(fault(scenario, f"claims.{claim.name}.measure", str(error)))
        if claim.selection and claim.selection not in SELECTIONS:
            message = str(unknown("selection", claim.selection, SELECTIONS))
            found.append(fault(scenario, f"claims.{claim.name}.selection", message))
    return tuple(found)


def check_claim(
    scenario: Scenario, claim: Claim, solved: Callable[[Key, str], Stalling] | None = None
) -> Verdict:
    """Test one claim: solve the talks as it says and compare.

    With ``holds`` it is tested under every selection among equilibria, and must hold under all or
    some of them. ``solved`` is what solves the talks for all claims of the scenario.
    """
    solved = solved or solver(scenario)
    key = key_of(scenario, claim)
    if not claim.holds:
        holds, found = judge(claim, solved(key, claim.selection or USUAL))
        return Verdict(claim.name, claim.says, holds, found)
    rules = selections(solved(key, USUAL).game)
    verdicts = {rule: judge(claim, solved(key, rule)) for rule in rules}
    among = [holds for holds, _ in verdicts.values()]
    words = "; ".join(f"{rule}: {found}" for rule, (_, found) in verdicts.items())
    holds = all(among) if claim.holds == "all" else any(among)
    return Verdict(claim.name, claim.says, holds, words)


def judge(claim: Claim, analysis: Stalling) -> tuple[bool, str]:
    """Tell whether a claim holds in a solved analysis, and what was found."""
    if isinstance(claim, OutcomeClaim):
        chance = float(outcome_chance(analysis, claim.outcome, claim.round)[0])
        holds = chance >= float(claim.probability) - 1e-9
        return holds, f"chance {chance:.6g} in round {claim.round}"
    name = claim.measure
    found = float(evaluate(analysis, [name])[name][0])
    holds = abs(found - float(claim.equals)) <= float(claim.tolerance)
    return holds, f"{name} = {found!r}, claimed {claim.equals}"
