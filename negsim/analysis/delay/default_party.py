"""The party that a question about delay looks at unless another is asked for."""

from __future__ import annotations

import numpy as np

from negsim.analysis.delay.prospects import above
from negsim.analysis.delay.stalling import Stalling
from negsim.arrays import FloatArray


def default_party(analysis: Stalling) -> str:
    """Return the party with the largest relative worth of delay at the start of the first point.

    Mediators are left out where anybody else is there, then parties whose consent no joint option
    needs, then those without a choice of moves, each as far as a party remains. Ties go to the
    first in the file, and so does all where no end is an agreement: nothing is solved then.
    """
    parties = analysis.compiled.scenario.parties
    looked_at = eligible(analysis)
    best = looked_at[0]
    if analysis.game.agreement.any():
        worth = relative_worth(analysis)
        for player in looked_at[1:]:
            if above(worth[player], worth[best]):
                best = player
    return parties[best].name


def eligible(analysis: Stalling) -> list[int]:
    """Return the players among which the default is chosen, in the order of the file."""
    game = analysis.game
    consents = game.coalitions.any(axis=0)
    moves = np.array(game.num_moves) > 1
    for group in (consents, moves, np.ones_like(moves)):
        if (group & ~game.mediators).any():
            return [int(player) for player in np.flatnonzero(group & ~game.mediators)]
    return list(range(len(game.players)))


def relative_worth(analysis: Stalling) -> FloatArray:
    """Return each player's worth of delay over the spread of its end payoffs, shape (n,).

    End payoffs are those of the last round at the start state. A party for which nothing can be
    signed that beats leaving, which cannot keep the talks open, or to which nothing matters, has no
    worth of delay: ``-inf``, below all others. A worth within the party's own regret is not
    decided and counts as nought; any other over end payoffs that are all the same is endless.
    """
    found = analysis.start.prospects
    settle, talk, leave, gain = (
        array[0, 0, :, 0] for array in (found.settle, found.talk, found.leave, found.gain)
    )
    worth = worth_of_delay(analysis)
    spread = analysis.one_shots.spread[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(np.abs(worth) <= gain, 0.0, worth) / spread
    signs = np.isfinite(settle) & ~above(leave, settle)
    return np.where(signs & np.isfinite(talk) & ~np.isnan(ratio), ratio, -np.inf)


def worth_of_delay(analysis: Stalling) -> FloatArray:
    """Return what delay is worth to each player at the start of the first point, shape (n,)."""
    return analysis.start.delay[0, 0, :, 0]
