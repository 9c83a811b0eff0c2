"""Solving game files: which methods by default, numbers as written, trees as tables, faults."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from negsim.errors import GameError, SolverError, UsageError
from negsim.theory.files.gambit_files import to_efg, to_nfg
from negsim.theory.files.interop import to_csv
from negsim.theory.files.solve_file import PLANS, TABLE, TREE, exact_plans, read_game, solve_file
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.registry import solvers
from tests.oracles.plain_trees import chain_store, kuhns_poker, seltens_horse

PENNIES = 'NFG 1 R "pennies" { "odd" "even" } { 2 2 }\n1/3 0 0 1/3 0 1/3 1/3 0\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pennies.nfg").write_text(PENNIES)
    (tmp_path / "store.efg").write_text(to_efg(chain_store()))
    (tmp_path / "poker.efg").write_text(to_efg(kuhns_poker()))
    (tmp_path / "horse.efg").write_text(to_efg(seltens_horse()))
    three = NormalFormGame(np.arange(24.0).reshape(3, 2, 2, 2) / 10, ["A", "B", "C"])
    (tmp_path / "three.NFG").write_text(to_nfg(three, "three"))
    (tmp_path / "table.csv").write_text(to_csv(three))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "methods", "exact"),
    [
        ("pennies.nfg", ["pure", "nash", "logit"], ["pure", "nash"]),
        ("three.NFG", ["pure", "regular", "logit"], ["pure"]),
        ("table.csv", ["pure", "regular", "logit"], ["pure"]),
        ("store.efg", ["subgame_perfect", "tree_nash"], ["subgame_perfect", "tree_nash"]),
        ("horse.efg", ["subgame_perfect"], ["subgame_perfect"]),
    ],
)
def test_methods_that_apply_are_taken_by_default(
    folder: Path, name: str, methods: list[str], exact: list[str]
) -> None:
    answer = solve_file(folder / name)
    assert [told["method"] for told in answer["solutions"]] == methods
    assert {told["game"] for told in answer["solutions"]} == {
        TREE if name.endswith("efg") else TABLE
    }
    assert answer["agreements"] == []
    exactly = solve_file(folder / name, exact=True)
    assert [told["method"] for told in exactly["solutions"]] == exact


def test_a_title_that_is_not_there_is_the_name_of_the_file(folder: Path) -> None:
    assert solve_file(folder / "pennies.nfg")["title"] == "pennies"
    assert solve_file(folder / "table.csv")["title"] == "table.csv"
    assert solve_file(folder / "table.csv")["players"] == ["A", "B", "C"]


def test_numbers_count_as_they_are_written(folder: Path) -> None:
    (told,) = solve_file(folder / "pennies.nfg", ["nash"], exact=True)["solutions"]
    assert told["exact"][0]["payoffs"] == ["1/6", "1/6"]


def test_where_the_table_is_too_large_one_equilibrium_is_found(folder: Path) -> None:
    answer = solve_file(folder / "poker.efg")
    perfect, every, one = answer["solutions"]
    assert perfect["message"] == "0 pure equilibria, all there are"
    assert "equilibria" not in every
    assert every["message"].startswith('not solved: solver "tree_nash" would enumerate')
    assert one["method"] == "sequence_form"
    assert one["equilibria"][0]["payoffs"]["1"] == pytest.approx(-1 / 18)


def test_trees_are_tables_of_plans_to_methods_for_tables(folder: Path) -> None:
    (told,) = solve_file(folder / "store.efg", ["pure"])["solutions"]
    assert told["game"] == PLANS
    assert told["actions"] == [["out", "in"], ["fight", "yield"]]
    (told,) = solve_file(folder / "store.efg", ["nash"], exact=True)["solutions"]
    assert [one["row"] for one in told["exact"]][-1] == ["0", "1"]
    assert exact_plans(chain_store()).title == "chain store"


def test_methods_that_are_named_are_compared(folder: Path) -> None:
    answer = solve_file(folder / "pennies.nfg", ["nash", "nashpy"])
    assert answer["agreements"][0]["agree"]


@pytest.mark.parametrize(
    ("name", "methods", "error", "fault"),
    [
        ("gone.nfg", [], UsageError, "gone.nfg: no such file"),
        ("pennies.txt", [], UsageError, r"\(.toml\), .* \(.nfg, .efg\) .* \(.csv, .tsv\)"),
        ("bad.nfg", [], GameError, "bad.nfg:1:1: "),
        ("bad.efg", [], GameError, 'bad.efg:2:3: .*expected a node: "c", "p" or "t"'),
        ("bad.csv", [], GameError, "bad.csv:1: "),
        ("horse.efg", ["tree_nash"], SolverError, "takes 2 players and this game has 3"),
        ("three.NFG", ["nash"], SolverError, "takes 2 players .* solvers that can: .*regular"),
        ("three.NFG", ["subgame_perfect"], SolverError, "takes a tree and this is a table of pay"),
        ("three.NFG", ["limit"], SolverError, "takes talks over rounds"),
    ],
)
def test_faults_are_told(
    folder: Path, name: str, methods: list[str], error: type[Exception], fault: str
) -> None:
    (folder / "bad.nfg").write_text("no game")
    (folder / "bad.efg").write_text('EFG 2 R "" { "a" }\n  x')
    (folder / "bad.csv").write_text("no,game\n1,2\n")
    with pytest.raises(error, match=fault):
        solve_file(folder / name, methods)


def test_games_are_read_as_they_are_written(folder: Path) -> None:
    assert read_game(folder / "table.csv").payoffs[0][1] * 10 == 1
    assert read_game(folder / "three.NFG").actions == (("1", "2"),) * 3


def test_small_tables_of_three_are_proved_by_default(tmp_path: Path) -> None:
    for shape, methods in (
        ((2, 2, 2), ["pure", "regular", "logit"]),
        ((4, 4, 4), ["pure", "tracing", "logit"]),
    ):
        file = tmp_path / "game.nfg"
        payoffs = np.random.default_rng(1).normal(size=(3, *shape))
        file.write_text(to_nfg(NormalFormGame(payoffs)), encoding="utf-8")
        assert [told["method"] for told in solve_file(file)["solutions"]] == methods


def test_methods_that_do_not_take_the_game_are_left_out(folder: Path) -> None:
    solutions = solve_file(folder / "three.NFG", ["nash", "pure", "subgame_perfect"])["solutions"]
    assert [one["method"] for one in solutions] == ["nash", "pure", "subgame_perfect"]
    assert ["left_out" in one for one in solutions] == [True, False, True]
    assert solutions[0]["message"].startswith('not solved: solver "nash" takes 2 players')
    with pytest.raises(SolverError, match=r'^solver "nash" takes 2.*\nsolver "nashpy" takes 2'):
        solve_file(folder / "three.NFG", ["nash", "nashpy"])


def zero_sum_table(size: int) -> NormalFormGame:
    own = np.random.default_rng(size).integers(-9, 10, (size, size)).astype(float)
    return NormalFormGame.from_bimatrix(own, -own)


def test_an_equilibrium_is_shown_where_all_cannot_be_listed(tmp_path: Path) -> None:
    file = tmp_path / "game.nfg"
    file.write_text(to_nfg(zero_sum_table(18)), encoding="utf-8")
    solutions = {one["method"]: one for one in solve_file(file)["solutions"]}
    assert list(solutions) == ["pure", "nash", "zero_sum", "logit"]
    (found,) = solutions["zero_sum"]["equilibria"]
    assert max(found["regret"].values()) < 1e-12
    assert "the value is" in solutions["zero_sum"]["message"]
    assert not solutions["zero_sum"]["complete"]


def test_moves_that_do_not_count_do_not_hide_a_small_table_of_three(tmp_path: Path) -> None:
    payoffs = np.random.default_rng(3).normal(size=(3, 2, 2, 2))
    wide = np.repeat(np.repeat(payoffs, 4, axis=1), 3, axis=2)
    file = tmp_path / "game.nfg"
    file.write_text(to_nfg(NormalFormGame(wide)), encoding="utf-8")
    methods = [one["method"] for one in solve_file(file)["solutions"]]
    assert methods == ["pure", "regular", "logit"]


TAKE_TREES = {"agent_logit", "sequence_form", "sequential", "subgame_perfect"}

CARDS = 18
"""Cards of which the player of :data:`GUESSES` sees one: 2 to the 18 plans."""

GUESSES = "\n".join(
    [
        'EFG 2 R "guesses" { "seer" "other" }',
        'c "" 1 "" { ' + " ".join(f'"{card}" 1/{CARDS}' for card in range(CARDS)) + " } 0",
        *[
            f'p "" 1 {card + 1} "" {{ "high" "low" }} 0\n'
            f't "" {2 * card + 1} "" {{ {card} 0 }}\nt "" {2 * card + 2} "" {{ 0 {card} }}'
            for card in range(CARDS)
        ],
    ]
)


@pytest.fixture
def guesses(tmp_path: Path) -> Path:
    path = tmp_path / "guesses.efg"
    path.write_text(GUESSES, encoding="utf-8")
    return path


@pytest.mark.parametrize("method", solvers)
def test_a_method_that_cannot_take_a_tree_says_which_can(method: str, guesses: Path) -> None:
    if method in TAKE_TREES:
        assert solve_file(guesses, [method])["solutions"][0]["equilibria"]
        return
    with pytest.raises(SolverError, match=f'^solver "{method}" (.*); solvers that can: ') as found:
        solve_file(guesses, [method])
    able = str(found.value).rsplit("solvers that can: ", 1)[1].split(", ")
    assert set(able) <= TAKE_TREES
    assert able
