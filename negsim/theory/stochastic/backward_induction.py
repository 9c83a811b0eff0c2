"""Backward induction: solve the last round, then the one before it, in every state.

Groups that move in order see those before them, so a round is solved from its last group to its
first; players who move at once are in a pure equilibrium of the node, chosen by a named rule.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import (
    CHANCE_TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    frozen,
    inlined_kernel,
    inner_kernel,
    kernel,
    plus,
)
from negsim.errors import UsageError, did_you_mean
from negsim.theory.registry import refusal, solver
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.horizon import needs_last_round
from negsim.theory.stochastic.mixing import mix_two
from negsim.theory.stochastic.plan import Ground, Layout, Plan, ground, layout
from negsim.theory.stochastic.stage import (
    LOGIT,
    MIXED,
    SETTLED,
    choose_alone,
    choose_together,
    count_distinct,
    joint_chance,
    largest_gain,
    leading,
    respond_logit,
    settle_tie,
)

PRECISION = 100.0
"""Precision of the logit response where no pure equilibrium exists, per range of payoffs."""

SELECTIONS = {
    "mediator_best": 1.0,
    "mediator_worst": -1.0,
    "mediator_best_open": 1.0,
    "mediator_worst_open": -1.0,
}
"""The sign of the mediators' payoffs in each rule of selection."""

OPEN = ("mediator_best_open", "mediator_worst_open")
"""The rules by which ties of a lone mover go against concluding."""


@solver(
    "backward_induction",
    finds="one",
    cost="rounds x states x (transitions x successors + profiles x moves) a point",
    source="Kuhn (1953), Extensive games and the problem of information, theorem 3",
    summary="the talks, solved from the last round; the selection among equilibria is named",
    takes=StochasticGame,
    unfit=needs_last_round,
)
def backward_induction(game: StochasticGame, selection: str = "mediator_best") -> Plan:
    """Solve a batch of finite-horizon stochastic games.

    Players who move alone take their best move; ties go to concluding, then to the mediators'
    best (or worst) payoff, then to the larger sum of payoffs. Players who move at once play a
    pure equilibrium that is not weakly dominated and that no coalition completing a joint option
    improves on, the mediators' best (or worst) of them; without mediators, the largest (or
    smallest) sum of payoffs. If coalitions improve on all of them, the same among all undominated
    ones. If there is none, two players play the mixed equilibrium of the node that is best (or
    worst) by the same measure; more than two, or two without one, the logit response at precision
    100 per range of payoffs, whose regret is reported. A player with a single move is a bystander:
    it is none of those who move at once, and its payoff counts in no tie and no selection.

    Parameters
    ----------
    game
        The batch; points may differ in their number of rounds.
    selection
        ``mediator_best`` or ``mediator_worst``; with ``_open`` behind it ties of players who move
        alone go against concluding.

    Raises
    ------
    UsageError
        If the selection is not known.
    SolverError
        If the games are endless.

    Notes
    -----
    Complete for players moving alone up to ties. Cost: rounds x states x (transitions x
    successors + profiles x moves) operations a point.
    """
    check_selection(selection)
    if why := needs_last_round(game):
        raise refusal("backward_induction", game, why)
    order = layout(game)
    found = empty_arrays(game, order)
    weights = selection_weights(game, selection)
    induct(ground_for(game, selection), order, coalitions_of(game), weights, found)
    return plan_of(game, rule_text(game, selection), found)


def check_selection(selection: str) -> None:
    """Refuse a rule of selection that is not known.

    Raises
    ------
    UsageError
        If it is not.
    """
    if selection not in SELECTIONS:
        known = ", ".join(SELECTIONS)
        raise UsageError(
            f'unknown selection "{selection}"{did_you_mean(selection, SELECTIONS)} (known: {known})'
        )


def selections(game: StochasticGame) -> tuple[str, ...]:
    """Return the rules of selection that can differ: the open ones only where some move alone."""
    alone = any(len(group) == 1 and game.movers[group[0]] for group in game.order)
    return tuple(rule for rule in SELECTIONS if alone or rule not in OPEN)


def ground_for(game: StochasticGame, selection: str) -> Ground:
    """Return the arrays of a game for kernels, in which ties go to what ``agreement`` marks.

    That is the chance of concluding, or by an open selection that of not concluding.
    """
    found = ground(game)
    if selection not in OPEN:
        return found
    return found._replace(agreement=frozen(1.0 - game.agreement))


def coalitions_of(game: StochasticGame) -> BoolArray | None:
    """Return which movers must consent to each joint option, None if everybody moves alone."""
    together = any(len(group) > 1 for group in game.order)
    return game.coalitions & game.movers if together else None


class PlanArrays(NamedTuple):
    """The arrays of a plan while they are filled; shapes as in ``Plan``, candidates its count."""

    values: FloatArray
    choice: IntArray
    mixed: FloatArray
    candidates: IntArray
    status: IntArray
    regret: FloatArray


def empty_arrays(game: StochasticGame, order: Layout) -> PlanArrays:
    """Return the arrays of a plan before they are filled."""
    points, horizon, states = game.num_points, game.horizon, game.num_states
    nodes = int(order.offset[-1] + order.joint[:-1].prod())
    width = int(order.shape.sum(axis=1).max()) if order.players.shape[1] > 1 else 0
    return PlanArrays(
        values=np.zeros((points, horizon, len(game.players), states)),
        choice=np.zeros((points, horizon, states, nodes), dtype=np.int64),
        mixed=np.zeros((points, horizon, states, nodes, width)),
        candidates=np.zeros((points, horizon, states), dtype=np.int64),
        status=np.zeros((points, horizon, states), dtype=np.int64),
        regret=np.zeros((points, horizon, states)),
    )


def with_mixed(found: PlanArrays, order: Layout) -> PlanArrays:
    """Return arrays with room for mixed actions also where everybody moves alone."""
    width = int(order.shape.sum(axis=1).max())
    if found.mixed.shape[-1] == width:
        return found
    return found._replace(mixed=np.zeros((*found.choice.shape, width)))


def plan_of(game: StochasticGame, rule: str, found: PlanArrays) -> Plan:
    """Return the plan that filled arrays are."""
    return Plan(
        game,
        rule,
        frozen(found.values),
        frozen(found.choice),
        frozen(found.mixed),
        frozen(found.candidates),
        frozen(found.status),
        frozen(found.regret),
    )


def selection_weights(game: StochasticGame, selection: str) -> FloatArray:
    """Return the weights (2, n) by which a selection chooses; see ``stage``.

    The first row is that of the mediators, or of all movers if no mediator moves.
    """
    movers, mediators = game.movers.astype(float), game.moving_mediators.astype(float)
    first = mediators if mediators.any() else movers
    return np.stack([SELECTIONS[selection] * first, movers])


def rule_text(game: StochasticGame, selection: str) -> str:
    """Return the selection rule in words."""
    extreme = "largest" if SELECTIONS[selection] > 0 else "smallest"
    whose = "payoff to the mediators" if game.moving_mediators.any() else "sum of payoffs"
    if all(len(group) == 1 for group in game.order):
        where = "against" if selection in OPEN else "toward"
        return f"subgame-perfect; ties {where} concluding, then the {extreme} {whose}"
    return (
        "undominated pure equilibrium that no coalition completing a joint option improves on; "
        f"of several, the {extreme} {whose}; of none, the same among mixed equilibria of two, or "
        f"logit response at precision {PRECISION:g}"
    )


class Onward(NamedTuple):
    """Where one point's talks can go on to: those of its successors whose chance is not nought.

    Entries ``first[s, c]`` to ``first[s, c + 1]`` of ``states`` and ``chances`` are those of
    transition c in state s.
    """

    first: IntArray
    states: IntArray
    chances: FloatArray


@kernel
def onward(successors: IntArray, chances: FloatArray) -> Onward:
    """Return one point's possible successors, from arrays of shape (S, C, K)."""
    states, transitions, width = chances.shape
    first = np.empty((states, transitions + 1), dtype=np.int64)
    kept = np.empty(chances.size, dtype=np.int64)
    weights = np.empty(chances.size)
    count = 0
    for state in range(states):
        for transition in range(transitions):
            first[state, transition] = count
            for place in range(width):
                if chances[state, transition, place] > 0.0:
                    kept[count] = successors[state, transition, place]
                    weights[count] = chances[state, transition, place]
                    count += 1
        first[state, transitions] = count
    return Onward(first, kept[:count].copy(), weights[:count].copy())


@inner_kernel
def continuation(later: FloatArray, going: Onward, discount: FloatArray, out: FloatArray) -> None:
    """Fill the discounted value of going on, (n, S, C), from the values of the next round."""
    players, states, transitions = out.shape
    first, new, chances = going.first, going.states, going.chances
    for state in range(states):
        for player in range(players):
            for transition in range(transitions):
                total = 0.0
                for place in range(first[state, transition], first[state, transition + 1]):
                    total += chances[place] * later[player, new[place]]
                out[player, state, transition] = discount[player] * total


@inner_kernel
def value_events(
    game: Ground, point: int, is_last: bool, ahead: FloatArray, state: int, now: FloatArray
) -> None:
    """Fill what each event of a state is worth, the first columns of ``now``, in one round."""
    for player in range(len(now)):
        if is_last:
            for event in range(game.payoffs.shape[3]):
                now[player, event] = game.last_payoffs[point, player, state, event]
        else:
            for event in range(game.payoffs.shape[3]):
                onward_value = ahead[player, state, game.transition_of[event]]
                paid = game.payoffs[point, player, state, event]
                now[player, event] = plus(paid, onward_value)


@inner_kernel
def gather(now: FloatArray, reached: IntArray, low: int, joint: int) -> FloatArray:
    """Return the payoffs of a node's joint moves, shape (n, joint)."""
    found = np.empty((len(now), joint))
    for player in range(len(now)):
        for move in range(joint):
            found[player, move] = now[player, reached[low + move]]
    return found


@inlined_kernel
def completed(reached: IntArray, low: int, joint: int, in_effect: BoolArray) -> BoolArray:
    """Return whether each joint option is in effect after each joint move, shape (J, joint)."""
    options, events = in_effect.shape
    found = np.zeros((options, joint), dtype=np.bool_)
    for option in range(options):
        for move in range(joint):
            if reached[low + move] < events:
                found[option, move] = in_effect[option, reached[low + move]]
    return found


@inlined_kernel
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
        return chosen, count_distinct(payoffs, weights, candidates), status, 0.0
    if len(players) == 2:
        number = mix_two(payoffs, players, shape, weights, mixed)
        if number > 0:
            return -1, number, MIXED, largest_gain(payoffs, players, shape, mixed)
    respond_logit(payoffs, players, shape, PRECISION, mixed)
    return -1, 1, LOGIT, largest_gain(payoffs, players, shape, mixed)


@inner_kernel
def average(
    now: FloatArray, payoffs: FloatArray, shape: IntArray, mixed: FloatArray, column: int
) -> None:
    """Fill a column of ``now`` with the mean of a node's payoffs under mixed actions."""
    for player in range(len(now)):
        now[player, column] = 0.0
    for move in range(payoffs.shape[1]):
        chance = joint_chance(shape, mixed, move, -1)
        for player in range(len(now)):
            now[player, column] += chance * payoffs[player, move]


@inlined_kernel
def solve_last(
    now: FloatArray,
    player: int,
    first: IntArray,
    kept: IntArray,
    leads: IntArray,
    concludes: BoolArray,
    weights: FloatArray,
    state: int,
    offset: int,
    choice: IntArray,
    reached: IntArray,
) -> int:
    """Solve the nodes of a lone last mover in one state; fill where each leads, return the count.

    ``choice`` (S, nodes) is filled from column ``offset`` on.
    """
    count, worth = 1, now[player]
    for node in range(first.shape[1] - 1):
        low, high = first[state, node], first[state, node + 1]
        place, clear = leading(worth, leads, low, high)
        if not clear:
            top = worth[leads[place]]
            place, ties = settle_tie(now, player, leads, low, high, top, concludes, weights)
            count = max(count, ties)
        choice[state, offset + node] = kept[place]
        reached[node] = leads[place]
    return count


@inlined_kernel
def solve_earlier(
    now: FloatArray,
    player: int,
    moves: int,
    nodes: int,
    concludes: BoolArray,
    weights: FloatArray,
    state: int,
    offset: int,
    choice: IntArray,
    reached: IntArray,
) -> int:
    """Solve the nodes of a lone mover before the last in one state; return the count.

    ``reached`` holds where each of its moves leads, node by node, and then where each node leads.
    """
    count, worth = 1, now[player]
    for node in range(nodes):
        low = node * moves
        place, clear = leading(worth, reached, low, low + moves)
        if not clear:
            top = worth[reached[place]]
            place, ties = settle_tie(
                now, player, reached, low, low + moves, top, concludes, weights
            )
            count = max(count, ties)
        choice[state, offset + node] = place - low
        reached[node] = reached[place]
    return count


@inner_kernel
def solve_in_turn(
    game: Ground,
    order: Layout,
    weights: FloatArray,
    concludes: BoolArray,
    ahead: FloatArray,
    is_last: bool,
    point: int,
    index: int,
    found: PlanArrays,
) -> None:
    """Fill one point's round, at place ``index``, in every state, everybody moving alone.

    ``ahead`` (n, S, C) is the discounted value of going on.
    """
    now = np.empty((len(ahead), concludes.shape[1]))
    first, kept, leads = order.first, order.kept, order.leads
    movers, joint, offset = order.players[:, 0], order.joint, order.offset
    choices, values = found.choice[point, index], found.values[point, index]
    counts = found.candidates[point, index]
    last = len(movers) - 1
    reached = np.empty(first.shape[1], dtype=np.int64)
    for state in range(len(concludes)):
        value_events(game, point, is_last, ahead, state, now)
        sure = concludes[state]
        player, at = movers[last], offset[last]
        count = solve_last(
            now, player, first, kept, leads, sure, weights, state, at, choices, reached
        )
        nodes = len(reached) - 1
        for group in range(last - 1, -1, -1):
            moves, player, at = joint[group], movers[group], offset[group]
            nodes //= moves
            ties = solve_earlier(
                now, player, moves, nodes, sure, weights, state, at, choices, reached
            )
            count = max(count, ties)
        counts[state] = count
        for player in range(len(now)):
            values[player, state] = now[player, reached[0]]


@inlined_kernel
def solve_state(
    now: FloatArray,
    concludes: BoolArray,
    reached: IntArray,
    in_effect: BoolArray,
    coalitions: BoolArray,
    weights: FloatArray,
    order: Layout,
    choice: IntArray,
    mixed: FloatArray,
) -> tuple[int, int, float]:
    """Solve one state's round from the last group to the first; return count, status and regret.

    ``now`` (n, events + nodes) holds what the events are worth, with a column for each node at
    which players mix; ``concludes`` (events + nodes,) whether they conclude. ``reached`` (A,)
    holds the profiles' events and is overwritten: its first entry ends as the state's column.
    """
    count, status, regret = 1, SETTLED, 0.0
    prefixes = len(reached)
    events = in_effect.shape[1]
    for group in range(len(order.sizes) - 1, -1, -1):
        joint = order.joint[group]
        prefixes //= joint
        for prefix in range(prefixes):
            low = prefix * joint
            node = order.offset[group] + prefix
            column = events + node
            if order.sizes[group] == 1:
                player = order.players[group, 0]
                place, number = choose_alone(
                    now, player, reached, low, low + joint, concludes, weights
                )
                chosen, column = place - low, reached[place]
            else:
                players = order.players[group, : order.sizes[group]]
                shape = order.shape[group, : order.sizes[group]]
                payoffs = gather(now, reached, low, joint)
                completes = completed(reached, low, joint, in_effect)
                chosen, number, node_status, gain = solve_group(
                    payoffs, players, shape, completes, coalitions, weights, mixed[node]
                )
                status = max(status, node_status)
                regret = max(regret, gain)
                if chosen >= 0:
                    column = reached[low + chosen]
                else:
                    average(now, payoffs, shape, mixed[node], column)
            choice[node] = chosen
            count = max(count, number)
            reached[prefix] = column
    return count, status, regret


@inner_kernel
def conclusive(game: Ground, point: int, concludes: BoolArray) -> None:
    """Fill whether each event of each state concludes, the first columns of (S, columns)."""
    for state in range(game.payoffs.shape[2]):
        for event in range(game.payoffs.shape[3]):
            agreement = game.agreement[point, state, event]
            concludes[state, event] = agreement > 1.0 - CHANCE_TOLERANCE


@inner_kernel
def solve_together(
    game: Ground,
    order: Layout,
    coalitions: BoolArray,
    weights: FloatArray,
    concludes: BoolArray,
    ahead: FloatArray,
    is_last: bool,
    point: int,
    index: int,
    found: PlanArrays,
) -> None:
    """Fill one point's round in every state, some moving at once; as ``solve_in_turn``."""
    now = np.empty((len(ahead), concludes.shape[1]))
    reached = np.empty(order.event_of.shape[1], dtype=np.int64)
    for state in range(len(concludes)):
        value_events(game, point, is_last, ahead, state, now)
        for profile in range(len(reached)):
            reached[profile] = order.event_of[state, profile]
        count, status, regret = solve_state(
            now,
            concludes[state],
            reached,
            game.in_effect,
            coalitions,
            weights,
            order,
            found.choice[point, index, state],
            found.mixed[point, index, state],
        )
        for player in range(len(now)):
            found.values[point, index, player, state] = now[player, reached[0]]
        found.candidates[point, index, state] = count
        found.status[point, index, state] = status
        found.regret[point, index, state] = regret


@kernel
def induct(
    game: Ground,
    order: Layout,
    coalitions: BoolArray | None,
    weights: FloatArray,
    found: PlanArrays,
) -> None:
    """Fill a plan's arrays for every point, round and state.

    Without ``coalitions`` everybody moves alone.
    """
    points, players, states, events = game.payoffs.shape
    ahead = np.zeros((players, states, game.chances.shape[2]))
    concludes = np.zeros((states, events + found.choice.shape[3]), dtype=np.bool_)
    for point in range(points):
        going = onward(game.successors, game.chances[point])
        conclusive(game, point, concludes)
        for index in range(game.rounds[point]):
            if index > 0:
                later = found.values[point, index - 1]
                continuation(later, going, game.discount[point], ahead)
            if coalitions is None:
                solve_in_turn(
                    game, order, weights, concludes, ahead, index == 0, point, index, found
                )
            else:
                solve_together(
                    game,
                    order,
                    coalitions,
                    weights,
                    concludes,
                    ahead,
                    index == 0,
                    point,
                    index,
                    found,
                )
