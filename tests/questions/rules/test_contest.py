"""Rules of thumb: exact expectations agree with sampled runs, and opponents are as told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import UnknownNameError
from negsim.questions.rules.contest import (
    RULES,
    contest,
    mean_round,
    opponents_of,
    play,
    play_rules,
)
from negsim.scenario.load import load

BOOKS = Path(negsim.__file__).parents[1] / "scenarios" / "textbook"


@pytest.fixture(scope="module")
def small(truce: Path) -> Compiled:
    return compile_scenario(load(truce))


@pytest.fixture(scope="module")
def drift() -> Compiled:
    return compile_scenario(load(BOOKS / "drift.toml"))


def test_mediators_play_the_solved_talks_and_others_are_sincere(small: Compiled) -> None:
    assert opponents_of(small) == ("sincere", "sincere", "equilibrium")


@pytest.mark.parametrize("rule", [*RULES, "random"])
def test_exact_payoffs_agree_with_the_runs(rule: str, small: Compiled) -> None:
    payoffs, played = play_rules(small, small.talks(), [rule, "random", "equilibrium"], 4000, 3)
    means = played.means()
    errors = np.maximum(means.errors, 1e-12)
    assert (np.abs(means.payoffs - payoffs) <= 4.5 * errors).all()


def test_nothing_beats_the_best_response_and_the_solved_talks_pay_what_they_are_worth(
    small: Compiled, drift: Compiled
) -> None:
    for compiled, player in ((small, 0), (small, 1), (drift, 0)):
        found = contest(compiled, compiled.talks(), player, 20, 1)
        assert found.party == compiled.scenario.parties[player].name
        assert [fare.rule for fare in found.fares] == list(RULES)
        own = {fare.rule: fare.payoffs[player] for fare in found.fares}
        assert own["optimal_staller"] >= max(own.values()) - 1e-9
    alone = contest(drift, drift.talks(), 0, 20, 1).fares
    worth = {fare.rule: fare.payoffs[0] for fare in alone}
    assert worth["equilibrium"] == pytest.approx(0.47557701479292225, abs=1e-9)
    assert worth["optimal_staller"] == pytest.approx(worth["equilibrium"], abs=1e-9)


def test_a_rule_is_matched_against_the_opponents_told(small: Compiled) -> None:
    game = small.talks()
    fares = {fare.rule: fare for fare in contest(small, game, 0, 50, 9).fares}
    for rule in ("hardliner", "yes_but"):
        payoffs, played = play_rules(small, game, [rule, "sincere", "equilibrium"], 50, 9)
        assert fares[rule].payoffs.tolist() == payoffs.tolist()
        assert fares[rule].end_round == mean_round(played) == played.end_round.mean() + 1
        shares = played.end_shares()
        assert fares[rule].agreement == pytest.approx(shares["signed"])


def test_parties_not_named_play_the_solved_talks(small: Compiled) -> None:
    scenario = small.scenario
    alone = play(scenario, {"north": "hardliner"}, runs=30, seed=2)
    told = {"north": "hardliner", "south": "equilibrium", "envoy": "equilibrium"}
    assert np.array_equal(alone.payoffs, play(scenario, told, 30, 2).payoffs)
    assert np.array_equal(alone.payoffs, play(scenario, told, 30, 2).payoffs)


def test_strategies_can_be_values(small: Compiled) -> None:
    from negsim.playing.registry import parse

    text = play(small.scenario, {"north": "yes_but:patience=1"}, 30, 2)
    value = play(small.scenario, {"north": parse("yes_but:patience=1")}, 30, 2)
    assert np.array_equal(text.payoffs, value.payoffs)


def test_unknown_names_are_told(small: Compiled) -> None:
    with pytest.raises(UnknownNameError, match=r'unknown party "nort"; did you mean "north"\?'):
        play(small.scenario, {"nort": "sincere"})
    with pytest.raises(UnknownNameError, match='did you mean "sincere"'):
        play(small.scenario, {"north": "sincer"})
