"""Stationary play of an endless game: what it is worth, and what deviating once would gain.

Results hold mixed actions by node, as ``Plan`` does; inside, they are held by slot, as in
``negsim.theory.stochastic.rounds``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from negsim.arrays import CHANCE_TOLERANCE, REGRET_TOLERANCE, FloatArray, IntArray, frozen
from negsim.errors import ProfileError, SolverError, UsageError
from negsim.theory.registry import refusal
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.horizon import needs_endless
from negsim.theory.stochastic.rounds import (
    Field,
    Tree,
    agent_sums,
    by_node,
    by_slot,
    event_chances,
    field,
    follow_round,
    follow_states,
    normalised,
    one_shot_gain,
    slot_agents,
    slot_places,
    tree,
)


def check_endless(game: StochasticGame, point: int, method: str) -> None:
    """Refuse a point that is not there, has a last round, or need not have finite values.

    Raises
    ------
    UsageError
        If there is no such point.
    SolverError
        If its number of rounds is fixed, or a discount times the largest chance of going on is
        not below one.
    """
    if not 0 <= point < game.num_points:
        raise UsageError(f"point: expected 0 to {game.num_points - 1}, got {point}")
    if why := needs_endless(game, point):
        raise refusal(method, game, why)
    going = float(game.chances[point].sum(axis=-1).max())
    factor = float(game.discount[point].max()) * going
    if factor > 1 - CHANCE_TOLERANCE:
        raise SolverError(
            f'solver "{method}" needs discounts that times the largest chance of going on '
            f"({going:g}) are below 1, got {game.discount[point].tolist()}"
        )


# ---------------------------------------------------------------- what stationary play is worth


def value_of(tree: Tree, field: Field, mixed: FloatArray) -> FloatArray:
    """Return the values (n, S) of stationary play (S, slots): one sparse linear system a discount.

    The solution is refined once, so that it is exact up to rounding.
    """
    from scipy.sparse import csr_array, eye_array
    from scipy.sparse.linalg import splu

    players, states = field.payoffs.shape[:2]
    paid, onward = np.zeros((players, states)), np.zeros(field.near.shape)
    follow_states(tree, field, mixed, paid, onward)
    rows = np.repeat(np.arange(states), field.near.shape[1])
    moves = csr_array((onward.ravel(), (rows, field.near.ravel())), shape=(states, states))
    values = np.empty((players, states))
    for weight in np.unique(field.discount):
        alike = field.discount == weight
        system = (eye_array(states) - weight * moves).tocsc()
        solver = splu(system)
        found = solver.solve(np.ascontiguousarray(paid[alike].T))
        found += solver.solve(paid[alike].T - system @ found)
        values[alike] = found.T
    return values


@dataclass(frozen=True, eq=False)
class MarkovEquilibrium:
    """Stationary play of one point of an endless game, judged by the game.

    Attributes
    ----------
    values
        (n, S) expected discounted payoff from each state.
    mixed
        (S, nodes, width) mixed actions of the players of a node's group, laid end to end; nodes
        as in ``Plan``.
    gain
        (n, S) largest gain from deviating once, at any node of the state, in payoff units.
    regret
        (S,) the largest of these gains as a share of the payoffs in play at its node.
    found_by
        How it was found, in words.
    """

    game: StochasticGame
    point: int
    values: FloatArray
    mixed: FloatArray
    gain: FloatArray
    regret: FloatArray
    found_by: str

    @property
    def largest_regret(self) -> float:
        """Return the largest regret of all states."""
        return float(self.regret.max())

    @property
    def value_at_start(self) -> FloatArray:
        """Return each player's value in the start state, shape (n,)."""
        found: FloatArray = self.values[:, self.game.start[self.point]]
        return found

    @cached_property
    def choice(self) -> IntArray:
        """Return the joint move at each node, (S, nodes), -1 where some player mixes."""
        shape = tree(self.game)
        found = np.zeros(self.mixed.shape[:2], dtype=np.int64)
        for group, size in enumerate(shape.sizes):
            nodes = slice(int(shape.offset[group]), int(shape.offset[group + 1]))
            begin = 0
            for moves in shape.shape[group, :size]:
                own = self.mixed[:, nodes, begin : begin + moves]
                pure = own.max(axis=2) >= 1 - CHANCE_TOLERANCE
                joint = found[:, nodes] * moves + own.argmax(axis=2)
                found[:, nodes] = np.where(pure & (found[:, nodes] >= 0), joint, -1)
                begin += moves
        return frozen(found)

    @property
    def is_pure(self) -> bool:
        """Tell whether nobody mixes at any node."""
        return bool((self.choice >= 0).all())

    @cached_property
    def events(self) -> FloatArray:
        """Return the chance of each event in a round of each state, (S, O)."""
        shape = tree(self.game)
        found = np.zeros((self.game.num_states, self.game.payoffs.shape[3]))
        event_chances(shape, by_slot(shape, self.mixed), found)
        return frozen(found)

    def play(self, state: int) -> dict[str, dict[str, float]]:
        """Return the chance that each player makes each move in a round of a state."""
        shape = tree(self.game)
        chance = np.empty(int(shape.offset[-1]) + shape.event_of.shape[1])
        flat = by_slot(shape, self.mixed[state])
        follow_round(shape, flat, chance)
        agents, players = slot_agents(shape)
        nodes, _ = slot_places(shape)
        found = {}
        for player, name in enumerate(self.game.players):
            own = (players == player).nonzero()[0]
            weights = (chance[nodes[own]] * flat[own]).reshape(len(np.unique(agents[own])), -1)
            moves = zip(self.game.moves[player], weights.sum(axis=0).tolist(), strict=True)
            found[name] = {move: weight for move, weight in moves if weight > 0}
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return values, play and regret state by state, ready for JSON."""
        names = self.game.players
        return {
            "found_by": self.found_by,
            "value_at_start": dict(zip(names, self.value_at_start.tolist(), strict=True)),
            "largest_regret": self.largest_regret,
            "states": [
                {
                    "values": dict(zip(names, self.values[:, state].tolist(), strict=True)),
                    "play": self.play(state),
                    "regret": float(self.regret[state]),
                }
                for state in range(self.game.num_states)
            ],
        }


@dataclass(frozen=True, eq=False)
class MarkovSolution:
    """What a solver of endless games found.

    ``complete`` says that no other equilibrium exists (in values, for zero-sum games);
    ``dropped`` how many candidates were refused, and why; ``residual``, for a logit equilibrium,
    how far it is from its own response, as a chance; ``error_bound`` the most by which a value
    can be wrong, in payoff units, where that is known.
    """

    game: StochasticGame
    point: int
    method: str
    equilibria: tuple[MarkovEquilibrium, ...]
    complete: bool
    message: str
    dropped: tuple[str, ...] = ()
    residual: float | None = None
    error_bound: float | None = None

    def __iter__(self) -> Iterator[MarkovEquilibrium]:
        """Return the equilibria one by one."""
        return iter(self.equilibria)

    def __len__(self) -> int:
        """Return how many equilibria were found."""
        return len(self.equilibria)

    def to_dict(self) -> dict[str, Any]:
        """Return the solution in the words of the game, ready for JSON."""
        return {
            "method": self.method,
            "point": self.point,
            "players": list(self.game.players),
            "equilibria": [equilibrium.to_dict() for equilibrium in self.equilibria],
            "complete": self.complete,
            "message": self.message,
            "dropped": list(self.dropped),
            "residual": self.residual,
            "error_bound": self.error_bound,
        }


def judge(
    game: StochasticGame, mixed: FloatArray, point: int = 0, found_by: str = "given"
) -> MarkovEquilibrium:
    """Return any stationary play (S, slots) with its values and gains, whatever the gains are."""
    shape, ground = tree(game), field(game, point)
    flat = normalised(shape, mixed)
    values = value_of(shape, ground, flat)
    gain, share = np.zeros_like(values), np.zeros(game.num_states)
    one_shot_gain(shape, ground, flat, values, gain, share)
    return MarkovEquilibrium(
        game,
        point,
        frozen(values),
        frozen(by_node(shape, flat)),
        frozen(gain),
        frozen(share),
        found_by,
    )


def evaluate(
    game: StochasticGame, mixed: ArrayLike, point: int = 0, found_by: str = "given"
) -> MarkovEquilibrium:
    """Return stationary play with its values and what deviating would gain.

    Parameters
    ----------
    game
        With no fixed number of rounds at this point.
    mixed
        Shape (S, nodes, width), as in ``MarkovEquilibrium``.

    Raises
    ------
    ProfileError
        If the shape does not fit or a mixed action is not a probability vector.
    UsageError, SolverError
        If the point is not there or not endless.

    Examples
    --------
    Staying for ever for 1 a round is worth 10, and leaving for 5 would lose half of that.

    >>> from negsim.theory.stochastic.arrays_game import from_arrays
    >>> game = from_arrays([[[1.0, 5.0]]], [[[1.0], [0.0]]], 0.9)
    >>> stay = evaluate(game, [[[1, 0]]])
    >>> round(float(stay.values[0, 0]), 9), stay.largest_regret
    (10.0, 0.0)
    >>> round(float(evaluate(game, [[[0, 1]]]).gain[0, 0]), 9)
    0.5
    """
    check_endless(game, point, "evaluate")
    shape = tree(game)
    given = np.asarray(mixed, dtype=np.float64)
    expected = (game.num_states, int(shape.offset[-1]), int(shape.width.max()))
    if given.shape != expected:
        raise ProfileError(f"mixed: expected the shape {expected}, got {given.shape}")
    flat = by_slot(shape, given)
    if not (flat >= 0).all() or np.abs(agent_sums(shape, flat) - 1).max() > REGRET_TOLERANCE:
        raise ProfileError("mixed: expected chances of at least 0 that sum to 1 at every node")
    return judge(game, flat, point, found_by)


def certify(
    game: StochasticGame, mixed: FloatArray, point: int = 0, found_by: str = "given"
) -> MarkovEquilibrium | None:
    """Return stationary play (S, slots) as an equilibrium, or None if somebody would deviate.

    Nobody may gain more than ``REGRET_TOLERANCE`` of the payoffs in play at any node of any state.
    """
    found = judge(game, mixed, point, found_by)
    return found if found.largest_regret <= REGRET_TOLERANCE else None
