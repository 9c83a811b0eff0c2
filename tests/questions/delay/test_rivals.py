"""One rival reading, one answer: levers, rival readings and files that say the same must agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.stalling import LABELS, SETTLE, analyse
from negsim.dynamics.build import compile_scenario
from negsim.questions.change.levers import levers
from negsim.questions.delay.discipline import Fear, calm, calm_scenario, fearful_rival, stated_cost
from negsim.scenario.load import load
from negsim.scenario.model import Scenario

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
FEAR, STANDING = "payoffs.russia.rearmament_fear", "payoffs.russia.talks_standing"


@pytest.fixture(scope="module")
def march() -> Scenario:
    return load(SCENARIOS / "march_2025.toml")


def start(scenario: Scenario, player: int = 0) -> tuple[str, str | None]:
    """Return a party's label at the start and the package that it is about."""
    found = analyse(compile_scenario(scenario))
    return LABELS[int(found.start_labels[0, player])], found.on_the_table(player)


@pytest.mark.parametrize("fear", [-24, -16, -2])
def test_the_fearful_file_is_the_worked_case_with_its_numbers(march: Scenario, fear: int) -> None:
    """Without what else the file adds (stocks that rise under a truce) only two numbers differ."""
    fearful = load(SCENARIOS / "march_2025_fearful.toml").set(
        {"parameters.rearming": 0, FEAR: fear}
    )
    assert start(fearful) == start(march.set({FEAR: fear, STANDING: 0}))


def test_a_lever_without_reasons_to_wait_is_the_ground_of_the_rivals(march: Scenario) -> None:
    """Numbers that are switched off stay off along every lever, also where they are levers."""
    short = march.set({"talks.rounds": 6})
    compiled = compile_scenario(short)
    for scan in levers(short, "russia"):
        points = np.tile(calm(compiled, "russia"), (len(scan.values), 1))
        off = calm_scenario(short, "russia")
        if off.value(scan.sets) == short.value(scan.sets):
            points[:, compiled.names.index(scan.sets)] = scan.values
        found = analyse(compiled, points)
        assert ((found.start_labels[:, 0] == SETTLE) == (np.array(scan.calm) == "settle")).all()
        assert [*scan.calm_packages] == [
            found.on_the_table(0, point) for point in range(len(points))
        ]


def test_what_is_on_the_table_changes_where_the_scan_says(march: Scenario) -> None:
    """Along the fear of the file: the mediator cuts aid where that makes Russia sign."""
    (fear,) = (each for each in levers(march, "russia") if each.sets == FEAR)
    assert fear.package_crossings
    for crossing in fear.package_crossings:
        for side, step in ((crossing.below, -1e-5), (crossing.above, 1e-5)):
            at = march.set({FEAR: crossing.value + step})
            assert start(at)[1] == side


def test_the_made_rival_says_how_far_outside_the_ranges_it_is(march: Scenario) -> None:
    stated = stated_cost(march, "russia")
    assert stated == Fear(FEAR, '"Ukraine rearms behind the ceasefire"', 24.0)
    found = fearful_rival(analyse(compile_scenario(march)), 0)
    assert found is not None
    assert found.made == (
        "a signature without its conditions costs it 38, 14 beyond the file's range"
    )
    assert found.package == start(march)[1]


def test_the_rival_is_the_file_s_own_where_that_does_it() -> None:
    """In the talks with Iran 11 of a stated cost of signing are enough, and 20 are in its range."""
    iran = load(SCENARIOS / "cases" / "iran_2014.toml")
    analysis = analyse(compile_scenario(iran))
    stated = stated_cost(iran, "iran")
    assert stated is not None
    found = fearful_rival(analysis, 0)
    assert found is not None
    assert found.made.startswith(stated.words)
    assert found.made.endswith("within the file's range")


def test_a_file_without_such_a_cost_is_said_to_have_none() -> None:
    drift = load(SCENARIOS / "textbook" / "drift.toml")
    assert stated_cost(drift, "staller") is None
    found = fearful_rival(analyse(compile_scenario(drift)), 0)
    assert found is not None
    assert found.made.endswith(", which the file does not state")
