"""Logit quantal response: fixed points known otherwise, the branch, the limits of precision."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit

from negsim.arrays import FloatArray, kernel
from negsim.errors import SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot import logit
from negsim.theory.oneshot.logit import logit_branch, logit_kernel, solve_logit

HAWK_DOVE = NormalFormGame.from_bimatrix([[-1, 2], [0, 1]], [[-1, 0], [2, 1]])
PENNIES = NormalFormGame.from_bimatrix([[9, -1], [-1, 1]], [[-1, 1], [1, -1]])
FOLDED = NormalFormGame(
    np.array(
        [
            [2, 2, 4, 0, 1, 4, 0, 2],
            [0, 1, 4, 3, 5, 3, 0, 4],
            [5, 2, 0, 0, 4, 5, 4, 5],
        ],
        dtype=float,
    ).reshape(3, 2, 2, 2)
)


def response(game: NormalFormGame, precision: float) -> list[FloatArray]:
    return list(solve_logit(game, precision=precision).equilibria[0].profile)


def own_reply(game: NormalFormGame, profile: list[FloatArray], precision: float) -> FloatArray:
    """Return the logit response to a profile, straight from the definition."""
    replies = []
    for player in range(game.num_players):
        spread = np.ptp(game.payoffs[player])
        odds = precision / spread * game.action_payoffs(profile, player)
        replies.append(np.exp(odds - odds.max()) / np.exp(odds - odds.max()).sum())
    return np.concatenate(replies)


@pytest.mark.parametrize("precision", [0.1, 1.0, 5.0, 30.0, 300.0])
def test_symmetric_fixed_point(precision: float) -> None:
    """In hawk-dove the reply falls in the other's hawkishness: one symmetric fixed point."""
    per_unit = precision / 3.0

    def excess(hawk: float) -> float:
        return float(expit(per_unit * ((-hawk + 2 * (1 - hawk)) - (1 - hawk)))) - hawk

    expected = brentq(excess, 0.0, 1.0, xtol=1e-15)
    for mixed in response(HAWK_DOVE, precision):
        assert mixed[0] == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize("precision", [1.0, 10.0, 100.0])
def test_asymmetric_pennies(precision: float) -> None:
    """One reply rises and the other falls: their composition has one fixed point."""
    first, second = precision / 10.0, precision / 2.0

    def column(row: float) -> float:
        return float(expit(second * (-2 * row + 2 * (1 - row))))

    def excess(row: float) -> float:
        right = column(row)
        return float(expit(first * (10 * right - 2 * (1 - right)))) - row

    row = brentq(excess, 0.0, 1.0, xtol=1e-15)
    profile = response(PENNIES, precision)
    assert profile[0][0] == pytest.approx(row, abs=1e-10)
    assert profile[1][0] == pytest.approx(column(row), abs=1e-9)


@pytest.mark.parametrize("shape", [(4,), (2, 2), (3, 3), (2, 3, 2), (2, 2, 2, 2), (5, 4)])
def test_fixed_points_of_random_games(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(len(shape))
    for _ in range(10):
        game = NormalFormGame(rng.normal(size=(len(shape), *shape)))
        for precision in (0.5, 20.0, 2_000.0):
            solution = solve_logit(game, precision=precision)
            profile = list(solution.equilibria[0].profile)
            reply = own_reply(game, profile, precision)
            assert solution.residual is not None
            assert solution.residual < 1e-9
            np.testing.assert_allclose(np.concatenate(profile), reply, atol=1e-9)


def test_precision_zero_is_uniform_and_the_regret_shrinks() -> None:
    dilemma = NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    np.testing.assert_array_equal(np.concatenate(response(dilemma, 0.0)), 0.5)
    regrets = [
        solve_logit(dilemma, precision=precision).equilibria[0].regret.max()
        for precision in (0.0, 1.0, 10.0, 100.0, 1000.0)
    ]
    assert regrets == sorted(regrets, reverse=True)
    assert regrets[-1] < 1e-12


def test_high_precision_comes_near_an_equilibrium() -> None:
    rng = np.random.default_rng(4)
    for _ in range(60):
        game = NormalFormGame(rng.normal(size=(2, 3, 3)))
        solution = solve_logit(game, precision=1e6)
        assert (solution.equilibria[0].regret < 1e-3).all()


def test_the_principal_branch_stays_symmetric_through_a_bifurcation() -> None:
    coordination = NormalFormGame.from_bimatrix([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    np.testing.assert_allclose(np.concatenate(response(coordination, 100.0)), 0.5, atol=1e-9)
    np.testing.assert_allclose(response(HAWK_DOVE, 1e4)[0], [0.5, 0.5], atol=1e-3)


def test_the_branch_is_followed_where_it_turns_back() -> None:
    """The branch of this game turns back near precision 11.99 and again near 8.32."""
    before, after = response(FOLDED, 11.9), response(FOLDED, 12.1)
    for profile, precision in ((before, 11.9), (after, 12.1)):
        reply = own_reply(FOLDED, profile, precision)
        np.testing.assert_allclose(np.concatenate(profile), reply, atol=1e-9)
    assert np.abs(np.concatenate(before) - np.concatenate(after)).max() > 0.3


def test_a_player_with_one_action_changes_nothing() -> None:
    lone = NormalFormGame(np.stack([PENNIES.payoffs[0], PENNIES.payoffs[1], np.eye(2)])[..., None])
    profile = response(lone, 7.0)
    assert profile[2].tolist() == [1.0]
    np.testing.assert_allclose(profile[0], response(PENNIES, 7.0)[0], atol=1e-12)


def test_relabelling_players_and_actions() -> None:
    game = NormalFormGame(np.random.default_rng(6).normal(size=(3, 2, 3, 2)))
    profile = response(game, 25.0)
    flipped = NormalFormGame(game.payoffs[:, :, ::-1])
    np.testing.assert_allclose(response(flipped, 25.0)[1], profile[1][::-1], atol=1e-10)
    turned = NormalFormGame(np.moveaxis(game.payoffs[[2, 0, 1]], 3, 1))
    for mine, theirs in zip(response(turned, 25.0), (profile[2], *profile[:2]), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-10)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_scale_and_offset(scale: float, offset: float) -> None:
    moved = NormalFormGame((PENNIES.payoffs + offset) * scale)
    np.testing.assert_allclose(response(moved, 50.0)[0], response(PENNIES, 50.0)[0], atol=1e-8)


def test_precision_per_player() -> None:
    profile = list(solve_logit(HAWK_DOVE, precision=(0.0, 60.0)).equilibria[0].profile)
    np.testing.assert_array_equal(profile[0], [0.5, 0.5])
    assert profile[1][0] == pytest.approx(0.5)
    profile = list(solve_logit(PENNIES, precision=(0.0, 60.0)).equilibria[0].profile)
    np.testing.assert_array_equal(profile[0], [0.5, 0.5])


def test_what_is_said() -> None:
    solution = solve_logit(PENNIES, precision=3)
    assert solution.message == (
        "quantal response at precision 3 per payoff range, not an equilibrium"
    )
    assert solution.equilibria[0].marks == ("quantal response",)
    assert solution.equilibria[0].regret.max() > 0.01
    assert not solution.complete


@pytest.mark.parametrize("precision", [-1.0, np.nan, np.inf, (1.0, -1.0)])
def test_bad_precisions_are_told(precision: float | tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="precision: expected finite numbers of at least 0"):
        solve_logit(PENNIES, precision=precision)


@pytest.mark.parametrize("precision", [(1.0, 2.0, 3.0), "high"])
def test_precisions_of_the_wrong_kind_are_told(precision: object) -> None:
    with pytest.raises(UsageError, match="one number or one for each of 2 players"):
        solve_logit(PENNIES, precision=precision)


def test_a_residual_above_tolerance_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logit, "logit_kernel", lambda *arguments: float("nan"))
    with pytest.raises(SolverError, match="no fixed point at precision 50: residual nan"):
        solve_logit(PENNIES)


def test_absurd_precision_is_solved_or_refused_never_wrong() -> None:
    for precision in (1e8, 1e12, 1e300):
        try:
            solution = solve_logit(PENNIES, precision=precision)
        except SolverError:
            continue
        assert solution.residual is not None
        assert solution.residual < 1e-9


@kernel
def sum_of_residuals(payoffs: FloatArray, repetitions: int) -> float:
    """Call the kernel from compiled code, as the solvers of dynamic games do."""
    shape = np.array([2, 2])
    precision = np.array([5.0, 5.0])
    mixed = np.empty(4)
    total = 0.0
    for _ in range(repetitions):
        total += logit_kernel(payoffs, shape, precision, mixed)
    return total


def test_the_kernel_can_be_called_from_compiled_code() -> None:
    assert sum_of_residuals(PENNIES.payoffs.reshape(2, 4), 3) < 1e-12


def test_damped_iteration_finds_a_stable_response() -> None:
    shape, rate = np.array([2, 2]), np.array([1.0, 1.0])
    first = np.array([0, 2, 4])
    payoffs = HAWK_DOVE.payoffs.reshape(2, 4)
    branch = logit.Branch(
        logit.own_gains(payoffs, shape, np.zeros(2, np.int64)), shape, first, rate
    )
    point, mixed = np.zeros(5), np.empty(4)
    logit.iterate(branch, 1.5, point)
    assert logit.measure(branch, point, mixed, np.empty(4)) < 1e-11
    np.testing.assert_allclose(mixed[:2], response(HAWK_DOVE, 4.5)[0], atol=1e-10)


# ---------------------------------------------------------------- the branch


def test_the_branch_runs_from_uniform_play_to_the_precision() -> None:
    branch = logit_branch(PENNIES, precision=20.0)
    assert branch.precision[0] == 0.0
    assert branch.precision[-1] == pytest.approx(20.0, abs=1e-12)
    assert [chances.shape for chances in branch.chances] == [(len(branch.precision), 2)] * 2
    for precision, row, column in zip(branch.precision, *branch.chances, strict=True):
        reply = own_reply(PENNIES, [row, column], float(precision))
        np.testing.assert_allclose(np.concatenate([row, column]), reply, atol=1e-9)
    for chances, expected in zip(branch.chances, response(PENNIES, 20.0), strict=True):
        np.testing.assert_allclose(chances[0], 0.5)
        np.testing.assert_allclose(chances[-1], expected, atol=1e-10)
    np.testing.assert_allclose(branch.payoffs[0], [2.0, 0.0], atol=1e-12)
    assert branch.residual < 1e-9
    assert json.loads(branch.to_json()) == branch.to_dict()


def test_the_branch_shows_where_it_turns_back() -> None:
    precision = logit_branch(FOLDED, precision=15.0).precision
    falls = np.flatnonzero(np.diff(precision) < 0)
    assert falls.size
    assert precision[falls[0]] == pytest.approx(11.99, abs=0.05)
    assert precision[falls[-1] + 1] == pytest.approx(8.32, abs=0.05)


def test_the_steps_are_small_enough_to_plot() -> None:
    rng = np.random.default_rng(8)
    for _ in range(10):
        branch = logit_branch(NormalFormGame(rng.normal(size=(2, 3, 3))))
        for chances in branch.chances:
            assert np.abs(np.diff(chances, axis=0)).max() < 0.25


@pytest.mark.parametrize(
    ("game", "row", "column"),
    [
        (PENNIES, [1 / 2, 1 / 2], [1 / 6, 5 / 6]),
        (HAWK_DOVE, [1 / 2, 1 / 2], [1 / 2, 1 / 2]),
        (NormalFormGame.from_bimatrix([[9, 0], [8, 7]], [[9, 8], [0, 7]]), [0, 1], [0, 1]),
        (NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]]), [1, 0], [1, 0]),
    ],
    ids=["asymmetric pennies", "hawk and dove", "stag hunt", "both consent"],
)
def test_limiting_points(game: NormalFormGame, row: list[float], column: list[float]) -> None:
    """Turocy (2005): in 2 x 2 games with two strict equilibria it is the risk-dominant one."""
    limit = logit_branch(game).limit
    assert limit is not None
    np.testing.assert_allclose(limit.profile[0], row, atol=1e-12)
    np.testing.assert_allclose(limit.profile[1], column, atol=1e-12)


@pytest.mark.parametrize("shape", [(4,), (2, 2), (3, 3), (2, 3, 2), (2, 2, 2, 2)])
def test_limiting_points_are_equilibria_near_the_branch(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(len(shape))
    for _ in range(5):
        game = NormalFormGame(rng.normal(size=(len(shape), *shape)))
        limit = logit_branch(game).limit
        assert limit is not None
        assert (limit.regret <= game.regret_limit(limit.profile)).all()
        near = np.concatenate(response(game, 1e6))
        np.testing.assert_allclose(np.concatenate(limit.profile), near, atol=1e-3)


@pytest.mark.parametrize("precision", [0.0, -1.0, np.inf, np.nan, [1.0, 2.0]])
def test_branches_end_somewhere(precision: object) -> None:
    with pytest.raises(UsageError, match="precision: expected a finite number above 0"):
        logit_branch(PENNIES, precision=precision)


def test_a_lost_branch_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logit, "take_step", lambda *arguments: logit.LOST)
    with pytest.raises(SolverError, match="the branch is lost before precision 100"):
        logit_branch(PENNIES)
