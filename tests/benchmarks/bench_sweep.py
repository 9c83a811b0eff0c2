"""How fast sweeps are, what they cost besides solving, and how much memory: run it, do not test it.

``python tests/benchmarks/bench_sweep.py [PART ...]`` prints one line a part: one_shot, dynamic,
stalling, nashpy, overhead, memory. Seconds depend on the machine; the ratios are measured in the
same run.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

import negsim as ns
from negsim.questions.sweep.phase import phase_measures
from negsim.sampling.design import Design, monte_carlo
from negsim.sampling.run import sweep
from negsim.sampling.worker import evaluator

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
EVERYBODY = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
ONE_SHOT = [
    "pure_equilibria",
    "stable.full_ceasefire",
    "efficient.full_ceasefire",
    "bargained.full_ceasefire",
    "bargained_payoff.russia",
    "two_party_equilibria",
]
WELL = """
format = 1
title = "A well"
parties.east = {}
parties.west = {}
options.dig.parties = ["east", "west"]
talks.rounds = 1
payoffs.east.water = { when = "dig", value = 2, range = [-1, 3], why = "A dry summer" }
payoffs.west.water = { when = "dig", value = 1, range = [-2, 2], why = "A dry summer" }
"""


def worked_case() -> ns.Scenario:
    """Return the worked case, three parties."""
    return ns.load(ROOT / "scenarios" / "march_2025.toml")


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def worked() -> str:
    """Return the processor time of all processes so far: what counts on a busy machine."""
    used = [resource.getrusage(who) for who in EVERYBODY]
    return f", {sum(each.ru_utime + each.ru_stime for each in used):.1f} s of processors"


def one_shot() -> str:
    """Measure 100,000 points of the one-shot analysis, all ranges and start states varied."""
    scenario = worked_case()
    sweep(scenario, ns.latin_hypercube(scenario, 64, seed=2), ONE_SHOT)
    design = ns.latin_hypercube(scenario, 100_000, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        took = timed(lambda: sweep(scenario, design, ONE_SHOT, folder, workers=WORKERS))
    return f"{took:8.1f} s for 100,000 points, {WORKERS} workers (target 20 s){worked()}"


def dynamic() -> str:
    """Measure 10,000 points of the solved talks, frozen games included."""
    scenario = worked_case()
    measures = phase_measures("russia")
    sweep(scenario, ns.latin_hypercube(scenario, 64, seed=2), measures)
    design = ns.latin_hypercube(scenario, 10_000, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        took = timed(lambda: sweep(scenario, design, measures, folder, workers=WORKERS))
    return f"{took:8.1f} s for 10,000 points, {WORKERS} workers (target 300 s){worked()}"


def stalling() -> str:
    """Measure 10,000 points of the full stalling analysis: eight solutions a point."""
    scenario = worked_case()
    measures = [f"{name}.russia" for name in ("label", "delay", "frozen_delay", "premium")]
    measures += [f"premium_part.russia.{channel.name}" for channel in scenario.channels]
    sweep(scenario, ns.latin_hypercube(scenario, 64, seed=2), measures)
    design = ns.latin_hypercube(scenario, 10_000, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        took = timed(lambda: sweep(scenario, design, measures, folder, workers=WORKERS))
    peak = sum(resource.getrusage(who).ru_maxrss for who in EVERYBODY) / 2**20
    return (
        f"{took:8.1f} s for 10,000 points, {WORKERS} workers (target 300 s){worked()}, "
        f"at most {peak:.2f} GiB in the largest two processes (target 2 GiB)"
    )


def nashpy() -> str:
    """Measure all equilibria of 10,000 games of 4 x 4 against a loop over nashpy."""
    from nashpy import Game

    row, column = np.random.default_rng(1).random((2, 10_000, 4, 4))
    ns.solve_batch(row[:10], column[:10])
    ours = timed(lambda: ns.solve_batch(row, column))

    def loop() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for left, right in zip(row[:100], column[:100], strict=True):
                list(Game(left, right).support_enumeration())

    theirs = 100 * timed(loop)
    return f"{ours:8.3f} s for 10,000 games, {theirs / ours:,.0f} times nashpy's loop (target 100)"


def overhead() -> str:
    """Measure what chunks, storing and progress add to solving, in one process."""
    first = added(ONE_SHOT, 16_384)
    second = added(phase_measures("russia"), 512)
    return f"{first:.1f} % of one-shot points, {second:.1f} % of solved talks (target 10 %)"


def added(measures: list[str], points: int) -> float:
    """Return by how many percent a sweep takes longer than solving its points, best of five."""
    scenario = worked_case()
    design = ns.latin_hypercube(scenario, points, seed=1)
    solve = evaluator(scenario, design.names, design.values, measures)
    solve(design.values[: solve.batch])
    plain, whole = [], []
    for _ in range(5):
        plain.append(timed(lambda: solve(design.values)))
        with tempfile.TemporaryDirectory() as folder:
            whole.append(timed(partial(stored, scenario, design, measures, folder)))
    return 100 * (min(whole) / min(plain) - 1)


def stored(scenario: ns.Scenario, design: Design, measures: list[str], folder: str) -> None:
    """Sweep with a store and with progress."""
    sweep(scenario, design, measures, folder, progress=lambda *_: None)


def memory() -> str:
    """Measure the peak memory of a sweep of a million stored points, in a process of its own."""
    words = [sys.executable, __file__, "million"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def million() -> str:
    """Sweep a million points of a small scenario and return the peak memory."""
    scenario = ns.loads(WELL)
    design = monte_carlo(scenario, 1_000_000, seed=1)
    measures = ["pure_equilibria", "bargained_payoff.east", "stable.dig"]
    with tempfile.TemporaryDirectory() as folder:
        took = timed(lambda: sweep(scenario, design, measures, folder))
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return f"{peak:8.2f} GiB at most, file {size / 2**20:.0f} MiB, {took:.0f} s (target 1 GiB)"


PARTS = {part.__name__: part for part in (one_shot, dynamic, stalling, nashpy, overhead, memory)}


def main(names: list[str]) -> None:
    """Measure and print."""
    if names == ["million"]:
        print(million())
        return
    for name in names or PARTS:
        print(f"{name:10} {PARTS[name]()}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
