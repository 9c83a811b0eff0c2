"""Stages: types drawn from their priors, horizons, non-serious offers, alarms of a scenario."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim as ns
from negsim.deadline import left_out, part, time_limit
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.playing.horizon import Horizon
from negsim.playing.noise import Noise
from negsim.playing.observation import alarm_chances, board
from negsim.playing.registry import parse
from negsim.playing.runs import Expectation, Runs
from negsim.questions.rules.staging import (
    cast,
    draw_types,
    expect_if_small,
    expect_stage,
    names_of,
    play_stage,
    stage,
    type_profiles,
)
from negsim.scenario.load import load

TYPED = """
format = 1
title = "Two sides and a neighbour that may want different things"
parties.ann.discount = 0.9
parties.bob.discount = 0.9
parties.carol = {}
options.deal.parties = ["ann", "bob"]
options.deal.conditions.ann.when = "snub"
options.snub.parties = ["carol"]
talks.rounds = 4
ends.signed = { kind = "agreement", when = "deal" }
payoffs.ann.deal = { at = "signed", value = 2 }
payoffs.bob.deal = { at = "signed", value = 2 }
payoffs.carol.snub = { when = "snub", value = -1 }
payoffs.ann.wait = { when = "not deal", value = 0 }
costs.harm = { when = "not deal", value = 1 }
types.ann.dove = { prior = 0.25, set = { "payoffs.ann.deal" = 5 } }
types.ann.hawk = { prior = 0.5, set = { "payoffs.ann.deal" = -1 } }
types.bob.cold = { prior = 0.2, set = { "payoffs.bob.deal" = -1 } }
signals.watch = { about = "snub", detection = 0.8, false_alarm = 0.1 }
"""


@pytest.fixture(scope="module")
def typed() -> Compiled:
    return compile_scenario(ns.loads(TYPED))


@pytest.fixture(scope="module")
def small(truce: Path) -> Compiled:
    return compile_scenario(load(truce))


def test_profiles_of_types_have_the_product_of_their_priors(typed: Compiled) -> None:
    names, chances = type_profiles(typed.scenario)
    found = dict(zip(names, chances.tolist(), strict=True))
    assert found["base", "base", "base"] == pytest.approx(0.25 * 0.8)
    assert found["hawk", "cold", "base"] == pytest.approx(0.5 * 0.2)
    assert len(found) == 6
    assert sum(found.values()) == pytest.approx(1)


def test_a_type_plays_and_is_paid_by_its_own_numbers(typed: Compiled) -> None:
    ready = stage(typed)
    lineup = cast(ready, [parse("sincere")] * 3)
    runs, drawn = play_stage(ready, lineup, runs=4000, seed=3)
    signs = {"base": 2.0, "dove": 5.0}
    for profile, names in enumerate(ready.types):
        own = runs.payoffs[drawn == profile]
        assert len(own)
        worth = [0.0, 0.0, 0.0]
        if "hawk" not in names and "cold" not in names:
            worth = [signs[names[0]], 2.0, 0.0]
        assert np.allclose(own, worth), names
    shares = np.bincount(drawn, minlength=6) / 4000
    assert (np.abs(shares - ready.chances) <= 4.5 * np.sqrt(ready.chances / 4000)).all()
    exact = expect_stage(ready, lineup)
    assert exact.payoffs == pytest.approx([0.25 * 0.8 * 2 + 0.25 * 0.8 * 5, 0.5 * 0.8 * 2, 0])
    assert exact.ends[list(ready.played.ends).index("signed")] == pytest.approx(0.4)


def test_types_of_a_run_do_not_depend_on_how_many_there_are() -> None:
    chances = np.array([0.2, 0.0, 0.8])
    few, many = draw_types(chances, 10, 5), draw_types(chances, 1000, 5)
    assert np.array_equal(few, many[:10])
    assert set(many) == {0, 2}


def test_a_strategy_reads_its_own_type_and_the_base_of_others(typed: Compiled) -> None:
    ready = stage(typed)
    both = ready.types.index(("hawk", "cold", "base"))
    assert ready.types[ready.reading(both, 0).point] == ("hawk", "base", "base")
    assert ready.types[ready.reading(both, 1).point] == ("base", "cold", "base")


def test_signals_ring_by_what_was_done(typed: Compiled) -> None:
    game = typed.talks()
    chances = alarm_chances(game)
    snubbed = typed.events.table[list(typed.events.names).index("snub")] > 0
    assert board(game).alarms == 2
    assert chances[1, snubbed] == pytest.approx(0.8)
    assert chances[1, ~snubbed] == pytest.approx(0.1)


def test_alarms_follow_named_numbers(typed: Compiled) -> None:
    louder = typed.scenario.set({"signals.watch.false_alarm": 0.3})
    chances = alarm_chances(compile_scenario(louder).talks())
    assert chances[1].min() == pytest.approx(0.3)


def test_costs_are_counted_apart_and_undiscounted(typed: Compiled) -> None:
    ready = stage(typed)
    lineup = cast(ready, [parse("yes_but:patience=4"), parse("sincere"), parse("sincere")])
    runs, _ = play_stage(ready, lineup, runs=20, seed=1)
    assert (runs.costs[:, 0] == 4).all()
    assert expect_stage(ready, lineup).costs == pytest.approx([4])


def test_empty_offers_are_conditions_nobody_meets(typed: Compiled) -> None:
    """Ann says "if" twice and Carol never snubs; Bob's yes in vain is no fault of his."""
    ready = stage(compile_scenario(ns.loads(TYPED.partition("types.ann")[0])))
    lineup = cast(ready, [parse("yes_but:patience=2"), parse("sincere"), parse("sincere")])
    runs, _ = play_stage(ready, lineup, runs=5, seed=1, offers=True)
    assert runs.end_round.tolist() == [2] * 5
    assert runs.empty.tolist() == [[2, 0, 0]] * 5
    assert runs.empty_share()[0] == pytest.approx([2 / 3, 0, 0])
    unasked, _ = play_stage(ready, lineup, runs=5, seed=1)
    assert not unasked.empty.any()


@pytest.mark.parametrize("noise", [Noise(), Noise(0.1, 0.2)])
@pytest.mark.parametrize("rules", [("yes_but", "boulware"), ("random", "sincere")])
def test_drawn_and_exact_stages_agree(
    small: Compiled, typed: Compiled, rules: tuple[str, str], noise: Noise
) -> None:
    for compiled, more in ((small, "equilibrium"), (typed, "random")):
        ready = stage(compiled, horizon=Horizon(rounds=5))
        lineup = cast(ready, [parse(rule) for rule in [*rules, more]])
        runs, _ = play_stage(ready, lineup, runs=6000, seed=2, noise=noise, offers=True)
        known = expect_stage(ready, lineup, noise=noise, offers=True)
        for drawn, expected in (
            (runs.payoffs, known.payoffs),
            (runs.costs, known.costs),
            (runs.empty.astype(float), known.empty),
        ):
            error = drawn.std(axis=0, ddof=1) / np.sqrt(6000)
            assert (np.abs(drawn.mean(axis=0) - expected) <= 4.5 * np.maximum(error, 1e-9)).all()


def test_stages_do_not_depend_on_threads(typed: Compiled) -> None:
    ready = stage(typed)
    lineup = cast(ready, [parse("random")] * 3)
    one, _ = play_stage(ready, lineup, runs=5000, seed=2)
    two, _ = play_stage(ready, lineup, runs=5000, seed=2, threads=2)
    assert np.array_equal(one.profiles, two.profiles)
    assert np.array_equal(one.payoffs, two.payoffs)


@pytest.mark.parametrize("at_least", [1, 700])
def test_when_the_time_is_over_the_first_runs_are_played_and_as_without_a_limit(
    typed: Compiled, monkeypatch: pytest.MonkeyPatch, at_least: int
) -> None:
    monkeypatch.setattr("negsim.questions.rules.staging.LOT", 500)
    ready = stage(typed)
    lineup = cast(ready, [parse("random")] * 3)
    whole, types = play_stage(ready, lineup, runs=2000, seed=2)
    with time_limit(0):
        runs, drawn = play_stage(ready, lineup, runs=2000, seed=2, at_least=at_least)
        count = max(500, at_least)
        assert left_out() == (f"{count} of 2,000 runs",)
        assert len(play_stage(ready, lineup, runs=2000, seed=2)[0]) == 2000, "all by default"
    assert np.array_equal(drawn, types[:count])
    for name in names_of(Runs):
        assert np.array_equal(getattr(runs, name), getattr(whole, name)[:count]), name
    with time_limit(3600):
        runs, _ = play_stage(ready, lineup, runs=2000, seed=2, at_least=at_least)
    assert np.array_equal(runs.payoffs, whole.payoffs)


def test_what_is_expected_is_the_same_where_it_may_be_left_out_and_stops_when_told(
    typed: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, noise = stage(typed), Noise(0.1, 0.2)
    lineup = cast(ready, [parse("random"), parse("boulware"), parse("yes_but:patience=2")])
    whole = expect_stage(ready, lineup, noise=noise, offers=True)
    with time_limit(3600):
        found = part("it", lambda: expect_stage(ready, lineup, noise=noise, offers=True))
        assert found is not None
        for name in names_of(Expectation):
            assert np.array_equal(getattr(found, name), getattr(whole, name)), name
        over = iter([False, False])
        monkeypatch.setattr("negsim.deadline.is_over", lambda: next(over, True))
        assert part("it", lambda: expect_stage(ready, lineup, noise=noise)) is None
        assert left_out() == ("no it",)


def test_more_than_a_minute_of_work_is_not_followed_exactly(
    typed: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each of six type profiles the first of four rounds takes 3 x 2 x 2 steps."""
    ready = stage(typed)
    lineup = cast(ready, [parse("random")] * 3)
    assert expect_if_small(ready, lineup) is not None
    monkeypatch.setattr("negsim.questions.rules.staging.MOST_STEPS", 6 * 4 * 12)
    assert expect_if_small(ready, lineup) is not None
    monkeypatch.setattr("negsim.questions.rules.staging.MOST_STEPS", 6 * 12)
    assert expect_if_small(ready, lineup) is None


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_counts_the_runs_of_all_types(typed: Compiled, threads: int) -> None:
    ready = stage(typed)
    lineup = cast(ready, [parse("random")] * len(typed.scenario.parties))
    told: list[tuple[int, int]] = []
    play_stage(
        ready,
        lineup,
        runs=5000,
        seed=1,
        threads=threads,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == sorted(told)
    assert told[-1] == (5000, 5000)
    assert len(told) > 2
