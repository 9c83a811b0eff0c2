"""Whether ties that floats find are ties of the payoffs as given: by size, or else in rationals.

Floats find a tie where a computed number is zero up to rounding. If all payoff differences are
multiples of one coarse step, no number of the polytopes can be so near zero without being zero.
Otherwise every mixed action of an equilibrium is solved again in rationals, from its support and
from the replies that floats find best.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from negsim.arrays import BoolArray, FloatArray
from negsim.theory.normal_form.game import Profile
from negsim.theory.oneshot.two_party.enumeration import BLURRED, DOUBTFUL, FINE, TIED, ZERO, Batch

MANTISSA = 53


def coarse_steps(row: FloatArray, column: FloatArray) -> BoolArray:
    """Tell of each game of a batch whether its payoffs are too coarse for a false tie.

    A number of a polytope is a quotient of two determinants. Above stands a multiple of the
    product of the steps of the columns, below at most a product of the lengths of columns with
    entries up to 2 (Hadamard).

    References
    ----------
    Hadamard (1893), "Resolution d'une question relative aux determinants", Bulletin des Sciences
    Mathematiques 17.

    Examples
    --------
    >>> whole = np.array([[[3.0, 0.0], [5.0, 1.0]]])
    >>> coarse_steps(whole, whole).tolist(), coarse_steps(whole / 10, whole).tolist()
    ([True], [False])
    """
    least = min(row.shape[1:])
    lengths = least * (1.0 + 0.5 * np.log2(least))
    allowed = -np.log2(BLURRED * ZERO) - lengths
    coarse: BoolArray = (_bits(row) <= allowed) & (_bits(column.transpose(0, 2, 1)) <= allowed)
    return coarse


def _bits(payoffs: FloatArray) -> FloatArray:
    """Return how many bits the steps of the columns have together, the finest columns counted.

    ``payoffs`` is (batch, others, own); each column is measured against its spread.
    """
    least = min(payoffs.shape[1:])
    above = payoffs - payoffs.min(axis=1, keepdims=True)
    mantissa, exponent = np.frexp(above)
    digits = np.ldexp(mantissa, MANTISSA).astype(np.int64)
    lowest = np.frexp((digits & -digits).astype(np.float64))[1] + exponent - MANTISSA
    steps = np.where(above > 0.0, lowest, np.iinfo(np.int32).max).min(axis=1)
    spread = np.frexp(above.max(axis=1))[1]
    bits = np.where(spread > steps, spread - steps, 0) + 1
    bits = np.where(above.any(axis=1), bits, 0)
    worst: FloatArray = np.sort(bits, axis=1)[:, -least:].sum(axis=1).astype(np.float64)
    return worst


def confirmed(row: FloatArray, column: FloatArray, profiles: Iterable[Profile]) -> bool:
    """Tell whether every profile has exactly the ties that floats find in it.

    >>> row, column = np.array([[3.0, 0], [0, 3], [1.5, 1.5]]), np.ones((3, 2))
    >>> mixed = np.array([1.0, 0, 0]), np.array([0.5, 0.5])
    >>> confirmed(row, column, [mixed]), confirmed(row + [[0], [0], [1e-13]], column, [mixed])
    (True, False)
    """
    known: dict[tuple[int, bytes], bool] = {}
    for mine, theirs in profiles:
        for side, payoffs, mixed in ((0, row, theirs), (1, column.T, mine)):
            key = side, mixed.tobytes()
            if key not in known:
                known[key] = _is_vertex(payoffs, mixed)
            if not known[key]:
                return False
    return True


def checked_ties(row: FloatArray, column: FloatArray, found: Batch) -> Batch:
    """Return the batch with the games doubtful whose ties are not all ties of payoffs as given."""
    tied = np.flatnonzero(found.status == TIED)
    doubtful = tied[~coarse_steps(row[tied], column[tied])]
    status = found.status.copy()
    for game in doubtful.tolist():
        span = slice(found.first[game], found.first[game + 1])
        profiles = zip(found.row_mixed[span], found.column_mixed[span], strict=True)
        if not confirmed(row[game], column[game], profiles):
            status[game] = DOUBTFUL
    return found._replace(status=status)


def _is_vertex(payoffs: FloatArray, mixed: FloatArray) -> bool:
    """Tell whether the best replies to a mixed action pin it down, exactly.

    ``payoffs`` are the replies', (replies, actions).
    """
    played = np.flatnonzero(mixed > 0.0)
    own = payoffs[:, played]
    gains = own - own[np.argmax(own @ mixed[played])]
    terms = np.abs(gains) @ mixed[played]
    best = np.flatnonzero(np.abs(gains @ mixed[played]) <= FINE * terms)
    exact = [[Fraction(payoff) for payoff in line] for line in own.tolist()]
    first = exact[int(best[0])]
    system = [[a - b for a, b in zip(exact[r], first, strict=True)] for r in best[1:].tolist()]
    equations = [*([*line, Fraction(0)] for line in system), [Fraction(1)] * (len(played) + 1)]
    found = _only_solution(equations)
    if found is None or min(found) <= 0:
        return False
    worth = [sum((p * x for p, x in zip(line, found, strict=True)), Fraction(0)) for line in exact]
    top = worth[int(best[0])]
    return all(worth[reply] < top for reply in range(len(worth)) if reply not in best)


def _only_solution(system: Sequence[Sequence[Fraction]]) -> list[Fraction] | None:
    """Return the only solution of equations, right sides last; None if there is not exactly one."""
    rows = [list(line) for line in system]
    count = len(rows[0]) - 1
    for k in range(count):
        place = next((r for r in range(k, len(rows)) if rows[r][k]), None)
        if place is None:
            return None
        rows[k], rows[place] = rows[place], rows[k]
        head = rows[k][k]
        rows[k] = [entry / head for entry in rows[k]]
        for r, line in enumerate(rows):
            if r != k and line[k]:
                factor = line[k]
                rows[r] = [a - factor * b for a, b in zip(line, rows[k], strict=True)]
    if any(line[-1] for line in rows[count:]):
        return None
    return [line[-1] for line in rows[:count]]
