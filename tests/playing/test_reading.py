"""How rules of thumb read a game: every number here can be worked out by hand from the games."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.dynamics.build import compile_scenario
from negsim.errors import GameError, UsageError
from negsim.playing.engine import expected, play, tabulate
from negsim.playing.observation import board
from negsim.playing.reading import Reading, read, reading
from negsim.playing.registry import parse
from negsim.playing.strategy import memoryless
from negsim.playing.worth import best_of
from negsim.scenario.load import load
from negsim.theory.stochastic.game import StochasticGame

INF = np.inf
SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture
def talks(games: ModuleType) -> Reading:
    return read(games.truce_talks())


@pytest.fixture
def in_order(games: ModuleType) -> Reading:
    """p2 moves first, then p0, then p1: p0 has 2 nodes and p1 has 8, four for each move of p2."""
    return read(games.truce_talks([[2], [0], [1]]))


def test_expected_packages_are_means_over_those_a_move_completes(talks: Reading) -> None:
    # Peace pays p0 4 + leverage, 2 more if pressed; "peace if" only concludes if pressed.
    assert talks.worth.expected_package[0].tolist() == [
        [[INF, INF, 5 + x, 6 + x]] for x in range(3)
    ]
    # p1 gets 6 - 2 leverage from one of three packages and 9.5 less from the two pressed ones.
    mean = -1 / 3
    expected_of_peace = talks.worth.expected_package[1][:, 0, 2]
    assert expected_of_peace == pytest.approx([mean, mean - 2, mean - 4])
    assert (talks.worth.expected_package[1][:, :, :2] == INF).all()
    assert (talks.worth.expected_package[2] == INF).all()


def test_expected_packages_know_what_was_seen(in_order: Reading) -> None:
    assert in_order.worth.expected_package[0][0].tolist() == [[INF, INF, 4, 6], [INF, INF, 6, 6]]
    # Where p0 has left no package to complete, peace is judged as if nothing had been seen.
    blind = -1 / 3
    idle, press = [blind, blind, 6, blind], [blind, blind, -3.5, -3.5]
    assert in_order.worth.expected_package[1][0, :, 2] == pytest.approx([*idle, *press])
    assert (in_order.worth.expected_package[1][:, :, :2] == INF).all()


def test_walking_away_is_the_last_round_with_everything_refused(
    talks: Reading, in_order: Reading
) -> None:
    # p0: -1, half the time pressed for -0.5, and its leverage; p2 idles, for that is better.
    assert talks.worth.walk_away[0].tolist() == [[-1.25], [-0.25], [0.75]]
    assert talks.worth.walk_away[1].tolist() == [[-3], [-5], [-7]]
    assert talks.worth.walk_away[2].tolist() == [[-2]] * 3
    assert in_order.worth.walk_away[0].tolist() == [[-1, -1.5], [0, -0.5], [1, 0.5]]
    assert in_order.worth.walk_away[1].tolist() == [[-3] * 8, [-5] * 8, [-7] * 8]


def test_the_gain_is_from_walking_away_to_the_best_package(
    games: ModuleType, talks: Reading, in_order: Reading
) -> None:
    assert talks.worth.gain.tolist() == [[7.25] * 3, [9] * 3, [0] * 3]
    # A pressed peace of 6 is 7.5 more than walking away once p2 has pressed.
    assert in_order.worth.gain.tolist() == [[7.5] * 3, [9] * 3, [0] * 3]
    assert in_order.worth.level(0, 0.5)[0].tolist() == [2.75, 2.25]
    worthless = replace(talks.game, payoffs=talks.game.payoffs - 100)
    assert not read(worthless).worth.gain.any()


def test_openness_counts_the_options_that_need_the_player(
    talks: Reading, in_order: Reading
) -> None:
    assert talks.worth.openness[0][0, 0] == pytest.approx([0, 2 / 3, 1, 5 / 6])
    assert talks.worth.openness[1][0, 0] == pytest.approx([0, 6 / 8, 9 / 8])
    assert not talks.worth.openness[2].any()
    assert in_order.worth.openness[0][0] == pytest.approx(
        np.array([[0, 2 / 3, 1, 2 / 3], [0, 2 / 3, 1, 1]])
    )
    refused, if_idle, agreed = [0, 0, 0], [0, 1, 1], [0, 1, 2]
    idle, press = [refused, if_idle, agreed, if_idle], [refused, if_idle, agreed, agreed]
    assert in_order.worth.openness[1][0].tolist() == idle + press


def alone(games: ModuleType, concludes: list[list[int]], **options: Any) -> Reading:
    """Return talks of p0, who alone decides between moves a and b, and p1 (c, d)."""
    chances = np.array(concludes, dtype=float).reshape(1, 4)
    game = games.hand_made(
        [[[5, 5, 1, 2]], [[0] * 4]],
        [["a", "b"], ["c", "d"]],
        rounds=2,
        agreement=chances,
        **options,
    )
    return read(game)


def test_a_move_settles_if_an_agreement_follows_whatever_the_unseen_do(games: ModuleType) -> None:
    table = alone(games, [[1, 1], [0, 0]])
    assert table.worth.settles[0].tolist() == [[[True, False]]]
    assert table.worth.refuses[0].tolist() == [[[False, True]]]
    # Settling is worth 5, walking away 1.5; p1 has no say.
    assert table.worth.expected_package[0].tolist() == [[[5, INF]]]
    assert table.worth.walk_away[0].tolist() == [[1.5]]
    assert table.worth.gain.tolist() == [[3.5], [0]]
    assert table.worth.openness[0].tolist() == [[[1, 0]]]
    assert not table.worth.package[1].any()
    assert not table.worth.settles[1].any()
    assert table.worth.aspiration(0, [[5.0]]).tolist() == [[[1, 0]]]
    assert table.worth.aspiration(0, [[5.1]]).tolist() == [[[0, 1]]]


def test_a_move_that_others_can_undo_does_not_settle(games: ModuleType) -> None:
    table = alone(games, [[1, 0], [0, 0]])
    assert not table.worth.settles[0].any()
    # Once it has seen c, a settles; the other has seen nothing.
    seen = alone(games, [[1, 0], [0, 0]], order=[[1], [0]])
    assert seen.worth.settles[0].tolist() == [[[True, False], [False, False]]]
    assert not seen.worth.settles[1].any()


def test_nobody_settles_what_is_settled_anyhow(games: ModuleType) -> None:
    table = alone(games, [[1, 1], [1, 1]])
    assert not table.worth.settles[0].any()
    assert table.worth.refuses[0].all()


def test_whoever_has_a_say_on_a_joint_option_does_not_settle_alone(games: ModuleType) -> None:
    joint = {"in_effect": np.ones((1, 4), dtype=bool), "coalitions": np.ones((1, 2), dtype=bool)}
    assert not alone(games, [[1, 1], [0, 0]], **joint).worth.settles[0].any()


def test_side_values_are_those_of_a_round_without_consent(
    talks: Reading, in_order: Reading
) -> None:
    # Without a truce the mediator leaves with chance 0.1, which pays p0 its leverage and p2 -1.
    assert talks.worth.side_value[0][2, 0] == pytest.approx([-1.05] * 4)
    assert talks.worth.side_value[2][1, 0] == pytest.approx([-1.1, -1.35])
    assert in_order.worth.side_value[0][2] == pytest.approx(np.array([[-0.8] * 4, [-1.3] * 4]))
    # What p1 has seen is not refused: its consent makes a truce, or a peace.
    assert in_order.worth.side_value[1][0, 1] == pytest.approx([-2.1, -0.5, -0.5])
    assert in_order.worth.side_value[1][0, 2] == pytest.approx([-2.1, -0.5, 6])


def test_a_move_is_harmful_if_its_limited_options_cost_more_than_refusing(
    games: ModuleType, talks: Reading
) -> None:
    assert not any(row.any() for row in talks.worth.harmful)
    costly = read(games.truce_talks(relief=-0.5))
    assert costly.worth.harmful[0].tolist() == [[[False, True, True, True]]] * 3
    assert not costly.worth.harmful[1].any()


def test_harm_is_a_mean_over_what_the_player_has_not_seen(games: ModuleType) -> None:
    def harmful(burden: float, order: list[list[int]]) -> list[bool]:
        """Return it for p0 (no, no at a cost, yes); p1: no, yes, yes with a burden for p0."""
        game = games.hand_made(
            [[[0, 0, 0, -9, -9, -9, 0, 3, burden]], [[0.0] * 9]],
            [["no", "costly no", "yes"], ["no", "yes", "burden"]],
            rounds=2,
            order=order,
            in_effect=np.array([[False] * 7 + [True] * 2]),
            coalitions=np.ones((1, 2), dtype=bool),
            passing=[[True, True, False], [True, False, False]],
        )
        return cast(list[bool], read(game).worth.harmful[0][0, :, 2].tolist())

    at_once, after = [[0, 1]], [[1], [0]]
    assert harmful(-2.0, at_once) == [False]
    assert harmful(-4.0, at_once) == [True]
    # After a refusal no option can come of it, and the harm is that of all p1's moves.
    assert harmful(-2.0, after) == [False, False, True]
    assert harmful(-4.0, after) == [True, False, True]


def seeing_only(game: StochasticGame, player: int, node: int) -> StochasticGame:
    """Return the game at once in which those whom the player saw have only the moves it saw."""
    sizes = board(game)
    left = np.flatnonzero(sizes.node_of[player] == node)
    moves, passing = list(game.moves), game.passing.copy()
    for other, group in enumerate(sizes.group_of):
        if group < sizes.group_of[player]:
            seen = int(sizes.move_of[other, left[0]])
            moves[other], passing[other, 0] = (game.moves[other][seen],), True
    return replace(
        game,
        event_of=game.event_of[:, left],
        moves=tuple(moves),
        passing=passing,
        order=(tuple(range(len(moves))),),
    )


@settings(deadline=None, derandomize=True, max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    order=st.sampled_from([[[2], [0], [1]], [[1], [0, 2]], [[0, 1], [2]], [[0], [2], [1]]]),
)
def test_a_node_is_read_as_a_game_without_what_was_not_done(
    games: ModuleType, seed: int, order: list[list[int]]
) -> None:
    rng = np.random.default_rng(seed)
    game = replace(
        games.random_talks(seed, (2, 3, 2), states=2, order=order),
        in_effect=rng.random((2, 12)) < 0.5,
        coalitions=rng.random((2, 3)) < 0.7,
        agreement=(rng.random((1, 2, 12)) < 0.4).astype(float),
        passing=np.array([[False, True, False], [True, True, False], [False, True, False]]),
    )
    table, blind = read(game), read(replace(game, order=((0, 1, 2),)))
    consents = game.in_effect & game.coalitions[..., None].transpose(1, 0, 2)
    for player in np.flatnonzero(game.coalitions.any(axis=0)).tolist():
        limited = consents[player].any(axis=0) & ~(game.agreement[0] == 1)
        for node in range(table.board.nodes[player]):
            alone = read(seeing_only(game, player, node))
            for name in ("walk_away", "openness", "side_value"):
                found, wanted = (getattr(one.worth, name)[player] for one in (table, alone))
                assert found[:, node] == pytest.approx(wanted[:, 0], abs=1e-12)
            packages = alone.worth.expected_package[player][:, 0]
            unseen = blind.worth.expected_package[player][:, 0]
            wanted = np.where(packages == INF, unseen, packages)
            assert table.worth.expected_package[player][:, node] == pytest.approx(wanted, abs=1e-12)
            here = table.board.node_of[player] == node
            for move in range(table.board.moves[player]):
                left = limited[:, here & (table.board.move_of[player] == move)].any(axis=1)
                harm = [one.worth.harmful[player][:, 0, move] for one in (alone, blind)]
                assert (table.worth.harmful[player][:, node, move] == np.where(left, *harm)).all()


def test_kindness_runs_from_the_least_to_the_most_kind_move(talks: Reading) -> None:
    # The best that p1's moves leave to p0: -1 or, pressed, -1.5; with a truce -0.25 or -0.75; with
    # peace 4 or 6. Means over p2's moves: -1.25, -0.5, 5.
    assert talks.conduct.kindness[1][0][0] == pytest.approx([0, 0.75 / 6.25, 1])
    assert talks.conduct.kind(1, 0)[0].tolist() == [False, False, True]
    # Leverage adds the same to every last payoff, though not to every payoff of a round.
    assert talks.conduct.kindness[1][0][1] == pytest.approx([0, 0.75 / 6.25, 1])
    # What p0 leaves to p1: -3; a truce -1.5; peace 6 or, pressed, no more than a truce; "peace if"
    # a truce unless pressed, and then p1 does better with that truce than with -3.5.
    assert talks.conduct.kindness[0][1][0] == pytest.approx([0, 1.5 / 5.25, 1, 1.5 / 5.25])


def test_kindness_is_a_half_where_no_move_matters(games: ModuleType) -> None:
    flat = read(games.hand_made(np.ones((2, 1, 4)), [["a", "b"], ["c", "d"]], rounds=2))
    assert flat.conduct.kindness[0][1].tolist() == [[0.5, 0.5]]
    assert flat.conduct.kind(0, 1).all()


def test_opponents_share_a_joint_option(games: ModuleType, talks: Reading) -> None:
    assert talks.conduct.opponents == ((1,), (0,), (0, 1))
    game = games.random_talks(0, (2, 2, 2))
    assert read(game).conduct.opponents == ((1, 2), (0, 2), (0, 1))
    mediated = replace(game, mediators=np.array([False, False, True]))
    assert read(mediated).conduct.opponents == ((1,), (0,), (0, 1))
    only_mediators = replace(game, mediators=np.array([False, True, True]))
    assert read(only_mediators).conduct.opponents == ((1, 2), (0,), (0,))


def moves_at(table: Reading, player: int, level: float, node: int = 0) -> list[float]:
    """Return the aspiration move in state 0."""
    return cast(
        list[float], table.worth.aspiration(player, np.full((3, 1), level))[0, node].tolist()
    )


def test_the_aspiration_move_is_the_most_open_that_keeps_the_level(talks: Reading) -> None:
    assert moves_at(talks, 0, 5.0) == [0, 0, 1, 0]
    assert moves_at(talks, 0, 5.1) == [0, 0, 0, 1]
    assert moves_at(talks, 0, 6.1) == [0, 1, 0, 0]
    assert moves_at(talks, 0, INF) == [0, 1, 0, 0]
    assert moves_at(talks, 1, -INF) == [0, 0, 1]
    assert moves_at(talks, 2, INF) == [1, 0]


def test_the_aspiration_move_depends_on_what_was_seen(in_order: Reading) -> None:
    idle_no, idle_peace, press_no, press_truce, press_peace = 0, 2, 4, 5, 6
    assert moves_at(in_order, 1, -3.0, idle_peace) == [0, 0, 1]
    assert moves_at(in_order, 1, -3.0, press_peace) == [0, 1, 0]
    assert moves_at(in_order, 1, -3.5, press_peace) == [0, 0, 1]
    # Where peace and truce come to the same, the one it would agree to and is open to is said.
    for node in (idle_no, press_no, press_truce):
        assert moves_at(in_order, 1, -3.0, node) == [0, 0, 1]
        assert moves_at(in_order, 1, 0.0, node) == [0, 1, 0]


def test_a_level_is_met_up_to_rounding(talks: Reading) -> None:
    assert moves_at(talks, 0, 5.0 + 1e-14)[2] == 1
    assert moves_at(talks, 0, 5.0 + 1e-9)[2] == 0


def test_a_harmful_move_is_left_out(games: ModuleType) -> None:
    costly = read(games.truce_talks(relief=-0.5))
    assert costly.worth.aspiration(0, np.full((3, 1), -INF)).tolist() == [[[1, 0, 0, 0]]] * 3


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
    assert read(game).worth.admissible(0, [[INF]]).tolist() == [[[True, False]]]


def test_levels_may_have_rounds(talks: Reading) -> None:
    mixed = talks.worth.aspiration(0, np.array([[[6.0]] * 3, [[4.0], [5.0], [6.0]]]))
    assert mixed.shape == (2, 3, 1, 4)
    assert mixed[:, 0, 0].argmax(axis=1).tolist() == [3, 2]


def test_ties_get_equal_chances(games: ModuleType) -> None:
    game = games.hand_made([[[1, 1, 0]]], [["a", "b", "c"]], rounds=1)
    assert read(game).worth.aspiration(0, [[0.0]]).tolist() == [[[0.5, 0.5, 0.0]]]


def test_best_of_ties_up_to_the_size_of_the_numbers() -> None:
    allowed, values = np.ones((1, 1, 2), dtype=bool), np.array([[[1.0, 1.0 - 1e-11]]])
    assert best_of(allowed, values, np.ones(1)).tolist() == [[[True, False]]]
    assert best_of(allowed, values, np.full(1, 1e3)).tolist() == [[[True, True]]]


def test_a_point_is_read_alone(games: ModuleType) -> None:
    one, other = games.truce_talks(), games.truce_talks(relief=-0.5, discount=0.5)
    names = ["payoffs", "last_payoffs", "chances", "end_chances", "agreement", "discount"]
    arrays = {
        name: np.concatenate([getattr(one, name), getattr(other, name)])
        for name in [*names, "rounds", "start", "costs", "last_costs"]
    }
    both = replace(one, **cast(Any, arrays))
    assert read(both, 1).worth.harmful[0].tolist() == read(other).worth.harmful[0].tolist()
    assert read(both, 1).worth.walk_away[0].tolist() == read(other).worth.walk_away[0].tolist()
    with pytest.raises(UsageError, match="point is 2, expected 0 to 1"):
        read(both, 2)


def test_conditional_moves_are_those_that_say_if(games: ModuleType) -> None:
    words = [["no", "yes", "yes", "if"], ["no", "yes", "yes"], ["no", "yes"]]
    moves = {
        f"p{k}": tuple(SimpleNamespace(stances={"truce": "yes", "peace": word}) for word in row)
        for k, row in enumerate(words)
    }
    scenario = SimpleNamespace(options=(), signals=())
    found = reading(cast(Any, SimpleNamespace(moves=moves, scenario=scenario)), games.truce_talks())
    assert found.worth.conditional.tolist() == games.CONDITIONAL.tolist()


def test_the_worked_case_has_one_conditional_move() -> None:
    compiled = compile_scenario(load(SCENARIOS / "march_2025.toml"))
    game = compiled.talks()
    found = reading(compiled, game)
    player = game.players.index("russia")
    assert np.flatnonzero(found.worth.conditional[player]).tolist() == [
        game.moves[player].index("yes / if")
    ]
    assert found.worth.conditional.sum() == 1
    tables = tabulate(found, [parse("optimal_staller"), parse("yes_but"), parse("sincere")])
    runs = play(found, tables, runs=2000, seed=1)
    assert (np.abs(runs.means().payoffs - expected(found, tables)) <= 4 * runs.means().errors).all()


def test_in_the_worked_case_a_sincere_ukraine_answers_what_it_saw() -> None:
    compiled = compile_scenario(load(SCENARIOS / "march_2025.toml"))
    game = compiled.talks()
    found, (russia, ukraine, usa) = reading(compiled, game), range(3)
    act = parse("sincere").tabulate(found, ukraine, {}).act[0, 0, game.start[0]]

    def said(mediator: str, before: str) -> dict[str, float]:
        """Return the chances of Ukraine's moves after the mediator's and Russia's."""
        first = game.moves[usa].index(mediator)
        node = first * len(game.moves[russia]) + game.moves[russia].index(before)
        return {game.moves[ukraine][k]: act[node, k] for k in np.flatnonzero(act[node])}

    truce, ceasefire = {"yes / no / no": 1.0}, {"yes / yes / no": 1.0}
    # The mediator's options: aid cutoff, further sanctions.
    assert said("no / no", "yes / yes") == said("no / yes", "yes / yes") == ceasefire
    assert said("yes / no", "yes / yes") == said("yes / yes", "yes / yes") == truce
    # Russia's condition is a mobilization pause besides the cutoff; Ukraine does not give it.
    assert said("no / no", "yes / if") == said("yes / no", "yes / if") == ceasefire
    assert said("no / no", "no / no") == ceasefire


def test_in_the_worked_case_sincere_parties_sign_at_once_under_a_quiet_mediator() -> None:
    compiled = compile_scenario(load(SCENARIOS / "march_2025.toml"))
    game = compiled.talks()
    found = reading(compiled, game)
    tables = [parse("sincere").tabulate(found, player, {}) for player in range(2)]
    quiet = memoryless([[[np.eye(4)[game.moves[2].index("no / no")]]]])
    runs = play(found, [*tables, quiet], runs=20, seed=0)
    assert runs.end_shares()["signed"] == 1.0
    assert (runs.end_round == 0).all()


def test_games_that_cannot_be_read_are_refused(games: ModuleType) -> None:
    game = games.truce_talks()
    with pytest.raises(GameError, match=r"conditional has shape \(2, 2\), expected \(3, 4\)"):
        read(game, 0, [[False, False], [False, False]])
    with pytest.raises(GameError, match=r"pressing has shape \(1, 1\), expected \(3, 4, 3\)"):
        read(game, 0, None, [[True]])
    with pytest.raises(GameError, match=r"accused has shape \(1,\), expected \(0,\)"):
        read(game, accused=[1])
    never = game.passing.copy()
    never[1] = False
    with pytest.raises(GameError, match='"p1" has no move that refuses every joint option'):
        read(replace(game, passing=never))
