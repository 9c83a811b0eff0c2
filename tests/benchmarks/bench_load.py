"""How long loading and compiling takes, without solving: run it, do not test it.

``python tests/benchmarks/bench_load.py`` prints one table; the targets are those of the design:
the worked case under 100 ms, a file of 2,000 named values and 6 options under a second.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from negsim.dynamics.build import compile_scenario
from negsim.dynamics.check import check_ends, idle_parts
from negsim.scenario.load import load, loads
from negsim.scenario.model import Scenario

ROOT = Path(__file__).resolve().parents[2]
WORKED = ROOT / "scenarios" / "march_2025.toml"
VALUES = 2_000
OPTIONS = 6


def large() -> str:
    """Return a scenario of 2,000 named values and 6 options, with ranges and reasons."""
    lines = ["format = 1", 'title = "Large"', "parties.a = {}", "parties.b = {}"]
    lines += ['talks.rounds = { value = 9, why = "nine" }', 'sources.s.cite = "A source"']
    lines += ["[state.line]", "levels = 7", 'start = { value = 3, why = "the middle" }']
    for number in range(OPTIONS):
        lines += [f"[options.o{number}]", 'parties = ["a", "b"]']
    lines += ["[changes.moves]", 'when = "not o0"', "add = { line = 1 }", 'chance = "p0 / 2"']
    lines += ["[ends.signed]", 'kind = "agreement"', 'when = "o0 and o1"']
    for number in range(VALUES // 2):
        reason = ["value = 0.5", "range = [0, 1]", f'why = "number {number}"', 'source = "s"']
        lines += [f"[parameters.p{number}]", *reason]
        lines += [f"[payoffs.{'ab'[number % 2]}.t{number}]", *reason]
        lines += [f'when = "o{number % OPTIONS}"', f'per = "line * p{number}"']
    return "\n".join(lines)


def compiled(scenario: Scenario) -> None:
    """Compile a scenario: moves, events, where the state goes, what each term depends on."""
    found = compile_scenario(scenario)
    assert len(found.representative)
    assert found.successors.states.size
    assert found.features is not None


def checked(scenario: Scenario) -> None:
    """Compile a scenario and look at what its play can reach."""
    found = compile_scenario(scenario)
    check_ends(found)
    idle_parts(found)


def seconds(work: Callable[[], object], repeats: int = 7) -> float:
    """Return the median time of a call, the first not counted."""
    work()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    text = large()
    worked, wide = load(WORKED), loads(text)
    rows = [
        ("worked case: load", seconds(lambda: load(WORKED)), None),
        ("worked case: compile", seconds(lambda: compiled(worked)), None),
        ("worked case: load and compile", seconds(lambda: compiled(load(WORKED))), 0.1),
        ("worked case: compile and check reach", seconds(lambda: checked(worked)), None),
        (f"{len(wide.numbers):,} values, 6 options: load", seconds(lambda: loads(text), 3), 1.0),
        ("the same: load and compile", seconds(lambda: compiled(loads(text)), 3), 1.0),
    ]
    for name, found, target in rows:
        goal = "" if target is None else f"   target {1000 * target:.0f} ms"
        print(f"{name:40} {1000 * found:8.1f} ms{goal}")


if __name__ == "__main__":
    main()
