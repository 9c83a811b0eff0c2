"""Markov logit equilibrium: everybody plays better moves more often, in every state, for ever.

The unknowns are the log odds of all moves, the values of all states and the level, to which all
precisions are proportional. The branch that starts at uniform play at level nought is followed
through its turns: tangent predictor, Newton corrector. Log odds are eliminated state by state
before the linear system for the values is solved.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import FloatArray, IntArray, inlined_kernel, inner_kernel, kernel
from negsim.errors import SolverError, UsageError
from negsim.theory.oneshot.logit import pivot_row
from negsim.theory.registry import solver
from negsim.theory.stochastic.backward_induction import (
    PRECISION,
    PlanArrays,
    empty_arrays,
    plan_of,
    with_mixed,
)
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.horizon import check_endless, needs_endless
from negsim.theory.stochastic.plan import Plan, layout
from negsim.theory.stochastic.rounds import (
    Field,
    Slopes,
    Tree,
    add_row,
    by_node,
    differentiate,
    empty_slopes,
    field,
    one_shot_gain,
    slot_agents,
    tree,
    value_of,
)
from negsim.theory.stochastic.stage import LOGIT

METHOD = "markov_logit"
RESIDUAL_TOLERANCE = 1e-9
"""Largest distance of a logit equilibrium from its own response, as a chance."""

MAX_STEPS = 5000
MAX_CORRECTIONS = 6
FIRST_STEP = 0.1
SMALLEST_STEP = 1e-8
ARRIVED = 1e-7
"""A correction below this, by the size of the unknowns, ends Newton's method along the branch."""
STRAYING = 0.03
"""Largest first correction of a step, as a share of its length."""
BEND = 0.1
"""Largest change of direction over a step, as one minus the cosine."""
LARGEST_SYSTEM = 3000
"""Most values (players times states)."""


@solver(
    METHOD,
    finds="one",
    cost="some hundred linear systems of players x states, and as many of the moves of each state",
    source="Eibelshaeuser and Poensgen (2019), Markov quantal response equilibrium",
    summary="Markov logit equilibrium of endless talks: not an equilibrium, but smooth",
    takes=StochasticGame,
    unfit=needs_endless,
    approximate=True,
)
def markov_logit(game: StochasticGame, precision: float = PRECISION) -> Plan:
    """Find stationary logit equilibria at a precision, on the branches from uniform play.

    In every state and at every node each player makes a move with a chance proportional to
    exp(precision * worth of the move / range), its worth counting what follows for ever, where
    ``range`` is the largest less the smallest payoff of a round of that player in the whole game.

    Parameters
    ----------
    game
        Endless.
    precision
        In units of one over the payoff range; 0 is uniform play.

    Returns
    -------
    Plan
        With one round: what is played in every round. It is no equilibrium; its regret is the
        largest gain of one deviation in each state, as a share of the payoffs in play at its node.

    Raises
    ------
    UsageError
        If the precision is negative or not finite.
    SolverError
        If the game is not endless or too large, or a branch is lost before the precision.

    References
    ----------
    Eibelshaeuser and Poensgen (2019), "Markov quantal response equilibrium and a homotopy method
    for computing and selecting Markov perfect equilibria of dynamic stochastic games", section 4.
    Herings and Peeters (2004), "Stationary equilibria in stochastic games: structure, selection,
    and computation", Journal of Economic Theory 118.
    """
    if not 0 <= precision < np.inf:
        raise UsageError(f"precision: expected a finite number of at least 0, got {precision}")
    check_endless(game, METHOD)
    order = layout(game)
    found = with_mixed(empty_arrays(game, order), order)
    for point in range(game.num_points):
        fill_logit(game, point, precision, found)
    return plan_of(game, rule_at(precision), found)


def rule_at(precision: float) -> str:
    """Return in words what is played at a precision."""
    return f"Markov logit equilibrium at precision {precision:g} per payoff range"


def fill_logit(game: StochasticGame, point: int, precision: float, found: PlanArrays) -> None:
    """Fill one point's part of a plan by its Markov logit equilibrium.

    Raises
    ------
    SolverError
        If the game is too large, or the branch is lost before the precision.
    """
    branch = MarkovBranch(game, point)
    reached = branch.follow(precision)
    residual = branch.residual()
    if not reached or residual > RESIDUAL_TOLERANCE:
        raise SolverError(
            f'solver "{METHOD}" lost the branch at precision {branch.level:.3g} of {precision:g} '
            f"(residual {residual:.1e}); a lower precision may do"
        )
    shape, ground, mixed = branch.branch.tree, field(game, point), branch.mixed
    values = value_of(shape, ground, mixed)
    one_shot_gain(shape, ground, mixed, values, found.regret[point, 0])
    found.values[point, 0] = values
    found.choice[point, 0] = -1
    played = by_node(shape, mixed)
    found.mixed[point, 0, :, :, : played.shape[-1]] = played
    found.candidates[point, 0] = 1
    found.status[point, 0] = LOGIT


class BranchEquations(NamedTuple):
    """The equations of the branch.

    ``tree`` and ``field`` as in ``negsim.theory.stochastic.rounds``, payoffs in units of ``range``;
    ``agent`` and ``player`` (L,) of each slot.
    """

    tree: Tree
    field: Field
    agent: IntArray
    player: IntArray


class Room(NamedTuple):
    """Arrays that the linear systems need, made once.

    ``mixed`` (S, L); ``inverse`` (S, L, L) of each state's own system and ``excess`` (S, L) of its
    log odds; ``system`` (n S + 1, n S + 1); ``right`` (n S + 1, 2): what cancels the excess, and
    the direction of the branch. ``block``, ``turned`` and ``near`` (n, R) are for one state.
    """

    mixed: FloatArray
    inverse: FloatArray
    excess: FloatArray
    system: FloatArray
    right: FloatArray
    block: FloatArray
    turned: FloatArray
    near: FloatArray


class MarkovBranch:
    """The branch of one game, and how far along it we are."""

    def __init__(self, game: StochasticGame, point: int) -> None:
        if len(game.players) * game.num_states > LARGEST_SYSTEM:
            raise SolverError(
                f'solver "{METHOD}" needs {len(game.players)} players x {game.num_states} states '
                f"= {len(game.players) * game.num_states} values, expected at most "
                f"{LARGEST_SYSTEM}; fewer states would do"
            )
        shape, ground = tree(game), field(game, point)
        ground = ground._replace(payoffs=ground.payoffs / payoff_ranges(game, point)[:, None, None])
        agent, player = slot_agents(shape)
        self.branch = BranchEquations(shape, ground, agent, player)
        self.slopes = empty_slopes(shape, ground, METHOD)
        self.room = _room(self.branch)
        self.restart()

    def restart(self) -> None:
        """Go back to level nought."""
        branch = self.branch
        odds = np.zeros((branch.field.payoffs.shape[1], len(branch.agent)))
        mixed = np.empty_like(odds)
        respond(odds, branch.agent, mixed)
        values = value_of(branch.tree, branch.field, mixed)
        levels = np.array([0.0, 1.0, FIRST_STEP])
        self.spot = Spot(odds, values, np.zeros_like(mixed), np.zeros_like(values), levels)

    def follow(self, target: float) -> bool:
        """Follow the branch on to a level; False if it is lost, also with ten times the care."""
        if target <= self.level:
            return target == self.level
        for care in (1.0, 0.1):
            if follow_branch(self.branch, self.slopes, self.room, target, care, self.spot):
                return True
            if care == 1.0:
                self.restart()
        return False

    @property
    def level(self) -> float:
        """Return the level reached: the precision per payoff range."""
        return float(self.spot.levels[0])

    @property
    def mixed(self) -> FloatArray:
        """Return the mixed actions (S, L) here."""
        found = np.empty_like(self.spot.odds)
        respond(self.spot.odds, self.branch.agent, found)
        return found

    def residual(self) -> float:
        """Return how far play is from its own response, as a chance."""
        mixed, branch = self.mixed, self.branch
        exact = value_of(branch.tree, branch.field, mixed)
        differentiate(branch.tree, branch.field, mixed, exact, self.slopes)
        response = np.empty_like(mixed)
        respond(self.level * self.slopes.moves, branch.agent, response)
        return float(np.abs(response - mixed).max())


def payoff_ranges(game: StochasticGame, point: int) -> FloatArray:
    """Return each player's largest less its smallest payoff of a round; 1 if they are the same."""
    paid = game.payoffs[point].reshape(len(game.players), -1)
    spread = paid.max(axis=1) - paid.min(axis=1)
    return np.where(spread > 0, spread, 1.0)


def _room(branch: BranchEquations) -> Room:
    states, slots = branch.field.payoffs.shape[1], len(branch.agent)
    size = len(branch.field.payoffs) * states + 1
    return Room(
        np.empty((states, slots)),
        np.empty((states, slots, slots)),
        np.empty((states, slots)),
        np.empty((size, size)),
        np.empty((size, 2)),
        np.empty((slots, slots)),
        np.empty(slots),
        np.empty((len(branch.field.payoffs), branch.field.near.shape[1])),
    )


# ---------------------------------------------------------------- kernels


@kernel
def respond(odds: FloatArray, agent: IntArray, mixed: FloatArray) -> None:
    """Fill the chances (S, L) that have these log odds, without overflow."""
    slots = len(agent)
    for state in range(len(odds)):
        begin = 0
        while begin < slots:
            end, top = begin, odds[state, begin]
            while end < slots and agent[end] == agent[begin]:
                top = max(top, odds[state, end])
                end += 1
            total = 0.0
            for slot in range(begin, end):
                mixed[state, slot] = np.exp(odds[state, slot] - top)
                total += mixed[state, slot]
            for slot in range(begin, end):
                mixed[state, slot] /= total
            begin = end


@inner_kernel
def centre(rows: FloatArray, agent: IntArray) -> None:
    """Take from each row (L, any) the mean of its agent's rows."""
    slots = len(agent)
    begin = 0
    while begin < slots:
        end = begin
        while end < slots and agent[end] == agent[begin]:
            end += 1
        for column in range(rows.shape[1]):
            mean = 0.0
            for slot in range(begin, end):
                mean += rows[slot, column]
            mean /= end - begin
            for slot in range(begin, end):
                rows[slot, column] -= mean
        begin = end


@inner_kernel
def by_odds(slopes: FloatArray, mixed: FloatArray, agent: IntArray) -> None:
    """Turn slopes (rows, L) in chances into slopes in log odds, in place."""
    slots = len(agent)
    for row in range(len(slopes)):
        begin = 0
        while begin < slots:
            end, mean = begin, 0.0
            while end < slots and agent[end] == agent[begin]:
                mean += mixed[end] * slopes[row, end]
                end += 1
            for slot in range(begin, end):
                slopes[row, slot] = mixed[slot] * (slopes[row, slot] - mean)
            begin = end


@inner_kernel
def eliminate_many(system: FloatArray, right: FloatArray) -> bool:
    """Solve a linear system for many right sides (rows, columns) in place; False if singular."""
    size, width = right.shape
    for pivot in range(size):
        best = pivot_row(system, pivot)
        if not abs(system[best, pivot]) > 0.0:
            return False
        if best != pivot:
            swap(system, best, pivot)
            swap(right, best, pivot)
        for row in range(pivot + 1, size):
            factor = system[row, pivot] / system[pivot, pivot]
            if factor != 0.0:
                for column in range(pivot, size):
                    system[row, column] -= factor * system[pivot, column]
                for column in range(width):
                    right[row, column] -= factor * right[pivot, column]
    substitute(system, right)
    return True


@inlined_kernel
def substitute(system: FloatArray, right: FloatArray) -> None:
    """Solve an upper triangular system for many right sides in place."""
    size, width = right.shape
    for row in range(size - 1, -1, -1):
        for later in range(row + 1, size):
            factor = system[row, later]
            if factor != 0.0:
                for column in range(width):
                    right[row, column] -= factor * right[later, column]
        for column in range(width):
            right[row, column] /= system[row, row]


@inner_kernel
def swap(matrix: FloatArray, one: int, other: int) -> None:
    """Exchange two rows."""
    for column in range(matrix.shape[1]):
        held = matrix[one, column]
        matrix[one, column] = matrix[other, column]
        matrix[other, column] = held


@inlined_kernel
def reduce_state(
    branch: BranchEquations, slopes: Slopes, room: Room, state: int, odds: FloatArray, level: float
) -> bool:
    """Invert the system of one state's log odds and fill their excess; False if singular.

    The slopes of the worth of moves are centred, and those in chances are left as slopes in odds.
    """
    slots = len(branch.agent)
    inverse = room.inverse[state]
    centre(slopes.by_value[state], branch.agent)
    centre(slopes.moves[state].reshape((slots, 1)), branch.agent)
    centre(slopes.by_chance[state], branch.agent)
    by_odds(slopes.by_chance[state], room.mixed[state], branch.agent)
    by_odds(slopes.worth_by_chance[state], room.mixed[state], branch.agent)
    for slot in range(slots):
        for other in range(slots):
            room.block[slot, other] = -level * slopes.by_chance[state, slot, other]
            inverse[slot, other] = 0.0
        room.block[slot, slot] += 1.0
        inverse[slot, slot] = 1.0
        target = level * slopes.moves[state, slot]
        room.excess[state, slot] = target - odds[state, slot]
    return eliminate_many(room.block, inverse)


@kernel
def solve_system(
    branch: BranchEquations,
    slopes: Slopes,
    room: Room,
    odds: FloatArray,
    values: FloatArray,
    level: float,
    along: FloatArray,
    along_values: FloatArray,
    along_level: float,
) -> bool:
    """Solve the linear system for values and level; its last row is the direction's inner product.

    The first right side cancels the excess at right angles to the direction, the second goes
    along the branch.
    """
    # Log odds of a state depend on other states through their values alone. Each state's own block
    # is inverted and put in (a Schur complement): one system of players x states is left instead of
    # one with every slot, at a cost of (n S)^3 + S L^3 and not (n S + S L)^3.
    players, states = values.shape
    size, near = players * states, branch.field.near.shape[1]
    respond(odds, branch.agent, room.mixed)
    differentiate(branch.tree, branch.field, room.mixed, values, slopes)
    room.system[:] = 0.0
    room.right[:] = 0.0
    for state in range(states):
        if not reduce_state(branch, slopes, room, state, odds, level):
            return False
        for player in range(players):
            row = player * states + state
            room.system[row, row] += 1.0
            for place in range(near):
                column = player * states + branch.field.near[state, place]
                weight = branch.field.discount[player] * slopes.onward[state, place]
                room.system[row, column] -= weight
            room.right[row, 0] = slopes.worth[player, state] - values[player, state]
            room.system[size, row] += along_values[player, state]
            slope = slopes.worth_by_chance[state, player]
            put_in(branch, slopes, room, state, slope, level, row, 1.0)
        put_in(branch, slopes, room, state, along[state], level, size, -1.0)
    room.system[size, size] += along_level
    room.right[size, 1] = 1.0
    return eliminate_many(room.system, room.right)


@inner_kernel
def put_in(
    branch: BranchEquations,
    slopes: Slopes,
    room: Room,
    state: int,
    slope: FloatArray,
    level: float,
    row: int,
    sign: float,
) -> None:
    """Put a row's dependence on one state's log odds into terms of values, level and excess."""
    states, size = branch.field.payoffs.shape[1], len(room.right) - 1
    for slot in range(len(slope)):
        room.turned[slot] = 0.0
    for slot in range(len(slope)):
        add_row(sign * slope[slot], room.inverse[state, slot], room.turned, 0)
    room.near[:] = 0.0
    for slot in range(len(slope)):
        weight = room.turned[slot]
        own = branch.player[slot]
        add_row(weight * level, slopes.by_value[state, slot], room.near[own], 0)
        room.system[row, size] -= weight * slopes.moves[state, slot]
        room.right[row, 0] += weight * room.excess[state, slot]
    for player in range(len(room.near)):
        for place in range(branch.field.reach[state]):
            column = player * states + branch.field.near[state, place]
            room.system[row, column] -= room.near[player, place]


@kernel
def spread(
    branch: BranchEquations,
    slopes: Slopes,
    room: Room,
    side: int,
    level: float,
    odds: FloatArray,
    values: FloatArray,
) -> float:
    """Fill log odds (S, L) and values (n, S) of a right side's solution; return its level.

    Side 0 is the Newton step, of which the excess is part, side 1 the direction of the branch.
    ``level`` is that at which the system was made.
    """
    players, states = values.shape
    found = float(room.right[players * states, side])
    for player in range(players):
        for state in range(states):
            values[player, state] = room.right[player * states + state, side]
    for state in range(states):
        for slot in range(odds.shape[1]):
            total = slopes.moves[state, slot] * found
            if side == 0:
                total += room.excess[state, slot]
            for place in range(branch.field.reach[state]):
                value = values[branch.player[slot], branch.field.near[state, place]]
                total += level * slopes.by_value[state, slot, place] * value
            room.turned[slot] = total
        for slot in range(odds.shape[1]):
            odds[state, slot] = 0.0
            for other in range(odds.shape[1]):
                odds[state, slot] += room.inverse[state, slot, other] * room.turned[other]
    return found


@inner_kernel
def length(odds: FloatArray, values: FloatArray, level: float) -> float:
    """Return the Euclidean length of a vector of unknowns."""
    total = level * level
    for row in odds:
        for entry in row:
            total += entry * entry
    for row in values:
        for entry in row:
            total += entry * entry
    return float(np.sqrt(total))


@inner_kernel
def move_on(matrix: FloatArray, step: float, along: FloatArray, into: FloatArray) -> None:
    """Fill ``into`` with a matrix plus a multiple of another."""
    for row in range(matrix.shape[0]):
        for column in range(matrix.shape[1]):
            into[row, column] = matrix[row, column] + step * along[row, column]


class Spot(NamedTuple):
    """A point of the branch and its direction there; ``levels`` (3,) both levels,
    and the step to try next (for a point left behind: how far the next was).
    """

    odds: FloatArray
    values: FloatArray
    along: FloatArray
    along_values: FloatArray
    levels: FloatArray


@inner_kernel
def new_spot(like: FloatArray, values: FloatArray) -> Spot:
    """Return room for a point of the branch."""
    return Spot(
        np.zeros_like(like),
        np.zeros_like(values),
        np.zeros_like(like),
        np.zeros_like(values),
        np.zeros(3),
    )


@inner_kernel
def copy_spot(source: Spot, into: Spot) -> None:
    """Copy a point of the branch into another."""
    move_on(source.odds, 0.0, source.odds, into.odds)
    move_on(source.values, 0.0, source.values, into.values)
    move_on(source.along, 0.0, source.along, into.along)
    move_on(source.along_values, 0.0, source.along_values, into.along_values)
    for place in range(len(source.levels)):
        into.levels[place] = source.levels[place]


@inner_kernel
def correct(branch: BranchEquations, slopes: Slopes, room: Room, spot: Spot, limit: float) -> float:
    """Move a point onto the branch by Newton's method, at right angles to its direction.

    Returns the first correction's length, or -1 if it is above ``limit`` or the next do not
    shrink. The direction is replaced by the branch's.
    """
    odds_step, values_step = np.empty_like(spot.odds), np.empty_like(spot.values)
    first, last = -1.0, np.inf
    for count in range(MAX_CORRECTIONS):
        level = spot.levels[0]
        if not solve_system(
            branch,
            slopes,
            room,
            spot.odds,
            spot.values,
            level,
            spot.along,
            spot.along_values,
            spot.levels[1],
        ):
            return -1.0
        level_step = spread(branch, slopes, room, 0, level, odds_step, values_step)
        moved = length(odds_step, values_step, level_step)
        if count == 0:
            first = moved
        if not (first <= limit and moved <= 0.5 * last):
            return -1.0
        move_on(spot.odds, 1.0, odds_step, spot.odds)
        move_on(spot.values, 1.0, values_step, spot.values)
        spot.levels[0] += level_step
        if moved <= ARRIVED * (1.0 + length(spot.odds, spot.values, spot.levels[0])):
            turn(branch, slopes, room, level, spot)
            return first
        last = moved
    return -1.0


@inner_kernel
def turn(branch: BranchEquations, slopes: Slopes, room: Room, level: float, spot: Spot) -> None:
    """Replace a point's direction by the branch's, of length 1, from the system just solved."""
    found = spread(branch, slopes, room, 1, level, spot.along, spot.along_values)
    size = length(spot.along, spot.along_values, found)
    move_on(spot.along, 1.0 / size - 1.0, spot.along, spot.along)
    move_on(spot.along_values, 1.0 / size - 1.0, spot.along_values, spot.along_values)
    spot.levels[1] = found / size


@inner_kernel
def predict_matrix(
    before: FloatArray,
    before_along: FloatArray,
    now: FloatArray,
    now_along: FloatArray,
    weights: FloatArray,
    into: FloatArray,
) -> None:
    """Fill a weighted sum of two points and their directions."""
    for row in range(now.shape[0]):
        for column in range(now.shape[1]):
            into[row, column] = (
                weights[0] * before[row, column]
                + weights[1] * before_along[row, column]
                + weights[2] * now[row, column]
                + weights[3] * now_along[row, column]
            )


@inlined_kernel
def predict(before: Spot, now: Spot, step: float, ahead: Spot) -> None:
    """Fill the point a step ahead on the cubic through two points and their directions.

    Where there is no point before (its step is nought), it is on the straight line.
    """
    weights = np.zeros(4)
    past = before.levels[2]
    if past == 0.0:
        weights[2], weights[3] = 1.0, step
    else:
        u = (past + step) / past
        weights[0] = (2.0 * u - 3.0) * u * u + 1.0
        weights[1] = ((u - 2.0) * u + 1.0) * u * past
        weights[2] = 1.0 - weights[0]
        weights[3] = (u - 1.0) * u * u * past
    predict_matrix(before.odds, before.along, now.odds, now.along, weights, ahead.odds)
    predict_matrix(
        before.values, before.along_values, now.values, now.along_values, weights, ahead.values
    )
    move_on(now.along, 0.0, now.along, ahead.along)
    move_on(now.along_values, 0.0, now.along_values, ahead.along_values)
    ahead.levels[0] = (
        weights[0] * before.levels[0]
        + weights[1] * before.levels[1]
        + weights[2] * now.levels[0]
        + weights[3] * now.levels[1]
    )
    ahead.levels[1] = now.levels[1]


@inlined_kernel
def cosine(one: Spot, other: Spot) -> float:
    """Return the cosine of the angle between two directions."""
    total = one.levels[1] * other.levels[1]
    for row in range(one.along.shape[0]):
        for column in range(one.along.shape[1]):
            total += one.along[row, column] * other.along[row, column]
    for row in range(one.along_values.shape[0]):
        for column in range(one.along_values.shape[1]):
            total += one.along_values[row, column] * other.along_values[row, column]
    return float(total)


@inlined_kernel
def growth(straying: float, bend: float) -> float:
    """Return by how much to change the step after one that used these shares of what is allowed.

    The next is to use 0.3 of it: straying grows with the cube of the step, bend with its square.
    """
    factor = min((0.3 / max(straying, 1e-9)) ** (1.0 / 3.0), np.sqrt(0.3 / max(bend, 1e-9)))
    return float(min(max(factor, 0.3), 2.0))


@inner_kernel
def distance(one: Spot, other: Spot) -> float:
    """Return how far apart two points are."""
    total = (one.levels[0] - other.levels[0]) ** 2
    for row in range(one.odds.shape[0]):
        for column in range(one.odds.shape[1]):
            total += (one.odds[row, column] - other.odds[row, column]) ** 2
    for row in range(one.values.shape[0]):
        for column in range(one.values.shape[1]):
            total += (one.values[row, column] - other.values[row, column]) ** 2
    return float(np.sqrt(total))


@kernel
def follow_branch(
    branch: BranchEquations, slopes: Slopes, room: Room, target: float, care: float, now: Spot
) -> bool:
    """Follow the branch from a point to where its level first is at the target, in place.

    A step is taken if the corrector moves little, in proportion to ``care``, and the branch bends
    little over it; otherwise it is halved. The branch from level nought never comes back there: a
    level below it means that a step landed on another branch. Returns False if it is lost.
    """
    # The branch may turn back in its level, so steps go by arc length: the level is an unknown too,
    # and the last equation keeps corrections at right angles to the direction.
    before, ahead = new_spot(now.odds, now.values), new_spot(now.odds, now.values)
    if correct(branch, slopes, room, now, np.inf) < 0.0:
        return False
    for _ in range(MAX_STEPS):
        step = now.levels[2]
        predict(before, now, step, ahead)
        moved = correct(branch, slopes, room, ahead, care * STRAYING * step + ARRIVED)
        bend = 1.0 - cosine(now, ahead)
        good = moved >= 0.0 and bend <= BEND
        if good and ahead.levels[0] >= target:
            if arrive(branch, slopes, room, target, now, ahead):
                return True
            good = False
        if good and ahead.levels[0] < 0.0:
            return False
        if not good:
            now.levels[2] = step / 2.0
            if step < SMALLEST_STEP:
                return False
            continue
        now.levels[2] = distance(now, ahead)
        copy_spot(now, before)
        copy_spot(ahead, now)
        now.levels[2] = step * growth(moved / (care * STRAYING * step), bend / BEND)
    return False


@inner_kernel
def arrive(
    branch: BranchEquations, slopes: Slopes, room: Room, target: float, now: Spot, ahead: Spot
) -> bool:
    """Move a point to the target level on the way to one ahead of it; False if that fails."""
    guess = new_spot(now.odds, now.values)
    share = (target - now.levels[0]) / (ahead.levels[0] - now.levels[0])
    move_on(ahead.odds, -1.0, now.odds, guess.odds)
    move_on(now.odds, share, guess.odds, guess.odds)
    move_on(ahead.values, -1.0, now.values, guess.values)
    move_on(now.values, share, guess.values, guess.values)
    guess.levels[0] = target
    guess.levels[1] = 1.0
    guess.levels[2] = now.levels[2]
    if correct(branch, slopes, room, guess, now.levels[2]) < 0.0:
        return False
    copy_spot(guess, now)
    return True
