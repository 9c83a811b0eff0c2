"""Question 1 as a run asks it: the one-shot game by the methods that apply."""

from __future__ import annotations

from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.outcomes.outcomes import OneShot, one_shot_answer
from negsim.dynamics.build import Compiled
from negsim.questions.outcomes.answer import OutcomeRow, Outcomes, ToldSolution
from negsim.theory.normal_form.result import Solution


def ask_outcomes(compiled: Compiled, analysis: Stalling) -> Outcomes:
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
