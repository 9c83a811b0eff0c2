"""Every payoff pair that a repeated two-party game can sustain, as a convex polygon.

The outer set starts as all feasible payoffs and is cut until nothing changes. A round's profile
contributes at most four points: what it pays, if that is incentive enough, or else the corners of
the promises that just are. Payoffs are first brought to [0, 1], player by player, so that neither
units nor offsets matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.arrays import (
    TIE_TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    frozen,
    inlined_kernel,
    inner_kernel,
    kernel,
)
from negsim.errors import UsageError
from negsim.theory.registry import refusal, solver
from negsim.theory.repeated.game import RepeatedGame
from negsim.theory.written import Written

SETTLED_CHANGE = 1e-12
"""A set that still changes by this, relative to the payoffs and to impatience, is iterated on."""

ACCEPTED_CHANGE = 1e-9
"""The same where rounding does not let the change become smaller; more is never accepted."""

ROUNDING_CHANGE = 1e-15
"""A change below this, relative to the payoffs, may be rounding."""

SAME_PLACE = 1e-10
"""Corners closer than this to the edge without them, relative to the payoffs, are no corners."""


@dataclass(frozen=True, slots=True, eq=False)
class PayoffSet(Written):
    """The payoff pairs of all subgame-perfect equilibria in pure actions, with a public lottery.

    ``vertices``: shape (num_vertices, 2), counterclockwise, in payoff units a round; none if there
    is no such equilibrium, one for a point, two for a segment. ``threats``: the worst equilibrium
    payoff of each player, NaN if there is none. ``minmax``: what each can secure. ``residual``: by
    how much the last step changed the set, relative to the range of payoffs. ``complete``: the
    iteration has settled; if it has not, the set is an outer bound.
    """

    game: RepeatedGame
    vertices: FloatArray
    threats: FloatArray
    minmax: FloatArray
    iterations: int
    residual: float
    complete: bool
    message: str

    @property
    def kind(self) -> str:
        """Return "empty", "point", "segment" or "polygon"."""
        return ("empty", "point", "segment", "polygon")[min(len(self.vertices), 3)]

    def to_dict(self) -> dict[str, Any]:
        """Return the set in the words of the game, ready for JSON."""
        players = self.game.players
        threats = [None if np.isnan(threat) else float(threat) for threat in self.threats]
        return {
            "players": list(players),
            "discount": self.game.common_discount,
            "kind": self.kind,
            "vertices": self.vertices.tolist(),
            "threats": dict(zip(players, threats, strict=True)),
            "minmax": dict(zip(players, self.minmax.tolist(), strict=True)),
            "iterations": self.iterations,
            "residual": self.residual,
            "complete": self.complete,
            "message": self.message,
        }


def unfit(game: RepeatedGame) -> str:
    """Return why a repeated game is not one in which all is seen, or nothing."""
    if game.monitoring.perfect:
        return ""
    return "takes perfect monitoring and this game has false alarms or violations unseen"


@solver(
    "payoff_set",
    finds="all",
    min_players=2,
    max_players=2,
    cost="profiles x vertices an iteration; iterations grow as 1 / (1 - discount) at worst",
    source="Abreu and Sannikov (2014), section 4",
    summary="payoffs of all subgame-perfect equilibria in pure actions with a public lottery",
    takes=RepeatedGame,
    unfit=unfit,
)
def payoff_set(game: RepeatedGame, max_iterations: int = 1_000_000) -> PayoffSet:
    """Find all payoff pairs that subgame-perfect equilibria of a two-party repeated game sustain.

    Players choose pure actions, see everything, share one discount, and may condition on a public
    lottery each round. The set is exact up to rounding: each step applies the operator R to a
    convex polygon, and threats rise to what any profile still alive can enforce. It has settled
    when a step changes it by less than ``SETTLED_CHANGE`` times (1 - discount), relative to the
    range of payoffs, and no less than ``ROUNDING_CHANGE``. Incentives that fail by no more than a
    tie count as met: at its critical discount a profile is sustained.

    Parameters
    ----------
    game
        Two players, one discount for both, perfect monitoring.
    max_iterations
        Where to stop if the set has not settled; the result then says that it is an outer bound.
        Most sets settle in tens of steps at any discount, a few need some 20 / (1 - discount).

    Returns
    -------
    PayoffSet
        Empty, a point, a segment or a polygon; it does not depend on units, offsets or the order
        of players and actions.

    Raises
    ------
    SolverError
        If monitoring is imperfect.
    GameError
        If the players' discounts differ.
    UsageError
        If ``max_iterations`` is not positive.

    References
    ----------
    Abreu, Pearce and Stacchetti (1990), "Toward a theory of discounted repeated games with
    imperfect monitoring", Econometrica 58(5). Abreu and Sannikov (2014), "An algorithm for
    two-player repeated games with perfect monitoring", Theoretical Economics 9(2).

    Examples
    --------
    >>> from negsim.theory.normal_form.game import NormalFormGame
    >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [4, 1]], [[3, 4], [0, 1]])
    >>> payoff_set(RepeatedGame(dilemma, 0.5)).vertices.round(3)
    array([[1.   , 1.   ],
           [3.667, 1.   ],
           [3.   , 3.   ],
           [1.   , 3.667]])
    >>> payoff_set(RepeatedGame(dilemma, 0.2)).kind
    'point'
    """
    if why := unfit(game):
        raise refusal("payoff_set", game, why)
    if max_iterations < 1:
        raise UsageError(f"max_iterations: expected at least 1, got {max_iterations}")
    discount = np.array([game.common_discount])
    found = settle(game.stage.payoffs[None], discount, max_iterations)
    vertices, count = found.vertices[0], int(found.counts[0])
    complete = bool(found.residual[0] <= settled_change(discount)[0])
    low, span = _low_and_span(game.stage.payoffs[None])
    corners = np.maximum(low[0] + span[0] * _corners(vertices[:count]), game.minmax) + 0.0
    threats = corners.min(axis=0) if len(corners) else np.full(2, np.nan)
    return PayoffSet(
        game,
        frozen(corners),
        frozen(threats),
        frozen(game.minmax),
        int(found.iterations[0]),
        float(found.residual[0]),
        complete,
        _message(len(corners), int(found.iterations[0]), complete),
    )


def settled_change(discount: FloatArray) -> FloatArray:
    """Return the change up to which a set has settled, relative to the range of payoffs.

    What is still to come is about the change over (1 - discount), so the change must be small
    against that, as far as rounding allows.

    >>> settled_change(np.array([0.5, 0.9999]))
    array([5.e-13, 1.e-15])
    """
    least = np.minimum(ROUNDING_CHANGE, ACCEPTED_CHANGE * (1 - discount))
    return np.maximum(SETTLED_CHANGE * (1 - discount), least)


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """A batch of sets where the iteration stopped, payoffs brought to [0, 1] player by player.

    ``vertices``: (batch, capacity, 2), the first ``counts`` of them; the rest has no meaning.
    """

    vertices: FloatArray
    counts: IntArray
    iterations: IntArray
    residual: FloatArray


def settle(payoffs: FloatArray, discount: FloatArray, max_iterations: int) -> Settled:
    """Iterate a batch of two-player games; see ``payoff_set``.

    Parameters
    ----------
    payoffs
        Shape (batch, 2, rows, columns).
    discount
        Shape (batch,), from 0 to below 1.
    max_iterations
        For each game.

    Returns
    -------
    Settled

    Examples
    --------
    >>> dilemma = np.array([[[3.0, 0], [5, 1]], [[3, 5], [0, 1]]])
    >>> settle(np.stack([dilemma, dilemma]), np.array([0.2, 0.9]), 100).counts
    array([1, 4])
    """
    low, span = _low_and_span(payoffs)
    batch, _, rows, columns = payoffs.shape
    units = (payoffs - low[:, :, None, None]) / span[:, :, None, None]
    best = np.stack(
        [
            np.broadcast_to(units[:, 0].max(axis=1, keepdims=True), units[:, 0].shape),
            np.broadcast_to(units[:, 1].max(axis=2, keepdims=True), units[:, 1].shape),
        ],
        axis=1,
    )
    size = np.abs(payoffs).max(axis=(2, 3))
    ties = np.maximum(TIE_TOLERANCE, 8 * np.finfo(float).eps * size / span).max(axis=1)
    cells = rows * columns
    vertices = np.zeros((batch, 4 * cells + 1, 2))
    counts, iterations = np.zeros(batch, np.int64), np.zeros(batch, np.int64)
    residual = np.zeros(batch)
    settle_kernel(
        np.ascontiguousarray(units.reshape(batch, 2, cells).transpose(0, 2, 1)),
        np.ascontiguousarray(best.reshape(batch, 2, cells).transpose(0, 2, 1)),
        np.ascontiguousarray(discount),
        np.ascontiguousarray(ties),
        settled_change(discount),
        max_iterations,
        vertices,
        counts,
        iterations,
        residual,
    )
    return Settled(frozen(vertices), frozen(counts), frozen(iterations), frozen(residual))


def _low_and_span(payoffs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return each player's lowest payoff and range, (batch, 2); the range 1 if all are the same."""
    low = payoffs.min(axis=(2, 3))
    span = payoffs.max(axis=(2, 3)) - low
    return low, np.where(span > 0, span, 1.0)


@kernel
def settle_kernel(
    payoffs: FloatArray,
    best: FloatArray,
    discount: FloatArray,
    ties: FloatArray,
    settled: FloatArray,
    max_iterations: int,
    vertices: FloatArray,
    counts: IntArray,
    iterations: IntArray,
    residual: FloatArray,
) -> None:
    """Fill the sets of a batch of games.

    ``payoffs`` and ``best`` are (batch, cells, 2), within [0, 1]: what a profile pays and what the
    best reply to it would; ``vertices`` is (batch, 4 * cells + 1, 2), counterclockwise, the first
    ``counts`` of them used.
    """
    cells = payoffs.shape[1]
    points, old = np.empty((4 * cells, 2)), np.empty((4 * cells + 1, 2))
    order, threats = np.empty(4 * cells, np.int64), np.empty(2)
    dead = np.empty(cells, np.bool_)
    for game in range(payoffs.shape[0]):
        new = vertices[game]
        for cell in range(cells):
            dead[cell] = False
            for player in range(2):
                points[cell, player] = payoffs[game, cell, player]
        count = hull(points, cells, order, new)
        for player in range(2):
            threats[player] = best[game, 0, player]
            for cell in range(cells):
                threats[player] = min(threats[player], best[game, cell, player])
        change = 1.0
        step = 0
        while step < max_iterations and count > 0 and change > settled[game]:
            step += 1
            for vertex in range(count):
                old[vertex, 0], old[vertex, 1] = new[vertex, 0], new[vertex, 1]
            found = generate(
                payoffs[game],
                best[game],
                discount[game],
                ties[game],
                old,
                count,
                threats,
                dead,
                points,
            )
            left = hull(points, found, order, new)
            change = raise_threats(best[game], dead, new, left, threats)
            change = max(change, shrinkage(old, count, new, left))
            count = left
        counts[game] = count
        iterations[game] = step
        residual[game] = change if count > 0 else 0.0


@inlined_kernel
def generate(
    payoffs: FloatArray,
    best: FloatArray,
    discount: float,
    tie: float,
    polygon: FloatArray,
    count: int,
    threats: FloatArray,
    dead: BoolArray,
    points: FloatArray,
) -> int:
    """Fill the points that each profile contributes; return how many, marking profiles dead."""
    found = 0
    level = np.empty(2)
    for cell in range(payoffs.shape[0]):
        if dead[cell]:
            continue
        enough = True
        possible = discount > 0.0
        for player in range(2):
            gain = best[cell, player] - payoffs[cell, player]
            stake = discount * (payoffs[cell, player] - threats[player])
            enough = enough and stake >= (1.0 - discount) * gain - tie
            possible = possible and (1.0 - discount) * gain <= 2.0 * discount
        if enough:
            points[found, 0], points[found, 1] = payoffs[cell, 0], payoffs[cell, 1]
            found += 1
            continue
        before = found
        if possible:
            for player in range(2):
                gain = best[cell, player] - payoffs[cell, player]
                level[player] = threats[player] + (1.0 - discount) / discount * gain
            for axis in range(2):
                found = binding(polygon, count, axis, level, tie, points, found)
            for point in range(before, found):
                for player in range(2):
                    flow = (1.0 - discount) * payoffs[cell, player]
                    points[point, player] = flow + discount * points[point, player]
        dead[cell] = found == before
    return found


@inlined_kernel
def binding(
    polygon: FloatArray,
    count: int,
    axis: int,
    level: FloatArray,
    tie: float,
    points: FloatArray,
    found: int,
) -> int:
    """Add the ends of the set's promises at ``level`` on one axis and no less on the other."""
    other = 1 - axis
    low, high = np.inf, -np.inf
    for vertex in range(count):
        following = vertex + 1 if vertex + 1 < count else 0
        here = polygon[vertex, axis] - level[axis]
        there = polygon[following, axis] - level[axis]
        if abs(here) <= tie:
            low, high = min(low, polygon[vertex, other]), max(high, polygon[vertex, other])
        elif here * there < 0.0 and abs(there) > tie:
            share = here / (here - there)
            cut = polygon[vertex, other]
            cut += share * (polygon[following, other] - cut)
            low, high = min(low, cut), max(high, cut)
    if high >= level[other] - tie and high >= low:
        high = max(high, level[other])
        points[found, axis], points[found, other] = level[axis], max(low, level[other])
        points[found + 1, axis], points[found + 1, other] = level[axis], high
        found += 2
    return found


@inner_kernel
def hull(points: FloatArray, count: int, order: IntArray, corners: FloatArray) -> int:
    """Fill the corners of the convex hull, counterclockwise from the lowest first payoff."""
    if count == 0:
        return 0
    sort(points, count, order)
    size = 0
    for turn in range(2):
        begin = size
        for step in range(count):
            point = order[step if turn == 0 else count - 1 - step]
            x, y = points[point, 0], points[point, 1]
            while size - begin >= 2 and not turns_left(corners, size, x, y):
                size -= 1
            if size == 0 or x != corners[size - 1, 0] or y != corners[size - 1, 1]:
                corners[size, 0], corners[size, 1] = x, y
                size += 1
        if size > begin + 1 or turn == 1:
            size -= 1  # the last corner of one chain is the first of the other
    return max(size, 1)


@inlined_kernel
def sort(points: FloatArray, count: int, order: IntArray) -> None:
    """Fill the order of points by first payoff, then by second."""
    for slot in range(count):
        order[slot] = slot
    gap = count // 2
    while gap > 0:
        for slot in range(gap, count):
            held = order[slot]
            place = slot
            while place >= gap:
                above = order[place - gap]
                if points[above, 0] < points[held, 0] or (
                    points[above, 0] == points[held, 0] and points[above, 1] <= points[held, 1]
                ):
                    break
                order[place] = above
                place -= gap
            order[place] = held
        gap //= 2


@inlined_kernel
def turns_left(corners: FloatArray, size: int, x: float, y: float) -> bool:
    """Tell whether the last two corners and a point make a left turn."""
    first_x, first_y = corners[size - 2, 0], corners[size - 2, 1]
    along = (corners[size - 1, 0] - first_x) * (y - first_y)
    across = (corners[size - 1, 1] - first_y) * (x - first_x)
    return bool(along > across)


@inlined_kernel
def raise_threats(
    best: FloatArray, dead: BoolArray, polygon: FloatArray, count: int, threats: FloatArray
) -> float:
    """Raise threats to the worst point and to the worst best reply still alive; return by how much.

    A player's worst equilibrium starts with a profile; the player could always reply best to it and
    be punished by that worst equilibrium again, so it pays no less than the best reply.
    """
    change = 0.0
    for player in range(2):
        worst = np.inf
        for vertex in range(count):
            worst = min(worst, polygon[vertex, player])
        reply = np.inf
        for cell in range(best.shape[0]):
            if not dead[cell]:
                reply = min(reply, best[cell, player])
        raised = max(worst, reply)
        if count > 0 and raised > threats[player]:
            change = max(change, raised - threats[player])
            threats[player] = raised
    return change


@inlined_kernel
def shrinkage(old: FloatArray, old_count: int, new: FloatArray, new_count: int) -> float:
    """Return how far the farthest corner of the old polygon is from the new one."""
    farthest = 0.0
    for vertex in range(old_count):
        x, y = old[vertex, 0], old[vertex, 1]
        inside = new_count > 2
        nearest = np.inf
        for begin in range(new_count):
            end = begin + 1 if begin + 1 < new_count else 0
            edge_x, edge_y = new[end, 0] - new[begin, 0], new[end, 1] - new[begin, 1]
            to_x, to_y = x - new[begin, 0], y - new[begin, 1]
            inside = inside and edge_x * to_y - edge_y * to_x >= 0.0
            length = edge_x * edge_x + edge_y * edge_y
            share = (to_x * edge_x + to_y * edge_y) / length if length > 0.0 else 0.0
            share = min(max(share, 0.0), 1.0)
            gap_x, gap_y = to_x - share * edge_x, to_y - share * edge_y
            nearest = min(nearest, np.sqrt(gap_x * gap_x + gap_y * gap_y))
        if not inside:
            farthest = max(farthest, nearest)
    return farthest


def _corners(vertices: FloatArray) -> FloatArray:
    """Return the vertices without those that rounding has added; see ``SAME_PLACE``."""
    kept = list(vertices)
    while len(kept) > 1:
        heights = [_height(kept, index) for index in range(len(kept))]
        flattest = int(np.argmin(heights))
        if heights[flattest] > SAME_PLACE:
            break
        del kept[flattest]
    return np.array(kept).reshape(-1, 2)


def _height(vertices: list[FloatArray], index: int) -> float:
    """Return how far a vertex is from the segment between its neighbours."""
    before, after = vertices[index - 1], vertices[(index + 1) % len(vertices)]
    edge, gap = after - before, vertices[index] - before
    length = float(edge @ edge)
    share = min(max(float(gap @ edge) / length, 0.0), 1.0) if length > 0 else 0.0
    return float(np.hypot(*(gap - share * edge)))


def _message(count: int, iterations: int, complete: bool) -> str:
    steps = f"{iterations} iteration{'' if iterations == 1 else 's'}"
    if not complete:
        return f"not settled after {steps}: an outer bound with {count} vertices"
    if count == 0:
        return f"no subgame-perfect equilibrium in pure actions ({steps})"
    words = {1: "one point", 2: "a segment"}
    return f"{words.get(count, f'a polygon with {count} vertices')} ({steps})"
