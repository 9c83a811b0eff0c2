"""Marks of equilibria: pure, strict, in weakly dominated moves; ties."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.marks import has_ties, marks

JOINT = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
PENNIES = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


@pytest.mark.parametrize(
    ("game", "profile", "expected"),
    [
        (JOINT, ([1, 0], [1, 0]), ("pure", "strict")),
        (JOINT, ([0, 1], [0, 1]), ("pure", "weakly dominated moves")),
        (PENNIES, ([0.5, 0.5], [0.5, 0.5]), ()),
        (NormalFormGame(np.zeros((3, 2, 1, 1))), ([1, 0], [1], [1]), ("pure",)),
    ],
)
def test_marks(
    game: NormalFormGame, profile: tuple[list[float], ...], expected: tuple[str, ...]
) -> None:
    assert marks(game, game.as_profile(profile)) == expected


def test_a_mixed_action_in_dominated_moves_is_marked() -> None:
    game = NormalFormGame.from_bimatrix([[1, 1], [1, 0]], [[0, 0], [0, 0]])
    assert marks(game, game.as_profile(([0.5, 0.5], [1, 0]))) == ("weakly dominated moves",)


def test_ties_count_best_responses_against_the_others_supports() -> None:
    assert not has_ties(PENNIES, PENNIES.as_profile(([0.5, 0.5], [0.5, 0.5])))
    three = NormalFormGame.from_bimatrix([[1, -1], [-1, 1], [0, 0]], [[-1, 1], [1, -1], [0, 0]])
    assert has_ties(three, three.as_profile(([0.5, 0.5, 0], [0.5, 0.5])))
    assert not has_ties(JOINT, JOINT.pure_profile([0, 0]))
    assert has_ties(JOINT, JOINT.pure_profile([1, 1]))
