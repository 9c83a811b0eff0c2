"""Question 5 as plain data: how named rules fare, and one run told in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negsim.analysis.delay.stalling import LABELS, Stalling, analyse
from negsim.arrays import IntArray
from negsim.deadline import part
from negsim.drawing.speech import alarm_words, speeches
from negsim.dynamics.build import Compiled
from negsim.errors import UsageError
from negsim.playing.engine import said_to_nobody
from negsim.playing.horizon import AS_FILED, Horizon
from negsim.playing.lineup import choose
from negsim.playing.noise import NO_NOISE, Noise
from negsim.playing.runs import Expectation, Runs, means
from negsim.questions.rules.contest import RULES, contest, mean_round, opponents_of, play_rules
from negsim.questions.rules.staging import (
    Stage,
    cast,
    check_stage,
    expect_if_small,
    play_stage,
    stage,
    type_points,
)

RUNS = 1000

MOST_BANDS = 400
"""Most rounds of which the spread over the runs is told."""


def play_answer(compiled: Compiled, analysis: Stalling, focus: str, seed: int) -> dict[str, Any]:
    """Return question 5's answer: each rule of each party, and one run in full."""
    game, scenario = analysis.plan.game, compiled.scenario
    sides = np.flatnonzero(~game.mediators & game.movers).tolist()
    player = [party.name for party in scenario.parties].index(focus)
    rules = list(opponents_of(compiled))
    rules[player] = "yes_but"
    _, played = play_rules(compiled, game, rules, RUNS, seed)
    return {
        "runs": RUNS,
        "rules": list(RULES),
        "opponents": list(opponents_of(compiled)),
        "contests": [
            {
                "party": found.party,
                "fares": [
                    {
                        "rule": fare.rule,
                        "payoffs": fare.payoffs.tolist(),
                        "agreement": fare.agreement,
                        "end_round": fare.end_round,
                    }
                    for fare in found.fares
                ],
            }
            for found in (contest(compiled, game, side, RUNS, seed) for side in sides)
        ],
        "run": run_answer(compiled, played, rules),
    }


def run_answer(
    compiled: Compiled, played: Runs, rules: Sequence[str], run: int = 0
) -> dict[str, Any]:
    """Return one run in words: what each party said and what was in effect each round.

    Raises
    ------
    UsageError
        If there is no such run.
    """
    turns = played.trajectory(run)
    parties = compiled.scenario.parties
    states = [turn.state for turn in turns]
    profiles = played.profiles[run, : len(turns)]
    places = np.unravel_index(profiles, played.game.num_moves)
    return {
        "number": run + 1,
        "rules": list(rules),
        "rounds": [turn.round + 1 for turn in turns],
        "said": {
            party.label: [speeches(compiled, k)[move] for move in places[k].tolist()]
            for k, party in enumerate(parties)
        },
        "outcome": [compiled.outcome_text(turn.event) for turn in turns],
        "alarms": [alarm_words(compiled, turn.alarm) for turn in turns],
        "state": {
            variable.label: [int(compiled.grid[state, k]) for state in states]
            for k, variable in enumerate(compiled.scenario.state)
        },
        "variables": [variable.name for variable in compiled.scenario.state],
        "end": compiled.scenario.ends[int(played.end[run])].label,
        "payoffs": played.payoffs[run].tolist(),
    }


@dataclass(frozen=True)
class Performance:
    """Named strategies as they were played.

    Attributes
    ----------
    rules
        the text of each party's strategy.
    played, drawn
        the runs, and the type profile of each.
    expected
        what is expected exactly; none if that takes too long.
    """

    ready: Stage
    rules: tuple[str, ...]
    seed: int
    horizon: Horizon
    noise: Noise
    played: Runs
    drawn: IntArray
    expected: Expectation | None


def perform(
    compiled: Compiled,
    rules: Sequence[str],
    runs: int,
    seed: int,
    *,
    horizon: Horizon = AS_FILED,
    noise: Noise = NO_NOISE,
    threads: int = 1,
    progress: Callable[[int, int], None] = said_to_nobody,
    at_least: int = 1,
) -> Performance:
    """Play named strategies, one per party; ``progress`` is called with runs played and all runs.

    If the time is over, the first ``at_least`` runs are played whenever that is.

    Raises
    ------
    UnknownNameError, UsageError
        If a strategy or parameter is not known, or the tables or runs cannot be held.
    """
    ready = stage(compiled, horizon=horizon)
    check_stage(ready, runs)
    names = [party.name for party in compiled.scenario.parties]
    pairs = zip(names, rules, strict=True)
    lineup = cast(ready, [choose(compiled, name, rule) for name, rule in pairs])
    played, drawn = play_stage(
        ready,
        lineup,
        runs=runs,
        seed=seed,
        noise=noise,
        threads=threads,
        offers=True,
        progress=progress,
        at_least=at_least,
    )
    expected = part("payoffs expected exactly", lambda: expect_if_small(ready, lineup, noise))
    return Performance(ready, tuple(rules), seed, horizon, noise, played, drawn, expected)


def play_report(performance: Performance, *, labels: bool = False, told: int = 0) -> dict[str, Any]:
    """Return what named strategies come to, and the run that is to be told in full.

    Raises
    ------
    UsageError
        If labels are asked for with a horizon other than the file's, or there is no such run.
    """
    if labels and performance.horizon != AS_FILED:
        raise UsageError("labels are those of the talks as filed; expected no other horizon")
    ready, played, found = performance.ready, performance.played, performance.expected
    compiled = ready.compiled
    return {
        "title": compiled.scenario.title,
        "round": compiled.scenario.talks.round_name,
        "runs": len(played),
        "seed": performance.seed,
        "horizon": str(performance.horizon),
        "rounds": int(ready.read.rounds.max()),
        "left": ready.left,
        "error": performance.noise.error,
        "misperception": performance.noise.misperception,
        "types": type_answer(ready, performance.drawn),
        "parties": party_answer(compiled, performance.rules, played, found),
        "costs": cost_answer(compiled, played, found),
        "ends": end_answer(compiled, played, found),
        "end_round": mean_round(played),
        "time": time_answer(compiled, played),
        "labels": label_answer(compiled, ready, played, performance.drawn) if labels else None,
        "bands": band_answer(compiled, played),
        "run": run_answer(compiled, played, performance.rules, told),
    }


def party_answer(
    compiled: Compiled, rules: Sequence[str], played: Runs, found: Expectation | None
) -> list[dict[str, Any]]:
    """Return each party's strategy, payoffs and stalling index."""
    mean, error = played.means()
    index = means(played.empty_share())
    return [
        {
            "name": party.name,
            "label": party.label,
            "strategy": rules[k],
            "expected": None if found is None else float(found.payoffs[k]),
            "mean": float(mean[k]),
            "error": float(error[k]),
            "stalling_index": float(index.payoffs[k]),
            "stalling_index_error": float(index.errors[k]),
        }
        for k, party in enumerate(compiled.scenario.parties)
    ]


def cost_answer(
    compiled: Compiled, played: Runs, found: Expectation | None
) -> list[dict[str, Any]]:
    """Return each declared cost over the talks, in a column of its own."""
    mean, error = means(played.costs)
    return [
        {
            "label": cost.label,
            "expected": None if found is None else float(found.costs[k]),
            "mean": float(mean[k]),
            "error": float(error[k]),
        }
        for k, cost in enumerate(compiled.scenario.costs)
    ]


def end_answer(compiled: Compiled, played: Runs, found: Expectation | None) -> list[dict[str, Any]]:
    """Return how often each end closed the talks, those that never did left out."""
    shares = list(played.end_shares().values())
    return [
        {
            "label": end.label,
            "share": share,
            "chance": None if found is None else float(found.ends[k]),
        }
        for k, (end, share) in enumerate(zip(compiled.scenario.ends, shares, strict=True))
        if share or (found is not None and found.ends[k] > 0)
    ]


def time_answer(compiled: Compiled, played: Runs) -> dict[str, float]:
    """Return the mean number of rounds spent in each outcome."""
    found: dict[str, float] = {}
    for event, rounds in enumerate(played.time().tolist()):
        if rounds:
            text = compiled.outcome_text(event)
            found[text] = found.get(text, 0.0) + rounds
    return found


def type_answer(ready: Stage, drawn: IntArray) -> list[dict[str, Any]]:
    """Return the profiles of private types, their priors and how often they were drawn."""
    if len(ready.types) == 1:
        return []
    counts = np.bincount(drawn, minlength=len(ready.types)) / len(drawn)
    return [
        {"types": list(names), "prior": float(prior), "share": float(share)}
        for names, prior, share in zip(ready.types, ready.chances, counts, strict=True)
        if prior
    ]


def label_answer(
    compiled: Compiled, ready: Stage, played: Runs, drawn: IntArray
) -> dict[str, dict[str, float]]:
    """Return the share of the rounds played that the solved talks label so, by party."""
    labels = analyse(compiled, type_points(compiled, ready.types)).everywhere.labels
    run, index = np.nonzero(played.profiles >= 0)
    to_go = np.minimum(ready.read.first_index[drawn[run]] - index, labels.shape[1] - 1)
    state = played.states[run, index]
    found = {}
    for player, party in enumerate(compiled.scenario.parties):
        own = labels[drawn[run], to_go, player, state]
        shares = np.bincount(own, minlength=len(LABELS)) / len(own)
        found[party.label] = {
            name: float(share) for name, share in zip(LABELS, shares, strict=True) if share
        }
    return found


def band_answer(compiled: Compiled, played: Runs) -> dict[str, Any]:
    """Return quantiles of the state over the runs still going on, and their share, by round."""
    rounds = min(int(played.end_round.max()) + 1, MOST_BANDS)
    states = played.states[:, :rounds]
    going = played.profiles[:, :rounds] >= 0
    values: dict[str, list[list[float]]] = {}
    for column, variable in enumerate(compiled.scenario.state):
        grid = compiled.grid[:, column]
        values[variable.label] = [quantiles(grid[states[going[:, k], k]]) for k in range(rounds)]
    return {
        "rounds": list(range(1, rounds + 1)),
        "going_on": going.mean(axis=0).tolist(),
        "state": values,
    }


def quantiles(levels: IntArray) -> list[float]:
    """Return the levels at 5, 25, 50, 75 and 95 per cent; each is one that occurs.

    >>> quantiles(np.array([1, 2]))
    [1.0, 1.0, 1.0, 2.0, 2.0]
    """
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    return [float(level) for level in np.quantile(levels, shares, method="inverted_cdf")]
