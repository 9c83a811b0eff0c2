"""A scenario by named methods: each gets its game, outcomes are told, fractions restore ties."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.outcomes.outcomes import mediator_moves, one_shot_answer
from negsim.dynamics.build import Compiled, compile_scenario, one_shot_at
from negsim.errors import SolverError, UsageError
from negsim.questions.outcomes.ask import (
    FOR_EVER,
    LAST_ROUND,
    TALKS,
    TREE,
    move_legend,
    outcome_groups,
    pure_answer,
    solve_scenario,
    two_party_answer,
)
from negsim.scenario.load import load, loads
from negsim.theory.registry import solve

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"


@pytest.fixture(scope="module")
def march() -> Compiled:
    return compile_scenario(load(SCENARIOS / "march_2025.toml").set({"talks.rounds": 3}))


@pytest.fixture(scope="module")
def chicken() -> Compiled:
    return compile_scenario(load(SCENARIOS / "textbook" / "chicken.toml"))


@pytest.fixture(scope="module")
def endless() -> Compiled:
    return compile_scenario(load(SCENARIOS / "textbook" / "stall_or_press.toml"))


@pytest.mark.parametrize(
    ("method", "game"),
    [
        ("pure", LAST_ROUND),
        ("security", LAST_ROUND),
        ("backward_induction", TALKS),
        ("subgame_perfect", TREE),
    ],
)
def test_each_method_gets_the_game_that_it_takes(chicken: Compiled, method: str, game: str) -> None:
    answer = solve_scenario(chicken, [method])
    (told,) = answer["solutions"]
    assert (told["method"], told["game"]) == (method, game)
    assert answer["legend"] == {"Row": "Row yields", "Column": "Column yields"}
    assert answer["title"] == "Chicken"


def test_the_order_of_moves_decides_who_gives_way(march: Compiled) -> None:
    """In the tree the United States move first, and everybody after them sees it."""
    (told,) = solve_scenario(march, ["subgame_perfect"])["solutions"]
    first = told["information_sets"][0]
    assert (first["name"], first["player"]) == ("United States", "United States")
    assert told["equilibria"][0]["payoffs"]["Russia"] == pytest.approx(34.5)
    assert told["equilibria"][0]["reached"][1:] == [
        "Russia after no / no",
        "Ukraine after no / no, yes / yes",
    ]


def test_outcomes_are_told_in_the_words_of_the_file(chicken: Compiled) -> None:
    (told,) = solve_scenario(chicken, ["nash"])["solutions"]
    groups = {tuple(group["equilibria"]): group["outcomes"] for group in told["by_outcome"]}
    assert groups[0,] == {"Column yields": 1.0}
    assert groups[2,] == {"Row yields": 1.0}
    assert groups[1,] == pytest.approx(
        dict.fromkeys(
            ["Nothing in effect", "Row yields", "Column yields", "Row yields + Column yields"], 0.25
        )
    )


def test_equilibria_that_lead_to_the_same_are_one_group() -> None:
    """Two parties who must both consent: each may refuse in vain whatever the other says."""
    text = """
format = 1
title = "Pump"
[parties.ann]
[parties.bob]
[options.pump]
parties = ["ann", "bob"]
[options.pump.conditions.ann]
when = "lamp"
[options.lamp]
parties = ["bob"]
[payoffs.ann]
water = { when = "pump", value = 2, why = "thirst" }
[payoffs.bob]
water = { when = "pump", value = 1, why = "thirst" }
"""
    compiled = compile_scenario(loads(text))
    talks = compiled.talks()
    solution = solve(one_shot_at(compiled, talks), "pure")
    groups = outcome_groups(compiled, talks, solution, {})
    assert len(groups) < len(solution.equilibria)
    assert sorted(place for group in groups for place in group["equilibria"]) == list(
        range(len(solution.equilibria))
    )


def test_fractions_restore_ties_that_rounding_broke(march: Compiled) -> None:
    talks = march.talks()
    rounded = pure_answer(march, talks, exact=False)
    exact = pure_answer(march, talks, exact=True)
    assert len(exact["equilibria"]) == len(rounded["equilibria"])
    assert all(max(one["regret"].values()) == 0 for one in exact["equilibria"])
    assert "exact" in two_party_answer(march, talks, exact=True)


def test_mediators_keep_to_their_moves_while_two_parties_are_solved(march: Compiled) -> None:
    talks = march.talks()
    told = two_party_answer(march, talks, exact=False)
    assert told["players"] == ["Russia", "Ukraine"]
    pure = solve(one_shot_at(march, talks), "pure")
    assert mediator_moves(talks, pure) == {2: 0}
    best = max(one.payoffs[2] for one in pure.equilibria)
    kept = [one for one in pure.equilibria if np.argmax(one.profile[2]) == 0]
    assert best == max(one.payoffs[2] for one in kept)
    texts = [text for group in told["by_outcome"] for text in group["outcomes"]]
    assert "Energy-only truce + Full 30-day ceasefire" in texts


def test_what_is_done_in_round_1_of_the_talks_is_told(march: Compiled) -> None:
    (told,) = solve_scenario(march, ["backward_induction"])["solutions"]
    assert told["players"] == ["Russia", "Ukraine", "United States"]
    assert list(told["first_round"]) == told["players"]
    assert sum(told["first_round"]["Russia"].values()) == pytest.approx(1)


def test_endless_talks_are_solved_by_stationary_methods(endless: Compiled) -> None:
    answer = solve_scenario(endless, ["markov_logit", "limit"])
    logit, limit = answer["solutions"]
    assert logit["game"] == limit["game"] == TALKS
    assert limit["first_round"]["Staller"] == pytest.approx({"no": 5 / 7, "yes": 2 / 7}, abs=1e-6)
    assert logit["share_logit"] == [1.0]
    with pytest.raises(SolverError, match="begins in the last round and these talks have none"):
        solve_scenario(endless, ["backward_induction"])


def test_a_round_for_ever_needs_discounts(chicken: Compiled) -> None:
    with pytest.raises(SolverError, match="needs a discount below 1 of each party, got 1, 1"):
        solve_scenario(chicken, ["payoff_set"])
    patient = chicken.scenario.set({f"parties.{name}.discount": 0.9 for name in ("row", "column")})
    (told,) = solve_scenario(compile_scenario(patient), ["payoff_set"])["solutions"]
    assert told["game"] == FOR_EVER


def test_what_cannot_be_asked_is_refused(chicken: Compiled) -> None:
    with pytest.raises(SolverError, match=r"is no signalling game; .*`negsim signal FILE`"):
        solve_scenario(chicken, ["perfect_bayesian"])
    with pytest.raises(UsageError, match='exact: "logit" works in floats'):
        solve_scenario(chicken, ["logit"], exact=True)
    assert solve_scenario(chicken, ["nash", "regular"])["agreements"][0]["agree"]


def test_a_party_without_options_is_told(march: Compiled) -> None:
    legend = move_legend(march.scenario)
    assert legend["Russia"] == "Energy-only truce / Full 30-day ceasefire"


FREE = """
format = 1
title = "free"
parties.a = {}
parties.b = {}
options.deal.parties = ["b"]
payoffs.a.x = { when = "o0 and deal", value = 1 }
payoffs.b.x = { when = "deal and o1", value = 1 }
"""


def free_options(count: int) -> Compiled:
    """Return a scenario in which one party chooses freely among many options."""
    options = "\n".join(f'options.o{place}.parties = ["a"]' for place in range(count))
    return compile_scenario(loads(FREE + options))


def test_many_moves_are_answered_or_the_method_is_left_out() -> None:
    six, eight = free_options(6), free_options(8)
    assert two_party_answer(six, six.talks(), exact=False)["complete"]
    told = two_party_answer(eight, eight.talks(), exact=False)
    assert "256 x 2 actions" in told["left_out"]
    assert "equilibria" not in told
    found = one_shot_answer(eight, eight.talks())
    assert found.two_party is None
    assert found.left_out == told["left_out"]
    assert len(found.pure.equilibria) == 256


def test_methods_that_do_not_take_a_round_are_left_out(chicken: Compiled) -> None:
    solutions = solve_scenario(chicken, ["pure", "perfect_bayesian"])["solutions"]
    assert ["left_out" in one for one in solutions] == [False, True]
    with pytest.raises(SolverError, match="signalling game"):
        solve_scenario(chicken, ["perfect_bayesian"])
