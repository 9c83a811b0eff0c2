"""``negsim solve``: any file, any methods, all or the first, fractions, JSON, figure, faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from negsim.theory.files.gambit_files import to_efg, to_nfg
from negsim.theory.files.interop import to_csv
from negsim.theory.normal_form.game import NormalFormGame
from tests.oracles.plain_trees import chain_store, kuhns_poker

SCENARIO_METHODS = ["backward_induction", "stackelberg", "correlated", "iterated_dominance"]


@pytest.fixture
def files(here: Path) -> Path:
    """A folder with a table, a tree and a CSV table."""
    same = np.eye(4)
    hunt = NormalFormGame.from_bimatrix(
        [[4, 0], [3, 3]], [[4, 3], [0, 3]], ["[Ann]", "Bob"], [["stag", "hare"], ["stag", "hare"]]
    )
    thirds = 'NFG 1 R "Thirds" { "Ann" "Bob" } { 2 2 }\n1/3 0 0 1/3 0 1/3 1/3 0\n'
    (here / "same.nfg").write_text(to_nfg(NormalFormGame.from_bimatrix(same, same), "Same"))
    (here / "hunt.csv").write_text(to_csv(hunt))
    (here / "thirds.nfg").write_text(thirds)
    (here / "store.efg").write_text(to_efg(chain_store()))
    (here / "poker.efg").write_text(to_efg(kuhns_poker()))
    return here


def test_a_game_file_is_solved_as_a_scenario_is(files: Path, command: Callable) -> None:
    answer = command("solve", "hunt.csv")
    assert (answer.code, answer.err) == (0, "")
    words = " ".join(answer.out.split())
    assert "nash (the table): 3 equilibria, all there are." in words
    assert "[Ann]: stag; Bob: stag pays [Ann]: 4, Bob: 4; regret 0; pure, strict" in words
    assert "payoff-dominant" in words
    assert "risk-dominant, coordination failure" in words
    assert "although [Ann] and Bob both prefer [Ann]: stag, Bob: stag." in words
    assert "quantal response at precision 50" in words


def test_of_long_lists_the_first_are_shown(files: Path, command: Callable) -> None:
    out = command("solve", "same.nfg", "--method", "nash").out
    assert "15 equilibria, all there are" in out
    assert "10 of 15 are shown; --all shows every one." in out
    assert "  11  " not in out
    every = command("solve", "same.nfg", "--method", "nash", "--all").out
    assert "are shown" not in every
    assert "  15  " in every
    data = command("solve", "same.nfg", "--method", "nash", "--json").data
    assert len(data["solutions"][0]["equilibria"]) == 15


@pytest.mark.parametrize(
    "words", [["--method", "nash,pure"], ["--method", "nash", "--method", "pure"]]
)
def test_several_methods_are_held_against_each_other(
    words: list[str], files: Path, command: Callable
) -> None:
    out = command("solve", "hunt.csv", *words).out
    assert "Agreement of nash, pure (the table):" in out
    assert "Of 3 equilibria nash found 3, pure 2." in out
    data = command("solve", "hunt.csv", *words, "--json").data
    (table,) = data["agreements"]
    assert [row["found"]["pure"] for row in table["rows"]] == [0, None, 0]
    one = command("solve", "hunt.csv", "--method", "nash")
    assert "Agreement" not in one.out


def test_methods_that_agree_say_so(files: Path, command: Callable) -> None:
    out = command("solve", "hunt.csv", "--method", "nash,nashpy,regular").out
    assert "All of them found the same 3 equilibria." in out


def test_fractions_are_printed(files: Path, command: Callable) -> None:
    out = command("solve", "thirds.nfg", "--exact").out
    assert "pays Ann: 1/6, Bob: 1/6" in out
    assert "1 (1/2), 2 (1/2)" in out
    assert "logit" not in out
    store = command("solve", "store.efg", "--method", "tree_nash", "--exact").out
    assert "fight (1/2), yield (1/2)" in store


def test_fractions_of_a_scenario(scenario_files: dict[str, Path], command: Callable) -> None:
    file = scenario_files["battle_of_the_sexes"]
    assert "1/3" in command("solve", file, "--exact").out
    assert "2/3" in command("solve", file, "--exact", "--method", "nash").out
    exact = command("solve", file, "--exact", "--json").data["two_party"]["exact"]
    assert exact[1]["payoffs"] == ["2/3", "2/3"]


def test_trees_are_told_by_what_is_done_where(files: Path, command: Callable) -> None:
    out = command("solve", "store.efg").out
    assert "rival 1: in   store 1: yield" in out
    poker = command("solve", "poker.efg").out
    assert 'not solved: solver "tree_nash"' in poker
    assert "Only what is done at sets that are reached is told" in poker
    assert "2 king bet" not in " ".join(poker.split())
    assert "2 king bet: call" in " ".join(command("solve", "poker.efg", "--all").out.split())


@pytest.mark.parametrize("method", SCENARIO_METHODS)
def test_answers_of_any_kind_are_told_in_words(
    method: str, scenario_files: dict[str, Path], command: Callable
) -> None:
    answer = command("solve", scenario_files["prisoners_dilemma"], "--method", method)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count("\n") > 4
    assert not set("{}'") & set(answer.out.partition("\n")[2])


def test_endless_talks_are_told_by_their_first_round(
    scenario_files: dict[str, Path], command: Callable
) -> None:
    out = " ".join(
        command("solve", scenario_files["stall_or_press"], "--method", "limit").out.split()
    )
    assert "worth at the start: Staller: 0.5, Mediator: 0.6" in out
    assert "in round 1 Staller says no (0.714)" in out


def test_equilibria_of_a_scenario_are_told_by_outcome(
    scenario_files: dict[str, Path], command: Callable
) -> None:
    out = command("solve", scenario_files["chicken"]).out
    assert "a move of Row: Row yields" in out
    assert "Equilibrium 1 leads to: Column yields." in out
    data = command("solve", scenario_files["chicken"], "--json").data
    assert data["pure"]["by_outcome"][0] == {"outcomes": {"Column yields": 1}, "equilibria": [0]}
    assert len(data["two_party"]["by_outcome"]) == 3


def test_the_branch_is_drawn_where_it_is_asked_for(files: Path, command: Callable) -> None:
    words = ["solve", "hunt.csv", "--method", "logit_branch"]
    out = command(*words).out
    assert "It leads to this equilibrium as the precision grows:" in out
    assert "[Ann]: hare; Bob: hare" in out
    assert not (files / "there").exists()
    command(*words, "--out", "there")
    names = sorted(path.name for path in (files / "there").iterdir())
    assert names == ["logit_branch.png", "logit_branch.svg", "negsim.json", "solve.json"]
    written = json.loads((files / "there" / "solve.json").read_text())
    assert written["solutions"][0]["limit"]["profile"]["Bob"] == {"hare": 1}
    assert "leads to [Ann]: hare; Bob: hare" in (files / "there" / "logit_branch.svg").read_text()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("gone.nfg", "gone.nfg: no such file, expected a Gambit file"),
        ("same.nfg --method nsh", 'unknown solver "nsh"; did you mean "nash"?'),
        ("same.nfg --method nash,", "method: an empty name"),
        ("same.nfg --method logit --exact", 'exact: "logit" works in floats; methods that can: '),
        ("same.nfg --set a=1", "--set a=1: a game file has no named numbers to set"),
        ("same.nfg --method limit", "takes talks over rounds and this is a table of "),
        ("broken.nfg", 'broken.nfg:2:5: "x" is no number, expected one such as 2'),
        ("broken.efg", 'broken.efg:1:21: got "q", expected a node: "c", "p" or "t"'),
        ("broken.csv", "broken.csv:1: "),
        (
            "matrix.txt",
            "matrix.txt: `solve` reads scenarios (.toml), games of Gambit (.nfg, .efg) and",
        ),
        ("huge.csv", 'huge.csv:3: "777777777777777777777777..." has 5000 characters'),
        ("huge.nfg", 'huge.nfg:2:2: "777777777777777777777777..." has 5000 characters'),
        ("huge.efg", 'huge.efg:2:13: "777777777777777777777777..." has 5000 characters'),
        ("same.nfg --truce A=x", "--truce, --instead: expected with --method critical_discount"),
        ("hunt.csv --method logit_branch --out hunt.csv", "hunt.csv: is a file, expected a folder"),
    ],
)
def test_faults_are_one_line(words: str, fault: str, files: Path, command: Callable) -> None:
    (files / "broken.nfg").write_text('NFG 1 R "" { "a" } { 2 }\n 1, x')
    (files / "broken.efg").write_text('EFG 2 R "" { "a" }  q "" 1')
    (files / "broken.csv").write_text("A,B\n1,2\n")
    (files / "matrix.txt").write_text("3,3 0,5\n5,0 1,1\n")
    huge = "7" * 5000
    (files / "huge.csv").write_text(f"A,payoff A\nx,1\ny,{huge}\n")
    (files / "huge.nfg").write_text(f'NFG 1 R "" {{ "a" }} {{ 1 }}\n {huge}')
    (files / "huge.efg").write_text(f'EFG 2 R "" {{ "a" }}\nt "" 1 "" {{ {huge} }}')
    answer = command("solve", *words.split())
    assert answer.code == 2
    assert answer.out == ""
    assert fault in answer.err
    assert answer.err.count("\n") == 1


def test_too_large_games_name_methods_that_can(files: Path, command: Callable) -> None:
    rng = np.random.default_rng(0)
    game = NormalFormGame(rng.normal(size=(2, 30, 30)))
    (files / "large.nfg").write_text(to_nfg(game))
    answer = command("solve", "large.nfg", "--method", "nash")
    assert answer.code == 2
    assert "in a game of 30 x 30 actions, expected at most 400,000" in answer.err
    assert "solvers that can: " in answer.err
    by_default = command("solve", "large.nfg")
    assert by_default.code == 0
    assert "nash (the table): not solved: " in by_default.out
    assert "tracing (the table): the equilibrium to which" in " ".join(by_default.out.split())
    assert "failures" not in by_default.out


def test_bargaining_is_told_for_both_starting_points(
    scenario_files: dict[str, Path], command: Callable
) -> None:
    answer = command("solve", scenario_files["deadline"])
    assert answer.code == 0
    assert "Bargaining over packages that conclude now" in answer.out
    told = command("solve", scenario_files["deadline"], "--json").data["bargaining"]
    assert len(told) == 16, "four rules, two starting points, with lotteries and without"
    assert {one["no_deal"] for one in told} == {"reservation", "solved"}
    assert any(one["packages"] for one in told)


@pytest.mark.parametrize(
    ("method", "where"),
    [
        ("perfect_bayesian", "negsim signal FILE"),
        ("reputation", "in Python"),
        ("critical_discount", "--truce PARTY=MOVE"),
        ("payoff_set", "--set parties."),
    ],
)
def test_what_a_round_is_not_is_answered_elsewhere(
    method: str, where: str, scenario_files: dict[str, Path], command: Callable
) -> None:
    answer = command("solve", scenario_files["chicken"], "--method", method)
    assert answer.code == 2
    assert where in answer.err
    assert answer.err.count("\n") == 1


def test_the_list_of_solvers_says_for_which_games_they_are(command: Callable) -> None:
    rows = {row["name"]: row for row in command("list", "solvers", "--json").data}
    assert list(rows) != sorted(rows), "by class of game"
    assert (rows["nash"]["game"], rows["nash"]["players"], rows["nash"]["exact"]) == (
        "table",
        "2",
        "--exact",
    )
    assert (rows["tree_nash"]["game"], rows["limit"]["game"]) == ("tree", "talks")
    assert rows["pure"]["players"] == "1+"
    shown = command("list", "solvers", "nash")
    assert all(word in shown.out for word in ("every equilibrium", "cost", "source", "options"))
    assert all(word in command("list", "solvers").out for word in ("table:", "tree:", "talks:"))


DILEMMA = "A;B;Payoff A;Payoff B\nC;C;3;3\nC;D;-1;5\nD;C;5;-1\nD;D;2;2\n"
HUNT = "A,B,payoff A,payoff B\ns,s,4,4\ns,h,0,3\nh,s,3,0\nh,h,3,3\n"
KEEP = ("--method", "critical_discount")


def test_a_table_is_asked_which_discounts_keep_its_truce(files: Path, command: Callable) -> None:
    (files / "dilemma.csv").write_text(DILEMMA)
    (told,) = command("solve", "dilemma.csv", *KEEP, "--json").data["solutions"]
    assert told["truce"] == {"A": "C", "B": "C"}
    assert told["answers"][0]["discounts"]["A"] == [[pytest.approx(2 / 3), 1]]
    out = command("solve", "dilemma.csv", *KEEP).out
    assert "for good (grim) from 0.667 from 0.667" in " ".join(out.split())


def test_the_truce_of_a_table_can_be_chosen(files: Path, command: Callable) -> None:
    (files / "hunt.csv").write_text(HUNT)
    assert "2 equilibria in pure moves to fall back on" in command("solve", "hunt.csv", *KEEP).err
    chosen = [*KEEP, "--truce", "A=s", "--truce", "B=s"]
    (told,) = command("solve", "hunt.csv", *chosen, "--json").data["solutions"]
    assert told["instead"] == {"A": "h", "B": "h"}
    assert told["answers"][0]["discounts"]["B"] == [[0, 1]]
    for option, fault in (
        ("C=s", "--truce C: no such player (A, B)"),
        ("A=x", '--truce: expected A=ONE OF s, h; got "x"'),
        ("A", "--truce A: expected PLAYER=MOVE, once a player"),
    ):
        answer = command("solve", "hunt.csv", *KEEP, "--truce", option)
        assert (answer.code, answer.err) == (2, f"{fault}\n")


@pytest.mark.parametrize("name", ["run", "check", "stall"])
def test_games_are_sent_to_the_command_that_reads_them(
    name: str, files: Path, command: Callable
) -> None:
    (files / "dilemma.csv").write_text(DILEMMA)
    answer = command(name, "dilemma.csv")
    assert answer.code == 2
    assert "dilemma.csv: is a game, which `negsim solve` reads; expected a scenario" in answer.err


def test_imperfect_recall_is_told_and_what_still_can_be_asked(
    files: Path, command: Callable
) -> None:
    (files / "driver.efg").write_text(
        'EFG 2 R "driver" { "D" } p "" 1 1 "road" { "Exit" "On" } 0 t "" 1 "" { 0 }\n'
        'p "" 1 1 "road" { "Exit" "On" } 0 t "" 2 "" { 4 } t "" 3 "" { 1 }'
    )
    answer = command("solve", "driver.efg")
    out = " ".join(answer.out.split())
    assert answer.code == 0
    assert 'D is absent-minded at "road": one way comes there twice' in out
    assert "try --method pure, which takes whole plans" in out
    assert "1 On 1 0 pure" in out
    assert command("solve", "driver.efg", "--method", "pure").code == 0
