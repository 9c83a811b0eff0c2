"""Equilibria as Gambit finds them, in a child process with a time limit: an independent check.

pygambit is an optional extra. Its solvers may run for ever, so they run in a process of their own
that is ended when the time is up. The payoffs are handed over as exact fractions; what comes back
is cleaned and certified by the game. Registered as the solver "gambit" where pygambit is installed.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from fractions import Fraction
from typing import Any

import numpy as np

from negsim.arrays import FloatArray
from negsim.errors import SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import (
    Equilibrium,
    Solution,
    any_ties,
    certify,
    cleaned,
    distinct,
)
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.registry import solver

INSTALLED = importlib.util.find_spec("pygambit") is not None

PROGRAM = """
import json, sys
from fractions import Fraction
import numpy as np
import pygambit
given = json.load(sys.stdin)
payoffs = [np.array([Fraction(p) for p in own], dtype=object) for own in given["payoffs"]]
game = pygambit.Game.from_arrays(*[own.reshape(given["shape"]) for own in payoffs])
if len(given["shape"]) == 2:
    result = pygambit.nash.enummixed_solve(game, rational=False)
else:
    result = pygambit.nash.enumpoly_solve(game)
found = [
    [[float(profile[strategy]) for strategy in player.strategies] for player in game.players]
    for profile in result.equilibria
]
json.dump(found, sys.stdout)
"""
"""What the child process runs: payoffs as fractions in, mixed actions out."""


def solve_with_gambit(game: NormalFormGame, seconds: float = 60.0) -> Solution:
    """Find equilibria with Gambit: extreme ones for two players, by supports for more.

    An independent check of the solvers "nash" and "regular".

    Parameters
    ----------
    seconds
        How long Gambit may take.

    Returns
    -------
    Solution
        Never complete; the pure equilibria are always listed.

    Raises
    ------
    SolverError
        If pygambit is not installed, fails, or takes too long.
    UsageError
        If ``seconds`` is not positive.

    References
    ----------
    Savani and Turocy (2025), "Gambit: the package for computation in game theory",
    https://www.gambit-project.org. Avis, Rosenberg, Savani and von Stengel (2010), "Enumeration of
    Nash equilibria for two-player games", Economic Theory 42.

    Examples
    --------
    >>> pennies = NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> len(solve_with_gambit(pennies).equilibria) if INSTALLED else 1
    1
    """
    if not seconds > 0.0:
        raise UsageError(f"seconds: expected a positive number, got {seconds}")
    if not INSTALLED:
        raise SolverError(
            'solver "gambit" needs pygambit, which is not installed: '
            'python -m pip install "negsim[gambit]"'
        )
    found, dropped = _judged(game, _asked(game, seconds))
    equilibria = distinct([*pure_equilibria(game), *found])
    message = f"{len(equilibria)} found by Gambit, not known to be all ({len(dropped)} dropped)"
    degenerate = any_ties(equilibria, game)
    return Solution(game, "gambit", equilibria, False, degenerate, message, dropped)


if INSTALLED:
    solver(
        "gambit",
        finds="some",
        min_players=2,
        cost="exponential in the number of actions; ended after a time limit",
        source="Gambit (Savani and Turocy 2025): enummixed for two players, enumpoly for more",
        summary="equilibria by Gambit, certified: a check on nash and regular",
    )(solve_with_gambit)


def _asked(game: NormalFormGame, seconds: float) -> list[list[list[float]]]:
    """Return the profiles that Gambit finds, in a process that is ended after some seconds."""
    payoffs = [[str(Fraction(p)) for p in own.ravel().tolist()] for own in game.payoffs]
    request = json.dumps({"payoffs": payoffs, "shape": list(game.num_actions)})
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=request,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SolverError(f'solver "gambit" took more than {seconds:g} seconds') from None
    return _answer(done)


def _answer(done: subprocess.CompletedProcess[str]) -> list[list[list[float]]]:
    reason = (done.stderr.strip().splitlines() or ["no answer"])[-1]
    if done.returncode != 0:
        raise SolverError(f'solver "gambit" failed: {reason}')
    found: Any = json.loads(done.stdout)
    return [[[float(chance) for chance in mixed] for mixed in profile] for profile in found]


def _judged(
    game: NormalFormGame, profiles: list[list[list[float]]]
) -> tuple[list[Equilibrium], tuple[str, ...]]:
    found, dropped = [], []
    for profile in profiles:
        mixed: list[FloatArray] = [np.array(own) for own in profile]
        certified = certify(game, cleaned(mixed))
        if certified is None:
            words = ", ".join(np.array2string(own, precision=4) for own in mixed)
            dropped.append(f"{words}: regret above tolerance")
        else:
            found.append(certified)
    return found, tuple(dict.fromkeys(dropped))
