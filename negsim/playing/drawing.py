"""The kernels that draw runs, one row of the record a run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray, inlined_kernel, inner_kernel, kernel
from negsim.playing.chance import uniform
from negsim.playing.deck import Arena, Deck, act_place, next_memory
from negsim.playing.offers import OfferTables


class RunRecord(NamedTuple):
    """What R runs came to, as in ``Runs``; the last four have no columns without a transcript."""

    payoffs: FloatArray
    costs: FloatArray
    end: IntArray
    end_round: IntArray
    empty: IntArray
    states: IntArray
    profiles: IntArray
    events: IntArray
    alarms: IntArray


@kernel
def play_runs(
    arena: Arena,
    deck: Deck,
    offers: OfferTables,
    meant: FloatArray,
    misperception: float,
    key: np.uint64,
    numbers: IntArray,
    record: RunRecord,
) -> None:
    """Fill one row of the record for each of the numbers (R,) of runs.

    ``meant`` holds the actions of the deck before hands tremble.
    """
    for row in range(len(numbers)):
        play_run(arena, deck, offers, meant, misperception, key, numbers[row], record, row)


@inlined_kernel
def play_run(
    arena: Arena,
    deck: Deck,
    offers: OfferTables,
    meant: FloatArray,
    misperception: float,
    key: np.uint64,
    number: int,
    record: RunRecord,
    row: int,
) -> None:
    """Fill one row of the record."""
    players, movers = len(arena.moves), int(np.sum(arena.moves > 1))
    memory, state, weight = deck.start.copy(), arena.start, np.ones(players)
    follow, kept = 2 * movers, record.profiles.shape[1] > 0
    if kept:
        record.states[row, 0] = state
    for index in range(arena.rounds):
        last, place = index == arena.rounds - 1, index * (2 * movers + 2)
        profile = draw_profile(arena, deck, memory, index, state, key, number, place)
        event = arena.event_of[state, profile]
        count_round(arena, last, state, event, weight, record.payoffs[row], record.costs[row])
        count_empty(arena, deck, offers, meant, memory, index, state, profile, record.empty[row])
        ended, new = draw_next(arena, last, state, event, uniform(key, number, place + follow))
        alarm = draw(arena.alarms[:, event], uniform(key, number, place + follow + 1))
        if kept:
            record.profiles[row, index], record.events[row, index] = profile, event
            record.alarms[row, index] = alarm
            if new >= 0:
                record.states[row, index + 1] = new
        if ended >= 0:
            record.end[row], record.end_round[row] = ended, index
            return
        for player in range(players):
            seen = profile
            if misperception > 0.0 and arena.moves[player] > 1:
                luck = uniform(key, number, place + movers + arena.luck_of[player])
                seen = misread(arena, player, profile, misperception, luck)
            memory[player] = next_memory(deck, player, memory[player], index, state, seen, alarm)
        state = new


@inlined_kernel
def draw_profile(
    arena: Arena,
    deck: Deck,
    memory: IntArray,
    index: int,
    state: int,
    key: np.uint64,
    number: int,
    place: int,
) -> int:
    """Draw every player's move in the order of moving; return the profile.

    A bystander's number decides nothing, so that it may be one that decides something else.
    """
    profile, joint, node, group = 0, 0, 0, 0
    for player in arena.order:
        if arena.group_of[player] != group:
            group, node = arena.group_of[player], joint
        first = act_place(deck, player, memory[player], index, state, node)
        luck = uniform(key, number, place + arena.luck_of[player])
        move = draw(deck.act[first : first + arena.moves[player]], luck)
        joint = joint * arena.moves[player] + move
        profile += arena.stride[player] * move
    return profile


@inner_kernel
def draw(chances: FloatArray, luck: float) -> int:
    """Return the place that a uniform number draws; rounding never draws a chance of 0."""
    drawn = -1
    for place in range(len(chances)):
        if chances[place] > 0.0:
            drawn = place
            if luck < chances[place]:
                break
            luck -= chances[place]
    return drawn


@inlined_kernel
def misread(arena: Arena, player: int, profile: int, misperception: float, luck: float) -> int:
    """Return the profile that a player takes for the one played; its own move it knows."""
    step, moves = arena.stride[player], arena.moves[player]
    others = arena.event_of.shape[1] // moves
    if luck >= misperception or others == 1:
        return profile
    real = others_of(profile, step, moves)
    other = min(int(luck / misperception * (others - 1)), others - 2)
    if other >= real:
        other += 1
    return profile_with(other, (profile // step) % moves, step, moves)


@inner_kernel
def others_of(profile: int, step: int, moves: int) -> int:
    """Return the number of the others' joint move in a profile, the player's own move left out."""
    return int((profile // (step * moves)) * step + profile % step)


@inner_kernel
def profile_with(others: int, move: int, step: int, moves: int) -> int:
    """Return the profile of the others' joint move and the player's own."""
    return int((others // step) * step * moves + move * step + others % step)


@inlined_kernel
def count_round(
    arena: Arena,
    last: bool,
    state: int,
    event: int,
    weight: FloatArray,
    payoffs: FloatArray,
    costs: FloatArray,
) -> None:
    """Add a round's payoffs at their weights, and its costs; discount the weights."""
    for player in range(len(weight)):
        if last:
            payoffs[player] += weight[player] * arena.last_payoffs[player, state, event]
        else:
            payoffs[player] += weight[player] * arena.payoffs[player, state, event]
        weight[player] *= arena.discount[player]
    for cost in range(len(costs)):
        if last:
            costs[cost] += arena.last_costs[cost, state, event]
        else:
            costs[cost] += arena.costs[cost, state, event]


@inlined_kernel
def count_empty(
    arena: Arena,
    deck: Deck,
    offers: OfferTables,
    meant: FloatArray,
    memory: IntArray,
    index: int,
    state: int,
    profile: int,
    empty: IntArray,
) -> None:
    """Count the non-serious offers of a round, player by player."""
    options = offers.consents.shape[2]
    if options == 0:
        return
    may = np.zeros((offers.consents.shape[1], options), dtype=np.bool_)
    for player in range(len(memory)):
        if is_open(offers, player, index, state):
            bring(arena, deck, offers, meant, memory, player, index, state, may)
            if is_empty(offers, may, player, arena.move_of[player, profile]):
                empty[player] += 1


@inner_kernel
def is_open(offers: OfferTables, player: int, index: int, state: int) -> bool:
    """Tell whether something acceptable is on the table for a player."""
    there = offers.open[player]
    row = index if there.shape[0] > 1 else 0
    return bool(there[row, state if there.shape[1] > 1 else 0])


@inner_kernel
def bring(
    arena: Arena,
    deck: Deck,
    offers: OfferTables,
    meant: FloatArray,
    memory: IntArray,
    player: int,
    index: int,
    state: int,
    may: BoolArray,
) -> None:
    """Fill which joint options (moves, J) each move of a player may put into effect."""
    may[:] = False
    for profile in range(arena.event_of.shape[1]):
        if others_may(arena, deck, meant, memory, player, index, state, profile):
            event, move = arena.event_of[state, profile], arena.move_of[player, profile]
            for option in range(may.shape[1]):
                may[move, option] = may[move, option] or offers.effect[option, event]


@inner_kernel
def is_empty(offers: OfferTables, may: BoolArray, player: int, move: int) -> bool:
    """Tell whether a move consents in vain, though another would have brought more."""
    in_vain, more = False, False
    for option in range(may.shape[1]):
        if not may[move, option]:
            in_vain = in_vain or offers.consents[player, move, option]
            for other in range(may.shape[0]):
                more = more or may[other, option]
    return in_vain and more


@inlined_kernel
def others_may(
    arena: Arena,
    deck: Deck,
    meant: FloatArray,
    memory: IntArray,
    player: int,
    index: int,
    state: int,
    profile: int,
) -> bool:
    """Tell whether all others may mean to make their moves of a profile."""
    for other in range(len(memory)):
        if other != player:
            node = arena.node_of[other, profile]
            place = act_place(deck, other, memory[other], index, state, node)
            if meant[place + arena.move_of[other, profile]] == 0.0:
                return False
    return True


@inlined_kernel
def draw_next(arena: Arena, last: bool, state: int, event: int, luck: float) -> tuple[int, int]:
    """Draw what follows a round: the end (-1: none) and the next state (-1: none).

    If nothing else ends the talks in their last round, ``no_agreement`` does, in the next state.
    """
    ended = -1
    for end in range(len(arena.end_chances)):
        chance = arena.end_chances[end, state, event]
        if chance > 0.0:
            ended = end
            if luck < chance:
                return end, -1
            luck -= chance
    transition = arena.transition_of[event]
    place = draw(arena.chances[state, transition], luck)
    if place < 0:
        return ended, -1
    return arena.no_agreement if last else -1, arena.successors[state, transition, place]
