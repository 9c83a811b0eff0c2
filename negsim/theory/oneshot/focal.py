"""Which of several equilibria: payoff and risk dominance, efficiency, proof against coalitions.

A *coordination failure* is an equilibrium that some of the players would leave together for moves
that no part of them would then desert: "both refuse although both prefer both accept".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from negsim.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    frozen,
)
from negsim.errors import SolverError
from negsim.theory.normal_form.bystanders import among_movers
from negsim.theory.normal_form.game import NormalFormGame, tie_width
from negsim.theory.normal_form.marks import (
    COORDINATION_FAILURE,
    EFFICIENT,
    PAYOFF_DOMINANT,
    RISK_DOMINANT,
    STRICT,
    is_pure,
)
from negsim.theory.normal_form.result import Equilibrium, Solution, any_ties
from negsim.theory.oneshot.pareto import pareto_efficient
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.registry import solver
from negsim.theory.written import Written

ROUNDED = 4 * float(np.finfo(float).eps)
"""Payoffs of equilibria that differ by less than this share of their size are the same."""

MOST_CHECKS = 50_000_000
"""A game with more (profiles times pairs of coalitions) is not searched for coalitions."""


@dataclass(frozen=True, slots=True, eq=False)
class CoordinationFailure:
    """A group that would leave a pure equilibrium together, and for which moves.

    ``coalition``: indexes of its players; ``actions`` what each of them plays, ``instead`` what
    they would rather play; ``gains`` in payoff units, all positive. One entry per member.
    """

    game: NormalFormGame
    coalition: tuple[int, ...]
    actions: tuple[int, ...]
    instead: tuple[int, ...]
    gains: FloatArray

    @property
    def text(self) -> str:
        """Return the failure in words."""
        names = " and ".join(self.game.players[player] for player in self.coalition)
        now, then = self._moves(self.actions), self._moves(self.instead)
        number = "both" if len(self.coalition) == 2 else "all"
        return f"{now}, although {names} {number} prefer {then}"

    def to_dict(self) -> dict[str, Any]:
        """Return the failure in the words of the game, ready for JSON."""
        names = [self.game.players[player] for player in self.coalition]
        own = [self.game.actions[player] for player in self.coalition]
        return {
            "coalition": names,
            "plays": {
                name: words[action]
                for name, words, action in zip(names, own, self.actions, strict=True)
            },
            "prefers": {
                name: words[action]
                for name, words, action in zip(names, own, self.instead, strict=True)
            },
            "gains": dict(zip(names, self.gains.tolist(), strict=True)),
            "text": self.text,
        }

    def _moves(self, actions: tuple[int, ...]) -> str:
        return ", ".join(
            f"{self.game.players[player]}: {self.game.actions[player][action]}"
            for player, action in zip(self.coalition, actions, strict=True)
        )


@dataclass(frozen=True, slots=True, eq=False)
class FocalComparison(Written):
    """The equilibria of a solution held against each other.

    ``efficient`` (k,): Pareto efficient among them. ``payoff_dominant``: index of the one that all
    players prefer strictly to each other one; None if there is none. ``risk_dominates`` (k, k):
    whether one risk-dominates another; only strict pure equilibria of two players are compared.
    ``failures``: per equilibrium a coordination failure, or None if it is proof against coalitions
    or not pure.
    """

    solution: Solution
    efficient: BoolArray
    payoff_dominant: int | None
    risk_dominates: BoolArray
    failures: tuple[CoordinationFailure | None, ...]

    @property
    def risk_dominant(self) -> int | None:
        """Return the index of the equilibrium that risk-dominates all other strict pure ones."""
        strict = [STRICT in found.marks for found in self.solution.equilibria]
        for place in np.flatnonzero(strict):
            others = np.array(strict) & (np.arange(len(strict)) != place)
            if others.any() and self.risk_dominates[place, others].all():
                return int(place)
        return None

    def marked(self) -> Solution:
        """Return the solution with marks for all that was found added to its equilibria."""
        equilibria = tuple(
            replace(found, marks=found.marks + self._extra(place))
            for place, found in enumerate(self.solution.equilibria)
        )
        return replace(self.solution, equilibria=equilibria)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison in the words of the game, ready for JSON.

        Examples
        --------
        >>> from negsim.theory.registry import solve
        >>> game = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
        >>> compare(solve(game, "pure")).to_dict()["failures"][1]["prefers"]
        {'player 1': '1', 'player 2': '1'}
        """
        return {
            **self.marked().to_dict(),
            "efficient": self.efficient.tolist(),
            "payoff_dominant": self.payoff_dominant,
            "risk_dominant": self.risk_dominant,
            "risk_dominates": self.risk_dominates.tolist(),
            "failures": [None if one is None else one.to_dict() for one in self.failures],
        }

    def _repr_html_(self) -> str:
        from negsim.html import solution_html

        return solution_html(self.to_dict())

    def _extra(self, place: int) -> tuple[str, ...]:
        found = [
            (EFFICIENT, bool(self.efficient[place])),
            (PAYOFF_DOMINANT, self.payoff_dominant == place),
            (RISK_DOMINANT, self.risk_dominant == place),
            (COORDINATION_FAILURE, self.failures[place] is not None),
        ]
        return tuple(mark for mark, holds in found if holds)


def compare(solution: Solution) -> FocalComparison:
    """Hold the equilibria of a solution against each other; see ``FocalComparison``.

    What is said of an equilibrium among others holds among those listed: if the list is not
    complete, another may be better for everybody. Players with a single action do not count.

    Raises
    ------
    SolverError
        If there are too many coalitions and profiles to search, or a linear programme is too large.

    References
    ----------
    Harsanyi and Selten (1988), "A General Theory of Equilibrium Selection in Games", chapter 3,
    for payoff and risk dominance.

    Examples
    --------
    >>> from negsim.theory.registry import solve
    >>> hunt = NormalFormGame.from_bimatrix([[4, 0], [3, 3]], [[4, 3], [0, 3]])
    >>> found = compare(solve(hunt, "pure"))
    >>> found.payoff_dominant, found.risk_dominant
    (0, 1)
    """
    movers = among_movers(solution)
    game, equilibria = movers.game, movers.equilibria
    points = np.array([found.payoffs for found in equilibria]).reshape(-1, game.num_players)
    proof = coalition_proof(game) if any(is_pure(found.profile) for found in equilibria) else None
    failures = tuple(None if proof is None else _failure_of(proof, found) for found in equilibria)
    return FocalComparison(
        solution,
        frozen(pareto_efficient(points, rounding=ROUNDED)),
        _payoff_dominant(points),
        frozen(_risk_dominance(game, equilibria)),
        failures,
    )


def risk_dominates(game: NormalFormGame, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether one strict pure equilibrium of two players risk-dominates another.

    Compared in the game of two actions each that the two span: the product of what each player
    loses by deviating alone from the one to the other must be the larger. A tie is no dominance.

    Parameters
    ----------
    one, other
        Action of each player; the two differ in both.

    References
    ----------
    Harsanyi and Selten (1988), "A General Theory of Equilibrium Selection in Games", chapter 3.

    Examples
    --------
    >>> hunt = NormalFormGame.from_bimatrix([[4, 0], [3, 3]], [[4, 3], [0, 3]])
    >>> risk_dominates(hunt, (1, 1), (0, 0)), risk_dominates(hunt, (0, 0), (1, 1))
    (True, False)
    """
    mine, theirs = _deviation_losses(game, one, other), _deviation_losses(game, other, one)
    scale = np.maximum(mine, theirs)
    left, right = float((mine / scale).prod()), float((theirs / scale).prod())
    width = tie_width(np.array(left), np.array(right), np.array(1.0))
    return bool(left - right > width)


@dataclass(frozen=True, slots=True, eq=False)
class CoalitionProof:
    """Which pure profiles each coalition would keep to while the others do not move.

    ``coalitions``: tuples of player indexes, smaller ones first. ``enforced`` and ``proof``:
    (coalitions, profiles), profiles in C order: nobody within deserts; and no other profile so
    enforced is better for all of them.
    """

    game: NormalFormGame
    coalitions: tuple[tuple[int, ...], ...]
    enforced: BoolArray
    proof: BoolArray

    @property
    def profiles(self) -> IntArray:
        """Return the pure coalition-proof equilibria, (count, num_players)."""
        return np.argwhere(self.proof[-1].reshape(self.game.num_actions))

    def failure(self, actions: tuple[int, ...]) -> CoordinationFailure | None:
        """Return the smallest coalition that would leave a profile together, and what it would do.

        Of several improvements the one with the largest sum of gains, as shares of the members'
        differences of payoffs; None if no coalition of two or more would leave.
        """
        cell = int(np.ravel_multi_index(actions, self.game.num_actions))
        for place, coalition in enumerate(self.coalitions):
            if len(coalition) > 1 and self.enforced[place, cell] and not self.proof[place, cell]:
                return self._improvement(place, coalition, actions, cell)
        return None

    def _improvement(
        self, place: int, coalition: tuple[int, ...], actions: tuple[int, ...], cell: int
    ) -> CoordinationFailure:
        game = self.game
        payoffs = _members(game, coalition)
        column = next(cells for cells in _columns(game, coalition) if cell in cells)
        better = _better_for_all(payoffs, column, cell) & self.enforced[place, column]
        gains = payoffs[:, column[better]] - payoffs[:, [cell]]
        spread = np.maximum(np.ptp(payoffs, axis=1, keepdims=True), np.finfo(float).tiny)
        best = int(np.argmax((gains / spread).sum(axis=0)))
        chosen = np.unravel_index(int(column[better][best]), game.num_actions)
        return CoordinationFailure(
            game,
            coalition,
            tuple(actions[player] for player in coalition),
            tuple(int(chosen[player]) for player in coalition),
            frozen(gains[:, best]),
        )


def coalition_proof(game: NormalFormGame) -> CoalitionProof:
    """Find the pure profiles that no coalition would leave for moves that it could keep to.

    A single player keeps to best replies. A coalition keeps to a profile if none of its parts
    would leave and no other such profile is better for all its members, the others' moves given.
    Mixed deviations are not considered; payoffs are compared as they are given.

    Returns
    -------
    CoalitionProof
        Complete for pure profiles. Cost: coalitions times profiles times the larger of players and
        profiles kept.

    Raises
    ------
    SolverError
        If that is more than ``MOST_CHECKS``.

    References
    ----------
    Bernheim, Peleg and Whinston (1987), "Coalition-proof Nash equilibria I. Concepts", Journal of
    Economic Theory 42.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    >>> coalition_proof(game).profiles.tolist()
    [[0, 0]]
    """
    coalitions = tuple(_coalitions(game.num_players))
    count = int(np.prod(game.num_actions))
    if count * len(coalitions) ** 2 > MOST_CHECKS:
        raise SolverError(
            f"coalition_proof: {count} profiles and {len(coalitions)} coalitions are too many; "
            "leave out moves that are dominated or have the same outcomes"
        )
    enforced = np.ones((len(coalitions), count), dtype=bool)
    proof = np.zeros((len(coalitions), count), dtype=bool)
    for place, coalition in enumerate(coalitions):
        for part in range(place):
            if set(coalitions[part]) < set(coalition):
                enforced[place] &= proof[part]
        payoffs = _members(game, coalition)
        for column in _columns(game, coalition):
            kept = column[enforced[place, column]]
            for cell in kept.tolist():
                proof[place, cell] = not _better_for_all(payoffs, kept, cell).any()
    return CoalitionProof(game, coalitions, frozen(enforced), frozen(proof))


@solver(
    "coalition_proof",
    finds="some",
    exact=True,
    cost="profiles times coalitions times profiles that a coalition would keep to",
    source="Bernheim, Peleg and Whinston (1987)",
    summary="the pure equilibria that no coalition would leave for moves it could keep to",
)
def solve_coalition_proof(game: NormalFormGame) -> Solution:
    """Find every pure coalition-proof equilibrium.

    Returns
    -------
    Solution
        ``dropped`` names the pure equilibria that are coordination failures, and who would leave
        them for what. Not complete where mixed equilibria could be coalition-proof too.

    Raises
    ------
    SolverError
        If the game has too many profiles and coalitions.

    References
    ----------
    Bernheim, Peleg and Whinston (1987), "Coalition-proof Nash equilibria I. Concepts", Journal of
    Economic Theory 42.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    >>> found = solve_coalition_proof(game)
    >>> len(found.equilibria), found.dropped[0].split(", although")[0]
    (1, 'player 1: 2, player 2: 2')
    """
    proof = coalition_proof(game)
    pure = pure_equilibria(game)
    failures = [_failure_of(proof, found) for found in pure]
    kept = tuple(found for found, failure in zip(pure, failures, strict=True) if failure is None)
    dropped = tuple(failure.text for failure in failures if failure is not None)
    message = (
        f"{len(kept)} of {len(pure)} pure equilibria are coalition-proof; mixed not considered"
    )
    return Solution(game, "coalition_proof", kept, False, any_ties(kept, game), message, dropped)


def _failure_of(proof: CoalitionProof, found: Equilibrium) -> CoordinationFailure | None:
    if not is_pure(found.profile):
        return None
    return proof.failure(tuple(int(np.argmax(mixed)) for mixed in found.profile))


def _coalitions(num_players: int) -> Iterator[tuple[int, ...]]:
    for size in range(1, num_players + 1):
        yield from combinations(range(num_players), size)


def _columns(game: NormalFormGame, coalition: tuple[int, ...]) -> IntArray:
    """Return the profiles among which a coalition can choose, a row for each choice of others."""
    cells = np.arange(int(np.prod(game.num_actions))).reshape(game.num_actions)
    size = int(np.prod([game.num_actions[player] for player in coalition]))
    last = range(game.num_players - len(coalition), game.num_players)
    columns: IntArray = np.moveaxis(cells, coalition, tuple(last)).reshape(-1, size)
    return columns


def _better_for_all(payoffs: FloatArray, cells: IntArray, cell: int) -> BoolArray:
    """Return which cells every member of a coalition, (members, profiles), prefers to one."""
    return np.asarray((payoffs[:, cells] > payoffs[:, [cell]]).all(axis=0))


def _members(game: NormalFormGame, coalition: tuple[int, ...]) -> FloatArray:
    """Return the payoffs of a coalition's members, (members, profiles)."""
    return game.payoffs.reshape(game.num_players, -1)[list(coalition)]


def _payoff_dominant(points: FloatArray) -> int | None:
    """Return the index of the point that all players prefer to each other one; None if none."""
    if len(points) < 2:
        return None
    for place, point in enumerate(points):
        others = np.delete(points, place, axis=0)
        if (point - others > ROUNDED * np.maximum(np.abs(point), np.abs(others))).all():
            return place
    return None


def _risk_dominance(game: NormalFormGame, equilibria: tuple[Equilibrium, ...]) -> BoolArray:
    table = np.zeros((len(equilibria), len(equilibria)), dtype=bool)
    if game.num_players != 2:
        return table
    strict = {
        place: (int(np.argmax(found.profile[0])), int(np.argmax(found.profile[1])))
        for place, found in enumerate(equilibria)
        if STRICT in found.marks
    }
    for place, one in strict.items():
        for rival, other in strict.items():
            if place != rival:
                table[place, rival] = risk_dominates(game, one, other)
    return table


def _deviation_losses(
    game: NormalFormGame, profile: tuple[int, ...], towards: tuple[int, ...]
) -> FloatArray:
    """Return what each player loses by going over to the other profile alone."""
    own, other = game.payoffs
    row, column = profile
    return np.array(
        [
            own[row, column] - own[towards[0], column],
            other[row, column] - other[row, towards[1]],
        ]
    )
