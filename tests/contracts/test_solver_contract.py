"""What every solver that finds equilibria of normal-form games promises; wrong ones are caught."""

from __future__ import annotations

import json
from itertools import count

import numpy as np
import pytest

from negsim.arrays import FloatArray
from negsim.errors import SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame, Profile
from negsim.theory.normal_form.marks import QUANTAL
from negsim.theory.normal_form.result import Equilibrium, Solution, certify
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.registry import Solver, SolverRegistry, solve, solver, solvers

GAMES = {
    "dilemma": NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]),
    "pennies": NormalFormGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]),
    "battle": NormalFormGame.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]),
    "three by two": NormalFormGame.from_bimatrix(
        [[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]]
    ),
    "both consent": NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]]),
    "constant": NormalFormGame(np.ones((2, 2, 3))),
    "one row": NormalFormGame.from_bimatrix([[0, 2, 1]], [[1, 0, 3]]),
    "catastrophe": NormalFormGame.from_bimatrix([[0, -1], [1, -1e12]], [[0, 1], [-1, -1e12]]),
    "three players": NormalFormGame(np.random.default_rng(2).normal(size=(3, 2, 3, 2))),
    "alone": NormalFormGame(np.array([[1.0, 3.0, 2.0]])),
}
ENTRIES = [
    name
    for name in solvers
    if solvers[name].takes is NormalFormGame and solvers[name].returns is Solution
]
CASES = [
    (name, title) for name in ENTRIES for title in GAMES if solvers[name].can_solve(GAMES[title])
]


def flat(profile: Profile) -> FloatArray:
    return np.concatenate(profile)


def same_profiles(left: list[Profile], right: list[Profile]) -> bool:
    """Tell whether two lists hold the same profiles, whatever their order."""
    return len(left) == len(right) and all(
        any(np.abs(flat(mine) - flat(theirs)).max() < 1e-6 for theirs in right) for mine in left
    )


def profiles(entry: Solver, game: NormalFormGame) -> list[Profile]:
    return [equilibrium.profile for equilibrium in entry.solve(game).equilibria]


def wrong_numbers(game: NormalFormGame, equilibrium: Equilibrium) -> bool:
    """Tell whether payoffs or regret are not those that the game finds."""
    return not (
        np.allclose(equilibrium.payoffs, game.payoff(equilibrium.profile), rtol=1e-12)
        and np.allclose(equilibrium.regret, game.regret(equilibrium.profile), rtol=1e-9, atol=0)
    )


def uncertified(entry: Solver, solution: Solution, equilibrium: Equilibrium) -> bool:
    """Tell whether a profile is neither an equilibrium nor an honest quantal response."""
    if QUANTAL not in equilibrium.marks:
        return certify(solution.game, equilibrium.profile) is None
    honest = entry.finds == "one" and not solution.complete and "not an equilib" in solution.message
    return not (honest and solution.residual is not None and solution.residual < 1e-9)


def reversed_game(game: NormalFormGame) -> NormalFormGame:
    """Return the game with the order of the players, and of all actions, reversed."""
    count = game.num_players
    return NormalFormGame(np.flip(game.payoffs).transpose([0, *range(count, 0, -1)]))


def reversed_profile(profile: Profile) -> Profile:
    return tuple(mixed[::-1] for mixed in profile[::-1])


def misses_a_pure_equilibrium(solution: Solution, found: list[Profile]) -> bool:
    return any(
        all(np.abs(flat(pure.profile) - flat(profile)).max() > 1e-6 for profile in found)
        for pure in pure_equilibria(solution.game)
    )


def faults(entry: Solver, game: NormalFormGame) -> list[str]:
    """Return the promises that a solver breaks in a game."""
    solution = entry.solve(game)
    found = [equilibrium.profile for equilibrium in solution.equilibria]
    relabelled = [reversed_profile(profile) for profile in profiles(entry, reversed_game(game))]
    rescaled = NormalFormGame((game.payoffs + 8.0) * 2.0**-20)
    promises = {
        "names its game and method": solution.game is game and solution.method == entry.name,
        "finds one": entry.finds != "one" or len(found) == 1,
        "reports the game's numbers": not any(
            wrong_numbers(game, equilibrium) for equilibrium in solution.equilibria
        ),
        "returns certified profiles": not any(
            uncertified(entry, solution, equilibrium) for equilibrium in solution.equilibria
        ),
        "says what it found": bool(solution.message) and "\n" not in solution.message,
        "misses no pure equilibrium": entry.finds != "all"
        or not misses_a_pure_equilibrium(solution, found),
        "lists nothing twice": all(
            np.abs(flat(one) - flat(other)).max() > 1e-9
            for index, one in enumerate(found)
            for other in found[:index]
        ),
        "does not depend on order": same_profiles(found, relabelled),
        "does not depend on units": same_profiles(found, profiles(entry, rescaled)),
        "repeats itself": solution.to_json() == entry.solve(game).to_json(),
        "can be written down": json.loads(solution.to_json()) == solution.to_dict(),
    }
    return [promise for promise, kept in promises.items() if not kept]


@pytest.mark.parametrize(("name", "title"), CASES)
def test_promises_are_kept(name: str, title: str) -> None:
    assert faults(solvers[name], GAMES[title]) == []


@pytest.mark.parametrize("name", ENTRIES)
def test_the_entry_describes_itself(name: str) -> None:
    entry = solvers[name]
    assert entry.name == name
    assert entry.cost
    assert entry.source
    assert entry.summary
    assert entry.finds in {"all", "some", "one"}
    assert entry.solve.__doc__
    for section in ("Returns", "References", "Examples"):
        assert section in entry.solve.__doc__


@pytest.mark.parametrize("name", ENTRIES)
def test_unknown_options_and_games_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match=f'solver "{name}" has no option "nonsense"'):
        solve(GAMES["dilemma"], name, nonsense=1)
    with pytest.raises(SolverError, match=f'solver "{name}" takes a table of payoffs'):
        solve("no game", name)


WRONG = SolverRegistry()
WORDS = {"cost": "none", "source": "none", "summary": "none", "registry": WRONG}


def wrong_solution(
    game: NormalFormGame, name: str, profile: Profile, marks: tuple[str, ...] = ()
) -> Solution:
    """Return a profile as an equilibrium without asking the game."""
    claimed = Equilibrium(
        profile, game.payoff(profile), np.zeros(game.num_players), marks, game.players, game.actions
    )
    return Solution(game, name, (claimed,), True, False, "all there are")


@solver("always uniform", finds="one", **WORDS)
def always_uniform(game: NormalFormGame) -> Solution:
    """Claim that uniform play has no regret."""
    uniform = tuple(np.full(count, 1 / count) for count in game.num_actions)
    return wrong_solution(game, "always uniform", uniform)


@solver("always first", finds="all", **WORDS)
def always_first(game: NormalFormGame) -> Solution:
    """Claim that the first profile is all there is."""
    return wrong_solution(game, "always first", game.pure_profile([0] * game.num_players))


@solver("excused", finds="all", **WORDS)
def excused(game: NormalFormGame) -> Solution:
    """Pass a profile with regret off as a quantal response."""
    profile = game.pure_profile([0] * game.num_players)
    return wrong_solution(game, "excused", profile, (QUANTAL,))


@solver("silent", finds="all", **WORDS)
def silent(game: NormalFormGame) -> Solution:
    """Find nothing and say that it is everything."""
    return Solution(game, "silent", (), True, False, "")


@solver("twice", finds="one", **WORDS)
def twice(game: NormalFormGame) -> Solution:
    """List one profile twice, where one was promised, under another name and of another game."""
    claimed = wrong_solution(game, "once", game.pure_profile([0] * game.num_players)).equilibria
    return Solution(NormalFormGame(game.payoffs), "once", claimed * 2, True, False, "two of them")


@solver("absolute", finds="some", **WORDS)
def absolute(game: NormalFormGame) -> Solution:
    """Find what depends on the units of the payoffs."""
    action = int(np.ptp(game.payoffs) > 1.0)
    return wrong_solution(game, "absolute", game.pure_profile([action] * game.num_players))


CALLS = count()


class Unwritten(Solution):
    """A solution whose text is not its data."""

    def to_json(self) -> str:
        return json.dumps(next(CALLS))


@solver("moody", finds="some", **WORDS)
def moody(game: NormalFormGame) -> Solution:
    """Say something else each time."""
    return Unwritten(game, "moody", (), False, False, "nothing")


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("always uniform", {"reports the game's numbers", "returns certified profiles"}),
        ("always first", {"misses no pure equilibrium", "does not depend on order"}),
        ("excused", {"returns certified profiles", "reports the game's numbers"}),
        ("silent", {"says what it found", "misses no pure equilibrium"}),
        ("twice", {"names its game and method", "finds one", "lists nothing twice"}),
        ("absolute", {"does not depend on units"}),
        ("moody", {"repeats itself", "can be written down"}),
    ],
)
def test_a_wrong_solver_is_caught(name: str, broken: set[str]) -> None:
    assert broken <= set(faults(WRONG[name], GAMES["dilemma"]))
