"""A truce kept by the threat of ending it, and mixed play: closed forms and refusals."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from negsim.analysis.delay.stalling import analyse
from negsim.analysis.outcomes.mixed_play import mixed_play
from negsim.analysis.signals.kept_truce import alarms, kept_truce, truce_profile
from negsim.dynamics.build import compile_scenario
from negsim.errors import GameError
from negsim.scenario.load import load, loads

TEXTBOOK = Path(__file__).resolve().parents[3] / "scenarios" / "textbook"
DILEMMA = load(TEXTBOOK / "prisoners_dilemma.toml")
WATCHED = """
format = 1
title = "Two who could strike"
parties.a.discount = 0.9
parties.b.discount = 0.9
options.a_strikes.parties = ["a"]
options.b_strikes.parties = ["b"]
talks.rounds = 1
signals.first = { about = "a_strikes", detection = 0.8, false_alarm = 0.1 }
signals.second = { about = "b_strikes", detection = 0.6, false_alarm = 0.2 }
payoffs.a.calm = { when = "not a_strikes and not b_strikes", value = 3 }
payoffs.a.gain = { when = "a_strikes and not b_strikes", value = 5 }
payoffs.a.war = { when = "a_strikes and b_strikes", value = 1 }
payoffs.b.calm = { when = "not a_strikes and not b_strikes", value = 3 }
payoffs.b.gain = { when = "b_strikes and not a_strikes", value = 4 }
payoffs.b.war = { when = "a_strikes and b_strikes", value = 1 }
"""


def test_the_dilemma_needs_the_textbook_discount() -> None:
    """THEORY I: grim (T - R) / (T - P) = 1/2; two rounds .6180, three .5437."""
    analysis = analyse(compile_scenario(DILEMMA))
    truce = kept_truce(analysis.compiled, analysis.points[0], analysis.last_rounds[0])
    assert truce.discount() == pytest.approx([0.5, 0.5], abs=1e-12)
    assert truce.discount(2) == pytest.approx([(math.sqrt(5) - 1) / 2] * 2, abs=1e-12)
    assert truce.discount(3) == pytest.approx([0.5436890126920764] * 2, abs=1e-12)
    assert truce.value(np.array([0.9, 0.9])) == pytest.approx([3.0, 3.0])


def test_alarms_of_several_signals_ring_independently() -> None:
    """THEORY C1 with alpha = 1 - 0.9 x 0.8 and each side's own chance of being seen."""
    analysis = analyse(compile_scenario(loads(WATCHED)))
    silent, seen = alarms(analysis.compiled, analysis.points[0])
    assert silent == pytest.approx(0.72)
    assert seen == pytest.approx([1 - 0.2 * 0.8, 1 - 0.9 * 0.4])
    truce = kept_truce(analysis.compiled, analysis.points[0], analysis.last_rounds[0])
    alpha = 0.28
    for gain, beta, found in zip((2, 1), seen, truce.discount(), strict=True):
        assert found == pytest.approx(gain / ((1 - alpha) * gain + (beta - alpha) * 2))
    value = 1 + 0.1 * 2 / (0.1 + 0.9 * alpha)
    assert truce.value(np.array([0.9, 0.9])) == pytest.approx([value, value])


def test_no_one_truce_and_no_one_fallback_are_told() -> None:
    battle = analyse(compile_scenario(load(TEXTBOOK / "battle_of_the_sexes.toml")))
    with pytest.raises(GameError, match="which is the truce"):
        truce_profile(battle.compiled, battle.last_rounds[0])
    hunt = analyse(compile_scenario(load(TEXTBOOK / "stag_hunt.toml")))
    found = kept_truce(hunt.compiled, hunt.points[0], hunt.last_rounds[0])
    assert found.discount() == pytest.approx([0.0, 0.0])
    alone = np.array([[[0.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 1.0]]])
    alone[0, 1, 0] = alone[1, 0, 1] = 0.5
    with pytest.raises(GameError, match="0 pure equilibria beside the truce"):
        kept_truce(hunt.compiled, hunt.points[0], alone)


DILEMMA_PAYOFFS = np.array([[[1.0, 5.0], [0.0, 3.0]], [[1.0, 0.0], [5.0, 3.0]]])


def test_mixed_play_is_the_equilibrium_in_which_most_mix() -> None:
    """Volunteer's dilemma of three: stand aside with chance sqrt(c / b), Diekmann (1985)."""
    helps = np.indices((2, 2, 2))
    payoffs = 1.0 * (helps.sum(axis=0) > 0) - 0.25 * helps
    found = mixed_play(payoffs)
    assert found is not None
    assert [own[0] for own in found.profile] == pytest.approx([0.5, 0.5, 0.5], abs=1e-9)
    assert found.payoffs == pytest.approx([0.75] * 3, abs=1e-9)
    assert mixed_play(DILEMMA_PAYOFFS) is None
    assert mixed_play(np.zeros((2, 1, 3))) is None
