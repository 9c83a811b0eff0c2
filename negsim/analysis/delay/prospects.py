"""What settling, talking on and leaving are worth to each player, in every round and state.

Settling is the best package that every other required party would accept now; talking is the best
own move after which the talks have not been concluded; leaving is the best own move that ends them
(THEORY 2.4; the rules for packages and leaving are in the scenario format).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import (
    CHANCE_TOLERANCE,
    TIE_TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    frozen,
    inlined_kernel,
    inner_kernel,
    kernel,
)
from negsim.dynamics.chain import own_moves
from negsim.theory.stochastic.backward_induction import continuation, onward, value_events
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Ground, Layout, Plan, follow, ground
from negsim.theory.stochastic.stage import exceeds


class Prospects(NamedTuple):
    """The three values of every player at a solved plan; axes B, T, n, S as in ``Plan.values``.

    Attributes
    ----------
    settle
        best package that all others required accept, ``-inf`` if there is none.
    talk, leave
        best value of keeping the talks open, ``-inf`` if no move does; of leaving.
    package
        the event of that best package, -1 if there is none.
    move
        the own move by which it would keep the talks open: the plan's own if that does so, else
        the best; of equally good ones the one that the plan plays most. -1 if none does.
    concludes
        (B, T, S) chance that the solved profile concludes.
    gain
        (B, T, n, S) most that the player could gain by one deviation from what the plan does or
        says that it is worth: its regret, nought at a subgame-perfect plan.
    """

    settle: FloatArray
    talk: FloatArray
    leave: FloatArray
    package: IntArray
    move: IntArray
    concludes: FloatArray
    gain: FloatArray


def something_to_sign(found: Prospects) -> BoolArray:
    """Tell where a package that all others accept is worth at least as much as leaving (S1)."""
    return np.isfinite(found.settle) & ~above(found.leave, found.settle)


def worth_of_waiting(talk: FloatArray, sign: FloatArray, leave: FloatArray) -> FloatArray:
    """Return the worth of being able to wait: talking beyond the better of signing and leaving.

    Nought where talking is no better, or where there is nothing else to do; NaN without values.
    """
    otherwise = np.maximum(sign, leave)
    pays = above(talk, otherwise) & np.isfinite(otherwise)
    gain = np.where(pays, difference(talk, otherwise), 0.0)
    return np.where(np.isnan(talk), np.nan, gain)


def difference(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return left minus right; NaN where both are infinite."""
    with np.errstate(invalid="ignore"):
        return left - right


def above(left: FloatArray, right: FloatArray) -> BoolArray:
    """Tell where a number is larger than another by more than rounding; -inf is never above."""
    with np.errstate(invalid="ignore"):
        size = np.maximum(np.abs(left), np.abs(right))
        close = np.abs(left - right) <= TIE_TOLERANCE * np.where(np.isfinite(size), size, 0.0)
    return (left > right) & ~close


def prospects(plan: Plan, start_only: bool = False) -> Prospects:
    """Return what settling, talking and leaving are worth at a solved plan.

    With ``start_only`` only at the start of the talks: the axes T and S then have length 1.
    Cost: as the plan's own, plus one look at each package a player, round and state.
    """
    game = plan.game
    points, _, _, states = plan.values.shape
    if start_only:
        low = np.stack([game.first_index, game.start], axis=1)
        return between(plan, low, low + 1)
    high = np.stack([game.first_index + 1, np.full(points, states)], axis=1)
    return between(plan, np.zeros_like(high), high)


def of_start_state(plan: Plan) -> Prospects:
    """Return the prospects in every round in each point's start state: axis S has length 1."""
    game = plan.game
    low = np.stack([np.zeros_like(game.start), game.start], axis=1)
    return between(plan, low, np.stack([game.first_index + 1, game.start + 1], axis=1))


def between(plan: Plan, low: IntArray, high: IntArray) -> Prospects:
    """Return the prospects in the rounds and states from ``low`` to ``high``, (B, 2) each."""
    game = plan.game
    points, players = plan.values.shape[0], plan.values.shape[2]
    horizon, states = (high - low).max(axis=0).tolist()
    shape = (points, horizon, players, states)
    found = Prospects(
        settle=np.zeros(shape),
        talk=np.zeros(shape),
        leave=np.zeros(shape),
        package=np.full(shape, -1),
        move=np.full(shape, -1),
        concludes=np.zeros((points, horizon, states)),
        gain=np.zeros(shape),
    )
    solved = Solved(plan.values, plan.choice, plan.mixed, possible_events(game))
    weigh(ground(game), rights(plan), plan.layout, solved, low, high, found)
    for array in found:
        frozen(array)
    return found


def concluded(plan: Plan, package: IntArray, start_only: bool = False) -> FloatArray:
    """Return what an event is worth to each player at a solved plan, if it came about now.

    ``package`` holds an event for every point, round, player and state, as in ``Prospects``; -1
    gives ``-inf``. With ``start_only`` the axes T and S have length 1 and stand for the start.
    """
    game = plan.game
    if start_only:
        return concluded_at(plan, package, game.first_index[:, None], game.start[:, None])
    index, state = (np.arange(size)[None, :] for size in package.shape[1::2])
    return concluded_at(plan, package, index, state)


def concluded_at(plan: Plan, package: IntArray, index: IntArray, state: IntArray) -> FloatArray:
    """Return what events are worth in the rounds ``index`` (B or 1, T), states (B or 1, S)."""
    game = plan.game
    points, _, players, _ = package.shape
    index, state = index[:, :, None, None], state[:, None, None, :]
    point = np.arange(points).reshape(-1, 1, 1, 1)
    player = np.arange(players).reshape(1, 1, -1, 1)
    is_last = (index == 0) & (not game.endless)
    event = np.maximum(package, 0)
    worth = np.where(
        is_last,
        game.last_payoffs[point, player, state, event],
        game.payoffs[point, player, state, event],
    )
    goes_on = (game.agreement[point, state, event] < 1 - CHANCE_TOLERANCE) & ~is_last
    goes_on = goes_on & (package >= 0)
    if goes_on.any():
        add_continuation(plan, worth, goes_on, index, state, event)
    return frozen(np.where(package >= 0, worth, -np.inf))


def add_continuation(
    plan: Plan,
    worth: FloatArray,
    where: BoolArray,
    index: IntArray,
    state: IntArray,
    event: IntArray,
) -> None:
    """Add the discounted value of going on after an event, at the places ``where`` it may."""
    game = plan.game
    index, state = (np.broadcast_to(each, worth.shape)[where] for each in (index, state))
    point, _, player, _ = np.nonzero(where)
    transition = game.transition_of[event[where]]
    later = np.zeros_like(index) if game.endless else index - 1
    onward = game.successors[state, transition]
    values = plan.values[point[:, None], later[:, None], player[:, None], onward]
    expected = (game.chances[point, state, transition] * values).sum(axis=1)
    worth[where] += game.discount[point, player] * expected


def rights(plan: Plan) -> Rights:
    """Return who consents to what, who passes and who leaves."""
    game = plan.game
    return Rights(
        game.in_effect,
        game.coalitions,
        game.solo_level,
        game.solo_owner,
        taken_back(game),
        game.passing,
        game.exit_by,
        np.array(game.num_moves, dtype=np.int64),
        np.array(game.mediators, dtype=bool),
        np.stack([own_moves(plan, player) for player in range(len(game.players))]),
        game.reservation,
        game.ending,
    )


def taken_back(game: StochasticGame) -> IntArray:
    """Return, for each option of a single player and event, an event without it, -1 if none.

    The other options are as in the event; shape (K, O), -1 too where the option is not in effect.
    """
    table = np.concatenate([game.in_effect.astype(np.int64), game.solo_level])
    events = table.shape[1]
    found = np.full(game.solo_level.shape, -1)
    for option, levels in enumerate(game.solo_level):
        without = table.copy()
        without[len(game.in_effect) + option] = 0
        both = np.concatenate([table, without], axis=1)
        kind = np.unique(both, axis=1, return_inverse=True)[1].reshape(-1)
        first = np.full(kind.max() + 1, -1)
        first[kind[:events][::-1]] = np.arange(events)[::-1]
        found[option] = np.where(levels > 0, first[kind[events:]], -1)
    return frozen(found)


def possible_events(game: StochasticGame) -> BoolArray:
    """Return which events some profile leads to, shape (S, O)."""
    possible = np.zeros((game.num_states, game.payoffs.shape[3]), dtype=bool)
    possible[np.arange(game.num_states)[:, None], game.event_of] = True
    return possible


class Rights(NamedTuple):
    """Who consents to what, who passes, who leaves: the game's arrays that kernels take.

    ``own`` (n, A) is each player's move in each profile, numbered in the order of moving.
    """

    in_effect: BoolArray
    coalitions: BoolArray
    solo_level: IntArray
    solo_owner: IntArray
    taken_back: IntArray
    passing: BoolArray
    exit_by: BoolArray
    num_moves: IntArray
    mediators: BoolArray
    own: IntArray
    reservation: FloatArray
    ending: FloatArray


@inlined_kernel
def reserved(reservation: FloatArray, discount: float, rounds_to_go: int, going_on: float) -> float:
    """Return what a reservation (2,) is worth with some rounds to go; 0 rounds: for ever.

    What it pays by round is kept up for the rounds to go, or without a last round as long as
    talks would go on, with the chance ``going_on`` from round to round.
    """
    once, each = float(reservation[0]), float(reservation[1])
    if rounds_to_go == 0:
        return once + (each / (1.0 - discount * going_on) if each != 0.0 else 0.0)
    total, weight = once, 1.0
    for _ in range(rounds_to_go):
        total += weight * each
        weight *= discount
    return total


@inlined_kernel
def required(
    event: int, player: int, rights: Rights, solved_solo: IntArray, agreement: FloatArray
) -> bool:
    """Tell whether a package needs a player.

    It is of a joint option, an option of its own must change, or without one nothing is concluded.
    """
    for option in range(len(rights.in_effect)):
        if rights.in_effect[option, event] and rights.coalitions[option, player]:
            return True
    for option in range(len(rights.solo_owner)):
        if rights.solo_owner[option] != player:
            continue
        if rights.solo_level[option, event] != solved_solo[option]:
            return True
        without = rights.taken_back[option, event]
        if without >= 0 and agreement[without] <= 1.0 - CHANCE_TOLERANCE:
            return True
    return False


@inlined_kernel
def best_package(
    now: FloatArray,
    player: int,
    agreement: FloatArray,
    possible: BoolArray,
    rights: Rights,
    solved_solo: IntArray,
    reserve: FloatArray,
) -> int:
    """Return the concluding event best for a player that all others required accept, or -1.

    Of several that are worth the same to it, that which the others like best; see ``preferred``.
    """
    best = -1
    for event in range(now.shape[1]):
        if not possible[event] or agreement[event] <= 1.0 - CHANCE_TOLERANCE:
            continue
        accepted = True
        for other in range(len(now)):
            if (
                other != player
                and required(event, other, rights, solved_solo, agreement)
                and exceeds(reserve[other], now[other, event])
            ):
                accepted = False
                break
        if accepted and (best < 0 or preferred(now, player, event, best, rights)):
            best = event
    return best


@inlined_kernel
def preferred(now: FloatArray, player: int, event: int, other: int, rights: Rights) -> bool:
    """Tell whether an event is better for a player than another, or as good and liked more.

    Ties go as in the solved talks: to the mediators, then to the larger sum for all who move.
    """
    if exceeds(now[player, event], now[player, other]):
        return True
    if exceeds(now[player, other], now[player, event]):
        return False
    for_mediators, for_others = 0.0, 0.0
    for who in range(len(now)):
        if rights.num_moves[who] > 1:
            gain = now[who, event] - now[who, other]
            if abs(gain) > TIE_TOLERANCE * max(abs(now[who, event]), abs(now[who, other])):
                for_mediators += gain if rights.mediators[who] else 0.0
                for_others += gain
    return for_mediators > 0 or (for_mediators == 0 and for_others > 0)


@inlined_kernel
def move_values(
    now: FloatArray,
    last: FloatArray,
    events: IntArray,
    weights: FloatArray,
    count: int,
    player: int,
    agreement: FloatArray,
    exits: BoolArray,
) -> tuple[float, float, float, float, float]:
    """Return a move's value, its value given no conclusion, the chance of conclusion and of exit.

    The last number is its value if the round were the last.
    """
    value, talking, concluding, leaving, if_last = 0.0, 0.0, 0.0, 0.0, 0.0
    for place in range(count):
        event, weight = events[place], weights[place]
        value += weight * now[player, event]
        if_last += weight * last[player, event]
        if agreement[event] > 1.0 - CHANCE_TOLERANCE:
            concluding += weight
        else:
            talking += weight * now[player, event]
        if exits[event]:
            leaving += weight
    if concluding < 1.0 - CHANCE_TOLERANCE:
        talking /= 1.0 - concluding
    return value, talking, concluding, leaving, if_last


@inner_kernel
def weigh_moves(
    now: FloatArray,
    last: FloatArray,
    player: int,
    agreement: FloatArray,
    exits: BoolArray,
    rights: Rights,
    order: Layout,
    event_of: IntArray,
    choice: IntArray,
    mixed: FloatArray,
    acted: FloatArray,
    profiles: IntArray,
    weights: FloatArray,
) -> tuple[float, float, float, float, int]:
    """Return a player's best value of any move, of talking, of walking out, and of stopping.

    Stopping is passing if the round were the last; -inf where there is no such move. The last is
    the move of talking, see :class:`Prospects`. ``acted`` are the chances of the plan's own moves.
    """
    best, talk, walking, stopping = -np.inf, -np.inf, -np.inf, -np.inf
    open_move = -1
    for move in range(rights.num_moves[player]):
        count = follow(choice, mixed, order, player, move, profiles, weights)
        for place in range(count):
            profiles[place] = event_of[profiles[place]]
        value, talking, concluding, leaving, if_last = move_values(
            now, last, profiles, weights, count, player, agreement, exits
        )
        best = max(best, value)
        if rights.passing[player, move] and concluding < 1.0 - CHANCE_TOLERANCE:
            stopping = max(stopping, if_last)
        if leaving > 1.0 - CHANCE_TOLERANCE:
            walking = max(walking, value)
        elif concluding < 1.0 - CHANCE_TOLERANCE and (
            open_move < 0 or keeps_better(acted, move, open_move, talking, talk)
        ):
            talk, open_move = talking, move
    return best, talk, walking, stopping, open_move


@inner_kernel
def keeps_better(
    acted: FloatArray, move: int, other: int, talking: float, other_talking: float
) -> bool:
    """Tell whether a move is the better one to keep the talks open: the plan's own comes first."""
    if max(acted[move], acted[other]) > 1.0 - CHANCE_TOLERANCE:
        return bool(acted[move] > acted[other])
    if exceeds(talking, other_talking) or exceeds(other_talking, talking):
        return talking > other_talking
    return bool(acted[move] > acted[other])


class Solved(NamedTuple):
    """A plan's arrays that kernels take, and which events are possible in a state, (S, O)."""

    values: FloatArray
    choice: IntArray
    mixed: FloatArray
    possible: BoolArray


@kernel
def weigh(
    game: Ground,
    rights: Rights,
    order: Layout,
    solved: Solved,
    low: IntArray,
    high: IntArray,
    found: Prospects,
) -> None:
    """Fill the arrays of :class:`Prospects` for the rounds and states from ``low`` to ``high``."""
    points, players, states, events = game.payoffs.shape
    ahead = np.zeros((players, states, game.chances.shape[2]))
    now = np.empty((players, events))
    for point in range(points):
        going = onward(game.successors, game.chances[point])
        endless = game.rounds[point] == 0
        for index in range(low[point, 0], high[point, 0]):
            is_last = index == 0 and not endless
            if not is_last:
                later = solved.values[point, 0 if endless else index - 1]
                continuation(later, going, game.discount[point], ahead)
            t = index - low[point, 0]
            for state in range(low[point, 1], high[point, 1]):
                s = state - low[point, 1]
                value_events(game, point, is_last, ahead, state, now)
                weigh_state(game, rights, order, solved, point, index, state, now, found, t, s)


@inlined_kernel
def weigh_state(
    game: Ground,
    rights: Rights,
    order: Layout,
    solved: Solved,
    point: int,
    index: int,
    state: int,
    now: FloatArray,
    found: Prospects,
    t: int,
    s: int,
) -> None:
    """Fill one round and state, at places ``t`` and ``s``, from what its events are worth now."""
    players = len(now)
    profiles = np.empty(order.event_of.shape[1], dtype=np.int64)
    weights = np.empty(order.event_of.shape[1])
    reserve, worth = np.empty(players), np.zeros(players)
    solo = np.zeros(len(rights.solo_owner), dtype=np.int64)
    acted = np.zeros((players, rights.num_moves.max()))
    agrees, event_of = game.agreement[point, state], order.event_of[state]
    acts, mixes = solved.choice[point, index, state], solved.mixed[point, index, state]
    found.concludes[point, t, s] = solved_outcome(
        now, agrees, rights, order, event_of, acts, mixes, profiles, weights, solo, worth, acted
    )
    last = game.last_payoffs[point, :, state]
    for player in range(players):
        exits = rights.exit_by[point, player, state]
        best, talk, leave, stopping, move = weigh_moves(
            now,
            last,
            player,
            agrees,
            exits,
            rights,
            order,
            event_of,
            acts,
            mixes,
            acted[player],
            profiles,
            weights,
        )
        value = solved.values[point, index, player, state]
        found.gain[point, t, player, s] = max(best - worth[player], abs(best - value))
        reservation = rights.reservation[point, player, state]
        if leave == -np.inf:
            leave = stopping
            if not np.isnan(reservation[0]):
                to_go = index + 1 if game.rounds[point] > 0 else 0
                going_on = 1.0 - rights.ending[point]
                leave = reserved(reservation, game.discount[point, player], to_go, going_on)
        reserve[player] = max(talk, leave)
        found.talk[point, t, player, s] = talk
        found.move[point, t, player, s] = move
        found.leave[point, t, player, s] = leave
    for player in range(players):
        event = best_package(now, player, agrees, solved.possible[state], rights, solo, reserve)
        found.package[point, t, player, s] = event
        found.settle[point, t, player, s] = now[player, event] if event >= 0 else -np.inf


@inlined_kernel
def solved_outcome(
    now: FloatArray,
    agreement: FloatArray,
    rights: Rights,
    order: Layout,
    event_of: IntArray,
    choice: IntArray,
    mixed: FloatArray,
    profiles: IntArray,
    weights: FloatArray,
    solved_solo: IntArray,
    worth: FloatArray,
    acted: FloatArray,
) -> float:
    """Fill the likeliest level of each single option, and each player's worth and own moves.

    Returns the plan's chance of concluding.
    """
    count = follow(choice, mixed, order, -1, 0, profiles, weights)
    concluding = 0.0
    likeliest = np.zeros(len(solved_solo))
    worth[:] = 0.0
    for place in range(count):
        event = event_of[profiles[place]]
        if agreement[event] > 1.0 - CHANCE_TOLERANCE:
            concluding += weights[place]
        for player in range(len(worth)):
            worth[player] += weights[place] * now[player, event]
            acted[player, rights.own[player, profiles[place]]] += weights[place]
    for option in range(len(solved_solo)):
        for place in range(count):
            level = rights.solo_level[option, event_of[profiles[place]]]
            chance = 0.0
            for other in range(count):
                if rights.solo_level[option, event_of[profiles[other]]] == level:
                    chance += weights[other]
            if chance > likeliest[option]:
                likeliest[option] = chance
                solved_solo[option] = level
    return concluding
