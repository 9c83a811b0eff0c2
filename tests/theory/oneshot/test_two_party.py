"""All equilibria of two-player games, against exact enumeration and in the hard cases."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from negsim.arrays import FloatArray
from negsim.errors import GameError, SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Solution
from negsim.theory.oneshot.pure import solve_pure
from negsim.theory.oneshot.two_party import every as two_party
from negsim.theory.oneshot.two_party.enumeration import DOUBTFUL, GENERIC, Batch
from negsim.theory.oneshot.two_party.every import ExactSolution, solve_exact, solve_nash
from negsim.theory.oneshot.two_party.rational import exact_equilibria
from negsim.theory.registry import solve, solvers

CHICKEN = NormalFormGame.from_bimatrix([[0, -1], [1, -5]], [[0, 1], [-1, -5]])


def flat(solution: Solution) -> list[FloatArray]:
    return [np.concatenate(equilibrium.profile) for equilibrium in solution.equilibria]


def exact(game: NormalFormGame) -> list[FloatArray]:
    found = exact_equilibria(*game.payoffs.tolist())
    return [np.concatenate(one.profile) for one in found]


def same(left: list[FloatArray], right: list[FloatArray], tolerance: float = 1e-7) -> bool:
    """Tell whether two lists hold the same profiles, whatever their order."""
    return all(
        any(np.abs(mine - theirs).max() <= tolerance for theirs in other)
        for one, other in ((left, right), (right, left))
        for mine in one
    )


def draw(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    payoffs = rng.integers(-3, 4, (2, *shape)).astype(float)
    if kind == "generic":
        payoffs = rng.normal(size=(2, *shape))
    if kind == "zero-sum":
        payoffs[1] = -payoffs[0]
    if kind == "ties":
        payoffs = np.sign(payoffs)
    if kind == "offset":
        payoffs += 1e6
    return payoffs


@pytest.mark.parametrize("kind", ["generic", "integers", "zero-sum", "ties", "offset"])
@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 3), (4, 4)])
def test_against_exact_enumeration(kind: str, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng([*shape, len(kind)])
    for _ in range(4 if shape == (4, 4) else 12):
        game = NormalFormGame(draw(kind, shape, rng))
        solution = solve_nash(game)
        assert same(flat(solution), exact(game))
        assert solution.complete
        assert solution.degenerate or len(solution.components) == len(solution.equilibria)
        assert solution.dropped == ()


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("offset", [0.0, -1e6, 1e6])
def test_scale_and_offset(scale: float, offset: float) -> None:
    solution = solve_nash(NormalFormGame((CHICKEN.payoffs + offset) * scale))
    assert solution.complete
    assert same(flat(solution), flat(solve_nash(CHICKEN)))


@pytest.mark.parametrize("crash", [-1e3, -1e6, -1e9, -1e12, -1e13])
def test_chicken_with_a_catastrophic_crash(crash: float) -> None:
    game = NormalFormGame.from_bimatrix([[0, -1], [1, crash]], [[0, 1], [-1, crash]])
    solution = solve_nash(game)
    daring = -1 / crash
    mixed = [equilibrium for equilibrium in solution.equilibria if "pure" not in equilibrium.marks]
    assert len(solution.equilibria) == 3
    assert solution.complete
    assert mixed[0].profile[0][1] == pytest.approx(daring, rel=1e-3)
    assert (mixed[0].regret < 1e-9).all()


def test_a_catastrophe_elsewhere_excuses_no_false_equilibrium() -> None:
    rng = np.random.default_rng(8)
    for _ in range(25):
        payoffs = rng.integers(-3, 4, (2, 3, 3)).astype(float)
        payoffs[rng.integers(2), rng.integers(3), rng.integers(3)] = -1e12
        game = NormalFormGame(payoffs)
        assert same(flat(solve_nash(game)), exact(game), tolerance=1e-5)


def test_very_uneven_payoffs_are_solved_in_rationals() -> None:
    """In floats the rarely played action costs the others' chances five digits."""
    game = NormalFormGame.from_bimatrix(
        [[-2, 2, -2], [-1, 2, -3], [2, 1, -1]], [[-1e12, -2, -3], [2, 2, -1], [2, -2, 3]]
    )
    expected = np.array([1.5e-12, 5 / 8, 3 / 8, 1 / 7, 5 / 7, 1 / 7])
    assert min(np.abs(profile - expected).max() for profile in flat(solve_nash(game))) < 1e-11


def uneven(size: int) -> NormalFormGame:
    payoffs = np.random.default_rng(1).normal(size=(2, size, size))
    payoffs[:, 3, 3] = -1e12
    return NormalFormGame(payoffs)


def test_a_game_too_uneven_for_floats_and_too_large_for_rationals_is_not_called_complete() -> None:
    solution = solve_nash(uneven(11))
    assert not solution.complete
    assert not solution.degenerate
    assert "not known to be all; floats do not decide this game" in solution.message
    for equilibrium in solution.equilibria:
        assert (equilibrium.regret < 1e-6).all()


def test_a_smaller_one_is_decided_in_rationals() -> None:
    solution = solve_nash(uneven(7))
    assert solution.complete
    assert same(flat(solution), exact(uneven(7)))


def test_floats_serve_as_many_actions_as_bit_sets_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    game = NormalFormGame.from_bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    monkeypatch.setattr(two_party, "MOST_ACTIONS", 4)
    monkeypatch.setattr(two_party, "exact_equilibria", None)
    assert len(solve_nash(game).equilibria) == 3


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (5, 1)])
def test_one_row_or_column(shape: tuple[int, int]) -> None:
    payoffs = np.arange(2.0 * shape[0] * shape[1]).reshape(2, *shape)
    solution = solve_nash(NormalFormGame(payoffs))
    assert same(flat(solution), flat(solve_pure(NormalFormGame(payoffs))))
    assert len(solution.equilibria) == 1
    assert solution.complete


def test_ties_in_one_row_are_degenerate() -> None:
    solution = solve_nash(NormalFormGame.from_bimatrix([[0, 0, 0]], [[1, 1, 0]]))
    assert len(solution.equilibria) == 2
    assert solution.degenerate
    assert solution.complete
    assert [component.equilibria for component in solution.components] == [(0, 1)]


def test_a_constant_game() -> None:
    solution = solve_nash(NormalFormGame(np.full((2, 2, 3), 7.0)))
    assert len(solution.equilibria) == 6
    assert solution.degenerate
    assert solution.complete
    assert solution.message == (
        "6 extreme equilibria in 1 component, all there are; the game is degenerate (ties): "
        "equilibria may form a continuum"
    )


@pytest.mark.parametrize("shape", [(1, 70), (18, 17)])
def test_one_row_and_constant_games_of_any_size(shape: tuple[int, int]) -> None:
    solution = solve_nash(NormalFormGame(np.zeros((2, *shape))))
    assert len(solution.equilibria) == shape[0] * shape[1]
    assert len(solution.components) == 1


def test_equal_rows() -> None:
    game = NormalFormGame.from_bimatrix([[1, 1], [1, 1], [0, 0]], [[1, 0], [1, 0], [0, 1]])
    solution = solve_nash(game)
    assert same(flat(solution), [np.array([1, 0, 0, 1, 0]), np.array([0, 1, 0, 1, 0])])
    assert [component.equilibria for component in solution.components] == [(0, 1)]


def test_one_constant_player() -> None:
    game = NormalFormGame.from_bimatrix([[1, 1], [1, 1]], [[1, 0], [0, 2]])
    assert same(flat(solve_nash(game)), exact(game))


def batch(profiles: list[list[float]], status: int) -> Batch:
    mixed = np.array(profiles).reshape(-1, 4)
    return Batch(mixed[:, :2], mixed[:, 2:], np.array([0, len(mixed)]), np.array([status]))


def test_a_candidate_above_tolerance_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    false = batch([[0.5, 0.5, 0.5, 0.5]], GENERIC)
    monkeypatch.setattr(two_party, "enumerate_equilibria", lambda row, column: false)
    assert len(solve_nash(CHICKEN).equilibria) == 3, "decided in rationals"
    monkeypatch.setattr(two_party, "MOST_DECIDED_VERTICES", 0)
    solution = solve_nash(CHICKEN)
    assert len(solution.equilibria) == 2, "the pure ones are looked for anyway"
    assert not solution.complete
    assert solution.dropped[0].startswith("[0.5 0.5], [0.5 0.5]: player 1 plays no best response")
    assert "1 dropped" in solution.message


def test_a_doubtful_list_is_not_called_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = batch([], DOUBTFUL)
    monkeypatch.setattr(two_party, "enumerate_equilibria", lambda row, column: nothing)
    assert len(solve_nash(CHICKEN).equilibria) == 3, "decided in rationals"
    monkeypatch.setattr(two_party, "MOST_DECIDED_VERTICES", 0)
    solution = solve_nash(CHICKEN)
    assert len(solution.equilibria) == 2
    assert not solution.complete
    assert "not known to be all" in solution.message


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(
    "row",
    [
        [[0.1 + 0.2, 0], [0.3, 1]],
        [[1 + 9e-10, 2], [1, 0], [0, 1]],
        [[1e13 + 5, 1e13], [1e13 + 4, 1e13 + 3]],
    ],
)
def test_payoffs_tie_if_and_only_if_they_are_equal(row: list[list[float]], exact: bool) -> None:
    """The column player takes its first action, or its second if row plays its last of three."""
    column = [[1, 0], [1, 0], [0, 1]][: len(row)]
    solution = solve_nash(NormalFormGame.from_bimatrix(row, column), exact=exact)
    assert [one.profile[0].argmax() for one in solution.equilibria] == [0]
    assert not solution.degenerate
    assert solution.complete


@pytest.mark.parametrize("more", [-1e-13, 0.0, 1e-13])
def test_a_tie_with_a_mixed_action_is_decided_in_rationals(more: float) -> None:
    """A third row pays 3/2 against the mixed action by which the first two are kept indifferent."""
    row = [[3, 0], [0, 3], [1.5 + more, 1.5 + more]]
    game = NormalFormGame.from_bimatrix(row, [[0, 1], [1, 0], [0.5, 0.5]])
    floats, exact = solve_nash(game), solve_nash(game, exact=True)
    assert same(flat(floats), flat(exact), tolerance=1e-12)
    assert floats.degenerate is exact.degenerate
    mixes = any(one.profile[0][:2].all() for one in floats.equilibria)
    assert mixes is (more <= 0.0)


def test_what_is_exact_has_no_regret() -> None:
    column = [["0.1", "0.2"], ["0.2", "0.1"]]
    game = NormalFormGame.from_bimatrix([["9", "7.5"], ["0.3", "6.9"]], column)
    solution = solve_nash(game, exact=True)
    assert isinstance(solution, ExactSolution)
    ((one,), (exact,)) = solution.equilibria, solution.exact
    assert one.regret.tolist() == [0.0, 0.0]
    assert one.payoffs.tolist() == [float(payoff) for payoff in exact.payoffs]


def test_exact_mode_certifies_the_answer_in_floats() -> None:
    rng = np.random.default_rng(6)
    for kind in ("generic", "integers", "ties", "zero-sum"):
        game = NormalFormGame(draw(kind, (4, 3), rng))
        floats, fractions = solve_nash(game), solve(game, "nash", exact=True)
        assert isinstance(fractions, ExactSolution)
        assert same(flat(floats), flat(fractions), tolerance=1e-14)
        assert floats.degenerate is fractions.degenerate
        assert floats.components == fractions.components
        assert len(fractions.exact) == len(fractions.equilibria)
        for one in fractions.exact:
            assert sum(one.row) == sum(one.column) == 1
        assert "in exact arithmetic" in fractions.message


def test_fractions_in_fractions_out() -> None:
    third = Fraction(1, 3)
    solution = solve_exact(
        [[third, 0], [0, "2/3"]], [[1, 0], [Decimal(0), Decimal("0.1")]], ["S", "D"]
    )
    assert [one.row for one in solution.exact] == [
        (1, 0),
        (Fraction(1, 11), Fraction(10, 11)),
        (0, 1),
    ]
    assert solution.exact[1].column == (2 * third, third)
    assert solution.exact[1].payoffs == (Fraction(2, 9), Fraction(1, 11))
    data = solution.to_dict()
    assert data["players"] == ["S", "D"]
    assert data["exact"][1]["column"] == ["2/3", "1/3"]
    assert json.loads(solution.to_json()) == data


def test_exact_mode_has_a_size_of_its_own() -> None:
    game = NormalFormGame(np.random.default_rng(0).normal(size=(2, 13, 13)))
    with pytest.raises(SolverError, match=r"13 x 13 actions, expected at most 30,000 in"):
        solve_nash(game, exact=True)


@pytest.mark.parametrize("faulty", [[["x"]], [[1], [1, 2]], [[float("nan")]]])
def test_faulty_exact_payoffs_are_refused(faulty: list[list[float]]) -> None:
    with pytest.raises(GameError, match=r"^payoffs: expected"):
        solve_exact(faulty, [[1]])


def test_options_are_known_by_name() -> None:
    assert solvers["nash"].options == ("exact",)
    with pytest.raises(UsageError, match='"nash" has no option "exakt"; did you mean "exact"'):
        solve(CHICKEN, "nash", exakt=True)


def test_nashpy_is_an_independent_solver() -> None:
    solution = solve(CHICKEN, "nashpy")
    assert same(flat(solution), flat(solve_nash(CHICKEN)))
    assert not solution.complete
    assert "nashpy" in solution.message
    with pytest.raises(SolverError, match="20 x 20 actions"):
        solve(NormalFormGame(np.random.default_rng(0).normal(size=(2, 20, 20))), "nashpy")


def test_dominated_actions_do_not_make_a_game_too_large() -> None:
    rng = np.random.default_rng(5)
    core = rng.integers(0, 9, (2, 3, 4)).astype(float)
    wide = np.concatenate([core, core - 20 - rng.integers(0, 9, core.shape)], axis=1)
    for _ in range(4):
        wide = np.concatenate([wide, wide - rng.integers(20, 29, wide.shape)], axis=2)
    padded = NormalFormGame.from_bimatrix(wide[0], wide[1])
    assert min(padded.num_actions) + max(padded.num_actions) > two_party.MOST_ACTIONS
    solution = solve_nash(padded)
    alone = solve_nash(NormalFormGame.from_bimatrix(core[0], core[1]))
    assert solution.complete == alone.complete
    assert solution.message.startswith(alone.message)
    assert "63 of 70 actions were left out first, strictly dominated" in solution.message
    for one, expected in zip(solution.equilibria, alone.equilibria, strict=True):
        np.testing.assert_allclose(one.profile[0][:3], expected.profile[0])
        np.testing.assert_allclose(one.profile[1][:4], expected.profile[1])


def test_many_actions_with_few_vertices_are_solved() -> None:
    own = np.random.default_rng(2).integers(-9, 9, (2, 70)).astype(float)
    place = np.arange(70.0)
    game = NormalFormGame.from_bimatrix(own, np.stack([-(place**2), -((69 - place) ** 2)]))
    solution = solve_nash(game)
    assert solution.complete
    assert "left out" not in solution.message
    assert len(solution.equilibria) % 2 == 1
    assert max(one.regret.max() for one in solution.equilibria) < 1e-9


def test_a_game_too_large_is_refused_at_once() -> None:
    game = NormalFormGame(np.random.default_rng(0).normal(size=(2, 20, 20)))
    with pytest.raises(SolverError, match=r"20 x 20 actions.*solvers that can: .*pure, tracing$"):
        solve_nash(game)


def test_labels_survive() -> None:
    game = NormalFormGame.from_bimatrix(
        [[0, 1], [2, 0]], [[0, 2], [1, 0]], ["S", "D"], [["stay", "go"], ["wait", "press"]]
    )
    first = solve_nash(game).to_dict()["equilibria"][0]
    assert first["profile"] == {"S": {"stay": 1.0}, "D": {"press": 1.0}}
    assert first["payoffs"] == {"S": 1.0, "D": 2.0}
