"""Logit play by backward induction: everybody plays better moves more often, never for certain.

Nobody's play jumps when a number is changed a little, so what is found is smooth in the numbers.
It is no equilibrium: the regret says how far it is from one.
"""

from __future__ import annotations

import math

import numpy as np

from negsim.arrays import FloatArray, IntArray, inlined_kernel, kernel
from negsim.errors import UsageError
from negsim.theory.oneshot.logit import logit_kernel, logit_near
from negsim.theory.registry import refusal, solver
from negsim.theory.stochastic.backward_induction import (
    PlanArrays,
    average,
    continuation,
    empty_arrays,
    gather,
    onward,
    plan_of,
    value_events,
)
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.horizon import needs_last_round
from negsim.theory.stochastic.plan import Ground, Layout, Plan, ground, layout
from negsim.theory.stochastic.stage import LOGIT, largest_gain


@solver(
    "logit_induction",
    finds="one",
    cost="rounds x states x nodes x (joint moves x players x steps along a branch) a point",
    source="McKelvey and Palfrey (1998), Quantal response equilibria for extensive form games",
    summary="the talks with a last round in logit play: not an equilibrium, but smooth",
    takes=StochasticGame,
    unfit=needs_last_round,
    approximate=True,
)
def logit_induction(game: StochasticGame, precision: float = 10.0) -> Plan:
    """Solve a batch of finite-horizon talks in which better moves are played more often.

    A move's chance is proportional to exp(precision x what it is worth). Players who move at once
    are in a logit equilibrium of the node: in the last round the one on the branch from uniform
    play, before that the one to which Newton's method leads from the round that follows; where it
    leads to none, again the one on the branch.

    Parameters
    ----------
    game
        The batch; points may differ in their number of rounds.
    precision
        per unit of payoff, the same for all players; 0 is uniform play.

    Returns
    -------
    Plan
        Every node mixes; ``regret`` is the largest gain of one deviation, as a share of what was
        at stake at the node.

    Raises
    ------
    UsageError
        If the precision is negative or not finite.
    SolverError
        If the games are endless.
    """
    if not (math.isfinite(precision) and precision >= 0):
        raise UsageError(f"precision is {precision:g}, expected a number from 0")
    if why := needs_last_round(game):
        raise refusal("logit_induction", game, why)
    order = layout(game)
    found = empty_arrays(game, order)
    width = int(order.shape.sum(axis=1).max())
    found = found._replace(mixed=np.zeros((*found.choice.shape, width)))
    induct_logit(ground(game), order, float(precision), found)
    return plan_of(game, f"logit play at precision {precision:g} per unit of payoff", found)


@inlined_kernel
def soften(worth: FloatArray, precision: float, mixed: FloatArray) -> None:
    """Fill a lone player's logit response to what its moves are worth."""
    top, total = worth[0], 0.0
    for move in range(len(worth)):
        top = max(top, worth[move])
    for move in range(len(worth)):
        mixed[move] = math.exp(precision * (worth[move] - top))
        total += mixed[move]
    for move in range(len(worth)):
        mixed[move] /= total


@inlined_kernel
def soften_group(
    payoffs: FloatArray,
    players: IntArray,
    shape: IntArray,
    precision: float,
    near: FloatArray,
    mixed: FloatArray,
) -> None:
    """Fill a logit equilibrium of those who move at once at a node, near another if there is one.

    Without ``near`` (length 0), and where nothing is found there, on the branch from uniform play.
    """
    own = np.empty((len(players), payoffs.shape[1]))
    for member in range(len(players)):
        for move in range(payoffs.shape[1]):
            own[member, move] = payoffs[players[member], move]
    precisions = np.full(len(players), precision)
    if len(near) == 0 or not logit_near(own, shape, precisions, near, mixed):
        logit_kernel(own, shape, precisions, mixed)


@inlined_kernel
def soften_state(
    now: FloatArray,
    reached: IntArray,
    order: Layout,
    events: int,
    precision: float,
    choice: IntArray,
    near: FloatArray,
    mixed: FloatArray,
) -> float:
    """Solve one state's round from the last group to the first; return the largest regret.

    ``now`` (n, events + nodes) holds what the events are worth, with a column for each node;
    ``reached`` (A,) the profiles' events; its first entry ends as the state's column. ``near``
    (nodes, width or 0) are the mixed actions of the round that follows.
    """
    regret = 0.0
    prefixes = len(reached)
    for group in range(len(order.sizes) - 1, -1, -1):
        joint = order.joint[group]
        prefixes //= joint
        players = order.players[group, : order.sizes[group]]
        shape = order.shape[group, : order.sizes[group]]
        for prefix in range(prefixes):
            node = order.offset[group] + prefix
            payoffs = gather(now, reached, prefix * joint, joint)
            width = shape.sum()
            part = mixed[node, :width]
            if len(players) == 1:
                soften(payoffs[players[0]], precision, part)
            else:
                soften_group(payoffs, players, shape, precision, near[node, :width], part)
            average(now, payoffs, shape, part, events + node)
            choice[node] = -1
            reached[prefix] = events + node
            regret = max(regret, largest_gain(payoffs, players, shape, part))
    return regret


@kernel
def induct_logit(game: Ground, order: Layout, precision: float, found: PlanArrays) -> None:
    """Fill a plan's arrays for every point, round and state."""
    points, players, states, events = game.payoffs.shape
    ahead = np.zeros((players, states, game.chances.shape[2]))
    now = np.empty((players, events + found.choice.shape[3]))
    reached = np.empty(order.event_of.shape[1], dtype=np.int64)
    for point in range(points):
        going = onward(game.successors, game.chances[point])
        for index in range(game.rounds[point]):
            if index > 0:
                later = found.values[point, index - 1]
                continuation(later, going, game.discount[point], ahead)
            for state in range(states):
                value_events(game, point, index == 0, ahead, state, now)
                for profile in range(len(reached)):
                    reached[profile] = order.event_of[state, profile]
                choice, mixed = found.choice[point, index, state], found.mixed[point, index, state]
                near = mixed[:, :0]
                if index > 0:
                    near = found.mixed[point, index - 1, state]
                elif state > 0:
                    near = found.mixed[point, index, state - 1]
                regret = soften_state(now, reached, order, events, precision, choice, near, mixed)
                for player in range(players):
                    found.values[point, index, player, state] = now[player, reached[0]]
                found.candidates[point, index, state] = 1
                found.status[point, index, state] = LOGIT
                found.regret[point, index, state] = regret
