"""Why talks are not for a solver: it begins in their last round, or takes those that have none."""

from __future__ import annotations

from negsim.arrays import CHANCE_TOLERANCE
from negsim.errors import SolverError
from negsim.theory.registry import refusal
from negsim.theory.stochastic.game import StochasticGame


def needs_last_round(game: StochasticGame) -> str:
    """Return why talks are not for a solver that begins in their last round, or nothing."""
    return "begins in the last round and these talks have none" if game.endless else ""


def needs_endless(game: StochasticGame) -> str:
    """Return why talks are not for a solver of endless ones, or nothing."""
    return "" if game.endless else "takes endless talks and these have a last round"


def check_endless(game: StochasticGame, method: str) -> None:
    """Refuse talks that have a last round or need not have finite values.

    Raises
    ------
    SolverError
        If some number of rounds is fixed, or a discount times the largest chance of going on is
        not below one.
    """
    if why := needs_endless(game):
        raise refusal(method, game, why)
    going = game.chances.sum(axis=-1).max(axis=(1, 2))
    lasting = (game.discount.max(axis=1) * going > 1 - CHANCE_TOLERANCE).nonzero()[0]
    if len(lasting):
        point = lasting[0]
        raise SolverError(
            f'solver "{method}" needs discounts that times the largest chance of going on '
            f"({going[point]:g}) are below 1, got {game.discount[point].tolist()}"
        )
