"""Properties of the solvers for any number of players that hold whatever the payoffs."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.arrays import FloatArray
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Solution
from negsim.theory.oneshot.pure import pure_batch, pure_equilibria
from negsim.theory.oneshot.reduction import reduce_game
from negsim.theory.oneshot.several.regular import REGULAR, solve_regular
from negsim.theory.oneshot.several.tracing import solve_tracing

steady = settings(deadline=None, derandomize=True, max_examples=30)

SHAPES = st.sampled_from([(2, 2), (3, 3), (2, 2, 2), (2, 3, 2), (2, 2, 2, 2)])


@st.composite
def generic_games(draw: st.DrawFn) -> NormalFormGame:
    """Draw a game with payoffs from the normal distribution: almost surely regular."""
    shape = draw(SHAPES)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return NormalFormGame(rng.normal(size=(len(shape), *shape)))


@st.composite
def whole_games(draw: st.DrawFn) -> NormalFormGame:
    """Draw a game with few different payoffs: ties are common."""
    shape = draw(st.sampled_from([(2, 2), (2, 3), (2, 2, 2)]))
    values = st.integers(-2, 2).map(float)
    return NormalFormGame(draw(arrays(float, (len(shape), *shape), elements=values)))


def flat(solution: Solution) -> list[FloatArray]:
    return [np.concatenate(one.profile) for one in solution.equilibria]


def same(left: list[FloatArray], right: list[FloatArray]) -> bool:
    return len(left) == len(right) and all(
        any(np.abs(one - other).max() < 1e-6 for other in right) for one in left
    )


@steady
@given(generic_games())
def test_a_regular_game_has_an_odd_number_of_equilibria(game: NormalFormGame) -> None:
    """Harsanyi (1973), "Oddness of the number of equilibrium points: a new proof"."""
    solution = solve_regular(game)
    assert solution.complete
    assert all(REGULAR in one.marks for one in solution.equilibria)
    assert len(solution.equilibria) % 2 == 1


@steady
@given(generic_games(), st.sampled_from([1e-9, 0.7, 1e9]), st.sampled_from([0.0, 100.0, -1e4]))
def test_regular_survives_affine_changes(game: NormalFormGame, scale: float, offset: float) -> None:
    moved = solve_regular(NormalFormGame((game.payoffs + offset) * scale))
    assert same(flat(solve_regular(game)), flat(moved))


@steady
@given(generic_games(), st.randoms())
def test_regular_survives_relabelling(game: NormalFormGame, random: Random) -> None:
    orders = [random.sample(range(count), count) for count in game.num_actions]
    shuffled = NormalFormGame(game.payoffs[np.ix_(range(game.num_players), *orders)])
    renamed = [
        np.concatenate([own[order] for own, order in zip(one.profile, orders, strict=True)])
        for one in solve_regular(game).equilibria
    ]
    assert same(renamed, flat(solve_regular(shuffled)))


@steady
@given(generic_games(), st.floats(0.5, 5.0))
def test_a_dominated_action_changes_nothing(game: NormalFormGame, worse: float) -> None:
    extra = game.payoffs[:, :1].copy()
    extra[0] = game.payoffs[0].min(axis=0) - worse
    larger = NormalFormGame(np.concatenate([game.payoffs, extra], axis=1))
    count = game.num_actions[0]
    assert count not in [action for members in reduce_game(larger).classes[0] for action in members]
    padded = [np.insert(one, count, 0.0) for one in flat(solve_regular(game))]
    assert same(padded, flat(solve_regular(larger)))


@steady
@given(whole_games())
def test_ties_never_make_a_false_claim(game: NormalFormGame) -> None:
    """Pure equilibria are all listed, and a complete answer has what tracing finds."""
    solution = solve_regular(game, boxes=2_000)
    listed = {tuple(one) for one in flat(solution)}
    for one in pure_equilibria(game):
        assert tuple(np.concatenate(one.profile)) in listed
    traced = np.concatenate(solve_tracing(game).equilibria[0].profile)
    merged = any(len(own) > 1 for classes in reduce_game(game).classes for own in classes)
    assume(not merged)
    inside = [
        (np.concatenate(box.low) <= traced + 1e-6).all()
        and (traced <= np.concatenate(box.high) + 1e-6).all()
        for box in solution.undecided
    ]
    assert any(np.abs(traced - one).max() < 1e-6 for one in flat(solution)) or any(inside)


@steady
@given(generic_games())
def test_a_batch_of_one_has_the_pure_equilibria(game: NormalFormGame) -> None:
    found = {tuple(cell) for cell in np.argwhere(pure_batch(game.payoffs[None])[0]).tolist()}
    expected = {
        tuple(int(np.argmax(mixed)) for mixed in one.profile) for one in pure_equilibria(game)
    }
    assert found == expected
