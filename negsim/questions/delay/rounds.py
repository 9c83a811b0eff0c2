"""The rounds that a report shows: the predicted path, and what is known by state and round."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from negsim.analysis.delay.stalling import Stalling
from negsim.analysis.measures.registry import measures
from negsim.arrays import FloatArray
from negsim.dynamics.build import Compiled
from negsim.questions.delay.answer import PredictedPath

Scalar = TypeVar("Scalar", bound=np.generic)

STILL_GOING = 0.02
"""A report on endless talks shows the rounds that are played with more than this chance."""

FEWEST, MOST = 10, 60
"""Least and most rounds of endless talks that a report shows."""


def by_round(analysis: Stalling, table: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return what is known by rounds to go and state (T, S) by state and shown round, (S, T)."""
    if analysis.plan.game.endless:
        return np.repeat(table.T, rounds_shown(analysis), axis=1)
    return table.T[:, : int(analysis.plan.game.rounds[0])][:, ::-1]


def rounds_shown(analysis: Stalling) -> int:
    """Return how many rounds a report shows: of endless talks, until few would still go on."""
    if not analysis.plan.game.endless:
        return int(analysis.plan.game.rounds[0])
    going = analysis.path.reached[0].sum(axis=1)
    return int(np.clip((going > STILL_GOING).sum(), FEWEST, MOST))


def predicted_path(analysis: Stalling) -> PredictedPath:
    """Return the predicted path, round by round, of the first point."""
    compiled, found = analysis.compiled, analysis.path
    scenario, rounds = compiled.scenario, rounds_shown(analysis)
    options = options_in_effect(analysis, rounds)
    ended = np.cumsum(found.ends[0, :rounds], axis=0)
    levels = compiled.grid.astype(float)
    return PredictedPath(
        rounds=tuple(range(1, rounds + 1)),
        going=found.events[0, :rounds].sum(axis=1),
        options={each.label: options[:, k] for k, each in enumerate(scenario.options)},
        ended={each.label: ended[:, k] for k, each in enumerate(scenario.ends)},
        state={
            each.label: bands(found.reached[0, :rounds], levels[:, k])
            for k, each in enumerate(scenario.state)
        },
        costs={
            each.label: float(found.costs[0, :rounds, k].sum())
            for k, each in enumerate(scenario.costs)
        },
        first=outcome_chances(analysis, 0),
        ends={each.label: float(found.ends[0, :, k].sum()) for k, each in enumerate(scenario.ends)},
        expected_end=float(measures["end_round"].compute(analysis, -1)[0]),
    )


def options_in_effect(analysis: Stalling, rounds: int) -> FloatArray:
    """Return the chance of each option in each round given that it is played, NaN where it is not.

    Shape (rounds, options).
    """
    events = analysis.path.events[0, :rounds]
    going = events.sum(axis=1, keepdims=True)
    names = analysis.compiled.scenario.options
    table = (analysis.compiled.events.table[: len(names)] > 0).astype(float)
    share = np.divide(1.0, going, out=np.zeros_like(going), where=going > 0)
    return np.where(going > 1e-9, (events @ table.T) * share, np.nan)


def outcome_chances(analysis: Stalling, time: int) -> dict[str, float]:
    """Return the chance of each outcome in a round that is played, the likeliest first."""
    return likeliest_first(analysis.compiled, analysis.path.events[0, time])


def likeliest_first(compiled: Compiled, events: FloatArray, above: float = 0.0) -> dict[str, float]:
    """Return the chances of outcomes that come with more than some chance, the likeliest first."""
    chances: dict[str, float] = {}
    for event in np.flatnonzero(events > above).tolist():
        text = compiled.outcome_text(event)
        chances[text] = chances.get(text, 0.0) + float(events[event])
    return dict(sorted(chances.items(), key=lambda item: (-item[1], item[0])))


def bands(reached: FloatArray, values: FloatArray) -> FloatArray:
    """Return the 10 % quantile, mean and 90 % quantile of a variable in each round, shape (T, 3).

    NaN where the round is not played.
    """
    order = np.argsort(values, kind="stable")
    total = reached.sum(axis=1, keepdims=True)
    weights = np.divide(reached, total, out=np.full_like(reached, np.nan), where=total > 1e-9)
    climbing = np.cumsum(weights[:, order], axis=1)
    ranked = values[order]
    low = ranked[np.argmax(climbing >= 0.1 - 1e-12, axis=1)]
    high = ranked[np.argmax(climbing >= 0.9 - 1e-12, axis=1)]
    mean = weights @ values
    low, high = (np.where(np.isnan(mean), np.nan, edge) for edge in (low, high))
    return np.stack([low, mean, high], axis=1)
