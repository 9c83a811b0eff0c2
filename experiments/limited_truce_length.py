"""Does the limited truce lengthen or shorten the talks as its benefit to the staller grows?

The benefit of the energy truce to Russia is changed from nothing to three times what is assumed,
and the talks are played by their solved plan, and by Russia's best reply to a sincere Ukraine and a
patient mediator. Run it with ``python experiments/limited_truce_length.py``.
"""

from __future__ import annotations

from pathlib import Path

import negsim as ns
from negsim.drawing.plots.files import save
from negsim.drawing.plots.lines import lines
from negsim.dynamics.build import compile_scenario
from negsim.playing.lineup import choose
from negsim.questions.rules.staging import cast, expect_stage, stage

ROOT = Path(__file__).resolve().parents[1]
NUMBER = "payoffs.russia.truce_relief"
VALUES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0)
LINEUPS = {
    "everybody plays the solved talks": ("equilibrium", "equilibrium", "equilibrium"),
    "best reply to sincere and patient": ("optimal_staller", "sincere", "patient"),
}

CLAIM = (
    "It lengthens them. Up to half of the assumed benefit the full ceasefire is signed in the "
    "first week whoever plays; at the assumed benefit the talks last 6.8 weeks in the solved "
    "talks and 7.3 against sincere and patient others; at twice the benefit 11.2 and 23.4 "
    "weeks. The truce that stops part of the harm is, under these assumptions, what makes the "
    "rest of it last: its worth has to be seen beside the weeks of war that it adds."
)
EXPECTED = {
    "weeks_solved_0.5": 1.0,
    "weeks_solved_1.0": 6.749,
    "weeks_solved_2.0": 11.163,
    "weeks_best_reply_0.5": 1.0,
    "weeks_best_reply_1.0": 7.275,
    "weeks_best_reply_2.0": 23.373,
}


def main(out: Path) -> dict[str, float]:
    """Play at every benefit, draw the figure into a folder and return the lengths."""
    base = ns.load(ROOT / "scenarios" / "march_2025.toml")
    weeks: dict[str, list[float]] = {name: [] for name in LINEUPS}
    for value in VALUES:
        compiled = compile_scenario(base.set({NUMBER: value}))
        ready = stage(compiled)
        for name, texts in LINEUPS.items():
            parties = zip(compiled.scenario.parties, texts, strict=True)
            rules = [choose(compiled, party.name, text) for party, text in parties]
            weeks[name].append(expect_stage(ready, cast(ready, rules)).rounds)
    figure = lines(
        {name: (VALUES, found) for name, found in weeks.items()},
        title="The more the limited truce is worth to Russia, the longer the talks last",
        xlabel="what the energy truce is worth to Russia a week (assumed: 1, range 0.4 to 1.6)",
        ylabel="mean weeks until the talks end (at most 26)",
    )
    save(figure, out, "limited_truce_length")
    solved, reply = weeks.values()
    found = {"solved": solved, "best_reply": reply}
    return {
        f"weeks_{name}_{value}": series[VALUES.index(value)]
        for name, series in found.items()
        for value in (0.5, 1.0, 2.0)
    }


if __name__ == "__main__":
    folder = Path("out") / "limited_truce_length"
    print(CLAIM)
    for name, value in main(folder).items():
        print(f"{name}: {value:.3f} (expected {EXPECTED[name]:.3f})")
    print(f"figure: {folder}/limited_truce_length.png")
