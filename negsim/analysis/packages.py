"""The bargaining problem of a scenario: the packages on the table and what no deal is worth.

A package is an outcome at the start of the talks that concludes them for certain. Without one each
player gets either what leaving is worth to it (its exit, its reservation, or no agreement), or
what the talks are worth, as solved, if they are not concluded now.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from negsim.analysis.prospects import prospects
from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray, IntArray
from negsim.errors import UsageError
from negsim.games.bargaining import BargainingProblem
from negsim.games.build import Compiled
from negsim.games.stochastic import StochasticGame
from negsim.solvers.plan import Plan
from negsim.solvers.talks import solve_talks

Disagreement: TypeAlias = Literal["reservation", "solved"]


def bargaining_problem(
    compiled: Compiled,
    talks: StochasticGame | None = None,
    disagreement: Disagreement = "reservation",
    plan: Plan | None = None,
    lotteries: bool = False,
) -> BargainingProblem:
    """Return the packages that conclude the talks at their start, and what no deal is worth.

    Parameters
    ----------
    talks
        The talks at the parameters wanted, the first of a batch; those of the scenario by default.
    disagreement
        "reservation": what leaving is worth to each player now. "solved": the best that each can
        get by a move after which the talks go on, everybody playing as solved from then on; for
        a player without such a move, what leaving is worth.
    plan
        The talks as solved; solved here by default.
    lotteries
        Whether the players can agree on a lottery over packages.

    Returns
    -------
    BargainingProblem
        Labelled by what is in effect. A package needs the consent of all who must consent to a
        joint option in it and of all whose own options it puts into effect.

    Raises
    ------
    UsageError
        If the kind of disagreement is not known.

    References
    ----------
    Binmore, Rubinstein and Wolinsky (1986), "The Nash bargaining solution in economic modelling",
    RAND Journal of Economics 17, for the choice of the disagreement point.
    """
    if disagreement not in ("reservation", "solved"):
        raise UsageError(f'disagreement: expected "reservation" or "solved", got "{disagreement}"')
    game = compiled.talks() if talks is None else talks
    start = int(game.start[0])
    possible = np.unique(game.event_of[start])
    events = possible[game.agreement[0, start, possible] >= 1.0 - CHANCE_TOLERANCE]
    paid = game.last_payoffs if game.rounds[0] == 1 else game.payoffs
    return BargainingProblem(
        paid[0, :, start][:, events].T,
        _disagreement(solve_talks(game) if plan is None else plan, disagreement),
        tuple(compiled.event_text(int(event)) for event in events),
        tuple(party.label for party in compiled.scenario.parties),
        consent=_consent(game, events),
        lotteries=lotteries,
    )


def _disagreement(plan: Plan, kind: Disagreement) -> FloatArray:
    found = prospects(plan, start_only=True)
    leave, talk = found.leave[0, 0, :, 0], found.talk[0, 0, :, 0]
    if kind == "reservation":
        return leave
    return np.where(np.isfinite(talk), talk, leave)


def _consent(game: StochasticGame, events: IntArray) -> BoolArray:
    """Return whose consent each package needs, (packages, players)."""
    needed = np.array(
        [game.coalitions[game.in_effect[:, event]].any(axis=0) for event in events.tolist()],
        dtype=bool,
    ).reshape(len(events), len(game.players))
    for option, owner in enumerate(game.solo_owner.tolist()):
        needed[:, owner] |= game.solo_level[option, events] > 0
    return needed
