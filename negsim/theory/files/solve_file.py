"""Solving a game file (.nfg, .efg, .csv): which methods apply by default, and answers as data.

A table is solved from its numbers as written where the method can use fractions; a tree by the
methods for trees, or as its reduced normal form by a method for tables.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

from negsim.errors import SolverError, UsageError
from negsim.theory.files.gambit_files import read_efg, read_exact_nfg
from negsim.theory.files.interop import EXAMPLE, read_exact_csv
from negsim.theory.normal_form.exact_game import ExactGame
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.numerics.exact import decimals
from negsim.theory.oneshot.reduction import reduce_game
from negsim.theory.oneshot.several.select import (
    agreements,
    answers,
    can_be_exact,
    check_answered,
    solve_by,
    told_answer,
)
from negsim.theory.registry import refusal, solvers
from negsim.theory.repeated.truce import KEPT_TRUCE, NOT_CHOSEN, Chosen, kept_truce
from negsim.theory.trees.game import ExtensiveGame
from negsim.theory.trees.strategic_form import plans_fault, strategic_form

TABLE, TREE, PLANS = "the table", "the tree", "the tree's table of plans"
"""What was solved, in words."""

MOST_PROVED = 32
"""Tables of three or more players and so many profiles are proved to have no other equilibria."""

MOST_REDUCED = 1_000
"""Of larger ones it is not tried how many profiles are left without moves that do not count."""

ONE_EQUILIBRIUM = ("zero_sum", "tracing", "sequence_form", "agent_logit")
"""What shows one equilibrium where the methods that look for all show none, in this order."""

TWO = 2

FileGame: TypeAlias = ExactGame | ExtensiveGame


def is_game_file(path: str | Path) -> bool:
    """Tell whether a path has the ending of a game file.

    >>> is_game_file("chicken.NFG"), is_game_file("march_2025.toml")
    (True, False)
    """
    return Path(path).suffix.lower() in READERS


def solve_file(
    path: str | Path,
    methods: Sequence[str] = (),
    exact: bool = False,
    chosen: Chosen = NOT_CHOSEN,
) -> dict[str, Any]:
    """Solve the game of a file.

    Parameters
    ----------
    path
        Of a .nfg or .efg file, or a table (.csv, .tsv) as ``NormalFormGame.from_csv`` reads it.
    methods
        Names in ``solvers``. By default those that apply: for a table the pure equilibria, all
        equilibria of two players, all regular ones of more in a small table, and the logit
        response; for a tree the subgame-perfect and, of two players, all Nash equilibria. If none
        of them shows an equilibrium, the first of ``ONE_EQUILIBRIUM`` that finds one does.
    exact
        Whether to solve in fractions, of numbers as the file has them.
    chosen
        The truce that ``critical_discount`` is asked of, and what follows a breach.

    Returns
    -------
    dict
        ``title`` of the game, ``players``, ``legend`` (empty); ``solutions``, one per method, as
        their ``to_dict`` with ``method`` and ``game`` (what was solved, in words); ``agreements``
        as by ``several.agreements`` if methods were named. A method that does not take the game
        has a ``message`` and no equilibria.

    Raises
    ------
    UsageError
        If there is no such file, it cannot be read or is no game file, or ``exact`` is asked of a
        method that works in floats only.
    GameError
        If it is malformed, with path, line and column.
    UnknownNameError
        If there is no such method.
    SolverError
        If no method takes the game.
    """
    game = read_game(path)
    solutions = _answers(game, methods, exact, chosen) if methods else _by_default(game, exact)
    check_answered(solutions)
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
    if not is_game_file(path):
        raise unread(path)
    return READERS[Path(path).suffix.lower()](path)


def unread(path: str | Path) -> UsageError:
    """Return the error for a file of another kind than those that are solved.

    >>> print(unread("matrix.txt"))
    matrix.txt: `solve` reads scenarios (.toml), games of Gambit (.nfg, .efg) and tables (.csv, \
.tsv), as in the two lines "A,B,payoff A,payoff B" and "up,left,3,0"; see `negsim solve \
--help`
    """
    return UsageError(
        f"{path}: `solve` reads scenarios (.toml), games of Gambit (.nfg, .efg) and tables (.csv, "
        f".tsv), {EXAMPLE}"
    )


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
    >>> from negsim.theory.trees.game import Turn
    >>> tree = ExtensiveGame.from_tree(["one"], Turn("one", {"go": ["1/3"], "stay": [0]}))
    >>> exact_plans(tree).payoffs
    ((Fraction(1, 3), Fraction(0, 1)),)
    """
    form = strategic_form(game)
    payoffs = tuple(tuple(own.ravel().tolist()) for own in form.exact)
    return ExactGame(game.players, form.game.actions, payoffs, game.title)


READERS: dict[str, Callable[[str | Path], FileGame]] = {
    ".nfg": read_exact_nfg,
    ".efg": read_efg,
    ".csv": read_exact_csv,
    ".tsv": read_exact_csv,
}
"""What reads files of each ending."""


def _by_default(game: FileGame, exact: bool) -> list[dict[str, Any]]:
    """Return what the methods that apply find, or why they cannot; one equilibrium at least."""
    names, response = _applying(game)
    told = _answers(game, [name for name in names if not exact or can_be_exact(name)], exact)
    if not any(one.get("equilibria") for one in told):
        told += _one_equilibrium(game, exact)
    return told + _answers(game, [name for name in response if not exact], exact)


def _applying(game: FileGame) -> tuple[list[str], list[str]]:
    """Return the methods that list equilibria of a game, and those that answer something else."""
    two = len(game.players) == TWO
    if isinstance(game, ExtensiveGame):
        if not game.perfect_recall:
            return ["subgame_perfect", "pure"], []
        return ["subgame_perfect", *(["tree_nash"] if two else [])], []
    every = ["nash"] if two else ["regular"] if _soon_proved(game) else []
    return ["pure", *every], ["logit"]


def _soon_proved(game: ExactGame) -> bool:
    """Tell whether all equilibria of a table of three or more players are proved within a second.

    Moves that are the same or dominated do not count.
    """
    if len(game.players) <= TWO or len(game.payoffs[0]) > MOST_REDUCED:
        return False
    return math.prod(reduce_game(game.game).reduced.num_actions) <= MOST_PROVED


def _one_equilibrium(game: FileGame, exact: bool) -> list[dict[str, Any]]:
    """Return the answer of the first method that finds an equilibrium, where all others failed."""
    for name in ONE_EQUILIBRIUM:
        chosen = game.game if isinstance(game, ExactGame) else game
        if solvers[name].can_solve(chosen) and (not exact or can_be_exact(name)):
            with suppress(SolverError):
                return [_solution(game, name, exact)]
    return []


def _answers(
    game: FileGame, methods: Sequence[str], exact: bool, chosen: Chosen = NOT_CHOSEN
) -> list[dict[str, Any]]:
    solved = TREE if isinstance(game, ExtensiveGame) else TABLE
    return answers(methods, solved, lambda name: _solution(game, name, exact, chosen))


def _solution(
    game: FileGame, method: str, exact: bool, chosen: Chosen = NOT_CHOSEN
) -> dict[str, Any]:
    solved = TABLE if isinstance(game, ExactGame) else TREE
    taken = game
    tables = method == KEPT_TRUCE or solvers[method].takes is NormalFormGame
    if isinstance(game, ExtensiveGame) and tables:
        if why := plans_fault(game):
            raise refusal(method, game, f"takes a table, and of this tree {why}")
        taken, solved = exact_plans(game), PLANS
    if method == KEPT_TRUCE and isinstance(taken, ExactGame):
        return kept_truce(taken.game, chosen)
    told = told_answer(solve_by(taken, method, exact))
    return {**told, "method": method, "game": solved}
