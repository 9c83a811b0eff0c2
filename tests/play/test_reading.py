"""How rules of thumb read a game: every number here can be worked out by hand from the games."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from negsim.errors import GameError, UsageError
from negsim.games.build import compile_scenario
from negsim.play.engine import expected, play, tabulate
from negsim.play.reading import Reading, best_of, read, reading
from negsim.play.registry import parse
from negsim.scenario.load import load

INF = np.inf
SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture
def talks(games: ModuleType) -> Reading:
    return read(games.truce_talks())


def test_worst_packages_are_those_a_move_can_complete(talks: Reading) -> None:
    # Peace pays p0 4 + leverage, 2 more if pressed; "peace if" only concludes if pressed.
    assert talks.package_worst[0].tolist() == [[INF, INF, 4 + x, 6 + x] for x in range(3)]
    assert talks.package_worst[1].tolist() == [[INF, INF, -3.5 - 2 * x] for x in range(3)]
    assert (talks.package_worst[2] == INF).all()


def test_walking_away_is_the_last_round_with_everything_refused(talks: Reading) -> None:
    # p0: -1, half the time pressed for -0.5, and its leverage; p2 idles, for that is better.
    assert talks.walk_away.tolist() == [[-1.25, -0.25, 0.75], [-3, -5, -7], [-2, -2, -2]]


def test_the_best_package_is_never_worth_less_than_walking_away(talks: Reading) -> None:
    assert talks.package_best.tolist() == [[6, 7, 8], [6, 4, 2], [-2, -2, -2]]


def test_openness_counts_the_options_that_need_the_player(talks: Reading) -> None:
    assert talks.openness[0][0] == pytest.approx([0, 2 / 3, 1, 5 / 6])
    assert talks.openness[1][0] == pytest.approx([0, 6 / 8, 9 / 8])
    assert not talks.openness[2].any()


def test_side_values_are_those_of_a_round_without_consent(talks: Reading) -> None:
    # Without a truce the mediator leaves with chance 0.1, which pays p0 its leverage and p2 -1.
    assert talks.side_value[0][2] == pytest.approx([-1.05] * 4)
    assert talks.side_value[2][1] == pytest.approx([-1.1, -1.35])


def test_a_move_is_harmful_if_its_limited_options_cost_more_than_refusing(
    games: ModuleType, talks: Reading
) -> None:
    assert not any(row.any() for row in talks.harmful)
    costly = read(games.truce_talks(relief=-0.5))
    assert costly.harmful[0].tolist() == [[False, True, True, True]] * 3
    assert not costly.harmful[1].any()


def test_kindness_runs_from_the_least_to_the_most_kind_move(talks: Reading) -> None:
    # Means over p0's and p2's moves of p0's last payoff: -1.25, -0.6875, 1.53125.
    assert talks.kindness[1][0][0] == pytest.approx([0, 0.5625 / 2.78125, 1])
    assert talks.kind(1, 0)[0].tolist() == [False, False, True]
    # Leverage adds the same to every last payoff, though not to every payoff of a round.
    assert talks.kindness[1][0][1] == pytest.approx([0, 0.5625 / 2.78125, 1])


def test_kindness_is_a_half_where_no_move_matters(games: ModuleType) -> None:
    flat = read(games.hand_made(np.ones((2, 1, 4)), [["a", "b"], ["c", "d"]], rounds=2))
    assert flat.kindness[0][1].tolist() == [[0.5, 0.5]]
    assert flat.kind(0, 1).all()


def test_opponents_share_a_joint_option(games: ModuleType, talks: Reading) -> None:
    assert talks.opponents == ((1,), (0,), (0, 1))
    game = games.random_talks(0, (2, 2, 2))
    assert read(game).opponents == ((1, 2), (0, 2), (0, 1))
    mediated = replace(game, mediators=np.array([False, False, True]))
    assert read(mediated).opponents == ((1,), (0,), (0, 1))
    only_mediators = replace(game, mediators=np.array([False, True, True]))
    assert read(only_mediators).opponents == ((1, 2), (0,), (0,))


def test_the_aspiration_move_is_the_most_open_that_keeps_the_level(talks: Reading) -> None:
    def moves(player: int, level: float) -> list[float]:
        return cast(list[float], talks.aspiration(player, np.full(3, level))[0].tolist())

    assert moves(0, 4.0) == [0, 0, 1, 0]
    assert moves(0, 4.1) == [0, 0, 0, 1]
    assert moves(0, 6.1) == [0, 1, 0, 0]
    assert moves(0, INF) == [0, 1, 0, 0]
    assert moves(1, -INF) == [0, 0, 1]
    assert moves(2, INF) == [1, 0]


def test_a_level_is_met_up_to_rounding(talks: Reading) -> None:
    assert talks.aspiration(0, np.full(3, 4.0 + 1e-14))[0, 2] == 1
    assert talks.aspiration(0, np.full(3, 4.0 + 1e-9))[0, 2] == 0


def test_a_harmful_move_is_left_out(games: ModuleType) -> None:
    costly = read(games.truce_talks(relief=-0.5))
    assert costly.aspiration(0, np.full(3, -INF)).tolist() == [[1, 0, 0, 0]] * 3


def test_refusing_everything_is_always_admissible(games: ModuleType) -> None:
    """Even where a joint option is in effect whatever is said."""
    game = games.hand_made(
        np.ones((2, 1, 4)),
        [["no", "yes"]] * 2,
        rounds=2,
        in_effect=np.ones((1, 4), dtype=bool),
        coalitions=np.ones((1, 2), dtype=bool),
        passing=[[True, False]] * 2,
        agreement=np.ones((1, 4)),
    )
    assert read(game).admissible(0, [INF]).tolist() == [[True, False]]


def test_levels_may_have_rounds(talks: Reading) -> None:
    mixed = talks.aspiration(0, np.array([[6.0, 6.0, 6.0], [4.0, 5.0, 6.0]]))
    assert mixed.shape == (2, 3, 4)
    assert mixed[:, 0].argmax(axis=1).tolist() == [3, 2]


def test_ties_get_equal_chances(games: ModuleType) -> None:
    game = games.hand_made([[[1, 1, 0]]], [["a", "b", "c"]], rounds=1)
    assert read(game).aspiration(0, [0.0]).tolist() == [[0.5, 0.5, 0.0]]


def test_best_of_ties_up_to_the_size_of_the_numbers() -> None:
    allowed, values = np.ones((1, 2), dtype=bool), np.array([[1.0, 1.0 - 1e-11]])
    assert best_of(allowed, values, np.ones(1)).tolist() == [[True, False]]
    assert best_of(allowed, values, np.full(1, 1e3)).tolist() == [[True, True]]


def test_a_point_is_read_alone(games: ModuleType) -> None:
    one, other = games.truce_talks(), games.truce_talks(relief=-0.5, discount=0.5)
    names = ["payoffs", "last_payoffs", "chances", "end_chances", "agreement", "discount"]
    arrays = {
        name: np.concatenate([getattr(one, name), getattr(other, name)])
        for name in [*names, "rounds", "start", "costs"]
    }
    both = replace(one, **cast(Any, arrays))
    assert read(both, 1).harmful[0].tolist() == read(other).harmful[0].tolist()
    assert read(both, 1).walk_away.tolist() == read(other).walk_away.tolist()
    with pytest.raises(UsageError, match="point is 2, expected 0 to 1"):
        read(both, 2)


def test_conditional_moves_are_those_that_say_if(games: ModuleType) -> None:
    words = [["no", "yes", "yes", "if"], ["no", "yes", "yes"], ["no", "yes"]]
    moves = {
        f"p{k}": tuple(SimpleNamespace(stances={"truce": "yes", "peace": word}) for word in row)
        for k, row in enumerate(words)
    }
    found = reading(cast(Any, SimpleNamespace(moves=moves)), games.truce_talks())
    assert found.conditional.tolist() == games.CONDITIONAL.tolist()


def test_the_worked_case_has_one_conditional_move() -> None:
    compiled = compile_scenario(load(SCENARIOS / "march_2025.toml"))
    game = compiled.talks()
    found = reading(compiled, game)
    player = game.players.index("russia")
    assert np.flatnonzero(found.conditional[player]).tolist() == [
        game.moves[player].index("yes / if")
    ]
    assert found.conditional.sum() == 1
    tables = tabulate(found, [parse("optimal"), parse("yes_but"), parse("sincere")])
    runs = play(found, tables, runs=2000, seed=1)
    assert (np.abs(runs.means().payoffs - expected(found, tables)) <= 4 * runs.means().errors).all()


def test_games_that_cannot_be_read_are_refused(games: ModuleType) -> None:
    game = games.truce_talks()
    with pytest.raises(GameError, match=r"conditional has shape \(2, 2\), expected \(3, 4\)"):
        read(game, 0, [[False, False], [False, False]])
    never = game.passing.copy()
    never[1] = False
    with pytest.raises(GameError, match='"p1" has no move that refuses every joint option'):
        read(replace(game, passing=never))
