"""Bounds that hold in spite of rounding: expected payoffs over boxes of mixed actions.

A *box* bounds the chance of each action of each player; the chances of a player sum to 1. The
greatest value of a sum of c[a] * x[a] over such x is bounded by duality: for every number L it is
at most L plus the sum of the largest (c[a] - L) * x[a], and the best L is one of the c. Rounding is
allowed for by adding ``ROUNDING`` times the sizes of all terms to every bound.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import FloatArray, IntArray, inlined_kernel, inner_kernel, kernel

# 2^-53 is the largest relative error of one rounded operation. A bound is a sum of at most 16 terms
# of a few operations each, in order: 64 units of the sum of the terms' sizes hold with room, and no
# rounding mode need be switched.
ROUNDING = 64 * 2.0**-53
"""Relative allowance for the rounding of a sum of at most ``MOST_TERMS`` products."""

MOST_TERMS = 16
"""Most actions of one player, so that ``ROUNDING`` covers every sum."""

SINGULAR = 1e-9
"""A pivot below this share of the largest entry of the matrix counts as zero."""


class Support(NamedTuple):
    """Which actions are played: ``members[first[i]:first[i + 1]]`` are the slots of player i."""

    members: IntArray
    first: IntArray


class Tensor(NamedTuple):
    """A game as the kernels see it.

    ``payoffs`` (n, cells), profiles in C order; ``stride[i]`` is how far apart two successive
    actions of player i are; ``slots[i]`` is the first slot of player i. ``low`` and ``high``
    (cells,) and ``offsets`` (cells,) are room to work in.
    """

    payoffs: FloatArray
    stride: IntArray
    slots: IntArray
    low: FloatArray
    high: FloatArray
    offsets: IntArray


def tensor(payoffs: FloatArray) -> Tensor:
    """Return payoffs (n, actions of 0, ..., actions of n - 1) as the kernels see them.

    >>> tensor(np.zeros((2, 3, 4))).stride
    array([4, 1])
    """
    shape = np.array(payoffs.shape[1:], dtype=np.int64)
    stride = np.append(np.cumprod(shape[:0:-1])[::-1], 1).astype(np.int64)
    cells = int(shape.prod())
    slots = np.concatenate([[0], np.cumsum(shape)]).astype(np.int64)
    flat = np.array(payoffs.reshape(len(shape), cells), dtype=np.float64)
    room = np.empty(cells), np.empty(cells), np.empty(cells, np.int64)
    return Tensor(flat, stride, slots, *room)


@inner_kernel
def most(
    low: FloatArray, high: FloatArray, start: int, support: Support, player: int, box: FloatArray
) -> float:
    """Bound from above the sum of coefficients times chances of one player.

    The coefficients lie between ``low`` and ``high``, from ``start`` on; the chances in ``box``
    (2, slots).
    """
    # Chances sum to 1: the sum is level + sum of (c - level) x at every level. The least bound over
    # levels is a piecewise linear function's minimum, hence at one of the coefficients.
    begin, end = support.first[player], support.first[player + 1]
    best = np.inf
    for pick in range(end - begin):
        level = high[start + pick]
        total, size = level, abs(level)
        for k in range(end - begin):
            slot = support.members[begin + k]
            least, greatest = box[0, slot], box[1, slot]
            gap = high[start + k] - level
            term = gap * (greatest if gap > 0.0 else least)
            if least < 0.0:
                other = low[start + k] - level
                term = max(gap * least, gap * greatest, other * least, other * greatest)
            total += term
            size += abs(term)
        best = min(best, total + ROUNDING * size)
    return best


@inlined_kernel
def least_most(
    tensor: Tensor, support: Support, player: int, box: FloatArray, start: int, into: int
) -> None:
    """Replace the coefficients of one player's actions, from ``start`` on, by bounds on the sum."""
    begin, end = support.first[player], support.first[player + 1]
    greatest = most(tensor.low, tensor.high, start, support, player, box)
    for k in range(start, start + end - begin):
        held = tensor.low[k]
        tensor.low[k] = -tensor.high[k]
        tensor.high[k] = -held
    least = -most(tensor.low, tensor.high, start, support, player, box)
    tensor.low[into] = least
    tensor.high[into] = greatest


@inner_kernel
def lay_out(tensor: Tensor, support: Support, player: int, other: int) -> int:
    """Fill the offsets of the cells of the support over all players but two; return how many."""
    count = 1
    tensor.offsets[0] = 0
    for third in range(len(tensor.stride)):
        if third in (player, other):
            continue
        begin, end = support.first[third], support.first[third + 1]
        for cell in range(count - 1, -1, -1):
            base = tensor.offsets[cell]
            for k in range(end - begin - 1, -1, -1):
                action = support.members[begin + k] - tensor.slots[third]
                tensor.offsets[cell * (end - begin) + k] = base + action * tensor.stride[third]
        count *= end - begin
    return count


@inner_kernel
def average(
    tensor: Tensor, support: Support, player: int, other: int, box: FloatArray, count: int
) -> None:
    """Average the laid-out values over all players but two, the last first, into entry 0."""
    for third in range(len(tensor.stride) - 1, -1, -1):
        if third in (player, other):
            continue
        size = support.first[third + 1] - support.first[third]
        count //= size
        for group in range(count):
            least_most(tensor, support, third, box, group * size, group)


@kernel
def gain(
    tensor: Tensor, support: Support, box: FloatArray, player: int, action: int, base: int
) -> tuple[float, float]:
    """Bound what an action pays more than another over a box, both numbered within the player."""
    count = lay_out(tensor, support, player, player)
    mine, theirs = action * tensor.stride[player], base * tensor.stride[player]
    payoffs = tensor.payoffs[player]
    for cell in range(count):
        place = tensor.offsets[cell]
        tensor.low[cell] = payoffs[place + mine] - payoffs[place + theirs]
        tensor.high[cell] = tensor.low[cell]
    average(tensor, support, player, player, box, count)
    return tensor.low[0], tensor.high[0]


@inlined_kernel
def gains_by_action(
    tensor: Tensor,
    support: Support,
    box: FloatArray,
    player: int,
    pair: tuple[int, int],
    other: int,
    into: FloatArray,
) -> None:
    """Bound from below what an action pays more than another, for each action of another player.

    ``pair`` holds the two actions; ``into`` receives one bound for each member of the other player.
    """
    mine, theirs = pair[0] * tensor.stride[player], pair[1] * tensor.stride[player]
    payoffs = tensor.payoffs[player]
    begin = support.first[other]
    for k in range(support.first[other + 1] - begin):
        count = lay_out(tensor, support, player, other)
        action = support.members[begin + k] - tensor.slots[other]
        here = action * tensor.stride[other]
        for cell in range(count):
            place = tensor.offsets[cell] + here
            tensor.low[cell] = payoffs[place + mine] - payoffs[place + theirs]
            tensor.high[cell] = tensor.low[cell]
        average(tensor, support, player, other, box, count)
        into[k] = tensor.low[0]
        if count == 1:
            into[k] -= ROUNDING * abs(into[k])


@inlined_kernel
def press(support: Support, player: int, box: FloatArray, least: FloatArray) -> bool:
    """Tighten one player's chances by a sum of them, times ``least``, being at most zero.

    Returns False if that leaves nothing.
    """
    begin, end = support.first[player], support.first[player + 1]
    for k in range(end - begin):
        slot = support.members[begin + k]
        others, size = 0.0, 0.0
        for m in range(end - begin):
            if m != k:
                term = _smaller(least[m], box, support.members[begin + m])
                others += term
                size += abs(term)
        others -= ROUNDING * size
        if least[k] > 0.0:
            bound = -others / least[k]
            box[1, slot] = min(box[1, slot], bound + ROUNDING * abs(bound))
        elif least[k] < 0.0:
            bound = -others / least[k]
            box[0, slot] = max(box[0, slot], bound - ROUNDING * abs(bound))
        elif others > 0.0:
            return False
        if box[0, slot] > box[1, slot]:
            return False
    return True


@inlined_kernel
def _smaller(coefficient: float, box: FloatArray, slot: int) -> float:
    """Return the least value of a coefficient times a chance."""
    least: float = coefficient * (box[0, slot] if coefficient > 0.0 else box[1, slot])
    return least


@kernel
def slope(
    tensor: Tensor,
    support: Support,
    box: FloatArray,
    player: int,
    pair: tuple[int, int],
    other: int,
    others: tuple[int, int],
) -> tuple[float, float]:
    """Bound how a gain changes as another player shifts chance from its second action to its first.

    ``pair`` holds the player's action and base, ``others`` the other player's two actions.
    """
    count = lay_out(tensor, support, player, other)
    mine, theirs = pair[0] * tensor.stride[player], pair[1] * tensor.stride[player]
    here, there = others[0] * tensor.stride[other], others[1] * tensor.stride[other]
    payoffs = tensor.payoffs[player]
    doubt = 0.0
    for cell in range(count):
        place = tensor.offsets[cell]
        left = payoffs[place + mine + here] - payoffs[place + theirs + here]
        right = payoffs[place + mine + there] - payoffs[place + theirs + there]
        tensor.low[cell] = left - right
        tensor.high[cell] = tensor.low[cell]
        doubt = max(doubt, abs(left) + abs(right))
    average(tensor, support, player, other, box, count)
    doubt *= ROUNDING
    return tensor.low[0] - doubt, tensor.high[0] + doubt


@inner_kernel
def close(support: Support, box: FloatArray) -> bool:
    """Tighten a box by the chances of each player summing to 1; False if that leaves nothing."""
    for player in range(len(support.first) - 1):
        begin, end = support.first[player], support.first[player + 1]
        least, greatest = 0.0, 0.0
        for k in range(begin, end):
            least += box[0, support.members[k]]
            greatest += box[1, support.members[k]]
        blur = ROUNDING * (1.0 + abs(least) + abs(greatest))
        for k in range(begin, end):
            slot = support.members[k]
            below, above = box[0, slot], box[1, slot]
            box[0, slot] = max(below, 1.0 - (greatest - above) - blur)
            box[1, slot] = min(above, 1.0 - (least - below) + blur)
            if box[0, slot] > box[1, slot]:
                return False
    return True


@inner_kernel
def spread_rest(support: Support, rest: IntArray, box: FloatArray) -> None:
    """Set the bounds of each player's resting slot to what the player's other slots leave."""
    for player in range(len(support.first) - 1):
        least, greatest, size = 0.0, 0.0, 1.0
        for k in range(support.first[player], support.first[player + 1]):
            slot = support.members[k]
            if slot != rest[player]:
                least += box[0, slot]
                greatest += box[1, slot]
                size += abs(box[0, slot]) + abs(box[1, slot])
        box[0, rest[player]] = 1.0 - greatest - ROUNDING * size
        box[1, rest[player]] = 1.0 - least + ROUNDING * size


@inlined_kernel
def invert(matrix: FloatArray, into: FloatArray, column_of: IntArray) -> int:
    """Eliminate with full pivoting; return the rank.

    ``into`` becomes the product of the row operations. ``column_of[r]`` is the column in which row
    r of ``into @ matrix`` has its 1, or -1 if that row is zero, up to rounding. ``matrix`` is
    spoilt.
    """
    size = len(matrix)
    largest = 0.0
    for row in range(size):
        column_of[row] = -1
        for column in range(size):
            into[row, column] = 1.0 if row == column else 0.0
            largest = max(largest, abs(matrix[row, column]))
    for rank in range(size):
        best_row, best_column, best = -1, -1, SINGULAR * largest
        for row in range(size):
            if column_of[row] >= 0:
                continue
            for column in range(size):
                if abs(matrix[row, column]) > best:
                    best_row, best_column, best = row, column, abs(matrix[row, column])
        if best_row < 0:
            return rank
        column_of[best_row] = best_column
        _clear(matrix, into, best_row, best_column)
    return size


@inlined_kernel
def _clear(matrix: FloatArray, into: FloatArray, pivot_row: int, pivot_column: int) -> None:
    """Make a column of the matrix zero but for a 1 in the pivot row."""
    size = len(matrix)
    pivot = matrix[pivot_row, pivot_column]
    for column in range(size):
        matrix[pivot_row, column] /= pivot
        into[pivot_row, column] /= pivot
    for row in range(size):
        factor = matrix[row, pivot_column]
        if row == pivot_row or factor == 0.0:
            continue
        for column in range(size):
            matrix[row, column] -= factor * matrix[pivot_row, column]
            into[row, column] -= factor * into[pivot_row, column]
        matrix[row, pivot_column] = 0.0
