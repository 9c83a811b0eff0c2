"""What play comes to: many runs with their averages and standard errors, or expectations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from negsim.arrays import FloatArray, IntArray
from negsim.errors import UsageError
from negsim.theory.stochastic.game import StochasticGame

NORMAL_95 = 1.96
"""Half the width of a 95 % interval, in standard errors."""


class Means(NamedTuple):
    """Mean payoffs (n,) and their standard errors (n,), NaN after a single run."""

    payoffs: FloatArray
    errors: FloatArray


def means(values: FloatArray) -> Means:
    """Return the means over the runs (axis 0) and their standard errors.

    >>> means(np.array([[1.0], [3.0]]))
    Means(payoffs=array([2.]), errors=array([1.]))
    """
    mean = values.mean(axis=0)
    if len(values) == 1:
        return Means(mean, np.full_like(mean, np.nan))
    return Means(mean, values.std(axis=0, ddof=1) / np.sqrt(len(values)))


class PlayedRound(NamedTuple):
    """One round of a run: its number from 0, the state, each player's move, the event, alarm."""

    round: int
    state: int
    moves: tuple[str, ...]
    event: int
    alarm: int


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """What can be expected of play, exactly: n players, X costs, E ends, T rounds, O events.

    Attributes
    ----------
    payoffs
        (n,) discounted payoffs; ``costs`` (X,) undiscounted; ``ends`` (E,) the chance of each end.
    alive
        (T,) the chance that each round is played; its sum is the mean number of rounds.
    time
        (O,) the mean number of rounds in each event.
    empty
        (n,) the mean number of rounds with a non-serious offer while something acceptable was on
        the table, 0 if that was not asked for.
    """

    game: StochasticGame
    payoffs: FloatArray
    costs: FloatArray
    ends: FloatArray
    alive: FloatArray
    time: FloatArray
    empty: FloatArray

    @property
    def rounds(self) -> float:
        """Return the mean number of rounds, that in which the talks end included."""
        return float(self.alive.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """What happened in R runs of talks of at most T rounds.

    Attributes
    ----------
    payoffs
        (R, n) discounted payoffs. In each round the expected payoff of the state and the profile
        is counted, ends included, rather than that of the end drawn: the same mean, less noise.
    costs
        (R, X) each declared cost, added up over the rounds of the run, undiscounted, and counted
        as payoffs are.
    end
        (R,) the number of the end in ``game.ends``; ``end_round`` (R,) the round, from 0, in which
        the talks ended.
    empty
        (R, n) the number of rounds in which each player made a non-serious offer while something
        acceptable was on the table (module ``offers``), 0 if that was not asked for.
    states
        (R, T + 1) the state in each round; after ``no_agreement`` also the state in which the
        talks were left; otherwise -1 once they have ended.
    profiles, events
        (R, T) the profile and the event of each round, -1 once the talks have ended; ``alarms``
        (R, T) the joint alarm. These and the states have no columns without a transcript.
    """

    game: StochasticGame
    payoffs: FloatArray
    costs: FloatArray
    end: IntArray
    end_round: IntArray
    empty: IntArray
    states: IntArray
    profiles: IntArray
    events: IntArray
    alarms: IntArray

    def __len__(self) -> int:
        return len(self.end)

    def means(self) -> Means:
        """Return the mean payoffs and their standard errors."""
        return means(self.payoffs)

    def end_shares(self) -> dict[str, float]:
        """Return the share of the runs that each end closed; the shares sum to 1."""
        counts = np.bincount(self.end, minlength=len(self.game.ends))
        return {
            name: float(count) / len(self)
            for name, count in zip(self.game.ends, counts, strict=True)
        }

    def trajectory(self, run: int) -> tuple[PlayedRound, ...]:
        """Return the rounds of one run.

        Raises
        ------
        UsageError
            If there is no such run, or no transcript was kept.
        """
        self._check_transcript()
        if not 0 <= run < len(self):
            raise UsageError(f"run is {run}, expected 0 to {len(self) - 1}")
        return tuple(self._turn(run, index) for index in range(int(self.end_round[run]) + 1))

    def _turn(self, run: int, index: int) -> PlayedRound:
        profile = int(self.profiles[run, index])
        places = np.unravel_index(profile, self.game.num_moves)
        moves = tuple(
            labels[int(place)] for labels, place in zip(self.game.moves, places, strict=True)
        )
        return PlayedRound(
            index,
            int(self.states[run, index]),
            moves,
            int(self.events[run, index]),
            int(self.alarms[run, index]),
        )

    def time(self) -> FloatArray:
        """Return the mean number of rounds in each event, shape (O,); errors as `trajectory`."""
        self._check_transcript()
        played = self.events[self.events >= 0]
        return np.bincount(played, minlength=len(self.game.transition_of)) / len(self)

    def empty_share(self) -> FloatArray:
        """Return the share of each run's rounds with a non-serious offer, shape (R, n)."""
        return np.asarray(self.empty / (self.end_round + 1.0)[:, None])

    def _check_transcript(self) -> None:
        if not self.profiles.shape[1]:
            raise UsageError("these runs were played without a transcript; expected one")

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

    def to_json(self) -> str:
        """Return ``to_dict()`` as JSON text."""
        return json.dumps(self.to_dict())

    def _repr_html_(self) -> str:
        from negsim.html import data_html

        told = self.to_dict()
        for name in ("mean_payoffs", "standard_errors"):
            told[name] = dict(zip(self.game.players, told[name], strict=True))
        return data_html(told)
