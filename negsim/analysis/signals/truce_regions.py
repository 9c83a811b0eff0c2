"""What accepting a limited truce says, in closed form over whole grids of costs and priors.

The game is ``negsim.theory.signalling.game.limited_truce_signal``. Everything depends on four
numbers: the prior of sincerity, the belief from which the mediator continues, and for each type the
net cost of accepting over the stake in the mediator's goodwill.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import BoolArray, FloatArray, IntArray, frozen
from negsim.errors import UsageError

REGIONS = ("none", "separating", "perverse", "pooling", "semi-separating")
NONE, SEPARATING, PERVERSE, POOLING, SEMI_SEPARATING = range(5)

OUTCOMES = (
    "sincere accepts, staller declines",
    "staller accepts, sincere declines",
    "both accept, continue",
    "both accept, pressed",
    "both decline, continue",
    "both decline, pressed",
    "sincere accepts, staller mixes",
    "sincere declines, staller mixes",
    "staller accepts, sincere mixes",
    "staller declines, sincere mixes",
)
"""The outcomes that the game can have, ties between its numbers apart."""


@dataclass(frozen=True, slots=True, eq=False)
class TruceRegions:
    """Which outcomes exist at every point, and the region that a figure shows.

    ``region``: place in ``REGIONS``, of the shape to which the inputs broadcast. ``exists``: the
    same shape with a last axis over ``OUTCOMES``. ``staller_accepts``: the chance that a staller
    accepts in the semi-separating outcome, NaN elsewhere.
    """

    region: IntArray
    exists: BoolArray
    staller_accepts: FloatArray

    def where(self, outcome: str) -> BoolArray:
        """Return where an outcome exists.

        Raises
        ------
        UsageError
            If there is no such outcome.
        """
        if outcome not in OUTCOMES:
            raise UsageError(f'outcome: expected one of {", ".join(OUTCOMES)}; got "{outcome}"')
        found: BoolArray = self.exists[..., OUTCOMES.index(outcome)]
        return found


def truce_regions(
    prior: ArrayLike,
    cost_sincere: ArrayLike,
    cost_staller: ArrayLike,
    stake_sincere: ArrayLike = 1.0,
    stake_staller: ArrayLike = 1.0,
    threshold: ArrayLike = 0.5,
    refusal_pressed: bool = False,
) -> TruceRegions:
    """Return the outcomes and regions of limited-truce signalling games, one per point.

    A type's rho is its cost over its stake. Regions, the first that applies: *separating*, only
    the sincere accept; *perverse*, only stallers accept (some or all); *pooling*, both accept and
    the mediator continues; *semi-separating*, the sincere accept and stallers sometimes.
    Boundaries belong to the outcomes in pure strategies. "none": nobody accepts, or both do and
    are pressed all the same, or the sincere mix.

    Parameters
    ----------
    prior, threshold
        Belief in sincerity before, and from which the mediator continues; strictly in (0, 1).
    cost_sincere, cost_staller
        Net cost of accepting, negative if the truce pays; all inputs broadcast.
    stake_sincere, stake_staller
        What being continued with rather than pressed is worth; positive.
    refusal_pressed
        Whether a refusal is pressed whatever the mediator believes.

    Returns
    -------
    TruceRegions
        Complete off the boundaries. Cost: a few operations per point.

    Raises
    ------
    UsageError
        If a number is outside its range.

    References
    ----------
    THEORY B1.

    Examples
    --------
    >>> found = truce_regions(0.25, 0.2, [-0.5, 0.5, 2.0])
    >>> [REGIONS[code] for code in found.region]
    ['perverse', 'semi-separating', 'separating']
    """
    names = ("prior", "cost_sincere", "cost_staller", "stake_sincere", "stake_staller", "threshold")
    given = (prior, cost_sincere, cost_staller, stake_sincere, stake_staller, threshold)
    numbers = [_numbers(name, values) for name, values in zip(names, given, strict=True)]
    belief, own, other, own_stake, other_stake, line = np.broadcast_arrays(*numbers)
    if not ((own_stake > 0).all() and (other_stake > 0).all()):
        raise UsageError("stake_sincere and stake_staller: expected positive numbers")
    for name, chance in (("prior", belief), ("threshold", line)):
        if not ((chance > 0) & (chance < 1)).all():
            raise UsageError(f"{name}: expected chances strictly between 0 and 1")
    outcomes = _pressed if refusal_pressed else _judged
    flags = outcomes(own / own_stake, other / other_stake, belief >= line, belief <= line)
    exists = np.stack(flags, axis=-1)
    region = np.select(
        [flags[0], flags[1] | flags[7], flags[2], flags[6]],
        [SEPARATING, PERVERSE, POOLING, SEMI_SEPARATING],
        NONE,
    )
    mixed = belief * (1 - line) / ((1 - belief) * line)
    accepts = np.where(flags[6], mixed, np.nan)
    return TruceRegions(frozen(region.astype(np.int64)), frozen(exists), frozen(accepts))


def _judged(
    own: FloatArray, other: FloatArray, trusting: BoolArray, doubting: BoolArray
) -> list[BoolArray]:
    """Return where each outcome exists if the mediator answers a refusal by its belief."""
    lowest, highest = np.minimum(own, other), np.maximum(own, other)
    sure, unsure = trusting & ~doubting, doubting & ~trusting
    return [
        (own <= 1) & (other >= 1),
        (other <= -1) & (own >= -1),
        trusting & (highest <= 1),
        doubting & (highest <= 0),
        trusting & (lowest >= -1),
        doubting & (lowest >= 0),
        unsure & (other > 0) & (other < 1) & (own <= other),
        unsure & (other < 0) & (other > -1) & (other <= own),
        sure & (own < 0) & (own > -1) & (other <= own),
        sure & (own > 0) & (own < 1) & (own <= other),
    ]


def _pressed(
    own: FloatArray, other: FloatArray, trusting: BoolArray, doubting: BoolArray
) -> list[BoolArray]:
    """Return where each outcome exists if a refusal is pressed whatever the mediator believes."""
    lowest, highest = np.minimum(own, other), np.maximum(own, other)
    sure, unsure = trusting & ~doubting, doubting & ~trusting
    never = np.zeros(own.shape, dtype=bool)
    return [
        (own <= 1) & (other >= 1),
        (other <= 0) & (own >= 0),
        trusting & (highest <= 1),
        doubting & (highest <= 0),
        never,
        lowest >= 0,
        unsure & (other > 0) & (other < 1) & (own <= other),
        never,
        sure & (own > 0) & (own < 1) & (other <= own),
        never,
    ]


def _numbers(name: str, values: ArrayLike) -> FloatArray:
    try:
        numbers = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"{name}: expected numbers") from None
    if not np.isfinite(numbers).all():
        raise UsageError(f"{name}: expected finite numbers")
    return numbers
