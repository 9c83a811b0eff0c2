"""Results in continuous time, by the talks in ever shorter rounds: they come closer at their order.

A round of length ``step`` is written as a scenario file and solved as any other. Halved several
times, the distance to the closed form of continuous time shrinks by a factor 2 ** order.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from negsim.analysis.delay.stalling import analyse
from negsim.analysis.measures.registry import evaluate
from negsim.arrays import FloatArray
from negsim.dynamics.build import compile_scenario, talks
from negsim.scenario.load import loads
from negsim.theory.registry import solve
from negsim.theory.stochastic.limit import limit_of_rounds
from negsim.theory.trees.game import ExtensiveGame, Lottery, Tree, Turn


def orders(errors: list[float], factor: float = 2) -> list[float]:
    """Return the observed orders of a list of errors at lengths that are divided each time."""
    return [math.log(before / after, factor) for before, after in itertools.pairwise(errors)]


# ---------------------------------------------------------------- A2: a diffusion of leverage

DRIFT, SPREAD, DISCOUNT_RATE, HAZARD, COST, PENALTY = 0.02, 0.1, 0.05, 0.04, 0.004, 0.3
"""Per unit of time: mu, sigma, r, eta, k, F."""
RATE = DISCOUNT_RATE + HAZARD
THETA = (-DRIFT + math.sqrt(DRIFT**2 + 2 * SPREAD**2 * RATE)) / SPREAD**2


def diffusion_threshold() -> float:
    """Return x* = (mu eta / (r + eta) - k - eta F) / r + 1 / THETA (theory A2)."""
    return (DRIFT * HAZARD / RATE - COST - HAZARD * PENALTY) / DISCOUNT_RATE + 1 / THETA


def diffusion_value(share: float) -> float:
    """Return what waiting at a share below the threshold is worth.

    The ordinary differential equation (r + eta) V = mu V' + sigma^2 V'' / 2 - k + eta (x - F) has
    the solution a x + c + B exp(theta x), which meets x at x* with slope 1.
    """
    a = HAZARD / RATE
    c = (DRIFT * a - COST - HAZARD * PENALTY) / RATE
    best = diffusion_threshold()
    return a * share + c + (1 - a) / THETA * math.exp(THETA * (share - best))


SHARE = "width * (share - start)"


def walk(step: float, width: float, below: int, above: int) -> str:
    """Return the diffusion on a lattice: moves of ``width`` that keep mean and variance."""
    spread = (SPREAD**2 * step + (DRIFT * step) ** 2) / width**2
    mean = DRIFT * step / width
    up, down = (spread + mean) / 2, (spread - mean) / 2
    # the two changes are independent: chances p, q with p (1 - q) = up and q (1 - p) = down
    middle = 1 + up - down
    p = (middle - math.sqrt(middle**2 - 4 * up)) / 2
    q = p - (up - down)
    discount = math.exp(-DISCOUNT_RATE * step)
    ending = 1 - math.exp(-HAZARD * step)
    return f"""
    format = 1
    title = "A share that diffuses"
    parties.staller.discount = {discount:.17g}
    options.settle.parties = ["staller"]
    talks.ending.chance = {ending:.17g}
    state.share = {{ levels = {below + above + 1}, start = {below} }}
    changes.up = {{ when = "not settle", add = {{ share = 1 }}, chance = {p:.17g} }}
    changes.down = {{ when = "not settle", add = {{ share = -1 }}, chance = {q:.17g} }}
    ends.settled = {{ kind = "agreement", when = "settle" }}
    ends.no_agreement.arrives = "next_round"
    parameters.width = {width:.17g}
    parameters.start = {below}
    payoffs.staller.share = {{ at = ["settled", "no_agreement"], value = 1, per = "{SHARE}" }}
    payoffs.staller.penalty = {{ at = "no_agreement", value = {-PENALTY} }}
    payoffs.staller.waits = {{ when = "not settle", value = {-COST * step:.17g} }}
    """


def test_a2_a_walk_in_ever_shorter_rounds_is_worth_the_diffusion() -> None:
    """Steps of half the width in rounds of a quarter the length: of first order in the length."""
    best = diffusion_threshold()
    errors = []
    for steps in (2, 4, 8, 16):
        width = best / steps
        length = (width / SPREAD) ** 2 / 2.5
        plan = limit_of_rounds(talks(loads(walk(length, width, 10 * steps, 2 * steps))))
        values = plan.values[0, 0, 0]
        errors.append(abs(values[10 * steps] - diffusion_value(0.0)))
        shares = width * (np.arange(12 * steps + 1) - 10 * steps)
        waits = values > shares + 1e-12
        assert waits.tolist() == [True] * (11 * steps) + [False] * (steps + 1), "settled at x*"
    assert errors[-1] < 3e-5
    assert orders(errors, 4) == pytest.approx([1.0, 1.0, 1.0], abs=0.02)


def test_a2_an_uncertain_front_raises_the_threshold_even_without_drift() -> None:
    """Theory A2: the volatility premium 1 / THETA - mu / (r + eta) is above nought."""
    sure = (DRIFT * HAZARD / RATE - COST - HAZARD * PENALTY) / DISCOUNT_RATE + DRIFT / RATE
    assert diffusion_threshold() > sure


# ---------------------------------------------------------------- G: a war of attrition

ATTRITION = """
format = 1
title = "Who gives in first"
parties.row.discount = {discount:.17g}
parties.column.discount = {discount:.17g}
options.row_gives_in.parties = ["row"]
options.column_gives_in.parties = ["column"]
talks.round = "round"
ends.row_prevails = {{ kind = "agreement", when = "column_gives_in and not row_gives_in" }}
ends.column_prevails = {{ kind = "agreement", when = "row_gives_in and not column_gives_in" }}
ends.neither = {{ kind = "breakdown", when = "row_gives_in and column_gives_in" }}
payoffs.row.costs = {{ when = "row_gives_in + column_gives_in == 0", value = {row_cost:.17g} }}
payoffs.row.prize = {{ at = "row_prevails", value = 0.9 }}
payoffs.column.costs = {{ when = "row_gives_in + column_gives_in == 0", value = {column_cost} }}
payoffs.column.prize = {{ at = "column_prevails", value = 0.6 }}
"""


def hazards(length: float) -> FloatArray:
    """Return how often each gives in, for a unit of time, where both mix in every round.

    Going on is worth nothing to either there, so that a round is the one-shot game.
    """
    text = ATTRITION.format(
        discount=math.exp(-0.05 * length), row_cost=-0.1 * length, column_cost=-0.2 * length
    )
    names = [f"mixed_chance.{party}.{party}_gives_in.yes" for party in ("row", "column")]
    found = evaluate(analyse(compile_scenario(loads(text))), names)
    return np.array([found[name][0] for name in names]) / length


def test_g_the_hazard_of_giving_in_is_that_of_continuous_time() -> None:
    """Hazards c_j / v_j: each makes the other as well off by holding out as by giving in."""
    errors = [np.abs(hazards(0.5 / 2**k) - [0.2 / 0.6, 0.1 / 0.9]) for k in range(5)]
    for player in range(2):
        found = orders([float(each[player]) for each in errors])
        assert found == pytest.approx([1.0] * 4, abs=0.12)
        assert found[-1] == pytest.approx(1.0, abs=0.02)


# ---------------------------------------------------------------- F: reputation for obstinacy

DEMANDS, RATES, OBSTINATE = (0.7, 0.6), (0.1, 0.15), (0.2, 0.1)


def concession_hazards() -> tuple[float, float]:
    """Return lambda_i = r_j (1 - a_i) / (a_1 + a_2 - 1) (Abreu and Gul 2000, section 4)."""
    gap = sum(DEMANDS) - 1
    first, second = (RATES[1 - i] * (1 - DEMANDS[i]) / gap for i in (0, 1))
    return first, second


def exhausted() -> tuple[float, float]:
    """Return T_i = -ln z_i / lambda_i: when i, not giving in at once, is known to be obstinate."""
    first, second = (-math.log(OBSTINATE[i]) / concession_hazards()[i] for i in (0, 1))
    return first, second


def atoms() -> tuple[float, float]:
    """Return the chances of giving in at once, 1 - z_i exp(lambda_i T0)."""
    last = min(exhausted())
    first, second = (1 - OBSTINATE[i] * math.exp(concession_hazards()[i] * last) for i in (0, 1))
    return first, second


def concession_tree(length: float) -> ExtensiveGame:
    """Return the game in turns: the first may give in at 0, the second half a round later, ...

    Each is obstinate by chance and then never gives in; only it knows.
    """
    turns = 2 * math.ceil(1.2 * min(exhausted()) / length)

    def conceded(by: int, turn: int) -> tuple[float, float]:
        paid = (DEMANDS[0], 1 - DEMANDS[0]) if by else (1 - DEMANDS[1], DEMANDS[1])
        worth = [x * math.exp(-r * turn * length / 2) for x, r in zip(paid, RATES, strict=True)]
        return round(worth[0], 12), round(worth[1], 12)

    def held_out(rational: tuple[int, ...]) -> Tree:
        below: Tree = (0, 0)
        for turn in reversed(range(turns)):
            mover = turn % 2
            if rational[mover]:
                branches = {"give in": conceded(mover, turn), "hold": below}
                below = Turn("ab"[mover], branches, f"turn {turn}")
        return below

    branches: dict[str, tuple[Fraction, Tree]] = {}
    for kinds in itertools.product((0, 1), repeat=2):
        chances = [
            Fraction(str(z)) if not kind else 1 - Fraction(str(z))
            for kind, z in zip(kinds, OBSTINATE, strict=True)
        ]
        branches[str(kinds)] = (chances[0] * chances[1], held_out(kinds))
    return ExtensiveGame.from_tree(("a", "b"), Lottery(branches))


def worths() -> tuple[float, float]:
    """Return what both are worth in continuous time: to be given in to at once, or to give in."""
    first, second = (
        atoms()[1 - i] * DEMANDS[i] + (1 - atoms()[1 - i]) * (1 - DEMANDS[1 - i]) for i in (0, 1)
    )
    return first, second


@pytest.mark.slow
def test_f_both_are_worth_what_they_are_in_continuous_time() -> None:
    """The weaker, b, gives in at once with chance 0.58, and is worth what giving in pays."""
    assert atoms() == pytest.approx((0, 0.5818744845248132), abs=1e-12)
    trees = [concession_tree(8.0 / 2**k) for k in range(4)]
    found = [solve(tree, "sequence_form").equilibria[0].payoffs for tree in trees]
    errors = np.abs(np.array(found) - worths())
    assert (np.diff(errors, axis=0) < 0).all()
    stronger, weaker = (orders(errors[:, player].tolist()) for player in (0, 1))
    assert weaker == pytest.approx([0.80, 0.88, 0.91], abs=0.01)
    assert stronger[-1] == pytest.approx(1.2, abs=0.05)
