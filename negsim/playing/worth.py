"""What moves and packages are worth to a player who only knows the rules of the game.

The words are defined in ``negsim.playing.reading``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from negsim.arrays import CHANCE_TOLERANCE, TIE_TOLERANCE, BoolArray, FloatArray, IntArray, frozen
from negsim.playing.observation import Board, board
from negsim.theory.stochastic.game import StochasticGame

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Worth:
    """One point of a game and what its payoffs say.

    Shapes use n players, S states, A profiles, and of the player in question V nodes and M moves.
    Properties that depend on the player's nodes or moves are tuples over players. Everything is
    computed when first asked for; cost: a few passes over n x S x A numbers, and as many again for
    each refusing move of a player.

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
        return self.by_profile(self.game.payoffs[self.point])

    @cached_property
    def last_payoff(self) -> FloatArray:
        """Return every profile's expected payoff of a last round, (n, S, A)."""
        return self.by_profile(self.game.last_payoffs[self.point])

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
    def concludes(self) -> BoolArray:
        """Return whether an agreement follows each profile for certain, (S, A)."""
        chance = self.game.agreement[self.point]
        states = np.arange(self.board.num_states)[:, None]
        return np.asarray(chance[states, self.game.event_of] > 1.0 - CHANCE_TOLERANCE)

    @cached_property
    def involved(self) -> BoolArray:
        """Return whether a joint option that needs each player is in effect, (n, S, A)."""
        return np.asarray((self._joint > 0)[:, self.game.event_of])

    @cached_property
    def settles(self) -> tuple[BoolArray, ...]:
        """Return whether each move settles, (S, V, M)."""
        alone: BoolArray = np.asarray(~self.game.coalitions.any(axis=0))
        found = []
        for player, passing in enumerate(self.passing):
            certain = self.cube(self.concludes, player).all(axis=3) & alone[player]
            choice = (passing & ~certain).any(axis=2, keepdims=True)
            found.append(frozen(certain & choice))
        return tuple(found)

    @cached_property
    def refuses(self) -> tuple[BoolArray, ...]:
        """Return whether each move refuses everything, (S, V, M)."""
        pairs = zip(self.passing, self.settles, strict=True)
        return tuple(frozen(passing & ~settles) for passing, settles in pairs)

    @cached_property
    def package(self) -> BoolArray:
        """Return whether each profile concludes a package of each player, (n, S, A)."""
        settled = np.stack([self.at_profiles(row, i) for i, row in enumerate(self.settles)])
        return frozen(self.concludes & (self.involved | settled))

    @cached_property
    def expected_package(self) -> tuple[FloatArray, ...]:
        """Return the mean value of the packages that each move completes, (S, V, M)."""
        found = []
        for player in range(len(self.passing)):
            package = self.cube(self.package[player], player)
            worth = np.where(package, self.cube(self.payoff[player], player), 0.0)
            found.append(frozen(node_means(worth.sum(axis=3), package.sum(axis=3))))
        return tuple(found)

    @cached_property
    def walk_away(self) -> tuple[FloatArray, ...]:
        """Return the value of walking away, (S, V)."""
        rows = []
        for player, refuses in enumerate(self.refuses):
            means = self._mean_if_unseen_pass(self.last_payoff[player], player)
            rows.append(frozen(np.where(refuses, means, -np.inf).max(axis=2)))
        return tuple(rows)

    @cached_property
    def gain(self) -> FloatArray:
        """Return the most by which a package exceeds walking away, (n, S)."""
        rows = []
        for player, away in enumerate(self.walk_away):
            more = self.payoff[player] - away[:, self.board.node_of[player]]
            rows.append(np.where(self.package[player], more, 0.0).max(axis=1))
        return frozen(np.maximum(np.stack(rows), 0.0))

    @cached_property
    def openness(self) -> tuple[FloatArray, ...]:
        """Return the mean number of options in effect that need the player, (S, V, M)."""
        rows = self._joint[:, self.game.event_of].astype(float)
        return tuple(
            frozen(self.cube(row, i).mean(axis=3) + self.settles[i]) for i, row in enumerate(rows)
        )

    @cached_property
    def side_value(self) -> tuple[FloatArray, ...]:
        """Return the mean payoff of the round while the unseen refuse everything, (S, V, M)."""
        rows = [self._mean_if_unseen_pass(row, i) for i, row in enumerate(self.payoff)]
        return tuple(frozen(row) for row in rows)

    @cached_property
    def harmful(self) -> tuple[BoolArray, ...]:
        """Return whether each move's limited options cost more than refusing, (S, V, M)."""
        found = []
        for player, passing in enumerate(self.passing):
            payoff = self.cube(self.payoff[player], player)
            partial = self.cube(self.involved[player] & ~self.concludes, player)
            count = partial.sum(axis=3)
            own = node_means(np.where(partial, payoff, 0.0).sum(axis=3), count)
            refused = partial.astype(float) @ np.swapaxes(payoff[:, :, passing], 2, 3)
            refusing = node_means(refused, count[..., None]).max(axis=3)
            found.append(frozen(own < refusing - self.slack(player)[..., None]))
        return tuple(found)

    def level(self, player: int, share: float) -> FloatArray:
        """Return walking away plus a share of the gain, (S, V), in payoff units."""
        return np.asarray(self.walk_away[player] + share * self.gain[player][:, None])

    def admissible(self, player: int, level: npt.ArrayLike) -> BoolArray:
        """Return the moves among which an aspiration move is sought, (..., S, V, M).

        ``level`` (..., S, V or 1) is in payoff units; infinite levels allow no package or any.
        """
        asked = np.asarray(level, dtype=float) - self.slack(player)
        worth = self.expected_package[player] >= asked[..., None]
        return np.asarray((worth & ~self.harmful[player]) | self.refuses[player])

    def aspiration(self, player: int, level: npt.ArrayLike) -> FloatArray:
        """Return the aspiration move at a level (..., S, V or 1), mixed actions (..., S, V, M)."""
        return self.most_open(player, self.admissible(player, level))

    def most_open(self, player: int, allowed: BoolArray) -> FloatArray:
        """Return equal chances on the most open of the allowed moves, ties as for aspirations.

        ``allowed`` has shape (..., S, V, M), with some move allowed in every row.
        """
        joint = np.full(self.board.num_states, float(len(self.game.in_effect) + 1))
        openness = self.openness[player]
        allowed = best_of(allowed, openness, joint)
        allowed = best_of(allowed, self.side_value[player], self.size[player])
        return uniform(best_of(allowed, openness.mean(axis=1, keepdims=True), joint))

    def slack(self, player: int) -> FloatArray:
        """Return how far below a level a value may be and still reach it, (S, 1)."""
        return np.asarray(TIE_TOLERANCE * self.size[player][:, None])

    def by_profile(self, values: FloatArray) -> FloatArray:
        """Return a table over events (..., S, O) as one over profiles (..., S, A)."""
        states = np.arange(self.board.num_states)[:, None]
        return frozen(values[..., states, self.game.event_of])

    def cube(self, table: npt.NDArray[Scalar], player: int) -> npt.NDArray[Scalar]:
        """Return a table (N, A) as (N, V, M, joint moves of the unseen)."""
        sizes = self.board
        seen = [int(k) for k in sizes.order if sizes.group_of[k] < sizes.group_of[player]]
        unseen = [k for k in range(len(sizes.moves)) if k != player and k not in seen]
        split = table.reshape(len(table), *sizes.moves)
        turned = split.transpose(0, *[1 + k for k in [*seen, player, *unseen]])
        return turned.reshape(len(table), sizes.nodes[player], sizes.moves[player], -1)

    def at_profiles(self, table: npt.NDArray[Scalar], player: int) -> npt.NDArray[Scalar]:
        """Return a table of a player's nodes and moves (S, V, M) at every profile, (S, A)."""
        found: npt.NDArray[Scalar] = table[
            :, self.board.node_of[player], self.board.move_of[player]
        ]
        return found

    @cached_property
    def _joint(self) -> IntArray:
        """Return the number of joint options in effect that need each player, (n, O)."""
        return self.game.coalitions.T.astype(np.int64) @ self.game.in_effect.astype(np.int64)

    def _mean_if_unseen_pass(self, table: FloatArray, player: int) -> FloatArray:
        """Return the mean of a table (S, A) over the passing moves of the unseen, (S, V, M)."""
        sizes = self.board
        refuse = np.ones((1, sizes.num_profiles), dtype=bool)
        for other, passing in enumerate(self.passing):
            if other != player and sizes.group_of[other] >= sizes.group_of[player]:
                refuse &= passing[sizes.move_of[other]]
        chosen = self.cube(refuse, player)[0, 0, 0]
        return np.asarray(self.cube(table, player)[..., chosen].mean(axis=3))


def uniform(allowed: BoolArray) -> FloatArray:
    """Return the mixed actions that put equal chances on the allowed moves of each row.

    >>> uniform(np.array([True, False, True]))
    array([0.5, 0. , 0.5])
    """
    return np.asarray(allowed / allowed.sum(axis=-1, keepdims=True), dtype=np.float64)


def best_of(allowed: BoolArray, values: FloatArray, size: FloatArray) -> BoolArray:
    """Return the allowed moves (..., S, V, M) of the largest value (S, V or 1, M), up to ties.

    ``size`` (S,) is how large the numbers behind the values are.

    >>> best_of(np.array([[[True, True, False]]]), np.array([[[1.0, 1.0, 2.0]]]), np.ones(1))
    array([[[ True,  True, False]]])
    """
    top = np.where(allowed, values, -np.inf).max(axis=-1, keepdims=True)
    return np.asarray(allowed & (values >= top - TIE_TOLERANCE * size[:, None, None]))


def node_means(total: FloatArray, count: IntArray) -> FloatArray:
    """Return ``total / count`` by node, (S, V, ...): where a node has none, over all nodes.

    Plus infinity where no node has any.

    >>> node_means(np.array([[6.0, 0.0]]), np.array([[2, 0]]))
    array([[3., 3.]])
    """
    none = count == 0
    total = np.where(none, total.sum(axis=1, keepdims=True), total)
    count = np.where(none, count.sum(axis=1, keepdims=True), count)
    return np.where(count > 0, total / np.maximum(count, 1), np.inf)
