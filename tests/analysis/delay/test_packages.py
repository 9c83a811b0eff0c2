"""The bargaining problem of a scenario: what concludes, who must consent, what no deal is worth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.packages import bargaining_problem
from negsim.dynamics.build import compile_scenario
from negsim.errors import UsageError
from negsim.scenario.load import load, loads
from negsim.theory.bargaining.solutions import bargain

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"

TALKS = """
format = 1
title = "Two packages and a bonus that Bob may add"
[parties.ann]
reservation = { value = 5 }
[parties.bob]
[options.north]
parties = ["ann", "bob"]
[options.south]
parties = ["ann", "bob"]
[options.bonus]
parties = ["bob"]
[rules]
one = "not (north and south)"
[talks]
rounds = 2
order = [["bob"], ["ann"]]
[ends.signed]
kind = "agreement"
when = "north or south"
[payoffs.ann.north]
at = "signed"
when = "north"
value = 4
[payoffs.ann.south]
at = "signed"
when = "south"
value = 6
[payoffs.ann.bonus]
at = "signed"
when = "bonus"
value = 3
[payoffs.bob.signed]
at = "signed"
when = "north"
value = 8
[payoffs.bob.south]
at = "signed"
when = "south"
value = 4
[payoffs.bob.bonus]
at = "signed"
when = "bonus"
value = -3
[payoffs.bob.fails]
at = "no_agreement"
value = 2
"""


def problem_of(text: str, **options: object) -> object:
    return bargaining_problem(compile_scenario(loads(text)), **options)


def test_packages_conclude_and_say_whom_they_need() -> None:
    problem = problem_of(TALKS)
    table = {
        label: (payoffs, consent)
        for label, payoffs, consent in zip(
            problem.labels, problem.payoffs.tolist(), problem.consent.tolist(), strict=True
        )
    }
    assert table == {
        "North": ([4, 8], [True, True]),
        "South": ([6, 4], [True, True]),
        "North + Bonus": ([7, 5], [True, True]),
        "South + Bonus": ([9, 1], [True, True]),
    }
    assert problem.players == ("Ann", "Bob")
    assert not problem.lotteries


def test_disagreement_from_the_reservation_or_the_solved_talks() -> None:
    """Bob speaks first and Ann may refuse: Ann's answer in round 2 is what she can hold out for."""
    reservation = problem_of(TALKS)
    assert reservation.disagreement.tolist() == [5, 2]
    blocked = dict(zip(reservation.labels, reservation.blockers, strict=True))
    assert blocked["North"] == ("Ann",)
    assert blocked["South + Bonus"] == ("Bob",)
    assert [reservation.labels[k] for k in bargain(reservation, "nash").indexes] == [
        "North + Bonus"
    ]
    solved = problem_of(TALKS, disagreement="solved")
    assert solved.disagreement[1] > reservation.disagreement[1]


def test_talks_that_cannot_go_on_fall_back_on_leaving() -> None:
    one_round = TALKS.replace("rounds = 2", "rounds = 1")
    found = [problem_of(one_round, disagreement=kind) for kind in ("reservation", "solved")]
    assert np.isfinite([one.disagreement for one in found]).all()


def test_the_switch_for_lotteries() -> None:
    assert problem_of(TALKS, lotteries=True).lotteries
    with pytest.raises(UsageError, match='expected "reservation" or "solved", got "none"'):
        problem_of(TALKS, disagreement="none")


def test_the_worked_case() -> None:
    """Leaving would be worse than the ceasefire for everybody; talking on is better for one."""
    compiled = compile_scenario(load(SCENARIOS / "march_2025.toml"))
    fallback = bargaining_problem(compiled)
    assert bargain(fallback, "nash").indexes.size
    solved = bargaining_problem(compiled, disagreement="solved")
    assert not solved.acceptable.any()
    assert (solved.disagreement >= fallback.disagreement - 1e-9).all()
    blocked = solved.consent & (solved.payoffs < solved.disagreement)
    assert blocked[:, solved.players.index("Russia")].any()
