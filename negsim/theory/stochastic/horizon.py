"""Why talks are not for a solver: it begins in their last round, or takes those that have none."""

from __future__ import annotations

from negsim.theory.stochastic.game import StochasticGame


def needs_last_round(game: StochasticGame) -> str:
    """Return why talks are not for a solver that begins in their last round, or nothing."""
    return "begins in the last round and these talks have none" if game.endless else ""


def needs_endless(game: StochasticGame, point: int = 0) -> str:
    """Return why talks are not for a solver of endless ones, or nothing."""
    rounds = int(game.rounds[point])
    return f"takes endless talks and these have {rounds} rounds" if rounds > 0 else ""
