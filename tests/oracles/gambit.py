"""Equilibria as Gambit finds them, in a child process: its solvers may run for ever.

The payoffs are handed over as exact fractions. pygambit is an optional extra.
"""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction

import numpy as np

from negsim.theory.normal_form.game import NormalFormGame, Profile

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


def gambit_equilibria(game: NormalFormGame, seconds: float = 60.0) -> list[Profile]:
    """Return the equilibria that Gambit lists: extreme ones of two players, else by supports.

    Savani and Turocy (2025), "Gambit: the package for computation in game theory"; Avis, Rosenberg,
    Savani and von Stengel (2010), "Enumeration of Nash equilibria for two-player games".
    """
    payoffs = [[str(Fraction(p)) for p in own.ravel().tolist()] for own in game.payoffs]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps({"payoffs": payoffs, "shape": list(game.num_actions)}),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=True,
    )
    return [tuple(np.array(mixed) for mixed in profile) for profile in json.loads(done.stdout)]
