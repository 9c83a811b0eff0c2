"""One game by several methods: names, fractions, marks, and who found what."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from negsim.errors import SolverError, UnknownNameError, UsageError
from negsim.theory.normal_form.exact_game import ExactGame
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.several import select as several
from negsim.theory.oneshot.several.select import agreements, method_names, solve_by, told_answer
from negsim.theory.registry import solve
from tests.oracles.plain_trees import chain_store, myersons_cards

BATTLE = NormalFormGame.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]])
THIRDS = (Fraction(1, 3), Fraction(0), Fraction(0), Fraction(2, 3))
EXACT = ExactGame(("a", "b"), (("x", "y"), ("l", "r")), (THIRDS, THIRDS))


def told(*names: str, game: NormalFormGame = BATTLE) -> list[dict]:
    return [{"game": "it", **solve(game, name).to_dict()} for name in names]


def test_names_are_separated_by_commas_and_counted_once() -> None:
    assert method_names(["pure, nash", "logit", "pure"]) == ("pure", "nash", "logit")
    assert method_names([]) == ()
    with pytest.raises(UnknownNameError, match='unknown solver "nsh"; did you mean "nash"'):
        method_names(["pure,nsh"])
    with pytest.raises(UsageError, match="method: an empty name"):
        method_names(["pure,,nash"])


def test_fractions_are_asked_of_methods_that_have_them() -> None:
    with pytest.raises(UsageError, match=r'exact: "logit" works in floats; .* can: .*nas'):
        method_names(["nash,logit"], exact=True)
    with pytest.raises(UsageError, match='exact: "logit" works in floats'):
        solve_by(BATTLE, "logit", exact=True)
    assert solve_by(EXACT, "nash", exact=True).exact[1].row == (Fraction(2, 3), Fraction(1, 3))
    assert not hasattr(solve_by(EXACT, "nash"), "exact")
    assert solve_by(BATTLE, "nash", exact=True).exact[1].row == (Fraction(2, 3), Fraction(1, 3))
    assert solve_by(BATTLE, "pure", exact=True).complete
    assert solve_by(myersons_cards(), "sequence_form", exact=True).equilibria[0].exact


def test_games_of_three_are_refused_by_nash_in_fractions_as_well() -> None:
    halves = (Fraction(1, 2),) * 8
    game = ExactGame(("a", "b", "c"), (("x", "y"),) * 3, (halves, halves, halves))
    with pytest.raises(SolverError, match='"nash" takes 2 players and this game has 3'):
        solve_by(game, "nash", exact=True)


def test_who_found_what() -> None:
    (table,) = agreements(told("nash", "pure", "nashpy"))
    assert table["methods"] == ["nash", "pure", "nashpy"]
    found = [tuple(one is not None for one in row["found"].values()) for row in table["rows"]]
    assert found == [(True, True, True), (True, False, True), (True, True, True)]
    assert not table["agree"]
    assert max(one for row in table["rows"] for one in row["found"].values() if one is not None) < (
        1e-12
    )
    (table,) = agreements(told("nash", "nashpy"))
    assert table["agree"]


def test_payoffs_that_differ_are_told_by_how_much() -> None:
    one, two = told("pure", "nash")
    two["equilibria"][0]["payoffs"]["player 1"] += 0.25
    (table,) = agreements([one, two])
    assert table["rows"][0]["found"] == {"pure": 0.0, "nash": 0.25}


def test_a_quantal_response_is_no_equilibrium_to_agree_on() -> None:
    dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    (table,) = agreements(told("pure", "logit", game=dilemma))
    assert [row["equilibrium"] for row in table["rows"]] == [True, False]
    assert not table["agree"]
    assert [list(row["found"].values()) for row in table["rows"]] == [[0.0, None], [None, 0.0]]


def test_only_lists_of_one_game_are_compared() -> None:
    answers = [*told("pure"), *told("security")]
    assert agreements(answers) == []
    other = [{**one, "game": "another"} for one in told("nash")]
    assert agreements([*answers, *other]) == []
    trees = [
        {"game": "tree", **solve(chain_store(), name).to_dict()}
        for name in ("subgame_perfect", "tree_nash")
    ]
    (table,) = agreements([*answers, *trees])
    assert table["game"] == "tree"
    assert [row["found"]["subgame_perfect"] is None for row in table["rows"]] == [
        False,
        True,
        True,
    ]


def test_equilibria_are_held_against_one_another() -> None:
    hunt = NormalFormGame.from_bimatrix([[4, 0], [3, 3]], [[4, 3], [0, 3]])
    answer = told_answer(solve(hunt, "pure"))
    assert "payoff-dominant" in answer["equilibria"][0]["marks"]
    assert "coordination failure" in answer["equilibria"][1]["marks"]
    assert answer["failures"][0] is None
    assert "although player 1 and player 2 both prefer" in answer["failures"][1]
    assert "failures" not in told_answer(solve(hunt, "logit"))
    assert "failures" not in told_answer(solve(hunt, "security"))
    assert "exact" in told_answer(solve(hunt, "nash", exact=True))


def test_what_is_not_compared_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "MOST_COMPARED", 1)
    answer = told_answer(solve(BATTLE, "pure"))
    assert answer["not_compared"] == "more than 1 equilibria"
    monkeypatch.setattr(several, "MOST_COMPARED", len(answer["equilibria"]))
    assert "not_compared" not in told_answer(solve(BATTLE, "pure"))
    monkeypatch.undo()

    def refuse(solution: object) -> None:
        raise SolverError("too many coalitions")

    monkeypatch.setattr(several, "compare", refuse)
    answer = told_answer(solve(BATTLE, "pure"))
    assert answer["not_compared"] == "too many coalitions"
    assert np.isfinite(answer["equilibria"][0]["payoffs"]["player 1"])
