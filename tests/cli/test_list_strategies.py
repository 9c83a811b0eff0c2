"""``negsim list strategies`` as a newcomer uses it, and strategies by name on the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from negsim.playing.registry import strategies

ROLES = ("party", "mediator", "guarantor")

RULES = """
[strategies.north.weary]
rules = [
    { when = "round >= 2", play = { well = "yes", truce = "yes" } },
    { play = { well = "yes" } },
]
"""

MINE = '''
from dataclasses import dataclass

import numpy as np

from negsim.playing.strategy import Strategy, memoryless


@dataclass(frozen=True, slots=True)
class Refuse(Strategy):
    """Play a move that refuses everything."""

    def tabulate(self, table, player, others, /):
        moves = np.flatnonzero(table.worth.passing[player])
        return memoryless(np.eye(table.board.moves[player])[moves[0]][None, None, None])


class Fails(Refuse):
    def tabulate(self, table, player, others, /):
        return 1 / 0
'''


@pytest.mark.parametrize("role", [None, *ROLES])
def test_the_list_holds_those_that_suit(command: Callable[..., Any], role: str | None) -> None:
    words = ["list", "strategies", *(["--role", role] if role else [])]
    rows = command(*words, "--json").data
    wanted = [name for name, kind in strategies.items() if role is None or role in kind.roles]
    assert [row["name"] for row in rows] == wanted
    shown = command(*words).out
    assert all(f"{name} " in shown for name in wanted)


@pytest.mark.parametrize("name", sorted(strategies))
def test_one_strategy_in_full(command: Callable[..., Any], name: str) -> None:
    kind = strategies[name]
    answer = command("list", "strategies", name)
    assert answer.code == 0
    words = " ".join(answer.out.split())
    assert words.startswith(f"{name}: {kind.summary}")
    told = command("list", "strategies", name, "--json").data
    assert told["suits"] == list(kind.roles)
    assert [each["name"] for each in told["parameters"]] == [each.name for each in fields(kind)]
    for each in told["parameters"]:
        assert f"{each['name']}={each['default']}" in words
        assert each["unit"] in words
    for text in (*kind.roles, *kind.also, kind.remembers):
        assert text in words
    assert "``" not in told["source"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("list strategies boulwar", 'unknown strategy "boulwar"; did you mean "boulware"?'),
        (
            "list strategies --role referee",
            'unknown role "referee" (known: guarantor, mediator, party)',
        ),
        ("list solvers --role party", "negsim list solvers: only strategies have roles"),
        (
            "play FILE --strategy envoy=sincere",
            'strategy "sincere" suits a party or guarantor, and envoy is a mediator; those that '
            "suit a mediator: aid_conditional, bayes_trigger,",
        ),
        (
            "play FILE --strategy north=patient",
            'strategy "patient" suits a mediator or guarantor, and north is a party; those that',
        ),
        ("play FILE --strategy south=weary", 'strategy "weary" is written for north in the file'),
        ("play FILE --strategy north=mine.py:Refus", 'did you mean "Refuse"?'),
        ("play FILE --strategy north=mine.py:Fails", "mine.py:20: ZeroDivisionError: division"),
        ("play FILE --strategy north=none.py:Any", "none.py: no such file"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    command: Callable[..., Any], here: Path, truce_text: str, words: str, message: str
) -> None:
    (here / "file.toml").write_text(truce_text + RULES, encoding="utf-8")
    (here / "mine.py").write_text(MINE, encoding="utf-8")
    answer = command(*words.replace("FILE", "file.toml").split())
    assert (answer.code, answer.out) == (2, ""), answer.err
    assert message in answer.err
    assert answer.err.count("\n") == 1


def test_a_rule_that_asks_for_no_move_is_told_by_check(
    command: Callable[..., Any], here: Path, truce_text: str
) -> None:
    wrong = '[strategies.north.odd]\nrules = [ { play = { truce = "yes" } } ]\n'
    (here / "file.toml").write_text(truce_text + wrong, encoding="utf-8")
    answer = command("check", "file.toml")
    assert answer.code == 2
    assert "strategies.north.odd.rules: no move of north holds truce yes" in answer.err
    assert answer.err.count("\n") == 1


def test_rule_lists_and_own_classes_are_played(
    command: Callable[..., Any], here: Path, truce_text: str
) -> None:
    file = here / "file.toml"
    file.write_text(truce_text + RULES, encoding="utf-8")
    (here / "mine.py").write_text(MINE, encoding="utf-8")
    words = ["play", file, "--runs", "5", "--json", "--strategy"]
    told = command(*words, "north=weary", "--strategy", "envoy=patient").data
    assert told["parties"][0]["strategy"] == "weary"
    said = told["run"]["said"]["Republic of the Northern Highlands"]
    assert said[0] != said[1]
    refused = command(*words, "north=mine.py:Refuse").data["run"]["said"]
    assert set(refused["Republic of the Northern Highlands"]) == {"no to everything"}
