"""Logit quantal response: everyone plays better actions more often, the more so the more precise.

The kernel follows the principal branch, which starts at the uniform profile at precision zero. The
unknowns are the log odds of every action and the precision itself, so that the branch can be
followed where it turns back (pseudo-arclength continuation: tangent predictor, Newton corrector).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from negsim.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    frozen,
    inlined_kernel,
    inner_kernel,
    kernel,
)
from negsim.errors import SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame, Profile
from negsim.theory.normal_form.marks import QUANTAL
from negsim.theory.normal_form.result import Equilibrium, Solution, certify, describe
from negsim.theory.registry import solver
from negsim.theory.written import Written

RESIDUAL_TOLERANCE = 1e-9
"""Largest distance of a quantal response from its own response, as a chance."""

MAX_STEPS = 10_000
MAX_CORRECTIONS = 8
MAX_DAMPED = 20_000
FIRST_STEP = 0.1
SMALLEST_STEP = 1e-9
STRAYING = 0.015
"""Largest correction of a step, as a share of its length."""
BEND = 0.006
"""Largest change of direction over a step, as one minus the cosine."""
ARRIVED = np.inf
LOST = 0.0

LIMIT_PRECISION = 1e6
"""Precision, per payoff range, at which the branch is taken to be near its limiting point."""
PLAYED = 1e-3
"""Actions played less often than this near the limiting point are not played at it."""


@solver(
    "logit",
    finds="one",
    cost="some dozen linear systems of the size of all actions together",
    source="McKelvey and Palfrey (1995); Turocy (2005) for following the branch",
    summary="logit quantal response on the principal branch: not an equilibrium",
    approximate=True,
)
def solve_logit(game: NormalFormGame, precision: float | Sequence[float] = 50.0) -> Solution:
    """Find the logit quantal response at a precision, on the branch from the uniform profile.

    Every player plays action a with a chance proportional to exp(precision * payoff of a / range),
    where ``range`` is the largest minus the smallest payoff of that player in the whole game. The
    result is the first profile on the principal branch with that precision. It is not a Nash
    equilibrium: its regret is reported, and shrinks as the precision grows.

    Parameters
    ----------
    precision
        In units of one over the payoff range, one number or one per player; 0 is uniform play.

    Returns
    -------
    Solution
        One profile, marked "quantal response", with its ``residual``; never complete.

    Raises
    ------
    UsageError
        If a precision is negative, not finite, or there is not one per player.
    SolverError
        If the residual is not below ``RESIDUAL_TOLERANCE``.

    References
    ----------
    McKelvey and Palfrey (1995), "Quantal response equilibria for normal form games", Games and
    Economic Behavior 10, equation 7. Turocy (2005), "A dynamic homotopy interpretation of the
    logistic quantal response equilibrium correspondence", Games and Economic Behavior 51.

    Examples
    --------
    >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> solve_logit(pennies, precision=10).equilibria[0].profile[0]
    array([0.5, 0.5])
    """
    chosen = _checked_precision(precision, game)
    mixed = np.empty(sum(game.num_actions))
    residual = float(
        logit_kernel(
            np.array(game.payoffs.reshape(game.num_players, -1)),
            np.array(game.num_actions, dtype=np.int64),
            chosen / _payoff_range(game),
            mixed,
        )
    )
    shown = ", ".join(f"{value:g}" for value in np.unique(chosen))
    if not residual < RESIDUAL_TOLERANCE:
        raise SolverError(
            f'solver "logit" found no fixed point at precision {shown}: residual {residual:.1e}, '
            f"expected below {RESIDUAL_TOLERANCE:g}; a lower precision may do"
        )
    found = describe(game, _split(mixed, game.num_actions), (QUANTAL,))
    message = f"quantal response at precision {shown} per payoff range, not an equilibrium"
    return Solution(game, "logit", (found,), False, False, message, residual=residual)


@dataclass(frozen=True, slots=True, eq=False)
class LogitBranch(Written):
    """The principal branch of logit quantal responses, for plotting, and the point it leads to.

    ``precision`` (k,): per payoff range, from 0 on; where the branch turns back it falls.
    ``chances``: per player (k, num_actions). ``payoffs`` (k, n). ``residual``: the largest distance
    of a point from its own response, as a chance. ``limit``: the equilibrium that the branch leads
    to as the precision grows; None if it could not be told. ``message``: the status in words.
    """

    game: NormalFormGame
    precision: FloatArray
    chances: tuple[FloatArray, ...]
    payoffs: FloatArray
    residual: float
    limit: Equilibrium | None
    message: str
    method: str = "logit_branch"

    def to_dict(self) -> dict[str, Any]:
        """Return the branch in the words of the game, ready for JSON.

        Examples
        --------
        >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
        >>> logit_branch(pennies, precision=1.0).to_dict()["chances"]["player 1"]["2"][-1]
        0.5
        """
        game = self.game
        return {
            "method": self.method,
            "players": list(game.players),
            "precision": self.precision.tolist(),
            "chances": {
                player: dict(zip(own, chances.T.tolist(), strict=True))
                for player, own, chances in zip(
                    game.players, game.actions, self.chances, strict=True
                )
            },
            "payoffs": dict(zip(game.players, self.payoffs.T.tolist(), strict=True)),
            "residual": self.residual,
            "limit": None if self.limit is None else self.limit.to_dict(),
            "message": self.message,
        }


@solver(
    "logit_branch",
    finds="one",
    cost="some hundred linear systems of the size of all actions together",
    source="McKelvey and Palfrey (1995), theorem 3; Turocy (2005) for following the branch",
    summary="the whole branch of logit quantal responses and the equilibrium it leads to",
    returns=LogitBranch,
)
def logit_branch(game: NormalFormGame, precision: float = 100.0) -> LogitBranch:
    """Trace the principal branch from uniform play to a precision, and find where it leads.

    The points lie as densely as the branch bends, at every step that the method of ``solve_logit``
    takes. All players have the same precision, per range of their payoffs.

    Parameters
    ----------
    precision
        Where to end, in units of one over the payoff range; above 0.

    Returns
    -------
    LogitBranch
        Its limit is found by following on to ``LIMIT_PRECISION`` and solving for indifference among
        the actions still played there; the game certifies it.

    Raises
    ------
    UsageError
        If the precision is not a finite number above 0.
    SolverError
        If the branch is lost before the precision is reached, or a point is not on it.

    References
    ----------
    McKelvey and Palfrey (1995), "Quantal response equilibria for normal form games", Games and
    Economic Behavior 10, theorem 3, for the limiting point. Turocy (2005), "A dynamic homotopy
    interpretation of the logistic quantal response equilibrium correspondence", Games and Economic
    Behavior 51.

    Examples
    --------
    >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> branch = logit_branch(dilemma)
    >>> branch.chances[0][0], branch.limit.profile[0]
    (array([0.5, 0.5]), array([0., 1.]))
    """
    if np.ndim(precision) or not 0 < float(precision) < np.inf:
        raise UsageError(f"precision: expected a finite number above 0, got {precision}")
    branch = _branch_of(game)
    points = _traced(branch, float(precision))
    if points is None:
        raise SolverError(
            f"logit_branch: the branch is lost before precision {precision:g}; a lower one may do"
        )
    mixed = np.empty((len(points), points.shape[1] - 1))
    reply = np.empty(points.shape[1] - 1)
    residual = max(
        float(measure(branch, point, chances, reply))
        for point, chances in zip(points, mixed, strict=True)
    )
    if not residual < RESIDUAL_TOLERANCE:
        raise SolverError(f"logit_branch: a point is {residual:.1e} from its own response")
    limit = _limit(game, branch, float(precision))
    chances = tuple(frozen(part) for part in np.split(mixed, branch.first[1:-1], axis=1))
    payoffs = np.array([game.payoff(_split(row, game.num_actions)) for row in mixed])
    message = f"{len(points)} points of the principal branch to precision {precision:g}; " + (
        "its limiting point could not be told" if limit is None else "its limiting point found"
    )
    level = np.ascontiguousarray(points[:, -1])
    return LogitBranch(game, frozen(level), chances, frozen(payoffs), residual, limit, message)


def _branch_of(game: NormalFormGame) -> Branch:
    """Return the game as the kernels see it, at level t with precision t per payoff range."""
    shape = np.array(game.num_actions, dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(shape)]).astype(np.int64)
    flat = np.array(game.payoffs.reshape(game.num_players, -1))
    base = np.zeros(game.num_players, dtype=np.int64)
    gains = own_gains(flat, shape, base)
    return Branch(gains / _payoff_range(game)[:, None], shape, first, np.ones(game.num_players))


def _traced(branch: Branch, target: float) -> FloatArray | None:
    """Return the points of the branch up to the target; None if it is lost on the way."""
    for care in (1.0, 0.1):
        point = np.zeros(int(branch.first[-1]) + 1)
        direction = np.zeros(len(point))
        direction[-1] = 1.0
        points = _walked(branch, target, point, direction, care)
        if points is not None:
            return np.array(points)
    return None


def _walked(
    branch: Branch, target: float, point: FloatArray, direction: FloatArray, care: float
) -> list[FloatArray] | None:
    """Return the points that the branch passes from a point to the target; None if it is lost."""
    points = [point.copy()]
    if not find_direction(branch, point, direction):
        return None
    step = min(FIRST_STEP, target)
    for _ in range(MAX_STEPS):
        step = take_step(branch, target, point, direction, step, care)
        if step < SMALLEST_STEP:
            return None
        if (point != points[-1]).any():
            points.append(point.copy())
        if step == ARRIVED:
            return points
    return None


def _limit(game: NormalFormGame, branch: Branch, precision: float) -> Equilibrium | None:
    """Return the equilibrium to which the branch leads; None if it is not found."""
    far = np.zeros(int(branch.first[-1]) + 1)
    target = max(LIMIT_PRECISION, precision)
    if not (follow(branch, target, far, 1.0) or follow(branch, target, far, 0.1)):
        return None
    mixed = np.empty(len(far) - 1)
    respond(far, branch.first, mixed)
    played = mixed > PLAYED
    for _ in range(MAX_CORRECTIONS):
        mixed = np.where(played, mixed, 0.0)
        mixed = np.concatenate(_split(mixed, game.num_actions))
        found = certify(game, _split(mixed, game.num_actions))
        if found is not None:
            return found
        mixed = _more_indifferent(game, branch, mixed, played)
        if not (mixed[played] > 0).all():
            return None
    return None


def _more_indifferent(
    game: NormalFormGame, branch: Branch, mixed: FloatArray, played: BoolArray
) -> FloatArray:
    """Return the chances after a Newton step towards indifference among the actions played."""
    size = len(mixed)
    likeliest = [int(np.argmax(part)) for part in _split(mixed, game.num_actions)]
    flat = np.array(game.payoffs.reshape(game.num_players, -1))
    gains = own_gains(flat, branch.shape, np.array(likeliest)) / _payoff_range(game)[:, None]
    worth, slopes = np.empty(size), np.empty((size, size))
    weigh(branch._replace(gains=gains), mixed, worth, slopes)
    sums = np.array(
        [
            (np.arange(size) >= begin) & (np.arange(size) < end)
            for begin, end in zip(branch.first[:-1], branch.first[1:], strict=True)
        ]
    )
    system = np.vstack([slopes[played], sums])[:, played]
    miss = np.concatenate([worth[played], sums @ mixed - 1.0])
    step = np.zeros(size)
    step[played] = np.linalg.lstsq(system, miss, rcond=None)[0]
    return mixed - step


def _checked_precision(precision: float | Sequence[float], game: NormalFormGame) -> FloatArray:
    try:
        chosen = np.broadcast_to(np.asarray(precision, dtype=np.float64), (game.num_players,))
    except (TypeError, ValueError):
        raise UsageError(
            f"precision: expected one number or one for each of {game.num_players} players"
        ) from None
    if not (np.isfinite(chosen).all() and (chosen >= 0).all()):
        raise UsageError(f"precision: expected finite numbers of at least 0, got {precision}")
    return chosen


def _payoff_range(game: NormalFormGame) -> FloatArray:
    """Return each player's payoff range, 1 where all payoffs are the same."""
    flat = game.payoffs.reshape(game.num_players, -1)
    spread: FloatArray = flat.max(axis=1) - flat.min(axis=1)
    return np.where(spread > 0, spread, 1.0)


def _split(mixed: FloatArray, num_actions: tuple[int, ...]) -> Profile:
    parts = np.split(mixed, np.cumsum(num_actions)[:-1])
    return tuple(frozen(part / part.sum()) for part in parts)


class Branch(NamedTuple):
    """The game as the kernels see it.

    ``gains`` (n, A): payoff of each profile minus that of the same profile with the player's base
    action. Slots ``first[i]`` to ``first[i + 1]`` hold the actions of player i. At level t the
    precision of player i is ``t * rate[i]`` per payoff unit.
    """

    gains: FloatArray
    shape: IntArray
    first: IntArray
    rate: FloatArray


@kernel
def logit_kernel(
    payoffs: FloatArray, shape: IntArray, precision: FloatArray, mixed: FloatArray
) -> float:
    """Fill ``mixed`` with the logit quantal response on the principal branch; return the residual.

    Parameters
    ----------
    payoffs
        Shape (n, A): profiles in C order.
    shape
        Shape (n,): how many actions each player has, each at least 1.
    precision
        Shape (n,): per payoff unit.
    mixed
        Shape (sum(shape),): receives the mixed actions, player after player.

    Returns
    -------
    float
        Largest difference between ``mixed`` and the response to it, as a chance. If the branch
        cannot be followed, damped iteration goes on from where it was lost; the caller decides
        what residual it accepts.
    """
    first = np.zeros(len(shape) + 1, np.int64)
    for player in range(len(shape)):
        first[player + 1] = first[player] + shape[player]
    gains = own_gains(payoffs, shape, np.zeros(len(shape), np.int64))
    target = 0.0
    for player in range(len(shape)):
        target = max(target, precision[player] * largest(gains[player]))
    point = np.zeros(first[len(shape)] + 1)
    if target > 0.0:
        rate = np.empty(len(shape))
        for player in range(len(shape)):
            rate[player] = precision[player] / target
        branch = Branch(gains, shape, first, rate)
        if not (follow(branch, target, point, 1.0) or follow(branch, target, point, 0.1)):
            iterate(branch, target, point)
        likeliest = recentre(branch, point)
        branch = Branch(own_gains(payoffs, shape, likeliest), shape, first, branch.rate)
        return polish(branch, point, mixed)
    respond(point, first, mixed)
    return 0.0


@inlined_kernel
def logit_near(
    payoffs: FloatArray, shape: IntArray, precision: FloatArray, near: FloatArray, mixed: FloatArray
) -> bool:
    """Fill ``mixed`` with a logit quantal response found from another one by Newton's method.

    Arguments as :func:`logit_kernel`; ``near`` holds the mixed actions to begin with. False, and
    ``mixed`` is undefined, if no response to within the tolerance was found.
    """
    count = len(shape)
    first = np.zeros(count + 1, np.int64)
    for player in range(count):
        first[player + 1] = first[player] + shape[player]
    point = np.empty(first[count] + 1)
    for slot in range(first[count]):
        point[slot] = np.log(max(near[slot], SMALLEST_CHANCE))
    point[first[count]] = 1.0
    unused = Branch(payoffs, shape, first, precision)
    likeliest = recentre(unused, point)
    branch = Branch(own_gains(payoffs, shape, likeliest), shape, first, precision)
    across = np.zeros(len(point))
    across[first[count]] = 1.0
    for _ in range(MAX_ATTEMPTS):
        if correct(branch, point, across) >= 0.0:
            return measure(branch, point, mixed, np.empty(first[count])) <= RESIDUAL_TOLERANCE
    return False


MAX_ATTEMPTS = 4
"""Most times that Newton's method goes on from where its corrections ended."""

SMALLEST_CHANCE = 1e-300
"""What a chance of nought is taken for where its logarithm is asked for."""


@inner_kernel
def largest(vector: FloatArray) -> float:
    """Return the largest size of an entry."""
    found = 0.0
    for place in range(len(vector)):
        found = max(found, abs(vector[place]))
    return found


@inner_kernel
def copy(source: FloatArray, into: FloatArray) -> None:
    """Copy a vector into another."""
    for place in range(len(source)):
        into[place] = source[place]


@inner_kernel
def inner(left: FloatArray, right: FloatArray) -> float:
    """Return the inner product of two vectors."""
    total = 0.0
    for place in range(len(left)):
        total += left[place] * right[place]
    return total


@kernel
def own_gains(payoffs: FloatArray, shape: IntArray, base: IntArray) -> FloatArray:
    """Return payoffs less what the player's base action pays against the same others."""
    gains = np.empty((len(payoffs), payoffs.shape[1]))
    stride = payoffs.shape[1]
    for player in range(len(shape)):
        block = stride
        stride //= shape[player]
        for begin in range(0, payoffs.shape[1], block):
            for others in range(begin, begin + stride):
                usual = payoffs[player, others + base[player] * stride]
                for cell in range(others, begin + block, stride):
                    gains[player, cell] = payoffs[player, cell] - usual
    return gains


@inner_kernel
def recentre(branch: Branch, point: FloatArray) -> IntArray:
    """Measure log odds from each player's likeliest action, returned: what is likely is exact."""
    # Log odds and not chances are the unknowns: a chance of 1e-40 is as smooth as one of 0.5, none
    # falls below nought, and differences of payoffs are kept to full precision.
    likeliest = np.zeros(len(branch.shape), np.int64)
    for player in range(len(branch.shape)):
        begin, end = branch.first[player], branch.first[player + 1]
        for slot in range(begin, end):
            if point[slot] > point[begin + likeliest[player]]:
                likeliest[player] = slot - begin
        top = point[begin + likeliest[player]]
        for slot in range(begin, end):
            point[slot] -= top
    return likeliest


@kernel
def respond(log_odds: FloatArray, first: IntArray, mixed: FloatArray) -> None:
    """Fill ``mixed`` with the chances that have these log odds, without overflow."""
    for player in range(len(first) - 1):
        begin, end = first[player], first[player + 1]
        top = log_odds[begin]
        for slot in range(begin, end):
            top = max(top, log_odds[slot])
        total = 0.0
        for slot in range(begin, end):
            mixed[slot] = np.exp(log_odds[slot] - top)
            total += mixed[slot]
        for slot in range(begin, end):
            mixed[slot] /= total


@kernel
def weigh(branch: Branch, mixed: FloatArray, worth: FloatArray, slopes: FloatArray) -> None:
    """Fill the expected gain of each slot and its slope in the chance of each other slot."""
    count = len(branch.shape)
    for row in range(len(worth)):
        for column in range(len(worth)):
            slopes[row, column] = 0.0
    slot = np.empty(count, np.int64)
    for player in range(count):
        slot[player] = branch.first[player]
    for cell in range(branch.gains.shape[1]):
        for player in range(1, count):
            for other in range(player):
                chance = chance_of_others(mixed, slot, player, other)
                mine, theirs = slot[player], slot[other]
                slopes[mine, theirs] += branch.gains[player, cell] * chance
                slopes[theirs, mine] += branch.gains[other, cell] * chance
        advance(branch, slot)
    for player in range(count):
        other = 1 if player == 0 else 0
        for row in range(branch.first[player], branch.first[player + 1]):
            worth[row] = branch.gains[0, row] if count == 1 else 0.0
            for column in range(branch.first[other], branch.first[other + 1] if count > 1 else 0):
                worth[row] += slopes[row, column] * mixed[column]


@inner_kernel
def chance_of_others(mixed: FloatArray, slot: IntArray, player: int, other: int) -> float:
    """Return the chance of a cell's actions, those of two players left out."""
    chance = 1.0
    for third in range(len(slot)):
        if third not in (player, other):
            chance *= mixed[slot[third]]
    return chance


@inlined_kernel
def advance(branch: Branch, slot: IntArray) -> None:
    """Move to the next cell in C order, the last player's action running fastest."""
    for player in range(len(slot) - 1, -1, -1):
        slot[player] += 1
        if slot[player] < branch.first[player + 1]:
            return
        slot[player] = branch.first[player]


@inner_kernel
def linearise(branch: Branch, point: FloatArray, system: FloatArray, excess: FloatArray) -> None:
    """Fill the branch's equations at a point (log odds, level) and their derivatives.

    Equation: log odds minus level times rate times expected gain is zero, for each slot.
    """
    size = len(point) - 1
    mixed, worth, slopes = np.empty(size), np.empty(size), np.empty((size, size))
    respond(point, branch.first, mixed)
    weigh(branch, mixed, worth, slopes)
    for player in range(len(branch.shape)):
        precision = point[size] * branch.rate[player]
        for row in range(branch.first[player], branch.first[player + 1]):
            excess[row] = point[row] - precision * worth[row]
            for other in range(len(branch.shape)):
                average = 0.0
                for slot in range(branch.first[other], branch.first[other + 1]):
                    average += mixed[slot] * slopes[row, slot]
                for slot in range(branch.first[other], branch.first[other + 1]):
                    system[row, slot] = -precision * mixed[slot] * (slopes[row, slot] - average)
            system[row, row] += 1.0
            system[row, size] = -branch.rate[player] * worth[row]


@inner_kernel
def pivot_row(system: FloatArray, pivot: int) -> int:
    """Return the row from the pivot on with the largest entry in the pivot's column."""
    best = pivot
    for row in range(pivot + 1, len(system)):
        if abs(system[row, pivot]) > abs(system[best, pivot]):
            best = row
    return best


@inner_kernel
def eliminate(system: FloatArray, right: FloatArray) -> bool:
    """Solve a linear system in place by Gaussian elimination; False if it is singular."""
    size = len(right)
    for pivot in range(size):
        best = pivot_row(system, pivot)
        if not abs(system[best, pivot]) > 0.0:
            return False
        if best != pivot:
            for column in range(size):
                held = system[pivot, column]
                system[pivot, column] = system[best, column]
                system[best, column] = held
            right[pivot], right[best] = right[best], right[pivot]
        for row in range(pivot + 1, size):
            factor = system[row, pivot] / system[pivot, pivot]
            if factor != 0.0:
                for column in range(pivot, size):
                    system[row, column] -= factor * system[pivot, column]
                right[row] -= factor * right[pivot]
    for row in range(size - 1, -1, -1):
        for column in range(row + 1, size):
            right[row] -= system[row, column] * right[column]
        right[row] /= system[row, row]
        if not np.isfinite(right[row]):
            return False
    return True


@kernel
def find_direction(branch: Branch, point: FloatArray, direction: FloatArray) -> bool:
    """Replace a direction by that of the branch at a point, of length 1, going the same way."""
    size = len(point)
    system, right = np.empty((size, size)), np.zeros(size)
    linearise(branch, point, system, right)
    for place in range(size):
        system[size - 1, place] = direction[place]
        right[place] = 0.0
    right[size - 1] = 1.0
    if not eliminate(system, right):
        return False
    length = np.sqrt(inner(right, right))
    for place in range(size):
        direction[place] = right[place] / length
    return True


@inner_kernel
def newton_step(branch: Branch, point: FloatArray, across: FloatArray, step: FloatArray) -> bool:
    """Fill the Newton step towards the branch at right angles to ``across``; False if singular."""
    size = len(point)
    system = np.empty((size, size))
    linearise(branch, point, system, step)
    for place in range(size):
        system[size - 1, place] = across[place]
    step[size - 1] = 0.0
    return eliminate(system, step)


@inner_kernel
def correct(branch: Branch, point: FloatArray, across: FloatArray) -> float:
    """Move a point onto the branch by Newton's method, only at right angles to ``across``.

    Returns how far it moved (largest coordinate), or -1 if it did not arrive.
    """
    start, step = np.empty(len(point)), np.empty(len(point))
    copy(point, start)
    for _ in range(MAX_CORRECTIONS):
        if not newton_step(branch, point, across, step):
            return -1.0
        for place in range(len(point)):
            point[place] -= step[place]
        if largest(step) <= 1e-9 * (1.0 + largest(point)):
            for place in range(len(point)):
                step[place] = point[place] - start[place]
            return largest(step)
    return -1.0


@kernel
def follow(branch: Branch, target: float, point: FloatArray, care: float) -> bool:
    """Follow the branch until its level first reaches the target; False if it is lost on the way.

    ``point`` is left at the target, or at the last point before the branch was lost.
    """
    direction = np.zeros(len(point))
    direction[len(point) - 1] = 1.0
    if not find_direction(branch, point, direction):
        return False
    step = min(FIRST_STEP, target)
    for _ in range(MAX_STEPS):
        step = take_step(branch, target, point, direction, step, care)
        if step == ARRIVED:
            return True
        if step < SMALLEST_STEP:
            return False
    return False


@kernel
def take_step(
    branch: Branch,
    target: float,
    point: FloatArray,
    direction: FloatArray,
    step: float,
    care: float,
) -> float:
    """Try a step along the branch; return the length to try next, ARRIVED or LOST.

    A step is taken (``point`` and ``direction`` move on) if the corrector moves little and the
    branch bends little over it, both in proportion to ``care``; otherwise the next is half as long.
    The principal branch never comes back to level zero: a level below it means that a step landed
    on another branch.
    """
    level = len(point) - 1
    onward, ahead = np.empty(len(point)), np.empty(len(point))
    for place in range(len(point)):
        ahead[place] = point[place] + step * direction[place]
        onward[place] = direction[place]
    moved = correct(branch, ahead, direction)
    good = 0.0 <= moved <= care * STRAYING * step and find_direction(branch, ahead, onward)
    good = good and 1.0 - inner(onward, direction) <= care * BEND
    if good and ahead[level] >= target:
        if arrive(branch, target, point, ahead):
            return ARRIVED
        good = False
    if good and ahead[level] < 0.0:
        return LOST
    if not good:
        return step / 2.0
    copy(ahead, point)
    copy(onward, direction)
    return min(step * (2.0 if moved <= 0.2 * care * STRAYING * step else 1.2), target)


@inner_kernel
def arrive(branch: Branch, target: float, point: FloatArray, ahead: FloatArray) -> bool:
    """Move ``point`` to the target level between two points of the branch; False if that fails."""
    level = len(point) - 1
    guess, across = np.empty(len(point)), np.zeros(len(point))
    share = (target - point[level]) / (ahead[level] - point[level])
    room = 0.0
    for place in range(len(point)):
        span = ahead[place] - point[place]
        guess[place] = point[place] + share * span
        room = max(room, abs(span))
    guess[level] = target
    across[level] = 1.0
    moved = correct(branch, guess, across)
    if not 0.0 <= moved <= room:
        return False
    copy(guess, point)
    return True


@kernel
def measure(branch: Branch, point: FloatArray, mixed: FloatArray, reply: FloatArray) -> float:
    """Fill the chances at a point and the log odds of the response to them; return the residual."""
    size = len(point) - 1
    worth, slopes, response = np.empty(size), np.empty((size, size)), np.empty(size)
    respond(point, branch.first, mixed)
    weigh(branch, mixed, worth, slopes)
    for player in range(len(branch.shape)):
        for slot in range(branch.first[player], branch.first[player + 1]):
            reply[slot] = point[size] * branch.rate[player] * worth[slot]
    respond(reply, branch.first, response)
    for slot in range(size):
        response[slot] -= mixed[slot]
    return largest(response)


@kernel
def iterate(branch: Branch, target: float, point: FloatArray) -> None:
    """Move the log odds part of the way to those of the response, less if that made it worse."""
    size = len(point) - 1
    point[size] = target
    mixed, reply = np.empty(size), np.empty(size)
    share, last = 0.5, np.inf
    for _ in range(MAX_DAMPED):
        residual = measure(branch, point, mixed, reply)
        if residual <= 1e-3 * RESIDUAL_TOLERANCE:
            return
        share = max(share / 2.0, 1e-4) if residual > last else min(share * 1.01, 0.5)
        last = residual
        for slot in range(size):
            point[slot] += share * (reply[slot] - point[slot])


@inlined_kernel
def polish(branch: Branch, point: FloatArray, mixed: FloatArray) -> float:
    """Fill the chances at a point after Newton steps at its level that lower the residual."""
    size = len(point) - 1
    across, step = np.zeros(size + 1), np.empty(size + 1)
    reply, tried = np.empty(size), np.empty(size)
    across[size] = 1.0
    residual = measure(branch, point, mixed, reply)
    for _ in range(MAX_CORRECTIONS):
        if not newton_step(branch, point, across, step):
            break
        for place in range(size + 1):
            point[place] -= step[place]
        improved = measure(branch, point, tried, reply)
        if not improved < residual:
            break
        copy(tried, mixed)
        residual = improved
    return residual
