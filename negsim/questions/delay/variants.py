"""The labels at the start under the other ways of modelling a round."""

from __future__ import annotations

from negsim.analysis.delay.stalling import LABELS, analyse
from negsim.deadline import in_time
from negsim.dynamics.build import compile_scenario
from negsim.errors import SolverError
from negsim.questions.delay.answer import Variant
from negsim.questions.delay.rounds import outcome_chances
from negsim.scenario.model import Scenario
from negsim.scenario.moves import movers
from negsim.theory.stochastic.stage import LOGIT


def ask_variants(scenario: Scenario) -> tuple[Variant, ...]:
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
