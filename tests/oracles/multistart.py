"""Equilibria found by Newton's method from many starting points: an independent check.

Nash's conditions are one equation: every player's chances are the point of the simplex nearest to
the chances plus what the actions are worth. It is smooth but for kinks, and is solved by Newton's
method with shorter steps where a full one would not help, from the middle of every support and from
profiles drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, FloatArray, frozen
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.marks import is_pure
from negsim.theory.normal_form.result import Equilibrium, Solution, any_ties, certify, distinct
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.oneshot.reduction import Reduction, reduce_game
from negsim.theory.oneshot.several.newton import PayoffMap, field, polished

MAX_STEPS = 40
MAX_HALVINGS = 6
NEAR = 1e-6
"""Points closer than this, as a chance, are one."""

CONVERGED = 1e-10
"""Largest miss of the equation, in typical payoff differences and chances, that counts as none."""

SINGULAR = 1e-9
"""A derivative with a smaller ratio of singular values does not isolate an equilibrium."""

MOST_MIDDLES = 100
"""Starts from the middle of supports: the first so many, small supports first."""


def multistart(game: NormalFormGame, starts: int = 60, seed: int = 0) -> Solution:
    """Return equilibria by Newton's method from many starting points; never known to be all.

    All pure equilibria are listed, and the mixed ones found at which the equations have a regular
    derivative and no other action does as well: those that are isolated. Points of a continuum are
    left out and counted in the message. Moves that pay everybody the same share their chance. The
    same seed gives the same answer. Govindan and Wilson (2003), "A global Newton method to compute
    Nash equilibria", Journal of Economic Theory 110; the map is that of Gul, Pearce and Stacchetti
    (1993), Mathematics of Operations Research 18.
    """
    reduction = reduce_game(game)
    space = field(reduction.reduced)
    points: list[FloatArray] = []
    for start in _starts(space, starts, np.random.default_rng(seed)):
        mixed = _descended(space, start)
        if mixed is not None and all(np.abs(mixed - other).max() > NEAR for other in points):
            points.append(mixed)
    mixed_points = [mixed for mixed in points if not is_pure(space.split(mixed))]
    candidates = [_isolated(reduction, space, mixed) for mixed in mixed_points]
    found = [one for one in candidates if one is not None]
    left_out = len(candidates) - len(found)
    equilibria = distinct([*pure_equilibria(game), *found])
    message = f"{len(equilibria)} found, not known to be all"
    if left_out:
        message += f"; {left_out} more left out: not isolated or not certified"
    return Solution(game, "multistart", equilibria, False, any_ties(equilibria, game), message)


def nearest(point: FloatArray) -> FloatArray:
    """Return the probability vector nearest to a point (Held, Wolfe and Crowder 1974)."""
    moved = point - point.max()
    falling = np.sort(moved)[::-1]
    levels = (np.cumsum(falling) - 1.0) / np.arange(1, len(point) + 1)
    level = levels[np.flatnonzero(falling > levels)[-1]]
    found: FloatArray = np.maximum(moved - level, 0.0)
    return found


def _starts(space: PayoffMap, count: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Yield the middles of supports, then random profiles."""
    for middle in _middles(space):
        yield middle + space.worth(middle)[0]
    for _ in range(count):
        drawn = np.concatenate([rng.dirichlet(np.ones(size)) for size in space.shape])
        yield drawn + space.worth(drawn)[0] * rng.uniform(0.0, 1.0)


def _middles(space: PayoffMap) -> Iterator[FloatArray]:
    counts = [2 ** int(size) - 1 for size in space.shape]
    total = int(np.prod(counts, dtype=np.float64))
    chosen = range(total) if total <= MOST_MIDDLES else [total - 1]
    for number in chosen:
        parts = []
        for bits, size in zip(np.unravel_index(number, counts), space.shape, strict=True):
            played = (int(bits) + 1 >> np.arange(size) & 1).astype(np.float64)
            parts.append(played / played.sum())
        yield np.concatenate(parts)


def _project(space: PayoffMap, point: FloatArray) -> FloatArray:
    parts = np.split(point, space.first[1:-1])
    return np.concatenate([nearest(part) for part in parts])


def _descended(space: PayoffMap, point: FloatArray) -> FloatArray | None:
    """Return the profile to which Newton's method leads from a point; None if it leads nowhere."""
    mixed = _project(space, point)
    worth, slopes = space.worth(mixed)
    miss = point - mixed - worth
    miss -= _means(space, miss)
    for _ in range(MAX_STEPS):
        length = float(np.abs(miss).max())
        if length <= CONVERGED:
            return mixed
        step = _step(space, mixed, slopes, miss)
        if step is None:
            return None
        share = 1.0
        for _ in range(MAX_HALVINGS):
            ahead = point - share * step
            there = _project(space, ahead)
            worth, slopes = space.worth(there)
            missed = ahead - there - worth
            missed -= _means(space, missed)
            if np.abs(missed).max() < length:
                break
            share /= 2.0
        else:
            return None
        point, mixed, miss = ahead, there, missed
    return None


def _means(space: PayoffMap, vector: FloatArray) -> FloatArray:
    """Return each player's mean, slot by slot: a point may be moved by it for nothing."""
    parts = np.split(vector, space.first[1:-1])
    return np.repeat([part.mean() for part in parts], space.shape)


def _step(
    space: PayoffMap, mixed: FloatArray, slopes: FloatArray, miss: FloatArray
) -> FloatArray | None:
    derivative = _derivative(space, mixed, slopes)
    try:
        step = np.linalg.solve(derivative, miss).astype(np.float64)
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() else None


def _derivative(space: PayoffMap, mixed: FloatArray, slopes: FloatArray) -> FloatArray:
    """Return the derivative of the equation where the chances that are positive stay so."""
    owners = space.owners()
    played = mixed > 0.0
    same = (owners[:, None] == owners) & played[:, None] & played
    sizes = np.maximum(same.sum(axis=1), 1)
    projection = np.diag(played.astype(np.float64)) - same / sizes[:, None]
    size = len(mixed)
    derivative: FloatArray = np.eye(size) - (np.eye(size) + slopes) @ projection
    return derivative


def _isolated(reduction: Reduction, space: PayoffMap, mixed: FloatArray) -> Equilibrium | None:
    """Return an equilibrium, made precise, if it is certified and isolated."""
    reduced = reduction.reduced
    played = mixed > CHANCE_TOLERANCE
    precise = polished(space, mixed, played)
    if (precise[played] <= 0.0).any() or np.abs(precise - mixed).max() > NEAR:
        return None
    derivative = _derivative(space, precise, space.worth(precise)[1])
    sizes = np.abs(derivative).max(axis=1, keepdims=True)
    values = np.linalg.svd(derivative / sizes, compute_uv=False)
    if values[-1] <= SINGULAR * values[0]:
        return None
    profile = space.split(precise)
    for player, own in enumerate(profile):
        if (own[reduced.best_responses(profile, player)] == 0.0).any():
            return None
    return certify(reduction.game, [frozen(one) for one in reduction.expand(profile)])
