"""One game by several methods: in fractions where that is asked, and what the methods agree on.

Answers are compared as data, in the words of the game: two are the same profile if no chance of any
action differs by more than ``SAME_CHANCE``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from negsim.deadline import in_time
from negsim.errors import GameError, SolverError, UsageError
from negsim.theory.normal_form.exact_game import ExactGame
from negsim.theory.normal_form.marks import QUANTAL
from negsim.theory.normal_form.result import Solution
from negsim.theory.oneshot.focal import compare
from negsim.theory.oneshot.two_party.every import solve_exact
from negsim.theory.registry import solve, solvers

SAME_CHANCE = 1e-6

MOST_COMPARED = 200
"""Of more equilibria none is marked as dominant, efficient, perfect or a coordination failure."""

Told: TypeAlias = dict[str, Any]


def method_names(words: Iterable[str], exact: bool = False) -> tuple[str, ...]:
    """Return the methods that are named, by commas or one by one, each once, all of them known.

    Raises
    ------
    UnknownNameError
        If there is no such method.
    UsageError
        If a name is empty, or ``exact`` is asked of a method that works in floats only.

    Examples
    --------
    >>> method_names(["pure,nash", "pure"])
    ('pure', 'nash')
    >>> method_names(["logit"], exact=True)
    Traceback (most recent call last):
    negsim.errors.UsageError: exact: "logit" works in floats; methods that can: coalition_proof, \
nash, perfect_bayesian, pure, sequence_form, subgame_perfect, tree_nash
    """
    names = dict.fromkeys(name.strip() for text in words for name in text.split(","))
    for name in names:
        if not name:
            raise UsageError('method: an empty name, expected names such as "pure,nash"')
        if not can_be_exact(name) and exact:
            able = ", ".join(sorted(filter(can_be_exact, solvers)))
            raise UsageError(f'exact: "{name}" works in floats; methods that can: {able}')
    return tuple(names)


def can_be_exact(method: str) -> bool:
    """Tell whether a method answers without rounding, always or when it is told to.

    >>> can_be_exact("nash"), can_be_exact("logit")
    (True, False)
    """
    return solvers[method].exact or "exact" in solvers[method].options


def solve_by(game: object, method: str, exact: bool = False) -> Any:
    """Solve a game by a method, in fractions if asked; an ``ExactGame`` as its numbers are written.

    Raises
    ------
    UsageError
        If ``exact`` is asked of a method that works in floats only.
    SolverError, UnknownNameError
        As ``solve``.

    Examples
    --------
    >>> from fractions import Fraction
    >>> third = (Fraction(1, 3), Fraction(0))
    >>> game = ExactGame(("a", "b"), (("x", "y"), ("go",)), (third, third))
    >>> solve_by(game, "nash", exact=True).exact[0].payoffs[0]
    Fraction(1, 3)
    """
    (method,) = method_names([method], exact)
    if isinstance(game, ExactGame):
        if exact and method == "nash" and len(game.players) == 2:
            return solve_exact(game.matrix(0), game.matrix(1), game.players, game.actions)
        game = game.game
    asked: Told = {"exact": True} if exact and "exact" in solvers[method].options else {}
    return solve(game, method, **asked)


def told_answer(solution: Any) -> Told:
    """Return an answer as data; the equilibria of a table are held against one another.

    That adds their marks of ``negsim.theory.oneshot.focal.compare`` and ``failures``: for each
    equilibrium the coordination failure that it is, in words, or None. What cannot be compared, as
    there are more than ``MOST_COMPARED`` or too many coalitions, says so under ``not_compared``.

    Examples
    --------
    >>> from negsim.theory.normal_form.game import NormalFormGame
    >>> both = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    >>> told_answer(solve(both, "pure"))["failures"][1]
    'player 1: 2, player 2: 2, although player 1 and player 2 both prefer player 1: 1, player 2: 1'
    """
    told: Told = solution.to_dict()
    if not isinstance(solution, Solution) or not solution.equilibria:
        return told
    if any(QUANTAL in found.marks for found in solution.equilibria):
        return told
    if len(solution.equilibria) > MOST_COMPARED:
        return {**told, "not_compared": f"more than {MOST_COMPARED} equilibria"}
    try:
        compared = compare(solution)
    except SolverError as error:
        return {**told, "not_compared": str(error)}
    failures = [None if one is None else one.text for one in compared.failures]
    return {**compared.marked().to_dict(), "failures": failures}


def answers(methods: Sequence[str], game: str, answer: Callable[[str], Told]) -> list[Told]:
    """Return what each method answers; one that does not take the game is left out and says why.

    Parameters
    ----------
    game
        What is solved, in words.
    answer
        Solves by the method of a name.

    Returns
    -------
    list of dict
        Answers as data; what is left out has a ``message``, no equilibria, and why, ``left_out``.

    Examples
    --------
    >>> def answer(name):
    ...     if name == "tired":
    ...         raise SolverError("it is tired")
    ...     return {"method": name, "equilibria": []}
    >>> answers(["pure", "tired"], "the table", answer)[1]["message"]
    'not solved: it is tired'
    """
    told = []
    for name in in_time(methods, "methods"):
        try:
            told.append(answer(name))
        except (GameError, SolverError) as error:
            told.append(left_out(name, game, error))
    return told


def left_out(method: str, game: str, error: Exception) -> Told:
    """Return as data that a method does not take a game, and why."""
    about: Told = {"method": method, "game": game, "complete": False}
    return {**about, "message": f"not solved: {error}", "left_out": str(error)}


def check_answered(told: Sequence[Told]) -> None:
    """Refuse answers of which each is left out.

    Raises
    ------
    SolverError
        Why, one line for each method.

    Examples
    --------
    >>> check_answered([{"method": "pure", "left_out": "no"}])
    Traceback (most recent call last):
    negsim.errors.SolverError: no
    """
    faults = [one["left_out"] for one in told if "left_out" in one]
    if faults and len(faults) == len(told):
        raise SolverError("\n".join(dict.fromkeys(faults)))


def agreements(solutions: Sequence[Told]) -> list[Told]:
    """Return for each game that several methods list profiles of, which of them found which.

    Parameters
    ----------
    solutions
        Answers as data, each with ``method`` and ``game`` (what was solved, in words); those
        without ``equilibria`` are left out.

    Returns
    -------
    list of dict
        ``game``; ``methods``; ``rows``, one per profile, with ``profile``, ``payoffs``,
        ``equilibrium`` (False for a quantal response) and ``found``: for each method None, or the
        largest difference of its payoffs from those of the first that found the profile;
        ``agree``: whether every method found every equilibrium.

    Examples
    --------
    >>> from negsim.theory.normal_form.game import NormalFormGame
    >>> battle = NormalFormGame.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> told = [{"game": "", **solve(battle, name).to_dict()} for name in ("nash", "pure")]
    >>> (table,) = agreements(told)
    >>> table["agree"], [row["found"]["pure"] for row in table["rows"]]
    (False, [0.0, None, 0.0])
    """
    listing = [told for told in solutions if told.get("equilibria") is not None]
    games = dict.fromkeys(told["game"] for told in listing)
    groups = [[told for told in listing if told["game"] == game] for game in games]
    return [_agreement(group) for group in groups if len(group) > 1 and _comparable(group)]


def _comparable(group: Sequence[Told]) -> bool:
    return all("profile" in found for told in group for found in told["equilibria"])


def _agreement(group: Sequence[Told]) -> Told:
    methods = [told["method"] for told in group]
    rows: list[Told] = []
    for told in group:
        for found in told["equilibria"]:
            _put_in(rows, told["method"], found, methods)
    found_all = all(
        difference is not None
        for row in rows
        if row["equilibrium"]
        for difference in row["found"].values()
    )
    return {"game": group[0]["game"], "methods": methods, "rows": rows, "agree": found_all}


def _put_in(rows: list[Told], method: str, found: Told, methods: Sequence[str]) -> None:
    """Count a profile to the row that has it, or to a new one."""
    for row in rows:
        if _same(row["profile"], found["profile"]):
            row["found"][method] = _difference(row["payoffs"], found["payoffs"])
            return
    rows.append(
        {
            "profile": found["profile"],
            "payoffs": found["payoffs"],
            "equilibrium": QUANTAL not in found["marks"],
            "found": {**dict.fromkeys(methods), method: 0.0},
        }
    )


def _same(one: Mapping[str, Mapping[str, float]], two: Mapping[str, Mapping[str, float]]) -> bool:
    return all(
        abs(mixed.get(action, 0.0) - two[player].get(action, 0.0)) <= SAME_CHANCE
        for player, mixed in one.items()
        for action in {*mixed, *two[player]}
    )


def _difference(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    return max((abs(value - two[player]) for player, value in one.items()), default=0.0)
