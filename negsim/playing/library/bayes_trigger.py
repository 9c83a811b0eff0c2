"""Mediators that update a belief in the parties' sincerity and press when it falls too low."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.playing.automaton import Memory
from negsim.playing.library.min_concession import log_odds, threshold
from negsim.playing.library.pressing import NOBODY, Presser, blended
from negsim.playing.reading import Reading
from negsim.playing.strategy import strategy, within

CLEAN, REVEALED = 0, 1


@dataclass(frozen=True, slots=True)
class Believer(Presser):
    """Read two things off a round: who held out, and whether somebody refused outright."""

    def symbols(self, table: Reading, player: int, /) -> IntArray:
        """Return twice the set of those who held out, and one more after a refusal."""
        return 2 * table.conduct.holdouts(player) + table.conduct.refused_by(player)


@strategy
@dataclass(frozen=True, slots=True)
class BayesTrigger(Believer):
    """Press holdouts while the belief in sincerity, updated by fixed ratios, is below a threshold.

    A round in which some of the watched refuse outright multiplies the odds of sincerity by one
    number, any other round by another. The ratios are fixed and can be found out, so whoever knows
    them can concede just often enough (``min_concession``).

    >>> str(BayesTrigger())
    'bayes_trigger:trust=0.5,prior=0.7,stall_ratio=0.8,concession_ratio=2.0'
    """

    name: ClassVar[str] = "bayes_trigger"
    summary: ClassVar[str] = "presses while its belief, updated by fixed ratios, is too low"
    remembers: ClassVar[str] = "who held out last, and the counts of refusals and of other rounds"
    source: ClassVar[str] = (
        "defined for this package; Bayes' rule with ratios that are never revised, after Wald "
        "(1945), Annals of Mathematical Statistics 16(2); THEORY L and L4"
    )
    also: ClassVar[tuple[str, ...]] = ("naive Bayesian mediator", "belief trigger")

    trust: float = field(
        default=0.5, metadata=within(0, 1, "belief below which it presses", "chance")
    )
    prior: float = field(
        default=0.7, metadata=within(0.001, 0.999, "belief in sincerity at first", "chance")
    )
    stall_ratio: float = field(
        default=0.8,
        metadata=within(0.001, 1, "what a refusal multiplies the odds of sincerity by", "ratio"),
    )
    concession_ratio: float = field(
        default=2.0,
        metadata=within(1, 1000, "what any other round multiplies the odds by", "ratio"),
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that nobody has held out, refused or conceded."""
        return (NOBODY, 0, 0)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return who held out, and the counts of refusals and of other rounds."""
        _, stalls, concessions = memory
        refused = symbol % 2
        return (symbol // 2, stalls + refused, concessions + 1 - refused)

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the press on who held out where the belief is below the threshold."""
        low = np.array([self.doubts(memory[1], memory[2]) for memory in memories], dtype=float)
        return blended(table, player, [int(m[0]) for m in memories], low[:, None, None])

    def doubts(self, stalls: float, concessions: float) -> bool:
        """Tell whether the belief is below the threshold.

        >>> [BayesTrigger().doubts(stalls, 0) for stalls in (3, 4)]
        [False, True]
        """
        odds = log_odds(
            stalls,
            concessions,
            prior=self.prior,
            stall_ratio=self.stall_ratio,
            concession_ratio=self.concession_ratio,
        )
        return odds < threshold(self.trust)


@strategy
@dataclass(frozen=True, slots=True)
class BayesTriggerSophisticated(Believer):
    """Press holdouts once the belief of the reputation equilibrium is below what trust needs.

    A sincere party never refuses outright in that equilibrium, so one refusal takes the belief to
    nought for good; while there is none, a staller's imitation keeps the belief at the stakes to
    the power of the rounds left, or at the prior if that is more. It distrusts from the start if
    the prior is less than the stakes to the power of all rounds.

    >>> str(BayesTriggerSophisticated())
    'bayes_trigger_sophisticated:prior=0.7,stakes=0.5'
    """

    name: ClassVar[str] = "bayes_trigger_sophisticated"
    summary: ClassVar[str] = "believes as in the reputation equilibrium: presses once one refused"
    remembers: ClassVar[str] = "who held out last, and whether anybody ever refused"
    source: ClassVar[str] = (
        "Kreps & Wilson (1982), Reputation and imperfect information, and Milgrom & Roberts "
        "(1982), Journal of Economic Theory 27; THEORY M1"
    )
    also: ClassVar[tuple[str, ...]] = ("equilibrium Bayesian mediator", "reputation trigger")

    prior: float = field(
        default=0.7, metadata=within(0, 1, "belief in sincerity at first", "chance")
    )
    stakes: float = field(
        default=0.5,
        metadata=within(
            0, 1, "least belief for trust in a last round, loss / (gain + loss)", "chance"
        ),
    )

    def first(self, _table: Reading, _player: int, /) -> Memory:
        """Return that nobody has held out or refused."""
        return (NOBODY, CLEAN)

    def step(self, memory: Memory, symbol: int, /) -> Memory:
        """Return who held out, and whether somebody ever refused."""
        return (symbol // 2, REVEALED if symbol % 2 else memory[1])

    def actions(self, table: Reading, player: int, memories: Sequence[Memory], /) -> FloatArray:
        """Return the press on who held out where the belief is below what trust needs."""
        distrusts = self.prior < self.stakes**table.board.rounds
        chances = [float(distrusts or memory[1] == REVEALED) for memory in memories]
        return blended(
            table, player, [int(m[0]) for m in memories], np.array(chances)[:, None, None]
        )
