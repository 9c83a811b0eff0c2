"""What is said and drawn of a sweep: spreads, the strongest mover, panels of dots."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from negsim.drawing.plots.panels import MeasureRow, measure_panels, slice_means
from negsim.errors import UsageError
from negsim.questions.sweep.answer import LabelsOnRecord, LabelSpread, NumberSpread, Sweep
from negsim.questions.sweep.ask import ask_sweep, phase_party
from negsim.questions.sweep.draw import headline, shown_names, sweep_figure
from negsim.questions.sweep.phase import phase_measures
from negsim.sampling.design import Design, grid, latin_hypercube
from negsim.sampling.results import Results
from negsim.sampling.run import sweep
from negsim.scenario.load import loads

WELL = """
format = 1
title = "A well"
parties.east = { label = "The East" }
options.dig.parties = ["east"]
talks.rounds = 1
parameters.unused = { value = 0.5, range = [0, 1], why = "Nothing depends on it" }
payoffs.east.water = { when = "dig", value = 2, range = [0.5, 3], why = "A dry summer" }
"""


def swept(design: Design | None = None, measures: tuple[str, ...] = ("value.east",)) -> Results:
    scenario = loads(WELL)
    return sweep(scenario, design or latin_hypercube(scenario, 200, seed=1), measures)


def on_record(results: Results) -> LabelsOnRecord:
    spread = ask_sweep(results).measures["label.east"]
    assert isinstance(spread, LabelSpread)
    assert spread.given_record is not None
    return spread.given_record


def test_spread_and_strongest_mover() -> None:
    found = ask_sweep(swept(measures=("label.east", "value.east")))
    assert (found.points, found.planned, found.failed) == (200, 200, 0)
    value, label = found.measures["value.east"], found.measures["label.east"]
    assert isinstance(value, NumberSpread)
    assert isinstance(label, LabelSpread)
    assert value.unit == "payoff"
    assert value.low is not None
    assert 0.5 <= value.low < 0.52
    assert value.mean == pytest.approx(1.75, abs=0.01)
    assert value.moved_by is not None
    assert value.moved_by.name == "payoffs.east.water"
    assert value.moved_by.correlation == pytest.approx(1)
    assert sum(label.shares.values()) == pytest.approx(1)
    assert Sweep.from_dict(found.to_dict()) == found


def test_labels_are_counted_given_the_record_as_well() -> None:
    """Digging is on record, and pays in three of four of these points."""
    text = WELL + "\n[record.dug]\nround = 1\noutcome = 'dig'\n"
    design = grid({"payoffs.east.water": (-1, 3, 101)})
    results = sweep(loads(text), design, ("label.east", "record_chance"))
    found = on_record(results)
    assert found.effective == pytest.approx(75)
    assert found.shares is not None
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.how == "by rejection, of 101 points"
    few = sweep(loads(text), grid({"payoffs.east.water": (-1, 3, 9)}), tuple(results.measures))
    assert on_record(few).shares is None


def test_failed_points_are_counted_with_their_reasons() -> None:
    design = Design("list", ("talks.rounds",), np.array([[1.0], [0.0], [2.0], [0.5]]))
    found = ask_sweep(swept(design))
    assert found.failed == 2
    assert found.errors == {
        "talks.rounds = 0, expected a whole number from 1 to 10,000": 1,
        "talks.rounds = 0.5, expected a whole number from 1 to 10,000": 1,
    }


def test_the_title_says_what_moves_the_first_measure() -> None:
    results = swept(measures=("label.east", "value.east"))
    assert headline(results) == (
        "Value, The East: goes most with payoffs.east.water (rank correlation +1.00)"
    )
    assert shown_names(results)[0] == "payoffs.east.water"
    line = swept(grid({"payoffs.east.water": (0.5, 3, 11)}))
    assert headline(line) == "Value, The East: from 0.5 to 3"
    still = swept(grid({"parameters.unused": (0, 1, 11)}))
    assert headline(still) == "No measure differs between the points"


def test_dots_are_the_points_and_the_base_case_is_marked() -> None:
    results = swept()
    axes = [each for each in sweep_figure(results).axes if each.get_label() != "sheet"]
    assert len(axes) == 2
    dots = axes[0].lines[0]
    np.testing.assert_array_equal(dots.get_xdata(), results.values[:, 1])
    np.testing.assert_array_equal(dots.get_ydata(), results.measures["value.east"])
    np.testing.assert_array_equal(axes[0].lines[-1].get_xdata(), [2, 2])


def test_panels_refuse_what_cannot_be_drawn() -> None:
    row = MeasureRow("value", np.ones(3), "payoff", {})
    with pytest.raises(UsageError, match=r'^figure "none": nothing to draw$'):
        measure_panels({}, [row], title="none")
    with pytest.raises(UsageError, match=r"expected an array of shape \(2,\), got \(3,\)"):
        measure_panels({"a": [1, 2]}, [row], title="other")


def test_slices_have_equally_many_points() -> None:
    x, y = slice_means(np.arange(64.0), np.arange(64.0) ** 2)
    assert x.tolist() == [7.5, 23.5, 39.5, 55.5]
    assert (np.diff(y) > 0).all()


@pytest.mark.parametrize(
    ("axes", "measures", "party"),
    [
        ({"parameters.unused": (0, 1, 2)}, None, "east"),
        ({"parameters.unused": (0, 1, 2)}, ("value.east",), None),
        (
            {
                "parameters.unused": (0, 1, 2),
                "payoffs.east.water": (0, 1, 2),
                "talks.rounds": (1, 2, 2),
            },
            None,
            None,
        ),
    ],
)
def test_a_grid_of_one_or_two_numbers_is_a_phase_diagram(
    axes: dict[str, Any], measures: tuple[str, ...] | None, party: str | None
) -> None:
    asked = measures or tuple(phase_measures("east"))
    assert phase_party(swept(grid(axes), asked)) == party
