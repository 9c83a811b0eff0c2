"""One equilibrium by the tracing procedure: from best replies to a prior to replies to each other.

At time t everybody answers a mixture of the prior (weight 1 - t) and what the others really do
(weight t), with a small reward for playing every action, which fades with 1 - t and makes the path
smooth and its start unique. The path is followed by predictor and corrector, backwards in t where
it turns; at t = 1 it has led to an equilibrium.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import FloatArray
from negsim.theory.normal_form.game import NormalFormGame, Profile
from negsim.theory.normal_form.result import Equilibrium, Solution, any_ties, certify
from negsim.theory.oneshot.several.newton import PayoffMap, field, isolated, polished
from negsim.theory.registry import refusal, solver

REWARD = 0.05
"""Weight of the logarithms of the chances at t = 0, in units of the largest gain."""

TARGETS = (1e-4, 1e-6, 1e-9, 1e-12)
"""Where on the path, as 1 - t, it is tried whether its end can be told."""

MAX_STEPS = 4_000
MAX_CORRECTIONS = 6
FIRST_STEP = 0.02
LONGEST_STEP = 2.0
SMALLEST_STEP = 1e-13
ACCURACY = 1e-10
NEAR = 0.02
"""An equilibrium further than this from the point of the path, as a chance, is not its end."""


@dataclass(frozen=True, slots=True, eq=False)
class TracingPath:
    """The equations of the path.

    Unknowns are, for every slot, its chance less its shortfall (what it is worth below the best),
    of which the product is the reward; for every player the best worth; and last the time.
    """

    space: PayoffMap
    prior_worth: FloatArray

    def chances(self, point: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the chances at a point, and their derivatives in the unknowns and in time."""
        size = len(self.prior_worth)
        fading = max(1.0 - point[-1], 0.0)
        root = np.sqrt(point[:size] ** 2 + 4.0 * REWARD * fading)
        safe = np.maximum(root, 1e-150)
        mixed = np.where(
            point[:size] > 0.0,
            0.5 * (point[:size] + root),
            2.0 * REWARD * fading / np.maximum(root - point[:size], 1e-150),
        )
        return mixed, 0.5 * (1.0 + point[:size] / safe), -REWARD / safe

    def linearised(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return by how much the equations miss at a point, and their derivatives, (m, m + 1)."""
        owners, size = self.space.owners(), len(self.prior_worth)
        count = len(self.space.shape)
        time = point[-1]
        mixed, own, in_time = self.chances(point)
        worth, slopes = self.space.worth(mixed)
        tops = point[size : size + count]
        belongs = (owners[:, None] == np.arange(count)).astype(np.float64)
        miss = np.empty(size + count)
        miss[:size] = (1.0 - time) * self.prior_worth + time * worth + mixed - point[:size]
        miss[:size] -= tops[owners]
        miss[size:] = belongs.T @ mixed - 1.0
        system = np.zeros((size + count, size + count + 1))
        system[:size, :size] = time * slopes * own + np.diag(own - 1.0)
        system[:size, size : size + count] = -belongs
        system[:size, -1] = worth - self.prior_worth + time * slopes @ in_time + in_time
        system[size:, :size] = belongs.T * own
        system[size:, -1] = belongs.T @ in_time
        return miss, system

    def start(self) -> FloatArray:
        """Return the point at t = 0, where everybody answers the prior alone."""
        parts, tops = [], []
        for worth in np.split(self.prior_worth, self.space.first[1:-1]):
            low, high = float(worth.max()), float(worth.max()) + REWARD * len(worth)
            for _ in range(200):
                top = 0.5 * (low + high)
                if (REWARD / np.maximum(top - worth, 1e-300)).sum() > 1.0:
                    low = top
                else:
                    high = top
            parts.append(REWARD / (high - worth) - (high - worth))
            tops.append(high)
        return np.concatenate([*parts, tops, [0.0]])


@solver(
    "tracing",
    finds="one",
    cost="some hundred linear systems of the size of all actions together",
    source="Harsanyi (1975); Herings and Peeters (2001) for following the path",
    summary="one equilibrium, to which the tracing procedure leads from a prior",
)
def solve_tracing(game: NormalFormGame, prior: Sequence[ArrayLike] | None = None) -> Solution:
    """Find the equilibrium to which the logarithmic tracing procedure leads.

    Parameters
    ----------
    prior
        One mixed action per player: what everybody first expects of the others; uniform by default.

    Returns
    -------
    Solution
        One equilibrium; never complete.

    Raises
    ------
    ProfileError
        If the prior does not fit the game.
    SolverError
        If the path is lost, or what it leads to cannot be certified.

    References
    ----------
    Harsanyi (1975), "The tracing procedure: a Bayesian approach to defining a solution for
    n-person noncooperative games", International Journal of Game Theory 4. Herings and Peeters
    (2001), "A differentiable homotopy to compute Nash equilibria of n-person games", Economic
    Theory 18.

    Examples
    --------
    The stag is worth more, the hare is safer against an unknown other.

    >>> hunt = NormalFormGame.from_bimatrix([[4, 0], [3, 3]], [[4, 3], [0, 3]])
    >>> solve_tracing(hunt).equilibria[0].profile[0]
    array([0., 1.])
    """
    uniform = [np.full(count, 1.0 / count) for count in game.num_actions]
    expected: Profile = game.as_profile(uniform if prior is None else prior)
    space = field(game, typical=False)
    path = TracingPath(space, space.worth(np.concatenate(expected))[0])
    found = _followed(game, path)
    words = "the uniform prior" if prior is None else "the prior"
    message = f"the equilibrium to which {words} leads, not known to be the only one"
    return Solution(game, "tracing", (found,), False, any_ties((found,), game), message)


def _followed(game: NormalFormGame, path: TracingPath) -> Equilibrium:
    """Follow the path until its end can be told."""
    point = path.start()
    direction = np.zeros(len(point))
    direction[-1] = 1.0
    step = FIRST_STEP
    waiting = list(TARGETS)
    for _ in range(MAX_STEPS):
        direction = _direction(path, point, direction)
        ahead = _corrected(path, point + step * direction, direction)
        if ahead is None or not _near(point, ahead, step):
            step /= 2.0
            if step < SMALLEST_STEP:
                break
            continue
        point = ahead
        step = min(1.5 * step, LONGEST_STEP)
        while waiting and 1.0 - point[-1] <= waiting[0]:
            waiting.pop(0)
            found = _told(game, path, point, last=not waiting)
            if found is not None:
                return found
        if not waiting:
            break
    found = _told(game, path, point, last=True)
    if found is None:
        raise refusal("tracing", game, f"lost the path at time {point[-1]:.9g} of 1")
    return found


def _near(point: FloatArray, ahead: FloatArray, step: float) -> bool:
    """Tell whether a step is of about its length, and no time is jumped over."""
    within = bool(np.linalg.norm(ahead - point) <= 1.5 * step)
    return within and ahead[-1] < 1.0 and 1.0 - ahead[-1] >= 0.2 * (1.0 - point[-1])


def _direction(path: TracingPath, point: FloatArray, last: FloatArray) -> FloatArray:
    """Return the direction of the path at a point, the same way as the last one."""
    system = np.vstack([path.linearised(point)[1], last])
    right = np.zeros(len(point))
    right[-1] = 1.0
    found = np.asarray(np.linalg.lstsq(system, right, rcond=None)[0], dtype=np.float64)
    length = float(np.linalg.norm(found))
    return found / length if length > 0.0 else last


def _corrected(path: TracingPath, point: FloatArray, across: FloatArray) -> FloatArray | None:
    """Return the point of the path at right angles to a direction; None if it is not found."""
    for _ in range(MAX_CORRECTIONS):
        miss, derivative = path.linearised(point)
        system = np.vstack([derivative, across])
        try:
            step = np.linalg.solve(system, np.append(miss, 0.0))
        except np.linalg.LinAlgError:
            return None
        point = point - step
        if not np.isfinite(point).all():
            return None
        if np.abs(step).max() <= ACCURACY * (1.0 + np.abs(point).max()):
            return point
    return None


def _told(
    game: NormalFormGame, path: TracingPath, point: FloatArray, last: bool
) -> Equilibrium | None:
    """Return the equilibrium near a point of the path, if it can be told.

    It makes the actions that are surely played, or else all, equally good; at the last point the
    point itself will do. Where equilibria form a continuum only the end of the path says which of
    them it leads to: there nothing is told before the last point.
    """
    mixed, _, _ = path.chances(point)
    played = point[: len(mixed)] > 0.0
    everything = np.ones(len(mixed), np.bool_)
    candidates = [polished(path.space, mixed, chosen) for chosen in (played, everything)]
    if last:
        candidates += [np.where(played, mixed, 0.0), mixed]
    for chosen in candidates:
        if (chosen >= -ACCURACY).all() and np.abs(chosen - mixed).max() <= NEAR:
            found = certify(game, path.space.split(chosen))
            if found is not None and (last or isolated(path.space, chosen)):
                return found
    return None
