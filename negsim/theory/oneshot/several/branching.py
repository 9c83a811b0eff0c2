"""Interval branch and prune: all zeros of the indifference equations on every support, with proof.

A *support* says which actions are played. On it the equations say that a player's actions pay the
same, and the inequalities that no action pays more. Boxes are cut in two until each is proved to
hold no equilibrium, or to lie in a *zone*: a convex set in which the equations have one zero only,
which is enclosed in a box of the size of rounding. What is left when the work allowed is done, or
cannot be cut further, is undecided.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray, inlined_kernel, inner_kernel, kernel
from negsim.theory.oneshot.several.interval import (
    ROUNDING,
    Support,
    Tensor,
    close,
    gain,
    gains_by_action,
    invert,
    press,
    slope,
    spread_rest,
)

EMPTY = 0
SPLIT = 1
STUCK = 2

SMALLEST = 1e-7
"""A box with no chance wider than this is not cut further."""

COARSE = 1 / 32
"""Nor one with no chance wider than this that holds a singular equilibrium, up to rounding."""

WIDER = 0.01
"""The derivatives are bounded on a box that is wider by this share, so that zones overlap."""

MARGIN = 1e-12
"""And by this much, as a chance."""

FASTER = 0.6
"""A box that Newton's step shrinks to less than this share is looked at again before it is cut."""

MAX_ROUNDS = 30
MAX_STEPS = 40
MAX_INFLATIONS = 8


class SearchRecord(NamedTuple):
    """What the search has proved, and what not.

    ``zeros`` and ``zones`` (most, 2, slots): enclosures of zeros, and the boxes in which each is
    the only one; ``owners`` (most,): their supports. ``open_boxes`` and ``open_owners`` likewise,
    of boxes undecided. ``counts``: how many zeros, boxes undecided, boxes looked at, and boxes
    undecided that were looked at: these come first.
    """

    zeros: FloatArray
    zones: FloatArray
    owners: IntArray
    open_boxes: FloatArray
    open_owners: IntArray
    counts: IntArray


class System(NamedTuple):
    """The linearised equations on one support.

    ``slots`` and ``players`` of the unknowns, one equation each; ``rest[i]`` is the slot of player
    i whose chance is what the others leave. ``slopes`` (2, m, m) and ``value`` (2, m) are bounds,
    ``inverse`` (m, m) the row operations and ``column_of`` (m,) their pivots.
    """

    slots: IntArray
    players: IntArray
    rest: IntArray
    slopes: FloatArray
    value: FloatArray
    inverse: FloatArray
    column_of: IntArray


@kernel
def search(tensor: Tensor, supports: BoolArray, limit: int, most_zeros: int) -> SearchRecord:
    """Search every support for zeros of the indifference equations that can be equilibria.

    Parameters
    ----------
    tensor
        The game.
    supports
        Shape (count, slots): which actions are played.
    limit
        How many boxes to look at, besides the first one of each support.
    most_zeros
        How many zeros to keep.
    """
    size = supports.shape[1]
    room = limit + 2 * len(supports) + 2
    queue, queued = np.empty((room, 2, size)), np.empty(room, np.int64)
    found = SearchRecord(
        np.empty((most_zeros, 2, size)),
        np.empty((most_zeros, 2, size)),
        np.empty(most_zeros, np.int64),
        np.empty((room, 2, size)),
        np.empty(room, np.int64),
        np.zeros(4, np.int64),
    )
    box = np.empty((2, size))
    head, waiting = 0, 0
    for owner in range(len(supports) + limit):
        if owner < len(supports):
            current = owner
            for slot in range(size):
                box[0, slot] = 0.0
                box[1, slot] = 1.0 if supports[owner, slot] else 0.0
        elif waiting > 0:
            current = queued[head]
            copy_box(queue[head], box)
            head = (head + 1) % len(queue)
            waiting -= 1
        else:
            break
        found.counts[2] += 1
        support = members_of(tensor, supports[current])
        verdict = examine(tensor, support, box, current, found)
        if verdict == STUCK:
            leave_open(found, box, current)
        elif verdict == SPLIT:
            tail = (head + waiting) % len(queue)
            halve(support, box, queue[tail], queue[(tail + 1) % len(queue)])
            queued[tail], queued[(tail + 1) % len(queue)] = current, current
            waiting += 2
    found.counts[3] = found.counts[1]
    for place in range(waiting):
        leave_open(found, queue[(head + place) % len(queue)], queued[(head + place) % len(queue)])
    return found


@inner_kernel
def leave_open(found: SearchRecord, box: FloatArray, owner: int) -> None:
    """Add a box to those undecided."""
    copy_box(box, found.open_boxes[found.counts[1]])
    found.open_owners[found.counts[1]] = owner
    found.counts[1] += 1


@inner_kernel
def copy_box(source: FloatArray, into: FloatArray) -> None:
    """Copy a box into another."""
    for slot in range(source.shape[1]):
        into[0, slot] = source[0, slot]
        into[1, slot] = source[1, slot]


@kernel
def members_of(tensor: Tensor, played: BoolArray) -> Support:
    """Return which slots each player plays."""
    members, first = np.empty(len(played), np.int64), np.zeros(len(tensor.slots), np.int64)
    count = 0
    for player in range(len(tensor.stride)):
        for slot in range(tensor.slots[player], tensor.slots[player + 1]):
            if played[slot]:
                members[count] = slot
                count += 1
        first[player + 1] = count
    return Support(members[:count], first)


@inner_kernel
def widest(support: Support, box: FloatArray) -> tuple[int, float]:
    """Return the slot with the widest bounds, and their width."""
    best, width = -1, -1.0
    for k in range(len(support.members)):
        slot = support.members[k]
        if box[1, slot] - box[0, slot] > width:
            best, width = slot, box[1, slot] - box[0, slot]
    return best, width


@inlined_kernel
def halve(support: Support, box: FloatArray, left: FloatArray, right: FloatArray) -> None:
    """Fill the two halves of a box, cut across its widest chance."""
    slot, _ = widest(support, box)
    middle = 0.5 * (box[0, slot] + box[1, slot])
    copy_box(box, left)
    copy_box(box, right)
    left[1, slot] = middle
    right[0, slot] = middle


@inlined_kernel
def examine(
    tensor: Tensor, support: Support, box: FloatArray, owner: int, found: SearchRecord
) -> int:
    """Shrink a box, prove it empty or add what it holds; return what is to be done with it."""
    players = len(tensor.stride)
    size = len(support.members) - players
    system = System(
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(players, np.int64),
        np.empty((2, size, size)),
        np.empty((2, size)),
        np.empty((size, size)),
        np.empty(size, np.int64),
    )
    verdict = SPLIT
    for _ in range(MAX_ROUNDS):
        _, before = widest(support, box)
        if emptied(tensor, support, box) or known(found, box, owner):
            return EMPTY
        verdict = settle(tensor, support, system, box, owner, found)
        _, after = widest(support, box)
        if verdict != SPLIT or after > FASTER * before:
            break
    return verdict


@inlined_kernel
def settle(
    tensor: Tensor,
    support: Support,
    system: System,
    box: FloatArray,
    owner: int,
    found: SearchRecord,
) -> int:
    """Take one Newton step in a box; add the zero and zone that it proves, if it does."""
    size = len(system.slots)
    if size == 0:
        return EMPTY if enter(found, box, box, owner) else STUCK
    wide, point = np.empty_like(box), np.empty_like(box)
    centre(support, box, system, point)
    widen(support, box, wide)
    linearise(tensor, support, system, wide, point)
    rank = precondition(system)
    if not shrink(support, system, point, box):
        return EMPTY
    # Where no matrix within the slopes is singular the box holds one zero at most, so that a zero
    # proved in it is the only one and the rest of the box need not be looked at.
    if rank == size and regular(system):
        if listed(found, wide, owner):
            return EMPTY
        if prove(tensor, support, system, point, wide):
            new = not known(found, point, owner)
            return EMPTY if not new or enter(found, point, wide, owner) else STUCK
    _, width = widest(support, box)
    stuck = width < SMALLEST or (width < COARSE and rank < size and holds(system))
    return STUCK if stuck else SPLIT


@inlined_kernel
def emptied(tensor: Tensor, support: Support, box: FloatArray) -> bool:
    """Tighten a box by the inequalities; tell whether that leaves nothing."""
    if not close(support, box) or not pressed(tensor, support, box) or not close(support, box):
        return True
    return not positive(support, box)


@inlined_kernel
def pressed(tensor: Tensor, support: Support, box: FloatArray) -> bool:
    """Tighten a box by no action paying more than those played; False if that leaves nothing."""
    worth = np.empty(len(support.members))
    for player in range(len(tensor.stride)):
        base = tensor.slots[player]
        for k in range(support.first[player], support.first[player + 1]):
            for slot in range(base, tensor.slots[player + 1]):
                if slot == support.members[k]:
                    continue
                pair = (slot - base, support.members[k] - base)
                least, _ = gain(tensor, support, box, player, pair[0], pair[1])
                if least > 0.0:
                    return False
                for other in range(len(tensor.stride)):
                    if other != player and support.first[other + 1] > support.first[other] + 1:
                        gains_by_action(tensor, support, box, player, pair, other, worth)
                        if not press(support, other, box, worth):
                            return False
    return True


@inlined_kernel
def positive(support: Support, box: FloatArray) -> bool:
    """Tell whether every chance can be positive."""
    least = np.inf
    for k in range(len(support.members)):
        least = min(least, box[1, support.members[k]])
    return least > 0.0


@inner_kernel
def known(found: SearchRecord, box: FloatArray, owner: int) -> bool:
    """Tell whether a box lies in a zone."""
    for place in range(found.counts[0]):
        if found.owners[place] == owner and inside(box, found.zones[place]):
            return True
    return False


@inlined_kernel
def listed(found: SearchRecord, zone: FloatArray, owner: int) -> bool:
    """Tell whether a zero found before lies in a box."""
    for place in range(found.counts[0]):
        if found.owners[place] == owner and inside(found.zeros[place], zone):
            return True
    return False


@inner_kernel
def inside(box: FloatArray, larger: FloatArray) -> bool:
    """Tell whether a box lies in another."""
    for slot in range(box.shape[1]):
        if box[0, slot] < larger[0, slot] or box[1, slot] > larger[1, slot]:
            return False
    return True


@inner_kernel
def enter(found: SearchRecord, zero: FloatArray, zone: FloatArray, owner: int) -> bool:
    """Add a zero and its zone; False if there is no room."""
    place = found.counts[0]
    if place == len(found.owners):
        return False
    copy_box(zero, found.zeros[place])
    copy_box(zone, found.zones[place])
    found.owners[place] = owner
    found.counts[0] += 1
    return True


@inner_kernel
def centre(support: Support, box: FloatArray, system: System, point: FloatArray) -> None:
    """Fill a point of the box whose chances sum to 1, and choose the unknowns of the system."""
    unknown = 0
    for slot in range(box.shape[1]):
        point[0, slot] = 0.0
        point[1, slot] = 0.0
    for player in range(len(system.rest)):
        begin, end = support.first[player], support.first[player + 1]
        least, greatest = 0.0, 0.0
        for k in range(begin, end):
            least += box[0, support.members[k]]
            greatest += box[1, support.members[k]]
        share = (1.0 - least) / (greatest - least) if greatest > least else 0.0
        rest = support.members[begin]
        for k in range(begin, end):
            slot = support.members[k]
            point[0, slot] = box[0, slot] + share * (box[1, slot] - box[0, slot])
            point[1, slot] = point[0, slot]
            if point[0, slot] > point[0, rest]:
                rest = slot
        system.rest[player] = rest
        for k in range(begin, end):
            if support.members[k] != rest:
                system.slots[unknown] = support.members[k]
                system.players[unknown] = player
                unknown += 1
    spread_rest(support, system.rest, point)


@inlined_kernel
def widen(support: Support, box: FloatArray, wide: FloatArray) -> None:
    """Fill a box that holds another with something to spare."""
    copy_box(box, wide)
    for k in range(len(support.members)):
        slot = support.members[k]
        more = WIDER * (box[1, slot] - box[0, slot]) + MARGIN
        wide[0, slot] -= more
        wide[1, slot] += more


@inner_kernel
def linearise(
    tensor: Tensor, support: Support, system: System, wide: FloatArray, point: FloatArray
) -> None:
    """Fill the gains at a point, which are to be zero, and their slopes over a box around it."""
    for row in range(len(system.slots)):
        player = system.players[row]
        base = tensor.slots[player]
        pair = (system.slots[row] - base, system.rest[player] - base)
        least, greatest = gain(tensor, support, point, player, pair[0], pair[1])
        system.value[0, row] = least
        system.value[1, row] = greatest
        for column in range(len(system.slots)):
            other = system.players[column]
            least, greatest = 0.0, 0.0
            if other != player:
                begin = tensor.slots[other]
                others = (system.slots[column] - begin, system.rest[other] - begin)
                least, greatest = slope(tensor, support, wide, player, pair, other, others)
            system.slopes[0, row, column] = least
            system.slopes[1, row, column] = greatest


@inner_kernel
def precondition(system: System) -> int:
    """Fill the row operations that solve the middle of the slopes; return its rank.

    Rows and columns are scaled to largest entries of 1 before the rank is judged.
    """
    size = len(system.slots)
    middle, rows, columns = np.empty((size, size)), np.ones(size), np.ones(size)
    for row in range(size):
        largest = 0.0
        for column in range(size):
            middle[row, column] = 0.5 * (
                system.slopes[0, row, column] + system.slopes[1, row, column]
            )
            largest = max(largest, abs(middle[row, column]))
        rows[row] = 1.0 / largest if largest > 0.0 else 1.0
    for column in range(size):
        largest = 0.0
        for row in range(size):
            middle[row, column] *= rows[row]
            largest = max(largest, abs(middle[row, column]))
        columns[column] = 1.0 / largest if largest > 0.0 else 1.0
        for row in range(size):
            middle[row, column] *= columns[column]
    rank = invert(middle, system.inverse, system.column_of)
    for row in range(size):
        scale = columns[system.column_of[row]] if system.column_of[row] >= 0 else 1.0
        for k in range(size):
            system.inverse[row, k] *= scale * rows[k]
    return rank


@inner_kernel
def preconditioned(system: System, row: int, column: int) -> tuple[float, float]:
    """Return an entry of the preconditioned slopes, as its middle and how far off it may be."""
    total, doubt = 0.0, 0.0
    for k in range(len(system.slots)):
        middle = 0.5 * (system.slopes[0, k, column] + system.slopes[1, k, column])
        radius = 0.5 * (system.slopes[1, k, column] - system.slopes[0, k, column])
        total += system.inverse[row, k] * middle
        doubt += abs(system.inverse[row, k]) * (radius + ROUNDING * (abs(middle) + radius))
    return total, doubt * (1.0 + ROUNDING)


@inner_kernel
def preconditioned_value(system: System, row: int) -> tuple[float, float]:
    """Return an entry of the preconditioned gains, as its middle and how far off it may be."""
    total, doubt = 0.0, 0.0
    for k in range(len(system.slots)):
        middle = 0.5 * (system.value[0, k] + system.value[1, k])
        radius = 0.5 * (system.value[1, k] - system.value[0, k])
        total += system.inverse[row, k] * middle
        doubt += abs(system.inverse[row, k]) * (radius + ROUNDING * (abs(middle) + radius))
    return total, doubt * (1.0 + ROUNDING)


@inlined_kernel
def shrink(support: Support, system: System, point: FloatArray, box: FloatArray) -> bool:
    """Shrink a box by one Newton step; False if it holds no zero."""
    size = len(system.slots)
    for row in range(size):
        total, doubt = preconditioned_value(system, row)
        pivot = system.column_of[row]
        own, own_doubt = 1.0, 0.0
        for column in range(size):
            entry, blur = preconditioned(system, row, column)
            if column == pivot:
                own, own_doubt = entry, blur
                continue
            slot = system.slots[column]
            reach = max(box[1, slot] - point[0, slot], point[0, slot] - box[0, slot])
            doubt += (abs(entry) + blur) * reach * (1.0 + ROUNDING)
        doubt *= 1.0 + ROUNDING
        if pivot < 0:
            if abs(total) > doubt + ROUNDING * abs(total):
                return False
        elif own - own_doubt > 0.0:
            slot = system.slots[pivot]
            least, greatest = divided(-total, doubt, own, own_doubt)
            blur = ROUNDING * (abs(point[0, slot]) + max(abs(least), abs(greatest)))
            box[0, slot] = max(box[0, slot], point[0, slot] + least - blur)
            box[1, slot] = min(box[1, slot], point[0, slot] + greatest + blur)
            if box[0, slot] > box[1, slot]:
                return False
    return close(support, box)


@inlined_kernel
def divided(middle: float, radius: float, own: float, own_doubt: float) -> tuple[float, float]:
    """Bound a quotient whose parts are given as a middle and how far off each may be."""
    least, greatest = middle - radius, middle + radius
    small = (own - own_doubt) * (1.0 - ROUNDING)
    large = (own + own_doubt) * (1.0 + ROUNDING)
    return (
        least / (small if least < 0.0 else large),
        greatest / (small if greatest > 0.0 else large),
    )


@inlined_kernel
def regular(system: System) -> bool:
    """Tell whether no matrix within the slopes is singular: the equations have one zero at most."""
    # A matrix nearer to the identity than 1, in the norm of row sums, has an inverse (Neumann).
    for row in range(len(system.slots)):
        distance = 0.0
        for column in range(len(system.slots)):
            entry, blur = preconditioned(system, row, column)
            distance += abs(entry - (1.0 if column == system.column_of[row] else 0.0)) + blur
        if not distance < 1.0 - ROUNDING:
            return False
    return True


@inlined_kernel
def holds(system: System) -> bool:
    """Tell whether the equations without a pivot hold at the point up to rounding."""
    for row in range(len(system.slots)):
        if system.column_of[row] < 0:
            total, doubt = preconditioned_value(system, row)
            if abs(total) > doubt:
                return False
    return True


@inlined_kernel
def prove(
    tensor: Tensor, support: Support, system: System, point: FloatArray, wide: FloatArray
) -> bool:
    """Replace a point by an enclosure of a zero near it that lies in a box; False if that fails."""
    if not approach(tensor, support, system, point):
        return False
    size = len(system.slots)
    near, reach = np.empty_like(point), np.empty(size)
    for row in range(size):
        total, doubt = preconditioned_value(system, row)
        reach[system.column_of[row]] = 4.0 * (abs(total) + doubt) + 1e-300
    for _ in range(MAX_INFLATIONS):
        surround(support, system, point, reach, near)
        linearise(tensor, support, system, near, point)
        if krawczyk(system, reach):
            surround(support, system, point, reach, near)
            if not inside(near, wide):
                return False
            copy_box(near, point)
            return True
    return False


@inlined_kernel
def approach(tensor: Tensor, support: Support, system: System, point: FloatArray) -> bool:
    """Move a point by Newton steps until they no longer shrink; False if it goes astray.

    The system is left linearised and solved at the point.
    """
    size = len(system.slots)
    last = np.inf
    for _ in range(MAX_STEPS):
        linearise(tensor, support, system, point, point)
        if precondition(system) < size:
            return False
        length = 0.0
        for row in range(size):
            total, _ = preconditioned_value(system, row)
            length = max(length, abs(total))
        if not length < 2.0:
            return False
        if length >= 0.5 * last and length < 1e-10:
            return True
        for row in range(size):
            total, _ = preconditioned_value(system, row)
            slot = system.slots[system.column_of[row]]
            point[0, slot] -= total
            point[1, slot] = point[0, slot]
        spread_rest(support, system.rest, point)
        last = length
    return False


@inner_kernel
def surround(
    support: Support, system: System, point: FloatArray, reach: FloatArray, near: FloatArray
) -> None:
    """Fill the box around a point that reaches this far in every unknown."""
    copy_box(point, near)
    for column in range(len(system.slots)):
        slot = system.slots[column]
        blur = ROUNDING * reach[column]
        near[0, slot] = point[0, slot] - reach[column] - blur
        near[1, slot] = point[0, slot] + reach[column] + blur
    spread_rest(support, system.rest, near)


@inlined_kernel
def krawczyk(system: System, reach: FloatArray) -> bool:
    """Tell whether Krawczyk's operator maps a box around the point into its interior.

    ``reach`` is replaced by how far the image reaches, or, if it does not, by a larger box to try.
    """
    # Brouwer: a continuous map of a box into itself has a fixed point, and a fixed point of this
    # one is a zero; into the interior, it is the only one (Krawczyk 1969; Moore 1977).
    size = len(system.slots)
    image = np.empty(size)
    mapped = True
    for row in range(size):
        total, doubt = preconditioned_value(system, row)
        length = abs(total) + doubt
        for column in range(size):
            entry, blur = preconditioned(system, row, column)
            off = abs(entry - (1.0 if column == system.column_of[row] else 0.0)) + blur
            length += off * reach[column]
        image[system.column_of[row]] = length * (1.0 + ROUNDING)
    for column in range(size):
        mapped = mapped and image[column] < reach[column]
    for column in range(size):
        reach[column] = image[column] if mapped else 2.0 * max(image[column], reach[column])
    return mapped
