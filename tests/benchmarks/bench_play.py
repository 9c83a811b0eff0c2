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

import negsim as ns
from negsim.dynamics.build import compile_scenario
from negsim.playing.engine import play
from negsim.playing.lineup import suitable
from negsim.playing.registry import parse
from negsim.questions.rules.staging import cast, play_stage, stage
from negsim.questions.tournament.tournament import enter, tournament

ROOT = Path(__file__).resolve().parents[2]


def timed(work: Callable[[], object], repeats: int = 3) -> float:
    """Return the least of some processor times, in seconds, after one that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


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
    worked_case()
    full_tournament()
