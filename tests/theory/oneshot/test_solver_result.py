"""Certificates and results: nothing above tolerance passes, and everything can be written down."""

from __future__ import annotations

import json

import numpy as np
import pytest

from negsim.errors import ProfileError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import certify, cleaned, describe, distinct
from negsim.theory.registry import solve

DILEMMA = NormalFormGame.from_bimatrix(
    [[3, 0], [5, 1]], [[3, 5], [0, 1]], ["A", "B"], [["quiet", "talk"], ["quiet", "talk"]]
)


def test_certify_accepts_an_equilibrium_with_its_numbers() -> None:
    equilibrium = certify(DILEMMA, ([0, 1], [0, 1]))
    assert equilibrium is not None
    assert equilibrium.marks == ("pure", "strict")
    np.testing.assert_array_equal(equilibrium.payoffs, [1.0, 1.0])
    np.testing.assert_array_equal(equilibrium.regret, [0.0, 0.0])
    assert not equilibrium.payoffs.flags.writeable


def test_certify_is_relative_to_the_payoffs_in_play() -> None:
    slip = 1e-6
    profile = ([slip, 1 - slip], [0, 1])
    assert certify(DILEMMA, profile) is None
    assert certify(DILEMMA, profile, tolerance=1e-5) is not None
    tiny = NormalFormGame(DILEMMA.payoffs * 1e-9)
    assert certify(tiny, profile) is None
    assert certify(tiny, ([1, 0], [1, 0])) is None


@pytest.mark.parametrize("catastrophe", [-1e12, -1e15])
def test_no_catastrophe_excuses_a_regret_of_1000(catastrophe: float) -> None:
    elsewhere = NormalFormGame.from_bimatrix([[0, 1], [1000, catastrophe]], np.zeros((2, 2)))
    assert certify(elsewhere, elsewhere.pure_profile([0, 0])) is None
    within_reach = NormalFormGame.from_bimatrix([[0], [1000], [catastrophe]], np.zeros((3, 1)))
    assert certify(within_reach, within_reach.pure_profile([0, 0])) is None
    assert certify(within_reach, within_reach.pure_profile([1, 0])) is not None


def test_certify_refuses_what_is_no_profile() -> None:
    with pytest.raises(ProfileError, match="sums to 0"):
        certify(DILEMMA, ([0, 0], [0, 1]))


def test_solution_in_words() -> None:
    solution = solve(DILEMMA, "pure")
    written = json.loads(solution.to_json())
    assert written == solution.to_dict()
    assert written["method"] == "pure"
    assert written["players"] == ["A", "B"]
    assert written["equilibria"] == [
        {
            "profile": {"A": {"talk": 1.0}, "B": {"talk": 1.0}},
            "payoffs": {"A": 1.0, "B": 1.0},
            "regret": {"A": 0.0, "B": 0.0},
            "marks": ["pure", "strict"],
        }
    ]
    assert json.loads(solution.equilibria[0].to_json()) == written["equilibria"][0]


def test_cleaned_drops_dust_and_sums_to_one() -> None:
    (mixed,) = cleaned([np.array([0.5, -1e-15, 0.49999999, 1e-14])])
    assert mixed.sum() == pytest.approx(1.0, abs=1e-15)
    assert (mixed > 0).tolist() == [True, False, True, False]


def test_distinct_keeps_the_first_of_equals_and_sorts() -> None:
    one, other = ([1, 0], [1, 0]), ([0, 1], [0, 1])
    near = ([1 - 1e-9, 1e-9], [1, 0])
    kept = distinct(describe(DILEMMA, profile) for profile in (other, one, near))
    assert [equilibrium.profile[0].tolist() for equilibrium in kept] == [[1.0, 0.0], [0.0, 1.0]]
