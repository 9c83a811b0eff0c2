"""Ordinal-consistent samples keep to every statement, fill what is left, name contradictions."""

from __future__ import annotations

import json

import numpy as np
import pytest

from negsim.dynamics.build import compile_scenario, one_shot
from negsim.errors import UnknownNameError, UsageError
from negsim.sampling.asked import Request, parse_design
from negsim.sampling.ordinal import consistent
from negsim.sampling.points import Design
from negsim.sampling.polytope import centre, conflict, hit_and_run
from negsim.sampling.samples import extended
from negsim.sampling.statements import inequalities
from negsim.scenario.load import loads
from negsim.scenario.model import Scenario

THREE = """
format = 1
title = "Three values"
parties.east = {}
options.dig.parties = ["east"]
payoffs.east.a = { when = "dig", value = 0.1, range = [0, 1], why = "x" }
payoffs.east.b = { when = "dig", value = 0.2, range = [0, 1], why = "x" }
payoffs.east.c = { when = "not dig", value = 0.3, range = [0, 1], why = "x" }
"""


@pytest.fixture(scope="module")
def three() -> Scenario:
    return loads(THREE)


def test_a_ranking_gives_the_order_statistics(three: Scenario) -> None:
    """Three uniform numbers in order have means 1/4, 2/4, 3/4 and variances 3/80, 4/80, 3/80."""
    said = ["payoffs.east.a < payoffs.east.b < payoffs.east.c"]
    found = consistent(three, said, 4000, seed=1).values
    assert (np.diff(found, axis=1) > 0).all()
    np.testing.assert_allclose(found.mean(axis=0), [0.25, 0.5, 0.75], atol=0.01)
    np.testing.assert_allclose(found.var(axis=0), np.array([3, 4, 3]) / 80, atol=0.003)


def test_points_are_spread_evenly_over_a_corner(three: Scenario) -> None:
    """In the tetrahedron a + b + c < 1 each value has mean 1/4 and P(a < 1/2) = 7/8."""
    said = ["payoffs.east.a + payoffs.east.b + payoffs.east.c < 1"]
    found = consistent(three, said, 4000, seed=2).values
    assert (found.sum(axis=1) < 1).all()
    np.testing.assert_allclose(found.mean(axis=0), 0.25, atol=0.01)
    np.testing.assert_allclose((found < 0.5).mean(axis=0), 7 / 8, atol=0.015)


def test_what_a_party_prefers_holds_in_the_one_shot_game(scenario: Scenario) -> None:
    said = [
        "north declined truce",
        "north accepted truce at ground = 3",
        "payoffs.north.land < 1.5",
    ]
    names = ["payoffs.north.land", "payoffs.north.war", "payoffs.north.peace"]
    ranges = {"payoffs.north.peace": (-2.0, 2.0)}
    design = consistent(scenario, said, 40, 3, names, ranges)
    for row in design.values:
        there = scenario.set(dict(zip(names, row.tolist(), strict=True)))
        at_the_start = one_shot(there).payoffs[0]
        far_ahead = one_shot(there.set({"state.ground.start": 3})).payoffs[0]
        assert at_the_start[-1, -1] < at_the_start[0, 0]
        assert far_ahead[-1, -1] > far_ahead[0, 0]
        assert row[0] < 1.5


def test_an_outcome_brings_as_little_else_as_the_rules_allow() -> None:
    scenario = loads(NESTED)
    (found,) = inequalities(["east declined full"], compile_scenario(scenario), NAMES)
    assert list(found.weights) == [-1, -1, 0]
    (found,) = inequalities(["east prefers energy to full"], compile_scenario(scenario), NAMES)
    assert list(found.weights) == [0, -1, 0]
    first, second = inequalities(
        ["east prefers energy + aid to nothing to full"], compile_scenario(scenario), NAMES
    )
    assert (first.weights, second.weights) == ((1, 0, 1), (-1, -1, 0))


NAMES = ["payoffs.east.energy", "payoffs.east.full", "payoffs.east.aid"]
NESTED = """
format = 1
title = "One in another"
parties.east = {}
parties.west = {}
options.energy.parties = ["east", "west"]
options.full.parties = ["east", "west"]
options.aid.parties = ["west"]
rules.nested = "full implies energy"
talks.rounds = 1
payoffs.east.energy = { when = "energy", value = 1, range = [-1, 1], why = "x" }
payoffs.east.full = { when = "full", value = 1, range = [-1, 1], why = "x" }
payoffs.east.aid = { when = "aid", value = 1, range = [-1, 1], why = "x" }
"""


def test_contradictions_are_named_and_nothing_else_is(three: Scenario) -> None:
    said = [
        "payoffs.east.a > payoffs.east.b",
        "payoffs.east.a + payoffs.east.c > 0.1",
        "payoffs.east.b > payoffs.east.c",
        "payoffs.east.c > payoffs.east.a",
    ]
    with pytest.raises(UsageError) as caught:
        consistent(three, said, 10, seed=1)
    assert str(caught.value) == (
        'statements that cannot hold together: "payoffs.east.a > payoffs.east.b"; '
        '"payoffs.east.b > payoffs.east.c"; "payoffs.east.c > payoffs.east.a"'
    )


def test_a_contradiction_with_the_ranges_names_them(three: Scenario) -> None:
    with pytest.raises(UsageError) as caught:
        consistent(three, ["payoffs.east.a > payoffs.east.b + 1.5"], 10, seed=1)
    assert str(caught.value) == (
        'a statement that cannot hold: "payoffs.east.a > payoffs.east.b + 1.5", '
        "within the ranges of payoffs.east.a, payoffs.east.b"
    )
    with pytest.raises(UsageError, match=r'^statement "payoffs.east.c > 1" does not hold, and no'):
        consistent(three, ["payoffs.east.c > 1"], 10, 1, ["payoffs.east.a"])
    kept = consistent(three, ["payoffs.east.c > 0.2"], 10, 1, ["payoffs.east.a"])
    assert kept.names == ("payoffs.east.a",)


def test_what_leaves_no_room_is_a_contradiction(three: Scenario) -> None:
    with pytest.raises(UsageError, match=r"^statements that cannot hold together"):
        consistent(
            three,
            ["payoffs.east.a >= payoffs.east.b", "payoffs.east.b >= payoffs.east.a"],
            5,
            seed=1,
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("payoffs.east.a", 'statement "payoffs.east.a": expected NUMBER > NUMBER'),
        ("payoffs.east.a > ", 'statement "payoffs.east.a > ": expected NUMBER > NUMBER'),
        ("payoffs.east.a > 2 3", 'statement "payoffs.east.a > 2 3": expected'),
        ("payoffs.east.a > payoffs.east.bb", 'unknown number "payoffs.east.bb"; did you mean'),
        ("west accepted dig", 'unknown party "west"'),
        ("east accepted dog", 'unknown option "dog"; did you mean "dig"?'),
        ("east prefers dig", 'statement "east prefers dig": expected'),
        ("east accepted dig at depth = 2", 'unknown state variable "depth"'),
        ("east accepted dig at depth", 'statement "east accepted dig at depth": expected'),
    ],
)
def test_a_text_that_is_no_statement_is_refused(three: Scenario, text: str, message: str) -> None:
    with pytest.raises((UsageError, UnknownNameError)) as caught:
        consistent(three, [text], 5, seed=1)
    assert str(caught.value).startswith(message)


def test_whole_numbers_are_not_drawn_so(scenario: Scenario) -> None:
    with pytest.raises(UsageError, match=r"^talks\.rounds takes whole numbers only, expected a pa"):
        consistent(scenario, [], 5, 1, ["talks.rounds"])


def test_a_longer_walk_begins_with_a_shorter(three: Scenario) -> None:
    request = Request(design="ordinal:50", statements=["payoffs.east.a > payoffs.east.b"], seed=4)
    design = parse_design(request, three)
    longer = extended(design, 150)
    assert longer.values[:50].tobytes() == design.values.tobytes()
    again = Design.from_dict(json.loads(json.dumps(longer.to_dict())))
    assert extended(again, 200).values[:150].tobytes() == longer.values.tobytes()
    with pytest.raises(UsageError, match=r"expected an ordinal design of fewer points$"):
        extended(longer, 150)


def test_the_centre_is_that_of_the_largest_ball() -> None:
    found = centre(np.array([[-1.0, -1.0]]), np.array([-1.0]), [0, 1])
    assert found is not None
    radius = 1 - 1 / np.sqrt(2)
    np.testing.assert_allclose(found, [radius, radius], atol=1e-9)


def test_a_point_is_no_room() -> None:
    assert centre(np.array([[-1.0, -1.0]]), np.array([0.0]), [0, 1]) is None


def test_a_conflict_has_nothing_to_spare() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        weights = rng.standard_normal((12, 3))
        limits = rng.uniform(-0.5, 1.0, 12)
        if centre(weights, limits, range(3)) is not None:
            continue
        rows, boxed = conflict(weights, limits)
        assert centre(weights[rows], limits[rows], boxed) is None
        for row in rows:
            fewer = [each for each in rows if each != row]
            assert centre(weights[fewer], limits[fewer], boxed) is not None
        for number in boxed:
            others = [each for each in boxed if each != number]
            assert centre(weights[rows], limits[rows], others) is not None


def test_a_thin_slab_is_filled_to_both_ends() -> None:
    """Points between x - 0.001 and x + 0.001 reach along the whole diagonal."""
    weights = np.array([[1.0, -1.0], [-1.0, 1.0]])
    limits = np.array([-0.001, -0.001])
    found = hit_and_run(weights, limits, np.array([0.5, 0.5]), 2000, seed=1)
    np.testing.assert_allclose(found[:, 0].mean(), 0.5, atol=0.03)
    np.testing.assert_allclose(found[:, 0].var(), 1 / 12, atol=0.01)
