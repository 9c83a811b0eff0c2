"""How long the solvers for three and more players take, and whether everything is proved.

``python tests/benchmarks/bench_n_party.py`` prints one table. All equilibria of a random 3 x 3 x 3
game must be proved in a median of 1 s, and the pure equilibria of a million 4 x 4 x 4 games must
take under 10 s, on one core. Seconds depend on the machine.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.pure import pure_batch
from negsim.theory.oneshot.several.regular import solve_regular
from negsim.theory.oneshot.several.tracing import solve_tracing
from tests.oracles.multistart import multistart

PROVED_SECONDS = 1.0
PURE_SECONDS = 10.0
CHUNK = 50_000


def games(shape: tuple[int, ...], count: int) -> list[NormalFormGame]:
    """Return games with payoffs from the normal distribution."""
    rngs = [np.random.default_rng([*shape, seed]) for seed in range(count)]
    return [NormalFormGame(rng.normal(size=(len(shape), *shape))) for rng in rngs]


def timed(solve: object, cases: list[NormalFormGame]) -> tuple[list[float], list[object]]:
    """Return how long each game takes, and the answers."""
    assert callable(solve)
    solve(cases[0])
    times, answers = [], []
    for case in cases:
        begun = time.perf_counter()
        answers.append(solve(case))
        times.append(time.perf_counter() - begun)
    return times, answers


def proofs() -> None:
    """Print how long it takes to prove all equilibria, and how many games are left undecided."""
    print(f"{'regular':14}{'median, s':>10}{'longest, s':>12}{'games':>7}{'undecided':>11}")
    for shape, count in (((2, 2, 2), 50), ((3, 3, 3), 50), ((4, 4, 2), 20), ((2,) * 5, 5)):
        times, answers = timed(solve_regular, games(shape, count))
        median = statistics.median(times)
        undecided = sum(not answer.complete for answer in answers)
        name = " x ".join(map(str, shape))
        print(f"{name:14}{median:10.4f}{max(times):12.3f}{count:7d}{undecided:11d}")
        assert shape != (3, 3, 3) or (median < PROVED_SECONDS and undecided == 0)


def checks() -> None:
    """Print how many of the equilibria proved the other methods find; they may find no others."""
    cases = games((3, 3, 3), 10)
    proved = [solve_regular(case) for case in cases]
    for name, solve in (("multistart", multistart), ("tracing", solve_tracing)):
        times, answers = timed(solve, cases)
        found = total = 0
        for answer, all_there_are in zip(answers, proved, strict=True):
            known = [np.concatenate(one.profile) for one in all_there_are.equilibria]
            total += len(known)
            for one in answer.equilibria:
                mine = np.concatenate(one.profile)
                assert min(np.abs(mine - other).max() for other in known) < 1e-6, "one was missed"
                found += 1
        print(f"{name:14}{statistics.median(times):10.4f} s, finds {found} of {total} at 3 x 3 x 3")


def pure() -> None:
    """Print how long the pure equilibria of a million games take, drawing them not counted."""
    rng = np.random.default_rng(0)
    pure_batch(rng.normal(size=(2, 3, 4, 4, 4)))
    spent, found = 0.0, 0
    for _ in range(1_000_000 // CHUNK):
        payoffs = rng.random((CHUNK, 3, 4, 4, 4))
        begun = time.perf_counter()
        found += int(pure_batch(payoffs).sum())
        spent += time.perf_counter() - begun
    print(f"{'pure, 1,000,000 games of 4 x 4 x 4':36}{spent:8.2f} s, {found} equilibria")
    assert spent < PURE_SECONDS


def main() -> None:
    """Measure and print."""
    proofs()
    checks()
    pure()


if __name__ == "__main__":
    main()
