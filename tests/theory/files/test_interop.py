"""Games to and from other tools, and as tables for notebooks."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nashpy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim import html, text_files
from negsim.errors import GameError, NegsimError, UsageError
from negsim.html import data_html
from negsim.theory.bargaining.problem import BargainingProblem
from negsim.theory.bargaining.solutions import bargain
from negsim.theory.files import interop
from negsim.theory.files.interop import (
    from_csv,
    from_frame,
    from_nashpy,
    from_pygambit,
    read_csv,
    to_csv,
    to_frame,
    to_pygambit,
)
from negsim.theory.normal_form import game as normal_form
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.focal import compare
from negsim.theory.registry import solve
from negsim.theory.trees import game as tree_game
from tests.oracles.plain_trees import kuhns_poker, myersons_cards

GAME = NormalFormGame.from_bimatrix(
    [[1, 0.5], [-3, 1e-9], [0.1, 2]],
    [[0, 1], [2, 1 / 3], [4, 5]],
    ["Ann, the first", 'Bob "<b>"'],
    [["up", "middle", "down"], ["left", "right"]],
)
THREE = NormalFormGame(np.random.default_rng(3).normal(size=(3, 2, 3, 2)))


def same(one: NormalFormGame, other: NormalFormGame) -> bool:
    names = one.players == other.players and one.actions == other.actions
    return (
        names and one.payoffs.shape == other.payoffs.shape and (one.payoffs == other.payoffs).all()
    )


class Frame(dict[str, list[Any]]):
    """What a data frame is to us: columns by name."""

    def __init__(self, data: Any, columns: list[str] | None = None) -> None:
        super().__init__(data if columns is None else {})
        for place, name in enumerate(columns or []):
            self[name] = [row[place] for row in data]

    @property
    def columns(self) -> list[str]:
        return list(self)


# ---------------------------------------------------------------- arrays and nashpy


def test_nashpy_goes_there_and_back() -> None:
    there = GAME.to_nashpy()
    assert (from_nashpy(there).payoffs == GAME.payoffs).all()
    assert same(interop.from_nashpy(there, GAME.players, GAME.actions), GAME)
    zero_sum = from_nashpy(nashpy.Game(np.array([[1, -1], [-1, 1]])))
    assert (zero_sum.payoffs[0] == -zero_sum.payoffs[1]).all()
    with pytest.raises(GameError, match="expected a nashpy Game, got a int"):
        interop.from_nashpy(3)


# ---------------------------------------------------------------- CSV and data frames


@pytest.mark.parametrize("game", [GAME, THREE, NormalFormGame([[1.0, 2.0]])])
def test_csv_and_frames_go_there_and_back(game: NormalFormGame, tmp_path: Path) -> None:
    text = to_csv(game)
    assert same(from_csv(text), game)
    (tmp_path / "game.csv").write_text(text, encoding="utf-8")
    assert same(read_csv(tmp_path / "game.csv"), game)
    head, *rows = text.splitlines()
    shuffled = "\n".join([head, *reversed(rows)])
    back = from_csv(shuffled)
    assert back.actions == tuple(own[::-1] for own in game.actions)
    assert (np.flip(back.payoffs, tuple(range(1, back.payoffs.ndim))) == game.payoffs).all()


def test_frames_of_whatever_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=Frame))
    assert same(from_frame(to_frame(GAME)), GAME)
    assert same(from_frame(to_frame(THREE)), THREE)
    with pytest.raises(GameError, match="expected a data frame, got a int"):
        from_frame(3)
    with pytest.raises(GameError, match="row 0: expected a finite number, got nan"):
        from_frame(Frame({"A": ["x"], "payoff A": [float("nan")]}))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "<text>:1: the table is empty, expected a head and rows"),
        ("A,B\n", "<text>:1: no player's column with a column of its payoffs"),
        ("A,payoff A,C\n", '<text>:1: column "C", expected'),
        ("A,A,payoff A\n", "<text>:1: two columns of one name"),
        ("A,payoff A\nx\n", "<text>:2: 1 cells, expected 2"),
        ("A,payoff A\nx,1\n\nx,2\n", "<text>:4: the combination x is there twice"),
        ("A,payoff A\nx,ten\n", '<text>:2: "ten" is no number, expected one such as'),
        ("A,payoff A\n", "0 combinations of actions, expected all 1"),
        (
            "A,B,payoff A,payoff B\nx,y,1,1\nx,z,1,1\nw,y,1,1\n",
            "<text>:4: 3 combinations of actions, expected all 4, each once; w, z is missing",
        ),
        ('A,payoff A\n"x"y,1\n', "<text>:2: ',' expected after '\"', expected cells separated by"),
        ("3,3 0,5\n5,0 1,1\n", "(a plain matrix of payoffs is not read), expected one row per"),
        (";C;D\nC;3,3;0,5\nD;5,0;1,1\n", 'as in the two lines "A,B,payoff A,payoff B" and "up'),
        ("A;payoff A\nx;1,5\ny;2.5\n", '<text>:3: "1,5" has a comma and "2.5" a point'),
        ('A,payoff A\nx,"1,5"\n', '<text>:2: "1,5" is no number'),
        ("A;payoff A\nx;1.000,5\n", '<text>:2: "1.000,5" is no number'),
        ("A;payoff A\n\n;\nx;" + "7" * 5000, '<text>:4: "777777777777777777777777..." has 5000'),
        ("sep=;\nA;payoff A\nx;two\n", '<text>:3: "two" is no number'),
    ],
)
def test_faults_of_tables_are_told(text: str, fault: str) -> None:
    with pytest.raises(GameError) as error:
        from_csv(text)
    assert fault in str(error.value)


SPREADSHEETS = {
    "semicolons": "A;B;payoff A;payoff B\nup;in;1.5;-2\nup;out;0;0\n",
    "decimal commas": "A;B;payoff A;payoff B\nup;in;1,5;-2\nup;out;0,0;0\n",
    "tabs": "A\tB\tpayoff A\tpayoff B\nup\tin\t1,5\t-2\nup\tout\t0\t0\n",
    "blanks": " A , B , payoff A , payoff B \n up , in , 1.5 , -2\nup, out, 0, 0 \n",
    "capitals": "A,B,Payoff A,PAYOFF_b\nup,in,3/2,-2\nup,out,0,0\n",
    "payoffs last in the head": "A,B,A payoff,B: payoffs\nup,in,1.5,-2\nup,out,0,0\n",
    "trailing empty rows": "A;B;payoff A;payoff B\nup;in;1,5;-2\nup;out;0;0\n;;;\n\n;;;\n",
    "empty columns": ",A,B,,payoff A,payoff B,,\n,up,in,,1.5,-2,,\n,up,out,,0,0\n",
    "empty rows above": "\n;;;\nA;B;payoff A;payoff B\nup;in;1,5;-2\nup;out;0;0\n",
    "stated separator": "sep=|\r\nA|B|payoff A|payoff B\r\nup|in|1,5|-2\r\nup|out|0|0\r\n",
    "quotes after blanks": '"A"; "B"; "payoff A"; "payoff B"\n"up"; in; "1,5"; -2\nup;out;0;0\n',
    "minus signs": "A,B,payoff A,payoff B\nup,in,1.5,\N{MINUS SIGN}2\nup,out,0,0\n",
}


@pytest.mark.parametrize("text", SPREADSHEETS.values(), ids=SPREADSHEETS)
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_are_read_as_people_have_them(text: str, coding: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(text.encode(coding))
    game = read_csv(tmp_path / "table.csv")
    assert (game.players, game.actions) == (("A", "B"), (("up",), ("in", "out")))
    assert game.payoffs.tolist() == [[[1.5, 0.0]], [[-2.0, 0.0]]]


def test_names_with_the_signs_of_separators_stay_whole() -> None:
    game = NormalFormGame([[[1.5]], [[2.0]]], ["A;B\tC", "D, E"], [["a;b"], ["c,\td"]])
    assert same(from_csv(to_csv(game)), game)


def told(text: str) -> str:
    try:
        from_csv(text)
    except NegsimError as error:
        return str(error)
    return ""


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                [
                    "A",
                    "B",
                    ",",
                    ";",
                    "\t",
                    "\n",
                    "payoff A",
                    "Payoff_b",
                    "1",
                    '"',
                    "x",
                    "\r",
                    "sep=",
                ]
            )
        ).map("".join),
    )
)
def test_any_csv_loads_or_raises_our_own_error(text: str) -> None:
    assert told(text) == "" or told(text).startswith("<text>:")


def test_files_that_cannot_be_read_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="no such file, expected a table saved as CSV"):
        read_csv(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"\xfc")
    with pytest.raises(GameError, match=r"latin\.csv:1:1: byte 0xfc is not UTF-8"):
        read_csv(tmp_path / "latin.csv")
    monkeypatch.setattr(text_files, "MOST_BYTES", 0)
    with pytest.raises(GameError, match="larger than 0 bytes"):
        read_csv(_saved(tmp_path))
    monkeypatch.setattr(interop, "MOST_ROWS", 5)
    with pytest.raises(GameError, match="6 rows, expected at most 5"):
        to_csv(GAME)


def _saved(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text(to_csv(GAME), encoding="utf-8")
    return path


# ---------------------------------------------------------------- pygambit and pandas


class Labelled:
    """A player or strategy of the stand-in for pygambit."""

    def __init__(self, label: str, count: int = 0) -> None:
        self.label = label
        self.strategies = [Labelled(str(place + 1)) for place in range(count)]


class GambitGame:
    """A stand-in for ``pygambit.Game`` with what we use of it."""

    def __init__(self, arrays: tuple[Any, ...], title: str) -> None:
        self.title = title
        self.arrays = arrays
        self.players = [Labelled(f"Player {n}", size) for n, size in enumerate(arrays[0].shape)]

    @classmethod
    def from_arrays(cls, *arrays: Any, title: str) -> GambitGame:
        return cls(arrays, title)

    def __getitem__(self, cell: tuple[int, ...]) -> dict[Labelled, Fraction]:
        pays = [Fraction(float(own[cell])) for own in self.arrays]
        return dict(zip(self.players, pays, strict=True))


REAL = [importlib.import_module(name) for name in ("pygambit",) if importlib.util.find_spec(name)]


@pytest.mark.parametrize("package", [SimpleNamespace(Game=GambitGame), *REAL])
@pytest.mark.parametrize("game", [GAME, THREE])
def test_pygambit_goes_there_and_back(
    package: Any, game: NormalFormGame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygambit", package)
    there = to_pygambit(game, "a title")
    assert there.title == "a title"
    back = from_pygambit(there)
    assert (back.players, back.actions) == (game.players, game.actions)
    assert np.allclose(back.payoffs, game.payoffs, rtol=1e-14, atol=0)
    assert same(from_pygambit(to_pygambit(game)), back)


@pytest.mark.parametrize(
    ("name", "export"),
    [("pygambit", to_pygambit), ("pandas", to_frame)],
)
def test_packages_that_are_not_there_are_named(
    name: str, export: Callable[[NormalFormGame], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError, match=f"{name} is not installed, expected it for this"):
        export(GAME)


def test_what_is_no_gambit_game_is_refused() -> None:
    with pytest.raises(GameError, match="expected a pygambit Game, got a int"):
        from_pygambit(3)


# ---------------------------------------------------------------- notebooks


def test_tables_for_notebooks_are_escaped() -> None:
    drawn = GAME._repr_html_()
    assert "<b>" not in drawn
    assert "Bob &quot;&lt;b&gt;&quot;" in drawn
    assert "<td>-3, 2</td>" in drawn
    assert drawn.count("<tr>") == 4
    assert THREE._repr_html_().count("<table>") == 2
    assert "player 3: 2" in THREE._repr_html_()


def test_solutions_for_notebooks_are_escaped() -> None:
    solution = solve(GAME, "nash")
    drawn = solution._repr_html_()
    assert drawn.count("<tr>") == len(solution.equilibria) + 1
    assert "<b>" not in drawn
    assert solution.message in drawn
    tree = solve(myersons_cards(), "tree_nash")._repr_html_()
    assert "1 has red: raise (1)" in tree


def test_trees_for_notebooks_show_who_knows_what() -> None:
    drawn = kuhns_poker()._repr_html_()
    assert drawn.count("<tr>") == len(kuhns_poker().nodes) + 1
    assert "jack, queen (1/6)" in drawn
    assert "<td>2 queen bet</td>" in drawn


def test_what_is_too_large_to_draw_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normal_form, "MOST_CELLS", 5)
    monkeypatch.setattr(html, "MOST_ROWS", 3)
    monkeypatch.setattr(tree_game, "MOST_ROWS", 3)
    assert GAME._repr_html_().startswith("<p>A game of Ann, the first, Bob &quot;")
    assert "The first 3 of 55 are shown." in kuhns_poker()._repr_html_()


@pytest.mark.parametrize(
    "method", ["correlated", "iterated_dominance", "security", "stackelberg", "logit_branch"]
)
def test_answers_of_any_kind_are_tables_in_notebooks(method: str) -> None:
    game = NormalFormGame(GAME.payoffs, ["<Ann>", "Bob"], GAME.actions)
    answer = solve(game, method)
    table = answer._repr_html_()
    assert "<Ann>" not in table
    assert "&lt;Ann&gt;" in table
    assert table.count("<table>") == table.count("</table>") > 0
    assert len(table) < 100_000


def test_comparisons_and_bargains_are_tables_in_notebooks() -> None:
    both = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    assert "coordination failure" in compare(solve(both, "pure"))._repr_html_()
    problem = BargainingProblem([[0, 4], [4, 0], [3, 3]], [0, 0])
    assert "<th>" in bargain(problem, "nash")._repr_html_()


def test_long_lists_within_answers_are_cut() -> None:
    assert data_html({"path": [0.5] * 30}).endswith("0.5 ... (30 in all)</td></tr></tbody></table>")
    assert "<td>none</td>" in data_html({"path": []})
    assert "<td>-</td>" in data_html({"limit": None})
