"""Belief after some rounds, reckoned ahead: what an observer will think of a party of some type.

The talks are solved for each type of a party as if everybody knew it. The party is of one of them,
and everybody plays its talks; the observer sees the party's moves, and what was said before them in
the round, and updates naively: by Bayes' rule with what each type would have done in that round and
state. A small chance of any move (the tremble) stands for what no type would do. The expectation is
exact: chances are carried forward over states and beliefs together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.signals.transcript import TREMBLE, types_of
from negsim.arrays import CHANCE_TOLERANCE, FloatArray, IntArray
from negsim.dynamics.build import Compiled
from negsim.errors import GameError, UsageError
from negsim.playing.foresight import plan_actions, single
from negsim.playing.observation import Board, board
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.solve import solve_talks

MOST_BELIEFS = 20_000
"""Most pairs of a state and a belief that are carried forward."""

DIGITS = 9
"""Decimals to which log odds are told apart."""

Mass = dict[tuple[int, tuple[float, ...]], float]
"""The chance of each state and sum of log likelihoods, a number a type."""


@dataclass(frozen=True, eq=False)
class Cast:
    """The talks of one point, solved as if each type of a party were known.

    ``acts`` has for each type everybody's mixed actions (rounds, S, nodes, moves), one array a
    player; ``prior`` (types,).
    """

    plans: tuple[Plan, ...]
    acts: tuple[tuple[FloatArray, ...], ...]
    prior: FloatArray
    player: int

    @cached_property
    def board(self) -> Board:
        """Return the sizes and numberings."""
        return board(self.plans[0].game)

    def place(self, played: int) -> int:
        """Return the place of a round in the plans, counting from 0; endless talks have one."""
        return min(played, len(self.acts[0][0]) - 1)

    def profiles(self, kind: int, played: int, state: int) -> FloatArray:
        """Return the chance of each profile where everybody plays the talks of a type, (A,)."""
        sizes, place = self.board, self.place(played)
        found = np.ones(sizes.num_profiles)
        for player, act in enumerate(self.acts[kind]):
            found *= act[place, state, sizes.node_of[player], sizes.move_of[player]]
        return found

    def evidence(self, played: int, state: int, profiles: IntArray) -> FloatArray:
        """Return the log likelihood of the party's move in some profiles, (profiles, types)."""
        sizes, place = self.board, self.place(played)
        nodes = sizes.node_of[self.player][profiles]
        moves = sizes.move_of[self.player][profiles]
        chances = np.stack([each[self.player][place, state, nodes, moves] for each in self.acts], 1)
        width = sizes.moves[self.player]
        return np.asarray(np.log((1 - TREMBLE) * chances + TREMBLE / width).round(DIGITS))


def expected_belief(analysis: Stalling, party: str, kind: str, rounds: int) -> FloatArray:
    """Return the belief in a type after some rounds if the party is of it, expected, (B,).

    Talks that end before keep the belief at which they end.

    Raises
    ------
    GameError
        If the party has no such type, or it has no chance.
    UsageError
        If there are more than 20,000 pairs of state and belief to follow.

    Notes
    -----
    Cost: a solution for each type; along the path one step for each state and belief in a round.
    """
    compiled = analysis.compiled
    plans = type_plans(analysis, party)
    found = np.full(len(analysis.points), np.nan)
    for point, row in enumerate(analysis.points.tolist()):
        numbers = dict(zip(compiled.names, row, strict=True))
        types, prior = types_of(compiled.scenario.set(priors(compiled, numbers)), party)
        if kind not in types:
            raise GameError(f'type "{kind}" of {party} has no chance; expected a prior above 0')
        cast = cast_of(compiled, [plans[each] for each in types], prior, party, point)
        found[point] = carried(cast, types.index(kind), rounds)
    return found


def type_plans(analysis: Stalling, party: str) -> dict[str, Plan]:
    """Return the solved talks at every point as if each type of a party were known, base too."""
    compiled = analysis.compiled
    found = {"base": analysis.plan}
    for each in compiled.scenario.types:
        if each.party == party:
            points = analysis.points.copy()
            for name, value in each.set.items():
                points[:, compiled.names.index(name)] = float(value)
            found[each.name] = solve_talks(compiled.talks(points), analysis.selection)
    return found


def priors(compiled: Compiled, numbers: Mapping[str, float]) -> dict[str, float]:
    """Return the priors of all types by their dotted names."""
    return {each.prior: numbers[each.prior] for each in compiled.scenario.types}


def cast_of(
    compiled: Compiled, plans: Sequence[Plan], prior: Sequence[float], party: str, point: int
) -> Cast:
    """Return the talks of one point, solved for each type."""
    names = [each.name for each in compiled.scenario.parties]
    own = tuple(plan_at(plan, point) for plan in plans)
    acts = tuple(tuple(plan_actions(plan, k) for k in range(len(names))) for plan in own)
    return Cast(own, acts, np.array(prior), names.index(party))


def plan_at(plan: Plan, point: int) -> Plan:
    """Return the plan of one point, without rounds that its talks do not have."""
    rounds = int(plan.game.first_index[point]) + 1
    here = (slice(point, point + 1), slice(0, rounds))
    arrays = {
        name: getattr(plan, name)[here]
        for name in ("values", "choice", "mixed", "count", "status", "regret")
    }
    return replace(plan, game=single(plan.game, point), **arrays)


def carried(cast: Cast, kind: int, rounds: int) -> float:
    """Return the expected belief in a type after some rounds if the party is of it."""
    game = cast.plans[kind].game
    total = int(game.rounds[0]) or rounds
    start = tuple(np.log(cast.prior).tolist())
    mass: Mass = {(int(game.start[0]), start): 1.0}
    ended = 0.0
    for played in range(min(rounds, total)):
        after: Mass = {}
        for (state, logs), chance in mass.items():
            for onward, gained, part in steps(cast, kind, played, state):
                key = tuple((np.array(logs) + gained).round(DIGITS).tolist())
                if onward < 0:
                    ended += chance * part * belief(key, kind)
                else:
                    after[onward, key] = after.get((onward, key), 0.0) + chance * part
        if len(after) > MOST_BELIEFS:
            raise UsageError(
                f"{len(after):,} pairs of state and belief to follow, expected at most "
                f"{MOST_BELIEFS:,}; ask for fewer rounds"
            )
        mass = after
    return ended + sum(chance * belief(logs, kind) for (_, logs), chance in mass.items())


def steps(cast: Cast, kind: int, played: int, state: int) -> list[tuple[int, FloatArray, float]]:
    """Return where a round may lead: the next state (-1: an end), the evidence, the chance."""
    game = cast.plans[kind].game
    chances = cast.profiles(kind, played, state)
    likely = np.flatnonzero(chances > CHANCE_TOLERANCE)
    told = cast.evidence(played, state, likely)
    found = []
    for profile, gained in zip(likely.tolist(), told, strict=True):
        transition = game.transition_of[game.event_of[state, profile]]
        goes = game.chances[0, state, transition]
        for slot in np.flatnonzero(goes > 0).tolist():
            onward = int(game.successors[state, transition, slot])
            found.append((onward, gained, float(chances[profile] * goes[slot])))
        found.append((-1, gained, float(chances[profile] * (1.0 - goes.sum()))))
    return found


def belief(logs: Sequence[float], kind: int) -> float:
    """Return the belief in a type from the logarithms of the weights of all.

    >>> belief([-1000.0, -1000.0], 0)
    0.5
    """
    weights = np.exp(np.array(logs) - max(logs))
    return float(weights[kind] / weights.sum())
