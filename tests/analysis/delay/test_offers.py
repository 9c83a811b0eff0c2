"""A non-serious offer cannot take effect and is worth more to its author than saying no."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.offers import offers
from negsim.analysis.delay.replies import replies
from negsim.analysis.delay.stalling import stalling
from negsim.dynamics.chain import own_moves
from negsim.dynamics.path import first_moves
from negsim.scenario.load import load, loads

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"

PILL = """
format = 1
title = "A conditional yes keeps the mediator at the table"
parties.ann.discount = 0.9
parties.bob.discount = 0.9
options.deal.parties = ["ann", "bob"]
options.surrender.parties = ["bob"]
talks.rounds = 3
talks.order = ["ann", "bob"]
state.patience = { levels = 3, start = 2 }
parameters.loss = 0.5
ends.signed = { kind = "agreement", when = "deal" }
ends.over = { kind = "breakdown", when = "patience == 0" }
payoffs.ann.talking = { when = "not deal", value = 1 }
payoffs.ann.deal = { at = "signed", value = 0.1 }
payoffs.ann.over = { at = "over", value = -3 }
payoffs.bob.surrender = { when = "surrender", value = -9 }
payoffs.bob.deal = { at = "signed", value = 1 }
[options.deal.conditions.ann]
when = "surrender"
[changes.wears]
when = "not deal"
add = { patience = -1 }
chance = 'loss * (1 - (ann.deal == "if"))'
"""


def test_a_conditional_yes_that_only_buys_patience_is_not_serious() -> None:
    analysis = stalling(loads(PILL).set({"state.patience.start": 1}))
    found = offers(analysis, 0)
    [(offer, chance, gain)] = found.at_start
    assert (offer.option, offer.stance, chance) == ("deal", "if", 1)
    moves = analysis.compiled.moves["ann"]
    no = [move.stances["deal"] for move in moves].index("no")
    worth = replies(analysis.plan, 0, np.zeros((0, analysis.compiled.num_events), dtype=int)).worth
    place = [move.stances["deal"] for move in moves].index("if")
    start = int(analysis.plan.game.start[0])
    assert gain == pytest.approx(worth[-1, start, place] - worth[-1, start, no])
    assert gain > 0


def test_the_gain_is_worked_out_by_hand_in_the_last_but_one_round() -> None:
    """Patience 1, two rounds left: no costs half a chance of -3 and of the last round's worth."""
    scenario = loads(PILL).set({"talks.rounds": 2, "state.patience.start": 1})
    [(_, _, gain)] = offers(stalling(scenario), 0).at_start
    last = 1.0
    assert gain == pytest.approx((1 + 0.9 * last) - (1 + 0.5 * -3 + 0.5 * 0.9 * last))


def test_an_offer_that_buys_nothing_is_no_pill() -> None:
    found = offers(stalling(loads(PILL).set({"parameters.loss": 0})), 0)
    assert found.offers == found.at_start == ()
    assert (found.share, found.share_of_path) == (0, 0)


def test_an_offer_made_out_of_politeness_is_no_pill() -> None:
    """Ann is indifferent and the tie goes to what pleases Bob: it gains her nothing."""
    polite = 'payoffs.bob.polite = { when = "not deal", value = 0.1, per = \'ann.deal == "if"\' }\n'
    text = PILL.replace("[options.deal.conditions.ann]", f"{polite}[options.deal.conditions.ann]")
    scenario = loads(text).set({"parameters.loss": 0})
    analysis = stalling(scenario)
    said = first_moves(analysis.plan, 0)[0]
    words = [move.stances["deal"] for move in analysis.compiled.moves["ann"]]
    assert said[words.index("if")] == 1
    assert offers(analysis, 0).offers == ()


def test_where_the_next_round_can_still_buy_it_this_one_need_not() -> None:
    assert offers(stalling(loads(PILL)), 0).at_start == ()


def test_a_consent_that_is_taken_up_is_serious() -> None:
    scenario = loads(PILL).set({"payoffs.ann.deal": 99})
    found = offers(stalling(scenario), 0)
    assert found.at_start == ()


def test_shares_count_live_cells_and_rounds_of_the_path() -> None:
    analysis = stalling(loads(PILL))
    found = offers(analysis, 0)
    made = found.offers[0].made
    live = analysis.live[0]
    assert found.share == pytest.approx((made[live] > 0).mean())
    reached = analysis.path.reached[0]
    expected = (reached * made[::-1]).sum() / reached.sum()
    assert found.share_of_path == pytest.approx(expected)
    assert 0 < found.share < 1


def test_what_each_move_is_worth_agrees_with_the_plan() -> None:
    analysis = stalling(load(SCENARIOS / "textbook" / "three_party_talks.toml"))
    rows = np.ones((1, analysis.compiled.num_events), dtype=np.int64)
    for player in range(3):
        found = replies(analysis.plan, player, rows)
        assert found.chance.sum(axis=2) == pytest.approx(1)
        assert found.effect[..., 0] == pytest.approx(1)
        played = (found.worth * found.chance).sum(axis=2)
        assert played == pytest.approx(analysis.plan.values[0, :, player], abs=1e-12)
        best = found.worth.max(axis=2)
        assert best == pytest.approx(analysis.plan.values[0, :, player], abs=1e-9)


def test_own_moves_number_the_profiles_in_the_order_of_moving() -> None:
    plan = stalling(load(SCENARIOS / "textbook" / "three_party_talks.toml")).plan
    sizes = [plan.game.num_moves[player] for group in plan.game.order for player in group]
    found = np.stack([own_moves(plan, player) for group in plan.game.order for player in group])
    assert np.array_equal(np.ravel_multi_index(tuple(found), sizes), np.arange(np.prod(sizes)))


def test_the_worked_case_has_one_in_round_1_and_its_mirror_has_the_same() -> None:
    gains = []
    for name, player in (("march_2025", 0), ("march_2025_mirror", 1)):
        found = offers(stalling(load(SCENARIOS / f"{name}.toml")), player)
        [(offer, chance, gain)] = found.at_start
        assert (offer.option, offer.stance, chance) == ("full_ceasefire", "if", 1)
        gains.append(gain)
    assert gains[0] == pytest.approx(gains[1])
    assert gains[0] > 0
