"""How long talks are played: as the file says, for a fixed number of rounds, or to a random end.

Endless talks, and those with a random end, are played for the rounds that matter: until what is
left weighs less than one in a million to everybody (``reading.lasting``). What is left then is left
off: nothing is paid for breaking off there, and such a run counts as ended without agreement.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from negsim.arrays import FloatArray, frozen
from negsim.errors import UsageError
from negsim.playing.reading import lasting
from negsim.scenario.model import NO_AGREEMENT
from negsim.theory.stochastic.game import StochasticGame

MOST_ROUNDS = 1_000_000
"""Most rounds of talks that are played."""

FORMS = '"file", a number of rounds such as 26, or an ending chance a round such as random:0.05'


@dataclass(frozen=True, slots=True)
class Horizon:
    """How long talks are played: as in the file, ``rounds`` rounds, or with an ending ``chance``.

    Raises
    ------
    UsageError
        If the rounds or the chance are out of range, or both are given.
    """

    rounds: int = 0
    chance: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.rounds <= MOST_ROUNDS:
            raise UsageError(f"horizon is {self.rounds} rounds, expected 1 to {MOST_ROUNDS}")
        if not 0.0 <= self.chance < 1.0:
            raise UsageError(f"horizon random:{self.chance:g}: expected a chance above 0, below 1")
        if self.rounds and self.chance:
            raise UsageError("expected a fixed or a random horizon, got both")

    def __str__(self) -> str:
        if self.chance:
            return f"random:{self.chance:g}"
        return str(self.rounds) if self.rounds else "file"


AS_FILED = Horizon()


@dataclass(frozen=True, slots=True)
class Course:
    """Talks with a horizon: as strategies read them, as they are played, and what is left off.

    ``left`` is the largest weight of what is left when talks without a last round are left off: the
    chance that they still go on, discounted.
    """

    read: StochasticGame
    played: StochasticGame
    left: float


def parse_horizon(text: str) -> Horizon:
    """Return the horizon that a text names.

    Raises
    ------
    UsageError
        If the text is of another form or the numbers are out of range.

    Examples
    --------
    >>> parse_horizon("random:0.05")
    Horizon(rounds=0, chance=0.05)
    """
    word = text.strip()
    kind, colon, value = word.partition(":")
    try:
        if word == "file":
            return Horizon()
        if kind == "random" and colon and 0.0 < float(value) < 1.0:
            return Horizon(chance=float(value))
        if not colon and int(word) > 0:
            return Horizon(rounds=int(word))
    except ValueError:
        pass
    raise UsageError(f'horizon "{text}": expected {FORMS}')


def course(game: StochasticGame, horizon: Horizon) -> Course:
    """Return the talks at every point with the horizon asked for."""
    if horizon.rounds:
        fixed = game.with_rounds(horizon.rounds)
        return Course(fixed, fixed, 0.0)
    if not (game.endless or horizon.chance):
        return Course(game, game, 0.0)
    if horizon.chance:
        game = with_ending(game, horizon.chance)
    rounds = max(lasting(game, point) for point in range(game.num_points))
    read = game.with_rounds(rounds)
    played = replace(read, last_payoffs=read.payoffs, last_costs=read.costs)
    going = game.chances.sum(axis=-1).max(axis=(1, 2))
    return Course(read, played, float((going * game.discount.max(axis=1)).max()) ** rounds)


def with_ending(game: StochasticGame, chance: float) -> StochasticGame:
    """Return the games with another chance that talks stop after a round without agreement.

    What stopping pays is known from the last round, in which it is paid for certain.
    """
    before = game.ending[:, None, None]
    going = game.chances[:, :, game.transition_of].sum(axis=-1) / (1.0 - before)
    ends = np.array(game.end_chances)
    ends[:, game.ends.index(NO_AGREEMENT)] += (chance - before) * going
    return replace(
        game,
        payoffs=_stopping(game.payoffs, game.last_payoffs, game.ending, chance),
        costs=_stopping(game.costs, game.last_costs, game.ending, chance),
        chances=frozen(game.chances * ((1.0 - chance) / (1.0 - game.ending))[:, None, None, None]),
        end_chances=frozen(ends),
        ending=frozen(np.full(game.num_points, chance)),
    )


def _stopping(flow: FloatArray, last: FloatArray, before: FloatArray, chance: float) -> FloatArray:
    """Return what a round brings (B, rows, S, O) if talks stop after it with the chance."""
    share = (1.0 - chance) / (1.0 - before)
    return frozen(last - share[:, None, None, None] * (last - flow))
