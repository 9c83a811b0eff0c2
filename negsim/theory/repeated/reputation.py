"""Finite-horizon reputation: how long a staller passes for sincere, solved backwards over belief.

Each round a short-lived mediator trusts or not; a trusted party keeps its word or exploits the
trust. A sincere party always keeps it, a staller maximises. What the staller can get is a step
function of the belief in sincerity, so backward induction is exact: no grid of beliefs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import TIE_TOLERANCE, FloatArray, frozen
from negsim.errors import GameError, UsageError
from negsim.theory.registry import solver
from negsim.theory.written import Written


@dataclass(frozen=True, slots=True, eq=False)
class TrustGame:
    """A trust game of some rounds between one party and a new mediator every round.

    Parameters
    ----------
    gain, loss
        Shape (N,), first round first: what trusting is worth to the mediator if the party keeps
        its word, and what it costs if not; positive. Not trusting is worth 0 to both.
    keep, exploit
        Shape (N,): what being trusted is worth to a staller that keeps its word, and to one that
        exploits it; 0 <= keep < exploit. Numbers stand for all rounds alike.
    discount
        The staller's, in (0, 1].
    rounds
        How many; needed if no stake is an array.

    Raises
    ------
    GameError
        If the lengths do not agree or a number is outside its range.

    References
    ----------
    Kreps and Wilson (1982), "Reputation and imperfect information", JET 27(2); Camerer and Weigelt
    (1988), "Experimental tests of a sequential equilibrium reputation model", Econometrica 56(1).

    Examples
    --------
    >>> TrustGame(1.0, 1.0, 0.5, 1.0, rounds=3).num_rounds
    3
    """

    gain: FloatArray
    loss: FloatArray
    keep: FloatArray
    exploit: FloatArray
    discount: float = 1.0
    rounds: int | None = None
    players: tuple[str, ...] = ("mediator", "party")

    def __post_init__(self) -> None:
        stakes = [_numbers(name, getattr(self, name)) for name in _STAKES]
        length = max(stake.size for stake in stakes) if self.rounds is None else self.rounds
        if length < 1:
            raise GameError(f"rounds: expected at least 1, got {length}")
        for name, stake in zip(_STAKES, stakes, strict=True):
            if stake.ndim > 1 or stake.size not in (1, length):
                raise GameError(f"{name}: expected 1 number or {length}, got shape {stake.shape}")
            full = np.array(np.broadcast_to(stake.reshape(-1), (length,)))
            object.__setattr__(self, name, frozen(full))
        if not ((self.gain > 0).all() and (self.loss > 0).all()):
            raise GameError("gain and loss: expected positive numbers")
        if not ((self.keep >= 0) & (self.keep < self.exploit)).all():
            raise GameError("keep and exploit: expected 0 <= keep < exploit in every round")
        if not 0 < self.discount <= 1:
            raise GameError(f"discount: expected a number in (0, 1], got {self.discount}")
        object.__setattr__(self, "rounds", length)

    @property
    def num_rounds(self) -> int:
        """Return how many rounds there are."""
        return self.gain.size


_STAKES = ("gain", "loss", "keep", "exploit")


@dataclass(frozen=True, slots=True)
class Steps:
    """What the staller gets as a function of the belief: level i between break i - 1 and break i.

    At a break everything between the two levels is possible, by mixing.
    """

    breaks: tuple[float, ...]
    levels: tuple[float, ...]

    def range(self, belief: float) -> tuple[float, float]:
        """Return the least and the most the staller can get at a belief.

        >>> steps = Steps((0.5,), (0.0, 1.0))
        >>> steps.range(0.25), steps.range(0.5)
        ((0.0, 0.0), (0.0, 1.0))
        """
        return (
            self.levels[bisect_left(self.breaks, belief)],
            self.levels[bisect_right(self.breaks, belief)],
        )


@dataclass(frozen=True, slots=True, eq=False)
class ReputationPath:
    """What happens round by round while the party keeps its word whenever it is trusted.

    ``belief`` in sincerity before each round, ``trust`` the chance of being trusted, ``keeping``
    the chance that a staller keeps its word if trusted; all of shape (N,).
    """

    belief: FloatArray
    trust: FloatArray
    keeping: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ReputationSolution(Written):
    """The equilibrium at every round and belief.

    ``trust`` (N,): the mediator trusts iff the belief is above this. ``imitation`` (N,): at this
    belief or more a trusted staller keeps its word for certain; below, with the chance after which
    the belief is exactly this; 1 means never. ``values``: the staller's value per round, as steps.
    ``complete``: no round has a tie between exploiting now and later, so that there is no other
    equilibrium.
    """

    game: TrustGame
    method: str
    trust: FloatArray
    imitation: FloatArray
    values: tuple[Steps, ...]
    complete: bool
    message: str

    def keeping(self, place: int, belief: ArrayLike) -> FloatArray:
        """Return the chance that a trusted staller keeps its word in a round (0 is the first).

        Raises
        ------
        UsageError
            If there is no such round or a belief is not in [0, 1].

        Examples
        --------
        >>> solution = reputation(TrustGame(1.0, 1.0, 0.5, 1.0, rounds=2))
        >>> solution.keeping(0, [0.25, 0.5]).round(12)
        array([0.33333333, 1.        ])
        """
        if not 0 <= place < self.game.num_rounds:
            raise UsageError(f"place: expected rounds 0 to {self.game.num_rounds - 1}, got {place}")
        held, bar = np.asarray(belief, dtype=np.float64), float(self.imitation[place])
        if not ((held >= 0) & (held <= 1)).all():
            raise UsageError("belief: expected chances from 0 to 1")
        below = held < bar
        mixed = held * (1 - bar) / (np.where(below, 1 - held, 1.0) * bar)
        chances: FloatArray = np.where(below, mixed, float(bar < 1))
        return chances

    def path(self, prior: float) -> ReputationPath:
        """Return what happens while the party keeps its word; see ``ReputationPath``.

        At a belief exactly on the line the mediator trusts, unless an earlier mixture of the
        staller needs it to mix.

        Raises
        ------
        UsageError
            If the prior is not in [0, 1].

        Examples
        --------
        >>> path = reputation(TrustGame(1.0, 1.0, 0.5, 1.0, rounds=2)).path(0.3)
        >>> path.belief, path.trust
        (array([0.3, 0.5]), array([1. , 0.5]))
        """
        if not 0 <= prior <= 1:
            raise UsageError(f"prior: expected a chance from 0 to 1, got {prior}")
        rows: list[tuple[float, float, float]] = []
        belief, promised = float(prior), None
        for place in range(self.game.num_rounds):
            trusted = self._trusted(place, belief, promised)
            rows.append((belief, trusted, float(self.keeping(place, belief))))
            belief, promised = self._next(place, belief, promised, trusted)
        return ReputationPath(*(frozen(np.array(column)) for column in zip(*rows, strict=True)))

    def _trusted(self, place: int, belief: float, promised: float | None) -> float:
        """Return the chance of trust; ``promised`` is what an earlier mixture needs it to pay."""
        line = float(self.trust[place])
        if abs(belief - line) > TIE_TOLERANCE:
            return float(belief > line)
        if promised is None:
            return 1.0
        untrusted = self.game.discount * self._after(place).range(belief)[0]
        return (promised - untrusted) / (float(self.game.exploit[place]) - untrusted)

    def _next(
        self, place: int, belief: float, promised: float | None, trusted: float
    ) -> tuple[float, float | None]:
        """Return the belief after a word kept, and what the staller must then still get."""
        bar, discount = float(self.imitation[place]), self.game.discount
        keep = float(self.game.keep[place]) if trusted else 0.0
        if trusted and bar == 1:
            return 1.0, None
        if trusted and belief < bar:
            return bar, (float(self.game.exploit[place]) - keep) / discount
        return belief, None if promised is None else (promised - keep) / discount

    def _after(self, place: int) -> Steps:
        last = place + 1 == self.game.num_rounds
        return Steps((), (0.0,)) if last else self.values[place + 1]

    def to_dict(self) -> dict[str, Any]:
        """Return the thresholds round by round, ready for JSON."""
        return {
            "method": self.method,
            "trust": self.trust.tolist(),
            "imitation": self.imitation.tolist(),
            "complete": self.complete,
            "message": self.message,
        }


@solver(
    "reputation",
    finds="all",
    min_players=2,
    max_players=2,
    cost="rounds squared",
    source="Kreps and Wilson (1982); Camerer and Weigelt (1988)",
    summary="a finite-horizon trust game with a sincere and a stalling type, over exact belief",
    takes=TrustGame,
    returns=ReputationSolution,
)
def reputation(game: TrustGame) -> ReputationSolution:
    """Return the equilibrium of a trust game by backward induction over exact belief.

    With the same stakes k = loss / (gain + loss) in every round and staying trusted once more
    worth the wait, the mediator with n rounds to go trusts iff the belief is at least k^n.

    Returns
    -------
    ReputationSolution
        Stakes may change from round to round. Unique unless a tie is reported; beliefs exactly on
        a line leave the mediator a choice, which ``Steps`` holds as a range.

    References
    ----------
    Kreps and Wilson (1982), "Reputation and imperfect information", JET 27(2), Proposition 1;
    THEORY M1.

    Examples
    --------
    >>> solution = reputation(TrustGame(1.0, 1.0, 0.5, 1.0, rounds=3))
    >>> solution.trust, solution.imitation
    (array([0.125, 0.25 , 0.5  ]), array([0.25, 0.5 , 1.  ]))
    """
    later = Steps((), (0.0,))
    rows: list[tuple[float, float, Steps]] = []
    tied = False
    for place in range(game.num_rounds - 1, -1, -1):
        stakes = [float(getattr(game, name)[place]) for name in _STAKES]
        tied |= _tie(later, stakes[3] - stakes[2], game.discount)
        bar = _bar(later, stakes[3] - stakes[2], game.discount)
        line = bar * stakes[1] / (stakes[0] + stakes[1])
        later = _steps(later, line, bar, stakes[2], stakes[3], game.discount)
        rows.insert(0, (line, bar, later))
    lines, bars, values = zip(*rows, strict=True)
    ending = "a tie between now and later leaves others" if tied else "and no other"
    return ReputationSolution(
        game,
        "reputation",
        frozen(np.array(lines)),
        frozen(np.array(bars)),
        tuple(values),
        not tied,
        f"the equilibrium of {game.num_rounds} rounds, {ending}",
    )


def _bar(later: Steps, temptation: float, discount: float) -> float:
    """Return the least belief at which the future can make up for not exploiting now."""
    for place, level in zip(later.breaks, later.levels[1:], strict=True):
        if discount * level >= temptation * (1 - TIE_TOLERANCE):
            return place
    return 1.0


def _tie(later: Steps, temptation: float, discount: float) -> bool:
    """Tell whether some level of the future exactly makes up for not exploiting now."""
    return any(
        abs(discount * level - temptation) <= TIE_TOLERANCE * temptation for level in later.levels
    )


def _steps(
    later: Steps, line: float, bar: float, keep: float, exploit: float, discount: float
) -> Steps:
    """Return the staller's value one round earlier: untrusted, mixing, keeping its word."""
    before = bisect_left(later.breaks, line)
    after = bisect_left(later.breaks, bar)
    breaks = [*later.breaks[:before], line, *later.breaks[after:]]
    untrusted = [discount * level for level in later.levels[: before + 1]]
    trusted = [keep + discount * level for level in later.levels[after + 1 :]]
    return Steps(tuple(breaks), (*untrusted, exploit, *trusted))


def _numbers(name: str, values: ArrayLike | Iterable[float]) -> FloatArray:
    try:
        numbers = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise GameError(f"{name}: expected numbers") from None
    if not numbers.size or not np.isfinite(numbers).all():
        raise GameError(f"{name}: expected at least one finite number")
    return numbers
