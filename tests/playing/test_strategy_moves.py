"""What each strategy plays against a script: tables of moves, readable without running."""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest

from negsim.errors import UsageError
from negsim.playing.engine import play, tabulate
from negsim.playing.library.boulware import aspiration
from negsim.playing.reading import Reading, read
from negsim.playing.registry import parse
from negsim.playing.strategy import Tables, memoryless
from negsim.theory.stochastic.game import StochasticGame


class Case(NamedTuple):
    """A strategy of player 0 or 1 against scripted moves of the others, round by round."""

    strategy: str
    player: int
    script: dict[int, str]
    moves: str
    options: tuple[tuple[str, float], ...] = ()


PEACE = "peace peace peace peace peace"
TRUCE = "truce truce truce truce truce"
IDLE = "idle idle idle idle idle"
PRESS = "press press press press press"

DILEMMA = [
    Case("tit_for_tat", 0, {1: "C D D C C"}, "C C D D C"),
    Case("tit_for_tat", 1, {0: "D D C D C"}, "C D D C D"),
    Case("sincere", 0, {1: "C D D C C"}, "D D D D D"),
    Case("hardliner", 0, {1: "C D D C C"}, "D D D D D"),
    Case("boulware", 1, {0: "C D D C C"}, "D D D D D"),
    Case("yes_but", 0, {1: "C D D C C"}, "D D D D D"),
    Case("optimal_staller", 0, {1: "C D D C C"}, "D D D D D"),
]

DILEMMA_IN_ORDER = [
    Case("tit_for_tat", 0, {1: "C D D C C"}, "C C D D C"),
    # Player 1 sees what it answers in the same round.
    Case("tit_for_tat", 1, {0: "D D C D C"}, "D D C D C"),
]

TALKS = [
    Case("sincere", 0, {1: TRUCE, 2: IDLE}, PEACE),
    # Peace is worth 6 to p1 or, pressed for by either move, -3.5: on average more than -3.
    Case("sincere", 1, {0: TRUCE, 2: IDLE}, PEACE),
    Case("sincere", 2, {0: TRUCE, 1: TRUCE}, IDLE),
    Case("sincere", 0, {1: TRUCE, 2: IDLE}, "no no no no no", (("relief", -0.5),)),
    # Peace is worth 4 or, pressed, 6; "peace if" concludes only the latter.
    Case("hardliner", 0, {1: PEACE, 2: IDLE}, " ".join(["peace_if"] * 5)),
    Case("hardliner:demand=0", 0, {1: TRUCE, 2: IDLE}, PEACE),
    # The gain is 7.25, from -1.25 to 6; a peace of 5 on average is 0.862 of it.
    Case("hardliner:demand=0.86", 0, {1: TRUCE, 2: IDLE}, PEACE),
    Case("hardliner:demand=0.87", 0, {1: TRUCE, 2: IDLE}, " ".join(["peace_if"] * 5)),
    Case("hardliner", 1, {0: PEACE, 2: IDLE}, TRUCE),
    # Linear concession from 6 to -1.25 in four steps of 1.8125: at most 5 from the second round.
    Case("boulware:exponent=1,floor=0", 0, {1: TRUCE, 2: IDLE}, "peace_if peace peace peace peace"),
    # In two steps: at most -1/3, what peace is worth to p1, from 6 by way of 1.5 to -3.
    Case(
        "boulware:exponent=1,floor=0,rounds=2",
        1,
        {0: TRUCE, 2: IDLE},
        "truce truce peace peace peace",
    ),
    # Shares conceded by fifth powers: 0.05, 0.051, 0.080, 0.275, 1, of which 0.138 is enough.
    Case("boulware", 0, {1: TRUCE, 2: IDLE}, "peace_if peace_if peace_if peace peace"),
    # So late a concession keeps to 0.95 of the gain until the very last round.
    Case(
        "boulware:exponent=0.01",
        0,
        {1: TRUCE, 2: IDLE},
        "peace_if peace_if peace_if peace_if peace",
    ),
    Case("yes_but", 0, {1: TRUCE, 2: IDLE}, "peace_if peace_if peace_if peace peace"),
    Case("yes_but:patience=1", 0, {1: TRUCE, 2: PRESS}, "peace_if peace peace peace peace"),
    Case("yes_but:patience=0", 0, {1: TRUCE, 2: IDLE}, PEACE),
    # Peace is the only kind move of p1: a truce gives p0 less than the midpoint.
    Case("tit_for_tat", 0, {1: "truce no no no truce", 2: IDLE}, "peace no no no no"),
    Case("tit_for_tat", 0, {1: TRUCE, 2: PRESS}, "peace no no no no"),
]

TALKS_IN_ORDER = [
    # p2 moves first, then p0, then p1. A peace that was pressed for is worth -3.5 to p1, walking
    # away -3: it takes the truce instead, and peace as soon as p2 idles.
    Case("sincere", 1, {0: PEACE, 2: "press press idle idle idle"}, "truce truce peace"),
    Case("sincere", 1, {0: PEACE, 2: PRESS}, TRUCE),
    Case("sincere:tolerance=0.1", 1, {0: PEACE, 2: PRESS}, "peace"),
    # After a refusal nothing that p1 says matters, and it says what it would agree to.
    Case("sincere", 1, {0: "no no truce peace peace", 2: IDLE}, "peace peace peace peace"),
    Case("hardliner", 1, {0: "no no truce peace peace", 2: IDLE}, "truce truce truce peace"),
    Case("yes_but:patience=2", 1, {0: PEACE, 2: IDLE}, "truce truce peace"),
    # At first it asks for all of the gain of 9, and a peace that was not pressed for is that.
    Case(
        "boulware:exponent=1,floor=0", 1, {0: PEACE, 2: "press idle idle idle idle"}, "truce peace"
    ),
    # p0 knows whether p2 pressed: pressed, peace pays 6, of at most 7.5 more than walking away.
    Case(
        "hardliner",
        0,
        {1: TRUCE, 2: "idle press idle idle press"},
        "peace_if peace peace_if peace_if peace",
    ),
    Case("sincere", 0, {1: TRUCE, 2: "idle press idle press idle"}, PEACE),
    # Only peace is kind to p1, who answers in the same round: with it the talks end.
    Case("tit_for_tat", 1, {0: "truce peace_if no peace peace", 2: IDLE}, "no no no peace"),
    Case("tit_for_tat", 0, {1: "truce no no no truce", 2: IDLE}, "peace no no no no"),
]


def scripted(game: StochasticGame, player: int, script: str) -> Tables:
    """Return tables that play the words of a script, one a round."""
    words = [word.replace("_", " ") for word in script.split()]
    chosen = [game.moves[player].index(word) for word in words]
    return memoryless(np.eye(len(game.moves[player]))[chosen][:, None, None])


def played(table: Reading, case: Case) -> str:
    """Return the words that a case's strategy plays."""
    tables = {k: scripted(table.game, k, words) for k, words in case.script.items()}
    tables[case.player] = parse(case.strategy).tabulate(table, case.player, tables)
    runs = play(table, [tables[k] for k in range(len(tables))], runs=1, seed=0)
    words = [turn.moves[case.player].replace(" ", "_") for turn in runs.trajectory(0)]
    return " ".join(words)


@pytest.mark.parametrize("case", DILEMMA, ids=str)
def test_moves_in_the_dilemma(games: ModuleType, case: Case) -> None:
    assert played(read(games.prisoners_dilemma(5)), case) == case.moves


@pytest.mark.parametrize("case", DILEMMA_IN_ORDER, ids=str)
def test_moves_in_the_dilemma_one_after_another(games: ModuleType, case: Case) -> None:
    game = games.prisoners_dilemma(5, order=[[0], [1]])
    assert played(read(game), case) == case.moves


@pytest.mark.parametrize("case", TALKS, ids=str)
def test_moves_in_the_talks(games: ModuleType, case: Case) -> None:
    game = games.truce_talks(drift=0, leave=0, **dict(case.options))
    assert played(read(game, 0, games.CONDITIONAL), case) == case.moves


@pytest.mark.parametrize("case", TALKS_IN_ORDER, ids=str)
def test_moves_in_the_talks_one_after_another(games: ModuleType, case: Case) -> None:
    game = games.truce_talks([[2], [0], [1]], drift=0, leave=0)
    assert played(read(game, 0, games.CONDITIONAL), case) == case.moves


def test_without_conditional_moves_yes_but_offers_a_truce(games: ModuleType) -> None:
    case = Case("yes_but", 0, {1: TRUCE, 2: IDLE}, "truce truce truce peace peace")
    assert played(read(games.truce_talks(drift=0, leave=0)), case) == case.moves


def test_the_best_response_to_a_script_takes_peace_when_it_is_pressed_for(
    games: ModuleType,
) -> None:
    game = games.truce_talks(drift=0, leave=0)
    case = Case(
        "optimal_staller",
        0,
        {1: "truce peace peace peace peace", 2: "idle idle press idle idle"},
        "",
    )
    # Waiting a round in the truce costs 0.25 and a tenth, and the pressed peace is worth 2 more.
    # In the first two rounds every consent to the truce does: one of them is drawn.
    assert played(read(game), case).split()[2] in {"peace", "peace_if"}
    tables = [scripted(game, k, words) for k, words in case.script.items()]
    act = (
        parse("optimal_staller").tabulate(read(game), 0, dict(zip((1, 2), tables, strict=True))).act
    )
    assert act[0, :3, 0, 0].tolist() == [
        [0, 1 / 3, 1 / 3, 1 / 3],
        [0, 1 / 2, 0, 1 / 2],
        [0, 0, 1 / 2, 1 / 2],
    ]


def test_tit_for_tat_mixes_equally_among_moves_that_are_alike(games: ModuleType) -> None:
    payoffs = np.array([[[1.0, 1, 1, 1, 1, 1]], [[2.0, 0, 0, 2, 2, 2]]])
    game = games.hand_made(payoffs, [["a", "b", "c"], ["d", "e"]], rounds=3)
    tables = parse("tit_for_tat").tabulate(read(game), 0, {})
    assert tables.act[0, 0, 0, 0] == pytest.approx([1 / 3] * 3)
    kinder = np.array([[[1.0, 1, 1, 1, 1, 1]], [[2.0, 2, 2, 2, 1, 1]]])
    game = games.hand_made(kinder, [["a", "b", "c"], ["d", "e"]], rounds=3)
    tables = parse("tit_for_tat").tabulate(read(game), 0, {})
    assert tables.act[0, 0, 0, 0].tolist() == [0.5, 0.5, 0]
    assert tables.act[1, 0, 0, 0].tolist() == [0, 0, 1]


def test_tit_for_tat_answers_any_unkind_opponent(games: ModuleType) -> None:
    # Each of three players gives the others 1 or 0; profiles in C order over (give, keep).
    give = 1 - np.indices((2, 2, 2)).reshape(3, -1)
    payoffs = (give.sum(axis=0) - give)[:, None]
    game = games.hand_made(payoffs, [["give", "keep"]] * 3, rounds=4)
    tables = tabulate(read(game), [parse("tit_for_tat")] * 3)[0]
    assert tables.act[:, 0, 0, 0].tolist() == [[1, 0], [0, 1]]
    assert tables.next[0, 0, 0, :, 0].tolist() == [0, 1, 1, 1, 0, 1, 1, 1]


def test_random_plays_every_move_alike(games: ModuleType) -> None:
    tables = parse("random").tabulate(read(games.truce_talks()), 0, {})
    assert tables.act.ravel().tolist() == [0.25] * 4


def test_published_aspirations() -> None:
    """Case Q1: polynomial concession, k = 0.05, beta = 0.2, tmax = 10, from 1.0 to 0.2."""
    found = aspiration(
        [0, 1, 3, 5, 9, 10, 12], exponent=0.2, floor=0.05, deadline=10, best=1.0, worst=0.2
    )
    expected = [0.96, 0.9599924, 0.9581532, 0.93625, 0.5112276, 0.2, 0.2]
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_deadline_of_no_rounds_concedes_at_once() -> None:
    assert aspiration([0, 1], exponent=1, floor=0, deadline=0, best=1, worst=0).tolist() == [0, 0]


def test_boulware_reaches_walking_away_in_the_last_round(games: ModuleType) -> None:
    table = read(games.truce_talks())
    boulware = parse("boulware").tabulate(table, 0, {}).act[0]
    sincere = parse("sincere").tabulate(table, 0, {}).act[0, 0]
    assert (boulware[-1] == sincere).all()
    assert (boulware[0] != sincere).any()


def test_only_one_player_may_answer_the_others(games: ModuleType) -> None:
    table = read(games.prisoners_dilemma(3))
    message = (
        '"p0" and "p1" would each answer the other\'s strategy; expected at most one player with '
        '"optimal_staller"'
    )
    with pytest.raises(UsageError, match=message):
        tabulate(table, [parse("optimal_staller"), parse("optimal_staller")])
    with pytest.raises(UsageError, match=r"got 1 strategies, expected one per player \(p0, p1\)"):
        tabulate(table, [parse("optimal_staller")])
