"""All equilibria of many two-player games of one size at once, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import BoolArray, FloatArray, IntArray, frozen
from negsim.errors import GameError, SolverError
from negsim.theory.normal_form.game import Profile
from negsim.theory.oneshot.two_party.enumeration import (
    DOUBTFUL,
    GENERIC,
    TIED,
    Batch,
    enumerate_equilibria,
    vertices_bound,
)
from negsim.theory.oneshot.two_party.every import MOST_DECIDED_VERTICES, size_fault
from negsim.theory.oneshot.two_party.rational import exact_equilibria
from negsim.theory.oneshot.two_party.ties import checked_ties


@dataclass(frozen=True, slots=True, eq=False)
class BatchSolution:
    """The equilibria of a batch of two-player games, all of them in flat arrays.

    Those of game g are rows ``first[g]`` to ``first[g + 1]`` of ``row_mixed``, shape (N, m), and
    ``column_mixed``, shape (N, n). Per game: ``complete``, all (in a degenerate game all extreme
    ones) are known to be listed; ``degenerate``, an equilibrium has ties, so that equilibria may
    form a continuum; ``rational``, floats could not decide and the game was solved in rationals.
    """

    row_mixed: FloatArray
    column_mixed: FloatArray
    first: IntArray
    complete: BoolArray
    degenerate: BoolArray
    rational: BoolArray

    def __len__(self) -> int:
        return len(self.complete)

    @property
    def counts(self) -> IntArray:
        """Return how many equilibria each game has, shape (batch,)."""
        return np.diff(self.first)

    def profiles(self, game: int) -> list[Profile]:
        """Return the equilibria of one game as pairs of mixed actions.

        Raises
        ------
        GameError
            If there is no such game.

        Examples
        --------
        >>> solve_batch([[[1, 0]]], [[[0, 1]]]).profiles(0)
        [(array([1.]), array([0., 1.]))]
        """
        if not 0 <= game < len(self):
            raise GameError(f"game: expected 0 to {len(self) - 1}, got {game}")
        span = slice(self.first[game], self.first[game + 1])
        return list(zip(self.row_mixed[span], self.column_mixed[span], strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Return one entry a game, ready for JSON.

        >>> solve_batch([[[1, 0]]], [[[0, 1]]]).to_dict()["games"][0]["equilibria"]
        [{'row': [1.0], 'column': [0.0, 1.0]}]
        """
        games = [
            {
                "equilibria": [
                    {"row": x.tolist(), "column": y.tolist()} for x, y in self.profiles(game)
                ],
                "complete": bool(self.complete[game]),
                "degenerate": bool(self.degenerate[game]),
                "rational": bool(self.rational[game]),
            }
            for game in range(len(self))
        ]
        return {"games": games}


def solve_batch(row_payoffs: ArrayLike, column_payoffs: ArrayLike) -> BatchSolution:
    """Find every equilibrium of every game of a batch; see the solver "nash" for what they are.

    Cost: hundreds of thousands of games a second at 4 x 4, thousands at 8 x 8, on one core, and a
    millisecond or more for each game that floats cannot decide. Memory: the payoffs, the answer
    (twice if floats cannot decide some game), and room for one game.

    Parameters
    ----------
    row_payoffs, column_payoffs
        Shape (batch, m, n): of the row player and of the column player, both [game, row, column].

    Raises
    ------
    GameError
        If the two are not arrays of finite numbers of one such shape, with m and n at least 1.
    SolverError
        If the games are too large, see ``negsim.theory.oneshot.two_party.every.MOST_VERTICES``.

    References
    ----------
    See ``negsim.theory.oneshot.two_party.enumeration.enumerate_equilibria``.

    Examples
    --------
    >>> chicken = np.array([[0, 7], [2, 6]])
    >>> found = solve_batch([chicken, chicken + 1e6], [chicken.T, chicken.T * 1e-9])
    >>> found.counts.tolist(), found.complete.all()
    ([3, 3], np.True_)
    """
    row, column = _payoffs(row_payoffs), _payoffs(column_payoffs)
    if row.shape != column.shape:
        raise GameError(
            f"payoffs: expected two arrays of one shape, got {row.shape} and {column.shape}"
        )
    _, rows, columns = row.shape
    if why := size_fault(rows, columns):
        raise SolverError(f"each game {why}")
    found = checked_ties(row, column, enumerate_equilibria(row, column))
    doubtful = found.status == DOUBTFUL
    if vertices_bound(rows, columns) <= MOST_DECIDED_VERTICES:
        return _solution(_decided(row, column, found), doubtful)
    return _solution(found, np.zeros(len(row), np.bool_))


def _payoffs(values: ArrayLike) -> FloatArray:
    try:
        payoffs = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise GameError("payoffs: expected arrays of numbers with rows of equal length") from None
    if payoffs.ndim != 3 or 0 in payoffs.shape[1:]:
        raise GameError(f"payoffs: expected shape (batch, m, n), got {payoffs.shape}")
    limit = np.finfo(float).max / 4
    if payoffs.size and not -limit < payoffs.min() <= payoffs.max() < limit:
        game, i, j = (int(index) for index in np.argwhere(~(np.abs(payoffs) < limit))[0])
        raise GameError(
            f"payoffs: game {game} at row {i}, column {j} pays {payoffs[game, i, j]}, expected a "
            "finite number"
        )
    return payoffs


def _decided(row: FloatArray, column: FloatArray, found: Batch) -> Batch:
    """Return the batch with its doubtful games solved in rationals, itself if it has none."""
    if not (found.status == DOUBTFUL).any():
        return found
    status, counts = found.status.copy(), np.diff(found.first)
    mine: list[FloatArray] = []
    theirs: list[FloatArray] = []
    last = 0
    for game in np.flatnonzero(found.status == DOUBTFUL):
        exact = exact_equilibria(row[game].tolist(), column[game].tolist())
        profiles = [one.profile for one in exact]
        before = slice(last, found.first[game])
        mine += [found.row_mixed[before], np.array([x for x, _ in profiles])]
        theirs += [found.column_mixed[before], np.array([y for _, y in profiles])]
        last = found.first[game + 1]
        counts[game] = len(exact)
        status[game] = TIED if any(one.ties for one in exact) else GENERIC
    mixed = np.concatenate([*mine, found.row_mixed[last:]])
    replies = np.concatenate([*theirs, found.column_mixed[last:]])
    return Batch(mixed, replies, np.concatenate([[0], np.cumsum(counts)]), status)


def _solution(found: Batch, rational: BoolArray) -> BatchSolution:
    return BatchSolution(
        frozen(found.row_mixed),
        frozen(found.column_mixed),
        frozen(found.first),
        frozen(found.status != DOUBTFUL),
        frozen(found.status == TIED),
        frozen(rational),
    )
