"""A game in normal form: each player picks one action, all at once; one array says what follows.

Axis rule: ``payoffs[i, a_0, ..., a_(n-1)]`` is what player i gets when player j plays action a_j. A
*profile* is one mixed action (probability vector) per player. Everything a solver claims about a
profile is checked here, by the game: payoffs, best responses, regret, and how large a regret may be
before it counts.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from negsim.arrays import (
    CHANCE_TOLERANCE,
    REGRET_TOLERANCE,
    TIE_TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    frozen,
)
from negsim.errors import GameError, ProfileError
from negsim.html import number, table
from negsim.theory.numerics.exact import fractions_and_floats

if TYPE_CHECKING:
    from nashpy.game import Game

Profile: TypeAlias = tuple[FloatArray, ...]
"""One mixed action per player; entry i has shape (num_actions[i],)."""

ProfileLike: TypeAlias = Sequence[ArrayLike]

CATASTROPHE_RATIO = 1e3
"""A payoff further off than this many typical differences does not widen any tolerance."""

MOST_CELLS = 600
"""A game with more combinations of actions is described and not drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class NormalFormGame:
    """A finite game in which the players move once and at the same time.

    Parameters
    ----------
    payoffs
        Shape (num_players, num_actions[0], ..., num_actions[-1]); copied and made read-only.
    players
        One name per player; "player 1", "player 2", ... by default.
    actions
        One tuple of names per player; "1", "2", ... by default.

    Payoffs may be text such as "1/3", fractions or decimals: ``written`` keeps them as they were
    given, for exact solutions; it is None if all are floats or whole numbers.

    Raises
    ------
    GameError
        If the array has not one axis of actions per player, a player has no action, a payoff is
        not finite, or the names do not match the array or repeat.

    References
    ----------
    von Neumann and Morgenstern (1944), "Theory of Games and Economic Behavior", chapter II.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> game.num_players, game.num_actions
    (2, (2, 2))
    >>> game.payoffs[0, 1, 0]
    np.float64(5.0)
    """

    payoffs: FloatArray
    players: tuple[str, ...] = ()
    actions: tuple[tuple[str, ...], ...] = ()
    written: npt.NDArray[Any] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        payoffs, written = _numbers(self.payoffs)
        payoffs = _checked_payoffs(payoffs)
        object.__setattr__(self, "written", written)
        object.__setattr__(self, "payoffs", frozen(payoffs))
        object.__setattr__(self, "players", _checked_players(self.players, payoffs))
        object.__setattr__(self, "actions", _checked_actions(self.actions, payoffs, self.players))

    @classmethod
    def from_bimatrix(
        cls,
        row_payoffs: ArrayLike,
        column_payoffs: ArrayLike,
        players: Iterable[str] = (),
        actions: Iterable[Iterable[str]] = (),
    ) -> NormalFormGame:
        """Return the two-player game with these two payoff matrices, both indexed [row, column].

        Raises
        ------
        GameError
            If the two are not matrices of numbers of one shape.

        Examples
        --------
        >>> NormalFormGame.from_bimatrix([[1, -1]], [[-1, 1]]).num_actions
        (1, 2)
        """
        row, column = (
            floats if written is None else written
            for floats, written in (_numbers(row_payoffs), _numbers(column_payoffs))
        )
        if row.ndim != 2 or row.shape != column.shape:
            raise GameError(
                f"payoffs: expected two matrices of one shape, got {row.shape} and {column.shape}"
            )
        labels = tuple(tuple(names) for names in actions)
        return cls(np.stack([row, column]), tuple(players), labels)

    @property
    def num_players(self) -> int:
        """Return how many players there are."""
        return len(self.players)

    @property
    def num_actions(self) -> tuple[int, ...]:
        """Return how many actions each player has."""
        return tuple(self.payoffs.shape[1:])

    @property
    def order(self) -> FloatArray:
        """Return numbers that compare as the payoffs do: as they are given, not as they round.

        Those are the payoffs themselves, or their places in order where ``written`` has more to say
        than floats can hold.

        >>> NormalFormGame([["1/3", "0.333333333333333333334", 0]]).order
        array([[1., 2., 0.]])
        """
        if self.written is None:
            return self.payoffs
        return np.stack([_places(own) for own in self.written])

    def as_profile(self, profile: ProfileLike) -> Profile:
        """Return the profile as read-only arrays, checked against the game.

        Raises
        ------
        ProfileError
            If there is not one probability vector of the right length per player.

        Examples
        --------
        >>> NormalFormGame.from_bimatrix([[1, 0]], [[0, 1]]).as_profile([[1], [0.5, 0.5]])
        (array([1.]), array([0.5, 0.5]))
        """
        if len(profile) != self.num_players:
            raise ProfileError(
                f"profile: expected {self.num_players} mixed actions, got {len(profile)}"
            )
        return tuple(
            _checked_mixed(mixed, len(self.actions[player]), self.players[player])
            for player, mixed in enumerate(profile)
        )

    def pure_profile(self, actions: Sequence[int]) -> Profile:
        """Return the profile in which each player plays one action for certain.

        Raises
        ------
        ProfileError
            If there is not one action per player, each of them in the game.

        Examples
        --------
        >>> NormalFormGame.from_bimatrix([[1, 0]], [[0, 1]]).pure_profile([0, 1])
        (array([1.]), array([0., 1.]))
        """
        if len(actions) != self.num_players:
            raise ProfileError(f"profile: expected {self.num_players} actions, got {len(actions)}")
        for player, action in enumerate(actions):
            if not 0 <= action < self.num_actions[player]:
                raise ProfileError(
                    f"profile: {self.players[player]} has actions 0 to "
                    f"{self.num_actions[player] - 1}, got {action}"
                )
        return tuple(
            frozen(np.eye(count)[action])
            for count, action in zip(self.num_actions, actions, strict=True)
        )

    def payoff(self, profile: ProfileLike) -> FloatArray:
        """Return each player's expected payoff, shape (num_players,).

        Raises
        ------
        ProfileError
            If the profile does not fit the game.

        Examples
        --------
        >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
        >>> pennies.payoff(([1, 0], [0, 1]))
        array([-1.,  1.])
        """
        checked = self.as_profile(profile)
        return np.array(
            [
                checked[player] @ _expected(self.payoffs[player], checked, player)
                for player in range(self.num_players)
            ]
        )

    def action_payoffs(self, profile: ProfileLike, player: int) -> FloatArray:
        """Return what each action of a player is worth against the others' mixed actions.

        Parameters
        ----------
        profile
            One mixed action per player; the player's own does not matter.
        player
            Index of the player.

        Returns
        -------
        ndarray, shape (num_actions[player],)

        Raises
        ------
        ProfileError
            If the profile does not fit the game.
        GameError
            If there is no such player.

        Examples
        --------
        >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
        >>> dilemma.action_payoffs(([1, 0], [0.5, 0.5]), player=0)
        array([1.5, 3. ])
        """
        self._check_player(player)
        return _expected(self.payoffs[player], self.as_profile(profile), player)

    def regret(self, profile: ProfileLike) -> FloatArray:
        """Return how much each player could gain by deviating alone.

        Computed from payoff differences, so that an amount added to all payoffs of a player costs
        no accuracy.

        Parameters
        ----------
        profile
            One mixed action per player; entry i has shape (num_actions[i],).

        Returns
        -------
        ndarray, shape (num_players,)
            Best-response payoff minus payoff at ``profile``, in payoff units, never negative. All
            zero, up to rounding, exactly when ``profile`` is a Nash equilibrium.

        Raises
        ------
        ProfileError
            If the profile does not fit the game.

        References
        ----------
        Nash (1951), "Non-cooperative games", Annals of Mathematics 54(2).

        Examples
        --------
        >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
        >>> pennies.regret(([0.5, 0.5], [0.5, 0.5]))
        array([0., 0.])
        """
        checked = self.as_profile(profile)
        losses = (self._losses(checked, player) for player in range(self.num_players))
        return np.array([mixed @ loss for mixed, loss in zip(checked, losses, strict=True)])

    def regret_scale(self, profile: ProfileLike) -> FloatArray:
        """Return, per player, the payoff differences against which a regret is to be judged.

        This is the largest minus the smallest payoff over all combinations of the opponents'
        supports and the player's own actions: what the profile and the player's own deviations can
        reach. Payoffs elsewhere do not matter. A catastrophe within reach (say -1e12 for a move
        that nobody makes) must not excuse a regret either: the scale is at most
        ``CATASTROPHE_RATIO`` times the differences between the moves played and the best replies,
        or times the typical difference of that player's payoffs, whichever is larger.

        Returns
        -------
        ndarray, shape (num_players,)
            In payoff units; zero for a player whose choice makes no difference.

        Raises
        ------
        ProfileError
            If the profile does not fit the game.

        Examples
        --------
        >>> game = NormalFormGame.from_bimatrix([[3, 0], [5, -1e12]], [[3, 5], [0, 1]])
        >>> game.regret_scale(([1, 0], [1, 0]))
        array([2., 2.])
        """
        checked = self.as_profile(profile)
        return np.array([self._scale(checked, player) for player in range(self.num_players)])

    def regret_limit(self, profile: ProfileLike, tolerance: float | None = None) -> FloatArray:
        """Return, per player, the largest regret that still counts as none.

        Against pure actions payoffs are compared as they are given, and no regret is small enough.
        Against mixed actions payoffs are computed: the limit is ``REGRET_TOLERANCE``
        times ``regret_scale``. A ``tolerance`` of one's own holds in either case.

        Returns
        -------
        ndarray, shape (num_players,)
            In payoff units.

        Raises
        ------
        ProfileError
            If the profile does not fit the game.

        Examples
        --------
        >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
        >>> pennies.regret_limit(([0.5, 0.5], [1, 0]))
        array([0.e+00, 2.e-09])
        """
        checked = self.as_profile(profile)
        return np.array(
            [self._limit(checked, player, tolerance) for player in range(self.num_players)]
        )

    def best_responses(self, profile: ProfileLike, player: int) -> IntArray:
        """Return the indexes of the player's pure best responses to the others' mixed actions.

        Actions that fall short of the best by no more than ``regret_limit`` are among them, so that
        every action played in a pure equilibrium is a best response.

        Raises
        ------
        ProfileError
            If the profile does not fit the game.
        GameError
            If there is no such player.

        Examples
        --------
        >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
        >>> pennies.best_responses(([1, 0], [0.5, 0.5]), player=0)
        array([0, 1])
        """
        self._check_player(player)
        checked = self.as_profile(profile)
        losses = self._losses(checked, player)
        return np.flatnonzero(losses <= self._limit(checked, player, None))

    def dominated(self, player: int, weak: bool = False) -> BoolArray:
        """Return which actions of a player are dominated by another of its actions.

        Strictly: the other action pays more whatever the others do. Weakly: it never pays less and
        sometimes more. Payoffs are compared as they are given. Complete for domination by pure
        actions; mixed actions may dominate others. Cost: num_actions[player] times the size of the
        game.

        Returns
        -------
        ndarray of bool, shape (num_actions[player],)

        Raises
        ------
        GameError
            If there is no such player.

        References
        ----------
        Luce and Raiffa (1957), "Games and Decisions", section 5.7.

        Examples
        --------
        >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
        >>> dilemma.dominated(0)
        array([ True, False])
        """
        self._check_player(player)
        actions = range(self.num_actions[player])
        return self._dominated_among(player, actions, weak)

    def plays_dominated(self, player: int, mixed: ArrayLike, weak: bool = False) -> bool:
        """Tell whether a mixed action plays an action that another pure action dominates.

        Raises
        ------
        GameError
            If there is no such player.

        Examples
        --------
        >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
        >>> dilemma.plays_dominated(0, [0.5, 0.5]), dilemma.plays_dominated(0, [0, 1])
        (True, False)
        """
        self._check_player(player)
        played = np.flatnonzero(np.asarray(mixed) > 0).tolist()
        return bool(self._dominated_among(player, played, weak).any())

    def restrict(self, player: int, action: int) -> NormalFormGame:
        """Return the game of the others when one player's action is fixed.

        Raises
        ------
        GameError
            If there is no such player or action, or nobody else.

        Examples
        --------
        >>> game = NormalFormGame(np.arange(24).reshape(3, 2, 2, 2))
        >>> two_party = game.restrict(player=2, action=1)
        >>> two_party.players, two_party.num_actions
        (('player 1', 'player 2'), (2, 2))
        """
        self._check_player(player)
        if self.num_players == 1:
            raise GameError("restrict: expected at least 2 players, got 1")
        if not 0 <= action < self.num_actions[player]:
            raise GameError(
                f"restrict: {self.players[player]} has actions 0 to "
                f"{self.num_actions[player] - 1}, got {action}"
            )
        others = [other for other in range(self.num_players) if other != player]
        given = self.payoffs if self.written is None else self.written
        return NormalFormGame(
            np.take(given[others], action, axis=player + 1),
            tuple(self.players[other] for other in others),
            tuple(self.actions[other] for other in others),
        )

    def to_nashpy(self) -> Game:
        """Return the same game as a ``nashpy.Game``, with its payoffs as they are.

        Raises
        ------
        GameError
            If there are not two players.

        Examples
        --------
        >>> NormalFormGame.from_bimatrix([[1, 2]], [[3, 4]]).to_nashpy().payoff_matrices[1]
        array([[3., 4.]])
        """
        from nashpy.game import Game

        if self.num_players != 2:
            raise GameError(f"nashpy takes 2 players and this game has {self.num_players}")
        return Game(self.payoffs[0].copy(), self.payoffs[1].copy())

    def _repr_html_(self) -> str:
        return game_html(self)

    def _check_player(self, player: int) -> None:
        if not 0 <= player < self.num_players:
            raise GameError(f"player: expected 0 to {self.num_players - 1}, got {player}")

    def _dominated_among(self, player: int, actions: Sequence[int], weak: bool) -> BoolArray:
        """Tell for each of some actions whether any other of the player dominates it."""
        own = np.moveaxis(self.order[player], player, 0).reshape(self.num_actions[player], -1)
        return np.array([dominating(own, own[action], weak).any() for action in actions])

    def _losses(self, profile: Profile, player: int) -> FloatArray:
        """Return how much worse each own action is than the best, from payoff differences."""
        if _others_are_pure(profile, player):
            given = self.payoffs if self.written is None else self.written
            return _below_best(_against(given[player], profile, player))
        likeliest = int(np.argmax(profile[player]))
        own = self.payoffs[player]
        differences = own - np.take(own, [likeliest], axis=player)
        gains = _expected(differences, profile, player)
        losses: FloatArray = gains.max() - gains
        return losses

    def _reached(self, profile: Profile, player: int) -> tuple[FloatArray, FloatArray]:
        """Return the player's payoffs against the others' supports: all, and of what matters.

        What matters are the actions played and the best responses. Own actions are the first axis.
        """
        supports = [np.flatnonzero(support(mixed)) for mixed in profile]
        supports[player] = np.arange(self.num_actions[player])
        reached = np.moveaxis(self.payoffs[player][np.ix_(*supports)], player, 0)
        matters = support(profile[player]) | (self._losses(profile, player) <= 0)
        return reached, reached[matters]

    def _scale(self, profile: Profile, player: int) -> float:
        reached, compared = self._reached(profile, player)
        typical = typical_difference(self.payoffs[player])
        return min(
            float(reached.max() - reached.min()),
            CATASTROPHE_RATIO * max(float(compared.max() - compared.min()), typical),
        )

    def _limit(self, profile: Profile, player: int, tolerance: float | None) -> float:
        if tolerance is None and _others_are_pure(profile, player):
            return 0.0
        share = REGRET_TOLERANCE if tolerance is None else tolerance
        return share * self._scale(profile, player)


def support(mixed: FloatArray) -> BoolArray:
    """Return which actions a mixed action plays with a chance above ``CHANCE_TOLERANCE``.

    >>> support(np.array([0.5, 0.5, 1e-15]))
    array([ True,  True, False])
    """
    return mixed > CHANCE_TOLERANCE


def typical_difference(payoffs: FloatArray) -> float:
    """Return how far payoffs typically lie from the median payoff, in payoff units.

    The median distance among those that are not zero (up to rounding), so that a few catastrophic
    payoffs do not move it; zero if all payoffs are the same.

    >>> typical_difference(np.array([0.0, 0.0, 1.0, 2.0, -1e12]))
    2.0
    """
    distances = np.abs(payoffs - np.quantile(payoffs, 0.5, method="lower"))
    rounding = 4 * np.finfo(float).eps * np.quantile(distances, 0.75, method="higher")
    apart = distances[distances > rounding]
    return float(np.quantile(apart, 0.5, method="lower")) if apart.size else 0.0


def tie_width(left: FloatArray, right: FloatArray, scale: FloatArray) -> FloatArray:
    """Return the difference up to which payoffs tie: a share of their size or of the scale.

    The scale is the payoff differences in play: a sum that should be zero may miss it by a rounding
    error of its terms, which are larger than itself.

    >>> tie_width(np.array([2.0]), np.array([-3.0]), np.array([1.0])) == 3 * TIE_TOLERANCE
    array([ True])
    """
    widths: FloatArray = TIE_TOLERANCE * np.maximum(np.maximum(np.abs(left), np.abs(right)), scale)
    return widths


def level(values: FloatArray, widths: FloatArray) -> FloatArray:
    """Return values along axis 1 with neighbours that differ by rounding made equal.

    >>> level(np.array([[0.3, 1.0, 0.1 + 0.2]]), np.array([[1e-12]]))
    array([[0.3, 1. , 0.3]])
    """
    order = np.argsort(values, axis=1)
    rising = np.take_along_axis(values, order, axis=1)
    gaps = np.diff(rising, axis=1)
    starts = np.ones(values.shape, dtype=bool)
    starts[:, 1:] = gaps > np.maximum(widths, TIE_TOLERANCE * np.abs(rising[:, 1:]))
    place = np.arange(values.shape[1]).reshape(-1, *[1] * (values.ndim - 2))
    first = np.maximum.accumulate(np.where(starts, place, 0), axis=1)
    found = np.empty_like(values)
    np.put_along_axis(found, order, np.take_along_axis(rising, first, axis=1), axis=1)
    return found


def levelled(games: FloatArray) -> FloatArray:
    """Return computed games with those payoffs of a player made equal that differ by rounding.

    ``games`` is (batch, players, moves of player 0, ...). What a table is given is compared as it
    is; what a formula computes is only known up to rounding.

    >>> levelled(np.array([[[0.1 + 0.2, 0.3, 1.0]]]))
    array([[[0.3, 0.3, 1. ]]])
    """
    flat = np.swapaxes(games.reshape(*games.shape[:2], -1), 1, 2)
    widths = TIE_TOLERANCE * np.ptp(flat, axis=1, keepdims=True)
    return np.ascontiguousarray(np.swapaxes(level(flat, widths), 1, 2)).reshape(games.shape)


def _expected(payoffs: FloatArray, profile: Profile, player: int) -> FloatArray:
    """Average one player's payoffs over the others' mixed actions, last axis first."""
    for other in range(len(profile) - 1, -1, -1):
        if other != player:
            payoffs = _average(payoffs, profile[other], axis=other)
    return payoffs


def _average(payoffs: FloatArray, mixed: FloatArray, axis: int) -> FloatArray:
    """Average over one axis; equal rows give equal sums, as a matrix product need not."""
    averaged: FloatArray = (np.moveaxis(payoffs, axis, -1) * mixed).sum(axis=-1)
    return averaged


def dominating(rows: FloatArray, row: FloatArray, weak: bool) -> BoolArray:
    """Tell which rows, (actions, opponents' profiles), dominate a row, compared as they are given.

    >>> dominating(np.array([[1.0, 2.0], [1.0, 1.0]]), np.array([1.0, 1.0]), weak=True)
    array([ True, False])
    """
    if weak:
        return np.asarray((rows >= row).all(axis=1) & (rows > row).any(axis=1))
    return np.asarray((rows > row).all(axis=1))


def _others_are_pure(profile: Profile, player: int) -> bool:
    return all(
        np.count_nonzero(mixed) == 1 for other, mixed in enumerate(profile) if other != player
    )


def _against(own: npt.NDArray[Any], profile: Profile, player: int) -> npt.NDArray[Any]:
    """Return what each own action pays against pure actions of all others, as it is given."""
    actions: list[Any] = [int(np.argmax(mixed)) for mixed in profile]
    actions[player] = slice(None)
    return np.asarray(own[tuple(actions)])


def _below_best(payoffs: npt.NDArray[Any]) -> FloatArray:
    """Return by how much each payoff is below the largest; zero if and only if it is not."""
    if payoffs.dtype != object:
        return np.asarray(payoffs.max() - payoffs)
    exact = [Fraction(payoff) for payoff in payoffs]
    return np.array([float(max(exact) - payoff) for payoff in exact])


def _places(payoffs: npt.NDArray[Any]) -> FloatArray:
    """Return the place of each number in the order of all, equal numbers in one place."""
    exact = [Fraction(payoff) for payoff in payoffs.ravel()]
    place = {number: rank for rank, number in enumerate(sorted(set(exact)))}
    return np.array([float(place[number]) for number in exact]).reshape(payoffs.shape)


def _numbers(values: ArrayLike) -> tuple[FloatArray, npt.NDArray[Any] | None]:
    expected = "payoffs: expected an array of numbers with rows of equal length"
    try:
        return fractions_and_floats(values)
    except (TypeError, ValueError):
        raise GameError(expected) from None
    except GameError as error:
        raise GameError(f"{expected}; {error}") from None


def _checked_payoffs(payoffs: FloatArray) -> FloatArray:
    if payoffs.ndim < 2 or payoffs.shape[0] != payoffs.ndim - 1:
        raise GameError(
            f"payoffs: expected one axis of actions per player after the axis of players, "
            f"got shape {payoffs.shape}"
        )
    for player, count in enumerate(payoffs.shape[1:]):
        if count == 0:
            raise GameError(f"payoffs: player {player + 1} has no actions")
    if not np.isfinite(payoffs).all():
        player, *profile = (int(index) for index in np.argwhere(~np.isfinite(payoffs))[0])
        value = payoffs[player, *profile]
        raise GameError(
            f"payoffs: player {player + 1} at profile {tuple(profile)} gets {value}, "
            "expected a finite number"
        )
    if np.abs(payoffs).max() > np.finfo(float).max / 4:
        raise GameError("payoffs: expected numbers whose differences fit in a float")
    return payoffs


def _checked_players(players: Iterable[str], payoffs: FloatArray) -> tuple[str, ...]:
    names = tuple(players) or tuple(f"player {i + 1}" for i in range(payoffs.shape[0]))
    if len(names) != payoffs.shape[0]:
        raise GameError(f"players: expected {payoffs.shape[0]} names, got {len(names)}")
    if len(set(names)) != len(names):
        raise GameError(f"players: expected different names, got {', '.join(names)}")
    return names


def _checked_actions(
    actions: Iterable[Iterable[str]], payoffs: FloatArray, players: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    counts = payoffs.shape[1:]
    names = tuple(tuple(own) for own in actions)
    names = names or tuple(tuple(str(a + 1) for a in range(count)) for count in counts)
    if len(names) != len(counts):
        raise GameError(f"actions: expected names for {len(counts)} players, got {len(names)}")
    for player, own, count in zip(players, names, counts, strict=True):
        if len(own) != count:
            raise GameError(f"actions: {player} has {count} actions and {len(own)} names")
        if len(set(own)) != count:
            raise GameError(f"actions: {player} has two actions of one name")
    return names


def _checked_mixed(mixed: ArrayLike, count: int, player: str) -> FloatArray:
    try:
        chances = np.array(mixed, dtype=np.float64)
    except (TypeError, ValueError):
        raise ProfileError(f"profile: the mixed action of {player} is not a vector") from None
    if chances.shape != (count,):
        raise ProfileError(
            f"profile: the mixed action of {player} has shape {chances.shape}, expected ({count},)"
        )
    if not (chances >= 0).all():
        raise ProfileError(f"profile: the mixed action of {player} has a negative chance or NaN")
    if not abs(chances.sum() - 1.0) <= REGRET_TOLERANCE:
        raise ProfileError(
            f"profile: the mixed action of {player} sums to {chances.sum():.12g}, expected 1"
        )
    return frozen(chances)


def differences_in_play(points: FloatArray) -> FloatArray:
    """Return each column's range, not widened by catastrophes (see ``typical_difference``).

    >>> differences_in_play(np.array([[0.0, 1.0], [1.0, 3.0], [2.0, -1e12]]))
    array([   2., 2000.])
    """
    spread = points.max(axis=0) - points.min(axis=0)
    typical = np.array([typical_difference(column) for column in points.T])
    scale: FloatArray = np.minimum(spread, CATASTROPHE_RATIO * typical)
    return scale


def game_html(game: NormalFormGame) -> str:
    """Return a game in normal form as tables: one for two players, one per third player's action.

    >>> print(game_html(NormalFormGame([[1.0, 2.5]], ["<Ann>"], [["up", "down"]])))
    <table><thead><tr><th>&lt;Ann&gt;</th><th>payoff</th></tr></thead><tbody><tr><th>up</th>\
<td>1</td></tr><tr><th>down</th><td>2.5</td></tr></tbody></table>
    """
    size = math.prod(game.num_actions)
    if size > MOST_CELLS:
        shape = " x ".join(map(str, game.num_actions))
        return f"<p>A game of {escape(', '.join(game.players))} with {shape} actions.</p>"
    if game.num_players == 1:
        rows = zip(game.actions[0], game.payoffs[0], strict=True)
        return table([game.players[0], "payoff"], ([name, number(own)] for name, own in rows))
    others = [range(count) for count in game.num_actions[2:]]
    return "".join(_matrix_html(game, fixed) for fixed in itertools.product(*others))


def _matrix_html(game: NormalFormGame, fixed: tuple[int, ...]) -> str:
    """Return the table of the first two players when the others' actions are given."""
    told = [
        f"{player}: {own[action]}"
        for player, own, action in zip(game.players[2:], game.actions[2:], fixed, strict=True)
    ]
    rows = [
        [name, *(_cell(game, (row, column, *fixed)) for column in range(game.num_actions[1]))]
        for row, name in enumerate(game.actions[0])
    ]
    corner = f"{game.players[0]} \\ {game.players[1]}"
    title = f"<p>{escape('; '.join(told))}</p>" if told else ""
    return title + table([corner, *game.actions[1]], rows)


def _cell(game: NormalFormGame, profile: tuple[int, ...]) -> str:
    return ", ".join(number(own[profile]) for own in game.payoffs)
