"""Claims: statements about the model, written in the scenario and tested by solving it."""

from __future__ import annotations

from dataclasses import dataclass

from negsim.analysis.measured.talks import outcome_chance
from negsim.analysis.measures import evaluate, parse_measure
from negsim.analysis.stalling import Stalling, analyse
from negsim.deadline import in_time
from negsim.errors import Fault, ScenarioError, UnknownNameError, UsageError, unknown
from negsim.games.build import compile_scenario
from negsim.games.check import fault
from negsim.scenario.model import Claim, Scenario
from negsim.solvers.backward_induction import SELECTIONS, selections


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim holds, and what was found."""

    claim: Claim
    holds: bool
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
    return tuple(check_claim(scenario, each) for each in in_time(scenario.claims, "claims"))


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


def check_claim(scenario: Scenario, claim: Claim) -> Verdict:
    """Test one claim: solve the talks as it says and compare.

    With ``holds`` it is tested under every selection among equilibria, and must hold under all or
    some of them.
    """
    if claim.order is not None:
        scenario = scenario.with_order(claim.order)
    compiled = compile_scenario(scenario.set(scenario.settings(claim)))
    if not claim.holds:
        holds, found = judge(claim, analyse(compiled, selection=claim.selection or "mediator_best"))
        return Verdict(claim, holds, found)
    rules = selections(analyse(compiled).game)
    verdicts = {rule: judge(claim, analyse(compiled, selection=rule)) for rule in rules}
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
