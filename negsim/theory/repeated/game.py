"""A repeated game: the same round again and again, the future discounted, violations seen or not.

Payoffs are normalised: a stream of payoffs is worth (1 - discount) times its discounted sum, so
that the same round for ever is worth what it pays once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import FloatArray, frozen
from negsim.errors import GameError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.numerics.exact import float_array


@dataclass(frozen=True, slots=True)
class Monitoring:
    """What everybody sees of the others' compliance after a round: alarms, right and wrong.

    Parameters
    ----------
    false_alarm
        Chance of an alarm though nobody has violated (alpha).
    detection
        Chance of an alarm if somebody has (beta).
    by_side
        False: one alarm that names nobody. True: one alarm for each side, independent of the
        others, and both chances are per side.

    Raises
    ------
    GameError
        If a chance is not in [0, 1].

    References
    ----------
    Green and Porter (1984), "Noncooperative collusion under imperfect price information",
    Econometrica 52(1).

    Examples
    --------
    >>> Monitoring().perfect
    True
    >>> alarm, detection = Monitoring(0.01, by_side=True).alarm_chances(2)
    >>> round(alarm, 12), detection
    (0.0199, 1.0)
    """

    false_alarm: float = 0.0
    detection: float = 1.0
    by_side: bool = False

    def __post_init__(self) -> None:
        for name in ("false_alarm", "detection"):
            chance = float(float_array(getattr(self, name)))
            if not 0 <= chance <= 1:
                raise GameError(f"{name}: expected a chance from 0 to 1, got {chance:g}")
            object.__setattr__(self, name, float(chance))

    @property
    def perfect(self) -> bool:
        """Tell whether every violation is seen and nothing else."""
        return self.false_alarm == 0 and self.detection == 1

    def alarm_chances(self, num_players: int) -> tuple[float, float]:
        """Return the chances of any alarm: when all comply, and when exactly one does not.

        Examples
        --------
        >>> Monitoring(0.1, 0.6).alarm_chances(3)
        (0.1, 0.6)
        >>> [round(chance, 12) for chance in Monitoring(0.1, 0.6, by_side=True).alarm_chances(2)]
        [0.19, 0.64]
        """
        if not self.by_side:
            return self.false_alarm, self.detection
        others_silent = (1 - self.false_alarm) ** (num_players - 1)
        return (
            1 - (1 - self.false_alarm) * others_silent,
            1 - (1 - self.detection) * others_silent,
        )


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedGame:
    """A stage game played for ever, each round after everybody has seen the last one's alarms.

    Parameters
    ----------
    stage
        The game of one round.
    discount
        Weight of the next round, one for all players or one each; from 0 to below 1.
    monitoring
        What is seen of the others' compliance; everything, by default.

    Raises
    ------
    GameError
        If there is not one discount or one for each player, or one is not in [0, 1).

    References
    ----------
    Friedman (1971), "A non-cooperative equilibrium for supergames", Review of Economic Studies 38.

    Examples
    --------
    >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> game = RepeatedGame(dilemma, 0.9)
    >>> game.discount, game.players
    (array([0.9, 0.9]), ('player 1', 'player 2'))
    >>> game.minmax
    array([1., 1.])
    """

    stage: NormalFormGame
    discount: FloatArray
    monitoring: Monitoring

    def __init__(
        self, stage: NormalFormGame, discount: ArrayLike, monitoring: Monitoring | None = None
    ) -> None:
        object.__setattr__(self, "stage", stage)
        object.__setattr__(self, "discount", _checked_discount(discount, stage.num_players))
        object.__setattr__(self, "monitoring", monitoring or Monitoring())

    @property
    def players(self) -> tuple[str, ...]:
        """Return the names of the players."""
        return self.stage.players

    @property
    def common_discount(self) -> float:
        """Return the discount of all players.

        Raises
        ------
        GameError
            If they differ.
        """
        if (self.discount != self.discount[0]).any():
            raise GameError(
                f"discount: expected the same for all players, got {self.discount.tolist()}"
            )
        return float(self.discount[0])

    @property
    def deviation_payoffs(self) -> FloatArray:
        """Return what each player's best reply pays at every profile, shaped as the payoffs."""
        payoffs = self.stage.payoffs
        best = [payoffs[i].max(axis=i, keepdims=True) for i in range(len(payoffs))]
        return np.stack([np.broadcast_to(values, payoffs.shape[1:]) for values in best])

    @property
    def minmax(self) -> FloatArray:
        """Return what each player can secure against any pure actions of the others, once seen."""
        count = self.stage.num_players
        worst: FloatArray = self.deviation_payoffs.reshape(count, -1).min(axis=1)
        return worst


def _checked_discount(discount: ArrayLike, num_players: int) -> FloatArray:
    try:
        values = float_array(discount)
    except (TypeError, ValueError, GameError):
        raise GameError("discount: expected a number, or one for each player") from None
    if values.shape not in {(), (num_players,)}:
        raise GameError(
            f"discount: expected one number or {num_players}, got the shape {values.shape}"
        )
    if not ((values >= 0) & (values < 1)).all():
        raise GameError(f"discount: expected at least 0 and below 1, got {values.tolist()}")
    return frozen(np.array(np.broadcast_to(values, num_players)))
