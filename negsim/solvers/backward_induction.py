"""Backward induction: solve the last round, then the one before it, in every state.

Groups that move in order see those before them, so a round is solved from its last group to its
first; players who move at once are in a pure equilibrium of the node, chosen by a named rule.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray, IntArray, frozen, kernel
from negsim.errors import UsageError, did_you_mean
from negsim.games.stochastic import StochasticGame
from negsim.games.transitions import plus
from negsim.solvers.plan import Ground, Layout, Plan, ground, layout
from negsim.solvers.registry import solver
from negsim.solvers.stage import (
    LOGIT,
    SETTLED,
    choose_alone,
    choose_together,
    count_distinct,
    joint_chance,
    largest_gain,
    respond_logit,
)

PRECISION = 100.0
"""Precision of the logit response where no pure equilibrium exists, per range of payoffs."""

SELECTIONS = {"mediator_best": 1.0, "mediator_worst": -1.0}


@solver(
    "backward_induction",
    finds="one",
    cost="rounds x states x (transitions x successors + profiles x moves) a point",
    source="Kuhn (1953), Extensive games and the problem of information, theorem 3",
    summary="the talks, solved from the last round; the selection among equilibria is named",
    takes=StochasticGame,
)
def backward_induction(game: StochasticGame, selection: str = "mediator_best") -> Plan:
    """Solve a batch of finite-horizon stochastic games.

    Players who move alone take their best move; ties go to concluding, then to the mediators'
    best (or worst) payoff, then to the larger sum of payoffs. Players who move at once play a
    pure equilibrium that is not weakly dominated and that no coalition completing a joint option
    improves on, the mediators' best (or worst) of them; without mediators, the largest (or
    smallest) sum of payoffs. If coalitions improve on all of them, the same among all undominated
    ones; if there is none, the logit response at precision 100 per range of payoffs, whose regret
    is reported.

    Parameters
    ----------
    game
        The batch; points may differ in their number of rounds.
    selection
        ``mediator_best`` or ``mediator_worst``.

    Raises
    ------
    UsageError
        If the selection is not known.

    Notes
    -----
    Complete for players moving alone up to ties. Cost: rounds x states x (transitions x
    successors + profiles x moves) operations a point.
    """
    if selection not in SELECTIONS:
        known = ", ".join(SELECTIONS)
        raise UsageError(
            f'unknown selection "{selection}"{did_you_mean(selection, SELECTIONS)} (known: {known})'
        )
    order = layout(game)
    points, horizon, states = game.num_points, game.horizon, game.num_states
    nodes = int(order.offset[-1] + order.joint[:-1].prod())
    width = int(order.shape.sum(axis=1).max()) if order.players.shape[1] > 1 else 0
    found = Found(
        values=np.zeros((points, horizon, len(game.players), states)),
        choice=np.zeros((points, horizon, states, nodes), dtype=np.int64),
        mixed=np.zeros((points, horizon, states, nodes, width)),
        candidates=np.zeros((points, horizon, states), dtype=np.int64),
        status=np.zeros((points, horizon, states), dtype=np.int64),
        regret=np.zeros((points, horizon, states)),
    )
    induct(ground(game), order, mediator_weights(game) * SELECTIONS[selection], found)
    return Plan(
        game,
        rule_text(game, selection),
        frozen(found.values),
        frozen(found.choice),
        frozen(found.mixed),
        frozen(found.candidates),
        frozen(found.status),
        frozen(found.regret),
    )


class Found(NamedTuple):
    """The arrays of a plan while they are filled; shapes as in ``Plan``, candidates its count."""

    values: FloatArray
    choice: IntArray
    mixed: FloatArray
    candidates: IntArray
    status: IntArray
    regret: FloatArray


def mediator_weights(game: StochasticGame) -> FloatArray:
    """Return 1 for each mediator, or for every player if there is none."""
    if game.mediators.any():
        return game.mediators.astype(float)
    return np.ones(len(game.players))


def rule_text(game: StochasticGame, selection: str) -> str:
    """Return the selection rule in words."""
    extreme = "largest" if selection == "mediator_best" else "smallest"
    whose = "payoff to the mediators" if game.mediators.any() else "sum of payoffs"
    if all(len(group) == 1 for group in game.order):
        return f"subgame-perfect; ties toward concluding, then the {extreme} {whose}"
    return (
        "undominated pure equilibrium that no coalition completing a joint option improves on; "
        f"of several, the {extreme} {whose}; of none, logit response at precision {PRECISION:g}"
    )


@kernel
def continuation(
    later: FloatArray,
    successors: IntArray,
    chances: FloatArray,
    discount: FloatArray,
    out: FloatArray,
) -> None:
    """Fill the discounted value of going on, (n, S, C), from the values of the next round."""
    states, transitions, width = chances.shape
    for player in range(len(later)):
        for state in range(states):
            for transition in range(transitions):
                total = 0.0
                for place in range(width):
                    new = successors[state, transition, place]
                    total += chances[state, transition, place] * later[player, new]
                out[player, state, transition] = discount[player] * total


@kernel
def solve_group(
    payoffs: FloatArray,
    players: IntArray,
    shape: IntArray,
    completes: BoolArray,
    coalitions: BoolArray,
    weights: FloatArray,
    mixed: FloatArray,
) -> tuple[int, int, int, float]:
    """Solve a node where several move; return choice (-1: ``mixed``), count, status and regret."""
    candidates = np.zeros(payoffs.shape[1], dtype=np.bool_)
    chosen, status = choose_together(
        payoffs, players, shape, completes, coalitions, weights, candidates
    )
    if status != LOGIT:
        return chosen, count_distinct(payoffs, candidates), status, 0.0
    respond_logit(payoffs, players, shape, PRECISION, mixed)
    return -1, 1, LOGIT, largest_gain(payoffs, players, shape, mixed)


@kernel
def completed(reached: IntArray, low: int, joint: int, in_effect: BoolArray) -> BoolArray:
    """Return whether each joint option is in effect after each joint move, shape (J, joint)."""
    found = np.zeros((len(in_effect), joint), dtype=np.bool_)
    for move in range(joint):
        if reached[low + move] >= 0:
            found[:, move] = in_effect[:, reached[low + move]]
    return found


@kernel
def average(level: FloatArray, prefix: int, joint: int, shape: IntArray, mixed: FloatArray) -> None:
    """Replace a node's payoffs by their mean under mixed actions, in place, at ``prefix``."""
    for player in range(len(level)):
        total = 0.0
        for move in range(joint):
            total += joint_chance(shape, mixed, move, -1) * level[player, prefix * joint + move]
        level[player, prefix] = total


@kernel
def solve_state(
    level: FloatArray,
    reached: IntArray,
    concludes: BoolArray,
    fresh: BoolArray,
    in_effect: BoolArray,
    coalitions: BoolArray,
    weights: FloatArray,
    order: Layout,
    choice: IntArray,
    mixed: FloatArray,
) -> tuple[int, int, float]:
    """Solve one state's round from the last group to the first.

    ``level`` (n, A) holds the payoffs of the profiles, ``reached`` (A,) their events,
    ``concludes`` (A,) whether those conclude, ``fresh`` (A,) which need be looked at; all are
    overwritten, and index 0 ends with the value of the state. Returns count, status and regret.
    """
    count, status, regret = 1, SETTLED, 0.0
    prefixes = len(reached)
    for group in range(len(order.sizes) - 1, -1, -1):
        joint = order.joint[group]
        prefixes //= joint
        for prefix in range(prefixes):
            low = prefix * joint
            node = order.offset[group] + prefix
            if order.sizes[group] == 1:
                player = order.players[group, 0]
                chosen, number = choose_alone(level, player, low, joint, fresh, concludes, weights)
            else:
                chosen, number, node_status, gain = solve_group(
                    level[:, low : low + joint].copy(),
                    order.players[group, : order.sizes[group]],
                    order.shape[group, : order.sizes[group]],
                    completed(reached, low, joint, in_effect),
                    coalitions,
                    weights,
                    mixed[node],
                )
                status = max(status, node_status)
                regret = max(regret, gain)
            choice[node] = chosen
            count = max(count, number)
            fresh[prefix] = True
            if chosen >= 0:
                for player in range(len(level)):
                    level[player, prefix] = level[player, low + chosen]
                reached[prefix] = reached[low + chosen]
                concludes[prefix] = concludes[low + chosen]
            else:
                shape = order.shape[group, : order.sizes[group]]
                average(level, prefix, joint, shape, mixed[node])
                reached[prefix] = -1
                concludes[prefix] = False
    return count, status, regret


@kernel
def value_events(
    game: Ground, point: int, is_last: bool, ahead: FloatArray, state: int, now: FloatArray
) -> None:
    """Fill what each event of a state is worth, (n, O), in one point's round."""
    for player in range(len(now)):
        if is_last:
            for event in range(now.shape[1]):
                now[player, event] = game.last_payoffs[point, player, state, event]
        else:
            for event in range(now.shape[1]):
                onward = ahead[player, state, game.transition_of[event]]
                paid = game.payoffs[point, player, state, event]
                now[player, event] = plus(paid, onward)


@kernel
def induct(game: Ground, order: Layout, weights: FloatArray, found: Found) -> None:
    """Fill a plan's arrays for every point, round and state."""
    points, players, states, events = game.payoffs.shape
    profiles = order.event_of.shape[1]
    ahead = np.zeros((players, states, game.chances.shape[2]))
    now = np.empty((players, events))
    level = np.empty((players, profiles))
    reached = np.empty(profiles, dtype=np.int64)
    concludes = np.empty(profiles, dtype=np.bool_)
    fresh = np.empty(profiles, dtype=np.bool_)
    for point in range(points):
        for index in range(game.rounds[point]):
            if index > 0:
                later = found.values[point, index - 1]
                continuation(
                    later, game.successors, game.chances[point], game.discount[point], ahead
                )
            for state in range(states):
                value_events(game, point, index == 0, ahead, state, now)
                for profile in range(profiles):
                    event = order.event_of[state, profile]
                    reached[profile] = event
                    fresh[profile] = order.fresh[state, profile]
                    agreement = game.agreement[point, state, event]
                    concludes[profile] = agreement > 1.0 - CHANCE_TOLERANCE
                    for player in range(players):
                        level[player, profile] = now[player, event]
                numbers = solve_state(
                    level,
                    reached,
                    concludes,
                    fresh,
                    game.in_effect,
                    game.coalitions,
                    weights,
                    order,
                    found.choice[point, index, state],
                    found.mixed[point, index, state],
                )
                found.values[point, index, :, state] = level[:, 0]
                found.candidates[point, index, state] = numbers[0]
                found.status[point, index, state] = numbers[1]
                found.regret[point, index, state] = numbers[2]
