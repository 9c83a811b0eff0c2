"""Question 5: how rules of thumb fare, one party's rules against fixed opponents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negsim.answers import Floats, Real
from negsim.arrays import FloatArray
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.playing.horizon import AS_FILED, Horizon
from negsim.playing.lineup import choose
from negsim.playing.noise import NO_NOISE, Noise
from negsim.playing.runs import Runs
from negsim.playing.strategy import Strategy
from negsim.questions.rules.staging import cast, expect_stage, play_stage, stage
from negsim.scenario.model import Scenario
from negsim.theory.stochastic.game import StochasticGame

RULES = (
    "sincere",
    "hardliner",
    "tit_for_tat",
    "boulware",
    "yes_but",
    "equilibrium",
    "optimal_staller",
)


@dataclass(frozen=True)
class Fare:
    """How one rule fares: exact expected payoffs (n,), and shares and rounds over the runs."""

    rule: str
    payoffs: Floats
    agreement: Real
    end_round: Real


@dataclass(frozen=True)
class Contest:
    """One party's rules against the same opponents; ``opponents`` names everybody's rule."""

    party: str
    opponents: tuple[str, ...]
    fares: tuple[Fare, ...]


def opponents_of(compiled: Compiled) -> tuple[str, ...]:
    """Return the rule of each party as an opponent: mediators play the solved talks."""
    return tuple(
        "equilibrium" if party.role == "mediator" else "sincere"
        for party in compiled.scenario.parties
    )


def contest(compiled: Compiled, game: StochasticGame, player: int, runs: int, seed: int) -> Contest:
    """Play every rule of one party against sincere parties and mediators of the solved talks."""
    opponents = opponents_of(compiled)
    fares = []
    for rule in RULES:
        rules = [*opponents[:player], rule, *opponents[player + 1 :]]
        payoffs, played = play_rules(compiled, game, rules, runs, seed)
        fares.append(Fare(rule, payoffs, agreement_share(compiled, played), mean_round(played)))
    return Contest(compiled.scenario.parties[player].name, opponents, tuple(fares))


def play_rules(
    compiled: Compiled, game: StochasticGame, rules: Sequence[str], runs: int, seed: int
) -> tuple[FloatArray, Runs]:
    """Return the exact expected payoffs of the named rules and sampled runs of them.

    Raises
    ------
    UnknownNameError, UsageError
        If a rule or parameter is not known, or the runs cannot be held.
    """
    ready = stage(compiled, game)
    names = [party.name for party in compiled.scenario.parties]
    pairs = zip(names, rules, strict=True)
    lineup = cast(ready, [choose(compiled, name, rule) for name, rule in pairs])
    played, _ = play_stage(ready, lineup, runs=runs, seed=seed)
    return expect_stage(ready, lineup).payoffs, played


def play(
    scenario: Scenario,
    rules: Mapping[str, str | Strategy],
    runs: int = 1000,
    seed: int = 0,
    *,
    horizon: Horizon = AS_FILED,
    noise: Noise = NO_NOISE,
) -> Runs:
    """Play named strategies in a scenario; parties not named play the solved talks.

    Private types are drawn from their priors, one profile a run.

    Raises
    ------
    UnknownNameError, UsageError
        If a party, strategy or parameter is not known, or the runs cannot be held.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> play(scenario, {"upstream": "hardliner"}, runs=20, seed=7).end_shares()
    {'signed': 0.8, 'no_agreement': 0.2}
    """
    compiled = compile_scenario(scenario)
    for name in rules:
        scenario.party(name)
    names = [party.name for party in scenario.parties]
    ready = stage(compiled, horizon=horizon)
    chosen = [choose(compiled, name, rules.get(name, "equilibrium")) for name in names]
    lineup = cast(ready, chosen)
    return play_stage(ready, lineup, runs=runs, seed=seed, noise=noise)[0]


def agreement_share(compiled: Compiled, played: Runs) -> float:
    """Return the share of the runs that ended in an agreement."""
    return float(agreements(compiled)[played.end].mean())


def agreements(compiled: Compiled) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return whether each end is an agreement, (E,)."""
    return np.array([end.kind == "agreement" for end in compiled.scenario.ends])


def mean_round(played: Runs) -> float:
    """Return the mean round, counted from 1, in which the runs ended."""
    return float(played.end_round.mean() + 1)
