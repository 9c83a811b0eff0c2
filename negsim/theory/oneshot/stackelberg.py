"""What it is worth to commit: one player moves first, for certain and seen by all.

Among the replies that are equally good for the followers the leader may hope for the best (strong,
or optimistic) or must fear the worst (weak, or pessimistic). With one follower a commitment to a
mixed action is found exactly by linear programmes; with several, commitments to pure actions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from negsim.arrays import REGRET_TOLERANCE, FloatArray, IntArray, frozen, power_of_two
from negsim.errors import SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame, Profile, typical_difference
from negsim.theory.normal_form.result import describe
from negsim.theory.numerics.linear import as_chances, check_size, maximise, probabilities
from negsim.theory.oneshot.dominance import named
from negsim.theory.oneshot.reference import Reference, known_equilibria
from negsim.theory.registry import solver
from negsim.theory.written import Written

Kind: TypeAlias = Literal["mixed", "pure"]

OPEN = 1e-9
"""A set of commitments is full if a reply can be best by this share of typical differences."""


@dataclass(frozen=True, slots=True, eq=False)
class Led:
    """A commitment with the followers' reply.

    ``profile``: the leader's mixed action and the replies; ``payoffs`` (n,) at it. ``value``: what
    the leader gets. ``attained``: False if the leader gets no more than nearly ``value``, by
    committing nearly so: exactly so, followers may reply worse.
    """

    value: float
    profile: Profile
    payoffs: FloatArray
    attained: bool


@dataclass(frozen=True, slots=True, eq=False)
class Commitment:
    """What one player gains by committing.

    ``strong`` and ``weak``: the best commitment if the followers break ties in the leader's favour,
    or against it; None if no equilibrium of the followers is known. ``best_nash``, ``worst_nash``:
    the leader's payoff in the best and worst known equilibrium without commitment; None if none
    is known.
    """

    leader: str
    strong: Led | None
    weak: Led | None
    best_nash: float | None
    worst_nash: float | None

    @property
    def gains(self) -> dict[str, float | None]:
        """Return what commitment is worth, in payoff units.

        "optimistic": strong commitment minus the best equilibrium. "pessimistic": weak commitment
        minus the worst equilibrium. "assured": weak commitment minus the best equilibrium.
        """
        return {
            "optimistic": _difference(self.strong, self.best_nash),
            "pessimistic": _difference(self.weak, self.worst_nash),
            "assured": _difference(self.weak, self.best_nash),
        }


@dataclass(frozen=True, slots=True, eq=False)
class StackelbergSolution(Written):
    """What commitment is worth to each player.

    ``kind``: whether leaders commit to mixed actions or pure ones. ``complete``: whether every
    reply of the followers is known. ``nash_complete``: whether no equilibrium without commitment
    is better or worse than those compared with. ``message``: the status in words.
    """

    game: NormalFormGame
    method: str
    kind: Kind
    commitments: tuple[Commitment, ...]
    complete: bool
    nash_complete: bool
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the solution in the words of the game, ready for JSON.

        Examples
        --------
        >>> game = NormalFormGame.from_bimatrix([[2, 4], [1, 3]], [[1, 0], [0, 1]])
        >>> led = solve_stackelberg(game).to_dict()["leaders"]["player 1"]
        >>> led["strong"]["value"], led["gains"]["optimistic"]
        (3.5, 1.5)
        """
        return {
            "method": self.method,
            "commit_to": f"{self.kind} actions",
            "leaders": {
                found.leader: {
                    "strong": self._described(found.strong),
                    "weak": self._described(found.weak),
                    "best_nash": found.best_nash,
                    "worst_nash": found.worst_nash,
                    "gains": found.gains,
                }
                for found in self.commitments
            },
            "complete": self.complete,
            "nash_complete": self.nash_complete,
            "message": self.message,
        }

    def _described(self, led: Led | None) -> dict[str, Any] | None:
        if led is None:
            return None
        players, actions = self.game.players, self.game.actions
        return {
            "value": led.value,
            "profile": {
                player: named(own, mixed)
                for player, own, mixed in zip(players, actions, led.profile, strict=True)
            },
            "payoffs": dict(zip(players, led.payoffs.tolist(), strict=True)),
            "attained": led.attained,
        }


@solver(
    "stackelberg",
    finds="one",
    min_players=2,
    cost="two players: up to three linear programmes for each reply; more: the followers' "
    "equilibria for each action of each leader",
    source="von Stengel and Zamir (2010); Conitzer and Sandholm (2006)",
    summary="what each player gains by committing first, if ties go its way and if they do not",
    returns=StackelbergSolution,
)
def solve_stackelberg(game: NormalFormGame, commit_to: Kind | None = None) -> StackelbergSolution:
    """Find each player's best commitment, strong and weak, and what it adds to equilibria.

    With two players the leader commits to a mixed action unless told otherwise, and the follower
    gives a best reply. With more the leader commits to a pure action, and the followers play an
    equilibrium of the game that is left: with two followers every equilibrium is looked at, with
    more of them the pure ones.

    Parameters
    ----------
    commit_to
        "mixed" (two players only) or "pure"; by default mixed for two players, pure for more.

    Returns
    -------
    StackelbergSolution
        One entry per leader, in the order of the players.

    Raises
    ------
    UsageError
        If ``commit_to`` is not known, or "mixed" with more than two players.
    SolverError
        If a linear programme is too large, or rounding leaves the best reply in doubt.

    References
    ----------
    von Stengel and Zamir (2010), "Leadership games with convex strategy sets", Games and Economic
    Behavior 69, for both values and their programmes. Conitzer and Sandholm (2006),
    "Computing the optimal strategy to commit to", EC '06, for the strong one.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[2, 4], [1, 3]], [[1, 0], [0, 1]])
    >>> found = solve_stackelberg(game).commitments[0]
    >>> found.strong.value, found.strong.profile[0], found.best_nash
    (3.5, array([0.5, 0.5]), 2.0)
    """
    kind = _checked_kind(commit_to, game)
    reference = known_equilibria(game)
    commitments, notes = [], []
    for leader in range(game.num_players):
        if kind == "mixed":
            strong: Led | None
            weak: Led | None
            strong, weak = _mixed_commitment(game, leader)
        else:
            strong, weak, note = _pure_commitment(game, leader)
            notes.extend(note)
        own = np.eye(game.num_players)[leader]
        name = game.players[leader]
        low, high = reference.worst(own), reference.best(own)
        commitments.append(Commitment(name, strong, weak, high, low))
    notes = list(dict.fromkeys(notes))
    message = _message(kind, commitments, notes, reference)
    return StackelbergSolution(
        game, "stackelberg", kind, tuple(commitments), not notes, reference.complete, message
    )


def _difference(led: Led | None, payoff: float | None) -> float | None:
    return None if led is None or payoff is None else led.value - payoff


def _checked_kind(commit_to: Kind | None, game: NormalFormGame) -> Kind:
    if commit_to is None:
        return "mixed" if game.num_players == 2 else "pure"
    if commit_to not in ("mixed", "pure"):
        raise UsageError(f'commit_to: expected "mixed" or "pure", got "{commit_to}"')
    if commit_to == "mixed" and game.num_players > 2:
        raise UsageError(
            f'commit_to: "mixed" takes 2 players and this game has {game.num_players}; '
            'expected "pure"'
        )
    return commit_to


def _mixed_commitment(game: NormalFormGame, leader: int) -> tuple[Led, Led]:
    """Return the strong and the weak commitment to a mixed action of one of two players."""
    own, other = game.payoffs[leader], game.payoffs[1 - leader]
    if leader == 1:
        own, other = own.T, other.T
    strong, weak = [], []
    for reply in range(own.shape[1]):
        ahead = other[:, [reply]] - other
        best = _best_in_region(own[:, [reply]], ahead)
        if best is None:
            continue
        strong.append((best, reply))
        same = np.flatnonzero((ahead == 0).all(axis=0))
        if _full(np.delete(ahead, same, axis=1)):
            guarded = best if same.size == 1 else _best_in_region(own[:, same], ahead)
            weak.append((best if guarded is None else guarded, reply))
    return _led(game, leader, strong, worst=False), _led(game, leader, weak, worst=True)


def _best_in_region(own: FloatArray, ahead: FloatArray) -> FloatArray | None:
    """Return the leader's mixed action that makes the least of some columns largest.

    ``own`` (actions, replies) the leader's payoffs; ``ahead`` (actions, replies) how much better
    for the follower the wanted reply is than each: that must not be negative on average. None if
    no mixed action makes it so.
    """
    count = len(own)
    check_size(ahead.shape[1] + own.shape[1] + 1, count + 1)
    own = own / power_of_two(typical_difference(own))
    base = float(np.quantile(own, 0.5, method="lower"))
    replies = np.hstack([ahead.T, np.zeros((ahead.shape[1], 1))])
    least = np.hstack([(own - base).T, -np.ones((own.shape[1], 1))])
    system = np.vstack([replies, least])
    objective = np.append(np.zeros(count), 1.0)
    found = maximise(
        objective, (system, np.zeros(len(system))), probabilities(count, 1), num_free=1
    )
    if found is None:
        return None
    return as_chances(found[:count])


def _full(ahead: FloatArray) -> bool:
    """Tell whether some mixed action with every action in it makes all of these positive."""
    count = len(ahead)
    size = np.abs(ahead)
    sizes = np.array([np.median(column[column > 0]) for column in size.T])
    if not sizes.size:
        return True
    replies = np.hstack([ahead.T, -sizes[:, None]])
    inside = np.hstack([np.eye(count), -np.ones((count, 1))])
    system = np.vstack([replies, inside])
    objective = np.append(np.zeros(count), 1.0)
    found = maximise(
        objective, (system, np.zeros(len(system))), probabilities(count, 1), num_free=1
    )
    return found is not None and bool(found[-1] > OPEN)


def _led(
    game: NormalFormGame, leader: int, candidates: list[tuple[FloatArray, int]], worst: bool
) -> Led:
    """Return the best commitment of several; each comes with the reply that it is meant for."""
    found = [_judged(game, leader, mixed, reply, worst) for mixed, reply in candidates]
    if not found:
        raise SolverError(f"stackelberg: rounding leaves no reply to {game.players[leader]}")
    return max(found, key=lambda led: (led.value, led.attained))


def _judged(game: NormalFormGame, leader: int, mixed: FloatArray, reply: int, worst: bool) -> Led:
    """Return a commitment with what it pays, checked: the reply is a best one."""
    profile = _with_reply(game, leader, mixed, reply)
    best: IntArray = game.best_responses(profile, 1 - leader)
    if reply not in best:
        raise SolverError(
            f"stackelberg: rounding leaves the best reply to {game.players[leader]} in doubt"
        )
    pays = np.array(
        [game.payoff(_with_reply(game, leader, mixed, other))[leader] for other in best]
    )
    value = float(pays[best == reply][0])
    if worst:
        same = _same_replies(game, 1 - leader, reply)
        place = int(np.argmin(np.where(np.isin(best, same), pays, np.inf)))
        value, profile = float(pays[place]), _with_reply(game, leader, mixed, int(best[place]))
    slack = REGRET_TOLERANCE * typical_difference(game.payoffs[leader])
    attained = not worst or bool(pays.min() >= value - slack)
    described = describe(game, profile, ())
    return Led(value, described.profile, described.payoffs, attained)


def _same_replies(game: NormalFormGame, follower: int, reply: int) -> IntArray:
    """Return the follower's actions that pay it the same as one whatever the leader does."""
    own = np.moveaxis(game.payoffs[follower], follower, 1)
    return np.flatnonzero((own[:, [reply]] == own).all(axis=0))


def _with_reply(game: NormalFormGame, leader: int, mixed: FloatArray, reply: int) -> Profile:
    answer = np.zeros(game.num_actions[1 - leader])
    answer[reply] = 1.0
    return (mixed, answer) if leader == 0 else (answer, mixed)


def _pure_commitment(game: NormalFormGame, leader: int) -> tuple[Led | None, Led | None, list[str]]:
    """Return the strong and weak commitment to a pure action, and what is not known about them."""
    strong, weak, notes = [], [], []
    for action in range(game.num_actions[leader]):
        followers = known_equilibria(game.restrict(leader, action))
        if not followers.complete:
            notes.append(followers.message)
        outcomes = [
            _followed(game, leader, action, found.profile) for found in followers.equilibria
        ]
        if outcomes:
            strong.append(max(outcomes, key=lambda led: led.value))
            weak.append(min(outcomes, key=lambda led: led.value))
    return (
        max(strong, key=lambda led: led.value, default=None),
        max(weak, key=lambda led: led.value, default=None),
        notes,
    )


def _followed(game: NormalFormGame, leader: int, action: int, others: Profile) -> Led:
    """Return a pure commitment with an equilibrium of the followers."""
    own = np.zeros(game.num_actions[leader])
    own[action] = 1.0
    profile = (*others[:leader], frozen(own), *others[leader:])
    payoffs = frozen(game.payoff(profile))
    return Led(float(payoffs[leader]), profile, payoffs, True)


def _message(
    kind: Kind, commitments: list[Commitment], notes: list[str], reference: Reference
) -> str:
    parts = [
        f"{found.leader} gets {found.weak.value:.6g} to {found.strong.value:.6g}"
        for found in commitments
        if found.strong is not None and found.weak is not None
    ]
    message = f"commitment to {kind} actions: {'; '.join(parts) or 'no reply is known'}"
    if notes:
        message += f"; not all replies are known ({notes[0]})"
    if not reference.complete:
        message += f"; not all equilibria without commitment are known ({reference.message})"
    return message
