"""All equilibria of a game of two players, by pairing the vertices of its best-response polytopes.

nashpy computes the polytopes (and, for games of moderate size, enumerates supports as well). It is
sound only for well-scaled payoffs, so each player's payoffs are scaled to [1, 2] first; what comes
back is cleaned, solved again on its supports with the payoffs as given, and certified by the game.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.errors import SolverError
from negsim.games.normal_form import NormalFormGame, Profile, support
from negsim.solvers.pure import pure_equilibria
from negsim.solvers.rational import extreme_equilibria
from negsim.solvers.registry import solver
from negsim.solvers.result import (
    Equilibrium,
    Solution,
    any_ties,
    certify,
    cleaned,
    distinct,
)

MOST_SUPPORT_PAIRS = 1_000
"""Supports are enumerated too in games with no more pairs of supports of equal size than this."""

MOST_SYSTEMS = 300
"""Doubtful games are solved again in rationals if that takes no more linear systems than this."""

MOST_VERTICES = 200_000
"""A polytope that may have more vertices than this is refused."""


@solver(
    "nash",
    finds="all",
    min_players=2,
    max_players=2,
    cost="exponential in the number of actions: milliseconds at 5 x 5, a minute at 14 x 14",
    source="Avis, Rosenberg, Savani and von Stengel (2010); nashpy",
    summary="every equilibrium of a two-player game, mixed ones included",
)
def solve_nash(game: NormalFormGame) -> Solution:
    """Find every Nash equilibrium of a game of two players.

    In a game that is not degenerate the list is complete. It is degenerate, by the test used here,
    if a mixed action of an equilibrium has more pure best responses than actions in its support:
    equilibria may then form a continuum, of which extreme points are listed. Games in which a
    player has one action, or in which both payoffs are constant, are answered by their pure
    equilibria, which are then all the extreme ones.

    Returns
    -------
    Solution
        ``complete`` is False if the game is degenerate, or doubtful and too large to be decided in
        rationals (up to about 5 x 5 actions can be). Doubtful: a candidate was dropped, or the
        number found is even (in a game without ties it is odd: Wilson 1971).

    Raises
    ------
    SolverError
        If a polytope may have more than ``MOST_VERTICES`` vertices.

    References
    ----------
    Avis, Rosenberg, Savani and von Stengel (2010), "Enumeration of Nash equilibria for two-player
    games", Economic Theory 42. Wilson (1971), "Computing equilibria of n-person games", SIAM
    Journal on Applied Mathematics 21. von Stengel (2002), "Computing equilibria for two-person
    games", definition 2.6 and algorithm 3.5.

    Examples
    --------
    >>> chicken = NormalFormGame.from_bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    >>> solution = solve_nash(chicken)
    >>> len(solution.equilibria), solution.complete
    (3, True)
    """
    candidates: Iterable[Profile] = () if _only_pure_extremes(game) else _candidates(game)
    equilibria, dropped = _judged(game, candidates)
    decided = True
    if _doubtful(game, equilibria, dropped):
        decided = math.comb(sum(game.num_actions), game.num_actions[0]) <= MOST_SYSTEMS
        if decided:
            equilibria, dropped = _judged(game, extreme_equilibria(*game.payoffs))
    degenerate = any_ties(equilibria, game)
    complete, message = _status(len(equilibria), degenerate, decided, len(dropped))
    return Solution(game, "nash", equilibria, complete, degenerate, message, dropped)


def _only_pure_extremes(game: NormalFormGame) -> bool:
    constant = [float(np.ptp(payoffs)) == 0.0 for payoffs in game.payoffs]
    return 1 in game.num_actions or all(constant)


def _judged(
    game: NormalFormGame, candidates: Iterable[Profile]
) -> tuple[tuple[Equilibrium, ...], tuple[str, ...]]:
    """Return the pure equilibria with the candidates that are certified, and why others are not."""
    found = list(pure_equilibria(game))
    dropped = []
    for candidate in candidates:
        certified = _certified(game, candidate)
        if certified is None:
            dropped.append(_refusal(game, candidate))
        else:
            found.append(certified)
    return distinct(found), tuple(dict.fromkeys(dropped))


def _doubtful(
    game: NormalFormGame, equilibria: tuple[Equilibrium, ...], dropped: tuple[str, ...]
) -> bool:
    """Tell whether rounding may have cost an equilibrium.

    Payoffs that are very uneven look alike when scaled: there are then false candidates.
    """
    even = len(equilibria) % 2 == 0 and not any_ties(equilibria, game)
    return even or bool(dropped)


def _candidates(game: NormalFormGame) -> Iterator[Profile]:
    row, column = (_scaled(payoffs) for payoffs in game.payoffs)
    for candidate in _vertex_pairs(row, column):
        yield _sharpened(game, candidate)
    if math.comb(sum(game.num_actions), game.num_actions[0]) <= MOST_SUPPORT_PAIRS:
        for candidate in _support_pairs(row, column):
            yield _sharpened(game, candidate)


def _scaled(payoffs: FloatArray) -> FloatArray:
    """Return the payoffs moved and stretched to lie between 1 and 2; 1 if they are constant."""
    spread = np.ptp(payoffs)
    scaled: FloatArray = 1.0 + (payoffs - payoffs.min()) / (spread if spread > 0 else 1.0)
    return scaled


def _vertex_pairs(row: FloatArray, column: FloatArray) -> Iterator[Profile]:
    """Yield the pairs of vertices that together have every label: extreme equilibria."""
    row_vertices, row_labels = _vertices(column.T, own_first=True)
    column_vertices, column_labels = _vertices(row, own_first=False)
    for vertex, labels in zip(row_vertices, row_labels, strict=True):
        for other in np.flatnonzero((column_labels | labels).all(axis=1)):
            yield cleaned((vertex, column_vertices[other]))


def _vertices(payoffs: FloatArray, own_first: bool) -> tuple[FloatArray, BoolArray]:
    """Return the vertices of a best-response polytope, as mixed actions, and their labels.

    ``payoffs`` is (opponent's actions, own actions), of the opponent. A label is an own action not
    played or an opponent's action that is a best response; labels of player 1's actions come first.
    """
    from nashpy.polytope.polytope import build_halfspaces, non_trivial_vertices

    _check_size(payoffs.shape)
    halfspaces = build_halfspaces(payoffs)
    vertices, tight = [], []
    for vertex, labels in non_trivial_vertices(halfspaces):
        vertices.append(vertex / vertex.sum())
        tight.append(np.isin(np.arange(sum(payoffs.shape)), list(labels)))
    labelled = np.array(tight)
    if own_first:
        labelled = np.roll(labelled, payoffs.shape[1], axis=1)
    return np.array(vertices), labelled


def _check_size(shape: Sequence[int]) -> None:
    """Refuse a polytope by McMullen's upper bound on the number of its vertices."""
    facets, dimension = sum(shape), shape[1]
    bound = math.comb(facets - (dimension + 1) // 2, facets - dimension)
    bound += math.comb(facets - dimension // 2 - 1, facets - dimension)
    if bound > MOST_VERTICES:
        raise SolverError(
            f'solver "nash" would enumerate up to {bound} vertices in a game of {shape[0]} x '
            f"{shape[1]} actions, expected at most {MOST_VERTICES}; solvers that can: logit, pure"
        )


def _support_pairs(row: FloatArray, column: FloatArray) -> Iterator[Profile]:
    from nashpy.algorithms.support_enumeration import support_enumeration

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pairs = list(support_enumeration(row, column, non_degenerate=True))
    for pair in pairs:
        yield cleaned(np.asarray(mixed) for mixed in pair)


def _certified(game: NormalFormGame, candidate: Profile) -> Equilibrium | None:
    return certify(game, candidate) if _plays_best_responses(game, candidate) else None


def _plays_best_responses(game: NormalFormGame, profile: Profile) -> bool:
    """Tell whether every action played is a best response, however seldom it is played."""
    return all(
        bool(np.isin(np.flatnonzero(mixed), game.best_responses(profile, player)).all())
        for player, mixed in enumerate(profile)
    )


def _sharpened(game: NormalFormGame, candidate: Profile) -> Profile:
    """Return the candidate as solved again on its supports if that is an equilibrium."""
    sharper = _solved_again(game, candidate)
    if sharper is not None and _plays_best_responses(game, sharper):
        return sharper
    return candidate


def _solved_again(game: NormalFormGame, candidate: Profile) -> Profile | None:
    """Return the profile on the same supports that makes both indifferent, payoffs as given."""
    rows, columns = (np.flatnonzero(support(mixed)) for mixed in candidate)
    if rows.size != columns.size:
        return None
    cells = np.ix_(rows, columns)
    against = (game.payoffs[1][cells].T, game.payoffs[0][cells])
    solved = [_indifferent(payoffs) for payoffs in against]
    counts = game.num_actions
    spread = [
        _spread(mixed, own, count)
        for mixed, own, count in zip(solved, (rows, columns), counts, strict=True)
        if mixed is not None and (mixed > 0).all()
    ]
    return cleaned(spread) if len(spread) == 2 else None


def _indifferent(payoffs: FloatArray) -> FloatArray | None:
    """Return the mixed action over columns under which all rows pay the same."""
    system = np.ones(payoffs.shape)
    system[1:] = payoffs[1:] - payoffs[0]
    size = np.abs(system).max(axis=1, keepdims=True)
    right = np.zeros(len(payoffs))
    right[0] = 1.0
    try:
        mixed = np.linalg.solve(system / np.where(size > 0, size, 1.0), right)
    except np.linalg.LinAlgError:
        return None
    return mixed.astype(np.float64)


def _spread(mixed: FloatArray, own: IntArray, count: int) -> FloatArray:
    spread = np.zeros(count)
    spread[own] = mixed
    return spread


def _refusal(game: NormalFormGame, candidate: Profile) -> str:
    regret = game.regret(candidate)
    worst = int(np.argmax(regret))
    chances = ", ".join(np.array2string(mixed, precision=4) for mixed in candidate)
    return f"{chances}: {game.players[worst]} plays no best response, regret {regret[worst]:.2g}"


def _status(count: int, degenerate: bool, decided: bool, dropped: int) -> tuple[bool, str]:
    found = f"{count} equilibri{'um' if count == 1 else 'a'}"
    if degenerate:
        return False, (
            f"{found}; the game is degenerate (a mixed action has more pure best responses than "
            "actions in its support): equilibria may form a continuum, and the extreme equilibria "
            "found may not be all"
        )
    if not decided or dropped:
        return False, f"{found}; not known to be all: rounding may hide some ({dropped} dropped)"
    return True, f"{found}, all there are"
