"""How many solutions levers and robustness need, and how many the plain way would: run it.

``python tests/benchmarks/bench_levers.py`` prints one table. Seconds depend on the machine; ratios
of solved points do not, and ratios of seconds are measured in the same run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from negsim.analysis.outcomes.stability import OutcomeGraph, graph_of_game, stability
from negsim.arrays import FloatArray, IntArray
from negsim.questions.change.curves import trace
from negsim.questions.change.inverse import inverse
from negsim.questions.change.levers import critical_values, levers, moved
from negsim.questions.conclusions import label_conclusion
from negsim.questions.sweep.phase import phase, phase_measures, refined_phase
from negsim.questions.trust.trust import robustness
from negsim.sampling.axes import lever_axes, ranged_axes
from negsim.sampling.design import grid
from negsim.sampling.run import sweep
from negsim.sampling.tipping import TOLERANCE
from negsim.scenario.load import load
from negsim.theory.normal_form.game import NormalFormGame

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
MARCH = load(SCENARIOS / "march_2025.toml")
PARTY = "russia"


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what some work gives and how long it takes."""
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def curve_row() -> str:
    """Trace a border to 1e-6 and count the points that were solved; a grid would need 1e12."""
    axes = lever_axes(MARCH)[:2]
    found = moved(MARCH, axes, [label_conclusion(MARCH, PARTY)], threads=2)
    solved = 0

    def tell(points: FloatArray) -> IntArray:
        nonlocal solved
        solved += len(points)
        return found.ask(points)

    low, high = [axis.low for axis in axes], [axis.high for axis in axes]
    curves, seconds = timed(lambda: trace(tell, low, high, found.base.tolist()))
    points = sum(len(curve.points) for curve in curves)
    grid_points = (1 / TOLERANCE) ** 2
    return (
        f"tipping curve, {points} points to 1e-6: {solved} solutions, {seconds:.1f} s; a grid as "
        f"fine: {grid_points:.0e} solutions, {grid_points / solved:.0e} times as many"
    )


def phase_row() -> str:
    """Draw a refined diagram, the whole fine grid, and compare."""
    axes = lever_axes(MARCH)[:2]
    refined, quick = timed(lambda: refined_phase(MARCH, axes, PARTY, threads=2))
    design = grid({axis.name: (axis.low, axis.high, 25) for axis in axes})
    whole, slow = timed(
        lambda: phase(sweep(MARCH, design, phase_measures(PARTY), threads=2), design, PARTY)
    )
    alike = (refined.labels == whole.labels).mean()
    return (
        f"phase diagram 25 x 25: {refined.solved} solutions, {quick:.2f} s; the whole grid "
        f"{whole.solved}, {slow:.2f} s: {slow / quick:.1f} times as long; "
        f"{alike:.1%} of the labels alike"
    )


def scan_row() -> str:
    """Move every ranged number, and the levers as a report does."""
    axes = ranged_axes(MARCH)
    scans, seconds = timed(lambda: critical_values(MARCH, PARTY, axes, threads=2, claims=False))
    tips = sum(len(scan.tippings) for scan in scans)
    _, report = timed(lambda: levers(MARCH, PARTY, threads=2))
    return (
        f"{len(axes)} numbers moved over their ranges, {tips} changes to 1e-6: {seconds:.1f} s; "
        f"the four levers in a report: {report:.1f} s"
    )


def inverse_row() -> str:
    """Find the least change for three kinds of outcome."""
    wanted = "full_ceasefire and mobilization_pause"
    parts = []
    for kind in ("nash", "sequential", "settlement"):
        inverse(MARCH, wanted, kind)
        found, seconds = timed(lambda kind=kind: inverse(MARCH, wanted, kind))
        parts.append(f"{kind} {seconds:.2f} s (cost {found.cost:.3f}, verified {found.verified})")
    return f"inverse of the one-shot game: {', '.join(parts)}"


def plain_answers(graph: OutcomeGraph, player: int) -> np.ndarray:
    """Return where the others can go from each state, by walking."""
    size = len(graph.states)
    found = np.zeros((size, size), dtype=bool)
    for start in range(size):
        seen, todo = set(), [(start, player)]
        while todo:
            state, last = todo.pop()
            for other in range(len(graph.players)):
                if other not in (player, last):
                    for goal in np.flatnonzero(graph.reach[other, state]).tolist():
                        if (goal, other) not in seen:
                            seen.add((goal, other))
                            todo.append((goal, other))
        found[start, [state for state, _ in seen]] = True
    return found


def stability_row() -> str:
    """Decide the stability of every profile of a three-player game, by arrays and by walking."""
    payoffs = np.random.default_rng(1).normal(size=(3, 6, 6, 6))
    graph = graph_of_game(NormalFormGame(payoffs))
    _, quick = timed(lambda: stability(graph))
    fast, arrays = timed(lambda: graph.answers(0))
    slow, walking = timed(lambda: plain_answers(graph, 0))
    assert (fast == slow).all()
    return (
        f"stability of 216 states, four concepts: {quick:.2f} s; the others' answers by arrays "
        f"{walking / arrays:.0f} times as fast as by walking"
    )


def trust_row() -> str:
    """Ask everything of the worked case."""
    _, seconds = timed(lambda: robustness(MARCH, PARTY, threads=2))
    return f"robustness of the worked case (256 samples, indices of 8 numbers): {seconds:.0f} s"


def main() -> None:
    """Print one row a step."""
    levers(MARCH, PARTY)
    for row in (curve_row, phase_row, scan_row, inverse_row, stability_row, trust_row):
        print(row())


if __name__ == "__main__":
    main()
