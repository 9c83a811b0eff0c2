"""How long endless games take, and how much faster than plain numpy: run it, do not test it.

``python tests/benchmarks/bench_markov.py`` prints one table. Seconds depend on the machine; the
ratio, measured in the same run on the same linear system, is what counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from negsim.theory.stochastic.limit import limit_of_rounds
from negsim.theory.stochastic.markov_logit import MarkovBranch, markov_logit, solve_system
from tests.oracles.arrays_game import from_arrays

STATES, PLAYERS, MOVES, DISCOUNT = 30, 3, 4, 0.95


def random_arrays(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return payoffs and chances drawn evenly."""
    rng = np.random.default_rng(seed)
    shape = (STATES, *[MOVES] * PLAYERS)
    chances = rng.random((*shape, STATES))
    return rng.random((PLAYERS, *shape)), chances / chances.sum(axis=-1, keepdims=True)


def plain_system(
    payoffs: np.ndarray, chances: np.ndarray, odds: np.ndarray, values: np.ndarray, level: float
) -> np.ndarray:
    """Return the derivatives of all equations of the branch, one array operation a term."""
    states, slots = STATES, PLAYERS * MOVES
    parts = np.exp(odds - odds.max(axis=2, keepdims=True))
    parts /= parts.sum(axis=2, keepdims=True)
    worth = payoffs + DISCOUNT * np.einsum("sabct,it->isabc", chances, values)
    size = states * slots + PLAYERS * states
    system = np.eye(size, size + 1)
    letters = "abc"
    for i in range(PLAYERS):
        others = [j for j in range(PLAYERS) if j != i]
        text = ",".join("s" + letters[j] for j in others)
        beside = [parts[:, j] for j in others]
        moves = np.einsum(f"sabc,{text}->s{letters[i]}", worth[i], *beside)
        ahead = np.einsum(f"sabct,{text}->s{letters[i]}t", chances, *beside)
        rows = np.arange(states)[:, None] * slots + i * MOVES + np.arange(MOVES)
        system[rows, -1] -= moves - moves.mean(axis=1, keepdims=True)
        columns = states * slots + i * states + np.arange(states)
        centred = ahead - ahead.mean(axis=1, keepdims=True)
        system[rows[:, :, None], columns] -= level * DISCOUNT * centred
        onward = np.einsum("sa,sat->st", parts[:, i], ahead)
        system[np.ix_(columns, columns)] -= DISCOUNT * onward
        for j in range(PLAYERS):
            third = [k for k in others if k != j]
            rest = [parts[:, k] for k in third]
            left = ",".join(["sabc", *("s" + letters[k] for k in third)])
            pulls = rows[:, :, None], np.arange(states)[:, None, None] * slots + j * MOVES
            if j != i:
                slope = np.einsum(f"{left}->s{letters[i]}{letters[j]}", worth[i], *rest)
                slope -= slope.mean(axis=1, keepdims=True)
                slope -= (slope * parts[:, None, j]).sum(axis=2, keepdims=True)
                slope *= parts[:, None, j]
                system[pulls[0], pulls[1] + np.arange(MOVES)] -= level * slope
            free = [k for k in range(PLAYERS) if k != j]
            text = ",".join("s" + letters[k] for k in free)
            gain = np.einsum(f"sabc,{text}->s{letters[j]}", worth[i], *[parts[:, k] for k in free])
            gain = parts[:, j] * (gain - (gain * parts[:, j]).sum(axis=1, keepdims=True))
            system[columns[:, None], pulls[1][:, 0] + np.arange(MOVES)] -= gain
    return system


def seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the median time of a call, the first not counted."""
    work()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def steps() -> tuple[float, float]:
    """Return the times of one linear system of the branch, ours and plain numpy's."""
    payoffs, chances = random_arrays(0)
    path = MarkovBranch(from_arrays(payoffs, chances, DISCOUNT), 0)
    path.follow(5.0)
    spot = path.spot
    scaled = payoffs / np.ptp(payoffs.reshape(PLAYERS, -1), axis=1).reshape(-1, 1, 1, 1, 1)
    odds = spot.odds.reshape(STATES, PLAYERS, MOVES)
    along = np.concatenate([spot.along.ravel(), spot.along_values.ravel(), [spot.levels[1]]])

    def ours() -> None:
        solve_system(
            path.branch, path.slopes, path.room, spot.odds, spot.values, spot.levels[0],
            spot.along, spot.along_values, spot.levels[1],
        )  # fmt: skip

    def theirs() -> np.ndarray:
        system = plain_system(scaled, chances, odds, spot.values, spot.levels[0])
        right = np.zeros(len(along))
        right[-1] = 1.0
        return np.linalg.solve(np.vstack([system, along]), right)

    ours()
    direction = theirs()
    assert np.allclose(direction[-1] / np.linalg.norm(direction), spot.levels[1], rtol=1e-5)
    return seconds(ours, 50), seconds(theirs, 9)


def main() -> None:
    """Measure and print."""
    ours, theirs = steps()
    games = [from_arrays(*random_arrays(seed), DISCOUNT) for seed in range(5)]
    times = [seconds(lambda game=game: markov_logit(game), 1) for game in games]
    alone = from_arrays(
        np.random.default_rng(1).random((1, 400, 4)),
        np.random.default_rng(2).dirichlet(np.full(400, 0.01), (400, 4)),
        0.98,
    )
    print(f"{STATES} states, {PLAYERS} players, {MOVES} moves each, one thread")
    print(f"Markov logit, median of 5  {statistics.median(times):8.2f} s")
    print(f"  the slowest              {max(times):8.2f} s")
    print(f"one linear system          {1e3 * ours:8.2f} ms")
    print(f"  plain numpy, the same    {1e3 * theirs:8.2f} ms   ratio {theirs / ours:.0f}")
    print(f"decision, 400 states       {1e3 * seconds(lambda: limit_of_rounds(alone)):8.1f} ms")


if __name__ == "__main__":
    main()
