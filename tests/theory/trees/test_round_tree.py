"""A round as a tree: who sees what, and that it is the same game as the table."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from negsim.errors import GameError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.numerics.exact import decimals
from negsim.theory.trees import round_tree as module
from negsim.theory.trees.round_tree import round_tree
from negsim.theory.trees.strategic_form import strategic_form
from negsim.theory.trees.subgame import solve_subgame_perfect

GAME = NormalFormGame(
    np.random.default_rng(1).integers(-9, 9, (3, 2, 3, 2)) / 10.0,
    ["A", "B", "C"],
    [["x", "y"], ["l", "m", "r"], ["u", "d"]],
)


def test_all_at_once_is_the_table() -> None:
    table = strategic_form(round_tree(GAME, [[0, 1, 2]])).game
    np.testing.assert_array_equal(table.payoffs, GAME.payoffs)
    assert (table.players, table.actions) == (GAME.players, GAME.actions)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_one_after_another_is_solved_from_the_end(order: tuple[int, ...]) -> None:
    """Payoffs here have no ties; the last takes its best action, and those before foresee it."""
    rng = np.random.default_rng(2)
    game = NormalFormGame(rng.permuted(np.arange(36.0).reshape(3, 12), axis=1).reshape(3, 2, 3, 2))
    cells = np.array(list(itertools.product(*map(range, game.num_actions))))
    for player in reversed(order):
        own = game.payoffs[(player, *cells.T)]
        others = list(order[: order.index(player)])
        kept = []
        for seen in np.unique(cells[:, others], axis=0):
            alike = np.flatnonzero((cells[:, others] == seen).all(axis=1))
            kept.append(alike[np.argmax(own[alike])])
        cells = cells[kept]
    (one,) = solve_subgame_perfect(round_tree(game, [[player] for player in order])).equilibria
    assert one.payoffs.tolist() == [game.payoffs[(player, *cells[0])] for player in range(3)]


def test_later_groups_see_earlier_ones_and_not_their_own() -> None:
    tree = round_tree(GAME, [[1], [0, 2]], "a week")
    assert tree.title == "a week"
    names = [one.name for one in tree.information_sets]
    replies = [f"{who} after {action}" for action in "lmr" for who in "AC"]
    assert names == ["B", *replies]
    assert [len(members) for members in tree.members()] == [1, 1, 2, 1, 2, 1, 2]
    assert tree.subgame_roots() == (0, 1, 8, 15)


def test_actions_that_read_alike_are_told_apart() -> None:
    actions = [["a, b", "a"], ["c", "b, c"], ["go", "stay"]]
    game = NormalFormGame(np.zeros((3, 2, 2, 2)), ["A", "B", "C"], actions)
    tree = round_tree(game, [[0], [1], [2]])
    assert all(len(members) == 1 for members in tree.members())
    assert sum(one.name.startswith("C after a, b, c") for one in tree.information_sets) == 2


@pytest.mark.parametrize("order", [[[0, 1]], [[0], [1], [2], [0]], [[0, 1, 3]]])
def test_orders_name_each_player_once(order: list[list[int]]) -> None:
    with pytest.raises(GameError, match="order: expected each of 3 players once"):
        round_tree(GAME, order)


def test_too_large_rounds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_NODES", 11)
    with pytest.raises(GameError, match="the tree would have 12 ends, expected at most 11"):
        round_tree(GAME, [[0, 1, 2]])


def test_ties_that_rounding_broke_come_back() -> None:
    values = np.array([0.1 + 0.2, 0.3, 1e6 / 3, 0.0])
    assert decimals(values[:2])[0] == decimals(values[:2])[1] == Fraction(3, 10)
    assert decimals(values, 6)[2] == 333333
    assert decimals([0.0]).tolist() == [0]
    assert decimals([[-1e300, 1e-300]]).tolist() == [[-(10**300), 0]]
    with pytest.raises(GameError, match="expected finite numbers"):
        decimals([np.nan])
