"""A bargaining problem: what each feasible package is worth to everyone, and what no deal is worth.

The players choose one package, or, only if the problem says so, a lottery over packages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import BoolArray, FloatArray, frozen
from negsim.errors import GameError
from negsim.theory.normal_form.game import differences_in_play, tie_width
from negsim.theory.numerics.exact import float_array


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
    consent
        Shape (num_packages, num_players): whose consent each package needs; everybody's by default.
    lotteries
        Whether the players can agree on a lottery over packages, worth its expected payoffs.

    Raises
    ------
    GameError
        If shapes do not agree, there is no player, a number is not finite, consent is not true or
        false, or names do not match.

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
    consent: BoolArray | None = None
    lotteries: bool = False

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
        object.__setattr__(self, "consent", frozen(_consent(self.consent, payoffs)))

    @property
    def num_players(self) -> int:
        """Return how many players there are."""
        return len(self.players)

    @property
    def gains(self) -> FloatArray:
        """Return what each package is worth beyond disagreement, shape (packages, players)."""
        gains: FloatArray = self.payoffs - self.disagreement
        return gains

    @property
    def widths(self) -> FloatArray:
        """Return the gains that count as none, shape (packages, players); see ``tie_width``."""
        everything = np.vstack([self.payoffs, self.disagreement])
        return tie_width(self.payoffs, self.disagreement, differences_in_play(everything))

    @property
    def acceptable(self) -> BoolArray:
        """Return which packages are at least as good as disagreement for everybody.

        >>> BargainingProblem([[3, 1], [2, -1]], [0, 0]).acceptable
        array([ True, False])
        """
        acceptable: BoolArray = np.all(self.gains >= -self.widths, axis=1)
        return acceptable

    @property
    def blockers(self) -> tuple[tuple[str, ...], ...]:
        """Return, per package, the players whose consent it needs and who prefer disagreement.

        >>> BargainingProblem([[3, 1], [2, -1]], [0, 0]).blockers
        ((), ('player 2',))
        """
        blocked = (self.gains < -self.widths) & np.asarray(self.consent)
        return tuple(
            tuple(name for name, blocks in zip(self.players, row, strict=True) if blocks)
            for row in blocked.tolist()
        )


def _consent(values: BoolArray | None, payoffs: FloatArray) -> BoolArray:
    if values is None:
        return np.ones(payoffs.shape, dtype=bool)
    consent = np.array(values)
    if consent.shape != payoffs.shape or consent.dtype != np.bool_:
        raise GameError(
            f"consent: expected true or false for each of {payoffs.shape[0]} packages and "
            f"{payoffs.shape[1]} players"
        )
    return consent


def _numbers(name: str, values: ArrayLike) -> FloatArray:
    try:
        numbers = float_array(values)
    except (TypeError, ValueError):
        raise GameError(f"{name}: expected an array of numbers with rows of equal length") from None
    except GameError as error:
        raise GameError(f"{name}: expected an array of numbers; {error}") from None
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
