"""Entries of the tournament of 1980, turn by turn, by tables made by hand from the descriptions."""

from __future__ import annotations

import itertools
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from negsim.dynamics.build import compile_scenario
from negsim.playing.automaton import Memory
from negsim.playing.engine import expected, play
from negsim.playing.reading import read, reading
from negsim.playing.strategy import memoryless
from negsim.scenario.load import load
from tests.oracles.axelrod_1980 import DEFECTING, OWN, THEIRS, Nydegger, Tullock, parse

DILEMMA = Path(__file__).parents[2] / "scenarios" / "textbook" / "prisoners_dilemma.toml"
C, D = 0, 1

# What the rule does (C, D or the chance of C) in the rounds in which the other plays the script.
# Where it mixes it is taken to have done the likelier thing, C if both are.
TABLES = [
    ("davis:patience=3", "C C C C C C", "C C C C C C"),
    ("davis:patience=3", "C D C C C C", "C C C D D D"),
    ("davis:patience=3", "C C C D C C", "C C C C D D"),
    ("davis", "D C C C C C C C C C C C", "C C C C C C C C C C D D"),
    ("grim", "C C D C C C", "C C C D D D"),
    ("tit_for_tat", "C D D C C D", "C C D D C C"),
    # The chance falls from 1 by an eighth a move to 0.5; a defection is always answered in kind.
    ("feld:decay=4", "C C C C C C", "C 0.875 0.75 0.625 0.5 0.5"),
    ("feld:decay=4", "D C D C C C", "C D 0.75 D 0.5 0.5"),
    ("feld", "C C C", "C 0.9975 0.995"),
    ("joss", "C C D C C", "C 0.9 0.9 D 0.9"),
    ("joss:cooperating=1", "C C D C C", "C C C D C"),
    # After different moves it cooperates with chance 2/7, so is taken to defect.
    ("grofman", "C D C D C C", "C C 2/7 2/7 C C"),
    ("grofman", "D D D C C C", "C 2/7 C 2/7 2/7 2/7"),
    # One defection for the first departure, two for the second, three for the third.
    ("shubik", "D C C D D D C D C C C C", "C D C C D D C C D D D C"),
    ("shubik", "D D D D D D D D D D", "C D C D D C D D D C"),
    ("tullock", "C C C C C C C C C C C C C", "C C C C C C C C C C C 0.9 0.9"),
    # The first move is too long ago to count for the twelfth, the second for the thirteenth.
    ("tullock", "D D C C C C C C C C C C C", "C C C C C C C C C C C 0.8 0.9"),
    ("tullock", "D D D D D D D D D D D D D", "C C C C C C C C C C C D D"),
    # Tit for tat, but for the third move after being exploited and exploiting.
    ("nydegger", "C C C C C", "C C C C C"),
    ("nydegger", "D C C", "C D D"),
    ("nydegger", "C D D", "C C D"),
    ("nydegger", "C D C", "C C D"),
    # 2 for the other's defection three moves ago, or two, or one ago: 2, 8 and 32 are not listed.
    ("nydegger", "C C D C", "C C C C"),
    # Alone unkind after alone kind: 1 + 4 * 1 + 16 * 2 = 22 with the first move the oldest.
    ("nydegger", "D C C C", "C D D D"),
]


def turns(games: ModuleType, text: str, script: str) -> list[float]:
    """Return the chances of cooperation along a script of the other's moves."""
    words = [C if word == "C" else D for word in script.split()]
    table = read(games.prisoners_dilemma(max(len(words), 2)))
    tables = parse(text).tabulate(table, 0, {})
    memory, found = tables.start, []
    for index, theirs in enumerate(words):
        row = tables.act[memory, min(index, tables.act.shape[1] - 1), 0, 0]
        found.append(float(row[C]))
        own = C if row[C] >= 0.5 else D
        memory = int(tables.next[memory, 0, 0, 2 * own + theirs, 0])
    return found


def chance(word: str) -> float:
    """Return the chance of cooperation that a word of a table stands for."""
    if word in "CD":
        return float(word == "C")
    above, _, below = word.partition("/")
    return float(above) / float(below or 1)


@pytest.mark.parametrize(("text", "script", "moves"), TABLES)
def test_turns(games: ModuleType, text: str, script: str, moves: str) -> None:
    assert turns(games, text, script) == pytest.approx([chance(word) for word in moves.split()])


@pytest.mark.parametrize("player", [0, 1])
def test_both_sides_play_alike(games: ModuleType, player: int) -> None:
    """Either side counts its own defection as 1 and the other's as 2."""
    table = read(games.prisoners_dilemma(9))
    tables = parse("nydegger").tabulate(table, player, {})
    memory, found = tables.start, ""
    for theirs in [D, C, C, C, C]:
        own = int(tables.act[memory, 0, 0, 0].argmax())
        found += "CD"[own]
        profile = 2 * own + theirs if player == 0 else 2 * theirs + own
        memory = int(tables.next[memory, 0, 0, profile, 0])
    assert found == "CDDDC"


def test_the_table_of_nydegger() -> None:
    """Sums of 2 for the other's defection and 1 for one's own, the last round at 16."""
    rule = Nydegger()
    both = OWN + THEIRS
    assert rule.cooperation((both, both, both)) == 1.0
    assert rule.cooperation((OWN, 0, 0)) == 0.0
    assert rule.cooperation((0, 0, OWN)) == 1.0
    assert 16 not in DEFECTING
    assert rule.cooperation((OWN, THEIRS, 0)) == 1.0
    assert rule.cooperation((THEIRS, OWN, 0)) == 0.0
    assert len(DEFECTING) == 19
    histories: list[Memory] = list(itertools.product(range(4), repeat=3))
    assert sum(rule.cooperation(history) == 0 for history in histories) == 19


def test_tullock_looks_back_over_ten_moves() -> None:
    rule = Tullock()
    memory: Memory = (0,)
    for _ in range(30):
        memory = rule.step(memory, THEIRS)
    assert memory == (11, *[1] * 10)


NICE = ["davis", "grim", "grofman", "nydegger", "shubik", "tit_for_tat"]


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations_with_replacement(NICE, 2)])
def test_nice_rules_get_600_from_each_other(one: str, other: str) -> None:
    """Axelrod (1980): rules that are never first to defect get 3 a move for 200 moves, 600."""
    compiled = compile_scenario(load(DILEMMA).set({"talks.rounds": 200}))
    table = reading(compiled, compiled.talks())
    tables = [parse(text).tabulate(table, k, {}) for k, text in enumerate((one, other))]
    assert expected(table, tables).tolist() == pytest.approx([600, 600])


def test_joss_and_tit_for_tat_fall_into_recriminations(games: ModuleType) -> None:
    """After the first unprovoked defection they alternate, after the next both defect for good.

    Then each gets 1 a move, far from the 600 of mutual cooperation.
    """
    table = read(games.prisoners_dilemma(200))
    tables = [parse(text).tabulate(table, k, {}) for k, text in enumerate(("tit_for_tat", "joss"))]
    scores = expected(table, tables)
    assert 210 < scores[0] < 260
    assert 0 < scores[1] - scores[0] < 5
    runs = play(table, tables, runs=1, seed=3)
    assert runs.trajectory(0)[-1].moves == ("D", "D")


def test_a_third_party_with_one_move_is_looked_past(games: ModuleType) -> None:
    payoffs = np.array([[[3, 0, 5, 1]], [[3, 5, 0, 1]], [[0, 0, 0, 0]]], dtype=float)
    game = games.hand_made(payoffs, [["C", "D"], ["C", "D"], ["watch"]], rounds=3)
    tables = [parse("joss:cooperating=1").tabulate(read(game), k, {}) for k in range(2)]
    tables.append(memoryless([[[[1.0]]]]))
    assert expected(game, tables).tolist() == [9, 9, 0]
