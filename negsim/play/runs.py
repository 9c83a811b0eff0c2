"""Many runs of the same talks: what each came to, and their averages with standard errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.errors import UsageError
from negsim.games.stochastic import StochasticGame


class Means(NamedTuple):
    """Mean payoffs (n,) and their standard errors (n,), NaN after a single run."""

    payoffs: FloatArray
    errors: FloatArray


class Turn(NamedTuple):
    """One round of a run: its number from 0, the state, each player's move, and the event."""

    round: int
    state: int
    moves: tuple[str, ...]
    event: int


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """What happened in R runs of talks of at most T rounds.

    Attributes
    ----------
    payoffs
        (R, n) discounted payoffs. In each round the expected payoff of the state and the profile
        is counted, ends included, rather than that of the end drawn: the same mean, less noise.
    end
        (R,) the number of the end in ``game.ends``; ``end_round`` (R,) the round, from 0, in which
        the talks ended.
    states
        (R, T + 1) the state in each round; after ``no_agreement`` also the state in which the
        talks were left; otherwise -1 once they have ended.
    profiles, events
        (R, T) the profile and the event of each round, -1 once the talks have ended.
    """

    game: StochasticGame
    payoffs: FloatArray
    end: IntArray
    end_round: IntArray
    states: IntArray
    profiles: IntArray
    events: IntArray

    def __len__(self) -> int:
        return len(self.end)

    def means(self) -> Means:
        """Return the mean payoffs and their standard errors."""
        mean = self.payoffs.mean(axis=0)
        if len(self) == 1:
            return Means(mean, np.full_like(mean, np.nan))
        return Means(mean, self.payoffs.std(axis=0, ddof=1) / np.sqrt(len(self)))

    def end_shares(self) -> dict[str, float]:
        """Return the share of the runs that each end closed; the shares sum to 1."""
        counts = np.bincount(self.end, minlength=len(self.game.ends))
        return {
            name: float(count) / len(self)
            for name, count in zip(self.game.ends, counts, strict=True)
        }

    def trajectory(self, run: int) -> tuple[Turn, ...]:
        """Return the rounds of one run.

        Raises
        ------
        UsageError
            If there is no such run.
        """
        if not 0 <= run < len(self):
            raise UsageError(f"run is {run}, expected 0 to {len(self) - 1}")
        return tuple(self._turn(run, index) for index in range(int(self.end_round[run]) + 1))

    def _turn(self, run: int, index: int) -> Turn:
        profile = int(self.profiles[run, index])
        places = np.unravel_index(profile, self.game.num_moves)
        moves = tuple(
            labels[int(place)] for labels, place in zip(self.game.moves, places, strict=True)
        )
        return Turn(index, int(self.states[run, index]), moves, int(self.events[run, index]))

    def to_dict(self) -> dict[str, Any]:
        """Return the averages: payoffs and standard errors by player, shares of the ends."""
        means = self.means()
        return {
            "runs": len(self),
            "players": list(self.game.players),
            "mean_payoffs": means.payoffs.tolist(),
            "standard_errors": [None if np.isnan(e) else float(e) for e in means.errors],
            "end_shares": self.end_shares(),
            "mean_rounds": float(self.end_round.mean() + 1.0),
        }
