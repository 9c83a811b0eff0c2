"""In which rounds and states the talks can be at all, whatever the parties do to keep them open."""

from __future__ import annotations

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray, frozen, inner_kernel, kernel
from negsim.theory.stochastic.game import StochasticGame


def reachable(game: StochasticGame) -> BoolArray:
    """Return the states that can be reached in exactly each round, shape (B, T, S).

    Axis T is as in ``Plan.values``: index + 1 rounds to go. Reached: with a positive chance, by
    some profiles that do not end the talks. Of endless talks, whose rounds are all alike, the one
    round stands for all: what can be reached in some round.
    """
    found = np.zeros((game.num_points, game.horizon, game.num_states), dtype=bool)
    found[np.arange(game.num_points), game.first_index, game.start] = True
    possible = np.zeros((game.num_states, game.successors.shape[1]), dtype=bool)
    possible[np.arange(game.num_states)[:, None], game.transition_of[game.event_of]] = True
    spread(game.successors, game.chances, possible, game.rounds, found)
    return frozen(found)


@kernel
def spread(
    successors: IntArray,
    chances: FloatArray,
    possible: BoolArray,
    rounds: IntArray,
    found: BoolArray,
) -> None:
    """Fill what can be reached, from the start of each point on."""
    for point in range(len(found)):
        if rounds[point] == 0:
            changed = True
            while changed:
                before = found[point, 0].copy()
                step(successors, chances[point], possible, before, found[point, 0])
                changed = bool((before != found[point, 0]).any())
        for index in range(rounds[point] - 1, 0, -1):
            step(successors, chances[point], possible, found[point, index], found[point, index - 1])


@inner_kernel
def step(
    successors: IntArray,
    chances: FloatArray,
    possible: BoolArray,
    here: BoolArray,
    there: BoolArray,
) -> None:
    """Add to ``there`` the states to which a possible transition leads from those of ``here``."""
    for state in range(len(here)):
        if not here[state]:
            continue
        for transition in range(possible.shape[1]):
            if not possible[state, transition]:
                continue
            for slot in range(successors.shape[2]):
                if chances[state, transition, slot] > 0.0:
                    there[successors[state, transition, slot]] = True
