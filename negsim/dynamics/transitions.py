"""How the state moves: changes fire by chance, are summed and clamped, then ends are tested."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray, kernel, plus
from negsim.scenario.model import Scenario, Stay


@dataclass(frozen=True)
class Successors:
    """Where each subset of the changes leads.

    ``states`` (S, C, K) holds the next states in a transition, and ``slot`` (S, C, 2**changes)
    the place among them of each subset of changes, or -1 if that subset cannot fire.
    """

    states: IntArray
    slot: IntArray


def successors(
    scenario: Scenario, grid: IntArray, can_fire: BoolArray, staying: Mapping[str, IntArray]
) -> Successors:
    """Return the next states of every state and transition.

    ``can_fire`` has shape (changes, S, C): whether a change can fire there at all; ``staying``
    gives the next value (S, C) of each variable that counts how long an option stays in effect.
    """
    subsets = np.array(list(itertools.product((0, 1), repeat=len(scenario.changes))), dtype=bool)
    subsets = subsets.reshape(len(subsets), len(scenario.changes))
    possible = np.logical_not((subsets[:, :, None, None] & ~can_fire[None]).any(axis=1))
    moved = _following(scenario, grid, subsets)[:, :, None]
    for column, stride in enumerate(_strides(scenario)):
        name = scenario.state[column].name
        if name in staying:
            moved = moved + stride * (staying[name] - grid[:, [column]])
    following = np.where(possible, moved, len(grid))
    return _numbered(np.moveaxis(following, 0, 2), len(grid))


def _numbered(following: IntArray, beyond: int) -> Successors:
    """Number the different next states of each state and transition in ascending order.

    ``following`` (S, C, subsets) holds the next states, ``beyond`` where a subset cannot fire.
    """
    place = np.argsort(following, axis=2, kind="stable")
    ordered = np.take_along_axis(following, place, axis=2)
    is_new = np.diff(ordered, axis=2, prepend=ordered[:, :, :1]) != 0
    rank = np.cumsum(is_new, axis=2)
    slot = np.empty_like(rank)
    np.put_along_axis(slot, place, rank, axis=2)
    slot[following == beyond] = -1
    states = np.zeros((*following.shape[:2], int(slot.max()) + 1), dtype=np.int64)
    state, transition, subset = np.nonzero(ordered < beyond)
    states[state, transition, rank[state, transition, subset]] = ordered[state, transition, subset]
    return Successors(np.maximum.accumulate(states, axis=2), slot)


def _following(scenario: Scenario, grid: IntArray, subsets: BoolArray) -> IntArray:
    """Return the next state of every subset and state, shape (subsets, S)."""
    names = [variable.name for variable in scenario.state]
    levels = np.array([variable.levels for variable in scenario.state], dtype=np.int64)
    steps = np.array(
        [[change.add.get(name, 0) for name in names] for change in scenario.changes],
        dtype=np.int64,
    ).reshape(len(scenario.changes), len(names))
    moved = np.clip(grid[None] + (subsets @ steps)[:, None, :], 0, levels - 1)
    return moved @ _strides(scenario) if names else np.zeros(moved.shape[:2], dtype=np.int64)


def _strides(scenario: Scenario) -> IntArray:
    """Return how far apart two states are that differ by one step of a variable."""
    levels = np.array([variable.levels for variable in scenario.state], dtype=np.int64)
    return np.append(np.cumprod(levels[:0:-1])[::-1], 1)[: len(levels)].astype(np.int64)


def rounds_left(stay: Stay, left: IntArray, begins: BoolArray, ended: BoolArray) -> IntArray:
    """Return the next value of what counts how long an option stays in effect.

    ``left`` (S, 1) is its value now; ``begins`` and ``ended`` (S, C) or (1, C) whether the option
    begins, or is ended by those who may. Without a last round the highest value does not count
    down.

    >>> stay = Stay(("a",), expires=3)
    >>> rounds_left(stay, np.array([[2]]), np.array([[False]]), np.array([[False]]))
    array([[1]])
    """
    lasting = (stay.expires == 0) & (left == stay.longest)
    onward = np.where(lasting, left, np.maximum(left - 1, 0))
    onward = np.where(ended, np.minimum(onward, max(stay.notice - 1, 0)), onward)
    return np.where(begins, stay.longest, onward)


@kernel
def merge_chances(fire: FloatArray, slot: IntArray, chances: FloatArray) -> None:
    """Add up the chance of every subset of changes at the state where it leads.

    ``fire`` (B, changes, S, C); ``slot`` (S, C, subsets), subsets in binary order, the first
    change the highest bit; ``chances`` (B, S, C, K) is filled.
    """
    points, changes, num_states, transitions = fire.shape
    for point in range(points):
        for state in range(num_states):
            for transition in range(transitions):
                for subset in range(slot.shape[2]):
                    place = slot[state, transition, subset]
                    if place < 0:
                        continue
                    chance = 1.0
                    for change in range(changes):
                        fires = fire[point, change, state, transition]
                        if (subset >> (changes - 1 - change)) & 1:
                            chance *= fires
                        else:
                            chance *= 1.0 - fires
                    chances[point, state, transition, place] += chance


@kernel
def settle_ends(
    chances: FloatArray,
    successor_states: IntArray,
    transition_of: IntArray,
    end_at: IntArray,
    end_payoffs: FloatArray,
    flow: FloatArray,
    fallback: FloatArray,
    last: FloatArray,
    end_chances: FloatArray,
    ending: FloatArray,
    no_agreement: int,
) -> None:
    """Add what ends pay to the flow, and find the chance of each end.

    Where nothing else ends the talks, the end ``no_agreement`` follows with the chance ``ending``
    (B,) of the point, and for certain in the last round.
    ``chances`` (B, S, C, K) before ends; ``end_at`` (B, S, O) the end that a new state and event
    bring, or -1; ``end_payoffs`` (B, n, S, O) what that end pays, ``fallback`` (B, n, S, O) what
    ``no_agreement`` pays; ``flow`` (B, n, S, O) and ``last`` (same) are added to in place;
    ``end_chances`` (B, E, S, O) is filled.
    """
    points, players, num_states, events = flow.shape
    width = successor_states.shape[2]
    for point in range(points):
        for state in range(num_states):
            for event in range(events):
                transition = transition_of[event]
                for place in range(width):
                    chance = chances[point, state, transition, place]
                    if chance == 0.0:
                        continue
                    new = successor_states[state, transition, place]
                    end = end_at[point, new, event]
                    stops = 1.0 if end >= 0 else ending[point]
                    closing = end if end >= 0 else no_agreement
                    for player in range(players):
                        if end >= 0:
                            paid = chance * end_payoffs[point, player, new, event]
                        else:
                            paid = chance * fallback[point, player, new, event]
                        flow[point, player, state, event] = plus(
                            flow[point, player, state, event], stops * paid
                        )
                        last[point, player, state, event] = plus(
                            last[point, player, state, event], paid
                        )
                    end_chances[point, closing, state, event] += stops * chance


@kernel
def drop_ended(
    chances: FloatArray,
    successor_states: IntArray,
    representative: IntArray,
    end_at: IntArray,
    ending: FloatArray,
) -> None:
    """Set to zero the chances of new states in which the talks have ended, and lower the others.

    The chance ``ending`` (B,) that talks stop without agreement is taken off all of them.
    ``representative`` (C,) is an event of each transition: ends are the same for all of them.
    """
    points, num_states, transitions, width = chances.shape
    for point in range(points):
        for state in range(num_states):
            for transition in range(transitions):
                event = representative[transition]
                for place in range(width):
                    new = successor_states[state, transition, place]
                    if end_at[point, new, event] >= 0:
                        chances[point, state, transition, place] = 0.0
                    else:
                        chances[point, state, transition, place] *= 1.0 - ending[point]
