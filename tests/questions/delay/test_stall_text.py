"""The answer of ``negsim stall``: one screen, honest words, every number that decides."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.text import Text

import negsim
from negsim.drawing.save import save_figures
from negsim.dynamics.build import compile_scenario
from negsim.errors import UnknownNameError, UsageError
from negsim.page.document import write_report
from negsim.page.gather import gather
from negsim.page.sentences import (
    cause_sentence,
    discipline_sentence,
    offers_sentence,
    summary,
)
from negsim.questions.delay.answer import Stall
from negsim.questions.delay.ask import ask_stall, at_round, at_state
from negsim.questions.delay.discipline import Check
from negsim.questions.delay.draw import delay_title, stall_figures
from negsim.questions.delay.say import WIDTH, stall_lines
from negsim.scenario.load import load, loads
from negsim.scenario.model import Lever

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
NEVER = """
format = 1
title = "Talks that never end"
parties.a.discount = 0.9
parties.b.discount = 0.9
options.deal.parties = ["a", "b"]
talks.order = [["a"], ["b"]]
ends.signed = { kind = "agreement", when = "deal" }
payoffs.a.waiting = { when = "not deal", value = 1 }
payoffs.a.signature = { at = "signed", value = 5 }
payoffs.b.signature = { at = "signed", value = 1 }
channels.income.off = { "payoffs.a.waiting" = 0 }
"""
FORBIDDEN = re.compile(r"\bis stalling\b|\bstalls\b|\bare stalling\b|\bintends\b|\bwill sign\b")


def answer_of(name: str, **wanted: Any) -> Stall:
    return ask_stall(load(SCENARIOS / f"{name}.toml"), **wanted)


def shown(answer: Stall) -> str:
    return "\n".join(Text.from_markup(line).plain for line in stall_lines(answer))


@pytest.fixture(scope="module")
def march() -> Stall:
    return answer_of("march_2025")


def test_the_worked_case_fits_one_screen(march: Stall) -> None:
    lines = shown(march).splitlines()
    assert len(lines) <= 44
    assert max(map(len, lines)) <= WIDTH


def test_the_worked_case_says_everything_that_is_asked(march: Stall) -> None:
    text = " ".join(shown(march).split())
    for words in (
        "Russia, week 1 of 26, leverage 3, patience 5, aid 1",
        "the pattern called stalling",
        "S1 + an acceptable package beats leaving, 34.5 against 22.1",
        "S2 + talking on beats signing now, 35.7 against 34.5",
        "(declared: drift, cover, truce benefit)",
        "Value of delay 1.24: waiting until about week 6.7 brings 5.41 in Strikes on refineries",
        "4.27 in Position on the ground (moved) and 1.76 more, and costs 5.51 in A further week",
        "Being able to wait needs all of drift, cover and truce benefit",
        "Cause: income while talks last (",
        "commitment problem (",
        "Where: stalling in 43 % of what can occur (2,458 cells of round and state)",
        'it says "if" to Full 30-day ceasefire, worth 0.00468 more than no',
        "Delay: 5.7 weeks on average (10 % to 90 %: 1 to 12)",
        "own units): Ukraine +13.2, United States +1.26",
        "Human cost, never netted: Weeks of war for civilians 4.04, sincere 0",
        "Rivals, fearful (",
        "mirror + Russia and Ukraine exchanged",
        "relabelling + names and places",
        "The others by the same test: Ukraine, nothing acceptable beats leaving",
        "It does not tell what any real party intends",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    "name",
    ["march_2025", *sorted(f"textbook/{f.stem}" for f in (SCENARIOS / "textbook").iterdir())],
)
def test_every_screen_is_narrow_and_careful(name: str) -> None:
    answer = answer_of(name)
    text = shown(answer)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert len(text.splitlines()) <= 44
    assert not FORBIDDEN.search(text.replace("does not tell what any real party intends", ""))
    assert Stall.from_dict(json.loads(answer.to_json())).to_dict() == answer.to_dict()


def test_derived_channels_are_called_derived() -> None:
    text = shown(answer_of("textbook/lattice_walk"))
    assert "(derived: drift)" in text
    none = shown(answer_of("textbook/prisoners_dilemma"))
    assert "no channels are declared and none can be derived" in none


def test_another_party_round_and_state_can_be_asked_about() -> None:
    answer = answer_of("march_2025", party="ukraine", number=20, state="leverage=5, aid=0")
    text = shown(answer)
    assert "Ukraine, week 20 of 26, leverage 5, patience 5, aid 0" in text
    assert answer.about.focus == "ukraine"
    assert len(answer.by_round.rounds) == 7
    assert "talks end in week 2" in text


def test_the_answer_is_that_of_the_scenario_in_that_place() -> None:
    scenario = load(SCENARIOS / "march_2025.toml")
    there = scenario.set({"state.aid.start": 2, "talks.rounds": 10})
    expected = ask_stall(there, "russia")
    found = ask_stall(scenario, "russia", "aid=2", 17)
    assert found.parties[0].start == expected.parties[0].start
    assert found.parties[0].verdict == "settle"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (
            "levrage=3",
            UnknownNameError,
            'unknown state variable "levrage"; did you mean "leverage"?',
        ),
        ("leverage=9", UsageError, "--state leverage=9: expected 0 to 6"),
        ("leverage", UsageError, 'expected NAME=LEVEL,NAME=LEVEL, got "leverage"'),
        ("leverage=1,aid=x", UsageError, 'got "aid=x"'),
    ],
)
def test_a_state_must_be_one(text: str, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=re.escape(words)):
        at_state(load(SCENARIOS / "march_2025.toml"), text)


def test_a_round_must_be_one() -> None:
    with pytest.raises(UsageError, match="--round 27: expected 1 to 26"):
        at_round(load(SCENARIOS / "march_2025.toml"), 27)
    with pytest.raises(UsageError, match="alike in every round"):
        at_round(load(SCENARIOS / "textbook" / "stall_or_press.toml"), 2)


def test_talks_that_never_end_are_told_as_such(tmp_path: Path) -> None:
    """Paid 1 a round for ever, of which 5 now is half: the first side never signs."""
    scenario = loads(NEVER)
    answer = ask_stall(scenario)
    text = " ".join(shown(answer).split())
    assert "Delay: without end in the 400 rounds that are followed" in text
    assert "talks end in no round in sight" in text
    save_figures(stall_figures(answer), tmp_path)
    findings = gather(compile_scenario(scenario), 1, "negsim run", lambda _: None)
    assert "at these numbers, the talks end in no round in sight." in " ".join(summary(findings))
    write_report(findings, tmp_path / "report")
    assert "without end" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")


def test_text_of_a_scenario_is_no_markup(truce: Path) -> None:
    answer = ask_stall(load(truce))
    assert "A truce over a well & a <b>bridge</b>" in shown(answer)
    assert any("Highlands" in line for line in stall_lines(answer))


def test_labels_over_two_numbers_have_shares_and_a_boundary() -> None:
    names = ("parameters.drift", "payoffs.staller.waiting")
    scenario = load(SCENARIOS / "textbook" / "drift.toml")
    lever = Lever("waiting", "Cost", names[1], Decimal("-0.05"), Decimal("0.01"))
    answer = ask_stall(replace(scenario, levers=(lever,)), over=names)
    found = answer.over
    assert found is not None
    assert [len(axis) for axis in found.axes] == [13, 13]
    assert found.axes[1][0] == -0.05
    text = " ".join(shown(answer).split())
    assert "Over parameters.drift from 0 to 0.04 and payoffs.staller.waiting from -0.05" in text
    assert f"the label changes beside {found.boundary} points" in text
    assert sum(found.shares.values()) == pytest.approx(1)
    figure = stall_figures(answer)["over"]
    assert f"beside {found.boundary} of its points" in figure.get_suptitle().replace("\n", " ")


def test_a_number_needs_a_range_to_be_looked_over() -> None:
    with pytest.raises(UsageError, match=r"--over parameters.first_share: it has no range"):
        answer_of("textbook/drift", over=("parameters.first_share",))
    with pytest.raises(UnknownNameError, match="did you mean"):
        answer_of("textbook/drift", over=("parameters.drft",))


# ---------------------------------------------------------------- figures


def test_the_figures_are_maps_the_delay_and_the_path(march: Stall, tmp_path: Path) -> None:
    figures = stall_figures(march)
    assert list(figures) == ["ledger_russia", "labels_russia", "labels_ukraine", "delay", "path"]
    titles = [figure.get_suptitle().replace("\n", " ") for figure in figures.values()]
    assert titles[0].startswith("Delay is worth 1.24 to Russia: waiting until about week 6.7")
    assert titles[1].startswith("Russia: stalling in 43 % of what can occur")
    assert titles[3] == "Russia: delay is worth more than signing now in weeks 1 to 25"
    save_figures(stall_figures(march), tmp_path / "there")
    names = sorted(each.name for each in (tmp_path / "there").iterdir())
    assert names == sorted(f"{name}.{kind}" for name in figures for kind in ("svg", "png"))


def test_rounds_of_the_figures_are_those_of_the_talks() -> None:
    answer = answer_of("march_2025", number=23)
    delay, path = (stall_figures(answer)[name] for name in ("delay", "path"))
    for figure in (delay, path):
        ticks = [tick.get_text() for tick in figure.axes[-1].get_xticklabels()]
        assert ticks[0] == "23"
        assert ticks[-1] == "26"


def test_the_channels_and_the_rest_add_up_to_the_value_of_delay(march: Stall) -> None:
    found = march.by_round
    for place, delay in enumerate(found.delay):
        parts = sum(row[place] for row in found.channels.values())
        assert found.frozen[place] + parts == pytest.approx(delay)
    assert found.delay[0] == pytest.approx(march.parties[0].start.delay)
    assert found.frozen[0] == pytest.approx(march.parties[0].start.frozen_delay)


def test_the_title_says_in_which_rounds_delay_pays() -> None:
    about = "week", 9
    assert delay_title("A", *about, np.array([2, 3]), 1.0).endswith("in weeks 2 to 3")
    assert delay_title("A", *about, np.array([4]), 1.0).endswith("in week 4")
    assert delay_title("A", *about, np.array([2, 5]), 1.0).endswith("in 2 weeks")
    assert delay_title("A", *about, np.array([], dtype=int), -1.0) == (
        "A: delay is never worth more than signing now"
    )
    assert (
        delay_title("A", "week", None, np.array([1]), 0.5) == "A: delay is worth 0.5 in every week"
    )


# ---------------------------------------------------------------- the sentences of a run


def test_a_run_names_the_cause_the_offer_and_the_discipline(march: Stall) -> None:
    party = march.parties[0]
    assert cause_sentence(party) == (
        "Cause: income while talks last and commitment problem and coarse packages "
        "(channels declared; with derived channels alone: stalling)."
    )
    assert offers_sentence(party, "week") == (
        "Said in week 1 although it cannot take effect, and worth more than no: "
        '"if" to Full 30-day ceasefire.'
    )
    assert discipline_sentence(march.discipline, "week") == (
        "Discipline: the same outcome in week 1 under 2 of 2 rival readings, the same move under "
        "0; mirror test passed; relabelling test passed; clock test passed."
    )
    wrong = replace(march.discipline, mirror=Check("mirror", False, "9 of 10 labels differ"))
    said = discipline_sentence(wrong, "week")
    assert "mirror test FAILED (9 of 10 labels differ)" in said
    assert cause_sentence(replace(party, cause=None)) == ""
    alone = cause_sentence(replace(party, verdict_derived=None))
    assert "with derived channels alone: not tested, because none can be derived)." in alone
    assert offers_sentence(march.parties[1], "week") == ""
