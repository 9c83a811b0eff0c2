"""Games in normal form from and to other tools: arrays, nashpy, pygambit, CSV and data frames.

A table of a game (CSV, data frame) has one row per combination of actions: a column per player with
its action, then a column per player with its payoff, headed "payoff NAME"; ``from_csv`` says what
else is read. Other packages are imported when they are asked for; none of them is needed.
"""

from __future__ import annotations

import importlib
import itertools
import math
import re
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from negsim.cells import csv_text
from negsim.errors import GameError, NegsimError, UsageError
from negsim.text_files import read_text
from negsim.theory.files.spreadsheets import read_cells
from negsim.theory.normal_form.exact_game import ExactGame
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.numerics.exact import Number, distinct_names, exact_number

if TYPE_CHECKING:
    from nashpy.game import Game

PAYOFF = "payoff "
"""What the head of a column of payoffs starts with, before the player's name."""

EXAMPLE = 'as in the two lines "A,B,payoff A,payoff B" and "up,left,3,0"; see `negsim solve --help`'
"""How a table begins, for whoever has another in hand."""

MOST_ROWS = 1_000_000
"""A game with more combinations of actions is not made a table, nor read from one."""

_COMMA = re.compile(r"[^,.]*,[^,.]*")
"""A number with a decimal comma."""


def from_nashpy(
    game: Game, players: Iterable[str] = (), actions: Iterable[Iterable[str]] = ()
) -> NormalFormGame:
    """Return a ``nashpy.Game`` as a game of ours; nashpy has no names, so they may be given.

    Raises
    ------
    GameError
        If it has no two matrices of payoffs, or the names do not fit.

    Examples
    --------
    >>> import nashpy
    >>> from_nashpy(nashpy.Game([[1, 2]], [[3, 4]])).payoffs[1]
    array([[3., 4.]])
    """
    matrices = getattr(game, "payoff_matrices", None)
    if matrices is None or len(matrices) != 2:
        raise GameError(f"expected a nashpy Game, got a {type(game).__name__}")
    return NormalFormGame.from_bimatrix(matrices[0], matrices[1], players, actions)


def to_pygambit(game: NormalFormGame, title: str = "") -> Any:
    """Return the game as a ``pygambit.Game`` with its names; payoffs are the same floats.

    Raises
    ------
    UsageError
        If pygambit is not installed.
    """
    gambit = _package("pygambit")
    made = gambit.Game.from_arrays(*(own for own in game.payoffs), title=title)
    for player, name, actions in zip(made.players, game.players, game.actions, strict=True):
        player.label = name
        for strategy, action in zip(player.strategies, actions, strict=True):
            strategy.label = action
    return made


def from_pygambit(game: Any) -> NormalFormGame:
    """Return a ``pygambit.Game`` as a game of ours; a tree becomes its reduced normal form.

    Raises
    ------
    GameError
        If it is no such game, or has more than ``MOST_ROWS`` combinations of strategies.
    """
    try:
        players = list(game.players)
        strategies = [list(player.strategies) for player in players]
        shape = tuple(len(own) for own in strategies)
        _check_rows(math.prod(shape))
        payoffs = np.empty((len(shape), *shape))
        for cell in np.ndindex(*shape):
            outcome = game[cell]
            for number, player in enumerate(players):
                payoffs[number, *cell] = float(Fraction(str(outcome[player])))
    except (AttributeError, TypeError, KeyError, ValueError):
        raise GameError(f"expected a pygambit Game, got a {type(game).__name__}") from None
    names = distinct_names([player.label for player in players], "player")
    actions = [distinct_names([one.label for one in own], "strategy") for own in strategies]
    return NormalFormGame(payoffs, names, tuple(actions))


def to_csv(game: NormalFormGame) -> str:
    """Return the game as CSV, a row per combination of actions; it reads back to the same.

    Raises
    ------
    GameError
        If there are more than ``MOST_ROWS`` combinations.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[1, 0.5]], [[3, 4]], ["A", "B"], [["x"], ["y", "z"]])
    >>> print(to_csv(game))
    A,B,payoff A,payoff B
    x,y,1.0,3.0
    x,z,0.5,4.0
    <BLANKLINE>
    """
    head, rows = _table(game)
    return csv_text([head, *rows])


def from_csv(text: str, path: str = "<text>") -> NormalFormGame:
    r"""Return the game of a CSV text; see ``to_csv`` for its columns, of which the order is free.

    Actions stand in the order in which they first appear. Payoffs may be decimals or ratios. Cells
    may also be separated by semicolons or tabs, and then payoffs may have a decimal comma; blanks
    around cells, empty rows and empty columns do not count, nor does it how "payoff" is spelled
    ("Payoff A", "payoff_A", "A payoff").

    Raises
    ------
    GameError
        If the text is no such table: path, line, what is wrong.

    Examples
    --------
    >>> from_csv("A,B,payoff A,payoff B\nx,y,1,1/2\n").payoffs[:, 0, 0]
    array([1. , 0.5])
    >>> from_csv("A; Payoff A\nx; 1,5\n;\n").payoffs
    array([[1.5]])
    >>> from_csv("A,payoff A\nx,1\nx,2\n")
    Traceback (most recent call last):
    negsim.errors.GameError: <text>:3: the combination x is there twice, expected once
    """
    return exact_from_csv(text, path).game


def exact_from_csv(text: str, path: str = "<text>") -> ExactGame:
    r"""Return the game of a CSV text with its payoffs as they are written; see ``from_csv``.

    Raises
    ------
    GameError
        As ``from_csv``.

    Examples
    --------
    >>> exact_from_csv("A,payoff A\nx,1/3\n").payoffs
    ((Fraction(1, 3),),)
    """
    cells = read_cells(text, path, lambda head: bool(_payoff_columns(head)))
    if not cells.rows:
        raise GameError(f"{path}:1: the table is empty, expected a head and rows, {EXAMPLE}")
    places = [f"{path}:{line}" for line in cells.lines]
    return _from_table(cells.rows[0], cells.rows[1:], places, cells.separator != ",")


def read_csv(path: str | Path) -> NormalFormGame:
    """Return the game of a CSV file in UTF-8 or UTF-16; see ``from_csv``.

    Raises
    ------
    UsageError
        If it cannot be read.
    GameError
        If it is no such table, no text, or too large.
    """
    return read_exact_csv(path).game


def read_exact_csv(path: str | Path) -> ExactGame:
    """Return the game of a CSV file with its payoffs as they are written; see ``read_csv``.

    Raises
    ------
    UsageError, GameError
        As ``read_csv``.
    """
    return exact_from_csv(read_text(path, "a table saved as CSV"), str(path))


def to_frame(game: NormalFormGame) -> Any:
    """Return the game as a ``pandas.DataFrame`` with the columns of ``to_csv``.

    Raises
    ------
    UsageError
        If pandas is not installed.
    GameError
        If there are more than ``MOST_ROWS`` combinations.
    """
    head, rows = _table(game)
    return _package("pandas").DataFrame([list(row) for row in rows], columns=head)


def from_frame(frame: Any) -> NormalFormGame:
    """Return the game of a data frame with the columns of ``to_csv``.

    Anything with ``columns`` that gives a column for each of them will do, of pandas or another.

    Raises
    ------
    GameError
        If it is no such table.

    Examples
    --------
    >>> class Frame(dict):
    ...     columns = property(lambda self: list(self))
    >>> from_frame(Frame({"A": ["x", "y"], "payoff A": [1, 2]})).payoffs
    array([[1., 2.]])
    """
    try:
        head = [str(name) for name in frame.columns]
        columns = [list(frame[name]) for name in frame.columns]
        rows = [list(row) for row in zip(*columns, strict=True)]
    except (AttributeError, TypeError, ValueError):
        raise GameError(f"expected a data frame, got a {type(frame).__name__}") from None
    return _from_table(
        head, rows, ["columns", *(f"row {place}" for place in range(len(rows)))]
    ).game


def _package(name: str) -> Any:
    """Import an optional package."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise UsageError(
            f"{name} is not installed, expected it for this; try: pip install {name}"
        ) from None


def _check_rows(count: int) -> None:
    if count > MOST_ROWS:
        raise GameError(f"the table would have {count} rows, expected at most {MOST_ROWS}")


def _table(game: NormalFormGame) -> tuple[list[str], Iterable[tuple[str | float, ...]]]:
    _check_rows(math.prod(game.num_actions))
    head = [*game.players, *(PAYOFF + player for player in game.players)]
    cells = game.payoffs.reshape(game.num_players, -1).T.tolist()
    combinations = itertools.product(*game.actions)
    return head, ((*row, *pay) for row, pay in zip(combinations, cells, strict=True))


def _from_table(
    head: Sequence[str],
    rows: Sequence[Sequence[Any]],
    places: Sequence[str],
    decimal_commas: bool = False,
) -> ExactGame:
    """Return the game of a table; ``places`` name the head and each row for messages."""
    own, paid = _columns(head, places[0])
    _check_rows(len(rows))
    found: dict[tuple[str, ...], list[Fraction]] = {}
    for row, place in zip(rows, places[1:], strict=True):
        if len(row) != len(head):
            raise GameError(f"{place}: {len(row)} cells, expected {len(head)}")
        combination = tuple(str(row[column]) for column in own)
        if combination in found:
            told = ", ".join(combination)
            raise GameError(f"{place}: the combination {told} is there twice, expected once")
        found[combination] = [_payoff(row[column], place, decimal_commas) for column in paid]
    if decimal_commas:
        _check_signs(rows, paid, places)
    actions = [tuple(dict.fromkeys(own)) for own in zip(*found, strict=True)]
    rows_in_order = [found[one] for one in _all_of(actions, found, places[-1])]
    players = tuple(head[column] for column in own)
    return ExactGame(players, tuple(actions), tuple(zip(*rows_in_order, strict=True)))


def _all_of(
    actions: Sequence[Sequence[str]], found: Collection[tuple[str, ...]], place: str
) -> list[tuple[str, ...]]:
    """Return all combinations of actions, each of which a table must have."""
    count = math.prod(len(own) for own in actions)
    if found and len(found) == count:
        return list(itertools.product(*actions))
    missing = next((one for one in itertools.product(*actions) if one not in found), ())
    told = f"; {', '.join(missing)} is missing" if missing else f", {EXAMPLE}"
    raise GameError(
        f"{place}: {len(found)} combinations of actions, expected all {count}, each once{told}"
    )


def _columns(head: Sequence[str], place: str) -> tuple[list[int], list[int]]:
    """Return the columns of the players' actions and those of their payoffs."""
    if len(set(head)) != len(head):
        raise GameError(f"{place}: two columns of one name, expected different ones")
    pairs = _payoff_columns(head)
    extra = [name for column, name in enumerate(head) if column not in {*pairs, *pairs.values()}]
    if not pairs:
        raise GameError(
            f"{place}: no player's column with a column of its payoffs (a plain matrix of payoffs "
            f"is not read), expected one row per combination of actions, {EXAMPLE}"
        )
    if extra:
        raise GameError(
            f'{place}: column "{extra[0]}", expected a column per player and its "{PAYOFF}NAME", '
            f"no others, {EXAMPLE}"
        )
    return list(pairs), list(pairs.values())


def _payoff_columns(head: Sequence[str]) -> dict[int, int]:
    """Return for the column of each player that of its payoffs, spelled as it may be."""
    exact = {name: column for column, name in enumerate(head)}
    loose: dict[str, int] = {}
    for column, name in enumerate(head):
        loose.setdefault(_plain_words(name), column)
    found = {}
    for column, name in enumerate(head):
        spelled = (loose.get(_plain_words(text)) for text in (PAYOFF + name, f"{name} {PAYOFF}"))
        paid = exact.get(PAYOFF + name, next((one for one in spelled if one is not None), None))
        if paid is not None and name:
            found[column] = paid
    return found


def _plain_words(head: str) -> str:
    """Return a head without differences of case, blanks, underscores and colons.

    >>> _plain_words("Payoffs_A "), _plain_words("payoff:  a")
    ('payoff a', 'payoff a')
    """
    words = head.casefold().replace("_", " ").replace(":", " ").split()
    return " ".join("payoff" if word == "payoffs" else word for word in words)


def _check_signs(rows: Sequence[Sequence[str]], paid: Sequence[int], places: Sequence[str]) -> None:
    """Refuse a table whose numbers have decimal commas here and points there."""
    first: dict[str, str] = {}
    for row, place in zip(rows, places[1:], strict=True):
        for column in paid:
            for sign in ",.":
                if sign in row[column]:
                    first.setdefault(sign, row[column])
            if len(first) > 1:
                raise GameError(
                    f'{place}: "{first[","]}" has a comma and "{first["."]}" a point, expected the '
                    "same sign before the decimals of all numbers"
                )


def _payoff(value: Number, place: str, decimal_comma: bool) -> Fraction:
    """Return a payoff, also with a decimal comma and with the minus sign of spreadsheets."""
    if isinstance(value, str):
        value = value.replace("\N{MINUS SIGN}", "-")
        if decimal_comma and _COMMA.fullmatch(value):
            value = value.replace(",", ".")
    try:
        return exact_number(value)
    except NegsimError as error:
        raise GameError(f"{place}: {error}") from None
