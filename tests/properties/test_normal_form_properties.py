"""Properties of games and solvers that hold whatever the payoffs."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negsim.arrays import FloatArray
from negsim.theory.normal_form.game import NormalFormGame, Profile
from negsim.theory.registry import solve

steady = settings(deadline=None, derandomize=True, max_examples=40)

SMALL = st.integers(-4, 4).map(float)


@st.composite
def games(draw: st.DrawFn, players: int | None = None) -> NormalFormGame:
    """Draw a small game with whole payoffs: ties are common."""
    shape = draw(st.lists(st.integers(1, 3), min_size=players or 1, max_size=players or 3))
    return NormalFormGame(draw(arrays(float, (len(shape), *shape), elements=SMALL)))


@st.composite
def games_and_profiles(draw: st.DrawFn) -> tuple[NormalFormGame, Profile]:
    game = draw(games())
    weights = [draw(arrays(float, count, elements=st.integers(0, 3))) for count in game.num_actions]
    return game, tuple((weight + 1e-3) / (weight + 1e-3).sum() for weight in weights)


def found(game: NormalFormGame, method: str) -> list[FloatArray]:
    return [np.concatenate(equilibrium.profile) for equilibrium in solve(game, method).equilibria]


def same(left: list[FloatArray], right: list[FloatArray]) -> bool:
    return len(left) == len(right) and all(
        any(np.abs(mine - theirs).max() < 1e-6 for theirs in right) for mine in left
    )


@steady
@given(games_and_profiles())
def test_regret_is_what_a_deviation_gains(drawn: tuple[NormalFormGame, Profile]) -> None:
    game, profile = drawn
    regret, payoffs = game.regret(profile), game.payoff(profile)
    assert (regret >= 0).all()
    for player, count in enumerate(game.num_actions):
        deviations = [
            game.payoff([*profile[:player], np.eye(count)[action], *profile[player + 1 :]])[player]
            for action in range(count)
        ]
        assert abs(max(deviations) - payoffs[player] - regret[player]) < 1e-13
        best = game.best_responses(profile, player)
        assert int(np.argmax(deviations)) in best


@steady
@given(games_and_profiles(), st.floats(1e-9, 1e9), st.sampled_from([-1e6, 0.0, 1e6]))
def test_units_do_not_matter_to_regret(
    drawn: tuple[NormalFormGame, Profile], scale: float, offset: float
) -> None:
    game, profile = drawn
    moved = NormalFormGame((game.payoffs + offset) * scale)
    for method in (NormalFormGame.regret, NormalFormGame.regret_scale):
        np.testing.assert_allclose(
            method(moved, profile), method(game, profile) * scale, rtol=1e-8, atol=1e-8 * scale
        )


@steady
@given(
    games(players=2),
    st.sampled_from(["pure", "nash"]),
    st.tuples(st.sampled_from([1e-9, 1.0, 3.0, 1e9]), st.sampled_from([1e-9, 0.7, 1e9])),
    st.sampled_from([-1e6, 0.0, 1e6]),
)
def test_equilibria_survive_affine_changes(
    game: NormalFormGame, method: str, scales: tuple[float, float], offset: float
) -> None:
    factors = np.array(scales)[:, None, None]
    moved = NormalFormGame((game.payoffs + offset) * factors)
    assert same(found(game, method), found(moved, method))


@steady
@given(games(players=2), st.sampled_from(["pure", "nash", "logit"]), st.randoms())
def test_equilibria_survive_relabelling(game: NormalFormGame, method: str, random: Random) -> None:
    rows, columns = (random.sample(range(count), count) for count in game.num_actions)
    shuffled = NormalFormGame(game.payoffs[:, rows][:, :, columns])
    swapped = NormalFormGame(game.payoffs[::-1].transpose(0, 2, 1))
    cut = game.num_actions[0]
    expected = found(game, method)
    renamed = [np.concatenate([one[:cut][rows], one[cut:][columns]]) for one in expected]
    turned = [np.concatenate([one[cut:], one[:cut]]) for one in expected]
    assert same(renamed, found(shuffled, method))
    assert same(turned, found(swapped, method))


@steady
@given(games(players=2))
def test_two_methods_agree(game: NormalFormGame) -> None:
    solution = solve(game, "nash")
    assert solution.equilibria, "every finite game has an equilibrium"
    pure = [
        np.concatenate(equilibrium.profile)
        for equilibrium in solution.equilibria
        if "pure" in equilibrium.marks
    ]
    assert same(pure, found(game, "pure"))
    assert solution.degenerate or len(solution.equilibria) % 2 == 1


@steady
@given(games(players=2), st.floats(0.5, 10.0))
def test_a_strictly_dominated_action_changes_nothing(game: NormalFormGame, worse: float) -> None:
    extra = np.stack([game.payoffs[0].min(axis=0) - worse, game.payoffs[1][-1] + worse])
    larger = NormalFormGame(np.concatenate([game.payoffs, extra[:, None]], axis=1))
    cut = game.num_actions[0]
    assert larger.dominated(0)[-1]
    for method in ("pure", "nash"):
        padded = [np.insert(profile, cut, 0.0) for profile in found(game, method)]
        assert same(padded, found(larger, method))


@steady
@given(games())
def test_strict_equilibria_play_nothing_dominated(game: NormalFormGame) -> None:
    for equilibrium in solve(game, "pure").equilibria:
        for player, mixed in enumerate(equilibrium.profile):
            assert not (game.dominated(player) & (mixed > 0)).any()
            weak = game.dominated(player, weak=True)
            assert (weak >= game.dominated(player)).all()
            if "strict" in equilibrium.marks:
                assert not (weak & (mixed > 0)).any()


@steady
@given(games(players=3), st.integers(0, 2))
def test_restricting_a_player_keeps_the_others_regret(game: NormalFormGame, player: int) -> None:
    for equilibrium in solve(game, "pure").equilibria:
        action = int(np.argmax(equilibrium.profile[player]))
        rest = game.restrict(player, action)
        others = [mixed for other, mixed in enumerate(equilibrium.profile) if other != player]
        np.testing.assert_array_equal(rest.regret(others), 0.0)


@steady
@given(games())
def test_logit_is_a_fixed_point_of_every_game(game: NormalFormGame) -> None:
    solution = solve(game, "logit", precision=30.0)
    assert solution.residual is not None
    assert solution.residual < 1e-9
    (equilibrium,) = solution.equilibria
    for player, mixed in enumerate(equilibrium.profile):
        worth = game.action_payoffs(equilibrium.profile, player)
        order = np.argsort(worth)
        assert (np.diff(mixed[order]) >= -1e-9).all(), "better actions are played more often"
