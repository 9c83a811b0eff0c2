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

from negsim.analysis.delay.prospects import Prospects, above, concluded
from negsim.analysis.delay.stalling import Stalling
from negsim.arrays import BoolArray, FloatArray, frozen
from negsim.dynamics.chain import event_chances, state_chances
from negsim.dynamics.path import Path, path


@dataclass(frozen=True)
class ExpectedDelay:
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


def expected_delay(analysis: Stalling, player: int) -> ExpectedDelay:
    """Return how long a player's delay lasts, against its sincere counterpart, at the first point.

    Cost: two passes along the path.
    """
    plan = analysis.plan
    found = analysis.everywhere.prospects
    ready = ready_rounds(found, player)
    signs = np.where(ready, found.package[0, :, player], -1)
    sincere = path(plan, signs)
    spread, never = rounds_of_delay(analysis, ready)
    return ExpectedDelay(
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
    """Return the chances of the rounds of delay at a point, (T,), and of never being ready.

    ``mass`` (S, K) is the chance to be in a state with none (column 0) or k rounds begun since the
    first in which the party was ready; what does not go on ends with the rounds begun by then.
    """
    game = analysis.plan.game
    chances = event_chances(analysis.plan, point)
    horizon = analysis.path.reached.shape[1]
    length = horizon if game.endless else int(game.rounds[point])
    moves = [state_chances(game, each, point).T for each in chances]
    mass, spread = np.zeros((game.num_states, length + 1)), np.zeros(horizon + 1)
    mass[game.start[point], 0] = 1.0
    for time in range(length):
        index = 0 if game.endless else length - 1 - time
        begun = np.zeros_like(mass)
        begun[:, 2:] = mass[:, 1:-1]
        begun[:, 1] = np.where(ready[index], mass[:, 0], 0.0)
        begun[:, 0] = mass[:, 0] - begun[:, 1]
        mass = moves[index] @ begun if time < length - 1 else np.zeros_like(mass)
        spread[: length + 1] += np.maximum(begun.sum(axis=0) - mass.sum(axis=0), 0.0)
    found = spread[1:].copy()
    found[0] += spread[0]
    return frozen(found), float(spread[0])
