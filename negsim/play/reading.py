"""How a strategy that has never seen a scenario reads it: from ends, payoffs and roles alone.

Everything is said about player i in a state s at a node: what the groups before i did this round
is *seen* and known, and the others' moves that are left are *unseen*. Nothing is read from names,
labels or the order of moves in a list.

- *Package*: an event after which an agreement follows for certain and in which a joint option that
  needs i's consent is in effect. Its value is i's expected payoff of that round, ends included.
- *Expected package* of a move: the mean value of the packages that it completes, over the unseen
  moves with which it completes one; plus infinity if it never completes any.
- *Walking away*: i refuses every joint option, so do all whom i has not seen, and the round is the
  last; the best such move of i, the mean over such moves of the unseen.
- *Gain* of a state: the most by which a package exceeds walking away at the node from which it is
  completed, 0 if none does. It belongs to the state, for an aspiration is older than the round:
  otherwise a last mover would take whatever is on the table for all there is to gain.
- *Openness* of a move: the mean number of joint options in effect that need i's consent, over the
  unseen moves. It is 0 for a player without joint options, who goes by side values.
- *Side value* of a move: the mean payoff of the round over the refusing moves of the unseen.
- *Harmful* move: over the unseen moves with which it puts a joint option that needs i's consent in
  effect without concluding, the round pays i less on average than i's best refusal would have.
- *Kindness* of i's move to j: the mean over all others' moves of j's payoff of a last round,
  scaled to 0..1 between i's least kind and kindest move in that state, 0.5 if all are alike. A
  move is kind if it gives j at least the midpoint, as in the equitable payoff of Rabin (1993),
  "Incorporating fairness into game theory and economics", American Economic Review 83(5). It has
  no nodes: it judges a move that has been made, not what came of it.
- *Opponents* of i: the others with whom i shares a joint option, mediators left out; if there are
  none, all others who are not mediators; if there are none either, all others.
- *Aspiration move* at a level: among the moves that refuse everything and those whose expected
  package is worth the level and which are not harmful, the most open; of these, those of the
  largest side value; of these, the most open had nothing been seen; equal chances on what is left.

A consent that can no longer complete what it consents to is judged as if nothing had been seen:
where expected packages and harm find no unseen move to average over, they average over all the
others' moves. So a player who moves after a refusal still says what it would agree to.

Means over the others' moves give each move the same weight, by Laplace's principle of insufficient
reason. The least value of a package, as a cautious player would take it, is no measure here: if
some third party has a side option that spoils every package, and moves later or at once, then the
worst that can happen is worse than walking away, and every rule would refuse everything.

Values that differ by less than ``TIE_TOLERANCE`` of the player's largest payoff in the state are a
tie.
"""

from __future__ import annotations

import math
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


NEGLIGIBLE = 1e-6
"""Weight below which what is left of endless talks is not played."""

LONGEST = 400
"""Most rounds of endless talks that are played."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One point of a game as a rule of thumb reads it (the module defines the words).

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
    def expected_package(self) -> tuple[FloatArray, ...]:
        """Return the mean value of the packages that each move completes, (S, V, M)."""
        found = []
        for player in range(len(self.passing)):
            package = self._cube(self.package[player], player)
            worth = np.where(package, self._cube(self.payoff[player], player), 0.0)
            found.append(frozen(node_means(worth.sum(axis=3), package.sum(axis=3))))
        return tuple(found)

    @cached_property
    def walk_away(self) -> tuple[FloatArray, ...]:
        """Return the value of walking away, (S, V)."""
        rows = []
        for player, passing in enumerate(self.passing):
            means = self._mean_if_unseen_pass(self.last_payoff[player], player)
            rows.append(frozen(means[:, :, passing].max(axis=2)))
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
        """Return the mean number of joint options in effect that need the player, (S, V, M)."""
        rows = self._joint[:, self.game.event_of].astype(float)
        return tuple(frozen(self._cube(row, i).mean(axis=3)) for i, row in enumerate(rows))

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
            payoff = self._cube(self.payoff[player], player)
            partial = self._cube(self._involved[player] & ~self._concludes, player)
            count = partial.sum(axis=3)
            own = node_means(np.where(partial, payoff, 0.0).sum(axis=3), count)
            refused = partial.astype(float) @ np.swapaxes(payoff[:, :, passing], 2, 3)
            refusing = node_means(refused, count[..., None]).max(axis=3)
            found.append(frozen(own < refusing - self._slack(player)[..., None]))
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

    def level(self, player: int, share: float) -> FloatArray:
        """Return walking away plus a share of the gain, (S, V), in payoff units."""
        return np.asarray(self.walk_away[player] + share * self.gain[player][:, None])

    def admissible(self, player: int, level: npt.ArrayLike) -> BoolArray:
        """Return the moves among which an aspiration move is sought, (..., S, V, M).

        ``level`` (..., S, V or 1) is in payoff units; infinite levels allow no package or any.
        """
        asked = np.asarray(level, dtype=float) - self._slack(player)
        worth = self.expected_package[player] >= asked[..., None]
        return np.asarray((worth & ~self.harmful[player]) | self.passing[player])

    def aspiration(self, player: int, level: npt.ArrayLike) -> FloatArray:
        """Return the aspiration move at a level (..., S, V or 1), mixed actions (..., S, V, M)."""
        return self.most_open(player, self.admissible(player, level))

    def most_open(self, player: int, allowed: BoolArray) -> FloatArray:
        """Return equal chances on the most open of the allowed moves, ties as for aspirations.

        ``allowed`` has shape (..., S, V, M), with some move allowed in every row.
        """
        joint = np.full(self.board.num_states, float(len(self.game.in_effect)))
        openness = self.openness[player]
        allowed = best_of(allowed, openness, joint)
        allowed = best_of(allowed, self.side_value[player], self.size[player])
        return uniform(best_of(allowed, openness.mean(axis=1, keepdims=True), joint))

    def _slack(self, player: int) -> FloatArray:
        """Return how far below a level a value may be and still reach it, (S, 1)."""
        return np.asarray(TIE_TOLERANCE * self.size[player][:, None])

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
        """Return a table (S, A) as (S, V, M, joint moves of the unseen)."""
        sizes = self.board
        seen = [int(k) for k in sizes.order if sizes.group_of[k] < sizes.group_of[player]]
        unseen = [k for k in range(len(sizes.moves)) if k != player and k not in seen]
        split = table.reshape(len(table), *sizes.moves)
        turned = split.transpose(0, *[1 + k for k in [*seen, player, *unseen]])
        return turned.reshape(len(table), sizes.nodes[player], sizes.moves[player], -1)

    def _mean_if_unseen_pass(self, table: FloatArray, player: int) -> FloatArray:
        """Return the mean of a table (S, A) over the refusing moves of the unseen, (S, V, M)."""
        sizes = self.board
        refuse = np.ones((1, sizes.num_profiles), dtype=bool)
        for other, passing in enumerate(self.passing):
            if other != player and sizes.group_of[other] >= sizes.group_of[player]:
                refuse &= passing[sizes.move_of[other]]
        chosen = self._cube(refuse, player)[0, 0, 0]
        return np.asarray(self._cube(table, player)[..., chosen].mean(axis=3))

    def _kindness(self, player: int, other: int) -> FloatArray:
        given = self._cube(self.last_payoff[other], player).mean(axis=(1, 3))
        least, most = given.min(axis=1, keepdims=True), given.max(axis=1, keepdims=True)
        alike = most - least <= TIE_TOLERANCE * self.size[other][:, None]
        return frozen(np.where(alike, 0.5, (given - least) / np.where(alike, 1.0, most - least)))


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

    Endless talks are played as if they had the number of rounds of :func:`lasting`.

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
    if game.endless:
        game = game.with_rounds(lasting(game, point))
    return read(game, point, conditional)


def lasting(game: StochasticGame, point: int) -> int:
    """Return the rounds after which endless talks weigh less than ``NEGLIGIBLE`` to everybody.

    A round weighs the discount times the largest chance of going on to it; at most ``LONGEST``.
    """
    going = float(game.chances[point].sum(axis=-1).max())
    weight = min(float(game.discount[point].max()) * going, 1.0)
    if weight <= 0.0:
        return 1
    rounds = LONGEST if weight >= 1.0 else math.ceil(math.log(NEGLIGIBLE) / math.log(weight))
    return max(1, min(rounds, LONGEST))
