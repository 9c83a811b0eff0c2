"""Components of the equilibria of degenerate games, and the Nash subsets that they are made of."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.theory.normal_form import components as module
from negsim.theory.normal_form.components import NashSubset, components
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.two_party.every import solve_nash


def solved(row: list[list[float]], column: list[list[float]]) -> list[tuple[object, ...]]:
    solution = solve_nash(NormalFormGame.from_bimatrix(row, column))
    return [component.subsets for component in solution.components]


def test_a_game_without_ties_has_points_only() -> None:
    assert solved([[2, 0], [0, 1]], [[1, 0], [0, 2]]) == [
        (NashSubset((0,), (0, 0)),),
        (NashSubset((1,), (0, 0)),),
        (NashSubset((2,), (0, 0)),),
    ]


def test_a_segment_and_a_point() -> None:
    assert solved([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]) == [
        (NashSubset((0, 1), (0, 1)),),
        (NashSubset((2,), (0, 0)),),
    ]


def test_two_segments_that_meet_in_a_corner() -> None:
    assert solved([[1, 1], [1, 0]], [[1, 1], [1, 0]]) == [
        (NashSubset((0, 1), (0, 1)), NashSubset((0, 2), (1, 0)))
    ]


def test_a_constant_game_is_one_subset() -> None:
    (subset,) = solved(np.ones((2, 3)).tolist(), np.ones((2, 3)).tolist())[0]
    assert subset == NashSubset((0, 1, 2, 3, 4, 5), (1, 2))


def test_every_mixture_of_a_subset_is_an_equilibrium() -> None:
    rng = np.random.default_rng(4)
    seen = 0
    for _ in range(60):
        game = NormalFormGame(rng.integers(-1, 2, (2, 3, 4)).astype(float))
        solution = solve_nash(game)
        members = [index for one in solution.components for index in one.equilibria]
        assert sorted(members) == list(range(len(solution.equilibria))), "each in one component"
        for component in solution.components:
            assert component.complete
            assert {i for subset in component.subsets for i in subset.equilibria} == set(
                component.equilibria
            )
            for subset in component.subsets:
                profiles = [solution.equilibria[index].profile for index in subset.equilibria]
                weights = rng.dirichlet(np.ones(len(profiles)), size=2)
                mixture = [
                    sum(weight * one[player] for weight, one in zip(own, profiles, strict=True))
                    for player, own in enumerate(weights)
                ]
                assert (game.regret(mixture) < 1e-12).all()
                seen += sum(subset.dimensions)
    assert seen > 20


def test_no_subset_lies_within_another() -> None:
    rng = np.random.default_rng(5)
    for _ in range(60):
        game = NormalFormGame(rng.integers(0, 2, (2, 3, 3)).astype(float))
        for component in solve_nash(game).components:
            sets = [set(subset.equilibria) for subset in component.subsets]
            assert not any(one < other for one in sets for other in sets)
            assert len({frozenset(one) for one in sets}) == len(sets)


def test_too_many_subsets_are_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SUBSETS", 1)
    solution = solve_nash(NormalFormGame.from_bimatrix([[1, 1], [1, 0]], [[1, 1], [1, 0]]))
    (component,) = solution.components
    assert len(component.subsets) == 1
    assert component.equilibria == (0, 1, 2)
    assert not component.complete
    assert "only the first Nash subsets" in solution.message
    assert component.to_dict()["complete"] is False


def test_nothing_has_no_components() -> None:
    assert components([]) == ()
