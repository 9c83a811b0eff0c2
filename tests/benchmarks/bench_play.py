"""How fast play is: repeated games, the worked case, a full tournament. Run as a script.

``python tests/benchmarks/bench_play.py`` prints one line a target; nothing is asserted here.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

import negsim as ns
from negsim.dynamics.build import compile_scenario
from negsim.playing.engine import play
from negsim.playing.lineup import suitable
from negsim.playing.noise import Noise
from negsim.playing.registry import parse
from negsim.playing.repeated import tally
from negsim.playing.strategy import Tables
from negsim.questions.rules.staging import cast, play_stage, stage
from negsim.questions.tournament.tournament import enter, tournament

ROOT = Path(__file__).resolve().parents[2]
PAIRS, ROUNDS = 1024, 20_000


def timed(work: Callable[[], object], repeats: int = 3) -> float:
    """Return the least of some processor times, in seconds, after one that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def memory_one(chances: npt.NDArray[np.float64], player: int) -> Tables:
    """Return a memory-one strategy: chances to observe first, then after CC, CD, DC, DD.

    The profiles are numbered from the first player; each strategy counts from its own side.
    """
    act = np.stack([1.0 - chances, chances], axis=1)[:, None, None, None]
    after = np.array([4, 2, 3, 1] if player == 0 else [4, 3, 2, 1])
    return Tables(0, act, np.tile(after, (5, 1))[:, None, None, :])


def repeated() -> None:
    """Print the rounds a second of the repeated Prisoner's Dilemma, memory-one pairs."""
    scenario = ns.load(ROOT / "scenarios" / "textbook" / "prisoners_dilemma.toml")
    game = compile_scenario(scenario).talks()
    rng = np.random.default_rng(1)
    kinds = {
        "certain moves": rng.integers(2, size=(PAIRS, 2, 5)).astype(float),
        "drawn moves": rng.random((PAIRS, 2, 5)),
    }
    for name, chances in kinds.items():
        lineups = [[memory_one(pair[k], k) for k in range(2)] for pair in chances]
        seconds = timed(partial(tally, game, lineups, rounds=ROUNDS))
        print(f"repeated dilemma, {name}: {PAIRS * ROUNDS / seconds / 1e6:.0f} million rounds/s")
    pairs = [[memory_one(pair[k], k) for k in range(2)] for pair in kinds["certain moves"]]
    seconds = timed(lambda: tally(game, pairs, rounds=ROUNDS, noise=Noise(0.01)))
    print(f"repeated dilemma, noise 0.01: {PAIRS * ROUNDS / seconds / 1e6:.0f} million rounds/s")


def worked_case() -> None:
    """Print the time of 10,000 runs of the worked case."""
    compiled = compile_scenario(ns.load(ROOT / "scenarios" / "march_2025.toml"))
    ready = stage(compiled)
    for rules in (("hardliner", "sincere", "patient"), ("boulware", "sincere", "hazard")):
        lineup = cast(ready, [parse(rule) for rule in rules])
        seconds = timed(partial(play_stage, ready, lineup, runs=10_000, seed=1))
        rounds = int((play(ready.played, lineup[0], runs=1000, seed=1).end_round + 1).mean())
        print(f"worked case, {' '.join(rules)}: 10,000 runs (mean {rounds} rounds) {seconds:.2f} s")


def full_tournament() -> None:
    """Print the time of a full tournament of the worked case."""
    scenario = ns.load(ROOT / "scenarios" / "march_2025.toml")
    compiled = compile_scenario(scenario)
    rules = [suitable(compiled.scenario.party(name).role) for name in ("russia", "usa")]
    entry = enter(scenario, ("russia", "usa"), rules, runs=1000, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        found = tournament(compiled, entry, out=Path(folder), workers=2)
        seconds = time.process_time() - began
    played = int(np.isfinite(found.columns["rounds"]).sum())
    size = f"{len(rules[0])} x {len(rules[1])}, {played} pairings of 1,000 runs"
    print(f"tournament, {size}: {seconds:.1f} processor seconds")


if __name__ == "__main__":
    repeated()
    worked_case()
    full_tournament()
