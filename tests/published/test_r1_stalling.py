"""THEORY section 6, R1: a talk decision process, labelled and split by the analysis itself.

Leverage moves up, down or not at all, at most one of them in a round. The changes of a scenario
fire independently, and no two independent changes have these chances: (1 - u - v)^2 >= 4 u v would
have to hold. So the game comes from plain arrays; a scenario file with independent steps is solved
and labelled beside a program of its own in ``test_closed_forms``.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
import pytest

from negsim.analysis.delay.attribution import shapley_value
from negsim.analysis.delay.frozen import Frozen
from negsim.analysis.delay.prospects import concluded, prospects
from negsim.analysis.delay.stalling import LABELS, Alternatives
from negsim.arrays import FloatArray
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.solve import solve_talks
from tests.oracles.arrays_game import from_arrays

CHANNELS = ("drift", "cover", "truce_benefit")
SETTLE, EXIT, STALL, LIMITED = range(4)
SHARES = 0.3 + 0.08 * np.arange(5)
"""s0 + ds l."""
STEPS = {STALL: (0.5, 0.15), LIMITED: (0.3, 0.15)}
"""Chances of a step up and of a step down: u, v and uL, vL."""
FOCUS = 3 * 1 + (2 - 1)
"""Leverage 1, belief 2."""


@dataclass(frozen=True)
class Numbers:
    """The numbers of R1 that its text varies: e, u, theta and F."""

    benefit: float = 0.008
    up: float = 0.5
    seen: float = 0.5
    sanction: float = 0.25

    @property
    def steps(self) -> dict[int, tuple[float, float]]:
        """Chances of a step up and down of leverage."""
        return {**STEPS, STALL: (self.up, STEPS[STALL][1])}

    @property
    def belief(self) -> dict[int, tuple[int, float]]:
        """How belief moves and with what chance: theta and phi."""
        return {STALL: (-1, self.seen), LIMITED: (1, 0.6)}


BASE = Numbers()


def process(on: tuple[str, ...] = CHANNELS, numbers: Numbers = BASE) -> StochasticGame:
    """Return R1 with some of its channels on: state 3 l + b - 1 is leverage l and belief b."""
    drift, cover, benefit = (float(name in on) for name in CHANNELS)
    payoffs, moves = np.zeros((15, 4)), np.zeros((15, 4, 15))
    for lever, belief in itertools.product(range(5), range(3)):
        state = 3 * lever + belief
        payoffs[state, SETTLE] = SHARES[lever]
        payoffs[state, EXIT] = SHARES[lever] - 0.15
        payoffs[state, [STALL, LIMITED]] = -0.012 + 0.006 * cover
        payoffs[state, LIMITED] += numbers.benefit * benefit - 0.005
        for move, (up, down) in numbers.steps.items():
            for step, chance in ((1, up * drift), (-1, down * drift), (0, 1 - (up + down) * drift)):
                new = min(max(lever + step, 0), 4)
                shift, odds = numbers.belief[move]
                moves[state, move, 3 * new + belief] += chance * (1 - odds)
                if belief + shift < 0:
                    payoffs[state, move] += 0.96 * chance * odds * (SHARES[new] - numbers.sanction)
                else:
                    moves[state, move, 3 * new + min(belief + shift, 2)] += chance * odds
    game = from_arrays(payoffs[None], moves, 0.96, moves=[["settle", "exit", "stall", "limited"]])
    signs, leaves = np.zeros((1, 15, 4)), np.zeros((1, 1, 15, 4), dtype=bool)
    signs[..., SETTLE], leaves[..., EXIT] = 1.0, True
    return replace(game, agreement=signs, exit_by=leaves)


def solved(on: tuple[str, ...] = CHANNELS, numbers: Numbers = BASE) -> Plan:
    return solve_talks(process(on, numbers))


def comparison(numbers: Numbers = BASE) -> Alternatives:
    """Return the comparison with the frozen game, as the analysis of a scenario makes it."""
    now, still = prospects(solved(CHANNELS, numbers)), solved((), numbers)
    sure = np.zeros(now.talk.shape)
    return Alternatives(now, Frozen(prospects(still), concluded(still, now.package), sure))


@pytest.fixture(scope="module")
def compared() -> Alternatives:
    return comparison()


def at(array: FloatArray, state: int) -> float:
    return float(array[0, 0, 0, state])


def test_no_independent_changes_have_these_chances() -> None:
    up, down = STEPS[STALL]
    assert (1 - up - down) ** 2 < 4 * up * down


def test_value_of_delay_cover_and_premium(compared: Alternatives) -> None:
    assert at(compared.delay, FOCUS) == pytest.approx(0.018343316224945, abs=1e-9)
    assert at(compared.frozen_delay, FOCUS) == pytest.approx(-0.0272, abs=1e-9)
    assert at(compared.round_premium, FOCUS) == pytest.approx(0.045543316224944994, abs=1e-9)


@pytest.mark.parametrize(
    ("belief", "talk", "delay", "cover", "frozen"),
    [
        (1, 0.3444464637999922, 0.04444646379999222, 0.19444646379999223, -0.029),
        (2, 0.3502815372017722, 0.05028153720177216, 0.20028153720177216, -0.024),
        (3, 0.35593338030824795, 0.05593338030824797, 0.20593338030824795, -0.024),
    ],
)
def test_first_rows(
    compared: Alternatives, belief: int, talk: float, delay: float, cover: float, frozen: float
) -> None:
    state = belief - 1
    now = compared.prospects
    found = [at(each, state) for each in (now.settle, now.leave, now.talk)]
    assert found == pytest.approx([0.3, 0.15, talk], abs=1e-9)
    found = [at(each, state) for each in (compared.delay, compared.cover, compared.frozen_delay)]
    assert found == pytest.approx([delay, cover, frozen], abs=1e-9)
    assert LABELS[compared.labels[0, 0, 0, state]] == "stalling"


def test_share_of_states(compared: Alternatives) -> None:
    labels = compared.labels[0, 0, 0]
    assert np.mean([LABELS[code] == "stalling" for code in labels]) == pytest.approx(0.6, abs=1e-9)
    assert {LABELS[code] for code in labels} == {"stalling", "settle"}


@pytest.mark.parametrize(
    ("numbers", "share"),
    [
        (Numbers(benefit=0.014), 11 / 15),
        (Numbers(up=0.2), 3 / 15),
        (Numbers(sanction=0.6, seen=0.8), 8 / 15),
    ],
    ids=["a better truce", "less drift", "a sanction seen and felt"],
)
def test_what_widens_and_narrows_the_region(numbers: Numbers, share: float) -> None:
    """THEORY 2.4: 73 % of states, 20 % (net drift 0.05 instead of 0.35) and 53 %."""
    labels = comparison(numbers).labels[0, 0, 0]
    assert np.mean([LABELS[code] == "stalling" for code in labels]) == pytest.approx(share)


def test_the_policy_renews_the_truce_when_belief_is_low() -> None:
    choice = solved().choice[0, 0, :3, 0].tolist()
    assert choice == [LIMITED, LIMITED, STALL]


def test_the_premium_is_split_by_shapley_value() -> None:
    worth = {}
    for size in range(4):
        for on in itertools.combinations(CHANNELS, size):
            found = prospects(solved(on))
            worth[frozenset(on)] = at(found.talk - found.settle, FOCUS)
    split = {name: shapley_value(name, list(CHANNELS), worth) for name in CHANNELS}
    assert split == pytest.approx(
        {
            "drift": 0.03220196184319529,
            "cover": 0.009962880932536892,
            "truce_benefit": 0.0033784734492128114,
        },
        abs=1e-9,
    )
    assert sum(split.values()) == pytest.approx(0.045543316224944994, abs=1e-9)
