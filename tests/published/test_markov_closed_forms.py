"""Endless games whose solution is known from elsewhere: a formula or a small program of its own.

A1 and A3 are optimal stopping (Chow, Robbins and Siegmund 1971, section 3.5); J1 and J2 stall or
press games; K are absorbing games (Blackwell and Ferguson 1968; Kohlberg 1974); R1 is a stalling
decision process. Formulas are written out here and checked against published numbers.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest

from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.limit import limit_of_rounds
from negsim.theory.stochastic.plan import Plan
from tests.oracles.arrays_game import from_arrays

# ---------------------------------------------------------------- J1, J2: stall or press


class Ladder(NamedTuple):
    """The numbers of a stall or press game on a ladder of leverage; one step is J1."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    b: float
    penalty: float
    w: float
    kap: float
    mu: float
    d_s: float
    d_m: float


def ladder_game(n: Ladder) -> StochasticGame:
    """Return the game: the staller settles or stalls, the mediator waits or presses, at once."""
    steps = len(n.xs)
    payoffs, moves = np.zeros((2, steps, 2, 2)), np.zeros((steps, 2, 2, steps))
    for i, (x, y) in enumerate(zip(n.xs, n.ys, strict=True)):
        payoffs[:, i, 0, 0] = x, y
        payoffs[:, i, 0, 1] = x, y - n.kap
        payoffs[:, i, 1, 0] = n.b, -n.w
        payoffs[:, i, 1, 1] = x - n.penalty, y - n.kap
        moves[i, 1, 0, min(i + 1, steps - 1)] += n.mu
        moves[i, 1, 0, i] += 1 - n.mu
    return from_arrays(payoffs, moves, [n.d_s, n.d_m], ["staller", "mediator"])


def ladder_solution(n: Ladder) -> list[tuple[str, float, float, float, float]]:
    """Return regime, chances of stalling and pressing, and both values, solved from the top."""
    top = len(n.xs) - 1
    found: list[tuple[str, float, float, float, float]] = []
    for i in range(top, -1, -1):
        x, y = n.xs[i], n.ys[i]
        up_s, up_m = found[-1][3:] if i < top else (x, y - n.kap)
        a = n.b + n.d_s * (n.mu * up_s + (1 - n.mu) * x)
        below = -n.w + n.d_m * (n.mu * up_m + (1 - n.mu) * (y - n.kap))
        gain = a - x
        if gain <= 0:
            found.append(("settle_wait", 0.0, 0.0, x, y))
        elif below < y - n.kap:
            press, stall = gain / (n.penalty + gain), n.kap / (y - below)
            found.append(("mixed", stall, press, x, y - n.kap))
        else:
            assert i < top
            v_s = (n.b + n.d_s * n.mu * up_s) / (1 - n.d_s * (1 - n.mu))
            v_m = (-n.w + n.d_m * n.mu * up_m) / (1 - n.d_m * (1 - n.mu))
            found.append(("stall_wait", 1.0, 0.0, v_s, v_m))
    return found[::-1]


J2 = Ladder(
    (0.4, 0.5, 0.6, 0.7), (1.0, 0.9, 0.8, 0.7), 0.03, 0.3, 0.1, 0.4, 0.3, 0.95, 0.9
)  # fmt: skip


def test_j2_the_formula_gives_the_published_numbers() -> None:
    regimes, stall, press, v_s, v_m = map(list, zip(*ladder_solution(J2), strict=True))
    assert regimes == ["mixed", "mixed", "mixed", "settle_wait"]
    expected = [0.6814310051107325, 0.6932409012131716, 0.8714596949891068, 0.0]
    assert stall == pytest.approx(expected, abs=1e-15)
    expected = [0.1137370753323486, 0.10044977511244378, 0.0867579908675799, 0.0]
    assert press == pytest.approx(expected, abs=1e-15)
    assert v_s == pytest.approx([0.4, 0.5, 0.6, 0.7])
    assert v_m == pytest.approx([0.6, 0.5, 0.4, 0.7])


LADDERS = {
    "J2": J2,
    "J1": Ladder((0.5,), (1.0,), 0.06, 0.3, 0.1, 0.4, 0.0, 0.95, 0.9),
    "J1, twice the sanction": Ladder((0.5,), (1.0,), 0.06, 0.6, 0.1, 0.4, 0.0, 0.95, 0.9),
    "J1, nothing to gain": Ladder((0.7,), (1.0,), 0.03, 0.3, 0.1, 0.4, 0.0, 0.95, 0.9),
    "pressing is dear": J2._replace(kap=0.75, w=0.02),
    "fast ladder": J2._replace(mu=0.9, xs=(0.3, 0.45, 0.6, 0.75)),
}


@pytest.mark.parametrize("name", LADDERS)
def test_j1_and_j2_stall_or_press(name: str) -> None:
    numbers = LADDERS[name]
    _, stall, press, v_s, v_m = zip(*ladder_solution(numbers), strict=True)
    plan = limit_of_rounds(ladder_game(numbers))
    assert chances_of(plan, 1) == pytest.approx(stall, abs=1e-9)
    assert chances_of(plan, 3) == pytest.approx(press, abs=1e-9)
    assert plan.values[0, 0] == pytest.approx(np.array([v_s, v_m]), abs=1e-9)
    assert plan.regret.max() <= 1e-9


def chances_of(plan: Plan, slot: int) -> np.ndarray:
    """Return by state the chance of a slot of two players with two moves each."""
    joint = plan.choice[0, 0, :, 0]
    pure = joint // 2 if slot < 2 else joint % 2
    return np.where(joint < 0, plan.mixed[0, 0, :, 0, slot], pure == slot % 2)


def test_j1_stalling_does_not_depend_on_the_sanction_and_lasts_longer() -> None:
    weeks = []
    for name in ("J1", "J1, twice the sanction"):
        _, stall, _, press = limit_of_rounds(ladder_game(LADDERS[name])).mixed[0, 0, 0, 0]
        assert stall == pytest.approx(0.4 / (0.1 + 0.1 + 0.9 * 0.4), abs=1e-12)
        weeks.append(stall / (1 - stall * (1 - press)))
    assert weeks == pytest.approx([1.98, 2.20], abs=0.01)


# ---------------------------------------------------------------- K: absorbing games


def zero_sum(payoffs: list[list[list[float]]], goes: list[list[list[int]]], rate: float) -> float:
    """Return the value of state 0 by round of a game with 2 x 2 moves, discount 1 - rate.

    ``goes`` holds the next state of each profile; a payoff is received for ever in a state that
    leads to itself only.
    """
    game = zero_sum_game(payoffs, goes, rate)
    return rate * float(limit_of_rounds(game).values[0, 0, 0, 0])


def zero_sum_game(
    payoffs: list[list[list[float]]], goes: list[list[list[int]]], rate: float
) -> StochasticGame:
    paid = np.array(payoffs)
    return from_arrays([paid, -paid], np.eye(len(payoffs))[np.array(goes)], 1 - rate)


ONE, NOUGHT = [[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]
STAY_1, STAY_2 = [[1, 1], [1, 1]], [[2, 2], [2, 2]]
RATES = [0.5, 0.1, 0.01, 0.001]


@pytest.mark.parametrize("rate", RATES)
def test_k_big_match(rate: float) -> None:
    game = zero_sum_game(
        [[[1.0, 0.0], [0.0, 1.0]], ONE, NOUGHT], [[[1, 2], [0, 0]], STAY_1, STAY_2], rate
    )
    plan = limit_of_rounds(game)
    assert rate * plan.values[0, 0, :, 0] == pytest.approx([0.5, -0.5], abs=1e-9)
    assert plan.mixed[0, 0, 0, 0] == pytest.approx(
        [rate / (1 + rate), 1 / (1 + rate), 0.5, 0.5], abs=1e-9
    )


@pytest.mark.parametrize("rate", RATES)
def test_k_values_in_square_roots(rate: float) -> None:
    root = math.sqrt(rate)
    goes = [[[0, 0], [0, 1]], STAY_1]
    stays = zero_sum([[[0.0, 1.0], [1.0, 0.0]], NOUGHT], goes, rate)
    assert stays == pytest.approx(root / (1 + root), abs=1e-9)
    goes = [[[0, 1], [1, 2]], STAY_1, STAY_2]
    leaves = zero_sum([[[0.0, 1.0], [1.0, 0.0]], ONE, NOUGHT], goes, rate)
    assert leaves == pytest.approx(1 / (1 + root), abs=1e-9)


@pytest.mark.parametrize("rate", RATES)
def test_k_two_states_that_turn_into_one_another(rate: float) -> None:
    """One for ever, or one now and a chance of moving, against minus one likewise."""
    lost = [[-1.0, -1.0], [-1.0, -1.0]]
    goes = [[[2, 1], [1, 0]], [[0, 3], [1, 0]], STAY_2, [[3, 3], [3, 3]]]
    found = zero_sum([ONE, lost, ONE, lost], goes, rate)
    assert found == pytest.approx(math.sqrt(rate) / (2 - math.sqrt(rate)), abs=1e-9)


# ---------------------------------------------------------------- A1 and A3: when to stop


def walk_game(
    steps: int, x0: float, s: float, u: float, v: float, n: dict[str, float], below: int
) -> StochasticGame:
    """Return the decision process: settle, or wait while the share moves and patience may end."""
    shares = x0 + s * (np.arange(steps) - below)
    up, down = np.minimum(np.arange(steps) + 1, steps - 1), np.maximum(np.arange(steps) - 1, 0)
    moves = np.zeros((steps, steps))
    for place, (above, under) in enumerate(zip(up, down, strict=True)):
        moves[place, above] += u
        moves[place, under] += v
        moves[place, place] += 1 - u - v
    ended = n["delta"] * n["h"] * (moves @ shares - n["F"])
    payoffs = np.stack([shares, ended - n["k"]], axis=1)
    chances = np.stack([np.zeros_like(moves), (1 - n["h"]) * moves], axis=1)
    return from_arrays(payoffs[None], chances, n["delta"], start=below)


@pytest.mark.parametrize(
    ("x0", "d", "n"),
    [
        (0.4, 0.02, {"delta": 0.98, "k": 0.001, "h": 0.02, "F": 0.1}),
        (0.1, 0.02, {"delta": 0.9, "k": -0.011, "h": 0.0, "F": 0.1}),
        (0.3, 0.005, {"delta": 0.98, "k": -0.002, "h": 0.03, "F": 0.05}),
    ],
)
def test_a1_drift_on_a_long_ladder(x0: float, d: float, n: dict[str, float]) -> None:
    threshold = (n["delta"] * (d - n["h"] * n["F"]) - n["k"]) / (1 - n["delta"])
    weeks = max(0, math.ceil((threshold - x0) / d))
    stays = n["delta"] * (1 - n["h"])
    value = stays**weeks * (x0 + d * weeks)
    for week in range(weeks):
        ended = n["delta"] * n["h"] * (x0 + d * (week + 1) - n["F"])
        value += stays**week * (ended - n["k"])
    plan = limit_of_rounds(walk_game(450, x0, d, 1.0, 0.0, n, below=0))
    assert plan.values[0, 0, 0, 0] == pytest.approx(value, abs=1e-12)
    waits = x0 + d * np.arange(449) < threshold - 1e-12
    assert plan.choice[0, 0, :449, 0].tolist() == waits.astype(int).tolist()


def test_a3_random_walk_on_a_truncated_grid() -> None:
    x0, s, u, v, k, delta, h, penalty = 0.35, 0.04, 0.6, 0.1, 0.001, 0.98, 0.02, 0.1
    rho = delta * (1 - h)
    middle = rho * (1 - u - v) - 1
    z = (-middle + math.sqrt(middle**2 - 4 * rho * u * rho * v)) / (2 * rho * u)
    drift, a = s * (u - v), delta * h / (1 - rho)
    c = (-k + delta * h * (drift - penalty) + rho * a * drift) / (1 - rho)

    def value(steps: int) -> float:
        return a * x0 + c + (x0 + s * steps - (a * (x0 + s * steps) + c)) * z**-steps

    best = max(range(40), key=value)
    assert (z, best, value(best)) == pytest.approx(
        (1.0812446945258207, 13, 0.44414934480345863), rel=1e-12
    )
    numbers = {"delta": delta, "k": k, "h": h, "F": penalty}
    plan = limit_of_rounds(walk_game(460, x0, s, u, v, numbers, below=420))
    assert plan.values[0, 0, 0, 420] == pytest.approx(value(best), abs=1e-12)
    assert plan.choice[0, 0, 1:440, 0].tolist() == [1] * (419 + best) + [0] * (20 - best)


# ---------------------------------------------------------------- R1: belief, a limited truce


def belief_game(drift: float = 1.0, cover: float = 1.0, benefit: float = 1.0) -> StochasticGame:
    """Return R1: settle, exit, stall or renew a limited truce; channels switched by 0 or 1."""
    payoffs, moves = np.zeros((15, 4)), np.zeros((15, 4, 15))
    shares = 0.3 + 0.08 * np.arange(5)
    for lever in range(5):
        for belief in range(3):
            state = 3 * lever + belief
            payoffs[state, :2] = shares[lever], shares[lever] - 0.15
            payoffs[state, 2:] = -0.012 + 0.006 * cover
            payoffs[state, 3] += 0.008 * benefit - 0.005
            for move, (up, down) in {2: (0.5, 0.15), 3: (0.3, 0.15)}.items():
                steps = {1: up * drift, -1: down * drift, 0: 1 - (up + down) * drift}
                for step, chance in steps.items():
                    new = min(max(lever + step, 0), 4)
                    shift, odds = (-1, 0.5) if move == 2 else (1, 0.6)
                    moves[state, move, 3 * new + belief] += chance * (1 - odds)
                    if belief + shift < 0:
                        payoffs[state, move] += 0.96 * chance * odds * (shares[new] - 0.25)
                    else:
                        after = min(belief + shift, 2)
                        moves[state, move, 3 * new + after] += chance * odds
    return from_arrays(payoffs[None], moves, 0.96, moves=[["settle", "exit", "stall", "limited"]])


ROWS = {
    0: (0.3, 0.15, 0.21318384607685079, 0.3444464637999922),
    1: (0.3, 0.15, 0.3496538108992629, 0.3502815372017722),
    2: (0.3, 0.15, 0.35593338030824795, 0.3523945166213702),
}


def worths(game: StochasticGame) -> np.ndarray:
    """Return what each move is worth in each state, (S, moves), the best of them following."""
    values = limit_of_rounds(game).values[0, 0, 0]
    onward = (game.chances[0] * values[game.successors]).sum(axis=-1)
    return np.asarray(game.payoffs[0, 0] + game.discount[0, 0] * onward)


def test_r1_decision_process() -> None:
    worth = worths(belief_game())
    for state, row in ROWS.items():
        assert worth[state] == pytest.approx(row, abs=1e-12)
    assert worth[:3].argmax(axis=1).tolist() == [3, 3, 2]
    delay = worth[:, 2:].max(axis=1) - worth[:, 0]
    still = worths(belief_game(0.0, 0.0, 0.0))
    frozen = still[:, 2:].max(axis=1) - still[:, 0]
    assert delay[:3] == pytest.approx(
        [0.04444646379999222, 0.05028153720177216, 0.05593338030824797], abs=1e-12
    )
    assert frozen[:3] == pytest.approx([-0.029, -0.024, -0.024], abs=1e-12)
    assert delay[4] == pytest.approx(0.018343316224945, abs=1e-12)
    assert frozen[4] == pytest.approx(-0.0272, abs=1e-12)
    assert ((delay > 0) & (frozen <= 0)).sum() == 9
