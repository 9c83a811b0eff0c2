"""How a strategy that has never seen a scenario reads it: from ends, payoffs and roles alone.

Everything is said about player i in a state s, over all that the others could do, and never from
names, labels or the order of moves in a list:

- *Package*: an event after which an agreement follows for certain and in which a joint option that
  needs i's consent is in effect. Its value is i's expected payoff of that round, ends included.
- *Worst package* of a move: the least value of a package that the move can complete, plus infinity
  if it can complete none.
- *Walking away*: i refuses every joint option, all others do too, and the round is the last;
  the best such move of i, the mean over such moves of the others.
- *Best package*: the largest value of a package in the state, or walking away if that is more.
- *Openness* of a move: the mean number of joint options in effect that need i's consent, over all
  the others' moves. It is 0 for a player without joint options, who goes by side values.
- *Side value* of a move: the mean payoff of the round over the others' refusing moves.
- *Harmful* move: for some moves of the others it puts a joint option that needs i's consent in
  effect without concluding, and the round then pays i less than i's best refusal would have.
- *Kindness* of i's move to j: the mean over all others' moves of j's payoff of a last round,
  scaled to 0..1 between i's least kind and kindest move in that state, 0.5 if all are alike. A
  move is kind if it gives j at least the midpoint, as in the equitable payoff of Rabin (1993),
  "Incorporating fairness into game theory and economics", American Economic Review 83(5).
- *Opponents* of i: the others with whom i shares a joint option, mediators left out; if there are
  none, all others who are not mediators; if there are none either, all others.
- *Aspiration move* at a level: among the moves that refuse everything and those whose worst
  package is worth the level and which are not harmful, the most open; of these, those of the
  largest side value; equal chances on what is left.

Means over the others' moves give each move the same weight. Values that differ by less than
``TIE_TOLERANCE`` of the player's largest payoff in the state are a tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from negsim.arrays import CHANCE_TOLERANCE, TIE_TOLERANCE, BoolArray, FloatArray, IntArray, frozen
from negsim.errors import GameError
from negsim.games.stochastic import StochasticGame
from negsim.play.observation import Board, board
from negsim.play.strategy import uniform

if TYPE_CHECKING:
    from negsim.games.build import Compiled

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Reading:
    """One point of a game as a rule of thumb reads it (the module defines the words).

    Shapes use n players, S states, A profiles, M moves of the player in question. Properties that
    depend on the player's moves are tuples over players. Everything is computed when first asked
    for; cost: a few passes over n x S x A numbers.

    Attributes
    ----------
    conditional
        (n, largest M) whether a move holds a conditional consent.
    """

    game: StochasticGame
    point: int
    conditional: BoolArray

    @cached_property
    def board(self) -> Board:
        """Return the sizes and numberings."""
        return board(self.game, self.point)

    @cached_property
    def payoff(self) -> FloatArray:
        """Return every profile's expected payoff of a round that is not the last, (n, S, A)."""
        return self._by_profile(self.game.payoffs[self.point])

    @cached_property
    def last_payoff(self) -> FloatArray:
        """Return every profile's expected payoff of a last round, (n, S, A)."""
        return self._by_profile(self.game.last_payoffs[self.point])

    @cached_property
    def size(self) -> FloatArray:
        """Return the largest absolute payoff of each player in each state, (n, S)."""
        both = np.maximum(np.abs(self.payoff), np.abs(self.last_payoff))
        return frozen(both.max(axis=2))

    @cached_property
    def passing(self) -> tuple[BoolArray, ...]:
        """Return whether each move refuses every joint option, (M,)."""
        rows = self.game.passing
        return tuple(frozen(rows[i, :width]) for i, width in enumerate(self.board.moves))

    @cached_property
    def package(self) -> BoolArray:
        """Return whether each profile concludes a package of each player, (n, S, A)."""
        return frozen(self._concludes & self._involved)

    @cached_property
    def package_worst(self) -> tuple[FloatArray, ...]:
        """Return the least value of a package that each move can complete, (S, M)."""
        values = np.where(self.package, self.payoff, np.inf)
        return tuple(frozen(self._cube(row, i).min(axis=2)) for i, row in enumerate(values))

    @cached_property
    def walk_away(self) -> FloatArray:
        """Return the value of walking away, (n, S)."""
        rows = []
        for player, passing in enumerate(self.passing):
            means = self._mean_if_others_pass(self.last_payoff[player], player)
            rows.append(means[:, passing].max(axis=1))
        return frozen(np.stack(rows))

    @cached_property
    def package_best(self) -> FloatArray:
        """Return the largest value of a package or of walking away, (n, S)."""
        values = np.where(self.package, self.payoff, -np.inf).max(axis=2)
        return frozen(np.maximum(values, self.walk_away))

    @cached_property
    def openness(self) -> tuple[FloatArray, ...]:
        """Return the mean number of joint options in effect that need the player, (S, M)."""
        rows = self._joint[:, self.game.event_of].astype(float)
        return tuple(frozen(self._cube(row, i).mean(axis=2)) for i, row in enumerate(rows))

    @cached_property
    def side_value(self) -> tuple[FloatArray, ...]:
        """Return the mean payoff of the round while the others refuse everything, (S, M)."""
        rows = [self._mean_if_others_pass(row, i) for i, row in enumerate(self.payoff)]
        return tuple(frozen(row) for row in rows)

    @cached_property
    def harmful(self) -> tuple[BoolArray, ...]:
        """Return whether each move can leave the player worse off than refusing, (S, M)."""
        found = []
        for player, passing in enumerate(self.passing):
            payoff = self._cube(self.payoff[player], player)
            refusing = payoff[:, passing].max(axis=1, keepdims=True)
            worse = payoff < refusing - TIE_TOLERANCE * self.size[player, :, None, None]
            partial = self._cube(self._involved[player] & ~self._concludes, player)
            found.append(frozen((worse & partial).any(axis=2)))
        return tuple(found)

    @cached_property
    def kindness(self) -> tuple[tuple[FloatArray, ...], ...]:
        """Return ``kindness[i][j]``, (S, M): how kind each move of i is to j, in 0..1."""
        players = range(len(self.passing))
        return tuple(tuple(self._kindness(i, j) for j in players) for i in players)

    @cached_property
    def opponents(self) -> tuple[tuple[int, ...], ...]:
        """Return the opponents of each player."""
        coalitions, mediators = self.game.coalitions, self.game.mediators
        found = []
        for player in range(len(self.passing)):
            others = [j for j in range(len(self.passing)) if j != player]
            parties = [j for j in others if not mediators[j]]
            shared = np.asarray(coalitions[coalitions[:, player]].any(axis=0))
            found.append(tuple([j for j in parties if shared[j]] or parties or others))
        return tuple(found)

    def kind(self, player: int, other: int) -> BoolArray:
        """Return whether each move of a player is kind to another, (S, M)."""
        return np.asarray(self.kindness[player][other] >= 0.5 - TIE_TOLERANCE)

    def admissible(self, player: int, level: npt.ArrayLike) -> BoolArray:
        """Return the moves among which an aspiration move is sought, (..., S, M).

        ``level`` (..., S) is in payoff units; infinite levels allow no package or any.
        """
        level = np.asarray(level, dtype=float)
        slack = TIE_TOLERANCE * self.size[player]
        worth = self.package_worst[player] >= np.expand_dims(level - slack, -1)
        return np.asarray((worth & ~self.harmful[player]) | self.passing[player])

    def aspiration(self, player: int, level: npt.ArrayLike) -> FloatArray:
        """Return the aspiration move at a level (..., S) as mixed actions (..., S, M)."""
        return self.most_open(player, self.admissible(player, level))

    def most_open(self, player: int, allowed: BoolArray) -> FloatArray:
        """Return equal chances on the most open of the allowed moves, ties by side value.

        ``allowed`` has shape (..., S, M), with some move allowed in every row.
        """
        joint = np.full(self.board.num_states, float(len(self.game.in_effect)))
        allowed = best_of(allowed, self.openness[player], joint)
        return uniform(best_of(allowed, self.side_value[player], self.size[player]))

    def _by_profile(self, values: FloatArray) -> FloatArray:
        states = np.arange(self.board.num_states)[:, None]
        return frozen(values[:, states, self.game.event_of])

    @cached_property
    def _concludes(self) -> BoolArray:
        """Return whether an agreement follows each profile for certain, (S, A)."""
        chance = self.game.agreement[self.point]
        states = np.arange(self.board.num_states)[:, None]
        return np.asarray(chance[states, self.game.event_of] > 1.0 - CHANCE_TOLERANCE)

    @cached_property
    def _involved(self) -> BoolArray:
        """Return whether a joint option that needs each player is in effect, (n, S, A)."""
        return np.asarray((self._joint > 0)[:, self.game.event_of])

    @cached_property
    def _joint(self) -> IntArray:
        """Return the number of joint options in effect that need each player, (n, O)."""
        return self.game.coalitions.T.astype(np.int64) @ self.game.in_effect.astype(np.int64)

    def _cube(self, table: npt.NDArray[Scalar], player: int) -> npt.NDArray[Scalar]:
        """Return a table (S, A) as (S, M, joint moves of the others)."""
        split = table.reshape(len(table), *self.board.moves)
        return np.moveaxis(split, 1 + player, 1).reshape(len(table), self.board.moves[player], -1)

    def _mean_if_others_pass(self, table: FloatArray, player: int) -> FloatArray:
        """Return the mean of a table (S, A) over the others' refusing moves, (S, M)."""
        refuse = np.ones((1, self.board.num_profiles), dtype=bool)
        for other, passing in enumerate(self.passing):
            if other != player:
                refuse &= passing[self.board.move_of[other]]
        chosen = self._cube(refuse, player)[0, 0]
        return np.asarray(self._cube(table, player)[:, :, chosen].mean(axis=2))

    def _kindness(self, player: int, other: int) -> FloatArray:
        given = self._cube(self.last_payoff[other], player).mean(axis=2)
        least, most = given.min(axis=1, keepdims=True), given.max(axis=1, keepdims=True)
        alike = most - least <= TIE_TOLERANCE * self.size[other][:, None]
        return frozen(np.where(alike, 0.5, (given - least) / np.where(alike, 1.0, most - least)))


def best_of(allowed: BoolArray, values: FloatArray, size: FloatArray) -> BoolArray:
    """Return the allowed moves (..., S, M) of the largest value (S, M), up to ties.

    ``size`` (S,) is how large the numbers behind the values are.

    >>> best_of(np.array([[True, True, False]]), np.array([[1.0, 1.0, 2.0]]), np.ones(1))
    array([[ True,  True, False]])
    """
    top = np.where(allowed, values, -np.inf).max(axis=-1, keepdims=True)
    return np.asarray(allowed & (values >= top - TIE_TOLERANCE * size[:, None]))


def read(game: StochasticGame, point: int = 0, conditional: npt.ArrayLike | None = None) -> Reading:
    """Return the reading of one point of a game.

    Parameters
    ----------
    conditional
        (n, largest M) whether a move holds a conditional consent; none does if left out.

    Raises
    ------
    UsageError
        If the game has no such point.
    GameError
        If ``conditional`` has the wrong shape, or a player has no move that refuses every joint
        option, so that there is no walking away to measure offers by.
    """
    sizes = board(game, point)
    given = np.zeros(game.passing.shape, dtype=bool)
    if conditional is not None:
        given = np.array(conditional, dtype=bool)
    if given.shape != game.passing.shape:
        raise GameError(f"conditional has shape {given.shape}, expected {game.passing.shape}")
    for player, width in enumerate(sizes.moves):
        if not game.passing[player, :width].any():
            raise GameError(
                f'"{game.players[player]}" has no move that refuses every joint option; '
                "strategies measure offers by walking away and need one"
            )
    return Reading(game, point, frozen(given))


def reading(compiled: Compiled, game: StochasticGame, point: int = 0) -> Reading:
    """Return the reading of one point of a compiled scenario's talks.

    Raises
    ------
    UsageError
        If the game has no such point.
    GameError
        If a party has no move that refuses every joint option.
    """
    conditional = np.zeros(game.passing.shape, dtype=bool)
    for player, party in enumerate(compiled.moves.values()):
        for place, move in enumerate(party):
            conditional[player, place] = "if" in move.stances.values()
    return read(game, point, conditional)
