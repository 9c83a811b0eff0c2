"""Trembling-hand perfection for two players: published games, mixed domination, interiors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.errors import SolverError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.perfection import dominator, is_perfect, solve_perfect
from negsim.theory.registry import solve

MYERSON = NormalFormGame.from_bimatrix(
    [[1, 0, -9], [0, 0, -7], [-9, -7, -7]], [[1, 0, -9], [0, 0, -7], [-9, -7, -7]]
)
BY_A_MIXTURE = NormalFormGame.from_bimatrix([[2, 0, 1], [0, 2, 1], [1, 1, 0]], np.zeros((3, 3)))


def test_myerson() -> None:
    """Myerson (1978), Refinements of the Nash equilibrium concept: two of three are perfect."""
    assert len(solve(MYERSON, "pure").equilibria) == 3
    perfect = [found.profile for found in solve_perfect(MYERSON).equilibria]
    assert [int(np.argmax(row)) for row, _ in perfect] == [0, 1]
    assert not is_perfect(MYERSON, ([0, 0, 1], [0, 0, 1]))


def test_selten() -> None:
    """Selten (1975), in normal form: the threat is an equilibrium and not perfect."""
    threat = NormalFormGame.from_bimatrix([[2, -1], [0, 0]], [[1, -1], [3, 3]])
    assert is_perfect(threat, ([1, 0], [1, 0]))
    assert not is_perfect(threat, ([0, 1], [0, 1]))
    found = solve_perfect(threat)
    assert [one.payoffs.tolist() for one in found.equilibria] == [[2.0, 1.0]]
    assert "player 2 plays 2, which 1 weakly dominates" in found.dropped
    assert found.complete


def test_a_mixed_action_can_be_what_dominates() -> None:
    even = np.array([0.5, 0.5, 0.0])
    assert not BY_A_MIXTURE.dominated(0, weak=True).any()
    assert not is_perfect(BY_A_MIXTURE, ([0, 0, 1], even))
    assert is_perfect(BY_A_MIXTURE, (even, even))
    better = dominator(BY_A_MIXTURE, ([0, 0, 1], even), 0)
    assert better is not None
    np.testing.assert_allclose(better, even, atol=1e-9)


def test_the_mixture_played_can_be_what_is_dominated() -> None:
    """Neither action is dominated, but a half of each is: a third pays more where they meet."""
    game = NormalFormGame.from_bimatrix([[2, 0, 1], [0, 2, 1], [1, 1, 2]], np.zeros((3, 3)))
    even = [0.5, 0.5, 0]
    assert not game.dominated(0, weak=True).any()
    assert not is_perfect(game, (even, even))
    assert is_perfect(game, ([0, 0, 1], even))


def test_what_is_no_equilibrium_is_not_perfect() -> None:
    dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert not is_perfect(dilemma, ([1, 0], [1, 0]))


def test_two_players_only() -> None:
    with pytest.raises(SolverError, match="takes 2 players and this game has 3"):
        is_perfect(NormalFormGame(np.zeros((3, 1, 1, 1))), ([1], [1], [1]))


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
        lambda shape: arrays(float, (2, *shape), elements=st.integers(-2, 2).map(float))
    ),
    st.sampled_from([1e-9, 1.0, 1e9]),
    st.sampled_from([0.0, 1e6]),
)
def test_there_is_a_perfect_one_and_trembles_bear_it_out(
    payoffs: np.ndarray, scale: float, offset: float
) -> None:
    """Selten (1975): every game has one. A strict equilibrium is perfect."""
    game = NormalFormGame(payoffs)
    found = solve_perfect(game)
    assert found.equilibria
    kept = [np.concatenate(one.profile) for one in found.equilibria]
    moved = solve_perfect(NormalFormGame((payoffs + offset) * scale))
    assert len(moved.equilibria) == len(kept)
    for one in solve(game, "pure").equilibria:
        perfect = any(np.abs(np.concatenate(one.profile) - other).max() < 1e-9 for other in kept)
        assert perfect or "strict" not in one.marks
        assert not (perfect and "weakly dominated moves" in one.marks)
