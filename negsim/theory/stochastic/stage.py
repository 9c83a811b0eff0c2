"""One node of a round: the choice of a party that moves alone, or of several that move at once.

Payoffs come as ``payoffs[i, j]`` for all players i and the joint moves j of those who move here,
what follows already counted in (for a lone mover, j is the column to which a move leads). Ties are
within ``TIE_TOLERANCE`` of the larger number. Choices among what is as good to those who move here
go by ``weights`` (2, n): the payoffs so weighted, of equal ones the payoffs weighted by the second
row, which is 1 for every mover of the game and 0 for a bystander.
"""

from __future__ import annotations

import numpy as np

from negsim.arrays import (
    TIE_TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    inlined_kernel,
    inner_kernel,
    kernel,
)
from negsim.theory.oneshot.logit import logit_kernel

SETTLED = 0
"""An equilibrium in pure moves, undominated, that no coalition improves on (or a lone choice)."""
MIXED = 1
"""No undominated pure equilibrium: a mixed equilibrium of the two who move."""
BLOCKED = 2
"""Only pure equilibria that a coalition completing a joint option would leave."""
LOGIT = 3
"""No undominated pure equilibrium nor mixed one found: logit response at the stated precision."""


@kernel
def exceeds(left: float, right: float) -> bool:
    """Tell whether a number is larger than another by more than rounding."""
    return left - right > TIE_TOLERANCE * max(abs(left), abs(right))


@inner_kernel
def dot(weights: FloatArray, payoffs: FloatArray, move: int) -> float:
    """Return the weighted sum of the players' payoffs at a joint move."""
    total = 0.0
    for player in range(len(weights)):
        total += weights[player] * payoffs[player, move]
    return total


@inner_kernel
def prefer(payoffs: FloatArray, weights: FloatArray, new: int, old: int) -> bool:
    """Tell whether the weighted payoff, and then the movers' sum, is larger at the new move."""
    left, right = dot(weights[0], payoffs, new), dot(weights[0], payoffs, old)
    if exceeds(left, right) or exceeds(right, left):
        return exceeds(left, right)
    return exceeds(dot(weights[1], payoffs, new), dot(weights[1], payoffs, old))


@inner_kernel
def differ(payoffs: FloatArray, weights: FloatArray, left: int, right: int) -> bool:
    """Tell whether some mover's payoff differs between two joint moves."""
    for player in range(len(payoffs)):
        a, b = payoffs[player, left], payoffs[player, right]
        if weights[1, player] > 0.0 and (exceeds(a, b) or exceeds(b, a)):
            return True
    return False


@kernel
def count_distinct(payoffs: FloatArray, weights: FloatArray, candidates: BoolArray) -> int:
    """Return how many different payoffs of the movers the candidates have."""
    count = 0
    for move in range(len(candidates)):
        if not candidates[move]:
            continue
        new = True
        for earlier in range(move):
            if candidates[earlier] and not differ(payoffs, weights, move, earlier):
                new = False
                break
        if new:
            count += 1
    return count


@inner_kernel
def pick(payoffs: FloatArray, weights: FloatArray, candidates: BoolArray) -> int:
    """Return the candidate with the largest weighted payoff, or -1 if there is none."""
    chosen = -1
    for move in range(len(candidates)):
        if candidates[move] and (chosen < 0 or prefer(payoffs, weights, move, chosen)):
            chosen = move
    return chosen


@inner_kernel
def leading(worth: FloatArray, columns: IntArray, low: int, high: int) -> tuple[int, bool]:
    """Return the place of the best move from ``low`` to before ``high``, and if nothing ties.

    ``worth`` holds what each column is worth to the player, ``columns`` where each move leads.
    Short, so that the compiler writes it out where it is used.
    """
    best, top, second = low, worth[columns[low]], -np.inf
    for place in range(low + 1, high):
        value = worth[columns[place]]
        second = max(second, min(top, value))
        best = place if value > top else best
        top = max(top, value)
    return best, high == low + 1 or exceeds(top, second)


@inner_kernel
def settle_tie(
    payoffs: FloatArray,
    player: int,
    columns: IntArray,
    low: int,
    high: int,
    top: float,
    concludes: BoolArray,
    weights: FloatArray,
) -> tuple[int, int]:
    """Return the choice among the moves worth ``top``, and the count; see ``choose_alone``."""
    chosen, count = -1, 1
    for place in range(low, high):
        new = columns[place]
        if exceeds(top, payoffs[player, new]):
            continue
        if chosen < 0:
            chosen = place
        elif columns[chosen] == new:
            continue
        elif concludes[new] != concludes[columns[chosen]]:
            count += 1
            if concludes[new]:
                chosen = place
        elif differ(payoffs, weights, new, columns[chosen]):
            count += 1
            if prefer(payoffs, weights, new, columns[chosen]):
                chosen = place
    return chosen, count


@kernel
def choose_alone(
    payoffs: FloatArray,
    player: int,
    columns: IntArray,
    low: int,
    high: int,
    concludes: BoolArray,
    weights: FloatArray,
) -> tuple[int, int]:
    """Return the place of a lone player's choice, from ``low`` to before ``high``, and a count.

    ``columns`` holds where the move at each place leads. ``concludes``, over columns, breaks ties
    first, then the weighted payoffs. The count is one plus the tied moves that differed from the
    choice so far in whether they conclude or in their payoffs to some mover.
    """
    worth = payoffs[player]
    best, clear = leading(worth, columns, low, high)
    if clear:
        return best, 1
    top = worth[columns[best]]
    return settle_tie(payoffs, player, columns, low, high, top, concludes, weights)


@inner_kernel
def own_stride(shape: IntArray, member: int) -> int:
    """Return how far apart two successive moves of a member are in the joint numbering."""
    stride = 1
    for later in range(member + 1, len(shape)):
        stride *= shape[later]
    return stride


@kernel
def is_equilibrium(payoffs: FloatArray, players: IntArray, shape: IntArray, move: int) -> bool:
    """Tell whether no member gains by deviating alone from a joint move."""
    for member in range(len(players)):
        stride = own_stride(shape, member)
        base = move - (move // stride) % shape[member] * stride
        for own in range(shape[member]):
            if exceeds(
                payoffs[players[member], base + own * stride], payoffs[players[member], move]
            ):
                return False
    return True


@inlined_kernel
def dominates(row: FloatArray, shape: IntArray, member: int, better: int, worse: int) -> bool:
    """Tell whether one own move is never worse and sometimes better than another."""
    stride = own_stride(shape, member)
    sometimes = False
    for move in range(len(row)):
        if (move // stride) % shape[member] != worse:
            continue
        other = move + (better - worse) * stride
        if exceeds(row[move], row[other]):
            return False
        sometimes = sometimes or exceeds(row[other], row[move])
    return sometimes


@kernel
def uses_dominated(payoffs: FloatArray, players: IntArray, shape: IntArray, move: int) -> bool:
    """Tell whether some member's part of a joint move is weakly dominated by another move."""
    for member in range(len(players)):
        own = (move // own_stride(shape, member)) % shape[member]
        for other in range(shape[member]):
            if other != own and dominates(payoffs[players[member]], shape, member, other, own):
                return True
    return False


@inlined_kernel
def others_keep(
    move: int, other: int, players: IntArray, shape: IntArray, coalition: BoolArray
) -> bool:
    """Tell whether two joint moves agree outside the coalition."""
    for member in range(len(players)):
        if not coalition[players[member]]:
            stride = own_stride(shape, member)
            if (move // stride) % shape[member] != (other // stride) % shape[member]:
                return False
    return True


@inlined_kernel
def all_gain(payoffs: FloatArray, coalition: BoolArray, move: int, other: int) -> bool:
    """Tell whether every member of the coalition is strictly better off at the other move."""
    for player in range(len(payoffs)):
        if coalition[player] and not exceeds(payoffs[player, other], payoffs[player, move]):
            return False
    return True


@inlined_kernel
def is_blocked(
    payoffs: FloatArray,
    players: IntArray,
    shape: IntArray,
    move: int,
    completes: BoolArray,
    coalitions: BoolArray,
) -> bool:
    """Tell whether a coalition gains by completing a joint option that is not in effect.

    ``completes`` (J, joint moves) says where each joint option is in effect; ``coalitions`` (J, n)
    who must consent. A coalition with a party that does not move here cannot form.
    """
    for option in range(len(completes)):
        absent = 0
        for player in range(len(payoffs)):
            absent += coalitions[option, player]
        for member in range(len(players)):
            absent -= coalitions[option, players[member]]
        if completes[option, move] or absent > 0:
            continue
        for other in range(payoffs.shape[1]):
            if (
                completes[option, other]
                and others_keep(move, other, players, shape, coalitions[option])
                and all_gain(payoffs, coalitions[option], move, other)
            ):
                return True
    return False


@kernel
def choose_together(
    payoffs: FloatArray,
    players: IntArray,
    shape: IntArray,
    completes: BoolArray,
    coalitions: BoolArray,
    weights: FloatArray,
    candidates: BoolArray,
) -> tuple[int, int]:
    """Mark the equilibria that remain and return the choice among them and the status.

    The choice is -1 with status ``LOGIT`` if no undominated pure equilibrium exists.
    """
    blocked = np.zeros(len(candidates), dtype=np.bool_)
    any_free = False
    for move in range(payoffs.shape[1]):
        candidates[move] = is_equilibrium(payoffs, players, shape, move) and not uses_dominated(
            payoffs, players, shape, move
        )
        if candidates[move]:
            blocked[move] = is_blocked(payoffs, players, shape, move, completes, coalitions)
            any_free = any_free or not blocked[move]
    if any_free:
        for move in range(payoffs.shape[1]):
            candidates[move] = candidates[move] and not blocked[move]
    chosen = pick(payoffs, weights, candidates)
    if chosen < 0:
        return chosen, LOGIT
    return chosen, SETTLED if any_free else BLOCKED


@kernel
def respond_logit(
    payoffs: FloatArray, players: IntArray, shape: IntArray, precision: float, mixed: FloatArray
) -> float:
    """Fill the members' logit responses, ``precision`` per payoff range; return the residual."""
    own = np.empty((len(players), payoffs.shape[1]))
    per_unit = np.empty(len(players))
    for member in range(len(players)):
        for move in range(payoffs.shape[1]):
            own[member, move] = payoffs[players[member], move]
        spread = payoff_range(own[member])
        per_unit[member] = precision / spread if spread > 0.0 else 0.0
    return logit_kernel(own, shape, per_unit, mixed)


@inner_kernel
def payoff_range(row: FloatArray) -> float:
    """Return the largest entry less the smallest."""
    low, high = row[0], row[0]
    for entry in row:
        low, high = min(low, entry), max(high, entry)
    return float(high - low)


@kernel
def joint_chance(shape: IntArray, mixed: FloatArray, move: int, skip: int) -> float:
    """Return the chance of a joint move under mixed actions laid end to end, one member skipped."""
    chance, offset = 1.0, shape.sum()
    for member in range(len(shape) - 1, -1, -1):
        offset -= shape[member]
        if member != skip:
            chance *= mixed[offset + move % shape[member]]
        move //= shape[member]
    return chance


@kernel
def largest_gain(
    payoffs: FloatArray, players: IntArray, shape: IntArray, mixed: FloatArray
) -> float:
    """Return the largest gain of a member from deviating alone, as a share of its payoff range."""
    worst = 0.0
    offset = 0
    for member in range(len(players)):
        row = payoffs[players[member]]
        stride = own_stride(shape, member)
        values = np.zeros(shape[member])
        for block in range(0, len(row), stride * shape[member]):
            for move in range(block, block + stride):
                chance = joint_chance(shape, mixed, move, member)
                for own in range(shape[member]):
                    values[own] += chance * row[move + own * stride]
        expected = 0.0
        for own in range(shape[member]):
            expected += mixed[offset + own] * values[own]
        spread = payoff_range(row)
        best = values[0]
        for own in range(shape[member]):
            best = max(best, values[own])
        if spread > 0.0:
            worst = max(worst, (best - expected) / spread)
        offset += shape[member]
    return worst
