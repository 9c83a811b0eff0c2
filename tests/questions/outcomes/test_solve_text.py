"""How answers of solvers are told on a terminal: numbers, sentences, and what is left out."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from negsim.questions.outcomes.say import (
    MOST_SHOWN,
    agreement_words,
    mixed_words,
    notes_of,
    outcome_words,
    show_answer,
    show_data,
    show_solution,
    value_words,
)
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.several.select import told_answer
from negsim.theory.registry import solve
from negsim.theory.trees.game import ExtensiveGame, Lottery, Turn
from tests.oracles.plain_trees import seltens_horse

HUNT = NormalFormGame.from_bimatrix([[4, 0], [3, 3]], [[4, 3], [0, 3]], ["Ann", "Bob"])


def told(show: object, *words: object, width: int = 80) -> str:
    out = Console(file=io.StringIO(), width=width, highlight=False)
    assert callable(show)
    show(out, *words)
    assert isinstance(out.file, io.StringIO)
    return "\n".join(line.rstrip() for line in out.file.getvalue().splitlines())


def test_a_list_that_fits_is_a_table_and_one_that_does_not_is_told_in_paragraphs() -> None:
    answer = told_answer(solve(HUNT, "pure"))
    wide = told(show_solution, answer, False, width=160)
    assert "   Ann  Bob  payoffs  regret  marks" in wide
    narrow = told(show_solution, answer, False, width=60)
    assert "   1  Ann: 1; Bob: 1\n      pays Ann: 4, Bob: 4; regret 0; pure, strict" in narrow
    assert max(map(len, narrow.splitlines())) <= 60


def test_nothing_found_is_no_table() -> None:
    pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    text = told(show_solution, told_answer(solve(pennies, "pure")), False)
    assert text == "pure: 0 pure equilibria, all there are."


def test_of_one_game_outcomes_and_failures_are_told_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    group = {"outcomes": {"a truce": 1.0}, "equilibria": [0]}
    solutions = [
        {**told_answer(solve(HUNT, name)), "game": "it", "by_outcome": [group]}
        for name in ("pure", "nash")
    ]
    answer = {"title": "[Hunt]", "legend": {}, "solutions": solutions, "agreements": []}
    show_answer(answer, everything=False)
    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith("[Hunt]")
    assert text.count("Equilibrium 1 leads to: a truce.") == 1
    assert text.count("Coordination failure: 2, Ann: 2, Bob: 2, although Ann and Bob both") == 1


def test_outcomes_are_told_in_sentences() -> None:
    chances = {"a truce": 0.75, "nothing": 0.2496, "war": 0.0004}
    assert outcome_words({"outcomes": chances, "equilibria": [0]}, True, 9) == (
        "The response leads to: a truce (75 %); nothing (25 %)."
    )
    many = outcome_words({"outcomes": {"a truce": 1.0}, "equilibria": list(range(12))}, False, 3)
    assert many == "Equilibria 1, 2, 3, ... lead to: a truce."


BOX = {
    "status": "tie",
    "chances": {"A": {"in": [1.0, 1.0]}, "B": {"in": [0.75, 1.0], "out": [0.0, 0.25]}},
}


def test_what_was_dropped_or_not_decided_is_said() -> None:
    solution = {"equilibria": [], "dropped": ["a", "b", "c", "d"], "undecided": [BOX] * 12}
    assert notes_of(solution, everything=False) == [
        "Dropped: a.",
        "Dropped: b.",
        "Dropped: c.",
        "(4 candidates dropped; --all shows every one.)",
        *["Undecided up to rounding: A: in; B: in (0.75 or more), out (up to 0.25)."] * 10,
        "(10 of 12 undecided places are told; --all tells every one.)",
    ]
    assert "Dropped: d." in notes_of(solution, everything=True)
    assert len(notes_of(solution, everything=True)) == 4 + 12
    left_out = {"equilibria": [], "not_compared": "too many"}
    assert notes_of(left_out, everything=True) == ["Not held against one another: too many."]


def test_beliefs_are_told_where_the_mover_cannot_be_sure() -> None:
    text = told(show_solution, told_answer(solve(seltens_horse(), "sequential")), False)
    assert 'In equilibrium 1, 3 believes at "3" to be after: R, L (1).' in text


def coins(count: int) -> ExtensiveGame:
    """Return a lottery of coins after each of which one player has two moves as good as another."""
    tie = {
        f"coin {k}": (f"1/{count}", Turn("A", {"x": [1], "y": [1]}, f"after {k}"))
        for k in range(count)
    }
    return ExtensiveGame.from_tree(["A"], Turn("A", {"out": [2], "in": Lottery(tie)}, "start"))


def test_equilibria_that_differ_where_nobody_gets_are_told_once() -> None:
    answer = told_answer(solve(coins(7), "subgame_perfect"))
    assert len(answer["equilibria"]) == 2**7
    short = told(show_solution, answer, False)
    assert "   1  A: start: out\n" in short
    assert "one of 128 that differ" in short
    assert "   2  " not in short
    assert "Only what is done at sets that are reached is told" in short
    long = " ".join(told(show_solution, answer, True).split())
    assert "after 6: x" in long
    assert "one of 128" not in long


def test_agreement_is_told_in_one_sentence() -> None:
    one = {"equilibrium": True, "found": {"nash": 0.0, "pure": 0.0}}
    table = {"methods": ["nash", "pure"], "rows": [one], "agree": True}
    assert agreement_words(table) == ["All of them found the same equilibrium."]
    assert agreement_words({**table, "rows": [one, one]}) == [
        "All of them found the same 2 equilibria."
    ]
    none = {"equilibrium": False, "found": {"nash": None, "pure": 0.0}}
    assert agreement_words({**table, "rows": [none]}) == ["None of them is an equilibrium."]


def test_moves_hardly_ever_made_are_left_out() -> None:
    assert mixed_words({"yes": 0.5, "no": 0.4999, "if": 0.0001}) == "yes (0.5), no (0.5)"
    assert mixed_words({"yes": "1/3", "no": "2/3"}) == "yes (1/3), no (2/3)"


def test_any_data_is_told_in_words() -> None:
    data = {
        "levels": {"Ann": 1.0},
        "leaders": {"Ann": {"value": 0.25, "attained": False}},
        "removed": [{"round": 1}] * (MOST_SHOWN + 1),
        "order_matters": True,
        "nothing": None,
    }
    text = told(show_data, data, 1)
    assert "  levels: Ann 1" in text
    assert "  leaders:\n    Ann: value 0.25, attained no" in text
    assert text.count("    - round 1") == MOST_SHOWN
    assert f"({MOST_SHOWN} of {MOST_SHOWN + 1}; --json has all)" in text
    assert "  order matters: yes" in text
    assert "nothing" not in text
    assert value_words({"a": {}, "b": None}) == "a none, b -"
