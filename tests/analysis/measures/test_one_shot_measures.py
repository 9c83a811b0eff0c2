"""Measures of one-shot equilibria and guarantees, against games solved by hand."""

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.stalling import Stalling, analyse
from negsim.analysis.measures.registry import evaluate, measures
from negsim.dynamics.build import compile_scenario
from negsim.scenario.load import load

TEXTBOOK = Path(negsim.__file__).parents[1] / "scenarios" / "textbook"


def textbook(name: str) -> Stalling:
    return analyse(compile_scenario(load(TEXTBOOK / f"{name}.toml")))


def measured(analysis: Stalling, name: str) -> float:
    return float(evaluate(analysis, [name])[name][0])


CASES = [
    ("prisoners_dilemma", "equilibria", 1),
    ("prisoners_dilemma", "best_equilibrium.row", 1),
    ("prisoners_dilemma", "security.row", 1),
    ("prisoners_dilemma", "mixed_in_effect.row_observes", np.nan),
    ("battle_of_the_sexes", "equilibria", 3),
    ("battle_of_the_sexes", "best_equilibrium.row", 2),
    ("battle_of_the_sexes", "worst_equilibrium.row", 2 / 3),
    ("battle_of_the_sexes", "mixed_in_effect.row_travels", 1 / 3),
    ("battle_of_the_sexes", "zero_sum_value.row", np.nan),
    ("matching_pennies", "equilibria", 1),
    ("matching_pennies", "zero_sum_value.row", 0),
    ("matching_pennies", "security.column", 0),
    ("matching_pennies", "mixed_in_effect.column_east", 0.5),
    ("stag_hunt", "equilibria", 3),
    ("guarantors", "mixed_in_effect.first_enforces", 0.5),
    ("guarantors", "security.first", 0.75),
    ("guarantors", "best_equilibrium.first", 1),
    ("guarantors", "worst_equilibrium.first", 0.75),
]


@pytest.mark.parametrize(("scenario", "name", "expected"), CASES)
def test_games_solved_by_hand(scenario: str, name: str, expected: float) -> None:
    found = measured(textbook(scenario), name)
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_the_talks_are_not_solved() -> None:
    analysis = textbook("war_of_attrition")
    for name, entry in measures.items():
        if entry.compute.__module__.endswith("measured.one_shot"):
            subject = {"party": ".row", "option": ".row_gives_in"}.get(entry.of, "")
            assert entry.needs == "last_rounds"
            measured(analysis, name + subject)
    assert "plan" not in vars(analysis)


def test_a_batch_has_one_number_a_point() -> None:
    scenario = load(TEXTBOOK / "war_of_attrition.toml")
    compiled = compile_scenario(scenario)
    points = compiled.points({"payoffs.row.holding_out": [-0.1, -0.3, -0.9]})
    name = "mixed_in_effect.column_gives_in"
    found = evaluate(analyse(compiled, points), [name])[name]
    assert found == pytest.approx([0.1, 0.25, 0.5])
