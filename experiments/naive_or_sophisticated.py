"""Who does best against a naive and a sophisticated Bayesian mediator?

The naive mediator multiplies its odds that Russia is sincere by fixed numbers after each refusal
and each concession, and presses once its belief falls below a threshold; the sophisticated one
knows how a party that imitates sincerity would mix, and presses no more than that bids down. Both
meet the same strategies of Russia, and the best reply to each of them; a mediator that never
presses stands beside them. Ukraine is sincere. Run it with
``python experiments/naive_or_sophisticated.py``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import negsim as ns
from negsim.drawing.plots.cross_table import cross_table
from negsim.drawing.plots.files import save
from negsim.dynamics.build import compile_scenario
from negsim.questions.tournament.tournament import Result, enter, tournament

ROOT = Path(__file__).resolve().parents[1]
RULES = (
    "equilibrium",
    "yes_but",
    "sincere_slow",
    "conceder",
    "sincere",
    "salami",
    "random",
    "boulware",
    "fearful",
    "deadline_runner",
    "hardliner",
    "min_concession",
)
MEDIATORS = ("patient", "bayes_trigger", "bayes_trigger_sophisticated")
NAMES = ("patient", "naive", "sophisticated")
RUNS = 400

CLAIM = (
    "The best reply does best, and does as well against either Bayesian mediator as against "
    "one that never presses: it gains 1.30 units over being sincere. It accepts the limited "
    "truce and attaches a condition to the rest, which neither mediator counts as a refusal. "
    "So sophistication buys the mediator nothing in the worked case, since what it watches is "
    "what the staller likes to do anyway. Of the rules of thumb yes_but does best after the "
    "solved talks. The rule made to game a naive observer, which refuses outright whenever it "
    "can afford to, does worst, and worse against the sophisticated mediator: 13.6 against "
    "10.7."
)
EXPECTED = {
    "gain_of_best_reply_patient": 1.296,
    "payoff_of_min_concession_patient": 13.753,
    "payoff_of_yes_but_patient": 34.920,
    "gain_of_best_reply_naive": 1.296,
    "payoff_of_min_concession_naive": 13.550,
    "payoff_of_yes_but_naive": 34.920,
    "gain_of_best_reply_sophisticated": 1.296,
    "payoff_of_min_concession_sophisticated": 10.692,
    "payoff_of_yes_but_sophisticated": 34.920,
}


def main(out: Path) -> dict[str, float]:
    """Play the tournament, draw the figure into a folder and return the numbers."""
    compiled = compile_scenario(ns.load(ROOT / "scenarios" / "march_2025.toml"))
    entry = enter(compiled.scenario, ("russia", "usa"), (RULES, MEDIATORS), runs=RUNS, seed=1)
    found = tournament(compiled, entry)
    payoffs = found.columns["payoff russia"][0]
    figure = cross_table(
        np.vstack([found.answers[0], payoffs]),
        ["best reply", *RULES],
        NAMES,
        title="Neither Bayesian mediator takes anything from the best reply or from yes, but",
        row_title="Russia",
        column_title="The mediator",
        unit="payoff",
    )
    save(figure, out, "naive_or_sophisticated")
    return numbers(found)


def numbers(found: Result) -> dict[str, float]:
    """Return the payoffs that the claim is about."""
    payoffs, best = found.columns["payoff russia"][0], found.answers[0][0]
    sincere, game = (payoffs[RULES.index(rule)] for rule in ("sincere", "min_concession"))
    table: dict[str, float] = {}
    for place, name in enumerate(NAMES):
        table[f"gain_of_best_reply_{name}"] = float(best[place] - sincere[place])
        table[f"payoff_of_min_concession_{name}"] = float(game[place])
        table[f"payoff_of_yes_but_{name}"] = float(payoffs[RULES.index("yes_but"), place])
    return table


if __name__ == "__main__":
    folder = Path("out") / "naive_or_sophisticated"
    print(CLAIM)
    for name, value in main(folder).items():
        print(f"{name}: {value:.3f} (expected {EXPECTED[name]:.3f})")
    print(f"figure: {folder}/naive_or_sophisticated.png")
