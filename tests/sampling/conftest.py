from __future__ import annotations

from pathlib import Path

import pytest

from negsim.scenario.load import load
from negsim.scenario.model import Scenario

TEXT = """
format = 1
title = "Two sides and a truce"

[parties.north]
discount = { value = 0.95, range = [0.9, 1.0], why = "Patience" }
[parties.south]
discount = 0.9

[options.truce]
parties = ["north", "south"]

[talks]
round = "week"
rounds = { value = 6, range = [2, 9], why = "The season" }
order = [["north"], ["south"]]

[state.ground]
levels = 4
start = { value = 1, range = [0, 3], why = "The map" }

[parameters.drift]
value = 0.3
range = [0.0, 1.0]
why = "The front"

[changes.advance]
when = "not truce"
add = { ground = 1 }
chance = "drift"

[ends.signed]
kind = "agreement"
when = "truce"

[payoffs.north.land]
at = ["signed", "no_agreement"]
value = 1.1
range = [0.5, 2.0]
per = "ground"
why = "Land"
[payoffs.north.war]
when = "not truce"
value = -0.1
range = [-0.9, 0.0]
why = "Losses"
[payoffs.north.peace]
at = "signed"
value = 0.7
why = "Quiet"
[payoffs.south.land]
at = ["signed", "no_agreement"]
value = -1.3
per = "ground"
why = "Land"
[payoffs.south.war]
when = "not truce"
value = -0.3
why = "Losses"
[payoffs.south.peace]
at = "signed"
value = 0.9
range = [-3.0, 3.0]
why = "Quiet"

[channels.drift]
off = { "parameters.drift" = 0 }
"""


@pytest.fixture
def scenario_file(tmp_path: Path) -> Path:
    file = tmp_path / "truce.toml"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture
def scenario(scenario_file: Path) -> Scenario:
    return load(scenario_file)
