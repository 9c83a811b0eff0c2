"""Stances that lead to the same are no choice: what is said is told as either."""

from __future__ import annotations

from pathlib import Path

import pytest

import negsim
from negsim.analysis.delay.sayings import either, first_words
from negsim.analysis.delay.stalling import stalling
from negsim.analysis.measures.registry import evaluate
from negsim.dynamics.build import compile_scenario
from negsim.errors import ScenarioError
from negsim.scenario.load import load, loads
from negsim.theory.stochastic.solve import solve_talks

MARCH = Path(negsim.__file__).parents[1] / "scenarios" / "march_2025.toml"

DEAL = """
format = 1
title = "Ann decides, and Bob has been heard or not"
parties.ann = {}
parties.bob = {}
options.deal = { parties = ["ann", "bob"], label = "Deal" }
options.gift = { parties = ["bob"], label = "Gift" }
talks = { rounds = 1, order = ["bob", "ann"] }
ends.signed = { kind = "agreement", when = "deal" }
payoffs.ann.deal = { at = "signed", value = -1 }
payoffs.bob.deal = { at = "signed", value = 1 }
payoffs.bob.gift = { when = "gift", value = -1 }
"""
HEARD = "payoffs.bob.said = { when = 'bob.deal == \"yes\"', value = 0.1 }\n"


def said(text: str, *stances: str) -> list[float]:
    names = [f"said.{stance}" for stance in stances]
    found = evaluate(stalling(loads(text)), names)
    return [float(found[name][0]) for name in names]


def words(text: str, player: int) -> dict[str, float]:
    compiled = compile_scenario(loads(text))
    return first_words(compiled, solve_talks(compiled.talks()), player)


def test_what_makes_no_difference_counts_both_ways() -> None:
    assert said(DEAL, "bob.deal.yes", "bob.deal.no", "bob.gift.yes") == [1, 1, 0]
    assert words(DEAL, 1) == {"Deal: either no or yes, Gift: no": 1}


def test_what_somebody_asks_about_makes_a_difference() -> None:
    assert said(DEAL + HEARD, "bob.deal.yes", "bob.deal.no") == [1, 0]
    assert words(DEAL + HEARD, 1) == {"Deal: yes, Gift: no": 1}


def test_the_place_in_the_list_decides_nothing() -> None:
    turned = DEAL.replace('parties = ["ann", "bob"], label', 'parties = ["bob", "ann"], label')
    turned = turned.replace("options.gift", "options.present").replace('"gift"', '"present"')
    assert words(turned, 1) == words(DEAL, 1)


def test_moves_that_are_no_box_of_stances_are_told_one_by_one() -> None:
    moves = compile_scenario(loads(DEAL)).moves["bob"]
    told = either([moves[0], moves[3]], loads(DEAL))
    assert told == "Deal: no, Gift: no or Deal: yes, Gift: yes"


def test_after_russias_if_ukraines_yes_and_no_are_one_in_the_worked_case() -> None:
    analysis = stalling(load(MARCH))
    names = [f"said.ukraine.full_ceasefire.{word}" for word in ("yes", "no")]
    found = evaluate(analysis, [*names, "said.russia.full_ceasefire.if"])
    assert [float(found[name][0]) for name in names] == [1, 1]
    assert found["said.russia.full_ceasefire.if"][0] == 1
    (text,) = first_words(
        analysis.compiled, analysis.plan, 2 if analysis.game.players[2] == "ukraine" else 1
    )
    assert "Full 30-day ceasefire: either no or yes" in text


def test_a_manner_says_what_costs_nothing() -> None:
    yes = DEAL.replace("parties.bob = {}", 'parties.bob = { manner = "yes" }')
    assert said(yes, "bob.deal.yes", "bob.deal.no", "bob.gift.yes") == [1, 0, 0]
    assert words(yes, 1) == {"Deal: yes, Gift: no": 1}
    no = yes.replace('"yes" }', '"no" }')
    assert words(no, 1) == {"Deal: no, Gift: no": 1}
    with pytest.raises(ScenarioError, match=r'parties.bob.manner: expected "yes" or "no", got'):
        loads(yes.replace('"yes" }', '"if" }'))
