"""How fast all equilibria of two-player games are found, against nashpy and QuantEcon: run it.

``python tests/benchmarks/bench_two_party.py`` prints two tables. Seconds depend on the machine; the
ratios, measured in the same run on the same games, are what counts. QuantEcon and pygambit are
measured where they are installed, for which this package never asks.
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np

from negsim.theory.oneshot.two_party.batch import solve_batch

Solve = Callable[[np.ndarray, np.ndarray], None]

SIZES = {2: 200_000, 3: 100_000, 4: 100_000, 6: 6_000, 8: 600, 10: 60, 12: 24}
"""How many games of each size the batch holds."""
SLOWER = {"nashpy": 4_000, "QuantEcon": 60, "pygambit": 400}
"""Others solve so many times fewer games, but at least two."""
LARGEST = {"nashpy": 6, "QuantEcon": 12, "pygambit": 8}
FEW_ACTIONS = 6
"""Up to so many, QuantEcon's support enumeration is faster than its vertex enumeration."""
REPEATS = 5

FRESH = {
    "negsim": """
from negsim.theory.oneshot.two_party.batch import solve_batch
solve_batch(row, column)
""",
    "QuantEcon": """
import quantecon.game_theory as gt
for a, b in zip(row, column):
    gt.support_enumeration(gt.NormalFormGame([gt.Player(a), gt.Player(b.T.copy())]))
""",
    "nashpy": """
import warnings
import nashpy
warnings.simplefilter("ignore")
for a, b in zip(row[:500], column[:500]):
    list(nashpy.Game(a, b).support_enumeration())
""",
}
"""What a fresh process does; nashpy with a twentieth of the games."""
GAMES_FRESH = """
import numpy as np
rng = np.random.default_rng(0)
one, other = rng.normal(size=(2, 4, 4))
row = one + 0.01 * rng.normal(size=(10_000, 4, 4))
column = other + 0.01 * rng.normal(size=(10_000, 4, 4))
"""


def with_nashpy(row: np.ndarray, column: np.ndarray) -> None:
    import nashpy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for a, b in zip(row, column, strict=True):
            list(nashpy.Game(a, b).support_enumeration())


def with_quantecon(row: np.ndarray, column: np.ndarray) -> None:
    import quantecon.game_theory as gt

    small = row.shape[1] <= FEW_ACTIONS
    solve = gt.support_enumeration if small else gt.vertex_enumeration
    for a, b in zip(row, column, strict=True):
        solve(gt.NormalFormGame([gt.Player(a), gt.Player(b.T.copy())]))


def with_pygambit(row: np.ndarray, column: np.ndarray) -> None:
    import pygambit

    for a, b in zip(row, column, strict=True):
        game = pygambit.Game.from_arrays(a, b)
        pygambit.nash.enummixed_solve(game, rational=False)


def rivals() -> dict[str, Solve]:
    """Return the solvers to compare with that are installed."""
    known = {
        "nashpy": ("nashpy", with_nashpy),
        "QuantEcon": ("quantecon", with_quantecon),
        "pygambit": ("pygambit", with_pygambit),
    }
    return {
        name: solve
        for name, (module, solve) in known.items()
        if importlib.util.find_spec(module) is not None
    }


def rate(solve: Callable[[np.ndarray, np.ndarray], object], games: np.ndarray) -> float:
    """Return how many games a second are solved: the median of some runs, the first not counted."""
    solve(games[0, :2], games[1, :2])
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        solve(games[0], games[1])
        times.append(time.perf_counter() - begun)
    return games.shape[1] / statistics.median(times)


def fresh(name: str) -> float:
    """Return the seconds of a fresh process, kernels warm, for 10,000 copies of a 4 x 4 game."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", GAMES_FRESH + FRESH[name]], check=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:]) * (20 if name == "nashpy" else 1)


def main() -> None:
    others = rivals()
    heads = [f"{name} games/s" for name in others] + [f"times {name}" for name in others]
    print("Random games, normal payoffs, all equilibria, one core")
    print("size     negsim games/s" + "".join(f"{head:>20}" for head in heads))
    for size, count in SIZES.items():
        games = np.random.default_rng(size).normal(size=(2, count, size, size))
        ours = rate(solve_batch, games)
        theirs = {
            name: rate(solve, games[:, : max(2, count // SLOWER[name])])
            for name, solve in others.items()
            if size <= LARGEST[name]
        }
        shown = [f"{theirs[name]:20,.0f}" if name in theirs else f"{'-':>20}" for name in others]
        shown += [
            f"{ours / theirs[name]:20,.1f}" if name in theirs else f"{'-':>20}" for name in others
        ]
        print(f"{size:2} x {size:2}  {ours:14,.0f}" + "".join(shown))
    print("\nA fresh process that solves 10,000 perturbed copies of one 4 x 4 game")
    for name in ["negsim", *(name for name in others if name in FRESH)]:
        print(f"{name:10} {fresh(name):8.2f} s")


if __name__ == "__main__":
    main()
