"""Stability of outcomes against published conflicts and a plain reading of the definitions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.analysis.outcomes.stability import (
    CONCEPTS,
    OutcomeGraph,
    graph_of_game,
    graph_of_rankings,
    stability,
)
from negsim.errors import GameError, UnknownNameError
from negsim.theory.normal_form.game import NormalFormGame

DILEMMA = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
CHICKEN = NormalFormGame.from_bimatrix([[3, 2], [4, 1]], [[3, 4], [2, 1]])


def numbers(*states: int) -> tuple[int, ...]:
    return tuple(state - 1 for state in states)


MANUAL = (1, 4, 8, 5, 9, 3, 7, 2, 6)
PROGRAM = (1, 4, 8, 5, 9, 2, 3, 7, 6)
"""Uniroyal's ranking as cited from the book, and as in the example file of the program GMCR+."""


def elmira(ranking: tuple[int, ...] = MANUAL) -> OutcomeGraph:
    """The Elmira conflict (Fang, Hipel and Kilgour 1993, Interactive Decision Making): 9 states.

    Even states: the ministry has modified its order. 3, 4, 7, 8: Uniroyal accepts. 5 to 8: the
    local government insists. 9: Uniroyal abandons the plant.

    The rankings were checked against Examples/Elmira.gmcr of GMCR+ (github.com/onp/gmcr-py, read in
    its own numbering of 12 states): the ministry's and the local government's are the same there,
    Uniroyal's has the same five best states and another order below. The equilibria are those that
    the literature gives (5, 8 and 9); the book itself was not at hand. Which states are general and
    symmetric metarational follows from the definitions, by the plain reading further below.
    """
    ministry = [(1, 2), (3, 4), (5, 6), (7, 8)]
    uniroyal = [(1, 3), (2, 4), (5, 7), (6, 8), *((state, 9) for state in range(1, 9))]
    local = [(low, low + 4) for low in range(1, 5)] + [(low + 4, low) for low in range(1, 5)]
    moves = [[(a - 1, b - 1) for a, b in own] for own in (ministry, uniroyal, local)]
    rankings = [
        numbers(7, 3, 4, 8, 5, 1, 2, 6, 9),
        numbers(*ranking),
        numbers(7, 3, 5, 1, 8, 6, 4, 2, 9),
    ]
    names = [str(state) for state in range(1, 10)]
    return graph_of_rankings(["ministry", "Uniroyal", "local government"], names, moves, rankings)


def test_prisoners_dilemma() -> None:
    """Cooperation is stable once the other's answer is foreseen; defection always."""
    found = stability(graph_of_game(DILEMMA))
    assert found.equilibria("nash") == (3,)
    for concept in ("gmr", "smr", "seq"):
        assert found.equilibria(concept) == (0, 3), concept


def test_chicken() -> None:
    found = stability(graph_of_game(CHICKEN))
    assert found.equilibria("nash") == (1, 2)
    assert found.equilibria("seq") == (1, 2)
    assert found.equilibria("gmr") == found.equilibria("smr") == (0, 1, 2)


@pytest.mark.parametrize("ranking", [MANUAL, PROGRAM])
def test_elmira(ranking: tuple[int, ...]) -> None:
    graph = elmira(ranking)
    found = stability(graph)
    for concept in CONCEPTS:
        for player, state in itertools.product(range(3), range(9)):
            plain = plainly_stable(graph, concept, player, state)
            assert found.stable[concept][player, state] == plain, (concept, player, state)
    assert found.equilibria("nash") == numbers(5, 8, 9)
    assert found.equilibria("seq") == numbers(5, 8, 9)
    assert found.equilibria("gmr") == numbers(1, 4, 5, 8, 9)
    assert found.equilibria("smr") == numbers(1, 4, 5, 8, 9)


def test_reasons_name_the_move_and_the_sanction() -> None:
    found = stability(elmira())
    assert found.reason("nash", 0, 4) == "ministry has no better move"
    assert found.reason("seq", 2, 3) == "local government moves to [8] and nothing deters it"
    assert found.reason("gmr", 2, 3) == "local government: moving to [8] is answered by [9]"


def plain_answers(graph: OutcomeGraph, player: int, start: int, credible: bool) -> set[int]:
    """Return the states that the others can reach, by walking every sequence of moves."""
    found: set[tuple[int, int]] = set()
    todo = [(start, player)]
    while todo:
        state, last = todo.pop()
        for other, goal in itertools.product(range(len(graph.players)), range(len(graph.states))):
            if other in (player, last) or not graph.reach[other, state, goal]:
                continue
            if credible and not graph.payoffs[other, goal] > graph.payoffs[other, state]:
                continue
            if (goal, other) not in found:
                found.add((goal, other))
                todo.append((goal, other))
    return {state for state, _ in found}


def plainly_stable(graph: OutcomeGraph, concept: str, player: int, state: int) -> bool:
    """Decide stability by the words of the definition."""
    worth, reach = graph.payoffs[player], graph.reach[player]
    better = [s for s in range(len(worth)) if reach[state, s] and worth[s] > worth[state]]
    if concept == "nash":
        return not better
    for move in better:
        answers = plain_answers(graph, player, move, concept == "seq")
        harmful = [s for s in answers if worth[s] <= worth[state]]
        if concept == "smr":
            goals = {s: np.flatnonzero(reach[s]) for s in harmful}
            harmful = [s for s in harmful if not (worth[goals[s]] > worth[state]).any()]
        if not harmful:
            return False
    return True


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(2, 3), st.integers(2, 6))
def test_random_graphs_against_the_words_of_the_definitions(
    seed: int, players: int, size: int
) -> None:
    rng = np.random.default_rng(seed)
    graph = OutcomeGraph(
        tuple(f"p{k}" for k in range(players)),
        tuple(f"s{k}" for k in range(size)),
        rng.random((players, size, size)) < 0.4,
        rng.integers(0, 4, (players, size)).astype(float),
    )
    found = stability(graph)
    for concept, player, state in itertools.product(CONCEPTS, range(players), range(size)):
        assert found.stable[concept][player, state] == plainly_stable(
            graph, concept, player, state
        ), (concept, player, state)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_nash_implies_sequential_implies_general(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = NormalFormGame(rng.integers(0, 5, (3, 2, 3, 2)).astype(float))
    found = stability(graph_of_game(game)).stable
    assert (found["nash"] <= found["seq"]).all()
    assert (found["seq"] <= found["gmr"]).all()
    assert (found["smr"] <= found["gmr"]).all()
    assert (found["nash"] <= found["smr"]).all()


def test_bad_graphs_are_refused() -> None:
    with pytest.raises(GameError, match="needs reach of shape"):
        OutcomeGraph(("a",), ("x", "y"), np.zeros((1, 2, 3), dtype=bool), np.zeros((1, 2)))
    with pytest.raises(GameError, match="finite"):
        OutcomeGraph(("a",), ("x",), np.zeros((1, 1, 1), dtype=bool), np.array([[np.nan]]))
    with pytest.raises(GameError, match="every state once"):
        graph_of_rankings(["a"], ["x", "y"], [[]], [[0, 0]])
    with pytest.raises(UnknownNameError, match='did you mean "seq"'):
        stability(elmira()).equilibria("sequ")
