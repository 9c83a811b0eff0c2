"""Sequential equilibrium: what everybody does, what everybody thinks, and whether the two fit.

An *assessment* is a behaviour and, at each information set, a belief: one chance per node. It is
*rational* if nobody gains at any information set by another continuation, and *consistent* if the
beliefs are what some trembles that fade away would make of the behaviour.

Whether an assessment is consistent is decided here, not sampled. Let every action that is not
played tremble with chance c e^k for small e. Beliefs follow as e fades if and only if (1) there are
orders k >= 1 by which, in each information set, the nodes believed in have the same, smallest total
order, and (2) there are factors c by which their products are in the ratios of the beliefs. The
first is a linear programme; the second is linear in logarithms. Conversely, if either has no
solution, then by Farkas' lemma some product of ratios of chances is 1 on every path of trembles and
must differ from 1 in the limit: no trembles lead there.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, REGRET_TOLERANCE, FloatArray
from negsim.errors import GameError, ProfileError
from negsim.theory.numerics.linear import maximise
from negsim.theory.registry import refusal, solver, solvers
from negsim.theory.trees.game import Chance, End, ExtensiveGame, Move
from negsim.theory.trees.result import (
    Beliefs,
    TreeEquilibrium,
    TreeSolution,
    certify_behaviour,
    words_of,
)
from negsim.theory.trees.sequences import Behaviour, Weight, as_behaviour, sequence_form
from negsim.theory.trees.subgame import STAGES, stage_fault, subgame_perfect_behaviours

SEQUENTIAL = "sequential"
"""The mark of an equilibrium with consistent beliefs under which every move is a best one."""

MOST_NODES = 3_000
"""A larger tree is refused."""

MOST_PATTERNS = 5_000
"""Combinations of nodes believed in that are tried for one behaviour."""

MOST_SUPPORTS = 10
"""A set with more nodes, off the path, is not decided."""

RATIO_TOLERANCE = 1e-7
"""Logarithms of beliefs that miss their equations by no more fit."""

STARTS = (0.0, 1.0, -1.0)
"""Logarithms of the factors from which coupled beliefs are searched."""


@dataclass(frozen=True, slots=True)
class AssessmentVerdict:
    """Whether an assessment is a sequential equilibrium, and if not, why, in words."""

    rational: bool
    consistent: bool
    reasons: tuple[str, ...]

    @property
    def sequential(self) -> bool:
        """Tell whether it is rational and consistent."""
        return self.rational and self.consistent


@dataclass(frozen=True, slots=True)
class BeliefSupport:
    """Beliefs that make a behaviour a sequential equilibrium, or that there are none, or neither.

    ``beliefs`` is None if none were found; ``decided`` says whether that proves there are none.
    """

    beliefs: Beliefs | None
    decided: bool
    reason: str


def check_assessment(
    game: ExtensiveGame, behaviour: Iterable[Iterable[Weight]], beliefs: Iterable[Iterable[Weight]]
) -> AssessmentVerdict:
    """Tell whether a behaviour with beliefs is a sequential equilibrium.

    Parameters
    ----------
    behaviour
        One mixed action per information set.
    beliefs
        One chance per node of each information set, in the order of ``ExtensiveGame.members``.

    Raises
    ------
    ProfileError
        If either does not fit the game.
    GameError
        If a player forgets something.
    SolverError
        If the tree has more than ``MOST_NODES`` nodes, or a lottery has a branch of chance 0.

    References
    ----------
    Kreps and Wilson (1982), "Sequential equilibria", Econometrica 50: section 4, and lemma A1 for
    the orders of trembles.

    Examples
    --------
    >>> from negsim.theory.trees.game import Turn
    >>> late = Turn("B", {"fight": (0, 0), "yield": (2, 2)})
    >>> game = ExtensiveGame.from_tree(["A", "B"], Turn("A", {"out": (1, 5), "in": late}))
    >>> print(*check_assessment(game, [[1, 0], [1, 0]], [[1], [1]]).reasons)
    at "B 1" B gains 2 by another continuation
    """
    tree = _Tree(game)
    checked = as_behaviour(game, behaviour)
    held = _checked_beliefs(tree, beliefs)
    reasons = [
        f'at "{information.name}" {game.players[information.player]} gains {float(gain):.6g} '
        "by another continuation"
        for place, information in enumerate(game.information_sets)
        if (gain := tree.gain(place, checked, held[place])) > tree.limit(place)
    ]
    inconsistent = tree.inconsistency(checked, held)
    return AssessmentVerdict(
        not reasons, not inconsistent, (*reasons, *([inconsistent] if inconsistent else []))
    )


def find_beliefs(game: ExtensiveGame, behaviour: Iterable[Iterable[Weight]]) -> BeliefSupport:
    """Search consistent beliefs under which a behaviour is rational at every information set.

    Every combination of nodes that could be believed in is tried, so that "none" is a proof, unless
    beliefs at several information sets are tied to one another by the same trembles: these are
    searched from a few starts, and may stay undecided.

    Raises
    ------
    ProfileError, GameError, SolverError
        As ``check_assessment``.

    References
    ----------
    Kreps and Wilson (1982), section 4 and lemma A1. Hendon, Jacobsen and Sloth (1996), "The
    one-shot-deviation principle for sequential rationality", Games and Economic Behavior 12: under
    consistent beliefs single deviations suffice.

    Examples
    --------
    >>> from negsim.theory.trees.game import Turn
    >>> late = Turn("B", {"fight": (0, 0), "yield": (2, 2)})
    >>> game = ExtensiveGame.from_tree(["A", "B"], Turn("A", {"out": (1, 5), "in": late}))
    >>> find_beliefs(game, [[1, 0], [1, 0]]).reason
    'no belief makes what B does at "B 1" a best move'
    """
    tree = _Tree(game)
    return _BeliefSearch(tree, as_behaviour(game, behaviour)).run()


def beyond_belief(game: ExtensiveGame) -> str:
    """Return why it is not told what is believed in a tree, or nothing."""
    if len(game.nodes) > MOST_NODES:
        return f"takes trees of at most {MOST_NODES} nodes, got {len(game.nodes)}"
    if any(isinstance(node, Chance) and 0 in node.chances for node in game.nodes):
        return "takes lotteries without branches of chance 0, got one"
    return ""


def unfit(game: ExtensiveGame) -> str:
    """Return why the pure sequential equilibria of a tree cannot be listed, or nothing."""
    return beyond_belief(game) or stage_fault(game, reduced=False)


@solver(
    "sequential",
    finds="all",
    cost="subgame-perfect candidates times the nodes that could be believed in; small trees",
    source="Kreps and Wilson (1982)",
    summary="all pure sequential equilibria of a small tree, with beliefs",
    takes=ExtensiveGame,
    unfit=unfit,
    returns=TreeSolution,
)
def solve_sequential(game: ExtensiveGame, most: int = 1000) -> TreeSolution:
    """Find the sequential equilibria in pure behaviours, each with beliefs that support it.

    Parameters
    ----------
    most
        Subgame-perfect candidates that are examined; with more the answer is not complete.

    Returns
    -------
    TreeSolution
        Candidates that stay undecided are in ``dropped``, and the answer is then not complete.

    Raises
    ------
    GameError
        If a player forgets something.
    SolverError
        If the tree has more than ``MOST_NODES`` nodes, a lottery has a branch of chance 0, or a
        stage has too many plans.

    References
    ----------
    Kreps and Wilson (1982), "Sequential equilibria", Econometrica 50.

    Examples
    --------
    >>> from negsim.theory.trees.game import Turn
    >>> late = Turn("B", {"fight": (0, 0), "yield": (2, 2)})
    >>> game = ExtensiveGame.from_tree(["A", "B"], Turn("A", {"out": (1, 5), "in": late}))
    >>> solve_sequential(game).equilibria[0].to_dict()["beliefs"]
    {'A 1': {'the start': 1.0}, 'B 1': {'in': 1.0}}
    """
    tree, form = _Tree(game), sequence_form(game)
    try:
        candidates, notes = subgame_perfect_behaviours(game, most=most, reduced=False)
    except GameError as error:
        raise refusal("sequential", game, f"{STAGES} {error}") from None
    found: list[TreeEquilibrium] = []
    dropped = []
    for behaviour in candidates:
        support = _BeliefSearch(tree, behaviour).run()
        if support.beliefs is not None:
            certified = certify_behaviour(form, behaviour, (SEQUENTIAL,), support.beliefs)
            assert certified is not None, "a subgame-perfect behaviour has no regret"
            found.append(certified)
        elif not support.decided:
            dropped.append(f"{_told(game, behaviour)}: {support.reason}")
    complete = not dropped and not notes
    undecided = [f"{len(dropped)} undecided"] if dropped else []
    counted = words_of(len(found), "pure sequential ", complete) if found else _none_pure(game)
    message = "; ".join([counted, *undecided, *notes])
    return TreeSolution(game, "sequential", tuple(found), complete, message, tuple(dropped))


def _none_pure(game: ExtensiveGame) -> str:
    """Return in words that no pure one was found, and what finds a mixed one in this game."""
    finder = "agent_logit"
    pointer = f"; the solver {finder} finds one" if solvers[finder].can_solve(game) else ""
    return f"0 pure sequential equilibria; mixed ones are not looked for{pointer}"


@dataclass(frozen=True, slots=True)
class _Way:
    """What leads to a node: the chance of the lotteries, and (set, action) of every move."""

    chance: Fraction
    moves: tuple[tuple[int, int], ...]


class _Tree:
    """A game with what is asked of it again and again."""

    def __init__(self, game: ExtensiveGame) -> None:
        if beyond_belief(game):
            raise refusal("sequential", game, beyond_belief(game))
        self.game = game
        self.form = sequence_form(game)
        self.members = game.members()
        self.ways = _ways(game)
        self.spreads = [
            float(max(own) - min(own))
            for own in zip(
                *(end.payoffs for end in game.nodes if isinstance(end, End)), strict=True
            )
        ]

    def limit(self, place: int) -> float:
        """Return the largest gain at an information set that still counts as none."""
        return REGRET_TOLERANCE * self.spreads[self.game.information_sets[place].player]

    def values(self, behaviour: Behaviour, player: int) -> list[Weight]:
        """Return what a player expects from each node on."""
        values: list[Weight] = [Fraction(0)] * len(self.game.nodes)
        for index in range(len(values) - 1, -1, -1):
            node = self.game.nodes[index]
            if isinstance(node, End):
                values[index] = node.payoffs[player]
                continue
            chances = node.chances if isinstance(node, Chance) else behaviour[node.information]
            values[index] = sum(
                (
                    chance * values[child]
                    for chance, child in zip(chances, self.game.children[index], strict=True)
                ),
                Fraction(0),
            )
        return values

    def gain(self, place: int, behaviour: Behaviour, belief: Sequence[Weight]) -> Weight:
        """Return what the mover could add at an information set by any other continuation."""
        player = self.game.information_sets[place].player
        own = self.form.sequences[player]
        gains = self._below(place, behaviour, belief)
        best, planned = list(gains), list(gains)
        for information in reversed(own.first):
            here = own.at(information)
            told = [
                chance * planned[number]
                for chance, number in zip(behaviour[information], here, strict=True)
            ]
            if information == place:
                return max(best[number] for number in here) - sum(told, Fraction(0))
            best[own.parent[here[0]]] += max(best[number] for number in here)
            planned[own.parent[here[0]]] += sum(told, Fraction(0))
        raise AssertionError("an information set is its player's")

    def inconsistency(self, behaviour: Behaviour, beliefs: Beliefs) -> str:
        """Return why beliefs do not follow from fading trembles; an empty text if they do."""
        supports = [
            tuple(node for node, chance in zip(own, belief, strict=True) if _some(chance))
            for own, belief in zip(self.members, beliefs, strict=True)
        ]
        if not self.ordered(behaviour, supports):
            return "the beliefs are not consistent: no orders of trembles lead to these nodes"
        rows, right = self._ratios(behaviour, supports, beliefs)
        if len(right) and rows.shape[1]:
            solved = np.linalg.lstsq(rows, right, rcond=None)[0]
            right = right - rows @ solved
        if len(right) and np.abs(right).max() > RATIO_TOLERANCE:
            return "the beliefs are not consistent: no trembles have these ratios"
        return ""

    def ordered(self, behaviour: Behaviour, supports: Sequence[Sequence[int]]) -> bool:
        """Tell whether some orders of trembles make exactly these nodes the likeliest ones."""
        trembles = self.trembles(behaviour)
        at_least: list[FloatArray] = []
        equal: list[FloatArray] = []
        for members, believed in zip(self.members, supports, strict=True):
            first = self.orders(believed[0], trembles)
            for node in members:
                if node == believed[0]:
                    continue
                more = self.orders(node, trembles) - first
                (equal if node in believed else at_least).append(more)
        size = len(trembles)
        above = np.array(at_least, dtype=np.float64).reshape(len(at_least), size)
        same = np.array(equal, dtype=np.float64).reshape(len(equal), size)
        if not size:
            return not len(above)
        found = maximise(
            -np.ones(size), (above, 1.0 - above.sum(axis=1)), (same, -same.sum(axis=1))
        )
        return found is not None

    def trembles(self, behaviour: Behaviour) -> dict[tuple[int, int], int]:
        """Return a number for each action that is not played."""
        idle = [
            (place, action)
            for place, mixed in enumerate(behaviour)
            for action, chance in enumerate(mixed)
            if not _some(chance)
        ]
        return {move: number for number, move in enumerate(idle)}

    def orders(self, node: int, trembles: dict[tuple[int, int], int]) -> FloatArray:
        """Return which trembles lead to a node."""
        row = np.zeros(len(trembles))
        for move in self.ways[node].moves:
            if move in trembles:
                row[trembles[move]] += 1
        return row

    def logarithm(self, node: int, behaviour: Behaviour) -> float:
        """Return the logarithm of the chances on the way to a node, trembles left out."""
        way = self.ways[node]
        played = [float(behaviour[place][action]) for place, action in way.moves]
        return math.log(way.chance) + sum(math.log(one) for one in played if _some(one))

    def _ratios(
        self, behaviour: Behaviour, supports: Sequence[Sequence[int]], beliefs: Beliefs
    ) -> tuple[FloatArray, FloatArray]:
        """Return the equations that logarithms of the factors of trembles must solve."""
        trembles = self.trembles(behaviour)
        rows, right = [], []
        for members, believed, belief in zip(self.members, supports, beliefs, strict=True):
            chances = dict(zip(members, belief, strict=True))
            first = believed[0]
            for node in believed[1:]:
                rows.append(self.orders(node, trembles) - self.orders(first, trembles))
                told = math.log(float(chances[node])) - math.log(float(chances[first]))
                known = self.logarithm(node, behaviour) - self.logarithm(first, behaviour)
                right.append(told - known)
        return np.array(rows).reshape(len(rows), len(trembles)), np.array(right)

    def _below(self, place: int, behaviour: Behaviour, belief: Sequence[Weight]) -> list[Weight]:
        """Return what each own sequence adds from an information set on, given the belief."""
        player = self.game.information_sets[place].player
        own = self.form.sequences[player]
        gains: list[Weight] = [Fraction(0)] * len(own.parent)
        waiting = [
            (node, weight, own.parent[own.first[place]])
            for node, weight in zip(self.members[place], belief, strict=True)
            if weight
        ]
        while waiting:
            index, weight, number = waiting.pop()
            node = self.game.nodes[index]
            if isinstance(node, End):
                gains[number] += weight * node.payoffs[player]
                continue
            mine = isinstance(node, Move) and node.information in own.first
            for action, child in enumerate(self.game.children[index]):
                if mine and isinstance(node, Move):
                    waiting.append((child, weight, own.first[node.information] + action))
                    continue
                chances = node.chances if isinstance(node, Chance) else behaviour[node.information]
                if chances[action]:
                    waiting.append((child, weight * chances[action], number))
        return gains


class _BeliefSearch:
    """The search for beliefs that support one behaviour."""

    def __init__(self, tree: _Tree, behaviour: Behaviour) -> None:
        self.tree = tree
        self.behaviour = behaviour
        self.trembles = tree.trembles(behaviour)
        self.losses = [self._losses(place) for place in range(len(tree.members))]

    def run(self) -> BeliefSupport:
        """Try every combination of nodes that could be believed in."""
        choices: list[list[tuple[int, ...]]] = []
        for place, information in enumerate(self.tree.game.information_sets):
            own = self._supports(place)
            if own is None:
                return BeliefSupport(
                    None, False, f'"{information.name}" has too many nodes off the path'
                )
            if not own:
                player = self.tree.game.players[information.player]
                reason = f'no belief makes what {player} does at "{information.name}" a best move'
                return BeliefSupport(None, True, reason)
            choices.append(own)
        undecided = False
        for tried, supports in enumerate(itertools.product(*choices)):
            if tried >= MOST_PATTERNS:
                return BeliefSupport(None, False, f"more than {MOST_PATTERNS} patterns of beliefs")
            if not self.tree.ordered(self.behaviour, supports):
                continue
            for beliefs in self._candidates(supports):
                if self._holds(beliefs):
                    return BeliefSupport(beliefs, True, "consistent beliefs support it")
            undecided = True
        reason = "beliefs that one tremble ties together were not found" if undecided else ""
        return BeliefSupport(
            None, not undecided, reason or "no consistent beliefs make every move a best one"
        )

    def _losses(self, place: int) -> FloatArray:
        """Return what each action (row) adds at each node (column) to what is played there."""
        information = self.tree.game.information_sets[place]
        values = self.tree.values(self.behaviour, information.player)
        members = self.tree.members[place]
        rows = [
            [
                float(values[self.tree.game.children[node][action]] - values[node])
                for node in members
            ]
            for action in range(len(information.actions))
        ]
        return np.array(rows)

    def _supports(self, place: int) -> list[tuple[int, ...]] | None:
        """Return sets of nodes that could be believed in; None if they are too many to try."""
        members = self.tree.members[place]
        reached = tuple(node for node in members if not self._order(node))
        if reached:
            return [reached] if self._best_belief(place, reached) is not None else []
        if len(members) > MOST_SUPPORTS:
            return None
        sizes = range(1, len(members) + 1)
        every = itertools.chain.from_iterable(itertools.combinations(members, n) for n in sizes)
        return [own for own in every if self._best_belief(place, own) is not None]

    def _order(self, node: int) -> bool:
        return bool(self.tree.orders(node, self.trembles).any())

    def _best_belief(self, place: int, believed: tuple[int, ...]) -> list[float] | None:
        """Return a belief in these nodes under which what is played is best; None if none is.

        On the path it is Bayes' rule; off it the smallest chance is made as large as possible.
        """
        members = self.tree.members[place]
        columns = [members.index(node) for node in believed]
        losses = self.losses[place][:, columns]
        limit = self.tree.limit(place)
        if not self._order(believed[0]) or len(believed) == 1:
            logs = np.array([self.tree.logarithm(node, self.behaviour) for node in believed])
            chances = np.exp(logs - logs.max())
            chances /= chances.sum()
            fits = bool((losses @ chances <= limit).all())
        else:
            found = _even_belief(losses, limit)
            fits = found is not None and float(found.min()) > CHANCE_TOLERANCE
            chances = found if found is not None else np.zeros(len(believed))
        if not fits:
            return None
        whole = np.zeros(len(members))
        whole[columns] = chances
        return whole.tolist()

    def _candidates(self, supports: Sequence[tuple[int, ...]]) -> Iterator[Beliefs]:
        """Yield beliefs: chosen set by set, then all together from their common trembles."""
        found = [self._best_belief(place, own) for place, own in enumerate(supports)]
        yield tuple(tuple(belief) for belief in found if belief is not None)
        if not self.trembles:
            return
        for start in STARTS:
            yield self._coupled(supports, start)

    def _coupled(self, supports: Sequence[tuple[int, ...]], start: float) -> Beliefs:
        """Return the beliefs of the factors of trembles under which moves lose least."""
        from scipy.optimize import minimize

        def worst(factors: FloatArray) -> float:
            beliefs = self._made(supports, factors)
            total = 0.0
            for losses, belief in zip(self.losses, beliefs, strict=True):
                total += float((np.maximum(losses @ np.array(belief), 0.0) ** 2).sum())
            return total

        point = np.linspace(start, 0.5 * start, len(self.trembles))
        answer = minimize(worst, point, method="Nelder-Mead", options={"maxiter": 2000})
        return self._made(supports, np.asarray(answer.x, dtype=np.float64))

    def _made(self, supports: Sequence[tuple[int, ...]], factors: FloatArray) -> Beliefs:
        """Return the beliefs in these nodes that follow from logarithms of factors."""
        made = []
        for members, believed in zip(self.tree.members, supports, strict=True):
            logs = np.array(
                [
                    self.tree.logarithm(node, self.behaviour)
                    + float(self.tree.orders(node, self.trembles) @ factors)
                    for node in believed
                ]
            )
            chances = np.exp(logs - logs.max())
            told = dict(zip(believed, (chances / chances.sum()).tolist(), strict=True))
            made.append(tuple(told.get(node, 0.0) for node in members))
        return tuple(made)

    def _holds(self, beliefs: Beliefs) -> bool:
        rational = all(
            self.tree.gain(place, self.behaviour, belief) <= self.tree.limit(place)
            for place, belief in enumerate(beliefs)
        )
        return rational and not self.tree.inconsistency(self.behaviour, beliefs)


def _even_belief(losses: FloatArray, limit: float) -> FloatArray | None:
    """Return the belief under which no action adds more than nothing and the least is largest."""
    count = losses.shape[1]
    scale = float(np.abs(losses).max()) or 1.0
    gains = np.where(np.abs(losses) <= limit, 0.0, losses / scale)
    bounds = np.hstack([-gains, np.zeros((len(gains), 1))])
    least = np.hstack([np.eye(count), -np.ones((count, 1))])
    at_least = np.vstack([bounds, least]), np.zeros(len(bounds) + count)
    equal = np.hstack([np.ones((1, count)), np.zeros((1, 1))]), np.ones(1)
    objective = np.append(np.zeros(count), 1.0)
    found = maximise(objective, at_least, equal)
    return None if found is None else found[:count]


def _ways(game: ExtensiveGame) -> list[_Way]:
    ways = [_Way(Fraction(1), ())] * len(game.nodes)
    for index, node in enumerate(game.nodes):
        for action, child in enumerate(game.children[index]):
            way = ways[index]
            if isinstance(node, Chance):
                ways[child] = _Way(way.chance * node.chances[action], way.moves)
            elif isinstance(node, Move):
                ways[child] = _Way(way.chance, (*way.moves, (node.information, action)))
    return ways


def _checked_beliefs(tree: _Tree, beliefs: Iterable[Iterable[Weight]]) -> Beliefs:
    held = tuple(tuple(belief) for belief in beliefs)
    sizes = [len(own) for own in tree.members]
    if [len(belief) for belief in held] != sizes:
        raise ProfileError(f"beliefs: expected one chance per node, {sizes} of them per set")
    for information, belief in zip(tree.game.information_sets, held, strict=True):
        whole = abs(float(sum(belief)) - 1) <= REGRET_TOLERANCE
        if not whole or not all(chance >= 0 for chance in belief):
            raise ProfileError(f'beliefs: expected chances that sum to 1 at "{information.name}"')
    return held


def _some(chance: Weight) -> bool:
    return chance > CHANCE_TOLERANCE


def _told(game: ExtensiveGame, behaviour: Behaviour) -> str:
    told = [
        f"{one.name}: {one.actions[max(range(len(mixed)), key=mixed.__getitem__)]}"
        for one, mixed in zip(game.information_sets, behaviour, strict=True)
    ]
    return ", ".join(told)
