"""What accepting a limited truce says, in closed form over whole grids of costs and priors.

The game is that of ``negsim.analysis.signals.truce_form``, a refusal answered by belief.
Everything depends on four numbers: the prior of sincerity, the belief from which the mediator
continues, and for each type the net cost of accepting over the stake in the mediator's goodwill.
The general solver takes some ten milliseconds a game; a figure shows forty thousand of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import BoolArray, IntArray

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


def truce_regions(
    prior: ArrayLike, cost_sincere: ArrayLike, cost_staller: ArrayLike, threshold: ArrayLike
) -> IntArray:
    """Return the place in ``REGIONS`` of limited-truce signalling games, one per point.

    Regions, the first that applies: *separating*, only the sincere accept; *perverse*, only
    stallers accept (some or all); *pooling*, both accept and the mediator continues;
    *semi-separating*, the sincere accept and stallers sometimes. "none": nobody accepts, or both do
    and are pressed all the same, or the sincere mix.

    Parameters
    ----------
    prior, threshold
        Belief in sincerity before, and from which the mediator continues; strictly in (0, 1).
    cost_sincere, cost_staller
        Net cost of accepting in stakes, negative if the truce pays; all inputs broadcast.

    References
    ----------
    THEORY B1.

    Examples
    --------
    >>> found = truce_regions(0.25, 0.2, [-0.5, 0.5, 2.0], 0.5)
    >>> [REGIONS[code] for code in found]
    ['perverse', 'semi-separating', 'separating']
    """
    exists = truce_outcomes(prior, cost_sincere, cost_staller, threshold)
    conditions = [exists[0], exists[1] | exists[7], exists[2], exists[6]]
    codes = [SEPARATING, PERVERSE, POOLING, SEMI_SEPARATING]
    return np.select(conditions, codes, NONE).astype(np.int64)


def truce_outcomes(
    prior: ArrayLike, cost_sincere: ArrayLike, cost_staller: ArrayLike, threshold: ArrayLike
) -> BoolArray:
    """Return where each of ``OUTCOMES`` exists, that axis first; arguments of ``truce_regions``.

    Complete off the boundaries, which belong to the outcomes in pure strategies.
    """
    belief, own, other, line = np.broadcast_arrays(prior, cost_sincere, cost_staller, threshold)
    lowest, highest = np.minimum(own, other), np.maximum(own, other)
    trusting, doubting, sure, unsure = belief >= line, belief <= line, belief > line, belief < line
    return np.stack(
        [
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
    )
