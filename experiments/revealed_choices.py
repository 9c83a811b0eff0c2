"""Do revealed choices alone lead to other numbers for March 2025 than the arguments did?

Of all points of the stated ranges of the worked case those count that bring what was seen in its
first week: the energy truce accepted, the full ceasefire answered with conditions, aid flowing.
Their means are a second calibration, in which the base values have no part; to two digits they are
those of ``scenarios/march_2025_revealed.toml``.
Run it with ``python experiments/revealed_choices.py``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import negsim as ns
from negsim.analysis.measures.registry import evaluate
from negsim.questions.trust.robustness import effective
from negsim.sampling.design import replicated
from negsim.scenario.model import Number, Scenario

ROOT = Path(__file__).resolve().parents[1]
POINTS = 1024
SEED = 20250319

CLAIM = (
    "A fifth of the points bring the record. Their mean brings it too; delay is the best reply for "
    "Russia there as it is at the base values, and the shipped second calibration is that mean."
)
EXPECTED = {
    "effective_points": 201.0,
    "as_shipped": 1.0,
    "label_is_that_of_the_base": 1.0,
    "record": 1.0,
}


def revealed(scenario: Scenario) -> tuple[dict[str, float], float]:
    """Return the mean of each number over the points that bring the record, and their worth."""
    design = replicated(scenario, POINTS, SEED)
    chances = ns.sweep(scenario, design, ["record_chance"]).measures["record_chance"]
    weights = np.nan_to_num(chances)
    means = weights @ design.values / weights.sum()
    found = zip(design.names, means.tolist(), strict=True)
    return {name: rounded(scenario.number(name), mean) for name, mean in found}, effective(weights)


def rounded(number: Number, mean: float) -> float:
    """Return a mean to two digits, whole where the number is a count."""
    whole = number.name.startswith(("state.", "talks."))
    return float(round(mean)) if whole else float(f"{mean:.2g}")


def main(out: Path) -> dict[str, float]:
    """Write both calibrations side by side into a folder and return the numbers of the claim."""
    base = ns.load(ROOT / "scenarios" / "march_2025.toml")
    shipped = ns.load(ROOT / "scenarios" / "march_2025_revealed.toml")
    found, worth = revealed(base)
    out.mkdir(parents=True, exist_ok=True)
    rows = [f"{name},{base.value(name):g},{value:g}" for name, value in found.items()]
    (out / "values.csv").write_text("\n".join(["number,base,revealed", *rows]) + "\n")
    labels = [ns.stalling(each).start_labels[0, 0] for each in (base, shipped)]
    own = ns.stalling(shipped)
    return {
        "effective_points": round(worth),
        "as_shipped": float(all(shipped.value(name) == value for name, value in found.items())),
        "label_is_that_of_the_base": float(labels[0] == labels[1]),
        "record": float(evaluate(own, ["record_chance"])["record_chance"][0]),
    }


if __name__ == "__main__":
    folder = Path("out") / "revealed_choices"
    print(CLAIM)
    for name, value in main(folder).items():
        print(f"{name}: {value:.3f} (expected {EXPECTED[name]:.3f})")
    print(f"values: {folder}/values.csv")
