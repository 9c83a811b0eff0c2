"""One sequential equilibrium of a tree of any number of players, mixed ones included.

At each information set an agent of the mover plays better actions more often: the log odds of two
actions are the precision times how much more one is worth, given that the set is reached. From
uniform play at precision 0 a path of such responses leads on as the precision grows. Its limit is
a sequential equilibrium (McKelvey and Palfrey 1998, theorem 4). Chances are held as logarithms, so
that beliefs are told at sets that are all but never reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.theory.registry import refusal, solver
from negsim.theory.trees.game import Chance, End, ExtensiveGame, Move
from negsim.theory.trees.result import TreeEquilibrium, TreeSolution, certify_behaviour
from negsim.theory.trees.sequences import sequence_form
from negsim.theory.trees.sequential import SEQUENTIAL, beyond_belief, find_beliefs

MOST_ENTRIES = 2_000_000
"""A tree with more (ends times actions of all information sets) is refused."""

MOST_ASSESSED = 500
"""In trees of up to so many nodes beliefs are searched that prove the limit to be sequential."""

TARGETS = (1e3, 1e4, 1e6, 1e8, 1e10)
"""Precisions, per range of a player's payoffs, at which it is tried whether the limit is told."""

MAX_STEPS = 3_000
MAX_CORRECTIONS = 8
MAX_POLISHING = 20
FIRST_STEP = 0.1
SMALLEST_STEP = 1e-9
ACCURACY = 1e-10
BEND = 0.9
"""Least cosine between the directions of the path at the two ends of a step."""
NEAR = 0.02
"""An equilibrium further than this from the path, as a chance, is not its limit."""


def unfit(game: ExtensiveGame) -> str:
    """Return why a tree is not for the solver, or nothing."""
    if fault := game.recall_fault():
        return f"takes players who forget nothing: {fault}"
    ends = sum(isinstance(node, End) for node in game.nodes)
    actions = sum(len(one.actions) for one in game.information_sets)
    if ends * actions <= MOST_ENTRIES:
        return ""
    return f"takes trees of at most {MOST_ENTRIES:,} ends times actions, got {ends} x {actions}"


@solver(
    "agent_logit",
    finds="one",
    cost="some hundred linear systems of the size of the actions of all information sets",
    source="McKelvey and Palfrey (1998); Turocy (2010) for following the path",
    summary="one equilibrium of a tree, mixed or not: the limit of its agents' logit responses",
    takes=ExtensiveGame,
    returns=TreeSolution,
    unfit=unfit,
)
def solve_agent_logit(game: ExtensiveGame) -> TreeSolution:
    """Find the equilibrium to which the agents' logit responses lead as their precision grows.

    Returns
    -------
    TreeSolution
        One equilibrium; never complete. It is marked "sequential", with its beliefs, if consistent
        beliefs are found under which every move is a best one: tried in trees of up to
        ``MOST_ASSESSED`` nodes.

    Raises
    ------
    SolverError
        If a player forgets something, the tree is too large, the path is lost, or its limit cannot
        be told.

    References
    ----------
    McKelvey and Palfrey (1998), "Quantal response equilibria for extensive form games",
    Experimental Economics 1, theorem 4. Turocy (2010), "Computing sequential equilibria using agent
    quantal response equilibria", Economic Theory 42.

    Examples
    --------
    >>> from negsim.theory.trees.game import Turn
    >>> def reply(one, two):
    ...     return Turn("even", {"heads": one, "tails": two}, information="unseen")
    >>> tree = Turn("odd", {"heads": reply((-1, 1), (1, -1)), "tails": reply((1, -1), (-1, 1))})
    >>> solution = solve_agent_logit(ExtensiveGame.from_tree(["odd", "even"], tree))
    >>> solution.equilibria[0].behaviour
    ((0.5, 0.5), (0.5, 0.5))
    """
    if why := unfit(game):
        raise refusal("agent_logit", game, why)
    found = _followed(game, agents_of(game)) if game.information_sets else _alone(game)
    message = "the equilibrium to which the agents' logit responses lead, not known to be the only"
    return TreeSolution(game, "agent_logit", (_assessed(game, found),), False, f"{message} one")


@dataclass(frozen=True, slots=True, eq=False)
class Agents:
    """A tree as its agents see it: one slot for each action of each information set.

    ``passes`` (ends, slots): 1 where the way to an end takes the action; ``odds`` (ends,): the
    logarithm of the chance of the lotteries on the way; ``pays`` (ends, slots): payoff of the mover
    of a slot, in units of the range of its payoffs; the slots of set h are ``first[h]`` to
    ``first[h + 1]``.
    """

    passes: FloatArray
    odds: FloatArray
    pays: FloatArray
    first: IntArray

    @property
    def bases(self) -> IntArray:
        """Return for each slot the first slot of its information set."""
        return np.repeat(self.first[:-1], np.diff(self.first))

    def worth(self, logs: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what each action is worth where it is taken, and its slopes in all logarithms."""
        ways = np.where(self.passes > 0, (self.odds + self.passes @ logs)[:, None], -np.inf)
        weights = np.exp(ways - ways.max(axis=0))
        weights /= weights.sum(axis=0)
        worth = (weights * self.pays).sum(axis=0)
        slopes: FloatArray = (weights * (self.pays - worth)).T @ self.passes
        return worth, slopes

    def linearised(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return by how much logit responses are missed, and the derivatives, (slots, slots + 1).

        A point is the logarithms of all chances and the precision. The first slot of a set stands
        for the sum of its chances.
        """
        logs, precision = point[:-1], point[-1]
        worth, slopes = self.worth(logs)
        bases, size = self.bases, len(logs)
        sums = bases == np.arange(size)
        miss = logs - logs[bases] - precision * (worth - worth[bases])
        system = np.zeros((size, size + 1))
        system[:, :size] = np.eye(size) - np.eye(size)[bases] - precision * (slopes - slopes[bases])
        system[:, size] = worth[bases] - worth
        chances = np.exp(logs)
        belongs = bases[sums][:, None] == bases
        miss[sums] = belongs @ chances - 1.0
        system[sums, :size], system[sums, size] = belongs * chances, 0.0
        return miss, system


def agents_of(game: ExtensiveGame) -> Agents:
    """Return a tree as its agents see it; branches of chance 0 are left out."""
    sizes = [len(one.actions) for one in game.information_sets]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    movers = np.repeat([one.player for one in game.information_sets], sizes)
    ways, odds, ends = [], [], []
    for index, node in enumerate(game.nodes):
        if isinstance(node, End):
            way, chance = _way(game, index, first)
            if chance > 0:
                ways.append(way)
                odds.append(np.log(chance))
                ends.append([float(payoff) for payoff in node.payoffs])
    passes, payoffs = np.zeros((len(ways), int(first[-1]))), np.array(ends)
    for row, way in zip(passes, ways, strict=True):
        row[way] = 1.0
    ranges = np.ptp(payoffs, axis=0)
    scaled = (payoffs - payoffs.min(axis=0)) / np.where(ranges > 0, ranges, 1.0)
    return Agents(passes, np.array(odds), scaled[:, movers], first)


def _way(game: ExtensiveGame, end: int, first: IntArray) -> tuple[list[int], float]:
    """Return the slots of the actions that lead to an end, and the chance of the lotteries."""
    slots, chance = [], 1.0
    way = [end]
    while game.parents[way[-1]] >= 0:
        way.append(game.parents[way[-1]])
    for child, parent in pairwise(way):
        node, branch = game.nodes[parent], game.children[parent].index(child)
        if isinstance(node, Chance):
            chance *= float(node.chances[branch])
        elif isinstance(node, Move):
            slots.append(int(first[node.information]) + branch)
    return slots, chance


def _followed(game: ExtensiveGame, agents: Agents) -> TreeEquilibrium:
    """Follow the path until its limit can be told."""
    sizes = np.diff(agents.first)
    point = np.append(-np.log(np.repeat(sizes, sizes)), 0.0)
    direction = _direction(agents, point, np.append(np.zeros(len(point) - 1), 1.0))
    step, waiting = FIRST_STEP, list(TARGETS)
    for _ in range(MAX_STEPS):
        ahead = _corrected(agents, point + step * direction, direction)
        turned = None if ahead is None else _direction(agents, ahead, direction)
        if ahead is None or turned is None or turned @ direction < BEND:
            step /= 2.0
            if step < SMALLEST_STEP:
                break
            continue
        point, direction, step = ahead, turned, 1.5 * step
        if point[-1] >= waiting[0]:
            found = _told(game, agents, point)
            if found is not None:
                return found
            waiting = [target for target in waiting if target > point[-1]]
            if not waiting:
                raise refusal("agent_logit", game, "cannot tell the limit of the agents' path")
    raise refusal("agent_logit", game, f"lost the agents' path at precision {point[-1]:.6g}")


def _alone(game: ExtensiveGame) -> TreeEquilibrium:
    """Return the equilibrium of a tree in which nobody moves."""
    found = certify_behaviour(sequence_form(game), ())
    assert found is not None, "where nobody moves nobody gains"
    return found


def _direction(agents: Agents, point: FloatArray, last: FloatArray) -> FloatArray:
    """Return the direction of the path at a point, the same way as the last one."""
    system = np.vstack([agents.linearised(point)[1], last])
    right = np.append(np.zeros(len(point) - 1), 1.0)
    found: FloatArray = np.linalg.lstsq(system, right, rcond=None)[0]
    return found / np.linalg.norm(found)


def _corrected(agents: Agents, point: FloatArray, across: FloatArray) -> FloatArray | None:
    """Return the point of the path at right angles to a direction; None if it is not found."""
    for _ in range(MAX_CORRECTIONS):
        miss, derivative = agents.linearised(point)
        try:
            step = np.linalg.solve(np.vstack([derivative, across]), np.append(miss, 0.0))
        except np.linalg.LinAlgError:
            return None
        point = point - step
        if not np.isfinite(point).all() or point[:-1].max() > 1.0:
            return None
        if np.abs(step).max() <= ACCURACY * (1.0 + np.abs(point).max()):
            return point
    return None


def _told(game: ExtensiveGame, agents: Agents, point: FloatArray) -> TreeEquilibrium | None:
    """Return the equilibrium near a point of the path, if it can be told."""
    logs = point[:-1]
    played = np.exp(logs) > point[-1] ** -0.75
    chances = np.where(played, np.exp(_polished(agents, logs, played)), 0.0)
    parts = [part / part.sum() for part in np.split(chances, agents.first[1:-1])]
    if not np.abs(np.concatenate(parts) - np.exp(logs)).max() <= NEAR:
        return None
    behaviour = tuple(tuple(part.tolist()) for part in parts)
    return certify_behaviour(sequence_form(game), behaviour)


def _polished(agents: Agents, logs: FloatArray, played: BoolArray) -> FloatArray:
    """Return logarithms near some that make the actions played equally good; others stay.

    Newton's method with the shortest step, so that a continuum of such points does not matter.
    """
    slots = np.flatnonzero(played)
    kept = logs.copy()
    _, firsts, owner = np.unique(agents.bases[slots], return_index=True, return_inverse=True)
    base = slots[firsts][owner]
    sums = slots == base
    for _ in range(MAX_POLISHING):
        worth, slopes = agents.worth(kept)
        miss = worth[slots] - worth[base]
        system = (slopes[slots] - slopes[base])[:, slots]
        belongs = base[sums][:, None] == base
        chances = np.exp(kept[slots])
        miss[sums], system[sums] = belongs @ chances - 1.0, belongs * chances
        step = np.linalg.lstsq(system, miss, rcond=1e-11)[0]
        if not np.isfinite(step).all() or np.abs(step).max() > 1.0:
            break
        kept[slots] -= step
        if np.abs(step).max() <= 1e-15:
            break
    return kept


def _assessed(game: ExtensiveGame, found: TreeEquilibrium) -> TreeEquilibrium:
    """Return an equilibrium with consistent beliefs, if it can be proved to be sequential."""
    if len(game.nodes) > MOST_ASSESSED or beyond_belief(game):
        return found
    beliefs = find_beliefs(game, found.behaviour).beliefs
    if beliefs is None:
        return found
    form = sequence_form(game)
    return certify_behaviour(form, found.behaviour, (SEQUENTIAL,), beliefs) or found
