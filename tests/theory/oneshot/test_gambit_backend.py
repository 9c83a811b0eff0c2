"""The optional backend: what it does with answers, failures and time limits, with or without it."""

from __future__ import annotations

import pytest

from negsim.errors import SolverError, UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.oneshot.several import gambit_backend
from negsim.theory.oneshot.several.gambit_backend import solve_with_gambit
from negsim.theory.registry import solvers

CHICKEN = NormalFormGame.from_bimatrix([[0, 7], [2, 6]], [[0, 2], [7, 6]])


def test_it_is_registered_only_where_it_can_run() -> None:
    assert ("gambit" in solvers) is gambit_backend.INSTALLED


def test_without_pygambit_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gambit_backend, "INSTALLED", False)
    with pytest.raises(
        SolverError, match=r'not installed: python -m pip install "negsim\[gambit\]"'
    ):
        solve_with_gambit(CHICKEN)


def test_answers_are_judged_by_the_game(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = "[[[0.333333333333, 0.666666666667], [0.333333333333, 0.666666666667]]"
    false = "[[0.5, 0.5], [0.5, 0.5]]]"
    monkeypatch.setattr(gambit_backend, "INSTALLED", True)
    monkeypatch.setattr(gambit_backend, "PROGRAM", f"print('{answer}, {false}')")
    solution = solve_with_gambit(CHICKEN)
    assert len(solution.equilibria) == 3, "two are pure"
    assert not solution.complete
    assert solution.dropped == ("[0.5 0.5], [0.5 0.5]: regret above tolerance",)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import time; time.sleep(60)", "took more than 0.5 seconds"),
        ("raise ValueError('no such game')", "failed: ValueError: no such game"),
    ],
)
def test_failures_are_errors(monkeypatch: pytest.MonkeyPatch, program: str, words: str) -> None:
    monkeypatch.setattr(gambit_backend, "INSTALLED", True)
    monkeypatch.setattr(gambit_backend, "PROGRAM", program)
    seconds = 0.5 if "sleep" in program else 30.0
    with pytest.raises(SolverError, match=words):
        solve_with_gambit(CHICKEN, seconds=seconds)


def test_a_time_limit_is_positive() -> None:
    with pytest.raises(UsageError, match="seconds: expected a positive number, got 0"):
        solve_with_gambit(CHICKEN, seconds=0)
