"""Mixed equilibria of one node where two move at once: every pair of supports of equal size.

In a game without ties the equilibria have supports of equal size and are all found; where moves
tie, some may be missing. Each is checked against every move of both.
"""

from __future__ import annotations

import numpy as np

from negsim.arrays import TIE_TOLERANCE, FloatArray, IntArray, inlined_kernel, inner_kernel, kernel
from negsim.theory.oneshot.logit import eliminate

MOST_MOVES = 12
"""Nodes at which somebody has more moves than this are not searched."""

MIXING_TOLERANCE = 1e-10
"""Largest regret of a mixed equilibrium of a node, relative to the payoffs at the node."""

SMALLEST_CHANCE = 1e-10
"""A move of a support has a larger chance than this."""


@kernel
def mix_two(
    payoffs: FloatArray,
    players: IntArray,
    shape: IntArray,
    weights: FloatArray,
    mixed: FloatArray,
) -> int:
    """Fill the mixed equilibrium of two members with the largest weighted payoff.

    ``payoffs`` (n, joint moves) of all players, ``weights`` (2, n) as for ``choose_together``;
    ``mixed`` gets the members' mixed actions end to end. Returns how many equilibria were found,
    0: none, nothing filled.
    """
    rows, columns = shape[0], shape[1]
    if rows > MOST_MOVES or columns > MOST_MOVES:
        return 0
    # Without ties nobody mixes more moves than the other does (a system with more equations than
    # unknowns has no solution), so that pairs of supports of one size are all there are to try.
    found, best = 0, -np.inf
    tried = np.empty(rows + columns)
    for row_bits in range(1, 1 << rows):
        size = count_bits(row_bits)
        for column_bits in range(1, 1 << columns):
            if count_bits(column_bits) != size:
                continue
            if not (
                indifferent(payoffs[players[0]], rows, columns, row_bits, column_bits, tried, True)
                and indifferent(
                    payoffs[players[1]], rows, columns, row_bits, column_bits, tried, False
                )
                and no_better(payoffs, players, rows, columns, tried)
            ):
                continue
            found += 1
            worth = weighted_mean(payoffs, weights[0], rows, columns, tried)
            if worth > best + TIE_TOLERANCE * abs(best) or found == 1:
                best = worth
                for slot in range(rows + columns):
                    mixed[slot] = tried[slot]
    return found


@inner_kernel
def count_bits(number: int) -> int:
    """Return how many bits of a number are set."""
    count = 0
    while number > 0:
        count += number & 1
        number >>= 1
    return count


@inner_kernel
def indifferent(
    payoffs: FloatArray,
    rows: int,
    columns: int,
    row_bits: int,
    column_bits: int,
    tried: FloatArray,
    of_rows: bool,
) -> bool:
    """Fill the other's chances that make a member indifferent over its support, if there are any.

    With ``of_rows`` it is the row member that is made indifferent, and the column member's chances
    that are filled. False if they are not unique or some is not above ``SMALLEST_CHANCE``.
    """
    size = count_bits(row_bits)
    own_bits, other_bits = (row_bits, column_bits) if of_rows else (column_bits, row_bits)
    system, right = np.zeros((size + 1, size + 1)), np.zeros(size + 1)
    equation = 0
    for own in range(rows if of_rows else columns):
        if not (own_bits >> own) & 1:
            continue
        unknown = 0
        for other in range(columns if of_rows else rows):
            if (other_bits >> other) & 1:
                cell = own * columns + other if of_rows else other * columns + own
                system[equation, unknown] = payoffs[cell]
                unknown += 1
        system[equation, size] = -1.0
        equation += 1
    for unknown in range(size):
        system[size, unknown] = 1.0
    right[size] = 1.0
    if not eliminate(system, right):
        return False
    begin, unknown = (rows if of_rows else 0), 0
    for other in range(columns if of_rows else rows):
        tried[begin + other] = 0.0
        if (other_bits >> other) & 1:
            if not right[unknown] > SMALLEST_CHANCE:
                return False
            tried[begin + other] = right[unknown]
            unknown += 1
    return True


@inlined_kernel
def no_better(
    payoffs: FloatArray, players: IntArray, rows: int, columns: int, tried: FloatArray
) -> bool:
    """Tell whether neither member gains by another move, relative to the payoffs in reach."""
    for member in range(2):
        mean, best, size = 0.0, -np.inf, 0.0
        own_count = rows if member == 0 else columns
        for own in range(own_count):
            worth = 0.0
            for other in range(columns if member == 0 else rows):
                cell = own * columns + other if member == 0 else other * columns + own
                chance = tried[rows + other] if member == 0 else tried[other]
                if chance > 0.0:
                    worth += chance * payoffs[players[member], cell]
                    size = max(size, abs(payoffs[players[member], cell]))
            best = max(best, worth)
            mean += (tried[own] if member == 0 else tried[rows + own]) * worth
        if best - mean > MIXING_TOLERANCE * size:
            return False
    return True


@inlined_kernel
def weighted_mean(
    payoffs: FloatArray, weights: FloatArray, rows: int, columns: int, tried: FloatArray
) -> float:
    """Return the weighted sum of all players' expected payoffs."""
    total = 0.0
    for row in range(rows):
        for column in range(columns):
            chance = tried[row] * tried[rows + column]
            if chance > 0.0:
                for player in range(len(weights)):
                    total += weights[player] * chance * payoffs[player, row * columns + column]
    return total
