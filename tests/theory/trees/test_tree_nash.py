"""All Nash equilibria of trees of two players, against tables, brute force and poker."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from negsim.errors import SolverError
from negsim.theory.oneshot.two_party.every import solve_nash
from negsim.theory.registry import solve
from negsim.theory.trees import nash as tree_nash
from negsim.theory.trees.game import ExtensiveGame, Lottery, Turn
from negsim.theory.trees.nash import solve_tree_nash
from negsim.theory.trees.sequence_form import solve_sequence_form
from negsim.theory.trees.sequences import Behaviour
from negsim.theory.trees.strategic_form import strategic_form
from negsim.theory.trees.subgame import solve_subgame_perfect
from tests.oracles.plain_trees import (
    chain_store,
    gain_from,
    kuhns_poker,
    myersons_cards,
    node_values,
    pure_behaviours,
    random_tree,
    seltens_horse,
)

THIRD = Fraction(1, 3)


def reached(game: ExtensiveGame, behaviour: Behaviour) -> tuple[Fraction, ...]:
    """Return with what chance each node is reached: what can be noticed of a behaviour."""
    chances: list[Fraction] = [Fraction(1)] * len(game.nodes)
    for index, node in enumerate(game.nodes):
        for action, child in enumerate(game.children[index]):
            own = getattr(node, "chances", None) or behaviour[node.information]
            chances[child] = chances[index] * own[action]
    return tuple(chances)


def noticed(game: ExtensiveGame, behaviour: Behaviour) -> tuple[float, ...]:
    return tuple(round(float(chance), 9) + 0.0 for chance in reached(game, behaviour))


@pytest.mark.parametrize("seed", [0, 1, 2, 5, 6, 7, 8, 9, 10, 13, 17])
def test_every_pure_one_is_there_as_far_as_it_can_be_noticed(seed: int) -> None:
    game = random_tree(seed, depth=3)
    every = {
        reached(game, behaviour)
        for behaviour in pure_behaviours(game)
        if gain_from(game, behaviour, 0) == 0
    }
    solution = solve_tree_nash(game)
    pure = [one for one in solution.equilibria if "pure" in one.marks]
    assert {reached(game, one.behaviour) for one in pure} == every
    for one in solution.equilibria:
        assert one.exact
        assert gain_from(game, one.behaviour, 0) == 0
        assert list(map(float, node_values(game, one.behaviour)[0])) == one.payoffs.tolist()


@pytest.mark.parametrize("seed", range(12))
def test_the_table_in_floats_has_the_same(seed: int) -> None:
    """As far as it can be noticed: several mixed actions over plans may be one behaviour."""
    game = random_tree(seed, depth=3)
    solution, table = solve_tree_nash(game), strategic_form(game)
    by_table = solve_nash(table.game)
    assert solution.complete
    assert "continuum" not in solution.message or by_table.degenerate
    assert len(solution.equilibria) <= len(by_table.equilibria)
    rounded = [[mixed.tolist() for mixed in one.profile] for one in by_table.equilibria]
    expected = {noticed(game, table.behaviour(profile)) for profile in rounded}
    assert {noticed(game, one.behaviour) for one in solution.equilibria} == expected


@pytest.mark.parametrize("seed", range(8))
def test_what_is_perfect_is_nash(seed: int) -> None:
    game = random_tree(seed, depth=3)
    every = {reached(game, one.behaviour) for one in solve_tree_nash(game).equilibria}
    perfect = solve_subgame_perfect(game).equilibria
    assert {reached(game, one.behaviour) for one in perfect} <= every


def test_the_empty_threat_is_an_equilibrium() -> None:
    threat, mixed, entry = solve_tree_nash(chain_store()).equilibria
    assert threat.to_dict()["fractions"] == {"rival 1": {"out": "1"}, "store 1": {"fight": "1"}}
    assert mixed.marks == ()
    assert entry.payoffs.tolist() == [2, 2]


def test_the_first_raises_a_third_of_bad_cards() -> None:
    """Myerson (1991), section 4.1: raise black with chance 1/3, meet with 2/3, value 1/3."""
    (one,) = solve_tree_nash(myersons_cards()).equilibria
    assert one.behaviour == ((1, 0), (2 * THIRD, THIRD), (THIRD, 2 * THIRD))
    assert one.payoffs[0] == pytest.approx(1 / 3, abs=1e-15)


def test_poker_is_too_large_a_table_and_other_methods_are_named() -> None:
    with pytest.raises(
        SolverError, match=r"20 x 44 actions.*tree's plans; .* can: .*sequence_form, "
    ):
        solve_tree_nash(kuhns_poker())


def test_tables_too_large_for_fractions_are_enumerated_in_floats(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exact = solve_tree_nash(myersons_cards()).equilibria[0]
    monkeypatch.setattr(tree_nash, "MOST_DECIDED_VERTICES", 0)
    (one,) = solve_tree_nash(myersons_cards()).equilibria
    assert not one.exact
    chances, expected = (np.concatenate(each.behaviour).astype(float) for each in (one, exact))
    np.testing.assert_allclose(chances, expected, atol=1e-12)
    assert solve_tree_nash(myersons_cards(), exact=True).equilibria[0].exact


def test_candidates_with_regret_are_dropped_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_nash, "certify_behaviour", lambda form, one: None)
    solution = solve_tree_nash(chain_store())
    assert solution.equilibria == ()
    assert not solution.complete
    assert "1 0; 1 0: regret above tolerance as a behaviour" in solution.dropped


def test_what_it_cannot_take_is_told() -> None:
    with pytest.raises(SolverError, match="takes 2 players and this game has 3; solvers that can"):
        solve(seltens_horse(), "tree_nash")
    wide = ExtensiveGame.from_tree(["a", "b"], kuhns_wide())
    with pytest.raises(SolverError, match=r"more than 5000 pure plans.*can: .*sequence_form"):
        solve_tree_nash(wide)
    assert solve_sequence_form(wide).equilibria


def kuhns_wide() -> object:
    """Return a lottery after which one player answers each of fourteen signals by yes or no."""

    def reply(number: int) -> Turn:
        return Turn("b", {"yes": (number, -number), "no": (-1, 1)}, f"b {number}")

    return Lottery({f"{number}": ("1/14", reply(number)) for number in range(14)})


def pennies(number: int, won: int, after: bool) -> Turn:
    """Return a round of matching pennies, with another after it, on top of what was won."""

    def reply(own: str, other: str) -> Any:
        sign = 1 if own.lower() == other else -1
        if after:
            return pennies(2 * number + (own == "H") + 2 * (other == "h"), sign, after=False)
        return (won + sign, -won - sign)

    turns = {
        own: Turn("B", {other: reply(own, other) for other in "ht"}, f"B {number}") for own in "HT"
    }
    return Turn("A", turns, f"A {number}")


def test_mixtures_over_plans_that_are_one_behaviour_are_one_equilibrium() -> None:
    game = ExtensiveGame.from_tree(["A", "B"], pennies(1, 0, after=True))
    solution = solve_tree_nash(game)
    (found,) = solution.equilibria
    assert {chance for mixed in found.behaviour for chance in mixed} == {Fraction(1, 2)}
    assert len(found.to_dict()["reached"]) == len(game.information_sets) == 10
    assert solution.message.startswith("1 equilibrium, all there are; in exact arithmetic; of the")
    assert solution.message.endswith("extreme equilibria are 1 in behaviours")


def test_a_continuum_of_behaviours_is_told() -> None:
    reply = Turn("store", {"fight": (-1, -1), "yield": (1, 1)})
    game = ExtensiveGame.from_tree(["rival", "store"], Turn("rival", {"out": (0, 2), "in": reply}))
    assert "1 of 2 sets of them hold a continuum" in solve_tree_nash(game).message
