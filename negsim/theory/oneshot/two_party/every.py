"""All equilibria of a game of two players: enumerated in floats, and in rationals where in doubt.

The kernel of ``negsim.theory.oneshot.two_party.enumeration`` lists the extreme equilibria; every
one of them is certified by the game. Where floats cannot decide,
``negsim.theory.oneshot.two_party.rational`` does, which can also be asked for. What is found hangs
together in components, see ``negsim.theory.normal_form.components``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from negsim.arrays import IntArray, frozen
from negsim.theory.normal_form.components import Component, components
from negsim.theory.normal_form.game import NormalFormGame, Profile
from negsim.theory.normal_form.result import Equilibrium, Solution, any_ties, certify, describe
from negsim.theory.oneshot.dominance import reduced_game, undominated
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.oneshot.two_party.enumeration import (
    GENERIC,
    TIED,
    enumerate_equilibria,
    vertices_bound,
)
from negsim.theory.oneshot.two_party.rational import (
    ExactEquilibrium,
    Number,
    exact_equilibria,
    exact_matrix,
    exact_regrets,
)
from negsim.theory.oneshot.two_party.ties import checked_ties
from negsim.theory.registry import refusal, solver

MOST_VERTICES = 400_000
"""A game with a polytope that may have more vertices than this is refused: up to 15 x 15 is not."""

MOST_ACTIONS = 62
"""Games in which the two players have more actions than this together are solved in rationals."""

MOST_EXACT_VERTICES = 30_000
"""Exact mode refuses a game with a polytope that may have more vertices: up to 12 x 12 is not."""

MOST_DECIDED_VERTICES = 7_000
"""Games that floats cannot take are solved in rationals up to this many vertices: up to 10 x 10."""


@dataclass(frozen=True, slots=True, eq=False)
class ExactSolution(Solution):
    """A solution with its equilibria in fractions.

    ``exact`` has all of them, in the order of ``equilibria``, their roundings: the payoffs and the
    regret of these are those of the exact ones.
    """

    exact: tuple[ExactEquilibrium, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the solution in the words of the game, fractions as text.

        >>> solve_exact([["1/3"]], [[1]]).to_dict()["exact"][0]["payoffs"]
        ['1/3', '1']
        """
        return {**Solution.to_dict(self), "exact": [one.to_dict() for one in self.exact]}


def size_fault(rows: int, columns: int, most: int = MOST_VERTICES) -> str:
    """Return why a game has too many vertices to be enumerated, or nothing.

    >>> size_fault(15, 15)
    ''
    """
    bound = vertices_bound(rows, columns)
    if rows + columns > MOST_ACTIONS:
        most = min(most, MOST_DECIDED_VERTICES)
    if bound <= most:
        return ""
    return (
        f"would enumerate up to {bound:,} vertices in a game of {rows} x {columns} actions, "
        f"expected at most {most:,}"
    )


def too_large(game: NormalFormGame) -> str:
    """Return why a game of two players is too large, also without dominated actions, or nothing."""
    return _fault(game) and _fault(reduced_game(game, undominated(game)))


def _fault(game: NormalFormGame) -> str:
    """Return why a game is too large as it is, or nothing."""
    return "" if _only_pure_extremes(game) else size_fault(*game.num_actions)


def _only_pure_extremes(game: NormalFormGame) -> bool:
    constant = [float(np.ptp(payoffs)) == 0.0 for payoffs in game.payoffs]
    return 1 in game.num_actions or all(constant)


@solver(
    "nash",
    finds="all",
    min_players=2,
    max_players=2,
    cost="exponential in the number of actions: under a millisecond at 8 x 8, a second at 15 x 15",
    source="Avis, Rosenberg, Savani and von Stengel (2010); own enumeration, rational where needed",
    summary="every equilibrium of a two-player game, mixed ones included",
    unfit=too_large,
)
def solve_nash(game: NormalFormGame, exact: bool = False) -> Solution:
    """Find every Nash equilibrium of a game of two players.

    In a game without ties at an equilibrium the list has all equilibria. With ties (a mixed action
    with more pure best responses than actions in its support) equilibria may form a continuum: the
    list then has all extreme ones, and ``components`` says which of them go together.

    Parameters
    ----------
    exact
        Whether to solve in rationals and to return fractions. Ties are ties of the payoffs as
        given in either case; those given as text or fractions are taken exactly.

    Returns
    -------
    Solution
        ``complete`` is False if floats cannot decide (very uneven payoffs, or a number between zero
        and not zero) and the game is too large to be decided in rationals. An ``ExactSolution`` if
        ``exact``.

    Raises
    ------
    SolverError
        If, without strictly dominated actions, a polytope may have more than ``MOST_VERTICES``
        vertices (with ``exact``, and dominated actions too, ``MOST_EXACT_VERTICES``; of more than
        ``MOST_ACTIONS`` actions ``MOST_DECIDED_VERTICES``), except in games in which a player has
        one action or all payoffs are the same: these are solved at any size.

    References
    ----------
    Avis, Rosenberg, Savani and von Stengel (2010), "Enumeration of Nash equilibria for two-player
    games", Economic Theory 42. Wilson (1971), "Computing equilibria of n-person games", SIAM
    Journal on Applied Mathematics 21: an odd number without ties. von Stengel (2002), "Computing
    equilibria for two-person games", definition 2.6: ties.

    Examples
    --------
    >>> chicken = NormalFormGame.from_bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    >>> solution = solve_nash(chicken)
    >>> len(solution.equilibria), solution.complete
    (3, True)
    >>> print(*solve_nash(chicken, exact=True).exact[1].row)
    1/3 2/3
    """
    if exact:
        given = game.payoffs if game.written is None else game.written
        return _exact_solution(game, exact_matrix(given[0]), exact_matrix(given[1]))
    if sum(game.num_actions) > MOST_ACTIONS or _fault(game):
        return _without_dominated(game)
    return _solved(game)


def _without_dominated(game: NormalFormGame) -> Solution:
    """Return the equilibria of a large game, found among the actions that are not dominated."""
    kept = undominated(game)
    smaller = reduced_game(game, kept)
    if why := _fault(smaller):
        removed = sum(game.num_actions) - sum(smaller.num_actions)
        raise refusal("nash", game, f"{why} ({removed} dominated actions left out)")
    return carried_back(game, kept, _solved(smaller))


def carried_back(game: NormalFormGame, kept: Sequence[IntArray], solution: Solution) -> Solution:
    """Return the equilibria of a game without some dominated actions as those of the game.

    The message says how many actions there were that are strictly dominated.
    """
    removed = sum(game.num_actions) - sum(own.size for own in kept)
    if not removed:
        return replace(solution, game=game)
    profiles = [_widened(game, kept, one.profile) for one in solution.equilibria]
    equilibria, dropped = _judged(game, profiles)
    message = (
        f"{solution.message}; {removed} of {sum(game.num_actions)} actions were left out first, "
        "strictly dominated once others are"
    )
    return replace(
        solution,
        game=game,
        equilibria=equilibria,
        message=message,
        dropped=(*solution.dropped, *dropped),
        complete=solution.complete and not dropped,
    )


def _widened(game: NormalFormGame, kept: Sequence[IntArray], profile: Profile) -> Profile:
    """Return a profile of the actions that are kept as one of the game."""
    wide = [np.zeros(count) for count in game.num_actions]
    for mixed, own, part in zip(wide, kept, profile, strict=True):
        mixed[own] = part
    return tuple(map(frozen, wide))


def _solved(game: NormalFormGame) -> Solution:
    """Return all equilibria of a game that is not too large."""
    profiles, decided, tied = _enumerated(game)
    equilibria, dropped = _judged(game, profiles)
    if (dropped or not decided) and vertices_bound(*game.num_actions) <= MOST_DECIDED_VERTICES:
        given = game.payoffs if game.written is None else game.written
        found = exact_equilibria(given[0].tolist(), given[1].tolist())
        equilibria, dropped = _judged(game, [one.profile for one in found])
        decided, tied = True, any(one.ties for one in found)
    equilibria = _with_pure(game, equilibria)
    degenerate = tied or (not decided and any_ties(equilibria, game))
    sets = components([equilibrium.profile for equilibrium in equilibria])
    complete = decided and not dropped
    message = _message(len(equilibria), degenerate, sets, decided, len(dropped))
    return Solution(
        game, "nash", equilibria, complete, degenerate, message, dropped, components=sets
    )


def solve_exact(
    row: Sequence[Sequence[Number]],
    column: Sequence[Sequence[Number]],
    players: Iterable[str] = (),
    actions: Iterable[Iterable[str]] = (),
) -> ExactSolution:
    """Find every Nash equilibrium of a game of two players whose payoffs are exact numbers.

    Parameters
    ----------
    row, column
        Payoffs indexed [row, column]: whole numbers, ``Fraction``, ``Decimal``, or text such as
        "0.1" and "1/3"; floats are the binary fractions that they are.
    players, actions
        Names, as for ``NormalFormGame``.

    Raises
    ------
    GameError
        If the two are not matrices of finite numbers of one shape, or the names do not fit.
    SolverError
        If a polytope may have more than ``MOST_EXACT_VERTICES`` vertices.

    Examples
    --------
    0.1 + 0.2 and 0.3 tie as decimals, not as floats.

    >>> len(solve_exact([["0.3"], [0.1 + 0.2]], [[0], [0]]).exact)
    1
    >>> len(solve_exact([["0.3"], ["0.30"]], [[0], [0]]).exact)
    2
    """
    mine, theirs = exact_matrix(row), exact_matrix(column)
    rounded = [np.array(matrix, dtype=np.float64) for matrix in (mine, theirs)]
    game = NormalFormGame.from_bimatrix(rounded[0], rounded[1], players, actions)
    return _exact_solution(game, mine, theirs)


def _exact_solution(
    game: NormalFormGame, row: Sequence[Sequence[Number]], column: Sequence[Sequence[Number]]
) -> ExactSolution:
    rows, columns = game.num_actions
    if why := size_fault(rows, columns, MOST_EXACT_VERTICES):
        raise refusal("nash", game, f"{why} in fractions")
    found = exact_equilibria(row, column)
    equilibria = tuple(_rounded(game, one, exact_regrets(row, column, one)) for one in found)
    tied = any(one.ties for one in found)
    sets = components([one.profile for one in found])
    message = f"{_message(len(found), tied, sets, True, 0)}; in exact arithmetic"
    return ExactSolution(
        game, "nash", equilibria, True, tied, message, components=sets, exact=found
    )


def _rounded(
    game: NormalFormGame, found: ExactEquilibrium, regrets: tuple[Fraction, Fraction]
) -> Equilibrium:
    """Return an exact equilibrium in floats, with the payoffs and regret of the fractions."""
    payoffs, regret = (
        frozen(np.array([float(number) for number in pair])) for pair in (found.payoffs, regrets)
    )
    return replace(describe(game, found.profile), payoffs=payoffs, regret=regret)


def _enumerated(game: NormalFormGame) -> tuple[list[Profile], bool, bool]:
    """Return the extreme equilibria in floats, whether floats decide, and whether any has ties."""
    if _only_pure_extremes(game):
        found = pure_equilibria(game)
        return [one.profile for one in found], True, any_ties(found, game)
    if sum(game.num_actions) > MOST_ACTIONS:
        exact = exact_equilibria(game.payoffs[0].tolist(), game.payoffs[1].tolist())
        return [one.profile for one in exact], True, any(one.ties for one in exact)
    payoffs = game.payoffs[:1], game.payoffs[1:]
    batch = checked_ties(*payoffs, enumerate_equilibria(*payoffs))
    profiles: list[Profile] = list(zip(batch.row_mixed, batch.column_mixed, strict=True))
    status = int(batch.status[0])
    decided = status == GENERIC or (status == TIED and game.written is None)
    return profiles, decided, status == TIED


def _judged(
    game: NormalFormGame, profiles: Iterable[Profile]
) -> tuple[tuple[Equilibrium, ...], tuple[str, ...]]:
    """Return the profiles that the game certifies, first actions first, and why others are not."""
    found, dropped = [], []
    for profile in profiles:
        certified = certify(game, profile)
        if certified is None:
            dropped.append(_refusal(game, profile))
        else:
            found.append(certified)
    return _ordered(found), tuple(dropped)


def _ordered(equilibria: Iterable[Equilibrium]) -> tuple[Equilibrium, ...]:
    return tuple(sorted(equilibria, key=lambda one: tuple(-np.concatenate(one.profile))))


def _with_pure(
    game: NormalFormGame, equilibria: tuple[Equilibrium, ...]
) -> tuple[Equilibrium, ...]:
    """Return the equilibria with those pure ones that only rounding tells from one."""
    listed = {tuple(np.concatenate(one.profile)) for one in equilibria}
    fresh = [
        one for one in pure_equilibria(game) if tuple(np.concatenate(one.profile)) not in listed
    ]
    return _ordered((*equilibria, *fresh))


def _refusal(game: NormalFormGame, profile: Profile) -> str:
    regret = game.regret(profile)
    worst = int(np.argmax(regret))
    chances = ", ".join(np.array2string(mixed, precision=4) for mixed in profile)
    return f"{chances}: {game.players[worst]} plays no best response, regret {regret[worst]:.2g}"


def _message(
    count: int, degenerate: bool, sets: tuple[Component, ...], decided: bool, dropped: int
) -> str:
    kind = "extreme equilibri" if degenerate else "equilibri"
    found = f"{count} {kind}{'um' if count == 1 else 'a'}"
    if degenerate:
        found += f" in {len(sets)} component{'' if len(sets) == 1 else 's'}"
    words = ["all there are" if decided and not dropped else "not known to be all"]
    if not decided:
        words.append("floats do not decide this game, and it is too large for rationals")
    if dropped:
        words.append(f"{dropped} dropped, above tolerance once rounded")
    if degenerate:
        words.append("the game is degenerate (ties): equilibria may form a continuum")
    if not all(component.complete for component in sets):
        words.append("only the first Nash subsets of a component are listed")
    return f"{found}, {'; '.join(words)}"
