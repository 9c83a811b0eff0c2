"""Rule lists of a scenario file: what they say round by round, and as the rules themselves say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import NegsimError, ScenarioError
from negsim.playing.engine import play
from negsim.playing.lineup import choose
from negsim.playing.reading import Reading, reading
from negsim.playing.registry import parse
from negsim.playing.rule_list import WrittenStrategy, move_of, rule_faults
from negsim.scenario.load import loads

TALKS = """
format = 1
title = "Two talk about a truce and a peace"
parties.ann = { discount = 0.9 }
parties.bob = {}
options.truce = { parties = ["ann", "bob"] }
options.peace = { parties = ["ann", "bob"], conditions.ann = { when = "pause" } }
options.pause = { parties = ["bob"] }
options.raid = { parties = ["ann"] }
rules.peace_with_truce = "peace implies truce"
talks.rounds = 4
parameters.speed = { value = 0.5, range = [0, 1] }
state.line = { levels = 3, start = 1 }
changes.moves = { when = "not truce", add = { line = 1 }, chance = "speed" }
ends.signed = { kind = "agreement", when = "peace" }
payoffs.ann.quiet = { when = "truce", value = 1 }
payoffs.bob.quiet = { when = "truce", value = 1 }
payoffs.ann.peace = { at = "signed", value = 2 }
payoffs.bob.peace = { at = "signed", value = 2 }
signals.alarm = { about = "raid", detection = 0.5, false_alarm = 0.1 }
"""

WEARY = """
[strategies.ann.weary]
rules = [
    { when = "round >= 3", play = { truce = "yes", peace = "yes" } },
    { when = 'bob.truce == "yes" and not truce', play = { truce = "yes" } },
    { when = "line == 2 and speed > 0.4", play = { raid = "yes" } },
    { play = { truce = "yes", peace = "if" } },
]
[strategies.bob.jumpy]
rules = [
    { when = "alarm", play = {} },
    { when = "truce", play = { truce = "yes", peace = "yes" } },
    { play = { truce = "yes" } },
]
"""


def compiled(text: str = WEARY) -> Compiled:
    return compile_scenario(loads(TALKS + text))


@pytest.fixture(scope="module")
def weary() -> Compiled:
    return compiled()


def said(case: Compiled, party: str, name: str, *, line: int, past: str | None, round_: int) -> str:
    """Return what a rule list says with the line somewhere, after a round with a profile."""
    table = reading(case, case.talks())
    player = table.game.players.index(party)
    tables = choose(case, party, name).tabulate(table, player, {})
    memory = tables.start
    if past is not None:
        after = np.broadcast_to(
            tables.next, (tables.memories, 4, 3, table.board.num_profiles, table.board.alarms)
        )
        profile, alarm = past.split(" ! ") if " ! " in past else (past, "0")
        words = [part.strip() for part in profile.split(";")]
        places = [labels.index(word) for labels, word in zip(table.game.moves, words, strict=True)]
        number = int(np.ravel_multi_index(places, table.board.moves))
        memory = int(after[memory, round_ - 2, line, number, int(alarm)])
    act = np.broadcast_to(tables.act, (tables.memories, 4, 3, 1, table.board.moves[player]))
    mixed = act[memory, round_ - 1, line, 0]
    assert mixed.max() == 1
    return table.game.moves[player][int(mixed.argmax())]


# Ann's moves are on truce, peace and raid; Bob's on truce, peace and pause.
CASES = [
    # At first nobody has said anything: the last rule, or the one about the line.
    ("ann", "weary", 1, None, 1, "yes / if / no"),
    ("ann", "weary", 2, None, 1, "no / no / yes"),
    # Bob wanted a truce that Ann refused.
    ("ann", "weary", 1, "no / no / no; yes / no / no", 2, "yes / no / no"),
    ("ann", "weary", 1, "yes / no / no; yes / no / no", 2, "yes / if / no"),
    ("ann", "weary", 1, "no / no / no; no / no / no", 2, "yes / if / no"),
    ("ann", "weary", 2, "no / no / no; yes / no / no", 3, "yes / yes / no"),
    ("bob", "jumpy", 1, None, 1, "yes / no / no"),
    ("bob", "jumpy", 1, "yes / no / no; yes / no / no", 2, "yes / yes / no"),
    ("bob", "jumpy", 1, "yes / no / no; yes / no / no ! 1", 2, "no / no / no"),
    ("bob", "jumpy", 1, "yes / no / no; no / no / no", 2, "yes / no / no"),
]


@pytest.mark.parametrize(("party", "name", "line", "past", "round_", "expected"), CASES)
def test_the_first_rule_that_holds_is_followed(
    weary: Compiled,
    party: str,
    name: str,
    line: int,
    past: str | None,
    round_: int,
    expected: str,
) -> None:
    assert said(weary, party, name, line=line, past=past, round_=round_) == expected


def test_it_remembers_only_what_it_asks_about(weary: Compiled) -> None:
    table = reading(weary, weary.talks())
    ann = choose(weary, "ann", "weary").tabulate(table, 0, {})
    # Whether Bob said yes to a truce, and whether there was one: not one without the other.
    assert ann.memories == 3
    assert ann.next.shape[-1] == 1
    bob = choose(weary, "bob", "jumpy").tabulate(table, 1, {})
    assert bob.memories == 4
    assert bob.next.shape[-1] == 2
    plain = compiled("[strategies.ann.plain]\nrules = [ { play = { raid = 'yes' } } ]\n")
    assert choose(plain, "ann", "plain").tabulate(table, 0, {}).memories == 1


def test_signals_accuse_whose_option_they_are_about(weary: Compiled) -> None:
    table = reading(weary, weary.talks())
    assert table.conduct.accused.tolist() == [0]
    assert [rung.tolist() for rung in table.conduct.rung] == [[False, False], [False, True]]


def direct(
    rule: WrittenStrategy, table: Reading, player: int, past: dict[str, Any], now: Any
) -> int:
    """Return the move that the rules ask for, evaluated one by one with plain numbers."""
    for each in rule.rules.rules:
        if float(each.when.evaluate({**past, **now})) != 0:
            return move_of(rule.compiled, rule.rules, each)
    raise AssertionError


@settings(deadline=None, derandomize=True, max_examples=20)
@given(seed=st.integers(0, 1000))
def test_tables_do_what_the_rules_say_one_by_one(weary: Compiled, seed: int) -> None:
    table = reading(weary, weary.talks())
    rules = [choose(weary, "ann", "weary"), choose(weary, "bob", "jumpy")]
    tables = [rule.tabulate(table, player, {}) for player, rule in enumerate(rules)]
    runs = play(table, tables, runs=1, seed=seed)
    events, scenario = weary.events, weary.scenario
    past: dict[str, Any] = {"truce": 0, "peace": 0, 'bob.truce == "yes"': 0, "alarm": 0}
    for turn in runs.trajectory(0):
        now = {"line": int(weary.grid[turn.state, 0]), "round": turn.round + 1, "speed": 0.5}
        for player, rule in enumerate(rules):
            assert isinstance(rule, WrittenStrategy)
            move = direct(rule, table, player, past, now)
            assert turn.moves[player] == table.game.moves[player][move]
        for row, option in enumerate(scenario.options):
            past[option.name] = int(events.table[row, turn.event])
        past['bob.truce == "yes"'] = int(turn.moves[1].startswith("yes"))
        past["alarm"] = turn.alarm


def test_a_rule_without_a_move_is_told_with_its_line() -> None:
    wrong = compiled("[strategies.ann.wrong]\nrules = [ { play = { peace = 'yes' } } ]\n")
    message = (
        r"strategies\.ann\.wrong\.rules: no move of ann holds peace yes and refuses the rest; "
        r"expected one of its moves on truce / peace / raid: no / no / no; "
    )
    with pytest.raises(ScenarioError, match=message) as caught:
        choose(wrong, "ann", "wrong")
    assert caught.value.faults[0].line == len(TALKS.splitlines()) + 2


def test_all_rules_without_a_move_are_told_at_once(weary: Compiled) -> None:
    assert rule_faults(weary) == []
    wrong = compiled(
        "[strategies.ann.wrong]\n"
        "rules = [ { when = 'truce', play = { peace = 'yes' } }, { play = { peace = 'if' } } ]\n"
        "[strategies.bob.also]\nrules = [ { play = { peace = 'yes', pause = 'yes' } } ]\n"
    )
    assert [fault.message.split("; ")[0] for fault in rule_faults(wrong)] == [
        "no move of ann holds peace yes and refuses the rest",
        "no move of ann holds peace if and refuses the rest",
        "no move of bob holds peace yes, pause yes and refuses the rest",
    ]


@pytest.mark.parametrize(
    ("party", "text", "message"),
    [
        ("bob", "weary", 'strategy "weary" is written for ann in the file, not for bob'),
        (
            "ann",
            "weery",
            'unknown strategy "weery"; did you mean "weary"? (known: ambiguity_cheater,',
        ),
        ("ann", "weary:x=1", 'strategy "weary" is a rule list of the file and has no parameters'),
        ("ann", "sincer", 'unknown strategy "sincer"; did you mean "sincere"?'),
        ("carl", "sincere", 'unknown party "carl"'),
        (
            "ann",
            "patient",
            'strategy "patient" suits a mediator or guarantor, and ann is a party; those that '
            "suit a party: ambiguity_cheater, boulware,",
        ),
    ],
)
def test_what_cannot_be_played_is_told_in_one_line(
    weary: Compiled, party: str, text: str, message: str
) -> None:
    with pytest.raises(NegsimError) as caught:
        choose(weary, party, text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_mediator_does_not_play_a_party(weary: Compiled) -> None:
    mediated = compile_scenario(loads(TALKS + 'parties.eve = { role = "mediator" }\n'))
    message = 'strategy "sincere" suits a party or guarantor, and eve is a mediator; those that'
    with pytest.raises(NegsimError, match=message):
        choose(mediated, "eve", "sincere")
    assert choose(mediated, "eve", "patient") == parse("patient")
    assert choose(mediated, "eve", parse("patient")) == parse("patient")


def test_the_files_own_comes_first() -> None:
    own = compiled("[strategies.ann.sincere]\nrules = [ { play = {} } ]\n")
    assert isinstance(choose(own, "ann", "sincere"), WrittenStrategy)
    assert choose(own, "bob", "sincere") == parse("sincere")
    assert str(choose(own, "ann", "sincere")) == "sincere"
