"""How long the main steps take, and how much faster than plain numpy: run it, do not test it.

``python tests/benchmarks/bench_talks.py`` prints one table. Seconds depend on the machine; the
ratio, measured in the same run on the same points, is what counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import negsim as ns
from negsim.analysis.delay.stalling import analyse
from negsim.dynamics.build import Compiled
from negsim.questions.sweep.phase import phase_measures
from negsim.scenario.model import Scenario
from negsim.theory.stochastic.backward_induction import backward_induction
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.logit_induction import logit_induction

ROOT = Path(__file__).resolve().parents[2]
POINTS = 16


def plain_values(game: StochasticGame, point: int) -> np.ndarray:
    """Solve ordered talks of lone movers with numpy alone: one array operation a step."""
    later = np.zeros((len(game.players), game.num_states))
    axes = [player for group in game.order for player in group]
    rows = np.arange(game.num_states)[:, None]
    for to_go in range(1, game.horizon + 1):
        if to_go == 1:
            events = game.last_payoffs[point]
        else:
            ahead = (game.chances[point] * later[:, game.successors]).sum(axis=3)
            ahead = game.discount[point][:, None, None] * ahead
            events = game.payoffs[point] + ahead[:, :, game.transition_of]
        values = events[:, rows, game.event_of]
        values = values.reshape(len(game.players), game.num_states, *game.num_moves)
        values = values.transpose(0, 1, *[2 + axis for axis in axes])
        for player in reversed(axes):
            best = np.expand_dims(values[player].argmax(axis=-1), -1)
            values = np.take_along_axis(values, best[None], axis=-1)[..., 0]
        later = values
    return later


def plain_states(game: StochasticGame, point: int) -> np.ndarray:
    """Solve the same talks with numpy state by state, as one would write it down first."""
    later = np.zeros((len(game.players), game.num_states))
    axes = [player for group in game.order for player in group]
    for to_go in range(1, game.horizon + 1):
        values = np.empty_like(later)
        for state in range(game.num_states):
            events = game.last_payoffs[point, :, state]
            if to_go > 1:
                ahead = later[:, game.successors[state]] * game.chances[point, state]
                ahead = game.discount[point][:, None] * ahead.sum(axis=2)
                events = game.payoffs[point, :, state] + ahead[:, game.transition_of]
            stage = events[:, game.event_of[state]].reshape(len(later), *game.num_moves)
            stage = stage.transpose(0, *[1 + axis for axis in axes])
            for player in reversed(axes):
                best = np.expand_dims(stage[player].argmax(axis=-1), -1)
                stage = np.take_along_axis(stage, best[None], axis=-1)[..., 0]
            values[:, state] = stage
        later = values
    return later


def plain_logit(worth: np.ndarray, precision: float) -> tuple[np.ndarray, ...]:
    """Find a logit equilibrium of one stage game, (n, moves...), by damped iteration in numpy."""
    letters = "abcdef"[: len(worth)]
    mixed = [np.full(size, 1 / size) for size in worth.shape[1:]]
    share, last = 0.5, np.inf
    for _ in range(20_000):
        change, replies = 0.0, []
        for player, own in enumerate(letters):
            others = [each for each in letters if each != own]
            weights = [mixed[letters.index(each)] for each in others]
            gains = np.einsum(f"{letters},{','.join(others)}->{own}", worth[player], *weights)
            reply = np.exp(precision * (gains - gains.max()))
            replies.append(reply / reply.sum())
            change = max(change, np.abs(replies[-1] - mixed[player]).max())
        if change < 1e-9:
            break
        share = max(share / 2, 1e-3) if change > last else min(1.01 * share, 0.5)
        last = change
        mixed = [old + share * (new - old) for old, new in zip(mixed, replies, strict=True)]
    return tuple(mixed)


def logit_times(scenario: Scenario, precision: float = 1.0) -> tuple[float, float]:
    """Return the seconds of a logit stage game of the talks at once: ours, and plain numpy's."""
    game = ns.compile_scenario(scenario.with_order(scenario.simultaneous)).talks()
    stages = game.num_states * game.horizon
    ours = seconds(lambda: logit_induction(game, precision), 3) / stages
    last = game.last_payoffs[0][:, np.arange(game.num_states)[:, None], game.event_of]
    cubes = last.swapaxes(0, 1).reshape(game.num_states, len(game.players), *game.num_moves)
    some = cubes[::6]
    return ours, seconds(lambda: [plain_logit(cube, precision) for cube in some], 3) / len(some)


def seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the median time of a call, the first not counted."""
    work()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    scenario = ns.load(ROOT / "scenarios" / "march_2025.toml")
    compiled = ns.compile_scenario(scenario)
    speeds = np.linspace(0.02, 0.2, POINTS)
    points = compiled.points({"parameters.front_speed": speeds})
    game = compiled.talks(points)
    plan = backward_induction(game)
    plain = plain_values(game, 0)
    assert np.allclose(plan.values[0, -1], plain, rtol=1e-9, atol=0.05), "the two disagree"
    loading = seconds(lambda: Compiled(ns.load(scenario.path)).talks())
    filling = seconds(lambda: compiled.talks(points)) / POINTS
    ours = seconds(lambda: backward_induction(game)) / POINTS
    theirs = seconds(lambda: plain_values(game, 0))
    simplest = seconds(lambda: plain_states(game, 0), 3)
    assert np.allclose(plain_states(game, 0), plain), "the two plain versions disagree"
    whole = seconds(lambda: analyse(compiled, points).start_labels) / POINTS
    design = ns.latin_hypercube(scenario, 1000, seed=1)
    begun = time.perf_counter()
    ns.sweep(scenario, design, phase_measures("russia"))
    swept = time.perf_counter() - begun
    size = f"{game.num_states} states x {game.horizon} rounds x {game.event_of.shape[1]} profiles"
    print(f"worked case: {size}, one thread")
    print(f"load and compile           {1e3 * loading:8.1f} ms")
    print(f"fill in a point            {1e3 * filling:8.2f} ms")
    print(f"backward induction, point  {1e3 * ours:8.2f} ms")
    print(f"  numpy, all states at once{1e3 * theirs:8.2f} ms   ratio {theirs / ours:.0f}")
    print(f"  numpy, state by state    {1e3 * simplest:8.2f} ms   ratio {simplest / ours:.0f}")
    soft, plain_soft = logit_times(scenario)
    print(f"logit play, a stage game   {1e6 * soft:8.0f} us")
    print(f"  numpy, damped iteration  {1e6 * plain_soft:8.0f} us   ratio {plain_soft / soft:.0f}")
    print(f"labels at the start, point {1e3 * whole:8.2f} ms")
    print(f"sweep of 1,000 points      {swept:8.1f} s")


if __name__ == "__main__":
    main()
