"""Points spread evenly over what linear inequalities leave of a box, or who contradicts whom.

The box is the unit cube: values are scaled by their ranges. The centre of the largest ball that
fits is found by linear programming; if none fits, statements are dropped one by one until what is
left contradicts itself without any to spare. Hit-and-run walks from the centre: it draws a
direction, and a point of the segment that lies inside.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negsim.arrays import FloatArray, IntArray, kernel
from negsim.theory.numerics.linear import maximise

THINNEST = 1e-9
"""A ball of a smaller radius, in shares of the ranges, is no room."""

STEPS_PER_NUMBER = 30
"""Steps of the walk between two points that are kept, for each number that varies."""

BLOCK = 64
"""Points whose random numbers are drawn together, so that longer walks begin alike."""


def centre(weights: FloatArray, limits: FloatArray, boxed: Sequence[int]) -> FloatArray | None:
    """Return the centre of the largest ball with ``weights @ z >= limits`` in the unit cube.

    Parameters
    ----------
    weights, limits
        Shape (rows, numbers) and (rows,).
    boxed
        the numbers that are held between 0 and 1.

    Returns
    -------
    ndarray, shape (numbers,), or None
        None if no ball of radius ``THINNEST`` fits. The radius is bounded by one.
    """
    numbers = weights.shape[1]
    sizes = np.linalg.norm(weights, axis=1)
    rows, bounds = [np.column_stack([weights, -sizes])], [limits]
    unit = np.eye(numbers + 1)
    for place in boxed:
        rows.append(np.stack([unit[place] - unit[-1], -unit[place] - unit[-1]]))
        bounds.append(np.array([0.0, -1.0]))
    rows.append(-unit[-1:])
    bounds.append(np.array([-1.0]))
    system = np.concatenate(rows), np.concatenate(bounds)
    none = np.zeros((0, numbers + 1)), np.zeros(0)
    order = np.append(numbers, np.arange(numbers))
    found = maximise(
        unit[-1][order], (system[0][:, order], system[1]), (none[0], none[1]), num_free=numbers
    )
    if found is None or found[0] <= THINNEST:
        return None
    return np.asarray(found[1:])


def conflict(weights: FloatArray, limits: FloatArray) -> tuple[list[int], list[int]]:
    """Return rows that leave no room, each needed for that, and the numbers whose ranges it takes.

    An irreducible infeasible subset by the deletion filter: a row is dropped for good if what is
    left still leaves no room, then so is the range of each number. Cost: a linear programme for
    each row and number.

    References
    ----------
    Chinneck and Dravnieks (1991), "Locating minimal infeasible constraint sets in linear
    programs", ORSA Journal on Computing 3(2).

    Examples
    --------
    >>> weights = np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    >>> conflict(weights, np.array([0.1, -3.0, 0.1]))
    ([0, 2], [])
    """
    kept = list(range(len(weights)))
    boxed = list(range(weights.shape[1]))
    for row in list(kept):
        fewer = [other for other in kept if other != row]
        if centre(weights[fewer], limits[fewer], boxed) is None:
            kept = fewer
    for number in list(boxed):
        others = [other for other in boxed if other != number]
        if centre(weights[kept], limits[kept], others) is None:
            boxed = others
    return kept, boxed


def hit_and_run(
    weights: FloatArray, limits: FloatArray, first: FloatArray, points: int, seed: int
) -> FloatArray:
    """Return points of the unit cube with ``weights @ z >= limits``, in the limit uniform.

    A walk to get to know the shape comes first; its spread sets the directions of the walk whose
    points are kept. Fewer points of the same seed are the first of more.

    Parameters
    ----------
    first
        a point inside, such as :func:`centre` gives.

    Notes
    -----
    Cost: 30 steps for each number and point, each of (rows + numbers) x numbers operations.

    References
    ----------
    Smith (1984), "Efficient Monte Carlo procedures for generating points uniformly distributed
    over bounded regions", Operations Research 32(6); Lovasz and Vempala (2006), "Hit-and-run from
    a corner", SIAM Journal on Computing 35(4).
    """
    numbers = len(first)
    everything = np.concatenate([weights, np.eye(numbers), -np.eye(numbers)])
    bounds = np.concatenate([limits, np.zeros(numbers), -np.ones(numbers)])
    streams = np.random.default_rng(seed).spawn(2)
    system, root = (everything, bounds), np.eye(numbers)
    known = _walk(system, first, root, 50 * numbers, streams[0])
    root = _spread_root(known)
    return _walk(system, known[-1], root, points, streams[1])


def _spread_root(points: FloatArray) -> FloatArray:
    """Return a root of the covariance of some points, never quite flat."""
    spread = np.atleast_2d(np.cov(points.T))
    size = float(np.trace(spread)) / len(spread)
    root = np.linalg.cholesky(spread + THINNEST * size * np.eye(len(spread)))
    return np.asarray(root, dtype=np.float64)


def _walk(
    system: tuple[FloatArray, FloatArray],
    first: FloatArray,
    root: FloatArray,
    points: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Return points of a walk, drawn in blocks so that a longer walk begins with a shorter one."""
    numbers = len(first)
    steps = STEPS_PER_NUMBER * numbers
    found = np.empty((points, numbers))
    place = np.array(first)
    for start in range(0, points, BLOCK):
        directions = rng.standard_normal((BLOCK * steps, numbers)) @ root.T
        lengths = rng.random(BLOCK * steps)
        part = found[start : start + BLOCK]
        walk(system[0], system[1], place, directions, lengths, np.array([steps]), part)
    return found


@kernel
def walk(
    weights: FloatArray,
    limits: FloatArray,
    place: FloatArray,
    directions: FloatArray,
    lengths: FloatArray,
    steps: IntArray,
    found: FloatArray,
) -> None:
    """Fill ``found`` (points, numbers) with every ``steps``-th point of a walk from ``place``.

    ``directions`` (moves, numbers) and ``lengths`` (moves,) are its random numbers; ``place`` is
    moved in place. A step that rounding would take outside is not taken.
    """
    numbers = len(place)
    move = 0
    for point in range(len(found)):
        for _ in range(steps[0]):
            low, high = -np.inf, np.inf
            for row in range(len(weights)):
                along, rest = 0.0, -limits[row]
                for number in range(numbers):
                    along += weights[row, number] * directions[move, number]
                    rest += weights[row, number] * place[number]
                if along > 0.0:
                    low = max(low, -rest / along)
                elif along < 0.0:
                    high = min(high, -rest / along)
            if low <= 0.0 <= high and low < high:
                length = low + lengths[move] * (high - low)
                for number in range(numbers):
                    place[number] += length * directions[move, number]
            move += 1
        for number in range(numbers):
            found[point, number] = place[number]
