"""The tests run beside the headline: rival types, mirror, relabelling."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.channels import with_channels
from negsim.analysis.delay.stalling import Stalling, analyse, stalling
from negsim.dynamics.build import compile_scenario
from negsim.dynamics.path import path
from negsim.questions.delay import discipline as module
from negsim.questions.delay.discipline import (
    WAIT,
    calm,
    discipline,
    mirror_test,
    opening,
    relabelling_test,
)
from negsim.scenario.load import load
from negsim.scenario.model import Mirror, Scenario
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.solve import solve_talks

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"


def march(rounds: int = 6) -> Scenario:
    return load(SCENARIOS / "march_2025.toml").set({"talks.rounds": rounds})


def x1() -> Scenario:
    return load(SCENARIOS / "textbook" / "three_party_talks.toml")


# ---------------------------------------------------------------- mirror and relabelling


def test_the_labels_of_the_worked_case_exchange_in_the_mirror() -> None:
    found = mirror_test(stalling(march()))
    assert found.holds is True
    assert "Russia and Ukraine exchanged, all 1,074 labels agree" in found.text


def test_without_a_mirror_the_test_is_not_run() -> None:
    found = mirror_test(stalling(x1()))
    assert found.holds is None
    assert "no mirror is declared" in found.text


def test_a_mirror_that_reflects_too_little_fails() -> None:
    scenario = replace(march(), mirror=Mirror(("russia", "ukraine"), ()))
    assert mirror_test(stalling(scenario)).holds is True, "names alone may always be exchanged"
    wrong = mirror_test(Wrong(stalling(march())).analysis)
    assert wrong.holds is False
    assert "labels differ" in wrong.text


class Wrong:
    """An analysis whose first party is labelled by another rule: names matter in it."""

    def __init__(self, right: Stalling) -> None:
        labels = np.array(right.everywhere.labels)
        labels[:, :, 0] = 0
        right.everywhere.__dict__["labels"] = labels
        self.analysis = right


@pytest.mark.parametrize("scenario", [march(), x1()], ids=["march", "x1"])
def test_names_and_places_do_not_matter(scenario: Scenario) -> None:
    found = relabelling_test(stalling(scenario))
    assert found.holds is True
    assert relabelling_test(Wrong(stalling(scenario)).analysis).holds is False


def test_a_party_alone_cannot_be_relabelled() -> None:
    found = relabelling_test(stalling(load(SCENARIOS / "textbook" / "drift.toml")))
    assert found.holds is None


def test_the_relabelled_talks_are_other_talks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every party has another name and another place, and its payoffs have gone with it."""
    seen = []
    monkeypatch.setattr(
        module, "compile_scenario", lambda given: (seen.append(given), compile_scenario(given))[1]
    )
    base = stalling(x1())
    relabelling_test(base)
    [renamed] = seen
    values = dict(zip(base.plan.game.players, base.value[0], strict=True))
    other = analyse(compile_scenario(renamed))
    turned = dict(zip(other.plan.game.players, other.value[0], strict=True))
    names = list(values)
    for name in names:
        assert values[name] != pytest.approx(turned[name])
    assert sorted(turned.values()) == pytest.approx(sorted(values.values()))


# ---------------------------------------------------------------- rival types


def test_declared_types_are_the_rivals() -> None:
    found = discipline(stalling(load(SCENARIOS / "march_2025_fearful.toml")), 0)
    assert found.declared
    assert [rival.label for rival in found.rivals] == ["impasse", "stalling"]
    same = [rival.name for rival in found.rivals if rival.same]
    assert same == ["Minds rearmament behind a ceasefire"]
    assert all(rival.same_outcome for rival in found.rivals)


def test_made_rivals_of_the_worked_case_bring_the_same_outcome_in_round_1() -> None:
    found = discipline(stalling(load(SCENARIOS / "march_2025.toml")), 0)
    assert not found.declared
    assert [rival.name for rival in found.rivals] == ["fearful", "slow"]
    assert [rival.same_outcome for rival in found.rivals] == [True, True]
    assert not any(rival.same for rival in found.rivals), (
        "the conditional yes tells them apart, and nothing else"
    )
    assert found.rivals[0].made.startswith("a signature without its conditions costs it")
    assert found.rivals[1].label == "settle"


def test_without_channels_no_rival_is_made() -> None:
    found = discipline(stalling(load(SCENARIOS / "textbook" / "prisoners_dilemma.toml")), 0)
    assert found.rivals == ()


def test_the_slow_rival_signs_as_soon_as_it_can() -> None:
    """Drift: without drift it would settle at once, so it does in the week after those."""
    analysis = stalling(load(SCENARIOS / "textbook" / "drift.toml"))
    fearful, slow = discipline(analysis, 0).rivals
    assert (slow.label, slow.move, slow.same) == ("settle", "Settle: no", True)
    assert (fearful.label, fearful.same) == ("waiting", True)


def early_and_late(scenario: Scenario, player: int) -> tuple[Plan, Plan]:
    compiled = compile_scenario(scenario)
    game = compiled.talks(calm(compiled, scenario.parties[player].name))
    left = game.with_rounds(int(game.rounds[0]) - WAIT)
    later = solve_talks(left)
    return solve_talks(opening(game, later, player)), later


def test_the_opening_leads_to_the_later_rounds() -> None:
    """With no agreement to be signed, the opening is the first rounds of the whole talks."""
    scenario = march(7)
    hopeless = {f"payoffs.{name}.war_goes_on": 500 for name in ("russia", "ukraine")}
    early, _ = early_and_late(scenario.set(hopeless), 0)
    compiled = compile_scenario(scenario.set(hopeless))
    whole = solve_talks(compiled.talks(calm(compiled, "russia")))
    assert early.values[0, -1] == pytest.approx(whole.values[0, -1], rel=1e-9)


def test_in_the_opening_the_party_signs_nothing() -> None:
    early, later = early_and_late(march(7), 0)
    concluding = early.game.agreement[0] >= 1
    assert path(early).ends[0, :, early.game.ends.index("signed")].sum() == 0
    assert path(later).ends[0, :, early.game.ends.index("signed")].sum() > 0.9
    signed = (early.game.payoffs[0, 0] < later.game.payoffs[0, 0] - 1)[concluding]
    assert signed.all()
    assert later.game.rounds[0] == 4


def test_what_limited_options_pay_is_there_for_every_rival() -> None:
    compiled = compile_scenario(march())
    point = dict(zip(compiled.names, calm(compiled, "russia")[0], strict=True))
    assert point["parameters.front_speed"] == 0
    assert point["payoffs.russia.talks_standing"] == 0
    assert point["payoffs.russia.truce_relief"] == 1
    assert point["payoffs.ukraine.truce_relief"] == 1


def test_derived_channels_make_rivals_too() -> None:
    scenario = with_channels(load(SCENARIOS / "textbook" / "lattice_walk.toml"))
    found = discipline(stalling(scenario), 0)
    assert [rival.name for rival in found.rivals] == ["fearful", "slow"]
