"""Which limited-truce game a signalling game is, if it is one (THEORY B1).

Two types, two messages, two replies: the *sincere* type is the one with which the receiver prefers
to go on, the other a *staller*. Going on is the reply that both types prefer, by the same after
either message; a message costs a type the same whatever the reply, and the receiver gains the same
by going on after either. The message that is the cheaper one for the sincere type, beside the other
type's cost and in stakes, is to *accept*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negsim.arrays import TIE_TOLERANCE
from negsim.theory.signalling.game import SignallingGame


@dataclass(frozen=True, slots=True)
class TruceForm:
    """The numbers of a limited-truce game; costs in stakes, of the sincere type and the staller.

    ``threshold`` is the belief in the sincere type from which the receiver goes on.
    """

    sincere: str
    staller: str
    accept: str
    prior: float
    cost_sincere: float
    cost_staller: float
    threshold: float


def truce_form(game: SignallingGame) -> TruceForm | None:
    """Return the limited-truce form of a signalling game, None if it has another form.

    >>> sender = [[[0.3, -0.7], [0.5, -0.5]], [[0.0, -1.0], [0.5, -0.5]]]
    >>> receiver = [[[1, 0], [1, 0]], [[-3, 0], [-3, 0]]]
    >>> form = truce_form(SignallingGame([0.25, 0.75], sender, receiver))
    >>> form.accept, form.prior, round(form.cost_staller, 6), form.threshold
    ('message 1', 0.25, 0.5, 0.75)
    """
    if game.shape != (2, 2, 2):
        return None
    on = int(game.sender[0, 0, 1] > game.sender[0, 0, 0])
    stakes = game.sender[:, :, on] - game.sender[:, :, 1 - on]
    gains = game.receiver[:, :, on] - game.receiver[:, :, 1 - on]
    width = TIE_TOLERANCE * max(float(np.abs(game.sender).max()), 1.0)
    gap = TIE_TOLERANCE * max(float(np.abs(game.receiver).max()), 1.0)
    uneven = np.ptp(stakes, axis=1).max() > width or np.ptp(gains, axis=1).max() > gap
    if uneven or stakes.min() <= width or np.abs(gains).min() <= gap or gains[:, 0].prod() > 0:
        return None
    sincere = int(gains[1, 0] > 0)
    staller = 1 - sincere
    costs = (game.sender[:, 1, on] - game.sender[:, 0, on]) / stakes[:, 0]
    accept = int(costs[sincere] > costs[staller])
    costs = costs if accept == 0 else -costs
    gain, loss = gains[sincere, 0], -gains[staller, 0]
    return TruceForm(
        game.types[sincere],
        game.types[staller],
        game.messages[accept],
        float(game.prior[sincere]),
        float(costs[sincere]),
        float(costs[staller]),
        float(loss / (gain + loss)),
    )
