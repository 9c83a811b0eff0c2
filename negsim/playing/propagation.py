"""The kernels of exact play: chances of states and joint memories, carried forward by rounds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import FloatArray, IntArray, inlined_kernel, inner_kernel, kernel
from negsim.playing.deck import Arena, Deck, memory_of, move_chance, next_joint, next_memory
from negsim.playing.drawing import bring, is_empty, is_open, others_of, profile_with
from negsim.playing.offers import OfferTables


class Totals(NamedTuple):
    """What is added up, as in ``Expectation``."""

    payoffs: FloatArray
    costs: FloatArray
    ends: FloatArray
    alive: FloatArray
    time: FloatArray
    empty: FloatArray


@kernel
def propagate(
    arena: Arena,
    deck: Deck,
    offers: OfferTables,
    meant: FloatArray,
    misperception: float,
    index: int,
    weight: FloatArray,
    now: FloatArray,
    totals: Totals,
) -> FloatArray:
    """Add a round to the totals and return the chances of states and joint memories after it.

    ``now`` (S, memories) has those before it, ``weight`` (n,) what a payoff counts in it.
    """
    states, memories = now.shape
    later = np.zeros((states, memories))
    for state in range(states):
        for joint in range(memories):
            mass = now[state, joint]
            if mass > 0.0:
                totals.alive[index] += mass
                spread(arena, deck, misperception, index, state, joint, mass, weight, totals, later)
                weigh_empty(arena, deck, offers, meant, index, state, joint, mass, totals.empty)
    return later


@inner_kernel
def spread(
    arena: Arena,
    deck: Deck,
    misperception: float,
    index: int,
    state: int,
    joint: int,
    mass: float,
    weight: FloatArray,
    totals: Totals,
    later: FloatArray,
) -> None:
    """Share out the mass of one state and joint memory over the profiles and what follows."""
    last = index == arena.rounds - 1
    odds = np.zeros(later.shape[1] if misperception > 0.0 else 0)
    for profile in range(arena.event_of.shape[1]):
        chance = mass
        for player in range(len(weight)):
            chance *= move_chance(arena, deck, player, joint, index, state, profile)
        if chance == 0.0:
            continue
        event = arena.event_of[state, profile]
        add_round(arena, last, state, event, chance, weight, totals)
        if last:
            continue
        for alarm in range(len(arena.alarms)):
            heard = chance * arena.alarms[alarm, event]
            if heard == 0.0:
                continue
            if misperception > 0.0:
                remember(arena, deck, misperception, joint, index, state, profile, alarm, odds)
                for following in range(len(odds)):
                    if odds[following] > 0.0:
                        move_on(arena, state, event, heard * odds[following], later[:, following])
            else:
                following = next_joint(deck, joint, index, state, profile, alarm)
                move_on(arena, state, event, heard, later[:, following])


@inlined_kernel
def add_round(
    arena: Arena,
    last: bool,
    state: int,
    event: int,
    chance: float,
    weight: FloatArray,
    totals: Totals,
) -> None:
    """Add what a round brings, at its chance."""
    paid, cost = arena.payoffs, arena.costs
    if last:
        paid, cost = arena.last_payoffs, arena.last_costs
    for player in range(len(weight)):
        totals.payoffs[player] += chance * weight[player] * paid[player, state, event]
    for place in range(len(cost)):
        totals.costs[place] += chance * cost[place, state, event]
    totals.time[event] += chance
    going_on = chance
    for end in range(len(totals.ends)):
        stops = chance * arena.end_chances[end, state, event]
        totals.ends[end] += stops
        going_on -= stops
    if last:
        totals.ends[arena.no_agreement] += going_on


@inner_kernel
def move_on(arena: Arena, state: int, event: int, mass: float, later: FloatArray) -> None:
    """Share out mass over the next states; ``later`` (S,) is of one joint memory."""
    transition = arena.transition_of[event]
    for place in range(arena.chances.shape[2]):
        new = arena.successors[state, transition, place]
        later[new] += mass * arena.chances[state, transition, place]


@inlined_kernel
def remember(
    arena: Arena,
    deck: Deck,
    misperception: float,
    joint: int,
    index: int,
    state: int,
    profile: int,
    alarm: int,
    odds: FloatArray,
) -> None:
    """Fill the chances of the joint memories after a round that each player may misread."""
    odds[:] = 0.0
    odds[0] = 1.0
    for player in range(len(deck.memories)):
        if deck.memories[player] == 1:
            continue
        own = np.zeros(deck.memories[player])
        memory = memory_of(deck, player, joint)
        step, moves = arena.stride[player], arena.moves[player]
        others = arena.event_of.shape[1] // moves
        move, real = arena.move_of[player, profile], others_of(profile, step, moves)
        for other in range(others):
            seen = profile_with(other, move, step, moves)
            after = next_memory(deck, player, memory, index, state, seen, alarm)
            if others == 1:
                own[after] += 1.0
            elif other == real:
                own[after] += 1.0 - misperception
            else:
                own[after] += misperception / (others - 1)
        before = odds.copy()
        odds[:] = 0.0
        for place in range(len(before)):
            if before[place] > 0.0:
                for after in range(len(own)):
                    if own[after] > 0.0:
                        odds[place + deck.stride[player] * after] += before[place] * own[after]


@inlined_kernel
def weigh_empty(
    arena: Arena,
    deck: Deck,
    offers: OfferTables,
    meant: FloatArray,
    index: int,
    state: int,
    joint: int,
    mass: float,
    empty: FloatArray,
) -> None:
    """Add each player's chance of a non-serious offer in a round."""
    if offers.consents.shape[2] == 0:
        return
    memory = memories_of(deck, joint)
    may = np.zeros((offers.consents.shape[1], offers.consents.shape[2]), dtype=np.bool_)
    for player in range(len(memory)):
        if not is_open(offers, player, index, state):
            continue
        bring(arena, deck, offers, meant, memory, player, index, state, may)
        for move in range(arena.moves[player]):
            if is_empty(offers, may, player, move):
                empty[player] += mass * chance_of(arena, deck, player, joint, index, state, move)


@inlined_kernel
def memories_of(deck: Deck, joint: int) -> IntArray:
    """Return every player's part of a joint memory, (n,)."""
    found = np.zeros(len(deck.memories), dtype=np.int64)
    for player in range(len(found)):
        found[player] = memory_of(deck, player, joint)
    return found


@inlined_kernel
def chance_of(
    arena: Arena, deck: Deck, player: int, joint: int, index: int, state: int, move: int
) -> float:
    """Return the chance that a player makes a move in a round, over what it may have seen."""
    total = 0.0
    for profile in range(arena.event_of.shape[1]):
        if arena.move_of[player, profile] == move:
            chance = 1.0
            for other in range(len(arena.moves)):
                chance *= move_chance(arena, deck, other, joint, index, state, profile)
            total += chance
    return total
