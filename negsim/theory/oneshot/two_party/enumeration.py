"""All extreme equilibria of a batch of two-player games, in floats: one kernel, two methods.

*Supports* first: pairs of supports of equal size without conditionally dominated actions are made
indifferent and tested. This is fastest for few actions, and finds every equilibrium unless a sign
that decides is zero or in doubt. *Vertices* take the other games: a breadth-first walk over the
vertices of both best-response polytopes by lexicographic pivoting, then pairing by labels.

Columns of the row player's payoffs may be moved and stretched one by one, and rows of the column
player's: best responses stay the same. Signs are judged against the sum of the terms, so that
units, offsets and payoffs out of reach do not matter. What floats cannot decide is called doubtful.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from negsim.arrays import FloatArray, IntArray, frozen, inlined_kernel, inner_kernel, kernel

GENERIC = 0
"""All equilibria are listed and none has ties."""
TIED = 1
"""All extreme equilibria are listed; some has ties, so that equilibria may form a continuum."""
DOUBTFUL = 2
"""Floats cannot decide: equilibria may be missing."""
FULL = -1

MOST_PAIRS = 1_000
"""Games with more pairs of supports of equal size than this are solved by vertices alone."""

MOST_FLAGS = 62
"""And games in which a player has more pairs of actions than this (bits of a number)."""

# 2^-53 is the largest relative error of one rounded operation in doubles. A sum of k terms, each a
# product of a rounded difference, is off by no more than about k + 2 such units of the sum of the
# terms' sizes (Higham 2002, section 3.1); 64 covers the at most 62 actions that bit sets can hold.
ROUNDING = 64 * 2.0**-53
"""A sum of differences of payoffs is known to this share of its terms: payoffs are as given, and
the difference of two floats is rounded once."""

DECIDED = 1e3 * ROUNDING
"""What decides by supports must be clear of zero by this share of its terms."""

FINE = 1e-7
"""A label that floats find is confirmed within this share of the terms."""

ZERO = 1e-11
"""A computed number of a well-scaled polytope is zero below this."""

BLURRED = 100.0
"""Between zero and this many times its limit, a number may be zero or not."""

SINGULAR = 1e-9
"""A linear system with a smaller pivot, its rows scaled to 1, is not solved."""

UNEVEN = 1e-8
"""Payoff differences, as a share of the largest, that vertices in floats do not resolve."""


class Batch(NamedTuple):
    """All extreme equilibria of a batch of games.

    Those of game g are rows ``first[g]`` to ``first[g + 1]`` of ``row_mixed`` (N, m) and
    ``column_mixed`` (N, n); ``status`` (batch,) is GENERIC, TIED or DOUBTFUL.
    """

    row_mixed: FloatArray
    column_mixed: FloatArray
    first: IntArray
    status: IntArray


class Supports(NamedTuple):
    """Subsets of a player's actions, by size; ``members[s]`` lists those of bit set s.

    Subsets of size k are ``sets[first[k]]`` to ``sets[first[k + 1]]``. ``blocks[s]`` has bit a * m
    + b for every action a in s, and any b.
    """

    sets: IntArray
    first: IntArray
    members: IntArray
    blocks: IntArray


class Space(NamedTuple):
    """Room to work in, used anew for every game.

    Row ``over`` of ``members`` lists the actions of a vertex, row ``equal`` the replies to it.
    """

    own: tuple[FloatArray, FloatArray]
    dominated: tuple[IntArray, IntArray]
    chances: tuple[FloatArray, FloatArray]
    system: FloatArray
    members: IntArray
    over: int
    equal: int


class PivotWalk(NamedTuple):
    """The vertices of one polytope: bases and labels as bit sets, and tables to find them by.

    A vertex with ties has several bases but is listed once in ``labels``, with one basis in
    ``base_of``. ``done`` has the labels by which edges leave that have been looked at already.
    Labels of own actions start at ``own``, those of the opponent's at ``slack``.
    """

    bases: IntArray
    done: IntArray
    slots: IntArray
    free: IntArray
    labels: IntArray
    base_of: IntArray
    base_table: IntArray
    label_table: IntArray
    own: int
    slack: int


class Tableaus(NamedTuple):
    """Dictionaries of the vertices that wait: ``entries[slot, column, row]``, right sides last."""

    entries: FloatArray
    basic: IntArray
    other: IntArray


class Tools(NamedTuple):
    """All that the kernel needs besides the games; ``small``: whether to try supports."""

    small: bool
    subsets: tuple[Supports, Supports]
    space: Space
    walks: tuple[PivotWalk, PivotWalk]
    tableaus: tuple[Tableaus, Tableaus]


def vertices_bound(rows: int, columns: int) -> int:
    """Return how many vertices the polytopes of a game may have at most, the larger of the two.

    References
    ----------
    McMullen (1970), "The maximum numbers of faces of a convex polytope", Mathematika 17.

    Examples
    --------
    >>> vertices_bound(2, 2), vertices_bound(12, 12)
    (4, 24752)
    """
    return max(_most_vertices(rows + columns, rows), _most_vertices(rows + columns, columns))


def _most_vertices(facets: int, dimension: int) -> int:
    above = facets - dimension
    return math.comb(facets - (dimension + 1) // 2, above) + math.comb(
        facets - dimension // 2 - 1, above
    )


def enumerate_equilibria(row: FloatArray, column: FloatArray, supports: bool = True) -> Batch:
    """Return all extreme equilibria of every game of a batch.

    Parameters
    ----------
    row, column
        Payoffs of the two players, shape (batch, m, n), finite; m + n at most 62.
    supports
        Whether to try supports first, in games of a size for which they are few.

    Returns
    -------
    Batch
        Complete for a game unless its status is DOUBTFUL. Memory: the answer, and room for one
        game that does not grow with the batch.

    References
    ----------
    Porter, Nudelman and Shoham (2008), "Simple search methods for finding a Nash equilibrium",
    Games and Economic Behavior 63, for supports and conditional dominance. Avis, Rosenberg, Savani
    and von Stengel (2010), "Enumeration of Nash equilibria for two-player games", Economic Theory
    42, for vertices, labels and lexicographic pivoting.

    Examples
    --------
    >>> chicken = np.array([[[0.0, 7], [2, 6]]])
    >>> found = enumerate_equilibria(chicken, chicken.transpose(0, 2, 1))
    >>> found.row_mixed.round(3).tolist(), found.status.tolist()
    ([[1.0, 0.0], [0.0, 1.0], [0.333, 0.667]], [0])
    """
    games, rows, columns = row.shape
    own, other = frozen(row[:]), frozen(column[:])
    tools = _tools(rows, columns, supports)
    first, status = np.zeros(games + 1, np.int64), np.zeros(games, np.int64)
    row_mixed, column_mixed = np.empty((0, rows)), np.empty((0, columns))
    room, begin = _room(games, rows, columns), 0
    while begin < games:
        found = np.empty((room, rows)), np.empty((room, columns))
        stop = enumeration_kernel(own, other, begin, tools, *found, first, status)
        used = first[stop] - first[begin]
        for whole, part in zip((row_mixed, column_mixed), found, strict=True):
            whole.resize((first[stop], part.shape[1]), refcheck=False)
            whole[first[begin] :] = part[:used]
        room, begin = room if used else 2 * room, stop
    return Batch(row_mixed, column_mixed, first, status)


def _room(games: int, rows: int, columns: int) -> int:
    """Return for how many equilibria to make room at once: some 16 MB, less for few games."""
    return max(256, min(4 * games, (1 << 21) // (rows + columns)))


def _tools(rows: int, columns: int, supports: bool) -> Tools:
    largest = max(rows, columns)
    few = math.comb(rows + columns, rows) <= MOST_PAIRS and largest**2 <= MOST_FLAGS
    small = supports and few
    space = Space(
        (np.empty((rows, columns)), np.empty((columns, rows))),
        (_flags(columns if small else 0), _flags(rows if small else 0)),
        (np.empty(rows), np.empty(columns)),
        np.empty((largest, largest)),
        np.empty((2, largest), np.int64),
        0,
        1,
    )
    subsets = (_supports(rows if small else 0), _supports(columns if small else 0))
    most = vertices_bound(rows, columns) + 1
    entries = np.empty(most * (rows * columns + largest))
    tableaus = (_tableaus(rows, columns, entries, most), _tableaus(columns, rows, entries, most))
    return Tools(small, subsets, space, (_walk(most, 0, rows), _walk(most, rows, 0)), tableaus)


def _flags(actions: int) -> IntArray:
    return np.zeros(1 << actions, np.int64)


def _supports(actions: int) -> Supports:
    sets = np.array(sorted(range(1 << actions), key=lambda one: (one.bit_count(), one)))
    sizes = np.array([int(one).bit_count() for one in sets])
    members = np.zeros((1 << actions, max(actions, 1)), np.int64)
    blocks = np.zeros(1 << actions, np.int64)
    for one in range(1 << actions):
        inside = [action for action in range(actions) if one >> action & 1]
        members[one, : len(inside)] = inside
        blocks[one] = sum(((1 << actions) - 1) << (action * actions) for action in inside)
    first = np.searchsorted(sizes, np.arange(actions + 2))
    return Supports(sets.astype(np.int64), first.astype(np.int64), members, blocks)


def _walk(most: int, own: int, slack: int) -> PivotWalk:
    slots = 1 << (2 * most).bit_length()
    return PivotWalk(
        bases=np.empty(most, np.int64),
        done=np.empty(most, np.int64),
        slots=np.empty(most, np.int64),
        free=np.empty(most, np.int64),
        labels=np.empty(most, np.int64),
        base_of=np.empty(most, np.int64),
        base_table=np.zeros(slots, np.int64),
        label_table=np.zeros(slots, np.int64),
        own=own,
        slack=slack,
    )


def _tableaus(dimension: int, others: int, entries: FloatArray, most: int) -> Tableaus:
    """Return dictionaries in the room of ``entries``, which the two walks use in turn."""
    shape = most, dimension + 1, others
    return Tableaus(
        entries[: math.prod(shape)].reshape(shape),
        np.empty((most, others), np.int64),
        np.empty((most, dimension), np.int64),
    )


@kernel
def enumeration_kernel(
    row: FloatArray,
    column: FloatArray,
    begin: int,
    tools: Tools,
    row_mixed: FloatArray,
    column_mixed: FloatArray,
    first: IntArray,
    status: IntArray,
) -> int:
    """Solve games from ``begin`` on until one does not fit in; return the first not solved.

    ``first`` and ``status`` are filled up to that game; equilibria go to the top of ``row_mixed``
    and ``column_mixed``.
    """
    small, subsets, space, walks, tableaus = tools
    own, other = space.own
    base = first[begin]
    for game in range(begin, len(row)):
        for i in range(own.shape[0]):
            for j in range(own.shape[1]):
                own[i, j] = row[game, i, j]
                other[j, i] = column[game, i, j]
        used = first[game] - base
        found = -1
        state = GENERIC
        if small:
            found = _by_supports(subsets, space, row_mixed, column_mixed, used)
        if found == -1:
            found, state = _by_vertices(space, walks, tableaus, row_mixed, column_mixed, used)
        if found == -2:
            return game
        first[game + 1] = first[game] + found
        status[game] = state
    return len(row)


@inlined_kernel
def _by_supports(
    subsets: tuple[Supports, Supports],
    space: Space,
    row_mixed: FloatArray,
    column_mixed: FloatArray,
    used: int,
) -> int:
    """Return how many equilibria there are; -1 if a sign is in doubt, -2 if there is no room."""
    own, other = space.own
    worse, poorer = space.dominated
    mixed, replies = space.chances
    noise = DECIDED
    if _order(own, worse) or _order(other, poorer):
        return -1
    my_sets, my_first, my_members, my_blocks = subsets[0]
    sets, first, members, blocks = subsets[1]
    system = space.system
    count = 0
    for size in range(1, min(own.shape) + 1):
        for at in range(my_first[size], my_first[size + 1]):
            mine = my_sets[at]
            out, block = poorer[mine], my_blocks[mine]
            for place in range(first[size], first[size + 1]):
                theirs = sets[place]
                # An action that another of the own actions beats against every action of the
                # other's support is never played with it (Porter, Nudelman and Shoham 2008).
                if (out & blocks[theirs]) | (worse[theirs] & block):
                    continue
                verdict = _indifferent(
                    own, my_members, mine, members, theirs, size, replies, system, noise
                )
                if verdict == 0:
                    continue
                again = _indifferent(
                    other, members, theirs, my_members, mine, size, mixed, system, noise
                )
                if again == 0:
                    continue
                if verdict + again < 2:
                    return -1
                if used + count == row_mixed.shape[0]:
                    return -2
                _spread(mixed, my_members, mine, size, row_mixed, used + count)
                _spread(replies, members, theirs, size, column_mixed, used + count)
                count += 1
    # A game without ties has an odd number of equilibria (Lemke and Howson 1964; Wilson 1971): an
    # even count proves that one was missed, so the game goes on to the vertices.
    return count if count % 2 == 1 else -1


@inner_kernel
def _order(own: FloatArray, dominated: IntArray) -> bool:
    """Fill ``dominated``; tell whether two payoffs tie: whether they are equal.

    Bit a * m + b of ``dominated[s]``: action b pays more than a against all of s.
    """
    actions, others = own.shape
    tied = False
    dominated[0] = -1
    for j in range(others):
        flags = 0
        for a in range(actions):
            for b in range(a):
                gap = own[a, j] - own[b, j]
                tied |= gap == 0.0
                flags |= 1 << (a * actions + b if gap < 0.0 else b * actions + a)
        for rest in range(1 << j):
            dominated[(1 << j) | rest] = dominated[rest] & flags
    return tied


@inner_kernel
def _indifferent(
    own: FloatArray,
    own_members: IntArray,
    equal: int,
    other_members: IntArray,
    over: int,
    size: int,
    chances: FloatArray,
    system: FloatArray,
    noise: float,
) -> int:
    """Find chances on the set ``over`` that make the own actions in the set ``equal`` best.

    Return 1 if these pay the same, the chances are positive and no own action pays more, 0 if not,
    -1 if a sign is in doubt. Supports of size 1 and 2 are known not to be dominated.
    """
    if size == 1:
        chances[0] = 1.0
        return 1
    # Pairs that are left at size 1 are mutual best replies, for no action is dominated against
    # them; at size 2 the two gains have opposite signs for the same reason: chances are positive.
    if size == 2:
        base, next_one = own_members[equal, 0], own_members[equal, 1]
        one, two = other_members[over, 0], other_members[over, 1]
        left = own[next_one, one] - own[base, one]
        right = own[next_one, two] - own[base, two]
        chances[0] = right / (right - left)
        chances[1] = left / (left - right)
        blur = noise
    elif size == 3:
        blur = _crossed(own, own_members, equal, other_members, over, chances, noise)
    else:
        blur = _eliminated(
            own, own_members, equal, other_members, over, size, chances, system, noise
        )
        if blur > 0.0:
            blur = _all_positive(chances, size, blur)
    if blur <= 0.0:
        return 0 if blur == 0.0 else -1
    return _unbeaten(own, own_members, equal, other_members, over, size, chances, blur)


@inlined_kernel
def _crossed(
    own: FloatArray,
    own_members: IntArray,
    equal: int,
    other_members: IntArray,
    over: int,
    chances: FloatArray,
    noise: float,
) -> float:
    """Solve for three chances; return their blur, 0 if signs differ, -1 if one is in doubt."""
    base, one, two = own_members[equal, 0], own_members[equal, 1], own_members[equal, 2]
    # Cramer's rule: the chances are the cross product of two rows of payoff differences, up to one
    # factor, so that three signs decide without a pivot and each minor's error is known.
    ahead, behind, unsure = 0, 0, False
    total = 0.0
    for k in range(3):
        left, right = other_members[over, (k + 1) % 3], other_members[over, (k + 2) % 3]
        plus = (own[one, left] - own[base, left]) * (own[two, right] - own[base, right])
        minus = (own[one, right] - own[base, right]) * (own[two, left] - own[base, left])
        chance = plus - minus
        if abs(chance) <= 4.0 * noise * (abs(plus) + abs(minus)):
            unsure = True
        elif chance > 0.0:
            ahead += 1
        else:
            behind += 1
        chances[k] = chance
        total += chance
    if ahead > 0 and behind > 0:
        return 0.0
    if unsure:
        return -1.0
    for k in range(3):
        chances[k] /= total
    return 4.0 * noise


@inner_kernel
def _eliminated(
    own: FloatArray,
    own_members: IntArray,
    equal: int,
    other_members: IntArray,
    over: int,
    size: int,
    chances: FloatArray,
    system: FloatArray,
    noise: float,
) -> float:
    """Solve for chances that sum to 1; return how uncertain they are, -1 if singular."""
    base = own_members[equal, 0]
    for a in range(size - 1):
        action = own_members[equal, a + 1]
        largest = 0.0
        for k in range(size):
            place = other_members[over, k]
            system[a, k] = own[action, place] - own[base, place]
            largest = max(largest, abs(system[a, k]))
        if largest == 0.0:
            return -1.0
        for k in range(size):
            system[a, k] /= largest
    smallest = _triangular(system, size)
    if smallest <= SINGULAR:
        return -1.0
    total = 1.0
    chances[size - 1] = 1.0
    for k in range(size - 2, -1, -1):
        chances[k] = 0.0
        for c in range(k + 1, size):
            chances[k] -= system[k, c] * chances[c]
        total += chances[k]
    if abs(total) <= SINGULAR:
        return -1.0
    for k in range(size):
        chances[k] /= total
    return 4.0 * noise / smallest


@inlined_kernel
def _triangular(system: FloatArray, size: int) -> float:
    """Eliminate below the diagonal of ``size`` - 1 rows, pivots 1; return the least pivot."""
    smallest = 1.0
    for k in range(size - 1):
        best = k
        for a in range(k + 1, size - 1):
            if abs(system[a, k]) > abs(system[best, k]):
                best = a
        head: float = system[best, k]
        smallest = min(smallest, abs(head))
        if smallest <= SINGULAR:
            return smallest
        for c in range(k, size):
            held = system[best, c]
            system[best, c] = system[k, c]
            system[k, c] = held / head
        for a in range(k + 1, size - 1):
            factor = system[a, k]
            for c in range(k + 1, size):
                system[a, c] -= factor * system[k, c]
    return smallest


@inlined_kernel
def _all_positive(chances: FloatArray, size: int, blur: float) -> float:
    """Return ``blur`` if all chances are positive, 0 if one is not, -1 if one is in doubt."""
    largest = 0.0
    for k in range(size):
        largest = max(largest, abs(chances[k]))
    unsure = False
    for k in range(size):
        if chances[k] < -blur * largest:
            return 0.0
        unsure |= chances[k] <= blur * largest
    return -1.0 if unsure else blur


@inlined_kernel
def _unbeaten(
    own: FloatArray,
    own_members: IntArray,
    equal: int,
    other_members: IntArray,
    over: int,
    size: int,
    chances: FloatArray,
    blur: float,
) -> int:
    """Return 1 if all other actions clearly pay less, 0 if one pays more, -1 if in doubt."""
    base = own_members[equal, 0]
    unsure = False
    for a in range(own.shape[0]):
        if equal >> a & 1:
            continue
        gain, terms = 0.0, 0.0
        for k in range(size):
            place = other_members[over, k]
            term = (own[a, place] - own[base, place]) * chances[k]
            gain += term
            terms += abs(term)
        if gain > blur * terms:
            return 0
        unsure |= gain >= -blur * terms
    return -1 if unsure else 1


@inner_kernel
def _spread(
    chances: FloatArray, members: IntArray, chosen: int, size: int, mixed: FloatArray, at: int
) -> None:
    for k in range(mixed.shape[1]):
        mixed[at, k] = 0.0
    for k in range(size):
        mixed[at, members[chosen, k]] = chances[k]


# ------------------------------------------------------------------------ vertices
#
# Labels: bit i for the row player's action i, bit m + j for the column player's action j. A vertex
# of the row player's polytope {x >= 0, scaled payoffs @ x <= 1} has the labels of own actions not
# played and of the other's best responses; the other way round for the column player.


@inlined_kernel
def _by_vertices(
    space: Space,
    walks: tuple[PivotWalk, PivotWalk],
    tableaus: tuple[Tableaus, Tableaus],
    row_mixed: FloatArray,
    column_mixed: FloatArray,
    used: int,
) -> tuple[int, int]:
    """Return how many extreme equilibria were found, -2 if there is no room, and the status."""
    own, other = space.own
    blur = _begin(other, walks[0], tableaus[0])
    sure = blur > 0.0
    bases, mine, clear, simple = _walked(walks[0], tableaus[0], abs(blur))
    blur = _begin(own, walks[1], tableaus[1])
    sure &= blur > 0.0
    more_bases, theirs, certain, plain = _walked(walks[1], tableaus[1], abs(blur))
    count, settled, tied = _paired(
        space, walks, mine, theirs, simple and plain, row_mixed, column_mixed, used
    )
    _forget(walks[0], bases, mine)
    _forget(walks[1], more_bases, theirs)
    # Oddness again, of all equilibria of a game without ties: an even count is a proof of doubt.
    sure &= clear and certain and settled and (tied or count % 2 == 1)
    if not sure or count == -2:
        return count, DOUBTFUL
    return count, TIED if tied else GENERIC


@inner_kernel
def _begin(payoffs: FloatArray, walk: PivotWalk, tableaus: Tableaus) -> float:
    """Write the dictionary at the origin of {x >= 0, scaled payoffs @ x <= 1} to slot 0.

    ``payoffs`` (opponent's actions, own actions) are scaled to [1, 2] for each own action. Return
    below what a number is zero, negative if floats cannot resolve the payoffs.
    """
    entries, basic, other = tableaus
    others, dimension = payoffs.shape
    uneven = False
    for k in range(dimension):
        low, high = payoffs[0, k], payoffs[0, k]
        for r in range(others):
            low = min(low, payoffs[r, k])
            high = max(high, payoffs[r, k])
        spread = high - low
        # A power of two, so that scaling rounds nothing.
        scale = 0.5 ** math.frexp(spread)[1] if spread > 0.0 else 0.0
        for r in range(others):
            entries[0, k, r] = 1.0 + (payoffs[r, k] - low) * scale
        if spread > 0.0:
            uneven |= _uneven(payoffs, k, spread)
        other[0, k] = walk.own + k
    for r in range(others):
        entries[0, dimension, r] = 1.0
        basic[0, r] = walk.slack + r
    return -ZERO if uneven else ZERO


@inlined_kernel
def _uneven(payoffs: FloatArray, k: int, spread: float) -> bool:
    """Tell whether two payoffs of column k differ, but by very little."""
    for r in range(payoffs.shape[0]):
        for s in range(r):
            gap = abs(payoffs[r, k] - payoffs[s, k])
            if 0.0 < gap <= UNEVEN * spread:
                return True
    return False


@inner_kernel
def _walked(walk: PivotWalk, tableaus: Tableaus, zero: float) -> tuple[int, int, bool, bool]:
    """Walk over all vertices, breadth first, from the origin in slot 0.

    Return how many bases and how many vertices there are, whether no number was in doubt, and
    whether no vertex has more labels than the polytope has dimensions.
    """
    entries, basic, other = tableaus
    bases, done, slots, free, labels, base_of, base_table, label_table, own, slack = walk
    dimension = entries.shape[1] - 1
    for slot in range(1, bases.shape[0]):
        free[slot] = slot
    bases[0], slots[0], done[0] = ((1 << dimension) - 1) << own, 0, 0
    count = 1 + _place(base_table, bases, bases[0], slots[0])
    head, distinct, next_free = 0, slots[0], 1
    sure, simple = True, True
    while head < count < bases.shape[0]:
        slot, base = slots[head], bases[head]
        all_labels, clear = _labels(entries, basic, slot, base, zero)
        sure &= clear
        simple &= all_labels == base
        if _place(label_table, labels, all_labels, distinct) == distinct:
            base_of[distinct] = base
            distinct += 1
        for c in range(dimension):
            entering = 1 << other[slot, c]
            if done[head] & entering or count == bases.shape[0]:
                continue
            leaving, clear = _leaving(entries, basic, other, slot, c, zero, slack)
            sure &= clear
            if leaving < 0:
                continue
            exchanged = 1 << basic[slot, leaving]
            number = _place(base_table, bases, base ^ entering ^ exchanged, count)
            if number == count:
                slots[count], done[count] = free[next_free], 0
                _pivot(entries, basic, other, slot, free[next_free], leaving, c, zero)
                next_free += 1
                count += 1
            done[number] |= exchanged
        next_free -= 1
        free[next_free] = slot
        head += 1
    return count, distinct, sure and head == count, simple


@inner_kernel
def _place(table: IntArray, keys: IntArray, key: int, number: int) -> int:
    """Return the number of a key; a key that is new to the table gets ``number``.

    A table holds numbers of keys plus 1, at the first free place from a hash of the key on.
    """
    last = table.shape[0] - 1
    place = _hash(key) & last
    while table[place] != 0:
        entry: int = table[place] - 1
        if keys[entry] == key:
            return entry
        place = (place + 1) & last
    table[place] = number + 1
    keys[number] = key
    return number


@inner_kernel
def _hash(key: int) -> int:
    mixed = (key ^ (key >> 29)) * 0x1B873593CC9E2D51
    return mixed ^ (mixed >> 32)


@inner_kernel
def _forget(walk: PivotWalk, bases: int, distinct: int) -> None:
    """Empty the tables again."""
    _wipe(walk.base_table, walk.bases, bases)
    _wipe(walk.label_table, walk.labels, distinct)


@inner_kernel
def _wipe(table: IntArray, keys: IntArray, count: int) -> None:
    last = table.shape[0] - 1
    for number in range(count):
        place = _hash(keys[number]) & last
        while table[place] != 0:
            table[place] = 0
            place = (place + 1) & last


@inlined_kernel
def _labels(
    entries: FloatArray, basic: IntArray, slot: int, base: int, zero: float
) -> tuple[int, bool]:
    """Return the labels of the vertex in a slot, and whether no number was in doubt."""
    _, columns, others = entries.shape
    labels, clear = base, True
    for r in range(others):
        right = entries[slot, columns - 1, r]
        if right == 0.0:
            labels |= 1 << basic[slot, r]
        else:
            clear &= right >= BLURRED * zero
    return labels, clear


@inlined_kernel
def _leaving(
    entries: FloatArray,
    basic: IntArray,
    other: IntArray,
    slot: int,
    c: int,
    zero: float,
    slack: int,
) -> tuple[int, bool]:
    """Return the row that leaves when column c enters, lexicographically least; -1 if none.

    And whether no number was in doubt.
    """
    _, columns, others = entries.shape
    best, clear = -1, True
    top, bottom = 1.0, 0.0
    for r in range(others):
        entry = entries[slot, c, r]
        if entry <= 0.0:
            continue
        right = entries[slot, columns - 1, r]
        if right == 0.0 and entry < BLURRED * zero:
            if entry <= zero:
                continue
            clear = False
        gap = right * bottom - top * entry
        if best >= 0 and abs(gap) <= zero * max(bottom, entry):
            order = _compared(entries, basic, other, slot, c, r, best, zero, slack)
            clear &= abs(order) == 1
            if order > 0:
                continue
        elif gap >= 0.0:
            continue
        best, top, bottom = r, right, entry
    return best, clear and best >= 0


@inlined_kernel
def _compared(
    entries: FloatArray,
    basic: IntArray,
    other: IntArray,
    slot: int,
    c: int,
    one: int,
    two: int,
    zero: float,
    slack: int,
) -> int:
    """Return -1 if row ``one`` reaches zero before ``two`` when right sides are perturbed, else 1.

    -2 and 2 if that is in doubt. The perturbations are powers of a small number, the first slack's
    the largest.
    """
    # Right sides are perturbed by e, e^2, e^3, ...: no two rows tie then, every vertex of the
    # perturbed polytope has one basis, the walk cannot cycle, and all of them are connected
    # (Dantzig, Orden and Wolfe 1955). The perturbation is not made: column by column of the inverse
    # basis, the first difference decides. That column is a unit vector for a slack that is basic.
    _, columns, others = entries.shape
    for label in range(slack, slack + others):
        left = 1.0 if basic[slot, one] == label else 0.0
        right = 1.0 if basic[slot, two] == label else 0.0
        for k in range(columns - 1):
            if other[slot, k] == label:
                left, right = entries[slot, k, one], entries[slot, k, two]
        left *= entries[slot, c, two]
        right *= entries[slot, c, one]
        gap, size = left - right, abs(left) + abs(right)
        if abs(gap) > zero * (size + entries[slot, c, one] + entries[slot, c, two]):
            sign = -1 if gap < 0.0 else 1
            return sign if abs(gap) > BLURRED * zero * size else 2 * sign
    return 2


@inlined_kernel
def _pivot(
    entries: FloatArray,
    basic: IntArray,
    other: IntArray,
    slot: int,
    fresh: int,
    leaving: int,
    c: int,
    zero: float,
) -> None:
    """Write the dictionary after an exchange of a row and a column to another slot."""
    _, columns, others = entries.shape
    head = 1.0 / entries[slot, c, leaving]
    for k in range(columns):
        factor = entries[slot, k, leaving] * head
        if k == c:
            factor = head
            for r in range(others):
                entries[fresh, k, r] = -entries[slot, c, r] * head
        else:
            for r in range(others):
                entries[fresh, k, r] = entries[slot, k, r] - entries[slot, c, r] * factor
        entries[fresh, k, leaving] = factor
    for r in range(others):
        if abs(entries[fresh, columns - 1, r]) <= zero:
            entries[fresh, columns - 1, r] = 0.0
        basic[fresh, r] = basic[slot, r]
    for k in range(columns - 1):
        other[fresh, k] = other[slot, k]
    basic[fresh, leaving] = other[slot, c]
    other[fresh, c] = basic[slot, leaving]


@inlined_kernel
def _paired(
    space: Space,
    walks: tuple[PivotWalk, PivotWalk],
    mine: int,
    theirs: int,
    simple: bool,
    row_mixed: FloatArray,
    column_mixed: FloatArray,
    used: int,
) -> tuple[int, bool, bool]:
    """Pair the vertices, except the origins, that together have every label.

    Return how many pairs are equilibria (-2 if there is no room), whether the payoffs confirm every
    pair, and whether some has more labels than it needs.
    """
    own, other = space.own
    rows, columns = own.shape
    everything = (1 << (rows + columns)) - 1
    my_labels, labels = walks[0].labels, walks[1].labels
    count, settled, tied = 0, True, False
    for left in range(1, mine):
        begin, end = 1, theirs
        # Without ties a vertex has as many labels as dimensions, so that its partner in an
        # equilibrium has exactly the other labels and is found by one look-up.
        if simple:
            begin = _number(walks[1].label_table, labels, everything ^ my_labels[left])
            end = begin + 1
        for right in range(max(begin, 1), end):
            if my_labels[left] | labels[right] != everything:
                continue
            if used + count == row_mixed.shape[0]:
                return -2, False, tied
            tied |= my_labels[left] & labels[right] != 0
            confirmed = _confirmed(space, other, walks[0], left, row_mixed, used + count)
            confirmed &= _confirmed(space, own, walks[1], right, column_mixed, used + count)
            settled &= confirmed
            count += confirmed
    return count, settled, tied


@inlined_kernel
def _number(table: IntArray, keys: IntArray, key: int) -> int:
    """Return the number of a key in a table, -1 if it is not there."""
    last = table.shape[0] - 1
    place = _hash(key) & last
    while table[place] != 0:
        entry: int = table[place] - 1
        if keys[entry] == key:
            return entry
        place = (place + 1) & last
    return -1


@inner_kernel
def _confirmed(
    space: Space, payoffs: FloatArray, walk: PivotWalk, number: int, mixed: FloatArray, at: int
) -> bool:
    """Solve a vertex again from the payoffs, and tell whether they agree with its labels.

    Pivoting adds up errors over a walk; solved anew, only those of one elimination are left.

    ``payoffs`` are the opponent's, (opponent's actions, own actions); the mixed action is written
    to row ``at`` of ``mixed``.
    """
    others, actions = payoffs.shape
    base, labels = walk.base_of[number], walk.labels[number]
    members, over, equal = space.members, space.over, space.equal
    size = _listed(~(base >> walk.own), actions, members, over)
    if size != _listed(base >> walk.slack, others, members, equal):
        return False
    chances = space.chances[0 if walk.own == 0 else 1]
    blur = _eliminated(
        payoffs, members, equal, members, over, size, chances, space.system, ROUNDING
    )
    if blur < 0.0 or not _cleaned(members, size, chances, labels >> walk.own, blur):
        return False
    _spread(chances, members, over, size, mixed, at)
    return _as_labelled(payoffs, members, size, chances, max(blur, ZERO), labels >> walk.slack)


@inner_kernel
def _listed(flags: int, actions: int, members: IntArray, line: int) -> int:
    """Write the places of the flags that are set to a line of ``members``; return their number."""
    size = 0
    for action in range(actions):
        if flags >> action & 1:
            members[line, size] = action
            size += 1
    return size


@inlined_kernel
def _cleaned(members: IntArray, size: int, chances: FloatArray, labels: int, blur: float) -> bool:
    """Set chances to zero that the labels say are; tell whether the others are positive."""
    total = 0.0
    for k in range(size):
        if labels >> members[0, k] & 1:
            if abs(chances[k]) > max(FINE, blur):
                return False
            chances[k] = 0.0
        elif chances[k] <= 0.0:
            return False
        total += chances[k]
    for k in range(size):
        chances[k] /= total
    return True


@inlined_kernel
def _as_labelled(
    payoffs: FloatArray, members: IntArray, size: int, chances: FloatArray, blur: float, labels: int
) -> bool:
    """Tell whether the best responses to the chances are those of the labels, and no others."""
    base = members[1, 0]
    for a in range(payoffs.shape[0]):
        gain, terms = 0.0, 0.0
        for k in range(size):
            place = members[0, k]
            term = (payoffs[a, place] - payoffs[base, place]) * chances[k]
            gain += term
            terms += abs(term)
        if labels >> a & 1:
            if abs(gain) > max(FINE, blur) * terms:
                return False
        elif gain >= -blur * terms:
            return False
    return True
