"""How long payoff sets and critical discounts take, and how much faster than plain Python.

``python tests/benchmarks/bench_payoff_set.py`` prints one table. Seconds depend on the machine; the
ratio, measured in the same run on the same games, is what counts. A dilemma must take under 10 ms.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.repeated.critical_discount import critical_discount
from negsim.theory.repeated.game import RepeatedGame
from negsim.theory.repeated.payoff_set import payoff_set

LIMIT_MS = 10.0


def seconds(work: Callable[[], object], repeats: int = 15) -> float:
    """Return the median time of a call, the first not counted."""
    work()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def plain_step(game: RepeatedGame, polygon: np.ndarray, threats: np.ndarray) -> np.ndarray:
    """Return one step of the same algorithm with numpy, its hull left out."""
    pays = game.stage.payoffs.reshape(2, -1).T
    gains = game.deviation_payoffs.reshape(2, -1).T - pays
    discount = game.common_discount
    found = []
    following = np.roll(polygon, -1, axis=0)
    for payoff, gain in zip(pays, gains, strict=True):
        if (discount * (payoff - threats) >= (1 - discount) * gain - 1e-12).all():
            found.append(payoff)
            continue
        level = threats + (1 - discount) / discount * gain
        for axis in range(2):
            here, there = polygon[:, axis] - level[axis], following[:, axis] - level[axis]
            across = here * there <= 0
            share = here[across] / np.where(here == there, 1, here - there)[across]
            cuts = polygon[across] + share[:, None] * (following - polygon)[across]
            cuts = cuts[cuts[:, 1 - axis] >= level[1 - axis]]
            found += [(1 - discount) * payoff + discount * cut for cut in cuts]
    return np.array(found)


def cournot(count: int) -> NormalFormGame:
    """Return a duopoly with linear demand 6 - Q and cost 0.6 on a grid of quantities."""
    quantity = np.linspace(0, 6, count)
    profits = quantity[:, None] * (5.4 - quantity[:, None] - quantity[None, :])
    return NormalFormGame.from_bimatrix(profits, profits.T)


def main() -> None:
    """Measure and print."""
    dilemma = NormalFormGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    theirs = NormalFormGame.from_bimatrix(
        [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
    )
    cases = [
        ("dilemma, 0.75", RepeatedGame(dilemma, 0.75)),
        ("dilemma, 0.2", RepeatedGame(dilemma, 0.2)),
        ("Abreu and Sannikov, 0.3", RepeatedGame(theirs, 0.3)),
        ("duopoly 15 x 15, 0.8", RepeatedGame(cournot(15), 0.8)),
        ("duopoly 15 x 15, 0.99", RepeatedGame(cournot(15), 0.99)),
    ]
    print(f"{'payoff set':26}{'ms':>9}{'steps':>7}{'plain numpy, ms':>17}{'ratio':>7}")
    for name, game in cases:
        found = payoff_set(game)
        ours = 1e3 * seconds(lambda game=game: payoff_set(game))
        step = seconds(
            lambda game=game, found=found: plain_step(game, found.vertices, found.threats)
        )
        plain = 1e3 * step * found.iterations
        print(f"{name:26}{ours:9.3f}{found.iterations:7d}{plain:17.2f}{plain / ours:7.1f}")
        assert not name.startswith("dilemma") or ours < LIMIT_MS, "a dilemma takes too long"
    game = RepeatedGame(dilemma, 0.75)
    rules = {"grim": "grim", "5 rounds": 5, "tit for tat": "tit_for_tat"}
    for name, rule in rules.items():
        took = 1e3 * seconds(lambda rule=rule: critical_discount(game, (0, 0), rule))
        print(f"critical discount, {name:12}{took:8.2f} ms")


if __name__ == "__main__":
    main()
