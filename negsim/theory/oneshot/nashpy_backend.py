"""Equilibria of a two-player game as nashpy finds them, called safely: an independent check.

nashpy is sound only for well-scaled payoffs, so each player's are scaled to [1, 2] first; its
vertices and, in games of moderate size, its supports are used; what comes back is cleaned, solved
again on its supports with the payoffs as given, and certified by the game.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.theory.normal_form.game import NormalFormGame, Profile, support
from negsim.theory.normal_form.result import (
    Equilibrium,
    Solution,
    any_ties,
    certify,
    cleaned,
    distinct,
)
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.registry import refusal, solver

MOST_SUPPORT_PAIRS = 1_000
"""Supports are enumerated too in games with no more pairs of supports of equal size than this."""

MOST_BASES = 50_000_000
"""A game with more choices of as many labels as the first player has actions is refused."""


def too_large(game: NormalFormGame) -> str:
    """Return why a game of two players has too many bases for nashpy, or nothing."""
    rows, columns = game.num_actions
    bases = math.comb(rows + columns, rows)
    if bases <= MOST_BASES or _only_pure_extremes(game):
        return ""
    return (
        f"would choose among {bases} bases in a game of {rows} x {columns} actions, expected at "
        f"most {MOST_BASES}"
    )


@solver(
    "nashpy",
    finds="some",
    min_players=2,
    max_players=2,
    cost="exponential in the number of actions: milliseconds at 5 x 5, a minute at 14 x 14",
    source="nashpy (Knight and Campbell 2018); von Stengel (2002), algorithm 3.5",
    summary="equilibria of a two-player game by nashpy, scaled and certified: a check on nash",
    unfit=too_large,
)
def solve_with_nashpy(game: NormalFormGame) -> Solution:
    """Find equilibria of a game of two players with nashpy.

    An independent check of the solver "nash", slower by far. Games in which a player has one action
    or in which both payoffs are constant are answered by their pure equilibria.

    Returns
    -------
    Solution
        Never complete: nashpy may lose equilibria to rounding and to ties.

    Raises
    ------
    SolverError
        If the game has more than ``MOST_BASES`` choices of labels (13 x 13 actions has fewer).

    References
    ----------
    Knight and Campbell (2018), "Nashpy: A Python library for the computation of Nash equilibria",
    Journal of Open Source Software 3(30). von Stengel (2002), "Computing equilibria for two-person
    games", algorithm 3.5.

    Examples
    --------
    >>> chicken = NormalFormGame.from_bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    >>> len(solve_with_nashpy(chicken).equilibria)
    3
    """
    if why := too_large(game):
        raise refusal("nashpy", game, why)
    candidates: Iterable[Profile] = () if _only_pure_extremes(game) else _candidates(game)
    equilibria, dropped = _judged(game, candidates)
    message = f"{len(equilibria)} found by nashpy, not known to be all ({len(dropped)} dropped)"
    degenerate = any_ties(equilibria, game)
    return Solution(game, "nashpy", equilibria, False, degenerate, message, dropped)


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

    halfspaces = build_halfspaces(payoffs)
    vertices, tight = [], []
    for vertex, labels in non_trivial_vertices(halfspaces):
        vertices.append(vertex / vertex.sum())
        tight.append(np.isin(np.arange(sum(payoffs.shape)), list(labels)))
    labelled = np.array(tight)
    if own_first:
        labelled = np.roll(labelled, payoffs.shape[1], axis=1)
    return np.array(vertices), labelled


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
