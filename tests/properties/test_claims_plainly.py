"""Shipped claims are true by the plain solver too, which shares nothing with the package's.

Left out are claims of one-shot games and signals, of endless talks and private types, and those
where the rules of selection leave several choices; how many are held is pinned, so that none drops
out unseen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

import negsim
from negsim.analysis.delay.stalling import LABELS
from negsim.scenario.load import load
from negsim.scenario.model import Claim, MeasureClaim, OutcomeClaim, Scenario
from tests.oracles.plain_talks import PlainTalks, Round, UndecidedError, evaluate

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
MOST_CELLS = 6_500
"""Profiles times states times rounds of a scenario that is held outside the slow tests."""

HELD = 72
"""Claims of these that the plain solver speaks of."""


class Plainly:
    """What a claim speaks of, by the plain solver."""

    def __init__(self, scenario: Scenario, claim: Claim) -> None:
        rule = claim.selection or "mediator_best"
        self.talks = PlainTalks(scenario, rule)
        self.now = self.talks.rounds, self.talks.start
        off = {
            number: value for channel in scenario.channels for number, value in channel.off.items()
        }
        self.frozen = PlainTalks(scenario.set(off), rule) if off else None

    def value(self, party: str) -> float:
        values = self.talks.solve(*self.now).values
        return float(values[self.talks.parties.index(party)])

    def delay(self, party: str) -> float:
        worth = self.talks.worth(*self.now)[party]
        if worth.settle is None:
            return math.inf
        return math.nan if worth.talk is None else float(worth.talk - worth.settle)

    def label(self, party: str) -> float:
        return float(LABELS.index(self.talks.label(*self.now, self.frozen)[party]))

    def path(self) -> list[Round]:
        found = self.talks.path()
        if len(found) < self.talks.rounds and (not found or found[-1].onward):
            raise UndecidedError
        return found

    def end_chance(self, end: str) -> float:
        return float(sum((each.ends.get(end, Fraction(0)) for each in self.path()), Fraction(0)))

    def agreement_chance(self, _party: str) -> float:
        ends = [end.name for end in self.talks.scenario.ends if end.kind == "agreement"]
        return sum(self.end_chance(end) for end in ends)

    def end_round(self, _party: str) -> float:
        ended = [sum(each.ends.values(), Fraction(0)) for each in self.path()]
        total = sum(ended, Fraction(0))
        return float(sum((k * one for k, one in enumerate(ended, 1)), Fraction(0)) / total)

    def outcome(self, claim: OutcomeClaim) -> float:
        """Return the chance of the claimed outcome in its round, if that is played."""
        rounds = self.talks.path()
        if len(rounds) < claim.round or not rounds[claim.round - 1].outcomes:
            raise UndecidedError
        outcomes = rounds[claim.round - 1].outcomes
        names = [option.name for option in self.talks.scenario.options]
        tree = claim.outcome.tree
        hits = [
            chance
            for effects, chance in outcomes.items()
            if evaluate(tree, dict(zip(names, effects, strict=True)))
        ]
        return float(sum(hits, Fraction(0)) / sum(outcomes.values(), Fraction(0)))


MEASURED: dict[str, Callable[[Plainly, str], float]] = {
    name: getattr(Plainly, name)
    for name in ("value", "delay", "label", "end_chance", "agreement_chance", "end_round")
}


def holds_plainly(scenario: Scenario, claim: Claim) -> bool | None:
    """Tell whether a claim holds by the plain solver; None where that does not speak of it."""
    if claim.types or claim.holds or not scenario.rounds or scenario.types:
        return None
    if isinstance(claim, OutcomeClaim) and claim.outcome.stances():
        return None
    if isinstance(claim, MeasureClaim) and claim.measure.partition(".")[0] not in MEASURED:
        return None
    talks = scenario if claim.order is None else scenario.with_order(claim.order)
    plain = Plainly(talks.set(talks.settings(claim)), claim)
    try:
        if isinstance(claim, OutcomeClaim):
            return plain.outcome(claim) >= float(claim.probability) - 1e-9
        measure, _, subject = claim.measure.partition(".")
        found = MEASURED[measure](plain, subject)
    except UndecidedError:
        return None
    return found == float(claim.equals) or abs(found - float(claim.equals)) <= float(
        claim.tolerance
    )


def cells(scenario: Scenario) -> int:
    """Return how many profiles, states and rounds the plain solver has to look at."""
    return (
        math.prod(len(own) for own in PlainTalks(scenario).moves.values())
        * math.prod(each.levels for each in scenario.state)
        * scenario.rounds
    )


def shipped(slow: bool) -> list[Path]:
    """Return the shipped talks with a last round that claim something, the large or the small."""

    def is_asked(scenario: Scenario) -> bool:
        talks = scenario.claims and scenario.rounds and not scenario.types
        return bool(talks) and (cells(scenario) > MOST_CELLS) == slow

    return [path for path in sorted(SCENARIOS.rglob("*.toml")) if is_asked(load(path))]


@cache
def verdicts(path: Path) -> dict[str, bool | None]:
    scenario = load(path)
    return {claim.name: holds_plainly(scenario, claim) for claim in scenario.claims}


def name_of(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", shipped(slow=False), ids=name_of)
def test_claims_hold_by_the_plain_solver(path: Path) -> None:
    assert False not in verdicts(path).values()


def test_most_claims_of_the_small_talks_are_held() -> None:
    found = [each for path in shipped(slow=False) for each in verdicts(path).values()]
    assert found.count(True) == HELD


@pytest.mark.slow
@pytest.mark.parametrize("path", shipped(slow=True), ids=name_of)
def test_claims_of_the_large_talks_hold_by_the_plain_solver(path: Path) -> None:
    assert True in verdicts(path).values()
    assert False not in verdicts(path).values()
