"""Does it help to press one side by cutting its aid, or the other by sanctions?

Solves the worked case over how fast a cutoff drains Ukraine's stocks and how much sanctions hurt.

Run it with ``python experiments/cutoff_against_pressure.py``.
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
    "Sanctions that cost Russia 0.8 a week or more are used, and delay stops paying. How fast a "
    "cutoff would drain Ukraine's stocks moves nothing by more than 0.01: at no point does the "
    "mediator begin with a cutoff."
)
EXPECTED = {
    "share_of_delay": 0.3333,
    "sanctions_used": 0.6667,
    "cutoff_used": 0.0,
    "moved_by_the_drain": 0.001,
}


def main(out: Path) -> dict[str, float]:
    """Sweep, draw the figure into a folder and return the numbers of the claim."""
    scenario = ns.load(ROOT / "scenarios" / "march_2025.toml")
    design = ns.grid(
        {"parameters.aid_drain": (0, 0.5, 6), "payoffs.russia.sanctions_pain": (-2, 0, 6)}
    )
    measures = [
        *phase_measures(PARTY),
        "said.usa.aid_cutoff.yes",
        "said.usa.sanctions.yes",
    ]
    results = ns.sweep(scenario, design, measures, out=out, threads=os.cpu_count() or 1)
    found = phase(results, design, PARTY)
    put_phase(diagram_of(scenario, found), scenario.party(PARTY).label, out / "figure")
    return {
        "share_of_delay": float((found.labels == 1).mean()),
        "sanctions_used": float(results.measures["said.usa.sanctions.yes"].mean()),
        "cutoff_used": float(results.measures["said.usa.aid_cutoff.yes"].mean()),
        "moved_by_the_drain": float(found.delay.std(axis=0).max()),
    }


if __name__ == "__main__":
    folder = Path("out") / "cutoff_against_pressure"
    print(CLAIM)
    for name, value in main(folder).items():
        print(f"{name}: {value:.3f} (expected {EXPECTED[name]:.3f})")
    print(f"figure: {folder}/figure/phase.png")
