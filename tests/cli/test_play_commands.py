"""``negsim play`` and ``negsim tournament`` as a newcomer uses them, and misuses them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RULES = ["--strategies", "north=sincere+yes_but+hardliner", "--strategies", "envoy=patient+hazard"]


@pytest.fixture
def file(here: Path, truce_text: str) -> Path:
    (here / "truce.toml").write_text(truce_text, encoding="utf-8")
    return Path("truce.toml")


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_play_names_the_options_that_somebody_speaks_of(file: Path, command: Callable) -> None:
    words = ["--strategy", "north=yes_but:patience=2", "--strategy", "south=sincere"]
    told = command("play", file, *words, "--runs", "20").out
    assert "Comprehensive truce along the whole line: yes, if …" in " ".join(told.split())
    assert "no / if" not in told
    assert "no to everything" in told


def test_play_says_when_everything_is_over_at_once(file: Path, command: Callable) -> None:
    words = ["--strategy", "north=sincere", "--strategy", "south=sincere"]
    told = " ".join(command("play", file, *words, "--runs", "20").out.split())
    assert "in the first round: the talks are over before anything else is said." in told


def test_play_with_noise_misperception_and_a_horizon(file: Path, command: Callable) -> None:
    words = ["--noise", "0.05", "--misperception", "0.1", "--horizon", "random:0.2", "--json"]
    data = command("play", file, *words, "--runs", "300").data
    assert (data["error"], data["misperception"], data["horizon"]) == (0.05, 0.1, "random:0.2")
    assert 0 < data["left"] < 1e-4
    for party in data["parties"]:
        assert abs(party["mean"] - party["expected"]) <= 4.5 * party["error"] + 1e-9
    assert sum(end["share"] for end in data["ends"]) == pytest.approx(1)
    assert sum(data["time"].values()) == pytest.approx(data["end_round"])


def test_play_is_the_same_whatever_the_workers(file: Path, command: Callable) -> None:
    words = ["play", file, "--strategy", "north=random", "--runs", "3000", "--json"]
    one = command(*words, "--workers", "1").data
    assert one == command(*words, "--workers", "3").data
    assert one != command(*words, "--seed", "4").data


def test_play_counts_labels_where_asked(file: Path, command: Callable) -> None:
    words = ["play", file, "--strategy", "north=yes_but", "--runs", "50", "--json"]
    assert command(*words).data["labels"] is None
    labels = command(*words, "--labels").data["labels"]
    assert all(sum(shares.values()) == pytest.approx(1) for shares in labels.values())
    told = command(*words[:-1], "--labels").out
    assert "in the rounds played the solved talks say" in " ".join(told.split())


def test_play_writes_figures(file: Path, here: Path, command: Callable) -> None:
    command("play", file, "--runs", "20", "--out", "made")
    names = {path.name for path in (here / "made").iterdir()}
    figures = {"runs.svg", "runs.png", "timeline.svg", "timeline.png"}
    assert names == {"negsim.json", "play.json", "runs.csv", "transcript.csv", *figures}
    assert json.loads((here / "made" / "play.json").read_text(encoding="utf-8"))["runs"] == 20


def test_every_run_is_a_row(file: Path, here: Path, command: Callable) -> None:
    words = ["play", file, "--strategy", "north=random", "--json", "--runs"]
    data = command(*words, "30", "--out", "made").data
    rows = table(here / "made" / "runs.csv")
    assert [row["run"] for row in rows] == [str(k) for k in range(1, 31)]
    for party in data["parties"]:
        mean = sum(float(row[f"payoff {party['name']}"]) for row in rows) / 30
        assert mean == pytest.approx(party["mean"])
    for name, rounds in data["time"].items():
        assert sum(int(row[f"rounds with {name}"]) for row in rows) == pytest.approx(30 * rounds)
    command(*words, "7", "--out", "fewer")
    fewer = table(here / "fewer" / "runs.csv")
    told = [{name: row[name] for name in fewer[0]} for row in rows[:7]]
    assert fewer == told


def test_the_run_that_is_told_can_be_followed(
    file: Path, here: Path, truce_text: str, command: Callable
) -> None:
    words = ["--strategy", "north=random", "--runs", "9", "--tell", "4", "--out", "made"]
    told = command("play", file, *words).out
    assert "Run 4" in told
    assert "The first run" not in told
    run = json.loads((here / "made" / "play.json").read_text(encoding="utf-8"))["run"]
    rows = table(here / "made" / "transcript.csv")
    assert run["number"] == 4
    assert {int(row["round"]) for row in rows} == set(run["rounds"])
    assert run["payoffs"][0] == float(table(here / "made" / "runs.csv")[3]["payoff north"])
    typed = truce_text + '\n[types.north.tired]\nprior = 0.5\nset = { "payoffs.north.war" = -2 }\n'
    (here / "typed.toml").write_text(typed, encoding="utf-8")
    followed = command("transcript", "typed.toml", "made/transcript.csv", "--json")
    assert followed.code == 0, followed.err
    assert len(followed.data["rounds"]) == len(run["rounds"])


def played(file: Path, command: Callable, *more: str) -> Any:
    return command("tournament", file, *RULES, "--runs", "30", "--workers", "1", *more)


def test_a_tournament_tells_standings_and_gains(file: Path, here: Path, command: Callable) -> None:
    answer = played(file, command, "--out", "made")
    assert (answer.code, answer.err) == (0, "")
    told = " ".join(answer.out.split())
    assert "Republic of the Northern Highlands's strategies" in told
    assert "by the best response to each rule of Special Envoy" in told
    made = here / "made"
    rows = table(made / "pairings.csv")
    assert [(row["north"].partition(":")[0], row["envoy"].partition(":")[0]) for row in rows][
        :2
    ] == [("sincere", "patient"), ("sincere", "hazard")]
    assert len(rows) == 6
    standing = [row for row in table(made / "standings.csv") if row["role"] == "north"]
    worth = [float(row["payoff"]) for row in standing]
    assert worth == sorted(worth, reverse=True)
    assert {row["role"] for row in table(made / "gains.csv")} == {"north", "envoy"}
    assert {path.stem for path in made.glob("*.svg")} == {"payoffs_north", "payoffs_envoy"}
    assert {path.stem for path in made.glob("*.png")} == {p.stem for p in made.glob("*.svg")}
    kept = json.loads((made / "tournament.json").read_text(encoding="utf-8"))
    assert len(kept["pairings"]) == 6


def test_harm_is_measured_against_the_sincere_rule(file: Path, command: Callable) -> None:
    data = played(file, command, "--json", "--out", "made").data
    rows = {row["rule"].partition(":")[0]: row for row in data["standings"][0][0]}
    assert rows["sincere"]["harm"] == {"south": 0, "envoy": 0}
    cells = {
        (r["north"].partition(":")[0], r["envoy"]): r["payoff south"] for r in data["pairings"]
    }
    lost = [cells["sincere", e] - cells["hardliner", e] for e in data["rules"][1]]
    assert rows["hardliner"]["harm"]["south"] == pytest.approx(sum(lost) / 2)
    gains = {row["against"].partition(":")[0]: row for row in data["gains"][0][0]}
    for row in gains.values():
        assert row["gain"] == pytest.approx(row["best_response"] - row["baseline_payoff"])
        assert row["gain"] >= -1e-9


def test_the_same_tournament_goes_on_and_another_is_refused(file: Path, command: Callable) -> None:
    first = played(file, command, "--json", "--out", "made").data
    assert played(file, command, "--json", "--out", "made").data == first
    again = played(file, command, "--out", "made", "--seed", "2")
    assert again.code == 2
    assert "holds another tournament: seed" in again.err


def test_tournaments_over_noise_and_horizons(file: Path, command: Callable) -> None:
    words = ["--noise", "0,0.1", "--horizon", "file,random:0.2", "--json", "--out", "made"]
    data = played(file, command, *words).data
    assert len(data["settings"]) == len(data["standings"]) == 4
    assert len(data["pairings"]) == 24


def test_a_tournament_of_nothing_is_told(file: Path, command: Callable) -> None:
    rules = ["--strategies", "north=optimal_staller", "--strategies", "envoy=optimal_staller"]
    answer = command("tournament", file, *rules, "--runs", "2", "--out", "made")
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert answer.err.startswith('none of the pairings can be played, for example: "north" and')


def test_strategies_of_one_name_are_told_apart(file: Path, command: Callable) -> None:
    rules = "north=yes_but:patience=1+yes_but:patience=9+sincere"
    words = ["--strategies", rules, "--strategies", "envoy=patient", "--out", "made"]
    told = command("tournament", file, *words, "--runs", "10").out
    assert "yes_but:patience=1 " in told
    assert "yes_but:patience=9 " in told
    assert "sincere:" not in told


def test_standings_tell_how_sure_they_are(file: Path, command: Callable) -> None:
    drawn = ["--horizon", "random:0.2"]
    few, many = (
        {
            row["rule"]: row
            for row in played(file, command, "--json", *drawn, *words).data["standings"][0][0]
        }
        for words in (["--out", "few"], ["--out", "many", "--runs", "3000"])
    )
    for rule, row in few.items():
        if half := row["half_width_rounds"]:
            assert abs(row["rounds"] - many[rule]["rounds"]) <= 2 * half
            assert many[rule]["half_width_rounds"] < half
    assert any(row["half_width_rounds"] for row in few.values())
    for row in (*few.values(), *many.values()):
        assert row["agreement_low"] <= row["agreement"] <= row["agreement_high"]
        assert row["agreement_low"] < row["agreement_high"]


FAULTS = {
    "play truce.toml --noise 1.5": "noise is 1.5, expected a chance from 0 to 1",
    "play truce.toml --misperception -1": "misperception is -1, expected a chance from 0 to 1",
    "play truce.toml --horizon 1000000000000": "horizon is 1000000000000 rounds, expected 1 to",
    "play truce.toml --horizon soon": 'horizon "soon": expected "file", a number of rounds',
    "play truce.toml --horizon 1000000": "1000 runs of 1000000 rounds need 32.0 GB, expected",
    "play truce.toml --horizon 1000000 --runs 1": "numbers a memory, expected at most",
    "play truce.toml --runs 100000000": "100000000 runs of",
    "play truce.toml --workers 0": "Invalid value for '--workers'",
    "play truce.toml --strategy north=hazard": 'strategy "hazard" suits',
    "play truce.toml --runs 5 --tell 6": "--tell 6: there are 5 runs",
    "play truce.toml --horizon 3 --labels": "labels are those of the talks as filed",
    "play truce.toml --strategy north=random --strategy north=random": "already plays random",
    "tournament truce.toml --horizon 1000000": "1000 runs of 1000000 rounds need 32.0 GB",
    "tournament truce.toml --horizon file,1000000 --runs 1": "numbers a memory, expected at most",
    "tournament truce.toml --horizon file,1000000": "1000 runs of 1000000 rounds need 32.0 GB",
    "tournament truce.toml --runs 0": "Invalid value for '--runs'",
    "tournament truce.toml --roles north": "between two roles, got north",
    "tournament truce.toml --roles north,envoi": 'unknown party "envoi"; did you mean "envoy"?',
    "tournament truce.toml --strategies north=sincer": 'did you mean "sincere"?',
    "tournament truce.toml --strategies south=sincere": "--strategies south: not a role",
    "tournament truce.toml --strategies north": "expected PARTY=STRATEGY",
    "tournament truce.toml --strategy north=sincere": "north is a role of the tournament",
    "tournament truce.toml --noise 0,x": "--noise 0,x: expected chances such as 0,0.05",
    "tournament truce.toml --noise 0,2": "noise is 2, expected a chance from 0 to 1",
}


@pytest.mark.parametrize("words", FAULTS)
def test_bad_input_is_one_clear_line(words: str, file: Path, here: Path, command: Callable) -> None:
    answer = command(*words.split())
    assert answer.code == 2
    assert FAULTS[words] in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert answer.out == ""
    assert [path.name for path in here.iterdir()] == [file.name]
