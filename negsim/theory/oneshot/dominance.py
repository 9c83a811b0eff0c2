"""What reason alone rules out, and what a player can make sure of: dominance and security levels.

An action is dominated if another action, or a mixed one, pays more whatever the others do
(strictly), or never less and sometimes more (weakly). Whether a mixed action dominates is a linear
programme; that it does is checked on the payoffs as given before anything is removed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from negsim.arrays import (
    REGRET_TOLERANCE,
    TIE_TOLERANCE,
    FloatArray,
    IntArray,
    frozen,
    power_of_two,
)
from negsim.errors import SolverError
from negsim.theory.normal_form.game import (
    NormalFormGame,
    Profile,
    dominating,
    typical_difference,
)
from negsim.theory.numerics.exact_linear import maximise_exactly
from negsim.theory.numerics.linear import as_chances, check_size, maximise, probabilities
from negsim.theory.registry import solver
from negsim.theory.written import Written

MOST_MIXED_CELLS = 2_500
"""In larger games, dominated actions that are in the way are removed by pure actions alone."""

MARGIN = 1e-9
"""Domination by less than this share of the differences is decided in rationals."""

MOST_DECIDED_ENTRIES = 6_000
"""Up to so many entries of a linear programme; beyond it an action in doubt is kept."""

ROUNDED = 4 * np.finfo(float).eps
"""Sums of payoffs that differ by less than this share of the payoffs are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Removal:
    """One action that was removed: in which round, whose, and the mixed action that dominates it.

    ``dominant`` has shape (num_actions[player],), over all actions of the game.
    """

    round: int
    player: int
    action: int
    dominant: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Elimination(Written):
    """What iterated dominance removes, in its order, and what it leaves.

    ``remaining``: indexes of the actions left, one array per player. ``order_matters``: whether
    another order was found that leaves other actions; always False for strict dominance, where the
    order cannot matter. ``message``: the status in words.
    """

    game: NormalFormGame
    method: str
    weak: bool
    mixed: bool
    removals: tuple[Removal, ...]
    remaining: tuple[IntArray, ...]
    order_matters: bool
    message: str

    @property
    def reduced(self) -> NormalFormGame:
        """Return the game that is left."""
        return reduced_game(self.game, self.remaining)

    def to_dict(self) -> dict[str, Any]:
        """Return the elimination in the words of the game, ready for JSON.

        Examples
        --------
        >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
        >>> solve_iterated_dominance(dilemma).to_dict()["remaining"]
        {'player 1': ['2'], 'player 2': ['2']}
        """
        players, actions = self.game.players, self.game.actions
        return {
            "method": self.method,
            "dominance": f"{'weak' if self.weak else 'strict'}, "
            f"by {'mixed' if self.mixed else 'pure'} actions",
            "removed": [
                {
                    "round": step.round,
                    "player": players[step.player],
                    "action": actions[step.player][step.action],
                    "by": named(actions[step.player], step.dominant),
                }
                for step in self.removals
            ],
            "remaining": {
                player: [own[action] for action in left.tolist()]
                for player, own, left in zip(players, actions, self.remaining, strict=True)
            },
            "order_matters": self.order_matters,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Security(Written):
    """What each player can make sure of by a mixed action, whatever the others do.

    ``levels`` (n,), in payoff units, and the mixed actions that secure them; ``upper`` (n,): what
    the others, acting as one, can hold each player down to: the same, up to rounding. ``value``:
    for two players whose payoffs sum to a constant, the value of the game to the first; else None.
    """

    game: NormalFormGame
    method: str
    levels: FloatArray
    upper: FloatArray
    profile: Profile
    value: float | None
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the levels in the words of the game, ready for JSON.

        Examples
        --------
        >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
        >>> solve_security(pennies).to_dict()["levels"]
        {'player 1': 0.0, 'player 2': 0.0}
        """
        players = self.game.players
        return {
            "method": self.method,
            "levels": dict(zip(players, self.levels.tolist(), strict=True)),
            "mixed_actions": {
                player: named(own, mixed)
                for player, own, mixed in zip(players, self.game.actions, self.profile, strict=True)
            },
            "value": self.value,
            "message": self.message,
        }


def named(actions: Sequence[str], mixed: FloatArray) -> dict[str, float]:
    """Return the actions played with their chances.

    >>> named(("stay", "go"), np.array([0.0, 1.0]))
    {'go': 1.0}
    """
    return {
        action: chance for action, chance in zip(actions, mixed.tolist(), strict=True) if chance > 0
    }


@solver(
    "iterated_dominance",
    finds="one",
    cost="a linear programme for each action left in each round; weakly, again for each order",
    source="Luce and Raiffa (1957), section 5.7; Osborne and Rubinstein (1994), section 4.2",
    summary="what iterated dominance removes, in its order, and what it leaves",
    returns=Elimination,
)
def solve_iterated_dominance(
    game: NormalFormGame, weak: bool = False, mixed: bool = True
) -> Elimination:
    """Remove dominated actions, all that there are of all players in each round, until none is.

    What strict dominance leaves does not depend on the order, and every equilibrium is in it. What
    weak dominance leaves can depend on the order, and equilibria can be lost: other orders (one
    action at a time, each player first) are tried, and the message says whether they leave
    something else.

    Parameters
    ----------
    weak
        Remove weakly dominated actions too.
    mixed
        Let mixed actions dominate; otherwise pure ones only.

    Returns
    -------
    Elimination
        Complete up to rounding: an action is kept where floats cannot confirm that it is dominated.

    Raises
    ------
    SolverError
        If a linear programme is too large.

    References
    ----------
    Luce and Raiffa (1957), "Games and Decisions", section 5.7. Osborne and Rubinstein (1994), "A
    Course in Game Theory", section 4.2 for strict dominance by mixed actions and 4.3 for the order.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[3, 0], [0, 3], [1, 1]], [[0, 1], [0, 1], [9, 0]])
    >>> found = solve_iterated_dominance(game)
    >>> [(step.round, step.player, step.action) for step in found.removals]
    [(1, 0, 2), (2, 1, 0), (3, 0, 0)]
    """
    known: Known = {}
    removals, remaining = _eliminate(game, weak, mixed, None, known)
    differs = weak and any(
        _different(remaining, _eliminate(game, weak, mixed, order, known)[1])
        for order in _orders(game.num_players)
    )
    message = _elimination_message(game, len(removals), remaining, weak, differs)
    return Elimination(
        game, "iterated_dominance", weak, mixed, removals, remaining, differs, message
    )


@solver(
    "rationalizable",
    finds="one",
    cost="a linear programme for each action left in each round",
    source="Bernheim (1984); Pearce (1984), lemma 3",
    summary="the actions that common knowledge of rationality leaves to each player",
    returns=Elimination,
)
def solve_rationalizable(game: NormalFormGame) -> Elimination:
    """Find the actions that are best replies to beliefs about actions that are best replies, ...

    These are the actions left by iterated strict dominance by mixed actions. With more than two
    players beliefs may hold that the others act as one (correlated rationalizability); fewer
    actions may be left if they may not.

    Returns
    -------
    Elimination
        Complete up to rounding.

    Raises
    ------
    SolverError
        If a linear programme is too large.

    References
    ----------
    Bernheim (1984), "Rationalizable strategic behavior", Econometrica 52. Pearce (1984),
    "Rationalizable strategic behavior and the problem of perfection", Econometrica 52, lemma 3.

    Examples
    --------
    >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> solve_rationalizable(pennies).message
    '4 of 4 actions can be rationalized'
    """
    removals, remaining = _eliminate(game, False, True, None, {})
    left, count = sum(own.size for own in remaining), sum(game.num_actions)
    message = f"{left} of {count} actions can be rationalized"
    if game.num_players > 2:
        message += ", if beliefs may hold that the others act as one"
    return Elimination(game, "rationalizable", False, True, removals, remaining, False, message)


@solver(
    "security",
    finds="one",
    cost="two linear programmes for each player",
    source="von Neumann (1928); von Neumann and Morgenstern (1944), section 17",
    summary="what each player can make sure of by a mixed action; the value of a zero-sum game",
    returns=Security,
)
def solve_security(game: NormalFormGame) -> Security:
    """Find each player's security level and a mixed action that secures it.

    The others are taken to act as one against the player, by a joint lottery if they like. Each
    level is checked: the others have a lottery that leaves the player no more than it.

    Returns
    -------
    Security
        One mixed action per player where several may secure as much.

    Raises
    ------
    SolverError
        If a linear programme is too large, or rounding leaves a level in doubt.

    References
    ----------
    von Neumann (1928), "Zur Theorie der Gesellschaftsspiele", Mathematische Annalen 100, for the
    minimax theorem.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[2, -1], [-1, 1]], [[-2, 1], [1, -1]])
    >>> found = solve_security(game)
    >>> round(found.value, 12), found.profile[0].round(12)
    (0.2, array([0.4, 0.6]))
    """
    found = [_secured(game, player) for player in range(game.num_players)]
    levels, upper, profile = (
        np.array([one[0] for one in found]),
        np.array([one[1] for one in found]),
        tuple(one[2] for one in found),
    )
    value = float(levels[0]) if sums_to_a_constant(game) else None
    message = "levels that each player can make sure of"
    if value is not None:
        message = f"the payoffs sum to a constant: the game is worth {value:.12g} to the first"
    return Security(game, "security", frozen(levels), frozen(upper), profile, value, message)


def dominating_mixture(rows: FloatArray, target: FloatArray, weak: bool) -> FloatArray | None:
    """Return chances of rows that together dominate a target, or None if there are none.

    Parameters
    ----------
    rows
        Shape (num_rows, num_profiles): what each row pays against each profile of the others.
    target
        Shape (num_profiles,).
    weak
        Whether to be never worse and sometimes better is enough.

    Returns
    -------
    ndarray, shape (num_rows,), or None
        Checked on the payoffs as given, in rationals where floats leave it in doubt; None in doubt
        if the programme is too large for these.

    Raises
    ------
    SolverError
        If the linear programme is too large.

    References
    ----------
    Myerson (1991), "Game Theory", theorems 1.6 and 1.7.

    Examples
    --------
    >>> dominating_mixture(np.array([[3.0, 0.0], [0.0, 3.0]]), np.array([1.0, 1.0]), weak=False)
    array([0.5, 0.5])
    """
    return leading_mixture(rows - target, weak)


def leading_mixture(ahead: FloatArray, weak: bool, decided: bool = True) -> FloatArray | None:
    """Return chances of rows that together are ahead of nought in all columns, None if none are.

    Parameters
    ----------
    ahead
        Shape (num_rows, num_profiles): how much each row pays beyond a target.
    weak
        Whether to be never behind and sometimes ahead is enough.
    decided
        Whether what floats leave in doubt is decided in rationals, the numbers taken as given;
        otherwise they are computed ones, and what differs by rounding ties.

    Raises
    ------
    SolverError
        If the linear programme is too large.

    Examples
    --------
    >>> leading_mixture(np.array([[2.0, -1.0], [-1.0, 2.0]]), weak=False)
    array([0.5, 0.5])
    """
    if not len(ahead) or _is_a_best_reply(ahead, weak):
        return None
    ahead = np.unique(ahead, axis=1)
    sizes, count = _typical_sizes(ahead), len(ahead)
    if weak:
        matrix, objective, free = ahead.T, (ahead / sizes).sum(axis=1), 0
    else:
        matrix, objective, free = np.hstack([ahead.T, -sizes[:, None]]), np.eye(count + 1)[-1], 1
    limits, whole = np.zeros(len(matrix)), probabilities(count, free)
    found = maximise(objective, (matrix, limits), whole, num_free=free)
    gap = -1.0 if found is None else float(objective @ found)
    if found is None or gap < -MARGIN:
        return None
    mixed = as_chances(found[:count])
    if not decided:
        return mixed if gap > MARGIN and _ahead(mixed, ahead, weak) else None
    if gap > MARGIN and _clearly_ahead(mixed, ahead, weak):
        return mixed
    return _decided(objective, np.vstack([matrix, whole[0]]), free)


def _decided(objective: FloatArray, system: FloatArray, free: int) -> FloatArray | None:
    """Return the mixture that a programme finds in rationals, if it dominates and is not too large.

    The last row of the system sums chances to 1; all others must not be negative.
    """
    if system.size > MOST_DECIDED_ENTRIES:
        return None
    limits = np.eye(len(system))[-1]
    found = maximise_exactly(objective, system, limits, len(system) - 1, free)
    if found is None or sum(Fraction(c) * x for c, x in zip(objective, found, strict=True)) <= 0:
        return None
    return as_chances(np.array([float(x) for x in found[: len(found) - free]]))


def reduced_game(game: NormalFormGame, remaining: Sequence[IntArray]) -> NormalFormGame:
    """Return the game in which each player keeps only some actions.

    >>> game = NormalFormGame.from_bimatrix([[1, 2]], [[3, 4]])
    >>> reduced_game(game, (np.array([0]), np.array([1]))).actions
    (('1',), ('2',))
    """
    cells = np.ix_(np.arange(game.num_players), *remaining)
    actions = (
        tuple(own[action] for action in left.tolist())
        for own, left in zip(game.actions, remaining, strict=True)
    )
    return NormalFormGame(game.payoffs[cells], game.players, tuple(actions))


def undominated(game: NormalFormGame) -> tuple[IntArray, ...]:
    """Return which actions iterated strict dominance leaves, one array of indexes per player.

    By pure actions first, which is quick; then by mixed ones, in games of up to
    ``MOST_MIXED_CELLS`` profiles.

    >>> game = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> undominated(game)
    (array([1]), array([1]))
    """
    left = solve_iterated_dominance(game, mixed=False).remaining
    if math.prod(own.size for own in left) > MOST_MIXED_CELLS:
        return left
    kept = solve_iterated_dominance(reduced_game(game, left)).remaining
    return tuple(frozen(own[some]) for own, some in zip(left, kept, strict=True))


class Order(NamedTuple):
    """One action at a time: who begins, which of its dominated actions goes (0 first, -1 last).

    ``in_turn``: whether the next player follows after each removal, or only when nothing is left.
    """

    first: int
    end: int
    in_turn: bool


def _orders(num_players: int) -> Iterator[Order]:
    for first, end, in_turn in product(range(num_players), (0, -1), (True, False)):
        yield Order(first, end, in_turn)


Known: TypeAlias = dict[tuple[int, bytes], "list[Removal]"]
"""The dominated actions found so far, by player and the actions left."""


def _eliminate(
    game: NormalFormGame, weak: bool, mixed: bool, order: Order | None, known: Known
) -> tuple[tuple[Removal, ...], tuple[IntArray, ...]]:
    """Remove round by round: all dominated actions of all players, or one in a given order."""
    remaining = [np.arange(count) for count in game.num_actions]
    removals: list[Removal] = []
    turn = 0 if order is None else order.first
    for number in range(1, sum(game.num_actions) + 1):
        gone: list[Removal] = []
        for place in range(game.num_players):
            player = (turn + place) % game.num_players
            key = (player, b"".join(own.tobytes() + b"|" for own in remaining))
            if key not in known:
                known[key] = _dominated(game, tuple(remaining), player, weak, mixed)
            found = known[key]
            if order is not None and found:
                gone = [found[order.end]]
                turn = player + 1 if order.in_turn else player
                break
            gone += found
        if not gone:
            break
        for step in gone:
            removals.append(replace(step, round=number))
            left = remaining[step.player]
            remaining[step.player] = left[left != step.action]
    return tuple(removals), tuple(frozen(own) for own in remaining)


def _dominated(
    game: NormalFormGame, remaining: tuple[IntArray, ...], player: int, weak: bool, mixed: bool
) -> list[Removal]:
    """Return the player's dominated actions among those left, each with what dominates it."""
    kept = remaining[player]
    own = np.moveaxis(game.payoffs[player][np.ix_(*remaining)], player, 0).reshape(len(kept), -1)
    found = []
    for place, action in enumerate(kept.tolist()):
        chances = _pure_dominator(own, place, weak)
        if chances is None and mixed:
            others = np.arange(len(kept)) != place
            part = dominating_mixture(own[others], own[place], weak)
            chances = None if part is None else np.insert(part, place, 0.0)
        if chances is not None:
            dominant = np.zeros(game.num_actions[player])
            dominant[kept] = chances
            found.append(Removal(0, player, action, frozen(dominant)))
    return found


def _pure_dominator(own: FloatArray, place: int, weak: bool) -> FloatArray | None:
    """Return the first action that dominates another, as a mixed action; None if there is none."""
    better = dominating(own, own[place], weak)
    if not better.any():
        return None
    chances = np.zeros(len(own))
    chances[int(np.argmax(better))] = 1.0
    return chances


def _is_a_best_reply(ahead: FloatArray, weak: bool) -> bool:
    """Tell whether the target is best somewhere, or on average: then nothing dominates it.

    For weak dominance: better than all rows somewhere.
    """
    matched = ahead >= 0 if weak else ahead > 0
    return not matched.any(axis=0).all() or all(math.fsum(row) <= 0 for row in ahead)


def _typical_sizes(ahead: FloatArray) -> FloatArray:
    """Return the median size of the entries that are not 0 of each column; 1 if there are none."""
    size = np.abs(ahead)
    entries = [column[column > 0] for column in size.T]
    return np.array([np.median(column) if column.size else 1.0 for column in entries])


def _ahead(mixed: FloatArray, ahead: FloatArray, weak: bool) -> bool:
    """Tell whether a mixed action dominates if what differs by rounding ties."""
    lead, ties = mixed @ ahead, TIE_TOLERANCE * (mixed @ np.abs(ahead))
    if weak:
        return bool((lead >= -ties).all() and (lead > ties).any())
    return bool((lead > ties).all())


def _clearly_ahead(mixed: FloatArray, ahead: FloatArray, weak: bool) -> bool:
    """Tell whether a mixed action dominates by more than rounding.

    Weakly: where the actions that it mixes tie with the other they are equal to it.
    """
    lead, terms = mixed @ ahead, mixed @ np.abs(ahead)
    clear = lead > TIE_TOLERANCE * terms
    return bool((clear | (terms == 0)).all() and clear.any()) if weak else bool(clear.all())


def _different(left: Sequence[IntArray], right: Sequence[IntArray]) -> bool:
    return any(not np.array_equal(mine, theirs) for mine, theirs in zip(left, right, strict=True))


def _elimination_message(
    game: NormalFormGame, count: int, remaining: Sequence[IntArray], weak: bool, differs: bool
) -> str:
    sizes = " x ".join(str(own.size) for own in remaining)
    message = f"{count} of {sum(game.num_actions)} actions removed, {sizes} left"
    if differs:
        return message + "; weak dominance: another order leaves other actions"
    if weak:
        return message + "; weak dominance: another order could leave other actions, none tried did"
    return message


def _secured(game: NormalFormGame, player: int) -> tuple[float, float, FloatArray]:
    """Return a player's security level, what the others can hold it to, and a mixed action."""
    own = np.moveaxis(game.payoffs[player], player, 0).reshape(game.num_actions[player], -1)
    unit = power_of_two(typical_difference(own))
    own = own / unit
    base = float(np.quantile(own, 0.5, method="lower"))
    mixed = _best_mixture(own - base)
    against = _best_mixture(base - own.T)
    level, upper = float((mixed @ (own - base)).min()), float(((own - base) @ against).max())
    scale = max(typical_difference(own), abs(level), abs(upper))
    slack = max(REGRET_TOLERANCE * scale, TIE_TOLERANCE * max(abs(base), float(scale)))
    if not upper - level <= slack:
        raise SolverError(
            f"security: rounding leaves the level of {game.players[player]} between "
            f"{(base + level) * unit:.12g} and {(base + upper) * unit:.12g}"
        )
    return (base + level) * unit, (base + upper) * unit, mixed


def _best_mixture(rows: FloatArray) -> FloatArray:
    """Return chances of the rows whose least expected payoff over the columns is largest."""
    rows = np.unique(rows, axis=1)
    count, columns = rows.shape
    check_size(columns + 1, count + 1)
    system = np.hstack([rows.T, -np.ones((columns, 1))])
    objective = np.append(np.zeros(count), 1.0)
    found = maximise(objective, (system, np.zeros(columns)), probabilities(count, 1), num_free=1)
    if found is None:
        raise SolverError("security: HiGHS finds no mixed action")
    return as_chances(found[:count])


def sums_to_a_constant(game: NormalFormGame) -> bool:
    """Tell whether the payoffs of two players sum to the same everywhere, up to rounding.

    >>> sums_to_a_constant(NormalFormGame.from_bimatrix([[1, 2]], [[2, 1]]))
    True
    """
    if game.num_players != 2:
        return False
    total = game.payoffs.sum(axis=0)
    size = np.abs(game.payoffs).max(axis=0)
    return bool((np.abs(total - total.flat[0]) <= ROUNDED * (size + size.flat[0])).all())
