"""Tit for tat in exact numbers: what plans and single deviations lose, as polynomials of discount.

What was last seen of the two sides is the whole memory, so play is a chain of four states; sums of
discounted payoffs solve a linear system, and times its determinant they are polynomials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product

from negsim.errors import UsageError
from negsim.theory.numerics.exact import as_written
from negsim.theory.numerics.polynomial import Polynomial, interpolate, solve_exactly
from negsim.theory.repeated.game import RepeatedGame

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class AnsweredTruce:
    """Two sides that each answer what they last saw of the other.

    ``payoffs[player][row, column]`` in exact numbers; ``false_alarm`` and ``detection`` per side.
    A state says of whom a violation was last seen: 0 nobody, 1 the second side, 2 the first, 3
    both.
    """

    truce: Pair
    fallback: Pair
    counts: Pair
    payoffs: tuple[dict[Pair, Fraction], ...]
    false_alarm: Fraction
    detection: Fraction

    @classmethod
    def of(cls, game: RepeatedGame, truce: Sequence[int], fallback: Sequence[int]) -> AnsweredTruce:
        """Return the rule in a game.

        Raises
        ------
        UsageError
            If there are not two players, alarms do not say who, or the fallback shares an action
            with the truce.

        Examples
        --------
        >>> from negsim.theory.normal_form.game import NormalFormGame
        >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
        >>> rule = AnsweredTruce.of(RepeatedGame(dilemma, 0.9), (0, 0), (1, 1))
        >>> [rule.plays(state) for state in range(4)]
        [(0, 0), (1, 0), (0, 1), (1, 1)]
        """
        stage, seen = game.stage, game.monitoring
        if stage.num_players != 2:
            raise UsageError(f"tit_for_tat takes 2 players and this game has {stage.num_players}")
        if not (seen.perfect or seen.by_side):
            raise UsageError("tit_for_tat needs alarms by side: who violated must be seen")
        if any(own == other for own, other in zip(truce, fallback, strict=True)):
            raise UsageError(
                "tit_for_tat: expected a fallback that differs from the truce for both"
            )
        rows, columns = stage.num_actions
        payoffs = tuple(
            {cell: as_written(own[cell]) for cell in product(range(rows), range(columns))}
            for own in stage.payoffs
        )
        chances = as_written(seen.false_alarm), as_written(seen.detection)
        return cls(_pair(truce), _pair(fallback), (rows, columns), payoffs, *chances)

    def plays(self, state: int) -> Pair:
        """Return what the two play in a state."""
        first = self.fallback[0] if state % 2 else self.truce[0]
        second = self.fallback[1] if state // 2 else self.truce[1]
        return first, second

    def chances(self, actions: Pair) -> tuple[Fraction, ...]:
        """Return the chance of each next state after these actions."""
        first, second = (
            self.false_alarm if action == agreed else self.detection
            for action, agreed in zip(actions, self.truce, strict=True)
        )
        return (
            (1 - first) * (1 - second),
            (1 - first) * second,
            first * (1 - second),
            first * second,
        )

    def value(self, player: int, discount: float) -> float:
        """Return what the rule is worth from the start, as a payoff a round.

        Examples
        --------
        >>> from negsim.theory.normal_form.game import NormalFormGame
        >>> dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
        >>> AnsweredTruce.of(RepeatedGame(dilemma, 0.9), (0, 0), (1, 1)).value(0, 0.9)
        3.0
        """
        played = [self.plays(state) for state in range(4)]
        rate = as_written(discount)
        return float((1 - rate) * self._sums(player, played, rate)[1][0])

    def subgame_conditions(self, player: int) -> list[Polynomial]:
        """Return what each single deviation loses, after whatever was seen.

        Times a determinant that is positive below 1, so only signs have a meaning.
        """
        return [
            interpolate(partial(self._deviation_loss, player, state, action), 4)
            for state in range(4)
            for action in range(self.counts[player])
            if action != self.plays(state)[player]
        ]

    def nash_conditions(self, player: int) -> list[Polynomial]:
        """Return what each plan against the other's tit for tat loses, from the start.

        The other answers only what it last saw of the player, so a plan is one action for each of
        the two things that it can have seen. Times determinants, as ``subgame_conditions``.
        """
        actions = range(self.counts[player])
        return [
            interpolate(partial(self._plan_loss, player, (calm, accused)), 7)
            for calm in actions
            for accused in actions
        ]

    def _deviation_loss(self, player: int, state: int, action: int, discount: Fraction) -> Fraction:
        told = self.plays(state)
        instead = _with(told, player, action)
        played = [self.plays(state) for state in range(4)]
        determinant, sums = self._sums(player, played, discount)
        odds = zip(self.chances(told), self.chances(instead), strict=True)
        ahead = sum((here - there) * value for (here, there), value in zip(odds, sums, strict=True))
        now = self.payoffs[player][told] - self.payoffs[player][instead]
        return determinant * (now + discount * ahead)

    def _plan_loss(self, player: int, plan: Pair, discount: Fraction) -> Fraction:
        told = [self.plays(state) for state in range(4)]
        blamed = [state // 2 if player == 0 else state % 2 for state in range(4)]
        instead = [
            _with(actions, player, plan[blame]) for actions, blame in zip(told, blamed, strict=True)
        ]
        own, sums = self._sums(player, told, discount)
        other, planned = self._sums(player, instead, discount)
        return own * other * (sums[0] - planned[0])

    def _sums(
        self, player: int, played: Sequence[Pair], discount: Fraction
    ) -> tuple[Fraction, tuple[Fraction, ...]]:
        """Return the determinant and the discounted sums from each state if this is played."""
        matrix = [
            [
                Fraction(state == after) - discount * chance
                for after, chance in enumerate(self.chances(actions))
            ]
            for state, actions in enumerate(played)
        ]
        return solve_exactly(matrix, [self.payoffs[player][actions] for actions in played])


def _pair(actions: Sequence[int]) -> Pair:
    first, second = actions
    return first, second


def _with(actions: Pair, player: int, action: int) -> Pair:
    return (action, actions[1]) if player == 0 else (actions[0], action)
