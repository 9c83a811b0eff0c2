"""Properties of all equilibria of two-player games that hold whatever the payoffs."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.arrays import FloatArray
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.nashpy_backend import solve_with_nashpy
from negsim.theory.oneshot.two_party.batch import solve_batch
from negsim.theory.oneshot.two_party.every import solve_nash

steady = settings(deadline=None, derandomize=True, max_examples=30)


@st.composite
def games(draw: st.DrawFn, most: int = 4) -> NormalFormGame:
    """Draw a game with whole payoffs, so that ties are common."""
    shape = draw(st.tuples(st.integers(1, most), st.integers(1, most)))
    span = draw(st.sampled_from([1, 3, 40]))
    return NormalFormGame(draw(arrays(float, (2, *shape), elements=st.integers(-span, span))))


def found(game: NormalFormGame, exact: bool = False) -> list[FloatArray]:
    equilibria = solve_nash(game, exact=exact).equilibria
    return [np.concatenate(equilibrium.profile) for equilibrium in equilibria]


def same(left: list[FloatArray], right: list[FloatArray]) -> bool:
    return len(left) == len(right) and all(
        any(np.abs(mine - theirs).max() < 1e-6 for theirs in right) for mine in left
    )


@steady
@given(games())
def test_floats_and_fractions_agree(game: NormalFormGame) -> None:
    solution = solve_nash(game)
    assert solution.complete
    assert same(found(game), found(game, exact=True))
    assert solution.degenerate or len(solution.equilibria) % 2 == 1


@steady
@given(games(most=3))
def test_nashpy_finds_nothing_else(game: NormalFormGame) -> None:
    mine = found(game)
    for equilibrium in solve_with_nashpy(game).equilibria:
        profile = np.concatenate(equilibrium.profile)
        near = any(np.abs(profile - other).max() < 1e-6 for other in mine)
        assert near or solve_nash(game).degenerate


@steady
@given(
    games(),
    st.tuples(st.sampled_from([1e-9, 0.3, 1e9]), st.sampled_from([1e-9, 7.0, 1e9])),
    st.integers(-(10**6), 10**6),
)
def test_units_do_not_matter(
    game: NormalFormGame, scales: tuple[float, float], offset: int
) -> None:
    moved = NormalFormGame((game.payoffs + offset) * np.array(scales)[:, None, None])
    assert same(found(game), found(moved))
    assert solve_nash(game).components == solve_nash(moved).components


@steady
@given(games(), st.data())
def test_what_the_other_does_may_be_worth_anything(
    game: NormalFormGame, data: st.DataObject
) -> None:
    """Adding to a player's payoffs an amount for each action of the other changes nothing."""
    rows, columns = game.num_actions
    amounts = st.integers(-1000, 1000)
    for_row = data.draw(arrays(float, (1, columns), elements=amounts))
    for_column = data.draw(arrays(float, (rows, 1), elements=amounts))
    moved = NormalFormGame(np.stack([game.payoffs[0] + for_row, game.payoffs[1] + for_column]))
    assert same(found(game), found(moved))


@steady
@given(games(), st.randoms())
def test_names_do_not_matter(game: NormalFormGame, random: Random) -> None:
    rows, columns = (random.sample(range(count), count) for count in game.num_actions)
    cut = game.num_actions[0]
    renamed = [np.concatenate([one[:cut][rows], one[cut:][columns]]) for one in found(game)]
    assert same(renamed, found(NormalFormGame(game.payoffs[:, rows][:, :, columns])))
    turned = [np.concatenate([one[cut:], one[:cut]]) for one in found(game)]
    assert same(turned, found(NormalFormGame(game.payoffs[::-1].transpose(0, 2, 1))))


@steady
@given(games(), st.integers(1, 9))
def test_an_action_that_nobody_would_play_changes_nothing(game: NormalFormGame, worse: int) -> None:
    extra = np.stack([game.payoffs[0].min(axis=0) - worse, game.payoffs[1][0] + worse])
    larger = NormalFormGame(np.concatenate([game.payoffs, extra[:, None]], axis=1))
    padded = [np.insert(profile, game.num_actions[0], 0.0) for profile in found(game)]
    assert same(padded, found(larger))
    assert solve_nash(game).components == solve_nash(larger).components


@steady
@given(games(), st.integers(2, 4))
def test_a_game_is_solved_alike_alone_and_among_others(game: NormalFormGame, copies: int) -> None:
    row, column = (np.repeat(payoffs[None], copies, axis=0) for payoffs in game.payoffs)
    batch = solve_batch(row, column)
    for index in range(copies):
        assert same([np.concatenate(pair) for pair in batch.profiles(index)], found(game))


@steady
@given(games(most=3))
def test_a_zero_sum_game_is_one_rectangle_of_one_value(game: NormalFormGame) -> None:
    """All equilibria pay the same, and form one set in which mixed actions are exchangeable."""
    solution = solve_nash(NormalFormGame.from_bimatrix(game.payoffs[0], -game.payoffs[0]))
    values = [equilibrium.payoffs[0] for equilibrium in solution.equilibria]
    assert max(values) - min(values) < 1e-9
    (component,) = solution.components
    assert len(component.subsets) == 1
