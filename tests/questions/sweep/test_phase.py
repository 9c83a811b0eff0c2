"""A phase diagram lays the results of a grid out, the first number varying slowest."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.stalling import SETTLE, STALLING
from negsim.drawing.style import region_style
from negsim.errors import NegsimError
from negsim.questions.sweep.ask import diagram_of, label_text
from negsim.questions.sweep.draw import phase_table
from negsim.questions.sweep.phase import phase, phase_measures, refined_phase, refined_sweep
from negsim.sampling.axes import Axis
from negsim.sampling.design import grid
from negsim.sampling.results import Results
from negsim.sampling.run import sweep
from negsim.sampling.store import open_results
from negsim.scenario.load import load, loads
from tests.analysis.delay.test_doubt import CIRCLE

SCENARIO = load(Path(negsim.__file__).parents[1] / "scenarios" / "textbook" / "drift.toml")


WAITS = """
format = 1
title = "Ann does not mind"
parties.ann.discount = 0.9
parties.bob.discount = 0.9
options.deal.parties = ["ann", "bob"]
talks = { rounds = 2, order = ["ann", "bob"] }
ends.signed = { kind = "agreement", when = "deal" }
payoffs.bob.deal = { at = "signed", value = 1 }
payoffs.bob.talks = { when = "not deal", value = 0.3 }
"""


def test_the_border_is_where_the_closed_form_puts_it() -> None:
    axes = {"parameters.drift": (0, 0.04, 9), "parameters.first_share": (0.1, 0.7, 4)}
    design = grid(axes)
    found = phase(sweep(SCENARIO, design, phase_measures("staller")), design, "staller")
    speed, share = np.meshgrid(*found.axes, indexing="ij")
    critical = 0.02 * 0.1 + (0.001 + 0.02 * share) / 0.98
    assert found.labels.shape == (9, 4)
    assert (found.labels == np.where(speed > critical, STALLING, SETTLE)).all()
    assert (np.sign(found.delay) == np.sign(speed - critical)).all()
    assert (found.end_round[found.labels == SETTLE] == 1).all()
    assert (found.agreement[found.labels == SETTLE] == 1).all()
    assert (found.end_round[found.labels == STALLING] > 1).all()


def test_what_is_not_decided_is_a_label_of_its_own_in_a_phase_diagram() -> None:
    """Ann's value of delay at -2.13 is within the regret that a logit solution leaves there."""
    text = CIRCLE.format(signed=3.85, rounds=2).replace("value = -50", "value = 20")
    scenario, design = loads(text), grid({"payoffs.ann.signed": (-2.4, -1.86, 3)})
    found = phase(sweep(scenario, design, phase_measures("ann")), design, "ann")
    shares = diagram_of(scenario, found).shares
    assert [label_text(code) for code in found.labels] == [
        "delay_untested",
        "not_decided",
        "settle",
    ]
    assert shares["not_decided"] == pytest.approx(1 / 3)
    assert region_style("not_decided", 0).words == "not decided"


def test_marks_are_counted_among_the_points_that_were_solved() -> None:
    """Bob waits for the last round only if Ann, who does not mind, signs there: his label hangs."""
    scenario, design = loads(WAITS), grid({"payoffs.bob.talks": (0.0, 0.6, 3)})
    found = phase(sweep(scenario, design, phase_measures("bob")), design, "bob")
    assert found.marks.tolist() == [0, 1, 0], "at 0 he signs, at 0.6 he waits in any case"
    assert diagram_of(scenario, found).hangs_on_selection == pytest.approx(1 / 3)


def test_points_keep_their_place_in_the_data_and_the_table() -> None:
    design = grid({"talks.rounds": (1, 3, 3), "payoffs.staller.waiting": (-1, 1, 2)})
    found = phase(sweep(SCENARIO, design, phase_measures("staller")), design, "staller")
    data = diagram_of(SCENARIO, found)
    assert (data.labels == found.labels).all()
    assert sum(data.shares.values()) == 1
    assert data.base == (40.0, -0.001)
    assert data.ranges == ((None, None), (None, None))
    heads, *rows = phase_table(data)
    assert heads[:3] == ["talks.rounds", "payoffs.staller.waiting", "label"]
    assert [row[:2] for row in rows] == design.values.tolist()
    assert [row[2] for row in rows] == [label_text(code) for code in found.labels.ravel()]


def test_points_that_cannot_be_solved_are_told_apart() -> None:
    scenario = loads("""
        format = 1
        title = "A well that may be dry"
        parties.ann = {}
        options.dig.parties = ["ann"]
        parameters.depth = 1
        payoffs.ann.water = { when = "dig", value = 2, per = "1 / depth" }
    """)
    design = grid({"parameters.depth": (-1, 1, 3)})
    found = phase(sweep(scenario, design, phase_measures("ann")), design, "ann")
    assert found.labels[1] == -1
    assert (found.labels[[0, 2]] >= 0).all()
    assert np.isnan(found.end_round[1])
    data = diagram_of(scenario, found)
    assert data.to_dict()["end_round"][1] is None
    assert data.shares["not solved"] == 1 / 3


SPEED = Axis("parameters.drift", "", 0, 0.04)
SHARE = Axis("parameters.first_share", "", 0.1, 0.7)


def test_a_refined_diagram_is_that_of_the_whole_grid_at_a_fraction_of_the_cost() -> None:
    found = refined_phase(SCENARIO, [SPEED, SHARE], "staller", coarse=4, halvings=3)
    assert found.labels.shape == (33, 33)
    speed, share = np.meshgrid(*found.axes, indexing="ij")
    critical = 0.02 * 0.1 + (0.001 + 0.02 * share) / 0.98
    assert (found.labels == np.where(speed > critical, STALLING, SETTLE)).all()
    assert found.solved < 33 * 33 / 4
    known = np.isfinite(found.delay)
    assert known.sum() == found.solved
    assert (np.sign(found.delay[known]) == np.sign(speed - critical)[known]).all()


def test_along_one_number_and_over_whole_ones() -> None:
    found = refined_phase(SCENARIO, [SPEED], "staller", coarse=4, halvings=5)
    critical = 0.02 * 0.1 + (0.001 + 0.02 * 0.4) / 0.98
    assert found.labels.shape == (129,)
    assert (found.labels == np.where(found.axes[0] > critical, STALLING, SETTLE)).all()
    assert found.solved == 5 + 5
    rounds = Axis("talks.rounds", "", 1, 6, whole=True)
    found = refined_phase(SCENARIO, [rounds, SPEED], "staller", coarse=2, halvings=4)
    assert found.axes[0].tolist() == [1, 2, 3, 4, 5, 6]
    assert (found.labels >= 0).all()


def test_points_that_cannot_be_solved_are_a_region_of_their_own() -> None:
    chance = Axis("changes.patience_ends.chance", "", 0, 2)
    found = refined_phase(SCENARIO, [chance], "staller", coarse=4, halvings=2)
    assert ((found.labels == -1) == (found.axes[0] > 1)).all()


BORDER = {"parameters.drift": (0, 0.04, 33), "parameters.first_share": (0.1, 0.7, 33)}


def bits(results: Results) -> list[bytes]:
    """Return a table as bytes."""
    columns = [column.tobytes() for column in results.measures.values()]
    return [results.points.tobytes(), results.values.tobytes(), *columns]


@pytest.mark.parametrize("seed", range(5))
def test_a_refined_sweep_goes_on_where_it_stopped_bit_for_bit(seed: int, tmp_path: Path) -> None:
    """It is stopped at random moments, and solved with any number of threads."""
    design, luck = grid(BORDER), random.Random(seed)
    whole = refined_sweep(SCENARIO, design, "staller")

    def stops(_done: int, _total: int) -> None:
        if luck.random() < 0.3:
            raise KeyboardInterrupt

    for _ in range(3):
        with suppress(KeyboardInterrupt):
            refined_sweep(SCENARIO, design, "staller", tmp_path, luck.choice([1, 2]), stops)
        assert not open_results(tmp_path).complete or bits(open_results(tmp_path)) == bits(whole)
    last = refined_sweep(SCENARIO, design, "staller", tmp_path, threads=2)
    assert bits(last) == bits(open_results(tmp_path)) == bits(whole)
    assert last.complete
    assert len(last.points) < 33 * 33 / 4


def test_a_refined_sweep_has_the_diagram_of_the_whole_grid(tmp_path: Path) -> None:
    design = grid(BORDER)
    results = refined_sweep(SCENARIO, design, "staller", tmp_path)
    found = phase(results, results.design, "staller")
    whole = phase(sweep(SCENARIO, design, phase_measures("staller")), design, "staller")
    assert (found.labels == whole.labels).all()
    assert found.solved == len(results.points)
    known = np.isfinite(found.end_round)
    np.testing.assert_allclose(found.end_round[known], whole.end_round[known], rtol=1e-12)
    with pytest.raises(NegsimError, match="points along borders there, every point of the grid"):
        sweep(SCENARIO, design, phase_measures("staller"), tmp_path)


def test_what_cannot_be_refined() -> None:
    third = {**BORDER, "payoffs.staller.waiting": (-0.1, 0, 3)}
    with pytest.raises(NegsimError, match="expected a grid over one or two numbers"):
        refined_sweep(SCENARIO, grid(third), "staller")
    with pytest.raises(NegsimError, match="unknown party"):
        refined_sweep(SCENARIO, grid(BORDER), "stalle")


def test_bad_requests_for_a_diagram() -> None:
    for axes in ([], [SPEED, SPEED], [SPEED, SHARE, SHARE]):
        with pytest.raises(NegsimError, match="expected 1 or 2 different"):
            refined_phase(SCENARIO, axes, "staller")
    with pytest.raises(NegsimError, match="0 to 12 halvings"):
        refined_phase(SCENARIO, [SPEED], "staller", halvings=13)
    with pytest.raises(NegsimError, match="unknown party"):
        refined_phase(SCENARIO, [SPEED], "stalle")
