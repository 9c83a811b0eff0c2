"""Strategies in a file of the user's: played like any other, and their faults told with a line."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from negsim.errors import NegsimError
from negsim.playing.automaton import Automaton
from negsim.playing.engine import play
from negsim.playing.reading import read
from negsim.playing.registry import parse, strategies
from negsim.playing.user_code import load_strategy

MINE = '''
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from negsim.playing.automaton import Automaton
from negsim.playing.strategy import Strategy, memoryless, within


@dataclass(frozen=True, slots=True)
class First(Strategy):
    """Play one move for ever."""

    place: int = field(default=0, metadata=within(0, 5, "number of the move", "moves"))

    def tabulate(self, table, player, others, /):
        return memoryless(np.eye(table.board.moves[player])[self.place][None, None, None])


@dataclass(frozen=True, slots=True)
class Alternate(Automaton):
    """Play the first two moves in turn."""

    remembers = "whose turn it is"

    def first(self, table, player, /):
        return (0,)

    def symbols(self, table, player, /):
        return np.zeros((1, table.board.num_profiles), dtype=np.int64)

    def step(self, memory, symbol, /):
        return (1 - memory[0],)

    def actions(self, table, player, memories, /):
        moves = np.eye(table.board.moves[player])
        return moves[[memory[0] for memory in memories]][:, None, None, None]


class Empty(Strategy):
    pass


class Nothing(First):
    def tabulate(self, table, player, others, /):
        return None


@dataclass(frozen=True, slots=True)
class Loose(First):
    level: float = 0.5


NOT_A_STRATEGY = 3
'''


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return "mine.py"


def test_a_class_is_played_like_any_strategy(games: ModuleType, mine: str) -> None:
    table = read(games.prisoners_dilemma(4))
    rules = [load_strategy(f"{mine}:Alternate"), load_strategy(f"{mine}:First:place=1")]
    tables = [rule.tabulate(table, player, {}) for player, rule in enumerate(rules)]
    moves = [turn.moves for turn in play(table, tables, runs=1, seed=0).trajectory(0)]
    assert moves == [("C", "D"), ("D", "D"), ("C", "D"), ("D", "D")]
    assert isinstance(rules[0], Automaton)


def test_its_text_names_it_again(mine: str) -> None:
    rule = load_strategy(f"{mine}:First:place=1")
    assert str(rule) == "mine.py:First:place=1"
    assert str(load_strategy(str(rule))) == str(rule)
    assert hash(rule) == hash(rule)
    assert not [name for name in strategies if "First" in name]


FAULTS = [
    ("mine.py:Fist", 'unknown strategy in mine.py "Fist"; did you mean "First"? (known: Alternate'),
    ("mine.py:NOT_A_STRATEGY", 'unknown strategy in mine.py "NOT_A_STRATEGY"'),
    ("mine.py:", 'unknown strategy in mine.py ""'),
    ("mine.py:Strategy", 'unknown strategy in mine.py "Strategy"'),
    ("mine.py:Empty", "mine.py: Empty does not define tabulate"),
    ("mine.py:Loose", "mine.py: Loose.level has no number as default or no bounds; expected field"),
    ("mine.py:First:place=9", "mine.py:First: place is 9, expected a whole number from 0 to 5"),
    ("mine.py:First:plac=1", 'unknown parameter of mine.py:First "plac"; did you mean "place"?'),
    ("other.py:First", "other.py: no such file; expected FILE.py:CLASS"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_wrong_text_is_told_in_one_line(mine: str, text: str, message: str) -> None:
    with pytest.raises(NegsimError) as caught:
        load_strategy(text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


CODES = [
    ("import dataclasses\nclass A(:\n", "broken.py:2: invalid syntax"),
    ("a = 1\nb = a / 0\n", "broken.py:2: ZeroDivisionError: division by zero"),
    ("import nothing_of_the_kind\n", "broken.py:1: ModuleNotFoundError: No module named"),
    ("raise RuntimeError('one\\ntwo')\n", "broken.py:1: RuntimeError: one"),
    ("\n\nassert 0\n", "broken.py:3: AssertionError"),
    ("import sys\nsys.exit(4)\n", "broken.py:2: SystemExit: 4"),
]


@pytest.mark.parametrize(("code", "message"), CODES)
def test_a_file_that_fails_is_told_with_its_line(mine: str, code: str, message: str) -> None:
    Path("broken.py").write_text(code, encoding="utf-8")
    with pytest.raises(NegsimError) as caught:
        load_strategy("broken.py:A")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_rule_that_fails_is_told_with_its_line(games: ModuleType, mine: str) -> None:
    table = read(games.prisoners_dilemma(4))
    line = (
        MINE.splitlines().index(
            "        return memoryless(np.eye(table.board.moves[player])"
            "[self.place][None, None, None])"
        )
        + 1
    )
    with pytest.raises(NegsimError) as caught:
        load_strategy("mine.py:First:place=5").tabulate(table, 0, {})
    assert str(caught.value).startswith(f"mine.py:{line}: IndexError: index 5 is out of bounds")
    with pytest.raises(NegsimError, match=r"Nothing\.tabulate returned NoneType, expected Tables"):
        load_strategy("mine.py:Nothing").tabulate(table, 0, {})


def test_a_library_strategy_is_untouched_by_loading(mine: str) -> None:
    load_strategy("mine.py:First")
    assert parse("sincere").name == "sincere"
    assert np.array_equal(sorted(strategies), list(strategies))
