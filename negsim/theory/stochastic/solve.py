"""The talks, solved by the method that suits them: from the last round, or stationary."""

from __future__ import annotations

from negsim.theory.stochastic.backward_induction import backward_induction
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.limit import limit_of_rounds
from negsim.theory.stochastic.plan import Plan


def solve_talks(game: StochasticGame, selection: str = "mediator_best") -> Plan:
    """Return the plan of a batch of talks.

    Raises
    ------
    UsageError
        If the selection is not known.
    SolverError
        If endless talks have no limit of longer and longer ones.
    """
    if game.endless:
        return limit_of_rounds(game, selection)
    return backward_induction(game, selection)
