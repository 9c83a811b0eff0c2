"""What actions are worth at a profile, how that changes with it, and Newton's method on a support.

Everything is measured per player in a unit of the player's own payoffs, from payoff differences, so
that units and offsets do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray, frozen, inner_kernel, kernel
from negsim.theory.normal_form.game import NormalFormGame, Profile, typical_difference

MAX_POLISHING = 12

SINGULAR = 1e-11
"""Singular values below this share of the largest count as none."""


@dataclass(frozen=True, slots=True, eq=False)
class PayoffMap:
    """A game as a map from profiles to what actions are worth.

    ``gains`` (n, cells): payoffs less those of the same profile with the player's first action, in
    units of the player; ``shape`` (n,); the actions of player i are slots ``first[i]`` to
    ``first[i + 1]`` of one vector.
    """

    gains: FloatArray
    shape: IntArray
    first: IntArray

    def worth(self, mixed: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what each slot is worth, (slots,), and its slopes in all chances, (slots, slots).

        >>> game = NormalFormGame.from_bimatrix([[0, 0], [1, -1]], [[0, 1], [0, -1]])
        >>> field(game).worth(np.array([1.0, 0.0, 0.5, 0.5]))[0]
        array([0., 0., 0., 1.])
        """
        size = int(self.first[-1])
        worth, slopes = np.empty(size), np.empty((size, size))
        weigh_actions(self.gains, self.shape, self.first, mixed, worth, slopes)
        return worth, slopes

    def owners(self) -> IntArray:
        """Return whose slot each is, shape (slots,)."""
        return np.repeat(np.arange(len(self.shape)), self.shape)

    def split(self, mixed: FloatArray) -> Profile:
        """Return a vector of chances as a profile; negative chances become 0."""
        parts = np.split(np.maximum(mixed, 0.0), self.first[1:-1])
        return tuple(frozen(part / part.sum()) for part in parts)


def field(game: NormalFormGame, typical: bool = True) -> PayoffMap:
    """Return a game as a map from profiles to what actions are worth.

    The unit of each player is the typical difference of its payoffs, or else the largest gain of
    any change of its action, which does not depend on the order of the actions.

    >>> field(NormalFormGame.from_bimatrix([[1], [3]], [[5], [5]])).gains
    array([[0., 1.],
           [0., 0.]])
    """
    shape = np.array(game.num_actions, dtype=np.int64)
    gains = np.empty(game.payoffs.shape)
    for player, payoffs in enumerate(game.payoffs):
        ahead = payoffs - np.take(payoffs, [0], axis=player)
        largest = float(np.ptp(payoffs, axis=player).max())
        scale = typical_difference(payoffs) if typical else largest
        gains[player] = ahead / (scale if scale > 0.0 else 1.0)
    first = np.concatenate([[0], np.cumsum(shape)]).astype(np.int64)
    return PayoffMap(gains.reshape(game.num_players, -1), shape, first)


@kernel
def weigh_actions(
    gains: FloatArray,
    shape: IntArray,
    first: IntArray,
    mixed: FloatArray,
    worth: FloatArray,
    slopes: FloatArray,
) -> None:
    """Fill the expected gain of every slot, and its slope in the chance of every other slot."""
    for row in range(len(worth)):
        worth[row] = 0.0
        for column in range(len(worth)):
            slopes[row, column] = 0.0
    slot = first[:-1].copy()
    for cell in range(gains.shape[1]):
        for player in range(len(shape)):
            gain = gains[player, cell]
            if gain != 0.0:
                worth[slot[player]] += gain * _chance(mixed, slot, player, player)
                for other in range(len(shape)):
                    if other != player:
                        chance = _chance(mixed, slot, player, other)
                        slopes[slot[player], slot[other]] += gain * chance
        for player in range(len(shape) - 1, -1, -1):
            slot[player] += 1
            if slot[player] < first[player + 1]:
                break
            slot[player] = first[player]


@inner_kernel
def _chance(mixed: FloatArray, slot: IntArray, player: int, other: int) -> float:
    """Return the chance of the actions of a cell, those of two players left out."""
    chance = 1.0
    for third in range(len(slot)):
        if third not in (player, other):
            chance *= mixed[slot[third]]
    return chance


def polished(space: PayoffMap, mixed: FloatArray, played: BoolArray) -> FloatArray:
    """Return a profile near one, on a support, that makes the actions played equally good.

    Newton's method with the shortest step, so that a continuum of such profiles does not matter;
    it may fail, and the caller judges what comes back.

    >>> game = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> polished(field(game), np.array([0.6, 0.4, 0.6, 0.4]), np.ones(4, bool)).round(12)
    array([0.5, 0.5, 0.5, 0.5])
    """
    chances = np.where(played, mixed, 0.0)
    slots = np.flatnonzero(played)
    for _ in range(MAX_POLISHING):
        step = np.linalg.lstsq(*_indifference(space, chances, slots), rcond=SINGULAR)[0]
        if not np.isfinite(step).all():
            break
        chances[slots] -= step
        if np.abs(step).max() <= 1e-15:
            break
    return chances


def isolated(space: PayoffMap, chances: FloatArray) -> bool:
    """Tell whether no other profile nearby makes the same actions equally good.

    >>> alike = NormalFormGame.from_bimatrix([[1, 1], [1, 1]], [[1, 0], [0, 1]])
    >>> isolated(field(alike), np.array([0.5, 0.5, 0.5, 0.5]))
    False
    """
    slots = np.flatnonzero(chances > 0.0)
    system, _ = _indifference(space, chances, slots)
    return bool(np.linalg.matrix_rank(system, rtol=SINGULAR) == len(slots))


def _indifference(
    space: PayoffMap, chances: FloatArray, slots: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return the equations that some actions are equally good and chances sum to 1, and the misses.

    Rows are scaled to a largest entry of 1; an action is compared with the likeliest of its player.
    """
    owners = space.owners()
    totals = (owners[slots] == np.arange(len(space.shape))[:, None]).astype(np.float64)
    worth, slopes = space.worth(chances)
    bases = [slots[np.argmax(np.where(total > 0, chances[slots], -1.0))] for total in totals]
    base = np.array(bases)[owners[slots]]
    rows = slots != base
    system = np.vstack([(slopes[slots] - slopes[base])[rows][:, slots], totals])
    short = np.concatenate([(worth[slots] - worth[base])[rows], totals @ chances[slots] - 1.0])
    size = np.maximum(np.abs(system).max(axis=1), 1e-300)
    return system / size[:, None], short / size
