"""A party that keeps its word to be trusted again, and breaks it when that gains nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.playing.automaton import Automaton, Memory
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within
from negsim.scenario.model import Role

CLEAN, REVEALED = 0, 1


@strategy
@dataclass(frozen=True, slots=True)
class Reputational(Automaton):
    """Imitate a sincere party with the chances of the reputation equilibrium; exploit at the end.

    With n rounds left and a belief of at least stakes^(n - 1) it keeps its word for certain; below
    that with the chance after which the belief is exactly that; in the last round never. Once it
    has broken its word everybody knows, and it goes on doing so.

    >>> str(Reputational())
    'reputational:prior=0.1,stakes=0.5,rounds=0'
    """

    name: ClassVar[str] = "reputational"
    summary: ClassVar[str] = "keeps its word while that buys trust, and breaks it near the end"
    remembers: ClassVar[str] = "whether it has ever been unkind"
    source: ClassVar[str] = (
        "Kreps & Wilson (1982), Reputation and imperfect information, and Milgrom & Roberts "
        "(1982), Journal of Economic Theory 27; Camerer & Weigelt (1988), Econometrica 56(1); "
        "THEORY M1"
    )
    also: ClassVar[tuple[str, ...]] = ("reputation equilibrium", "sequential imitation")
    roles: ClassVar[tuple[Role, ...]] = ("party",)

    prior: float = field(
        default=0.1, metadata=within(0.0001, 1, "belief of the others in its sincerity", "chance")
    )
    stakes: float = field(
        default=0.5,
        metadata=within(
            0.0001, 1, "least belief for trust in a last round, loss / (gain + loss)", "chance"
        ),
    )
    rounds: int = field(
        default=0, metadata=within(0, 100_000, "of the reputation game; 0: all talks", "rounds")
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that it has kept its word."""
        return (CLEAN,)

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return whether the player was unkind."""
        unkind = np.zeros((table.board.num_states, table.board.moves[player]), dtype=bool)
        for other in table.conduct.opponents[player]:
            unkind |= ~table.conduct.kind(player, other)
        return unkind[:, table.board.move_of[player]].astype(np.int64)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return whether it has ever been unkind."""
        return (REVEALED,) if symbol else memory

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the kindest move with the chance of keeping its word, else the least kind."""
        kindest, harshest = table.conduct.kindest[player], table.conduct.harshest[player]
        horizon = self.rounds or table.board.rounds
        left = np.maximum(horizon - np.arange(table.board.rounds), 1)
        keeping = keeping_chances(self.prior, self.stakes, left)[:, None, None, None]
        clean = keeping * kindest + (1 - keeping) * harshest
        kinds = np.stack([clean, np.broadcast_to(harshest, clean.shape)])
        return kinds[[int(memory[0]) for memory in memories]]


def keeping_chances(prior: float, stakes: float, left: IntArray) -> FloatArray:
    """Return the chance of keeping one's word with so many rounds left, if one always did.

    The belief is then the prior, or stakes to the power of the rounds left if that is more.

    References
    ----------
    THEORY M1: certain from belief stakes^(n - 1) on, below it p (1 - b) / ((1 - p) b) with the
    belief p and b = stakes^(n - 1), and 0 in the last round.

    Examples
    --------
    >>> keeping_chances(0.1, 0.5, np.array([5, 4, 3, 2, 1])).round(4)
    array([1.    , 0.7778, 0.4286, 0.3333, 0.    ])
    >>> keeping_chances(0.1, 0.001, np.array([3000]))
    array([1.])
    """
    belief = np.maximum(prior, stakes ** left.astype(float))
    after = stakes ** (left - 1.0)
    certain = belief >= after * (1 - 1e-12)
    low, bound = np.where(certain, 0.0, belief), np.where(certain, 1.0, after)
    mixing = low * (1 - bound) / ((1 - low) * bound)
    return np.where(left == 1, 0.0, np.where(certain, 1.0, mixing))
