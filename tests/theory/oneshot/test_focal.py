"""Payoff and risk dominance, efficiency among equilibria, coalition-proofness."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.errors import SolverError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot import focal
from negsim.theory.oneshot.focal import (
    coalition_proof,
    compare,
    risk_dominates,
    solve_coalition_proof,
)
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.registry import solve

HUNT = NormalFormGame.from_bimatrix([[9, 0], [8, 7]], [[9, 8], [0, 7]])
REFUSAL = NormalFormGame.from_bimatrix(
    [[0, 0], [0, 1]], [[0, 0], [0, 1]], ["S", "D"], [["refuse", "accept"]] * 2
)


def bernheim_peleg_whinston() -> NormalFormGame:
    """Return the game of three in which the efficient equilibrium is not coalition-proof."""
    payoffs = np.empty((3, 2, 2, 2))
    first = [[(0, 0, 10), (-5, -5, 0)], [(-5, -5, 0), (1, 1, -5)]]
    second = [[(-2, -2, 0), (-5, -5, 0)], [(-5, -5, 0), (-1, -1, 5)]]
    for third, table in enumerate((first, second)):
        payoffs[:, :, :, third] = np.moveaxis(np.array(table), 2, 0)
    return NormalFormGame(payoffs)


def test_stag_hunt() -> None:
    """Harsanyi and Selten (1988), chapter 3; the game of Aumann (1990): 49 against 1."""
    found = compare(solve(HUNT, "nash"))
    marked = {one.payoffs[0]: one.marks for one in found.marked().equilibria}
    assert "payoff-dominant" in marked[9.0]
    assert "risk-dominant" not in marked[9.0]
    assert "risk-dominant" in marked[7.0]
    assert "coordination failure" in marked[7.0]
    assert "coordination failure" not in marked[9.0]
    assert [marks for marks in marked.values() if "efficient among the equilibria" in marks] == [
        marked[9.0]
    ]
    assert risk_dominates(HUNT, (1, 1), (0, 0))


def test_a_tie_is_no_risk_dominance() -> None:
    battle = NormalFormGame.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    found = compare(solve(battle, "nash"))
    assert not found.risk_dominates.any()
    assert found.risk_dominant is None
    assert found.payoff_dominant is None
    assert found.failures == (None, None, None)


def test_both_refuse_although_both_prefer_both_accept() -> None:
    found = compare(solve(REFUSAL, "pure"))
    (failure,) = [one for one in found.failures if one is not None]
    assert failure.text == (
        "S: refuse, D: refuse, although S and D both prefer S: accept, D: accept"
    )
    assert failure.gains.tolist() == [1, 1]
    assert failure.to_dict()["coalition"] == ["S", "D"]
    refused, accepted = found.marked().equilibria
    assert refused.marks == ("pure", "weakly dominated moves", "coordination failure")
    assert accepted.marks == (
        "pure",
        "strict",
        "efficient among the equilibria",
        "payoff-dominant",
    )
    assert json.loads(found.to_json()) == found.to_dict()
    solution = solve_coalition_proof(REFUSAL)
    assert solution.dropped == (failure.text,)
    assert solution.message.startswith("1 of 2 pure equilibria are coalition-proof")


def test_a_dilemma_is_no_coordination_failure() -> None:
    """Both prefer to cooperate, but each would desert: the coalition cannot keep to it."""
    dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert compare(solve(dilemma, "pure")).failures == (None,)


def test_bernheim_peleg_whinston() -> None:
    """Bernheim, Peleg and Whinston (1987): the pair deserts the efficient one."""
    game = bernheim_peleg_whinston()
    assert [one.payoffs.tolist() for one in pure_equilibria(game)] == [[0, 0, 10], [-1, -1, 5]]
    assert coalition_proof(game).profiles.tolist() == [[1, 1, 1]]
    found = compare(solve(game, "pure"))
    failure = found.failures[0]
    assert failure is not None
    assert (failure.coalition, failure.instead) == ((0, 1), (1, 1))
    assert found.payoff_dominant == 0


def by_definition(game: NormalFormGame) -> set[tuple[int, ...]]:
    """Return the pure coalition-proof profiles, from the definition word for word."""
    every = list(itertools.product(*(range(count) for count in game.num_actions)))

    def moves(profile: tuple[int, ...], coalition: tuple[int, ...]) -> list[tuple[int, ...]]:
        return [
            other
            for other in every
            if all(other[i] == profile[i] for i in range(game.num_players) if i not in coalition)
        ]

    def better(one: tuple[int, ...], other: tuple[int, ...], coalition: tuple[int, ...]) -> bool:
        return all(game.payoffs[(i, *one)] > game.payoffs[(i, *other)] for i in coalition)

    def enforced(profile: tuple[int, ...], coalition: tuple[int, ...]) -> bool:
        return all(
            proof(profile, part)
            for size in range(1, len(coalition))
            for part in itertools.combinations(coalition, size)
        )

    def proof(profile: tuple[int, ...], coalition: tuple[int, ...]) -> bool:
        return enforced(profile, coalition) and not any(
            better(other, profile, coalition) and enforced(other, coalition)
            for other in moves(profile, coalition)
        )

    return {profile for profile in every if proof(profile, tuple(range(game.num_players)))}


steady = settings(deadline=None, derandomize=True, max_examples=40)
games = st.lists(st.integers(1, 3), min_size=1, max_size=3).flatmap(
    lambda shape: arrays(float, (len(shape), *shape), elements=st.integers(0, 3).map(float))
)


@steady
@given(games)
def test_coalitions_against_the_definition(payoffs: np.ndarray) -> None:
    game = NormalFormGame(payoffs)
    proof = coalition_proof(game)
    assert {tuple(profile) for profile in proof.profiles.tolist()} == by_definition(game)
    for one in pure_equilibria(game):
        actions = tuple(int(np.argmax(mixed)) for mixed in one.profile)
        failure = proof.failure(actions)
        assert (failure is None) == (actions in by_definition(game))
        if failure is not None:
            assert (failure.gains > 0).all()


@steady
@given(
    st.tuples(*[st.integers(1, 9)] * 4),
    st.sampled_from([1e-9, 1.0, 1e9]),
    st.sampled_from([0.0, 1e6]),
)
def test_risk_dominance_axioms(losses: tuple[int, ...], scale: float, offset: float) -> None:
    """Harsanyi and Selten (1988): invariance, symmetry, and only losses from deviating count."""
    a, b, c, d = losses
    row, column = np.array([[a, 0], [0, b]]), np.array([[c, 0], [0, d]])
    row = row + np.array([[3, -7]])
    column = column + np.array([[2], [5]])
    game = NormalFormGame(
        (np.stack([row, column]) + offset) * np.array([scale, 1.0])[:, None, None]
    )
    assert risk_dominates(game, (0, 0), (1, 1)) == (a * c > b * d)
    assert risk_dominates(game, (1, 1), (0, 0)) == (a * c < b * d)


def test_too_many_coalitions_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(focal, "MOST_CHECKS", 10)
    with pytest.raises(SolverError, match="4 profiles and 3 coalitions are too many"):
        coalition_proof(HUNT)
