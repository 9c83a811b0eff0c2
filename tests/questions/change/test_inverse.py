"""Inverse analysis: what it answers is checked by solving the changed game, and is the least."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.dynamics.build import compile_scenario
from negsim.errors import UnknownNameError, UsageError
from negsim.questions.change.inverse import KINDS, Inverse, holds, inverse
from negsim.questions.change.linear_game import linear_game, profiles_of, width_of
from negsim.scenario.load import loads
from negsim.scenario.model import Scenario

DILEMMA = """
format = 1
title = "Two sides that would each rather not observe"
parties.row = {}
parties.column = {}
options.row_observes.parties = ["row"]
options.column_observes.parties = ["column"]
[payoffs.row]
peace  = { when = "row_observes and column_observes", value = 3, range = [0, 6] }
gain   = { when = "column_observes and not row_observes", value = 5, range = [0, 10] }
war    = { when = "not row_observes and not column_observes", value = 1, range = [0, 2] }
[payoffs.column]
peace  = { when = "row_observes and column_observes", value = 3, range = [0, 6] }
gain   = { when = "row_observes and not column_observes", value = 5, range = [0, 10] }
war    = { when = "not row_observes and not column_observes", value = 1, range = [0, 2] }
"""

PEACE = "row_observes and column_observes"


def random_scenario(seed: int) -> tuple[Scenario, str]:
    """Return a small scenario drawn by lot and an outcome that some moves lead to."""
    rng = np.random.default_rng(seed)
    parties = ["ann", "bob", "cleo"][: int(rng.integers(2, 4))]
    options = {"deal": parties[:2], "arms": [parties[0]], "aid": [parties[-1]]}
    if len(parties) == 3 and rng.random() < 0.5:
        options["pact"] = parties
    lines = ["format = 1", 'title = "By lot"', *(f"parties.{name} = {{}}" for name in parties)]
    lines += [f"options.{name}.parties = {own}".replace("'", '"') for name, own in options.items()]
    lines.append('ends.signed = { kind = "agreement", when = "deal" }')
    for party in parties:
        for k in range(int(rng.integers(2, 6))):
            chosen = rng.choice(list(options), size=2, replace=False)
            joined = str(rng.choice(["and", "or", "and not"]))
            at = ', at = "signed"' if rng.random() < 0.2 else ""
            value = round(float(rng.normal(0, 3)), 2)
            span = f", range = [{min(value, 0) - 1:.2f}, {max(value, 0) + 1:.2f}]"
            lines.append(
                f'payoffs.{party}.term_{k} = {{ when = "{chosen[0]} {joined} {chosen[1]}", '
                f"value = {value}{span if rng.random() < 0.8 else ''}{at} }}"
            )
    wanted = [name if rng.random() < 0.5 else f"not {name}" for name in options]
    return loads("\n".join(lines)), " and ".join(wanted[: int(rng.integers(1, len(wanted) + 1))])


def part_way(found: Inverse, scenario: Scenario, part: float) -> Scenario:
    """Return the scenario with part of each change made."""
    return scenario.set(
        {each.name: each.before + part * (each.after - each.before) for each in found.changes}
    )


def settles(scenario: Scenario, outcome: str) -> bool:
    """Tell whether some profile leads to the outcome with the deal in effect."""
    compiled = compile_scenario(scenario)
    return bool((profiles_of(compiled, outcome) & profiles_of(compiled, "deal")).any())


def check(seed: int) -> str:
    """Check every kind of answer of one random scenario; return what was found."""
    scenario, outcome = random_scenario(seed)
    told = []
    costs = {}
    for kind in KINDS:
        if kind == "settlement" and not settles(scenario, outcome):
            with pytest.raises(UsageError, match="conclude"):
                inverse(scenario, outcome, kind)
            continue
        found = inverse(scenario, outcome, kind)
        told.append(f"{kind}: {'changed' if found.changes else found.possible}")
        costs[kind] = found.cost
        assert found.verified == found.possible, (seed, kind)
        if found.changes and found.exact:
            wanted = profiles_of(compile_scenario(scenario), outcome)
            less = part_way(found, scenario, 0.99)
            assert not holds(compile_scenario(less), wanted, kind), (seed, kind)
        total = sum(each.cost for each in found.changes)
        assert not found.possible or total == pytest.approx(found.cost, abs=1e-6)
    assert costs["sequential"] <= costs["nash"] + 1e-6, "a Nash equilibrium is sequentially stable"
    return "; ".join(told)


@pytest.mark.parametrize("seed", range(40))
def test_answers_hold_when_the_changed_game_is_solved(seed: int) -> None:
    check(seed)


@pytest.mark.slow
def test_answers_hold_on_five_hundred_scenarios() -> None:
    told = [check(seed) for seed in range(500)]
    for kind in KINDS:
        assert sum(f"{kind}: changed" in each for each in told) >= 50, "the check is not empty"


def test_the_dilemma_has_its_answer_by_hand() -> None:
    """Peace 3 must reach gain 5 for both: two units each, of ranges 6 (peace) and 10 (gain)."""
    found = inverse(loads(DILEMMA), PEACE)
    assert found.exact
    assert found.verified
    assert {each.name: round(each.after, 3) for each in found.changes} == {
        "payoffs.row.gain": 3.0,
        "payoffs.column.gain": 3.0,
    }
    assert found.cost == pytest.approx(0.4, abs=1e-4)
    assert all(each.within for each in found.changes)
    assert [each.player for each in found.binding] == ["Row", "Column"]
    assert inverse(loads(DILEMMA), PEACE, "sequential").cost == 0, "it is stable if foreseen"


def test_costs_decide_what_is_changed() -> None:
    prices = {"payoffs.row.gain": 10.0, "payoffs.column.gain": 10.0}
    found = inverse(loads(DILEMMA), PEACE, costs=prices)
    assert sorted(each.name for each in found.changes) == [
        "payoffs.column.peace",
        "payoffs.row.peace",
    ]


def test_only_named_values_change_and_what_cannot_be_done_is_said() -> None:
    found = inverse(loads(DILEMMA), PEACE, names=["payoffs.row.gain"])
    assert not found.possible
    assert found.cost == float("inf")


def test_the_slopes_are_those_of_the_solved_game() -> None:
    scenario, _ = random_scenario(3)
    game = linear_game(scenario, "deal")
    steps = np.random.default_rng(1).normal(size=len(game.names))
    moved = scenario.set(dict(zip(game.names, game.values + steps, strict=True)))
    again = linear_game(moved, "deal").base
    assert again == pytest.approx(game.base + np.tensordot(steps, game.slopes, 1), abs=1e-9)
    assert width_of(loads(DILEMMA), "payoffs.row.gain") == 10


@pytest.mark.parametrize(
    ("outcome", "kind", "names", "error", "words"),
    [
        ("row_observe", "nash", None, UnknownNameError, 'did you mean "row_observes"'),
        ("row_observes and", "nash", None, UsageError, 'outcome "row_observes and"'),
        ("row_observes and not row_observes", "nash", None, UsageError, "no moves"),
        (PEACE, "nsh", None, UnknownNameError, 'did you mean "nash"'),
        (PEACE, "nash", ["payoffs.row.gian"], UnknownNameError, "payoffs.row.gain"),
        (PEACE, "nash", ["parties.row.discount"], UsageError, "only payoff values"),
        (PEACE, "settlement", None, UsageError, "conclude"),
    ],
)
def test_bad_requests_are_told_in_one_line(
    outcome: str, kind: str, names: list[str] | None, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as told:
        inverse(loads(DILEMMA), outcome, kind, names)
    assert "\n" not in str(told.value)
