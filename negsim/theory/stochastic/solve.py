"""The talks, solved from the last round; without one, as the limit of longer and longer talks.

Where longer talks approach nothing, the Markov logit equilibrium is what is left to report: it
always exists, does not jump, and the plan says in its rule and status that it is no equilibrium.
"""

from __future__ import annotations

from negsim.errors import SolverError
from negsim.theory.stochastic.backward_induction import (
    PRECISION,
    backward_induction,
    plan_of,
    with_mixed,
)
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.horizon import check_endless
from negsim.theory.stochastic.limit import NO_LIMIT, approach, limit_text
from negsim.theory.stochastic.markov_logit import fill_logit, rule_at
from negsim.theory.stochastic.plan import Plan, layout


def solve_talks(game: StochasticGame, selection: str = "mediator_best") -> Plan:
    """Return the plan of a batch of talks.

    Endless talks that have no limit of longer and longer ones get the Markov logit equilibrium at
    precision 100 per payoff range, point by point; the status of its rounds is ``LOGIT``.

    Raises
    ------
    UsageError
        If the selection is not known.
    SolverError
        If endless talks have no limit of longer and longer ones, and logit play is not found.
    """
    if not game.endless:
        return backward_induction(game, selection)
    found, restless = approach(game, selection)
    rule = limit_text(game, selection)
    if not restless:
        return plan_of(game, rule, found)
    found = with_mixed(found, layout(game))
    try:
        check_endless(game, "markov_logit")
        for point in restless:
            fill_logit(game, point, PRECISION, found)
    except SolverError as error:
        raise SolverError(f'solver "limit" {NO_LIMIT}; {error}') from None
    if len(restless) == game.num_points:
        rule = "stationary"
    else:
        rule = f"{rule}; at {len(restless)} of {game.num_points} points"
    return plan_of(game, f"{rule}, as longer talks have no limit: {rule_at(PRECISION)}", found)
