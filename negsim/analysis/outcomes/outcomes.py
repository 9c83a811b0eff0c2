"""Question 1: what can come out of the one-shot game, the last round at the start of the talks.

Profiles that lead to the same event are one *outcome*. It is marked if some pure equilibrium leads
to it, if it is Pareto efficient, and if it is the Nash bargaining solution; a party whose consent
it needs blocks it if it prefers the status quo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negsim.arrays import FloatArray
from negsim.dynamics.build import Compiled, one_shot_at
from negsim.errors import SolverError
from negsim.theory.bargaining.problem import BargainingProblem
from negsim.theory.bargaining.solutions import bargain
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Equilibrium, Solution
from negsim.theory.oneshot.pareto import pareto_efficient
from negsim.theory.registry import solve
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.stage import exceeds

TWO = 2


@dataclass(frozen=True)
class Outcome:
    """One outcome of the one-shot game and what it is; ``payoffs`` has one entry per party."""

    text: str
    payoffs: FloatArray
    equilibrium: bool
    efficient: bool
    bargaining: bool
    blockers: tuple[str, ...]


@dataclass(frozen=True)
class OneShot:
    """The one-shot game with what several methods say about it.

    ``two_party`` holds all equilibria of the game that is left when the mediators keep to the
    moves that ``fixed`` names; None if not exactly two other parties have a choice, or if they have
    too many: then ``left_out`` says so.
    """

    game: NormalFormGame
    outcomes: tuple[Outcome, ...]
    status_quo: FloatArray
    status_quo_rule: str
    pure: Solution
    two_party: Solution | None
    left_out: str
    fixed: tuple[str, ...]
    logit: Solution


def one_shot_answer(compiled: Compiled, talks: StochasticGame) -> OneShot:
    """Solve the one-shot game of the first point by every method that applies."""
    game = one_shot_at(compiled, talks)
    pure = solve(game, "pure")
    status_quo, rule = status_quo_payoffs(compiled, talks, game)
    reduced, fixed = without_mediators(compiled, talks, game, pure)
    two_party, left_out = _two_party(reduced)
    return OneShot(
        game=game,
        outcomes=outcomes(compiled, talks, pure, status_quo),
        status_quo=status_quo,
        status_quo_rule=rule,
        pure=pure,
        two_party=two_party,
        left_out=left_out,
        fixed=fixed,
        logit=solve(game, "logit"),
    )


def _two_party(game: NormalFormGame) -> tuple[Solution | None, str]:
    """Return all equilibria of a game of two players, or why they cannot be listed."""
    if sum(count > 1 for count in game.num_actions) != TWO:
        return None, ""
    try:
        return solve(game, "nash"), ""
    except SolverError as error:
        return None, str(error)


def outcomes(
    compiled: Compiled, talks: StochasticGame, pure: Solution, status_quo: FloatArray
) -> tuple[Outcome, ...]:
    """Return the outcomes that some profile leads to, the best for the first party first.

    Efficiency and bargaining are among the parties that have a choice.
    """
    start = int(talks.start[0])
    events = np.flatnonzero(compiled.events.possible[start]).tolist()
    payoffs = talks.last_payoffs[0, :, start][:, events].T
    movers = talks.movers if talks.movers.any() else np.ones_like(talks.movers)
    problem = BargainingProblem(payoffs[:, movers], status_quo[movers])
    chosen = set(bargain(problem, "nash").indexes)
    efficient = pareto_efficient(payoffs[:, movers])
    reached = {equilibrium_event(talks, start, found) for found in pure.equilibria}
    rows = [
        Outcome(
            text=compiled.event_text(event),
            payoffs=payoffs[k],
            equilibrium=event in reached,
            efficient=bool(efficient[k]),
            bargaining=k in chosen,
            blockers=blockers(compiled, talks, event, payoffs[k], status_quo),
        )
        for k, event in enumerate(events)
    ]
    return tuple(sorted(rows, key=lambda row: tuple(-row.payoffs)))


def payoffs_of(talks: StochasticGame, state: int, event: int) -> FloatArray:
    """Return what an event pays everyone in the last round, shape (n,)."""
    return np.asarray(talks.last_payoffs[0, :, state, event])


def equilibrium_event(talks: StochasticGame, state: int, found: Equilibrium) -> int:
    """Return the event of a pure equilibrium."""
    profile = [int(np.argmax(mixed)) for mixed in found.profile]
    number = np.ravel_multi_index(profile, talks.num_moves)
    return int(talks.event_of[state, number])


def blockers(
    compiled: Compiled,
    talks: StochasticGame,
    event: int,
    payoffs: FloatArray,
    status_quo: FloatArray,
) -> tuple[str, ...]:
    """Return the parties whose consent an event needs and who prefer the status quo."""
    needed = talks.coalitions[talks.in_effect[:, event]].any(axis=0)
    needed = needed | np.isin(
        np.arange(len(talks.players)), talks.solo_owner[talks.solo_level[:, event] > 0]
    )
    return tuple(
        party.label
        for place, party in enumerate(compiled.scenario.parties)
        if needed[place] and exceeds(status_quo[place], payoffs[place])
    )


def status_quo_payoffs(
    compiled: Compiled, talks: StochasticGame, game: NormalFormGame
) -> tuple[FloatArray, str]:
    """Return what everyone has without a deal, and by which rule.

    Its reservation, of a party that states one and has no exit; else what it gets if nothing comes
    into effect, or if something always does, its security level.
    """
    base, rule = without_reservations(compiled, talks, game)
    reserved = talks.reservation[0, :, talks.start[0]].sum(axis=1)
    reserved = np.where(compiled.exits, np.nan, reserved)
    if np.isnan(reserved).all():
        return base, rule
    return np.where(np.isnan(reserved), base, reserved), f"reservations, and else {rule}"


def without_reservations(
    compiled: Compiled, talks: StochasticGame, game: NormalFormGame
) -> tuple[FloatArray, str]:
    """Return what everyone gets if nothing comes into effect, or else the security levels."""
    start = int(talks.start[0])
    options = compiled.events.table[: len(compiled.scenario.options)]
    quiet = np.flatnonzero(~options.any(axis=0) & compiled.events.possible[start])
    if len(quiet):
        return payoffs_of(talks, start, int(quiet[0])), "nothing in effect"
    return security_levels(game), "security levels in pure moves"


def security_levels(game: NormalFormGame) -> FloatArray:
    """Return what each player can make sure of with one action, shape (n,).

    >>> security_levels(NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    array([1., 1.])
    """
    levels = []
    for player in range(game.num_players):
        rows = np.moveaxis(game.payoffs[player], player, 0)
        levels.append(rows.reshape(len(rows), -1).min(axis=1).max())
    return np.array(levels)


def without_mediators(
    compiled: Compiled, talks: StochasticGame, game: NormalFormGame, pure: Solution
) -> tuple[NormalFormGame, tuple[str, ...]]:
    """Return the game with each mediator's move fixed, and those moves in words.

    The moves are those of :func:`mediator_moves`.
    """
    fixed = []
    for player, move in sorted(mediator_moves(talks, pure).items(), reverse=True):
        game = game.restrict(player, move)
        party = compiled.scenario.parties[player]
        fixed.append(f"{party.label}: {compiled.moves[party.name][move].text(compiled.scenario)}")
    return game, tuple(reversed(fixed))


def mediator_moves(talks: StochasticGame, pure: Solution) -> dict[int, int]:
    """Return the move that each mediator keeps to while the others' equilibria are listed.

    Those of the pure equilibrium best for the mediators together, or the first moves (every option
    off) if there is no pure equilibrium. A mediator with a single move has none to keep to.
    """
    mediators = np.flatnonzero(talks.moving_mediators)
    best = max(pure.equilibria, key=lambda found: found.payoffs[mediators].sum(), default=None)
    return {
        int(player): 0 if best is None else int(np.argmax(best.profile[player]))
        for player in mediators
    }
