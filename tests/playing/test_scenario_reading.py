"""The words of the reading on every shipped scenario, and the whole library played in each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from negsim.arrays import BoolArray
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.playing.conduct import CONDITIONAL, FULL, LIMITED, REFUSAL
from negsim.playing.engine import play
from negsim.playing.lineup import choose, suitable
from negsim.playing.reading import Reading, reading
from negsim.playing.runs import Runs
from negsim.scenario.load import load

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = sorted(SCENARIOS.rglob("*.toml"))
NAMES = [file.stem for file in FILES]
LONGEST = 8
"""Rounds of a scenario that are played here."""


@cache
def case(name: str) -> tuple[Compiled, Reading]:
    """Return a shipped scenario and its reading, shortened."""
    compiled = compile_scenario(load(FILES[NAMES.index(name)]))
    game = compiled.talks()
    if game.endless or game.rounds[0] > LONGEST:
        game = game.with_rounds(LONGEST)
    return compiled, reading(compiled, game)


def labels(table: Reading, player: str) -> tuple[str, ...]:
    return table.game.moves[table.game.players.index(player)]


def answers(name: str, player: str) -> dict[str, int]:
    """Return the answer of each move at the start."""
    _, table = case(name)
    row = table.conduct.answers[table.game.players.index(player)][int(table.game.start[0])]
    return dict(zip(labels(table, player), row.tolist(), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_the_words_hold_together(name: str) -> None:
    _, table = case(name)
    board = table.board
    for player in range(len(board.moves)):
        answer, stalls = table.conduct.answers[player], table.conduct.stalls[player]
        assert ((answer >= REFUSAL) & (answer <= FULL)).all()
        assert (~stalls).any(axis=1).all()
        assert not table.worth.package[player][~table.worth.concludes].any()
        assert table.worth.refuses[player].any(axis=2).all()
        assert not (table.worth.settles[player] & table.worth.refuses[player]).any()
        assert np.isfinite(table.worth.walk_away[player]).all()
        assert (table.worth.gain[player] >= 0).all()
        # What a party holds out with is less than a full answer, and nobody holds out of a package.
        held = table.conduct.holdouts(player)
        assert ((held >= 0) & (held < 1 << len(table.conduct.watched[player]))).all()
        joint = [j for j in table.conduct.watched[player] if table.worth.package[j].any()]
        if joint == list(table.conduct.watched[player]) and table.game.in_effect.any():
            signed = np.logical_and.reduce([table.worth.package[j] for j in joint])
            assert not held[signed & unconditional(table, joint)].any()


def unconditional(table: Reading, players: list[int]) -> BoolArray:
    """Return whether none of the players holds a conditional consent in a profile, (S, A)."""
    found = np.ones((1, table.board.num_profiles), dtype=bool)
    for player in players:
        found &= ~table.worth.conditional[player, table.board.move_of[player]]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_what_is_pressed_is_what_was_meant(name: str) -> None:
    _, table = case(name)
    for player in range(len(table.board.moves)):
        moves, hits = table.conduct.press_moves[player], table.conduct.presses(player)
        assert len(moves) == 1 << len(table.conduct.watched[player])
        assert np.allclose(moves.sum(axis=-1), 1)
        for number, mixed in enumerate(moves):
            played = mixed.max(axis=1) > 0
            for bit in range(len(table.conduct.watched[player])):
                possible = hits[..., bit].any(axis=1)
                certain = (hits[..., bit] | ~played).all(axis=1)
                if number == 1 << bit:
                    assert certain[possible].all()
                if number == 0:
                    waits = np.any(np.all(~hits, axis=2), axis=1)
                    assert not (hits[..., bit] & played)[waits].any()


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_library_plays(name: str) -> None:
    compiled, table = case(name)
    parties = compiled.scenario.parties
    usual = [choose(compiled, party.name, "equilibrium") for party in parties]
    base = [rule.tabulate(table, player, {}) for player, rule in enumerate(usual)]
    for player, party in enumerate(parties):
        for text in suitable(party.role):
            rule = choose(compiled, party.name, text)
            others = {k: tables for k, tables in enumerate(base) if k != player}
            lineup = [*base]
            lineup[player] = rule.tabulate(table, player, others)
            lineup[player].check(table.board, player)
            assert np.isfinite(play(table, lineup, runs=2, seed=1).payoffs).all()


def test_answers_in_the_worked_case() -> None:
    # Energy truce / full ceasefire, and Russia's condition on the latter.
    assert answers("march_2025", "russia") == {
        "no / no": REFUSAL,
        "yes / no": LIMITED,
        "yes / yes": FULL,
        "yes / if": CONDITIONAL,
    }
    # A mobilization pause is no answer: the third stance changes nothing.
    assert answers("march_2025", "ukraine") == {
        "no / no / no": REFUSAL,
        "no / no / yes": REFUSAL,
        "yes / no / no": LIMITED,
        "yes / no / yes": LIMITED,
        "yes / yes / no": FULL,
        "yes / yes / yes": FULL,
    }


@pytest.mark.parametrize(
    ("name", "player", "expected"),
    [
        # One option to settle alone: settling is the full answer, waiting a refusal.
        ("drift", "staller", {"no": REFUSAL, "yes": FULL}),
        ("stall_or_press", "staller", {"no": REFUSAL, "yes": FULL}),
        ("lattice_walk", "staller", {"no": REFUSAL, "yes": FULL}),
        # No deal on the table at all: the kind move is the full answer.
        ("prisoners_dilemma", "row", {"no": REFUSAL, "yes": FULL}),
        ("chicken", "row", {"no": REFUSAL, "yes": FULL}),
        # Only a limited option: the fullest answer is limited, and refusing it stalls.
        ("march_2025_energy_only", "russia", {"no": REFUSAL, "yes": LIMITED}),
        ("march_2025_full_only", "russia", {"no": REFUSAL, "yes": FULL}),
        # Full truce / limited truce / walking out.
        (
            "three_party_talks",
            "staller",
            {
                "no / no / no": REFUSAL,
                "no / no / yes": REFUSAL,
                "no / yes / no": LIMITED,
                "yes / no / no": FULL,
            },
        ),
    ],
)
def test_answers_elsewhere(name: str, player: str, expected: dict[str, int]) -> None:
    assert answers(name, player) == expected


WATCHED = [
    ("march_2025", "usa", ["russia", "ukraine"]),
    ("march_2025_mirror", "usa", ["russia", "ukraine"]),
    ("three_party_talks", "mediator", ["staller"]),
    ("stall_or_press", "mediator", ["staller"]),
    ("greece_2015", "central_bank", ["greece"]),
    ("iran_2014", "congress", ["iran"]),
    ("autoworkers_2023", "white_house", ["firms"]),
    ("vietnam_1972", "washington", ["hanoi", "saigon"]),
    # No option of it presses anybody: it watches the parties at the table.
    ("korea_1952", "india", ["command"]),
]


@pytest.mark.parametrize(("name", "player", "expected"), WATCHED)
def test_who_is_watched(name: str, player: str, expected: list[str]) -> None:
    _, table = case(name)
    watched = table.conduct.watched[table.game.players.index(player)]
    assert [table.game.players[other] for other in watched] == expected


PRESSES = [
    # The mediator's options are an aid cutoff, which presses Ukraine, and sanctions on Russia.
    ("march_2025", "usa", [], "no / no"),
    ("march_2025", "usa", ["russia"], "no / yes"),
    ("march_2025", "usa", ["ukraine"], "yes / no"),
    ("march_2025", "usa", ["russia", "ukraine"], "yes / yes"),
    # It waits by proposing the full truce; pressing rules out any proposal.
    ("three_party_talks", "mediator", [], "yes / no / no"),
    ("three_party_talks", "mediator", ["staller"], "no / no / yes"),
    ("stall_or_press", "mediator", [], "no"),
    ("stall_or_press", "mediator", ["staller"], "yes"),
    ("greece_2015", "central_bank", ["greece"], "yes"),
    ("autoworkers_2023", "white_house", ["firms"], "yes"),
]


@pytest.mark.parametrize(("name", "player", "targets", "expected"), PRESSES)
def test_how_somebody_is_pressed(name: str, player: str, targets: list[str], expected: str) -> None:
    _, table = case(name)
    place = table.game.players.index(player)
    names = [table.game.players[other] for other in table.conduct.watched[place]]
    number = sum(1 << names.index(target) for target in targets)
    mixed = table.conduct.press_moves[place][number, int(table.game.start[0]), 0]
    assert labels(table, player)[int(mixed.argmax())] == expected
    assert mixed.max() == 1


def test_who_holds_out_in_the_worked_case() -> None:
    _, table = case("march_2025")
    start, held = int(table.game.start[0]), table.conduct.holdouts(table.game.players.index("usa"))

    def holdouts(russia: str, ukraine: str) -> int:
        words = {"russia": russia, "ukraine": ukraine, "usa": "no / no"}
        places = [labels(table, name).index(words[name]) for name in table.game.players]
        return int(held[start, np.ravel_multi_index(places, table.board.moves)])

    russia, ukraine = 1, 2
    assert holdouts("yes / yes", "yes / yes / no") == 0
    assert holdouts("yes / if", "yes / yes / no") == russia
    assert holdouts("yes / no", "yes / no / no") == russia | ukraine
    assert holdouts("yes / if", "yes / no / no") == ukraine
    assert holdouts("no / no", "yes / no / no") == russia


def worked(**rules: str) -> Runs:
    """Return runs of the worked case, Ukraine sincere unless told otherwise."""
    compiled, table = case("march_2025")
    chosen = {"ukraine": "sincere", **rules}
    names = [party.name for party in compiled.scenario.parties]
    tables = [
        choose(compiled, name, chosen[name]).tabulate(table, player, {})
        for player, name in enumerate(names)
    ]
    return play(table, tables, runs=20, seed=4)


@pytest.mark.parametrize(
    "rule",
    ["sincere", "tit_for_tat", "generous_tit_for_tat", "win_stay_lose_shift", "grim", "punish"],
)
def test_those_who_return_kindness_sign_at_once_in_the_worked_case(rule: str) -> None:
    assert worked(russia=rule, usa="patient").end_shares()["signed"] == 1
    assert (worked(russia=rule, ukraine=rule, usa="patient").end_round == 0).all()


def test_a_deal_seeker_can_press_the_side_that_had_agreed() -> None:
    """Cutting aid costs the mediator 0.25 a week, sanctions 0.3; Ukraine had said yes."""
    first, second = worked(russia="hardliner", usa="deal_seeker").trajectory(0)[:2]
    assert first.moves[1] == "yes / yes / no"
    assert (first.moves[2], second.moves[2]) == ("no / no", "yes / no")
    second = worked(russia="hardliner", usa="hazard:chance=1").trajectory(0)[1]
    assert second.moves[2] == "no / yes"


def test_the_worth_of_walking_out_by_hand() -> None:
    """In three-party talks the staller's exit pays its share less 0.2: 0.4 + 0.05 t - 0.2."""
    _, table = case("three_party_talks")
    staller = table.game.players.index("staller")
    proposed = labels(table, "mediator").index("yes / no / no")
    pressed = labels(table, "mediator").index("no / no / yes")
    exits = table.foresight.exits(staller)[int(table.game.start[0])]
    assert exits.sum(axis=1).tolist() == [int(k != pressed) for k in range(4)]
    assert not exits[pressed].any()
    state = int(table.game.start[0])
    assert table.foresight.value_of_leaving(staller)[0, state, proposed] == pytest.approx(0.2)
    # Stalling now and signing at the deadline, in four rounds: 0.6 * 0.97**4 less 0.01 a round,
    # and no limited truce; better, with the truce from the next round on.
    talking = table.foresight.value_of_talking(staller)[0, state, proposed]
    assert talking > 0.6 * 0.97**4 - 0.01 * (1 + 0.97 + 0.97**2 + 0.97**3)


def test_looking_ahead_is_worth_what_the_analysis_says() -> None:
    """Talking and leaving at the start of the worked case, as the analysis of delay has them."""
    from negsim.analysis.delay.prospects import prospects
    from negsim.theory.stochastic.solve import solve_talks

    for name in ("march_2025", "three_party_talks", "greece_2015", "vietnam_1972"):
        _, table = case(name)
        found = prospects(solve_talks(table.game))
        for player in range(len(table.board.moves)):
            group = table.board.group_of[player]
            if group or table.board.nodes[player] > 1:
                continue
            talking = table.foresight.value_of_talking(player)[:, :, 0]
            assert talking == pytest.approx(found.talk[0, ::-1, player], abs=1e-9)
            if (
                table.foresight.exits(player).any()
                or not np.isnan(table.game.reservation[0, player]).any()
            ):
                leaving = table.foresight.value_of_leaving(player)[:, :, 0]
                assert leaving == pytest.approx(found.leave[0, ::-1, player], abs=1e-9)
