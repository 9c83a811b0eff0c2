"""What is verification worth to a party that fears what happens behind a ceasefire?

Solves the case with monitors over the share that they see and Russia's fear of rearmament.

Run it with ``python experiments/value_of_verification.py``.
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
    "Where the fear is greatest, monitors who see everything are worth 11.2 to Russia and take "
    "0.75 off the value of delay. They do not turn it round: delay pays at every point, so in this "
    "case fear of what happens behind a ceasefire is not what makes it pay."
)
EXPECTED = {
    "share_of_delay": 1.0,
    "worth_of_seeing_all": 11.2472,
    "delay_seeing_nothing": 1.8599,
    "delay_seeing_all": 1.1071,
}


def main(out: Path) -> dict[str, float]:
    """Sweep, draw the figure into a folder and return the numbers of the claim."""
    scenario = ns.load(ROOT / "scenarios" / "march_2025_monitoring.toml")
    design = ns.grid(
        {"parameters.share_seen": (0, 1, 6), "payoffs.russia.rearmament_fear": (-12, 0, 5)}
    )
    measures = [*phase_measures(PARTY), f"value.{PARTY}"]
    results = ns.sweep(scenario, design, measures, out=out, threads=os.cpu_count() or 1)
    found = phase(results, design, PARTY)
    put_phase(diagram_of(scenario, found), scenario.party(PARTY).label, out / "figure")
    value = results.measures[f"value.{PARTY}"].reshape(design.shape)
    return {
        "share_of_delay": float((found.labels == 1).mean()),
        "worth_of_seeing_all": float(value[-1, 0] - value[0, 0]),
        "delay_seeing_nothing": float(found.delay[0, 0]),
        "delay_seeing_all": float(found.delay[-1, 0]),
    }


if __name__ == "__main__":
    folder = Path("out") / "value_of_verification"
    print(CLAIM)
    for name, value in main(folder).items():
        print(f"{name}: {value:.3f} (expected {EXPECTED[name]:.3f})")
    print(f"figure: {folder}/figure/phase.png")
