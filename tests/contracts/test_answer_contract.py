"""What every solver of normal-form games promises whose answer is not a list of equilibria.

Each class of answers has a check that starts from the game alone; wrong answers are caught by it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from negsim.errors import SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Solution
from negsim.theory.oneshot.correlated import CorrelatedSolution, Recommendation
from negsim.theory.oneshot.dominance import Elimination, Security
from negsim.theory.oneshot.logit import LogitBranch
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.oneshot.stackelberg import StackelbergSolution
from negsim.theory.registry import solve, solvers

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
    if solvers[name].takes is NormalFormGame and solvers[name].returns is not Solution
]
CASES = [
    (name, title) for name in ENTRIES for title in GAMES if solvers[name].accepts(GAMES[title])
]
Check = Callable[[Any], list[str]]


def broken(promises: dict[str, bool]) -> list[str]:
    return [promise for promise, kept in promises.items() if not kept]


def gains_by(game: NormalFormGame, found: Recommendation, player: int) -> np.ndarray:
    """Return [told, done] gains, cell by cell from the definition."""
    count = game.num_actions[player]
    gains = np.zeros((count, count))
    for cell in np.ndindex(*game.num_actions):
        for done in range(count):
            other = (*cell[:player], done, *cell[player + 1 :])
            gain = game.payoffs[(player, *other)] - game.payoffs[(player, *cell)]
            gains[cell[player], done] += found.chances[cell] * gain
    return gains


def obeyed(game: NormalFormGame, found: Recommendation, coarse: bool) -> bool:
    for player in range(game.num_players):
        gains = gains_by(game, found, player)
        gain = gains.sum(axis=0).max() if coarse else gains.max(axis=1).sum()
        if gain > 1e-9 * max(1.0, np.median(np.abs(game.payoffs))):
            return False
    return True


def correlated_faults(answer: CorrelatedSolution) -> list[str]:
    """Check lotteries, incentives, payoffs, and that every pure equilibrium lies in between."""
    game, coarse = answer.game, answer.method == "coarse_correlated"
    lotteries = [found for one in answer.extremes for found in (one.best, one.worst)]
    aims = [answer.weights, *np.eye(game.num_players)]
    flat = game.payoffs.reshape(game.num_players, -1)
    inside = all(
        one.worst.value - 1e-6 <= aim @ pure.payoffs <= one.best.value + 1e-6
        for one, aim in zip(answer.extremes, aims, strict=True)
        for pure in pure_equilibria(game)
    )
    return broken(
        {
            "lotteries": all(
                (one.chances >= 0).all() and abs(one.chances.sum() - 1) < 1e-12 for one in lotteries
            ),
            "nobody gains by disobeying": all(obeyed(game, one, coarse) for one in lotteries),
            "payoffs": all(
                np.allclose(one.payoffs, flat @ one.chances.ravel()) for one in lotteries
            ),
            "no equilibrium lies outside": inside,
            "aims": [one.aim for one in answer.extremes] == ["welfare", *game.players],
        }
    )


def kept_profiles(game: NormalFormGame, kept: Sequence[Sequence[int]], player: int) -> np.ndarray:
    """Return own payoffs over the others' kept actions, all own actions as rows."""
    sets = [
        np.arange(n) if i == player else np.array(kept[i]) for i, n in enumerate(game.num_actions)
    ]
    own = np.moveaxis(game.payoffs[player][np.ix_(*sets)], player, 0)
    return own.reshape(game.num_actions[player], -1)


def elimination_faults(answer: Elimination) -> list[str]:
    """Replay the removals: each must be dominated, by what is claimed, in what was left then."""
    game = answer.game
    kept = [list(range(count)) for count in game.num_actions]
    dominated, rounds = True, [step.round for step in answer.removals]
    for number in sorted(set(rounds)):
        steps = [step for step in answer.removals if step.round == number]
        for step in steps:
            own = kept_profiles(game, kept, step.player)
            lead = step.dominant @ (own - own[step.action])
            dominated &= set(np.flatnonzero(step.dominant)) <= set(kept[step.player])
            dominated &= bool((lead > -1e-12).all() if answer.weak else (lead > 0).all())
            dominated &= bool((lead > 0).any()) and step.dominant[step.action] == 0
        for step in steps:
            kept[step.player].remove(step.action)
    return broken(
        {
            "removes what is dominated": dominated,
            "in order": rounds == sorted(rounds),
            "leaves the rest": [own.tolist() for own in answer.remaining] == kept,
            "leaves something": all(kept),
            "keeps every equilibrium": answer.weak
            or all(
                set(np.flatnonzero(mixed)) <= set(own)
                for pure in pure_equilibria(game)
                for mixed, own in zip(pure.profile, kept, strict=True)
            ),
        }
    )


def security_faults(answer: Security) -> list[str]:
    game = answer.game
    secured, best_pure = [], []
    for player, mixed in enumerate(answer.profile):
        own = kept_profiles(game, [range(count) for count in game.num_actions], player)
        secured.append((mixed @ own).min())
        best_pure.append(own.min(axis=1).max())
    size = 1e-9 * max(1.0, float(np.median(np.abs(game.payoffs))))
    return broken(
        {
            "secures the level": bool((np.array(secured) >= answer.levels - size).all()),
            "cannot secure more": bool((answer.upper <= answer.levels + size).all()),
            "at least as much as pure": bool((answer.levels >= np.array(best_pure) - size).all()),
        }
    )


def stackelberg_faults(answer: StackelbergSolution) -> list[str]:
    game = answer.game
    honest, replies, ordered = True, True, True
    for leader, found in enumerate(answer.commitments):
        ordered &= found.weak.value <= found.strong.value + 1e-9
        ordered &= found.leader == game.players[leader]
        for led in (found.strong, found.weak):
            payoffs = game.payoff(led.profile)
            honest &= bool(np.allclose(payoffs, led.payoffs))
            honest &= abs(payoffs[leader] - led.value) <= 1e-9 * max(1.0, abs(led.value))
            regret = game.regret(led.profile) <= game.regret_limit(led.profile)
            replies &= bool(np.delete(regret, leader).all())
        for pure in pure_equilibria(game):
            ordered &= pure.payoffs[leader] <= found.strong.value + 1e-9
    return broken(
        {
            "pays what it says": honest,
            "followers reply well": replies,
            "strong is no less than weak or a pure equilibrium": ordered,
        }
    )


def own_response(answer: LogitBranch, point: int) -> float:
    """Return how far a point is from its own response, worked out by the definition."""
    game, furthest = answer.game, 0.0
    profile = game.as_profile([chances[point] for chances in answer.chances])
    for player, mixed in enumerate(profile):
        spread = float(np.ptp(game.payoffs[player])) or 1.0
        worth = game.action_payoffs(profile, player) * (answer.precision[point] / spread)
        odds = np.exp(worth - worth.max())
        furthest = max(furthest, float(np.abs(odds / odds.sum() - mixed).max()))
    return furthest


def branch_faults(answer: LogitBranch) -> list[str]:
    """Check where the branch starts and ends, every point on it, and the point it leads to."""
    game = answer.game
    points = range(len(answer.precision))
    paid = [game.payoff([chances[point] for chances in answer.chances]) for point in points]
    limit = answer.limit
    return broken(
        {
            "starts at uniform play": answer.precision[0] == 0
            and all(np.ptp(chances[0]) < 1e-12 for chances in answer.chances),
            "reaches its precision": abs(answer.precision[-1] - 100) < 1e-9,
            "its points are responses": max(own_response(answer, each) for each in points) < 1e-6,
            "payoffs": np.allclose(paid, answer.payoffs),
            "leads to an equilibrium": limit is None
            or bool((game.regret(limit.profile) <= game.regret_limit(limit.profile)).all()),
        }
    )


CHECKS: dict[type, Check] = {
    LogitBranch: branch_faults,
    CorrelatedSolution: correlated_faults,
    Elimination: elimination_faults,
    Security: security_faults,
    StackelbergSolution: stackelberg_faults,
}


def figures(answer: Any) -> list[float]:
    """Return the numbers of an answer that do not depend on the order of players and actions."""
    if isinstance(answer, CorrelatedSolution):
        return [one.value for found in answer.extremes for one in (found.best, found.worst)]
    if isinstance(answer, Elimination):
        return [float(own.size) for own in answer.remaining]
    if isinstance(answer, Security):
        return answer.levels.tolist()
    if isinstance(answer, LogitBranch):
        return answer.payoffs[-1].tolist()
    return [led.value for found in answer.commitments for led in (found.strong, found.weak)]


def reversed_game(game: NormalFormGame) -> NormalFormGame:
    count = game.num_players
    return NormalFormGame(np.flip(game.payoffs).transpose([0, *range(count, 0, -1)]))


def turned(answer: Any, numbers: list[float]) -> list[float]:
    """Return the numbers of the reversed game's answer in the order of the game's own."""
    if isinstance(answer, CorrelatedSolution):
        pairs = [numbers[place : place + 2] for place in range(0, len(numbers), 2)]
        return [value for pair in [pairs[0], *pairs[:0:-1]] for value in pair]
    if isinstance(answer, StackelbergSolution):
        pairs = [numbers[place : place + 2] for place in range(0, len(numbers), 2)]
        return [value for pair in pairs[::-1] for value in pair]
    return numbers[::-1]


@pytest.mark.parametrize(("name", "title"), CASES)
def test_promises_are_kept(name: str, title: str) -> None:
    game = GAMES[title]
    answer = solve(game, name)
    assert isinstance(answer, solvers[name].returns)
    assert answer.game is game
    assert answer.method == name
    assert answer.message
    assert "\n" not in answer.message
    assert CHECKS[type(answer)](answer) == []
    assert json.loads(answer.to_json()) == answer.to_dict()
    assert solve(game, name).to_json() == answer.to_json()


@pytest.mark.parametrize(("name", "title"), CASES)
def test_order_and_units_do_not_matter(name: str, title: str) -> None:
    game = GAMES[title]
    answer = solve(game, name)
    expected = figures(answer)
    back = solve(reversed_game(game), name)
    np.testing.assert_allclose(turned(back, figures(back)), expected, rtol=1e-9, atol=1e-9)
    rescaled = figures(solve(NormalFormGame((game.payoffs + 8.0) * 2.0**-20), name))
    if not isinstance(answer, Elimination):
        moves = np.full(len(expected), 8.0)
        if isinstance(answer, CorrelatedSolution):
            moves[:2] *= game.num_players
        rescaled = np.array(rescaled) * 2.0**20 - moves
    np.testing.assert_allclose(rescaled, expected, rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize("name", ENTRIES)
def test_the_entry_describes_itself(name: str) -> None:
    entry = solvers[name]
    assert entry.returns in CHECKS
    assert entry.cost
    assert entry.source
    assert entry.summary
    assert entry.finds in {"all", "some", "one"}
    for section in ("Returns", "References", "Examples"):
        assert section in (entry.solve.__doc__ or "")


@pytest.mark.parametrize("name", ENTRIES)
def test_unknown_options_and_games_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match=f'solver "{name}" has no option "nonsense"'):
        solve(GAMES["dilemma"], name, nonsense=1)
    with pytest.raises(SolverError, match=f'solver "{name}" takes a table of payoffs'):
        solve("no game", name)


def test_wrong_answers_are_caught() -> None:
    dilemma, pennies = GAMES["dilemma"], GAMES["pennies"]
    fair = solve(dilemma, "correlated")
    peace = Recommendation(
        np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([3.0, 3.0]), np.zeros(2), 6.0
    )
    wrong = replace(fair, extremes=(replace(fair.extremes[0], best=peace), *fair.extremes[1:]))
    assert correlated_faults(wrong) == ["nobody gains by disobeying"]

    removed = solve(dilemma, "iterated_dominance")
    swapped = replace(removed.removals[0], action=1, dominant=np.array([1.0, 0.0]))
    wrong = replace(removed, removals=(swapped, *removed.removals[1:]))
    assert set(elimination_faults(wrong)) >= {"removes what is dominated", "leaves the rest"}

    level = solve(pennies, "security")
    assert security_faults(replace(level, levels=level.levels + 1)) == ["secures the level"]
    assert "cannot secure more" in security_faults(replace(level, levels=level.levels - 1))

    branch = solve(pennies, "logit_branch")
    late = replace(branch, precision=branch.precision[1:], payoffs=branch.payoffs[1:])
    late = replace(late, chances=tuple(chances[1:] for chances in branch.chances))
    assert branch_faults(late) == ["starts at uniform play"]
    fixed = replace(branch, chances=tuple(0 * own + [0.9, 0.1] for own in branch.chances))
    assert "its points are responses" in branch_faults(fixed)

    led = solve(dilemma, "stackelberg")
    profile = dilemma.as_profile(([1, 0], [1, 0]))
    hoped = replace(
        led.commitments[0].strong, value=3.0, profile=profile, payoffs=np.array([3.0, 3])
    )
    wrong = replace(
        led, commitments=(replace(led.commitments[0], strong=hoped), led.commitments[1])
    )
    assert stackelberg_faults(wrong) == ["followers reply well"]
