"""Every solver is free of scale: payoffs times a power of two give the same answer, scaled.

A unit of payoffs is a convention, and a power of two times a float is exact, so that the answer to
a scaled game has the same bits: a number of it is the same or is scaled, whatever it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from negsim.theory.bargaining.problem import BargainingProblem
from negsim.theory.bargaining.solutions import bargain, bargaining_solutions
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.dominance import Security, solve_security
from negsim.theory.registry import Solver, SolverRegistry, solver, solvers
from negsim.theory.repeated.game import Monitoring, RepeatedGame
from negsim.theory.repeated.reputation import TrustGame
from negsim.theory.signalling.game import SignallingGame
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.trees.game import End, ExtensiveGame
from tests.oracles.arrays_game import from_arrays
from tests.oracles.plain_trees import chain_store, myersons_cards, random_tree, seltens_horse

EXPONENTS = (-300, -150, -31, 150, 300)
UNEVEN = np.array([[[3.1, 0.2, 1.7], [5.3, 1.1, 0.4]], [[3.3, 5.7, 1.3], [0.1, 1.9, 2.2]]])
GAMES = {
    "dilemma": NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]),
    "pennies": NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]),
    "uneven": NormalFormGame(UNEVEN),
    "consent": NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]]),
    "three": NormalFormGame(np.random.default_rng(2).normal(size=(3, 2, 2, 2))),
    "repeated": RepeatedGame(
        NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]), discount=0.75
    ),
    "alarms": RepeatedGame(
        NormalFormGame.from_bimatrix([[3.1, 0], [5.2, 1]], [[3.3, 5], [0, 1.2]]),
        discount=0.75,
        monitoring=Monitoring(0.02, 0.9),
    ),
    "chain store": chain_store(),
    "cards": myersons_cards(),
    "horse": seltens_horse(),
    "random tree": random_tree(6, depth=2),
    "signals": SignallingGame(
        [0.1, 0.9],
        [[[1.0, 3.0], [0.0, 2.0]], [[0.0, 2.0], [1.0, 3.0]]],
        [[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]],
    ),
    "trust": TrustGame(1.0, 1.3, 0.5, 1.0, rounds=3),
    "endless": from_arrays(
        [[[[1.0, 3.0], [0.0, 2.5]], [[2.0, 0.0], [1.0, 1.5]]]] * 2,
        [[[[0.9, 0.1], [0.5, 0.5]], [[1.0, 0.0], [0.2, 0.8]]]] * 2,
        0.8,
    ),
    "zero-sum states": from_arrays(
        [[[[1.0, 3.0], [0.0, 2.5]]], [[[-1.0, -3.0], [0.0, -2.5]]]],
        [[[[1.0], [0.5]], [[0.9], [0.2]]]],
        0.8,
    ),
    "last round": from_arrays(
        [[[[1.0, 3.0], [0.0, 2.5]]], [[[2.0, 0.0], [1.0, 1.5]]]], [[[[1.0], [0.5]]] * 2], 0.8
    ).with_rounds(3),
    "packages": BargainingProblem([[3.1, 1], [2, 2.3], [0.2, 4]], [0.1, 0.2]),
    "lotteries": BargainingProblem([[3.1, 1], [2, 2.3], [0.2, 4]], [0.1, 0.2], lotteries=True),
    "rising": BargainingProblem([[3, 0.5], [5, 0.5], [2, 1]], [0, 0], lotteries=True),
}
LAST = {"backward_induction", "logit_induction"}


def takes(name: str, game: object) -> bool:
    """Tell whether a solver takes a game, of its class and beyond that."""
    if not solvers[name].accepts(game) or solvers[name].unfit(game):
        return False
    match game:
        case StochasticGame():
            return game.endless == (name not in LAST)
        case RepeatedGame():
            return name != "payoff_set" or game.monitoring.perfect
    return True


CASES = [(name, title) for name in solvers for title in GAMES if takes(name, GAMES[title])]
RULES = [
    (rule, title)
    for rule in bargaining_solutions
    for title, game in GAMES.items()
    if isinstance(game, BargainingProblem)
]
PAYOFFS = {
    NormalFormGame: ("payoffs",),
    SignallingGame: ("sender", "receiver"),
    TrustGame: ("gain", "loss", "keep", "exploit"),
    BargainingProblem: ("payoffs", "disagreement"),
    StochasticGame: ("payoffs", "last_payoffs", "reservation"),
}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:/\d+)?")


def scaled(game: Any, factor: float) -> Any:
    """Return the game with every payoff multiplied by a factor."""
    if isinstance(game, RepeatedGame):
        return replace(game, stage=scaled(game.stage, factor))
    if isinstance(game, ExtensiveGame):
        return replace(game, nodes=tuple(scaled(node, factor) for node in game.nodes))
    if isinstance(game, End):
        times = Fraction(factor)
        return replace(game, payoffs=tuple(payoff * times for payoff in game.payoffs))
    keys = PAYOFFS.get(type(game), ())
    return replace(game, **{key: getattr(game, key) * factor for key in keys}) if keys else game


def different(old: Any, new: Any, powers: tuple[float, ...], where: str = "") -> Iterator[str]:
    """Yield where two answers differ by more than a factor in their numbers."""
    if isinstance(old, dict) and isinstance(new, dict):
        if old.keys() != new.keys():
            yield f"{where}: {list(old)} became {list(new)}"
            return
        for key in old:
            yield from different(old[key], new[key], powers, f"{where}.{key}")
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{where}: {len(old)} became {len(new)}"
            return
        for place, (mine, theirs) in enumerate(zip(old, new, strict=True)):
            yield from different(mine, theirs, powers, f"{where}[{place}]")
    elif isinstance(old, str) and isinstance(new, str):
        if NUMBER.sub("0", old) != NUMBER.sub("0", new):
            yield f"{where}: {old!r} became {new!r}"
    elif isinstance(old, float | int) and isinstance(new, float | int):
        if not any(old * power == new for power in powers):
            yield f"{where}: {old} became {new}"
    elif old is not new:
        yield f"{where}: {old} became {new}"


def faults(solve: Callable[[Any, float], Any], game: Any) -> list[str]:
    """Return where the answers to scaled games are not the scaled answer."""
    base = solve(game, 1.0).to_dict()
    found = []
    for exponent in EXPONENTS:
        factor = 2.0**exponent
        answer = solve(scaled(game, factor), factor).to_dict()
        powers = (1.0, factor, factor**2)
        found += [f"2^{exponent}{fault}" for fault in different(base, answer, powers)]
    return found


def answer_of(entry: Solver) -> Callable[[Any, float], Any]:
    """Return the solver as a function of a game and its unit; options in payoff units scale too."""
    match entry.name:
        case "critical_discount":
            return lambda game, _: entry.solve(game, truce=(0, 0))
        case "logit_induction":
            return lambda game, unit: entry.solve(game, precision=3.0 / unit)
    return lambda game, _: entry.solve(game)


@pytest.mark.parametrize(("name", "title"), CASES)
def test_answers_scale_with_payoffs(name: str, title: str) -> None:
    assert faults(answer_of(solvers[name]), GAMES[title]) == []


@pytest.mark.parametrize(("rule", "title"), RULES)
def test_bargains_scale_with_payoffs(rule: str, title: str) -> None:
    assert faults(lambda problem, _: bargain(problem, rule), GAMES[title]) == []


@pytest.mark.parametrize("name", ["logit", "nash", "pure", "regular", "tracing"])
def test_every_player_has_a_unit_of_its_own(name: str) -> None:
    """What players get is not compared, so that their units need not be the same."""
    game, factors = GAMES["uneven"], np.array([2.0**300, 2.0**-200])
    apart = NormalFormGame(game.payoffs * factors[:, None, None])
    base, answer = (solvers[name].solve(one).to_dict() for one in (game, apart))
    assert list(different(base, answer, (1.0, *factors))) == []


@pytest.mark.parametrize("exponent", [-150, 300])
def test_security_in_any_unit(exponent: int) -> None:
    factor = 2.0**exponent
    game = NormalFormGame.from_bimatrix(np.array([[3, 0], [5, 1]]) * factor, [[3, 5], [0, 1]])
    found = solve_security(game)
    assert found.levels.tolist() == [factor, 1.0]
    assert [mixed.tolist() for mixed in found.profile] == [[0.0, 1.0], [0.0, 1.0]]


BROKEN = SolverRegistry()


@solver("absolute", finds="one", cost="", source="", summary="", registry=BROKEN, returns=Security)
def absolute(game: NormalFormGame) -> Security:
    """Take differences below a thousandth for none, whatever the unit."""
    found = solve_security(NormalFormGame(np.round(game.payoffs, 3)))
    return replace(found, game=game)


@solver("overflowing", finds="one", cost="", source="", summary="", registry=BROKEN)
def overflowing(game: NormalFormGame) -> Security:
    """Square payoffs on the way."""
    found = solve_security(game)
    return replace(found, levels=found.levels**4)


@pytest.mark.parametrize("name", BROKEN)
def test_a_solver_with_a_unit_is_caught(name: str) -> None:
    with np.errstate(over="ignore"):
        assert faults(answer_of(BROKEN[name]), GAMES["uneven"])
