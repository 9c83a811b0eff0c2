"""A party's moves: one stance on each of its options, together within the rules."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from negsim.arrays import IntArray
from negsim.scenario.model import Option, Rule, Scenario


@dataclass(frozen=True, slots=True)
class Move:
    """What a party says about each of its options, in the order of the options."""

    stances: Mapping[str, str]

    @property
    def label(self) -> str:
        """Return the stances alone, such as ``yes / if``; different for each move of a party."""
        return " / ".join(self.stances.values()) or "no options"

    def __hash__(self) -> int:
        return hash(tuple(self.stances.items()))

    def text(self, scenario: Scenario) -> str:
        """Return the move in words, such as ``Energy-only truce: yes, Full ceasefire: if``."""
        labels = {option.name: option.label for option in scenario.options}
        said = [f"{labels[name]}: {stance}" for name, stance in self.stances.items()]
        return ", ".join(said) or "no options"


def moves(scenario: Scenario) -> dict[str, tuple[Move, ...]]:
    """Return the moves of every party, in the order of the parties.

    A party's moves are its combinations of stances that satisfy, with ``if`` counted as
    consent (to the highest level), every rule whose options are all its own. They come in the
    order no, yes (or the levels), if, the last option changing fastest; a party without options
    has one move.
    """
    found = {}
    for party in scenario.parties:
        own = options_of(scenario.options, party.name)
        rows = stance_rows(own, scenario.rules, party.name)
        found[party.name] = tuple(_move(own, party.name, row) for row in rows.tolist())
    return found


def movers(scenario: Scenario) -> tuple[str, ...]:
    """Return the parties that have a choice: those with more than one move."""
    return tuple(party for party, own in moves(scenario).items() if len(own) > 1)


def options_of(options: Sequence[Option], party: str) -> tuple[Option, ...]:
    """Return the options on which a party has a say."""
    return tuple(option for option in options if party in option.parties)


def stance_rows(own: Sequence[Option], rules: Sequence[Rule], party: str) -> IntArray:
    """Return the moves as places in each option's stances, shape (moves, options).

    ``own`` are the party's options. All combinations of stances are built, so their number
    must be small; the loader refuses more than 65,536.
    """
    counts = [len(option.stances(party)) for option in own]
    grid = np.indices(counts, dtype=np.int64)
    rows = grid.reshape(len(counts), math.prod(counts)).T
    consents = {
        option.name: np.minimum(rows[:, column], option.top) for column, option in enumerate(own)
    }
    for rule in rules:
        if rule.expression.names() <= consents.keys():
            kept = rule.expression.evaluate(consents) != 0
            rows = rows[kept]
            consents = {name: consent[kept] for name, consent in consents.items()}
    return rows


def _move(own: Sequence[Option], party: str, row: Sequence[int]) -> Move:
    said = {
        option.name: option.stances(party)[number] for option, number in zip(own, row, strict=True)
    }
    return Move(MappingProxyType(said))
