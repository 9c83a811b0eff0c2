"""Whose patience makes delay pay: that of the party that delays, or that of the other side?

Solves the worked case over the weekly discount factors of Russia and Ukraine.

Run it with ``python experiments/discount_factors.py``.
"""

from __future__ import annotations

import os
from pathlib import Path

import negsim as ns
from negsim.questions.sweep.ask import diagram_of
from negsim.questions.sweep.draw import put_phase
from negsim.questions.sweep.phase import phase, phase_measures

ROOT = Path(__file__).resolve().parents[1]
PARTY = "russia"

CLAIM = (
    "What counts is the patience of Russia itself: delay pays from a weekly discount of 0.99 on, "
    "and below that it does not, whatever the discount of Ukraine."
)
EXPECTED = {
    "share_of_delay": 0.375,
    "first_discount": 0.99,
    "moved_by_ukraine": 0.0,
}


def main(out: Path) -> dict[str, float]:
    """Sweep, draw the figure into a folder and return the numbers of the claim."""
    scenario = ns.load(ROOT / "scenarios" / "march_2025.toml")
    design = ns.grid(
        {"parties.russia.discount": (0.97, 0.998, 8), "parties.ukraine.discount": (0.97, 0.998, 8)}
    )
    measures = phase_measures(PARTY)
    results = ns.sweep(scenario, design, measures, out=out, threads=os.cpu_count() or 1)
    found = phase(results, design, PARTY)
    put_phase(diagram_of(scenario, found), scenario.party(PARTY).label, out / "figure")
    delays = found.labels == 1
    return {
        "share_of_delay": float(delays.mean()),
        "first_discount": float(found.axes[0][delays.any(axis=1)][0]),
        "moved_by_ukraine": float((delays != delays[:, :1]).mean()),
    }


if __name__ == "__main__":
    folder = Path("out") / "discount_factors"
    print(CLAIM)
    for name, value in main(folder).items():
        print(f"{name}: {value:.3f} (expected {EXPECTED[name]:.3f})")
    print(f"figure: {folder}/figure/phase.png")
