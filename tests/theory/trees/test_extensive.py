"""Trees: how they are built and checked, who forgets what, subgames, tables of plans."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from negsim.errors import GameError, ProfileError
from negsim.theory.trees import strategic_form as strategic
from negsim.theory.trees.game import (
    Chance,
    End,
    ExtensiveGame,
    InformationSet,
    Lottery,
    Move,
    Node,
    Turn,
)
from negsim.theory.trees.sequences import as_behaviour, sequence_form
from negsim.theory.trees.strategic_form import strategic_form
from tests.oracles.plain_trees import (
    chain_store,
    kuhns_poker,
    myersons_cards,
    random_tree,
    seltens_horse,
)

ONE, HALF = Fraction(1), Fraction(1, 2)
FREE = (InformationSet(0, ("x", "y")),)


def end(*payoffs: int) -> End:
    return End(tuple(map(Fraction, payoffs)))


def forgetful() -> ExtensiveGame:
    """The absent-minded driver of Piccione and Rubinstein (1997), Games Econ. Behavior 20."""
    again = Turn("driver", {"exit": [4], "stay": [1]}, "road")
    return ExtensiveGame.from_tree(["driver"], Turn("driver", {"exit": [0], "stay": again}, "road"))


# ---------------------------------------------------------------- building and checking


def test_a_tree_knows_its_family() -> None:
    game = seltens_horse()
    assert game.children[0] == (1, 4)
    assert game.parents == (-1, 0, 1, 1, 0, 4, 5, 5, 4)
    assert game.members() == ((0,), (1, 5), (4,))
    assert hash(game) == hash(seltens_horse())


def test_numbers_become_fractions() -> None:
    tree = Lottery({"a": (0.5, ["0.1"]), "b": ("1/2", [0.5])})
    game = ExtensiveGame.from_tree(["one"], tree)
    assert [node.payoffs[0] for node in game.nodes[1:]] == [Fraction(1, 10), HALF]
    assert game.nodes[0].chances == (HALF, HALF)


@pytest.mark.parametrize(
    ("players", "sets", "nodes", "fault"),
    [
        ((), (), (end(),), "players: expected 1 to 20 names, got 0"),
        (("a", "a"), (), (end(1, 2),), "players: expected different names, got a, a"),
        (("a",), (), (), "nodes: expected 1 to 200000, got 0"),
        (("a",), (), (end(1, 2),), "node 0: expected 1 payoffs, got 2"),
        (("a",), FREE, (end(1),), 'information set "a 1" has no node'),
        (("a",), FREE, (Move(1),), "there is no information set 1, only 1"),
        (("a",), FREE, (Move(0), end(1)), "the tree is not complete, 1 nodes are missing"),
        (("a",), FREE, (Move(0), *[end(1)] * 3), "the tree is complete before node 3"),
        (("a",), (InformationSet(1, ("x",)),), (Move(0),), "expected player 0 to 0, got 1"),
        (("a",), (InformationSet(0, ()),), (Move(0),), "has no actions, expected at least 1"),
        (("a",), (InformationSet(0, ("x", "x")),), (Move(0),), "has two actions of one name"),
        (
            ("a",),
            (InformationSet(0, ("x",), "h"), InformationSet(0, ("x",), "h")),
            (Move(0), Move(1), end(1)),
            'expected different names, got "h" twice',
        ),
        (
            ("a",),
            (),
            (Chance(("x", "y"), (HALF, HALF / 2)), end(1), end(2)),
            "node 0: the chances sum to 0.75, expected 1",
        ),
        (("a",), (), (Chance(("x",), (HALF, HALF)), end(1)), "expected 1 chances, got 2"),
    ],
)
def test_what_is_no_tree_is_refused(
    players: tuple[str, ...],
    sets: tuple[InformationSet, ...],
    nodes: tuple[Node, ...],
    fault: str,
) -> None:
    with pytest.raises(GameError) as error:
        ExtensiveGame(players, sets, nodes)
    assert fault in str(error.value)


def test_turns_of_one_information_set_agree() -> None:
    other = Turn("a", {"x": [1], "z": [2]}, "here")
    with pytest.raises(GameError, match='"here": its turns differ in actions'):
        ExtensiveGame.from_tree(["a"], Turn("a", {"x": other, "y": [0]}, "here"))
    with pytest.raises(GameError, match='a turn of "b", expected one of: a'):
        ExtensiveGame.from_tree(["a"], Turn("b", {"x": [1]}))


def test_names_are_made_up_where_there_are_none() -> None:
    tree = Turn("a", {"x": Turn("a", {"y": [1]}), "z": Turn("a", {"y": [1]}, "a 1")})
    names = [one.name for one in ExtensiveGame.from_tree(["a"], tree).information_sets]
    assert len(set(names)) == 3
    assert names[2] == "a 1"


# ---------------------------------------------------------------- recall and subgames


def test_who_forgets_is_told() -> None:
    assert forgetful().recall_fault() == (
        'driver is absent-minded at "road": one way comes there twice, and it cannot tell'
    )
    assert all(game.perfect_recall for game in (seltens_horse(), kuhns_poker(), myersons_cards()))
    later = {"x": Turn("a", {"l": [1], "r": [2]}, "h"), "y": Turn("a", {"l": [3], "r": [4]}, "h")}
    forgets = 'a forgets at "h" what it did or knew before'
    assert ExtensiveGame.from_tree(["a"], Turn("a", later)).recall_fault() == forgets
    assert not ExtensiveGame.from_tree(["b", "a"], _other(later)).recall_fault()
    with pytest.raises(GameError, match="the sequence form takes games of perfect recall"):
        sequence_form(forgetful())


def _other(later: dict[str, Turn]) -> Turn:
    """Return the same tree with another player, who is not the one that does not see, first."""
    doubled = {
        name: Turn("a", {key: (0, *pay) for key, pay in turn.branches.items()}, "h")
        for name, turn in later.items()
    }
    return Turn("b", doubled)


def test_random_trees_have_perfect_recall() -> None:
    for seed in range(20):
        assert random_tree(seed).recall_fault() == ""


def test_subgames_cut_no_information_set() -> None:
    assert seltens_horse().subgame_roots() == (0,)
    assert kuhns_poker().subgame_roots() == (0,)
    assert chain_store().subgame_roots() == (0, 2)
    inner = Turn("b", {"l": (1, 2), "r": (3, 4)}, "unseen")
    both = Turn("a", {"u": inner, "d": inner})
    game = ExtensiveGame.from_tree(["a", "b"], Turn("b", {"go": both, "no": (0, 0)}))
    assert game.subgame_roots() == (0, 1)


# ---------------------------------------------------------------- plans and payoffs


def test_reduced_plans_leave_out_what_a_player_excludes() -> None:
    late = Turn("a", {"l": (1, 2), "r": (3, 4)})
    tree = Turn("a", {"out": (0, 0), "in": Turn("b", {"up": late, "down": (5, 6)})})
    game = ExtensiveGame.from_tree(["a", "b"], tree)
    assert strategic_form(game).game.actions[0] == ("out", "in / l", "in / r")
    assert strategic_form(game, reduced=False).game.num_actions == (4, 2)
    assert strategic_form(game).game.payoffs[0].tolist() == [[0, 0], [1, 5], [3, 5]]


def test_ambiguous_plans_are_told_with_their_information_sets() -> None:
    below = {"x": Turn("a", {"go": [1]}, "h1"), "y": [2]}
    tree = Turn("a", {"go": [0], "stay": Turn("a", below, "h2")}, "h0")
    names = strategic_form(ExtensiveGame.from_tree(["a"], tree)).game.actions[0]
    assert len(set(names)) == 3
    deal = Lottery({"r": ("1/2", Turn("a", {"go": [1]}, "r")), "b": ("1/2", [0])})
    assert strategic_form(ExtensiveGame.from_tree(["a"], deal)).game.payoffs.tolist() == [[0.5]]


def brute_force(game: ExtensiveGame, actions: dict[int, int]) -> list[Fraction]:
    """Return what follows when everybody does this, walking down every lottery."""

    def below(index: int) -> list[Fraction]:
        node = game.nodes[index]
        if isinstance(node, End):
            return list(node.payoffs)
        if isinstance(node, Move):
            return below(game.children[index][actions[node.information]])
        parts = zip(node.chances, map(below, game.children[index]), strict=True)
        weighted = [[chance * pay for pay in pays] for chance, pays in parts]
        return [sum(column) for column in zip(*weighted, strict=True)]

    return below(0)


@pytest.mark.parametrize("seed", range(12))
def test_tables_and_sequences_agree_with_walking_down(seed: int) -> None:
    game = random_tree(seed, depth=3, players=2 + seed % 2)
    table, form = strategic_form(game), sequence_form(game)
    rng = np.random.default_rng(seed)
    cells = list(itertools.product(*(range(count) for count in table.game.num_actions)))
    for place in rng.choice(len(cells), size=min(20, len(cells)), replace=False):
        plans = [own[action] for own, action in zip(table.plans, cells[place], strict=True)]
        actions = {key: value for plan in plans for key, value in plan.items()}
        complete = {place: actions.get(place, 0) for place in range(len(game.information_sets))}
        expected = brute_force(game, complete)
        behaviour = tuple(
            tuple(Fraction(action == complete[place]) for action in range(len(one.actions)))
            for place, one in enumerate(game.information_sets)
        )
        assert [own[cells[place]] for own in table.exact] == expected
        assert list(form.payoffs(behaviour)) == expected


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("reduced", [True, False])
def test_behaviours_do_what_their_mixes_do(seed: int, reduced: bool) -> None:
    game = random_tree(seed, depth=3)
    table, rng = strategic_form(game, reduced), np.random.default_rng(seed)
    mixes = [rng.dirichlet(np.full(count, 0.5)) for count in table.game.num_actions]
    behaviour = table.behaviour([mixed.tolist() for mixed in mixes])
    expected = table.game.payoff(mixes)
    assert np.allclose(np.array(sequence_form(game).payoffs(behaviour), float), expected)


@pytest.mark.parametrize("seed", range(12))
def test_regret_is_what_the_best_plan_adds(seed: int) -> None:
    game = random_tree(seed, depth=3)
    table, rng = strategic_form(game), np.random.default_rng(seed)
    behaviour = tuple(
        tuple(rng.dirichlet(np.ones(len(one.actions))).tolist()) for one in game.information_sets
    )
    form = sequence_form(game)
    plans = [own.plan(behaviour) for own in form.sequences]
    mixes = [
        [np.prod([behaviour[place][act] for place, act in plan.items()]) for plan in own]
        for own in table.plans
    ]
    assert np.allclose([sum(mixed) for mixed in mixes], 1)
    assert [plan[0] for plan in plans] == [1, 1]
    assert np.allclose(np.array(form.regret(behaviour), float), table.game.regret(mixes))


def test_too_many_plans_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strategic, "MOST_PLANS", 20)
    with pytest.raises(GameError, match="more than 20 pure plans, too many for a game in normal"):
        strategic_form(kuhns_poker())
    with pytest.raises(GameError, match="more than 20 pure plans"):
        strategic_form(kuhns_poker(), reduced=False)
    monkeypatch.setattr(strategic, "MOST_PLANS", 5000)
    monkeypatch.setattr(strategic, "MOST_CELLS", 100)
    with pytest.raises(GameError, match="27 x 64 combinations, expected at most 50"):
        strategic_form(kuhns_poker())


def test_who_forgets_has_all_combinations_as_plans() -> None:
    assert strategic_form(forgetful()).game.actions == (("exit", "stay"),)
    assert strategic_form(forgetful()).game.payoffs.tolist() == [[0.0, 1.0]]


def test_behaviours_are_checked() -> None:
    game = chain_store()
    for wrong in ([[1, 0]], [[1, 0], [1]], [[1, 0], [0.5, 0.4]], [[1, 0], [2, -1]]):
        with pytest.raises(ProfileError, match="behaviour: expected"):
            as_behaviour(game, wrong)
    with pytest.raises(ProfileError, match="one mixed action over"):
        strategic_form(game).behaviour([[1, 0]])
