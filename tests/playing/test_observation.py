"""The numbering of nodes and profiles, against the words that define it."""

from __future__ import annotations

import re
from types import ModuleType

import numpy as np
import pytest

from negsim.errors import UsageError
from negsim.playing.observation import board


def test_players_who_move_at_once_have_one_node(games: ModuleType) -> None:
    sizes = board(games.random_talks(0, (2, 3, 4)))
    assert sizes.nodes == (1, 1, 1)
    assert sizes.num_profiles == 24
    assert not sizes.node_of.any()


def test_a_later_group_sees_the_joint_moves_of_the_earlier_ones(games: ModuleType) -> None:
    sizes = board(games.random_talks(0, (2, 3, 4), order=[[2], [0, 1]]))
    assert sizes.nodes == (4, 4, 1)
    assert (sizes.node_of[0] == sizes.move_of[2]).all()
    assert (sizes.node_of[1] == sizes.move_of[2]).all()


def test_nodes_are_numbered_in_the_order_of_moving(games: ModuleType) -> None:
    sizes = board(games.random_talks(0, (2, 3, 4), order=[[2], [0], [1]]))
    assert list(sizes.order) == [2, 0, 1]
    assert list(sizes.group_of) == [1, 2, 0]
    assert sizes.nodes == (4, 8, 1)
    assert (sizes.node_of[1] == 2 * sizes.move_of[2] + sizes.move_of[0]).all()


def test_profiles_are_in_c_order_over_the_players(games: ModuleType) -> None:
    sizes = board(games.random_talks(0, (2, 3, 4), order=[[2], [0], [1]]))
    numbers = np.ravel_multi_index(tuple(sizes.move_of), sizes.moves)
    assert list(numbers) == list(range(24))


def test_a_point_that_does_not_exist_is_refused(games: ModuleType) -> None:
    with pytest.raises(UsageError, match=re.escape("point is 1, expected 0 to 0")):
        board(games.prisoners_dilemma(3), 1)
