"""From a tree to a game in normal form and back: pure plans, exact payoffs, behaviours from mixes.

A pure plan says what a player does at each information set that its own moves leave open. Mixed
actions over plans and behaviours are two ways to say the same for players who forget nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from negsim.errors import GameError, ProfileError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.trees.game import Chance, End, ExtensiveGame, Move
from negsim.theory.trees.sequences import (
    Behaviour,
    SequenceForm,
    Weight,
    as_behaviour,
    sequence_form,
    too_many_plans,
)

PurePlan: TypeAlias = dict[int, int]
"""The action at each information set that the plan itself does not exclude."""

MOST_PLANS = 5_000
"""A player with more pure plans is refused."""

MOST_CELLS = 300_000
"""And so is a game in which the payoffs of all combinations of plans are more numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class StrategicForm:
    """A tree as a game in normal form.

    ``plans[player][action]`` is the plan that an action of ``game`` stands for; ``exact`` holds the
    payoffs as fractions, with the axes of ``game.payoffs``, which rounds them.
    """

    tree: ExtensiveGame
    plans: tuple[tuple[PurePlan, ...], ...]
    exact: npt.NDArray[np.object_]
    game: NormalFormGame

    def behaviour(self, profile: Sequence[Iterable[Weight]]) -> Behaviour:
        """Return the behaviours that mixed actions over plans amount to.

        Where a player's own plans exclude an information set, a best reply to the others' is
        played.

        Raises
        ------
        GameError
            If a player forgets something: then no behaviour may amount to a mixed action.
        ProfileError
            If there is not one mixed action of the right length per player.

        References
        ----------
        Kuhn (1953), "Extensive games and the problem of information", theorem 4.

        Examples
        --------
        >>> from negsim.theory.trees.game import Turn
        >>> late = Turn("one", {"left": [2], "right": [3]})
        >>> tree = ExtensiveGame.from_tree(["one"], Turn("one", {"out": [0], "in": late}))
        >>> form = strategic_form(tree)
        >>> form.game.actions
        (('out', 'in / left', 'in / right'),)
        >>> form.behaviour([[0.5, 0.125, 0.375]])
        ((0.5, 0.5), (0.25, 0.75))
        """
        form = sequence_form(self.tree)
        mixed = [tuple(own) for own in profile]
        if [len(own) for own in mixed] != [len(own) for own in self.plans]:
            raise ProfileError(
                f"profile: expected one mixed action over {[len(own) for own in self.plans]} plans"
            )
        plans = [self._weights(form, player, own) for player, own in enumerate(mixed)]
        found: dict[int, tuple[Weight, ...]] = {}
        for player, own in enumerate(form.sequences):
            otherwise = own.best(form.gains(plans, player))[1]
            found.update(own.mixed(plans[player], otherwise))
        return as_behaviour(self.tree, (found[place] for place in range(len(found))))

    def _weights(self, form: SequenceForm, player: int, mixed: Sequence[Weight]) -> list[Weight]:
        """Return the chance that the plan drawn allows each sequence."""
        own = form.sequences[player]
        totals: list[Weight] = [Fraction(0)] * len(own.parent)
        for plan, chance in zip(self.plans[player], mixed, strict=True):
            for number in own.allowed(plan) if chance else ():
                totals[number] += chance
        return totals


def strategic_form(tree: ExtensiveGame, reduced: bool = True) -> StrategicForm:
    """Return a tree as a game in normal form, with the plans that its actions stand for.

    Parameters
    ----------
    reduced
        Whether plans that differ only where the player's own moves exclude are one. Players who
        forget something have all combinations of actions as their plans.

    Raises
    ------
    GameError
        If a player has more than ``MOST_PLANS`` plans, or the payoffs are more than ``MOST_CELLS``
        numbers.

    References
    ----------
    Kuhn (1953), section 4. von Stengel (2002), section 4.1, for reduced plans.

    Examples
    --------
    >>> from negsim.theory.trees.game import Turn
    >>> late = Turn("one", {"left": [2], "right": [3]})
    >>> tree = ExtensiveGame.from_tree(["one"], Turn("one", {"out": [0], "in": late}))
    >>> strategic_form(tree, reduced=False).game.payoffs
    array([[0., 0., 2., 3.]])
    """
    if fault := plans_fault(tree, reduced):
        raise GameError(fault)
    if reduced and tree.perfect_recall:
        form = sequence_form(tree)
        plans = tuple(tuple(own.pure_plans(MOST_PLANS)) for own in form.sequences)
    else:
        plans = tuple(tuple(_all_plans(tree, player)) for player in range(tree.num_players))
    exact = _exact_payoffs(tree, plans)
    names = tuple(tuple(_plan_names(tree, own)) for own in plans)
    game = NormalFormGame(exact.astype(np.float64), tree.players, names)
    return StrategicForm(tree, plans, exact, game)


def plans_fault(tree: ExtensiveGame, reduced: bool = True) -> str:
    """Return why the plans of a tree are too many for a normal form, or nothing.

    >>> from negsim.theory.trees.game import Turn
    >>> plans_fault(ExtensiveGame.from_tree(["one"], Turn("one", {"out": [0], "in": [1]})))
    ''
    """
    if reduced and tree.perfect_recall:
        counts = [own.num_plans() for own in sequence_form(tree).sequences]
    else:
        counts = [
            math.prod(count for _, count in _own_sets(tree, player))
            for player in range(tree.num_players)
        ]
    if max(counts) > MOST_PLANS:
        return str(too_many_plans(MOST_PLANS))
    if math.prod(counts) * len(counts) > MOST_CELLS:
        return (
            f"the plans make {' x '.join(map(str, counts))} combinations, expected at most "
            f"{MOST_CELLS // len(counts)}"
        )
    return ""


def _own_sets(tree: ExtensiveGame, player: int) -> list[tuple[int, int]]:
    """Return the information sets of a player, each with the number of its actions."""
    return [
        (place, len(information.actions))
        for place, information in enumerate(tree.information_sets)
        if information.player == player
    ]


def _all_plans(tree: ExtensiveGame, player: int) -> list[PurePlan]:
    own = _own_sets(tree, player)
    places = [place for place, _ in own]
    combinations = itertools.product(*(range(count) for _, count in own))
    return [dict(zip(places, actions, strict=True)) for actions in combinations]


def _exact_payoffs(
    tree: ExtensiveGame, plans: tuple[tuple[PurePlan, ...], ...]
) -> npt.NDArray[np.object_]:
    """Return payoffs of every combination of plans: each end adds to the plans that allow it."""
    counts = tuple(len(own) for own in plans)
    payoffs = np.full((len(counts), *counts), Fraction(0), dtype=object)
    for chance, actions, end in _ways(tree):
        allowed = [
            [
                number
                for number, plan in enumerate(plans[player])
                if all(plan.get(place, -1) == action for place, action in own)
            ]
            for player, own in enumerate(actions)
        ]
        if chance and all(allowed):
            cells = np.ix_(*allowed)
            for player, payoff in enumerate(end.payoffs):
                payoffs[player][cells] += chance * payoff
    return payoffs


def _ways(tree: ExtensiveGame) -> Iterable[tuple[Fraction, list[list[tuple[int, int]]], End]]:
    """Yield every end with the chance of the lotteries and each player's actions on the way."""
    for index, node in enumerate(tree.nodes):
        if not isinstance(node, End):
            continue
        chance = Fraction(1)
        actions: list[list[tuple[int, int]]] = [[] for _ in tree.players]
        child, parent = index, tree.parents[index]
        while parent >= 0:
            above, branch = tree.nodes[parent], tree.children[parent].index(child)
            if isinstance(above, Chance):
                chance *= above.chances[branch]
            elif isinstance(above, Move):
                player = tree.information_sets[above.information].player
                actions[player].append((above.information, branch))
            child, parent = parent, tree.parents[parent]
        yield chance, actions, node


def _plan_names(tree: ExtensiveGame, plans: Sequence[PurePlan]) -> list[str]:
    """Return the actions of each plan, with their information sets where that is needed."""
    short = [" / ".join(_actions(tree, plan)) or "(no move)" for plan in plans]
    if len(set(short)) == len(short):
        return short
    return [" / ".join(_told_actions(tree, plan)) for plan in plans]


def _actions(tree: ExtensiveGame, plan: PurePlan) -> list[str]:
    return [tree.information_sets[place].actions[action] for place, action in sorted(plan.items())]


def _told_actions(tree: ExtensiveGame, plan: PurePlan) -> list[str]:
    names = [tree.information_sets[place].name for place in sorted(plan)]
    return [f"{name}: {action}" for name, action in zip(names, _actions(tree, plan), strict=True)]
