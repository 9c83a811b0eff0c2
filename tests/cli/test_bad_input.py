"""Bad input is exit code 2 and one clear line a fault on standard error; nothing is written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = """
format = 1
title = "Two sides and a truce"
parties.ann = {}
parties.bob = {}
options.truce.parties = ["ann", "bob"]
options.shout.parties = ["bob"]
parameters.speed = { value = 0.5, range = [0, 1] }
talks.rounds = 3
state.line = { levels = 3, start = 1 }
changes.moves = { add = { line = 1 }, chance = "speed" }
ends.signed = { kind = "agreement", when = "truce" }
payoffs.ann.quiet = { when = "truce", value = 1 }
payoffs.bob.quiet = { when = "truce", value = 1 }
"""


@pytest.fixture
def good(here: Path) -> Path:
    (here / "good.toml").write_text(GOOD, encoding="utf-8")
    (here / "file").write_text("", encoding="utf-8")
    (here / "empty").mkdir()
    (here / "wrong").mkdir()
    (here / "wrong" / "results.json").write_text("[1, 2", encoding="utf-8")
    (here / "other").mkdir()
    (here / "other" / "results.json").write_text('{"about": {}}', encoding="utf-8")
    (here / "binary").mkdir()
    (here / "binary" / "results.json").write_bytes(b"\xff\xfe\x00")
    return here


def contents(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


def refused(command: Callable, *words: str) -> str:
    """Check that a command refuses what it is given, and return the line that says why."""
    before = contents(Path.cwd())
    answer = command(*words)
    assert (answer.code, answer.out) == (2, ""), answer.err
    assert answer.err.count("\n") == 1, answer.err
    assert contents(Path.cwd()) == before
    return str(answer.err.rstrip("\n"))


WORDS = [
    ("rnu x.toml", 'negsim: no command "rnu"; did you mean "run"? (commands: new, run, check, '),
    ("runn x.toml", 'did you mean "run"?'),
    ("--bogus", "No such option"),
    ("run", "negsim run: Missing argument 'FILE'."),
    ("check", "negsim check: Missing argument"),
    ("run good.toml more", "negsim run: Got unexpected extra argument"),
    ("stall good.toml --jsn", "negsim stall: No such option"),
    ("run nothing.toml", "nothing.toml: no such file; expected a scenario file"),
    ("run empty", "empty: is a folder; expected a scenario file"),
    ("check empty", "empty: holds no .toml file, expected scenarios"),
    ("run good.toml --out file", "file: is a file, expected a folder"),
    ("run good.toml --out file/below/it", "file: is a file, expected a folder"),
    ("stall good.toml --out file", "file: is a file, expected a folder"),
    ("sweep good.toml --vary parameters.speed=0:1:3 --out file", "file: is a file"),
    ("stall good.toml --party anne", 'unknown party "anne"; did you mean "ann"? (known: ann, bob)'),
    ("stall good.toml --selection best", 'unknown selection "best" (known: mediator_best, '),
    ("solve good.toml --method purr", 'unknown solver "purr"; did you mean "pure"?'),
    ("play good.toml --strategy ann", "--strategy ann: expected PARTY=STRATEGY"),
    ("play good.toml --strategy ann=", "--strategy ann=: expected PARTY=STRATEGY"),
    ("play good.toml --strategy anne=sincere", 'unknown party "anne"; did you mean "ann"?'),
    ("play good.toml --strategy ann=boulwar", 'unknown strategy "boulwar"; did you mean "boul'),
    ("play good.toml --strategy ann=yes_but:patienc=1", 'did you mean "patience"?'),
    ("play good.toml --strategy ann=yes_but:patience=x", 'patience is "x", expected a whole'),
    ("play good.toml --runs 0", "negsim play: Invalid value for '--runs'"),
    ("play good.toml --runs 99999999999", "ask for fewer runs"),
    ("play good.toml --seed -1", "negsim play: Invalid value for '--seed'"),
    ("list", "negsim list: Missing argument"),
    ("list strategie", 'unknown kind of list "strategie"; did you mean "strategies"?'),
    ("list numbers", "negsim list numbers: expected a scenario file"),
    ("list numbers nothing.toml", "nothing.toml: no such file"),
    ("list measures good.toml", "negsim list measures: takes no file, got good.toml"),
    ("list solvers nahs", 'unknown solver "nahs"; did you mean "nash"?'),
    ("report empty", "results.json: not there; expected the folder of an earlier negsim run"),
    ("report nowhere", "results.json: not there"),
    ("report wrong", "results.json: not JSON"),
    ("report binary", "results.json: not JSON"),
    ("report other", "results.json: not the results of a negsim run"),
    ("sweep good.toml", "negsim sweep: expected --vary NAME=LO:HI:N or --design KIND:POINTS"),
    (
        "sweep good.toml --vary parameters.speed=1:0:5",
        "range 1 to 0 is reversed, expected",
    ),
    (
        "sweep good.toml --vary parameters.speed=0:0:5",
        "range 0 to 0 is empty, expected",
    ),
    (
        "sweep good.toml --vary parameters.speed=0:1:1",
        "1 values, expected a whole number",
    ),
    ("sweep good.toml --vary parameters.speed=0:1:2.5", 'expected a whole number as N, got "2.5"'),
    ("sweep good.toml --vary parameters.speed=NaN:1:3", 'as LO and HI, got "NaN"'),
    ("sweep good.toml --vary parameters.speed=0:inf:3", 'as LO and HI, got "inf"'),
    ("sweep good.toml --vary parameters.speed=0", "expected NAME=LO:HI or NAME=LO:HI:N"),
    ("sweep good.toml --vary parameters.sped=0:1:3", 'did you mean "parameters.speed"?'),
    ("sweep good.toml --vary talks.rounds=1:3:4", "talks.rounds takes whole numbers only"),
    ("sweep good.toml --vary talks.rounds=0:3:4", "talks.rounds cannot be 0"),
    ("sweep good.toml --vary parameters.speed=0:1:3 --party anne", 'unknown party "anne"'),
    ("sweep good.toml --vary parameters.speed=0:1:3 --workers 0", "Invalid value for '--workers'"),
    (
        "sweep good.toml --vary parameters.speed=0:1:3 --vary parameters.speed=0:1:4",
        "parameters.speed is varied twice",
    ),
]


@pytest.mark.parametrize(("words", "message"), WORDS, ids=[words for words, _ in WORDS])
def test_a_request_that_makes_no_sense(
    words: str, message: str, good: Path, command: Callable
) -> None:
    assert message in refused(command, *words.split())


SETTINGS = [
    ("parameters.speed", '--set parameters.speed: expected NAME=NUMBER, got ""'),
    ("parameters.speed=", '--set parameters.speed=: expected NAME=NUMBER, got ""'),
    ("parameters.speed=fast", 'expected NAME=NUMBER, got "fast"'),
    ("parameters.speed=NaN", 'expected NAME=NUMBER, got "NaN"'),
    ("parameters.speed=-inf", 'expected NAME=NUMBER, got "-inf"'),
    ("parameters.speed=1=2", 'expected NAME=NUMBER, got "1=2"'),
    ("=1", 'unknown number ""'),
    ("parameters.sped=1", 'unknown number "parameters.sped"; did you mean "parameters.speed"?'),
    ("payoffs.ann.quiet.value=1", 'did you mean "payoffs.ann.quiet"?'),
    ("talks.rounds=2.5", "talks.rounds = 2.5, expected a whole number from 1 to 10,000"),
    ("talks.rounds=0", "talks.rounds = 0, expected a whole number"),
    ("state.line.start=3", "state.line.start = 3, expected a whole number from 0 to 2"),
    (
        "parties.ann.discount=2",
        "parties.ann.discount = 2, expected a discount above 0",
    ),
    ("parameters.speed=1.5", "changes.moves.chance: reaches 1.5"),
    ("payoffs.ann.quiet=1e400", "payoffs.ann.quiet"),
]


@pytest.mark.parametrize(("setting", "message"), SETTINGS, ids=[word for word, _ in SETTINGS])
def test_a_setting_that_makes_no_sense(
    setting: str, message: str, good: Path, command: Callable
) -> None:
    for name in ("run", "stall", "solve", "play"):
        assert message in refused(command, name, "good.toml", "--set", setting)


def sixty() -> str:
    return GOOD + "".join(f'options.o{k}.parties = ["ann"]\n' for k in range(60))


FILES = {
    "empty": ("", "x.toml:1: is empty; expected a scenario file"),
    "broken": ('title = "x\n', "x.toml:1: not valid TOML: "),
    "unknown key": (GOOD + "titel = 1\n", 'x.toml:15: titel: unknown key; did you mean "title"?'),
    "unknown option": (
        GOOD.replace('when = "truce" }', 'when = "truse" }', 1),
        'x.toml:12: ends.signed.when: unknown name "truse"; did you mean "truce"?',
    ),
    "number for text": (GOOD.replace('"Two sides and a truce"', "5"), "x.toml:3: title: "),
    "NaN": (GOOD.replace("value = 1 }", "value = nan }", 1), "payoffs.ann.quiet.value: "),
    "chance": (GOOD.replace('chance = "speed"', "chance = 1.5"), "changes.moves.chance: "),
    "chance by a formula": (
        GOOD.replace('chance = "speed"', 'chance = "2 * speed"'),
        "changes.moves.chance: ",
    ),
    "joint condition": (
        GOOD + 'options.pause.parties = ["ann", "bob"]\n'
        'options.truce.conditions.ann.when = "pause"\n',
        "options.truce.conditions.ann.when: ",
    ),
    "unreachable end": (
        GOOD + 'ends.never = { kind = "breakdown", when = "truce and not truce" }\n',
        "ends.never",
    ),
    "sixty options": (sixty(), "61 options give Ann 2^61 combinations of stances"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_scenario(name: str, here: Path, command: Callable) -> None:
    text, message = FILES[name]
    (here / "x.toml").write_text(text, encoding="utf-8")
    for asked in ("run", "check", "stall"):
        assert message in refused(command, asked, "x.toml")


def test_a_binary_file(here: Path, command: Callable) -> None:
    (here / "x.toml").write_bytes(b"\x00\xff\xfe\x80")
    assert "x.toml:1: not UTF-8 text (byte" in refused(command, "run", "x.toml")


def test_all_faults_of_a_file_are_told_one_line_each(here: Path, command: Callable) -> None:
    text = GOOD.replace("value = 1 }", 'value = "one" }') + "titel = 1\ntalks.order = ['cat']\n"
    (here / "x.toml").write_text(text, encoding="utf-8")
    answer = command("run", "x.toml")
    lines = answer.err.splitlines()
    assert answer.code == 2
    assert len(lines) == 4
    assert all(line.startswith("x.toml:") and line.count(": ") >= 2 for line in lines)
    assert answer.err == command("check", "x.toml").err


def test_another_sweep_in_the_folder_is_not_overwritten(good: Path, command: Callable) -> None:
    words = ["sweep", "good.toml", "--out", "s", "--workers", "1", "--vary"]
    assert command(*words, "parameters.speed=0:1:3").code == 0
    before = (good / "s" / "results.sqlite").read_bytes()
    assert "holds another sweep" in refused(command, *words, "parameters.speed=0:1:4")
    settings = ["parameters.speed=0:1:3", "--set", "payoffs.ann.quiet=3"]
    assert "payoffs.ann.quiet 1 there, 3 here" in refused(command, *words, *settings)
    assert (good / "s" / "results.sqlite").read_bytes() == before


def test_a_fault_of_ours_is_told_from_the_users(
    good: Path, command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("negsim.questions.delay.ask.ask_stall", broken)
    answer = command("stall", "good.toml")
    assert answer.code == 70
    assert "ZeroDivisionError: ours" in answer.err
    assert answer.err.splitlines()[-1].startswith("This is a fault of negsim, not of your input")


def test_a_process_ends_with_the_same_code_and_line(good: Path, command: Callable) -> None:
    for words in (["rnu"], ["run", "nothing.toml"]):
        done = subprocess.run(
            [sys.executable, "-c", "from negsim.cli.main import main; main()", *words],
            capture_output=True,
            text=True,
            check=False,
        )
        line = refused(command, *words)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{line}{os.linesep}")


CSV = "A,B,payoff A,payoff B\nup,in,1,2\nup,out{},3,4\n"
NFG = 'NFG 1 R "a table{}" {{ "A" "B" }} {{ 2 1 }}\n1 2 3 4\n'
EFG = (
    'EFG 2 R "a tree" {{ "A" }}\np "" 1 1 "{}" {{ "Exit" "On" }} 0\n'
    't "" 1 "" {{ 0 }}\nt "" 2 "" {{ 4 }}\n'
)


@pytest.mark.parametrize("unseen", ["\x1b[31m", "\x07", "\x9b", "\u202e", "\u2028"])
@pytest.mark.parametrize(
    ("name", "text", "place"),
    [("g.csv", CSV, "3:7"), ("g.nfg", NFG, "1:17"), ("g.efg", EFG, "2:11")],
)
def test_what_is_not_to_be_seen_never_reaches_the_terminal(
    name: str, text: str, place: str, unseen: str, here: Path, command: Callable
) -> None:
    code = f"U+{ord(unseen[0]):04X}"
    (here / name).write_text(text.format(unseen), encoding="utf-8")
    assert refused(command, "solve", name) == (
        f"{name}:{place}: control character {code}, expected text without control characters"
    )
    (here / name).write_text(text.format(""), encoding="utf-8")
    assert command("solve", name).code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("solve", "no\x1b[31m.nfg"),
        ("check", "no\x1b[31m.toml"),
        ("no\x1b[31m",),
        ("stall", "good.toml", "--set", "parameters.\x1b[31m=1"),
        ("stall", "good.toml", "--party", "\u202eann"),
    ],
    ids=lambda words: words[0],
)
def test_what_was_typed_is_quoted_as_it_can_be_seen(
    words: tuple[str, ...], good: Path, command: Callable
) -> None:
    assert refused(command, *words).isprintable()
