"""The value of an endless game between two players of whom one wins what the other loses.

Shapley's operator replaces the values by those of each state's matrix game in which the old values
follow. It shrinks differences by the discount, so that its fixed point is unique and the distance
to it is known. Between, we jump to what the matrix games' optimal play is worth for ever, if that
leaves less to do.
"""

from __future__ import annotations

import numpy as np

from negsim.arrays import FloatArray, IntArray, inlined_kernel, inner_kernel, kernel
from negsim.errors import SolverError, UsageError
from negsim.theory.registry import refusal, solver
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.horizon import needs_endless
from negsim.theory.stochastic.rounds import (
    Field,
    Tree,
    field,
    fill_leaves,
    tree,
)
from negsim.theory.stochastic.stationary import MarkovSolution, check_endless, judge, value_of

METHOD = "shapley"
ZERO_SUM_TOLERANCE = 1e-12
"""Payoffs of both sum to nought within this share of their size."""
MAX_ITERATIONS = 100_000
MAX_PIVOTS = 10_000


def unfit(game: StochasticGame, point: int = 0) -> str:
    """Return why talks are not endless, zero-sum and of one discount, or nothing."""
    paid = game.payoffs[point]
    off = float(np.abs(paid.sum(axis=0)).max())
    if off > ZERO_SUM_TOLERANCE * max(float(np.abs(paid).max()), 1e-300):
        return f"takes games in which payoffs sum to nought and here a sum is {off:g}"
    if game.discount[point, 0] != game.discount[point, 1]:
        return f"takes games with one discount, got {game.discount[point].tolist()}"
    return needs_endless(game, point)


@solver(
    "shapley",
    finds="one",
    min_players=2,
    max_players=2,
    cost="states x matrix game a step; a step shrinks the error by the discount at least",
    source="Shapley (1953), Stochastic games, theorem 1",
    summary="value and optimal stationary play of endless zero-sum talks, with an error bound",
    takes=StochasticGame,
    unfit=unfit,
)
def shapley(game: StochasticGame, tolerance: float = 1e-12, point: int = 0) -> MarkovSolution:
    """Find the value of a discounted two-player zero-sum game, and optimal stationary play.

    Parameters
    ----------
    game
        Endless at this point, the payoffs of the two players summing to nought, with one discount.
        They may move at once or one after the other.
    tolerance
        Stop when a step moves no value by more than this share of the largest payoff, or where
        rounding stops progress.
    point
        Which point of the batch.

    Returns
    -------
    MarkovSolution
        One equilibrium; complete, because all equilibria have these values. ``error_bound`` is the
        most by which a value can be wrong, in payoff units.

    Raises
    ------
    UsageError
        If the tolerance is negative or there is no such point.
    SolverError
        If the game is not endless, not zero-sum, or the discounts differ.

    References
    ----------
    Shapley (1953), "Stochastic games", Proceedings of the National Academy of Sciences 39(10),
    theorem 1. Pollatschek and Avi-Itzhak (1969), "Algorithms for stochastic games with geometrical
    interpretation", Management Science 15(7), for the jumps.

    Examples
    --------
    The Big Match at discount 0.75: value one half a round; the top row, which ends the choice for
    ever, is played with chance 0.25 / 1.25.

    >>> from negsim.theory.stochastic.arrays_game import from_arrays
    >>> pays = np.array([[[1.0, 0], [0, 1]], [[1, 1], [1, 1]], [[0, 0], [0, 0]]])
    >>> onward = np.zeros((3, 2, 2, 3))
    >>> onward[0, 0, 0, 1] = onward[0, 0, 1, 2] = onward[0, 1, :, 0] = 1
    >>> onward[1, :, :, 1] = onward[2, :, :, 2] = 1
    >>> found = shapley(from_arrays([pays, -pays], onward, 0.75)).equilibria[0]
    >>> round(float(0.25 * found.values[0, 0]), 9), found.mixed[0, 0].round(9).tolist()
    (0.5, [0.2, 0.8, 0.5, 0.5])
    """
    check_endless(game, point, METHOD)
    if not tolerance >= 0:
        raise UsageError(f"tolerance: expected at least 0, got {tolerance}")
    if why := unfit(game, point):
        raise refusal(METHOD, game, why)
    shape, ground = tree(game), field(game, point)
    factor = float(ground.discount[0] * game.chances[point].sum(axis=-1).max())
    size = float(np.abs(ground.payoffs).max())
    values, mixed, residual = _iterate(shape, ground, tolerance * size)
    found = judge(game, mixed, point, "optimal play of the matrix games at the values")
    off = float(np.abs(found.values[0] - values).max())
    bound = residual / (1.0 - factor) + off
    message = (
        f"value of every state within {bound:.1g}; largest regret {found.largest_regret:.1g} of "
        "the stake"
    )
    return MarkovSolution(game, point, METHOD, (found,), True, message, error_bound=bound)


def _iterate(shape: Tree, ground: Field, enough: float) -> tuple[FloatArray, FloatArray, float]:
    """Return values (S,), optimal play (S, L) there, and how far the operator moves them."""
    states = ground.payoffs.shape[1]
    values, mixed = np.zeros(states), np.zeros((states, int(shape.first[-1])))
    now, stalled = _residual(shape, ground, values, mixed), 0
    for _ in range(MAX_ITERATIONS):
        if now[1] <= enough or stalled > 3:
            break
        jump = value_of(shape, ground, mixed)[0]
        jumped_mixed = np.zeros_like(mixed)
        jumped = _residual(shape, ground, jump, jumped_mixed)
        if jumped[1] < 0.5 * now[1]:
            values, mixed, now = jump, jumped_mixed, jumped
            continue
        values, last = now[0], now[1]
        now = _residual(shape, ground, values, mixed)
        stalled = stalled + 1 if now[1] >= last else 0
    return values, mixed, now[1]


def _residual(
    shape: Tree, ground: Field, values: FloatArray, mixed: FloatArray
) -> tuple[FloatArray, float]:
    """Return Shapley's operator at values (S,) and the most it moves one; fill optimal play."""
    new = np.empty_like(values)
    if not operate(shape, ground, np.stack([values, -values]), new, mixed):
        raise SolverError(f"a matrix game was not solved within {MAX_PIVOTS} pivots")
    return new, float(np.abs(new - values).max())


@kernel
def operate(
    tree: Tree, field: Field, values: FloatArray, new: FloatArray, mixed: FloatArray
) -> bool:
    """Fill the value of each state's round, and optimal play in it; False if one was not found."""
    leaf = tree.offset[len(tree.sizes)]
    worth = np.empty((2, leaf + tree.event_of.shape[1]))
    for state in range(len(new)):
        fill_leaves(tree, field, state, values, worth)
        for group in range(len(tree.sizes) - 1, -1, -1):
            for prefix in range(tree.offset[group + 1] - tree.offset[group]):
                begin = tree.first[group] + prefix * tree.width[group]
                node = tree.offset[group] + prefix
                child = tree.offset[group + 1] + prefix * tree.joint[group]
                rows, columns = sides(tree, group)
                matrix = np.empty((rows, columns))
                for row in range(rows):
                    for column in range(columns):
                        matrix[row, column] = worth[0, child + row * columns + column]
                play = mixed[state, begin : begin + tree.width[group]]
                found = solve_node(tree, group, matrix, play)
                if not np.isfinite(found):
                    return False
                worth[0, node] = found
        new[state] = worth[0, 0]
    return True


@inlined_kernel
def sides(tree: Tree, group: int) -> tuple[int, int]:
    """Return how many moves the first and the second player have at a node of a group."""
    rows, columns = 1, 1
    for member in range(tree.sizes[group]):
        if tree.players[group, member] == 0:
            rows = tree.shape[group, member]
        else:
            columns = tree.shape[group, member]
    return rows, columns


@inlined_kernel
def solve_node(tree: Tree, group: int, matrix: FloatArray, play: FloatArray) -> float:
    """Return the value of a node, NaN if it was not found; fill optimal play of its movers."""
    rows, columns = matrix.shape
    left, right = np.empty(rows), np.empty(columns)
    value = matrix_game(matrix, left, right)
    begin = 0
    for member in range(tree.sizes[group]):
        first = tree.players[group, member] == 0
        for move in range(tree.shape[group, member]):
            play[begin + move] = left[move] if first else right[move]
        begin += tree.shape[group, member]
    return value


@kernel
def matrix_game(matrix: FloatArray, left: FloatArray, right: FloatArray) -> float:
    """Fill optimal play of a matrix game (rows gain) and return its value, NaN if not found.

    A saddle point in pure moves if there is one; otherwise the simplex method on the game made
    positive: largest sum of y with matrix y <= 1, of which the dual solution is the rows' play
    (Dantzig 1951), by Bland's rule, which cannot cycle.
    """
    rows, columns = matrix.shape
    if saddle(matrix, left, right):
        return guaranteed(matrix, left, right)
    low, high = matrix[0, 0], matrix[0, 0]
    for row in range(rows):
        for column in range(columns):
            low, high = min(low, matrix[row, column]), max(high, matrix[row, column])
    table = np.zeros((rows + 1, columns + rows + 1))
    basis = np.empty(rows, dtype=np.int64)
    for row in range(rows):
        for column in range(columns):
            table[row, column] = 1.0 + (matrix[row, column] - low) / (high - low)
        table[row, columns + row] = 1.0
        table[row, columns + rows] = 1.0
        basis[row] = columns + row
    for column in range(columns):
        table[rows, column] = -1.0
    if not simplex(table, basis):
        return np.nan
    for column in range(columns):
        right[column] = 0.0
    for row in range(rows):
        left[row] = max(table[rows, columns + row], 0.0)
        if basis[row] < columns:
            right[basis[row]] = max(table[row, columns + rows], 0.0)
    scale_to_one(left)
    scale_to_one(right)
    return guaranteed(matrix, left, right)


@inlined_kernel
def saddle(matrix: FloatArray, left: FloatArray, right: FloatArray) -> bool:
    """Fill a pure saddle point if there is one."""
    rows, columns = matrix.shape
    for row in range(rows):
        for column in range(columns):
            is_saddle = True
            for other in range(rows):
                is_saddle = is_saddle and matrix[other, column] <= matrix[row, column]
            for other in range(columns):
                is_saddle = is_saddle and matrix[row, other] >= matrix[row, column]
            if is_saddle:
                for other in range(rows):
                    left[other] = 1.0 if other == row else 0.0
                for other in range(columns):
                    right[other] = 1.0 if other == column else 0.0
                return True
    return False


@inner_kernel
def scale_to_one(chances: FloatArray) -> None:
    """Divide by the sum."""
    total = 0.0
    for chance in chances:
        total += chance
    for place in range(len(chances)):
        chances[place] /= total


@inner_kernel
def guaranteed(matrix: FloatArray, left: FloatArray, right: FloatArray) -> float:
    """Return the mean of what rows can be sure to get and columns to hold them to."""
    rows, columns = matrix.shape
    least, most = np.inf, -np.inf
    for column in range(columns):
        total = 0.0
        for row in range(rows):
            total += left[row] * matrix[row, column]
        least = min(least, total)
    for row in range(rows):
        total = 0.0
        for column in range(columns):
            total += matrix[row, column] * right[column]
        most = max(most, total)
    return 0.5 * (least + most)


@inlined_kernel
def simplex(table: FloatArray, basis: IntArray) -> bool:
    """Solve a linear programme in place from a feasible table; False if it did not end."""
    rows, width = table.shape[0] - 1, table.shape[1] - 1
    for _ in range(MAX_PIVOTS):
        entering = -1
        for column in range(width):
            if table[rows, column] < -1e-13:
                entering = column
                break
        if entering < 0:
            return True
        leaving = leaving_row(table, basis, entering)
        if leaving < 0:
            return False
        basis[leaving] = entering
        pivot(table, leaving, entering)
    return False


@inlined_kernel
def leaving_row(table: FloatArray, basis: IntArray, entering: int) -> int:
    """Return the row that limits the entering column first, or -1; ties go to the first basis."""
    width = table.shape[1] - 1
    leaving, best = -1, np.inf
    for row in range(table.shape[0] - 1):
        if table[row, entering] > 1e-13:
            ratio = table[row, width] / table[row, entering]
            if ratio < best or (ratio == best and basis[row] < basis[leaving]):
                best, leaving = ratio, row
    return leaving


@inner_kernel
def pivot(table: FloatArray, leaving: int, entering: int) -> None:
    """Make a column that of the unit vector of a row."""
    size = table[leaving, entering]
    for column in range(table.shape[1]):
        table[leaving, column] /= size
    for row in range(table.shape[0]):
        factor = table[row, entering]
        if row != leaving and factor != 0.0:
            for column in range(table.shape[1]):
                table[row, column] -= factor * table[leaving, column]
