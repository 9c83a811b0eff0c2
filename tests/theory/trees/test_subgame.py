"""Subgame-perfect equilibria against trying every behaviour in every subgame, and known trees."""

from __future__ import annotations

from fractions import Fraction

import pytest

from negsim.errors import GameError, UsageError
from negsim.theory.trees import subgame
from negsim.theory.trees.game import ExtensiveGame, Lottery, Turn
from negsim.theory.trees.sequences import Behaviour, sequence_form
from negsim.theory.trees.subgame import (
    SUBGAME_PERFECT,
    TIES,
    solve_subgame_perfect,
    subgame_perfect_behaviours,
)
from tests.oracles.plain_trees import (
    centipede,
    chain_store,
    gain_from,
    kuhns_poker,
    node_values,
    pure_behaviours,
    random_tree,
    seltens_horse,
)

HALF = Fraction(1, 2)

SMALL = [0, 1, 2, 3, 5, 6, 8, 10, 11, 16, 17, 18, 21, 23]
"""Seeds of random trees with few enough behaviours to try them all."""


def told(game: ExtensiveGame, **options: object) -> list[dict[str, dict[str, str]]]:
    return [one.to_dict()["fractions"] for one in solve_subgame_perfect(game, **options).equilibria]


def perfect_by_trying(game: ExtensiveGame) -> set[Behaviour]:
    """Return the pure behaviours from which nobody gains in any subgame by any plan."""
    return {
        behaviour
        for behaviour in pure_behaviours(game)
        if all(gain_from(game, behaviour, root) == 0 for root in game.subgame_roots())
    }


@pytest.mark.parametrize("seed", SMALL)
def test_all_pure_ones_are_found_and_no_others(seed: int) -> None:
    game = random_tree(seed, depth=3, players=2 + seed % 2, perfect=seed % 4 == 3)
    found, notes = subgame_perfect_behaviours(game, reduced=False)
    assert not notes
    assert len(set(found)) == len(found)
    assert set(found) == perfect_by_trying(game)


@pytest.mark.parametrize("seed", SMALL)
def test_the_shorter_list_leads_to_the_same(seed: int) -> None:
    """Sets that a player excludes itself are not varied, and everything else is."""
    game = random_tree(seed, depth=3, players=2 + seed % 2)
    every = {tuple(node_values(game, one)[0]) for one in perfect_by_trying(game)}
    solution = solve_subgame_perfect(game)
    assert solution.complete
    assert {tuple(node_values(game, one.behaviour)[0]) for one in solution.equilibria} == every
    for one in solution.equilibria:
        assert one.exact
        assert one.marks == ("pure", SUBGAME_PERFECT)
        assert not one.regret.any()


def test_an_empty_threat_is_not_carried_out() -> None:
    assert told(chain_store()) == [{"rival 1": {"in": "1"}, "store 1": {"yield": "1"}}]


def test_the_first_ends_the_centipede() -> None:
    (one,) = solve_subgame_perfect(centipede()).equilibria
    assert [mixed[0] for mixed in one.behaviour] == [1] * 6
    assert one.payoffs.tolist() == [2, 0]


def test_seltens_horse_has_no_subgame() -> None:
    """Selten (1975): both pure equilibria are subgame perfect, and only one is perfect."""
    assert told(seltens_horse()) == [
        {"1": {"L": "1"}, "2": {"R": "1"}, "3": {"L": "1"}},
        {"1": {"R": "1"}, "2": {"R": "1"}, "3": {"R": "1"}},
    ]


def test_ties_are_all_followed() -> None:
    late = Turn("b", {"x": (1, 0), "y": (-1, 0)})
    game = ExtensiveGame.from_tree(["a", "b"], Turn("a", {"in": late, "out": (0, 0)}))
    assert told(game) == [
        {"a 1": {"in": "1"}, "b 1": {"x": "1"}},
        {"a 1": {"out": "1"}, "b 1": {"y": "1"}},
    ]
    mixed = solve_subgame_perfect(game, mixed=True)
    assert not mixed.complete
    assert TIES in mixed.message


def after(first: tuple[int, int], pennies: bool) -> ExtensiveGame:
    """Return a way out, or matching pennies or a battle of the sexes."""
    pays = [(1, -1), (-1, 1), (-1, 1), (1, -1)] if pennies else [(3, 1), (0, 0), (0, 0), (1, 3)]

    def reply(one: tuple[int, int], two: tuple[int, int]) -> Turn:
        return Turn("b", {"l": one, "r": two}, "b")

    inside = Turn("a", {"u": reply(*pays[:2]), "d": reply(*pays[2:])}, "a")
    return ExtensiveGame.from_tree(["a", "b"], Turn("a", {"out": first, "in": inside}, "start"))


def test_a_subgame_may_have_mixed_equilibria_only() -> None:
    game = after((-2, 0), pennies=True)
    assert told(game) == []
    solution = solve_subgame_perfect(game, mixed=True)
    assert solution.complete
    assert solution.message == "1 equilibrium, all there are"
    (one,) = solution.equilibria
    assert one.behaviour == ((0, 1), (HALF, HALF), (HALF, HALF))
    assert one.marks == (SUBGAME_PERFECT,)


def test_mixed_ones_of_inner_games_lead_to_different_beginnings() -> None:
    """Out pays 2: in only where the battle is won; its mixed equilibrium pays 3/4."""
    found = told(after((2, 2), pennies=False), mixed=True)
    assert [one["start"] for one in found] == [{"out": "1"}, {"out": "1"}, {"in": "1"}]
    assert found[2]["b"] == {"l": "1"}
    assert found[0]["a"] == {"u": "3/4", "d": "1/4"} or found[1]["a"] == {"u": "3/4", "d": "1/4"}


@pytest.mark.parametrize("seed", SMALL[:9])
def test_mixed_ones_have_no_regret_in_any_subgame(seed: int) -> None:
    game = random_tree(seed, depth=3)
    solution = solve_subgame_perfect(game, mixed=True)
    assert solution.equilibria, "there always is one"
    found = {one.behaviour for one in solution.equilibria}
    assert {one.behaviour for one in solve_subgame_perfect(game).equilibria} <= found
    for one in solution.equilibria:
        for root in game.subgame_roots():
            assert gain_from(game, one.behaviour, root) == 0


def test_three_who_move_together_are_said_to_be_left_out() -> None:
    third = Turn("3", {"x": (1, 0, 0), "y": (0, 1, 1)}, "3")
    second = Turn("2", {"x": third, "y": third}, "2")
    game = ExtensiveGame.from_tree(["1", "2", "3"], Turn("1", {"x": second, "y": second}))
    solution = solve_subgame_perfect(game, mixed=True)
    assert not solution.complete
    assert "three or more move only pure ones are listed" in solution.message


def test_a_list_cut_short_says_so() -> None:
    tie = Turn("a", {"x": [1], "y": [1], "z": [1]})
    game = ExtensiveGame.from_tree(["a"], Lottery({"l": ("1/2", tie), "r": ("1/2", tie)}))
    assert len(told(game)) == 9
    cut = solve_subgame_perfect(game, most=4)
    assert (len(cut.equilibria), cut.complete) == (4, False)
    assert "more than 4 follow from ties" in cut.message


def test_combinations_tried_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inner ties make many combinations, none of which has a pure equilibrium above them."""
    monkeypatch.setattr(subgame, "COMBINATIONS_EACH", 2)
    won, lost = (Turn("a", {"x": pay, "y": pay}) for pay in ((1, -1), (-1, 1)))
    up = Turn("b", {"l": won, "r": lost}, "b")
    down = Turn("b", {"l": lost, "r": won}, "b")
    game = ExtensiveGame.from_tree(["a", "b"], Turn("a", {"u": up, "d": down}))
    solution = solve_subgame_perfect(game, most=2)
    assert not solution.complete
    assert "5 combinations of inner equilibria were tried, no more" in solution.message


def test_values_come_from_the_sequence_form() -> None:
    game = after((0, 0), pennies=True)
    (one,) = solve_subgame_perfect(game, mixed=True).equilibria[:1]
    assert list(one.payoffs) == list(sequence_form(game).payoffs(one.behaviour))


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(UsageError, match="most: expected at least 1, got 0"):
        solve_subgame_perfect(chain_store(), most=0)
    again = Turn("driver", {"exit": [4], "stay": [1]}, "road")
    road = ExtensiveGame.from_tree(["driver"], Turn("driver", {"exit": [0], "stay": again}, "road"))
    with pytest.raises(GameError, match='driver is absent-minded at "road"'):
        solve_subgame_perfect(road)


def test_poker_has_no_pure_equilibrium() -> None:
    solution = solve_subgame_perfect(kuhns_poker())
    assert solution.message == "0 pure equilibria, all there are"
