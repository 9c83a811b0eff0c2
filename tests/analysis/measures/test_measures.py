"""Measures: one number a point, named alone, with a party or with a claim."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.stalling import LABELS, Stalling, analyse
from negsim.analysis.measures.measure import subjects
from negsim.analysis.measures.registry import evaluate, label_name, measures, parse_measure
from negsim.dynamics.build import compile_scenario
from negsim.errors import NegsimError, UnknownNameError, UsageError
from negsim.playing.registry import parse
from negsim.scenario.load import load

DRIFT = Path(negsim.__file__).parents[1] / "scenarios" / "textbook" / "drift.toml"


@pytest.fixture(scope="module")
def drift() -> Stalling:
    """Return the drift scenario at its own numbers, and with settling at once."""
    compiled = compile_scenario(load(DRIFT))
    points = compiled.points({"parameters.drift": [0.02, 0.005]})
    others = [parse("equilibrium")] * (len(compiled.scenario.parties) - 1)
    rules = tuple((parse(rule), *others) for rule in ("hardliner", "sincere"))
    return replace(analyse(compiled, points), rules=rules)


def of(analysis: Stalling, name: str) -> list[float]:
    found = evaluate(analysis, [name])[name]
    assert found.shape == (len(analysis.points),)
    return [float(value) for value in found]


def test_measures_at_the_start_are_the_closed_forms(drift: Stalling) -> None:
    frozen = 0.98 * (0.4 - 0.002) - 0.001 - 0.4
    once = 0.98 * (0.4 + 0.005 - 0.002) - 0.001 - 0.4
    assert of(drift, "value.staller") == pytest.approx([0.47557701479292225, 0.4])
    assert of(drift, "delay.staller") == pytest.approx([0.07557701479292225, once])
    assert of(drift, "frozen_delay.staller") == pytest.approx([frozen, frozen])
    assert of(drift, "round_premium.staller") == pytest.approx(
        [0.07557701479292225 - frozen, once - frozen]
    )
    assert of(drift, "round_premium_part.staller.drift") == of(drift, "round_premium.staller")
    assert of(drift, "worth_of_waiting.staller") == pytest.approx([0.07557701479292225, 0])
    assert of(drift, "premium.staller") == of(drift, "worth_of_waiting.staller")
    assert np.isnan(of(drift, "premium_part.staller.drift")).all()
    assert [label_name(code) for code in of(drift, "label.staller")] == ["stalling", "settle"]


def test_cover_is_talking_less_leaving(drift: Stalling) -> None:
    found = drift.start.prospects
    assert of(drift, "cover.staller") == (found.talk - found.leave)[:, 0, 0, 0].tolist()
    failure_now = -0.001 + 0.02 * 0.98 * (0.42 - 0.1)
    assert of(drift, "cover.staller")[0] == pytest.approx(0.47557701479292225 - failure_now)


def test_the_share_of_stalling_is_counted_over_live_rounds_and_states(drift: Stalling) -> None:
    first, second = of(drift, "stalling_share.staller")
    assert first == pytest.approx(22 / 40)
    assert second == 0


def test_how_the_talks_end(drift: Stalling) -> None:
    assert of(drift, "agreement_chance") == pytest.approx([0.98**22, 1])
    rounds = sum(0.02 * 0.98**t * (t + 1) for t in range(22)) + 23 * 0.98**22
    assert of(drift, "end_round") == pytest.approx([rounds, 1])


def test_the_chance_of_what_a_claim_expects(drift: Stalling) -> None:
    assert of(drift, "expected.waits_just_below_the_threshold") == [1, 0]
    assert of(drift, "expected.settles_just_above_the_threshold") == [0, 1]


def test_a_round_that_is_not_reached_has_no_chance(drift: Stalling) -> None:
    scenario = load(DRIFT)
    late = DRIFT.read_text(encoding="utf-8") + (
        '[claims.late]\nsays = "late"\nexpect = { round = 30, outcome = "settle" }\n'
    )
    analysis = analyse(compile_scenario(negsim.loads(late)))
    assert np.isnan(of(analysis, "expected.late")).all()
    assert scenario.rounds == 40


def test_several_measures_at_once(drift: Stalling) -> None:
    found = evaluate(drift, ["value.staller", "agreement_chance"])
    assert list(found) == ["value.staller", "agreement_chance"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("valu.staller", 'unknown measure "valu"; did you mean "value"?'),
        ("value.stallr", 'unknown party "stallr"; did you mean "staller"?'),
        ("expected.waits", 'unknown claim "waits"'),
        ("expected.value_of_the_talks", "unknown claim"),
    ],
)
def test_an_unknown_name_is_an_error_that_suggests(drift: Stalling, name: str, words: str) -> None:
    with pytest.raises(UnknownNameError, match=re.escape(words)):
        evaluate(drift, [name])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("value", 'measure "value" needs a party, as in "value.staller"'),
        ("agreement_chance.staller", 'measure "agreement_chance" stands alone'),
        ("expected", 'needs a claim, as in "expected.waits_just_below_the_threshold"'),
    ],
)
def test_a_party_or_claim_too_many_or_too_few_is_an_error(
    drift: Stalling, name: str, words: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        evaluate(drift, [name])


def test_every_measure_has_a_unit_and_says_what_it_is(drift: Stalling) -> None:
    for name in measures:
        entry = measures[name]
        assert entry.name == name
        assert re.fullmatch("[a-z0-9 ]+", entry.unit)
        assert entry.summary.endswith(".")
        if entry.of == "type and round":
            continue  # this scenario has no types: see test_expected_belief
        subject = {
            "": "",
            "party": ".staller",
            "claim": ".waits_just_below_the_threshold",
            "end": ".no_agreement",
            "option": "." + drift.compiled.scenario.options[0].name,
            "stance": "." + subjects(drift.compiled.scenario, "stance")[0],
            "number of slips": ".0",
            "party and channel": "." + subjects(drift.compiled.scenario, "party and channel")[0],
        }
        place = parse_measure(name + subject[entry.of], drift.compiled.scenario)[1]
        with suppress(NegsimError):  # a measure of scenarios of another kind
            assert entry.compute(drift, place).shape == (2,)


def test_label_codes_have_names_and_others_do_not() -> None:
    assert [label_name(code) for code in range(len(LABELS))] == list(LABELS)
    for code in (-1, len(LABELS)):
        with pytest.raises(UnknownNameError, match="label code"):
            label_name(code)
