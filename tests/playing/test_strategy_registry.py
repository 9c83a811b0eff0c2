"""Tables that fit, parameters within bounds, and strategies by name."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
import pytest

from negsim.errors import ProfileError, UnknownNameError, UsageError
from negsim.playing.library.boulware import Boulware
from negsim.playing.library.yes_but import YesBut
from negsim.playing.observation import board
from negsim.playing.reading import Reading
from negsim.playing.registry import parse, strategies
from negsim.playing.strategy import Strategy, Tables, memoryless, strategy, within
from negsim.playing.worth import uniform

NO_MEMORY = np.zeros((1, 1, 1, 1), dtype=np.int64)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes_but", YesBut(patience=3)),
        ("yes_but:patience=5", YesBut(patience=5)),
        (" yes_but : patience = 5 ", YesBut(patience=5)),
        ("boulware:exponent=2,rounds=7", Boulware(exponent=2.0, rounds=7)),
        ("boulware:", Boulware()),
    ],
)
def test_a_text_names_a_strategy(text: str, expected: Strategy) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("boulwar", UnknownNameError, 'unknown strategy "boulwar"; did you mean "boulware"?'),
        (
            "yes_but:patienc=3",
            UnknownNameError,
            'unknown parameter of yes_but "patienc"; did you mean "patience"? (known: patience)',
        ),
        (
            "yes_but:patience=3,foo=2",
            UnknownNameError,
            'unknown parameter of yes_but "foo" (known: patience)',
        ),
        ("random:foo=2", UnknownNameError, 'strategy "random" has no parameters, got "foo"'),
        (
            "yes_but:patience=-1",
            UsageError,
            "yes_but: patience is -1, expected a whole number from 0 to 100000",
        ),
        (
            "yes_but:patience=2.5",
            UsageError,
            'yes_but: patience is "2.5", expected a whole number from 0 to 100000',
        ),
        (
            "hardliner:demand=much",
            UsageError,
            'hardliner: demand is "much", expected a number from 0 to 1',
        ),
        (
            "hardliner:demand=nan",
            UsageError,
            "hardliner: demand is nan, expected a number from 0 to 1",
        ),
        ("yes_but:patience=", UsageError, 'yes_but: patience is "", expected a whole number'),
        (
            "yes_but:patience",
            UsageError,
            'strategy "yes_but:patience": expected name or name:parameter=value,...',
        ),
        (
            "yes_but:patience=1,patience=2",
            UsageError,
            'strategy "yes_but:patience=1,patience=2": patience is given twice',
        ),
    ],
)
def test_a_wrong_text_is_told_in_one_line(text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match="^" + re.escape(message)):
        parse(text)


PARTIES = """sincere sincere_slow fearful hardliner tit_for_tat generous_tit_for_tat
win_stay_lose_shift grim punish boulware conceder min_concession yes_but salami deadline_runner
probe_withdraw ambiguity_cheater reputational exit_threat"""
MEDIATORS = """patient ultimatum hazard escalating bayes_trigger bayes_trigger_sophisticated sprt
aid_conditional mixed_press stackelberg ratchet deal_seeker"""
ANYBODY = "equilibrium optimal_staller random"


def test_the_library_is_complete() -> None:
    wanted = f"{PARTIES} {MEDIATORS} {ANYBODY}".split()
    assert sorted(wanted) == list(strategies)


@pytest.mark.parametrize(
    ("names", "suited", "unsuited"),
    [
        (PARTIES, {"party"}, {"mediator"}),
        (MEDIATORS, {"mediator", "guarantor"}, {"party"}),
        (ANYBODY, {"party", "mediator", "guarantor"}, set()),
    ],
)
def test_strategies_suit_roles(names: str, suited: set[str], unsuited: set[str]) -> None:
    for name in names.split():
        assert suited <= set(strategies[name].roles)
        assert not unsuited & set(strategies[name].roles)


def test_a_signature_tells_defaults_and_bounds() -> None:
    assert YesBut.signature() == "patience=3 (0 to 100000)"
    assert strategies["random"].signature() == ""


def test_a_parameter_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="patience is True, expected a whole number"):
        YesBut(patience=True)
    count: Any = np.int64(4)
    assert type(YesBut(patience=count).patience) is int


def test_a_parameter_without_bounds_cannot_be_registered() -> None:
    @dataclass(frozen=True, slots=True)
    class Loose(Strategy):
        name: ClassVar[str] = "loose"
        level: float = 0.5

        def tabulate(self, table: Reading, player: int, _: Mapping[int, Tables], /) -> Tables:
            return memoryless([[[[1.0]]]])

    @dataclass(frozen=True, slots=True)
    class Wordy(Strategy):
        name: ClassVar[str] = "wordy"
        level: str = field(default="x", metadata=within(0, 1, "nothing"))

        def tabulate(self, table: Reading, player: int, _: Mapping[int, Tables], /) -> Tables:
            return memoryless([[[[1.0]]]])

    @dataclass(frozen=True, slots=True)
    class Nameless(Strategy):
        name: ClassVar[str] = "nameless"
        summary: ClassVar[str] = "says nothing of where it comes from"

        def tabulate(self, table: Reading, player: int, _: Mapping[int, Tables], /) -> Tables:
            return memoryless([[[[1.0]]]])

    with pytest.raises(TypeError, match="Nameless has no source"):
        strategy(Nameless)
    with pytest.raises(TypeError, match=r"Loose\.level has no bounds"):
        strategy(Loose)
    with pytest.raises(TypeError, match=r"Wordy\.level has no number as default"):
        strategy(Wordy)
    assert not {"loose", "wordy", "nameless"} & set(strategies)


def test_tables_are_copied_and_read_only() -> None:
    act = np.ones((1, 1, 1, 1, 1))
    tables = Tables(0, act, NO_MEMORY)
    act[:] = 5.0
    assert tables.act.item() == 1.0
    with pytest.raises(ValueError, match="read-only"):
        tables.act[:] = 2.0


@pytest.mark.parametrize(
    ("tables", "error", "message"),
    [
        (
            Tables(0, np.full((1, 3, 1, 1, 2), 0.5), NO_MEMORY),
            UsageError,
            'tables of "p0": act has inner axes (3, 1, 1), expected (4, 1, 1) or 1 in their place',
        ),
        (
            Tables(0, np.full((1, 1, 1, 1, 2), 0.5), np.zeros((1, 1, 1, 3), dtype=np.int64)),
            UsageError,
            'tables of "p0": next has inner axes (1, 1, 3, 1), expected (4, 1, 4, 1) or 1',
        ),
        (
            memoryless(np.full((1, 1, 1, 3), 1 / 3)),
            UsageError,
            'tables of "p0": act has 3 moves, expected 2',
        ),
        (
            Tables(0, np.full((2, 1, 1, 1, 2), 0.5), NO_MEMORY),
            UsageError,
            'tables of "p0": next has 1 memories, expected 2 as in act',
        ),
        (
            Tables(0, np.full((1, 1, 1, 1, 2), 0.5), NO_MEMORY + 1),
            UsageError,
            'tables of "p0": a memory is not among 0 to 0',
        ),
        (
            Tables(1, np.full((1, 1, 1, 1, 2), 0.5), NO_MEMORY),
            UsageError,
            'tables of "p0": a memory is not among 0 to 0',
        ),
        (
            memoryless([[[[0.5, 0.4]]]]),
            ProfileError,
            'tables of "p0": the mixed action at (memory, round, state, node) (0, 0, 0, 0) is '
            "[0.5, 0.4], expected chances that sum to 1",
        ),
        (memoryless([[[[1.5, -0.5]]]]), ProfileError, 'tables of "p0": the mixed action'),
        (memoryless([[[[np.nan, 1.0]]]]), ProfileError, 'tables of "p0": the mixed action'),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    games: ModuleType, tables: Tables, error: type[Exception], message: str
) -> None:
    sizes = board(games.prisoners_dilemma(4))
    memoryless([[[[0.5, 0.5]]]]).check(sizes, 0)
    with pytest.raises(error, match=re.escape(message)):
        tables.check(sizes, 0)


def test_tables_need_the_right_number_of_axes() -> None:
    with pytest.raises(UsageError, match="tables: act has 2 axes, expected 5"):
        Tables(0, np.ones((1, 2)), NO_MEMORY)
    with pytest.raises(UsageError, match="tables: next has 1 axes, expected 5"):
        Tables(0, np.ones((1, 1, 1, 1, 1)), np.zeros(1, dtype=np.int64))


def test_memories_are_whole_numbers() -> None:
    wrong: Any = np.zeros((1, 1, 1, 1))
    with pytest.raises(UsageError, match="tables: next holds float64, expected whole numbers"):
        Tables(0, np.ones((1, 1, 1, 1, 1)), wrong)


def test_uniform_spreads_over_the_allowed_moves() -> None:
    mixed = uniform(np.array([[True, True, False], [False, True, False]]))
    assert mixed.tolist() == [[0.5, 0.5, 0.0], [0.0, 1.0, 0.0]]


def test_a_strategy_is_an_attribute_of_the_registry() -> None:
    assert strategies.yes_but(patience=5) == parse("yes_but:patience=5")
    assert "tit_for_tat" in dir(strategies)
    assert copy.copy(strategies).random is strategies["random"]
    with pytest.raises(AttributeError, match='unknown strategy "yes_bot"; did you mean "yes_but"'):
        _ = strategies.yes_bot
