"""How fast must the front move, and how much must the limited truce pay, for delay to pay?

Solves the worked case over the speed of the front and what the energy truce is worth to Russia,
and draws who settles and where the region of delay ends. Run it with
``python experiments/front_speed.py``.
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
    "Delay pays for Russia at the start in 60 % of this plane. A faster front and a truce worth "
    "more both make delay pay; with a truce worth nothing it takes a front half as fast again as "
    "assumed, with a front that stands still a truce worth 1.8 times what is assumed."
)
EXPECTED = {"share_of_delay": 0.5952, "share_without_truce": 0.294, "share_without_drift": 0.118}


def main(out: Path) -> dict[str, float]:
    """Sweep, draw the figure into a folder and return the shares."""
    scenario = ns.load(ROOT / "scenarios" / "march_2025.toml")
    design = ns.grid(
        {"parameters.front_speed": (0, 0.2, 17), "payoffs.russia.truce_relief": (0, 2, 17)}
    )
    results = ns.sweep(
        scenario, design, phase_measures(PARTY), out=out, threads=os.cpu_count() or 1
    )
    found = phase(results, design, PARTY)
    put_phase(diagram_of(scenario, found), scenario.party(PARTY).label, out / "figure")
    delays = found.labels == 1
    return {
        "share_of_delay": float(delays.mean()),
        "share_without_truce": float(delays[:, 0].mean()),
        "share_without_drift": float(delays[0].mean()),
    }


if __name__ == "__main__":
    folder = Path("out") / "front_speed"
    print(CLAIM)
    for name, share in main(folder).items():
        print(f"{name}: {share:.3f} (expected {EXPECTED[name]:.3f})")
    print(f"figure: {folder}/figure/phase.png")
