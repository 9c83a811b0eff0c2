"""Endless talks as the limit of talks with more and more rounds.

Rounds are solved one before the other, as by backward induction, until what is played in every
state stays the same; the values of that stationary play are then found exactly, and it is accepted
if it is the answer to its own values.
"""

from __future__ import annotations

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray, kernel
from negsim.theory.registry import refusal, solver
from negsim.theory.stochastic.backward_induction import (
    PlanArrays,
    check_selection,
    coalitions_of,
    conclusive,
    continuation,
    empty_arrays,
    ground_for,
    onward,
    plan_of,
    rule_text,
    selection_weights,
    solve_in_turn,
    solve_together,
)
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.horizon import needs_endless
from negsim.theory.stochastic.plan import Ground, Layout, Plan, follow, ground, layout

STRIDE = 25
"""Rounds between two attempts to find the values of what is played exactly."""

MAX_ROUNDS = 20_000
"""Rounds after which the search is given up."""

SETTLED_VALUES = 1e-12
"""Values that change by no more than this, relative to the largest, are settled."""

NO_LIMIT = (
    "finds that play does not settle as talks get longer (it goes in a circle, or for "
    f"more than {MAX_ROUNDS:,} rounds): there is no limit to report"
)


@solver(
    "limit",
    finds="one",
    cost="rounds until play settles x states x profiles x moves a point, and a linear system",
    source="Shapley (1953), Stochastic games; Fink (1964) for the equilibrium that is its limit",
    summary="endless talks, solved as the limit of longer and longer ones",
    takes=StochasticGame,
    unfit=needs_endless,
)
def limit_of_rounds(game: StochasticGame, selection: str = "mediator_best") -> Plan:
    """Solve a batch of endless games by the stationary play that longer and longer talks approach.

    The selection among equilibria is that of ``backward_induction``. Other stationary equilibria
    may exist; longer talks need not approach any.

    Parameters
    ----------
    game
        The batch; no point has a last round.
    selection
        ``mediator_best`` or ``mediator_worst``.

    Returns
    -------
    Plan
        With one round: what is played in every round.

    Raises
    ------
    UsageError
        If the selection is not known.
    SolverError
        If the game has a last round, or play goes in a circle or has not settled after
        ``MAX_ROUNDS``.
    """
    found, restless = approach(game, selection)
    if restless:
        raise refusal("limit", game, NO_LIMIT)
    return plan_of(game, limit_text(game, selection), found)


def limit_text(game: StochasticGame, selection: str) -> str:
    """Return in words what the plan is and by which rule it was selected."""
    return f"stationary, the limit of longer and longer talks; {rule_text(game, selection)}"


def approach(game: StochasticGame, selection: str) -> tuple[PlanArrays, list[int]]:
    """Return the arrays of the plan that longer and longer talks approach, and where none is.

    Raises
    ------
    UsageError
        If the selection is not known.
    SolverError
        If the game has a last round.
    """
    check_selection(selection)
    if why := needs_endless(game):
        raise refusal("limit", game, why)
    order = layout(game)
    found = empty_arrays(game, order)
    points = range(game.num_points)
    return found, [p for p in points if not settle(game, order, selection, p, found)]


def settle(
    game: StochasticGame, order: Layout, selection: str, point: int, found: PlanArrays
) -> bool:
    """Fill one point's plan; tell whether play settled.

    It never will once the values repeat without having settled (Brent 1980, An improved Monte Carlo
    factorization algorithm, section 2, on finding cycles). Bystanders have no say in that: what
    play is worth to them is worked out at its end.
    """
    if not movers_settle(game, order, selection, point, found):
        return False
    idle = ~counted(game)
    if idle.any():
        values = stationary_values(game, ground(game), order, point, found)
        found.values[point, 0, idle] = values[idle]
    return True


def counted(game: StochasticGame) -> BoolArray:
    """Return the players by whose values it is seen that play has settled: all who have a choice.

    All players if nobody has one.
    """
    return game.movers if game.movers.any() else ~game.movers


def movers_settle(
    game: StochasticGame, order: Layout, selection: str, point: int, found: PlanArrays
) -> bool:
    """Fill one point's plan, the values of bystanders apart; tell whether play settled."""
    base, together, movers = ground_for(game, selection), coalitions_of(game), counted(game)
    weights = selection_weights(game, selection)
    # Brent's way of finding a cycle: compare with one value kept, and keep a new one after 1, 2, 4,
    # ... attempts. Values are floats, so play that goes in a circle comes back to the same bits.
    seen, since, until = np.full_like(found.values[point, 0], np.nan), 0, 1
    for tried in range(0, MAX_ROUNDS, STRIDE):
        change = lengthen(base, order, together, weights, movers, point, tried == 0, STRIDE, found)
        scale = float(np.abs(found.values[point][:, movers]).max())
        before = found.choice[point].copy()
        if change > SETTLED_VALUES * scale:
            rough = found.values[point, 0].copy()
            found.values[point, 0] = stationary_values(game, base, order, point, found)
            once = lengthen(base, order, together, weights, movers, point, False, 1, found)
            same = np.array_equal(before, found.choice[point])
            change = once if same else np.inf
            if change > SETTLED_VALUES * scale:
                found.values[point, 0] = rough
                if np.array_equal(seen[movers], rough[movers]):
                    return False
                since += 1
                if since == until:
                    seen, since, until = rough, 0, 2 * until
                continue
        return True
    return False


def stationary_values(
    game: StochasticGame, base: Ground, order: Layout, point: int, found: PlanArrays
) -> FloatArray:
    """Return the exact values (n, S) of one point's stationary play, by linear systems."""
    players, states = len(game.players), game.num_states
    paid, moves = np.zeros((players, states)), np.zeros((states, states))
    stationary_round(base, order, point, found.choice[point, 0], found.mixed[point, 0], paid, moves)
    values = np.empty((players, states))
    for player in range(players):
        system = np.eye(states) - game.discount[point, player] * moves
        values[player] = np.linalg.solve(system, paid[player])
    return values


@kernel
def lengthen(
    game: Ground,
    order: Layout,
    coalitions: BoolArray | None,
    weights: FloatArray,
    movers: BoolArray,
    point: int,
    begin: bool,
    rounds: int,
    found: PlanArrays,
) -> float:
    """Put more rounds before those solved so far; return the largest change of a value.

    The change is that between the movers' values before the last of these rounds and after it.
    """
    players, states = found.values.shape[2:]
    ahead = np.zeros((players, states, game.chances.shape[2]))
    concludes = np.zeros((states, game.payoffs.shape[3] + found.choice.shape[3]), dtype=np.bool_)
    later = np.empty((players, states))
    going = onward(game.successors, game.chances[point])
    conclusive(game, point, concludes)
    for index in range(rounds):
        is_last = begin and index == 0
        for player in range(players):
            for state in range(states):
                later[player, state] = found.values[point, 0, player, state]
        if not is_last:
            continuation(later, going, game.discount[point], ahead)
        if coalitions is None:
            solve_in_turn(game, order, weights, concludes, ahead, is_last, point, 0, found)
        else:
            solve_together(
                game, order, coalitions, weights, concludes, ahead, is_last, point, 0, found
            )
    change = 0.0
    for player in range(players):
        for state in range(states):
            moved = abs(found.values[point, 0, player, state] - later[player, state])
            change = max(change, moved) if movers[player] else change
    return change


@kernel
def stationary_round(
    game: Ground,
    order: Layout,
    point: int,
    choice: IntArray,
    mixed: FloatArray,
    paid: FloatArray,
    moves: FloatArray,
) -> None:
    """Fill what a round pays (n, S) and the chances (S, S) of going on, under stationary play."""
    room = order.event_of.shape[1]
    profiles, weights = np.empty(room, dtype=np.int64), np.empty(room)
    for state in range(len(moves)):
        count = follow(choice[state], mixed[state], order, -1, 0, profiles, weights)
        for place in range(count):
            event = order.event_of[state, profiles[place]]
            for player in range(len(paid)):
                paid[player, state] += weights[place] * game.payoffs[point, player, state, event]
            transition = game.transition_of[event]
            for slot in range(game.successors.shape[2]):
                chance = weights[place] * game.chances[point, state, transition, slot]
                moves[state, game.successors[state, transition, slot]] += chance
