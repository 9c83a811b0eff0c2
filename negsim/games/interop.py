"""Games in normal form from and to other tools: arrays, nashpy, pygambit, CSV and data frames.

A table of a game (CSV, data frame) has one row per combination of actions: a column per player with
its action, then a column per player with its payoff, headed "payoff NAME". Other packages are
imported when they are asked for; none of them is needed.
"""

from __future__ import annotations

import csv
import importlib
import io
import itertools
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import FloatArray
from negsim.errors import GameError, NegsimError, UsageError
from negsim.games.exact import Number, distinct_names, exact_number
from negsim.games.normal_form import NormalFormGame

if TYPE_CHECKING:
    from nashpy.game import Game

PAYOFF = "payoff "
"""What the head of a column of payoffs starts with, before the player's name."""

MOST_BYTES = 50_000_000
"""A larger CSV file is refused."""

MOST_ROWS = 1_000_000
"""A game with more combinations of actions is not made a table, nor read from one."""


def from_arrays(
    *payoffs: ArrayLike, players: Iterable[str] = (), actions: Iterable[Iterable[str]] = ()
) -> NormalFormGame:
    """Return the game with one array of payoffs per player, each with one axis per player.

    Raises
    ------
    GameError
        If they are not arrays of numbers of one shape, one axis per player.

    Examples
    --------
    >>> from_arrays([[1, 2]], [[3, 4]]).num_actions
    (1, 2)
    """
    try:
        arrays = [np.array(own, dtype=np.float64) for own in payoffs]
    except (TypeError, ValueError):
        raise GameError("payoffs: expected arrays of numbers, one per player") from None
    shapes = {own.shape for own in arrays}
    if len(shapes) != 1:
        told = " and ".join(map(str, sorted(shapes))) or "none"
        raise GameError(f"payoffs: expected arrays of one shape, one per player, got {told}")
    labels = tuple(tuple(own) for own in actions)
    return NormalFormGame(np.stack(arrays), tuple(players), labels)


def to_arrays(game: NormalFormGame) -> list[FloatArray]:
    """Return one array of payoffs per player, own copies that may be written to.

    >>> to_arrays(NormalFormGame.from_bimatrix([[1]], [[2]]))
    [array([[1.]]), array([[2.]])]
    """
    return [own.copy() for own in game.payoffs]


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
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def from_csv(text: str, path: str = "<text>") -> NormalFormGame:
    r"""Return the game of a CSV text; see ``to_csv`` for its columns, of which the order is free.

    Actions stand in the order in which they first appear. Payoffs may be decimals or ratios.

    Raises
    ------
    GameError
        If the text is no such table: path, line, what is wrong.

    Examples
    --------
    >>> from_csv("A,B,payoff A,payoff B\nx,y,1,1/2\n").payoffs[:, 0, 0]
    array([1. , 0.5])
    >>> from_csv("A,payoff A\nx,1\nx,2\n")
    Traceback (most recent call last):
    negsim.errors.GameError: <text>:3: the combination x is there twice, expected once
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                lines.append(reader.line_num)
                rows.append(row)
    except csv.Error as error:
        raise GameError(f"{path}:{reader.line_num}: {error}, expected comma-separated") from None
    if not rows:
        raise GameError(f"{path}:1: the table is empty, expected a head and rows")
    return _from_table(rows[0], rows[1:], [f"{path}:{line}" for line in lines])


def read_csv(path: str | Path) -> NormalFormGame:
    """Return the game of a CSV file in UTF-8; see ``from_csv``.

    Raises
    ------
    UsageError
        If it cannot be read.
    GameError
        If it is no such table, or larger than ``MOST_BYTES``.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text or not a path"
        raise UsageError(f"{path}: cannot be read ({reason}); expected a CSV file") from None
    if len(data) > MOST_BYTES:
        raise GameError(f"{path}: the file is larger than {MOST_BYTES} bytes, expected less")
    return from_csv(text, str(path))


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
    return _from_table(head, rows, ["columns", *(f"row {place}" for place in range(len(rows)))])


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
    head: Sequence[str], rows: Sequence[Sequence[Any]], places: Sequence[str]
) -> NormalFormGame:
    """Return the game of a table; ``places`` name the head and each row for messages."""
    players, own, paid = _columns(head, places[0])
    _check_rows(len(rows))
    found: dict[tuple[str, ...], list[float]] = {}
    for row, place in zip(rows, places[1:], strict=True):
        if len(row) != len(head):
            raise GameError(f"{place}: {len(row)} cells, expected {len(head)}")
        combination = tuple(str(row[column]) for column in own)
        if combination in found:
            told = ", ".join(combination)
            raise GameError(f"{place}: the combination {told} is there twice, expected once")
        found[combination] = [_payoff(row[column], place) for column in paid]
    actions = [tuple(dict.fromkeys(own)) for own in zip(*found, strict=True)]
    shape = tuple(len(own) for own in actions)
    if not found or math.prod(shape) != len(found):
        raise GameError(
            f"{places[-1]}: {len(found)} combinations of actions, expected all "
            f"{math.prod(shape) if shape else 1}, each once"
        )
    cells = [found[combination] for combination in itertools.product(*actions)]
    payoffs = np.array(cells).T.reshape(len(players), *shape)
    return NormalFormGame(payoffs, players, tuple(actions))


def _columns(head: Sequence[str], place: str) -> tuple[tuple[str, ...], list[int], list[int]]:
    """Return the players, and the columns of their actions and of their payoffs."""
    if len(set(head)) != len(head):
        raise GameError(f"{place}: two columns of one name, expected different ones")
    players = tuple(name for name in head if PAYOFF + name in head)
    expected = {*players, *(PAYOFF + player for player in players)}
    extra = [name for name in head if name not in expected]
    if extra or not players:
        told = f'column "{extra[0]}"' if extra else "no columns"
        raise GameError(
            f'{place}: {told}, expected a column per player and its "{PAYOFF}NAME", no others'
        )
    own = [list(head).index(player) for player in players]
    return players, own, [list(head).index(PAYOFF + player) for player in players]


def _payoff(value: Number, place: str) -> float:
    try:
        return float(exact_number(value))
    except NegsimError as error:
        raise GameError(f"{place}: {error}") from None
