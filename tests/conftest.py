"""What tests of the command line, the report and the documentation share."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import negsim
from negsim.cli.main import main

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"

TRUCE = r"""
format  = 1
title   = "A truce over a well & a <b>bridge</b>"
as_of   = 2025-03-19
summary = "Two sides and a mediator; waiting pays while the line <script>alert(1)</script> moves."

[sources.notes]
cite = "The <i>authors'</i> judgement"

[parties.north]
label    = "Republic of the Northern Highlands"
discount = { value = 0.98, range = [0.95, 0.99], why = "patience" }
[parties.south]
label    = "Southern Provinces & Isles"
discount = 0.98
[parties.envoy]
label    = "Special Envoy"
role     = "mediator"
discount = 0.97

[options.well]
label   = "Shared use of the well"
parties = ["north", "south"]
[options.truce]
label   = "Comprehensive truce along the whole line"
parties = ["north", "south"]
[options.truce.conditions.north]
when = "cutoff"
[options.cutoff]
label   = "Cut <b>aid</b> & $arms$ of $\\frac"
parties = ["envoy"]
presses = "south"

[rules]
truce_includes_well = "truce implies well"

[talks]
round  = "week"
rounds = { value = 6, range = [4, 8], why = "the season" }
order  = [["envoy"], ["north"], ["south"]]

[state.line]
label  = "Position of the line"
levels = 4
start  = { value = 1, range = [0, 2], why = "the map" }
[state.patience]
label  = "Patience left"
levels = 3
start  = 2

[parameters.speed]
value  = 0.6
range  = [0.0, 0.9]
why    = "chance a week that the line moves"
source = "notes"

[changes.line_moves]
when   = "not truce"
add    = { line = 1 }
chance = "speed"
[changes.patience_wears]
when   = "not truce"
add    = { patience = -1 }
chance = 0.1

[ends.signed]
label = "Truce signed"
kind  = "agreement"
when  = "truce"
[ends.envoy_leaves]
label = "The envoy leaves"
kind  = "breakdown"
when  = "patience == 0"

[payoffs.north]
land  = { at = ["signed", "envoy_leaves", "no_agreement"], value = 2, range = [1, 3], per = "line" }
peace = { at = "signed", value = 3 }
war   = { when = "not truce", value = -0.2, range = [-3, -0.1], why = "losses <img src=x>" }
water = { when = "well", value = 0.1 }
[payoffs.south]
land  = { at = ["signed", "envoy_leaves", "no_agreement"], value = -1, per = "line" }
peace = { at = "signed", value = 5, range = [3, 6] }
war   = { when = "not truce", value = -1 }
water = { when = "well", value = 0.1 }
[payoffs.envoy]
deal   = { at = "signed", value = 4 }
cutoff = { when = "cutoff", value = -0.5 }

[costs.harm]
label = "Weeks of harm"
when  = "not truce"
value = 1

[channels.drift]
label = "The line moves"
off   = { "parameters.speed" = 0 }
[channels.water]
label = "The well pays"
off   = { "payoffs.north.water" = 0 }

[levers.speed]
label = "Speed of the line"
sets  = "parameters.speed"
range = [0.0, 0.9]
[levers.war]
label = "What a week of war costs the north"
sets  = "payoffs.north.war"
range = [-3, 0]
[levers.south_peace]
label = "What peace is worth to the south"
sets  = "payoffs.south.peace"
range = [4.5, 6]

[claims.well_first]
says   = "The well is shared in week 1 and the truce is <u>not</u> signed"
expect = { round = 1, outcome = "well and not truce" }
[claims.delay_pays]
says      = "Delay is worth 2.83 to the north"
measure   = "delay.north"
equals    = 2.8317
tolerance = 0.001
"""
"""A small scenario with one of everything, and with text that must be escaped."""

BARE = """
format = 1
title = "One party and one option"
parties.ann = {}
options.dig.parties = ["ann"]
payoffs.ann.water = { when = "dig", value = 2 }
"""


@dataclass(frozen=True)
class Answer:
    """What the command line gave: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Return what was printed as strict JSON."""
        return strict_json(self.out)


def strict_json(text: str) -> Any:
    """Return the data of JSON text without NaN and infinity, which are no JSON."""

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


Command = Callable[..., Answer]


def call(*words: str | Path) -> Answer:
    """Run the real entry point in this process, which keeps its own answer to signals."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["negsim", *map(str, words)])
        patch.setenv("COLUMNS", "80")
        patch.setattr("negsim.cli.stop.listen", lambda: None)
        patch.setattr("negsim.cli.stop.Stop.over", False)
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main()
    assert isinstance(ended.value.code, int)
    return Answer(ended.value.code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def command() -> Command:
    return call


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def truce_text() -> str:
    return TRUCE


@pytest.fixture(scope="session")
def truce(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small scenario as a file."""
    file = tmp_path_factory.mktemp("truce") / "truce.toml"
    file.write_text(TRUCE, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def scenario_files(tmp_path_factory: pytest.TempPathFactory, truce: Path) -> dict[str, Path]:
    """Every scenario of the repository, the small one and the smallest, by name."""
    bare = tmp_path_factory.mktemp("bare") / "bare.toml"
    bare.write_text(BARE, encoding="utf-8")
    return {
        **{file.stem: file for file in sorted(SCENARIOS.rglob("*.toml"))},
        "truce": truce,
        "bare": bare,
    }


@pytest.fixture(scope="session")
def report_of(
    tmp_path_factory: pytest.TempPathFactory, scenario_files: dict[str, Path]
) -> Callable[[str], tuple[Path, Answer]]:
    """Return a function that gives a scenario's report, made once; the worked case shortened."""
    made: dict[str, tuple[Path, Answer]] = {}

    def report(name: str) -> tuple[Path, Answer]:
        if name not in made:
            folder = tmp_path_factory.mktemp("reports") / name
            shorter = ["--set", "talks.rounds=4"] if name == "march_2025" else []
            words = ["run", scenario_files[name], "--out", folder, "--seed", "7", *shorter]
            made[name] = folder, call(*map(str, words))
        return made[name]

    return report
