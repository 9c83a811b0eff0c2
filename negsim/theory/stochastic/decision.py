"""The best reply to what all others are known to do: a decision process, solved exactly.

With a last round the process is solved backwards; without one by policy iteration: value the
current policy, move to better moves, until there are none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import REGRET_TOLERANCE, TIE_TOLERANCE, FloatArray, IntArray, frozen, kernel
from negsim.errors import ProfileError, SolverError, UsageError
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.rounds import (
    Field,
    Tree,
    agent_sums,
    by_slot,
    field,
    fill_leaves,
    follow_round,
    slot_agents,
    slot_places,
    tree,
    weigh_round,
)
from negsim.theory.stochastic.stationary import check_endless, value_of

MAX_POLICIES = 1000
"""Most policies that policy iteration looks at; it needs far fewer than there are states."""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """One player's best reply, with R rounds to go at index R - 1, or one index if endless.

    Attributes
    ----------
    player
        Its number.
    values
        (T, S) what the best reply is worth in each state.
    policy
        (T, S, nodes) its move at each of its nodes: the first of the best.
    worth
        (T, S, nodes, moves) what each move is worth there if the best reply follows.
    policies
        How many policies policy iteration looked at; 0 with a last round.
    residual
        Largest difference between the values and the best worth, in payoff units; for an endless
        game the values are within ``residual / (1 - discount)`` of the true ones.
    """

    game: StochasticGame
    point: int
    player: int
    values: FloatArray
    policy: IntArray
    worth: FloatArray
    policies: int
    residual: float

    @property
    def value_at_start(self) -> float:
        """Return the value in the start state before the first round."""
        return float(self.values[-1, self.game.start[self.point]])


def best_response(
    game: StochasticGame, player: int, mixed: ArrayLike | None = None, point: int = 0
) -> Decision:
    """Return a player's best reply to fixed mixed actions of all others.

    Parameters
    ----------
    game
        Endless at this point, or with a last round.
    player
        Whose reply; its own part of ``mixed`` is not read.
    mixed
        Shape (S, nodes, width), the same in every round, as in ``MarkovEquilibrium``; or
        (T, S, nodes, width) with index R - 1 for R rounds to go, as in ``Plan``. Not needed if
        nobody else has a choice.

    Returns
    -------
    Decision
        Exact up to rounding. Ties go to the move listed first (endless: to the move the policy
        already had).

    Raises
    ------
    UsageError
        If there is no such player or point.
    ProfileError
        If ``mixed`` is missing, has the wrong shape, or the others' mixed actions are not
        probability vectors.
    SolverError
        If the game is endless and its values need not be finite.

    References
    ----------
    Howard (1960), Dynamic Programming and Markov Processes, chapter 4.

    Examples
    --------
    Stay for ever for 1 a round, worth 10, or leave for 5.

    >>> from negsim.theory.stochastic.arrays_game import from_arrays
    >>> game = from_arrays([[[1.0, 5.0]]], [[[1.0], [0.0]]], 0.9)
    >>> reply = best_response(game, 0)
    >>> round(reply.value_at_start, 9), reply.policy.tolist()
    (10.0, [[[0]]])
    """
    if not 0 <= player < len(game.players):
        raise UsageError(f"player: expected 0 to {len(game.players) - 1}, got {player}")
    if not 0 <= point < game.num_points:
        raise UsageError(f"point: expected 0 to {game.num_points - 1}, got {point}")
    process = _Process(game, player, point, mixed)
    if game.rounds[point] > 0:
        return process.induct()
    check_endless(game, point, "best_response")
    if len(process.flat) != 1:
        raise ProfileError("mixed: expected the same in every round of an endless game")
    return process.iterate()


def _checked(game: StochasticGame, shape: Tree, player: int, mixed: ArrayLike | None) -> FloatArray:
    """Return the others' mixed actions by slot, (T or 1, S, slots), the player's at its first."""
    agents, players = slot_agents(shape)
    firsts = np.diff(agents, prepend=-1) > 0
    if mixed is None:
        others = [len(own) for i, own in enumerate(game.moves) if i != player]
        if max(others, default=1) > 1:
            raise ProfileError("mixed: expected what the other players do, since they have choices")
        return np.tile(firsts.astype(float), (1, game.num_states, 1))
    given = np.asarray(mixed, dtype=np.float64)
    expected = (game.num_states, int(shape.offset[-1]), int(shape.width.max()))
    if given.ndim not in {3, 4} or given.shape[-3:] != expected:
        raise ProfileError(f"mixed: expected the shape {expected}, got {given.shape}")
    flat = by_slot(shape, given.reshape(-1, *expected))
    flat[..., players == player] = firsts[players == player]
    if not (flat >= 0).all() or np.abs(agent_sums(shape, flat) - 1).max() > REGRET_TOLERANCE:
        raise ProfileError("mixed: expected chances of at least 0 that sum to 1 at every node")
    return flat


@kernel
def weigh_moves(
    tree: Tree,
    field: Field,
    mixed: FloatArray,
    values: FloatArray,
    own: IntArray,
    moves: FloatArray,
) -> None:
    """Fill the worth (S, nodes, moves) of the slots ``own`` (nodes, moves) to their player."""
    leaf = tree.offset[len(tree.sizes)]
    worth = np.empty((len(values), leaf + tree.event_of.shape[1]))
    slots = np.empty(mixed.shape[1])
    for state in range(len(mixed)):
        fill_leaves(tree, field, state, values, worth)
        weigh_round(tree, mixed[state], worth, slots)
        for node in range(own.shape[0]):
            for move in range(own.shape[1]):
                moves[state, node, move] = slots[own[node, move]]


@kernel
def improve(moves: FloatArray, policy: IntArray) -> bool:
    """Replace moves (S, nodes) by the first best where that gains more than rounding."""
    changed = False
    for state in range(moves.shape[0]):
        for node in range(moves.shape[1]):
            best = 0
            for move in range(1, moves.shape[2]):
                if moves[state, node, move] > moves[state, node, best]:
                    best = move
            old, new = moves[state, node, policy[state, node]], moves[state, node, best]
            if new - old > TIE_TOLERANCE * max(abs(new), abs(old)):
                policy[state, node] = best
                changed = True
    return changed


@kernel
def node_chances(tree: Tree, mixed: FloatArray, nodes: IntArray, chance: FloatArray) -> None:
    """Fill the chance (S, nodes) that a round of each state comes to some nodes."""
    every = np.empty(tree.offset[len(tree.sizes)] + tree.event_of.shape[1])
    for state in range(len(mixed)):
        follow_round(tree, mixed[state], every)
        for place in range(len(nodes)):
            chance[state, place] = every[nodes[place]]


class _Process:
    """A player's decision process: the others' mixed actions and where its own moves are."""

    def __init__(self, game: StochasticGame, player: int, point: int, mixed: ArrayLike | None):
        self.game, self.player, self.point = game, player, point
        self.tree, self.field = tree(game), field(game, point)
        _, players = slot_agents(self.tree)
        self.own = (players == player).nonzero()[0].reshape(-1, game.num_moves[player])
        self.nodes = slot_places(self.tree)[0][self.own[:, 0]]
        self.flat = _checked(game, self.tree, player, mixed)
        self.moves = np.empty((game.num_states, *self.own.shape))
        self.full = np.zeros((len(game.players), game.num_states))

    def weigh(self, ground: Field, flat: FloatArray, values: FloatArray) -> FloatArray:
        """Fill the worth of the moves if ``values`` (S,) follow; return what the best are worth."""
        self.full[self.player] = values
        weigh_moves(self.tree, ground, flat, self.full, self.own, self.moves)
        chance = np.empty(self.moves.shape[:2])
        node_chances(self.tree, flat, self.nodes, chance)
        best: FloatArray = np.sum(chance * self.moves.max(axis=2), axis=1)
        return best

    def acting(self, policy: IntArray) -> FloatArray:
        """Return the mixed actions with the player's replaced by a policy (S, nodes)."""
        found: FloatArray = self.flat[0].copy()
        found[:, self.own.ravel()] = 0.0
        np.put_along_axis(found, self.own[np.arange(len(self.own)), policy], 1.0, axis=1)
        return found

    def iterate(self) -> Decision:
        """Return the best reply without a last round, by policy iteration."""
        one = [self.player]
        alone = self.field._replace(
            payoffs=self.field.payoffs[one], discount=self.field.discount[one]
        )
        policy = np.zeros(self.moves.shape[:2], dtype=np.int64)
        for count in range(1, MAX_POLICIES + 1):
            values = value_of(self.tree, alone, self.acting(policy))[0]
            best = self.weigh(self.field, self.flat[0], values)
            if not improve(self.moves, policy):
                residual = float(np.abs(best - values).max())
                return self.decision(values[None], policy[None], self.moves[None], count, residual)
        raise SolverError(f"policy iteration did not settle within {MAX_POLICIES} policies")

    def induct(self) -> Decision:
        """Return the best reply with a last round, backwards from it."""
        rounds = int(self.game.rounds[self.point])
        if len(self.flat) not in {1, rounds}:
            raise ProfileError(f"mixed: expected 1 or {rounds} rounds, got {len(self.flat)}")
        ground = self.field._replace(payoffs=np.array(self.game.last_payoffs[self.point]))
        values = np.zeros((rounds, self.game.num_states))
        worth = np.empty((rounds, *self.moves.shape))
        later = np.zeros(self.game.num_states)
        for index in range(rounds):
            later = self.weigh(ground, self.flat[min(index, len(self.flat) - 1)], later)
            values[index], worth[index] = later, self.moves
            ground = self.field
        return self.decision(values, worth.argmax(axis=3), worth, 0, 0.0)

    def decision(
        self, values: FloatArray, policy: IntArray, worth: FloatArray, count: int, residual: float
    ) -> Decision:
        """Return the result."""
        return Decision(
            self.game,
            self.point,
            self.player,
            frozen(values.copy()),
            frozen(policy.astype(np.int64)),
            frozen(worth.copy()),
            count,
            residual,
        )
