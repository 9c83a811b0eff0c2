"""A phase diagram lays the results of a grid out, the first number varying slowest."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import negsim
from negsim.analysis.stalling import SETTLE, STALLING
from negsim.report.phase import label_text, phase_data, phase_table
from negsim.scenario.load import load, loads
from negsim.studies.phase import phase, phase_measures
from negsim.sweep.design import grid
from negsim.sweep.run import sweep

SCENARIO = load(Path(negsim.__file__).parents[1] / "scenarios" / "textbook" / "drift.toml")


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


def test_points_keep_their_place_in_the_data_and_the_table() -> None:
    design = grid({"talks.rounds": (1, 3, 3), "payoffs.staller.waiting": (-1, 1, 2)})
    found = phase(sweep(SCENARIO, design, phase_measures("staller")), design, "staller")
    data = phase_data(SCENARIO, found)
    assert data["labels"] == found.labels.tolist()
    assert sum(data["shares"].values()) == 1
    assert data["base"] == [40.0, -0.001]
    assert data["ranges"] == [[None, None], [None, None]]
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
    data = phase_data(scenario, found)
    assert data["end_round"][1] is None
    assert data["shares"]["not solved"] == 1 / 3
