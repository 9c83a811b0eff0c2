"""What a move tells the others: how kind it is, what it answers, whom it presses, who holds out.

The words are defined in ``negsim.playing.reading``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from negsim.arrays import TIE_TOLERANCE, BoolArray, FloatArray, IntArray, frozen
from negsim.playing.worth import Worth, best_of, uniform

REFUSAL, LIMITED, CONDITIONAL, FULL = 0, 1, 2, 3
"""The answers, from the least to the fullest."""


@dataclass(frozen=True, eq=False)
class Conduct:
    """What the moves of one point of a game tell the others.

    Attributes
    ----------
    pressing
        (n, largest M, n) whether a move puts an option into effect that presses a player.
    accused
        (G,) the player whose option each signal is about.
    """

    worth: Worth
    pressing: BoolArray
    accused: IntArray

    @cached_property
    def kindness(self) -> tuple[tuple[FloatArray, ...], ...]:
        """Return ``kindness[i][j]``, (S, M): how kind each move of i is to j, in 0..1."""
        players = range(len(self.worth.passing))
        return tuple(tuple(self._kindness(i, j) for j in players) for i in players)

    @cached_property
    def opponents(self) -> tuple[tuple[int, ...], ...]:
        """Return the opponents of each player."""
        coalitions, mediators = self.worth.game.coalitions, self.worth.game.mediators
        found = []
        for player in range(len(self.worth.passing)):
            others = [j for j in range(len(self.worth.passing)) if j != player]
            others = [j for j in others if self.worth.game.movers[j]] or others
            parties = [j for j in others if not mediators[j]]
            shared = np.asarray(coalitions[coalitions[:, player]].any(axis=0))
            found.append(tuple([j for j in parties if shared[j]] or parties or others))
        return tuple(found)

    def kind(self, player: int, other: int) -> BoolArray:
        """Return whether each move of a player is kind to another, (S, M)."""
        return np.asarray(self.kindness[player][other] >= 0.5 - TIE_TOLERANCE)

    def unkind_to(self, player: int, others: tuple[int, ...]) -> BoolArray:
        """Return whether a move of some of the others is unkind to a player, (S, A)."""
        found = np.zeros((self.worth.board.num_states, self.worth.board.num_profiles), dtype=bool)
        for other in others:
            found |= ~self.kind(other, player)[:, self.worth.board.move_of[other]]
        return found

    @cached_property
    def kindest(self) -> tuple[FloatArray, ...]:
        """Return the mixed action that is kindest to all opponents together, (S, 1, M)."""
        return tuple(self._extreme(player, 1.0) for player in range(len(self.worth.passing)))

    @cached_property
    def harshest(self) -> tuple[FloatArray, ...]:
        """Return the mixed action that is least kind to all opponents together, (S, 1, M)."""
        return tuple(self._extreme(player, -1.0) for player in range(len(self.worth.passing)))

    @cached_property
    def provoked_now(self) -> tuple[BoolArray, ...]:
        """Return whether an opponent who moved before was unkind in this round, (S, V)."""
        found = []
        for player in range(len(self.worth.passing)):
            nodes = np.zeros(
                (self.worth.board.num_states, self.worth.board.nodes[player]), dtype=bool
            )
            unkind = self.unkind_to(player, self.opponents_before(player))
            nodes[:, self.worth.board.node_of[player]] = unkind
            found.append(frozen(nodes))
        return tuple(found)

    def opponents_before(self, player: int) -> tuple[int, ...]:
        """Return the opponents who move before a player in a round."""
        group = self.worth.board.group_of
        return tuple(j for j in self.opponents[player] if group[j] < group[player])

    def opponents_after(self, player: int) -> tuple[int, ...]:
        """Return the opponents who move at the same time as a player or after it."""
        group = self.worth.board.group_of
        return tuple(j for j in self.opponents[player] if group[j] >= group[player])

    @cached_property
    def rung(self) -> tuple[BoolArray, ...]:
        """Return whether each joint alarm accuses an opponent of each player, (alarms,)."""
        count = len(self.accused)
        rings = np.indices((2,) * count).reshape(count, 2**count) > 0
        return tuple(
            frozen(np.asarray(rings[np.isin(self.accused, opponents)].any(axis=0)))
            for opponents in self.opponents
        )

    def provoked(self, player: int) -> BoolArray:
        """Return whether a round provokes: an unkind move or an alarm, (S, A, alarms)."""
        unkind = self.unkind_to(player, self.opponents[player])
        return np.asarray(unkind[..., None] | self.rung[player])

    @cached_property
    def answers(self) -> tuple[IntArray, ...]:
        """Return the answer of each move, ``REFUSAL`` to ``FULL``, (S, M)."""
        return tuple(frozen(self._answers(player)) for player in range(len(self.worth.passing)))

    @cached_property
    def stalls(self) -> tuple[BoolArray, ...]:
        """Return whether each move answers less than the fullest in its state, (S, M)."""
        return tuple(frozen(row < row.max(axis=1, keepdims=True)) for row in self.answers)

    @cached_property
    def watched(self) -> tuple[tuple[int, ...], ...]:
        """Return the players whom each player watches."""
        declared: BoolArray = np.asarray(self.pressing.any(axis=1))
        return tuple(
            tuple(np.flatnonzero(declared[player]).tolist()) or self.opponents[player]
            for player in range(len(self.worth.passing))
        )

    def holdouts(self, player: int) -> IntArray:
        """Return which of the watched hold out, a number with one bit for each, (S, A)."""
        shape = (self.worth.board.num_states, self.worth.board.num_profiles)
        least = np.full(shape, FULL + 1)
        lagging = []
        for other in self.watched[player]:
            moves = self.worth.board.move_of[other]
            answer = np.where(self.stalls[other], self.answers[other], FULL + 1)[:, moves]
            lagging.append(answer)
            least = np.minimum(least, answer)
        found = np.zeros(shape, dtype=np.int64)
        for bit, answer in enumerate(lagging):
            found |= ((answer == least) & (answer <= FULL)).astype(np.int64) << bit
        return found

    def refused_by(self, player: int) -> BoolArray:
        """Return whether some of the watched refused although it had a fuller answer, (S, A)."""
        found = np.zeros((self.worth.board.num_states, self.worth.board.num_profiles), dtype=bool)
        for other in self.watched[player]:
            refusal = self.stalls[other] & (self.answers[other] == REFUSAL)
            found |= refusal[:, self.worth.board.move_of[other]]
        return found

    def presses(self, player: int) -> BoolArray:
        """Return whether each move presses each of the watched, (S, M, watched)."""
        watched, moves = list(self.watched[player]), self.worth.board.moves[player]
        declared = self.pressing[player, :moves]
        found = np.zeros((self.worth.board.num_states, moves, len(watched)), dtype=bool)
        waiting = self.worth.aspiration(player, self.worth.walk_away[player]).mean(axis=1)
        for place, other in enumerate(watched):
            kindness = self.kindness[player][other]
            usual = (waiting * kindness).sum(axis=1, keepdims=True)
            unkind = kindness < usual - TIE_TOLERANCE
            found[..., place] = declared[:, other] if declared.any() else unkind
        return found

    def pressed(self, player: int) -> BoolArray:
        """Return whether some move of a round presses a player, (S, A)."""
        found = np.zeros((self.worth.board.num_states, self.worth.board.num_profiles), dtype=bool)
        for other, watched in enumerate(self.watched):
            if other != player and player in watched:
                hits = self.presses(other)[..., watched.index(player)]
                found |= hits[:, self.worth.board.move_of[other]]
        return found

    @cached_property
    def press_moves(self) -> tuple[FloatArray, ...]:
        """Return how each player presses each set of the watched, (sets, S, V, M); set 0: nobody.

        Sets are numbered by their bits, as holdouts are.
        """
        acceptable = [self.worth.admissible(i, away) for i, away in enumerate(self.worth.walk_away)]
        return tuple(frozen(self._press_moves(i, row)) for i, row in enumerate(acceptable))

    @cached_property
    def lapse_moves(self) -> tuple[FloatArray, ...]:
        """Return the same while the player refuses everything, (sets, S, V, M)."""
        return tuple(frozen(self._press_moves(i, row)) for i, row in enumerate(self.worth.refuses))

    def _press_moves(self, player: int, acceptable: BoolArray) -> FloatArray:
        hits = self.presses(player)
        rows = []
        for number in range(1 << hits.shape[-1]):
            named = np.array([number >> bit & 1 for bit in range(hits.shape[-1])], dtype=bool)
            meant = hits[..., named].sum(axis=-1)
            allowed = meant == meant.max(axis=1, keepdims=True)
            beside = np.where(allowed, hits[..., ~named].sum(axis=-1), hits.shape[-1] + 1)
            allowed &= beside == beside.min(axis=1, keepdims=True)
            good = allowed[:, None] & acceptable
            some = good.any(axis=2, keepdims=True)
            rows.append(self.worth.most_open(player, np.where(some, good, allowed[:, None])))
        return np.stack(rows)

    def answering(self, player: int, allowed: BoolArray) -> FloatArray:
        """Return the cheapest of the allowed moves (S, M), mixed actions (S, V, M).

        Of the moves of the least answer among those allowed, those of the largest side value; where
        no move is allowed, the moves of the fullest answer.
        """
        answer = self.answers[player]
        allowed = np.where(
            allowed.any(axis=1, keepdims=True), allowed, answer == answer.max(axis=1, keepdims=True)
        )
        low = np.where(allowed, answer, FULL + 1)
        wide = (allowed & (low == low.min(axis=1, keepdims=True)))[:, None]
        shape = (len(answer), self.worth.board.nodes[player], self.worth.board.moves[player])
        wide = np.broadcast_to(wide, shape)
        return uniform(best_of(wide, self.worth.side_value[player], self.worth.size[player]))

    def _kindness(self, player: int, other: int) -> FloatArray:
        given = self._best_for(other, player)
        least, most = given.min(axis=1, keepdims=True), given.max(axis=1, keepdims=True)
        alike = most - least <= TIE_TOLERANCE * self.worth.size[other][:, None]
        return frozen(np.where(alike, 0.5, (given - least) / np.where(alike, 1.0, most - least)))

    def _best_for(self, other: int, player: int) -> FloatArray:
        """Return the best last payoff that each move of a player leaves to another, (S, M)."""
        players = range(len(self.worth.passing))
        table = self.worth.last_payoff[other].reshape(-1, *self.worth.board.moves)
        if other != player:
            table = table.max(axis=1 + other, keepdims=True)
        return np.asarray(table.mean(axis=tuple(1 + k for k in players if k != player)))

    def _extreme(self, player: int, sign: float) -> FloatArray:
        given = np.zeros((self.worth.board.num_states, 1, self.worth.board.moves[player]))
        for other in self.opponents[player]:
            given = given + sign * self.kindness[player][other][:, None]
        scale = np.full(self.worth.board.num_states, float(max(len(self.opponents[player]), 1)))
        return frozen(uniform(best_of(np.ones(given.shape, dtype=bool), given, scale)))

    def _answers(self, player: int) -> IntArray:
        completes = self.worth.cube(self.worth.package[player], player).any(axis=(1, 3))
        limited = self.worth.cube(self.worth.involved[player] & ~self.worth.concludes, player).any(
            axis=(1, 3)
        )
        conditional = self.worth.conditional[player, : self.worth.board.moves[player]]
        whole = np.where(conditional, CONDITIONAL, FULL)
        found = np.where(completes, whole, np.where(limited, LIMITED, REFUSAL))
        found[:, self.worth.refuses[player].all(axis=(0, 1))] = REFUSAL
        if found.any():
            return found
        kind = [self.kind(player, other) for other in self.opponents[player]]
        kind_to_all = np.logical_and.reduce(kind) if kind else np.ones(found.shape, dtype=bool)
        return np.where(kind_to_all, FULL, REFUSAL)
