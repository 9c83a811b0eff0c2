"""Offers that cannot be met: who consents to what, and when that can no longer take effect.

A *non-serious offer* (THEORY 2.4) is a consent, or a conditional one, to a joint option that takes
effect with probability 0, given what the others do. It counts while something acceptable is on the
table: in a round and state where the solved talks hold a package that everybody required would
accept and that is worth at least leaving (S1). The stalling index of a run is the share of its
rounds in which a party made such an offer.

For solved talks the definition adds that the offer be worth more to its author than passing, which
tells the party that withholds from the one that is kept waiting. A rule of thumb weighs nothing, so
here it is said of moves: some other move of the author would have put into effect a joint option
that the offer cannot. A plain yes to somebody who never agrees is not counted, "yes, if" is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negsim.arrays import BoolArray, frozen
from negsim.playing.observation import Board


class OfferTables(NamedTuple):
    """What consents can bring: n players, M moves, J joint options, O events, T rounds, S states.

    Attributes
    ----------
    consents
        (n, M, J) whether a move consents to an option, conditionally or not.
    effect
        (J, O) whether the option is in effect in an event.
    open
        (n, T or 1, S or 1) whether something acceptable is on the table for a player.
    """

    consents: BoolArray
    effect: BoolArray
    open: BoolArray


def no_offers(board: Board) -> OfferTables:
    """Return offers of which there are none: nothing is counted."""
    return OfferTables(
        frozen(np.zeros((len(board.names), max(board.moves), 0), dtype=bool)),
        frozen(np.zeros((0, 1), dtype=bool)),
        frozen(np.zeros((len(board.names), 1, 1), dtype=bool)),
    )
