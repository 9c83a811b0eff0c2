"""Question 5: how named rules fare, and one run told in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
from negsim.questions.rules.answer import (
    CostPlay,
    DrawnTypes,
    EndPlay,
    PartyPlay,
    Play,
    Rules,
    RunBands,
    ToldRun,
)
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


def ask_rules(compiled: Compiled, analysis: Stalling, focus: str, seed: int) -> Rules:
    """Return question 5's answer: each rule of each party, and one run in full."""
    game, scenario = analysis.plan.game, compiled.scenario
    sides = np.flatnonzero(~game.mediators & game.movers).tolist()
    player = [party.name for party in scenario.parties].index(focus)
    rules = list(opponents_of(compiled))
    rules[player] = "yes_but"
    _, played = play_rules(compiled, game, rules, RUNS, seed)
    return Rules(
        runs=RUNS,
        rules=tuple(RULES),
        opponents=tuple(opponents_of(compiled)),
        contests=tuple(contest(compiled, game, side, RUNS, seed) for side in sides),
        run=told_run(compiled, played, rules),
    )


def told_run(compiled: Compiled, played: Runs, rules: Sequence[str], run: int = 0) -> ToldRun:
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
    return ToldRun(
        number=run + 1,
        rules=tuple(rules),
        rounds=tuple(turn.round + 1 for turn in turns),
        said={
            party.label: tuple(speeches(compiled, k)[move] for move in places[k].tolist())
            for k, party in enumerate(parties)
        },
        outcome=tuple(compiled.outcome_text(turn.event) for turn in turns),
        alarms=tuple(alarm_words(compiled, turn.alarm) for turn in turns),
        state={
            variable.label: tuple(int(compiled.grid[state, k]) for state in states)
            for k, variable in enumerate(compiled.scenario.state)
        },
        variables=tuple(variable.name for variable in compiled.scenario.state),
        end=compiled.scenario.ends[int(played.end[run])].label,
        payoffs=played.payoffs[run],
    )


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


def ask_play(performance: Performance, *, labels: bool = False, told: int = 0) -> Play:
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
    return Play(
        title=compiled.scenario.title,
        round=compiled.scenario.talks.round_name,
        runs=len(played),
        seed=performance.seed,
        horizon=str(performance.horizon),
        rounds=int(ready.read.rounds.max()),
        left=ready.left,
        error=performance.noise.error,
        misperception=performance.noise.misperception,
        types=drawn_types(ready, performance.drawn),
        parties=party_plays(compiled, performance.rules, played, found),
        costs=cost_plays(compiled, played, found),
        ends=end_plays(compiled, played, found),
        end_round=mean_round(played),
        time=time_in_effect(compiled, played),
        labels=label_shares(compiled, ready, played, performance.drawn) if labels else None,
        bands=run_bands(compiled, played),
        run=told_run(compiled, played, performance.rules, told),
    )


def party_plays(
    compiled: Compiled, rules: Sequence[str], played: Runs, found: Expectation | None
) -> tuple[PartyPlay, ...]:
    """Return each party's strategy, payoffs and stalling index."""
    mean, error = played.means()
    index = means(played.empty_share())
    return tuple(
        PartyPlay(
            name=party.name,
            label=party.label,
            strategy=rules[k],
            expected=None if found is None else float(found.payoffs[k]),
            mean=float(mean[k]),
            error=float(error[k]),
            stalling_index=float(index.payoffs[k]),
            stalling_index_error=float(index.errors[k]),
        )
        for k, party in enumerate(compiled.scenario.parties)
    )


def cost_plays(compiled: Compiled, played: Runs, found: Expectation | None) -> tuple[CostPlay, ...]:
    """Return each declared cost over the talks, in a column of its own."""
    mean, error = means(played.costs)
    return tuple(
        CostPlay(
            cost.label,
            None if found is None else float(found.costs[k]),
            float(mean[k]),
            float(error[k]),
        )
        for k, cost in enumerate(compiled.scenario.costs)
    )


def end_plays(compiled: Compiled, played: Runs, found: Expectation | None) -> tuple[EndPlay, ...]:
    """Return how often each end closed the talks, those that never did left out."""
    shares = list(played.end_shares().values())
    return tuple(
        EndPlay(end.label, share, None if found is None else float(found.ends[k]))
        for k, (end, share) in enumerate(zip(compiled.scenario.ends, shares, strict=True))
        if share or (found is not None and found.ends[k] > 0)
    )


def time_in_effect(compiled: Compiled, played: Runs) -> dict[str, float]:
    """Return the mean number of rounds spent in each outcome."""
    found: dict[str, float] = {}
    for event, rounds in enumerate(played.time().tolist()):
        if rounds:
            text = compiled.outcome_text(event)
            found[text] = found.get(text, 0.0) + rounds
    return found


def drawn_types(ready: Stage, drawn: IntArray) -> tuple[DrawnTypes, ...]:
    """Return the profiles of private types, their priors and how often they were drawn."""
    if len(ready.types) == 1:
        return ()
    counts = np.bincount(drawn, minlength=len(ready.types)) / len(drawn)
    return tuple(
        DrawnTypes(tuple(names), float(prior), float(share))
        for names, prior, share in zip(ready.types, ready.chances, counts, strict=True)
        if prior
    )


def label_shares(
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


def run_bands(compiled: Compiled, played: Runs) -> RunBands:
    """Return quantiles of the state over the runs still going on, and their share, by round."""
    rounds = min(int(played.end_round.max()) + 1, MOST_BANDS)
    states = played.states[:, :rounds]
    going = played.profiles[:, :rounds] >= 0
    values = {
        variable.label: np.array([quantiles(grid[states[going[:, k], k]]) for k in range(rounds)])
        for variable, grid in zip(compiled.scenario.state, compiled.grid.T, strict=False)
    }
    return RunBands(tuple(range(1, rounds + 1)), going.mean(axis=0), values)


def quantiles(levels: IntArray) -> list[float]:
    """Return the levels at 5, 25, 50, 75 and 95 per cent; each is one that occurs.

    >>> quantiles(np.array([1, 2]))
    [1.0, 1.0, 1.0, 2.0, 2.0]
    """
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    return [float(level) for level in np.quantile(levels, shares, method="inverted_cdf")]
