"""Stationary play made exact: chances at which all moves of a support are equally good.

Newton's method on the chances of those who mix, the values following exactly. Where a chance falls
to nought, or nothing can make two moves equally good, a move leaves the support.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray, IntArray
from negsim.theory.stochastic.rounds import (
    Field,
    Slopes,
    Tree,
    agent_sums,
    differentiate,
    empty_slopes,
    follow_states,
    normalised,
    slot_agents,
)

MAX_NEWTON = 60
LARGEST_MIXTURE = 600
"""Most chances that are made exact together."""
SMALLEST_ROW = 1e-5
"""Slopes smaller than this, by the largest, may be rounding: a tie that no chance can break."""
RANK = 1e-10
"""Directions in which slopes are smaller than this, by the largest, are left alone."""
UNMET = 1e-7
"""An equation that stays off by more than this, by the size of its slopes, cannot be met."""
SHORT = 0.01
"""A chance that falls to nought within this share of a step leaves the support."""


def first_alike(shape: Tree) -> IntArray:
    """Return, for each slot (S, L), the first slot of the same mover that leads to the same events.

    Moves are alike if, whatever the others do at once and later, the events are the same.
    """
    states = len(shape.event_of)
    found = np.tile(np.arange(int(shape.first[-1])), (states, 1))
    for group, size in enumerate(shape.sizes):
        nodes = int(shape.offset[group + 1] - shape.offset[group])
        own = shape.shape[group, :size].tolist()
        events = shape.event_of.reshape(states, nodes, *own, -1)
        slots = shape.first[group] + np.arange(nodes) * shape.width[group]
        for member in range(size):
            rows = np.moveaxis(events, 2 + member, 2).reshape(states, nodes, own[member], -1)
            for move in range(own[member] - 1, 0, -1):
                same = (rows[:, :, :move] == rows[:, :, [move]]).all(axis=3)
                first = np.where(same.any(axis=2), same.argmax(axis=2), move)
                found[:, slots + move] = slots + first
            slots = slots + own[member]
    return found


def merge_alike(mixed: FloatArray, first: IntArray) -> FloatArray:
    """Return mixed actions (S, L) in which of moves that are alike only the first has a chance."""
    found = np.zeros_like(mixed)
    np.add.at(found, (np.arange(len(mixed))[:, None], first), mixed)
    return found


class Equations(NamedTuple):
    """What is not yet equal for the open chances, its slopes in them, and who could leave.

    ``states`` and ``slots`` (open,) say where the open chances are; ``excess`` (open,) and
    ``system`` (open, open); ``worse`` (open,) is the worse of the two moves that a row compares.
    """

    states: IntArray
    slots: IntArray
    excess: FloatArray
    system: FloatArray
    worse: IntArray


def polish(shape: Tree, ground: Field, mixed: FloatArray, support: BoolArray) -> FloatArray | None:
    """Return play near ``mixed`` in which all moves of the support (S, L) are equally good.

    Where the solution is not unique, the nearest is taken. Moves outside the support may be better.
    None if the method does not converge, or more than ``LARGEST_MIXTURE`` chances are open.

    Raises
    ------
    SolverError
        If the slopes of all rounds together are too many.
    """
    play = normalised(shape, np.where(support, mixed, 0.0))
    if not _open(shape, play).any():
        return play
    slopes = empty_slopes(shape, ground, "markov_perfect")
    last = np.inf
    for _ in range(MAX_NEWTON):
        open_ = _open(shape, play)
        count = int(open_.sum())
        if count == 0 or count > LARGEST_MIXTURE:
            return play if count == 0 else None
        reached, values = _long_run(shape, ground, play)
        differentiate(shape, ground, play, values, slopes)
        found = _equations(shape, ground, slopes, play, open_, reached)
        step = np.asarray(np.linalg.lstsq(found.system, -found.excess, rcond=RANK)[0], float)
        unmet = np.abs(found.system @ step + found.excess)
        if unmet.max() > UNMET:
            leaving = np.unique(found.worse[unmet >= max(UNMET, 0.3 * unmet.max())])
            play, last = _without(shape, play, found, leaving), np.inf
            continue
        size = float(np.abs(step).max())
        if size <= CHANCE_TOLERANCE or (size <= 1e-8 and size >= last):
            return play
        play, last = _moved(shape, play, found, step), size
    return None


def _open(shape: Tree, play: FloatArray) -> BoolArray:
    """Return which chances (S, L) are those of a move with which another is mixed."""
    played: BoolArray = play > 0
    return played & (agent_sums(shape, played.astype(float)) > 1)


def _without(shape: Tree, play: FloatArray, found: Equations, leaving: IntArray) -> FloatArray:
    """Return play without some open chances; an agent that would lose all keeps what it has."""
    new = play.copy()
    new[found.states[leaving], found.slots[leaving]] = 0.0
    return normalised(shape, np.where(agent_sums(shape, new) > 0, new, play))


def _moved(shape: Tree, play: FloatArray, found: Equations, step: FloatArray) -> FloatArray:
    """Return play after a step, shortened so that no chance falls below nought."""
    chances = play[found.states, found.slots]
    falls = step < 0
    room = np.full(len(step), np.inf)
    room[falls] = -chances[falls] / step[falls]
    if room.min() < SHORT:
        return _without(shape, play, found, np.flatnonzero(room <= 1.5 * room.min()))
    new = play.copy()
    new[found.states, found.slots] = chances + min(1.0, 0.95 * float(room.min())) * step
    return normalised(shape, new)


def _long_run(shape: Tree, ground: Field, play: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how values (n, S) follow payoffs, shape (n, S, S), and the values."""
    players, states = ground.payoffs.shape[:2]
    paid, near = np.zeros((players, states)), np.zeros(ground.near.shape)
    follow_states(shape, ground, play, paid, near)
    onward = np.zeros((states, states))
    np.add.at(onward, (np.arange(states)[:, None], ground.near), near)
    reached = np.empty((players, states, states))
    for weight in np.unique(ground.discount):
        reached[ground.discount == weight] = np.linalg.inv(np.eye(states) - weight * onward)
    return reached, np.einsum("ist,it->is", reached, paid)


def _equations(
    shape: Tree,
    ground: Field,
    slopes: Slopes,
    play: FloatArray,
    open_: BoolArray,
    reached: FloatArray,
) -> Equations:
    """Return the equations for the open chances (S, L).

    The first open move of each agent has the sum of its chances less one, the others what they are
    worth less what the first is worth. Each row is by the size of its slopes.
    """
    states, slots = open_.nonzero()
    agents, players = slot_agents(shape)
    owner = players[slots]
    later = reached[owner[:, None], ground.near[states]]
    lift = np.einsum("kr,krt->kt", slopes.by_value[states, slots], later)[:, states]
    lift *= slopes.worth_by_chance[states[None, :], owner[:, None], slots[None, :]]
    same = states[:, None] == states
    lift += np.where(same, slopes.by_chance[states[:, None], slots[:, None], slots], 0.0)
    _, first, mover = np.unique(
        states * (agents.max() + 1) + agents[slots], return_index=True, return_inverse=True
    )
    worth = slopes.moves[states, slots]
    excess = worth - worth[first[mover]]
    worse = np.where(excess < 0, np.arange(len(states)), first[mover])
    system = lift - lift[first[mover]]
    together = mover[:, None] == mover
    system[first] = together[first]
    excess[first] = together[first] @ play[states, slots] - 1.0
    size = np.abs(system).max(axis=1)
    size = np.maximum(size, SMALLEST_ROW * size.max())
    return Equations(states, slots, excess / size, system / size[:, None], worse)
