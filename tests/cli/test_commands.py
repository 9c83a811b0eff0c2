"""Every command answers in text and JSON, writes where it is told, takes seeds and numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from negsim.cli.group import COMMANDS
from negsim.sampling.design import grid
from negsim.sampling.run import sweep
from negsim.scenario.load import load

SWEEP = ["--vary", "payoffs.ann.water=-2:2:5", "--workers", "1"]
BARE = """
format = 1
title = "One [party] <and> one option"
parties.ann.label = "Ann [the bold]"
options.dig.parties = ["ann"]
payoffs.ann.water = { when = "dig", value = 2, why = "thirst" }
claims.digs = { says = "Ann digs", expect = { round = 1, outcome = "dig" } }
"""
RANGED = BARE.replace("value = 2,", "value = 2, range = [-2, 4],")
MIXED = BARE + 'parties.bob = {}\noptions.hide.parties = ["bob"]\ntalks.rounds = 3\n'
SCENARIOS = Path(__file__).parents[2] / "scenarios"
SIGNAL_FILE = SCENARIOS / "textbook" / "truce_as_signal.toml"
FEARFUL_FILE = SCENARIOS / "march_2025_fearful.toml"
RECORD = SCENARIOS / "transcripts" / "march_2025.csv"
EXAMPLES = {
    "new": ["new", "mine"],
    "run": ["run", "bare.toml"],
    "check": ["check", "bare.toml"],
    "schema": ["schema"],
    "solve": ["solve", "bare.toml"],
    "stall": ["stall", "bare.toml"],
    "signal": ["signal", str(SIGNAL_FILE)],
    "transcript": ["transcript", str(FEARFUL_FILE), str(RECORD)],
    "counter": ["counter", "bare.toml"],
    "levers": ["levers", "ranged.toml", "--number", "all"],
    "robust": ["robust", "ranged.toml", "--samples", "32", "--indices", "8"],
    "play": ["play", "bare.toml"],
    "tournament": ["tournament", "mixed.toml", "--runs", "5"],
    "sweep": ["sweep", "bare.toml", *SWEEP],
    "export": ["export", "swept"],
    "compare": ["compare", "bare.toml", "bare.toml"],
    "report": ["report", "done"],
    "list": ["list", "measures"],
}
COMPUTING = ("run", "solve", "stall", "counter", "play", "sweep")


def names_in(folder: str | Path) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


@pytest.fixture
def bare(here: Path, command: Callable) -> Path:
    (here / "bare.toml").write_text(BARE, encoding="utf-8")
    return here


@pytest.fixture
def done(bare: Path, report_of: Callable) -> Path:
    """The folder of an earlier run."""
    (bare / "done").symlink_to(report_of("bare")[0])
    (bare / "ranged.toml").write_text(RANGED, encoding="utf-8")
    (bare / "mixed.toml").write_text(MIXED, encoding="utf-8")
    sweep(
        load(bare / "bare.toml"), grid({"talks.rounds": (1, 2, 2)}), ["end_round"], bare / "swept"
    )
    return bare


def test_every_command_has_an_example() -> None:
    assert list(EXAMPLES) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_and_says_nothing_else(
    name: str, done: Path, command: Callable
) -> None:
    answer = command(*EXAMPLES[name])
    assert (answer.code, answer.err) == (0, "")
    assert answer.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, here: Path, command: Callable) -> None:
    answer = command(name, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"Usage: negsim {name}")
    assert max(map(len, answer.out.splitlines())) <= 80


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "schema"])
def test_every_command_speaks_json(name: str, done: Path, command: Callable) -> None:
    answer = command(*EXAMPLES[name], "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.data


def test_the_schema_is_json(here: Path, command: Callable) -> None:
    assert command("schema").data["title"] == "negsim scenario, format 1"


@pytest.mark.parametrize("name", COMPUTING)
def test_out_is_written_and_holds_what_json_prints(
    name: str, bare: Path, command: Callable
) -> None:
    answer = command(*EXAMPLES[name], "--out", "there", "--seed", "3", "--json")
    file = {"run": "results"}.get(name, name)
    written = json.loads((bare / "there" / f"{file}.json").read_text(encoding="utf-8"))
    assert written == answer.data
    assert (written["about"] if name == "run" else written)["seed"] == 3
    assert names_in(bare) == ["bare.toml", "there"]


def test_without_out_only_run_and_sweep_write(bare: Path, command: Callable) -> None:
    for name in ("check", "solve", "stall", "play"):
        command(*EXAMPLES[name])
    assert names_in(bare) == ["bare.toml"]
    command(*EXAMPLES["run"])
    assert names_in("out/bare") == [
        "figures",
        "negsim.json",
        "report.html",
        "results.json",
        "tables",
    ]
    command(*EXAMPLES["sweep"])
    names = ["negsim.json", "results.sqlite", "sweep.json", "sweep.png", "sweep.svg"]
    assert names_in("out/bare_sweep") == names


def test_set_changes_a_number_for_every_command_that_computes(
    bare: Path, command: Callable
) -> None:
    sets = ["--set", "payoffs.ann.water=-1", "--json"]
    chosen = command("solve", "bare.toml", *sets).data["pure"]["equilibria"][0]["profile"]
    assert chosen == {"Ann [the bold]": {"no": 1.0}}
    talk = command("stall", "bare.toml", *sets).data["parties"][0]["start"]
    assert talk["value"] == 0
    assert command("play", "bare.toml", *sets).data["parties"][0]["expected"] == 0
    swept = command("sweep", "bare.toml", "--vary", "talks.rounds=1:3:3", *sets).data
    assert swept["measures"]["in_effect.dig"]["high"] == 0
    results = command("run", "bare.toml", *sets).data
    assert results["about"]["command"] == "negsim run bare.toml --set payoffs.ann.water=-1"
    assert results["play"]["contests"][0]["fares"][-1]["payoffs"] == [0]


def test_of_two_settings_of_a_number_the_last_counts(bare: Path, command: Callable) -> None:
    sets = ["--set", "payoffs.ann.water=-1", "--set", " payoffs.ann.water = 7"]
    answer = command("stall", "bare.toml", *sets, "--json")
    assert answer.data["parties"][0]["start"]["value"] == 7


def test_the_seed_decides_the_lots(here: Path, command: Callable) -> None:
    (here / "mixed.toml").write_text(MIXED, encoding="utf-8")
    words = ["play", "mixed.toml", "--strategy", "ann=random", "--runs", "9", "--json", "--seed"]
    same, again, other = (command(*words, seed).data for seed in ("0", "0", "1"))
    assert same == again
    assert same["parties"][0]["mean"] != other["parties"][0]["mean"]
    assert same["parties"][0]["expected"] == other["parties"][0]["expected"] == 3


def test_text_of_a_scenario_is_not_markup_on_the_terminal(bare: Path, command: Callable) -> None:
    for name in ("run", "solve", "stall", "play", "sweep"):
        out = command(*EXAMPLES[name]).out
        assert "One [party] <and> one option" in out
        assert "Ann [the bold]" in " ".join(out.split()) or name == "sweep"
        assert "\x1b" not in out


def test_a_party_can_be_shown_alone(command: Callable, truce: Path) -> None:
    every = command("stall", truce, "--json").data["parties"]
    alone = command("stall", truce, "--party", "south", "--json").data["parties"]
    assert alone == [party for party in every if party["name"] == "south"]


def test_the_selection_is_passed_on(here: Path, command: Callable) -> None:
    text = """
        format = 1
        title = "Which side of the road"
        parties.ann = {}
        parties.bob = {}
        parties.cat.role = "mediator"
        options.left.parties = ["ann"]
        options.same.parties = ["bob"]
        options.speaks.parties = ["cat"]
        payoffs.ann.meets = { when = "left == same", value = 1 }
        payoffs.bob.meets = { when = "left == same", value = 1 }
        payoffs.cat.likes = { when = "left", value = 1 }
    """
    (here / "road.toml").write_text(text, encoding="utf-8")
    for rule, value in (("mediator_best", 1), ("mediator_worst", 0)):
        parties = command("stall", "road.toml", "--selection", rule, "--json").data["parties"]
        assert parties[2]["start"]["value"] == value


@pytest.mark.parametrize(
    ("method", "found"),
    [("pure", 2), ("nash", 3), ("logit", 1)],
)
def test_one_solver_can_be_named(
    method: str, found: int, scenario_files: dict[str, Path], command: Callable
) -> None:
    chicken = scenario_files["chicken"]
    answer = command("solve", chicken, "--method", method, "--json")
    (solution,) = answer.data["solutions"]
    assert len(solution["equilibria"]) == found
    assert "Chicken" in command("solve", chicken, "--method", method).out


def test_the_solved_talks_can_be_named(scenario_files: dict[str, Path], command: Callable) -> None:
    words = ["solve", scenario_files["prisoners_dilemma"], "--method", "backward_induction"]
    assert command(*words, "--json").data["solutions"][0]["values_at_start"] == [[1, 1]]
    assert "worth at the start: Row: 1, Column: 1" in command(*words).out


def test_strategies_of_the_command_line_are_played(
    scenario_files: dict[str, Path], command: Callable
) -> None:
    drift = scenario_files["drift"]
    words = ["play", drift, "--strategy", "staller=yes_but:patience=3", "--json", "--runs", "50"]
    answer = command(*words).data
    assert answer["runs"] == 50
    assert answer["parties"][0]["strategy"] == "yes_but:patience=3"
    solved = command("play", drift, "--json").data["parties"][0]
    assert solved["strategy"] == "equilibrium"
    assert solved["expected"] == pytest.approx(0.47557701479292225, abs=1e-9)
    assert solved["expected"] > answer["parties"][0]["expected"]


def test_a_sweep_is_drawn_and_counted(
    here: Path, scenario_files: dict[str, Path], command: Callable
) -> None:
    words = ["sweep", scenario_files["drift"], "--vary", "parameters.drift=0:0.04:9"]
    answer = command(*words, "--out", "s", "--workers", "1")
    assert "9 points of parameters.drift" in answer.out
    assert "The share depends on the grid; it is not a probability." in answer.out
    rows = (here / "s" / "phase.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "parameters.drift,label,value_of_delay,agreement_chance,end_round"
    labels = [row.split(",")[1] for row in rows[1:]]
    assert labels == ["settle"] * 3 + ["stalling"] * 6
    assert "  settle          33 % of the grid" in answer.out


def test_a_sweep_takes_two_numbers_and_a_party(here: Path, truce: Path, command: Callable) -> None:
    words = ["sweep", truce, "--vary", "parameters.speed=0:0.9:3", "--vary", "talks.rounds=2:5:4"]
    data = command(*words, "--party", "south", "--json", "--workers", "1").data
    assert data["party"] == "south"
    assert [len(axis) for axis in data["axes"]] == [3, 4]
    assert len(data["labels"]) == 3
    assert {len(row) for row in data["labels"]} == {4}


def test_a_sweep_does_not_depend_on_the_workers(here: Path, truce: Path, command: Callable) -> None:
    words = ["sweep", truce, "--vary", "parameters.speed=0:0.9:130", "--json", "--out"]
    one = command(*words, "one", "--workers", "1")
    two = command(*words, "two", "--workers", "2")
    assert one == two
    for name in ("phase.svg", "phase.png", "phase.csv", "phase.json"):
        assert (here / "one" / name).read_bytes() == (here / "two" / name).read_bytes()


def test_lists_name_everything(command: Callable, truce: Path) -> None:
    from negsim.analysis.measures.registry import measures
    from negsim.playing.registry import strategies
    from negsim.scenario.load import load
    from negsim.theory.registry import solvers

    for kind, names in (("strategies", strategies), ("solvers", solvers)):
        assert sorted(row["name"] for row in command("list", kind, "--json").data) == sorted(names)
        assert all(name in command("list", kind).out for name in names)
    listed = [row["name"].split(".")[0] for row in command("list", "measures", "--json").data]
    assert listed == list(measures)
    rows = command("list", "numbers", truce, "--json").data
    assert [row["name"] for row in rows] == list(load(truce).numbers)
    assert {"name": "parameters.speed", "value": "0.6", "range": "0.0 to 0.9"}.items() <= next(
        row for row in rows if row["name"] == "parameters.speed"
    ).items()


RESTS = '{ says = "Ann rests", expect = { round = 1, outcome = "not dig" } }'
FAILING = f"{BARE}claims.rests = {RESTS}\n"


def test_a_claim_that_fails_is_exit_code_1(bare: Path, command: Callable) -> None:
    (bare / "false.toml").write_text(FAILING, encoding="utf-8")
    answer = command("check", ".")
    assert (answer.code, answer.err) == (1, "")
    assert answer.out == (
        "bare.toml: valid, 1 of 1 claims hold\n"
        "false.toml: valid, 1 of 2 claims hold\n"
        "  FAILS rests: Ann rests (chance 0 in round 1)\n"
    )
    told = command("check", "false.toml", "--json")
    assert told.code == 1
    assert [claim["holds"] for claim in told.data[0]["claims"]] == [True, False]


def test_hidden_folders_are_not_checked(bare: Path, command: Callable) -> None:
    (bare / ".venv").mkdir()
    (bare / ".venv" / "false.toml").write_text(FAILING, encoding="utf-8")
    assert command("check", ".").out == "bare.toml: valid, 1 of 1 claims hold\n"


def test_warnings_count_only_if_asked(here: Path, command: Callable) -> None:
    idle = BARE + 'payoffs.ann.never = { when = "dig and not dig", value = 1, why = "x" }\n'
    (here / "idle.toml").write_text(idle, encoding="utf-8")
    answer = command("check", "idle.toml")
    assert answer.code == 0
    assert answer.err.startswith("warning: ")
    assert "payoffs.ann.never" in answer.err
    assert command("check", "idle.toml", "--strict").code == 1


def test_faults_come_before_failed_claims(bare: Path, command: Callable) -> None:
    (bare / "false.toml").write_text(FAILING, encoding="utf-8")
    (bare / "wrong.toml").write_text("", encoding="utf-8")
    answer = command("check", ".")
    assert (answer.code, answer.err) == (
        2,
        "wrong.toml:1: is empty; expected a scenario file\n",
    )
    assert "bare.toml: valid" in answer.out
    told = command("check", ".", "--json")
    assert (told.code, told.err) == (2, answer.err)
    assert told.data[2]["faults"] == [answer.err.rstrip()]


def test_negsim_alone_and_version(command: Callable) -> None:
    alone = command()
    assert alone == command("--help") == command("-h")
    assert alone.code == 0
    for name, text in COMMANDS.items():
        assert f"  {name} " in alone.out
        assert text in alone.out
    assert command("--version").out.startswith("negsim, version ")


def started(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from negsim.cli.main import main; main()", *words],
        capture_output=True,
        text=True,
        env={**os.environ, **settings},
        check=False,
    )


def test_a_process_gives_the_same_as_the_entry_point(
    scenario_files: dict[str, Path], command: Callable
) -> None:
    words = ["stall", str(scenario_files["drift"])]
    done = started(*words, COLUMNS="80", FORCE_COLOR="")
    expected = command(*words)
    assert (done.returncode, done.stdout, done.stderr) == (0, expected.out, "")
    colourful = started(*words, COLUMNS="80", FORCE_COLOR="1")
    assert "\x1b[" in colourful.stdout
    plain = started(*words, COLUMNS="80", FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b[3" not in plain.stdout
