"""What delay costs in time and to whom: the path against that of a sincere counterpart.

The *sincere counterpart* of a party signs in the first round in which some package that all others
required accept is worth at least as much to it as leaving: the best of these for it. Until then,
and if that never happens, it plays as the party does in the solved talks; so do all others
throughout, who accept by their own solved values. It is a comparison path, not an equilibrium: the
others do not reckon with a party that signs so readily.

*Rounds of delay* are those from the first such round to the end of the talks as solved, nought if
they end in it or never see one. Damage is said for every other party in its own unit and never
summed; the costs of a scenario (human cost) stand beside it and are never netted against payoffs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negsim.analysis.delay.path import Path, path
from negsim.analysis.delay.prospects import Prospects, above, concluded
from negsim.analysis.delay.stalling import Stalling
from negsim.arrays import BoolArray, FloatArray, IntArray, frozen, kernel
from negsim.theory.stochastic.plan import Layout, follow


@dataclass(frozen=True)
class Delay:
    """How long a party's delay lasts and what it does to the others, at the first point.

    Attributes
    ----------
    ready
        (T, S) whether a package beats leaving for the party, index + 1 rounds to go.
    sincere
        The path of its sincere counterpart; ``values`` (n,) what that is worth to everybody.
    distribution
        (T,) chance of each number of rounds of delay, from 0; of endless talks those in sight.
    never
        Chance that the talks end before any package beats leaving.
    damage
        (n,) at the start: what each would have from the party's best package signed now, less
        what the solved talks give it; NaN where there is no such package.
    costs
        (X, 2) each cost of the scenario along the solved path and along the sincere one.
    """

    ready: BoolArray
    sincere: Path
    values: FloatArray
    distribution: FloatArray
    never: float
    damage: FloatArray
    costs: FloatArray

    @property
    def expected(self) -> float:
        """Return the expected rounds of delay."""
        return float(self.distribution @ np.arange(len(self.distribution)))

    @property
    def sincere_end(self) -> float:
        """Return the round in which talks with the sincere counterpart are expected to end."""
        return end_round(self.sincere)

    def quantile(self, share: float) -> int:
        """Return the least number of rounds not exceeded with a chance of at least ``share``."""
        climbing = np.cumsum(self.distribution)
        return int(np.argmax(climbing >= share * climbing[-1] - 1e-12))


def expected_delay(analysis: Stalling, player: int) -> Delay:
    """Return how long a player's delay lasts, against its sincere counterpart, at the first point.

    Cost: two passes along the path.
    """
    plan = analysis.plan
    found = analysis.everywhere.prospects
    ready = ready_rounds(found, player)
    signs = np.where(ready, found.package[0, :, player], -1)
    sincere = path(plan, signs)
    spread, never = rounds_of_delay(analysis, ready)
    return Delay(
        ready,
        sincere,
        values_along(analysis, sincere),
        spread,
        never,
        damage(analysis, player),
        np.stack([analysis.path.costs[0].sum(axis=0), sincere.costs[0].sum(axis=0)], axis=1),
    )


def values_along(analysis: Stalling, along: Path) -> FloatArray:
    """Return what a path is worth to every player at the first point, discounted, (n,)."""
    discount = analysis.plan.game.discount[0]
    weights = discount[None, :] ** np.arange(along.paid.shape[1])[:, None]
    return np.asarray((along.paid[0] * weights).sum(axis=0))


def end_round(along: Path) -> float:
    """Return the expected round in which the talks of a path end, of those that end in sight."""
    ending = along.ends[0].sum(axis=1)
    rounds = np.arange(1, len(ending) + 1)
    return float(ending @ rounds / ending.sum()) if ending.sum() > 0 else float("nan")


def damage(analysis: Stalling, player: int) -> FloatArray:
    """Return what each player would have if a player's best package were signed now, less now.

    "Now" is what the solved talks are worth at the start. NaN for all without such a package.
    """
    package = int(analysis.at_start.package[0, 0, player, 0])
    players = len(analysis.plan.game.players)
    if package < 0:
        return np.full(players, np.nan)
    signed = np.full((analysis.plan.game.num_points, 1, players, 1), package)
    worth = concluded(analysis.plan, signed, start_only=True)[0, 0, :, 0]
    return np.asarray(worth - analysis.value[0])


def ready_rounds(found: Prospects, player: int, point: int = 0) -> BoolArray:
    """Return whether some package that the others accept beats leaving for a player, (T, S)."""
    settle, leave = found.settle[point, :, player], found.leave[point, :, player]
    return np.asarray(np.isfinite(settle) & ~above(leave, settle))


def rounds_of_delay(
    analysis: Stalling, ready: BoolArray, point: int = 0
) -> tuple[FloatArray, float]:
    """Return the chances of the rounds of delay at a point, (T,), and of never being ready."""
    plan = analysis.plan
    game = plan.game
    horizon = analysis.path.reached.shape[1]
    spread = np.zeros(horizon + 1)
    count_rounds(
        plan.choice[point],
        plan.mixed[point],
        plan.layout,
        game.transition_of,
        game.successors,
        game.chances[point],
        np.ascontiguousarray(ready),
        bool(game.endless),
        int(game.rounds[point]) or horizon,
        int(game.start[point]),
        spread,
    )
    found = spread[1:].copy()
    found[0] += spread[0]
    return frozen(found), float(spread[0])


@kernel
def count_rounds(
    choice: IntArray,
    mixed: FloatArray,
    order: Layout,
    transition_of: IntArray,
    successors: IntArray,
    chances: FloatArray,
    ready: BoolArray,
    endless: bool,
    length: int,
    start: int,
    spread: FloatArray,
) -> None:
    """Fill the chances of the rounds of delay: entry 0 never ready, entry k + 1 k rounds.

    ``mass[s, k]`` is the chance to be in a state with k rounds begun since the first ready one.
    """
    states = len(successors)
    profiles = np.empty(order.event_of.shape[1], dtype=np.int64)
    weights = np.empty(order.event_of.shape[1])
    mass = np.zeros((states, length + 1))
    mass[start, 0] = 1.0
    for time in range(length):
        index = 0 if endless else length - 1 - time
        after = np.zeros((states, length + 1))
        for state in range(states):
            if mass[state].sum() == 0.0:
                continue
            count = follow(
                choice[index, state], mixed[index, state], order, -1, 0, profiles, weights
            )
            for begun in range(time + 1):
                here = mass[state, begun]
                if here == 0.0:
                    continue
                now = begun + 1 if begun > 0 or ready[index, state] else 0
                goes_on = 0.0
                for place in range(count):
                    event = order.event_of[state, profiles[place]]
                    transition = transition_of[event]
                    for slot in range(successors.shape[2]):
                        chance = weights[place] * chances[state, transition, slot]
                        if chance > 0.0 and time < length - 1:
                            goes_on += chance
                            after[successors[state, transition, slot], now] += here * chance
                spread[now] += here * (1.0 - goes_on)
        mass = after
