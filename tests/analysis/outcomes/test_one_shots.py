"""The batch of one-shot games says what the games say one by one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.stalling import Stalling, analyse
from negsim.analysis.measures.registry import evaluate
from negsim.analysis.outcomes.outcomes import one_shot_answer
from negsim.dynamics.build import Compiled, compile_scenario, one_shot_at
from negsim.sampling.design import latin_hypercube
from negsim.scenario.load import load
from negsim.theory.oneshot.pure import pure_equilibria

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
FILES = [
    "march_2025.toml",
    "textbook/chicken.toml",
    "textbook/stag_hunt.toml",
    "textbook/matching_pennies.toml",
    "cases/iran_2014.toml",
]


def drawn(name: str, points: int) -> tuple[Compiled, Stalling]:
    """Return a scenario over its stated ranges, start states included."""
    scenario = load(SCENARIOS / name)
    compiled = compile_scenario(scenario)
    if not any(number.low is not None for number in scenario.numbers.values()):
        return compiled, analyse(compiled)
    design = latin_hypercube(scenario, points, seed=1)
    columns = dict(zip(design.names, design.values.T, strict=True))
    return compiled, analyse(compiled, compiled.points(columns))


@pytest.mark.parametrize("name", FILES)
def test_the_last_rounds_are_those_of_the_talks(name: str) -> None:
    compiled, analysis = drawn(name, 24)
    game = compiled.talks(analysis.points)
    for point in range(len(analysis.points)):
        alone = one_shot_at(compiled, game, point).payoffs
        np.testing.assert_allclose(analysis.last_rounds[point], alone, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", FILES)
def test_the_marks_are_those_of_the_games_one_by_one(name: str) -> None:
    compiled, analysis = drawn(name, 12)
    found = analysis.one_shots
    for point in range(len(analysis.points)):
        alone = replace(analysis, points=analysis.points[[point]])
        answer = one_shot_answer(compiled, compiled.talks(alone.points))
        marks = [
            (tuple(row.payoffs.round(9)), row.equilibrium, row.efficient, row.bargaining)
            for row in answer.outcomes
        ]
        ours = [
            (
                tuple(found.outcomes[point, event].round(9)),
                bool(found.equilibrium[point, event]),
                bool(found.efficient[point, event]),
                bool(found.bargained[point, event]),
            )
            for event in np.flatnonzero(found.reached[point])
        ]
        assert sorted(ours) == sorted(marks)
        np.testing.assert_allclose(found.status_quo[point], answer.status_quo)
        if answer.two_party is not None:
            assert found.mixed_counts[point] == len(answer.two_party.equilibria)
        count = len(pure_equilibria(one_shot_at(compiled, analysis.game, point)))
        assert evaluate(analysis, ["pure_equilibria"])["pure_equilibria"][point] == count


def test_measures_of_options() -> None:
    compiled, analysis = drawn("march_2025.toml", 40)
    names = [f"{kind}.full_ceasefire" for kind in ("stable", "efficient", "bargained")]
    found = evaluate(analysis, [*names, "bargained_payoff.russia", "status_quo_payoff.russia"])
    option = [each.name for each in compiled.scenario.options].index("full_ceasefire")
    on = compiled.events.table[option] > 0
    expected = (analysis.one_shots.equilibrium & on).any(axis=1)
    assert found[names[0]].tolist() == expected.astype(float).tolist()
    assert found[names[1]].mean() > 0
    gain = found["bargained_payoff.russia"] - found["status_quo_payoff.russia"]
    assert (gain >= -1e-9).all()


def test_nothing_is_solved_for_them() -> None:
    _, analysis = drawn("march_2025.toml", 4)
    evaluate(analysis, ["pure_equilibria", "stable.full_ceasefire", "two_party_equilibria"])
    assert "plan" not in vars(analysis)
    assert "game" not in vars(analysis)
