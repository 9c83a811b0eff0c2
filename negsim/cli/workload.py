"""About how often each command solves the talks: what its work is reckoned from beforehand."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from negsim.analysis.delay.frozen import channels_of, with_own_channels
from negsim.questions.claims import key_of
from negsim.scenario.model import OutcomeClaim, Scenario
from negsim.theory.registry import solvers
from negsim.theory.stochastic.backward_induction import SELECTIONS
from negsim.theory.stochastic.game import StochasticGame

SAMPLED = 256
"""Points of the ranges that ``run`` solves."""

ALONG_A_LEVER = 2 * (17 + 20)
"""Points of a scan and of its crossings, with channels and without."""

ON_A_MAP = 150
"""Points of a map of two levers, refined along its borders."""

TESTS = 30
"""The headline's tests: rivals with sixteen fears, mirror, relabelling, shorter rounds."""

FOR_A_MEASURE = 40
"""A countermeasure: its effect, its boundary, its strengths, with and without commitment."""


def analysed(scenario: Scenario) -> int:
    """Return how often labels solve the talks: once, and without each set of channels."""
    return 1 + sum(bool(channels) for channels, _ in with_own_channels(scenario))


def by_type(scenario: Scenario) -> int:
    """Return how often talks are solved that are labelled once for each private type."""
    return analysed(scenario) * (len(scenario.types) + 1)


def played(scenario: Scenario) -> int:
    """Return how often play solves the talks: for each profile of the parties' private types."""
    kinds = Counter(each.party for each in scenario.types)
    return math.prod(1 + count for count in kinds.values())


def asked(methods: Iterable[str]) -> int:
    """Return how many of some methods solve the talks, not only their last round."""
    return sum(solvers[name].takes is StochasticGame for name in methods)


def claimed(scenario: Scenario) -> int:
    """Return how often the claims of a scenario solve its talks; those alike share a solution."""
    return sum(
        len(SELECTIONS) if holds else 1
        for *_, holds in {(*key_of(scenario, claim), claim.holds) for claim in scenario.claims}
    )


def stall(scenario: Scenario) -> int:
    """Return how often question 2 solves the talks: every set of each party's channels."""
    sets = sum(1 << len(channels_of(scenario, party.name)) for party in scenario.parties)
    return sets + TESTS + len(scenario.types)


def run(scenario: Scenario) -> int:
    """Return how often the five questions solve the talks."""
    maps = ON_A_MAP if len(scenario.levers) > 1 else 0
    levers = ALONG_A_LEVER * len(scenario.levers)
    return stall(scenario) + claimed(scenario) + SAMPLED + levers + maps


def levers(scenario: Scenario, numbers: int, scan: int) -> int:
    """Return how often moving so many numbers solves the talks, and those of claims with them."""
    expected = [claim for claim in scenario.claims if isinstance(claim, OutcomeClaim)]
    cases = {key_of(scenario, claim) for claim in expected}
    return numbers * (scan + 20) * (1 + len(cases))
