"""Correlated equilibria: what a mediator can bring about who only recommends moves in private.

A mediator draws a profile from a known lottery and tells each player its own action. In a
*correlated* equilibrium nobody gains by doing anything else than told; in a *coarse* one nobody
gains by refusing to listen, before being told. Both are sets that linear inequalities describe, so
that the best and the worst of them for anybody are linear programmes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.arrays import (
    REGRET_TOLERANCE,
    TIE_TOLERANCE,
    FloatArray,
    IntArray,
    frozen,
    power_of_two,
)
from negsim.errors import SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame, typical_difference
from negsim.theory.numerics.linear import as_chances, check_size, maximise, probabilities
from negsim.theory.oneshot.reference import Reference, known_equilibria
from negsim.theory.registry import solver
from negsim.theory.written import Written

WELFARE = "welfare"


@dataclass(frozen=True, slots=True, eq=False)
class Recommendation:
    """A lottery over profiles from which the mediator draws what to recommend.

    ``chances`` has the shape of the profiles; ``payoffs`` and ``regret`` have shape (num_players,)
    and are in payoff units. ``regret``: the most that a player gains by not doing as told (for a
    coarse equilibrium: by not listening). ``value``: what was made largest or smallest.
    """

    chances: FloatArray
    payoffs: FloatArray
    regret: FloatArray
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Extremes:
    """The best and the worst recommendation for one aim, with what Nash equilibria offer.

    ``aim``: "welfare" (weighted sum of payoffs) or a player's name. ``best_nash`` and
    ``worst_nash``: None where no equilibrium is known.
    """

    aim: str
    best: Recommendation
    worst: Recommendation
    best_nash: float | None
    worst_nash: float | None

    @property
    def added(self) -> float | None:
        """Return what recommendations add to the best known Nash outcome, in payoff units."""
        return None if self.best_nash is None else self.best.value - self.best_nash


@dataclass(frozen=True, slots=True, eq=False)
class CorrelatedSolution(Written):
    """The best and worst correlated (or coarse correlated) equilibria of a game.

    ``extremes``: for welfare first, then for each player. ``weights`` (n,): those of the payoffs in
    welfare. ``nash_complete``: whether no Nash equilibrium is better or worse than those compared
    with. ``message``: the status in words.
    """

    game: NormalFormGame
    method: str
    weights: FloatArray
    extremes: tuple[Extremes, ...]
    nash_complete: bool
    message: str

    def __getitem__(self, aim: str) -> Extremes:
        """Return the extremes for an aim: "welfare" or the name of a player."""
        return next(found for found in self.extremes if found.aim == aim)

    def to_dict(self) -> dict[str, Any]:
        """Return the solution in the words of the game, ready for JSON.

        Examples
        --------
        >>> chicken = NormalFormGame.from_bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]])
        >>> found = solve_correlated(chicken).to_dict()["aims"]["welfare"]
        >>> round(found["best"]["value"], 9), round(found["added"], 9)
        (10.5, 1.166666667)
        """
        return {
            "method": self.method,
            "players": list(self.game.players),
            "weights": dict(zip(self.game.players, self.weights.tolist(), strict=True)),
            "aims": {
                found.aim: {
                    "best": self._described(found.best),
                    "worst": self._described(found.worst),
                    "best_nash": found.best_nash,
                    "worst_nash": found.worst_nash,
                    "added": found.added,
                }
                for found in self.extremes
            },
            "nash_complete": self.nash_complete,
            "message": self.message,
        }

    def _described(self, found: Recommendation) -> dict[str, Any]:
        players, actions = self.game.players, self.game.actions
        return {
            "value": found.value,
            "payoffs": dict(zip(players, found.payoffs.tolist(), strict=True)),
            "regret": dict(zip(players, found.regret.tolist(), strict=True)),
            "recommendations": [
                {
                    "chance": float(found.chances[tuple(cell)]),
                    "actions": {
                        player: own[action]
                        for player, own, action in zip(players, actions, cell, strict=True)
                    },
                }
                for cell in np.argwhere(found.chances > 0).tolist()
            ],
        }


@solver(
    "correlated",
    finds="some",
    cost="two linear programmes for each player and for welfare; as many variables as profiles",
    source="Aumann (1974, 1987)",
    summary="what a mediator who only recommends can bring about: best and worst",
    returns=CorrelatedSolution,
)
def solve_correlated(
    game: NormalFormGame, weights: Sequence[float] | None = None
) -> CorrelatedSolution:
    """Find the best and worst correlated equilibria for welfare and for each player.

    Welfare, a weighted sum of payoffs, compares payoffs of different players: its weights are a
    judgement, 1 each if none are given.

    Parameters
    ----------
    weights
        One number per player, at least 0.

    Returns
    -------
    CorrelatedSolution
        The values are exact up to rounding; where several lotteries reach a value, one is given.

    Raises
    ------
    UsageError
        If there is not one finite weight per player, or one is negative.
    SolverError
        If a linear programme is too large, or rounding leaves an incentive to disobey.

    References
    ----------
    Aumann (1974), "Subjectivity and correlation in randomized strategies", Journal of Mathematical
    Economics 1. Aumann (1987), "Correlated equilibrium as an expression of Bayesian rationality",
    Econometrica 55, proposition 2.3 for the inequalities.

    Examples
    --------
    >>> chicken = NormalFormGame.from_bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    >>> found = solve_correlated(chicken)["welfare"].best
    >>> found.payoffs.round(9), found.chances.round(9)
    (array([5.25, 5.25]), array([[0.  , 0.25],
           [0.25, 0.5 ]]))
    """
    return _solved(game, "correlated", weights)


@solver(
    "coarse_correlated",
    finds="some",
    cost="two linear programmes for each player and for welfare; as many variables as profiles",
    source="Moulin and Vial (1978)",
    summary="what a mediator can bring about to whom players bind themselves before being told",
    returns=CorrelatedSolution,
)
def solve_coarse_correlated(
    game: NormalFormGame, weights: Sequence[float] | None = None
) -> CorrelatedSolution:
    """Find the best and worst coarse correlated equilibria for welfare and for each player.

    Players decide whether to listen before they are told anything, and then do as told: a mediator
    who has their word can do more than one who only recommends.

    Parameters
    ----------
    weights
        One number per player, at least 0; 1 each if none are given.

    Returns
    -------
    CorrelatedSolution
        The values are exact up to rounding; where several lotteries reach a value, one is given.

    Raises
    ------
    UsageError
        If there is not one finite weight per player, or one is negative.
    SolverError
        If a linear programme is too large, or rounding leaves an incentive not to listen.

    References
    ----------
    Moulin and Vial (1978), "Strategically zero-sum games: the class of games whose completely mixed
    equilibria cannot be improved upon", International Journal of Game Theory 7.

    Examples
    --------
    >>> chicken = NormalFormGame.from_bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    >>> round(solve_coarse_correlated(chicken)["welfare"].best.value, 9)
    10.5
    """
    return _solved(game, "coarse_correlated", weights)


def swap_regret(game: NormalFormGame, chances: FloatArray) -> FloatArray:
    """Return how much each player gains by the best use of being told its action.

    Parameters
    ----------
    chances
        A lottery over profiles, shape (num_actions[0], ..., num_actions[-1]).

    Returns
    -------
    ndarray, shape (num_players,)
        In payoff units; all zero exactly at a correlated equilibrium.

    References
    ----------
    Aumann (1987), Econometrica 55, proposition 2.3.

    Examples
    --------
    >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> swap_regret(pennies, np.array([[1.0, 0.0], [0.0, 0.0]]))
    array([0., 2.])
    """
    return np.array(
        [_gains(game, chances, player).max(axis=1).sum() for player in range(game.num_players)]
    )


def coarse_regret(game: NormalFormGame, chances: FloatArray) -> FloatArray:
    """Return how much each player gains by playing one action whatever it would be told.

    Parameters
    ----------
    chances
        A lottery over profiles, shape (num_actions[0], ..., num_actions[-1]).

    Returns
    -------
    ndarray, shape (num_players,)
        In payoff units, at least 0; all zero exactly at a coarse correlated equilibrium.

    References
    ----------
    Moulin and Vial (1978), International Journal of Game Theory 7.

    Examples
    --------
    >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> coarse_regret(pennies, np.full((2, 2), 0.25))
    array([0., 0.])
    """
    gains = [_gains(game, chances, player).sum(axis=0).max() for player in range(game.num_players)]
    return np.maximum(gains, 0.0)


def _gains(game: NormalFormGame, chances: FloatArray, player: int) -> FloatArray:
    """Return [told, done]: the gain from doing one action whenever told another, times its chance.

    Computed from payoff differences, so that what is added to all payoffs costs no accuracy.
    """
    own = np.moveaxis(game.payoffs[player], player, 0).reshape(game.num_actions[player], -1)
    told = np.moveaxis(chances, player, 0).reshape(own.shape)
    return np.array(
        [((own - own[action]) * told[action]).sum(axis=1) for action in range(len(own))]
    )


def _solved(
    game: NormalFormGame, method: str, weights: Sequence[float] | None
) -> CorrelatedSolution:
    welfare = _checked_weights(weights, game)
    coarse = method == "coarse_correlated"
    system = _incentives(game, coarse)
    reference = known_equilibria(game)
    aims = [(WELFARE, welfare), *zip(game.players, np.eye(game.num_players), strict=True)]
    extremes = tuple(_extremes(game, coarse, system, aim, row, reference) for aim, row in aims)
    message = _message(extremes[0], reference)
    return CorrelatedSolution(game, method, frozen(welfare), extremes, reference.complete, message)


def _checked_weights(weights: Sequence[float] | None, game: NormalFormGame) -> FloatArray:
    if weights is None:
        return np.ones(game.num_players)
    try:
        chosen = np.array(weights, dtype=np.float64)
    except (TypeError, ValueError):
        chosen = np.empty(0)
    if chosen.shape != (game.num_players,) or not (np.isfinite(chosen) & (chosen >= 0)).all():
        raise UsageError(
            f"weights: expected {game.num_players} finite numbers of at least 0, got {weights}"
        )
    return chosen


def _incentives(game: NormalFormGame, coarse: bool) -> FloatArray:
    """Return the rows, (rows, profiles), whose product with a lottery must not be negative."""
    counts = game.num_actions
    num_rows = sum(counts) if coarse else sum(count * (count - 1) for count in counts)
    cells = np.arange(int(np.prod(counts))).reshape(counts)
    check_size(num_rows + 1, cells.size)
    rows = []
    for player, count in enumerate(counts):
        own = np.moveaxis(game.payoffs[player], player, 0).reshape(count, -1)
        own = own / power_of_two(typical_difference(own))
        place: IntArray = np.moveaxis(cells, player, 0).reshape(count, -1)
        for instead in range(count):
            loss = np.zeros(cells.size)
            loss[place] = own - own[instead]
            told = [loss]
            if not coarse:
                told = [_only(loss, place[action]) for action in range(count) if action != instead]
            rows.extend(told)
    return np.array(rows).reshape(-1, cells.size)


def _only(vector: FloatArray, kept: IntArray) -> FloatArray:
    """Return a vector with 0 everywhere but at some places."""
    part = np.zeros_like(vector)
    part[kept] = vector[kept]
    return part


def _extremes(
    game: NormalFormGame,
    coarse: bool,
    system: FloatArray,
    aim: str,
    weights: FloatArray,
    reference: Reference,
) -> Extremes:
    best, worst = (_optimum(game, coarse, system, sign * weights, weights) for sign in (1.0, -1.0))
    return Extremes(aim, best, worst, reference.best(weights), reference.worst(weights))


def _optimum(
    game: NormalFormGame,
    coarse: bool,
    system: FloatArray,
    direction: FloatArray,
    weights: FloatArray,
) -> Recommendation:
    """Return the lottery that is best in a direction of payoffs, certified."""
    flat = game.payoffs.reshape(game.num_players, -1)
    centred = flat - np.quantile(flat, 0.5, axis=1, method="lower", keepdims=True)
    count = flat.shape[1]
    limits = np.zeros(len(system))
    found = maximise(direction @ centred, (system, limits), probabilities(count))
    if found is None:
        raise SolverError("correlated: HiGHS finds no lottery, though every game has one")
    chances = as_chances(found).reshape(game.num_actions)
    regret = coarse_regret(game, chances) if coarse else swap_regret(game, chances)
    if (regret > _regret_limit(game, chances)).any():
        worst = int(np.argmax(regret))
        raise SolverError(
            f"correlated: rounding leaves {game.players[worst]} a gain of {regret[worst]:.2g} from "
            "not doing as told"
        )
    payoffs = flat @ chances.reshape(-1)
    return Recommendation(chances, frozen(payoffs), frozen(regret), float(weights @ payoffs))


def _regret_limit(game: NormalFormGame, chances: FloatArray) -> FloatArray:
    """Return the largest gain that still counts as none: typical differences, or rounding."""
    played = np.abs(game.payoffs.reshape(game.num_players, -1)) @ chances.reshape(-1)
    typical = np.array([typical_difference(own) for own in game.payoffs])
    return np.maximum(REGRET_TOLERANCE * typical, TIE_TOLERANCE * played)


def _message(welfare: Extremes, reference: Reference) -> str:
    span = f"welfare from {welfare.worst.value:.6g} to {welfare.best.value:.6g}"
    if welfare.best_nash is None or welfare.added is None:
        return f"{span}; no Nash equilibrium known to compare with ({reference.message})"
    small = REGRET_TOLERANCE * max(abs(welfare.best.value), abs(welfare.best_nash))
    added = 0.0 if abs(welfare.added) <= small else welfare.added
    known = "the best Nash outcome" if reference.complete else "the best Nash outcome known"
    return f"{span}; recommending adds {added:.6g} to {known}, {welfare.best_nash:.6g}"
