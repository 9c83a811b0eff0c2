"""Stability of outcomes: where nobody moves away, because of what the move or an answer would cost.

A conflict is a graph: states, each player's moves between them, and each player's preferences over
them. A state is stable for a player if every move to something better is deterred, and an
equilibrium if it is so for everybody. What deters differs by how far a player looks ahead:

- nash: nothing; there must be no better move.
- general_metarational (gmr): some answer of the others leaves the mover no better off.
- symmetric_metarational (smr): such an answer from which the mover cannot move on to better.
- sequential (seq): such an answer in which every step is better for the one who takes it.

Answers are sequences of moves of the others in which nobody moves twice in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from negsim.arrays import TIE_TOLERANCE, BoolArray, FloatArray, frozen
from negsim.errors import GameError, unknown
from negsim.theory.normal_form.game import NormalFormGame

CONCEPTS = {
    "nash": "Nash",
    "gmr": "general metarational",
    "smr": "symmetric metarational",
    "seq": "sequential",
}

MAX_STATES = 3000
"""Most states of a graph; its arrays have states x states x players cells."""


@dataclass(frozen=True, eq=False)
class OutcomeGraph:
    """States, each player's moves between them, and what each state is worth to each player.

    Attributes
    ----------
    players, states
        their names.
    reach
        shape (players, states, states): whether a player can move from one state to another.
    payoffs
        shape (players, states); only their order counts, ties within rounding are ties.

    Raises
    ------
    GameError
        If the shapes do not fit, a payoff is not finite, or there are too many states.
    """

    players: tuple[str, ...]
    states: tuple[str, ...]
    reach: BoolArray
    payoffs: FloatArray

    def __post_init__(self) -> None:
        """Check the shapes and make the arrays read-only; nobody moves from a state to itself."""
        n, size = len(self.players), len(self.states)
        if size > MAX_STATES:
            raise GameError(f"{size:,} states, expected at most {MAX_STATES:,}")
        reach, payoffs = np.array(self.reach, dtype=bool), np.array(self.payoffs, dtype=float)
        if reach.shape != (n, size, size) or payoffs.shape != (n, size):
            raise GameError(
                f"a graph of {n} players and {size} states needs reach of shape "
                f"{(n, size, size)} and payoffs of {(n, size)}, got {reach.shape}, {payoffs.shape}"
            )
        if not np.isfinite(payoffs).all():
            raise GameError("payoffs: expected finite numbers")
        reach[:, np.arange(size), np.arange(size)] = False
        object.__setattr__(self, "reach", frozen(reach))
        object.__setattr__(self, "payoffs", frozen(payoffs))

    @cached_property
    def better(self) -> BoolArray:
        """Return whether a player likes the second state more than the first, (n, S, S)."""
        first, second = self.payoffs[:, :, None], self.payoffs[:, None, :]
        size = np.maximum(np.abs(first), np.abs(second))
        return np.asarray(second - first > TIE_TOLERANCE * size)

    @cached_property
    def improving(self) -> BoolArray:
        """Return the moves that the mover likes, shape (n, S, S)."""
        return self.reach & self.better

    def answers(self, player: int, credible: bool = False) -> BoolArray:
        """Return where the others can go from each state, (S, S): by moves they like if credible.

        Nobody moves twice in a row.
        """
        steps = self.improving if credible else self.reach
        others = [k for k in range(len(self.players)) if k != player]
        last = {k: steps[k].copy() for k in others}
        while True:
            grown = False
            for k in others:
                before = [last[j] for j in others if j != k]
                if not before:
                    continue
                onward = joined(np.any(before, axis=0), steps[k]) | last[k]
                grown = grown or bool((onward != last[k]).any())
                last[k] = onward
            if not grown:
                found = np.any(list(last.values()), axis=0) if others else np.zeros_like(steps[0])
                return np.asarray(found)


def joined(first: BoolArray, second: BoolArray) -> BoolArray:
    """Return where two steps lead, one after the other."""
    return np.asarray(first.astype(np.float32) @ second.astype(np.float32) > 0)


def graph_of_game(game: NormalFormGame) -> OutcomeGraph:
    """Return the graph of a one-shot game: every profile a state, and each player's other moves.

    Raises
    ------
    GameError
        If the game has more than 3,000 profiles.
    """
    shape = game.num_actions
    size = int(np.prod(shape))
    if size > MAX_STATES:
        raise GameError(f"{size:,} profiles, expected at most {MAX_STATES:,}")
    places = np.indices(shape).reshape(len(shape), -1)
    reach = np.zeros((len(shape), size, size), dtype=bool)
    for player in range(len(shape)):
        rest = np.delete(places, player, axis=0)
        reach[player] = (rest[:, :, None] == rest[:, None, :]).all(axis=0)
    names = tuple(
        "; ".join(game.actions[k][int(a)] for k, a in enumerate(profile)) for profile in places.T
    )
    return OutcomeGraph(game.players, names, reach, game.payoffs.reshape(len(shape), size))


def graph_of_rankings(
    players: Sequence[str],
    states: Sequence[str],
    moves: Sequence[Sequence[tuple[int, int]]],
    rankings: Sequence[Sequence[int]],
) -> OutcomeGraph:
    """Return a graph from moves (from, to) and rankings, best first, with states numbered from 0.

    Raises
    ------
    GameError
        If a ranking does not name every state once.
    """
    size = len(states)
    reach = np.zeros((len(players), size, size), dtype=bool)
    payoffs = np.zeros((len(players), size))
    for player, (own, ranking) in enumerate(zip(moves, rankings, strict=True)):
        if sorted(ranking) != list(range(size)):
            raise GameError(f"ranking of {players[player]}: expected every state once")
        payoffs[player, list(ranking)] = np.arange(size, 0, -1)
        for start, stop in own:
            reach[player, start, stop] = True
    return OutcomeGraph(tuple(players), tuple(states), reach, payoffs)


@dataclass(frozen=True, eq=False)
class Stability:
    """Which states are stable for which player, by concept: each array has shape (n, S)."""

    graph: OutcomeGraph
    stable: dict[str, BoolArray]

    def equilibria(self, concept: str) -> tuple[int, ...]:
        """Return the states that are stable for everybody.

        Raises
        ------
        UnknownNameError
            If there is no such concept.
        """
        if concept not in CONCEPTS:
            raise unknown("concept of stability", concept, CONCEPTS)
        return tuple(np.flatnonzero(self.stable[concept].all(axis=0)).tolist())

    def reason(self, concept: str, player: int, state: int) -> str:
        """Return in words why a state is stable for a player, or which move nothing deters."""
        graph = self.graph
        moves = np.flatnonzero(graph.improving[player, state]).tolist()
        name = graph.players[player]
        if not moves:
            return f"{name} has no better move"
        told = [self.sanction(concept, player, state, move) for move in moves]
        undeterred = [move for move, found in zip(moves, told, strict=True) if found is None]
        if undeterred:
            return f"{name} moves to [{graph.states[undeterred[0]]}] and nothing deters it"
        parts = [
            f"moving to [{graph.states[move]}] is answered by [{graph.states[int(found)]}]"
            for move, found in zip(moves, told, strict=True)
            if found is not None
        ]
        return f"{name}: {'; '.join(parts)}"

    def sanction(self, concept: str, player: int, state: int, move: int) -> int | None:
        """Return a state to which the others answer a move, None where nothing deters it."""
        if concept == "nash":
            return None
        deterring = sanctions(self.graph, player, concept)(state)[move]
        found = np.flatnonzero(deterring)
        return int(found[0]) if len(found) else None


def stability(graph: OutcomeGraph) -> Stability:
    """Return which states of a graph are stable for which player, by every concept.

    Complete: every state and player is decided. Cost: states^3 a player and concept.

    References
    ----------
    Fang, Hipel and Kilgour (1993), "Interactive Decision Making: The Graph Model for Conflict
    Resolution", chapter 3 (two players) and 4 (more); Kilgour and Eden, eds. (2010), "Handbook of
    Group Decision and Negotiation", chapter on the graph model.

    Examples
    --------
    >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> found = stability(graph_of_game(dilemma))
    >>> found.equilibria("nash"), found.equilibria("seq")
    ((3,), (0, 3))
    """
    found: dict[str, BoolArray] = {}
    for concept in CONCEPTS:
        rows = [stable_for(graph, player, concept) for player in range(len(graph.players))]
        found[concept] = frozen(np.array(rows))
    return Stability(graph, found)


def stable_for(graph: OutcomeGraph, player: int, concept: str) -> BoolArray:
    """Return which states are stable for a player, shape (S,)."""
    improving = graph.improving[player]
    if concept == "nash":
        return np.asarray(~improving.any(axis=1))
    deterring = sanctions(graph, player, concept)
    stable = np.ones(len(graph.states), dtype=bool)
    for state in np.flatnonzero(improving.any(axis=1)).tolist():
        stable[state] = bool(deterring(state)[improving[state]].any(axis=1).all())
    return stable


def sanctions(graph: OutcomeGraph, player: int, concept: str) -> Callable[[int], BoolArray]:
    """Return what tells, for a state, which answers to each move deter it, shape (S, S)."""
    answers = graph.answers(player, credible=concept == "seq")
    better, reach = graph.better[player], graph.reach[player]

    def deterring(state: int) -> BoolArray:
        harms = ~better[state]
        if concept == "smr":
            escapes = (reach & better[state]).any(axis=1)
            harms = harms & ~escapes
        return np.asarray(answers & harms)

    return deterring
