"""Solving a game file (.nfg, .efg, .csv): which methods apply by default, and answers as data.

A table is solved from its numbers as written where the method can use fractions; a tree by the
methods for trees, or as its reduced normal form by a method for tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from negsim.errors import NegsimError, UsageError
from negsim.games.exact import decimals
from negsim.games.extensive import ExtensiveGame
from negsim.games.gambit_files import ExactGame, read_efg, read_exact_nfg
from negsim.games.interop import read_csv
from negsim.games.normal_form import NormalFormGame
from negsim.games.strategic_form import strategic_form
from negsim.solvers.registry import solvers
from negsim.solvers.several import agreements, can_be_exact, solve_by, told_answer

TABLE, TREE, PLANS = "the table", "the tree", "the tree's table of plans"
"""What was solved, in words."""

MOST_PROVED = 32
"""Tables of three or more players and so many profiles are proved to have no other equilibria."""

FileGame: TypeAlias = ExactGame | ExtensiveGame


def is_game_file(path: str | Path) -> bool:
    """Tell whether a path has the ending of a game file.

    >>> is_game_file("chicken.NFG"), is_game_file("march_2025.toml")
    (True, False)
    """
    return Path(path).suffix.lower() in READERS


def solve_file(
    path: str | Path, methods: Sequence[str] = (), exact: bool = False
) -> dict[str, Any]:
    """Solve the game of a file.

    Parameters
    ----------
    path
        Of a .nfg or .efg file, or a .csv file with the columns of ``NormalFormGame.to_csv``.
    methods
        Names in ``solvers``. By default those that apply: for a table the pure equilibria, all
        equilibria of two players, all regular ones of more in a small table, and the logit
        response; for a tree the subgame-perfect and, of two players, all Nash equilibria, or one
        of them if that is too much to ask.
    exact
        Whether to solve in fractions, of numbers as the file has them.

    Returns
    -------
    dict
        ``title`` of the game, ``players``, ``legend`` (empty); ``solutions``, one per method, as
        their ``to_dict`` with ``method`` and ``game`` (what was solved, in words); ``agreements``
        as by ``several.agreements`` if methods were named. A method that cannot solve the game, if
        none was asked for, has a ``message`` and no equilibria.

    Raises
    ------
    UsageError
        If there is no such file, it cannot be read or is no game file, or ``exact`` is asked of a
        method that works in floats only.
    GameError
        If it is malformed, with path, line and column.
    UnknownNameError, SolverError
        If there is no such method, or it cannot take the game.
    """
    game = read_game(path)
    if methods:
        solutions = [_solution(game, name, exact) for name in methods]
    else:
        solutions = _by_default(game, exact)
    return {
        "title": getattr(game, "title", "") or Path(path).name,
        "players": list(game.players),
        "legend": {},
        "solutions": solutions,
        "agreements": agreements(solutions) if methods else [],
    }


def read_game(path: str | Path) -> FileGame:
    """Return the game of a file, numbers as they are written.

    Raises
    ------
    UsageError, GameError
        As ``solve_file``.
    """
    reader = READERS.get(Path(path).suffix.lower())
    if reader is None:
        raise UsageError(f"{path}: expected a file ending in {', '.join(READERS)}")
    return reader(path)


def exact_table(game: NormalFormGame, title: str = "") -> ExactGame:
    """Return a game with its payoffs as the decimals that they are up to rounding.

    >>> exact_table(NormalFormGame([[0.1 + 0.2]])).payoffs
    ((Fraction(3, 10),),)
    """
    payoffs = tuple(tuple(decimals(own).ravel().tolist()) for own in game.payoffs)
    return ExactGame(game.players, game.actions, payoffs, title)


def exact_plans(game: ExtensiveGame) -> ExactGame:
    """Return the reduced normal form of a tree with its payoffs as fractions.

    Raises
    ------
    GameError
        If there are too many plans.

    Examples
    --------
    >>> from negsim.games.extensive import Turn
    >>> tree = ExtensiveGame.from_tree(["one"], Turn("one", {"go": ["1/3"], "stay": [0]}))
    >>> exact_plans(tree).payoffs
    ((Fraction(1, 3), Fraction(0, 1)),)
    """
    form = strategic_form(game)
    payoffs = tuple(tuple(own.ravel().tolist()) for own in form.exact)
    return ExactGame(game.players, form.game.actions, payoffs, game.title)


def _read_csv(path: str | Path) -> ExactGame:
    return exact_table(read_csv(path))


READERS: dict[str, Callable[[str | Path], FileGame]] = {
    ".nfg": read_exact_nfg,
    ".efg": read_efg,
    ".csv": _read_csv,
}
"""What reads files of each ending."""


def _by_default(game: FileGame, exact: bool) -> list[dict[str, Any]]:
    """Return what the methods that apply find, or why they cannot."""
    two = len(game.players) == 2
    if isinstance(game, ExtensiveGame):
        names = ["subgame_perfect", *(["tree_nash"] if two else [])]
    else:
        small = len(game.players) > 2 and len(game.payoffs[0]) <= MOST_PROVED
        names = ["pure", *(["nash"] if two else ["regular"] if small else []), "logit"]
    solutions = [_attempt(game, name, exact) for name in names if not exact or can_be_exact(name)]
    if solutions[-1]["method"] == "tree_nash" and "equilibria" not in solutions[-1]:
        solutions.append(_attempt(game, "sequence_form", exact))
    return solutions


def _attempt(game: FileGame, method: str, exact: bool) -> dict[str, Any]:
    """Return a method's solution, or why it has none."""
    try:
        return _solution(game, method, exact)
    except NegsimError as error:
        solved = TREE if isinstance(game, ExtensiveGame) else TABLE
        message = f"not solved: {error}"
        return {"method": method, "game": solved, "message": message, "complete": False}


def _solution(game: FileGame, method: str, exact: bool) -> dict[str, Any]:
    solved = TABLE if isinstance(game, ExactGame) else TREE
    chosen: FileGame = game
    if isinstance(game, ExtensiveGame) and solvers[method].takes is NormalFormGame:
        chosen, solved = exact_plans(game), PLANS
    told = told_answer(solve_by(chosen, method, exact))
    return {**told, "method": method, "game": solved}
