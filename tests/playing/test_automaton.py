"""Memories that symbols lead to: found, numbered, bounded, and said when there are too many."""

from __future__ import annotations

import re
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import UsageError
from negsim.playing import automaton
from negsim.playing.automaton import MOST_MEMORIES, Memory, narrow, unfold
from negsim.playing.reading import read
from negsim.playing.registry import parse


def counting(memory: Memory, symbol: int) -> Memory:
    return (memory[0] + symbol,)


def test_memories_are_numbered_as_they_are_met() -> None:
    memories, following = unfold((0,), [0, 1], counting, 4, "counting")
    assert memories == [(0,), (1,), (2,), (3,)]
    # Nobody acts on what follows the last round, so its memory leads to itself.
    assert following.tolist() == [[0, 1], [1, 2], [2, 3], [3, 3]]


def test_one_round_needs_one_memory() -> None:
    memories, following = unfold((7,), [0, 1, 2], counting, 1, "counting")
    assert memories == [(7,)]
    assert following.tolist() == [[0, 0, 0]]


@settings(deadline=None, derandomize=True, max_examples=30)
@given(
    modulus=st.integers(1, 7),
    factor=st.integers(0, 5),
    rounds=st.integers(1, 9),
    seed=st.integers(0, 99),
)
def test_following_the_numbers_is_following_the_rule(
    modulus: int, factor: int, rounds: int, seed: int
) -> None:
    def step(memory: Memory, symbol: int) -> Memory:
        return ((factor * int(memory[0]) + symbol) % modulus,)

    memories, following = unfold((0,), [0, 1, 2], step, rounds, "affine")
    memory: Memory = (0,)
    place = 0
    for symbol in np.random.default_rng(seed).integers(3, size=rounds - 1).tolist():
        memory, place = step(memory, symbol), int(following[place, symbol])
        assert memories[place] == memory
    assert len(set(memories)) == len(memories) <= modulus


def test_symbols_keep_only_the_axes_they_need() -> None:
    symbols = np.zeros((2, 3, 4), dtype=np.int64)
    assert narrow(symbols).shape == (1, 3, 1)
    symbols[1, 2] = 1
    assert narrow(symbols).shape == (2, 3, 1)
    symbols[:, :, 1] = 1
    assert narrow(symbols).shape == (2, 3, 4)
    assert narrow(np.zeros((1, 3), dtype=np.int64)).shape == (1, 3)


def test_too_many_memories_are_said(games: ModuleType) -> None:
    table = read(games.prisoners_dilemma(600))
    message = (
        r"min_concession:\S+: 600 rounds of talks take more than 13\d{4} memories, expected at "
        f"most {MOST_MEMORIES}; give the talks fewer rounds or the rule less to count"
    )
    with pytest.raises(UsageError, match=message):
        parse("min_concession").tabulate(table, 0, {})
    assert parse("min_concession").tabulate(read(games.prisoners_dilemma(60)), 0, {}).memories == (
        60 * 61 // 2
    )


def test_too_large_a_table_is_said(games: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automaton, "LARGEST_TABLE", 100)
    message = (
        "punish:rounds=3: a table of 4 memories x 1 x 3 x 1 x 4 = 48 numbers, expected at most 40"
    )
    table = read(games.truce_talks())
    assert parse("punish").tabulate(table, 0, {}).memories == 4
    monkeypatch.setattr(automaton, "LARGEST_TABLE", 40)
    with pytest.raises(UsageError, match=re.escape(message)):
        parse("punish").tabulate(table, 0, {})
