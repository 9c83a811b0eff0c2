"""Broken variants of the code, put in on purpose: a closed form must then disagree.

Kernels call one another compiled, so the variants are put in where kernels are plain functions: a
process of its own in which the compiler is switched off.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import negsim

ROOT = Path(negsim.__file__).parents[1]

PROGRAM = r'''
import inspect
import json
import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np

from negsim.analysis.delay import expected_delay

from negsim.analysis.delay import prospects

from negsim.analysis.delay import stalling
from negsim.dynamics import transitions
from negsim.scenario.load import load
from negsim.theory.stochastic import backward_induction
from negsim.theory.stochastic import stage

TEXTBOOK = Path("scenarios/textbook")


def found(name, party, numbers=None):
    """Return value, value of delay, expected end, label of one party; none where play is odd."""
    analysis = stalling.stalling(load(TEXTBOOK / f"{name}.toml").set(numbers or {}))
    player = [each.name for each in analysis.compiled.scenario.parties].index(party)
    start = analysis.start
    return {
        "value": float(analysis.value[0, player]),
        "delay": float(start.delay[0, 0, player, 0]),
        "end": expected_delay.end_round(analysis.path),
        "label": stalling.LABELS[analysis.start_labels[0, player]],
    }


TIE = {
    "parties.staller.discount": 0.9, "parameters.first_share": 0.3, "parameters.drift": 0.1,
    "payoffs.staller.waiting": -0.04, "changes.patience_ends.chance": 0, "talks.rounds": 9,
}


def forms():
    """Return what the closed forms are about: A1 with and without a tie at the threshold, X1."""
    return {
        "A1": found("drift", "staller"),
        "tie": found("drift", "staller", TIE),
        "X1": found("three_party_talks", "staller"),
        "E": found("bargaining_range", "b", {"state.share.start": 9}),
    }


once = backward_induction.continuation


def twice(later, going, discount, out):
    once(later, going, discount**2, out)


def at_old_state(function, place):
    """Return a function of the transitions that looks for ends where the talks were before."""
    def changed(*arguments):
        states = arguments[place]
        own = np.broadcast_to(np.arange(len(states))[:, None, None], states.shape)
        return function(*arguments[:place], np.ascontiguousarray(own), *arguments[place + 1:])
    return changed


tied = stage.settle_tie
names = list(inspect.signature(tied).parameters)


def away(*arguments):
    place = names.index("concludes")
    return tied(*arguments[:place], ~arguments[place], *arguments[place + 1:])


def everywhere(name, variant):
    """Return patches of a name in every module of the package that holds it."""
    modules = [each for key, each in sys.modules.items() if key.startswith("negsim")]
    found = [patch.object(each, name, variant) for each in modules if hasattr(each, name)]
    assert found, f"no module has a {name}"
    return found


VARIANTS = {
    "none": [],
    "a discount applied twice": everywhere("continuation", twice),
    "an end tested before the changes": [
        *everywhere("settle_ends", at_old_state(transitions.settle_ends, 1)),
        *everywhere("drop_ended", at_old_state(transitions.drop_ended, 1)),
    ],
    "ties away from concluding": everywhere("settle_tie", away),
    "the frozen game left as it is": [
        patch.object(stalling, "solve_frozen", lambda compiled, points, selection: (
            (stalling.analyse(compiled, points, selection).plan,
             tuple(range(len(compiled.scenario.parties)))),
        )),
    ],
    "a package that nobody need accept": [
        *everywhere("required", lambda *arguments: False),
    ],
}
answers = {}
for name, patches in VARIANTS.items():
    for each in patches:
        each.start()
    answers[name] = forms()
    for each in patches:
        each.stop()
print(json.dumps(answers))
'''


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """What every variant of the code finds, by variant and closed form."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def drift_is_solved(found: dict[str, Any]) -> bool:
    """A1: twenty-two weeks of waiting, and one more week at the start is worth its closed form."""
    value = found["A1"]["value"]
    return abs(value - 0.47557701479292225) < 1e-9 and found["A1"]["label"] == "stalling"


def tie_is_settled(found: dict[str, Any]) -> bool:
    """A1 with x* = (0.9 x 0.1 - 0.04) / 0.1 = 0.5 = x0 + 2 d: settled after two weeks, no more."""
    value = 0.9**2 * 0.5 - 0.04 * (1 + 0.9)
    return abs(found["tie"]["value"] - value) < 1e-9 and abs(found["tie"]["end"] - 3) < 1e-9


def three_parties_are_solved(found: dict[str, Any]) -> bool:
    """X1: the staller's payoff by the independent solution, and the signature at the deadline."""
    answer = found["X1"]
    close = abs(answer["value"] - 0.515881394) < 1e-9 and abs(answer["end"] - 5) < 1e-9
    return close and answer["label"] == "stalling" and abs(answer["delay"] - 0.115881394) < 1e-9


def below_the_range_nothing_is_acceptable(found: dict[str, Any]) -> bool:
    """E: at x = 0.45 < p - c_A = 0.5 the other side would rather fight than take the division."""
    return bool(found["E"]["label"] == "impasse") and abs(found["E"]["value"] - 0.2) < 1e-9


FORMS = (
    drift_is_solved,
    tie_is_settled,
    three_parties_are_solved,
    below_the_range_nothing_is_acceptable,
)


def test_the_code_as_it_is_agrees_with_every_closed_form(answers: dict[str, Any]) -> None:
    assert [form.__name__ for form in FORMS if not form(answers["none"])] == []


@pytest.mark.parametrize(
    ("variant", "caught_by"),
    [
        ("a discount applied twice", {"drift_is_solved", "tie_is_settled"}),
        ("an end tested before the changes", {"drift_is_solved"}),
        ("ties away from concluding", {"tie_is_settled"}),
        ("the frozen game left as it is", {"drift_is_solved", "three_parties_are_solved"}),
        ("a package that nobody need accept", {"below_the_range_nothing_is_acceptable"}),
    ],
)
def test_a_broken_variant_disagrees(
    answers: dict[str, Any], variant: str, caught_by: set[str]
) -> None:
    failing = {form.__name__ for form in FORMS if not form(answers[variant])}
    assert caught_by <= failing
