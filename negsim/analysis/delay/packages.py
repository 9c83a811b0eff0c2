"""The bargaining problem of a scenario: the packages on the table and what no deal is worth.

A package is an outcome at the start of the talks that concludes them for certain. Without one each
player gets either what leaving is worth to it (its exit, its reservation, or no agreement), or
what the talks are worth, as solved, if they are not concluded now.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from negsim.analysis.delay.prospects import prospects
from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray, IntArray
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import GameError, UsageError
from negsim.scenario.model import Scenario
from negsim.theory.bargaining.problem import BargainingProblem
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.solve import solve_talks

Disagreement: TypeAlias = Literal["reservation", "solved"]


def bargaining_problem(
    scenario: Scenario | Compiled,
    talks: StochasticGame | None = None,
    disagreement: Disagreement = "reservation",
    plan: Plan | None = None,
    lotteries: bool = False,
) -> BargainingProblem:
    """Return the packages that conclude the talks at their start, and what no deal is worth.

    Parameters
    ----------
    scenario
        As it is, or compiled already.
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
        joint option in it and of all whose own options it puts into effect. Parties with a single
        move take no part.

    Raises
    ------
    UsageError
        If the kind of disagreement is not known.
    GameError
        If a player's payoff without a deal is not defined: it has no exit, no reservation and the
        talks have no last round.

    References
    ----------
    Binmore, Rubinstein and Wolinsky (1986), "The Nash bargaining solution in economic modelling",
    RAND Journal of Economics 17, for the choice of the disagreement point.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> bargaining_problem(scenario).labels[0]
    'Monthly releases of water + Treaty on the river'
    """
    if disagreement not in ("reservation", "solved"):
        raise UsageError(f'disagreement: expected "reservation" or "solved", got "{disagreement}"')
    compiled = compile_scenario(scenario) if isinstance(scenario, Scenario) else scenario
    game = compiled.talks() if talks is None else talks
    start = int(game.start[0])
    possible = np.unique(game.event_of[start])
    events = possible[game.agreement[0, start, possible] >= 1.0 - CHANCE_TOLERANCE]
    paid = game.last_payoffs if game.rounds[0] == 1 else game.payoffs
    movers = np.flatnonzero(game.movers if game.movers.any() else ~game.movers)
    labels = [compiled.scenario.parties[place].label for place in movers]
    plan = solve_talks(game) if plan is None else plan
    return BargainingProblem(
        paid[0, movers, start][:, events].T,
        _disagreement(plan, disagreement, movers, labels),
        tuple(compiled.event_text(int(event)) for event in events),
        tuple(labels),
        consent=_consent(game, events)[:, movers],
        lotteries=lotteries,
    )


def _disagreement(
    plan: Plan, kind: Disagreement, movers: IntArray, labels: list[str]
) -> FloatArray:
    found = prospects(plan, start_only=True)
    leave: FloatArray = found.leave[0, 0, movers, 0]
    talk: FloatArray = found.talk[0, 0, movers, 0]
    worth = leave if kind == "reservation" else np.where(np.isfinite(talk), talk, leave)
    without = [label for label, value in zip(labels, worth, strict=True) if not np.isfinite(value)]
    if without:
        raise GameError(
            f"{', '.join(without)}: no payoff without a deal; expected an exit, a reservation or "
            "talks with a last round"
        )
    return worth


def _consent(game: StochasticGame, events: IntArray) -> BoolArray:
    """Return whose consent each package needs, (packages, players)."""
    needed = np.array(
        [game.coalitions[game.in_effect[:, event]].any(axis=0) for event in events.tolist()],
        dtype=bool,
    ).reshape(len(events), len(game.players))
    for option, owner in enumerate(game.solo_owner.tolist()):
        needed[:, owner] |= game.solo_level[option, events] > 0
    return needed
