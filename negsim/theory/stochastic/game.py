"""The talks as a stochastic game: a batch of games that share moves, states and timing.

A *profile* is one move per player, numbered in C order over the players; what it amounts to in a
state is an *event* (the options in effect and the stances that the scenario asks about). Payoffs
belong to state and event; chances of moving on belong to state and *transition*, a class of events
that move the state alike. The leading axis of every float array is the batch of parameter points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray, frozen


@dataclass(frozen=True)
class StochasticGame:
    """A batch of stochastic games with ends, of finite horizon or endless.

    Shapes use B points, n players, S states, A profiles, O events, K successors, C transitions,
    E ends, J joint options.

    Attributes
    ----------
    payoffs, last_payoffs
        (B, n, S, O): expected payoff of a round, ends included; the second if the round is the
        last, so that ``no_agreement`` follows where nothing else ends the talks.
    successors, chances
        (S, C, K) next states and (B, S, C, K) chances that the talks go on there; a row sums to
        one minus the chance that they end.
    end_chances
        (B, E, S, O): chance of each end in a round that is not the last.
    agreement
        (B, S, O): chance that an agreement follows.
    in_effect
        (J, O) whether each joint option (each of its levels) is in effect; ``coalitions`` (J, n)
        who must consent.
    solo_level
        (K, O) the level at which each option of a single player is in effect; ``solo_owner`` (K,)
        the player.
    exit_by
        (B, n, S, O): whether the talks end for certain, by an exit of the player.
    costs, last_costs
        (B, X, S, O): each cost that a round, or a last round, is expected to bring.
    ending
        (B,): chance that the talks stop after a round without agreement; counted in already.
    reservation
        (B, n, S, 2): what a player has if talks stop without it and no exit is open to it: paid at
        once, and by round as long as the talks could have lasted; NaN without a reservation.
    passing
        (n, M) whether a move refuses every joint option; M is the largest number of moves.
    signals
        (B, G, O) the chance that each public alarm rings in a round, given its event; empty
        without alarms. Solvers look past them: in a solved plan nothing depends on an alarm.
    order
        groups of players; those in a group move at once, seen by the groups after them. A
        bystander, who has a single move, is no mover and makes a group of its own.

    Examples
    --------
    >>> from negsim.dynamics.build import talks
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> game = talks(loads(starter_text()))
    >>> game.players, game.num_states
    (('upstream', 'downstream', 'commission'), 5)
    """

    players: tuple[str, ...]
    moves: tuple[tuple[str, ...], ...]
    order: tuple[tuple[int, ...], ...]
    event_of: IntArray
    transition_of: IntArray
    payoffs: FloatArray
    last_payoffs: FloatArray
    successors: IntArray
    chances: FloatArray
    ends: tuple[str, ...]
    end_chances: FloatArray
    agreement: FloatArray
    exit_by: BoolArray
    in_effect: BoolArray
    coalitions: BoolArray
    solo_level: IntArray
    solo_owner: IntArray
    passing: BoolArray
    mediators: BoolArray
    discount: FloatArray
    rounds: IntArray
    start: IntArray
    costs: FloatArray
    last_costs: FloatArray
    reservation: FloatArray
    ending: FloatArray
    signals: FloatArray = field(default_factory=lambda: frozen(np.zeros((1, 0, 1))))

    @property
    def num_points(self) -> int:
        """Return the size of the batch."""
        return len(self.payoffs)

    @property
    def movers(self) -> BoolArray:
        """Return which players have a choice, shape (n,)."""
        return np.array(self.num_moves) > 1

    @property
    def moving_mediators(self) -> BoolArray:
        """Return which players are mediators that have a choice, shape (n,)."""
        return self.mediators & self.movers

    @property
    def num_states(self) -> int:
        """Return the number of states."""
        return len(self.event_of)

    @property
    def num_moves(self) -> tuple[int, ...]:
        """Return the number of moves of each player."""
        return tuple(len(moves) for moves in self.moves)

    @property
    def horizon(self) -> int:
        """Return the largest number of rounds in the batch, 1 if the games are endless."""
        return max(int(self.rounds.max()), 1)

    @property
    def endless(self) -> bool:
        """Tell whether the games have no last round; then ``rounds`` is 0 at every point."""
        return not self.rounds.any()

    def with_rounds(self, rounds: int) -> StochasticGame:
        """Return the games with another number of rounds, the same at every point."""
        return replace(self, rounds=frozen(np.full(self.num_points, rounds, dtype=np.int64)))

    @property
    def first_index(self) -> IntArray:
        """Return the index of the first round among rounds counted from the end, shape (B,)."""
        return np.maximum(self.rounds, 1) - 1


def turns(groups: Iterable[Iterable[int]], num_moves: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Return the order of moves in which every bystander, a player with one move, stands apart.

    Whoever moves at once with bystanders only moves alone; so they change no player's problem.

    >>> turns([[0, 1], [2, 3]], [1, 2, 3, 2])
    ((0,), (1,), (2, 3))
    """
    whole = [tuple(group) for group in groups]
    apart = [(player,) for group in whole for player in group if num_moves[player] == 1]
    moving = [tuple(player for player in group if num_moves[player] > 1) for group in whole]
    return (*apart, *(group for group in moving if group))
