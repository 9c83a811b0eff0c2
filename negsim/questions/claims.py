"""Claims: statements about the model, written in the scenario and tested by solving it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from negsim.analysis.delay.stalling import Stalling, analyse
from negsim.analysis.measures.registry import evaluate, parse_measure
from negsim.analysis.measures.talks import outcome_chance
from negsim.deadline import in_time
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.dynamics.check import fault
from negsim.errors import Fault, ScenarioError, UnknownNameError, UsageError, unknown
from negsim.scenario.model import Claim, Scenario
from negsim.theory.stochastic.backward_induction import SELECTIONS, selections

USUAL = "mediator_best"
"""The selection of claims that name none."""

KEPT = 4
"""Solutions that are kept at hand for the claims that follow."""

Key: TypeAlias = tuple[tuple[tuple[str, ...], ...] | None, tuple[tuple[str, Decimal], ...]]
"""What the talks of a claim depend on: the order of moves if it is another, and numbers set."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim holds, and what was found."""

    claim: Claim
    holds: bool
    found: str


@dataclass(frozen=True)
class ToldClaim:
    """A claim in words: what was found, and whether it holds; None if it was not tested."""

    name: str
    says: str
    holds: bool | None
    found: str


def check_claims(scenario: Scenario) -> tuple[Verdict, ...]:
    """Test every claim of a scenario at its own numbers.

    Raises
    ------
    ScenarioError
        With a fault for each claim of a measure or selection that there is not.
    """
    if faults := claim_faults(scenario):
        raise ScenarioError(faults)
    solved = solver(scenario)
    return tuple(check_claim(scenario, each, solved) for each in in_time(scenario.claims, "claims"))


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
            if claim.measure:
                parse_measure(measured_name(claim), scenario)
        except (UnknownNameError, UsageError) as error:
            found.append(fault(scenario, f"claims.{claim.name}.measure", str(error)))
        if claim.selection and claim.selection not in SELECTIONS:
            message = str(unknown("selection", claim.selection, SELECTIONS))
            found.append(fault(scenario, f"claims.{claim.name}.selection", message))
    return tuple(found)


def measured_name(claim: Claim) -> str:
    """Return the measure that a claim is of, with its party."""
    return f"{claim.measure}.{claim.party}" if claim.party else claim.measure


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
        return Verdict(claim, holds, found)
    rules = selections(solved(key, USUAL).game)
    verdicts = {rule: judge(claim, solved(key, rule)) for rule in rules}
    among = [holds for holds, _ in verdicts.values()]
    words = "; ".join(f"{rule}: {found}" for rule, (_, found) in verdicts.items())
    return Verdict(claim, all(among) if claim.holds == "all" else any(among), words)


def judge(claim: Claim, analysis: Stalling) -> tuple[bool, str]:
    """Tell whether a claim holds in a solved analysis, and what was found."""
    if claim.expect_outcome is not None:
        chance = float(outcome_chance(analysis, claim.expect_outcome, claim.expect_round)[0])
        holds = chance >= float(claim.probability) - 1e-9
        return holds, f"chance {chance:.6g} in round {claim.expect_round}"
    name = measured_name(claim)
    found = float(evaluate(analysis, [name])[name][0])
    assert claim.equals is not None
    holds = abs(found - float(claim.equals)) <= float(claim.tolerance)
    return holds, f"{name} = {found!r}, claimed {claim.equals}"
