"""What a solver returns: equilibria that carry their regret, and how far the list can be trusted.

An ``Equilibrium`` is made by ``certify``, which lets the game judge the profile and refuses it
above tolerance. A ``Solution`` says whether the list is complete, and what was dropped and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, FloatArray, frozen
from negsim.theory.normal_form.components import Component
from negsim.theory.normal_form.game import NormalFormGame, Profile, ProfileLike
from negsim.theory.normal_form.marks import has_ties, marks
from negsim.theory.normal_form.undecided import UndecidedBox
from negsim.theory.written import Written

SAME_PROFILE = 1e-7
"""Profiles of which no chance differs by more than this are one equilibrium."""


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium(Written):
    """A profile with its payoffs and the regret that the game finds in it.

    ``profile`` holds one mixed action per player; ``payoffs`` and ``regret`` have shape
    (num_players,) and are in payoff units; ``marks`` are explained in
    ``negsim.theory.normal_form.marks``.
    """

    profile: Profile
    payoffs: FloatArray
    regret: FloatArray
    marks: tuple[str, ...]
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium in the words of the game; actions played with chance 0 left out.

        Examples
        --------
        >>> game = NormalFormGame.from_bimatrix([[1, 0]], [[2, 3]], players=["A", "B"])
        >>> describe(game, ([1], [0, 1])).to_dict()["profile"]
        {'A': {'1': 1.0}, 'B': {'2': 1.0}}
        """
        profile = {
            player: {
                action: float(chance)
                for action, chance in zip(own, mixed, strict=True)
                if chance > 0
            }
            for player, own, mixed in zip(self.players, self.actions, self.profile, strict=True)
        }
        return {
            "profile": profile,
            "payoffs": dict(zip(self.players, self.payoffs.tolist(), strict=True)),
            "regret": dict(zip(self.players, self.regret.tolist(), strict=True)),
            "marks": list(self.marks),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Solution(Written):
    """What one solver found in one game.

    ``complete``: the list is known to hold all that the solver looks for. ``degenerate``: a tie at
    an equilibrium, so that equilibria may form a continuum. ``message``: the status in words.
    ``dropped``: candidates refused, and why. ``residual``: for a quantal response, how far the
    profile is from its own response, as a chance; None otherwise. ``components``: for two players,
    which extreme equilibria hang together in one set of equilibria. ``undecided``: where the solver
    cannot tell whether there are more.
    """

    game: NormalFormGame
    method: str
    equilibria: tuple[Equilibrium, ...]
    complete: bool
    degenerate: bool
    message: str
    dropped: tuple[str, ...] = ()
    residual: float | None = None
    components: tuple[Component, ...] = ()
    undecided: tuple[UndecidedBox, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the solution in the words of the game, ready for JSON.

        Examples
        --------
        >>> game = NormalFormGame.from_bimatrix([[1, 0]], [[2, 3]])
        >>> Solution(game, "pure", (), True, False, "none").to_dict()["complete"]
        True
        """
        return {
            "method": self.method,
            "players": list(self.game.players),
            "actions": [list(own) for own in self.game.actions],
            "equilibria": [equilibrium.to_dict() for equilibrium in self.equilibria],
            "complete": self.complete,
            "degenerate": self.degenerate,
            "message": self.message,
            "dropped": list(self.dropped),
            "residual": self.residual,
            "components": [component.to_dict() for component in self.components],
            "undecided": [box.to_dict() for box in self.undecided],
        }

    def _repr_html_(self) -> str:
        from negsim.html import solution_html

        return solution_html(self.to_dict())


def describe(
    game: NormalFormGame, profile: ProfileLike, extra_marks: tuple[str, ...] | None = None
) -> Equilibrium:
    """Return any profile with its payoffs, regret and marks, whether or not the regret is small.

    Raises
    ------
    ProfileError
        If the profile does not fit the game.

    Examples
    --------
    >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> describe(dilemma, ([1, 0], [1, 0]), ("a try",)).regret
    array([2., 2.])
    """
    checked = game.as_profile(profile)
    words = marks(game, checked) if extra_marks is None else extra_marks
    payoffs, regret = frozen(game.payoff(checked)), frozen(game.regret(checked))
    return Equilibrium(checked, payoffs, regret, words, game.players, game.actions)


def certify(
    game: NormalFormGame, profile: ProfileLike, tolerance: float | None = None
) -> Equilibrium | None:
    """Return the profile as an equilibrium, or None if somebody's regret is too large.

    Too large is more than the game's ``regret_limit``: nothing against pure actions, otherwise
    ``REGRET_TOLERANCE`` times the payoff differences that the profile and the player's deviations
    can reach. A ``tolerance`` of one's own holds in either case.

    Raises
    ------
    ProfileError
        If the profile does not fit the game.

    Examples
    --------
    >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> certify(dilemma, ([1, 0], [1, 0])) is None
    True
    >>> certify(dilemma, ([0, 1], [0, 1])).marks
    ('pure', 'strict')
    """
    if (game.regret(profile) > game.regret_limit(profile, tolerance)).any():
        return None
    return describe(game, profile)


def cleaned(profile: Iterable[FloatArray]) -> Profile:
    """Return the profile without chances below ``CHANCE_TOLERANCE``, summing to 1 again.

    >>> cleaned([np.array([1.0, -1e-17])])
    (array([1., 0.]),)
    """
    kept = (np.where(mixed > CHANCE_TOLERANCE, mixed, 0.0) for mixed in profile)
    return tuple(frozen(mixed / mixed.sum()) for mixed in kept)


def distinct(equilibria: Iterable[Equilibrium]) -> tuple[Equilibrium, ...]:
    """Return the equilibria without repetitions, first actions first; see ``SAME_PROFILE``."""
    found: list[Equilibrium] = []
    flat: list[FloatArray] = []
    for equilibrium in equilibria:
        chances = np.concatenate(equilibrium.profile)
        if all(np.abs(chances - other).max() > SAME_PROFILE for other in flat):
            found.append(equilibrium)
            flat.append(chances)
    order = sorted(range(len(found)), key=lambda index: tuple(-flat[index]))
    return tuple(found[index] for index in order)


def any_ties(equilibria: Iterable[Equilibrium], game: NormalFormGame) -> bool:
    """Tell whether some equilibrium has a tie that can make equilibria a continuum."""
    return any(has_ties(game, equilibrium.profile) for equilibrium in equilibria)
