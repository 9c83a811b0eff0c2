"""How fast must the front move, and how long must the mediator stay, for delay to pay?

Solves the worked case over the speed of the front and the mediator's patience at the start.

Run it with ``python experiments/drift_against_patience.py``.
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
    "With a mediator one step from leaving, Russia does no worse by signing at once at any speed "
    "up to 0.2. From two steps on delay pays from a speed of 0.1 a week; more patience makes it "
    "worth more, but not at a slower front."
)
EXPECTED = {
    "share_with_patience_1": 0.0,
    "share_with_patience_2": 0.5556,
    "share_with_patience_5": 0.5556,
    "delay_at_full_speed_and_patience": 6.4646,
}


def main(out: Path) -> dict[str, float]:
    """Sweep, draw the figure into a folder and return the numbers of the claim."""
    scenario = ns.load(ROOT / "scenarios" / "march_2025.toml")
    design = ns.grid({"parameters.front_speed": (0, 0.2, 9), "state.patience.start": (1, 5, 5)})
    measures = phase_measures(PARTY)
    results = ns.sweep(scenario, design, measures, out=out, threads=os.cpu_count() or 1)
    found = phase(results, design, PARTY)
    put_phase(diagram_of(scenario, found), scenario.party(PARTY).label, out / "figure")
    shares = (found.labels == 1).mean(axis=0)
    return {
        "share_with_patience_1": float(shares[0]),
        "share_with_patience_2": float(shares[1]),
        "share_with_patience_5": float(shares[4]),
        "delay_at_full_speed_and_patience": float(found.delay[-1, -1]),
    }


if __name__ == "__main__":
    folder = Path("out") / "drift_against_patience"
    print(CLAIM)
    for name, value in main(folder).items():
        print(f"{name}: {value:.3f} (expected {EXPECTED[name]:.3f})")
    print(f"figure: {folder}/figure/phase.png")
