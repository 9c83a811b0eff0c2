"""The sequence form: a player who forgets nothing is described by chances of whole sequences.

A *sequence* of a player is what it does on the way to a node: the empty one, or an action at an
information set after the one sequence that leads there. A behaviour (one mixed action per
information set) becomes a *plan*: one weight per sequence, the product of its chances. Payoffs are
linear in each player's plan, and the tree is no longer needed. Works on fractions and floats alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negsim.errors import GameError, ProfileError
from negsim.theory.trees.game import Chance, End, ExtensiveGame, Move, Payoffs

Weight: TypeAlias = Fraction | float
Plan: TypeAlias = Sequence[Weight]
"""One weight per sequence of a player."""
Behaviour: TypeAlias = tuple[tuple[Weight, ...], ...]
"""One mixed action per information set of the game, in the game's order."""

OF_PLANS = "try --method pure, which takes whole plans"
"""What can be asked of players who forget."""

SUMS_TO_ONE = 1e-9
"""Chances of a mixed action whose sum differs from 1 by more are refused."""


@dataclass(frozen=True, slots=True)
class Sequences:
    """The sequences of one player; number 0 is the empty one, parents come before children.

    ``parent``, ``information`` and ``action`` say of each sequence what it prolongs and by what
    (-1 for the empty one); ``first`` says of each own information set the number of the sequence
    that ends with its first action, those of the other actions follow it.
    """

    player: int
    parent: tuple[int, ...]
    information: tuple[int, ...]
    action: tuple[int, ...]
    first: dict[int, int]
    sizes: dict[int, int]

    def at(self, information: int) -> range:
        """Return the sequences that end with an action of an own information set."""
        return range(self.first[information], self.first[information] + self.sizes[information])

    def allowed(self, plan: dict[int, int]) -> list[int]:
        """Return the sequences that a pure plan plays if the others let it."""
        found = [0]
        for number in range(1, len(self.parent)):
            information = self.information[number]
            if plan.get(information, -1) == self.action[number] and self.parent[number] in found:
                found.append(number)
        return found

    def plan(self, behaviour: Behaviour) -> list[Weight]:
        """Return the weight of each sequence under a behaviour."""
        weights: list[Weight] = [Fraction(1)]
        for number in range(1, len(self.parent)):
            chance = behaviour[self.information[number]][self.action[number]]
            weights.append(weights[self.parent[number]] * chance)
        return weights

    def mixed(self, plan: Plan, otherwise: dict[int, int]) -> dict[int, tuple[Weight, ...]]:
        """Return the mixed action of each own information set that gives these weights.

        Where the player's own moves exclude an information set, nothing follows from the plan:
        the action ``otherwise`` (the first if it names none) is played there.

        References
        ----------
        Kuhn (1953), theorem 4.
        """
        found: dict[int, tuple[Weight, ...]] = {}
        for information in self.first:
            weights = [plan[number] for number in self.at(information)]
            total = sum(weights, Fraction(0))
            if total > 0:
                found[information] = tuple(weight / total for weight in weights)
            else:
                found[information] = _sure(len(weights), otherwise.get(information, 0))
        return found

    def best(self, gains: Sequence[Weight]) -> tuple[Weight, dict[int, int]]:
        """Return the most that a plan can earn, and the action to take at each information set.

        ``gains`` is what each sequence adds by itself; in ties the first action is taken.
        """
        values = list(gains)
        chosen: dict[int, int] = {}
        for information in reversed(self.first):
            here = self.at(information)
            best = max(here, key=lambda number: (values[number], -number))
            chosen[information] = self.action[best]
            values[self.parent[best]] += values[best]
        return values[0], chosen

    def num_plans(self) -> int:
        """Return how many reduced pure plans there are."""
        counts = [1] * len(self.parent)
        for information in reversed(self.first):
            here = self.at(information)
            counts[self.parent[here[0]]] *= sum(counts[number] for number in here)
        return counts[0]

    def pure_plans(self, most: int) -> list[dict[int, int]]:
        """Return every reduced pure plan: an action for each information set that it can reach.

        Raises
        ------
        GameError
            If there are more than ``most``.

        References
        ----------
        von Stengel (2002), "Computing equilibria for two-person games", section 4.1, for reduced
        plans.
        """
        plans: list[list[dict[int, int]]] = [[{}] for _ in self.parent]
        for information in reversed(self.first):
            here = self.at(information)
            taken = [
                {information: self.action[number], **plan}
                for number in here
                for plan in plans[number]
            ]
            before = self.parent[here[0]]
            if len(taken) * len(plans[before]) > most:
                raise too_many_plans(most)
            plans[before] = [{**one, **two} for two in taken for one in plans[before]]
        return sorted(plans[0], key=lambda plan: [plan.get(place, -1) for place in self.first])


@dataclass(frozen=True, slots=True)
class SequenceForm:
    """A game of players who forget nothing: their sequences, and what each way to an end pays.

    ``ends`` has the chance of the lotteries on the way, the sequence of each player, and payoffs.
    """

    game: ExtensiveGame
    sequences: tuple[Sequences, ...]
    ends: tuple[tuple[Fraction, tuple[int, ...], Payoffs], ...]

    def payoffs(self, behaviour: Behaviour) -> tuple[Weight, ...]:
        """Return what each player expects."""
        plans = [own.plan(behaviour) for own in self.sequences]
        totals: list[Weight] = [Fraction(0)] * len(plans)
        for chance, numbers, payoffs in self.ends:
            weight: Weight = chance
            for plan, number in zip(plans, numbers, strict=True):
                weight = weight * plan[number]
            if weight:
                totals = [
                    total + weight * payoff for total, payoff in zip(totals, payoffs, strict=True)
                ]
        return tuple(totals)

    def gains(self, plans: Sequence[Plan], player: int) -> list[Weight]:
        """Return what each sequence of a player adds by itself against the others' plans."""
        gains: list[Weight] = [Fraction(0)] * len(self.sequences[player].parent)
        for chance, numbers, payoffs in self.ends:
            weight: Weight = chance * payoffs[player]
            for other, number in enumerate(numbers):
                if weight and other != player:
                    weight = weight * plans[other][number]
            gains[numbers[player]] += weight
        return gains

    def regret(self, behaviour: Behaviour) -> tuple[Weight, ...]:
        """Return how much each player could gain by another plan, the others' given."""
        plans = [own.plan(behaviour) for own in self.sequences]
        found = []
        for player, own in enumerate(self.sequences):
            gains = self.gains(plans, player)
            earned = sum(
                (gain * weight for gain, weight in zip(gains, plans[player], strict=True)),
                Fraction(0),
            )
            found.append(max(own.best(gains)[0] - earned, Fraction(0)))
        return tuple(found)


def sequence_form(game: ExtensiveGame) -> SequenceForm:
    """Return the sequence form of a game.

    Raises
    ------
    GameError
        If a player forgets something.

    References
    ----------
    Koller, Megiddo and von Stengel (1996), "Efficient computation of equilibria for extensive
    two-person games", Games and Economic Behavior 14, section 3.

    Examples
    --------
    >>> from negsim.theory.trees.game import Turn
    >>> reply = Turn("incumbent", {"fight": (-1, -1), "yield": (1, 1)})
    >>> tree = Turn("entrant", {"out": (0, 2), "in": reply})
    >>> form = sequence_form(ExtensiveGame.from_tree(["entrant", "incumbent"], tree))
    >>> form.regret(((1, 0), (0, 1)))
    (Fraction(1, 1), Fraction(0, 1))
    """
    fault = game.recall_fault()
    if fault:
        raise GameError(f"{fault}: the sequence form takes games of perfect recall; {OF_PLANS}")
    own: list[list[tuple[int, int, int]]] = [[(-1, -1, -1)] for _ in game.players]
    first: list[dict[int, int]] = [{} for _ in game.players]
    sizes: list[dict[int, int]] = [{} for _ in game.players]
    at: list[tuple[int, ...]] = [(0,) * game.num_players] * len(game.nodes)
    chance = [Fraction(1)] * len(game.nodes)
    for index, node in enumerate(game.nodes):
        for branch, child in enumerate(game.children[index]):
            at[child], chance[child] = at[index], chance[index]
            if isinstance(node, Chance):
                chance[child] *= node.chances[branch]
        if isinstance(node, Move):
            _prolong(game, index, own, first, sizes, at)
    sequences = tuple(
        Sequences(player, *_columns(own[player]), first[player], sizes[player])
        for player in range(game.num_players)
    )
    ends = tuple(
        (chance[index], at[index], node.payoffs)
        for index, node in enumerate(game.nodes)
        if isinstance(node, End)
    )
    return SequenceForm(game, sequences, ends)


def as_behaviour(game: ExtensiveGame, behaviour: Iterable[Iterable[Weight]]) -> Behaviour:
    """Return the behaviour as tuples, checked against the game; floats are made to sum to 1.

    Raises
    ------
    ProfileError
        If there is not one mixed action of the right length per information set.

    Examples
    --------
    >>> from negsim.theory.trees.game import Turn
    >>> game = ExtensiveGame.from_tree(["one"], Turn("one", {"go": [1], "stay": [0]}))
    >>> as_behaviour(game, [[0.25, 0.75]])
    ((0.25, 0.75),)
    """
    checked = tuple(tuple(mixed) for mixed in behaviour)
    if len(checked) != len(game.information_sets):
        raise ProfileError(
            f"behaviour: expected {len(game.information_sets)} mixed actions, one per information "
            f"set, got {len(checked)}"
        )
    for information, mixed in zip(game.information_sets, checked, strict=True):
        if len(mixed) != len(information.actions):
            raise ProfileError(
                f'behaviour: expected {len(information.actions)} chances at "{information.name}", '
                f"got {len(mixed)}"
            )
        if (
            not all(chance >= 0 for chance in mixed)
            or not abs(float(sum(mixed)) - 1) <= SUMS_TO_ONE
        ):
            raise ProfileError(
                f'behaviour: expected chances that sum to 1 at "{information.name}", '
                f"got {', '.join(f'{float(chance):g}' for chance in mixed)}"
            )
    return checked


def too_many_plans(most: int) -> GameError:
    """Return the error for a player with too many pure plans."""
    return GameError(
        f"a player has more than {most} pure plans, too many for a game in normal form"
    )


def _prolong(
    game: ExtensiveGame,
    index: int,
    own: list[list[tuple[int, int, int]]],
    first: list[dict[int, int]],
    sizes: list[dict[int, int]],
    at: list[tuple[int, ...]],
) -> None:
    """Give each child of a move the mover's prolonged sequence, made at the first such node."""
    node = game.nodes[index]
    assert isinstance(node, Move)
    information = game.information_sets[node.information]
    player = information.player
    if node.information not in first[player]:
        first[player][node.information] = len(own[player])
        sizes[player][node.information] = len(information.actions)
        for action in range(len(information.actions)):
            own[player].append((at[index][player], node.information, action))
    start = first[player][node.information]
    for action, child in enumerate(game.children[index]):
        at[child] = (*at[index][:player], start + action, *at[index][player + 1 :])


def _columns(
    rows: list[tuple[int, int, int]],
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    parent, information, action = zip(*rows, strict=True)
    return parent, information, action


def _sure(count: int, action: int) -> tuple[Weight, ...]:
    return tuple(Fraction(place == action) for place in range(count))
