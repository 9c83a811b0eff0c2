"""The party that is looked at by default: one rule, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import negsim
from negsim.analysis.delay.default_party import default_party, relative_worth
from negsim.analysis.delay.stalling import Stalling, analyse
from negsim.dynamics.build import compile_scenario
from negsim.scenario.load import load, loads

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"

TALKS = """
format = 1
title = "Talks with aid while they talk"
parties.a.discount = 0.9
parties.b.discount = 0.9
parties.c = { role = "mediator", discount = 0.9 }
options.deal.parties = ["a", "b", "c"]
talks = { rounds = 3, order = [["a"], ["b"], ["c"]] }
ends.signed = { kind = "agreement", when = "deal" }
payoffs.a.peace = { at = "signed", value = 1 }
payoffs.a.aid = { when = "not deal", value = 0.05 }
payoffs.b.peace = { at = "signed", value = 1 }
payoffs.b.aid = { when = "not deal", value = 0.05 }
payoffs.c.peace = { at = "signed", value = 1 }
payoffs.c.aid = { when = "not deal", value = 0.09 }
"""

MORE = {"payoffs.b.aid": 0.06}
UNITS = {"payoffs.b.aid": 50, "payoffs.b.peace": 1000}


def analysed(text: str, **numbers: float) -> Stalling:
    return analyse(compile_scenario(loads(text).set(numbers)))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({}, "a"),
        (MORE, "b"),
        (UNITS, "a"),
        (UNITS | {"payoffs.b.aid": 60}, "b"),
        (UNITS | {"payoffs.a.aid": 0.06}, "a"),
        ({"payoffs.a.peace": 0, "payoffs.a.aid": 0}, "b"),
        ({"payoffs.b.peace": 0, "payoffs.b.aid": 0}, "a"),
    ],
    ids=[
        "a tie",
        "more",
        "other units",
        "more in other units",
        "less in other units",
        "nothing matters",
        "nor to the other",
    ],
)
def test_the_worth_of_delay_counts_against_what_is_at_stake(
    numbers: dict[str, float], expected: str
) -> None:
    assert default_party(analysed(TALKS, **numbers)) == expected


def test_without_an_agreement_the_first_party_is_looked_at_and_nothing_is_solved() -> None:
    found = analysed(TALKS.replace('"agreement"', '"breakdown"'), **MORE)
    assert default_party(found) == "a"
    assert "plan" not in vars(found)


def test_a_mediator_or_a_party_that_is_not_asked_comes_last() -> None:
    assert default_party(analysed(TALKS.replace('"a", "b", "c"', '"b"'))) == "b"
    only = "".join(line for line in TALKS.splitlines(True) if "payoffs.b" not in line)
    assert default_party(analysed(only.replace('["a", "b", "c"]', '["c"]'))) == "a"


def test_a_party_for_which_nothing_can_be_signed_has_no_worth_of_delay() -> None:
    """In the worked case delay is worth 16.8 to Ukraine against a package worse than leaving."""
    found = analyse(compile_scenario(load(SCENARIOS / "march_2025.toml")))
    assert found.start.delay[0, 0, 1, 0] > found.start.delay[0, 0, 0, 0] > 0
    assert [worth > 0 for worth in relative_worth(found)] == [True, False, False]
    assert default_party(found) == "russia"


ASKED = {
    "stall": ("stall",),
    "levers": ("levers", "--scan", "3"),
    "robust": ("robust", "--samples", "20", "--indices", "0"),
    "counter": ("counter", "--measure", "hazard:chance=0.1"),
    "sweep": ("sweep", "--vary", "parameters.speed=0:0.9:2", "--workers", "1"),
}


@pytest.mark.parametrize("name", [*ASKED, pytest.param("run", marks=pytest.mark.slow)])
def test_every_command_looks_at_the_same_party(
    name: str, here: Path, truce_text: str, command: Callable
) -> None:
    """The second in the file: the first would rather sign."""
    south, north = "[parties.south]", "[parties.north]"
    parts = truce_text.partition(north)
    there, rest = parts[2].partition("[options.well]")[::2]
    first, second = there.partition(south)[::2]
    middle, envoy = second.partition("[parties.envoy]")[::2]
    swapped = f"{south}{middle}{north}{first}[parties.envoy]{envoy}"
    (here / "truce.toml").write_text(f"{parts[0]}{swapped}[options.well]{rest}", encoding="utf-8")
    answer = command(
        *ASKED.get(name, (name,)), "truce.toml", "--set", "talks.rounds=4", "--json", "--out", "o"
    )
    assert answer.code == 0, answer.err
    found = answer.data.get("party") or answer.data["about"]["focus"]
    assert found == "north"
