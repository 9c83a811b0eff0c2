"""Gambit files: what is read, what is written, and that nothing but our own error escapes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from negsim import text_files
from negsim.errors import GameError, NegsimError, UsageError
from negsim.theory.files import gambit_files
from negsim.theory.files.gambit_files import (
    parse_efg,
    parse_nfg,
    read_efg,
    read_exact_nfg,
    read_nfg,
    to_efg,
    to_nfg,
)
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.numerics.exact import distinct_names, exact_number
from negsim.theory.trees.game import ExtensiveGame, Lottery, Tree, Turn

QUIET = settings(
    deadline=None,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow],
)

# The same game in both formats: Selten (1975), figure 2, as a table.
BY_PAYOFFS = """NFG 1 R "Selten, figure 2" { "Player 1" "Player 2" } { 3 2 }
1 1 0 2 0 2
1 1 0 3 2 0
"""
BY_OUTCOMES = """NFG 1 R "Selten, figure 2" { "Player 1" "Player 2" }
{
{ "1" "2" "3" }
{ "1" "2" }
}
"a comment with a \\"quote\\""
{
{ "" 1, 1 }
{ "" 0, 2 }
{ "" 0, 3 }
{ "good for 1" 2 0 }
}
1 2 2 1 3 4
"""

EFG = """EFG 2 R "A raise" { "Ann" "Bob" }
"chance first"

c "deal" 1 "(0,1)" { "red" .5 "black" 1/2 } 0
p "" 1 1 "sees red" { "raise" "fold" } 0
p "" 2 1 "raised" { "meet" "pass" } 0
t "" 1 "big" { 2, -2 }
t "" 2 "small" { 1 -1 }
t "" 2
p "" 1 2 "sees black" { "raise" "fold" } 3 "fee" { -1e-1, 0.1 }
p "" 2 1 0
t "" 4 "lost big" { -2, 2 }
t "" 2
t "" 5 "lost" { -1, 1 }
"""


def test_payoffs_stand_with_the_first_players_actions_fastest() -> None:
    game = parse_nfg(BY_PAYOFFS).game
    assert game.players == ("Player 1", "Player 2")
    assert game.payoffs[0].tolist() == [[1, 1], [0, 0], [0, 2]]
    assert game.payoffs[1].tolist() == [[1, 1], [2, 3], [2, 0]]


def test_outcomes_say_the_same_as_payoffs() -> None:
    one, other = parse_nfg(BY_PAYOFFS), parse_nfg(BY_OUTCOMES)
    assert one.payoffs == other.payoffs
    assert other.actions == (("1", "2", "3"), ("1", "2"))
    assert other.comment == 'a comment with a "quote"'


def test_outcome_zero_pays_nothing() -> None:
    game = parse_nfg('NFG 1 R "" { "a" } { { "x" "y" } } "" { { "one" 7 } } 0 1')
    assert game.payoffs == ((0, 7),)


def test_numbers_are_read_as_they_are_written() -> None:
    game = parse_nfg('NFG 1 D "" { "a" } { 6 } 1/3 .1 -2.50 1e-2 +4 2e1/-3')
    assert game.payoffs[0] == tuple(map(Fraction, ("1/3", "1/10", "-5/2", "1/100", "4", "-20/3")))
    assert parse_nfg('NFG 1 R "" { "a" "b" } { 1 1 } 0.1 0.2').matrix(1) == [[Fraction(1, 5)]]


def test_a_tree_with_chance_information_sets_and_outcomes_on_the_way() -> None:
    game = parse_efg(EFG)
    assert game.title == "A raise"
    assert [one.name for one in game.information_sets] == ["sees red", "raised", "sees black"]
    assert game.members()[1] == (2, 7)
    assert game.nodes[0].name == "deal"
    assert game.nodes[0].chances == (Fraction(1, 2), Fraction(1, 2))
    assert [node.payoffs for node in game.nodes[8:]] == [
        (Fraction(-21, 10), Fraction(21, 10)),
        (Fraction(9, 10), Fraction(-9, 10)),
        (Fraction(-11, 10), Fraction(11, 10)),
    ]
    assert game.nodes[9].name == "small"
    assert game.perfect_recall


def test_empty_and_repeated_names_are_made_different() -> None:
    game = parse_efg('EFG 2 R "" { "" "x" "x" } p "" 2 1 "" { "" "go" "go" } 0' + ' t "" 0' * 3)
    assert game.players == ("player 1", "x", "x (2)")
    assert game.information_sets[0].actions == ("action 1", "go", "go (2)")
    assert game.information_sets[0].name == "x 1"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", '1:1: the file ends, expected "NFG", the first word of a Gambit file of this kind'),
        ("EFG 2", '1:1: got "EFG", expected "NFG", the first word of a Gambit file of this kind'),
        ("NFG 2", '1:5: got "2", expected version 1'),
        ('NFG 1 X ""', '1:7: got "X", expected the letter "R"'),
        ("NFG 1 R x", '1:9: got "x", expected the title, in quotes'),
        ('NFG 1 R "" { }', "1:12: 0 players, expected 1 to 20"),
        ('NFG 1 R "" { 1 }', '1:14: got "1", expected a player\'s name or "}", in quotes'),
        ('NFG 1 R\n"" { "a', '2:6: a text starts here and does not end, expected a closing "'),
        ('NFG 1 R "" { "a" } { 0 }', '1:22: got "0", expected how many strategies a player has, '),
        ('NFG 1 R "" { "a" } { x }', "a whole number"),
        ('NFG 1 R "" { "a" } { { } }', "1:22: a player without strategies, expected at least 1"),
        ('NFG 1 R "" { "a" } { 1 1 }', '1:24: got "1", expected "}" after the strategies of 1 pl'),
        ('NFG 1 R "" { "a" } { 2 } 1', "1:27: the file ends, expected a payoff, number 2 of 2"),
        ('NFG 1 R "" { "a" } { 1 } 1 2', '1:28: got "2", expected the end of the file'),
        ('NFG 1 R "" { "a" } { 1 } 1/0', '1:26: "1/0" divides by zero, expected a number'),
        ('NFG 1 R "" { "a" } { 1 } nan', '1:26: "nan" is no number, expected one such as 2'),
        ('NFG 1 R "" { "a" } { 1 } 1e9999', '"1e9999" is too large, expected a number below 1e+3'),
        ('NFG 1 R "" { "a" } { 1 } { { "" 1 } } 2', "expected an outcome, number 1 of 1, 0 to 1"),
        ('NFG 1 R "" { "a" } { 1 } { { "" 1 2 } } 1', 'got "2", expected "}" after 1 payoff'),
    ],
)
def test_faults_of_tables_are_told_with_their_place(text: str, fault: str) -> None:
    with pytest.raises(GameError) as error:
        parse_nfg(text, "x.nfg")
    assert str(error.value).startswith("x.nfg:")
    assert fault in str(error.value)
    assert "\n" not in str(error.value)


START = 'EFG 2 R "" { "a" "b" }\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", '2:1: the file ends, expected a node: "c", "p" or "t"'),
        ("q", '2:1: got "q", expected a node: "c", "p" or "t"'),
        ("t 1", '2:3: got "1", expected the node\'s name, in quotes'),
        ('t ""', "2:5: the file ends, expected the number of an outcome, a whole number"),
        ('t "" 1', "2:6: outcome 1 has no payoffs yet, expected them in braces"),
        ('t "" 1 "" { 1 }', 'got "}", expected a payoff, number 2 of 2'),
        ('t "" 0 t', 'got "t", expected the end of the file: the game is complete'),
        ('p "" 3 1', 'got "3", expected the number of a player, 1 to 2'),
        ('p "" 1 1 0', "information set 1 has no actions yet, expected them in braces"),
        ('p "" 1 1 "" { } 0', "an information set without actions, expected some"),
        ('c "" 1 "" { "x" 1/2 } 0', "the chances sum to 0.5, expected 1"),
        ('c "" 1 "" { "x" -1 "y" 2 } 0', "a chance is -1, expected none below 0"),
        ('c "" 1 "" { } 0', "a lottery without branches, expected some"),
        ('c "" 1 0', "lottery 1 has no chances yet, expected them in braces"),
        (
            'p "" 1 1 "" { "x" } 0 p "" 1 1 "" { "y" } 0 t "" 0',
            "other actions than at the first node of information set 1, expected the same",
        ),
        (
            'c "" 1 "" { "x" 1 } 0 c "" 1 "" { "y" 1 } 0 t "" 0',
            "other chances than at the first node of information set 1, expected the same",
        ),
        (
            'p "" 1 1 "" { "x" "y" } 0 t "" 1 "" { 1 2 } t "" 1 "" { 1 3 }',
            "outcome 1 had other payoffs before, expected the same",
        ),
    ],
)
def test_faults_of_trees_are_told_with_their_place(text: str, fault: str) -> None:
    with pytest.raises(GameError) as error:
        parse_efg(START + text, "x.efg")
    assert str(error.value).startswith("x.efg:2:")
    assert fault in str(error.value)


def test_hostile_sizes_are_refused_before_anything_is_built(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(GameError, match="more than 2000000 payoffs"):
        parse_nfg('NFG 1 R "" { "a" "b" } { 2000000 2000000 } 1')
    with pytest.raises(GameError, match=r"1:12: 21 players, expected 1 to 20"):
        parse_nfg(f'NFG 1 R "" {{ {" ".join(f"{chr(34)}{n}{chr(34)}" for n in range(21))} }}')
    with pytest.raises(GameError, match="expected a number of at most 400"):
        parse_nfg(f'NFG 1 R "" {{ "a" }} {{ 1 }} {"1" * 5000}')
    with pytest.raises(GameError, match="has 1001 characters, expected at most 1000"):
        parse_nfg(f'NFG 1 R "" {{ "{"a" * 1001}" }} {{ 1 }} 1')
    monkeypatch.setattr(gambit_files, "MOST_NODES", 50)
    with pytest.raises(GameError, match="more than 50 nodes"):
        parse_efg(START + 'p "" 1 1 "" { "x" } 0 ' * 60)
    monkeypatch.setattr(text_files, "MOST_BYTES", 10)
    (tmp_path / "large.nfg").write_text(BY_PAYOFFS, encoding="utf-8")
    with pytest.raises(GameError, match="larger than 10 bytes"):
        read_nfg(tmp_path / "large.nfg")


def test_a_tree_may_be_deep() -> None:
    depth = 3000
    text = START + 'p "" 1 1 "" { "on" } 0 ' * depth + 't "" 1 "" { 1 2 }'
    assert len(parse_efg(text).nodes) == depth + 1


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file, expected a Gambit file"):
        read_nfg(tmp_path / "none.nfg")
    with pytest.raises(UsageError, match="cannot be read"):
        read_efg(tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_efg("a\0b")
    (tmp_path / "latin.efg").write_bytes('EFG 2 R\n"Müller"'.encode("latin-1"))
    with pytest.raises(GameError, match=r"latin.efg:2:3: byte 0xfc is not UTF-8, expected text"):
        read_efg(tmp_path / "latin.efg")


def test_files_are_written_and_read(tmp_path: Path) -> None:
    table, tree = parse_nfg(BY_OUTCOMES), parse_efg(EFG)
    (tmp_path / "a.nfg").write_text(to_nfg(table), encoding="utf-8")
    (tmp_path / "a.efg").write_text(to_efg(tree), encoding="utf-8")
    assert read_exact_nfg(tmp_path / "a.nfg") == table
    assert read_efg(tmp_path / "a.efg") == tree
    assert to_efg(tree) == to_efg(tree)
    (tmp_path / "bom.efg").write_text("\ufeff" + EFG, encoding="utf-8")
    assert read_efg(tmp_path / "bom.efg") == tree


# ---------------------------------------------------------------- any text at all

PIECES = st.sampled_from(
    ["NFG", "EFG", "1", "2", "0", "R", "D", '""', '"a"', "{", "}", ",", "c", "p", "t", "1/2", "-3",
     '"', "\\", "1e5", "1e99999999", ".", "x", "\n", "9" * 30, "{ }", '{ "a" "b" }', "{ 1 2 }"]
)  # fmt: skip


def told(parse: Callable[[str], object], text: str) -> str:
    """Return what the package's own error says; an empty text if there is none."""
    try:
        parse(text)
    except NegsimError as error:
        return str(error)
    return ""


def loads_or_tells(text: str) -> None:
    for parse in (parse_nfg, parse_efg):
        fault = told(parse, text)
        assert fault == "" or fault.startswith("<text>:")


@QUIET
@given(st.text())
def test_any_text_loads_or_raises_our_own_error(text: str) -> None:
    loads_or_tells(text)


@QUIET
@given(st.lists(PIECES, max_size=30), st.sampled_from(["", START, 'NFG 1 R "" { "a" "b" } ']))
def test_any_tokens_load_or_raise_our_own_error(pieces: list[str], start: str) -> None:
    loads_or_tells(start + " ".join(pieces))


@QUIET
@given(st.sampled_from([BY_PAYOFFS, BY_OUTCOMES, EFG]), st.data())
def test_damaged_files_load_or_raise_our_own_error(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 12))
    loads_or_tells(
        text[:place] + data.draw(st.sampled_from(["", '"', "}", "{", " 7 "])) + text[place + gone :]
    )


# ---------------------------------------------------------------- there and back

NAMES = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=6)
NUMBERS = st.one_of(
    st.fractions(max_denominator=1000),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(Fraction),
)


@st.composite
def tables(draw: st.DrawFn) -> NormalFormGame:
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    floats = st.floats(-1e300, 1e300)
    payoffs = draw(st.lists(floats, min_size=len(shape) * int(np.prod(shape)), max_size=81))
    array = np.resize(np.array(payoffs), (len(shape), *shape))
    players = draw(st.lists(NAMES, min_size=len(shape), max_size=len(shape), unique=True))
    actions = [draw(st.lists(NAMES, min_size=n, max_size=n, unique=True)) for n in shape]
    return NormalFormGame(array, players, actions)


@QUIET
@given(tables(), NAMES, st.booleans())
def test_tables_come_back_the_same(game: NormalFormGame, title: str, outcomes: bool) -> None:
    back = parse_nfg(to_nfg(game, title, outcomes))
    assert back.title == title
    assert back.game.players == game.players
    assert back.game.actions == game.actions
    assert (back.game.payoffs == game.payoffs).all()
    assert parse_nfg(to_nfg(back)) == back


def branches(below: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    turns = st.builds(
        lambda player, own: Turn(("a", "b \\")[player], own),
        st.integers(0, 1),
        st.dictionaries(NAMES, below, min_size=1, max_size=3),
    )
    lotteries = st.builds(
        lambda own: Lottery({name: (Fraction(1, len(own)), tree) for name, tree in own.items()}),
        st.dictionaries(NAMES, below, min_size=1, max_size=3),
    )
    return st.one_of(turns, lotteries)


TREES = st.recursive(st.tuples(NUMBERS, NUMBERS), branches, max_leaves=8)


@QUIET
@given(TREES, NAMES)
def test_trees_come_back_the_same(tree: Tree, title: str) -> None:
    game = ExtensiveGame.from_tree(["a", "b \\"], tree, title)
    assert parse_efg(to_efg(game)) == game


# ---------------------------------------------------------------- numbers and names


@pytest.mark.parametrize(
    "bad", [float("nan"), float("inf"), "", "1/2/3", "0x1", "\u0661", "1_0", None]
)
def test_what_is_no_number_is_refused(bad: object) -> None:
    with pytest.raises(GameError, match="expected"):
        exact_number(bad)


@QUIET
@given(st.lists(st.sampled_from(["", "a", "a (2)", "b", "x 1", "x 2"]), max_size=8))
def test_names_become_different_and_first_ones_stay(names: list[str]) -> None:
    made = distinct_names(names, "x")
    assert len(set(made)) == len(made) == len(names)
    assert distinct_names(made, "x") == made
    for place, name in enumerate(names):
        if name and name not in names[:place]:
            assert made[place] in {name, f"{name} (2)"}
