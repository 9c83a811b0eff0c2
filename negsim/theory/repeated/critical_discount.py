"""How patient the sides of a truce must be: for which discounts no single violation pays.

A truce is a profile that all are to play; the answer to an alarm is to play a fallback, for ever
(grim), for some rounds, or side by side (tit for tat). The condition is that of one-shot
deviations: a closed form for grim and one round, a bracketed root for more rounds, exact
polynomials for tit for tat.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import TIE_TOLERANCE, FloatArray, frozen
from negsim.errors import UsageError, did_you_mean
from negsim.theory.normal_form.game import NormalFormGame, Profile, ProfileLike
from negsim.theory.normal_form.result import certify
from negsim.theory.numerics.polynomial import EVERYWHERE, Interval, not_negative
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.registry import solver
from negsim.theory.repeated.game import RepeatedGame
from negsim.theory.repeated.tit_for_tat import AnsweredTruce
from negsim.theory.written import Written

Actions: TypeAlias = Sequence[int | str]
"""One action per player, by its index or its name."""

Fallback: TypeAlias = Actions | ProfileLike
"""One action per player, or one mixed action per player."""

GRIM, TIT_FOR_TAT = "grim", "tit_for_tat"
SUBGAME_PERFECT, NASH = "subgame_perfect", "nash"
CONCEPTS = (SUBGAME_PERFECT, NASH)

HALVINGS = 64
"""A root on [0, 1] is known to two to the minus this."""

ONLY_IN_THE_LIMIT: tuple[Interval, ...] = ((1.0, 1.0),)
"""The discounts that hold a truce which only perfect patience keeps."""

ROUNDING = 4 * 2.0**-52
"""What rounding may add to a ratio of two payoffs."""

LAST_DISCOUNT = 1 - 2.0**-53
"""The largest float below 1."""


@dataclass(frozen=True, slots=True, eq=False)
class TruceConditions(Written):
    """For which discounts a truce is an equilibrium, and what it is worth.

    ``discounts``: the common discounts that hold it, as closed intervals; one up to 1.0 does not
    hold 1, and (1.0, 1.0) says only in the limit of 1. ``by_player``: the same for each player's
    own incentives. ``holds``: whether it holds at the game's discounts. ``values``: what it is
    worth there, per player, in payoff units a round. ``expected_rounds``: rounds up to the first
    alarm, that one included, if all comply.
    """

    game: RepeatedGame
    truce: tuple[str, ...]
    fallback: Profile
    punishment: str
    concept: str
    by_player: tuple[tuple[Interval, ...], ...]
    discounts: tuple[Interval, ...]
    holds: bool
    values: FloatArray
    expected_rounds: float
    message: str

    @property
    def critical(self) -> float:
        """Return the smallest common discount that holds the truce; 1 in the limit, NaN never."""
        return self.discounts[0][0] if self.discounts else math.nan

    @property
    def status(self) -> str:
        """Return "never", "only in the limit", "always", "from" a discount on, or "between"."""
        if not self.discounts:
            return "never"
        if self.discounts == ONLY_IN_THE_LIMIT:
            return "only in the limit"
        if self.discounts == EVERYWHERE:
            return "always"
        return "from" if len(self.discounts) == 1 and self.discounts[0][1] == 1 else "between"

    def to_dict(self) -> dict[str, Any]:
        """Return the conditions in the words of the game, ready for JSON."""
        players = self.game.players
        return {
            "truce": dict(zip(players, self.truce, strict=True)),
            "punishment": self.punishment,
            "concept": self.concept,
            "critical": self.critical if self.discounts else None,
            "status": self.status,
            "discounts": [list(interval) for interval in self.discounts],
            "by_player": {
                player: [list(interval) for interval in own]
                for player, own in zip(players, self.by_player, strict=True)
            },
            "holds": self.holds,
            "values": dict(zip(players, self.values.tolist(), strict=True)),
            "expected_rounds": (
                self.expected_rounds if math.isfinite(self.expected_rounds) else None
            ),
            "message": self.message,
        }


@solver(
    "critical_discount",
    finds="all",
    cost="players x actions; tit for tat: 0.02 s in exact rationals for two actions each",
    source="Friedman (1971); Green and Porter (1984)",
    summary="the discounts at which a truce is an equilibrium: grim, some rounds, tit for tat",
    takes=RepeatedGame,
)
def critical_discount(
    game: RepeatedGame,
    truce: Actions = (),
    punishment: str | int = GRIM,
    fallback: Fallback | None = None,
    concept: str = SUBGAME_PERFECT,
) -> TruceConditions:
    """Find all discounts at which a truce is an equilibrium of the repeated game.

    Grim and punishment for some rounds: all play ``truce``; after an alarm they play ``fallback``,
    an equilibrium of the stage game, for ever or for that many rounds, whatever is seen meanwhile,
    and then return to the truce. Deviations from the fallback never pay, so the conditions for
    subgame-perfect and for Nash equilibrium are the same: with gain g from the best violation,
    worth c of the truce over the fallback, false alarm alpha and detection beta,
    A (delta + ... + delta^T) >= g with A = (beta - alpha) c - alpha g.

    Tit for tat (two players): a side plays its truce action if it last saw the other do so, and its
    fallback action otherwise; it need not be an equilibrium. Nash: no plan against it pays.
    Subgame-perfect: no single deviation pays after whatever was seen; without false alarms that is
    at best a single discount.

    Parameters
    ----------
    game
        Any number of players.
    truce
        One action per player, by index or name.
    punishment
        ``grim``, ``tit_for_tat``, or the number of rounds.
    fallback
        One action or, but for tit for tat, one mixed action per player; by default the only pure
        equilibrium of the stage game other than the truce.
    concept
        ``subgame_perfect`` or ``nash``.

    Returns
    -------
    TruceConditions
        Complete. Conditions hold with weak inequality: at a critical discount the truce holds.

    Raises
    ------
    UsageError
        If the actions, punishment or concept are not known, the fallback is no equilibrium of the
        stage game (grim and rounds), there is no single default for it, or tit for tat is asked of
        other than two players, of alarms that do not say who, or of a truce that shares an action
        with the fallback.

    References
    ----------
    Friedman (1971), "A non-cooperative equilibrium for supergames", Review of Economic Studies 38.
    Green and Porter (1984), "Noncooperative collusion under imperfect price information",
    Econometrica 52(1). Axelrod (1984), "The Evolution of Cooperation", appendix B, proposition 2.

    Examples
    --------
    >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> game = RepeatedGame(dilemma, 0.6)
    >>> critical_discount(game, (0, 0)).critical
    0.5
    >>> round(critical_discount(game, (0, 0), punishment=2).critical, 4)
    0.618
    >>> critical_discount(game, (0, 0), "tit_for_tat", concept="nash").discounts
    ((0.6666666666666666, 1.0),)
    >>> critical_discount(game, (0, 0), "tit_for_tat").status
    'never'
    """
    if concept not in CONCEPTS:
        raise UsageError(
            f"concept: expected {' or '.join(CONCEPTS)}, got {concept!r}"
            f"{did_you_mean(str(concept), CONCEPTS)}"
        )
    agreed = _actions("truce", game.stage, truce)
    if punishment == TIT_FOR_TAT:
        return _tit_for_tat(game, agreed, fallback, concept)
    return _phase(game, agreed, fallback, punishment, concept)


def critical_discounts(
    gain: ArrayLike,
    worth: ArrayLike,
    false_alarm: ArrayLike = 0.0,
    detection: ArrayLike = 1.0,
    rounds: ArrayLike = math.inf,
) -> FloatArray:
    """Return the smallest discount at which a truce holds, for whole grids at once.

    Parameters
    ----------
    gain
        What the best violation pays beyond the truce, once (g).
    worth
        What a round of truce pays beyond a round of the fallback (c).
    false_alarm, detection
        Chances of an alarm if all comply, and if one does not (alpha, beta).
    rounds
        How long the fallback is played after an alarm, at least 1; ``inf`` for grim.

    Returns
    -------
    ndarray
        The five broadcast. 0 if no violation gains; 1 if only the limit of perfect patience holds
        the truce; NaN if not even that does. Exact up to rounding: a closed form for ``inf`` and 1,
        a bracketed root else.

    Raises
    ------
    UsageError
        If a chance is not in [0, 1] or ``rounds`` is below 1.

    References
    ----------
    Green and Porter (1984), "Noncooperative collusion under imperfect price information",
    Econometrica 52(1).

    Examples
    --------
    >>> critical_discounts(2, 2, false_alarm=[0, 0.1], detection=[[1.0], [0.6]]).round(4)
    array([[0.5   , 0.5556],
           [0.625 , 0.7143]])
    """
    chances = [np.asarray(chance, dtype=np.float64) for chance in (false_alarm, detection)]
    for name, chance in zip(("false_alarm", "detection"), chances, strict=True):
        if not ((chance >= 0) & (chance <= 1)).all():
            raise UsageError(f"{name}: expected chances from 0 to 1")
    temptation, loss = np.asarray(gain, dtype=np.float64), np.asarray(worth, dtype=np.float64)
    lasting = np.asarray(rounds, dtype=np.float64)
    deterrence = (chances[1] - chances[0]) * loss - chances[0] * temptation
    safe = np.where(deterrence > 0, deterrence, 1.0)
    needed = np.where(deterrence > 0, temptation / safe, np.inf)
    return patience_for(np.where(temptation <= 0, 0.0, needed), lasting)


def patience_for(weight: ArrayLike, rounds: ArrayLike) -> FloatArray:
    """Return the discount at which the next ``rounds`` rounds weigh this much; NaN if none does.

    The weight is delta + ... + delta^rounds, from 0 to ``rounds``, which it reaches in the limit.

    Raises
    ------
    UsageError
        If ``rounds`` is below 1.

    Examples
    --------
    >>> patience_for([0, 1, 1, 3, 4], [2, 2, np.inf, 3, 3]).round(4)
    array([0.   , 0.618, 0.5  , 1.   ,   nan])
    """
    target, lasting = np.broadcast_arrays(
        np.asarray(weight, dtype=np.float64), np.asarray(rounds, dtype=np.float64)
    )
    if not (lasting >= 1).all():
        raise UsageError("rounds: expected at least 1")
    found = np.where(lasting == 1, target, target / (1 + np.where(np.isinf(target), 0, target)))
    rooted = (lasting > 1) & np.isfinite(lasting) & (target < lasting)
    found[rooted] = _root(target[rooted], lasting[rooted])
    limit = np.isfinite(target) & np.isclose(target, lasting, rtol=ROUNDING, atol=0)
    found = np.where(target <= 0, 0.0, np.where(limit, 1.0, found))
    return np.where(limit | (target < lasting), found, np.nan)


def _actions(name: str, stage: NormalFormGame, actions: Fallback) -> tuple[int, ...]:
    """Return one pure action per player by index."""
    if len(actions) != stage.num_players:
        raise UsageError(f"{name}: expected {stage.num_players} actions, got {len(actions)}")
    return tuple(
        _action(name, stage.players[player], own, action)
        for player, (own, action) in enumerate(zip(stage.actions, actions, strict=True))
    )


def _action(name: str, player: str, own: tuple[str, ...], action: object) -> int:
    if isinstance(action, str):
        if action not in own:
            raise UsageError(
                f'{name}: {player} has no action "{action}"{did_you_mean(action, own)}'
            )
        return own.index(action)
    if not isinstance(action, int | np.integer):
        raise UsageError(f"{name}: expected one action of {player}, by index or name")
    if not 0 <= action < len(own):
        raise UsageError(f"{name}: {player} has actions 0 to {len(own) - 1}, got {action}")
    return int(action)


def _rounds(punishment: str | int) -> float:
    """Return how many rounds the fallback is played."""
    if punishment == GRIM:
        return math.inf
    if isinstance(punishment, str) or punishment < 1 or int(punishment) != punishment:
        raise UsageError(
            f"punishment: expected {GRIM}, {TIT_FOR_TAT} or a number of rounds, got {punishment!r}"
        )
    return float(punishment)


def _equilibrium(
    stage: NormalFormGame, truce: tuple[int, ...], fallback: Fallback | None
) -> Profile:
    """Return the fallback as a certified equilibrium of the stage game."""
    if fallback is None:
        return _default_fallback(stage, truce)
    if all(isinstance(one, int | str | np.integer) for one in fallback):
        profile = stage.pure_profile(_actions("fallback", stage, fallback))
    else:
        profile = stage.as_profile(fallback)
    if certify(stage, profile) is None:
        regret = ", ".join(f"{amount:g}" for amount in stage.regret(profile))
        raise UsageError(
            f"fallback: expected an equilibrium of the stage game, got one with regret {regret}"
        )
    return profile


def _default_fallback(stage: NormalFormGame, truce: tuple[int, ...]) -> Profile:
    agreed = stage.pure_profile(truce)
    others = [
        equilibrium.profile
        for equilibrium in pure_equilibria(stage)
        if any((own != mine).any() for own, mine in zip(equilibrium.profile, agreed, strict=True))
    ]
    if len(others) != 1:
        raise UsageError(
            f"fallback: the stage game has {len(others)} pure equilibria besides the truce; say "
            "which actions follow an alarm"
        )
    return others[0]


def _stakes(
    stage: NormalFormGame, truce: tuple[int, ...], fallback: ProfileLike
) -> tuple[FloatArray, FloatArray]:
    """Return each player's gain from the best violation, and the worth of the truce over fallback.

    The gain is minus infinity for a player without another action; rounding is no gain.
    """
    agreed = stage.pure_profile(truce)
    gains = np.full(stage.num_players, -np.inf)
    for player, action in enumerate(truce):
        payoffs = stage.action_payoffs(agreed, player)
        others = np.delete(payoffs, action) - payoffs[action]
        if others.size:
            gains[player] = _chopped(others.max(), payoffs)
    worth = stage.payoff(agreed) - stage.payoff(fallback)
    rows = stage.payoffs.reshape(stage.num_players, -1)
    return gains, np.array([_chopped(*pair) for pair in zip(worth, rows, strict=True)])


def _chopped(difference: float, payoffs: FloatArray) -> float:
    """Return a difference of payoffs, zero if it is rounding."""
    return 0.0 if abs(difference) <= TIE_TOLERANCE * np.abs(payoffs).max() else float(difference)


def _weight(discount: FloatArray, rounds: FloatArray) -> FloatArray:
    """Return delta + ... + delta^rounds for discounts below 1."""
    with np.errstate(divide="ignore"):
        faded = -np.expm1(rounds * np.log(discount))
    weight: FloatArray = discount * faded / (1 - discount)
    return weight


def _root(target: FloatArray, rounds: FloatArray) -> FloatArray:
    """Return the discounts at which the next rounds weigh this much, by halving."""
    low, high = np.zeros(target.shape), np.ones(target.shape)
    for _ in range(HALVINGS):
        middle = np.minimum((low + high) / 2, LAST_DISCOUNT)
        reached = _weight(middle, rounds) >= target
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high


def _phase(
    game: RepeatedGame,
    truce: tuple[int, ...],
    fallback: Fallback | None,
    punishment: str | int,
    concept: str,
) -> TruceConditions:
    """Return the conditions under grim punishment or punishment for some rounds."""
    lasting = _rounds(punishment)
    profile = _equilibrium(game.stage, truce, fallback)
    gain, worth = _stakes(game.stage, truce, profile)
    alarm, detection = game.monitoring.alarm_chances(len(game.players))
    by_player = tuple(
        _phase_interval(own, loss, alarm, detection, lasting)
        for own, loss in zip(gain.tolist(), worth.tolist(), strict=True)
    )
    faded = _weight(game.discount, np.full(len(gain), lasting)) * (1 - game.discount)
    values = game.stage.payoff(profile)
    values += (1 - game.discount) * worth / (1 - game.discount + alarm * faded)
    spell = f"{lasting:.0f} round{'' if lasting == 1 else 's'}"
    name = GRIM if lasting == math.inf else spell
    return _conditions(game, truce, profile, name, concept, by_player, values)


def _phase_interval(
    gain: float, worth: float, alarm: float, detection: float, rounds: float
) -> tuple[Interval, ...]:
    """Return where deterrence times the weight of the punishment is at least the gain."""
    if gain == -math.inf:
        return EVERYWHERE
    deterrence = (detection - alarm) * worth - alarm * gain
    if gain > 0:
        low = float(critical_discounts(gain, worth, alarm, detection, rounds))
        return () if math.isnan(low) else ((low, 1.0),)
    if deterrence >= 0:
        return EVERYWHERE
    high = float(patience_for(gain / deterrence, rounds))
    return EVERYWHERE if math.isnan(high) else ((0.0, high),)


def _tit_for_tat(
    game: RepeatedGame, truce: tuple[int, ...], fallback: Fallback | None, concept: str
) -> TruceConditions:
    """Return the conditions under tit for tat."""
    if fallback is None:
        instead = tuple(int(mixed.argmax()) for mixed in _default_fallback(game.stage, truce))
    else:
        instead = _actions("fallback", game.stage, fallback)
    rule = AnsweredTruce.of(game, truce, instead)
    by_player = tuple(
        not_negative(
            rule.nash_conditions(player) if concept == NASH else rule.subgame_conditions(player)
        )
        for player in range(2)
    )
    values = np.array([rule.value(player, game.discount[player]) for player in range(2)])
    profile = game.stage.pure_profile(instead)
    return _conditions(game, truce, profile, TIT_FOR_TAT, concept, by_player, values)


def _conditions(
    game: RepeatedGame,
    truce: tuple[int, ...],
    fallback: Profile,
    punishment: str,
    concept: str,
    by_player: tuple[tuple[Interval, ...], ...],
    values: FloatArray,
) -> TruceConditions:
    together: tuple[Interval, ...] = EVERYWHERE
    for own in by_player:
        together = _both(together, own)
    alarm = game.monitoring.alarm_chances(len(game.players))[0]
    return TruceConditions(
        game,
        tuple(own[action] for own, action in zip(game.stage.actions, truce, strict=True)),
        fallback,
        punishment,
        concept,
        by_player,
        together,
        all(
            _contains(own, rate)
            for own, rate in zip(by_player, game.discount.tolist(), strict=True)
        ),
        frozen(values),
        1 / alarm if alarm > 0 else math.inf,
        _message(together, punishment, concept),
    )


def _both(left: Sequence[Interval], right: Sequence[Interval]) -> tuple[Interval, ...]:
    """Return where both hold; ends that differ by rounding meet."""
    found = []
    for low, high in left:
        for begin, end in right:
            last, first = min(high, end), max(low, begin)
            if first <= last + TIE_TOLERANCE:
                found.append((first, max(first, last)))
    return tuple(sorted(found))


def _contains(intervals: Sequence[Interval], discount: float) -> bool:
    below_limit = [each for each in intervals if each[0] < 1]
    return any(low - TIE_TOLERANCE <= discount <= high + TIE_TOLERANCE for low, high in below_limit)


def _message(discounts: Sequence[Interval], punishment: str, concept: str) -> str:
    words = "Nash" if concept == NASH else "subgame-perfect"
    how = f"{punishment.replace('_', ' ')}, {words} equilibrium"
    if punishment != TIT_FOR_TAT:
        how += "; Nash and subgame-perfect conditions are the same"
    if not discounts:
        return f"at no discount ({how})"
    if tuple(discounts) == EVERYWHERE:
        return f"at every discount ({how})"
    parts = [_interval_words(low, high) for low, high in discounts]
    return f"{' and '.join(parts)} ({how})"


def _interval_words(low: float, high: float) -> str:
    if low == 1:
        return "only in the limit of a discount of 1"
    if low == high:
        return f"at a discount of {low:.6g} only"
    if high == 1:
        return f"from a discount of {low:.6g}"
    return f"at discounts from {low:.6g} to {high:.6g}"
