"""One registry of solvers and one way to call them: ``solve(game, method, **options)``.

A solver is one function under the ``solver`` decorator, in a module of this room; nothing else
lists it. The decorator says which games it takes and what it promises.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Required, TypeAlias, TypedDict, TypeVar, Unpack

from negsim.errors import SolverError, UsageError, did_you_mean
from negsim.registry import Registry
from negsim.theory.normal_form.bystanders import carried_back, left_out, without
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Solution

Finds: TypeAlias = Literal["all", "some", "one"]
Unfit: TypeAlias = Callable[[Any], str]
Solve = TypeVar("Solve", bound=Callable[..., Any])


def _fits(_game: object) -> str:
    """Return why a game is not for a solver that takes all of its class: nothing."""
    return ""


@dataclass(frozen=True, slots=True)
class Solver:
    """A solution method: what it takes, what it promises, what it costs, where it is from.

    ``finds`` is "all" (complete unless the solution says otherwise), "some" or "one"; ``exact``
    says that the answer is free of rounding; ``takes`` is the class of games and ``returns`` that
    of answers; ``unfit`` says why a game of that class is not for the solver, in words that follow
    its name, or nothing; ``approximate`` that answers are near equilibria and not equilibria.
    """

    name: str
    solve: Callable[..., Any]
    finds: Finds
    cost: str
    source: str
    summary: str
    min_players: int = 1
    max_players: int | None = None
    exact: bool = False
    takes: type = NormalFormGame
    returns: type = Solution
    unfit: Unfit = _fits
    approximate: bool = False

    @property
    def players(self) -> str:
        """Return how many players the solver takes, in words.

        >>> Solver("x", len, "one", "", "", "", 2, 2).players
        '2 players'
        """
        if self.max_players is None:
            return f"{self.min_players} or more players"
        if self.max_players == self.min_players:
            return f"{self.min_players} player{'s' if self.min_players > 1 else ''}"
        return f"{self.min_players} to {self.max_players} players"

    @property
    def options(self) -> tuple[str, ...]:
        """Return the names of the options, in the order in which the function declares them."""
        return tuple(inspect.signature(self.solve).parameters)[1:]

    def accepts(self, game: object) -> bool:
        """Tell whether the solver takes games of this class with this many players.

        Players with a single action in a game in normal form do not count beyond the most.
        """
        if not isinstance(game, self.takes):
            return False
        count = _num_players(game)
        if isinstance(game, NormalFormGame) and issubclass(self.returns, Solution):
            count -= len(left_out(game, self.max_players))
        return self.min_players <= count and (self.max_players is None or count <= self.max_players)

    def can_solve(self, game: object) -> bool:
        """Tell whether the solver takes this very game, its size and kind included."""
        return self.accepts(game) and not self.unfit(game)


class SolverRegistry(Registry[Solver]):
    """The registered solvers; the modules of this room are imported when it is first read.

    Examples
    --------
    >>> solvers["nash"].finds
    'all'
    >>> "pure" in solvers
    True
    """

    def __init__(self, folder: str | None = None) -> None:
        super().__init__("solver")
        self._folder = folder

    def __getitem__(self, name: str) -> Solver:
        self._load()
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._load()
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self._load()
        return super().__iter__()

    def __len__(self) -> int:
        self._load()
        return super().__len__()

    def _load(self) -> None:
        if self._folder is not None:
            package = importlib.import_module(self._folder)
            for module in pkgutil.walk_packages(package.__path__, f"{self._folder}."):
                importlib.import_module(module.name)
            self._folder = None


solvers = SolverRegistry("negsim.theory")

GAMES = {
    "NormalFormGame": "a table of payoffs",
    "ExtensiveGame": "a tree",
    "StochasticGame": "talks over rounds",
    "RepeatedGame": "a round played for ever",
    "SignallingGame": "a signalling game",
    "TrustGame": "a game of trust",
}
"""The classes of games that solvers take, in words."""


class SolverWords(TypedDict, total=False):
    """What the decorator says of a solver: the attributes of ``Solver`` of the same names."""

    finds: Required[Finds]
    cost: Required[str]
    source: Required[str]
    summary: Required[str]
    min_players: int
    max_players: int | None
    exact: bool
    takes: type
    returns: type
    unfit: Unfit
    approximate: bool


def solver(
    name: str, *, registry: Registry[Solver] = solvers, **about: Unpack[SolverWords]
) -> Callable[[Solve], Solve]:
    """Register the decorated function ``(game, **options)`` as a solver and return it unchanged.

    A solver of normal-form games that finds equilibria returns a ``Solution``; one that answers
    another question says in ``returns`` by which class.

    Raises
    ------
    ValueError
        If the name is taken.

    Examples
    --------
    >>> mine = SolverRegistry()
    >>> @solver("none", finds="some", cost="none", source="-", summary="-", registry=mine)
    ... def find_nothing(game):
    ...     return ()
    >>> mine["none"].players
    '1 or more players'
    """

    def register(function: Solve) -> Solve:
        registry.add(name, Solver(name, function, **about))
        return function

    return register


def solve(
    game: object, method: str, *, registry: Registry[Solver] = solvers, **options: Any
) -> Any:
    """Solve a game by a registered method.

    Parameters
    ----------
    game
        A ``NormalFormGame``, or the class that the method takes.
    method
        A name in ``solvers``.
    options
        What the method can be told, by name; see ``solvers[method].options``.

    Returns
    -------
    object
        An instance of ``solvers[method].returns``: a ``Solution`` for methods that find equilibria
        of games in normal form.

    Raises
    ------
    UnknownNameError
        If there is no such method.
    SolverError
        If the method does not take this class of games or number of players.
    UsageError
        If the method has no such option.

    Examples
    --------
    >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> solve(dilemma, "pure").equilibria[0].payoffs
    array([1., 1.])
    """
    entry = registry[method]
    _check_game(entry, game, registry)
    _check_options(entry, options)
    if isinstance(game, NormalFormGame) and issubclass(entry.returns, Solution):
        idle = left_out(game, entry.max_players)
        if idle:
            return carried_back(game, idle, entry.solve(without(game, idle), **options))
    return entry.solve(game, **options)


def refusal(
    method: str, game: object, why: str, registry: Registry[Solver] = solvers
) -> SolverError:
    """Return the error of a solver that cannot solve a game, with the others that can.

    These are asked, one by one, whether they take this very game and answer the same question; any
    question, where the solver does not take games of this class.

    >>> table = NormalFormGame.from_bimatrix([[1, 0]], [[0, 1]])
    >>> print(refusal("pure", table, "is tired"))  # doctest: +ELLIPSIS
    solver "pure" is tired; solvers that can: coalition_proof, nash, nashpy, ...
    """
    able = [
        name
        for name, entry in registry.items()
        if name != method and _stands_in(entry, registry[method], game) and entry.can_solve(game)
    ]
    return SolverError(f'solver "{method}" {why}; solvers that can: {", ".join(able) or "none"}')


def _stands_in(entry: Solver, refused: Solver, game: object) -> bool:
    """Tell whether a solver answers the question of another, if that takes games of this class."""
    if not isinstance(game, refused.takes):
        return True
    return entry.returns is refused.returns and entry.approximate <= refused.approximate


def in_words(kind: type) -> str:
    """Return what a class of games is to people who have one.

    >>> in_words(NormalFormGame), in_words(str)
    ('a table of payoffs', 'a "str"')
    """
    return GAMES.get(kind.__name__, f'a "{kind.__name__}"')


def _num_players(game: object) -> int:
    players: tuple[str, ...] = getattr(game, "players", ())
    return len(players)


def _check_game(entry: Solver, game: object, registry: Registry[Solver]) -> None:
    if entry.accepts(game):
        return
    why = f"takes {in_words(entry.takes)} and this is {in_words(type(game))}"
    if isinstance(game, entry.takes):
        why = f"takes {entry.players} and this game has {_num_players(game)}"
    raise refusal(entry.name, game, why, registry)


def _check_options(entry: Solver, options: dict[str, Any]) -> None:
    known = entry.options
    for option in options:
        if option not in known:
            hint = did_you_mean(option, known) or f" (options: {', '.join(known) or 'none'})"
            raise UsageError(f'solver "{entry.name}" has no option "{option}"{hint}')
