"""A bargaining problem: what each feasible package is worth to everyone, and what no deal is worth.

Packages are deterministic: the parties choose one of them, not a lottery over several.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import FloatArray, frozen
from negsim.errors import GameError


@dataclass(frozen=True, slots=True, eq=False)
class BargainingProblem:
    """Feasible packages and the payoffs if there is none.

    Parameters
    ----------
    payoffs
        Shape (num_packages, num_players); copied and made read-only.
    disagreement
        Shape (num_players,): payoffs without an agreement.
    labels
        One name per package; "package 1", ... by default.
    players
        One name per player; "player 1", ... by default.

    Raises
    ------
    GameError
        If shapes do not agree, there is no player, a number is not finite, or names do not match.

    References
    ----------
    Nash (1950), "The bargaining problem", Econometrica 18(2).

    Examples
    --------
    >>> problem = BargainingProblem([[3, 1], [2, 2]], [0, 0])
    >>> problem.labels, problem.num_players
    (('package 1', 'package 2'), 2)
    """

    payoffs: FloatArray
    disagreement: FloatArray
    labels: tuple[str, ...] = ()
    players: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        payoffs, disagreement = _numbers("payoffs", self.payoffs), self.disagreement
        disagreement = _numbers("disagreement", disagreement)
        if payoffs.ndim != 2 or payoffs.shape[1] == 0:
            raise GameError(f"payoffs: expected the shape (packages, players), got {payoffs.shape}")
        if disagreement.shape != payoffs.shape[1:]:
            raise GameError(
                f"disagreement: expected {payoffs.shape[1]} payoffs, got shape {disagreement.shape}"
            )
        num_packages, num_players = payoffs.shape
        object.__setattr__(self, "payoffs", frozen(payoffs))
        object.__setattr__(self, "disagreement", frozen(disagreement))
        object.__setattr__(self, "labels", _names("labels", self.labels, "package", num_packages))
        object.__setattr__(self, "players", _names("players", self.players, "player", num_players))

    @property
    def num_players(self) -> int:
        """Return how many players there are."""
        return len(self.players)

    @property
    def gains(self) -> FloatArray:
        """Return what each package is worth beyond disagreement, shape (packages, players)."""
        gains: FloatArray = self.payoffs - self.disagreement
        return gains


def _numbers(name: str, values: ArrayLike) -> FloatArray:
    try:
        numbers = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise GameError(f"{name}: expected an array of numbers with rows of equal length") from None
    if not (np.abs(numbers) <= np.finfo(float).max / 4).all():
        raise GameError(f"{name}: expected finite numbers whose differences fit in a float")
    return numbers


def _names(field: str, names: Iterable[str], kind: str, count: int) -> tuple[str, ...]:
    chosen = tuple(names) or tuple(f"{kind} {index + 1}" for index in range(count))
    if len(chosen) != count:
        raise GameError(f"{field}: expected {count} names, got {len(chosen)}")
    if len(set(chosen)) != count:
        raise GameError(f"{field}: expected different names")
    return chosen
