"""A smaller game with the same equilibria: equal moves are one, strictly dominated ones are gone.

Games made from negotiations are full of moves that lead to the same event whatever the others do.
Here such moves count as one, and what is found in the smaller game is carried back. Where ties
leave many equilibria that lead to the same, ``by_outcome`` puts them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import FloatArray, IntArray, frozen
from negsim.errors import GameError
from negsim.theory.normal_form.game import NormalFormGame, Profile, ProfileLike
from negsim.theory.normal_form.result import SAME_PROFILE, Solution
from negsim.theory.oneshot.dominance import solve_iterated_dominance

Classes: TypeAlias = tuple[tuple[tuple[int, ...], ...], ...]
"""For each player, for each move of the smaller game, the moves of the game that it stands for."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduction:
    """A game, a smaller one with the same equilibria, and which moves stand for which.

    ``classes[i][a]`` lists the actions of player i for which action a of ``reduced`` stands. What
    is in no class is strictly dominated, perhaps once other such actions are gone.
    """

    game: NormalFormGame
    reduced: NormalFormGame
    classes: Classes

    def expand(self, profile: ProfileLike) -> Profile:
        """Return a profile of the smaller game as one of the game; equal moves share their chance.

        Raises
        ------
        ProfileError
            If the profile does not fit the smaller game.

        Examples
        --------
        >>> found = reduce_game(NormalFormGame.from_bimatrix([[1, 1, 0]], [[2, 2, 0]]))
        >>> found.expand([[1], [1]])[1]
        array([0.5, 0.5, 0. ])
        """
        checked = self.reduced.as_profile(profile)
        return tuple(
            frozen(shared(mixed, classes, count))
            for mixed, classes, count in zip(
                checked, self.classes, self.game.num_actions, strict=True
            )
        )

    def shared_by(self, profiles: Iterable[Profile]) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Return which equal actions some profiles of the game play, each with its player.

        Their player may share its chance among them at will, without changing anything.
        """
        played = list(profiles)
        return tuple(
            (player, members)
            for player, classes in enumerate(self.classes)
            for members in classes
            if len(members) > 1 and any(one[player][list(members)].any() for one in played)
        )

    def is_merged(self, profile: ProfileLike) -> bool:
        """Tell whether a profile of the smaller game plays a move that stands for several."""
        return any(
            len(members) > 1 and chance > 0
            for mixed, classes in zip(self.reduced.as_profile(profile), self.classes, strict=True)
            for chance, members in zip(mixed, classes, strict=True)
        )


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeGroup:
    """Equilibria that lead to the same chances of outcomes.

    ``outcomes`` maps each outcome that can occur to its chance; ``members`` are indexes of
    ``solution.equilibria``.
    """

    outcomes: dict[int, float]
    members: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the group ready for JSON.

        >>> OutcomeGroup({3: 1.0}, (0, 2)).to_dict()
        {'outcomes': {'3': 1.0}, 'equilibria': [0, 2]}
        """
        outcomes = {str(outcome): chance for outcome, chance in self.outcomes.items()}
        return {"outcomes": outcomes, "equilibria": list(self.members)}


def reduce_game(game: NormalFormGame) -> Reduction:
    """Merge moves that pay everybody the same whatever the others do, and drop dominated ones.

    Both are repeated until nothing changes: what is merged can depend on what was dropped. Moves
    are the same if their payoffs are equal numbers; dominated means strictly, by a pure or mixed
    action. Every equilibrium of the game is, up to how the chance of a merged move is shared, one
    of the smaller game, and conversely.

    Raises
    ------
    SolverError
        If a linear programme of ``solve_iterated_dominance`` is too large.

    References
    ----------
    Luce and Raiffa (1957), "Games and Decisions", section 5.7. Kohlberg and Mertens (1986), "On the
    strategic stability of equilibria", Econometrica 54, section 2, for equivalent moves.

    Examples
    --------
    >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1], [5, 1]], [[3, 5], [0, 1], [0, 1]])
    >>> reduce_game(dilemma).classes
    (((1, 2),), ((1,),))
    """
    classes: Classes = tuple(tuple((a,) for a in range(count)) for count in game.num_actions)
    reduced = game
    while True:
        before = reduced.num_actions
        reduced, classes = _merged(reduced, classes)
        left = solve_iterated_dominance(reduced).remaining
        classes = tuple(
            tuple(own[action] for action in kept.tolist())
            for own, kept in zip(classes, left, strict=True)
        )
        reduced = _kept(reduced, [kept.tolist() for kept in left])
        if reduced.num_actions == before:
            return Reduction(game, reduced, classes)


def merge_equal(game: NormalFormGame) -> Reduction:
    """Merge moves that pay everybody the same whatever the others do, and drop none.

    >>> merge_equal(NormalFormGame.from_bimatrix([[1, 1, 0]], [[2, 2, 0]])).classes
    (((0,),), ((0, 1), (2,)))
    """
    classes: Classes = tuple(tuple((a,) for a in range(count)) for count in game.num_actions)
    return Reduction(game, *_merged(game, classes))


def shared(mixed: FloatArray, classes: Sequence[Sequence[int]], count: int) -> FloatArray:
    """Return chances of ``count`` moves in which the members of each class have equal shares.

    >>> shared(np.array([0.5, 0.5]), ((0, 2), (3,)), 4)
    array([0.25, 0.  , 0.25, 0.5 ])
    """
    chances = np.zeros(count)
    for chance, members in zip(mixed, classes, strict=True):
        chances[list(members)] = chance / len(members)
    return chances


def by_outcome(solution: Solution, outcome_of: ArrayLike) -> tuple[OutcomeGroup, ...]:
    """Group the equilibria of a solution by the chances of outcomes to which they lead.

    Parameters
    ----------
    solution
        Of a game with ``num_actions`` actions.
    outcome_of
        The outcome of every profile of pure actions, as whole numbers from 0, of shape
        ``num_actions`` or (cells,) in C order, such as ``talks.event_of[state]``.

    Returns
    -------
    tuple of OutcomeGroup
        In the order in which the solution lists the first of each. Chances are the same if none
        differs by more than ``SAME_PROFILE``.

    Raises
    ------
    GameError
        If there is not one whole number, at least 0, per profile.

    Examples
    --------
    Two must consent; each may also refuse in vain.

    >>> from negsim.theory.oneshot.pure import solve_pure
    >>> game = NormalFormGame.from_bimatrix([[1, 0], [0, 0], [0, 0]], [[1, 0], [0, 0], [0, 0]])
    >>> groups = by_outcome(solve_pure(game), [[1, 0], [0, 0], [0, 0]])
    >>> [(group.outcomes, group.members) for group in groups]
    [({1: 1.0}, (0,)), ({0: 1.0}, (1, 2))]
    """
    outcomes = _checked_outcomes(solution.game, outcome_of).reshape(solution.game.num_actions)
    found: list[tuple[dict[int, float], list[int]]] = []
    for place, equilibrium in enumerate(solution.equilibria):
        chances = _outcome_chances(equilibrium.profile, outcomes)
        for other, members in found:
            if _same_chances(chances, other):
                members.append(place)
                break
        else:
            found.append((chances, [place]))
    return tuple(OutcomeGroup(chances, tuple(members)) for chances, members in found)


def _merged(game: NormalFormGame, classes: Classes) -> tuple[NormalFormGame, Classes]:
    """Merge equal moves, player after player."""
    for player in range(game.num_players):
        rows = np.moveaxis(game.payoffs, player + 1, 0).reshape(game.num_actions[player], -1)
        first_of: dict[bytes, int] = {}
        members: list[tuple[int, ...]] = []
        kept: list[int] = []
        for action, row in enumerate(rows + 0.0):
            place = first_of.setdefault(row.tobytes(), len(kept))
            if place == len(kept):
                kept.append(action)
                members.append(())
            members[place] += classes[player][action]
        everything = [list(range(count)) for count in game.num_actions]
        everything[player] = kept
        game = _kept(game, everything)
        merged = tuple(tuple(sorted(own)) for own in members)
        classes = (*classes[:player], merged, *classes[player + 1 :])
    return game, classes


def _kept(game: NormalFormGame, kept: Sequence[Sequence[int]]) -> NormalFormGame:
    cells = np.ix_(np.arange(game.num_players), *map(np.array, kept))
    names = (tuple(own[a] for a in left) for own, left in zip(game.actions, kept, strict=True))
    return NormalFormGame(game.payoffs[cells], game.players, tuple(names))


def _outcome_chances(profile: Profile, outcomes: IntArray) -> dict[int, float]:
    """Return the chance of each outcome to which the actions played lead, in their order."""
    played = [np.flatnonzero(mixed) for mixed in profile]
    joint = np.ones(())
    for mixed, own in zip(profile, played, strict=True):
        joint = np.multiply.outer(joint, mixed[own])
    reached, places = np.unique(outcomes[np.ix_(*played)].ravel(), return_inverse=True)
    totals = np.bincount(places, weights=joint.ravel())
    return dict(zip(reached.tolist(), totals.tolist(), strict=True))


def _same_chances(one: dict[int, float], two: dict[int, float]) -> bool:
    return all(
        abs(one.get(outcome, 0.0) - two.get(outcome, 0.0)) <= SAME_PROFILE
        for outcome in one.keys() | two.keys()
    )


def _checked_outcomes(game: NormalFormGame, outcome_of: ArrayLike) -> IntArray:
    outcomes = np.asarray(outcome_of)
    cells = int(np.prod(game.num_actions))
    fits = outcomes.shape in (game.num_actions, (cells,))
    if not (fits and np.issubdtype(outcomes.dtype, np.integer) and (outcomes >= 0).all()):
        raise GameError(
            f"outcome_of: expected one whole number, at least 0, for each of {cells} profiles, got "
            f"shape {outcomes.shape} of {outcomes.dtype}"
        )
    return outcomes.astype(np.int64)
