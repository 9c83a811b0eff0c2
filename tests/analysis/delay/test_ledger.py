"""The ledger of delay, the worth of being able to wait and the premium, by a second method."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.attribution import Attribution, shapley_value, smallest
from negsim.analysis.delay.ledger import Ledger, ledger
from negsim.analysis.delay.stalling import Stalling, attribute, stalling
from negsim.questions.delay.round_length import shorter
from negsim.scenario.load import load, loads
from negsim.scenario.model import Scenario
from tests.oracles.plain_talks import PlainTalks, only

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
CASES = {
    "march_2025": {"talks.rounds": 2},
    "textbook/three_party_talks": {"talks.rounds": 4},
    "textbook/drift": {"talks.rounds": 8},
    "textbook/drift_deadline": {"talks.rounds": 8},
    "cases/greece_2015": {"talks.rounds": 2},
    "cases/iran_2014": {"talks.rounds": 2},
}


def scenario_of(name: str, rounds: int | None = None) -> Scenario:
    numbers = CASES.get(name, {}) if rounds is None else {"talks.rounds": rounds}
    return load(SCENARIOS / f"{name}.toml").set(numbers)


@dataclass
class Both:
    """A scenario solved by the package and by the plain method."""

    scenario: Scenario
    analysis: Stalling
    plain: PlainTalks

    @classmethod
    def of(cls, scenario: Scenario) -> Both:
        return cls(scenario, stalling(scenario), PlainTalks(scenario))

    @property
    def start(self) -> tuple[int, tuple[int, ...]]:
        return self.plain.rounds, self.plain.start

    def ledgers(self) -> Iterator[tuple[str, Ledger]]:
        for player, party in enumerate(self.scenario.parties):
            found = ledger(self.analysis, player)
            if found is not None:
                yield party.name, found


def same_ledgers(both: Both) -> int:
    """Compare every ledger with the plain one, entry by entry, and return their number."""
    compared = 0
    for party, found in both.ledgers():
        expected = both.plain.ledger(*both.start, party)
        amounts = {(each.number, each.part): each.amount for each in found.entries}
        assert set(expected) <= set(amounts)
        for entry, amount in amounts.items():
            assert amount == pytest.approx(float(expected.get(entry, 0)), abs=1e-10), entry
        assert found.total == pytest.approx(found.delay, abs=1e-12)
        events = both.plain.waiting_events(*both.start, party)
        ending = only(both.plain.ending(*both.start, event) for event in events)
        assert found.ending == pytest.approx([float(chance) for chance in ending], abs=1e-12)
        compared += 1
    return compared


def same_premiums(both: Both) -> int:
    """Compare worths of waiting, premiums and sets of channels, and return how many are told."""
    compared = 0
    for player, party in enumerate(both.scenario.parties):
        found = attribute(both.analysis, player)
        if found is None:
            continue
        worth = {}
        for on in subsets(found.channels):
            off = {
                number: value
                for channel in both.scenario.channels
                if channel.name in found.channels and channel.name not in on
                for number, value in channel.off.items()
            }
            there = PlainTalks(both.scenario.set(off))
            worth[on] = there.worth_of_waiting(*both.start, party.name, both.plain)
        rests_on(found, worth)
        compared += 1
    return compared


def rests_on(found: Attribution, worth: dict[frozenset[str], Fraction]) -> None:
    """Check what a worth of waiting is said to rest on against that of every set of channels."""
    every = frozenset(found.channels)
    assert found.worth == pytest.approx(float(worth[every]), abs=1e-10)
    assert found.premium == pytest.approx(float(worth[every] - worth[frozenset()]), abs=1e-10)
    enough = [on for on in worth if worth[on] > 0]
    least = {on for on in enough if not any(other < on for other in enough)}
    assert {frozenset(on) for on in found.suffice} == least
    vital = [on for on in worth if worth[every - on] == 0]
    assert {frozenset(on) for on in found.needed} == {
        on for on in vital if not any(other < on for other in vital)
    }
    if all(on == every for on in enough):
        assert found.parts is None
    else:
        assert found.parts == pytest.approx(
            {name: float(shapley_value(name, found.channels, worth)) for name in found.channels},
            abs=1e-10,
        )


def subsets(names: tuple[str, ...]) -> list[frozenset[str]]:
    return [
        frozenset(some)
        for size in range(len(names) + 1)
        for some in itertools.combinations(names, size)
    ]


@pytest.mark.parametrize("name", CASES)
def test_the_ledger_and_the_premium_are_those_of_the_plain_method(name: str) -> None:
    both = Both.of(scenario_of(name))
    assert same_ledgers(both)
    if name != "march_2025":
        assert same_premiums(both)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rounds"),
    [("march_2025", 8), ("march_2025", 26), ("cases/greece_2015", 4), ("cases/iran_2014", 7)],
)
def test_and_so_are_those_of_whole_cases(name: str, rounds: int) -> None:
    both = Both.of(scenario_of(name, rounds))
    assert same_ledgers(both)
    if rounds != 26:
        assert same_premiums(both)


SHORTER = [("textbook/drift", 4), ("textbook/three_party_talks", 2), ("cases/greece_2015", 2)]


@pytest.mark.parametrize(
    ("name", "parts"), [*SHORTER, pytest.param("march_2025", 2, marks=pytest.mark.slow)]
)
def test_shorter_rounds_have_the_ledger_of_the_plain_method(name: str, parts: int) -> None:
    scenario = scenario_of(name)
    cut = shorter(stalling(scenario), parts)
    both = Both(scenario, cut, PlainTalks(scenario, parts=parts))
    expected = [float(value) for value in both.plain.solve(*both.start).values]
    assert cut.value[0] == pytest.approx(expected, rel=1e-9)
    assert same_ledgers(both)


@pytest.mark.parametrize(
    "name",
    ["march_2025", "textbook/rubinstein", "cases/greece_2015", "cases/vietnam_1972"],
)
def test_a_ledger_sums_to_the_value_of_delay(name: str) -> None:
    analysis = stalling(load(SCENARIOS / f"{name}.toml"))
    found = [ledger(analysis, player) for player in range(len(analysis.plan.game.players))]
    told = [each for each in found if each is not None]
    assert told
    for each in told:
        assert each.total == pytest.approx(
            each.delay, abs=1e-12 if analysis.plan.game.endless == 0 else 1e-9
        )
        assert each.ending.sum() + each.unending == pytest.approx(1, abs=1e-12)


def test_there_is_no_ledger_where_nothing_can_be_signed() -> None:
    analysis = stalling(load(SCENARIOS / "march_2025.toml"))
    assert not np.isfinite(analysis.start.delay[0, 0, 2, 0]) or ledger(analysis, 2) is not None
    assert ledger(analysis, 1) is None


def test_what_agreements_pay_is_split_in_two_that_add_up() -> None:
    analysis = stalling(load(SCENARIOS / "march_2025.toml"))
    found = ledger(analysis, 0)
    assert found is not None
    kinds = {}
    for entry in found.entries:
        kinds.setdefault(entry.number, []).append(entry.part)
    assert kinds["payoffs.russia.position"] == ["moved", "later or never", "without an agreement"]
    assert kinds["payoffs.russia.normalization"] == ["moved", "later or never"]
    assert kinds["payoffs.russia.war_cost"] == ["by round"]
    assert not any(number.startswith("costs.") for number in kinds)
    assert found.quantile(0.5) == 5
    assert found.expected_rounds == pytest.approx(6.7487, abs=1e-4)


TWO_WAYS = """
format = 1
title = "Either of two channels is enough"
[parties.a]
discount = 1
[parties.b]
discount = 1
[options.deal]
parties = ["a", "b"]
[talks]
rounds = 4
[ends.signed]
kind = "agreement"
when = "deal"
[payoffs.a.signed]
at = "signed"
value = 1
[payoffs.a.fee]
when = "not deal"
value = 2
[payoffs.a.grant]
when = "not deal"
value = 3
[payoffs.a.cost]
when = "not deal"
value = -1
[payoffs.a.failure]
at = "no_agreement"
value = -20
[payoffs.b.signed]
at = "signed"
value = 1
[channels.fee]
off = { "payoffs.a.fee" = 0 }
[channels.grant]
off = { "payoffs.a.grant" = 0 }
"""


def test_parts_are_told_only_where_fewer_channels_do() -> None:
    both = Both.of(loads(TWO_WAYS))
    assert same_ledgers(both)
    assert same_premiums(both)
    found = attribute(both.analysis, 0)
    assert found is not None
    assert found.suffice == (("fee",), ("grant",))
    assert found.needed == (("fee", "grant"),)
    assert found.parts is not None
    assert sum(found.parts.values()) == pytest.approx(found.premium)
    alone = attribute(stalling(load(SCENARIOS / "march_2025.toml")), 0)
    assert alone is not None
    assert alone.all_together
    assert alone.parts is None
    assert alone.round_parts is not None
    assert sum(alone.round_parts.values()) == pytest.approx(alone.round_premium, abs=1e-12)


def test_of_many_sets_the_smallest_are_told() -> None:
    sets = {frozenset(one) for one in ("abc", "ab", "c", "bd")}
    assert smallest(sets, "abcd") == (("c",), ("a", "b"), ("b", "d"))
