"""What keeps a truce by how an alarm is answered: closed forms of THEORY C1 and I, and refusals."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from negsim.analysis.signals.punishments import punishments
from negsim.dynamics.build import compile_scenario
from negsim.errors import SolverError
from negsim.questions.outcomes.ask import solve_scenario
from negsim.scenario.load import load, loads
from negsim.scenario.model import Scenario
from tests.analysis.signals.test_kept_truce import WATCHED

TEXTBOOK = Path(__file__).resolve().parents[3] / "scenarios" / "textbook"


def told(scenario: Scenario) -> dict[str, Any]:
    return punishments(compile_scenario(scenario))


def least(answers: dict[str, Any], player: str) -> list[float]:
    """Return the smallest discount of each answer to an alarm, NaN where none is enough."""
    kept = [answer["discounts"][player] for answer in answers["answers"]]
    return [own[0][0] if own else math.nan for own in kept]


def test_the_dilemma_by_every_answer() -> None:
    """THEORY I: grim 1/2, two rounds .6180, tit for tat Nash from 2/3 and never subgame-perfect."""
    answers = told(load(TEXTBOOK / "prisoners_dilemma.toml"))
    assert set(answers["truce"].values()) == {"yes"}
    assert set(answers["instead"].values()) == {"no"}
    grim, ten, five, two, one, nash, perfect = least(answers, "Row")
    assert (grim, two, nash) == pytest.approx((0.5, (math.sqrt(5) - 1) / 2, 2 / 3), abs=1e-12)
    for rounds, root in ((10, ten), (5, five)):
        assert sum(root**k for k in range(1, rounds + 1)) == pytest.approx(1, abs=1e-12)
    assert one == 1.0, "only in the limit"
    assert math.isnan(perfect)


def test_one_round_under_a_monitor() -> None:
    """THEORY C1: A delta >= g with A = (0.6 - 0.05) 2 - 0.05 = 1.05 and g = 1."""
    answers = told(load(TEXTBOOK / "ceasefire_monitoring.toml"))
    found = least(answers, "Watched side")
    assert found[0] == pytest.approx(1 / 2.05, abs=1e-12)
    assert found[4] == pytest.approx(1 / 1.05, abs=1e-12)
    assert found == sorted(found)
    assert "needs alarms by side" in answers["why_no_tit_for_tat"]


def test_tit_for_tat_needs_alarms_that_are_alike() -> None:
    unlike = told(loads(WATCHED))
    assert "needs alarms by side" in unlike["why_no_tit_for_tat"]
    alike = WATCHED.replace(
        "detection = 0.6, false_alarm = 0.2", "detection = 0.8, false_alarm = 0.1"
    )
    answers = told(loads(alike))
    assert answers["why_no_tit_for_tat"] == ""
    assert len(answers["answers"]) == 7
    assert answers["false_alarm"] == pytest.approx(1 - 0.9**2)


def test_solving_by_critical_discounts_tells_the_truce() -> None:
    compiled = compile_scenario(load(TEXTBOOK / "prisoners_dilemma.toml"))
    (answer,) = solve_scenario(compiled, ["critical_discount"])["solutions"]
    assert answer["answers"] == punishments(compiled)["answers"]
    battle = compile_scenario(load(TEXTBOOK / "battle_of_the_sexes.toml"))
    with pytest.raises(SolverError, match=r"no truce to keep: 0 profiles .*--truce PARTY=MOVE"):
        solve_scenario(battle, ["critical_discount"])
