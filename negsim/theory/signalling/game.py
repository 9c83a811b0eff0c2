"""A signalling game: a sender of a privately known type sends a message, a receiver replies.

One array says what every (type, message, reply) is worth to the sender, one what it is worth to
the receiver. The game judges assessments: each type's regret, the receiver's regret after every
message at a stated belief, and how far beliefs are from Bayes' rule where it applies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from negsim.arrays import (
    CHANCE_TOLERANCE,
    REGRET_TOLERANCE,
    TIE_TOLERANCE,
    BoolArray,
    FloatArray,
    frozen,
)
from negsim.errors import GameError, ProfileError
from negsim.theory.normal_form.game import differences_in_play
from negsim.theory.numerics.exact import fractions_and_floats


@dataclass(frozen=True, slots=True, eq=False)
class SignallingGame:
    """A game of one sender with private types and one receiver who sees the message only.

    Parameters
    ----------
    prior
        Shape (T,): chance of each type, all positive, summing to 1.
    sender, receiver
        Shape (T, M, R): payoffs of (type, message, reply); copied and made read-only.
    types, messages, replies
        One name each; "type 1", "message 1", "reply 1", ... by default.
    players
        The two players; ("sender", "receiver") by default.

    Numbers may be text such as "1/3": ``written`` keeps prior, sender and receiver as they were
    given, for exact solutions.

    Raises
    ------
    GameError
        If shapes do not agree, a payoff is not finite, a chance is not positive, the chances do
        not sum to 1, or names do not match.

    References
    ----------
    Spence (1973), "Job market signaling", QJE 87(3); Cho and Kreps (1987), "Signaling games and
    stable equilibria", QJE 102(2).

    Examples
    --------
    >>> game = SignallingGame([0.5, 0.5], [[[1], [0]], [[0], [1]]], np.zeros((2, 2, 1)))
    >>> game.shape
    (2, 2, 1)
    """

    prior: FloatArray
    sender: FloatArray
    receiver: FloatArray
    types: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    players: tuple[str, ...] = ("sender", "receiver")
    written: tuple[npt.NDArray[Any], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        sender, own = _payoffs("sender", self.sender)
        receiver, other = _payoffs("receiver", self.receiver)
        if sender.shape != receiver.shape:
            raise GameError(
                f"receiver: expected the shape {sender.shape} of the sender's payoffs, "
                f"got {receiver.shape}"
            )
        object.__setattr__(self, "sender", frozen(sender))
        object.__setattr__(self, "receiver", frozen(receiver))
        prior, chances = _prior(self.prior, sender.shape[0])
        object.__setattr__(self, "prior", frozen(prior))
        object.__setattr__(self, "written", (chances, own, other))
        for kind, count in zip(("types", "messages", "replies"), sender.shape, strict=True):
            object.__setattr__(self, kind, _names(kind, getattr(self, kind), count))
        object.__setattr__(self, "players", _names("players", self.players, 2))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return how many types, messages and replies there are."""
        num_types, num_messages, num_replies = self.sender.shape
        return num_types, num_messages, num_replies

    def as_strategy(self, strategy: ArrayLike) -> FloatArray:
        """Return a sender's strategy, [type, message], read-only and checked.

        Raises
        ------
        ProfileError
            If it is not one probability vector over messages per type.
        """
        return _chances("strategy", strategy, self.shape[:2])

    def as_replies(self, replies: ArrayLike) -> FloatArray:
        """Return a receiver's strategy, [message, reply], read-only and checked.

        Raises
        ------
        ProfileError
            If it is not one probability vector over replies per message.
        """
        return _chances("replies", replies, self.shape[1:])

    def as_beliefs(self, beliefs: ArrayLike) -> FloatArray:
        """Return the receiver's beliefs, [message, type], read-only and checked.

        Raises
        ------
        ProfileError
            If it is not one probability vector over types per message.
        """
        return _chances("beliefs", beliefs, (self.shape[1], self.shape[0]))

    def posterior(self, strategy: ArrayLike) -> FloatArray:
        """Return the chance of each type after each message, NaN after a message nobody sends.

        Returns
        -------
        ndarray, shape (M, T)

        Raises
        ------
        ProfileError
            If the strategy does not fit the game.

        Examples
        --------
        >>> game = SignallingGame([0.25, 0.75], np.zeros((2, 2, 1)), np.zeros((2, 2, 1)))
        >>> game.posterior([[1, 0], [1, 0]])
        array([[0.25, 0.75],
               [ nan,  nan]])
        """
        joint = self.as_strategy(strategy).T * self.prior
        sent = joint.sum(axis=1, keepdims=True)
        result: FloatArray = np.divide(joint, sent, out=np.full_like(joint, np.nan), where=sent > 0)
        return result

    def message_values(self, replies: ArrayLike) -> FloatArray:
        """Return what each message is worth to each type, shape (T, M).

        Raises
        ------
        ProfileError
            If the replies do not fit the game.
        """
        values: FloatArray = (self.sender * self.as_replies(replies)).sum(axis=2)
        return values

    def reply_values(self, beliefs: ArrayLike) -> FloatArray:
        """Return what each reply to each message is worth to the receiver, shape (M, R).

        Raises
        ------
        ProfileError
            If the beliefs do not fit the game.
        """
        weights = self.as_beliefs(beliefs).T[:, :, None]
        values: FloatArray = (self.receiver * weights).sum(axis=0)
        return values

    def known_messages(self) -> BoolArray:
        """Return which messages each type may send where its type is known, shape (T, M).

        By backward induction: the receiver replies best to that type; a message counts if it is
        best for the type with some choice among equally good replies to it.

        Examples
        --------
        >>> game = SignallingGame([0.5, 0.5], [[[1], [0]], [[0], [2]]], np.ones((2, 2, 1)))
        >>> game.known_messages()
        array([[ True, False],
               [False,  True]])
        """
        best = self.receiver.max(axis=2, keepdims=True)
        size = np.abs(self.receiver).max(initial=0.0)
        replies = self.receiver >= best - TIE_TOLERANCE * size
        most = np.where(replies, self.sender, -np.inf).max(axis=2)
        least = np.where(replies, self.sender, np.inf).min(axis=2)
        slack = TIE_TOLERANCE * np.abs(self.sender).max(initial=0.0)
        found: BoolArray = most >= least.max(axis=1, keepdims=True) - slack
        return found

    def payoffs(self, strategy: ArrayLike, replies: ArrayLike) -> tuple[FloatArray, float]:
        """Return what each type expects, shape (T,), and what the receiver expects.

        Raises
        ------
        ProfileError
            If the strategy or the replies do not fit the game.

        Examples
        --------
        >>> game = SignallingGame([0.5, 0.5], [[[1], [0]], [[0], [2]]], np.ones((2, 2, 1)))
        >>> game.payoffs([[1, 0], [0, 1]], [[1], [1]])
        (array([1., 2.]), 1.0)
        """
        mixed, answers = self.as_strategy(strategy), self.as_replies(replies)
        by_type: FloatArray = (self.message_values(answers) * mixed).sum(axis=1)
        joint = self.prior[:, None, None] * mixed[:, :, None] * answers
        return by_type, float((joint * self.receiver).sum())

    def sender_regret(self, strategy: ArrayLike, replies: ArrayLike) -> FloatArray:
        """Return how much each type could gain by another message, shape (T,), payoff units.

        Raises
        ------
        ProfileError
            If the strategy or the replies do not fit the game.

        Examples
        --------
        >>> game = SignallingGame([0.5, 0.5], [[[1], [0]], [[0], [2]]], np.ones((2, 2, 1)))
        >>> game.sender_regret([[1, 0], [1, 0]], [[1], [1]])
        array([0., 2.])
        """
        values, mixed = self.message_values(replies), self.as_strategy(strategy)
        regret: FloatArray = values.max(axis=1) - (values * mixed).sum(axis=1)
        return regret

    def receiver_regret(self, replies: ArrayLike, beliefs: ArrayLike) -> FloatArray:
        """Return how much another reply would gain after each message, shape (M,), payoff units.

        Raises
        ------
        ProfileError
            If the replies or the beliefs do not fit the game.

        Examples
        --------
        >>> game = SignallingGame([0.5, 0.5], np.zeros((2, 1, 2)), [[[1, 0]], [[0, 1]]])
        >>> game.receiver_regret([[1, 0]], [[0.25, 0.75]])
        array([0.5])
        """
        values = self.reply_values(beliefs)
        regret: FloatArray = values.max(axis=1) - (values * self.as_replies(replies)).sum(axis=1)
        return regret

    def bayes_gap(self, strategy: ArrayLike, beliefs: ArrayLike) -> float:
        """Return how far the beliefs are from Bayes' rule, over the messages that are sent.

        Raises
        ------
        ProfileError
            If the strategy or the beliefs do not fit the game.

        Examples
        --------
        >>> game = SignallingGame([0.25, 0.75], np.zeros((2, 2, 1)), np.zeros((2, 2, 1)))
        >>> game.bayes_gap([[1, 0], [1, 0]], [[0.5, 0.5], [1, 0]])
        0.25
        """
        gaps = np.abs(self.posterior(strategy) - self.as_beliefs(beliefs))
        return float(np.nan_to_num(gaps, nan=0.0).max())

    def regret_limits(self, tolerance: float = REGRET_TOLERANCE) -> tuple[FloatArray, float]:
        """Return the largest regrets that count as none: each type's, shape (T,), the receiver's.

        ``tolerance`` times the payoff differences in play (catastrophes do not widen them), but no
        less than rounding.
        """
        own = [_limit(payoffs, tolerance) for payoffs in self.sender]
        return np.array(own), _limit(self.receiver, tolerance)


def _limit(payoffs: FloatArray, tolerance: float) -> float:
    values = payoffs.reshape(-1, 1)
    scale, size = float(differences_in_play(values)[0]), float(np.median(np.abs(values)))
    return max(tolerance * scale, TIE_TOLERANCE * size)


Given = tuple[FloatArray, npt.NDArray[Any]]
"""Numbers as floats, and as they were given."""


def _payoffs(field: str, values: ArrayLike) -> Given:
    payoffs, given = _given(field, values, "an array of numbers with rows of equal length")
    if payoffs.ndim != 3 or 0 in payoffs.shape:
        raise GameError(
            f"{field}: expected the shape (types, messages, replies), got {payoffs.shape}"
        )
    if not (np.abs(payoffs) <= np.finfo(float).max / 4).all():
        raise GameError(f"{field}: expected finite numbers whose differences fit in a float")
    return payoffs, given


def _prior(values: ArrayLike, count: int) -> Given:
    prior, given = _given("prior", values, "a vector of chances")
    if prior.shape != (count,):
        raise GameError(f"prior: expected {count} chances, got shape {prior.shape}")
    if not (prior > 0).all():
        raise GameError("prior: expected positive chances; leave out a type that cannot be")
    if not abs(prior.sum() - 1) <= CHANCE_TOLERANCE:
        raise GameError(f"prior: expected chances that sum to 1, got {prior.sum():.12g}")
    return prior, given


def _given(field: str, values: ArrayLike, expected: str) -> Given:
    try:
        floats, given = fractions_and_floats(values)
    except (TypeError, ValueError):
        raise GameError(f"{field}: expected {expected}") from None
    except GameError as error:
        raise GameError(f"{field}: expected {expected}; {error}") from None
    return floats, floats if given is None else given


SINGULAR = {"types": "type", "messages": "message", "replies": "reply", "players": "player"}


def _names(field: str, names: Iterable[str], count: int) -> tuple[str, ...]:
    chosen = tuple(names) or tuple(f"{SINGULAR[field]} {place + 1}" for place in range(count))
    if len(chosen) != count:
        raise GameError(f"{field}: expected {count} names, got {len(chosen)}")
    if len(set(chosen)) != count:
        raise GameError(f"{field}: expected different names")
    return chosen


def _chances(field: str, values: ArrayLike, shape: tuple[int, int]) -> FloatArray:
    try:
        chances = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ProfileError(f"{field}: expected an array of chances") from None
    if chances.shape != shape:
        raise ProfileError(f"{field}: expected the shape {shape}, got {chances.shape}")
    if not (chances >= 0).all():
        raise ProfileError(f"{field}: found a negative chance or NaN")
    if not (np.abs(chances.sum(axis=1) - 1) <= REGRET_TOLERANCE).all():
        raise ProfileError(f"{field}: expected chances that sum to 1 in every row")
    return frozen(chances)
