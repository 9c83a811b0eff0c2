"""What solvers of trees return: behaviours that carry their regret, and how complete the list is.

A behaviour is one mixed action per information set. The regret of a player is what its best plan
against the others would add, judged by the sequence form of the tree: exactly zero where the
numbers are fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, REGRET_TOLERANCE, TIE_TOLERANCE, FloatArray, frozen
from negsim.theory.normal_form.game import CATASTROPHE_RATIO, typical_difference
from negsim.theory.trees.game import Chance, End, ExtensiveGame
from negsim.theory.trees.sequences import Behaviour, SequenceForm, Weight
from negsim.theory.written import Written

Beliefs: TypeAlias = tuple[tuple[Weight, ...], ...]
"""One chance per node of each information set, in the order of ``ExtensiveGame.members``."""


@dataclass(frozen=True, slots=True, eq=False)
class TreeEquilibrium(Written):
    """A behaviour with its payoffs, its regret and, for sequential equilibria, the beliefs.

    ``behaviour`` holds fractions where ``exact``; ``payoffs`` and ``regret`` have shape
    (num_players,) and are in payoff units.
    """

    game: ExtensiveGame
    behaviour: Behaviour
    payoffs: FloatArray
    regret: FloatArray
    marks: tuple[str, ...]
    beliefs: Beliefs | None = None

    @property
    def exact(self) -> bool:
        """Tell whether the behaviour is in fractions."""
        return all(isinstance(chance, Fraction) for mixed in self.behaviour for chance in mixed)

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium in the words of the game; actions with chance 0 left out.

        ``profile`` says of each player what it does where, ``behaviour`` the same by information
        set, ``fractions`` the chances as text if they are exact, ``beliefs`` where the mover thinks
        to be, by the actions that lead there, ``reached`` the sets at which somebody comes to move.
        """
        sets = self.game.information_sets
        told = [
            {
                action: chance
                for action, chance in zip(one.actions, mixed, strict=True)
                if chance > 0
            }
            for one, mixed in zip(sets, self.behaviour, strict=True)
        ]
        profile: dict[str, dict[str, float]] = {player: {} for player in self.game.players}
        for one, mixed in zip(sets, told, strict=True):
            for action, chance in mixed.items():
                profile[self.game.players[one.player]][f"{one.name}: {action}"] = float(chance)
        return {
            "profile": profile,
            "behaviour": {
                one.name: {action: float(chance) for action, chance in mixed.items()}
                for one, mixed in zip(sets, told, strict=True)
            },
            "fractions": {
                one.name: {action: str(chance) for action, chance in mixed.items()}
                for one, mixed in zip(sets, told, strict=True)
            }
            if self.exact
            else None,
            "beliefs": self._told_beliefs(),
            "reached": self._reached(),
            "payoffs": dict(zip(self.game.players, self.payoffs.tolist(), strict=True)),
            "regret": dict(zip(self.game.players, self.regret.tolist(), strict=True)),
            "marks": list(self.marks),
        }

    def _reached(self) -> list[str]:
        """Return the information sets that are reached with some chance, in the game's order."""
        possible = [True] * len(self.game.nodes)
        sets = set[int]()
        for index, node in enumerate(self.game.nodes):
            if isinstance(node, End):
                continue
            if isinstance(node, Chance):
                chances: Sequence[Weight] = node.chances
            else:
                chances = self.behaviour[node.information]
                sets |= {node.information} if possible[index] else set()
            for chance, child in zip(chances, self.game.children[index], strict=True):
                possible[child] = possible[index] and chance > 0
        return [one.name for place, one in enumerate(self.game.information_sets) if place in sets]

    def _told_beliefs(self) -> dict[str, dict[str, float]] | None:
        if self.beliefs is None:
            return None
        ways = self.game.histories()
        places = zip(self.game.information_sets, self.game.members(), self.beliefs, strict=True)
        return {
            one.name: {
                ", ".join(ways[node]) or "the start": float(chance)
                for node, chance in zip(members, chances, strict=True)
                if chance > 0
            }
            for one, members, chances in places
        }


@dataclass(frozen=True, slots=True, eq=False)
class TreeSolution(Written):
    """What one solver found in one tree.

    ``complete``: the list is known to hold all that the solver looks for. ``message``: the status
    in words. ``dropped``: candidates refused or undecided, and why.
    """

    game: ExtensiveGame
    method: str
    equilibria: tuple[TreeEquilibrium, ...]
    complete: bool
    message: str
    dropped: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the solution in the words of the game, ready for JSON."""
        return {
            "method": self.method,
            "players": list(self.game.players),
            "information_sets": [
                {
                    "name": one.name,
                    "player": self.game.players[one.player],
                    "actions": list(one.actions),
                    "nodes": len(members),
                }
                for one, members in zip(
                    self.game.information_sets, self.game.members(), strict=True
                )
            ],
            "equilibria": [equilibrium.to_dict() for equilibrium in self.equilibria],
            "complete": self.complete,
            "message": self.message,
            "dropped": list(self.dropped),
        }

    def _repr_html_(self) -> str:
        from negsim.html import solution_html

        return solution_html(self.to_dict())


def certify_behaviour(
    form: SequenceForm,
    behaviour: Behaviour,
    extra_marks: Iterable[str] = (),
    beliefs: Beliefs | None = None,
) -> TreeEquilibrium | None:
    """Return a behaviour as an equilibrium, or None if somebody's regret is too large.

    Too large: in fractions above zero; in floats above ``REGRET_TOLERANCE`` times the payoff
    differences that the player can reach against the others' behaviour (at most
    ``CATASTROPHE_RATIO`` times its typical payoff difference).

    Examples
    --------
    >>> from negsim.theory.trees.game import Turn
    >>> from negsim.theory.trees.sequences import sequence_form
    >>> form = sequence_form(ExtensiveGame.from_tree(["A"], Turn("A", {"up": [1], "down": [0]})))
    >>> certify_behaviour(form, ((0.5, 0.5),)) is None
    True
    >>> certify_behaviour(form, ((1, 0),)).marks
    ('pure',)
    """
    regret = form.regret(behaviour)
    limits = [regret_limit(form, behaviour, player) for player in range(len(regret))]
    if any(
        own > (0 if isinstance(own, Fraction) else limit)
        for own, limit in zip(regret, limits, strict=True)
    ):
        return None
    kinds = ("pure",) if is_pure(behaviour) else ()
    return TreeEquilibrium(
        form.game,
        behaviour,
        frozen(np.array([float(own) for own in form.payoffs(behaviour)])),
        frozen(np.array([float(own) for own in regret])),
        (*kinds, *extra_marks),
        beliefs,
    )


def is_pure(behaviour: Behaviour) -> bool:
    """Tell whether every information set has an action that is sure to be taken.

    >>> is_pure(((1, 0), (0.5, 0.5)))
    False
    """
    return all(max(mixed) >= 1 - CHANCE_TOLERANCE for mixed in behaviour)


def regret_limit(form: SequenceForm, behaviour: Behaviour, player: int) -> float:
    """Return the largest regret of a player that still counts as none, in payoff units."""
    plans = [own.plan(behaviour) for own in form.sequences]
    everything = np.array([float(payoffs[player]) for _, _, payoffs in form.ends])
    reached = np.array(
        [
            bool(chance)
            and all(
                plans[other][number] > CHANCE_TOLERANCE
                for other, number in enumerate(numbers)
                if other != player
            )
            for chance, numbers, _ in form.ends
        ]
    )
    payoffs = everything[reached]
    if not payoffs.size:
        return 0.0
    scale = min(float(np.ptp(payoffs)), CATASTROPHE_RATIO * typical_difference(everything))
    return max(REGRET_TOLERANCE * scale, TIE_TOLERANCE * float(np.abs(payoffs).max()))


def words_of(count: int, kind: str, complete: bool) -> str:
    """Return "2 pure equilibria, all there are" and the like.

    >>> words_of(1, "pure ", True)
    '1 pure equilibrium, all there are'
    """
    noun = "equilibrium" if count == 1 else "equilibria"
    return f"{count} {kind}{noun}, {'all there are' if complete else 'not known to be all'}"
